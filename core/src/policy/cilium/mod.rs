//! `cilium.io/v2` policies as common rules.

mod entity;
mod peers;
mod ports;
mod remarks;
mod selector;
#[cfg(test)]
mod tests;

pub(super) use remarks::remarks;

use super::index::Index;
use super::profile::{Compiled, Order, Seat};
use super::{Action, Label, Policy, Rule, Selector, Term};
use crate::bits::BitSet;
use crate::manifest::cilium::{CiliumRule, Section};
use crate::manifest::{CiliumPolicy, Direction, Manifests};
use crate::source::{Place, Span};

/// Compiles every Cilium policy of `manifests`, a common one for each of its `spec` and `specs` that is about pods.
pub(super) fn compile(manifests: &Manifests, index: &Index<'_>) -> Vec<Compiled> {
    let (everybody, pods) = (index.everybody(), index.all_pods());
    let mut out = Vec::new();
    for policy in &manifests.cilium {
        let compiler = Compiler { manifests, index, policy, everybody: &everybody, pods: &pods };
        for rule in policy.rules.iter().filter(|rule| !rule.nodes) {
            let tie = (policy.meta.name.value.clone(), policy.meta.namespace.clone(), policy.kind());
            let order = Order { number: 0.0, tie };
            out.push(Compiled { policy: compiler.policy(rule), seat: Seat::Cilium, order });
        }
    }
    out
}

/// What one policy is compiled with.
struct Compiler<'p, 'c> {
    manifests: &'p Manifests,
    index: &'p Index<'c>,
    policy: &'p CiliumPolicy,
    /// Every class there is.
    everybody: &'p BitSet,
    /// The classes of pods on the pod network.
    pods: &'p BitSet,
}

impl Compiler<'_, '_> {
    /// The policy's own namespace; `None` for a clusterwide one.
    fn own(&self) -> Option<&str> {
        (!self.policy.clusterwide).then_some(self.policy.meta.namespace.as_str())
    }

    fn place(&self, span: Span) -> Place {
        Place { file: self.policy.meta.place.file, span }
    }

    fn policy(&self, rule: &CiliumRule) -> Policy {
        let terms = self.subject_terms(&rule.subject);
        let mut subjects = self.subject_scope();
        terms.iter().for_each(|term: &Term| subjects.intersect(&term.members));
        let rules = |direction| {
            let mut sections = rule.sections.iter().filter(|section| section.direction == direction).peekable();
            sections.peek()?;
            Some(sections.flat_map(|section| self.section(rule, section)).collect())
        };
        let said = rule.default_deny.iter().flatten().next();
        Policy {
            kind: self.policy.kind(),
            name: self.policy.meta.name.value.clone(),
            namespace: self.own().map(str::to_owned),
            subjects,
            selector: Selector::Terms { says: self.subject_says(&rule.subject), terms },
            ingress: rules(Direction::Ingress),
            egress: rules(Direction::Egress),
            isolates_ingress: rule.default_denies(Direction::Ingress),
            isolates_egress: rule.default_denies(Direction::Egress),
            own: self.own().and_then(|own| self.index.namespace(own)),
            selector_place: self.place(rule.subject.span),
            types_place: said.map(|said| self.place(said.span)),
            place: self.policy.meta.place,
        }
    }

    /// The rules of one list: one for each entry, or for each item of its `toPorts`, so that what is said of requests
    /// narrows the ports that it stands beside.
    fn section(&self, rule: &CiliumRule, section: &Section) -> Vec<Rule> {
        let mut rules = Vec::new();
        for (entry, number) in section.entries.iter().zip(1..) {
            let peers = self.peers(entry, section.deny);
            let several = self.policy.rules.len() > 1;
            for (ports, http) in self.ports(entry, section.direction) {
                let action = if section.deny { Action::Deny } else { Action::Allow };
                rules.push(Rule {
                    action,
                    label: Label {
                        list: section.field(),
                        number,
                        name: several.then(|| rule.position.map_or("spec".to_owned(), |at| format!("specs[{at}]"))),
                        action: action.word(),
                    },
                    own: None,
                    peers: peers.clone(),
                    ports,
                    not_ports: Vec::new(),
                    http,
                    place: self.place(entry.span),
                });
            }
        }
        rules
    }
}

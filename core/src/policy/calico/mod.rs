//! `projectcalico.org/v3`: Calico's NetworkPolicy and GlobalNetworkPolicy as common rules (projectcalico/calico
//! `libcalico-go/lib/backend/syncersv1/updateprocessors`, `felix/calc`, `felix/rules/policy.go`).

mod entity;
mod objects;
mod ports;
mod rule;
mod service;
#[cfg(test)]
mod tests;
mod tier;

pub(super) use tier::tiers;

use super::index::Index;
use super::profile::{Compiled, Order, Seat};
use super::{About, Policy, Selector, Term};
use crate::bits::BitSet;
use crate::manifest::calico::{self, Action, HostOnly};
use crate::manifest::{Direction, Manifests};
use crate::phrase::Sentence;
use crate::source::{Place, Span};
use objects::{Objects, View};

/// Compiles Calico's policies for the cluster of `index`.
pub(super) fn compile(manifests: &Manifests, index: &Index<'_>) -> Vec<Compiled> {
    let objects = Objects::new(&manifests.network_sets, index);
    let policies = manifests.calico_policies.iter();
    policies.map(|policy| Compiler { policy, objects: &objects, index }.policy(manifests)).collect()
}

/// One policy on its way to common rules.
struct Compiler<'i, 'c> {
    policy: &'i calico::Policy,
    objects: &'i Objects<'i, 'c>,
    index: &'i Index<'c>,
}

impl Compiler<'_, '_> {
    fn policy(&self, manifests: &Manifests) -> Compiled {
        let Compiler { policy, index, .. } = self;
        let terms = self.subject_terms();
        let mut subjects = self.own_pods();
        terms.iter().for_each(|term| subjects.intersect(&term.members));
        let rules = |direction: Direction| {
            let numbered = || policy.rules(direction).iter().zip(1..);
            let applies = policy.applies_to(direction) && policy.host_only.is_none();
            applies.then(|| numbered().flat_map(|(rule, at)| self.rule(rule, at, direction, &subjects)).collect())
        };
        let (ingress, egress) = (rules(Direction::Ingress), rules(Direction::Egress));
        let isolates = tier::default_action(&policy.tier, manifests) == Action::Deny;
        let (name, namespace) = (policy.meta.name.value.clone(), policy.namespace().map(str::to_owned));
        let written = [&policy.namespace_selector, &policy.selector, &policy.service_account_selector];
        let span = written.into_iter().flatten().map(|selector| selector.span).min().unwrap_or(policy.meta.name.span);
        let number = policy.order.number().unwrap_or(f64::INFINITY);
        let order = Order { number, tie: (name.clone(), namespace.clone().unwrap_or_default(), policy.kind()) };
        let policy = Policy {
            kind: policy.kind(),
            name,
            own: namespace.as_ref().and_then(|own| index.namespace(own)),
            namespace,
            subjects,
            selector: Selector::Terms { says: self.says_subject(), terms },
            ingress,
            egress,
            isolates_ingress: isolates,
            isolates_egress: isolates,
            selector_place: self.place(span),
            types_place: policy.types.map(|span| self.place(span)),
            place: policy.meta.place,
        };
        Compiled { policy, seat: Seat::Tier(self.policy.tier.clone()), order }
    }

    fn place(&self, span: Span) -> Place {
        Place { file: self.policy.meta.place.file, span }
    }

    /// The pods among which its selectors choose: those of its own namespace, or all.
    fn own_pods(&self) -> BitSet {
        match self.policy.namespace() {
            Some(own) => self.index.in_namespaces(&self.index.namespace(own).into_iter().collect()),
            None => self.index.all_pods(),
        }
    }

    /// A condition for each part of the selectors, so that the one that fails can be shown.
    fn subject_terms(&self) -> Vec<Term> {
        let calico::Policy { namespace_selector, selector, service_account_selector, .. } = self.policy;
        if let Some(host_only) = self.policy.host_only {
            let field = match host_only {
                HostOnly::DoNotTrack => "doNotTrack",
                HostOnly::PreDnat => "preDNAT",
            };
            let mut wants = Sentence::of("an interface of a node, for ");
            wants.code(field).plain(" is set");
            let about = About::Other("is a pod".to_owned());
            let (members, unknown, place) = (BitSet::default(), BitSet::default(), self.policy.meta.place);
            return vec![Term { wants, about, members, unknown, place }];
        }
        let views =
            [(namespace_selector, View::Namespace), (selector, View::Own), (service_account_selector, View::Account)];
        let parts = views.into_iter().flat_map(|(selector, view)| {
            selector.iter().flat_map(calico::selector::Selector::terms).map(move |part| (part, view))
        });
        let term = |(part, view): (&calico::selector::Expr, View)| {
            let operand = self.objects.operand(part, view, self.place(part.span));
            let members = self.objects.pods_of(&operand.objects);
            Term {
                wants: operand.wants,
                about: operand.about,
                members,
                unknown: BitSet::default(),
                place: operand.place,
            }
        };
        parts.map(term).collect()
    }

    /// Whom it selects, in words.
    fn says_subject(&self) -> Sentence {
        let policy = self.policy;
        let mut says = Sentence::default();
        match &policy.selector {
            _ if policy.host_only.is_some() => return Sentence::of("interfaces of nodes"),
            Some(selector) if !selector.is_all() => says.plain("pods ").code(selector),
            _ => says.plain("every pod"),
        };
        self.says_whence(&policy.namespace_selector, &mut says);
        if let Some(accounts) = &policy.service_account_selector {
            says.plain(" running as an account with ").code(accounts);
        }
        says
    }

    /// Adds of which namespaces pods are meant.
    fn says_whence(&self, namespaces: &Option<calico::selector::Selector>, says: &mut Sentence) {
        match (namespaces, self.policy.namespace()) {
            (Some(global), _) if global.is_global() => says.plain(" of no namespace"),
            (Some(selector), _) if !selector.is_all() => says.plain(" of namespaces with ").code(selector),
            (None, Some(own)) => says.plain(" of ").strong(own),
            _ => says.plain(" of any namespace"),
        };
    }
}

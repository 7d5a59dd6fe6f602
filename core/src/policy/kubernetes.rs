//! `networking.k8s.io/v1` NetworkPolicy as common rules.

use super::index::{Index, Met};
use super::{
    Action, Label, NamespaceScope, Peer, PeerCondition, Peers, Policy, Rule, RulePort, RulePortMatch, Selector,
};
use crate::bits::BitSet;
use crate::cni::Cni;
use crate::manifest::{self, Direction, NetworkPolicy, PolicyPort, PolicyRule, PortMatch};
use crate::source::Place;

/// Compiles `policy` for the cluster of `index`.
pub(super) fn compile(policy: &NetworkPolicy, index: &Index<'_>, cni: Cni) -> Policy {
    let own = index.namespace(&policy.meta.namespace);
    let compiler = Compiler { own, file: policy.meta.place.file, index, cni };
    let rules = |direction: Direction| {
        let written = policy.rules(direction);
        let isolates = policy.isolates(direction) || cni.ignores_policy_types() && !written.is_empty();
        let applies = isolates && cni.enforces();
        applies.then(|| written.iter().zip(1..).map(|(rule, number)| compiler.rule(rule, number, direction)).collect())
    };
    let place = |span| Place { file: policy.meta.place.file, span };
    Policy {
        kind: "NetworkPolicy",
        name: policy.meta.name.value.clone(),
        namespace: Some(policy.meta.namespace.clone()),
        subjects: index.select(own, &policy.pod_selector),
        ingress: rules(Direction::Ingress),
        egress: rules(Direction::Egress),
        isolates_ingress: true,
        isolates_egress: true,
        own,
        selector: Selector::Own(policy.pod_selector.clone()),
        selector_place: place(policy.pod_selector.span),
        types_place: policy.types.map(place),
        place: policy.meta.place,
    }
}

struct Compiler<'i, 'c> {
    own: Option<usize>,
    file: usize,
    index: &'i Index<'c>,
    cni: Cni,
}

impl Compiler<'_, '_> {
    fn rule(&self, rule: &PolicyRule, number: usize, direction: Direction) -> Rule {
        let peers = match &rule.peers {
            None => Peers::Everyone,
            Some(list) => Peers::OneOf(list.items.iter().filter_map(|peer| self.peer(peer)).collect()),
        };
        let ports = rule.ports.iter().map(|port| self.port(port, direction)).collect();
        Rule {
            action: Action::Allow,
            label: Label { list: direction.field(), number, name: None, action: Action::Allow.word() },
            own: None,
            peers,
            ports,
            not_ports: Vec::new(),
            http: Vec::new(),
            place: Place { file: self.file, span: rule.span },
        }
    }

    fn peer(&self, peer: &manifest::Peer) -> Option<Peer> {
        let (condition, Met { members, unknown }) = match (&peer.ip_block, &peer.namespace_selector) {
            (Some(block), _) => (PeerCondition::Block(block.clone()), self.index.block(block)),
            (None, namespaces) => {
                let namespaces = match namespaces {
                    Some(selector) => NamespaceScope::Matching(selector.selector.clone()),
                    None => NamespaceScope::Own(self.own?),
                };
                let pods = peer.pod_selector.as_ref().map(|selector| selector.selector.clone());
                let members = self.index.pods(&namespaces, pods.as_ref());
                (PeerCondition::Selects { namespaces, pods }, Met { members, unknown: BitSet::default() })
            }
        };
        Some(Peer { condition, members, unknown, place: Place { file: self.file, span: peer.span } })
    }

    fn port(&self, port: &PolicyPort, direction: Direction) -> RulePort {
        let at_once = direction == Direction::Egress && self.cni.resolves_egress_names_at_once();
        let matches = match &port.port {
            PortMatch::Any => RulePortMatch::Any,
            PortMatch::Range(range) => RulePortMatch::Range(*range),
            PortMatch::Named(name) if at_once => self.index.agreed_port(name, port.protocol),
            PortMatch::Named(name) => RulePortMatch::Named(name.clone()),
        };
        RulePort { protocol: Some(port.protocol), matches, place: Place { file: self.file, span: port.span } }
    }
}

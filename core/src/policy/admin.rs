//! `policy.networking.k8s.io`: AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy as common rules
//! (network-policy-api `apis/v1alpha1`, `apis/v1alpha2`).
//!
//! None of them isolates: what no rule matches is left to whoever is asked next.

use super::index::{Index, Met};
use super::profile::{Compiled, Order, Seat};
use super::{
    About, Action, Label, NamespaceScope, Peer, PeerCondition, Peers, Policy, Rule, RulePort, RulePortMatch, Selector,
    Term,
};
use crate::bits::BitSet;
use crate::domain::Domain;
use crate::labels::LabelSelector;
use crate::manifest::{
    AdminAction, AdminPeer, AdminPeers, AdminPolicy, AdminPort, AdminPortMatch, AdminRule, AdminSubject, AdminTier,
    Direction, IpBlock,
};
use crate::phrase::Sentence;
use crate::source::{Place, Span};

/// Compiles `policy` for the cluster of `index`.
pub(super) fn compile(policy: &AdminPolicy, index: &Index<'_>) -> Compiled {
    let compiler = Compiler { file: policy.meta.place.file, index };
    let rules = |direction: Direction| {
        let written = policy.rules(direction);
        // Without rules in a direction it does not affect it.
        let numbered = || written.iter().zip(1..).map(|(rule, number)| compiler.rule(rule, number, direction));
        (!written.is_empty()).then(|| numbered().collect())
    };
    let (selector, subjects, span) = compiler.subject(&policy.subject);
    let name = policy.meta.name.value.clone();
    let kind = policy.kind.name();
    let seat = match policy.tier {
        AdminTier::Admin => Seat::Admin,
        AdminTier::Baseline => Seat::Baseline,
    };
    // The one BaselineAdminNetworkPolicy has no priority: it comes after the policies that have.
    let number = policy.priority.as_ref().map_or(f64::INFINITY, |priority| f64::from(priority.value));
    let order = Order { number, tie: (name.clone(), String::new(), kind) };
    let policy = Policy {
        kind,
        name,
        namespace: None,
        subjects,
        selector,
        ingress: rules(Direction::Ingress),
        egress: rules(Direction::Egress),
        isolates_ingress: false,
        isolates_egress: false,
        own: None,
        selector_place: compiler.place(span),
        types_place: None,
        place: policy.meta.place,
    };
    Compiled { policy, seat, order }
}

struct Compiler<'i, 'c> {
    file: usize,
    index: &'i Index<'c>,
}

impl Compiler<'_, '_> {
    fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    fn subject(&self, subject: &AdminSubject) -> (Selector, BitSet, Span) {
        let everything = LabelSelector::default();
        let (namespaces, pods, span) = match subject {
            AdminSubject::Namespaces(namespaces) => {
                (&namespaces.selector, &everything, namespaces.key.to(namespaces.selector.span))
            }
            AdminSubject::Pods(both) => {
                let namespaces = both.namespaces.as_ref().map_or(&everything, |own| &own.selector);
                let last = both.namespaces.iter().chain([&both.pods]).map(|own| own.selector.span);
                (namespaces, &both.pods.selector, last.fold(both.key, Span::to))
            }
        };
        let scope = NamespaceScope::Matching(namespaces.clone());
        let subjects = self.index.pods(&scope, Some(pods));
        let says = self.says(namespaces, pods);
        (Selector::Terms { says, terms: self.terms(namespaces, pods) }, subjects, span)
    }

    /// Who `pods` of `namespaces` are, in words.
    fn says(&self, namespaces: &LabelSelector, pods: &LabelSelector) -> Sentence {
        let mut says = Sentence::default();
        match pods.is_empty() {
            true => says.plain("every pod"),
            false => says.plain("pods ").code(pods),
        };
        match namespaces.is_empty() {
            true => says.plain(" of any namespace"),
            false => says.plain(" of namespaces with ").code(namespaces),
        };
        says
    }

    /// A condition for each requirement of the two selectors, so that the one that fails can be shown.
    fn terms(&self, namespaces: &LabelSelector, pods: &LabelSelector) -> Vec<Term> {
        let alone = |requirement| LabelSelector { requirements: vec![requirement], span: Span::default() };
        let term = |selector: LabelSelector, of_namespace: bool| {
            let requirement = selector.requirements.first()?.clone();
            let mut wants = Sentence::default();
            wants.code(&requirement);
            let (place, keys) = (self.place(requirement.span), vec![requirement.key]);
            let everywhere = || NamespaceScope::Matching(LabelSelector::default());
            let (about, members) = match of_namespace {
                true => (About::NamespaceLabels(keys), self.index.pods(&NamespaceScope::Matching(selector), None)),
                false => (About::Labels(keys), self.index.pods(&everywhere(), Some(&selector))),
            };
            Some(Term { wants, about, members, unknown: BitSet::default(), place })
        };
        let of_namespaces = namespaces.requirements.iter().filter_map(|own| term(alone(own.clone()), true));
        let of_pods = pods.requirements.iter().filter_map(|own| term(alone(own.clone()), false));
        of_namespaces.chain(of_pods).collect()
    }

    fn rule(&self, rule: &AdminRule, number: usize, direction: Direction) -> Rule {
        let action = match rule.action.value {
            AdminAction::Allow => Action::Allow,
            AdminAction::Deny => Action::Deny,
            AdminAction::Pass => Action::Pass,
        };
        let name = rule.name.as_ref().map(|name| name.value.clone()).filter(|name| !name.is_empty());
        let compiled = Rule {
            action,
            label: Label { list: direction.field(), number, name },
            own: None,
            peers: Peers::OneOf(rule.peers.iter().flat_map(|peer| self.peers(peer)).collect()),
            ports: rule.ports.iter().map(|port| self.port(port)).collect(),
            not_ports: Vec::new(),
            http: Vec::new(),
            place: self.place(rule.span),
        };
        match rule.unknown_peer() {
            Some(AdminPeer { peers: AdminPeers::Unknown(field), span }) => self.closed(compiled, field, *span),
            _ => compiled,
        }
    }

    /// The rule when one of its peers is not known: one that allows matches nothing, any other denies everything
    /// (`ClusterNetworkPolicyIngressPeer`).
    fn closed(&self, rule: Rule, field: &str, span: Span) -> Rule {
        let place = self.place(span);
        let mut says = Sentence::of("everybody, for ");
        says.code(field).plain(" is a peer that is not known");
        let (action, peer) = match rule.action {
            Action::Allow => {
                let mut wants = Sentence::of("a peer by ");
                wants.code(field);
                let about = About::Other("is not known to be one".to_owned());
                let (members, unknown) = (BitSet::default(), BitSet::default());
                let term = Term { wants: wants.clone(), about, members, unknown, place };
                (Action::Allow, Peer::meeting(wants, vec![term], self.index.everybody(), place))
            }
            _ => (Action::Deny, Peer::meeting(says, Vec::new(), self.index.everybody(), place)),
        };
        let ports = if action == Action::Allow { rule.ports } else { Vec::new() };
        Rule { action, peers: Peers::OneOf(vec![peer]), ports, ..rule }
    }

    /// The peers that one item lists.
    fn peers(&self, peer: &AdminPeer) -> Vec<Peer> {
        let place = self.place(peer.span);
        let selected = |namespaces: LabelSelector, pods: Option<LabelSelector>| {
            let namespaces = NamespaceScope::Matching(namespaces);
            let members = self.index.pods(&namespaces, pods.as_ref());
            let condition = PeerCondition::Selects { namespaces, pods };
            Peer { condition, members, unknown: BitSet::default(), place }
        };
        match &peer.peers {
            AdminPeers::Namespaces(namespaces) => vec![selected(namespaces.selector.clone(), None)],
            AdminPeers::Pods(both) => {
                let namespaces = both.namespaces.as_ref().map(|own| own.selector.clone()).unwrap_or_default();
                vec![selected(namespaces, Some(both.pods.selector.clone()))]
            }
            AdminPeers::Nodes(nodes) => vec![self.nodes(nodes, place)],
            AdminPeers::Networks(blocks) => blocks.iter().map(|block| self.network(block)).collect(),
            AdminPeers::DomainNames(domains) => domains.iter().map(|domain| self.domain(domain)).collect(),
            AdminPeers::Unknown(_) => Vec::new(),
        }
    }

    /// The addresses of nodes. Of all that has them only pods on their node's network are there, and nobody says which
    /// node that is.
    fn nodes(&self, nodes: &LabelSelector, place: Place) -> Peer {
        let mut says = Sentence::of(if nodes.is_empty() { "every node" } else { "nodes with " });
        if !nodes.is_empty() {
            says.code(nodes);
        }
        let on_nodes = self.index.on_nodes();
        let (members, unknown) =
            if nodes.is_empty() { (on_nodes, BitSet::default()) } else { (BitSet::default(), on_nodes) };
        let about = About::Other("has no node's address".to_owned());
        let term = Term { wants: says.clone(), about, members, unknown, place };
        Peer::meeting(says, vec![term], self.index.everybody(), place)
    }

    fn network(&self, block: &IpBlock) -> Peer {
        let Met { members, unknown } = self.index.block(block);
        let place = self.place(block.span);
        Peer { condition: PeerCondition::Block(block.clone()), members, unknown, place }
    }

    fn domain(&self, domain: &Domain) -> Peer {
        let place = self.place(domain.span);
        let mut says = Sentence::of("hosts called ");
        says.code(&domain.text);
        let about = About::Other("is not called so".to_owned());
        let members = self.index.covered(domain);
        let term = Term { wants: says.clone(), about, members, unknown: BitSet::default(), place };
        Peer::meeting(says, vec![term], self.index.everybody(), place)
    }

    fn port(&self, port: &AdminPort) -> RulePort {
        let (protocol, matches) = match &port.port {
            AdminPortMatch::Numbers(protocol, range) => (Some(*protocol), RulePortMatch::Range(*range)),
            // The container port brings its protocol.
            AdminPortMatch::Named(name) => (None, RulePortMatch::Named(name.clone())),
            AdminPortMatch::Nothing => (None, RulePortMatch::Foreign("a range without ports".to_owned())),
        };
        RulePort { protocol, matches, place: self.place(port.span) }
    }
}

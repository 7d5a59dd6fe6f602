//! Worlds with admin policies.

use netpol_core::ports::Protocol;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::{select, subsequence};

use super::model::{Kind, Peer, Pods, Policy, Port, Rule, Tier};
use crate::generate::{self, OF_NAMESPACES, ON_PODS, PORT_NAMES, PORTS, clean_cidrs, selector};
use crate::judge::Action;
use crate::model::{Selector, World};

const NAMES: &[&str] = &["aaa", "second", "mmm", "fourth"];
/// Hosts outside, and patterns that cover some of them.
const HOSTS: &[&str] = &["api.x.io", "x.io", "*.x.io", "a.api.x.io", "x.io.io", "yx.io", "*.api.x.io"];

pub(crate) fn world() -> BoxedStrategy<World> {
    (generate::world(), policies(1..=4))
        .prop_map(|(mut world, policies)| {
            world.admin = policies;
            world
        })
        .boxed()
}

pub(crate) fn policies(count: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Vec<Policy>> {
    // The first baseline policy and cluster policies of that tier were never meant to stand together.
    let policies = any::<bool>().prop_flat_map(move |second| vec(policy(second), count.clone()));
    policies.prop_map(|mut policies| {
        let mut baseline = 0;
        policies.retain(|policy| {
            baseline += usize::from(policy.kind == Kind::Baseline);
            policy.kind != Kind::Baseline || baseline == 1
        });
        name(&mut policies);
        policies
    })
}

/// Gives them names, in an order that is not the text's.
fn name(policies: &mut [Policy]) {
    let count = policies.len();
    for (at, policy) in policies.iter_mut().enumerate() {
        policy.name = if policy.kind == Kind::Baseline { "default" } else { NAMES[(at * 3 + count) % NAMES.len()] };
    }
}

pub(crate) fn policy(second: bool) -> BoxedStrategy<Policy> {
    let kind = if second {
        prop_oneof![
            2 => Just(Kind::Cluster(Tier::Admin)),
            2 => Just(Kind::Cluster(Tier::Baseline)),
            1 => Just(Kind::Admin),
        ]
        .boxed()
    } else {
        prop_oneof![2 => Just(Kind::Admin), 1 => Just(Kind::Baseline)].boxed()
    };
    (kind, select(&[5, 0, 1000, 6][..]), any::<bool>())
        .prop_flat_map(|(kind, priority, idle)| {
            let subject = prop_oneof![2 => Just(Pods::InNamespaces(Selector::default())), 3 => pods(kind)];
            let (ingress, egress) = (vec(rule(kind, false), 0..=3), vec(rule(kind, true), 0..=3));
            (subject, ingress, egress).prop_map(move |(subject, ingress, egress)| {
                let egress = if idle { egress } else { Vec::new() };
                Policy { kind, name: "", priority, subject, ingress, egress }
            })
        })
        .boxed()
}

fn pods(kind: Kind) -> impl Strategy<Value = Pods> {
    let namespaces = if kind.is_second() {
        option::of(selector(OF_NAMESPACES)).boxed()
    } else {
        selector(OF_NAMESPACES).prop_map(Some).boxed()
    };
    prop_oneof![
        selector(OF_NAMESPACES).prop_map(Pods::InNamespaces),
        (namespaces, selector(ON_PODS)).prop_map(|(namespaces, pods)| Pods::Selected(namespaces, pods)),
    ]
}

pub(crate) fn rule(kind: Kind, egress: bool) -> BoxedStrategy<Rule> {
    let actions: &[Action] = match kind {
        Kind::Baseline => &[Action::Allow, Action::Deny],
        _ => &[Action::Allow, Action::Deny, Action::Pass],
    };
    let peer = if egress {
        prop_oneof![
            4 => pods(kind).prop_map(Peer::Pods),
            3 => clean_cidrs(1..=2).prop_map(Peer::Networks),
            2 => subsequence(HOSTS, 1..=2).prop_map(Peer::Domains),
        ]
        .boxed()
    } else {
        pods(kind).prop_map(Peer::Pods).boxed()
    };
    let everybody = Just(vec![Peer::Pods(Pods::InNamespaces(Selector::default()))]);
    let peers = prop_oneof![1 => everybody, 4 => vec(peer, 1..=3)];
    let ports = prop_oneof![1 => Just(Vec::new()), 2 => vec(port(kind), 1..=2)];
    let name = option::weighted(0.3, Just("rule-x"));
    (name, select(actions), peers, ports)
        .prop_map(move |(name, action, mut peers, mut ports)| {
            // Only what allows may name hosts, and no baseline policy of v1alpha1.
            let hosts = action == Action::Allow && kind != Kind::Baseline;
            peers.retain(|peer| hosts || !matches!(peer, Peer::Domains(_)));
            if peers.is_empty() {
                peers.push(Peer::Pods(Pods::InNamespaces(Selector::default())));
            }
            // A port's name means nothing for addresses.
            if peers.iter().any(|peer| !matches!(peer, Peer::Pods(_))) {
                ports.retain(|port| !matches!(port, Port::Named(_)));
            }
            Rule { name, action, peers, ports }
        })
        .boxed()
}

fn port(kind: Kind) -> impl Strategy<Value = Port> {
    let protocol = || select(&[Protocol::Tcp, Protocol::Udp, Protocol::Sctp][..]);
    let range = (protocol(), select(PORTS), select(PORTS)).prop_map(move |(protocol, a, b)| {
        // In v1alpha2 a range is of two ports at least; in v1alpha1 it may be of none, if it ends before it starts.
        match (kind.is_second(), a == b) {
            (true, true) => Port::Number(protocol, a),
            (true, false) => Port::Range(protocol, a.min(b), a.max(b)),
            (false, _) if a == 8080 => Port::Range(protocol, a, b),
            (false, _) => Port::Range(protocol, a.min(b), a.max(b)),
        }
    });
    prop_oneof![
        3 => (protocol(), select(PORTS)).prop_map(|(protocol, number)| Port::Number(protocol, number)),
        2 => range,
        3 => select(PORT_NAMES).prop_map(Port::Named),
    ]
}

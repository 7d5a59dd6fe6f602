//! Who may connect to whom, straight from the specification and as plainly as possible: no index, no sets, every
//! question asked anew. The sentences quoted are those of `networking/v1/types.go` and of the documentation's page
//! "Network Policies"; where neither speaks, the choice of the plain profile is named.

use std::net::IpAddr;

use netpol_core::cni::Cni;
use netpol_core::manifest::Direction;
use netpol_core::ports::Protocol;

use crate::judge::{Action, Ask, Party, Ruling, Stage, Truth};
use crate::model::{
    Block, Container, Expression, Labels, List, Operator, Peer, Pod, Policy, PolicyPort, Port, Selector, World,
};

/// "Pods in phase Succeeded or Failed" are gone: neither subject, peer nor destination.
pub(crate) fn takes_part(pod: &Pod) -> bool {
    !matches!(pod.phase, Some("Succeeded" | "Failed"))
}

/// "All values of matchLabels and matchExpressions are ANDed. An empty label selector matches all objects."
pub(crate) fn selects(selector: &Selector, labels: &Labels) -> bool {
    selector.labels.iter().all(|(key, value)| labels.get(key) == Some(value))
        && selector.expressions.iter().all(|expression| meets(expression, labels))
}

/// apimachinery `Requirement.Matches`: `NotIn` and `DoesNotExist` hold for an object without the key.
fn meets(expression: &Expression, labels: &Labels) -> bool {
    let value = labels.get(expression.key);
    match (expression.operator, value) {
        (Operator::In, Some(value)) => expression.values.contains(value),
        (Operator::In, None) => false,
        (Operator::NotIn, Some(value)) => !expression.values.contains(value),
        (Operator::NotIn, None) => true,
        (Operator::Exists, value) => value.is_some(),
        (Operator::DoesNotExist, value) => value.is_none(),
    }
}

/// "The name of the namespace" is a label of every namespace, declared or not.
pub(crate) fn namespace_labels(world: &World, name: &'static str) -> Labels {
    let declared = world.namespaces.iter().find(|namespace| namespace.name == name);
    let mut labels = declared.map(|namespace| namespace.labels.clone()).unwrap_or_default();
    labels.insert("kubernetes.io/metadata.name", name);
    labels
}

/// "If this field is not specified, it will default based on the existence of ingress or egress rules; policies that
/// contain an egress section are assumed to affect egress, and all policies (whether or not they contain an ingress
/// section) are assumed to affect ingress."
pub(crate) fn affects(policy: &Policy, direction: Direction) -> bool {
    match (policy.types.items(), direction) {
        ([], Direction::Ingress) => true,
        ([], Direction::Egress) => !policy.egress.items().is_empty(),
        (types, direction) => types.contains(&direction),
    }
}

/// Whether a policy counts in `direction` where `world` is: Flannel enforces none, and to Cilium written rules count
/// whether policyTypes lists their direction or not.
fn counts(world: &World, policy: &Policy, direction: Direction) -> bool {
    match world.cni {
        Cni::Flannel => false,
        Cni::Cilium => affects(policy, direction) || !policy.rules(direction).items().is_empty(),
        _ => affects(policy, direction),
    }
}

/// "podSelector selects the pods to which this NetworkPolicy object applies", in its own namespace. Pods on the host's
/// network are undefined upstream; here no policy applies to them.
fn applies(policy: &Policy, pod: &Pod) -> bool {
    let selected = policy.pod_selector.as_ref().is_none_or(|selector| selects(selector, &pod.labels));
    selected && in_namespace_of(policy, pod) && !pod.host_network
}

fn in_namespace_of(policy: &Policy, pod: &Pod) -> bool {
    policy.namespace.unwrap_or("default") == pod.namespace.unwrap_or("default")
}

/// NetworkPolicies that select the pod: it is isolated "if there is any NetworkPolicy that both selects the pod and has
/// the direction in its policyTypes", and then allows the union of what they allow.
pub(crate) fn stage(ask: Ask<'_>) -> Option<Stage<'_>> {
    let policies = ask.world.policies.iter().filter(|policy| counts_for(ask, policy));
    let policies: Vec<&Policy> = policies.collect();
    let rulings = policies.iter().flat_map(|policy| rulings(ask, policy)).collect();
    (!policies.is_empty()).then_some(Stage { rulings, refuses: true })
}

/// Whether it isolates the pod in this direction.
pub(crate) fn counts_for(ask: Ask<'_>, policy: &Policy) -> bool {
    counts(ask.world, policy, ask.direction) && applies(policy, ask.pod)
}

/// Its rules: all of them allow.
pub(crate) fn rulings<'w>(ask: Ask<'w>, policy: &'w Policy) -> Vec<Ruling<'w>> {
    let ruling = |rule: &'w crate::model::Rule| Ruling {
        action: Action::Allow,
        holds: peers_match(ask.world, policy, &rule.peers, ask.other),
        ports: Box::new(move |protocol, port| ports_match(ask, &rule.ports, protocol, port)),
    };
    policy.rules(ask.direction).items().iter().map(ruling).collect()
}

/// "If this field is empty or missing, this rule matches all sources/destinations. Items in this list are combined
/// using a logical OR operation."
fn peers_match(world: &World, policy: &Policy, peers: &List<Peer>, other: Party<'_>) -> Truth {
    if peers.items().is_empty() {
        return Truth::Yes;
    }
    peers.items().iter().map(|peer| peer_matches(world, policy, peer, other)).max().unwrap_or(Truth::No)
}

fn peer_matches(world: &World, policy: &Policy, peer: &Peer, other: Party<'_>) -> Truth {
    if let Peer::Block(block) = peer {
        return block_matches(world.cni, block, other);
    }
    // Selectors match pods only, and none on the host's network.
    let Party::Pod(pod) = other else { return Truth::No };
    if pod.host_network {
        return Truth::No;
    }
    let namespace = namespace_labels(world, pod.namespace.unwrap_or("default"));
    Truth::from(match peer {
        Peer::Pods(pods) => in_namespace_of(policy, pod) && selects(pods, &pod.labels),
        Peer::Namespaces(namespaces) => selects(namespaces, &namespace),
        Peer::PodsInNamespaces(pods, namespaces) => selects(pods, &pod.labels) && selects(namespaces, &namespace),
        Peer::Block(_) => false,
    })
}

/// To Cilium a pod has no address. Elsewhere those of pods are compared too; of an unknown one only the blocks without holes that hold every
/// address of a family are sure.
pub(crate) fn block_matches(cni: Cni, block: &Block, other: Party<'_>) -> Truth {
    match other {
        Party::Pod(_) if cni == Cni::Cilium => Truth::No,
        Party::Outside(address) => Truth::from(is_in_block(block, address)),
        // Hosts that a policy names are somewhere outside.
        Party::Host(_) => {
            if is_sure(block) {
                Truth::Yes
            } else {
                Truth::Unknown
            }
        }
        Party::Pod(pod) if pod.addresses.is_empty() => {
            if is_sure(block) {
                Truth::Yes
            } else {
                Truth::Unknown
            }
        }
        Party::Pod(pod) => Truth::from(pod.addresses.iter().any(|address| is_in_block(block, *address))),
    }
}

/// Whether it holds an address that nobody knows.
fn is_sure(block: &Block) -> bool {
    block.cidr.is_everything() && block.except.is_empty()
}

/// "Except is a slice of CIDRs that should not be included within an IPBlock."
pub(crate) fn is_in_block(block: &Block, address: IpAddr) -> bool {
    block.cidr.contains(address) && !block.except.iter().any(|hole| hole.contains(address))
}

/// "If this field is empty or missing, this rule matches all ports. Each item is combined using a logical OR."
fn ports_match(ask: Ask<'_>, ports: &List<PolicyPort>, protocol: Protocol, port: u16) -> bool {
    ports.items().is_empty() || ports.items().iter().any(|item| port_matches(ask, item, protocol, port))
}

/// "If not specified, protocol defaults to TCP." "If port is not provided, this matches all port names and numbers."
/// "endPort indicates that the range of ports from port to endPort if set, inclusive, should be allowed."
fn port_matches(ask: Ask<'_>, item: &PolicyPort, protocol: Protocol, port: u16) -> bool {
    item.protocol.unwrap_or(Protocol::Tcp) == protocol
        && match item.port {
            Port::Absent => true,
            Port::Number(number) => port == number,
            Port::Range(first, last) => first <= port && port <= last,
            Port::Name(name) if ask.world.cni == Cni::Cilium && ask.direction == Direction::Egress => {
                is_cluster_wide(ask.world, name, protocol, port)
            }
            Port::Name(name) => has_named_port(ask.world.cni, ask.destination(), name, protocol, port),
        }
}

/// A named port is the destination pod's container port of that name, if its protocol is the policy's. What
/// init containers that end listened on is gone, though not to Calico.
pub(crate) fn has_named_port(cni: Cni, destination: Party<'_>, name: &str, protocol: Protocol, port: u16) -> bool {
    let Party::Pod(pod) = destination else { return false };
    numbers(cni, pod, name, protocol).any(|number| number == port)
}

pub(crate) fn numbers<'w>(cni: Cni, pod: &'w Pod, name: &'w str, protocol: Protocol) -> impl Iterator<Item = u16> + 'w {
    let called = move |port: &&crate::model::ContainerPort| {
        (port.container != Container::Init || cni == Cni::Calico)
            && port.name == Some(name)
            && port.protocol.unwrap_or(Protocol::Tcp) == protocol
    };
    pod.ports.iter().filter(called).map(|port| port.number)
}

/// Cilium looks up a name in an egress rule once, for all destinations: where the pods on the pod network do not all
/// give it one number, it is none.
fn is_cluster_wide(world: &World, name: &str, protocol: Protocol, port: u16) -> bool {
    let pods = world.pods.iter().filter(|pod| takes_part(pod) && !pod.host_network);
    let mut found: Vec<u16> = pods.flat_map(|pod| numbers(world.cni, pod, name, protocol)).collect();
    found.sort_unstable();
    found.dedup();
    found == [port]
}

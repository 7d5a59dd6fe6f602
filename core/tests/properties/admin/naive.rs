//! Admin policies by the comments in network-policy-api `apis/v1alpha1` and `apis/v1alpha2`, which are quoted.

use netpol_core::domain::DomainKind;
use netpol_core::ports::Protocol;

use super::model::{Peer, Pods, Policy, Port, Rule, Tier, host};
use crate::judge::{Action, Ask, Party, Ruling, Stage, Truth};
use crate::model::{Block, Host, Pod, World};
use crate::naive::{block_matches, has_named_port, namespace_labels, selects};

/// The policies of `tier` that are about the pod. What they do not decide is for the next tier.
pub(crate) fn stage(ask: Ask<'_>, tier: Tier) -> Option<Stage<'_>> {
    let policies = policies(ask, tier);
    let rulings = policies.iter().flat_map(|policy| rulings(ask, policy)).collect();
    (!policies.is_empty()).then_some(Stage { rulings, refuses: false })
}

/// Those of `tier` that say something of the pod in this direction. "Policies with lower priority values have higher
/// precedence"; what holds among equals is not said, and here the name decides.
pub(crate) fn policies(ask: Ask<'_>, tier: Tier) -> Vec<&Policy> {
    let speaks = |policy: &&Policy| {
        policy.kind.tier() == tier
            && !policy.rules(ask.direction).is_empty()
            && are_meant(ask.world, &policy.subject, ask.pod)
            && ask.world.knows_admin(policy.kind)
    };
    let mut policies: Vec<&Policy> = ask.world.admin.iter().filter(speaks).collect();
    policies.sort_by_key(|policy| (policy.priority, policy.name, policy.kind.word()));
    policies
}

/// "Ingress is the list of rules to be applied in the order in which they are written".
pub(crate) fn rulings<'w>(ask: Ask<'w>, policy: &'w Policy) -> Vec<Ruling<'w>> {
    let ruling = |rule: &'w Rule| Ruling {
        action: rule.action,
        holds: rule.peers.iter().map(|peer| peer_matches(ask, peer)).max().unwrap_or(Truth::No),
        ports: Box::new(move |protocol, port| ports_match(ask, rule, protocol, port)),
    };
    policy.rules(ask.direction).iter().map(ruling).collect()
}

/// "Note that host-networked pods are not included in either selection"; an absent namespaceSelector is every namespace.
fn are_meant(world: &World, pods: &Pods, pod: &Pod) -> bool {
    let namespace = namespace_labels(world, pod.namespace.unwrap_or("default"));
    !pod.host_network
        && match pods {
            Pods::InNamespaces(namespaces) => selects(namespaces, &namespace),
            Pods::Selected(namespaces, own) => {
                namespaces.as_ref().is_none_or(|namespaces| selects(namespaces, &namespace))
                    && selects(own, &pod.labels)
            }
        }
}

fn peer_matches(ask: Ask<'_>, peer: &Peer) -> Truth {
    match (peer, ask.other) {
        (Peer::Pods(pods), Party::Pod(pod)) => are_meant(ask.world, pods, pod).into(),
        (Peer::Networks(cidrs), other) => {
            let block = |cidr: &crate::cidr::Cidr| Block { cidr: cidr.clone(), except: Vec::new() };
            cidrs.iter().map(|cidr| block_matches(ask.world.cni, &block(cidr), other)).max().unwrap_or(Truth::No)
        }
        (Peer::Domains(texts), Party::Host(other)) => texts.iter().any(|text| covers(host(text), other)).into(),
        (Peer::Pods(_) | Peer::Domains(_), _) => Truth::No,
    }
}

/// "*.kubernetes.io" matches "blog.kubernetes.io" and "latest.blog.kubernetes.io", but not "kubernetes.io".
fn covers(pattern: Host, other: Host) -> bool {
    let labels = |text: &'static str| text.split('.').rev().collect::<Vec<_>>();
    let (wanted, found) = (labels(pattern.text), labels(other.text));
    match pattern.kind {
        DomainKind::Suffix => {
            let fixed = &wanted[..wanted.len() - 1];
            found.len() > fixed.len() && found.starts_with(fixed)
        }
        _ => pattern == other,
    }
}

/// "If this field is not set then the rule does not filter traffic via port."
fn ports_match(ask: Ask<'_>, rule: &Rule, protocol: Protocol, port: u16) -> bool {
    rule.ports.is_empty() || rule.ports.iter().any(|item| port_matches(ask, *item, protocol, port))
}

fn port_matches(ask: Ask<'_>, item: Port, protocol: Protocol, port: u16) -> bool {
    match item {
        Port::Number(own, number) => own == protocol && number == port,
        Port::Range(own, first, last) => own == protocol && first <= port && port <= last,
        Port::Named(name) => has_named_port(ask.world.cni, ask.destination(), name, protocol, port),
    }
}

impl Action {
    pub(crate) fn of_admin(self, second: bool) -> &'static str {
        match self {
            Action::Allow if second => "Accept",
            Action::Allow => "Allow",
            Action::Deny => "Deny",
            Action::Pass => "Pass",
        }
    }
}

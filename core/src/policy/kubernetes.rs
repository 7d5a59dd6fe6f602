//! `networking.k8s.io/v1` NetworkPolicy as common rules.

use super::{NamespaceScope, Peer, PeerCondition, Peers, Policy, Rule};
use crate::cluster::Cluster;
use crate::manifest::{self, Direction, NetworkPolicy, PeerList, PolicyRule};
use crate::source::Place;

/// Compiles `policy` for `cluster`.
pub fn compile(policy: &NetworkPolicy, cluster: &Cluster) -> Policy {
    let file = policy.meta.place.file;
    let own = cluster.namespaces.iter().position(|namespace| namespace.name == policy.meta.namespace);
    let selected = |endpoint: &crate::cluster::Endpoint| {
        endpoint.is_selectable() && endpoint.namespace == own && policy.pod_selector.matches(&endpoint.labels)
    };
    let subjects =
        cluster.endpoints.iter().enumerate().filter(|(_, endpoint)| selected(endpoint)).map(|(at, _)| at).collect();
    let rules = |direction: Direction| {
        let rules = policy.rules(direction);
        policy.isolates(direction).then(|| rules.iter().map(|rule| compile_rule(rule, own, file, cluster)).collect())
    };
    Policy {
        name: policy.meta.name.value.clone(),
        namespace: policy.meta.namespace.clone(),
        subjects,
        ingress: rules(Direction::Ingress),
        egress: rules(Direction::Egress),
        selector: Place { file, span: policy.pod_selector.span },
        place: policy.meta.place,
    }
}

fn compile_rule(rule: &PolicyRule, own: Option<usize>, file: usize, cluster: &Cluster) -> Rule {
    let peers = rule.peers.as_ref().map_or(Peers::Everyone, |list| Peers::OneOf(peers(list, own, file, cluster)));
    Rule { peers, ports: rule.ports.clone(), place: Place { file, span: rule.span } }
}

fn peers(list: &PeerList, own: Option<usize>, file: usize, cluster: &Cluster) -> Vec<Peer> {
    let compiled = |peer: &manifest::Peer| {
        let condition = match (&peer.ip_block, &peer.namespace_selector) {
            (Some(block), _) => PeerCondition::Block(block.clone()),
            (None, namespaces) => PeerCondition::Selects {
                namespaces: match namespaces {
                    Some(selector) => NamespaceScope::Matching(selector.selector.clone()),
                    None => NamespaceScope::Own(own?),
                },
                pods: peer.pod_selector.as_ref().map(|selector| selector.selector.clone()),
            },
        };
        Some(Peer::new(condition, Place { file, span: peer.span }, cluster))
    };
    list.items.iter().filter_map(compiled).collect()
}

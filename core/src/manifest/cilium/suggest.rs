//! The pods that a Cilium policy has in mind.

use std::borrow::Cow;

use super::{
    ACCOUNT_KEY, CLUSTER_KEY, CiliumPolicy, CiliumSelector, LabelSource, NAMESPACE_KEY, NAMESPACE_LABELS_PREFIX,
    PeerKind,
};
use crate::labels::{LabelSelector, NAMESPACE_NAME, Requirement};
use crate::manifest::network_policy::{Direction, PortMatch};
use crate::manifest::suggestion::{Suggestion, Where};
use crate::ports::Protocol;

impl CiliumPolicy {
    /// Adds the pods that this policy selects, then its peers.
    pub(crate) fn suggest<'m>(&'m self, out: &mut Vec<Suggestion<'m>>) {
        for rule in self.rules.iter().filter(|rule| !rule.nodes) {
            let (pods, namespaces) = taken_apart(&rule.subject);
            let scope = match namespaces {
                Some(namespaces) if self.clusterwide => Where::Matching(Cow::Owned(namespaces)),
                _ => self.own(),
            };
            let ingress = rule.sections.iter().filter(|section| section.direction == Direction::Ingress);
            let rules = ingress.flat_map(|section| &section.entries).flat_map(|entry| &entry.ports);
            let ports = rules.flat_map(|rule| &rule.ports).filter_map(|port| match &port.port {
                PortMatch::Named(name) => {
                    Some((name.as_str(), port.protocols.first().copied().unwrap_or(Protocol::Tcp)))
                }
                PortMatch::Any | PortMatch::Range(_) => None,
            });
            out.push(Suggestion { scope, pods: Cow::Owned(pods), ports: ports.collect() });
        }
        for peer in self.peers() {
            let PeerKind::Endpoints(selector) = &peer.kind else { continue };
            if selector.is_reserved() {
                continue;
            }
            let (pods, namespaces) = taken_apart(selector);
            let scope = namespaces.map_or_else(|| self.own(), |namespaces| Where::Matching(Cow::Owned(namespaces)));
            out.push(Suggestion { scope, pods: Cow::Owned(pods), ports: Vec::new() });
        }
    }

    fn own(&self) -> Where<'_> {
        if self.clusterwide { Where::Anywhere } else { Where::Named(&self.meta.namespace) }
    }
}

/// What a selector asks of a pod's own labels, and what of its namespace's, if it does. What no pod can be given by its
/// labels is left out.
fn taken_apart(selector: &CiliumSelector) -> (LabelSelector, Option<LabelSelector>) {
    let mut pods = LabelSelector { requirements: Vec::new(), span: selector.span };
    let mut namespaces: Option<LabelSelector> = None;
    let of_kubernetes = |source: &LabelSource| matches!(source, LabelSource::Any | LabelSource::K8s);
    for one in selector.requirements.iter().filter(|one| of_kubernetes(&one.source)) {
        let key = one.requirement.key.as_str();
        let of_namespace = match key.strip_prefix(NAMESPACE_LABELS_PREFIX) {
            _ if key == NAMESPACE_KEY => Some(NAMESPACE_NAME),
            label => label,
        };
        if let Some(label) = of_namespace {
            let requirement = Requirement { key: label.to_owned(), ..one.requirement.clone() };
            namespaces.get_or_insert_with(LabelSelector::default).requirements.push(requirement);
        } else if key != ACCOUNT_KEY && key != CLUSTER_KEY {
            pods.requirements.push(one.requirement.clone());
        }
    }
    (pods, namespaces)
}

//! The pods that a policy has in mind: what its selectors would select, whichever dialect it is written in.

use std::borrow::Cow;

use super::Manifests;
use super::network_policy::{NetworkPolicy, PolicyPort, PortMatch};
use crate::labels::LabelSelector;
use crate::ports::Protocol;

/// Pods that a policy suggests to be somewhere.
#[derive(Debug, Clone)]
pub(crate) struct Suggestion<'m> {
    /// In which namespaces.
    pub(crate) scope: Where<'m>,
    /// With which labels; an empty selector suggests no pod of its own.
    pub(crate) pods: Cow<'m, LabelSelector>,
    /// The names that rules give to their ports.
    pub(crate) ports: Vec<(&'m str, Protocol)>,
}

impl<'m> Suggestion<'m> {
    /// The one namespace that is meant, if one is.
    pub(crate) fn namespace(&self) -> Option<&'m str> {
        match self.scope {
            Where::Named(name) => Some(name),
            Where::Matching(_) | Where::Anywhere => None,
        }
    }
}

/// Where suggested pods are.
#[derive(Debug, Clone)]
pub(crate) enum Where<'m> {
    /// In the namespace of that name.
    Named(&'m str),
    /// In a namespace that the selector selects.
    Matching(Cow<'m, LabelSelector>),
    /// In any namespace.
    Anywhere,
}

/// What every policy of `manifests` suggests, policy by policy.
pub(crate) fn suggestions(manifests: &Manifests) -> Vec<Suggestion<'_>> {
    let mut out = Vec::new();
    manifests.policies.iter().for_each(|policy| policy.suggest(&mut out));
    manifests.cilium.iter().for_each(|policy| policy.suggest(&mut out));
    manifests.admin_policies.iter().for_each(|policy| policy.suggest(&mut out));
    manifests.calico_policies.iter().for_each(|policy| policy.suggest(&manifests.network_sets, &mut out));
    out
}

impl NetworkPolicy {
    /// Adds the pods that this policy selects, then its peers.
    pub(crate) fn suggest<'m>(&'m self, out: &mut Vec<Suggestion<'m>>) {
        let own = Where::Named(&self.meta.namespace);
        let ports = self.ingress.iter().flat_map(|rule| &rule.ports).filter_map(named).collect();
        out.push(Suggestion { scope: own.clone(), pods: Cow::Borrowed(&self.pod_selector), ports });
        for rule in self.ingress.iter().chain(&self.egress) {
            for peer in rule.peers.iter().flat_map(|list| &list.items).filter(|peer| peer.ip_block.is_none()) {
                let pods = peer.pod_selector.as_ref().map(|selector| Cow::Borrowed(&selector.selector));
                let scope = peer.namespace_selector.as_ref().map(|s| Where::Matching(Cow::Borrowed(&s.selector)));
                let (pods, scope) = (pods.unwrap_or_default(), scope.unwrap_or_else(|| own.clone()));
                out.push(Suggestion { scope, pods, ports: Vec::new() });
            }
        }
    }
}

fn named(port: &PolicyPort) -> Option<(&str, Protocol)> {
    match &port.port {
        PortMatch::Named(name) => Some((name, port.protocol)),
        PortMatch::Any | PortMatch::Range(_) => None,
    }
}

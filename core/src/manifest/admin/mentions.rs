//! What the policies of administrators mention of the cluster, and the pods that they have in mind.

use std::borrow::Cow;

use super::policy::{AdminPeers, AdminPolicy, AdminPort, AdminPortMatch, AdminRule, AdminSubject, NamespacedPods};
use crate::labels::LabelSelector;
use crate::manifest::mentions::Mentions;
use crate::manifest::suggestion::{Suggestion, Where};
use crate::ports::Protocol;

impl AdminPolicy {
    /// Adds what this policy mentions.
    pub(crate) fn mentions<'m>(&'m self, out: &mut Mentions<'m>) {
        if let AdminSubject::Pods(pods) = &self.subject {
            out.selector(&pods.pods.selector);
        }
        for rule in self.ingress.iter().chain(&self.egress) {
            out.port_names.extend(names(&rule.ports));
            for peer in &rule.peers {
                match &peer.peers {
                    AdminPeers::Pods(pods) => out.selector(&pods.pods.selector),
                    AdminPeers::Networks(blocks) => out.blocks.extend(blocks),
                    AdminPeers::DomainNames(domains) => out.domains.extend(domains),
                    AdminPeers::Namespaces(_) | AdminPeers::Nodes(_) | AdminPeers::Unknown(_) => {}
                }
            }
        }
    }

    /// Adds the pods that this policy selects, then its peers.
    pub(crate) fn suggest<'m>(&'m self, out: &mut Vec<Suggestion<'m>>) {
        let ports = self.ingress.iter().flat_map(named).collect();
        out.push(match &self.subject {
            AdminSubject::Namespaces(own) => suggestion(Some(&own.selector), None, ports),
            AdminSubject::Pods(pods) => some(pods, ports),
        });
        let ingress = self.ingress.iter().map(|rule| (rule, Vec::new()));
        // Which port a name means is the destination's to say.
        let egress = self.egress.iter().map(|rule| (rule, named(rule).collect()));
        for (rule, ports) in ingress.chain(egress) {
            for peer in &rule.peers {
                match &peer.peers {
                    AdminPeers::Namespaces(own) => out.push(suggestion(Some(&own.selector), None, ports.clone())),
                    AdminPeers::Pods(pods) => out.push(some(pods, ports.clone())),
                    _ => {}
                }
            }
        }
    }
}

fn some<'m>(pods: &'m NamespacedPods, ports: Vec<(&'m str, Protocol)>) -> Suggestion<'m> {
    suggestion(pods.namespaces.as_ref().map(|own| &own.selector), Some(&pods.pods.selector), ports)
}

fn suggestion<'m>(
    namespaces: Option<&'m LabelSelector>,
    pods: Option<&'m LabelSelector>,
    ports: Vec<(&'m str, Protocol)>,
) -> Suggestion<'m> {
    let some = namespaces.filter(|namespaces| !namespaces.is_empty());
    let scope = some.map_or(Where::Anywhere, |namespaces| Where::Matching(Cow::Borrowed(namespaces)));
    Suggestion { scope, pods: pods.map(Cow::Borrowed).unwrap_or_default(), ports }
}

fn names(ports: &[AdminPort]) -> impl Iterator<Item = &str> {
    ports.iter().filter_map(|port| match &port.port {
        AdminPortMatch::Named(name) => Some(name.as_str()),
        AdminPortMatch::Numbers(..) | AdminPortMatch::Nothing => None,
    })
}

/// The ports that `rule` names. Nobody says of which protocol they are; most are of TCP.
fn named(rule: &AdminRule) -> impl Iterator<Item = (&str, Protocol)> {
    names(&rule.ports).map(|name| (name, Protocol::Tcp))
}

//! What Calico's policies and network sets mention of the cluster.

use super::selector::Selector;
use super::{
    ACCOUNT_LABEL, AccountMatch, Entity, NAMESPACE_LABEL, NetworkSet, ORCHESTRATOR_LABEL, Policy, PortKind, Rule,
};
use crate::manifest::mentions::Mentions;
use crate::manifest::network_policy::Direction;

impl Policy {
    /// Adds what this policy mentions; nothing where it never acts on pods.
    pub(crate) fn mentions<'m>(&'m self, out: &mut Mentions<'m>) {
        if self.host_only.is_some() {
            return;
        }
        if let Some(namespace) = self.namespace() {
            out.namespaces.push((self.meta.place, namespace));
        }
        keys(self.selector.as_ref(), out);
        out.accounts |= self.service_account_selector.is_some();
        for direction in Direction::ALL {
            self.rules(direction).iter().for_each(|rule| rule.mentions(direction, out));
        }
    }
}

impl NetworkSet {
    /// Adds the addresses of this set.
    pub(crate) fn mentions<'m>(&'m self, out: &mut Mentions<'m>) {
        out.blocks.extend(&self.nets);
    }
}

impl Rule {
    fn mentions<'m>(&'m self, direction: Direction, out: &mut Mentions<'m>) {
        self.source.mentions(out);
        self.destination.mentions(out);
        let peer = if direction == Direction::Ingress { &self.source } else { &self.destination };
        // Its networks are of one family anyway; without any the rule may mean all addresses of that family.
        if let Some(family) = self.family().filter(|_| peer.reaches_outside()) {
            out.family(family == 4);
        }
        let ports = self.destination.ports.iter().chain(&self.destination.not_ports);
        out.port_names.extend(ports.filter_map(|port| match &port.kind {
            PortKind::Named(name) => Some(name.as_str()),
            PortKind::Range(_) => None,
        }));
    }
}

impl Entity {
    /// Whether it may mean all that is outside, whatever else it asks for.
    fn reaches_outside(&self) -> bool {
        let accounts = self.accounts.as_ref().is_some_and(AccountMatch::asks);
        let known = self.selector.is_some() || self.namespace_selector.is_some() || accounts;
        !known && self.services.is_none() && self.nets.is_empty()
    }

    fn mentions<'m>(&'m self, out: &mut Mentions<'m>) {
        keys(self.selector.as_ref(), out);
        keys(self.not_selector.as_ref(), out);
        out.blocks.extend(self.blocks());
        out.accounts |= self.accounts.as_ref().is_some_and(AccountMatch::asks);
        out.services |= self.services.is_some();
    }
}

/// The pod labels that a selector looks at. Some are Calico's own, and pods that differ in nothing else share them.
fn keys<'m>(selector: Option<&'m Selector>, out: &mut Mentions<'m>) {
    for key in selector.into_iter().flat_map(Selector::keys) {
        match key {
            NAMESPACE_LABEL | ORCHESTRATOR_LABEL => {}
            ACCOUNT_LABEL => out.accounts = true,
            key => out.keys.push(key),
        }
    }
}

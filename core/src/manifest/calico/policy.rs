//! Calico's `NetworkPolicy` and `GlobalNetworkPolicy` as typed objects (`networkpolicy.go`, `globalnetworkpolicy.go`).

use super::order::Order;
use super::rule::{Entity, Rule};
use super::selector::Selector;
use crate::manifest::meta::Meta;
use crate::manifest::network_policy::{Direction, IpBlock};
use crate::source::Span;

/// A policy of either kind, with its defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Name and place; the namespace counts only if it is not global.
    pub meta: Meta,
    /// Whether it is a `GlobalNetworkPolicy`.
    pub global: bool,
    /// `spec.tier`, or `default`.
    pub tier: String,
    /// Where `spec.tier` stands, if it does.
    pub tier_span: Option<Span>,
    /// `spec.order`.
    pub order: Order,
    /// Where `spec.order` stands, if it does.
    pub order_span: Option<Span>,
    /// `spec.selector`; `None` when absent or empty, which matches everything.
    pub selector: Option<Selector>,
    /// `spec.serviceAccountSelector`, over the labels of the pod's service account.
    pub service_account_selector: Option<Selector>,
    /// `spec.namespaceSelector` of a global policy, over the labels of the pod's namespace.
    pub namespace_selector: Option<Selector>,
    /// `spec.types`, its value; `None` when absent.
    pub types: Option<Span>,
    /// Whether it applies to ingress: `types`, or its default.
    pub applies_to_ingress: bool,
    /// Whether it applies to egress: `types`, or its default.
    pub applies_to_egress: bool,
    /// `spec.ingress`, in order.
    pub ingress: Vec<Rule>,
    /// `spec.egress`, in order.
    pub egress: Vec<Rule>,
    /// The field that makes it act on the interfaces of nodes alone, never on pods.
    pub host_only: Option<HostOnly>,
}

/// What makes a policy act on the interfaces of nodes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostOnly {
    /// `doNotTrack: true`.
    DoNotTrack,
    /// `preDNAT: true`.
    PreDnat,
}

impl Policy {
    /// `NetworkPolicy` or `GlobalNetworkPolicy`.
    pub fn kind(&self) -> &'static str {
        if self.global { "GlobalNetworkPolicy" } else { "NetworkPolicy" }
    }

    /// The namespace whose pods it selects; `None` for those of all.
    pub fn namespace(&self) -> Option<&str> {
        (!self.global).then_some(self.meta.namespace.as_str())
    }

    /// Whether it applies to `direction`. Rules of a direction to which it does not are inert.
    pub fn applies_to(&self, direction: Direction) -> bool {
        match direction {
            Direction::Ingress => self.applies_to_ingress,
            Direction::Egress => self.applies_to_egress,
        }
    }

    /// The rules of `direction`, in order.
    pub fn rules(&self, direction: Direction) -> &[Rule] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }

    /// Every address range in it.
    pub fn ip_blocks(&self) -> impl Iterator<Item = &IpBlock> {
        let entities = self.ingress.iter().chain(&self.egress).flat_map(|rule| [&rule.source, &rule.destination]);
        entities.flat_map(Entity::blocks)
    }
}

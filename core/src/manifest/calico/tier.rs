//! Calico's `Tier` (`tier.go`): policies that are asked before or after others.

use super::order::Order;
use super::rule::Action;
use crate::manifest::meta::Meta;
use crate::source::Span;

/// The tier of policies that name none, and of Kubernetes NetworkPolicies.
pub const DEFAULT_TIER: &str = "default";

/// The names of the tiers that every cluster has.
pub const BUILT_IN_TIERS: [&str; 3] = [BUILT_IN[0].0, BUILT_IN[1].0, BUILT_IN[2].0];
/// The tiers that every cluster has: their names, orders, and what becomes of connections that no policy of theirs
/// decides.
const BUILT_IN: [(&str, f64, Action); 3] = [
    ("kube-admin", 1_000.0, Action::Pass),
    (DEFAULT_TIER, 1_000_000.0, Action::Deny),
    ("kube-baseline", 10_000_000.0, Action::Pass),
];

/// A tier as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Name and place.
    pub meta: Meta,
    /// `spec.order`.
    pub order: Order,
    /// `spec.defaultAction`, Deny or Pass: what becomes of connections of an endpoint that its policies select and do
    /// not decide.
    pub default_action: Action,
    /// Where `spec.defaultAction` stands, if it does.
    pub default_action_span: Option<Span>,
}

impl Tier {
    /// Order and default action of the tier `name` that every cluster has, if it is one.
    pub fn built_in(name: &str) -> Option<(Order, Action)> {
        let (_, order, action) = BUILT_IN.iter().find(|(known, ..)| *known == name)?;
        Some((Order::new(*order)?, *action))
    }
}

/// Whether every cluster has the tier `name`.
pub(super) fn is_built_in(name: &str) -> bool {
    BUILT_IN.iter().any(|(known, ..)| *known == name)
}

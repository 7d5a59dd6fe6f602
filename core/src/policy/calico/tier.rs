//! The tiers of a cluster, in order (`felix/calc/policy_sorter.go`, `TierLess`).

use std::collections::BTreeSet;

use crate::manifest::Manifests;
use crate::manifest::calico::{Action, BUILT_IN_TIERS, Order, Tier};

/// The names of all tiers in the order in which they are asked: those that every cluster has, those of the text, and at
/// last those that only policies name.
pub(in crate::policy) fn tiers(manifests: &Manifests) -> Vec<&str> {
    let built_in = BUILT_IN_TIERS.iter().filter_map(|name| Some((false, Tier::built_in(name)?.0, *name)));
    let declared = manifests.tiers.iter().map(|tier| (false, tier.order, tier.meta.name.value.as_str()));
    let mut all: Vec<(bool, Order, &str)> = built_in.chain(declared).collect();
    all.extend(manifests.calico_policies.iter().map(|policy| (true, Order::LAST, policy.tier.as_str())));
    all.sort();
    let mut seen = BTreeSet::new();
    all.into_iter().map(|(.., name)| name).filter(|name| seen.insert(*name)).collect()
}

/// What becomes of what the policies of tier `name` do not decide.
pub(super) fn default_action(name: &str, manifests: &Manifests) -> Action {
    let declared = manifests.tiers.iter().find(|tier| tier.meta.name.value == name).map(|tier| tier.default_action);
    declared.or_else(|| Tier::built_in(name).map(|(_, action)| action)).unwrap_or(Action::Deny)
}

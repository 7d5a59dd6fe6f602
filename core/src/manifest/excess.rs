//! Past the limits the rest is left out, and the first object left out says so.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::mentions::Mentions;
use super::{AdminPolicy, MAX_NETWORKS, MAX_WORKLOADS, Manifests, Meta, NetworkPolicy};
use crate::diagnostic::Diagnostic;
use crate::source::Place;

/// Leaves out pods and workloads past [`MAX_WORKLOADS`], and policies past [`MAX_NETWORKS`].
pub(super) fn drop_excess(out: &mut Manifests) {
    if let Some(first) = out.workloads.get(MAX_WORKLOADS) {
        let message = format!("More than {MAX_WORKLOADS} pods and workloads: from here on they are left out.");
        out.diagnostics.push(Diagnostic::error("too-many", first.meta.place, message));
        out.refused += out.workloads.len() - MAX_WORKLOADS;
        out.workloads.truncate(MAX_WORKLOADS);
    }
    let mut named = Vec::new();
    networks(&out.policies, |policy| &policy.meta, NetworkPolicy::mentions, &mut named);
    networks(&out.admin_policies, |policy| &policy.meta, AdminPolicy::mentions, &mut named);
    let Some(first) = excess(named) else { return };
    let message = format!(
        "More than {MAX_NETWORKS} different address ranges in policies: from this policy on they are left out."
    );
    out.diagnostics.push(Diagnostic::error("too-many", first, message));
    out.refused += keep_before(&mut out.policies, |policy| &policy.meta, first);
    out.refused += keep_before(&mut out.admin_policies, |policy| &policy.meta, first);
}

/// The networks that objects name, each object with its place.
type Named = Vec<(Place, Vec<IpNet>)>;

/// Adds those that `objects` name.
fn networks<T>(
    objects: &[T],
    meta: impl Fn(&T) -> &Meta,
    mentions: impl for<'m> Fn(&'m T, &mut Mentions<'m>),
    named: &mut Named,
) {
    for object in objects {
        let mut out = Mentions::default();
        mentions(object, &mut out);
        let nets = out.blocks.iter().flat_map(|block| block.except.iter().chain([&block.cidr]));
        named.push((meta(object).place, nets.copied().collect()));
    }
}

/// The first object in text order with which there are too many.
fn excess(mut named: Named) -> Option<Place> {
    named.sort_by_key(|(place, _)| *place);
    let mut seen: BTreeSet<IpNet> = BTreeSet::new();
    let over = named.into_iter().find(|(_, nets)| {
        seen.extend(nets);
        seen.len() > MAX_NETWORKS
    });
    over.map(|(place, _)| place)
}

/// Leaves out the objects from `end` on, and says how many.
fn keep_before<T>(objects: &mut Vec<T>, meta: impl Fn(&T) -> &Meta, end: Place) -> usize {
    let before = objects.len();
    objects.retain(|object| meta(object).place < end);
    before - objects.len()
}

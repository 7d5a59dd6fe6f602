//! Past the limits the rest is left out, and the first object left out says so.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::calico;
use super::cilium::{CiliumCidrGroup, CiliumPolicy};
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
    networks(&out.cilium, |policy| &policy.meta, CiliumPolicy::mentions, &mut named);
    networks(&out.cilium_groups, |group| &group.meta, CiliumCidrGroup::mentions, &mut named);
    networks(&out.calico_policies, |policy| &policy.meta, calico::Policy::mentions, &mut named);
    networks(&out.network_sets, |set| &set.meta, calico::NetworkSet::mentions, &mut named);
    let Some(first) = excess(named) else { return };
    let message = format!(
        "More than {MAX_NETWORKS} different address ranges in policies: from this policy on they are left out."
    );
    out.diagnostics.push(Diagnostic::error("too-many", first, message));
    out.refused += keep_before(&mut out.policies, |policy| &policy.meta, first);
    out.refused += keep_before(&mut out.admin_policies, |policy| &policy.meta, first);
    out.refused += keep_before(&mut out.cilium, |policy| &policy.meta, first);
    out.refused += keep_before(&mut out.cilium_groups, |group| &group.meta, first);
    out.refused += keep_before(&mut out.calico_policies, |policy| &policy.meta, first);
    out.refused += keep_before(&mut out.network_sets, |set| &set.meta, first);
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

#[cfg(test)]
mod tests {
    use crate::manifest::{MAX_NETWORKS, read};
    use crate::source::Source;

    fn nets(from: usize, count: usize) -> Vec<String> {
        (from..from + count).map(|n| format!("10.{}.{}.0/24", n / 256, n % 256)).collect()
    }

    fn network(name: &str, from: usize, count: usize) -> String {
        let blocks: Vec<_> = nets(from, count).iter().map(|net| format!("{{ipBlock: {{cidr: {net}}}}}")).collect();
        format!(
            "{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: {name}}}, \
             spec: {{podSelector: {{}}, ingress: [{{from: [{}]}}]}}}}\n---\n",
            blocks.join(", ")
        )
    }

    fn admin(priority: usize, from: usize, count: usize) -> String {
        let peers: Vec<_> =
            nets(from, count).chunks(25).map(|nets| format!("{{networks: [{}]}}", nets.join(", "))).collect();
        let rules: Vec<_> =
            peers.chunks(25).map(|peers| format!("{{action: Deny, to: [{}]}}", peers.join(", "))).collect();
        format!(
            "{{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {{name: a{priority}}}, \
             spec: {{tier: Admin, priority: {priority}, subject: {{namespaces: {{}}}}, egress: [{}]}}}}\n---\n",
            rules.join(", ")
        )
    }

    #[test]
    fn the_networks_of_all_dialects_count_together() {
        let half = MAX_NETWORKS / 2;
        let text = |last: usize| {
            let text = [network("a", 0, half), admin(1, 0, half + 1), admin(2, half, last), network("d", 0, 1)];
            read(&[Source::new("all", text.concat())])
        };
        let full = text(half);
        assert_eq!(full.diagnostics, []);
        assert_eq!((full.policies.len(), full.admin_policies.len(), full.refused), (2, 2, 0));
        let over = text(half + 1);
        assert_eq!(over.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), ["too-many"]);
        assert_eq!((over.policies.len(), over.admin_policies.len(), over.refused), (1, 1, 2));
    }
}

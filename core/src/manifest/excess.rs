//! Past the limits the rest is left out, and the first object left out says so.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::calico;
use super::cilium::{CiliumCidrGroup, CiliumPolicy};
use super::mentions::Mentions;
use super::{AdminPolicy, MAX_HOSTS, MAX_NETWORKS, MAX_WORKLOADS, Manifests, Meta, NetworkPolicy};
use crate::diagnostic::Diagnostic;
use crate::domain::Domain;
use crate::source::Place;

/// Leaves out pods and workloads past [`MAX_WORKLOADS`], policies past [`MAX_NETWORKS`] and [`MAX_HOSTS`], and what is
/// behind Services past [`MAX_NETWORKS`] where policies mean it.
pub(super) fn drop_excess(out: &mut Manifests) {
    if let Some(first) = out.workloads.get(MAX_WORKLOADS) {
        let message = format!("More than {MAX_WORKLOADS} pods and workloads: from here on they are left out.");
        out.diagnostics.push(Diagnostic::error("too-many", first.meta.place, message));
        out.refused += out.workloads.len() - MAX_WORKLOADS;
        out.workloads.truncate(MAX_WORKLOADS);
    }
    let mut named = Vec::new();
    gather(&out.policies, |policy| &policy.meta, NetworkPolicy::mentions, &mut named);
    gather(&out.admin_policies, |policy| &policy.meta, AdminPolicy::mentions, &mut named);
    gather(&out.cilium, |policy| &policy.meta, CiliumPolicy::mentions, &mut named);
    gather(&out.cilium_groups, |group| &group.meta, CiliumCidrGroup::mentions, &mut named);
    gather(&out.calico_policies, |policy| &policy.meta, calico::Policy::mentions, &mut named);
    gather(&out.network_sets, |set| &set.meta, calico::NetworkSet::mentions, &mut named);
    let behind_services = named.iter().any(|one| one.services);
    if let Some((first, what)) = excess(named) {
        let message = format!("More than {what} in policies: from this policy on they are left out.");
        out.diagnostics.push(Diagnostic::error("too-many", first, message));
        out.refused += keep_before(&mut out.policies, |policy| &policy.meta, first);
        out.refused += keep_before(&mut out.admin_policies, |policy| &policy.meta, first);
        out.refused += keep_before(&mut out.cilium, |policy| &policy.meta, first);
        out.refused += keep_before(&mut out.cilium_groups, |group| &group.meta, first);
        out.refused += keep_before(&mut out.calico_policies, |policy| &policy.meta, first);
        out.refused += keep_before(&mut out.network_sets, |set| &set.meta, first);
    }
    if behind_services {
        drop_backends(out);
    }
}

/// Leaves out the addresses behind Services, from the first Service with which there are too many.
fn drop_backends(out: &mut Manifests) {
    let mut behind: BTreeMap<(&str, &str), Vec<IpAddr>> = BTreeMap::new();
    for slice in &out.slices {
        let addresses = slice.addresses.iter().map(|block| block.cidr.addr());
        behind.entry((&slice.namespace, &slice.service)).or_default().extend(addresses);
    }
    let mut seen: BTreeSet<IpAddr> = BTreeSet::new();
    let over = out.services.iter().position(|service| {
        let own = (service.meta.namespace.as_str(), service.meta.name.value.as_str());
        seen.extend(behind.get(&own).filter(|_| service.selector.is_none()).into_iter().flatten());
        seen.len() > MAX_NETWORKS
    });
    let Some(first) = over.and_then(|at| out.services.get(at)) else { return };
    let message = format!("More than {MAX_NETWORKS} addresses behind Services: from this one on they are left out.");
    out.diagnostics.push(Diagnostic::error("too-many", first.meta.place, message));
    let kept: BTreeSet<(String, String)> = out
        .services
        .iter()
        .take(over.unwrap_or_default())
        .map(|service| (service.meta.namespace.clone(), service.meta.name.value.clone()))
        .collect();
    let before = out.slices.len();
    out.slices.retain(|slice| kept.contains(&(slice.namespace.clone(), slice.service.clone())));
    out.refused += before - out.slices.len();
}

/// What one object names outside the cluster, and where it stands.
struct Named {
    place: Place,
    nets: Vec<IpNet>,
    hosts: Vec<Domain>,
    services: bool,
}

/// Adds what `objects` name.
fn gather<T>(
    objects: &[T],
    meta: impl Fn(&T) -> &Meta,
    mentions: impl for<'m> Fn(&'m T, &mut Mentions<'m>),
    named: &mut Vec<Named>,
) {
    for object in objects {
        let mut out = Mentions::default();
        mentions(object, &mut out);
        let nets = out.blocks.iter().flat_map(|block| block.except.iter().chain([&block.cidr]));
        named.push(Named {
            place: meta(object).place,
            nets: nets.copied().collect(),
            hosts: out.domains.into_iter().cloned().collect(),
            services: out.services,
        });
    }
}

/// The first object in text order with which there is too much, and of what.
fn excess(mut named: Vec<Named>) -> Option<(Place, String)> {
    named.sort_by_key(|one| one.place);
    let (mut nets, mut hosts) = (BTreeSet::new(), HashSet::new());
    named.into_iter().find_map(|one| {
        nets.extend(one.nets);
        hosts.extend(one.hosts);
        if nets.len() > MAX_NETWORKS {
            Some((one.place, format!("{MAX_NETWORKS} different address ranges")))
        } else if hosts.len() > MAX_HOSTS {
            Some((one.place, format!("{MAX_HOSTS} different names of hosts")))
        } else {
            None
        }
    })
}

/// Leaves out the objects from `end` on, and says how many.
fn keep_before<T>(objects: &mut Vec<T>, meta: impl Fn(&T) -> &Meta, end: Place) -> usize {
    let before = objects.len();
    objects.retain(|object| meta(object).place < end);
    before - objects.len()
}

#[cfg(test)]
mod tests {
    use crate::manifest::{MAX_HOSTS, MAX_NETWORKS, read};
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

    #[test]
    fn names_of_hosts_are_counted() {
        let policy = |name: &str, from: usize, count: usize| {
            let hosts: Vec<_> = (from..from + count).map(|n| format!("{{matchName: h{n}.example.com}}")).collect();
            format!(
                "{{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {{name: {name}}}, \
                 spec: {{endpointSelector: {{}}, egress: [{{toFQDNs: [{}]}}]}}}}\n---\n",
                hosts.join(", ")
            )
        };
        let text =
            |last: usize| read(&[Source::new("all", [policy("a", 0, MAX_HOSTS), policy("b", 1, last)].concat())]);
        assert_eq!((text(MAX_HOSTS - 1).cilium.len(), text(MAX_HOSTS).cilium.len()), (2, 1));
        assert!(text(MAX_HOSTS).diagnostics.iter().any(|found| found.code == "too-many"));
    }

    #[test]
    fn addresses_behind_services_count_where_a_policy_means_them() {
        let service = |name: &str, from: usize, count: usize| {
            let ips: Vec<_> = (from..from + count).map(|n| format!("10.{}.{}.1", n / 256, n % 256)).collect();
            format!(
                "{{apiVersion: v1, kind: Service, metadata: {{name: {name}}}, spec: {{ports: [{{port: 80}}]}}}}\n---\n\
                 {{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4, \
                 metadata: {{name: {name}, labels: {{kubernetes.io/service-name: {name}}}}}, \
                 endpoints: [{{addresses: [{}]}}]}}\n---\n",
                ips.join(", ")
            )
        };
        let policy = "{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: p}, \
                      spec: {selector: all(), types: [Egress], egress: [{action: Allow, destination: {services: {name: a}}}]}}";
        let services = [service("a", 0, MAX_NETWORKS), service("b", MAX_NETWORKS, 1)].concat();
        let found = |text: String| {
            let read = read(&[Source::new("all", text)]);
            (read.slices.len(), read.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>())
        };
        assert_eq!(found(services.clone()), (2, vec![]));
        assert_eq!(found(services + policy), (1, vec!["too-many"]));
    }
}

//! The cluster's own DNS: who may ask it, and the server that is assumed where nobody describes one.

use netpol_core::lint::dns::{REMARK, remark, remark_among, unresolved};
use netpol_core::source::Source;
use netpol_core::{Analysis, Setting, analyze, analyze_in};

const PODS: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, labels: {app: api}}}
";
const EGRESS: &str = "---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: api}}}]}]}}
";
const DNS: &str = "---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: dns}, spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}]}]}}
";
const INGRESS: &str = "---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: in}, spec: {podSelector: {}}}
";

fn under(text: &str, dns: bool) -> Analysis {
    analyze_in(vec![Source::new("all", text)], Setting { cni: None, dns })
}

fn ids(analysis: &Analysis) -> Vec<&str> {
    let pods = analysis.cluster.endpoints.iter().filter(|endpoint| !endpoint.is_external());
    pods.map(|endpoint| endpoint.id.as_str()).collect()
}

/// The ids of those whose names do not resolve.
fn lost(analysis: &Analysis) -> Vec<&str> {
    unresolved(analysis).iter().map(|at| analysis.cluster.endpoints[at].id.as_str()).collect()
}

#[test]
fn a_server_is_assumed_where_egress_is_isolated_and_nobody_describes_one() {
    let asked = format!("{PODS}{EGRESS}");
    assert_eq!(ids(&under(&asked, true)), ["default/web", "default/api", "kube-system/kube-dns"]);
    assert_eq!(under(&asked, false), analyze(vec![Source::new("all", asked.as_str())]));
    assert_eq!(ids(&under(&asked, false)), ["default/web", "default/api"]);
    let namespace = "---\n{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}\n";
    let server = "---\n{apiVersion: v1, kind: Pod, metadata: {name: x, labels: {k8s-app: kube-dns}}}\n";
    let selects_none = EGRESS.replace("app: web", "app: nobody");
    for known in [namespace, server] {
        assert!(!ids(&under(&format!("{asked}{known}"), true)).contains(&"kube-system/kube-dns"), "{known}");
    }
    for policy in [INGRESS, selects_none.as_str(), ""] {
        assert_eq!(ids(&under(&format!("{PODS}{policy}"), true)), ["default/web", "default/api"], "{policy}");
    }
    // Without pods those that selectors suggest are there, and no others.
    assert_eq!(ids(&under(EGRESS, true)), ids(&under(EGRESS, false)));
}

#[test]
fn the_server_is_a_pod_like_others() {
    let analysis = under(&format!("{PODS}{EGRESS}{DNS}"), true);
    let find = |id| analysis.cluster.find(id).unwrap();
    let allowed = |from, to| analysis.connectivity.connection(find(from), find(to)).unwrap().allowed.to_string();
    assert_eq!(allowed("default/web", "kube-system/kube-dns"), "UDP/53");
    assert_eq!(allowed("kube-system/kube-dns", "default/web"), "all ports");
    let endpoint = &analysis.cluster.endpoints[find("kube-system/kube-dns")];
    assert!(endpoint.assumed && endpoint.place.is_none());
    assert!(analysis.cluster.namespace_of(endpoint).unwrap().assumed);
    let written = netpol_core::cluster::assumed_manifest(&analysis.cluster);
    let again = under(&format!("{PODS}{EGRESS}{DNS}---\n{written}"), true);
    assert_eq!((ids(&again), again.manifests.diagnostics.len()), (ids(&analysis), 0));
}

#[test]
fn names_are_lost_on_the_arrows_that_are_left() {
    for dns in [false, true] {
        let analysis = under(&format!("{PODS}{EGRESS}"), dns);
        assert_eq!(lost(&analysis), ["default/web"]);
        let find = |id| analysis.cluster.find(id).unwrap();
        let (web, api) = (find("default/web"), find("default/api"));
        let others = (0..analysis.cluster.endpoints.len()).filter(|at| *at != api);
        assert_eq!(remark(&analysis, web, api), Some(REMARK));
        assert!(others.clone().all(|to| remark(&analysis, web, to).is_none()));
        assert!((0..analysis.cluster.endpoints.len()).all(|to| remark(&analysis, api, to).is_none()));
        let all = unresolved(&analysis);
        for to in 0..=analysis.cluster.endpoints.len() {
            assert_eq!(remark(&analysis, web, to), remark_among(&analysis, &all, web, to));
        }
    }
    assert_eq!(lost(&under(&format!("{PODS}{EGRESS}{DNS}"), true)), [""; 0]);
    assert_eq!(lost(&under(&format!("{PODS}{INGRESS}"), true)), [""; 0]);
}

/// A lookup over TCP alone is none.
#[test]
fn lookups_are_made_over_udp() {
    let tcp = DNS.replace("UDP", "TCP");
    assert_eq!(lost(&under(&format!("{PODS}{tcp}"), false)), ["default/web", "default/api"]);
}

//! What explanations say where Cilium decides, alone and beside others.

use crate::cni::Cni;
use crate::explain::{Explanation, explain};
use crate::manifest::Direction;
use crate::source::Source;
use crate::{Analysis, analyze, analyze_under};

const PODS: &str = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop, labels: {app: api}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: far, namespace: blog, labels: {app: web}}}
---
";

const HTTP: &str = "apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: http, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts: [{ports: [{port: \"80\", protocol: TCP}], rules: {http: [{method: GET}]}}]
";

const CALICO: &str = "---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: calico, namespace: shop}
spec: {selector: app == 'api', ingress: [{action: Deny, source: {namespaceSelector: all()}}]}
";

fn explained(analysis: &Analysis, from: &str) -> Explanation {
    assert_eq!(analysis.manifests.diagnostics, []);
    let at = |id: &str| analysis.cluster.find(id).unwrap();
    explain(analysis, at(from), at("shop/api"), None).unwrap()
}

#[test]
fn a_denial_of_one_enforcer_is_not_softened_by_what_the_other_leaves_to_its_defaults() {
    let analysis = analyze(vec![Source::new("all", format!("{PODS}{HTTP}{CALICO}"))]);
    assert_eq!(analysis.cni, Cni::Plain);
    let side = explained(&analysis, "blog/far").ingress;
    assert_eq!(side.headline(), "two policies select it, a rule denies it");
    let denier = side.denied_by().and_then(|at| analysis.policies.get(at));
    assert_eq!(denier.map(|policy| policy.name.as_str()), Some("calico"));
}

#[test]
fn a_request_that_passes_by_default_is_not_said_to_pass_by_a_rule() {
    let lines = |text: &str| {
        let analysis = analyze(vec![Source::new("all", format!("{PODS}{text}"))]);
        let side = explained(&analysis, "shop/web").ingress;
        assert_eq!(side.direction, Direction::Ingress);
        let trace = &side.policies[0];
        side.http_of(trace.policy, &trace.rules[0], None).into_iter().map(|line| line.words).collect::<Vec<_>>()
    };
    let open = HTTP.replace("  ingress:", "  enableDefaultDeny: {ingress: false}\n  ingress:");
    assert_eq!(lines(&open), ["the other requests pass too: what no rule matches is allowed"]);
    let both = format!("{HTTP}  - fromEndpoints: [{{}}]\n");
    assert_eq!(lines(&both), ["another rule lets every request through"]);
    assert_eq!(lines(HTTP), ["GET", "any other request is answered 403"]);
}

#[test]
fn a_kind_that_two_dialects_have_is_said_to_be_calicos() {
    let analysis = analyze_under(vec![Source::new("all", format!("{PODS}{HTTP}{CALICO}"))], Cni::Cilium);
    let found: Vec<&str> = analysis.manifests.diagnostics.iter().map(|found| found.message.as_str()).collect();
    assert!(found[0].starts_with("Cilium does not enforce this Calico NetworkPolicy: "), "{found:?}");
}

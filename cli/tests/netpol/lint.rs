use crate::case::{Case, DB_POLICY, SHOP};

#[test]
fn nothing() {
    let case = Case::new("lint shop.yaml").file("shop.yaml", SHOP);
    case.check(0, "0 errors, 0 warnings in 1 file: 3 objects checked.\n", "");
}

/// Notes alone are no reason to fail.
#[test]
fn notes() {
    Case::new("lint shop.yaml db.yaml").file("shop.yaml", SHOP).file("db.yaml", DB_POLICY).check(
        0,
        "\
db.yaml:4:9: note: No policy isolates 2 of 3 workloads of `shop`: `web` and `api` take connections from and to everybody.
 4 |   name: db
   |         ^^
   = help: A policy with an empty podSelector and no rules isolates all of a namespace.
   = lesson: 5.2-default-deny
0 errors, 0 warnings, 1 note in 2 files: 4 objects checked.
",
        "",
    );
}

/// What is probably not meant, with the command that mends it and the lesson about it.
#[test]
fn mistakes() {
    let text = "\
{apiVersion: v1, kind: Namespace, metadata: {name: ops-team}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {team: ops}}
";
    Case::new("lint all.yaml").file("all.yaml", text).check(
        1,
        "\
all.yaml:12:41: warning: No namespace has `team=ops`, which `db` asks for in `from`: this peer matches nobody.
 12 |     - namespaceSelector: {matchLabels: {team: ops}}
    |                                         ^^^^^^^^^
    = help: Give the namespace the label that the policy asks for, or ask for a label that it has.
    = command: kubectl label namespace ops-team team=ops
    = lesson: 5.6-mistake-4-labels
0 errors, 1 warning in 1 file: 3 objects checked.
",
        "",
    );
}

/// The plugin decides whether anything is enforced.
#[test]
fn plugins() {
    let policy = "\
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: db}, spec: {podSelector: {}, ingress: [{}]}}
";
    Case::new("lint --cni flannel db.yaml").file("db.yaml", policy).check(
        1,
        "\
db.yaml:1:74: warning: Flannel enforces no NetworkPolicy: the cluster accepts them without a word, and this policy has no effect.
 1 | {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: db}, spec: {podSelector: {}, ingress: [{}]}}
   |                                                                          ^^
   = help: Run a plugin that enforces policies, such as Calico or Cilium; Calico can do so beside Flannel.
   = command: kubectl get pods -n kube-system | grep -E 'calico|cilium|weave'
   = lesson: 5.6-mistake-5-cni
0 errors, 1 warning in 1 file: 1 object checked.
",
        "",
    );
}

#[test]
fn warnings() {
    let policy = DB_POLICY.replace("  ingress:", "  policyTypes: [Egress]\n  ingress:");
    Case::new("lint db.yaml").file("db.yaml", policy).check(
        1,
        "\
db.yaml:9:16: note: `db` isolates 1 pod of `shop` for egress, and it may open no connection at all, not even a lookup to DNS: `db`.
 9 |   policyTypes: [Egress]
   |                ^^^^^^^^
   = help: Allow UDP and TCP port 53 to the pods of the cluster's DNS, in kube-system.
   = lesson: 5.6-mistake-1-dns
db.yaml:10:3: warning: These ingress rules are inert: policyTypes does not list Ingress.
 10 |   ingress:
    |   ^^^^^^^
    = help: Add `Ingress` to policyTypes, or remove the rules.
0 errors, 1 warning, 1 note in 1 file: 1 object checked.
",
        "",
    );
}

#[test]
fn errors() {
    let policy = DB_POLICY.replace("  podSelector:\n    matchLabels", "  podSelecter:\n    matchLabels");
    let other = "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: db}}\n";
    Case::new("lint db.yaml").file("db.yaml", policy + other).check(
        2,
        "\
db.yaml:7:3: error: spec has no field `podSelecter`; did you mean `podSelector`?
 7 |   podSelecter:
   |   ^^^^^^^^^^^
1 error, 0 warnings in 1 file: 1 object checked, 1 of other kinds passed over.
",
        "",
    );
}

/// The file that cannot be read outweighs the one without a finding.
#[test]
fn unreadable_files() {
    Case::new("lint shop.yaml nowhere.yaml").file("shop.yaml", SHOP).check(
        2,
        "0 errors, 0 warnings in 1 file: 3 objects checked.\n",
        "nowhere.yaml: error: There is no such file or folder.\n",
    );
}

/// Objects of every dialect are counted.
#[test]
fn other_dialects() {
    let text = "\
{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: a}, spec: {endpointSelector: {}, ingress: [{}]}}
---
{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: a}, spec: {selector: all()}}
---
{apiVersion: cilium.io/v2, kind: CiliumCIDRGroup, metadata: {name: a}, spec: {externalCIDRs: [192.0.2.0/24]}}
";
    Case::new("lint all.yaml").file("all.yaml", text).check(
        0,
        "0 errors, 0 warnings in 1 file: 3 objects checked.\n",
        "",
    );
}

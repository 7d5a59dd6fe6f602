use crate::case::{Case, DB_POLICY, SHOP};

#[test]
fn nothing() {
    let case = Case::new("lint shop.yaml db.yaml").file("shop.yaml", SHOP).file("db.yaml", DB_POLICY);
    case.check(0, "0 errors, 0 warnings in 2 files: 4 objects checked.\n", "");
}

#[test]
fn warnings() {
    let policy = DB_POLICY.replace("  ingress:", "  policyTypes: [Egress]\n  ingress:");
    Case::new("lint db.yaml").file("db.yaml", policy).check(
        1,
        "\
db.yaml:10:3: warning: These ingress rules are inert: policyTypes does not list Ingress.
 10 |   ingress:
    |   ^^^^^^^
    = help: Add `Ingress` to policyTypes, or remove the rules.
0 errors, 1 warning in 1 file: 1 object checked.
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

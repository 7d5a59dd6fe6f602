use crate::case::{Case, DB_POLICY, SHOP, spelled};

const CACHE: &str = "\
---
apiVersion: v1
kind: Pod
metadata: {name: cache, namespace: shop, labels: {app: cache}}
";

/// The later state closes the database to the Deployment, opens it to the web pod on another port, and swaps a pod.
fn shop(arguments: &str) -> Case {
    let before = format!("{SHOP}{}", CACHE.replace("cache", "queue"));
    let after = format!("{SHOP}{CACHE}");
    let opened =
        format!("{DB_POLICY}  - from: [{{podSelector: {{matchLabels: {{app: web}}}}}}]\n    ports: [{{port: 80}}]\n");
    Case::new(arguments)
        .file("before/pods.yaml", before)
        .file("before/db.yaml", opened)
        .file("after/pods.yaml", after)
        .file("after/db.yaml", DB_POLICY.replace("app: api", "app: web"))
}

#[test]
fn table() {
    shop("diff --before before --after after").check(
        1,
        "\
added     shop/cache  (3 connections out, 4 in)
removed   shop/queue  (3 connections out, 4 in)
changes   shop/web             shop/db  TCP/80 → TCP/5432
vanishes  shop/Deployment/api  shop/db  TCP/5432 → blocked by ingress
Connections: 1 vanish, 1 change. Endpoints: 1 added, 1 removed.
",
        "",
    );
}

#[test]
fn json() {
    shop("diff --before before --after after -o json").check(
        1,
        &spelled(
            r#"{"cni":"plain","endpoints":[
{"id":"shop/cache","change":"added"},
{"id":"shop/queue","change":"removed"}
],"external":[
{"id":"203.0.113.7","cidrs":["0.0.0.0/0","::/0"]}
],"connections":[
{"from":"shop/web","to":"shop/db","change":"changes","before":{"verdict":"partial","allowed":[{"protocol":"TCP","first":80,"last":80}],"blockedBy":[]},"after":{"verdict":"partial","allowed":[{"protocol":"TCP","first":5432,"last":5432}],"blockedBy":[]}},
{"from":"shop/web","to":"shop/cache","change":"appears","before":null,"after":{"verdict":"open","allowed":[ALL],"blockedBy":[]}},
{"from":"shop/web","to":"shop/queue","change":"vanishes","before":{"verdict":"open","allowed":[ALL],"blockedBy":[]},"after":null},
{"from":"shop/db","to":"shop/cache","change":"appears","before":null,"after":{"verdict":"open","allowed":[ALL],"blockedBy":[]}},
{"from":"shop/db","to":"shop/queue","change":"vanishes","before":{"verdict":"open","allowed":[ALL],"blockedBy":[]},"after":null},
{"from":"shop/Deployment/api","to":"shop/db","change":"vanishes","before":{"verdict":"partial","allowed":[{"protocol":"TCP","first":5432,"last":5432}],"blockedBy":[]},"after":{"verdict":"blocked","allowed":[],"blockedBy":["ingress"]}},
{"from":"shop/Deployment/api","to":"shop/cache","change":"appears","before":null,"after":{"verdict":"open","allowed":[ALL],"blockedBy":[]}},
{"from":"shop/Deployment/api","to":"shop/queue","change":"vanishes","before":{"verdict":"open","allowed":[ALL],"blockedBy":[]},"after":null},
{"from":"shop/cache","to":"shop/web","change":"appears","before":null,"after":{"verdict":"open","allowed":[ALL],"blockedBy":[]}},
{"from":"shop/cache","to":"shop/Deployment/api","change":"appears","before":null,"after":{"verdict":"open","allowed":[ALL],"blockedBy":[]}},
{"from":"shop/cache","to":"203.0.113.7","change":"appears","before":null,"after":{"verdict":"open","allowed":[ALL],"blockedBy":[]}},
{"from":"shop/queue","to":"shop/web","change":"vanishes","before":{"verdict":"open","allowed":[ALL],"blockedBy":[]},"after":null},
{"from":"shop/queue","to":"shop/Deployment/api","change":"vanishes","before":{"verdict":"open","allowed":[ALL],"blockedBy":[]},"after":null},
{"from":"shop/queue","to":"203.0.113.7","change":"vanishes","before":{"verdict":"open","allowed":[ALL],"blockedBy":[]},"after":null},
{"from":"203.0.113.7","to":"shop/cache","change":"appears","before":null,"after":{"verdict":"open","allowed":[ALL],"blockedBy":[]}},
{"from":"203.0.113.7","to":"shop/queue","change":"vanishes","before":{"verdict":"open","allowed":[ALL],"blockedBy":[]},"after":null}
]}
"#,
        ),
        "",
    );
}

#[test]
fn markdown() {
    shop("diff -o md --before before --after after").check(
        1,
        "\
**Connections: 1 vanish, 1 change. Endpoints: 1 added, 1 removed.**

- added `shop/cache`: 3 connections out, 4 in
- removed `shop/queue`: 3 connections out, 4 in

| change | from | to | before | after |
| --- | --- | --- | --- | --- |
| changes | shop/web | shop/db | TCP/80 | TCP/5432 |
| vanishes | shop/Deployment/api | shop/db | TCP/5432 | blocked by ingress |
",
        "",
    );
}

#[test]
fn the_same_twice() {
    shop("diff --before before --after before/pods.yaml before/db.yaml").check(0, "Nothing changes.\n", "");
    shop("diff -o md --before before --after before").check(0, "**Nothing changes.**\n", "");
}

/// Before, no policy tells addresses outside apart; they are still the same addresses after.
#[test]
fn addresses_outside_are_in_both_states() {
    let block = "from: [{ipBlock: {cidr: 192.0.2.0/24}}]";
    let after = DB_POLICY.replace("from:\n    - podSelector:\n        matchLabels: {app: api}", block);
    let case = Case::new("diff --before shop.yaml before.yaml --after shop.yaml after.yaml");
    case.file("shop.yaml", SHOP).file("before.yaml", DB_POLICY).file("after.yaml", after).check(
        1,
        "\
vanishes  shop/Deployment/api       shop/db  TCP/5432 → blocked by ingress (as far as addresses are known)
appears   192.0.2.1 (192.0.2.0/24)  shop/db  blocked by ingress → TCP/5432
Connections: 1 appear, 1 vanish.
",
        "",
    );
}

/// What is wrong in a file that both states share is said once.
#[test]
fn errors() {
    let case = Case::new("diff --before shop.yaml --after shop.yaml db.yaml");
    let broken = format!("{SHOP}---\nkind: Pod\n");
    case.file("shop.yaml", broken).file("db.yaml", DB_POLICY).check(
        2,
        "\
vanishes  shop/web                shop/db  all ports → blocked by ingress
changes   shop/Deployment/api     shop/db  all ports → TCP/5432
vanishes  203.0.113.7 (internet)  shop/db  all ports → blocked by ingress
Connections: 2 vanish, 1 change.
",
        "\
shop.yaml:19:1: error: This object has no `apiVersion`.
 19 | kind: Pod
    | ^^^^
    = help: An object begins with `apiVersion:` and `kind:`.
note: 1 object with errors is left out.
",
    );
}

/// Policies alone are compared on the pods that their selectors suggest.
#[test]
fn sides_without_pods() {
    Case::new("diff --before db.yaml --after db.yaml").file("db.yaml", DB_POLICY).check(
        0,
        "Nothing changes.\n",
        "\
note: No pod or workload is described in the state before: 3 pods are assumed from the policies' selectors.
note: No pod or workload is described in the state after: 3 pods are assumed from the policies' selectors.
",
    );
}

#[test]
fn a_missing_side() {
    Case::new("diff --before nowhere --after shop.yaml").file("shop.yaml", SHOP).check(
        2,
        "",
        "nowhere: error: There is no such file or folder.\n",
    );
    Case::new("diff --after shop.yaml").file("shop.yaml", SHOP).check(
        2,
        "",
        "\
error: the following required arguments were not provided:
  --before <PATH>...

Usage: netpol diff --before <PATH>... --after <PATH>...

For more information, try '--help'.
",
    );
}

#[test]
fn standard_input_is_one_side() {
    let case = Case::new("diff --before - --after shop.yaml").file("shop.yaml", SHOP);
    case.stdin(SHOP).check(0, "Nothing changes.\n", "");
    Case::new("diff --before - --after -").stdin(SHOP).check(
        2,
        "",
        "-: error: Standard input can be read only once.\n",
    );
}

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::case::{Case, DB_POLICY, SHOP, spelled};

fn shop(arguments: &str) -> Case {
    Case::new(arguments).file("shop.yaml", SHOP).file("db.yaml", DB_POLICY)
}

#[test]
fn table() {
    shop("list shop.yaml db.yaml").check(
        0,
        "\
FROM                    TO                      VERDICT  DETAIL
shop/web                shop/db                 blocked  by ingress
shop/web                shop/Deployment/api     open     all ports
shop/web                203.0.113.7 (internet)  open     all ports
shop/db                 shop/web                open     all ports
shop/db                 shop/Deployment/api     open     all ports
shop/db                 203.0.113.7 (internet)  open     all ports
shop/Deployment/api     shop/web                open     all ports
shop/Deployment/api     shop/db                 partial  TCP/5432
shop/Deployment/api     203.0.113.7 (internet)  open     all ports
203.0.113.7 (internet)  shop/web                open     all ports
203.0.113.7 (internet)  shop/db                 blocked  by ingress
203.0.113.7 (internet)  shop/Deployment/api     open     all ports
",
        "",
    );
}

#[test]
fn json() {
    shop("list -o json shop.yaml db.yaml").check(
        0,
        &spelled(
            r#"{"cni":"plain","endpoints":[
{"id":"shop/web","kind":"Pod","namespace":"shop","labels":{"app":"web"},"addresses":[]},
{"id":"shop/db","kind":"Pod","namespace":"shop","labels":{"app":"db","tier":"data"},"addresses":["10.1.0.7"]},
{"id":"shop/Deployment/api","kind":"Deployment","namespace":"shop","labels":{"app":"api"},"addresses":[]},
{"id":"203.0.113.7","kind":"External","cidrs":["0.0.0.0/0","::/0"]}
],"connections":[
{"from":"shop/web","to":"shop/db","verdict":"blocked","allowed":[],"blockedBy":["ingress"]},
{"from":"shop/web","to":"shop/Deployment/api","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"shop/web","to":"203.0.113.7","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"shop/db","to":"shop/web","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"shop/db","to":"shop/Deployment/api","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"shop/db","to":"203.0.113.7","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"shop/Deployment/api","to":"shop/web","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"shop/Deployment/api","to":"shop/db","verdict":"partial","allowed":[{"protocol":"TCP","first":5432,"last":5432}],"blockedBy":[]},
{"from":"shop/Deployment/api","to":"203.0.113.7","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"203.0.113.7","to":"shop/web","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"203.0.113.7","to":"shop/db","verdict":"blocked","allowed":[],"blockedBy":["ingress"]},
{"from":"203.0.113.7","to":"shop/Deployment/api","verdict":"open","allowed":[ALL],"blockedBy":[]}
]}
"#,
        ),
        "",
    );
}

/// Addresses outside are split where policies tell them apart, and pairs of them are listed too.
#[test]
fn json_outside() {
    let policy = "\
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a},
 spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/30, except: [192.0.2.0/31]}}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: a}}
";
    Case::new("list --output json -").stdin(policy).check(
        0,
        &spelled(
            r#"{"cni":"plain","endpoints":[
{"id":"default/a","kind":"Pod","namespace":"default","labels":{},"addresses":[]},
{"id":"203.0.113.7","kind":"External","cidrs":["0.0.0.0/1","128.0.0.0/2","192.0.0.0/23","192.0.2.0/31","192.0.2.4/30","192.0.2.8/29","192.0.2.16/28","192.0.2.32/27","192.0.2.64/26","192.0.2.128/25","192.0.3.0/24","192.0.4.0/22","192.0.8.0/21","192.0.16.0/20","192.0.32.0/19","192.0.64.0/18","192.0.128.0/17","192.1.0.0/16","192.2.0.0/15","192.4.0.0/14","192.8.0.0/13","192.16.0.0/12","192.32.0.0/11","192.64.0.0/10","192.128.0.0/9","193.0.0.0/8","194.0.0.0/7","196.0.0.0/6","200.0.0.0/5","208.0.0.0/4","224.0.0.0/3","::/0"]},
{"id":"192.0.2.2","kind":"External","cidrs":["192.0.2.2/31"]}
],"connections":[
{"from":"default/a","to":"203.0.113.7","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"default/a","to":"192.0.2.2","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"203.0.113.7","to":"default/a","verdict":"blocked","allowed":[],"blockedBy":["ingress"]},
{"from":"203.0.113.7","to":"192.0.2.2","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"192.0.2.2","to":"default/a","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"192.0.2.2","to":"203.0.113.7","verdict":"open","allowed":[ALL],"blockedBy":[]}
]}
"#,
        ),
        "",
    );
}

/// Whether a pod without a known address is in an `ipBlock` cannot be said.
#[test]
fn unknown_addresses() {
    let manifests = "\
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a},
 spec: {podSelector: {matchLabels: {app: a}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: a}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b}}
";
    Case::new("list -").stdin(manifests).check(
        0,
        "\
FROM                    TO                      VERDICT  DETAIL
default/a               default/b               open     all ports
default/a               203.0.113.7 (internet)  open     all ports
default/a               10.0.0.1 (10.0.0.0/8)   open     all ports
default/b               default/a               blocked  by ingress (as far as addresses are known)
default/b               203.0.113.7 (internet)  open     all ports
default/b               10.0.0.1 (10.0.0.0/8)   open     all ports
203.0.113.7 (internet)  default/a               blocked  by ingress
203.0.113.7 (internet)  default/b               open     all ports
10.0.0.1 (10.0.0.0/8)   default/a               open     all ports
10.0.0.1 (10.0.0.0/8)   default/b               open     all ports
",
        "",
    );
    let json = Case::new("list -o json -").stdin(manifests).run();
    let line = r#"{"from":"default/b","to":"default/a","verdict":"blocked","allowed":[],"blockedBy":["ingress"],"unknown":true}"#;
    assert!(String::from_utf8_lossy(&json.stdout).contains(line));
    Case::new("list -o md -").stdin(manifests).check(
        0,
        "\
| from ↓ to → | default/a | default/b | 203.0.113.7 (internet) | 10.0.0.1 (10.0.0.0/8) |
| --- | --- | --- | --- | --- |
| **default/a** | | ✓ all | ✓ all | ✓ all |
| **default/b** | ✗ ? | | ✓ all | ✓ all |
| **203.0.113.7 (internet)** | ✗ | ✓ all | | |
| **10.0.0.1 (10.0.0.0/8)** | ✓ all | ✓ all | | |
",
        "",
    );
}

#[test]
fn csv() {
    shop("list -o csv shop.yaml db.yaml").check(
        0,
        r#"from,to,verdict,ports,blocked_by,unknown
shop/web,shop/db,blocked,,ingress,false
shop/web,shop/Deployment/api,open,"TCP, UDP, SCTP",,false
shop/web,203.0.113.7,open,"TCP, UDP, SCTP",,false
shop/db,shop/web,open,"TCP, UDP, SCTP",,false
shop/db,shop/Deployment/api,open,"TCP, UDP, SCTP",,false
shop/db,203.0.113.7,open,"TCP, UDP, SCTP",,false
shop/Deployment/api,shop/web,open,"TCP, UDP, SCTP",,false
shop/Deployment/api,shop/db,partial,TCP/5432,,false
shop/Deployment/api,203.0.113.7,open,"TCP, UDP, SCTP",,false
203.0.113.7,shop/web,open,"TCP, UDP, SCTP",,false
203.0.113.7,shop/db,blocked,,ingress,false
203.0.113.7,shop/Deployment/api,open,"TCP, UDP, SCTP",,false
"#,
        "",
    );
}

#[test]
fn csv_quotes_several_ports() {
    let two_ports = DB_POLICY.replace("- port: 5432", "- port: 5432\n    - {port: 53, protocol: UDP}");
    let output = shop("list -o csv .").file("db.yaml", two_ports).run();
    let row = "shop/Deployment/api,shop/db,partial,\"TCP/5432, UDP/53\",,false\n";
    assert!(String::from_utf8_lossy(&output.stdout).contains(row));
}

#[test]
fn markdown() {
    shop("list -o md shop.yaml db.yaml").check(
        0,
        "\
| from ↓ to → | shop/web | shop/db | shop/Deployment/api | 203.0.113.7 (internet) |
| --- | --- | --- | --- | --- |
| **shop/web** | | ✗ | ✓ all | ✓ all |
| **shop/db** | ✓ all | | ✓ all | ✓ all |
| **shop/Deployment/api** | ✓ all | TCP/5432 | | ✓ all |
| **203.0.113.7 (internet)** | ✓ all | ✗ | ✓ all | |
",
        "",
    );
}

/// A matrix of more than 30 endpoints fits no page.
#[test]
fn markdown_of_many() {
    let output = Case::new("list -o md -").stdin(&pods(30)).run();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with(
        "\
| from | to | verdict | detail |
| --- | --- | --- | --- |
| default/pod-0 | default/pod-1 | open | all ports |
"
    ));
    assert_eq!(text.lines().count(), 2 + 31 * 30);
}

#[test]
fn without_pods() {
    Case::new("list db.yaml").file("db.yaml", DB_POLICY).check(
        0,
        "\
FROM                    TO                      VERDICT  DETAIL
shop/db (assumed)       shop/api (assumed)      open     all ports
shop/db (assumed)       shop/other (assumed)    open     all ports
shop/db (assumed)       203.0.113.7 (internet)  open     all ports
shop/api (assumed)      shop/db (assumed)       partial  TCP/5432
shop/api (assumed)      shop/other (assumed)    open     all ports
shop/api (assumed)      203.0.113.7 (internet)  open     all ports
shop/other (assumed)    shop/db (assumed)       blocked  by ingress
shop/other (assumed)    shop/api (assumed)      open     all ports
shop/other (assumed)    203.0.113.7 (internet)  open     all ports
203.0.113.7 (internet)  shop/db (assumed)       blocked  by ingress
203.0.113.7 (internet)  shop/api (assumed)      open     all ports
203.0.113.7 (internet)  shop/other (assumed)    open     all ports
",
        "note: No pod or workload is described here: 3 pods are assumed from the policies' selectors.\n",
    );
    let output = Case::new("list -o json db.yaml").file("db.yaml", DB_POLICY).run();
    let text = String::from_utf8_lossy(&output.stdout);
    let first =
        r#"{"id":"shop/db","kind":"Pod","namespace":"shop","labels":{"app":"db"},"addresses":[],"assumed":true}"#;
    assert!(text.contains(first), "{text}");
}

#[test]
fn nothing_at_all() {
    Case::new("list empty.yaml").file("empty.yaml", "# nothing\n").check(
        0,
        "FROM                    TO                      VERDICT  DETAIL\n",
        "note: There is no pod or workload here.\n",
    );
}

#[test]
fn errors_leave_the_rest_standing() {
    let broken = "\
apiVersion: v1
kind: Pod
metadata:
  name: a
---
apiVersion: v1
kind: Pod
metadata:
  name: b
  labels: {on: yes}
---
apiVersion: v1
kind: Pod
 metadata:
";
    Case::new("list broken.yaml").file("broken.yaml", broken).check(
        2,
        "\
FROM                    TO                      VERDICT  DETAIL
default/a               203.0.113.7 (internet)  open     all ports
203.0.113.7 (internet)  default/a               open     all ports
",
        r#"broken.yaml:10:16: error: The value of label `true` must be a string, and `yes` is a boolean.
 10 |   labels: {on: yes}
    |                ^^^
    = help: Put it in quotes: "yes".
broken.yaml:14:2: error: A `:` stands where no field can begin.
 14 |  metadata:
    |  ^^^^^^^^^
    = help: Check that this line and the one above it are indented as they should be, and quote values that contain `: `.
note: 2 objects with errors are left out.
"#,
    );
}

/// `netpol list … | head` ends without a complaint.
#[test]
fn a_reader_that_has_seen_enough() {
    let mut case = Case::new("list pods.yaml").file("pods.yaml", pods(60));
    let mut child = case.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(first, "FROM                    TO                      VERDICT  DETAIL\n");
    let mut complaints = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
    assert_eq!(complaints, "");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn network_plugins() {
    assert!(shop("list --cni none shop.yaml").run().status.success());
    assert!(shop("list --cni Plain shop.yaml").run().status.success());
    shop("list --cni plane shop.yaml").check(
        2,
        "",
        "\
error: invalid value 'plane' for '--cni <NAME>'
  [possible values: plain, calico, cilium, antrea, weave, romana, flannel, aws]

  tip: a similar value exists: 'plain'

For more information, try '--help'.
",
    );
}

#[test]
fn a_plugin_that_does_not_enforce() {
    let output = shop("list --cni flannel shop.yaml db.yaml").run();
    assert!(!String::from_utf8_lossy(&output.stdout).contains("blocked"));
    let note = "note: Flannel accepts NetworkPolicies and does not enforce them.\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), note);
}

fn pods(count: usize) -> String {
    let pod = |at| format!("---\n{{apiVersion: v1, kind: Pod, metadata: {{name: pod-{at}}}}}\n");
    (0..count).map(pod).collect()
}

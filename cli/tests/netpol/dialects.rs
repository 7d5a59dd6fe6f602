//! Policies of other dialects: what decides is named with its tier, policy, rule and line.

use crate::case::{Case, spelled};

const PODS: &str = "\
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: guest, namespace: shop, labels: {app: guest}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {}}]
    ports: [{port: 5432}]
---
";

const ADMIN: &str = "\
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: cluster-wide}
spec:
  priority: 10
  subject:
    namespaces: {}
  ingress:
  - name: web
    action: Pass
    from:
    - pods:
        namespaceSelector: {}
        podSelector: {matchLabels: {app: web}}
  - name: no-guests
    action: Deny
    from:
    - pods:
        namespaceSelector: {}
        podSelector: {matchLabels: {app: guest}}
";

const CALICO: &str = "\
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: security}
spec: {order: 100}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: security.inside}
spec:
  tier: security
  selector: app == 'db'
  types: [Ingress]
  ingress:
  - action: Log
    source: {selector: app == 'web'}
  - action: Pass
    source: {selector: app == 'web'}
  - action: Deny
    source: {selector: app == 'cache'}
";

/// The chapter's policy.
const REQUESTS: &str = "\
{apiVersion: v1, kind: Pod, metadata: {name: frontend, labels: {app: frontend}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, labels: {app: api}}}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: api-l7-policy
spec:
  endpointSelector:
    matchLabels:
      app: api
  ingress:
  - fromEndpoints:
    - matchLabels:
        app: frontend
    toPorts:
    - ports:
      - port: \"80\"
        protocol: TCP
      rules:
        http:
        - method: GET
        - method: POST
          path: \"/api/v1/.*\"
";

const AS_CILIUM: &str = "note: Taken as Cilium's, whose kinds the manifests use; --cni takes another plugin.\n";
const AS_CALICO: &str = "note: Taken as Calico's, whose kinds the manifests use; --cni takes another plugin.\n";

fn admin(arguments: &str) -> Case {
    Case::new(&format!("{arguments} pods.yaml admin.yaml")).file("pods.yaml", PODS).file("admin.yaml", ADMIN)
}

fn calico(arguments: &str) -> Case {
    Case::new(&format!("{arguments} pods.yaml calico.yaml")).file("pods.yaml", PODS).file("calico.yaml", CALICO)
}

fn requests(arguments: &str) -> Case {
    Case::new(&format!("{arguments} api.yaml")).file("api.yaml", REQUESTS)
}

fn asked(arguments: &str, request: &str) -> Case {
    Case::new(&format!("{arguments} api.yaml --http")).argument(request).file("api.yaml", REQUESTS)
}

#[test]
fn an_admin_policy_denies() {
    admin("explain guest db --port 5432").check(
        1,
        "\
guest may not open TCP/5432 on db: blocked by ingress of db (denied by AdminNetworkPolicy cluster-wide).

✓ Leaving shop/guest (egress): no policy isolates it
    Nothing selects shop/guest for Egress, so every connection may leave.

✗ Entering shop/db (ingress): two policies select it, a rule denies it
  Admin policies
    – AdminNetworkPolicy cluster-wide, rule 1 “web” (Pass)  wants app=web, guest has app=guest  admin.yaml:14
    ✗ AdminNetworkPolicy cluster-wide, rule 2 “no-guests” (Deny)  denies app=guest of any namespace  admin.yaml:18
  NetworkPolicies: not reached
",
        "",
    );
}

#[test]
fn an_admin_policy_passes() {
    admin("explain web db --port 5432").check(
        0,
        "\
web may open TCP/5432 on db.

✓ Leaving shop/web (egress): no policy isolates it
    Nothing selects shop/web for Egress, so every connection may leave.

✓ Entering shop/db (ingress): two policies select it, one rule allows it
  Admin policies
    → AdminNetworkPolicy cluster-wide, rule 1 “web” (Pass)  passes on app=web of any namespace  admin.yaml:12
    – AdminNetworkPolicy cluster-wide, rule 2 “no-guests” (Deny)  not reached  admin.yaml:15
  NetworkPolicies
    ✓ NetworkPolicy db, rule 1 (Allow)  admits every pod of shop, TCP/5432    pods.yaml:13
",
        "",
    );
    admin("explain web guest --port 80").check(
        0,
        "\
web may open TCP/80 on guest.

✓ Leaving shop/web (egress): no policy isolates it
    Nothing selects shop/web for Egress, so every connection may leave.

✓ Entering shop/guest (ingress): one policy selects it, none of them decides
  Admin policies
    → AdminNetworkPolicy cluster-wide, rule 1 “web” (Pass)  passes on app=web of any namespace  admin.yaml:12
    – AdminNetworkPolicy cluster-wide, rule 2 “no-guests” (Deny)  not reached  admin.yaml:15
    ✓ what is passed on is allowed: nobody else is asked
  – NetworkPolicy db  wants app=db, guest has app=guest                       pods.yaml:11
",
        "",
    );
}

#[test]
fn a_calico_policy_passes() {
    calico("explain web db --port 5432").check(
        0,
        "\
web may open TCP/5432 on db.

✓ Leaving shop/web (egress): no policy isolates it
    Nothing selects shop/web for Egress, so every connection may leave.

✓ Entering shop/db (ingress): two policies select it, one rule allows it
  Tier security
    – GlobalNetworkPolicy security.inside, rule 1 (Log)  logs app == 'web' of any namespace  calico.yaml:15
    → GlobalNetworkPolicy security.inside, rule 2 (Pass)  passes on app == 'web' of any namespace  calico.yaml:17
    – GlobalNetworkPolicy security.inside, rule 3 (Deny)  not reached         calico.yaml:18
  Tier default
    ✓ NetworkPolicy db, rule 1 (Allow)  admits every pod of shop, TCP/5432    pods.yaml:13
",
        AS_CALICO,
    );
    calico("explain web db --port 80").check(
        1,
        "\
web may not open TCP/80 on db: blocked by ingress of db.

✓ Leaving shop/web (egress): no policy isolates it
    Nothing selects shop/web for Egress, so every connection may leave.

✗ Entering shop/db (ingress): two policies select it, no rule allows it
  Tier security
    – GlobalNetworkPolicy security.inside, rule 1 (Log)  logs app == 'web' of any namespace  calico.yaml:15
    → GlobalNetworkPolicy security.inside, rule 2 (Pass)  passes on app == 'web' of any namespace  calico.yaml:17
    – GlobalNetworkPolicy security.inside, rule 3 (Deny)  not reached         calico.yaml:18
  Tier default
    ✗ NetworkPolicy db, rule 1 (Allow)  wants TCP/5432, not TCP/80            pods.yaml:14
    ✗ what no rule matches is refused: db isolates db for ingress             pods.yaml:11
",
        AS_CALICO,
    );
}

/// What no rule of a tier decides is refused by that tier.
#[test]
fn a_calico_tier_refuses() {
    calico("explain guest db --cni calico").check(
        1,
        "\
guest may not open any port on db: blocked by ingress of db.

✓ Leaving shop/guest (egress): no policy isolates it
    Nothing selects shop/guest for Egress, so every connection may leave.

✗ Entering shop/db (ingress): two policies select it, no rule allows it
  Tier security
    – GlobalNetworkPolicy security.inside, rule 1 (Log)  wants app == 'web', guest has app=guest  calico.yaml:15
    – GlobalNetworkPolicy security.inside, rule 2 (Pass)  wants app == 'web', guest has app=guest  calico.yaml:17
    – GlobalNetworkPolicy security.inside, rule 3 (Deny)  wants app == 'cache', guest has app=guest  calico.yaml:19
    ✗ what no rule matches is refused: security.inside isolates db for ingress  calico.yaml:11
  Tier default: not reached
",
        "",
    );
}

#[test]
fn a_request_is_turned_back() {
    asked("explain frontend api", "DELETE /api/v1/items").check(
        1,
        "\
frontend may open TCP/80 on api, and DELETE /api/v1/items is answered 403: no HTTP rule of api-l7-policy admits it.

✓ Leaving default/frontend (egress): no policy isolates it
    Nothing selects default/frontend for Egress, so every connection may leave.

✗ Entering default/api (ingress): one policy selects it, no HTTP rule admits the request
  Cilium
    ✗ CiliumNetworkPolicy api-l7-policy, rule 1 (Allow)  admits app=frontend of default, TCP/80  api.yaml:15
        ✗ GET                                                                 api.yaml:23
        ✗ POST /api/v1/.*                                                     api.yaml:24
",
        AS_CILIUM,
    );
}

#[test]
fn a_request_passes() {
    asked("explain frontend api --port 80", "POST /api/v1/items?x=1").check(
        0,
        "\
frontend may open TCP/80 on api, and POST /api/v1/items?x=1 passes.

✓ Leaving default/frontend (egress): no policy isolates it
    Nothing selects default/frontend for Egress, so every connection may leave.

✓ Entering default/api (ingress): one policy selects it, an HTTP rule admits the request
  Cilium
    ✓ CiliumNetworkPolicy api-l7-policy, rule 1 (Allow)  admits app=frontend of default, TCP/80  api.yaml:15
        ✗ GET                                                                 api.yaml:23
        ✓ POST /api/v1/.*                                                     api.yaml:24
",
        AS_CILIUM,
    );
}

#[test]
fn which_requests_pass() {
    requests("explain frontend api --cni cilium").check(
        0,
        "\
frontend may open only TCP/80 (HTTP) on api.

✓ Leaving default/frontend (egress): no policy isolates it
    Nothing selects default/frontend for Egress, so every connection may leave.

✓ Entering default/api (ingress): one policy selects it, one rule allows some of it, for some HTTP requests
  Cilium
    ✓ CiliumNetworkPolicy api-l7-policy, rule 1 (Allow)  admits app=frontend of default, TCP/80  api.yaml:15
        ✓ GET                                                                 api.yaml:23
        ✓ POST /api/v1/.*                                                     api.yaml:24
        ✗ any other request is answered 403
    – what no rule matches is refused: api-l7-policy isolates api for ingress  api.yaml:11
",
        "",
    );
}

#[test]
fn the_three_ends_of_a_request() {
    asked("probe frontend api", "GET /").check(0, "frontend may open TCP/80 on api, and GET / passes.\n", AS_CILIUM);
    asked("probe frontend api", "POST /").check(
        1,
        "frontend may open TCP/80 on api, and POST / is answered 403: no HTTP rule of api-l7-policy admits it.\n",
        AS_CILIUM,
    );
    asked("probe 192.0.2.7 api", "GET /").check(
        1,
        "the internet may not open TCP/80 on api: blocked by ingress of api.\n",
        AS_CILIUM,
    );
}

/// Without a request it is the connection that is asked about.
#[test]
fn a_port_with_requests_may_be_opened() {
    requests("probe frontend api --port 80").check(
        0,
        "frontend may open TCP/80 on api, where only some HTTP requests pass.\n",
        AS_CILIUM,
    );
    requests("probe frontend api").check(0, "frontend may open only TCP/80 (HTTP) on api.\n", AS_CILIUM);
}

#[test]
fn requests_that_cannot_be_asked() {
    asked("probe frontend api --host a.b --header X-Key:1", "GET http://a.b/").check(
        0,
        "frontend may open TCP/80 on api, and GET / to a.b with X-Key: 1 passes.\n",
        AS_CILIUM,
    );
    asked("probe frontend api --host a.b", "GET http://other/").check(
        2,
        "",
        &format!("{AS_CILIUM}error: the request asks two hosts, `other` and `a.b`.\n"),
    );
    asked("probe frontend api --header X", "GET /").check(
        2,
        "",
        &format!("{AS_CILIUM}error: `X` should be a name, a colon and a value, such as `X-Key: value`.\n"),
    );
    asked("probe frontend api --protocol UDP", "GET /").check(
        2,
        "",
        &format!("{AS_CILIUM}error: HTTP goes over TCP, and UDP is asked for.\n"),
    );
    asked("probe frontend api", "get /").check(
        2,
        "",
        "\
error: invalid value 'get /' for '--http <REQUEST>': HTTP methods are written in upper case: `GET` instead of `get`

For more information, try '--help'.
",
    );
    requests("probe frontend api --header X-Key:1").check(
        2,
        "",
        "\
error: the following required arguments were not provided:
  --http <REQUEST>

Usage: netpol probe --http <REQUEST> --header <HEADER> <FROM> <TO> <PATH>...

For more information, try '--help'.
",
    );
}

#[test]
fn requests_in_a_list() {
    requests("list").check(
        0,
        "\
FROM                    TO                      VERDICT  DETAIL
default/frontend        default/api             partial  TCP/80 (HTTP)
default/frontend        203.0.113.7 (internet)  open     all ports
default/api             default/frontend        open     all ports
default/api             203.0.113.7 (internet)  open     all ports
203.0.113.7 (internet)  default/frontend        open     all ports
203.0.113.7 (internet)  default/api             blocked  by ingress
",
        AS_CILIUM,
    );
    requests("list -o json").check(
        0,
        &spelled(r#"{"cni":"cilium","endpoints":[
{"id":"default/frontend","kind":"Pod","namespace":"default","labels":{"app":"frontend"},"addresses":[]},
{"id":"default/api","kind":"Pod","namespace":"default","labels":{"app":"api"},"addresses":[]},
{"id":"203.0.113.7","kind":"External","cidrs":["0.0.0.0/0","::/0"]}
],"connections":[
{"from":"default/frontend","to":"default/api","verdict":"partial","allowed":[{"protocol":"TCP","first":80,"last":80,"http":[{"method":"GET"},{"method":"POST","path":"/api/v1/.*"}]}],"blockedBy":[]},
{"from":"default/frontend","to":"203.0.113.7","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"default/api","to":"default/frontend","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"default/api","to":"203.0.113.7","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"203.0.113.7","to":"default/frontend","verdict":"open","allowed":[ALL],"blockedBy":[]},
{"from":"203.0.113.7","to":"default/api","verdict":"blocked","allowed":[],"blockedBy":["ingress"]}
]}
"#),
        "",
    );
    requests("list -o md --cni cilium").check(
        0,
        "\
| from ↓ to → | default/frontend | default/api | 203.0.113.7 (internet) |
| --- | --- | --- | --- |
| **default/frontend** | | TCP/80 (HTTP) | ✓ all |
| **default/api** | ✓ all | | ✓ all |
| **203.0.113.7 (internet)** | ✓ all | ✗ | |
",
        "",
    );
    requests("list -o csv --cni cilium").check(
        0,
        "\
from,to,verdict,ports,blocked_by,unknown
default/frontend,default/api,partial,TCP/80 (HTTP),,false
default/frontend,203.0.113.7,open,\"TCP, UDP, SCTP\",,false
default/api,default/frontend,open,\"TCP, UDP, SCTP\",,false
default/api,203.0.113.7,open,\"TCP, UDP, SCTP\",,false
203.0.113.7,default/frontend,open,\"TCP, UDP, SCTP\",,false
203.0.113.7,default/api,blocked,,ingress,false
",
        "",
    );
}

#[test]
fn requests_in_a_comparison() {
    let after = REQUESTS.replace("method: GET", "method: HEAD");
    Case::new("diff --cni cilium --before before.yaml --after after.yaml")
        .file("before.yaml", REQUESTS)
        .file("after.yaml", after)
        .check(
            1,
            "\
changes   default/frontend  default/api  TCP/80 (HTTP GET, POST /api/v1/.*) → TCP/80 (HTTP HEAD, POST /api/v1/.*)
Connections: 1 change.
",
            "",
        );
}

#[test]
fn what_is_checked() {
    calico("lint").check(
        0,
        "\
pods.yaml:9:18: note: No policy isolates 2 of 3 pods of `shop`: `web` and `guest` take connections from and to everybody.
 9 | metadata: {name: db, namespace: shop}
   |                  ^^
   = help: A policy with an empty podSelector and no rules isolates all of a namespace.
   = lesson: 5.2-default-deny
pods.yaml:13:13: note: `podSelector: {}` in `from` of `db` means every pod of `shop`: it lets in 2 pods.
 13 |   - from: [{podSelector: {}}]
    |             ^^^^^^^^^^^^^^^
    = help: If only some of them are meant, ask for their labels.
    = lesson: 5.6-mistake-3-empty
0 errors, 0 warnings, 2 notes in 2 files: 6 objects checked.
",
        "",
    );
    calico("lint --cni cilium").check(
        1,
        "\
pods.yaml:9:18: note: No policy isolates 2 of 3 pods of `shop`: `web` and `guest` take connections from and to everybody.
 9 | metadata: {name: db, namespace: shop}
   |                  ^^
   = help: A policy with an empty podSelector and no rules isolates all of a namespace.
   = lesson: 5.2-default-deny
pods.yaml:13:13: note: `podSelector: {}` in `from` of `db` means every pod of `shop`: it lets in 2 pods.
 13 |   - from: [{podSelector: {}}]
    |             ^^^^^^^^^^^^^^^
    = help: If only some of them are meant, ask for their labels.
    = lesson: 5.6-mistake-3-empty
calico.yaml:3:18: warning: Cilium does not enforce this Tier: the cluster has no matches for the kind, or ignores it. The answers are without it.
 3 | metadata: {name: security}
   |                  ^^^^^^^^
calico.yaml:8:18: warning: Cilium does not enforce this GlobalNetworkPolicy: the cluster has no matches for the kind, or ignores it. The answers are without it.
 8 | metadata: {name: security.inside}
   |                  ^^^^^^^^^^^^^^^
0 errors, 2 warnings, 2 notes in 2 files: 6 objects checked.
",
        "",
    );
}

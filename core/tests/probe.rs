//! Questions and their answers, as a transcript: a line `? FROM TO [PORT]`, then a line for each connection, the notes,
//! and the answer in one sentence, or the error. A port is `80`, `http`, `UDP`, `UDP/53` or `UDP/dns`; behind it may stand
//! a request, such as `GET /items`.

use netpol_core::explain::Standing;
use netpol_core::http::Request;
use netpol_core::ports::Protocol;
use netpol_core::probe::{self, Hop, PortName, Probe, Question};
use netpol_core::source::Source;
use netpol_core::{Analysis, analyze};

/// Clients, a database of two pods that name their ports differently, and a policy that admits clients by a port's name.
const SHOP: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, status: {podIP: 10.1.0.1}}
---
{apiVersion: v1, kind: Pod, metadata: {name: spy, namespace: shop, labels: {app: spy}}, status: {podIP: 10.1.0.2}}
---
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, ports: [{name: sql, containerPort: 5432}, {name: dns, protocol: UDP, containerPort: 53}]}]}
status: {podIP: 10.1.0.3}
---
apiVersion: v1
kind: Pod
metadata: {name: db-1, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, ports: [{name: sql, containerPort: 5433}]}]}
status: {podIP: 10.1.0.4}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}, {ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: sql}]}]
---
";

fn service(spec: &str) -> String {
    format!("{{apiVersion: v1, kind: Service, metadata: {{name: data, namespace: shop}}, spec: {spec}}}\n---\n")
}

/// Compares a transcript with what comes of its questions.
#[track_caller]
fn check(manifests: &str, transcript: &str) {
    check_as(manifests, transcript, probe::probe);
}

type Ask = fn(&Analysis, &Question) -> Result<Probe, String>;

#[track_caller]
fn check_as(manifests: &str, transcript: &str, ask: Ask) {
    let analysis = analyze(vec![Source::new("all.yaml", manifests)]);
    assert_eq!(analysis.manifests.diagnostics, []);
    let mut said = String::new();
    for line in transcript.lines().filter(|line| line.starts_with('?')) {
        said.push_str(line);
        said.push('\n');
        said.push_str(&answer(&analysis, line.trim_start_matches("? "), ask));
    }
    assert_eq!(said, transcript.trim_start());
}

fn answer(analysis: &Analysis, words: &str, ask: Ask) -> String {
    let question = match question(words) {
        Ok(question) => question,
        Err(error) => return format!("error: {error}\n"),
    };
    match ask(analysis, &question) {
        Err(error) => format!("error: {error}\n"),
        Ok(found) => {
            let mut said: String = found.hops.iter().map(|hop| line(analysis, hop)).collect();
            said.extend(found.notes.iter().map(|note| format!("note: {note}\n")));
            said.push_str(&format!("= {}\n", probe::headline(analysis, &question, &found)));
            said
        }
    }
}

fn question(words: &str) -> Result<Question, String> {
    let mut words: Vec<&str> = words.split_whitespace().collect();
    let path = words.iter().position(|word| word.starts_with('/')).and_then(|path| path.checked_sub(1));
    let request = path.map(|method| Request::parse(&words.split_off(method).join(" "))).transpose()?;
    let text = |at: usize| words.get(at).map(|word| (*word).to_owned()).unwrap_or_default();
    let (protocol, port) = match text(2).split_once('/') {
        Some((protocol, port)) => (Protocol::parse(protocol), Some(port.to_owned())),
        None => (Protocol::parse(&text(2)), Some(text(2)).filter(|port| Protocol::parse(port).is_none())),
    };
    let port = port.filter(|port| !port.is_empty()).map(|port| PortName::parse(&port)).transpose()?;
    Ok(Question { from: text(0), to: text(1), port, protocol, request })
}

fn line(analysis: &Analysis, hop: &Hop) -> String {
    let name = |at: usize| analysis.cluster.name_of(at);
    let asked = hop.asked.map(|asked| format!(" {asked} as")).unwrap_or_default();
    let flow = hop.why.flow.map(|flow| format!(" {flow}")).unwrap_or_default();
    let to = match (hop.from == hop.to, hop.why.egress.standing) {
        (true, Standing::Itself) => "itself".to_owned(),
        (true, _) => "its twin".to_owned(),
        (false, _) => name(hop.to),
    };
    let request = hop.admission().map(|admission| format!(", {}", admission.word())).unwrap_or_default();
    let doubt = if hop.unknown { "?" } else { "" };
    let more = if hop.count() > 1 { format!(" x{}", hop.count()) } else { String::new() };
    format!("{} -> {to}{asked}{flow}: {}{doubt}, {}{request}{more}\n", name(hop.from), hop.verdict.word(), hop.reach())
}

#[test]
fn ports_by_number_by_name_and_by_protocol() {
    check(
        SHOP,
        "
? shop/web shop/db-0
web -> db-0: partial, TCP/5432
= web may open only TCP/5432 on db-0
? shop/web shop/db-0 5432
web -> db-0 TCP/5432: open, TCP/5432
= web may open TCP/5432 on db-0
? shop/web shop/db-0 5433
web -> db-0 TCP/5433: blocked, no port
= web may not open TCP/5433 on db-0: blocked by ingress of db-0
? shop/web shop/db-1 sql
web -> db-1 TCP/5433: open, TCP/5433
= web may open TCP/5433 on db-1
? shop/web shop/db-0 UDP/5432
web -> db-0 UDP/5432: blocked, no port
= web may not open UDP/5432 on db-0: blocked by ingress of db-0
? shop/web shop/db-0 dns
web -> db-0 UDP/53: blocked, no port
= web may not open UDP/53 on db-0: blocked by ingress of db-0
? shop/web shop/db-0 TCP/dns
error: there is no TCP port called `dns` on db-0
? shop/web shop/db-0 UDP
web -> db-0: blocked, no port
= web may not open any UDP port on db-0: blocked by ingress of db-0
? shop/web shop/db-0 TCP
web -> db-0: partial, TCP/5432
= web may open only TCP/5432 on db-0
? shop/db-0 shop/web SCTP
db-0 -> web: open, SCTP
= db-0 may open every SCTP port on web
? shop/web shop/db-0 0
error: a port is between 1 and 65535, and 0 is not
? shop/web shop/db-0 99999999999
error: a port is between 1 and 65535, and 99999999999 is not
? shop/web 8.8.8.8 sql
error: addresses outside the cluster have no port names, such as `sql`: write a number
",
    );
}

#[test]
fn names_in_all_their_ways() {
    let manifests = format!(
        "{SHOP}{}",
        service("{selector: {app: db}, clusterIP: 10.96.0.9, ports: [{port: 80, targetPort: sql}]}")
    );
    let through = |to: &str| {
        format!(
            "? web {to} 80\nweb -> db-0 TCP/80 as TCP/5432: open, TCP/5432\nweb -> db-1 TCP/80 as TCP/5433: open, TCP/5433\n= all 2 connections are open\n"
        )
    };
    let ways = ["data", "shop/data", "shop/Service/data", "svc/data", "shop/svc/data", "service/data", "10.96.0.9"];
    let dns = ["data.shop.svc", "data.shop.svc.cluster.local"];
    check(&manifests, &ways.iter().chain(&dns).map(|to| through(to)).collect::<String>());
    check(
        &manifests,
        "
? web pod/db-0 5432
web -> db-0 TCP/5432: open, TCP/5432
= web may open TCP/5432 on db-0
? shop/Pod/spy po/db-0 5432
spy -> db-0 TCP/5432: blocked, no port
= spy may not open TCP/5432 on db-0: blocked by ingress of db-0
? shop/weeb db-0
error: nothing is called `shop/weeb`; did you mean `shop/web`?
? webb db-0
error: nothing is called `webb`; did you mean `shop/web`?
? shop/deploy/web db-0
error: nothing is called `shop/deploy/web`; write namespace/pod, namespace/Deployment/name, a Service or an IP address
? data web
error: `data` is a Service, and a Service opens no connections; name a pod
",
    );
}

const REQUESTS: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}
---
apiVersion: v1
kind: Pod
metadata: {name: api, labels: {app: api}}
spec: {containers: [{name: main, ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: api}, ports: [{name: http, port: 80, targetPort: http}, {name: metrics, port: 9090}]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress:
  - toPorts: [{ports: [{port: http, protocol: TCP}], rules: {http: [{method: GET}]}}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web}
spec:
  endpointSelector: {matchLabels: {app: web}}
  egress:
  - toEndpoints: [{}]
    toPorts: [{ports: [{port: \"8080\", protocol: TCP}], rules: {http: [{path: /items}]}}]
  - toFQDNs: [{matchPattern: \"*.example.com\"}]
  - toEndpoints: [{matchLabels: {k8s-app: kube-dns}}]
    toPorts: [{ports: [{port: \"53\", protocol: ANY}], rules: {dns: [{matchPattern: \"*\"}]}}]
---
";

#[test]
fn requests() {
    check(
        REQUESTS,
        "
? web api GET /items
web -> api TCP/8080: partial, TCP/8080 (HTTP), allowed
= web may open TCP/8080 on api, and GET /items passes
? web front 80 POST /items
web -> api TCP/80 as TCP/8080: partial, TCP/8080 (HTTP), 403
= web may open TCP/8080 on api, and POST /items is answered 403: no HTTP rule of api admits it
? web front POST /other
web -> api TCP/80 as TCP/8080: partial, TCP/8080 (HTTP), 403
web -> api TCP/9090: blocked, no port, blocked
= none of 2 requests passes, 1 is answered 403, 1 is blocked
? web front http POST /other
web -> api TCP/80 as TCP/8080: partial, TCP/8080 (HTTP), 403
= web may open TCP/8080 on api, and POST /other is answered 403 on its way out of web: no HTTP rule of web admits it
? web api metrics GET /items
web -> api TCP/9090: blocked, no port, blocked
= web may not open TCP/9090 on api: blocked by egress of web and ingress of api
? api web GET /items
api -> web TCP/80: open, TCP/80, allowed
note: no port is named: the request goes to TCP/80, as HTTP clients send it
= api may open TCP/80 on web, and GET /items passes
? web api get /items
error: HTTP methods are written in upper case: `GET` instead of `get`
",
    );
}

#[test]
fn hosts_outside() {
    check(
        REQUESTS,
        "
? web www.example.com 443
web -> *.example.com TCP/443: open, TCP/443
note: www.example.com is one of the hosts outside that policies call *.example.com
= web may open TCP/443 on *.example.com
? web *.example.com GET /
web -> *.example.com TCP/80: open, TCP/80, allowed
note: no port is named: the request goes to TCP/80, as HTTP clients send it
= web may open TCP/80 on *.example.com, and GET / passes
? web www.example.org 443
error: nothing is called `www.example.org`; write namespace/pod, namespace/Deployment/name, a Service or an IP address
",
    );
}

#[test]
fn one_name_for_several_things() {
    let manifests = "
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: a, labels: {app: db}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: b}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: b}}
---
{apiVersion: v1, kind: Service, metadata: {name: db, namespace: a}, spec: {selector: {app: db}, ports: [{port: 80}]}}
";
    check(
        manifests,
        "
? web db
error: `db` could be a/db or b/db
? web a/db 80
web -> a/db TCP/80: open, TCP/80
note: the pod a/db was asked for; the Service is a/Service/db
= web may open TCP/80 on a/db
? web svc/db
web -> a/db TCP/80: open, TCP/80
= web may open TCP/80 on a/db
? a/db web 80
a/db -> web TCP/80: open, TCP/80
= a/db may open TCP/80 on web
",
    );
    check("", "? a b\nerror: nothing is called `a`: there is no pod, workload or Service here\n");
}

#[test]
fn addresses() {
    check(
        SHOP,
        "
? 10.1.0.1 10.1.0.3 5432
web -> db-0 TCP/5432: open, TCP/5432
= web may open TCP/5432 on db-0
? 192.0.2.200 db-0 5432
192.0.2.0/24 -> db-0 TCP/5432: open, TCP/5432
= 192.0.2.0/24 may open TCP/5432 on db-0
? 8.8.8.8 db-0 5432
internet -> db-0 TCP/5432: blocked, no port
= the internet may not open TCP/5432 on db-0: blocked by ingress of db-0
? web 10.1.0.99 80
web -> internet TCP/80: open, TCP/80
note: no pod or Service here has the address 10.1.0.99: it is taken for one outside the cluster
= web may open TCP/80 on the internet
? web fd00::1
web -> internet: open, all ports
note: no pod or Service here has the address fd00::1: it is taken for one outside the cluster
= web may open every port on the internet
",
    );
}

#[test]
fn the_ports_of_a_service() {
    let spec = "{selector: {app: db}, ports: [{name: sql, port: 80, targetPort: sql}, {name: dns, port: 53, protocol: UDP, targetPort: dns}, {name: raw, port: 5432}]}";
    check(
        &format!("{SHOP}{}", service(spec)),
        "
? spy data
spy -> db-0 TCP/80 as TCP/5432: blocked, no port
spy -> db-0 UDP/53: blocked, no port
spy -> db-0 TCP/5432: blocked, no port
spy -> db-1 TCP/80 as TCP/5433: blocked, no port
spy -> db-1 TCP/5432: blocked, no port
note: there is no UDP port called `dns` on db-1: UDP/53 of the Service shop/data does not lead there
= all 5 connections are blocked
? web data sql
web -> db-0 TCP/80 as TCP/5432: open, TCP/5432
web -> db-1 TCP/80 as TCP/5433: open, TCP/5433
= all 2 connections are open
? web data raw
web -> db-0 TCP/5432: open, TCP/5432
web -> db-1 TCP/5432: blocked, no port
= 1 of 2 connections are open
? web data UDP
web -> db-0 UDP/53: blocked, no port
note: there is no UDP port called `dns` on db-1: UDP/53 of the Service shop/data does not lead there
= web may not open UDP/53 on db-0: blocked by ingress of db-0
? db-0 data 5432
db-0 -> itself TCP/5432: open, TCP/5432
db-0 -> db-1 TCP/5432: blocked, no port
= 1 of 2 connections are open
? web data 53
error: the Service shop/data has no port TCP/53; it has TCP/80 (sql), UDP/53 (dns), TCP/5432 (raw)
? web data http
error: the Service shop/data has no port `http`; it has TCP/80 (sql), UDP/53 (dns), TCP/5432 (raw)
? web data UDP/sql
error: the Service shop/data has no UDP port `sql`; it has TCP/80 (sql), UDP/53 (dns), TCP/5432 (raw)
? web data SCTP
error: the Service shop/data has no SCTP port; it has TCP/80 (sql), UDP/53 (dns), TCP/5432 (raw)
",
    );
}

/// Its name stands for its pods; a name of one of its ports is looked up and gives the port behind it.
#[test]
fn headless_services() {
    let spec = "{clusterIP: None, selector: {app: db}, ports: [{name: tcp-sql, port: 80, targetPort: sql}]}";
    let note = "note: the Service shop/data is headless: its name stands for its pods, and ports are their own\n";
    let transcript = "
? web data 80
web -> db-0 TCP/80: blocked, no port
web -> db-1 TCP/80: blocked, no port
NOTE= all 2 connections are blocked
? web data 5432
web -> db-0 TCP/5432: open, TCP/5432
web -> db-1 TCP/5432: blocked, no port
NOTE= 1 of 2 connections are open
? web data tcp-sql
web -> db-0 TCP/5432: open, TCP/5432
web -> db-1 TCP/5433: open, TCP/5433
NOTE= all 2 connections are open
? web data dns
web -> db-0 UDP/53: blocked, no port
NOTEnote: there is no port called `dns` on db-1, which is left out
= web may not open UDP/53 on db-0: blocked by ingress of db-0
? web data
web -> db-0: partial, TCP/5432
web -> db-1: partial, TCP/5433
NOTE= all 2 connections are open in part
";
    check(&format!("{SHOP}{}", service(spec)), &transcript.replace("NOTE", note));
}

/// What is behind them is written in an EndpointSlice or an Endpoints object: pods, or addresses outside.
#[test]
fn services_without_a_selector() {
    let slice = "
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: data-1, namespace: shop, labels: {kubernetes.io/service-name: data}}
addressType: IPv4
ports: [{name: sql, port: 5432}]
endpoints: [{addresses: [10.1.0.3]}, {addresses: [10.1.0.4], conditions: {ready: false}}, {addresses: [192.0.2.7], conditions: {ready: true}}]
---
";
    let service = service("{ports: [{name: sql, port: 80}, {name: more, port: 81}]}");
    check(
        &format!("{SHOP}{service}{slice}"),
        "
? spy data 80
spy -> db-0 TCP/80 as TCP/5432: blocked, no port
spy -> 192.0.2.0/24 TCP/80 as TCP/5432: open, TCP/5432
= 1 of 2 connections are open
? spy data 81
note: no EndpointSlice says where TCP/81 of the Service shop/data leads on db-0, 192.0.2.0/24
= there is nothing to connect to
",
    );
    let endpoints = "
apiVersion: v1
kind: Endpoints
metadata: {name: data, namespace: shop}
subsets:
- {addresses: [{ip: 10.1.0.3}], ports: [{name: sql, port: 5432}]}
- {addresses: [{ip: 10.1.0.3}], notReadyAddresses: [{ip: 10.1.0.4}], ports: [{name: more, port: 5434}]}
---
";
    check(
        &format!("{SHOP}{service}{endpoints}"),
        "
? web data
web -> db-0 TCP/80 as TCP/5432: open, TCP/5432
web -> db-0 TCP/81 as TCP/5434: blocked, no port
= 1 of 2 connections are open
",
    );
    check(
        &format!("{SHOP}{service}"),
        "
? web data 80
note: the Service shop/data has no selector, and no EndpointSlice here says what is behind it
= there is nothing to connect to
",
    );
}

#[test]
fn services_that_lead_nowhere() {
    check(
        &format!("{SHOP}{}", service("{selector: {app: gone}, ports: [{port: 80}]}")),
        "
? web data 80
note: no pod here has the labels that the Service shop/data selects
= there is nothing to connect to
",
    );
    check(
        &format!("{SHOP}{}", service("{type: ExternalName, externalName: db.example.com}")),
        "
? web data 80
error: the Service shop/data is another name for `db.example.com`, which is looked up outside: ask for its address
",
    );
}

#[test]
fn services_asked_from_outside() {
    let spec =
        |more: &str| service(&format!("{{selector: {{app: web}}, ports: [{{port: 80, nodePort: 30080}}]{more}}}"));
    let answer = "internet -> web TCP/80: open, TCP/80\n";
    let end = "= the internet may open TCP/80 on web\n";
    let hidden = "note: the Service shop/data has no `externalTrafficPolicy: Local`: pods may see a node's address instead of the client's\n";
    let ask = |to: &str, note: &str| format!("? 8.8.8.8 {to} 80\n{answer}{note}{end}");
    let closed = "note: the Service shop/data is not exposed: from outside nothing leads to its address\n";
    check(&format!("{SHOP}{}", spec("")), &ask("data", closed));
    check(&format!("{SHOP}{}", spec(", type: NodePort")), &ask("data", hidden));
    check(&format!("{SHOP}{}", spec(", type: LoadBalancer, externalTrafficPolicy: Local")), &ask("data", ""));
    check(&format!("{SHOP}{}", spec(", externalIPs: [198.51.100.4]")), &ask("198.51.100.4", hidden));
    let balancer = spec(", type: LoadBalancer")
        .replace("}\n---", ", status: {loadBalancer: {ingress: [{ip: 198.51.100.5}]}}}\n---");
    check(&format!("{SHOP}{balancer}"), &ask("198.51.100.5", hidden));
}

/// A Deployment stands for its pods where they are there themselves, and for itself where they are not.
#[test]
fn workloads() {
    let deployment = |replicas: u32| {
        format!(
            "
{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: api}}, spec: {{replicas: {replicas}, selector: {{matchLabels: {{app: api}}}}, template: {{metadata: {{labels: {{app: api}}}}, spec: {{containers: []}}}}}}}}
---
{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: api}}, spec: {{podSelector: {{}}, ingress: [{{ports: [{{port: 80}}]}}]}}}}
---
"
        )
    };
    check(
        &deployment(3),
        "
? deploy/api default/Deployment/api 80
api -> its twin TCP/80: open, TCP/80
= api may open TCP/80 on another of its pods
? api api
api -> its twin: partial, TCP/80
= api may open only TCP/80 on another of its pods
",
    );
    check(&deployment(1), "? api api\napi -> itself: open, all ports\n= api may open every port on itself\n");
    let pods: String = ["api-1", "api-2", "api-3"]
        .map(|name| {
            format!(
                "{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, labels: {{app: api}}, ownerReferences: [{{apiVersion: apps/v1, kind: ReplicaSet, name: api-5d, controller: true}}]}}}}\n---\n"
            )
        })
        .concat();
    let set = "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: api-5d, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: api, controller: true}]}, spec: {replicas: 3, selector: {matchLabels: {app: api}}, template: {metadata: {labels: {app: api}}, spec: {containers: []}}}}\n---\n";
    let manifests = format!("{}{set}{pods}", deployment(3));
    check(
        &manifests,
        "
? deploy/api api-1 80
api-1 -> itself TCP/80: open, TCP/80
api-2 -> api-1 TCP/80: open, TCP/80
api-3 -> api-1 TCP/80: open, TCP/80
= all 3 connections are open
",
    );
    check_as(
        &manifests,
        "
? deploy/api deploy/api 81
api-1 -> api-2 TCP/81: blocked, no port x6
= all 6 connections are blocked
? default/rs/api-5d api-1 80
api-2 -> api-1 TCP/80: open, TCP/80 x2
= all 2 connections are open
? api-1 api-1 81
api-1 -> itself TCP/81: open, TCP/81
= api-1 may open TCP/81 on itself
? 8.8.8.8 deploy/api
internet -> api-1: partial, TCP/80 x3
= all 3 connections are open in part
",
        probe::probe_alike,
    );
}

/// Whether a pod without an address is in an `ipBlock` cannot be said, unless the port is refused anyway.
#[test]
fn unknown_addresses() {
    let manifests = "
{apiVersion: v1, kind: Pod, metadata: {name: a}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b, labels: {app: b}}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: b}, spec: {podSelector: {matchLabels: {app: b}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 80}]}]}}
";
    check(
        manifests,
        "
? a b
a -> b: blocked?, no port
= a may not open any port on b: blocked by ingress of b, as far as known: an address is missing
? a b 80
a -> b TCP/80: blocked?, no port
= a may not open TCP/80 on b: blocked by ingress of b, as far as known: an address is missing
? a b 81
a -> b TCP/81: blocked, no port
= a may not open TCP/81 on b: blocked by ingress of b
? a b UDP
a -> b: blocked, no port
= a may not open any UDP port on b: blocked by ingress of b
? 10.0.0.9 b 80
10.0.0.0/8 -> b TCP/80: open, TCP/80
note: the manifests give no pod the address 10.0.0.9: it is taken for one outside the cluster
= 10.0.0.0/8 may open TCP/80 on b
",
    );
}

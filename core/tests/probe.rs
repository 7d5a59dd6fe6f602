//! Questions and their answers: each line of [`ANSWERS`] is a source, a destination, a port or `*`, a protocol or `*`,
//! and what comes of it.

use netpol_core::connectivity::Verdict;
use netpol_core::ports::Protocol;
use netpol_core::probe::{PortName, Question, probe};
use netpol_core::{analyze, source::Source};

const CLUSTER: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: client, namespace: shop}, status: {podIP: 10.1.0.1}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {template: {metadata: {labels: {app: web}}}}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-5d, namespace: shop, ownerReferences: [{kind: Deployment, name: web}]}, spec: {template: {}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-5d-a, namespace: shop, labels: {app: web}, ownerReferences: [{kind: ReplicaSet, name: web-5d}]}
spec: {containers: [{name: main, image: x, ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}]}]}
status: {podIP: 10.1.0.2}
---
apiVersion: v1
kind: Pod
metadata: {name: web-5d-b, namespace: shop, labels: {app: web}, ownerReferences: [{kind: ReplicaSet, name: web-5d}]}
spec: {containers: [{name: main, image: x, ports: [{name: http, containerPort: 8081}]}]}
status: {podIP: 10.1.0.3}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  clusterIP: 10.96.0.1
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}, {name: metrics, port: 9090, targetPort: metrics}]
---
apiVersion: v1
kind: Service
metadata: {name: peers, namespace: shop}
spec: {clusterIP: None, selector: {app: web}, ports: [{name: http, port: 8080}]}
---
{apiVersion: v1, kind: Service, metadata: {name: nobody, namespace: shop}, spec: {selector: {app: gone}, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: alias, namespace: shop}, spec: {type: ExternalName, externalName: db.example.com}}
---
{apiVersion: v1, kind: Service, metadata: {name: bare, namespace: shop}, spec: {ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: listed, namespace: shop}, spec: {type: LoadBalancer, ports: [{name: sql, port: 5432}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: listed-1, namespace: shop, labels: {kubernetes.io/service-name: listed}}
endpoints: [{addresses: [10.1.0.2]}, {addresses: [198.51.100.9]}]
ports: [{name: sql, port: 8080}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - ports: [{port: 8080}]
";

const ANSWERS: &str = "
client       shop/web-5d-a       8080     *    open TCP/8080
client       shop/web-5d-a       http     *    open TCP/8080
client       shop/web-5d-b       http     *    blocked TCP/8081
client       shop/web-5d-a       *        *    partial
client       shop/web-5d-a       *        UDP  blocked
client       shop/web-5d-a       8080     SCTP blocked SCTP/8080
10.1.0.1     10.1.0.2            8080     *    open TCP/8080
203.0.113.7  web-5d-a            8080     *    open TCP/8080
shop/client  shop/Deployment/web 8080     *    open TCP/8080, open TCP/8080
shop/client  shop/ReplicaSet/web-5d 8081  *    blocked TCP/8081, blocked TCP/8081
shop/Deployment/web client       *        *    open, open
client       shop/web            80       *    open TCP/8080, blocked TCP/8081
client       shop/Service/web    http     *    open TCP/8080, blocked TCP/8081
client       10.96.0.1           80       *    open TCP/8080, blocked TCP/8081
client       shop/web            metrics  *    blocked TCP/9090; web-5d-b has no port of the name that shop/web leads TCP/9090 to
client       shop/web            *        *    open TCP/8080, blocked TCP/9090, blocked TCP/8081; web-5d-b has no port of the name that shop/web leads TCP/9090 to
client       shop/peers          8080     *    open TCP/8080, open TCP/8080; the Service shop/peers is headless: its name stands for its pods, and ports are their own
client       shop/peers          8081     *    blocked TCP/8081, blocked TCP/8081; the Service shop/peers is headless: its name stands for its pods, and ports are their own
client       shop/listed         5432     *    open TCP/8080, open TCP/8080
client       shop/nobody         80       *    ; no pod here has the labels that the Service shop/nobody selects
client       shop/bare           80       *    ; the Service shop/bare has no selector, and no EndpointSlice here says what is behind it
client       shop/web            81       *    error: the Service shop/web has no port 81; its ports: TCP/80 (http), TCP/9090 (metrics)
client       shop/web            80       UDP  error: the Service shop/web has no port 80; its ports: TCP/80 (http), TCP/9090 (metrics)
client       shop/alias          80       *    error: the Service shop/alias is another name for `db.example.com`, which is looked up outside: ask for that address
client       shop/wep            80       *    error: nothing is called `shop/wep`; did you mean `shop/web`?
client       web-5d-b            admin    *    error: web-5d-b has no port called `admin`
shop/web     client              80       *    error: `shop/web` is a Service, and a Service opens no connections; name a pod
";

#[test]
fn every_question_has_its_answer() {
    let analysis = analyze(vec![Source::new("cluster", CLUSTER)]);
    assert_eq!(analysis.manifests.diagnostics, []);
    let mut wrong = Vec::new();
    for line in ANSWERS.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let mut next = || words.next().expect("four words").to_owned();
        let (from, to, port, protocol) = (next(), next(), next(), next());
        let expected = words.collect::<Vec<_>>().join(" ");
        let question = Question {
            from,
            to,
            port: (port != "*").then(|| PortName::parse(&port).expect("a port")),
            protocol: Protocol::parse(&protocol),
        };
        let found = match probe(&analysis, &question) {
            Err(message) => format!("error: {message}"),
            Ok(answer) => {
                let hops = answer.hops.iter().map(|hop| {
                    let flow = hop.why.flow.map_or_else(String::new, |flow| format!(" {flow}"));
                    let verdict = match hop.verdict {
                        Verdict::Open => "open",
                        Verdict::Partial => "partial",
                        Verdict::Blocked => "blocked",
                    };
                    format!("{verdict}{flow}")
                });
                let hops = hops.collect::<Vec<_>>().join(", ");
                let notes: String = answer.notes.iter().map(|note| format!("; {note}")).collect();
                format!("{hops}{notes}")
            }
        };
        if found != expected {
            wrong.push(format!("{line}\n  answers: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

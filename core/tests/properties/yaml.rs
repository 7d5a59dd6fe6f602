//! A world as the YAML that people write.

use std::fmt::{self, Write as _};

use netpol_core::manifest::Direction;
use netpol_core::ports::Protocol;

use crate::model::{
    Account, Block, Container, ContainerPort, Expression, Labels, List, Namespace, Operator, Peer, Pod, Policy,
    PolicyPort, Port, Rule, Selector, Service, Target, World,
};

impl World {
    /// Each object as one document.
    pub(crate) fn documents(&self) -> Vec<String> {
        let mut documents: Vec<String> = self.namespaces.iter().map(namespace).collect();
        documents.extend(self.accounts.iter().map(account));
        documents.extend(self.pods.iter().map(pod));
        documents.extend(self.services.iter().map(service));
        documents.extend(self.policies.iter().map(policy));
        documents.extend(self.cilium.documents());
        documents.extend(self.admin.iter().map(crate::admin::yaml::policy));
        documents.extend(crate::calico::yaml::documents(&self.calico));
        documents
    }

    pub(crate) fn yaml(&self) -> String {
        self.documents().join("---\n")
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.yaml())
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&policy(self))
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&rule(self, "from"))
    }
}

fn namespace(namespace: &Namespace) -> String {
    let metadata = metadata(namespace.name, None, Some(&namespace.labels));
    format!("apiVersion: v1\nkind: Namespace\nmetadata: {metadata}\n")
}

fn account(account: &Account) -> String {
    let metadata = metadata(account.name, account.namespace, Some(&account.labels));
    format!("apiVersion: v1\nkind: ServiceAccount\nmetadata: {metadata}\n")
}

fn service(service: &Service) -> String {
    let metadata = metadata(service.name, service.namespace, Some(&service.labels));
    let port = |port: &crate::model::ServicePort| {
        let protocol = port.protocol.map(|protocol| format!(", protocol: {}", word_of(protocol))).unwrap_or_default();
        let target = match port.target {
            Target::Same => String::new(),
            Target::Number(number) => format!(", targetPort: {number}"),
            Target::Name(name) => format!(", targetPort: {name}"),
        };
        let name = format!("{}-{}", word_of(port.protocol.unwrap_or(Protocol::Tcp)).to_lowercase(), port.port);
        format!("{{name: {name}, port: {}{protocol}{target}}}", port.port)
    };
    let ports: Vec<String> = service.ports.iter().map(port).collect();
    let selector = mapping(&service.selector);
    let spec = format!("{{selector: {selector}, ports: [{}]}}", ports.join(", "));
    format!("apiVersion: v1\nkind: Service\nmetadata: {metadata}\nspec: {spec}\n")
}

fn pod(pod: &Pod) -> String {
    let Pod { name, kind, namespace, labels, replicas, .. } = pod;
    let replicas = replicas.map_or(String::new(), |count| format!("  replicas: {count}\n"));
    let (api, above) = match *kind {
        "Pod" => {
            let metadata = metadata(name, *namespace, Some(labels));
            let spec = pod_spec(pod, "");
            return format!("apiVersion: v1\nkind: Pod\nmetadata: {metadata}\n{spec}{}", status(pod));
        }
        "Job" => ("batch/v1", String::new()),
        "CronJob" => ("batch/v1", "  schedule: \"0 0 * * *\"\n  jobTemplate:\n    spec:\n".to_owned()),
        "DaemonSet" => ("apps/v1", String::new()),
        _ => ("apps/v1", replicas),
    };
    // A workload's own labels are not its pods'.
    let own = metadata(name, *namespace, Some(&Labels::from([("app", "workload")])));
    let indent = if *kind == "CronJob" { "      " } else { "  " };
    let spec = pod_spec(pod, &format!("{indent}  "));
    let labels = mapping(labels);
    format!(
        "apiVersion: {api}\nkind: {kind}\nmetadata: {own}\nspec:\n{above}{indent}template:\n{indent}  metadata: {{labels: {labels}}}\n{spec}"
    )
}

fn pod_spec(pod: &Pod, indent: &str) -> String {
    let mut out = format!("{indent}spec:\n");
    if let Some(account) = pod.account {
        let _ = writeln!(out, "{indent}  serviceAccountName: {account}");
    }
    if pod.host_network {
        let _ = writeln!(out, "{indent}  hostNetwork: true");
    }
    let container = |which: Container, head: &str| {
        let ports: Vec<String> = pod.ports.iter().filter(|port| port.container == which).map(container_port).collect();
        match (ports.is_empty(), which) {
            (true, Container::Sidecar | Container::Init) => String::new(),
            (true, Container::Main) => format!("{indent}  - {{{head}}}\n"),
            (false, _) => format!("{indent}  - {{{head}, ports: [{}]}}\n", ports.join(", ")),
        }
    };
    let init = container(Container::Sidecar, "name: sidecar, image: proxy, restartPolicy: Always")
        + &container(Container::Init, "name: setup, image: busybox");
    if !init.is_empty() {
        let _ = write!(out, "{indent}  initContainers:\n{init}");
    }
    let _ = write!(out, "{indent}  containers:\n{}", container(Container::Main, "name: main, image: nginx"));
    out
}

fn container_port(port: &ContainerPort) -> String {
    let name = port.name.map(|name| format!("name: {name}, ")).unwrap_or_default();
    let protocol = port.protocol.map(|protocol| format!(", protocol: {}", word_of(protocol))).unwrap_or_default();
    format!("{{{name}containerPort: {}{protocol}}}", port.number)
}

fn status(pod: &Pod) -> String {
    let mut fields = Vec::new();
    fields.extend(pod.phase.map(|phase| format!("phase: {phase}")));
    fields.extend(pod.addresses.first().map(|address| format!("podIP: {}", word(&address.to_string()))));
    if pod.addresses.len() > 1 {
        let all = pod.addresses.iter().map(|address| format!("{{ip: {}}}", word(&address.to_string())));
        fields.push(format!("podIPs: [{}]", all.collect::<Vec<_>>().join(", ")));
    }
    if fields.is_empty() { String::new() } else { format!("status: {{{}}}\n", fields.join(", ")) }
}

fn policy(policy: &Policy) -> String {
    let metadata = metadata(&policy.name, policy.namespace, None);
    let mut out = format!("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {metadata}\nspec:\n");
    match &policy.pod_selector {
        Some(pods) => {
            let _ = writeln!(out, "  podSelector: {}", selector(pods));
        }
        None => out.push_str("  podSelector:\n"),
    }
    match &policy.types {
        List::Absent => {}
        List::Null => out.push_str("  policyTypes:\n"),
        List::Is(types) => {
            let types: Vec<&str> = types.iter().map(|direction| direction.policy_type()).collect();
            let _ = writeln!(out, "  policyTypes: [{}]", types.join(", "));
        }
    }
    for (direction, peers) in [(Direction::Ingress, "from"), (Direction::Egress, "to")] {
        list(&mut out, "  ", direction.field(), policy.rules(direction), |item| rule(item, peers));
    }
    out
}

pub(crate) fn list<T>(out: &mut String, indent: &str, key: &str, items: &List<T>, print: impl Fn(&T) -> String) {
    match items {
        List::Absent => {}
        List::Null => {
            let _ = writeln!(out, "{indent}{key}:");
        }
        List::Is(items) if items.is_empty() => {
            let _ = writeln!(out, "{indent}{key}: []");
        }
        List::Is(items) => {
            let _ = writeln!(out, "{indent}{key}:");
            for item in items {
                for (at, line) in print(item).lines().enumerate() {
                    let dash = if at == 0 { "- " } else { "  " };
                    let _ = writeln!(out, "{indent}{dash}{line}");
                }
            }
        }
    }
}

fn rule(rule: &Rule, peers: &str) -> String {
    let mut out = String::new();
    list(&mut out, "", peers, &rule.peers, peer);
    list(&mut out, "", "ports", &rule.ports, policy_port);
    if out.is_empty() { "{}\n".to_owned() } else { out }
}

fn peer(peer: &Peer) -> String {
    match peer {
        Peer::Pods(pods) => format!("podSelector: {}\n", selector(pods)),
        Peer::Namespaces(namespaces) => format!("namespaceSelector: {}\n", selector(namespaces)),
        Peer::PodsInNamespaces(pods, namespaces) => {
            format!("podSelector: {}\nnamespaceSelector: {}\n", selector(pods), selector(namespaces))
        }
        Peer::Block(Block { cidr, except }) if except.is_empty() => {
            format!("ipBlock: {{cidr: {}}}\n", word(&cidr.written))
        }
        Peer::Block(Block { cidr, except }) => {
            let except: Vec<String> = except.iter().map(|hole| word(&hole.written)).collect();
            format!("ipBlock: {{cidr: {}, except: [{}]}}\n", word(&cidr.written), except.join(", "))
        }
    }
}

fn policy_port(item: &PolicyPort) -> String {
    let mut fields = Vec::new();
    fields.extend(item.protocol.map(|protocol| format!("protocol: {}", word_of(protocol))));
    match item.port {
        Port::Absent => {}
        Port::Number(number) => fields.push(format!("port: {number}")),
        Port::Range(first, last) => fields.push(format!("port: {first}, endPort: {last}")),
        Port::Name(name) => fields.push(format!("port: {name}")),
    }
    format!("{{{}}}\n", fields.join(", "))
}

pub(crate) fn selector(selector: &Selector) -> String {
    let mut fields = Vec::new();
    if !selector.labels.is_empty() {
        fields.push(format!("matchLabels: {}", mapping(&selector.labels)));
    }
    if !selector.expressions.is_empty() {
        let expressions: Vec<String> = selector.expressions.iter().map(expression).collect();
        fields.push(format!("matchExpressions: [{}]", expressions.join(", ")));
    }
    format!("{{{}}}", fields.join(", "))
}

pub(crate) fn expression(expression: &Expression) -> String {
    let Expression { key, operator, values } = expression;
    let values = match operator {
        Operator::In | Operator::NotIn => {
            let values: Vec<String> = values.iter().map(|value| word(value)).collect();
            format!(", values: [{}]", values.join(", "))
        }
        Operator::Exists | Operator::DoesNotExist => String::new(),
    };
    format!("{{key: {}, operator: {operator:?}{values}}}", word(key))
}

pub(crate) fn metadata(name: &str, namespace: Option<&str>, labels: Option<&Labels>) -> String {
    let mut fields = vec![format!("name: {name}")];
    fields.extend(namespace.map(|namespace| format!("namespace: {namespace}")));
    fields.extend(labels.filter(|labels| !labels.is_empty()).map(|labels| format!("labels: {}", mapping(labels))));
    format!("{{{}}}", fields.join(", "))
}

pub(crate) fn mapping(labels: &Labels) -> String {
    let pairs: Vec<String> = labels.iter().map(|(key, value)| format!("{}: {}", word(key), word(value))).collect();
    format!("{{{}}}", pairs.join(", "))
}

pub(crate) fn word_of(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Tcp => "TCP",
        Protocol::Udp => "UDP",
        Protocol::Sctp => "SCTP",
    }
}

/// A string, in quotes where YAML 1.1 could read something else in it.
pub(crate) fn word(text: &str) -> String {
    let begins_plainly = text.starts_with(|first: char| first.is_ascii_lowercase()) && text != "yes";
    let plain = (begins_plainly || text.contains('.')) && !text.contains(':');
    if plain { text.to_owned() } else { format!("\"{text}\"") }
}

//! Admin policies as YAML.

use std::fmt::{self, Write as _};

use netpol_core::manifest::Direction;

use super::model::{Kind, Peer, Pods, Policy, Port, Rule, Tier};
use crate::yaml::{metadata, selector, word, word_of};

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&policy(self))
    }
}

pub(crate) fn policy(policy: &Policy) -> String {
    let kind = policy.kind;
    let version = if kind.is_second() { "v1alpha2" } else { "v1alpha1" };
    let metadata = metadata(policy.name, None, None);
    let mut out = format!("apiVersion: policy.networking.k8s.io/{version}\nkind: {}\n", kind.word());
    let _ = writeln!(out, "metadata: {metadata}\nspec:");
    if let Kind::Cluster(tier) = kind {
        let _ = writeln!(out, "  tier: {}", if tier == Tier::Admin { "Admin" } else { "Baseline" });
    }
    if kind != Kind::Baseline {
        let _ = writeln!(out, "  priority: {}", policy.priority);
    }
    let _ = writeln!(out, "  subject: {{{}}}", pods(&policy.subject));
    for (direction, peers) in [(Direction::Ingress, "from"), (Direction::Egress, "to")] {
        if !policy.rules(direction).is_empty() {
            let _ = writeln!(out, "  {}:", direction.field());
        }
        for item in policy.rules(direction) {
            rule(&mut out, item, peers, kind);
        }
    }
    out
}

fn rule(out: &mut String, rule: &Rule, peers: &str, kind: Kind) {
    let name = rule.name.map(|name| format!("    name: {name}\n")).unwrap_or_default();
    let _ = writeln!(out, "  - action: {}\n{name}    {peers}:", rule.action.of_admin(kind.is_second()));
    for item in &rule.peers {
        let _ = writeln!(out, "    - {}", peer(item));
    }
    if !rule.ports.is_empty() {
        let _ = writeln!(out, "    {}:", if kind.is_second() { "protocols" } else { "ports" });
    }
    for item in &rule.ports {
        let _ = writeln!(out, "    - {}", if kind.is_second() { second_port(*item) } else { first_port(*item) });
    }
}

fn pods(pods: &Pods) -> String {
    match pods {
        Pods::InNamespaces(namespaces) => format!("namespaces: {}", selector(namespaces)),
        Pods::Selected(Some(namespaces), own) => {
            format!("pods: {{namespaceSelector: {}, podSelector: {}}}", selector(namespaces), selector(own))
        }
        Pods::Selected(None, own) => format!("pods: {{podSelector: {}}}", selector(own)),
    }
}

fn peer(peer: &Peer) -> String {
    match peer {
        Peer::Pods(of) => pods(of),
        Peer::Networks(cidrs) => {
            let cidrs: Vec<String> = cidrs.iter().map(|cidr| word(&cidr.written)).collect();
            format!("networks: [{}]", cidrs.join(", "))
        }
        Peer::Domains(texts) => {
            let texts: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
            format!("domainNames: [{}]", texts.join(", "))
        }
    }
}

fn first_port(port: Port) -> String {
    match port {
        Port::Number(protocol, number) => format!("portNumber: {{protocol: {}, port: {number}}}", word_of(protocol)),
        Port::Range(protocol, first, last) => {
            format!("portRange: {{protocol: {}, start: {first}, end: {last}}}", word_of(protocol))
        }
        Port::Named(name) => format!("namedPort: {name}"),
    }
}

fn second_port(port: Port) -> String {
    match port {
        Port::Number(protocol, number) => {
            format!("{}: {{destinationPort: {{number: {number}}}}}", word_of(protocol).to_lowercase())
        }
        Port::Range(protocol, first, last) => {
            let range = format!("{{start: {first}, end: {last}}}");
            format!("{}: {{destinationPort: {{range: {range}}}}}", word_of(protocol).to_lowercase())
        }
        Port::Named(name) => format!("destinationNamedPort: {name}"),
    }
}

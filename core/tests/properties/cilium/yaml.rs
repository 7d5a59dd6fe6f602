//! The YAML of Cilium's objects.

use std::fmt::{self, Write as _};

use super::http;
use super::model::{
    Base, CidrSet, Entry, Group, HttpRule, Key, Objects, Peers, Policy, Port, PortName, PortRule, SECTIONS, Selector,
    ServiceRef, Spec,
};
use crate::model::{List, Operator};
use crate::yaml::{list, mapping, metadata, word};

impl Objects {
    pub(crate) fn documents(&self) -> impl Iterator<Item = String> {
        self.groups.iter().map(group).chain(self.policies.iter().map(policy))
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&policy(self))
    }
}

fn group(group: &Group) -> String {
    let metadata = metadata(group.name, None, Some(&group.labels));
    let cidrs: Vec<String> = group.cidrs.iter().map(|cidr| quoted(&cidr.written)).collect();
    format!(
        "apiVersion: cilium.io/v2\nkind: CiliumCIDRGroup\nmetadata: {metadata}\nspec: {{externalCIDRs: [{}]}}\n",
        cidrs.join(", ")
    )
}

fn policy(policy: &Policy) -> String {
    let kind = if policy.namespace.is_some() { "CiliumNetworkPolicy" } else { "CiliumClusterwideNetworkPolicy" };
    let metadata = metadata(&policy.name, policy.namespace.flatten(), None);
    let mut out = format!("apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {metadata}\n");
    let mut specs = policy.specs.iter();
    if let Some(first) = specs.next() {
        let _ = writeln!(out, "spec:");
        spec(first).lines().for_each(|line| {
            let _ = writeln!(out, "  {line}");
        });
    }
    let others: Vec<Spec> = specs.cloned().collect();
    if !others.is_empty() {
        list(&mut out, "", "specs", &List::Is(others), spec);
    }
    out
}

fn spec(spec: &Spec) -> String {
    let mut out = format!("endpointSelector: {}\n", selector(&spec.subject));
    let said = ["ingress", "egress"].iter().zip(spec.default_deny);
    let said: Vec<String> = said.filter_map(|(field, said)| Some(format!("{field}: {}", said?))).collect();
    if !said.is_empty() {
        let _ = writeln!(out, "enableDefaultDeny: {{{}}}", said.join(", "));
    }
    for ((field, peers, _), section) in SECTIONS.iter().zip(&spec.sections) {
        list(&mut out, "", field, section, |item| entry(item, peers));
    }
    out
}

fn entry(entry: &Entry, from_or_to: &str) -> String {
    let mut out = String::new();
    let mut field = |name: &str, items: Vec<String>| {
        let _ = writeln!(out, "{from_or_to}{name}: [{}]", items.join(", "));
    };
    match &entry.peers {
        Peers::Absent => {}
        Peers::Null => {
            let _ = writeln!(out, "{from_or_to}Endpoints:");
        }
        Peers::Endpoints(selectors) => field("Endpoints", selectors.iter().map(selector).collect()),
        Peers::Entities(entities) => field("Entities", entities.iter().map(|entity| (*entity).to_owned()).collect()),
        Peers::Cidrs(cidrs) => {
            let cidr = |(cidr, bare): &(crate::cidr::Cidr, bool)| match cidr.written.split_once('/') {
                Some((address, "32" | "128")) if *bare => quoted(address),
                _ => quoted(&cidr.written),
            };
            field("CIDR", cidrs.iter().map(cidr).collect());
        }
        Peers::CidrSets(sets) => field("CIDRSet", sets.iter().map(cidr_set).collect()),
        Peers::Services(services) => field("Services", services.iter().map(service_ref).collect()),
        Peers::Names(names) => field("FQDNs", names.iter().map(|name| host(name)).collect()),
    }
    list(&mut out, "", "toPorts", &entry.ports, port_rule);
    list(&mut out, "", "icmps", &entry.icmps, |kind| format!("fields: [{{family: IPv4, type: {kind}}}]\n"));
    if out.is_empty() { "{}\n".to_owned() } else { out }
}

fn cidr_set(set: &CidrSet) -> String {
    let mut fields = vec![match &set.base {
        Base::Cidr(cidr) => format!("cidr: {}", quoted(&cidr.written)),
        Base::Group(name) => format!("cidrGroupRef: {name}"),
        Base::Groups(labels) => format!("cidrGroupSelector: {{matchLabels: {}}}", mapping(labels)),
    }];
    if !set.except.is_empty() {
        let holes: Vec<String> = set.except.iter().map(|hole| quoted(&hole.written)).collect();
        fields.push(format!("except: [{}]", holes.join(", ")));
    }
    format!("{{{}}}", fields.join(", "))
}

fn service_ref(service: &ServiceRef) -> String {
    let namespace = |namespace: &Option<&str>| namespace.map(|own| format!(", namespace: {own}")).unwrap_or_default();
    match service {
        ServiceRef::Named(name, own) => format!("{{k8sService: {{serviceName: {name}{}}}}}", namespace(own)),
        ServiceRef::Labelled(labels, own) => {
            let selector = format!("{{matchLabels: {}}}", mapping(labels));
            format!("{{k8sServiceSelector: {{selector: {selector}{}}}}}", namespace(own))
        }
    }
}

fn host(name: &str) -> String {
    let field = if name.contains('*') { "matchPattern" } else { "matchName" };
    format!("{{{field}: {}}}", quoted(name))
}

fn port_rule(rule: &PortRule) -> String {
    let mut out = String::new();
    list(&mut out, "", "ports", &rule.ports, port);
    let mut http = String::new();
    list(&mut http, "  ", "http", &rule.http, http_rule);
    if !http.is_empty() && !matches!(rule.http, List::Null) {
        let _ = write!(out, "rules:\n{http}");
    }
    if out.is_empty() { "{}\n".to_owned() } else { out }
}

fn port(port: &Port) -> String {
    let mut fields = vec![match port.port {
        PortName::All => "port: \"0\"".to_owned(),
        PortName::Number(number) => format!("port: \"{number}\""),
        PortName::Range(first, last) => format!("port: \"{first}\", endPort: {last}"),
        PortName::Name(name) => format!("port: {name}"),
    }];
    fields.extend(port.protocol.map(|protocol| format!("protocol: {protocol}")));
    format!("{{{}}}\n", fields.join(", "))
}

fn http_rule(rule: &HttpRule) -> String {
    let mut fields = Vec::new();
    for (field, pattern) in [("method", &rule.method), ("path", &rule.path), ("host", &rule.host)] {
        fields.extend(pattern.as_ref().map(|pattern| format!("{field}: {}", quoted(&http::text(pattern)))));
    }
    if !rule.headers.is_empty() {
        let header = |(name, value): &(&str, Option<&str>)| match value {
            Some(value) => quoted(&format!("{name}: {value}")),
            None => quoted(name),
        };
        fields.push(format!("headers: [{}]", rule.headers.iter().map(header).collect::<Vec<_>>().join(", ")));
    }
    if !rule.matches.is_empty() {
        let item = |(name, value, mismatch): &(&str, &str, Option<&str>)| {
            let mismatch = mismatch.map(|action| format!(", mismatch: {action}")).unwrap_or_default();
            format!("{{name: {name}, value: {}{mismatch}}}", quoted(value))
        };
        fields.push(format!("headerMatches: [{}]", rule.matches.iter().map(item).collect::<Vec<_>>().join(", ")));
    }
    format!("{{{}}}\n", fields.join(", "))
}

fn selector(selector: &Selector) -> String {
    let mut fields = Vec::new();
    if !selector.labels.is_empty() {
        let pairs = selector.labels.iter().map(|(key, value)| format!("{}: {}", written(key), word(value)));
        fields.push(format!("matchLabels: {{{}}}", pairs.collect::<Vec<_>>().join(", ")));
    }
    if !selector.expressions.is_empty() {
        let item = |(key, operator, values): &(Key, Operator, Vec<&'static str>)| {
            let values = match operator {
                Operator::In | Operator::NotIn => {
                    let values: Vec<String> = values.iter().map(|value| word(value)).collect();
                    format!(", values: [{}]", values.join(", "))
                }
                Operator::Exists | Operator::DoesNotExist => String::new(),
            };
            format!("{{key: {}, operator: {operator:?}{values}}}", written(key))
        };
        let items: Vec<String> = selector.expressions.iter().map(item).collect();
        fields.push(format!("matchExpressions: [{}]", items.join(", ")));
    }
    format!("{{{}}}", fields.join(", "))
}

fn written(key: &Key) -> String {
    if key.source.is_empty() { word(key.name) } else { quoted(&format!("{}:{}", key.source, key.name)) }
}

fn quoted(text: &str) -> String {
    format!("'{text}'")
}

//! Calico's objects as YAML.

use std::fmt::Write as _;

use netpol_core::manifest::Direction;
use netpol_core::ports::Protocol;

use super::model::{Entity, IpProtocol, Objects, Policy, Port, Rule, Set, Tier};
use super::selector::Expr;
use crate::cidr::Cidr;
use crate::yaml::{metadata, word, word_of};

pub(crate) fn documents(objects: &Objects) -> Vec<String> {
    let Objects { tiers, sets, policies } = objects;
    tiers.iter().map(tier).chain(sets.iter().map(set)).chain(policies.iter().map(policy)).collect()
}

fn head(kind: &str, metadata: &str) -> String {
    format!("apiVersion: projectcalico.org/v3\nkind: {kind}\nmetadata: {metadata}\n")
}

fn tier(tier: &Tier) -> String {
    let mut fields = Vec::new();
    fields.extend(tier.order.map(|order| format!("order: {order}")));
    fields.extend(tier.default_action.map(|action| format!("defaultAction: {action}")));
    head("Tier", &metadata(tier.name, None, None)) + &format!("spec: {{{}}}\n", fields.join(", "))
}

fn set(set: &Set) -> String {
    let kind = if set.namespace.is_some() { "NetworkSet" } else { "GlobalNetworkSet" };
    let metadata = metadata(&set.name, set.namespace, Some(&set.labels));
    head(kind, &metadata) + &format!("spec: {{nets: {}}}\n", nets(&set.nets))
}

pub(crate) fn policy(policy: &Policy) -> String {
    let mut out = head(policy.kind(), &metadata(policy.name, policy.namespace, None)) + "spec:\n";
    let mut line = |field: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(out, "  {field}: {value}");
        }
    };
    line("tier", policy.tier.map(str::to_owned));
    line("order", policy.order.map(|order| order.to_string()));
    line("selector", policy.selector.as_ref().map(expression));
    line("serviceAccountSelector", policy.account_selector.as_ref().map(expression));
    line("namespaceSelector", policy.namespace_selector.as_ref().map(expression));
    if let Some(field) = policy.host_only {
        line(field, Some("true".to_owned()));
        line("applyOnForward", Some("true".to_owned()));
    }
    let words = |types: &Vec<Direction>| types.iter().map(|of| of.policy_type()).collect::<Vec<_>>().join(", ");
    line("types", policy.types.as_ref().map(|types| format!("[{}]", words(types))));
    for (direction, rules) in [(Direction::Ingress, &policy.ingress), (Direction::Egress, &policy.egress)] {
        let Some(rules) = rules else { continue };
        let none = if rules.is_empty() { " []" } else { "" };
        let _ = writeln!(out, "  {}:{none}", direction.field());
        rules.iter().for_each(|item| rule(&mut out, item));
    }
    if out.ends_with("spec:\n") { out.replace("spec:", "spec: {}") } else { out }
}

fn rule(out: &mut String, rule: &Rule) {
    let mut lines = vec![format!("action: {}", rule.action)];
    lines.extend(rule.ip_version.map(|version| format!("ipVersion: {version}")));
    lines.extend(rule.protocol.map(|of| format!("protocol: {}", protocol(of))));
    lines.extend(rule.not_protocol.map(|of| format!("notProtocol: {}", protocol(of))));
    for (name, end) in [("source", &rule.source), ("destination", &rule.destination)] {
        let fields = entity(end);
        if !fields.is_empty() {
            lines.push(format!("{name}: {{{}}}", fields.join(", ")));
        }
    }
    for (at, line) in lines.iter().enumerate() {
        let _ = writeln!(out, "  {} {line}", if at == 0 { "-" } else { " " });
    }
}

fn protocol(protocol: IpProtocol) -> String {
    match protocol {
        IpProtocol::Named(protocol) => word_of(protocol).to_owned(),
        IpProtocol::Numbered(Protocol::Tcp) => "6".to_owned(),
        IpProtocol::Numbered(Protocol::Udp) => "17".to_owned(),
        IpProtocol::Numbered(Protocol::Sctp) => "132".to_owned(),
        IpProtocol::Icmp => "ICMP".to_owned(),
    }
}

fn entity(entity: &Entity) -> Vec<String> {
    let mut fields = Vec::new();
    let selectors = [
        ("selector", &entity.selector),
        ("notSelector", &entity.not_selector),
        ("namespaceSelector", &entity.namespace_selector),
    ];
    for (name, selector) in selectors {
        fields.extend(selector.as_ref().map(|selector| format!("{name}: {}", expression(selector))));
    }
    for (name, list) in [("nets", &entity.nets), ("notNets", &entity.not_nets)] {
        fields.extend((!list.is_empty()).then(|| format!("{name}: {}", nets(list))));
    }
    for (name, list) in [("ports", &entity.ports), ("notPorts", &entity.not_ports)] {
        let items: Vec<String> = list.iter().map(port).collect();
        fields.extend((!list.is_empty()).then(|| format!("{name}: [{}]", items.join(", "))));
    }
    if let Some(accounts) = &entity.accounts {
        let mut inner = Vec::new();
        if !accounts.names.is_empty() {
            inner.push(format!("names: [{}]", accounts.names.join(", ")));
        }
        inner.extend(accounts.selector.as_ref().map(|selector| format!("selector: {}", expression(selector))));
        fields.push(format!("serviceAccounts: {{{}}}", inner.join(", ")));
    }
    if let Some((name, namespace)) = entity.service {
        let namespace = namespace.map(|namespace| format!(", namespace: {namespace}")).unwrap_or_default();
        fields.push(format!("services: {{name: {name}{namespace}}}"));
    }
    fields
}

fn nets(cidrs: &[Cidr]) -> String {
    format!("[{}]", cidrs.iter().map(|cidr| word(&cidr.written)).collect::<Vec<_>>().join(", "))
}

fn port(port: &Port) -> String {
    match port {
        Port::Number(number) => number.to_string(),
        Port::Range(first, last) => format!("\"{first}:{last}\""),
        Port::Named(name) => (*name).to_owned(),
    }
}

fn expression(expr: &Expr) -> String {
    format!("\"{}\"", expr.to_string().replace('"', "\\\""))
}

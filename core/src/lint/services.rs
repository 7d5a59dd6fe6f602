//! Egress rules that name a Service where they should name its pods: policies look at where a connection arrives.

use super::facts::Facts;
use super::findings::Findings;
use super::mend;
use super::ports::port_number;
use crate::cluster::ClusterService;
use crate::labels::{LabelSelector, NAMESPACE_NAME, Operator, Requirement};
use crate::manifest::{Direction, NetworkPolicy, Peer, PolicyPort, PolicyRule, PortMatch};
use crate::policy::{Peers, Rule};
use crate::ports::PortRange;
use crate::source::{Edit, Place, Source, Span};

/// Peers of egress rules that are a Service's address, or ask for labels that no pod has and a Service does.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.analysis.cluster.services.is_empty() {
        return;
    }
    for (written, compiled) in facts.written() {
        let rules = compiled.rules(Direction::Egress).unwrap_or_default();
        for (rule, meant) in written.egress.iter().zip(rules) {
            let Some(list) = &rule.peers else { continue };
            for (at, peer) in list.items.iter().enumerate() {
                let Some((service, by_address)) = meant_service(facts, written, peer, meant, at) else { continue };
                tell(facts, written, rule, peer, service, by_address, findings);
            }
        }
    }
}

/// The Service that `peer` names, and whether it does so by its address.
fn meant_service<'a>(
    facts: &Facts<'a>,
    written: &NetworkPolicy,
    peer: &Peer,
    meant: &Rule,
    at: usize,
) -> Option<(&'a ClusterService, bool)> {
    let mut services = facts.analysis.cluster.services.iter();
    if let Some(block) = &peer.ip_block {
        let one = block.cidr.prefix_len() == block.cidr.max_prefix_len();
        let service = services.find(|service| one && service.written.addresses.contains(&block.cidr.addr()))?;
        return Some((service, true));
    }
    let selector = &peer.pod_selector.as_ref().filter(|own| !own.selector.is_empty() && facts.pods_known)?.selector;
    let Peers::OneOf(peers) = &meant.peers else { return None };
    if facts.count(&peers.get(at)?.members) > 0 {
        return None;
    }
    let in_scope = |service: &ClusterService| {
        let own = &service.written.meta.namespace;
        match &peer.namespace_selector {
            None => *own == written.meta.namespace,
            Some(namespaces) => {
                let mut all = facts.analysis.cluster.namespaces.iter();
                all.any(|space| space.name == *own && namespaces.selector.matches(&space.labels))
            }
        }
    };
    let mut near = services.filter(|service| in_scope(service));
    let service = near.find(|service| {
        let named = |requirement: &Requirement| {
            requirement.operator == Operator::In && requirement.values == [service.written.meta.name.value.clone()]
        };
        selector.matches(&service.written.meta.labels)
            || matches!(selector.requirements.as_slice(), [only] if named(only))
    })?;
    Some((service, false))
}

fn tell(
    facts: &Facts<'_>,
    written: &NetworkPolicy,
    rule: &PolicyRule,
    peer: &Peer,
    service: &ClusterService,
    by_address: bool,
    findings: &mut Findings,
) {
    let (name, id) = (&written.meta.name.value, service.short_id());
    let message = match (&peer.ip_block, &peer.pod_selector) {
        (Some(block), _) => format!(
            "`{}` in `to` of `{name}` is an address of the Service `{id}`: a connection to it arrives at a pod, and the pod's address counts.",
            block.cidr,
        ),
        (None, Some(selector)) => format!(
            "`{}` in `to` of `{name}` means the Service `{id}`: no pod has it, and policies look at pods, not at Services.",
            selector.selector,
        ),
        (None, None) => return,
    };
    let place = Place { span: peer.span, ..written.meta.place };
    findings.warn(place, message, |finding| {
        let Some(selector) = own_selector(service) else {
            return finding.with_help("Name the addresses behind the Service, for it has no selector.");
        };
        let moved = moved(rule, service);
        let mut help = format!("Ask for the pods behind it, as the Service does: `{selector}`");
        for (port, target) in &moved {
            help.push_str(&format!("; the rule's port is the Service's {}, the pods' is {target}", words(port)));
        }
        let fix = facts.source(place).filter(|_| !service.backends.is_empty()).and_then(|source| {
            let edit = replaced(written, peer, service, &selector, by_address, source)?;
            let alone = rule.peers.as_ref().is_some_and(|list| list.items.len() == 1 && !list.shared);
            let ports = moved.iter().filter(|_| alone).filter_map(|(port, target)| port_number(source, port, *target));
            let mut edits: Vec<Edit> = std::iter::once(edit).chain(ports).collect();
            edits.sort_by_key(|edit| edit.span);
            mend::tried(source, edits)
        });
        finding.with_help(help + ".").with_fix(fix.unwrap_or_default())
    });
}

/// What the Service selects, as a label selector.
fn own_selector(service: &ClusterService) -> Option<LabelSelector> {
    let labels = service.written.selector.as_ref()?;
    let requirement = |(key, value): (&String, &String)| Requirement {
        key: key.clone(),
        operator: Operator::In,
        values: vec![value.clone()],
        span: Span::default(),
    };
    Some(LabelSelector { requirements: labels.iter().map(requirement).collect(), span: Span::default() })
}

/// The ports of `rule` that are the Service's, and what they are on all of its pods.
fn moved<'r>(rule: &'r PolicyRule, service: &ClusterService) -> Vec<(&'r PolicyPort, u16)> {
    let mut out = Vec::new();
    for port in &rule.ports {
        let PortMatch::Range(PortRange { first, last }) = port.port else { continue };
        let mut own = service.written.ports.iter().zip(0..);
        let found = own.find(|(own, _)| first == last && own.port == first && own.protocol == port.protocol);
        let Some((_, at)) = found else { continue };
        let mut targets = service.backends.iter().filter_map(|backend| *backend.targets.get::<usize>(at)?);
        if let Some(target) = targets.next()
            && target != first
            && targets.all(|other| other == target)
        {
            out.push((port, target));
        }
    }
    out
}

fn words(port: &PolicyPort) -> String {
    match &port.port {
        PortMatch::Any => port.protocol.to_string(),
        PortMatch::Range(range) => range.to_string(),
        PortMatch::Named(name) => name.clone(),
    }
}

/// The edit that puts the Service's own selector in the place of `peer`.
fn replaced(
    written: &NetworkPolicy,
    peer: &Peer,
    service: &ClusterService,
    selector: &LabelSelector,
    by_address: bool,
    source: &Source,
) -> Option<Edit> {
    if !by_address {
        let own = peer.pod_selector.as_ref()?;
        let Span { start, end } = own.key.to(own.selector.span);
        return Some(Edit::replace(start, end, format!("podSelector: {}", mend::selector_in_braces(selector))));
    }
    let pods = format!("podSelector: {}", mend::selector_in_braces(selector));
    let space = &service.written.meta.namespace;
    let beside = *space != written.meta.namespace;
    let namespaces = format!("namespaceSelector: {{matchLabels: {{{NAMESPACE_NAME}: {space}}}}}");
    let indent = peer.span.start - source.line_start(source.line(peer.span.start));
    let text = match (peer.flow, beside) {
        (true, false) => format!("{{{pods}}}"),
        (true, true) => format!("{{{namespaces}, {pods}}}"),
        (false, false) => pods,
        (false, true) => format!("{namespaces}\n{}{pods}", " ".repeat(indent)),
    };
    Some(Edit::replace(peer.span.start, peer.span.end, text))
}

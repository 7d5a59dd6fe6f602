//! Reading a NetworkPolicy, with the API server's defaults and validation (`pkg/apis/networking/v1/defaults.go`,
//! `pkg/apis/networking/validation/validation.go`).

use super::cidr;
use super::decode::{Decoder, Fields};
use super::meta::{self, MetaRules};
use super::network_policy::{
    Direction, IpBlock, NetworkPolicy, Peer, PeerList, PeerSelector, PolicyPort, PolicyRule, PortMatch,
};
use super::scalar::Resolved;
use super::tree::{Node, Value};
use super::{names, port, selector, suggest};
use crate::labels::LabelSelector;
use crate::ports::{PortRange, Protocol};

/// Reads one NetworkPolicy.
pub(crate) fn read(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<NetworkPolicy> {
    fields.refuse_unknown(&["apiVersion", "kind", "metadata", "spec", "status"], "A NetworkPolicy", decoder);
    let meta = meta::read(fields, MetaRules { namespaced: true, strict: true, label_name: false }, decoder);
    let spec = match fields.get("spec") {
        Some(node) => decoder.mapping(node, "spec"),
        None => {
            warn_no_selector(fields, decoder);
            let meta = meta?;
            return Some(NetworkPolicy {
                meta,
                pod_selector: LabelSelector { requirements: Vec::new(), span: fields.head() },
                types: None,
                isolates_ingress: true,
                isolates_egress: false,
                ingress: Vec::new(),
                egress: Vec::new(),
            });
        }
    }?;
    let strange = spec.refuse_unknown(&["podSelector", "policyTypes", "ingress", "egress"], "spec", decoder);
    let pod_selector = match spec.get("podSelector") {
        Some(node) => selector::label_selector(node, "podSelector", decoder),
        None => {
            if !strange {
                warn_no_selector(&spec, decoder);
            }
            LabelSelector { requirements: Vec::new(), span: spec.head() }
        }
    };
    let ingress = rules(&spec, Direction::Ingress, decoder);
    let egress = rules(&spec, Direction::Egress, decoder);
    let types = policy_types(&spec, decoder);
    let (isolates_ingress, isolates_egress) = if types.is_empty() {
        (true, !egress.is_empty())
    } else {
        (types.contains(&Direction::Ingress), types.contains(&Direction::Egress))
    };
    for (direction, isolates, rules) in
        [(Direction::Ingress, isolates_ingress, &ingress), (Direction::Egress, isolates_egress, &egress)]
    {
        if !isolates
            && !rules.is_empty()
            && let Some((key, _)) = spec.entry(direction.field())
        {
            let message = format!(
                "These {} rules are inert: policyTypes does not list {}.",
                direction.field(),
                direction.policy_type()
            );
            decoder.warn("inert-rules", key.span, message).help =
                Some(format!("Add `{}` to policyTypes, or remove the rules.", direction.policy_type()));
        }
    }
    let types = spec.get("policyTypes").map(|node| node.span);
    Some(NetworkPolicy { meta: meta?, pod_selector, types, isolates_ingress, isolates_egress, ingress, egress })
}

fn warn_no_selector(fields: &Fields<'_, '_>, decoder: &mut Decoder) {
    let span = fields
        .entries()
        .iter()
        .find(|(key, _)| key.text() == Some("podSelector"))
        .map_or(fields.head(), |(key, _)| key.span);
    let message = "Without a podSelector this policy selects every pod of its namespace.";
    decoder.warn("no-pod-selector", span, message).help = Some("If that is meant, write `podSelector: {}`.".into());
}

fn policy_types(spec: &Fields<'_, '_>, decoder: &mut Decoder) -> Vec<Direction> {
    let Some(node) = spec.get("policyTypes") else { return Vec::new() };
    let Some(items) = decoder.list(node, "policyTypes") else { return Vec::new() };
    if items.len() > 2 {
        decoder.error("bad-policy-type", node.span, "policyTypes takes at most two entries.");
    }
    let mut types = Vec::new();
    for item in items {
        let Some(word) = decoder.string(item, "An entry of policyTypes") else { continue };
        match Direction::ALL.into_iter().find(|direction| direction.policy_type() == word.value) {
            Some(direction) => types.push(direction),
            None => {
                let near = suggest::nearest(&word.value, &["Ingress", "Egress"]);
                let hint = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean `{near}`?"));
                let message = format!("`{}` is not one of the policyTypes Ingress and Egress{hint}", word.value);
                decoder.error("bad-policy-type", word.span, message);
            }
        }
    }
    types
}

fn rules(spec: &Fields<'_, '_>, direction: Direction, decoder: &mut Decoder) -> Vec<PolicyRule> {
    let Some(node) = spec.get(direction.field()) else { return Vec::new() };
    let Some(items) = decoder.list(node, direction.field()) else { return Vec::new() };
    items.iter().map(|item| rule(item, direction, decoder)).collect()
}

fn rule(node: &Node<'_>, direction: Direction, decoder: &mut Decoder) -> PolicyRule {
    let mut rule = PolicyRule { peers: None, ports: Vec::new(), span: node.span };
    if node.is_null() {
        let message = format!("An empty item under {} is a rule that allows everything.", direction.field());
        decoder.warn("empty-rule", node.span, message).help =
            Some(format!("To allow nothing, write `{}: []`; to allow everything, write `- {{}}`.", direction.field()));
        return rule;
    }
    let what = match direction {
        Direction::Ingress => "An ingress rule",
        Direction::Egress => "An egress rule",
    };
    let Some(fields) = decoder.mapping(node, what) else { return rule };
    fields.refuse_unknown(&[direction.peers_field(), "ports"], what, decoder);
    if let Some(list) = fields.get(direction.peers_field()) {
        rule.peers = peers(list, direction, decoder);
    }
    if let Some(list) = fields.get("ports") {
        let items = decoder.list(list, "ports").unwrap_or_default();
        rule.ports = items.iter().filter_map(|item| policy_port(item, decoder)).collect();
    }
    rule
}

fn peers(node: &Node<'_>, direction: Direction, decoder: &mut Decoder) -> Option<PeerList> {
    let items = decoder.list(node, direction.peers_field())?;
    let flow = matches!(node.value, Value::Sequence { flow: true, .. });
    let shared = node.shared || items.iter().any(|item| item.shared);
    let items: Vec<Peer> = items.iter().filter_map(|item| peer(item, decoder)).collect();
    (!items.is_empty()).then_some(PeerList { items, flow, shared, span: node.span })
}

fn peer(node: &Node<'_>, decoder: &mut Decoder) -> Option<Peer> {
    let must = "A peer must specify podSelector, namespaceSelector or ipBlock";
    if node.is_null() {
        decoder.error("empty-peer", node.span, format!("{must}; this one is empty."));
        return None;
    }
    let fields = decoder.mapping(node, "A peer")?;
    let strange = fields.refuse_unknown(&["podSelector", "namespaceSelector", "ipBlock"], "A peer", decoder);
    let selector = |key: &str, decoder: &mut Decoder| {
        fields.entry(key).map(|(key_node, node)| PeerSelector {
            key: key_node.span,
            selector: selector::label_selector(node, key, decoder),
        })
    };
    let pod_selector = selector("podSelector", decoder);
    let namespace_selector = selector("namespaceSelector", decoder);
    let block = fields.entry("ipBlock");
    let selects = pod_selector.is_some() || namespace_selector.is_some();
    match block {
        Some(_) if selects => {
            let message = "An ipBlock cannot stand beside a selector in one peer.";
            decoder.error("bad-peer", fields.head(), message).help = Some("Make it a list item of its own.".into());
        }
        None if !selects && strange => return None,
        None if !selects => {
            let message = format!("{must}; this one has none of them.");
            decoder.error("empty-peer", fields.head(), message).help = Some(
                "To mean everybody, leave `from`/`to` out; to mean every pod, write `namespaceSelector: {}`.".into(),
            );
            return None;
        }
        _ => {}
    }
    let ip_block = block.and_then(|(_, node)| ip_block(node, decoder));
    if ip_block.is_none() && !selects {
        return None;
    }
    let flow = matches!(node.value, Value::Mapping { flow: true, .. });
    Some(Peer { pod_selector, namespace_selector, ip_block, fields: fields.entries().len(), flow, span: node.span })
}

fn ip_block(node: &Node<'_>, decoder: &mut Decoder) -> Option<IpBlock> {
    let fields = decoder.mapping(node, "ipBlock")?;
    fields.refuse_unknown(&["cidr", "except"], "An ipBlock", decoder);
    let Some(cidr_node) = fields.get("cidr") else {
        decoder.error("missing-field", fields.head(), "An ipBlock needs a `cidr`.");
        return None;
    };
    let cidr = cidr::read(cidr_node, "cidr", decoder);
    let mut except = Vec::new();
    if let Some(list) = fields.get("except") {
        for item in decoder.list(list, "except").unwrap_or_default() {
            let Some(hole) = cidr::read(item, "An item of except", decoder) else { continue };
            if let Some(cidr) = cidr
                && !(cidr.contains(&hole) && hole.prefix_len() > cidr.prefix_len())
            {
                decoder.error("bad-except", item.span, format!("`{hole}` must lie strictly inside the cidr `{cidr}`."));
                continue;
            }
            except.push(hole);
        }
    }
    Some(IpBlock { cidr: cidr?, except, span: node.span })
}

fn policy_port(node: &Node<'_>, decoder: &mut Decoder) -> Option<PolicyPort> {
    if node.is_null() {
        // A null element decodes to the zero NetworkPolicyPort, whose protocol defaults to TCP.
        return Some(PolicyPort { protocol: Protocol::Tcp, port: PortMatch::Any, span: node.span });
    }
    let fields = decoder.mapping(node, "An item of ports")?;
    fields.refuse_unknown(&["protocol", "port", "endPort"], "An item of ports", decoder);
    let protocol = port::protocol(&fields, decoder);
    let end = fields.get("endPort");
    let port = match fields.get("port") {
        Some(node) => port_match(node, end, decoder),
        None => {
            if let Some(end) = end.and_then(|node| decoder.integer(node, "endPort")) {
                decoder.error("bad-end-port", end.span, "endPort needs a numeric `port` beside it.");
            }
            Some(PortMatch::Any)
        }
    };
    Some(PolicyPort { protocol: protocol?, port: port?, span: node.span })
}

fn port_match(node: &Node<'_>, end: Option<&Node<'_>>, decoder: &mut Decoder) -> Option<PortMatch> {
    let is_name = matches!(node.resolved(), Some(Resolved::Text));
    if is_name {
        let name = decoder.string(node, "port")?;
        if let Some(problem) = names::port_name_problem(&name.value) {
            decoder.error("bad-port", name.span, format!("`{}` is not a port's name: {problem}.", name.value));
        }
        if let Some(end) = end {
            decoder.error(
                "bad-end-port",
                end.span,
                format!("endPort needs a numeric port, and `{}` is a name.", name.value),
            );
        }
        return Some(PortMatch::Named(name.value));
    }
    let first = port::number(node, "port", decoder);
    let Some(end) = end else { return first.map(|first| PortMatch::Range(PortRange { first, last: first })) };
    let (last, first) = (port::number(end, "endPort", decoder)?, first?);
    if last < first {
        decoder.error("bad-end-port", end.span, format!("endPort {last} must not be less than port {first}."));
        return None;
    }
    Some(PortMatch::Range(PortRange { first, last }))
}

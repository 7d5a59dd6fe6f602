//! `toPorts` (`pkg/policy/api/l4.go`): types and reading.

use super::http::{self, Layer7};
use crate::http::HttpRule;
use crate::manifest::decode::{Decoder, Fields, Spanned};
use crate::manifest::network_policy::{Direction, PortMatch};
use crate::manifest::tree::{Node, Value};
use crate::manifest::{names, suggest};
use crate::ports::{PortRange, Protocol};
use crate::source::{Edit, Span};

/// One item of `toPorts`. Its ports are ORed; without any it covers nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortRule {
    /// `ports`.
    pub ports: Vec<CiliumPort>,
    /// `rules.http`, ORed; empty means that every request passes.
    pub http: Vec<HttpRule>,
    /// Whether `rules.dns` has items, so that Cilium's proxy sees the answers.
    pub dns: bool,
    /// Where it stands.
    pub span: Span,
}

/// One item of `ports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CiliumPort {
    /// `protocol`; all three where it is `ANY` or absent, none where it has no ports (VRRP, IGMP, …).
    pub protocols: Vec<Protocol>,
    /// `port` and `endPort`. Names are in lower case.
    pub port: PortMatch,
    /// Where it stands.
    pub span: Span,
}

const MAX_PORTS: usize = 40;
/// Protocols that the API knows besides; they have no ports, so that no answer here is about them.
const PORTLESS: [&str; 7] = ["VRRP", "IGMP", "GRE", "IPIP", "IPv6", "ESP", "AH"];

/// Where a port rule stands.
#[derive(Clone, Copy)]
pub(super) struct Context {
    pub(super) direction: Direction,
    pub(super) deny: bool,
    /// Whether the rule is about nodes, which have no rules for requests.
    pub(super) nodes: bool,
}

/// Reads one item of `toPorts` (`PortRule`, `PortDenyRule`).
pub(super) fn rule(node: &Node<'_>, context: Context, decoder: &mut Decoder) -> Option<PortRule> {
    let what = "An item of toPorts";
    let fields = decoder.mapping(node, what)?;
    if context.deny {
        if let Some((key, _)) = fields.entry("rules") {
            let message = "A deny rule cannot look at requests: it has no `rules`.";
            decoder.error("bad-l7", key.span, message).help =
                Some("Allow the right requests instead; the others get 403.".into());
        }
        fields.refuse_unknown(&["ports", "rules"], what, decoder);
    } else {
        let known = ["ports", "rules", "terminatingTLS", "originatingTLS", "serverNames", "listener"];
        fields.refuse_unknown(&known, what, decoder);
    }
    let layer7 = match fields.get("rules") {
        Some(node) if !context.deny => http::rules(node, context, decoder),
        _ => Layer7::default(),
    };
    let items = fields.get("ports").and_then(|node| decoder.list(node, "ports")).unwrap_or_default();
    if let Some(excess) = items.get(MAX_PORTS) {
        decoder.error("too-many", excess.span, format!("`ports` takes at most {MAX_PORTS} items."));
    }
    if items.is_empty() {
        if layer7.dns {
            decoder.error("bad-l7", fields.head(), "DNS rules need the `ports` they are about, such as \"53\".");
        } else {
            let message = "This item has no `ports`: it covers nothing.";
            decoder.warn("no-ports", fields.head(), message).help =
                Some("To mean every port, leave `toPorts` out.".into());
        }
    }
    let ports = items.iter().filter_map(|item| port(item, &layer7, decoder)).collect();
    if !context.deny {
        around(&fields, context, &layer7, decoder);
    }
    Some(PortRule { ports, http: layer7.http, dns: layer7.dns, span: node.span })
}

/// The fields beside `ports` and `rules`, none of which is evaluated.
fn around(fields: &Fields<'_, '_>, context: Context, layer7: &Layer7, decoder: &mut Decoder) {
    for (field, effect) in [
        ("terminatingTLS", "requests are judged as if they could always be read"),
        ("originatingTLS", "whether the other side speaks TLS does not matter"),
    ] {
        if let Some((key, node)) = fields.entry(field) {
            tls(node, field, decoder);
            not_modelled(key.span, field, effect, decoder);
        }
    }
    if let Some((key, node)) = fields.entry("serverNames") {
        let items = decoder.list(node, "serverNames").unwrap_or_default();
        if items.is_empty() {
            decoder.error("bad-l7", key.span, "`serverNames` needs at least one name.");
        }
        for item in items {
            if let Some(name) = decoder.string(item, "An item of serverNames")
                && name.value.is_empty()
            {
                decoder.error("bad-l7", name.span, "An item of serverNames must not be empty.");
            }
        }
        if layer7.any && fields.get("terminatingTLS").is_none() {
            let message = "`serverNames` cannot stand beside `rules` without `terminatingTLS`.";
            decoder.error("bad-l7", key.span, message);
        }
        not_modelled(key.span, "serverNames", "connections pass whatever name they ask for", decoder);
    }
    if let Some((key, node)) = fields.entry("listener") {
        listener(node, decoder);
        if context.direction == Direction::Ingress {
            decoder.error("bad-l7", key.span, "`listener` is for egress only.");
        } else if layer7.any {
            decoder.error("bad-l7", key.span, "`listener` cannot stand beside `rules`.");
        }
        not_modelled(key.span, "listener", "what the listener refuses passes", decoder);
    }
}

pub(super) fn not_modelled(span: Span, field: &str, effect: &str, decoder: &mut Decoder) {
    decoder.warn("not-modelled", span, format!("`{field}` is not evaluated here: {effect}."));
}

fn tls(node: &Node<'_>, field: &str, decoder: &mut Decoder) {
    let Some(fields) = decoder.mapping(node, field) else { return };
    fields.refuse_unknown(&["secret", "trustedCA", "certificate", "privateKey"], field, decoder);
    match fields.get("secret") {
        Some(node) => {
            http::secret(node, decoder);
        }
        None => {
            decoder.error("missing-field", fields.head(), format!("{field} needs a `secret`."));
        }
    }
}

fn listener(node: &Node<'_>, decoder: &mut Decoder) {
    let Some(fields) = decoder.mapping(node, "listener") else { return };
    fields.refuse_unknown(&["envoyConfig", "name", "priority"], "listener", decoder);
    for field in ["envoyConfig", "name"] {
        if fields.get(field).is_none() {
            decoder.error("missing-field", fields.head(), format!("listener needs `{field}`."));
        }
    }
    if let Some(config) = fields.get("envoyConfig").and_then(|node| decoder.mapping(node, "envoyConfig")) {
        config.refuse_unknown(&["kind", "name"], "envoyConfig", decoder);
    }
}

fn port(node: &Node<'_>, layer7: &Layer7, decoder: &mut Decoder) -> Option<CiliumPort> {
    let what = "An item of ports";
    let fields = decoder.mapping(node, what)?;
    fields.refuse_unknown(&["port", "endPort", "protocol"], what, decoder);
    let protocols = protocols(&fields, decoder);
    let end = fields.get("endPort").and_then(|node| end_port(node, decoder));
    let text = fields.get("port").and_then(|node| decoder.string(node, "port"));
    let Some(text) = text.filter(|text| !text.value.is_empty()) else {
        if fields.get("port").is_none_or(Node::is_text) {
            decoder.error("missing-field", fields.head(), "An item of ports needs a `port`, a string; \"0\" is all.");
        }
        return None;
    };
    let port = port_match(&text, end, decoder);
    if layer7.tcp_only {
        check_layer7(node, &fields, &text, decoder);
    }
    if layer7.dns && matches!(port, Some(PortMatch::Range(range)) if range.first < range.last) {
        decoder.error("bad-l7", text.span, "DNS rules cannot stand beside a range of ports.");
    }
    let (mut protocols, port) = (protocols?, port?);
    if layer7.tcp_only && fields.get("protocol").is_none() {
        protocols = vec![Protocol::Tcp];
    }
    Some(CiliumPort { protocols, port, span: node.span })
}

/// Rules for requests need TCP and a port. An absent protocol is so common, in books too, that it is forgiven here.
fn check_layer7(node: &Node<'_>, fields: &Fields<'_, '_>, port: &Spanned<String>, decoder: &mut Decoder) {
    if port.value == "0" {
        decoder.error("bad-l7", port.span, "`rules` cannot stand beside port \"0\", which is every port.");
    }
    match fields.get("protocol") {
        Some(protocol) if protocol.text() != Some("TCP") => {
            let message = format!("`rules` need `protocol: TCP`, and not {}.", protocol.text().unwrap_or_default());
            decoder.error("bad-l7", protocol.span, message);
        }
        Some(_) => {}
        None => {
            let message = "Cilium refuses `rules` beside a port without `protocol: TCP`; it is read as TCP here.";
            let flow = matches!(node.value, Value::Mapping { flow: true, .. });
            let insert = if flow { ", protocol: TCP" } else { "\nprotocol: TCP" };
            let warning = decoder.warn("l7-needs-tcp", port.span, message);
            warning.help = Some("Add `protocol: TCP` to the port.".into());
            if !node.shared {
                warning.fix = vec![Edit::replace(port.span.end, port.span.end, insert)];
            }
        }
    }
}

fn protocols(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<Vec<Protocol>> {
    let all = || Some(Protocol::ALL.to_vec());
    let Some(node) = fields.get("protocol") else { return all() };
    let word = decoder.string(node, "protocol")?;
    if word.value == "ANY" {
        return all();
    }
    if let Some(protocol) = Protocol::parse(&word.value) {
        return Some(vec![protocol]);
    }
    if PORTLESS.contains(&word.value.as_str()) {
        let effect = format!("the answers are about TCP, UDP and SCTP, and {} is none of them", word.value);
        not_modelled(word.span, "protocol", &effect, decoder);
        return Some(Vec::new());
    }
    let names = ["TCP", "UDP", "SCTP", "ANY"];
    let error = if word.value.eq_ignore_ascii_case("ICMP") || word.value.eq_ignore_ascii_case("ICMPv6") {
        decoder.error("bad-protocol", word.span, "ICMP has no ports: it is allowed with `icmps`, beside no toPorts.")
    } else {
        let near = suggest::nearest(&word.value, &names);
        let hint = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean `{near}`?"));
        let message = format!("`{}` is not one of the protocols TCP, UDP, SCTP and ANY{hint}", word.value);
        decoder.error("bad-protocol", word.span, message)
    };
    error.help.get_or_insert_with(|| "Without a protocol an item is about TCP, UDP and SCTP.".into());
    None
}

fn end_port(node: &Node<'_>, decoder: &mut Decoder) -> Option<Spanned<u16>> {
    let number = decoder.integer(node, "endPort")?;
    let value = u16::try_from(number.value).ok();
    if value.is_none() {
        decoder.error("bad-end-port", number.span, format!("endPort must be 0 to 65535, and {} is not.", number.value));
    }
    Some(Spanned { value: value?, span: number.span })
}

/// What `port` means (`PortProtocol.Validate`): what has a letter is a name, "0" is every port.
fn port_match(text: &Spanned<String>, end: Option<Spanned<u16>>, decoder: &mut Decoder) -> Option<PortMatch> {
    let mut ignored = |reason: &str| {
        if let Some(end) = &end
            && end.value > 0
        {
            decoder.warn("ignored-end-port", end.span, format!("This endPort has no effect: {reason}."));
        }
    };
    if text.value.bytes().any(|b| !b.is_ascii_digit()) {
        let name = text.value.to_ascii_lowercase();
        if let Some(problem) = names::port_name_problem(&name) {
            let range = text.value.split_once(['-', ':']).and_then(|(first, last)| {
                let (first, last): (u16, u16) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
                Some(format!("For a range write `port: \"{first}\"` and `endPort: {last}`."))
            });
            // Numbers are in quotes here, other than in NetworkPolicies.
            let problem = problem.split(';').next().unwrap_or_default();
            let message = format!("`{}` is neither a port's number nor its name: {problem}.", text.value);
            decoder.error("bad-port", text.span, message).help = range;
            return None;
        }
        ignored(&format!("`{}` is a name", text.value));
        return Some(PortMatch::Named(name));
    }
    // Go reads digits behind a zero as octal.
    let octal = text.value.len() > 1 && text.value.starts_with('0');
    let number = u16::from_str_radix(&text.value, if octal { 8 } else { 10 });
    let Ok(first) = number else {
        decoder.error(
            "bad-port",
            text.span,
            format!("A port must be 0 to 65535 or a name, and `{}` is not.", text.value),
        );
        return None;
    };
    if first == 0 {
        ignored("port \"0\" is every port");
        return Some(PortMatch::Any);
    }
    let last = match &end {
        Some(end) if end.value >= first => end.value,
        _ => {
            ignored(&format!("it is less than port {first}"));
            first
        }
    };
    if octal {
        let message = format!("`{}` begins with a zero: Cilium reads it as {first}, octal.", text.value);
        decoder.warn("octal-port", text.span, message);
    }
    Some(PortMatch::Range(PortRange { first, last }))
}

//! Reading one rule (`Rule` in `policy_common.go`, `validateRule`).

use super::rule::{Action, CLIENT_PORTS, Entity, IcmpMatch, IpProtocol, PortKind, Rule};
use super::{read_entity, read_http};
use crate::manifest::decode::{Decoder, Fields, Spanned};
use crate::manifest::network_policy::Direction;
use crate::manifest::scalar::Resolved;
use crate::manifest::tree::{Node, Tree};
use crate::ports::Protocol;

const FIELDS: &[&str] =
    &["action", "ipVersion", "protocol", "notProtocol", "icmp", "notICMP", "source", "destination", "http", "metadata"];
const SLIPS: &[(&str, &str)] = &[
    ("from", "Write `source`, which says in both directions who opens the connection."),
    ("to", "Write `destination`, which says in both directions who takes the connection."),
    ("ports", "Write them under `destination`."),
    ("notPorts", "Write them under `destination`."),
    ("nets", "Write them under `source` or `destination`."),
    ("selector", "Write it under `source` or `destination`."),
    ("namespaceSelector", "Write it under `source` or `destination`."),
];

/// Reads one rule; `global` says of what kind its policy is.
pub(super) fn read(
    node: &Node<'_>,
    direction: Direction,
    global: bool,
    tree: &Tree<'_>,
    decoder: &mut Decoder,
) -> Option<Rule> {
    let what = match direction {
        Direction::Ingress => "An ingress rule",
        Direction::Egress => "An egress rule",
    };
    if node.is_null() {
        decoder.error("missing-field", node.span, format!("{what} needs an `action`; this item is empty."));
        return None;
    }
    let fields = decoder.mapping(node, what)?;
    super::refuse_unknown(&fields, FIELDS, SLIPS, what, decoder);
    let action = action(&fields, what, decoder);
    let rule = Rule {
        action: action.clone().unwrap_or(Spanned { value: Action::Deny, span: fields.head() }),
        ip_version: ip_version(&fields, decoder),
        protocol: protocol(&fields, "protocol", decoder),
        not_protocol: protocol(&fields, "notProtocol", decoder),
        icmp: icmp(&fields, "icmp", decoder),
        not_icmp: icmp(&fields, "notICMP", decoder),
        source: read_entity::read(&fields, "source", tree, decoder),
        destination: read_entity::read(&fields, "destination", tree, decoder),
        http: fields.get("http").and_then(|node| read_http::read(node, decoder)),
        span: node.span,
    };
    if let Some(node) = fields.get("metadata") {
        metadata(node, decoder);
    }
    check_ports(&rule, &fields, decoder);
    check_icmp(&rule, &fields, decoder);
    check_families(&rule, decoder);
    check_services(&rule, direction, global, decoder);
    if fields.get("http").is_some() {
        check_http(&rule, action.as_ref().map(|action| action.value), &fields, direction, decoder);
    }
    action.map(|_| rule)
}

fn action(fields: &Fields<'_, '_>, what: &str, decoder: &mut Decoder) -> Option<Spanned<Action>> {
    let names = Action::ALL.map(|(name, _)| name);
    let Some(node) = fields.get("action") else {
        let help = format!("Its values are {}.", names.join(", "));
        decoder.error("missing-field", fields.head(), format!("{what} needs an `action`.")).help = Some(help);
        return None;
    };
    let word = decoder.string(node, "action")?;
    match Action::ALL.iter().find(|(name, _)| *name == word.value) {
        Some((_, action)) => Some(Spanned { value: *action, span: word.span }),
        None => {
            super::refuse_word("bad-action", &word.value, word.span, &names, "an action", decoder);
            None
        }
    }
}

fn ip_version(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<Spanned<u8>> {
    let number = decoder.integer(fields.get("ipVersion")?, "ipVersion")?;
    match number.value {
        4 | 6 => Some(Spanned { value: number.value as u8, span: number.span }),
        other => {
            decoder.error("bad-ip-version", number.span, format!("ipVersion must be 4 or 6, and {other} is not."));
            None
        }
    }
}

fn protocol(fields: &Fields<'_, '_>, field: &str, decoder: &mut Decoder) -> Option<Spanned<IpProtocol>> {
    let node = fields.get(field)?;
    let number = match node.resolved() {
        Some(Resolved::Int(_) | Resolved::Float(_)) => Some(decoder.integer(node, field)?.value),
        // A quoted number is a number too.
        Some(Resolved::Text) => node.text().and_then(|text| text.parse::<u16>().ok()).map(i64::from),
        _ => None,
    };
    if let Some(number) = number {
        let known = u8::try_from(number).ok().filter(|number| *number > 0);
        if known.is_none() {
            let message = format!("A protocol's number is between 1 and 255, and {number} is not.");
            decoder.error("bad-protocol", node.span, message);
        }
        return known.map(|number| Spanned { value: IpProtocol::from_number(number), span: node.span });
    }
    let word = decoder.string(node, field)?;
    match IpProtocol::NAMED.iter().find(|(name, ..)| *name == word.value) {
        Some((.., protocol)) => Some(Spanned { value: *protocol, span: word.span }),
        None => {
            let names = IpProtocol::NAMED.map(|(name, ..)| name);
            super::refuse_word("bad-protocol", &word.value, word.span, &names, "a protocol's name", decoder);
            None
        }
    }
}

fn icmp(fields: &Fields<'_, '_>, field: &str, decoder: &mut Decoder) -> Option<IcmpMatch> {
    let node = fields.get(field)?;
    let inner = decoder.mapping(node, field)?;
    inner.refuse_unknown(&["type", "code"], field, decoder);
    let number = |name: &str, most: i64, decoder: &mut Decoder| {
        let number = inner.get(name).and_then(|node| decoder.integer(node, name))?;
        if !(0..=most).contains(&number.value) {
            let message = format!("An ICMP {name} is between 0 and {most}, and {} is not.", number.value);
            decoder.error("bad-icmp", number.span, message);
        }
        u8::try_from(number.value).ok()
    };
    let (kind, code) = (number("type", 254, decoder), number("code", 255, decoder));
    if inner.get("type").is_none()
        && let Some((key, _)) = inner.entry("code")
    {
        decoder.error("bad-icmp", key.span, "An ICMP `code` needs a `type` beside it.");
    }
    Some(IcmpMatch { kind, code, span: node.span })
}

fn metadata(node: &Node<'_>, decoder: &mut Decoder) {
    let Some(fields) = decoder.mapping(node, "metadata") else { return };
    fields.refuse_unknown(&["annotations"], "A rule's metadata", decoder);
    let annotations = fields.get("annotations").and_then(|node| decoder.mapping(node, "annotations"));
    for (_, value) in annotations.map(|annotations| annotations.entries()).unwrap_or_default() {
        decoder.string(value, "An annotation");
    }
}

fn check_ports(rule: &Rule, fields: &Fields<'_, '_>, decoder: &mut Decoder) {
    let ported = rule.protocol.as_ref().map(|protocol| protocol.value.ported().is_some());
    for entity in [&rule.source, &rule.destination] {
        for port in entity.ports.iter().chain(&entity.not_ports) {
            match ported {
                // A name carries its own protocol.
                None if fields.get("protocol").is_none() && !matches!(port.kind, PortKind::Named(_)) => {
                    let error = decoder.error("bad-port", port.span, "Port numbers need a `protocol` in the rule.");
                    error.help = Some("Write `protocol: TCP`, UDP or SCTP beside `action`.".into());
                }
                Some(false) => {
                    let message = "Ports go with the protocols TCP, UDP and SCTP only.";
                    decoder.error("bad-port", port.span, message);
                }
                _ => continue,
            }
            break;
        }
    }
    let source = &rule.source;
    let fields = [("ports", source.ports.first()), ("notPorts", source.not_ports.first())];
    let clients = format!("{}–{}", CLIENT_PORTS.first, CLIENT_PORTS.last);
    for (name, first) in fields {
        let Some(first) = first else { continue };
        let effect = if source.takes_clients() { "matches connections of any client" } else { "matches none" };
        let message = format!(
            "`source.{name}` is not evaluated port by port: clients are given a port of {clients} at random, so that \
             this rule {effect}."
        );
        decoder.warn("not-modelled", first.span, message);
    }
}

fn check_icmp(rule: &Rule, fields: &Fields<'_, '_>, decoder: &mut Decoder) {
    let protocol = rule.protocol.as_ref();
    let is_icmp = protocol.is_some_and(|p| matches!(p.value, IpProtocol::Icmp | IpProtocol::IcmpV6));
    if let Some(icmp) = &rule.icmp
        && !is_icmp
        && (protocol.is_some() || fields.get("protocol").is_none())
    {
        decoder.error("bad-icmp", icmp.span, "`icmp` needs the `protocol` ICMP or ICMPv6 in the rule.");
    }
    for named in [protocol, rule.not_protocol.as_ref()].into_iter().flatten() {
        let wanted = match named.value {
            IpProtocol::Icmp => 4,
            IpProtocol::IcmpV6 => 6,
            _ => continue,
        };
        if let Some(version) = rule.ip_version.as_ref().filter(|version| version.value != wanted) {
            decoder.error("bad-ip-version", version.span, format!("{} needs ipVersion {wanted}.", named.value));
        }
    }
    if let Some(protocol) = protocol.filter(|protocol| protocol.value.ported().is_none()) {
        let message =
            format!("Rules for {} are not evaluated here: the answers are about TCP, UDP and SCTP.", protocol.value);
        decoder.warn("not-modelled", protocol.span, message);
    } else if let Some(icmp) = &rule.not_icmp {
        let message = "`notICMP` is not evaluated here: the answers are about TCP, UDP and SCTP.";
        decoder.warn("not-modelled", icmp.span, message);
    }
}

/// One rule is about one IP version.
fn check_families(rule: &Rule, decoder: &mut Decoder) {
    let entities = [&rule.source, &rule.destination];
    let blocks = entities.into_iter().flat_map(Entity::blocks);
    let mut first = None;
    for block in blocks {
        let version = if block.cidr.addr().is_ipv4() { 4 } else { 6 };
        if let Some(wanted) = rule.ip_version.as_ref().filter(|wanted| wanted.value != version) {
            let message = format!("`{}` is not of IP version {}, which the rule asks for.", block.cidr, wanted.value);
            decoder.error("mixed-families", block.span, message);
            return;
        }
        if *first.get_or_insert(version) != version {
            let message = "A rule cannot hold both IPv4 and IPv6 networks.";
            decoder.error("mixed-families", block.span, message).help = Some("Make two rules of it.".into());
            return;
        }
    }
}

fn check_services(rule: &Rule, direction: Direction, global: bool, decoder: &mut Decoder) {
    let ends: [(&str, &Entity, bool); 2] = [
        ("source", &rule.source, direction == Direction::Ingress),
        ("destination", &rule.destination, direction == Direction::Egress),
    ];
    for (name, entity, allowed) in ends {
        let Some(services) = &entity.services else { continue };
        if !allowed {
            let message = format!("`services` cannot stand in the {name} of an {} rule.", direction.field());
            decoder.error("bad-entity", services.span, message).help =
                Some("It names the other end: the source of ingress rules, the destination of egress rules.".into());
        } else if global && services.namespace.is_none() {
            let message = "In a GlobalNetworkPolicy, `services` needs the Service's `namespace`.";
            decoder.error("missing-field", services.span, message);
        }
    }
    let destination = &rule.destination;
    if destination.services.is_some()
        && let Some(port) = destination.ports.first().or(destination.not_ports.first())
    {
        let message = "Ports cannot stand beside `services` in a destination: the Service's own are meant.";
        decoder.error("bad-entity", port.span, message);
    }
}

fn check_http(
    rule: &Rule,
    action: Option<Action>,
    fields: &Fields<'_, '_>,
    direction: Direction,
    decoder: &mut Decoder,
) {
    let Some((key, _)) = fields.entry("http") else { return };
    if direction == Direction::Egress {
        decoder.error("bad-http", key.span, "`http` is for ingress rules only.");
    }
    if action.is_some_and(|action| action != Action::Allow) {
        decoder.error("bad-http", key.span, "`http` goes with the action Allow only.");
    }
    if let Some(protocol) = rule.protocol.as_ref().filter(|p| p.value != IpProtocol::Ported(Protocol::Tcp)) {
        decoder.error("bad-http", protocol.span, "A rule with `http` is about TCP: write that, or no protocol.");
    }
}

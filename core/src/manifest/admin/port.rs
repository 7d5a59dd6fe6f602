//! Reading `ports` (v1alpha1) and `protocols` (v1alpha2): two spellings of the same.

use super::api::{self, Api};
use super::one_of::one_of;
use super::policy::{AdminPort, AdminPortMatch};
use crate::manifest::decode::{Decoder, Fields};
use crate::manifest::tree::Node;
use crate::manifest::{names, port};
use crate::ports::{PortRange, Protocol};
use crate::source::Span;

/// What to do about two alternatives in one item.
const ITEMS: &str = "Make each an item of its own.";

/// Reads the list.
pub(super) fn ports(api: Api<'_>, node: &Node<'_>, decoder: &mut Decoder) -> Vec<AdminPort> {
    let field = api.ports_field();
    let Some(items) = decoder.list(node, field) else { return Vec::new() };
    api::check_length(items.len(), api.limit(), false, node.span, field, decoder);
    if items.is_empty()
        && let Some(error) = decoder.found.last_mut()
    {
        error.help = Some(format!("To mean all traffic, leave `{field}` out."));
    }
    let read = if api.is_cluster() { protocol } else { port_v1alpha1 };
    items.iter().filter_map(|item| Some(AdminPort { port: read(item, decoder)?, span: item.span })).collect()
}

/// `AdminNetworkPolicyPort`.
fn port_v1alpha1(node: &Node<'_>, decoder: &mut Decoder) -> Option<AdminPortMatch> {
    let what = "An item of ports";
    let fields = decoder.mapping(node, what)?;
    let known = ["portNumber", "portRange", "namedPort"];
    let number = "Write `portNumber: {protocol: TCP, port: 80}`.";
    let range = "Write `portRange: {protocol: TCP, start: 8000, end: 8099}`.";
    let elsewhere = [("port", number), ("protocol", number), ("endPort", range)];
    let strange = api::refuse_unknown(&fields, &known, &elsewhere, what, decoder);
    let (name, _, value) = one_of(&fields, &known, strange, (what, ITEMS), decoder)?;
    match name {
        "portNumber" => {
            let fields = decoder.mapping(value, "portNumber")?;
            fields.refuse_unknown(&["protocol", "port"], "portNumber", decoder);
            let protocol = port::protocol(&fields, decoder);
            let first = required(&fields, "port", "portNumber", decoder)?.0;
            Some(AdminPortMatch::Numbers(protocol?, PortRange { first, last: first }))
        }
        "portRange" => {
            let fields = decoder.mapping(value, "portRange")?;
            fields.refuse_unknown(&["protocol", "start", "end"], "portRange", decoder);
            let protocol = port::protocol(&fields, decoder);
            let start = required(&fields, "start", "portRange", decoder);
            let (last, span) = required(&fields, "end", "portRange", decoder)?;
            let first = start?.0;
            if last < first {
                let message = format!("No port lies between {first} and {last}: this range matches nothing.");
                decoder.warn("bad-end-port", span, message).help =
                    Some("The lower port is `start`, the higher one `end`.".into());
                return Some(AdminPortMatch::Nothing);
            }
            Some(AdminPortMatch::Numbers(protocol?, PortRange { first, last }))
        }
        _ => named(value, "namedPort", decoder),
    }
}

/// `ClusterNetworkPolicyProtocol`.
fn protocol(node: &Node<'_>, decoder: &mut Decoder) -> Option<AdminPortMatch> {
    let what = "An item of protocols";
    let fields = decoder.mapping(node, what)?;
    let known = ["tcp", "udp", "sctp", "destinationNamedPort"];
    let number = "Write `tcp: {destinationPort: {number: 80}}`.";
    let elsewhere = [
        ("protocol", number),
        ("port", number),
        ("portNumber", number),
        ("portRange", "Write `tcp: {destinationPort: {range: {start: 8000, end: 8099}}}`."),
        ("namedPort", "Here it is called `destinationNamedPort`."),
    ];
    let strange = api::refuse_unknown(&fields, &known, &elsewhere, what, decoder);
    let (name, _, value) = one_of(&fields, &known, strange, (what, ITEMS), decoder)?;
    let protocol = match name {
        "tcp" => Protocol::Tcp,
        "udp" => Protocol::Udp,
        "sctp" => Protocol::Sctp,
        _ => return named(value, "destinationNamedPort", decoder),
    };
    let fields = decoder.mapping(value, name)?;
    let strange = fields.refuse_unknown(&["destinationPort"], name, decoder);
    let Some(node) = fields.get("destinationPort") else {
        if !strange {
            let help = format!(
                "All ports of the protocol are `{name}: {{destinationPort: {{range: {{start: 1, end: 65535}}}}}}`."
            );
            let message = format!("`{name}` needs a `destinationPort`.");
            decoder.error("missing-field", fields.head(), message).help = Some(help);
        }
        return None;
    };
    destination_port(node, decoder).map(|range| AdminPortMatch::Numbers(protocol, range))
}

/// `Port`: a number or a range.
fn destination_port(node: &Node<'_>, decoder: &mut Decoder) -> Option<PortRange> {
    let what = "destinationPort";
    let fields = decoder.mapping(node, what)?;
    let known = ["number", "range"];
    let range = "Write `range: {start: 8000, end: 8099}`.";
    let elsewhere = [("port", "Write `number: 80`."), ("start", range), ("end", range)];
    let strange = api::refuse_unknown(&fields, &known, &elsewhere, what, decoder);
    let (name, _, value) = one_of(&fields, &known, strange, (what, ITEMS), decoder)?;
    if name == "number" {
        let first = port::number(value, "number", decoder)?;
        return Some(PortRange { first, last: first });
    }
    let fields = decoder.mapping(value, "range")?;
    fields.refuse_unknown(&["start", "end"], "range", decoder);
    let start = required(&fields, "start", "range", decoder);
    let (last, span) = required(&fields, "end", "range", decoder)?;
    let first = start?.0;
    if first >= last {
        let error = decoder.error("bad-end-port", span, format!("A range's `end` must be above its `start`, {first}."));
        error.help = (first == last).then(|| format!("The one port is `number: {first}`."));
        return None;
    }
    Some(PortRange { first, last })
}

/// The port number `field` of `what`, which must be there.
fn required(fields: &Fields<'_, '_>, field: &str, what: &str, decoder: &mut Decoder) -> Option<(u16, Span)> {
    let Some(node) = fields.get(field) else {
        decoder.error("missing-field", fields.head(), format!("`{what}` needs `{field}`."));
        return None;
    };
    port::number(node, field, decoder).map(|port| (port, node.span))
}

/// The schema takes any text, but a container can give its ports only some names.
fn named(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> Option<AdminPortMatch> {
    let name = decoder.string(node, what)?;
    if let Some(problem) = names::port_name_problem(&name.value) {
        let message = format!("No port can be called `{}`: {problem}. This matches nothing.", name.value);
        decoder.warn("bad-port", name.span, message);
    }
    Some(AdminPortMatch::Named(name.value))
}

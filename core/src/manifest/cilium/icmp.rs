//! `icmps` (`pkg/policy/api/icmp.go`).

use crate::manifest::decode::Decoder;
use crate::manifest::scalar::Resolved;
use crate::manifest::suggest;
use crate::manifest::tree::Node;
use crate::source::Span;

/// One item of `icmps`. Its fields are ORed; without any it covers nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcmpRule {
    /// `fields`.
    pub fields: Vec<IcmpField>,
    /// Where it stands.
    pub span: Span,
}

/// One kind of ICMP message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcmpField {
    /// Whether `family` is `IPv6`.
    pub v6: bool,
    /// `type`, as a number.
    pub number: u8,
    /// Where it stands.
    pub span: Span,
}

impl IcmpField {
    /// It as people write it: `ICMP/EchoRequest`, `ICMPv6/200`.
    pub fn words(&self) -> String {
        let (family, known) = if self.v6 { ("ICMPv6", V6) } else { ("ICMP", V4) };
        let names = known.iter().filter(|(_, number)| *number == self.number).map(|(name, _)| *name);
        // The longest says most: `EchoRequest` rather than `Echo`.
        match names.max_by_key(|name| name.len()) {
            Some(name) => format!("{family}/{name}"),
            None => format!("{family}/{}", self.number),
        }
    }
}

const MAX_FIELDS: usize = 40;

const V4: &[(&str, u8)] = &[
    ("EchoReply", 0),
    ("DestinationUnreachable", 3),
    ("Redirect", 5),
    ("Echo", 8),
    ("EchoRequest", 8),
    ("RouterAdvertisement", 9),
    ("RouterSelection", 10),
    ("TimeExceeded", 11),
    ("ParameterProblem", 12),
    ("Timestamp", 13),
    ("TimestampReply", 14),
    ("Photuris", 40),
    ("ExtendedEchoRequest", 42),
    ("ExtendedEcho Reply", 43),
];

const V6: &[(&str, u8)] = &[
    ("DestinationUnreachable", 1),
    ("PacketTooBig", 2),
    ("TimeExceeded", 3),
    ("ParameterProblem", 4),
    ("EchoRequest", 128),
    ("EchoReply", 129),
    ("MulticastListenerQuery", 130),
    ("MulticastListenerReport", 131),
    ("MulticastListenerDone", 132),
    ("RouterSolicitation", 133),
    ("RouterAdvertisement", 134),
    ("NeighborSolicitation", 135),
    ("NeighborAdvertisement", 136),
    ("RedirectMessage", 137),
    ("RouterRenumbering", 138),
    ("ICMPNodeInformationQuery", 139),
    ("ICMPNodeInformationResponse", 140),
    ("InverseNeighborDiscoverySolicitation", 141),
    ("InverseNeighborDiscoveryAdvertisement", 142),
    ("HomeAgentAddressDiscoveryRequest", 144),
    ("HomeAgentAddressDiscoveryReply", 145),
    ("MobilePrefixSolicitation", 146),
    ("MobilePrefixAdvertisement", 147),
    ("DuplicateAddressRequestCodeSuffix", 157),
    ("DuplicateAddressConfirmationCodeSuffix", 158),
    ("ExtendedEchoRequest", 160),
    ("ExtendedEchoReply", 161),
];

/// Reads one item of `icmps`.
pub(super) fn rule(node: &Node<'_>, decoder: &mut Decoder) -> Option<IcmpRule> {
    let mapping = decoder.mapping(node, "An item of icmps")?;
    mapping.refuse_unknown(&["fields"], "An item of icmps", decoder);
    let items = mapping.get("fields").and_then(|node| decoder.list(node, "fields")).unwrap_or_default();
    if let Some(excess) = items.get(MAX_FIELDS) {
        decoder.error("too-many", excess.span, format!("`fields` takes at most {MAX_FIELDS} items."));
    }
    let fields = items.iter().filter_map(|item| field(item, decoder)).collect();
    Some(IcmpRule { fields, span: node.span })
}

fn field(node: &Node<'_>, decoder: &mut Decoder) -> Option<IcmpField> {
    let what = "An item of fields";
    let mapping = decoder.mapping(node, what)?;
    mapping.refuse_unknown(&["family", "type"], what, decoder);
    let family = mapping.get("family").and_then(|node| decoder.string(node, "family"));
    let v6 = match family.as_ref().map(|family| family.value.as_str()) {
        None | Some("IPv4") => false,
        Some("IPv6") => true,
        Some(other) => {
            let message = format!("`{other}` is not one of the families IPv4 and IPv6.");
            decoder.error("bad-icmp", node.span, message);
            return None;
        }
    };
    let Some(kind) = mapping.get("type") else {
        decoder.error("missing-field", mapping.head(), "An ICMP field needs a `type`.");
        return None;
    };
    let number = match kind.resolved() {
        Some(Resolved::Text) => named(&decoder.string(kind, "type")?.value, v6),
        _ => u8::try_from(decoder.integer(kind, "type")?.value).map_err(|_| String::new()),
    };
    match number {
        Ok(number) => Some(IcmpField { v6, number, span: node.span }),
        Err(near) => {
            let hint = if near.is_empty() { String::new() } else { format!("; did you mean `{near}`?") };
            let message = format!(
                "`{}` is not an ICMP type of {}{}",
                kind.text().unwrap_or_default(),
                if v6 { "IPv6" } else { "IPv4" },
                if hint.is_empty() { ": it is 0 to 255, or a name such as EchoRequest." } else { &hint },
            );
            decoder.error("bad-icmp", kind.span, message);
            None
        }
    }
}

/// The number of a type by its name or its digits, or the name that was probably meant.
fn named(text: &str, v6: bool) -> Result<u8, String> {
    let known = if v6 { V6 } else { V4 };
    if let Some((_, number)) = known.iter().find(|(name, _)| *name == text) {
        return Ok(*number);
    }
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let near = || suggest::nearest(text, &names).unwrap_or_default().to_owned();
    text.parse().ok().filter(|_| digits).ok_or_else(near)
}

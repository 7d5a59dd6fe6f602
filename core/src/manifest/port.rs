//! Port numbers and protocols, wherever they stand.

use super::decode::{Decoder, Fields};
use super::tree::Node;
use crate::ports::Protocol;

/// `node` as a port number, 1 to 65535; `what` names it in errors.
pub(crate) fn number(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> Option<u16> {
    let number = decoder.integer(node, what)?;
    let port = u16::try_from(number.value).ok().filter(|port| *port > 0);
    if port.is_none() {
        let message = format!("{what} must be between 1 and 65535, and {} is not.", number.value);
        decoder.error("bad-port", number.span, message);
    }
    port
}

/// The field `protocol`, or TCP where it is absent.
pub(crate) fn protocol(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<Protocol> {
    let Some(node) = fields.get("protocol") else { return Some(Protocol::Tcp) };
    let word = decoder.string(node, "protocol")?;
    let known = Protocol::parse(&word.value);
    if known.is_none() {
        let hint = match Protocol::parse(&word.value.to_uppercase()) {
            Some(protocol) => format!("; did you mean `{protocol}`?"),
            None => ".".to_owned(),
        };
        let message = format!("`{}` is not one of the protocols TCP, UDP and SCTP{hint}", word.value);
        decoder.error("bad-protocol", word.span, message);
    }
    known
}

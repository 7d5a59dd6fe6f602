//! Reading the items of `ports`: numbers, ranges and names (`lib/numorstring/port.go`).

use super::rule::{Port, PortKind};
use crate::manifest::decode::Decoder;
use crate::manifest::names;
use crate::manifest::port;
use crate::manifest::tree::Node;
use crate::ports::PortRange;
use crate::source::Edit;

/// How many items newer releases take.
const MAX_ITEMS: usize = 50;

/// Reads the list `node`; `what` names it in errors.
pub(super) fn read(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> Vec<Port> {
    let items = decoder.list(node, what).unwrap_or_default();
    super::warn_long(node.span, items.len(), MAX_ITEMS, &format!("items in {what}"), decoder);
    items.iter().filter_map(|item| one(item, what, decoder)).collect()
}

fn one(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> Option<Port> {
    let what = format!("An item of {what}");
    if !node.is_text() {
        let number = port::number(node, &what, decoder)?;
        let kind = PortKind::Range(PortRange { first: number, last: number });
        return Some(Port { kind, span: node.span });
    }
    let text = decoder.string(node, &what)?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (first, last) = match text.value.split_once([':', '-']) {
        Some((first, last)) if digits(first) && digits(last) => (first, last),
        _ if digits(&text.value) => (text.value.as_str(), text.value.as_str()),
        _ => {
            if let Some(problem) = names::port_name_problem(&text.value) {
                decoder.error("bad-port", text.span, format!("`{}` is not a port's name: {problem}.", text.value));
                return None;
            }
            return Some(Port { kind: PortKind::Named(text.value), span: text.span });
        }
    };
    if text.value.contains('-') {
        let error = decoder.error("bad-port", text.span, "A range of ports is written with a colon.");
        error.help = Some(format!("Write `{first}:{last}`."));
        error.fix = vec![Edit::replace(text.span.start, text.span.end, format!("{first}:{last}"))];
        return None;
    }
    let port = |part: &str| part.parse::<u16>().ok().filter(|port| *port > 0);
    let (Some(first), Some(last)) = (port(first), port(last)) else {
        let message = format!("{what} must be between 1 and 65535, and `{}` is not.", text.value);
        decoder.error("bad-port", text.span, message);
        return None;
    };
    if last < first {
        let message = format!("The range `{}` ends before it begins.", text.value);
        decoder.error("bad-port", text.span, message);
        return None;
    }
    Some(Port { kind: PortKind::Range(PortRange { first, last }), span: text.span })
}

//! Mappings that must have exactly one field, for which a field is an alternative.

use crate::manifest::decode::{Decoder, Fields};
use crate::manifest::tree::Node;

/// The one field of `known` that is there: its name, key and value. `what` names the mapping in errors, `help` says what
/// to do about two; that there is none is only said if no `strange` field has been reported in its place.
pub(super) fn one_of<'n, 't, 'k>(
    fields: &Fields<'n, 't>,
    known: &[&'k str],
    strange: bool,
    (what, help): (&str, &str),
    decoder: &mut Decoder,
) -> Option<(&'k str, &'n Node<'t>, &'n Node<'t>)> {
    let mut present = known.iter().filter_map(|name| fields.entry(name).map(|(key, value)| (*name, key, value)));
    let first = present.next();
    let choice = listed(known);
    if first.is_none() && !strange {
        let message = format!("{what} must have one of {choice}; this one has none.");
        decoder.error("one-field", fields.head(), message);
    }
    if let Some((first, ..)) = first
        && let Some((second, key, _)) = present.min_by_key(|(_, key, _)| key.span)
    {
        let message = format!("{what} has exactly one field, and this one has `{first}` and `{second}`.");
        decoder.error("one-field", key.span, message).help = Some(help.to_owned());
    }
    first
}

/// `a`, `b` or `c`, each in backticks.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

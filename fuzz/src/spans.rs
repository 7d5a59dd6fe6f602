//! Every span of an object, whatever its type: found in what `Debug` shows of it.

use std::fmt::Debug;

use netpol_core::source::Span;

/// The spans in `object`, in order.
pub fn of(object: &impl Debug) -> Vec<Span> {
    let shown = unquoted(&format!("{object:?}"));
    let mut pieces = shown.split("Span { start: ");
    pieces.next();
    pieces.filter_map(span).collect()
}

fn span(behind: &str) -> Option<Span> {
    let (start, rest) = behind.split_once(", end: ")?;
    let (end, _) = rest.split_once(' ')?;
    Some(Span::new(start.parse().ok()?, end.parse().ok()?))
}

/// `shown` without its strings, in which anything may stand.
fn unquoted(shown: &str) -> String {
    let mut out = String::new();
    let mut chars = shown.chars();
    while let Some(one) = chars.next() {
        if one != '"' {
            out.push(one);
            continue;
        }
        while let Some(inner) = chars.next() {
            match inner {
                '\\' => drop(chars.next()),
                '"' => break,
                _ => {}
            }
        }
    }
    out
}

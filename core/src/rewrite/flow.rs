//! Moving the braces of a flow list, JSON included.

use super::{halves, only};
use crate::manifest::Peer;
use crate::source::{Edit, Source};

/// `{a: …}, {b: …}` becomes `{a: …, b: …}`.
pub(super) fn join(source: &Source, first: &Peer, second: &Peer) -> Option<Vec<Edit>> {
    let (end, key) = (only(first)?.end, only(second)?.start);
    let between = source.text().get(end..key)?;
    let (close, rest) = between.split_once('}')?;
    let (before_comma, rest) = rest.split_once(',')?;
    let (after_comma, open) = rest.split_once('{')?;
    if ![close, before_comma, after_comma, open].iter().all(|part| part.trim().is_empty()) {
        return join_around_comments(source, first, second);
    }
    let space = if open.contains('\n') {
        open.to_owned()
    } else if after_comma.contains('\n') {
        format!("{after_comma} {open}")
    } else if after_comma.is_empty() {
        open.to_owned()
    } else {
        after_comma.to_owned()
    };
    Some(vec![Edit::replace(end, key, format!(",{space}"))])
}

/// Where comments stand between the items, only the two braces go.
fn join_around_comments(source: &Source, first: &Peer, second: &Peer) -> Option<Vec<Edit>> {
    let close = first.span.end.checked_sub(1)?;
    let own_brace = source.text().get(close..first.span.end) == Some("}");
    let open = second.span.start;
    own_brace.then(|| vec![Edit::replace(close, close + 1, ""), Edit::replace(open, open + 1, "")])
}

/// `a: …, b: …`, single pairs in a flow list, become `{a: …, b: …}`.
pub(super) fn join_pairs(first: &Peer, second: &Peer) -> Option<Vec<Edit>> {
    let (start, end) = (only(first)?.start, only(second)?.end);
    Some(vec![Edit::replace(start, start, "{"), Edit::replace(end, end, "}")])
}

/// `{a: …, b: …}` becomes `{a: …}, {b: …}`, spaced as the item's own braces are.
pub(super) fn part(source: &Source, item: &Peer) -> Option<Vec<Edit>> {
    let (first, second) = halves(item)?;
    let between = source.text().get(first.end..second.start)?;
    let open = source.text().get(item.span.start + 1..first.start)?;
    let close = source.text().get(second.end..item.span.end.checked_sub(1)?)?;
    let (before_comma, after_comma) = between.split_once(',')?;
    let blank = [open, close, before_comma, after_comma].iter().all(|part| part.trim().is_empty());
    if !blank {
        // Comments stay where they are; the braces go right beside the values.
        let comma = first.end + between.find(',')?;
        return Some(vec![Edit::replace(comma, comma, "}"), Edit::replace(second.start, second.start, "{")]);
    }
    let separator = if open.contains('\n') {
        let line_start = source.line_start(source.line(item.span.start));
        let lead = source.text().get(line_start..item.span.start)?;
        let newline = if open.contains("\r\n") { "\r\n" } else { "\n" };
        if lead.trim().is_empty() { format!("{newline}{lead}") } else { " ".to_owned() }
    } else if after_comma.contains('\n') {
        after_comma.strip_suffix(' ').unwrap_or(after_comma).to_owned()
    } else {
        after_comma.to_owned()
    };
    Some(vec![Edit::replace(first.end, second.start, format!("{close}}},{separator}{{{open}"))])
}

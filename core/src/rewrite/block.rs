//! Moving the dash of a block list.

use super::{halves, only};
use crate::manifest::Peer;
use crate::source::{Edit, Source};

/// The dash of the block list item whose text starts at byte `at`.
pub(crate) fn dash_before(source: &Source, at: usize) -> Option<usize> {
    let mut line = source.line(at);
    let head = source.text().get(source.line_start(line)..at)?;
    if let Some(dash) = head.rfind('-') {
        return head.get(dash + 1..)?.trim().is_empty().then(|| source.line_start(line) + dash);
    }
    // The dash may stand on a line of its own, with comments and blank lines below it.
    while line > 1 {
        line -= 1;
        let text = source.line_text(line).trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let alone = text == "-" || text.strip_prefix("- ").is_some_and(|rest| rest.trim_start().starts_with('#'));
        return alone.then(|| {
            source.text().get(source.line_start(line)..)?.find('-').map(|dash| source.line_start(line) + dash)
        })?;
    }
    None
}

fn column(source: &Source, at: usize) -> usize {
    at - source.line_start(source.line(at))
}

/// Where the dash of a second item would stand in an item with both selectors.
pub(super) fn blank_dash(source: &Source, item: &Peer) -> Option<usize> {
    let (_, second) = halves(item)?;
    let dash = column(source, dash_before(source, item.span.start)?);
    let start = source.line_start(source.line(second.start));
    let indent = source.text().get(start..second.start)?;
    (indent.bytes().all(|b| b == b' ') && dash + 2 <= indent.len()).then_some(start + dash)
}

/// One item with both selectors becomes two.
pub(super) fn part(source: &Source, item: &Peer) -> Option<Vec<Edit>> {
    let at = blank_dash(source, item)?;
    Some(vec![Edit::replace(at, at + 1, "-")])
}

/// Two items become one: the second one's dash turns into a blank.
pub(super) fn join(source: &Source, first: &Peer, second: &Peer) -> Option<Vec<Edit>> {
    let dash = dash_before(source, second.span.start)?;
    let mut edits = vec![Edit::replace(dash, dash + 1, " ")];
    let (wanted, now) = (column(source, first.span.start), column(source, second.span.start));
    if wanted == now {
        return Some(edits);
    }
    if source.line(dash) == source.line(second.span.start) {
        edits = vec![Edit::replace(dash, second.span.start, " ".repeat(wanted.checked_sub(column(source, dash))?))];
    }
    let first_line = source.line(second.span.start);
    let own_line = source.line(dash) != first_line;
    for line in first_line + usize::from(!own_line)..=source.line(second.span.end) {
        let start = source.line_start(line);
        let indent = source.line_text(line).bytes().take_while(|b| *b == b' ').count();
        if source.line_text(line).trim().is_empty() {
            continue;
        }
        edits.push(if wanted > now {
            Edit::replace(start, start, " ".repeat(wanted - now))
        } else {
            Edit::replace(start, start + (now - wanted).min(indent), "")
        });
    }
    Some(edits)
}

/// `- {a: …}` and `- {b: …}` become one `{a: …, b: …}` over the same lines.
pub(super) fn join_flow_items(source: &Source, first: &Peer, second: &Peer) -> Option<Vec<Edit>> {
    let dash = dash_before(source, second.span.start)?;
    let value = only(first)?.end;
    let close = value + closing_brace(source.text().get(value..first.span.end)?)?;
    Some(vec![
        Edit::replace(close, close + 1, ","),
        Edit::replace(dash, dash + 1, " "),
        Edit::replace(second.span.start, second.span.start + 1, " "),
    ])
}

/// Where the brace stands in `text`, the end of a flow mapping behind its last value; `None` if a comma or a comment
/// stands before it.
fn closing_brace(text: &str) -> Option<usize> {
    let at = text.find('}')?;
    text.get(..at)?.trim().is_empty().then_some(at)
}

/// A block item and a flow item become one block item.
pub(super) fn join_mixed(source: &Source, first: &Peer, second: &Peer) -> Option<Vec<Edit>> {
    let dash = dash_before(source, second.span.start)?;
    let unbrace = |item: &Peer| {
        let span = only(item)?;
        let close = closing_brace(source.text().get(span.end..item.span.end)?)?;
        Some((Edit::replace(item.span.start, span.start, ""), Edit::replace(span.end, span.end + close + 1, "")))
    };
    if first.flow {
        let (open, close) = unbrace(first)?;
        // Without its brace the first key stands where the brace stood.
        let mut edits = vec![open, close];
        let (wanted, now) = (column(source, first.span.start), column(source, second.span.start));
        if wanted != now || source.line(dash) != source.line(second.span.start) {
            return None;
        }
        edits.push(Edit::replace(dash, dash + 1, " "));
        return Some(edits);
    }
    let (_, close) = unbrace(second)?;
    let key = only(second)?.start;
    if source.line(dash) != source.line(key) {
        return None;
    }
    let indent = column(source, first.span.start).checked_sub(column(source, dash))?;
    Some(vec![Edit::replace(dash, key, " ".repeat(indent)), close])
}

/// `- {a: …, b: …}` becomes two items, each on a line of its own.
pub(super) fn part_flow_item(source: &Source, item: &Peer) -> Option<Vec<Edit>> {
    let (first, second) = halves(item)?;
    let dash = column(source, dash_before(source, item.span.start)?);
    let between = source.text().get(first.end..second.start)?;
    let comma = first.end + between.find(',')?;
    if !source.text().get(first.end..comma)?.trim().is_empty() {
        return None;
    }
    let start = source.line_start(source.line(second.start));
    let indent = source.text().get(start..second.start)?;
    let own_line = start > comma && indent.bytes().all(|b| b == b' ');
    if own_line && indent.len() >= dash + 2 {
        let blanks = " ".repeat(indent.len().saturating_sub(dash + 2).max(1));
        return Some(vec![
            Edit::replace(comma, comma + 1, "}"),
            Edit::replace(start + dash, second.start, format!("-{blanks}{{")),
        ]);
    }
    if !between.trim_matches([',', ' ']).is_empty() {
        return None;
    }
    let newline = if source.text().contains("\r\n") { "\r\n" } else { "\n" };
    Some(vec![Edit::replace(first.end, second.start, format!("}}{newline}{}- {{", " ".repeat(dash)))])
}

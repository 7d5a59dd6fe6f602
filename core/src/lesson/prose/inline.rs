//! The marks inside a paragraph.

use super::{Piece, Target};

/// How deep marks are followed into one another.
const DEEPEST: usize = 4;

/// What is set around some words.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    emphasis: bool,
    strong: bool,
    link: Option<Target>,
    depth: usize,
}

/// A mark that was found closed: what it does to the words inside, those words, and what follows.
enum Marked<'w> {
    Code(&'w str, &'w str),
    Set(Style, &'w str, &'w str),
}

/// Reads `words` into pieces.
pub(super) fn read(words: &str, style: &Style, out: &mut Vec<Piece>) {
    let mut rest = words;
    // The bytes of `rest` that are known to be plain.
    let mut plain = 0;
    while let Some(at) = rest.get(plain..).and_then(|ahead| ahead.find(['*', '`', '['])) {
        let at = plain + at;
        let (before, here) = rest.split_at(at);
        match marked(before, here, style) {
            Some(mark) => {
                push(before, false, style, out);
                match mark {
                    Marked::Code(inside, after) => {
                        push(inside, true, style, out);
                        rest = after;
                    }
                    Marked::Set(style, inside, after) => {
                        read(inside, &style, out);
                        rest = after;
                    }
                }
                plain = 0;
            }
            // A run of stars that opens nothing is passed over as a whole.
            None => plain = at + here.bytes().take_while(|byte| here.as_bytes().first() == Some(byte)).count(),
        }
    }
    push(rest, false, style, out);
}

fn push(words: &str, code: bool, style: &Style, out: &mut Vec<Piece>) {
    if !words.is_empty() {
        let Style { emphasis, strong, link, .. } = style.clone();
        out.push(Piece { words: words.to_owned(), emphasis, strong, code, link });
    }
}

/// The mark that `here` begins with, if it is one and is closed; `before` stands to its left.
fn marked<'w>(before: &str, here: &'w str, style: &Style) -> Option<Marked<'w>> {
    let deeper = Style { depth: style.depth + 1, ..style.clone() };
    if here.starts_with('`') {
        let (inside, after) = code(here)?;
        return Some(Marked::Code(inside, after));
    }
    if style.depth >= DEEPEST {
        return None;
    }
    if here.starts_with('[') {
        let (target, inside, after) = link(here).filter(|_| style.link.is_none())?;
        return Some(Marked::Set(Style { link: Some(target), ..deeper }, inside, after));
    }
    // Inside a word or a path a star is a star.
    if before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '/') {
        return None;
    }
    if let Some(inside) = here.strip_prefix("**") {
        let (inside, after) = closed(inside, "**").filter(|_| !style.strong)?;
        return Some(Marked::Set(Style { strong: true, ..deeper }, inside, after));
    }
    let (inside, after) = closed(here.strip_prefix('*')?, "*").filter(|_| !style.emphasis)?;
    Some(Marked::Set(Style { emphasis: true, ..deeper }, inside, after))
}

/// What stands before the next `mark` that closes: one behind a letter, and with no letter behind it.
fn closed<'w>(words: &'w str, mark: &str) -> Option<(&'w str, &'w str)> {
    if words.starts_with(|first: char| first.is_whitespace() || first == '*' || first == '/') {
        return None;
    }
    let mut from = 0;
    while let Some(at) = words.get(from..)?.find(['*', '`']) {
        let at = from + at;
        let (inside, here) = words.split_at(at);
        if here.starts_with('`') {
            // Stars inside code close nothing.
            from = at + code(here).map_or(1, |(_, after)| here.len() - after.len());
            continue;
        }
        let run = here.bytes().take_while(|byte| *byte == b'*').count();
        // Of `***` the inner mark comes first.
        let inside = if run == 3 { words.get(..at + 3 - mark.len())? } else { inside };
        let after = words.get(inside.len() + mark.len()..).unwrap_or_default();
        let fits = run == mark.len() || (run == 3 && opens(inside, 3 - mark.len()));
        let ends = !inside.ends_with(char::is_whitespace) && !after.starts_with(char::is_alphanumeric);
        if fits && ends && !inside.is_empty() {
            return Some((inside, after));
        }
        from = at + run;
    }
    None
}

/// Whether the run of `length` stars at the end of `inside` closes one that is opened there.
fn opens(inside: &str, length: usize) -> bool {
    let mark = if length == 1 { " *" } else { " **" };
    inside.get(..inside.len() - length).is_some_and(|words| words.contains(mark))
}

/// What stands between a run of backticks and the next of the same length.
fn code(here: &str) -> Option<(&str, &str)> {
    let run = here.bytes().take_while(|byte| *byte == b'`').count();
    let (fence, words) = here.split_at(run);
    let mut from = 0;
    while let Some(at) = words.get(from..)?.find(fence) {
        let at = from + at;
        let (inside, rest) = words.split_at(at);
        let length = rest.bytes().take_while(|byte| *byte == b'`').count();
        if length == run {
            return Some((inside.trim(), rest.get(run..).unwrap_or_default())).filter(|(inside, _)| !inside.is_empty());
        }
        from = at + length;
    }
    None
}

/// `[words](target)`: the target, the words, and what follows.
fn link(here: &str) -> Option<(Target, &str, &str)> {
    let (words, rest) = here.strip_prefix('[')?.split_once("](")?;
    let (target, after) = rest.split_once(')')?;
    let target = Target::read(target).filter(|_| !words.contains(['[', ']']) && !words.is_empty())?;
    Some((target, words, after))
}

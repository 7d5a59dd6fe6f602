//! The line that a finding is about, fit for a terminal, and the carets under it.

use netpol_core::source::{Source, Span};
use unicode_width::UnicodeWidthStr;

/// Lines up to this many characters are shown whole.
const WHOLE: usize = 120;
/// Of a longer line: the most characters in front of the marked ones, among them, and behind them.
const AROUND: usize = 40;

/// One line of a source with a part of it marked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// Its number, from 1.
    pub(crate) number: usize,
    /// Its text, tabs and control characters replaced, and cut if it is long.
    pub(crate) line: String,
    /// How many columns stand before the mark.
    pub(crate) indent: usize,
    /// How many columns are marked, at least 1.
    pub(crate) width: usize,
}

impl Excerpt {
    /// The first line of `span`.
    pub(crate) fn new(source: &Source, span: Span) -> Self {
        let number = source.line(span.start);
        let text = source.line_text(number);
        let start = span.start.saturating_sub(source.line_start(number)).min(text.len());
        let end = span.end.saturating_sub(source.line_start(number)).clamp(start, text.len());
        let part = |range| clean(text.get(range).unwrap_or_default());
        let (mut before, mut marked, mut after) = (part(0..start), part(start..end), part(end..text.len()));
        if text.chars().count() > WHOLE {
            before = last(&before, AROUND);
            marked = first(&marked, AROUND);
            after = first(&after, AROUND);
        }
        let (indent, width) = (before.width(), marked.trim_end().width().max(1));
        Self { number, line: format!("{before}{marked}{after}").trim_end().to_owned(), indent, width }
    }
}

/// `text` without characters that would move a terminal's cursor or change its colours.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push_str("    "),
            '\u{feff}' => {}
            c if c.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}

/// The first `count` characters of `text`, with a sign that there are more.
pub(crate) fn first(text: &str, count: usize) -> String {
    match text.char_indices().nth(count) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn last(text: &str, count: usize) -> String {
    let Some(skipped) = text.chars().count().checked_sub(count).filter(|skipped| *skipped > 0) else {
        return text.to_owned();
    };
    let kept: String = text.chars().skip(skipped).collect();
    format!("…{kept}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, marked: &str, expected: &str) {
        let start = text.find(marked).unwrap();
        let excerpt = Excerpt::new(&Source::new("a", text), Span::new(start, start + marked.len()));
        let carets = format!("{}{}", " ".repeat(excerpt.indent), "^".repeat(excerpt.width));
        assert_eq!(format!("{}\n{carets}", excerpt.line), expected);
    }

    #[test]
    fn carets_stand_under_what_they_mark() {
        check("a: 1\nkey: value # why\n", "value", "key: value # why\n     ^^^^^");
        check("\tkey: 値 # x", "# x", "    key: 値 # x\n            ^^^");
        check("key: |\n  first\n  second\n", "first\n  second", "  first\n  ^^^^^");
        check("a:\n", "\n", "a:\n  ^");
    }

    #[test]
    fn a_terminal_sees_no_control_characters() {
        check("a: \u{1b}[31mred", "red", "a: \u{fffd}[31mred\n        ^^^");
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let text = format!("{}HERE{}", "x".repeat(500), "y".repeat(500));
        let (x, y) = ("x".repeat(40), "y".repeat(40));
        check(&text, "HERE", &format!("…{x}HERE{y}…\n{}^^^^", " ".repeat(41)));
    }
}

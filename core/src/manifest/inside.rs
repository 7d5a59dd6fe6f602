//! Places inside a scalar: from its value, with escapes and line folds undone, back to the bytes of the text.

use super::tree::{Node, Tree};
use crate::source::Span;

/// Where each byte of a scalar's value stands in the text.
pub(crate) struct Inside {
    whole: Span,
    /// By byte of the value, and one past its end; empty where the value cannot be followed back.
    starts: Vec<usize>,
}

impl Inside {
    /// The places of the value of `node`, a scalar of `tree`.
    pub(crate) fn of(node: &Node<'_>, tree: &Tree<'_>) -> Self {
        let value = node.text().unwrap_or_default();
        let starts = follow(tree.slice(node.span), value).unwrap_or_default();
        let starts = starts.into_iter().map(|at| node.span.start + at).collect();
        Self { whole: node.span, starts }
    }

    /// The places of a text that is its own value.
    #[cfg(test)]
    pub(crate) fn itself(text: &str) -> Self {
        Self { whole: Span::new(0, text.len()), starts: (0..=text.len()).collect() }
    }

    /// The place of bytes `start..end` of the value; the whole scalar where it cannot be told.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        match (self.starts.get(start), self.starts.get(end)) {
            (Some(start), Some(end)) => Span::new(*start, *end),
            _ => self.whole,
        }
    }

    /// Whether places inside the value are known.
    pub(crate) fn is_known(&self) -> bool {
        !self.starts.is_empty()
    }
}

/// Walks through `raw` and `value` side by side; `None` when they part ways.
fn follow(raw: &str, value: &str) -> Option<Vec<usize>> {
    let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''));
    let mut at = match raw.chars().next()? {
        '"' | '\'' => 1,
        // The header of a block scalar is a line of its own.
        '|' | '>' => raw.find('\n')? + 1,
        _ => 0,
    };
    let mut starts = Vec::with_capacity(value.len() + 1);
    for c in value.chars() {
        let rest = raw.get(at..)?;
        let (skipped, taken) = if c.is_whitespace() { blank(rest, c, quote) } else { step(rest, c, quote)? };
        at += skipped;
        starts.extend(std::iter::repeat_n(at, c.len_utf8()));
        at += taken;
    }
    starts.push(at.min(raw.len()));
    Some(starts)
}

/// How many bytes a blank of the value takes: itself, an escape, or a whole line fold.
fn blank(rest: &str, c: char, quote: Option<char>) -> (usize, usize) {
    if rest.starts_with(c) {
        return (0, c.len_utf8());
    }
    if quote == Some('"') && rest.starts_with('\\') {
        let fold = continued(rest);
        let rest = rest.get(fold..).unwrap_or_default();
        return (fold, if rest.starts_with('\\') { escape(rest) } else { usize::from(!rest.is_empty()) });
    }
    (0, rest.len() - rest.trim_start().len())
}

/// How many bytes before a character of the value are none of it, and how many the character takes.
fn step(rest: &str, c: char, quote: Option<char>) -> Option<(usize, usize)> {
    let mut skipped = rest.len() - rest.trim_start().len();
    if quote == Some('"') {
        skipped += continued(rest.get(skipped..)?);
    }
    let rest = rest.get(skipped..)?;
    let taken = match quote {
        Some('"') if rest.starts_with('\\') => escape(rest),
        Some('\'') if c == '\'' => rest.starts_with("''").then_some(2)?,
        _ => rest.starts_with(c).then_some(c.len_utf8())?,
    };
    Some((skipped, taken))
}

/// How long the `\` and line end that a double-quoted scalar drops are, with the blanks behind them.
fn continued(rest: &str) -> usize {
    match rest.strip_prefix('\\') {
        Some(next) if next.starts_with(['\n', '\r']) => rest.len() - next.trim_start().len(),
        _ => 0,
    }
}

/// How long an escape is that begins with `\`.
fn escape(rest: &str) -> usize {
    let digits = match rest.chars().nth(1) {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(c) => return 1 + c.len_utf8(),
        None => 0,
    };
    (2 + digits).min(rest.len())
}

#[cfg(test)]
mod tests {
    use super::super::tree::{self, Spent};
    use super::*;

    #[track_caller]
    fn check(text: &str, word: &str, shown: &str) {
        let tree = tree::read(text, 0, &mut Spent::default()).unwrap();
        let node = tree.root.get("s").unwrap();
        let at = node.text().unwrap().find(word).unwrap();
        let span = Inside::of(node, &tree).span(at, at + word.len());
        assert_eq!(text.get(span.range()), Some(shown), "{text:?}");
    }

    #[test]
    fn every_style_of_scalar_leads_back() {
        check("s: app == 'web' # c\n", "'web'", "'web'");
        check("s: \"app == 'web'\"\n", "'web'", "'web'");
        check("s: 'app == ''web'''\n", "'web'", "''web''");
        check("s: \"app == \\\"web\\\"\"\n", "\"web\"", "\\\"web\\\"");
        check("s: \"\\x61pp\\u0020== 'é'\"\n", "'é'", "'é'");
        check("s: >-\n  app == 'web' &&\n  tier == 'db'\n", "tier", "tier");
        check("s: |\n  app == 'web'\n", "'web'", "'web'");
        check("s: app == 'web' &&\n   tier == 'db'\n", "tier", "tier");
        check("s: \"app == \\\n   'web'\"\n", "'web'", "'web'");
        check("s: \"app ==\n   'web'\"\n", "'web'", "'web'");
    }
}

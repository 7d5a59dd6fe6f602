//! Expected findings, as a person would write them: `3: warning: selects no pod`, `7: or-not-and: lets in`.
//!
//! A line names a line of the first text, what the finding is called there (its severity or its code) and some words of
//! its message. `2 3: …` and `cluster 3: …` count in the second text.

use super::expect::Failure;
use super::markdown::Block;
use crate::Analysis;
use crate::diagnostic::Diagnostic;
use crate::manifest::suggest::nearest;
use crate::source::Place;

/// A finding that is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    /// Which text, from 0.
    pub(super) text: usize,
    /// The line in it, from 1.
    pub(super) line: usize,
    /// Its severity's word, or its code.
    pub(super) name: String,
    /// Words of its message.
    pub(super) words: String,
    /// The line of the file that expects it.
    pub(super) written_at: usize,
}

/// What a finding is called: its severity's word, or its code.
pub(super) type Naming = fn(&Diagnostic) -> &'static str;

/// Named by severity, as `diagnostics` blocks have it.
pub(super) const BY_SEVERITY: Naming = |found| found.severity.word();

/// Named by code, as `lints` blocks have it.
pub(super) const BY_CODE: Naming = |found| found.code;

/// Reads a block of expected findings, which have one of the names `known`.
pub(super) fn parse(block: &Block, known: &[&str]) -> (Vec<Expected>, Vec<Failure>) {
    let (mut out, mut failures) = (Vec::new(), Vec::new());
    for (at, line) in block.text.lines().enumerate() {
        let written_at = block.line + at;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match expected(line, written_at) {
            Some(found) if known.contains(&found.name.as_str()) => out.push(found),
            Some(found) => {
                let near = nearest(&found.name, known).map(|near| format!("; did you mean `{near}`?"));
                let message = format!("no finding is called `{}`{}", found.name, near.unwrap_or_default());
                failures.push(Failure {
                    column: column(&block.text, at, &found.name),
                    ..Failure::new(written_at, message)
                });
            }
            None => {
                let message =
                    format!("a {} line reads `3: {}: words`", block.language(), known.first().unwrap_or(&"code"));
                failures.push(Failure::new(written_at, message));
            }
        }
    }
    (out, failures)
}

/// The column at which `name` stands in a line of `text`.
fn column(text: &str, line: usize, name: &str) -> usize {
    let line = text.lines().nth(line).unwrap_or_default();
    let before = line.split_once(name).map_or("", |(before, _)| before);
    before.chars().count() + 1
}

fn expected(line: &str, written_at: usize) -> Option<Expected> {
    let (place, rest) = line.split_once(':')?;
    let (name, words) = rest.trim().split_once(':')?;
    let (text, number) = place.trim().split_once(' ').unwrap_or(("1", place.trim()));
    let text = if text == "cluster" { 1 } else { text.parse::<usize>().ok()?.checked_sub(1)? };
    let line = number.trim().parse().ok()?;
    Some(Expected { text, line, name: name.trim().to_owned(), words: words.trim().to_owned(), written_at })
}

/// Holds what was `found` in the texts of `analysis` against what is expected. `line_of` says on which line of the file, if
/// on one, a place in the texts is; what nobody expects is blamed there, and else on the line `otherwise`.
pub(super) fn compare<'d>(
    expected: &[Expected],
    found: impl IntoIterator<Item = &'d Diagnostic>,
    analysis: &Analysis,
    naming: Naming,
    line_of: impl Fn(Place) -> Option<usize>,
    otherwise: usize,
) -> Vec<Failure> {
    let position = |place: Place| {
        let source = analysis.sources.get(place.file);
        source.map_or((0, 1), |source| {
            let position = source.position(place.span.start);
            (position.line, position.column)
        })
    };
    let mut unmet: Vec<&Expected> = expected.iter().collect();
    let mut failures = Vec::new();
    for found in found {
        let (line, column) = position(found.place);
        let name = naming(found);
        let meets = |expected: &&Expected| {
            (expected.text, expected.line, expected.name.as_str()) == (found.place.file, line, name)
                && found.message.to_lowercase().contains(&expected.words.to_lowercase())
        };
        match unmet.iter().position(meets) {
            Some(at) => {
                unmet.remove(at);
            }
            None => {
                let which = analysis.sources.get(found.place.file).map_or("", |source| source.name());
                let message = format!("unexpected {name} in {which}, line {line}: {}", found.message);
                failures.push(match line_of(found.place) {
                    Some(line) => Failure { column, ..Failure::new(line, message) },
                    None => Failure::new(otherwise, message),
                });
            }
        }
    }
    failures.extend(unmet.into_iter().map(|expected| {
        let message = format!("expected {} with `{}`, and there is none", expected.name, expected.words);
        Failure::new(expected.written_at, message)
    }));
    failures
}

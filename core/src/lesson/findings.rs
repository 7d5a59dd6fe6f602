//! Expected findings, as a person would write them: `3: warning: selects no pod`, `7: or-not-and: lets in`.
//!
//! A line names a line of the first text, what the finding is called there (its severity or its code) and some words of
//! its message. `2 3: …` and `cluster 3: …` count in the second text.

use super::expect::Failure;
use super::markdown::Block;
use crate::Analysis;
use crate::diagnostic::Diagnostic;

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

/// Reads a block of expected findings; `known` says whether one can be called so.
pub(super) fn parse(block: &Block, known: impl Fn(&str) -> bool) -> (Vec<Expected>, Vec<Failure>) {
    let (mut out, mut failures) = (Vec::new(), Vec::new());
    for (at, line) in block.text.lines().enumerate() {
        let written_at = block.line + at;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match expected(line, written_at) {
            Some(found) if known(&found.name) => out.push(found),
            Some(found) => {
                failures.push(Failure::new(written_at, format!("no finding is called `{}`", found.name)));
            }
            None => failures.push(Failure::new(written_at, format!("a {} line reads `3: name: words`", block.info))),
        }
    }
    (out, failures)
}

fn expected(line: &str, written_at: usize) -> Option<Expected> {
    let (place, rest) = line.split_once(':')?;
    let (name, words) = rest.trim().split_once(':')?;
    let (text, number) = place.trim().split_once(' ').unwrap_or(("1", place.trim()));
    let text = if text == "cluster" { 1 } else { text.parse::<usize>().ok()?.checked_sub(1)? };
    let line = number.trim().parse().ok()?;
    Some(Expected { text, line, name: name.trim().to_owned(), words: words.trim().to_owned(), written_at })
}

/// A finding, and the line of it in its text.
type Found<'d> = (&'d Diagnostic, usize);

/// Holds what was `found` in the texts of `analysis` against what is expected. `unexpected` says on which line of the file
/// to blame what nobody expects.
pub(super) fn compare<'d>(
    expected: &[Expected],
    found: impl IntoIterator<Item = &'d Diagnostic>,
    analysis: &Analysis,
    naming: Naming,
    unexpected: impl Fn(Found<'d>) -> usize,
) -> Vec<Failure> {
    let line_of = |diagnostic: &Diagnostic| {
        let place = diagnostic.place;
        analysis.sources.get(place.file).map_or(0, |source| source.line(place.span.start))
    };
    let mut unmet: Vec<&Expected> = expected.iter().collect();
    let mut failures = Vec::new();
    for found in found {
        let line = line_of(found);
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
                failures.push(Failure::new(unexpected((found, line)), message));
            }
        }
    }
    failures.extend(unmet.into_iter().map(|expected| {
        let message = format!("expected {} with `{}`, and there is none", expected.name, expected.words);
        Failure::new(expected.written_at, message)
    }));
    failures
}

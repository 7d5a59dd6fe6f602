//! What is wrong with the input, as `file:line:column: error: message` with the line and a caret under it.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::Style;

use netpol_core::diagnostic::{Diagnostic, Severity};
use netpol_core::lint;
use netpol_core::manifest::Manifests;
use netpol_core::source::{Source, Span};

use crate::excerpt::{self, Excerpt};
use crate::input::Problem;
use crate::outcome::Outcome;
use crate::terminal::{Palette, to_stderr};

/// Reports on standard error what could not be read.
pub(crate) fn problems(problems: &[Problem]) -> Outcome {
    to_stderr(|out, palette| {
        let style = palette.error;
        problems.iter().try_for_each(|Problem { name, message }| {
            let (strong, name) = (palette.strong, excerpt::clean(name));
            writeln!(out, "{strong}{name}:{strong:#} {style}error:{style:#} {message}")
        })
    });
    if problems.is_empty() { Outcome::Good } else { Outcome::BadInput }
}

/// Reports on standard error what was found in the texts of one state, or of several that may share texts.
pub(crate) fn findings<'a>(states: impl IntoIterator<Item = (&'a [Source], &'a Manifests)>) -> Outcome {
    let mut seen = BTreeSet::new();
    let mut outcome = Outcome::Good;
    to_stderr(|out, palette| {
        let mut refused = 0;
        for (sources, manifests) in states {
            for found in &manifests.diagnostics {
                let name = sources.get(found.place.file).map(Source::name);
                if seen.insert((name, found.place.span, found.message.as_str())) {
                    diagnostic(out, palette, sources, found)?;
                }
            }
            refused = refused.max(manifests.refused);
            if manifests.has_errors() {
                outcome = Outcome::BadInput;
            }
        }
        if refused > 0 {
            let objects = counted(refused, "object");
            let are = if refused == 1 { "is" } else { "are" };
            note(out, palette, &format!("{objects} with errors {are} left out."))?;
        }
        Ok(())
    });
    outcome
}

/// Writes one finding.
pub(crate) fn diagnostic(
    out: &mut dyn Write,
    palette: &Palette,
    sources: &[Source],
    found: &Diagnostic,
) -> io::Result<()> {
    let style = match found.severity {
        Severity::Error => palette.error,
        Severity::Warning => palette.warning,
        Severity::Note => palette.note,
    };
    let (word, message) = (found.severity.word(), excerpt::clean(&found.message));
    let Some(source) = sources.get(found.place.file) else {
        return writeln!(out, "{style}{word}:{style:#} {message}");
    };
    let beside = excerpted(out, palette, (source, found.place.span), (style, word), &message)?;
    let mut advice = |what: &str, words: &str| beside.line(out, palette, what, words);
    found.help.as_ref().map_or(Ok(()), |help| advice("help", help))?;
    found.command.as_ref().map_or(Ok(()), |command| advice("command", command))?;
    lint::lesson_of(found.code).map_or(Ok(()), |lesson| advice("lesson", lesson))
}

/// What stands beside an excerpt, below it.
pub(crate) struct Beside {
    /// How wide the numbers of its lines are.
    digits: usize,
}

impl Beside {
    /// Writes a line `= what: words`.
    pub(crate) fn line(&self, out: &mut dyn Write, palette: &Palette, what: &str, words: &str) -> io::Result<()> {
        let (gutter, strong, digits) = (palette.gutter, palette.strong, self.digits);
        writeln!(out, "{gutter} {:digits$} ={gutter:#} {strong}{what}:{strong:#} {}", "", excerpt::clean(words))
    }
}

/// Writes `file:line:column: word: message` about a place, and its line with carets.
pub(crate) fn excerpted(
    out: &mut dyn Write,
    palette: &Palette,
    (source, span): (&Source, Span),
    (style, word): (Style, &str),
    message: &str,
) -> io::Result<Beside> {
    let (strong, gutter) = (palette.strong, palette.gutter);
    let position = source.position(span.start);
    let place = format!("{}:{}:{}", excerpt::clean(source.name()), position.line, position.column);
    writeln!(out, "{strong}{place}:{strong:#} {style}{word}:{style:#} {message}")?;
    let Excerpt { number, line, indent, width } = Excerpt::new(source, span);
    let number = number.to_string();
    let digits = number.len();
    writeln!(out, "{gutter} {number} |{gutter:#} {line}")?;
    writeln!(out, "{gutter} {:digits$} |{gutter:#} {:indent$}{style}{}{style:#}", "", "", "^".repeat(width))?;
    Ok(Beside { digits })
}

/// Reports on standard error something that keeps the answer from being what was hoped for.
pub(crate) fn remark(message: &str) {
    to_stderr(|out, palette| note(out, palette, message));
}

/// Reports on standard error that the command itself failed.
pub(crate) fn failure(message: &str) {
    to_stderr(|out, palette| {
        let style = palette.error;
        writeln!(out, "{style}error:{style:#} {message}")
    });
}

fn note(out: &mut dyn Write, palette: &Palette, message: &str) -> io::Result<()> {
    let style = palette.note;
    writeln!(out, "{style}note:{style:#} {message}")
}

/// `1 object`, `2 objects`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

//! `netpol test`: whether lessons and engine cases hold what they say.

use std::io::{self, Write};

use netpol_core::lesson::expect::Failure;
use netpol_core::lesson::{case, script};
use netpol_core::source::{Source, Span};

use crate::args::TestArgs;
use crate::excerpt;
use crate::input::{Kind, Reader};
use crate::outcome::Outcome;
use crate::report::{self, counted};
use crate::terminal::{self, Palette};

/// What became of all files.
#[derive(Default)]
struct Tally {
    lessons: usize,
    steps: usize,
    cases: usize,
    expectations: usize,
    failed: usize,
    /// Files that are neither.
    others: usize,
}

/// What a file is, and what in it does not hold.
enum Read {
    /// A lesson or cases.
    Ran(Vec<Failure>),
    /// A lesson that cannot be read.
    Unreadable(Vec<Failure>),
    /// Neither.
    Other,
}

/// Prints on standard output every expectation that does not hold, and a line that counts.
pub(crate) fn run(args: &TestArgs) -> io::Result<Outcome> {
    let input = Reader::default().read_all(&args.paths, Kind::Markdown);
    let mut outcome = report::problems(&input.problems);
    if input.sources.is_empty() {
        return Ok(outcome);
    }
    let mut tally = Tally::default();
    terminal::to_stdout(|out, palette| {
        for source in &input.sources {
            match read(source.text(), &mut tally) {
                Read::Ran(failures) => {
                    tally.failed += failures.len();
                    if !failures.is_empty() {
                        outcome = outcome.max(Outcome::Negative);
                    }
                    failures.iter().try_for_each(|failure| line(out, palette, source, "failed", failure))?;
                }
                Read::Unreadable(failures) => {
                    outcome = Outcome::BadInput;
                    failures.iter().try_for_each(|failure| line(out, palette, source, "error", failure))?;
                }
                // A file that is named is meant; folders may hold others.
                Read::Other if args.paths.iter().any(|path| path.to_string_lossy() == source.name()) => {
                    outcome = Outcome::BadInput;
                    let message = "this is neither a lesson, which begins with `---`, nor does it have cases: a `## heading` with `yaml` and `verdicts` blocks";
                    line(out, palette, source, "error", &Failure::new(1, message))?;
                }
                Read::Other => tally.others += 1,
            }
        }
        summary(out, &tally)
    })?;
    Ok(outcome)
}

fn read(text: &str, tally: &mut Tally) -> Read {
    if text.trim_start_matches('\u{feff}').starts_with("---") {
        return match script::read(text) {
            Ok(written) => {
                tally.lessons += 1;
                tally.steps += written.lesson.steps.len();
                tally.expectations += written.expectations();
                Read::Ran(script::run(&written))
            }
            Err(failures) => Read::Unreadable(failures),
        };
    }
    if !case::has_cases(text) {
        return Read::Other;
    }
    let report = case::run(text);
    tally.cases += report.cases;
    tally.expectations += report.expectations;
    Read::Ran(report.failures)
}

/// One failure, with the line it is about, and why that does not hold.
fn line(out: &mut dyn Write, palette: &Palette, source: &Source, word: &str, failure: &Failure) -> io::Result<()> {
    let start = source.offset(failure.line, failure.column);
    let end = source.line_start(failure.line) + source.line_text(failure.line).trim_end().len();
    let place = (source, Span::new(start, end));
    let message = excerpt::clean(&failure.message);
    let beside = report::excerpted(out, palette, place, (palette.error, word), &message)?;
    failure.why.iter().try_for_each(|(words, line)| {
        let at = line.map(|line| format!(" ({}:{line})", source.name())).unwrap_or_default();
        beside.line(out, palette, "because", &format!("{words}{at}"))
    })
}

fn summary(out: &mut dyn Write, tally: &Tally) -> io::Result<()> {
    let mut parts = Vec::new();
    if tally.lessons > 0 {
        parts.push(format!("{} of {}", counted(tally.steps, "step"), counted(tally.lessons, "lesson")));
    }
    if tally.cases > 0 {
        parts.push(counted(tally.cases, "case"));
    }
    if parts.is_empty() {
        parts.push("no lesson, no case".to_owned());
    }
    write!(out, "{}: {}, {} failed", parts.join(" and "), counted(tally.expectations, "expectation"), tally.failed)?;
    match tally.others {
        0 => writeln!(out, "."),
        others => writeln!(out, "; {} with neither passed over.", counted(others, "file")),
    }
}

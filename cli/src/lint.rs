//! `netpol lint`: what a cluster would refuse, and what is probably not meant.

use std::io::{self, Write};

use netpol_core::diagnostic::{Diagnostic, Severity};
use netpol_core::manifest::Manifests;
use netpol_core::{analyze_under, lint};

use crate::args::LintArgs;
use crate::input::Reader;
use crate::outcome::Outcome;
use crate::report::{self, counted};
use crate::terminal;

/// Prints every finding on standard output, where findings are the answer, and a line that counts them.
pub(crate) fn run(args: &LintArgs) -> io::Result<Outcome> {
    let input = Reader::default().read(&args.paths);
    let outcome = report::problems(&input.problems);
    if input.sources.is_empty() {
        return Ok(outcome);
    }
    let analysis = analyze_under(input.sources, args.cni);
    let mut found = analysis.manifests.diagnostics.clone();
    found.extend(lint::lint(&analysis));
    found.sort_by_key(|found| found.place);
    terminal::to_stdout(|out, palette| {
        for found in &found {
            report::diagnostic(out, palette, &analysis.sources, found)?;
        }
        summary(out, &analysis.manifests, &found, analysis.sources.len())
    })?;
    let worst = found.iter().map(|found| match found.severity {
        Severity::Error => Outcome::BadInput,
        Severity::Warning => Outcome::Negative,
        Severity::Note => Outcome::Good,
    });
    Ok(worst.fold(outcome, Outcome::max))
}

fn summary(out: &mut dyn Write, manifests: &Manifests, found: &[Diagnostic], files: usize) -> io::Result<()> {
    let count = |severity| found.iter().filter(|found| found.severity == severity).count();
    let (errors, warnings) = (counted(count(Severity::Error), "error"), counted(count(Severity::Warning), "warning"));
    write!(out, "{errors}, {warnings}")?;
    if count(Severity::Note) > 0 {
        write!(out, ", {}", counted(count(Severity::Note), "note"))?;
    }
    write!(out, " in {}: ", counted(files, "file"))?;
    write!(out, "{} checked", counted(manifests.objects() + manifests.refused, "object"))?;
    match manifests.skipped.len() {
        0 => writeln!(out, "."),
        skipped => writeln!(out, ", {skipped} of other kinds passed over."),
    }
}

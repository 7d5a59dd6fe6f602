//! `netpol lint`: what a cluster would refuse, and what is probably not meant.

use std::io::{self, Write};

use netpol_core::diagnostic::Severity;
use netpol_core::manifest::{self, Manifests};
use netpol_core::policy;

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
    let mut manifests = manifest::read(&input.sources);
    let cni = args.cni.unwrap_or_else(|| policy::choose([&manifests]));
    let besides = [policy::strangers(&manifests, cni), policy::dangling(&manifests, cni)].concat();
    manifests.diagnostics.extend(besides);
    manifests.diagnostics.sort_by_key(|found| found.place);
    terminal::to_stdout(|out, palette| {
        for found in &manifests.diagnostics {
            report::diagnostic(out, palette, &input.sources, found)?;
        }
        summary(out, &manifests, input.sources.len())
    })?;
    let worst = manifests.diagnostics.iter().map(|found| match found.severity {
        Severity::Error => Outcome::BadInput,
        Severity::Warning => Outcome::Negative,
        Severity::Note => Outcome::Good,
    });
    Ok(worst.fold(outcome, Outcome::max))
}

fn summary(out: &mut dyn Write, manifests: &Manifests, files: usize) -> io::Result<()> {
    let count = |severity| manifests.diagnostics.iter().filter(|found| found.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let (errors, warnings) = (counted(errors, "error"), counted(warnings, "warning"));
    write!(out, "{errors}, {warnings} in {}: ", counted(files, "file"))?;
    write!(out, "{} checked", counted(manifests.objects() + manifests.refused, "object"))?;
    match manifests.skipped.len() {
        0 => writeln!(out, "."),
        skipped => writeln!(out, ", {skipped} of other kinds passed over."),
    }
}

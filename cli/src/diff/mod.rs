//! `netpol diff`: which connections appear, vanish or change from one state to another.

mod json;
mod markdown;
mod table;
mod tally;

use std::io;

use crate::args::{DiffArgs, DiffFormat};
use crate::input::Reader;
use crate::outcome::Outcome;
use crate::{report, state, terminal};
use netpol_core::cni::Cni;
use netpol_core::diff::Comparison;
use netpol_core::source::Source;
use netpol_core::{Analysis, evaluate, manifest, policy};

/// Prints what differs; like diff(1), a difference is a negative answer.
pub(crate) fn run(args: &DiffArgs) -> io::Result<Outcome> {
    let mut reader = Reader::default();
    let (before, after) = (reader.read(&args.before), reader.read(&args.after));
    let mut outcome = report::problems(&before.problems).max(report::problems(&after.problems));
    // With a whole side missing, everything would seem to come or to go.
    if before.sources.is_empty() || after.sources.is_empty() {
        return Ok(outcome);
    }
    let (before, after) = compared(before.sources, after.sources, args.cni);
    let states = [&before, &after].map(|state| (state.sources.as_slice(), &state.manifests));
    outcome = outcome.max(report::findings(states));
    for (side, state) in [("before", &before), ("after", &after)] {
        state::remarks(state, &format!("in the state {side}"));
    }
    let chosen = args.cni.is_some() || matches!(args.output, DiffFormat::Json);
    state::plugin(&after, chosen);
    let comparison = Comparison::new(&before, &after);
    terminal::to_stdout(|out, palette| match args.output {
        DiffFormat::Table => table::write(out, palette, &comparison),
        DiffFormat::Json => json::write(out, &comparison, after.cni),
        DiffFormat::Md => markdown::write(out, &comparison),
    })?;
    let answer = if comparison.differs() { Outcome::Negative } else { Outcome::Good };
    Ok(outcome.max(answer))
}

/// Both states under one plugin: the one that is chosen, or the one whose kinds either of them uses.
fn compared(before: Vec<Source>, after: Vec<Source>, cni: Option<Cni>) -> (Analysis, Analysis) {
    let (earlier, later) = (manifest::read(&before), manifest::read(&after));
    let cni = cni.unwrap_or_else(|| policy::choose([&earlier, &later]));
    (evaluate(before, earlier, cni), evaluate(after, later, cni))
}

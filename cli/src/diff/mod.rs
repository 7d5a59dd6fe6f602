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
use netpol_core::analyze_under;
use netpol_core::diff::Comparison;

/// Prints what differs; like diff(1), a difference is a negative answer.
pub(crate) fn run(args: &DiffArgs) -> io::Result<Outcome> {
    let mut reader = Reader::default();
    let (before, after) = (reader.read(&args.before), reader.read(&args.after));
    let mut outcome = report::problems(&before.problems).max(report::problems(&after.problems));
    // With a whole side missing, everything would seem to come or to go.
    if before.sources.is_empty() || after.sources.is_empty() {
        return Ok(outcome);
    }
    let cni = args.cni;
    let (before, after) = (analyze_under(before.sources, cni), analyze_under(after.sources, cni));
    let states = [&before, &after].map(|state| (state.sources.as_slice(), &state.manifests));
    outcome = outcome.max(report::findings(states));
    for (side, state) in [("before", &before), ("after", &after)] {
        state::remarks(state, &format!("in the state {side}"));
    }
    state::plugin(&after);
    let comparison = Comparison::new(&before, &after);
    terminal::to_stdout(|out, palette| match args.output {
        DiffFormat::Table => table::write(out, palette, &comparison),
        DiffFormat::Json => json::write(out, &comparison),
        DiffFormat::Md => markdown::write(out, &comparison),
    })?;
    let answer = if comparison.differs() { Outcome::Negative } else { Outcome::Good };
    Ok(outcome.max(answer))
}

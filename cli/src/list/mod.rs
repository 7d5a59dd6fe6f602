//! `netpol list`: who may connect to whom.

mod csv;
mod json;
mod markdown;
mod table;

use std::io;

use netpol_core::Analysis;
use netpol_core::cluster::Cluster;

use crate::answer::Answer;
use crate::args::{ListArgs, ListFormat};
use crate::input::Reader;
use crate::outcome::Outcome;
use crate::{report, state, terminal};

/// Prints the answer for every pair of endpoints.
pub(crate) fn run(args: &ListArgs) -> io::Result<Outcome> {
    let input = Reader::default().read(&args.paths);
    let outcome = report::problems(&input.problems);
    if input.sources.is_empty() {
        return Ok(outcome);
    }
    let analysis = netpol_core::analyze_under(input.sources, args.cni);
    let outcome = outcome.max(report::findings([(analysis.sources.as_slice(), &analysis.manifests)]));
    state::remarks(&analysis, "here");
    let chosen = args.cni.is_some() || matches!(args.output, ListFormat::Json);
    state::plugin(&analysis, chosen);
    terminal::to_stdout(|out, palette| match args.output {
        ListFormat::Table => table::write(out, palette, &analysis),
        ListFormat::Json => json::write(out, &analysis),
        ListFormat::Csv => csv::write(out, &analysis),
        ListFormat::Md => markdown::write(out, &analysis),
    })?;
    Ok(outcome)
}

/// Every ordered pair of different endpoints, by their indices, with its answer.
fn pairs(analysis: &Analysis) -> impl Iterator<Item = (usize, usize, Answer<'_>)> {
    (0..analysis.cluster.endpoints.len()).flat_map(move |from| {
        let all = analysis.connectivity.connections_from(from).enumerate();
        all.filter(move |(to, _)| from != *to).map(move |(to, connection)| (from, to, connection.into()))
    })
}

/// The pairs that people ask about.
fn pairs_inside(analysis: &Analysis) -> impl Iterator<Item = (usize, usize, Answer<'_>)> {
    pairs(analysis).filter(|(from, to, _)| has_end_inside(&analysis.cluster, *from, *to))
}

/// Whether an end is in the cluster: what two addresses outside do is no policy's business.
fn has_end_inside(cluster: &Cluster, from: usize, to: usize) -> bool {
    [from, to].iter().any(|at| cluster.endpoints.get(*at).is_some_and(|endpoint| !endpoint.is_external()))
}

//! What changed between two states of a cluster: arrow by arrow for a figure, and connection by connection for a report.

mod comparison;

pub use comparison::{Change as ConnectionChange, Comparison, Kind, Party};

use std::collections::BTreeMap;

use crate::Analysis;
use crate::connectivity::{Connection, Verdict};

/// One connection whose answer changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The source's id.
    pub from: String,
    /// The destination's id.
    pub to: String,
    /// The verdict before.
    pub before: Verdict,
    /// Whether a policy had a say in it before.
    pub was_decided: bool,
    /// The verdict after.
    pub after: Verdict,
    /// Whether only some HTTP requests pass on some ports then.
    pub narrowed: bool,
}

/// The connections between endpoints that are in both states and whose answer differs: other ports, other requests, or
/// another side that refuses. In the order of `after`'s endpoints.
pub fn changes(before: &Analysis, after: &Analysis) -> Vec<Change> {
    let old: BTreeMap<&str, usize> =
        before.cluster.endpoints.iter().enumerate().map(|(at, endpoint)| (endpoint.id.as_str(), at)).collect();
    let mut out = Vec::new();
    for (from, source) in after.cluster.endpoints.iter().enumerate() {
        for (to, destination) in after.cluster.endpoints.iter().enumerate() {
            if from == to || source.is_external() && destination.is_external() {
                continue;
            }
            let (Some(was_from), Some(was_to)) = (old.get(source.id.as_str()), old.get(destination.id.as_str())) else {
                continue;
            };
            let was = before.connectivity.connection(*was_from, *was_to);
            let is = after.connectivity.connection(from, to);
            if let (Some(was), Some(is)) = (was, is)
                && !same(&was, &is)
            {
                let (from, to) = (source.id.clone(), destination.id.clone());
                let (was_decided, narrowed) = (was.is_decided(), !is.http.is_empty());
                out.push(Change { from, to, before: was.verdict(), was_decided, after: is.verdict(), narrowed });
            }
        }
    }
    out
}

fn same(a: &Connection<'_>, b: &Connection<'_>) -> bool {
    a.agrees(b) && a.refused_by() == b.refused_by()
}

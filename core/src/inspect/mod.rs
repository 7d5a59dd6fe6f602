//! Troubleshooting: what policies make of one pod, what one policy makes of the pods, and the commands that show the same
//! on a real cluster.

mod commands;
mod miss;
mod pod;
mod policy;
mod selector;

pub use commands::{Command, Step, for_pair, for_pod, for_policy};
pub use miss::Miss;
pub use pod::{Effect, PodFacts, SideFacts, Unselected, pod};
pub use policy::{DirectionFacts, NearMiss, PolicyFacts, RuleFacts, policy};
pub use selector::{Written, written};

use crate::Analysis;
use crate::phrase::Sentence;

/// More names than this become a number.
const NAMED: usize = 4;

/// Adds some endpoints by name: `api`, `api and cache`, `api, cache, debug, frontend and 3 more`.
fn names(analysis: &Analysis, endpoints: &[usize], out: &mut Sentence) {
    let shown = if endpoints.len() > NAMED + 1 { NAMED } else { endpoints.len() };
    let more = endpoints.len() - shown;
    for (at, endpoint) in endpoints.iter().take(shown).enumerate() {
        let joint = match at {
            0 => "",
            _ if at + 1 == shown && more == 0 => " and ",
            _ => ", ",
        };
        out.plain(joint).strong(analysis.cluster.name_of(*endpoint));
    }
    if more > 0 {
        out.plain(format!(" and {more} more"));
    }
}

/// `no pods`, `one pod`, `3 pods`.
fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        0 => format!("no {many}"),
        1 => format!("one {one}"),
        several => format!("{several} {many}"),
    }
}

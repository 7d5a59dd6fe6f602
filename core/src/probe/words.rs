//! The answer to a question as sentences.

use super::{Hop, Probe, Question};
use crate::Analysis;
use crate::connectivity::Verdict;

/// The whole answer in one sentence: that of its one connection, or how many of them are open.
pub fn headline(analysis: &Analysis, question: &Question, probe: &Probe) -> String {
    let count = |verdict| probe.hops.iter().filter(|hop| hop.verdict == verdict).count();
    let (open, part, all) = (count(Verdict::Open), count(Verdict::Partial), probe.hops.len());
    match probe.hops.as_slice() {
        [] => "there is nothing to connect to".to_owned(),
        [one] => sentence(analysis, question, one),
        _ if open == all => format!("all {all} connections are open"),
        _ if open + part == 0 => format!("all {all} connections are blocked"),
        _ if part == 0 => format!("{open} of {all} connections are open"),
        _ => format!("{open} of {all} connections are open, {part} in part"),
    }
}

/// One connection's answer: `api may open TCP/5432 on database`.
pub fn sentence(analysis: &Analysis, question: &Question, hop: &Hop) -> String {
    let (from, to) = (analysis.cluster.name_of(hop.from), analysis.cluster.name_of(hop.to));
    let on = if hop.from == hop.to { "itself" } else { &to };
    let what = |every: &str| match (hop.why.flow, question.protocol) {
        (Some(flow), _) => flow.to_string(),
        (None, Some(protocol)) => format!("{every} {protocol} port"),
        (None, None) => format!("{every} port"),
    };
    let doubt = if hop.unknown { ", as far as known: an address is missing" } else { "" };
    match hop.verdict {
        Verdict::Open => format!("{from} may open {} on {on}", what("every")),
        Verdict::Partial => format!("{from} may open only {} on {on}{doubt}", hop.allowed),
        Verdict::Blocked => {
            let wanted = super::wanted(hop.why.flow, question.protocol);
            let refuses = hop.why.sides().map(|side| side.allowed.intersection(&wanted).is_empty());
            let by = match refuses {
                [true, true] => format!("blocked by egress of {from} and ingress of {to}"),
                [true, false] => format!("blocked by egress of {from}"),
                [false, true] => format!("blocked by ingress of {to}"),
                [false, false] => "the two sides have no port in common".to_owned(),
            };
            format!("{from} may not open {} on {on}: {by}{doubt}", what("any"))
        }
    }
}

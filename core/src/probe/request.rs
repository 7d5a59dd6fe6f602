//! Which port a question about an HTTP request is about.

use std::collections::BTreeSet;

use super::{PortName, Question};
use crate::Analysis;
use crate::manifest::Direction;
use crate::ports::Protocol;
use crate::reach::Clause;

/// Where clients send requests that no port is named for (RFC 9110, section 4.2.1).
const HTTP_PORT: u16 = 80;

/// `question` with the protocol of its request. An error is a sentence without its full stop.
pub(super) fn over_tcp(question: &Question) -> Result<Question, String> {
    match question.protocol {
        Some(protocol) if question.request.is_some() && protocol != Protocol::Tcp => {
            Err(format!("HTTP goes over TCP, and {protocol} is asked for"))
        }
        _ if question.request.is_some() => Ok(Question { protocol: Some(Protocol::Tcp), ..question.clone() }),
        _ => Ok(question.clone()),
    }
}

/// `question` with a port, where it is about a request and names none: the one port that HTTP rules are about, else the
/// one port that the destinations declare, else that of HTTP, and a note says so.
pub(super) fn with_port(
    analysis: &Analysis,
    question: Question,
    (sources, destinations): (&[usize], &[usize]),
    notes: &mut Vec<String>,
) -> Question {
    if question.request.is_none() || question.port.is_some() {
        return question;
    }
    let everybody = 0..analysis.connectivity.endpoints();
    let pairs = everybody.flat_map(|from| destinations.iter().map(move |to| (from, *to)));
    let narrowed = pairs.flat_map(|(from, to)| {
        let connection = analysis.connectivity.connection(from, to);
        // What others may send says nothing, unless it is the destination that looks at it.
        let counts = move |clause: &Clause| clause.direction == Direction::Ingress || sources.contains(&from);
        let http = connection.map_or(&[][..], |connection| connection.http);
        http.iter().filter(move |narrowed| narrowed.clauses.iter().any(counts))
    });
    let ruled: BTreeSet<(u16, u16)> = narrowed.map(|narrowed| (narrowed.range.first, narrowed.range.last)).collect();
    let endpoints = destinations.iter().filter_map(|at| analysis.cluster.endpoints.get(*at));
    let ports = endpoints.flat_map(|endpoint| &endpoint.ports).filter(|port| port.protocol == Protocol::Tcp);
    let declared: BTreeSet<(u16, u16)> = ports.map(|port| (port.number, port.number)).collect();
    let only = |set: &BTreeSet<(u16, u16)>| match (set.first(), set.len()) {
        (Some((first, last)), 1) if first == last => Some(*first),
        _ => None,
    };
    let known = only(&ruled).or_else(|| if ruled.is_empty() { only(&declared) } else { None });
    let port = known.unwrap_or(HTTP_PORT);
    if known.is_none() {
        notes.push(format!("no port is named: the request goes to TCP/{HTTP_PORT}, as HTTP clients send it"));
    }
    Question { port: Some(PortName::Number(port)), ..question }
}

//! A verdict in one sentence, to show beside an arrow or to be read aloud.

use super::cited;
use super::trace::allowed;
use crate::Analysis;
use crate::connectivity::Verdict;
use crate::manifest::Direction;

/// The verdict on one pair in a few words: `blocked: database admits only api`.
pub fn sentence(analysis: &Analysis, from: usize, to: usize) -> String {
    let Some(connection) = analysis.connectivity.connection(from, to) else { return String::new() };
    match connection.verdict() {
        Verdict::Open if connection.unknown => "open, as far as known: an address is missing".to_owned(),
        Verdict::Open if !connection.is_decided() => "open, no policy decides".to_owned(),
        Verdict::Open => "open: every port is allowed".to_owned(),
        Verdict::Partial if connection.unknown => {
            format!("only {}, as far as known: an address is missing", connection.allowed)
        }
        Verdict::Partial => format!("only {}", connection.allowed),
        Verdict::Blocked if connection.unknown => "blocked, as far as known: an address is missing".to_owned(),
        Verdict::Blocked => match connection.refused_by() {
            (true, true) => refused_twice(analysis, from, to),
            (true, false) => format!("blocked: {}", limits(analysis, from, Direction::Egress)),
            _ => format!("blocked: {}", limits(analysis, to, Direction::Ingress)),
        },
    }
}

fn refused_twice(analysis: &Analysis, from: usize, to: usize) -> String {
    let (source, destination) = (analysis.cluster.name_of(from), analysis.cluster.name_of(to));
    let out = allowed(analysis, from, to, Direction::Egress);
    if out.is_empty() {
        return format!("blocked twice: {source} may not send there, {destination} does not admit it");
    }
    let into = allowed(analysis, to, from, Direction::Ingress);
    format!("blocked: {source} may send {out}, {destination} admits {into}")
}

/// What the policies leave of one side, in words.
fn limits(analysis: &Analysis, at: usize, direction: Direction) -> String {
    let name = analysis.cluster.name_of(at);
    let others = (0..analysis.cluster.endpoints.len()).filter(|other| *other != at);
    // With more than two there is no sentence that names them.
    let admitted: Vec<String> = others
        .filter(|other| !allowed(analysis, at, *other, direction).is_empty())
        .take(3)
        .map(|other| analysis.cluster.name_of(other))
        .collect();
    let (verb, otherwise) = match direction {
        Direction::Ingress => ("admits", "its policies do not admit this source"),
        Direction::Egress => ("may reach", "its policies do not allow this destination"),
    };
    match admitted.as_slice() {
        [] => format!("{name} {verb} nobody"),
        [one] => format!("{name} {verb} only {one}"),
        [one, two] => format!("{name} {verb} only {one} and {two}"),
        _ => format!("{name}: {otherwise}"),
    }
}

/// The sentence a screen reader reads for an arrow: `attacker to database: blocked by ingress of database, line 32`.
pub fn spoken(analysis: &Analysis, from: usize, to: usize) -> String {
    let name = |at: usize| analysis.cluster.name_of(at);
    let Some(connection) = analysis.connectivity.connection(from, to) else { return String::new() };
    let what = match (connection.verdict(), connection.refused_by()) {
        (Verdict::Open, _) if connection.is_decided() => "open".to_owned(),
        (Verdict::Open, _) => "open, no policy decides".to_owned(),
        (Verdict::Partial, _) => format!("only {}", connection.allowed),
        (Verdict::Blocked, _) if connection.unknown => "blocked as far as known, an address is missing".to_owned(),
        (Verdict::Blocked, (true, true)) => format!("blocked by egress of {} and ingress of {}", name(from), name(to)),
        (Verdict::Blocked, (true, false)) => format!("blocked by egress of {}", name(from)),
        (Verdict::Blocked, _) => format!("blocked by ingress of {}", name(to)),
    };
    let line = cited(analysis, from, to).last().and_then(|(place, _)| {
        analysis.sources.get(place.file).map(|source| format!(", line {}", source.line(place.span.start)))
    });
    format!("{} to {}: {what}{}", name(from), name(to), line.unwrap_or_default())
}

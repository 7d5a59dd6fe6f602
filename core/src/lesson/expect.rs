//! Expected verdicts, as a person would write them: `production/api -> production/database  TCP/5432`.

use crate::Analysis;
use crate::connectivity::{Connection, Verdict};
use crate::ports::{PortRange, PortSet, Protocol};

/// One line of a `verdicts` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The source.
    pub from: Pattern,
    /// The destination.
    pub to: Pattern,
    /// What is expected.
    pub want: Want,
    /// The line in the file, from 1.
    pub line: usize,
}

/// Which endpoints one end of an expectation means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// `*`: every endpoint, external ones included.
    Anyone,
    /// `*/*`: every pod.
    AnyPod,
    /// `namespace/*`: every pod of a namespace.
    Namespace(String),
    /// An endpoint's id, or an address.
    One(String),
}

/// What is expected of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want {
    /// All ports of all protocols.
    Open,
    /// Exactly this set.
    Exactly(PortSet),
    /// Nothing; and, where it is said, refused by (egress, ingress).
    Blocked(Option<(bool, bool)>),
}

/// A line that does not hold, or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The line in the file, from 1.
    pub line: usize,
    /// What was expected and what holds.
    pub message: String,
}

/// Reads a `verdicts` block whose first line is `first_line` of its file.
pub fn parse(text: &str, first_line: usize) -> (Vec<Expectation>, Vec<Failure>) {
    let (mut out, mut failures) = (Vec::new(), Vec::new());
    for (at, line) in text.lines().enumerate() {
        let body = line.split_once('#').map_or(line, |(body, _)| body).trim();
        if body.is_empty() {
            continue;
        }
        let line = first_line + at;
        match expectation(body, line) {
            Ok(expectation) => out.push(expectation),
            Err(message) => failures.push(Failure { line, message }),
        }
    }
    (out, failures)
}

fn expectation(body: &str, line: usize) -> Result<Expectation, String> {
    let shape = || format!("`{body}` should read `from -> to  expectation`");
    let (from, rest) = body.split_once("->").ok_or_else(shape)?;
    let (to, want) = rest.trim().split_once(char::is_whitespace).ok_or_else(shape)?;
    Ok(Expectation { from: pattern(from.trim()), to: pattern(to.trim()), want: parse_want(want.trim())?, line })
}

fn pattern(text: &str) -> Pattern {
    match text {
        "*" => Pattern::Anyone,
        "*/*" => Pattern::AnyPod,
        _ => match text.strip_suffix("/*") {
            Some(namespace) => Pattern::Namespace(namespace.to_owned()),
            None => Pattern::One(text.to_owned()),
        },
    }
}

fn parse_want(text: &str) -> Result<Want, String> {
    match text {
        "open" => return Ok(Want::Open),
        "blocked" => return Ok(Want::Blocked(None)),
        "blocked by egress" => return Ok(Want::Blocked(Some((true, false)))),
        "blocked by ingress" => return Ok(Want::Blocked(Some((false, true)))),
        "blocked by both" => return Ok(Want::Blocked(Some((true, true)))),
        _ => {}
    }
    let mut set = PortSet::default();
    for part in text.split(',').map(str::trim) {
        let (protocol, ports) = part.split_once('/').map_or((part, None), |(protocol, ports)| (protocol, Some(ports)));
        let unreadable =
            || format!("`{part}` is neither `open`, `blocked …` nor ports such as TCP/80 or UDP/5000-5010");
        let protocol = Protocol::parse(protocol).ok_or_else(unreadable)?;
        let range = match ports {
            None => PortRange::ALL,
            Some(ports) => {
                let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
                let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(unreadable);
                PortRange { first: number(first)?, last: number(last)? }
            }
        };
        set.add(protocol, range);
    }
    Ok(Want::Exactly(set))
}

/// Checks `expectations` against `analysis`. A pair that one line names exactly is not checked against patterns.
pub fn check(expectations: &[Expectation], analysis: &Analysis) -> Vec<Failure> {
    let mut failures = Vec::new();
    let exact: Vec<(usize, usize)> = expectations
        .iter()
        .filter(|e| matches!((&e.from, &e.to), (Pattern::One(_), Pattern::One(_))))
        .filter_map(|e| Some((*matching(&e.from, analysis).first()?, *matching(&e.to, analysis).first()?)))
        .collect();
    for expectation in expectations {
        let is_exact = matches!((&expectation.from, &expectation.to), (Pattern::One(_), Pattern::One(_)));
        let (from, to) = (matching(&expectation.from, analysis), matching(&expectation.to, analysis));
        let mut missing = |pattern: &Pattern, found: &[usize]| {
            if found.is_empty() {
                let message = format!("no endpoint is called {}", describe(pattern));
                failures.push(Failure { line: expectation.line, message });
            }
        };
        missing(&expectation.from, &from);
        missing(&expectation.to, &to);
        for from in &from {
            for to in to.iter().filter(|to| *to != from) {
                let external =
                    |at: &usize| analysis.cluster.endpoints.get(*at).is_some_and(crate::cluster::Endpoint::is_external);
                if !is_exact && exact.contains(&(*from, *to)) || external(from) && external(to) {
                    continue;
                }
                let Some(connection) = analysis.connectivity.connection(*from, *to) else { continue };
                if !holds(&expectation.want, &connection) {
                    let id =
                        |at: &usize| analysis.cluster.endpoints.get(*at).map_or("", |endpoint| endpoint.id.as_str());
                    let (from, to) = (id(from), id(to));
                    let (want, got) = (words(&expectation.want), verdict_words(&connection));
                    let message = format!("{from} -> {to}: expected {want}, and it is {got}");
                    failures.push(Failure { line: expectation.line, message });
                }
            }
        }
    }
    failures
}

fn matching(pattern: &Pattern, analysis: &Analysis) -> Vec<usize> {
    let cluster = &analysis.cluster;
    let pods = |keep: &dyn Fn(&crate::cluster::Endpoint) -> bool| -> Vec<usize> {
        cluster.endpoints.iter().enumerate().filter(|(_, endpoint)| keep(endpoint)).map(|(at, _)| at).collect()
    };
    match pattern {
        Pattern::Anyone => pods(&|_| true),
        Pattern::AnyPod => pods(&|endpoint| !endpoint.is_external()),
        Pattern::Namespace(name) => {
            pods(&|endpoint| cluster.namespace_of(endpoint).is_some_and(|namespace| namespace.name == *name))
        }
        Pattern::One(id) => cluster.find(id).into_iter().collect(),
    }
}

fn holds(want: &Want, connection: &Connection<'_>) -> bool {
    match want {
        Want::Open => connection.allowed.is_all(),
        Want::Exactly(set) => connection.allowed == set,
        Want::Blocked(None) => connection.allowed.is_empty(),
        Want::Blocked(Some(sides)) => connection.allowed.is_empty() && connection.refused_by() == *sides,
    }
}

fn describe(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Anyone => "*".into(),
        Pattern::AnyPod => "*/*".into(),
        Pattern::Namespace(name) => format!("{name}/*"),
        Pattern::One(id) => id.clone(),
    }
}

fn words(want: &Want) -> String {
    match want {
        Want::Open => "open".into(),
        Want::Exactly(set) => set.to_string(),
        Want::Blocked(sides) => blocked_words(*sides),
    }
}

fn verdict_words(connection: &Connection<'_>) -> String {
    match connection.verdict() {
        Verdict::Open => "open".into(),
        Verdict::Partial => connection.allowed.to_string(),
        Verdict::Blocked => blocked_words(Some(connection.refused_by())),
    }
}

fn blocked_words(sides: Option<(bool, bool)>) -> String {
    match sides {
        None | Some((false, false)) => "blocked".into(),
        Some((true, false)) => "blocked by egress".into(),
        Some((false, true)) => "blocked by ingress".into(),
        Some((true, true)) => "blocked by both".into(),
    }
}

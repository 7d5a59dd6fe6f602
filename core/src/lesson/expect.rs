//! Expected verdicts, as a person would write them: `production/api -> production/database  TCP/5432`.
//!
//! Behind the two ends stands `open`, `blocked`, `blocked by egress`, `ingress` or `both`, or exactly the ports that may
//! connect, with `(HTTP)` behind those on which only some requests pass: `TCP/80 (HTTP), UDP/53`. A line about one
//! request reads `GET /path on TCP/80: allowed`, or `403`, or `blocked`; headers follow the path, as in
//! `GET /path Host: shop.example X-Key: value on TCP/80: allowed`.

mod read;
mod results;
mod why;
mod write;

use std::fmt;

pub use read::parse;
pub use results::{Outcome, Results, results};
pub use why::{Reason, reasons};
pub use write::{Held, write};

use crate::Analysis;
use crate::cluster::Endpoint;
use crate::connectivity::{Connection, Verdict};
use crate::http::Request;
use crate::ports::{PortSet, Protocol};
use crate::reach::{Admission, Narrowed, Reach};
use crate::source::Place;

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
    /// The column in it at which the line begins, from 1.
    pub column: usize,
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
    /// Exactly this.
    Exactly(Exactly),
    /// Nothing; and, where it is said, refused by (egress, ingress).
    Blocked(Option<(bool, bool)>),
    /// That one request on one TCP port gets this answer.
    Request {
        /// The request.
        request: Request,
        /// The port.
        port: u16,
        /// What becomes of it.
        answer: Admission,
    },
}

/// Exactly the ports that may connect.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exactly {
    /// All of them.
    pub ports: PortSet,
    /// Those on which only some requests pass.
    pub http: PortSet,
}

impl Exactly {
    fn of(connection: &Connection<'_>) -> Self {
        let http = connection.http.iter().map(|narrowed| (Protocol::Tcp, narrowed.range));
        Self { ports: connection.allowed.clone(), http: PortSet::from_ranges(http) }
    }
}

impl fmt::Display for Exactly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let narrowed = |range: &_| Narrowed { range: *range, clauses: Vec::new() };
        let http = self.http.ranges(Protocol::Tcp).iter().map(narrowed).collect();
        Reach { ports: self.ports.clone(), http }.fmt(f)
    }
}

/// A line that does not hold, or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The line in the file, from 1.
    pub line: usize,
    /// The column in that line in characters, from 1.
    pub column: usize,
    /// What was expected and what holds.
    pub message: String,
    /// Why that holds, each reason with the line of the file that it is written at.
    pub why: Vec<(String, Option<usize>)>,
}

impl Failure {
    /// A failure of a whole line.
    pub fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, column: 1, message: message.into(), why: Vec::new() }
    }
}

/// A request, and its port.
type Asked<'e> = (&'e Request, u16);

/// Holds `expectations` against `analysis`: a failure for each line that does not hold, with what holds instead and why. A
/// pair that one line names exactly is not held against patterns; lines about requests and lines about ports do not mind
/// each other. `line` says on which line of the file, if on one, a place in the texts is.
pub fn check(expectations: &[Expectation], analysis: &Analysis, line: impl Fn(Place) -> Option<usize>) -> Vec<Failure> {
    let missed = results::outcomes(expectations, analysis).into_iter().zip(expectations);
    let missed = missed.filter(|(outcome, _)| !outcome.holds);
    missed.map(|(outcome, expectation)| failure(outcome, expectation, analysis, &line)).collect()
}

fn failure(
    outcome: Outcome,
    expectation: &Expectation,
    analysis: &Analysis,
    line_of: impl Fn(Place) -> Option<usize>,
) -> Failure {
    let Expectation { from, to, want, line, column } = expectation;
    let (message, why) = match outcome.pair {
        None => (outcome.says, Vec::new()),
        Some(pair) => (
            format!("{from} -> {to}: expected {want}, and {}", outcome.says),
            reasons(want, analysis, pair)
                .into_iter()
                .map(|reason| (reason.words, reason.place.and_then(&line_of)))
                .collect(),
        ),
    };
    Failure { line: *line, column: *column, message, why }
}

impl Expectation {
    /// Whether it names one pair.
    fn is_exact(&self) -> bool {
        matches!((&self.from, &self.to), (Pattern::One(_), Pattern::One(_)))
    }

    /// The request that it is about, and the port, if it is about one.
    fn asks(&self) -> Option<Asked<'_>> {
        match &self.want {
            Want::Request { request, port, .. } => Some((request, *port)),
            _ => None,
        }
    }
}

fn matching(pattern: &Pattern, analysis: &Analysis) -> Vec<usize> {
    let cluster = &analysis.cluster;
    let pods = |keep: &dyn Fn(&Endpoint) -> bool| -> Vec<usize> {
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
        Want::Open => connection.verdict() == Verdict::Open,
        Want::Exactly(exactly) => Exactly::of(connection) == *exactly,
        Want::Blocked(None) => connection.allowed.is_empty(),
        Want::Blocked(Some(sides)) => connection.allowed.is_empty() && connection.refused_by() == *sides,
        Want::Request { request, port, answer } => connection.admission(request, *port) == *answer,
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Anyone => f.write_str("*"),
            Pattern::AnyPod => f.write_str("*/*"),
            Pattern::Namespace(name) => write!(f, "{name}/*"),
            Pattern::One(id) => f.write_str(id),
        }
    }
}

impl fmt::Display for Want {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Want::Open => f.write_str("open"),
            Want::Exactly(exactly) => exactly.fmt(f),
            Want::Blocked(sides) => f.write_str(blocked_words(*sides)),
            Want::Request { request, port, answer } => write!(f, "{request} on TCP/{port}: {}", answer.word()),
        }
    }
}

fn answer_words(want: &Want, connection: &Connection<'_>) -> String {
    match (want, connection.verdict()) {
        (Want::Request { request, port, .. }, _) => connection.admission(request, *port).word().into(),
        (_, Verdict::Open) => "open".into(),
        (_, Verdict::Partial) => Exactly::of(connection).to_string(),
        (_, Verdict::Blocked) => blocked_words(Some(connection.refused_by())).into(),
    }
}

fn blocked_words(sides: Option<(bool, bool)>) -> &'static str {
    match sides {
        None | Some((false, false)) => "blocked",
        Some((true, false)) => "blocked by egress",
        Some((false, true)) => "blocked by ingress",
        Some((true, true)) => "blocked by both",
    }
}

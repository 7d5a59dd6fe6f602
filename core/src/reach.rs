//! What may connect: a set of ports, on some of which only certain HTTP requests pass.

#[cfg(test)]
mod laws;

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use crate::http::{HttpRule, Request};
use crate::manifest::Direction;
use crate::ports::{PortRange, PortSet, Protocol};

/// Ports that may connect, and those among them where a proxy looks at each request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Reach {
    /// Every port that may connect.
    pub ports: PortSet,
    /// The TCP ports among them on which only some requests pass, in order, each range once.
    pub http: Vec<Narrowed>,
}

/// What becomes of an HTTP request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Admission {
    /// It passes.
    Allowed,
    /// The connection opens, and a proxy answers the request `403`.
    Forbidden,
    /// The connection that would carry it does not open.
    Blocked,
}

impl Admission {
    /// The word for it: `allowed`, `403` or `blocked`.
    pub fn word(self) -> &'static str {
        match self {
            Admission::Allowed => "allowed",
            Admission::Forbidden => "403",
            Admission::Blocked => "blocked",
        }
    }

    /// What becomes of `request` on TCP `port` where `ports` may connect, some of them narrowed by `http`.
    pub fn of(request: &Request, port: u16, ports: &PortSet, http: &[Narrowed]) -> Self {
        if !ports.contains(Protocol::Tcp, port) {
            return Admission::Blocked;
        }
        let refused = http.iter().any(|narrowed| narrowed.holds(port) && !narrowed.admits(request));
        if refused { Admission::Forbidden } else { Admission::Allowed }
    }
}

/// TCP ports on which only some requests pass; the others are answered `403`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Narrowed {
    /// The ports.
    pub range: PortRange,
    /// Every one of these must admit a request.
    pub clauses: Vec<Clause>,
}

/// Requests that one side lets through: those that any of its rules admits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clause {
    /// Which side asks for it.
    pub direction: Direction,
    /// The rules, at least one.
    pub rules: Vec<Arc<HttpRule>>,
}

impl Clause {
    /// Whether `request` passes.
    pub fn admits(&self, request: &Request) -> bool {
        self.rules.iter().any(|rule| rule.admits(request))
    }

    /// What either admits.
    fn or(&self, other: &Clause) -> Clause {
        let mut rules = self.rules.clone();
        rules.extend(other.rules.iter().filter(|rule| !self.rules.contains(rule)).cloned());
        Clause { direction: self.direction, rules }
    }
}

impl Narrowed {
    /// Whether `request` passes.
    pub fn admits(&self, request: &Request) -> bool {
        self.clauses.iter().all(|clause| clause.admits(request))
    }

    /// The requests that pass, as people write them: `GET, POST /api/.*`; what every side asks for, with `and` between.
    pub fn requests(&self) -> String {
        let clause = |clause: &Clause| clause.rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        self.clauses.iter().map(clause).collect::<Vec<_>>().join("; and ")
    }

    /// Whether it is about `port`.
    pub fn holds(&self, port: u16) -> bool {
        self.range.first <= port && port <= self.range.last
    }

    /// The ports as a set.
    pub fn ports(&self) -> PortSet {
        PortSet::of(Protocol::Tcp, self.range)
    }
}

impl From<PortSet> for Reach {
    fn from(ports: PortSet) -> Self {
        Self { ports, http: Vec::new() }
    }
}

impl Reach {
    /// All ports, every request.
    pub fn all() -> Self {
        PortSet::all().into()
    }

    /// The TCP ports of `ports`, for what `rules` admit alone.
    pub fn narrowed(ports: &PortSet, direction: Direction, rules: &[Arc<HttpRule>]) -> Self {
        let ports = ports.intersection(&PortSet::of(Protocol::Tcp, PortRange::ALL));
        let clauses = vec![Clause { direction, rules: rules.to_vec() }];
        let of = |range: &PortRange| Narrowed { range: *range, clauses: clauses.clone() };
        let http = ports.ranges(Protocol::Tcp).iter().map(of).collect();
        Self { ports, http }
    }

    /// Whether nothing may connect.
    pub fn is_empty(&self) -> bool {
        self.ports.is_empty()
    }

    /// Whether every port may connect and every request pass.
    pub fn is_all(&self) -> bool {
        self.http.is_empty() && self.ports.is_all()
    }

    /// Whether the same may connect, ports and requests, whatever order the rules stand in and whichever side asks.
    pub fn agrees(&self, other: &Reach) -> bool {
        self.ports == other.ports && agree(&self.http, &other.http)
    }

    /// What narrows TCP `port`, if something does.
    pub fn narrowing(&self, port: u16) -> Option<&Narrowed> {
        self.http.iter().find(|narrowed| narrowed.holds(port))
    }

    /// What may connect in either.
    pub fn union(&self, other: &Reach) -> Reach {
        let mut ports = self.ports.clone();
        ports.unite(&other.ports);
        if self.http.is_empty() && other.http.is_empty() {
            return ports.into();
        }
        let mut free = self.free();
        free.unite(&other.free());
        let http = pieces(&self.http, &other.http, &ports.without(&free), |one, other| match (one, other) {
            // (a and b) or (c and d) is (a or c) and (a or d) and (b or c) and (b or d).
            (Some(one), Some(other)) => one.iter().flat_map(|a| other.iter().map(|b| a.or(b))).collect(),
            (only, None) | (None, only) => only.map(<[Clause]>::to_vec).unwrap_or_default(),
        });
        Reach { ports, http }
    }

    /// What may connect in both.
    pub fn intersection(&self, other: &Reach) -> Reach {
        let ports = self.ports.intersection(&other.ports);
        if self.http.is_empty() && other.http.is_empty() {
            return ports.into();
        }
        let http = pieces(&self.http, &other.http, &ports, |one, other| {
            let mut clauses = one.unwrap_or_default().to_vec();
            clauses.extend(
                other.unwrap_or_default().iter().filter(|more| !one.unwrap_or_default().contains(more)).cloned(),
            );
            clauses
        });
        Reach { ports, http }
    }

    /// What may connect without `ports`.
    pub fn without(&self, ports: &PortSet) -> Reach {
        let rest = self.ports.without(ports);
        if self.http.is_empty() {
            return rest.into();
        }
        let http = pieces(&self.http, &[], &rest, |own, _| own.unwrap_or_default().to_vec());
        Reach { ports: rest, http }
    }

    /// The ports on which every request passes.
    pub fn free(&self) -> PortSet {
        let narrowed = PortSet::from_ranges(self.http.iter().map(|narrowed| (Protocol::Tcp, narrowed.range)));
        self.ports.without(&narrowed)
    }

    /// The ranges as people write them, such as `TCP/80 (HTTP)` where only some requests pass, in order.
    pub fn words(&self) -> Vec<String> {
        self.marked(|_| " (HTTP)".to_owned())
    }

    /// The same with the requests that pass: `TCP/80 (HTTP GET, POST /api/.*)`.
    pub fn words_with_requests(&self) -> Vec<String> {
        self.marked(|narrowed| format!(" (HTTP {})", narrowed.requests()))
    }

    fn marked(&self, mark: impl Fn(&Narrowed) -> String) -> Vec<String> {
        if self.http.is_empty() {
            return self.ports.words();
        }
        let free = self.free();
        let tcp = free.ranges(Protocol::Tcp).iter().map(|range| (*range, String::new()));
        let mut tcp: Vec<_> = tcp.chain(self.http.iter().map(|narrowed| (narrowed.range, mark(narrowed)))).collect();
        tcp.sort_unstable();
        let word = |(range, mark): (PortRange, String)| match range {
            PortRange::ALL => format!("TCP{mark}"),
            range => format!("TCP/{range}{mark}"),
        };
        let mut words: Vec<String> = tcp.into_iter().map(word).collect();
        words.extend(free.without(&PortSet::of(Protocol::Tcp, PortRange::ALL)).words());
        words
    }
}

impl fmt::Display for Reach {
    /// As [`PortSet`], with `(HTTP)` behind ports on which only some requests pass.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.http.is_empty() { self.ports.fmt(f) } else { f.write_str(&self.words().join(", ")) }
    }
}

/// Cuts the TCP ports of `within` where either list changes, and asks `join` for the clauses of each piece; pieces without
/// clauses are left out.
fn pieces(
    ours: &[Narrowed],
    theirs: &[Narrowed],
    within: &PortSet,
    join: impl Fn(Option<&[Clause]>, Option<&[Clause]>) -> Vec<Clause>,
) -> Vec<Narrowed> {
    let mut starts: Vec<u32> = within.ranges(Protocol::Tcp).iter().map(|range| u32::from(range.first)).collect();
    for range in ours.iter().chain(theirs).map(|narrowed| narrowed.range) {
        starts.extend([u32::from(range.first), u32::from(range.last) + 1]);
    }
    starts.sort_unstable();
    starts.dedup();
    let mut out: Vec<Narrowed> = Vec::new();
    for range in within.ranges(Protocol::Tcp) {
        let (first, last) = (u32::from(range.first), u32::from(range.last));
        let from = starts.partition_point(|start| *start < first);
        let inside = starts.get(from..).unwrap_or_default();
        let inside = inside.get(..inside.partition_point(|start| *start <= last)).unwrap_or_default();
        for (at, start) in inside.iter().enumerate() {
            let end = inside.get(at + 1).map_or(last, |next| next - 1);
            let (Ok(first), Ok(last)) = (u16::try_from(*start), u16::try_from(end)) else { continue };
            let clauses = join(at_port(ours, first), at_port(theirs, first));
            if clauses.is_empty() {
                continue;
            }
            match out.last_mut() {
                Some(before) if before.clauses == clauses && before.range.last.checked_add(1) == Some(first) => {
                    before.range.last = last;
                }
                _ => out.push(Narrowed { range: PortRange { first, last }, clauses }),
            }
        }
    }
    out
}

/// Whether two lists let the same requests through, as far as their rules say the same.
pub(crate) fn agree(ours: &[Narrowed], theirs: &[Narrowed]) -> bool {
    if ours == theirs {
        return true;
    }
    let ranges = ours.iter().chain(theirs).map(|narrowed| narrowed.range);
    let mut starts = ranges.flat_map(|range| [Some(range.first), range.last.checked_add(1)]).flatten();
    starts.all(|port| match (at_port(ours, port), at_port(theirs, port)) {
        (Some(ours), Some(theirs)) => {
            let rules = |list: &[Clause]| -> Vec<HashSet<Arc<HttpRule>>> {
                list.iter().map(|clause| clause.rules.iter().cloned().collect()).collect()
            };
            let (ours, theirs) = (rules(ours), rules(theirs));
            ours.iter().all(|clause| theirs.contains(clause)) && theirs.iter().all(|clause| ours.contains(clause))
        }
        (None, None) => true,
        _ => false,
    })
}

fn at_port(list: &[Narrowed], port: u16) -> Option<&[Clause]> {
    let at = list.partition_point(|narrowed| narrowed.range.last < port);
    list.get(at).filter(|narrowed| narrowed.range.first <= port).map(|narrowed| narrowed.clauses.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Pattern, TextMatch};
    use crate::source::Span;

    fn rule(method: &str) -> Arc<HttpRule> {
        let methods = vec![TextMatch::Regex(Pattern::new(method).unwrap())];
        Arc::new(HttpRule { methods, ..HttpRule::any(Span::default()) })
    }

    fn narrowed(first: u16, last: u16, methods: &[&str]) -> Reach {
        let rules: Vec<_> = methods.iter().map(|method| rule(method)).collect();
        Reach::narrowed(&PortSet::of(Protocol::Tcp, PortRange { first, last }), Direction::Ingress, &rules)
    }

    #[test]
    fn the_order_of_rules_is_no_difference() {
        let (some, same) = (narrowed(80, 90, &["GET", "POST"]), narrowed(80, 90, &["POST", "GET"]));
        assert!(some.agrees(&same));
        assert!(narrowed(80, 84, &["GET", "POST"]).union(&narrowed(85, 90, &["POST", "GET"])).agrees(&some));
        assert!(!some.agrees(&narrowed(80, 90, &["GET"])));
        assert!(!some.agrees(&narrowed(80, 89, &["GET", "POST"])));
        assert!(!some.agrees(&some.ports.clone().into()));
    }

    #[test]
    fn a_request_passes_every_clause_or_is_answered_403() {
        let request = Request::parse("GET /").unwrap();
        let both = narrowed(80, 90, &["GET", "POST"]).intersection(&narrowed(85, 95, &["POST"]));
        let of = |reach: &Reach, port| Admission::of(&request, port, &reach.ports, &reach.http);
        assert_eq!(of(&both, 86), Admission::Forbidden);
        assert_eq!(of(&both, 80), Admission::Blocked);
        assert_eq!(of(&narrowed(80, 90, &["GET"]), 80), Admission::Allowed);
        assert_eq!(of(&Reach::all(), 1), Admission::Allowed);
    }
}

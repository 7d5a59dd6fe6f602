//! What may connect: a set of ports, on some of which only certain HTTP requests pass.

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

    /// What narrows TCP `port`, if something does.
    pub fn narrowing(&self, port: u16) -> Option<&Narrowed> {
        self.http.iter().find(|narrowed| narrowed.range.first <= port && port <= narrowed.range.last)
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
        if self.http.is_empty() {
            return self.ports.words();
        }
        let free = self.free();
        let tcp = free.ranges(Protocol::Tcp).iter().map(|range| (*range, ""));
        let mut tcp: Vec<_> = tcp.chain(self.http.iter().map(|narrowed| (narrowed.range, " (HTTP)"))).collect();
        tcp.sort_unstable();
        let word = |(range, mark): (PortRange, &str)| match range {
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

fn at_port(list: &[Narrowed], port: u16) -> Option<&[Clause]> {
    let at = list.partition_point(|narrowed| narrowed.range.last < port);
    list.get(at).filter(|narrowed| narrowed.range.first <= port).map(|narrowed| narrowed.clauses.as_slice())
}

#[cfg(test)]
mod tests;

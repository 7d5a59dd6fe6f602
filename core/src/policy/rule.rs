//! One rule: what it does with connections of these peers on these ports.

use std::fmt;
use std::sync::Arc;

use super::{Peer, Peers};
use crate::cluster::Endpoint;
use crate::http::HttpRule;
use crate::ports::{PortRange, PortSet, Protocol};
use crate::source::Place;

/// What a rule does with a connection that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// It lets it through.
    Allow,
    /// It refuses it.
    Deny,
    /// It hands it to the next tier.
    Pass,
    /// It writes it down; the next rule is tried.
    Log,
}

impl Action {
    /// The word for it: `Allow`, `Deny`, `Pass` or `Log`.
    pub fn word(self) -> &'static str {
        match self {
            Action::Allow => "Allow",
            Action::Deny => "Deny",
            Action::Pass => "Pass",
            Action::Log => "Log",
        }
    }
}

/// What became of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It holds.
    Matches,
    /// It hangs on something that is not known.
    Unknown,
    /// It does not hold.
    Fails,
}

/// What a rule is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The field that lists it, such as `ingress` or `egressDeny`.
    pub list: &'static str,
    /// Its place there, from 1.
    pub number: usize,
    /// The name that it is given, if it is.
    pub name: Option<String>,
    /// What its kind calls what it does: `Allow`, or `Accept`.
    pub action: &'static str,
}

impl fmt::Display for Label {
    /// `rule 1`, `ingressDeny rule 1`, `rule 1 “no-guests”`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !matches!(self.list, "ingress" | "egress") {
            write!(f, "{} ", self.list)?;
        }
        write!(f, "rule {}", self.number)?;
        match &self.name {
            Some(name) => write!(f, " “{name}”"),
            None => Ok(()),
        }
    }
}

/// What a policy says of connections with these peers on these ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it does with them.
    pub action: Action,
    /// What it is called.
    pub label: Label,
    /// What must hold of the selected endpoint itself, besides being selected.
    pub own: Option<Peer>,
    /// With whom.
    pub peers: Peers,
    /// On which ports; empty means all ports of all protocols.
    pub ports: Vec<RulePort>,
    /// Ports that it is not about, whatever `ports` says.
    pub not_ports: Vec<RulePort>,
    /// The requests that pass, where a proxy looks at each; empty means all. Only an `Allow` has any.
    pub http: Vec<Arc<HttpRule>>,
    /// Where it is written.
    pub place: Place,
}

/// Some ports of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePort {
    /// The protocol; `None` for a name that brings its own.
    pub protocol: Option<Protocol>,
    /// Which of its ports.
    pub matches: RulePortMatch,
    /// Where it is written.
    pub place: Place,
}

/// Which ports of a protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RulePortMatch {
    /// All.
    Any,
    /// Those in the range.
    Range(PortRange),
    /// Whatever the destination calls so.
    Named(String),
    /// None: the cluster's pods do not agree on what this name means, or do not know it.
    Unresolved(String),
    /// None: it is about something that has no ports of these protocols, such as `ICMP`.
    Foreign(String),
}

impl RulePort {
    /// The ports that it means on `destination`. A name is looked up among the destination's container ports and
    /// needs the same protocol; an external destination has none.
    pub fn on(&self, destination: &Endpoint) -> PortSet {
        PortSet::from_ranges(self.ranges(destination))
    }

    fn ranges<'d>(&'d self, destination: &'d Endpoint) -> impl Iterator<Item = (Protocol, PortRange)> + 'd {
        let (fixed, name) = match &self.matches {
            RulePortMatch::Any => (Some(PortRange::ALL), None),
            RulePortMatch::Range(range) => (Some(*range), None),
            RulePortMatch::Unresolved(_) | RulePortMatch::Foreign(_) => (None, None),
            RulePortMatch::Named(name) => (None, Some(name.as_str())),
        };
        let of = move |protocol: Protocol| self.protocol.is_none_or(|own| own == protocol);
        let ports = name.map_or(&[][..], |_| &destination.ports);
        let named = ports.iter().filter(move |port| of(port.protocol) && port.name.as_deref() == name);
        let named = named.map(|port| (port.protocol, PortRange { first: port.number, last: port.number }));
        let fixed = fixed.into_iter().flat_map(move |range| {
            Protocol::ALL.into_iter().filter(move |protocol| of(*protocol)).map(move |protocol| (protocol, range))
        });
        fixed.chain(named)
    }

    /// It as people write it: `TCP/80`, `UDP`, `TCP/metrics`, `ICMP`.
    pub fn words(&self) -> String {
        let protocol = self.protocol.map_or("", Protocol::name);
        match &self.matches {
            RulePortMatch::Any if protocol.is_empty() => "every protocol".to_owned(),
            RulePortMatch::Any => protocol.to_owned(),
            RulePortMatch::Foreign(words) => words.clone(),
            RulePortMatch::Range(range) if protocol.is_empty() => format!("port {range}"),
            RulePortMatch::Range(range) => format!("{protocol}/{range}"),
            RulePortMatch::Named(name) | RulePortMatch::Unresolved(name) if protocol.is_empty() => name.clone(),
            RulePortMatch::Named(name) | RulePortMatch::Unresolved(name) => format!("{protocol}/{name}"),
        }
    }
}

impl Rule {
    /// Whether its ports depend on the destination's container ports.
    pub fn has_named_ports(&self) -> bool {
        let mut ports = self.ports.iter().chain(&self.not_ports);
        ports.any(|port| matches!(port.matches, RulePortMatch::Named(_)))
    }

    /// The ports on `destination` that it is about.
    pub fn ports_on(&self, destination: &Endpoint) -> PortSet {
        let ports = if self.ports.is_empty() {
            PortSet::all()
        } else {
            PortSet::from_ranges(self.ports.iter().flat_map(|port| port.ranges(destination)))
        };
        if self.not_ports.is_empty() {
            return ports;
        }
        ports.without(&PortSet::from_ranges(self.not_ports.iter().flat_map(|port| port.ranges(destination))))
    }

    /// Whether it matches connections between the classes `own`, which its policy selects, and `other`, on some port.
    pub(crate) fn holds(&self, own: usize, other: usize) -> Outcome {
        let of = |peer: &Peer, class: usize| match (peer.members.contains(class), peer.unknown.contains(class)) {
            (true, _) => Outcome::Matches,
            (false, true) => Outcome::Unknown,
            (false, false) => Outcome::Fails,
        };
        let peers = match &self.peers {
            Peers::Everyone => Outcome::Matches,
            Peers::OneOf(peers) => peers.iter().map(|peer| of(peer, other)).min().unwrap_or(Outcome::Fails),
        };
        peers.max(self.own.as_ref().map_or(Outcome::Matches, |own_peer| of(own_peer, own)))
    }

    /// Whether it only adds to what is allowed, for every endpoint that its policy selects and every request.
    pub(crate) fn is_plain(&self) -> bool {
        self.action == Action::Allow && self.own.is_none() && self.http.is_empty()
    }
}

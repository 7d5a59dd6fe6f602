//! The common rules that every dialect compiles to. Nothing past this module knows which dialect a rule came from.

mod index;
mod kubernetes;

use crate::bits::BitSet;
use crate::cluster::{Cluster, Endpoint};
use crate::cni::Cni;
use crate::labels::LabelSelector;
use crate::manifest::{Direction, IpBlock, Manifests};
use crate::ports::{PortRange, PortSet, Protocol};
use crate::source::Place;

/// Compiles every policy of `manifests` for `cluster`, as `cni` enforces it, in text order.
pub fn compile(manifests: &Manifests, cluster: &Cluster, cni: Cni) -> Vec<Policy> {
    let index = index::Index::new(cluster, cni.blocks_match_pods());
    manifests.policies.iter().map(|policy| kubernetes::compile(policy, &index, cni)).collect()
}

/// A policy, its selectors answered for one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The classes of endpoints that it selects ([`crate::cluster::Classes`]).
    pub subjects: BitSet,
    /// What it says of connections that enter its subjects; `None` when it does not isolate them.
    pub ingress: Option<Vec<Rule>>,
    /// What it says of connections that leave its subjects; `None` when it does not isolate them.
    pub egress: Option<Vec<Rule>>,
    /// Its namespace's index in the cluster.
    pub own: Option<usize>,
    /// What selects its subjects.
    pub selector: LabelSelector,
    /// Where that selector is written.
    pub selector_place: Place,
    /// Where it says which directions it isolates, if it does.
    pub types_place: Option<Place>,
    /// The whole object.
    pub place: Place,
}

impl Policy {
    /// Its rules in `direction`, if it isolates its subjects there.
    pub fn rules(&self, direction: Direction) -> Option<&[Rule]> {
        match direction {
            Direction::Ingress => self.ingress.as_deref(),
            Direction::Egress => self.egress.as_deref(),
        }
    }
}

/// Something a policy allows: connections with these peers on these ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// With whom.
    pub peers: Peers,
    /// On which ports; empty means all ports of all protocols.
    pub ports: Vec<RulePort>,
    /// Where it is written.
    pub place: Place,
}

/// With whom a rule allows connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peers {
    /// With everybody, external addresses included.
    Everyone,
    /// With whoever one of these matches.
    OneOf(Vec<Peer>),
}

/// One way to be a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// What must hold.
    pub condition: PeerCondition,
    /// The classes of endpoints for which it holds.
    pub members: BitSet,
    /// Classes of endpoints for which it may hold: their addresses are unknown.
    pub unknown: BitSet,
    /// Where it is written.
    pub place: Place,
}

/// What must hold of a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerCondition {
    /// Labels of the pod and of its namespace.
    Selects {
        /// The namespaces it ranges over.
        namespaces: NamespaceScope,
        /// What the pod's labels must meet; `None` for every pod.
        pods: Option<LabelSelector>,
    },
    /// The address.
    Block(IpBlock),
}

/// The namespaces that a peer ranges over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamespaceScope {
    /// One, by its index in the cluster.
    Own(usize),
    /// Those whose labels match.
    Matching(LabelSelector),
}

/// Ports that a rule allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePort {
    /// The protocol.
    pub protocol: Protocol,
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
}

impl RulePort {
    /// The ports that it allows on `destination`. A name is looked up among the destination's container ports and
    /// needs the same protocol; an external destination has none.
    pub fn on(&self, destination: &Endpoint) -> PortSet {
        PortSet::from_ranges(self.ranges(destination))
    }

    fn ranges(&self, destination: &Endpoint) -> impl Iterator<Item = (Protocol, PortRange)> {
        let (fixed, name) = match &self.matches {
            RulePortMatch::Any => (Some(PortRange::ALL), None),
            RulePortMatch::Range(range) => (Some(*range), None),
            RulePortMatch::Unresolved(_) => (None, None),
            RulePortMatch::Named(name) => (None, Some(name.as_str())),
        };
        let ports = name.map_or(&[][..], |_| &destination.ports);
        let named = ports.iter().filter(move |port| port.protocol == self.protocol && port.name.as_deref() == name);
        let named = named.map(|port| PortRange { first: port.number, last: port.number });
        fixed.into_iter().chain(named).map(|range| (self.protocol, range))
    }
}

impl Rule {
    /// Whether its ports depend on the destination's container ports.
    pub fn has_named_ports(&self) -> bool {
        self.ports.iter().any(|port| matches!(port.matches, RulePortMatch::Named(_)))
    }

    /// The ports it allows on `destination`.
    pub fn ports_on(&self, destination: &Endpoint) -> PortSet {
        if self.ports.is_empty() {
            return PortSet::all();
        }
        PortSet::from_ranges(self.ports.iter().flat_map(|port| port.ranges(destination)))
    }
}

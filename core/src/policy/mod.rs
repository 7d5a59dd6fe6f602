//! The common rules that every dialect compiles to. Nothing past this module knows which dialect a rule came from.

pub mod kubernetes;

use crate::bits::BitSet;
use crate::cluster::{Cluster, Endpoint};
use crate::external;
use crate::labels::LabelSelector;
use crate::manifest::{Direction, IpBlock, PolicyPort, PortMatch};
use crate::ports::{PortRange, PortSet};
use crate::source::Place;

/// A policy, its selectors answered for one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The endpoints it selects.
    pub subjects: BitSet,
    /// What it says of connections that enter its subjects; `None` when it does not isolate them.
    pub ingress: Option<Vec<Rule>>,
    /// What it says of connections that leave its subjects; `None` when it does not isolate them.
    pub egress: Option<Vec<Rule>>,
    /// The selector that makes its subjects.
    pub selector: Place,
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
    pub ports: Vec<PolicyPort>,
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
    /// The endpoints for which it holds.
    pub members: BitSet,
    /// Endpoints for which it may hold: their addresses are unknown.
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

impl Peer {
    /// The peer that `condition` makes in `cluster`.
    pub fn new(condition: PeerCondition, place: Place, cluster: &Cluster) -> Self {
        let (mut members, mut unknown) = (BitSet::default(), BitSet::default());
        for (at, endpoint) in cluster.endpoints.iter().enumerate() {
            match holds(&condition, endpoint, cluster) {
                Some(true) => members.insert(at),
                Some(false) => {}
                None => unknown.insert(at),
            }
        }
        Self { condition, members, unknown, place }
    }
}

/// Whether `condition` holds for `endpoint`; `None` when that hangs on an unknown address.
fn holds(condition: &PeerCondition, endpoint: &Endpoint, cluster: &Cluster) -> Option<bool> {
    match condition {
        PeerCondition::Selects { namespaces, pods } => {
            let Some(namespace) = cluster.namespace_of(endpoint).filter(|_| endpoint.is_selectable()) else {
                return Some(false);
            };
            let in_scope = match namespaces {
                NamespaceScope::Own(own) => endpoint.namespace == Some(*own),
                NamespaceScope::Matching(selector) => selector.matches(&namespace.labels),
            };
            Some(in_scope && pods.as_ref().is_none_or(|selector| selector.matches(&endpoint.labels)))
        }
        PeerCondition::Block(block) => match &endpoint.kind {
            crate::cluster::EndpointKind::External(class) => Some(external::block_contains(block, class.sample)),
            crate::cluster::EndpointKind::Workload(_) if endpoint.addresses.is_empty() => {
                (block.except.is_empty() && block.cidr.prefix_len() == 0).then_some(true)
            }
            crate::cluster::EndpointKind::Workload(_) => {
                Some(endpoint.addresses.iter().any(|address| external::block_contains(block, *address)))
            }
        },
    }
}

impl Rule {
    /// Whether its ports depend on the destination's container ports.
    pub fn has_named_ports(&self) -> bool {
        self.ports.iter().any(|port| matches!(port.port, PortMatch::Named(_)))
    }

    /// The ports it allows on `destination`. Names are looked up among the destination's container ports and need
    /// the same protocol; an external destination has none.
    pub fn ports_on(&self, destination: &Endpoint) -> PortSet {
        if self.ports.is_empty() {
            return PortSet::all();
        }
        let mut set = PortSet::default();
        for port in &self.ports {
            match &port.port {
                PortMatch::Any => set.add(port.protocol, PortRange::ALL),
                PortMatch::Range(range) => set.add(port.protocol, *range),
                PortMatch::Named(name) => {
                    let named = destination.ports.iter().filter(|candidate| {
                        candidate.protocol == port.protocol && candidate.name.as_deref() == Some(name.as_str())
                    });
                    for candidate in named {
                        set.add(port.protocol, PortRange { first: candidate.number, last: candidate.number });
                    }
                }
            }
        }
        set
    }
}

//! `networking.k8s.io/v1` NetworkPolicy as typed objects (`networking/v1/types.go`).

use ipnet::IpNet;

use super::meta::Meta;
use crate::labels::LabelSelector;
use crate::ports::{PortRange, Protocol};
use crate::source::Span;

/// Ingress or egress, seen from the pod that a policy selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Connections that enter the pod.
    Ingress,
    /// Connections that leave the pod.
    Egress,
}

impl Direction {
    /// Both.
    pub const ALL: [Direction; 2] = [Direction::Ingress, Direction::Egress];

    /// `ingress` or `egress`, as the field is called.
    pub fn field(self) -> &'static str {
        match self {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        }
    }

    /// `Ingress` or `Egress`, as `policyTypes` calls it.
    pub fn policy_type(self) -> &'static str {
        match self {
            Direction::Ingress => "Ingress",
            Direction::Egress => "Egress",
        }
    }

    /// `from` or `to`: the field that lists the peers.
    pub fn peers_field(self) -> &'static str {
        match self {
            Direction::Ingress => "from",
            Direction::Egress => "to",
        }
    }
}

/// A NetworkPolicy as written, with its defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkPolicy {
    /// Name, namespace, place.
    pub meta: Meta,
    /// `spec.podSelector`: which pods of the policy's namespace it isolates.
    pub pod_selector: LabelSelector,
    /// `spec.policyTypes`, its value; `None` when absent.
    pub types: Option<Span>,
    /// Whether it isolates for ingress: `policyTypes`, or its default.
    pub isolates_ingress: bool,
    /// Whether it isolates for egress: `policyTypes`, or its default.
    pub isolates_egress: bool,
    /// `spec.ingress`.
    pub ingress: Vec<PolicyRule>,
    /// `spec.egress`.
    pub egress: Vec<PolicyRule>,
}

impl NetworkPolicy {
    /// The rules written for `direction`, whether it isolates there or not.
    pub fn rules(&self, direction: Direction) -> &[PolicyRule] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }

    /// Every `ipBlock` in it.
    pub fn ip_blocks(&self) -> impl Iterator<Item = &IpBlock> {
        let lists = self.ingress.iter().chain(&self.egress).filter_map(|rule| rule.peers.as_ref());
        lists.flat_map(|list| &list.items).filter_map(|peer| peer.ip_block.as_ref())
    }

    /// Whether the pods it selects are isolated in `direction`.
    pub fn isolates(&self, direction: Direction) -> bool {
        match direction {
            Direction::Ingress => self.isolates_ingress,
            Direction::Egress => self.isolates_egress,
        }
    }
}

/// One item of `ingress` or `egress`. It allows what its peers **and** its ports match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRule {
    /// `from` or `to`; `None` when absent or empty, which means everybody.
    pub peers: Option<PeerList>,
    /// `ports`; empty means all ports of all protocols.
    pub ports: Vec<PolicyPort>,
    /// Where it stands.
    pub span: Span,
}

/// A `from` or `to` list. Its items are ORed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerList {
    /// The items, at least one.
    pub items: Vec<Peer>,
    /// Whether the list is written `[…]`.
    pub flow: bool,
    /// Whether text of it is shared through an anchor or alias.
    pub shared: bool,
    /// Where it stands, after its key.
    pub span: Span,
}

/// One item of a `from` or `to` list. Its selectors are ANDed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// `podSelector`.
    pub pod_selector: Option<PeerSelector>,
    /// `namespaceSelector`.
    pub namespace_selector: Option<PeerSelector>,
    /// `ipBlock`.
    pub ip_block: Option<IpBlock>,
    /// How many fields are written, null ones included.
    pub fields: usize,
    /// Whether the item is written `{…}`.
    pub flow: bool,
    /// Where it stands: from its first key, without the dash, to the end of its text.
    pub span: Span,
}

/// A selector in a peer, and the key it stands behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerSelector {
    /// The key, `podSelector` or `namespaceSelector`.
    pub key: Span,
    /// The selector.
    pub selector: LabelSelector,
}

/// A range of addresses with holes in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpBlock {
    /// `cidr`.
    pub cidr: IpNet,
    /// `except`: each strictly inside `cidr`.
    pub except: Vec<IpNet>,
    /// Where it stands.
    pub span: Span,
}

/// One item of `ports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPort {
    /// `protocol`, or TCP.
    pub protocol: Protocol,
    /// `port` and `endPort`.
    pub port: PortMatch,
    /// Where it stands.
    pub span: Span,
}

/// What an item of `ports` says about the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortMatch {
    /// Nothing: all ports of the protocol.
    Any,
    /// A number, or a range with `endPort`.
    Range(PortRange),
    /// The name of a container port of the destination.
    Named(String),
}

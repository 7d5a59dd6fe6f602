//! The policies of cluster administrators as typed objects, one form for all kinds and versions
//! (network-policy-api `apis/v1alpha1`, `apis/v1alpha2`).

use crate::domain::Domain;
use crate::labels::LabelSelector;
use crate::manifest::decode::Spanned;
use crate::manifest::meta::Meta;
use crate::manifest::network_policy::{Direction, IpBlock, PeerSelector};
use crate::ports::{PortRange, Protocol};
use crate::source::Span;

/// The kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdminKind {
    /// `AdminNetworkPolicy` of v1alpha1.
    Admin,
    /// `BaselineAdminNetworkPolicy` of v1alpha1: one a cluster, named `default`.
    BaselineAdmin,
    /// `ClusterNetworkPolicy` of v1alpha2 and later, which names its tier.
    Cluster,
}

impl AdminKind {
    /// Its `kind`.
    pub fn name(self) -> &'static str {
        match self {
            AdminKind::Admin => "AdminNetworkPolicy",
            AdminKind::BaselineAdmin => "BaselineAdminNetworkPolicy",
            AdminKind::Cluster => "ClusterNetworkPolicy",
        }
    }

    /// How it spells `action`.
    pub fn word(self, action: AdminAction) -> &'static str {
        match action {
            AdminAction::Allow if self == AdminKind::Cluster => "Accept",
            AdminAction::Allow => "Allow",
            AdminAction::Deny => "Deny",
            AdminAction::Pass => "Pass",
        }
    }

    /// The actions that its rules may take.
    pub fn actions(self) -> &'static [AdminAction] {
        match self {
            AdminKind::BaselineAdmin => &[AdminAction::Allow, AdminAction::Deny],
            AdminKind::Admin | AdminKind::Cluster => &[AdminAction::Allow, AdminAction::Deny, AdminAction::Pass],
        }
    }
}

/// When a policy is asked (`ClusterNetworkPolicySpec.Tier`): before every NetworkPolicy, or after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdminTier {
    /// Before every NetworkPolicy.
    Admin,
    /// Where no NetworkPolicy isolates the pod in the direction.
    Baseline,
}

/// What a rule does with what it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdminAction {
    /// `Allow`, or `Accept`: allowed, and nothing else is asked.
    Allow,
    /// `Deny`: refused, and nothing else is asked.
    Deny,
    /// `Pass`: the rest of the tier is skipped.
    Pass,
}

/// One policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminPolicy {
    /// Name and place. It has no namespace.
    pub meta: Meta,
    /// Its `kind`.
    pub kind: AdminKind,
    /// The tier: of the kind, or `spec.tier`.
    pub tier: AdminTier,
    /// `spec.priority`, 0 to 1000, lower first; `None` in the one BaselineAdminNetworkPolicy.
    pub priority: Option<Spanned<u16>>,
    /// `spec.subject`: which pods it is about.
    pub subject: AdminSubject,
    /// `spec.ingress`, in order: the first rule that matches decides.
    pub ingress: Vec<AdminRule>,
    /// `spec.egress`, likewise.
    pub egress: Vec<AdminRule>,
}

impl AdminPolicy {
    /// The rules of `direction`, in order.
    pub fn rules(&self, direction: Direction) -> &[AdminRule] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}

/// Which pods a policy is about (`ClusterNetworkPolicySubject`). Pods on the node's network never are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminSubject {
    /// `namespaces`: every pod of these namespaces.
    Namespaces(PeerSelector),
    /// `pods`: some pods of some namespaces.
    Pods(NamespacedPods),
}

/// Pods by their own labels and those of their namespace, ANDed (`NamespacedPod`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespacedPods {
    /// `namespaceSelector`; `None` when absent, which is any namespace (v1alpha2).
    pub namespaces: Option<PeerSelector>,
    /// `podSelector`.
    pub pods: PeerSelector,
    /// The key `pods`.
    pub key: Span,
}

/// One item of `ingress` or `egress`. It matches what one of its peers **and** one of its ports match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminRule {
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// `action`.
    pub action: Spanned<AdminAction>,
    /// `from` or `to`, ORed; at least one.
    pub peers: Vec<AdminPeer>,
    /// `ports` or `protocols`, ORed; empty when absent, which is all traffic.
    pub ports: Vec<AdminPort>,
    /// Where it stands.
    pub span: Span,
}

impl AdminRule {
    /// A peer of it that nobody here knows, because of which the whole rule fails closed: it matches nothing if it
    /// allows, and denies everything if not (`ClusterNetworkPolicyIngressPeer`).
    pub fn unknown_peer(&self) -> Option<&AdminPeer> {
        self.peers.iter().find(|peer| matches!(peer.peers, AdminPeers::Unknown(_)))
    }
}

/// One item of `from` or `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminPeer {
    /// Who it means.
    pub peers: AdminPeers,
    /// Where it stands.
    pub span: Span,
}

/// Who a peer means (`ClusterNetworkPolicyEgressPeer`). Pods on the node's network are in none of the first two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminPeers {
    /// `namespaces`: every pod of these namespaces.
    Namespaces(PeerSelector),
    /// `pods`: some pods of some namespaces.
    Pods(NamespacedPods),
    /// `nodes`: the addresses of these nodes; egress only.
    Nodes(LabelSelector),
    /// `networks`: these addresses, those of pods included; egress only.
    Networks(Vec<IpBlock>),
    /// `domainNames`: hosts of these names outside the cluster; egress only.
    DomainNames(Vec<Domain>),
    /// A field that a newer API may know, by its name.
    Unknown(String),
}

/// One item of `ports` or `protocols`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminPort {
    /// What it matches.
    pub port: AdminPortMatch,
    /// Where it stands.
    pub span: Span,
}

/// What an item of `ports` or `protocols` matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminPortMatch {
    /// Ports by number.
    Numbers(Protocol, PortRange),
    /// The destination's container port of this name, with the protocol that it has there.
    Named(String),
    /// No port at all: a range that ends before it starts, which v1alpha1 lets through.
    Nothing,
}

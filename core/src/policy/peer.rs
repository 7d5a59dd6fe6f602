//! With whom a rule is about connections.

use crate::bits::BitSet;
use crate::labels::LabelSelector;
use crate::manifest::IpBlock;
use crate::phrase::Sentence;
use crate::source::Place;

/// With whom a rule is about connections.
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
    /// Classes of endpoints for which it may hold: something about them is unknown.
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
    /// All of several conditions.
    Terms {
        /// Who meets them, such as `app == "web" of namespaces with env == "prod"`.
        says: Sentence,
        /// The conditions; none means everybody that `says` speaks of.
        terms: Vec<Term>,
    },
}

/// The namespaces that a peer ranges over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamespaceScope {
    /// One, by its index in the cluster.
    Own(usize),
    /// Those whose labels match.
    Matching(LabelSelector),
}

/// One of several conditions that must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What it asks for, as it follows the word *wants*: `app == "web"`, `an address in 10.0.0.0/8`.
    pub wants: Sentence,
    /// What it looks at, to say what an endpoint has instead.
    pub about: About,
    /// The classes of endpoints for which it holds.
    pub members: BitSet,
    /// Classes of endpoints for which it may hold: something about them is unknown.
    pub unknown: BitSet,
    /// Where it is written.
    pub place: Place,
}

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// These of the pod's labels.
    Labels(Vec<String>),
    /// These of its namespace's labels.
    NamespaceLabels(Vec<String>),
    /// Which namespace it is in.
    Namespace,
    /// Its service account.
    Account,
    /// Its address.
    Address,
    /// Whether it is outside the cluster, and where there.
    Outside,
    /// Whether it is a node, and which.
    Node,
    /// Something else; the words say what is missing, after the endpoint's name: `is no pod`.
    Other(String),
}

impl Peer {
    /// The peer for which all of `terms` hold; with none of them, `all` are.
    pub(crate) fn meeting(says: Sentence, terms: Vec<Term>, all: BitSet, place: Place) -> Self {
        let (mut members, mut possible) = (all.clone(), all);
        for term in &terms {
            members.intersect(&term.members);
            let mut either = term.members.clone();
            either.unite(&term.unknown);
            possible.intersect(&either);
        }
        possible.subtract(&members);
        Self { condition: PeerCondition::Terms { says, terms }, members, unknown: possible, place }
    }
}

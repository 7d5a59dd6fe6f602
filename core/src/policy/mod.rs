//! The common rules that every dialect compiles to. Nothing past this module knows which dialect a rule came from.
//!
//! One direction of one endpoint is decided by [`Tier`]s in order. In a tier, the rules of the policies that select the
//! endpoint are tried in order, and the first that matches a connection decides: `Allow` and `Deny` for good, `Pass`
//! hands it to the next tier. Where no rule matches, the connection is refused if one of those policies isolates the
//! endpoint, and handed on if none does. What the last tier hands on is allowed.

mod admin;
mod calico;
mod cilium;
mod index;
mod kubernetes;
mod peer;
mod profile;
mod rule;

pub use peer::{About, NamespaceScope, Peer, PeerCondition, Peers, Term};
pub use profile::{Dialect, choose, dangling, strangers, written};
pub use rule::{Action, Label, Outcome, Rule, RulePort, RulePortMatch};

use crate::bits::BitSet;
use crate::cluster::Cluster;
use crate::cni::Cni;
use crate::labels::LabelSelector;
use crate::manifest::{Direction, Manifests};
use crate::phrase::Sentence;
use crate::source::Place;

/// Compiles every policy of `manifests` that `cni` enforces for `cluster`: first NetworkPolicies, one for each of
/// [`Manifests::policies`], then those of other dialects, in text order; and the tiers in which they are tried.
pub fn compile(manifests: &Manifests, cluster: &Cluster, cni: Cni) -> (Vec<Policy>, Vec<Tier>) {
    let index = index::Index::new(cluster, cni.blocks_match_pods());
    profile::arrange(manifests, &index, cni)
}

/// Policies that are tried one after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// What it is called: `NetworkPolicies`, `tier security`, `admin policies`.
    pub name: String,
    /// Whether all `Deny` rules of all its policies come before all others.
    pub denies_first: bool,
    /// Whose work it is, where more than one enforcer is at work: each must allow a connection.
    pub enforcer: usize,
    /// Its policies, in order, by their indices.
    pub policies: Vec<usize>,
}

/// A policy, its selectors answered for one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its kind, such as `NetworkPolicy`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its namespace; `None` where its kind has none.
    pub namespace: Option<String>,
    /// The classes of endpoints that it selects ([`crate::cluster::Classes`]).
    pub subjects: BitSet,
    /// What selects them.
    pub selector: Selector,
    /// Its rules for connections that enter its subjects; `None` when it says nothing about them.
    pub ingress: Option<Vec<Rule>>,
    /// Its rules for connections that leave its subjects; `None` when it says nothing about them.
    pub egress: Option<Vec<Rule>>,
    /// Whether a connection that enters its subjects is refused where no rule of its tier matches.
    pub isolates_ingress: bool,
    /// The same for a connection that leaves them.
    pub isolates_egress: bool,
    /// Its namespace's index in the cluster.
    pub own: Option<usize>,
    /// Where that selector is written.
    pub selector_place: Place,
    /// Where it says which directions it is about, if it does.
    pub types_place: Option<Place>,
    /// The whole object.
    pub place: Place,
}

/// What selects the subjects of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The labels of pods in the policy's own namespace.
    Own(LabelSelector),
    /// Conditions that must all hold.
    Terms {
        /// Who is selected, such as `every pod of every namespace`.
        says: Sentence,
        /// The conditions.
        terms: Vec<Term>,
    },
}

impl Policy {
    /// Whether it is a NetworkPolicy of `networking.k8s.io`, whose rules only add to what is allowed.
    pub fn is_network_policy(&self) -> bool {
        matches!(self.selector, Selector::Own(_))
    }

    /// Its kind as people tell it from others': Calico has a `NetworkPolicy` of its own.
    pub fn kind_words(&self) -> &'static str {
        if self.kind == "NetworkPolicy" && !self.is_network_policy() { "Calico NetworkPolicy" } else { self.kind }
    }

    /// Its rules in `direction`, if it says anything there.
    pub fn rules(&self, direction: Direction) -> Option<&[Rule]> {
        match direction {
            Direction::Ingress => self.ingress.as_deref(),
            Direction::Egress => self.egress.as_deref(),
        }
    }

    /// Whether what no rule matches in `direction` is refused.
    pub fn isolates(&self, direction: Direction) -> bool {
        self.rules(direction).is_some()
            && match direction {
                Direction::Ingress => self.isolates_ingress,
                Direction::Egress => self.isolates_egress,
            }
    }
}

impl Tier {
    /// The rules of `policies`, which are of this tier and in its order, in the order in which they are tried; each with
    /// the place of its policy in the list and its own among that policy's.
    pub fn in_order<'p>(&self, policies: &[&'p [Rule]]) -> Vec<(usize, usize, &'p Rule)> {
        let numbered = policies.iter().enumerate();
        let mut rules: Vec<_> =
            numbered.flat_map(|(at, rules)| rules.iter().enumerate().map(move |(n, rule)| (at, n, rule))).collect();
        if self.denies_first {
            rules.sort_by_key(|(_, _, rule)| rule.action != Action::Deny);
        }
        rules
    }
}

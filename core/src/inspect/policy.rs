//! What one policy makes of the pods: whom it selects, whom it just misses, and whom each of its rules is about.

use super::{Miss, counted, names, written};
use crate::Analysis;
use crate::cluster::Endpoint;
use crate::explain::wants;
use crate::manifest::Direction;
use crate::phrase::Sentence;
use crate::policy::{Peers, Policy, Rule, Selector};
use crate::source::Place;
use crate::words;

/// What one policy makes of the pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFacts {
    /// Index into [`Analysis::policies`].
    pub policy: usize,
    /// The pods that it selects, by their indices.
    pub pods: Vec<usize>,
    /// Whom it selects and by what: `podSelector app=database selects one pod: database`.
    pub selects: Sentence,
    /// The pods that it would select but for one condition on their labels; what looks mistyped comes first.
    pub near: Vec<NearMiss>,
    /// The directions in which it says something: ingress, then egress.
    pub directions: Vec<DirectionFacts>,
}

/// A pod that misses by one condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// Index into the cluster's endpoints.
    pub endpoint: usize,
    /// How it misses.
    pub miss: Miss,
    /// What is missing: `wants app=database, frontend has app=frontend`.
    pub reason: Sentence,
    /// Where the condition is written.
    pub place: Place,
}

/// What a policy says of one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectionFacts {
    /// Which one.
    pub direction: Direction,
    /// What becomes of what no rule matches: `isolates them: what no rule allows may not enter`.
    pub says: Sentence,
    /// Its rules, in text order.
    pub rules: Vec<RuleFacts>,
}

/// What one rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFacts {
    /// What it is called, and what it does: `rule 1`, `Allow`.
    pub label: String,
    /// What its kind calls what it does.
    pub action: &'static str,
    /// The connections: `from pods app=api in default on TCP/5432`.
    pub says: Sentence,
    /// The endpoints with which they are, by their indices; `None` for everybody.
    pub peers: Option<Vec<usize>>,
    /// The same as a sentence: `one peer: api`.
    pub admits: Sentence,
    /// Where it is written.
    pub place: Place,
}

/// What the policy `at` makes of the pods. `None` for an index out of range.
pub fn policy(analysis: &Analysis, at: usize) -> Option<PolicyFacts> {
    let policy = analysis.policies.get(at)?;
    let pods: Vec<usize> = analysis.cluster.members(&policy.subjects).iter().collect();
    let directions = [Direction::Ingress, Direction::Egress].into_iter();
    let directions = directions.filter_map(|direction| {
        let rules = policy.rules(direction)?.iter().map(|one| rule(analysis, one, direction)).collect();
        Some(DirectionFacts { direction, says: rest(policy, direction), rules })
    });
    Some(PolicyFacts {
        policy: at,
        selects: selects(analysis, policy, &pods),
        near: near(analysis, policy),
        directions: directions.collect(),
        pods,
    })
}

fn selects(analysis: &Analysis, policy: &Policy, pods: &[usize]) -> Sentence {
    let mut out = Sentence::default();
    match &policy.selector {
        Selector::Own(selector) if selector.is_empty() => drop(out.code("podSelector {}").plain(" selects ")),
        Selector::Own(selector) => drop(out.code(format!("podSelector {selector}")).plain(" selects ")),
        Selector::Terms { says, .. } => {
            out.plain("selects ");
            out.phrases.extend(says.phrases.iter().cloned());
            out.plain(": ");
        }
    }
    out.plain(counted(pods.len(), "pod", "pods"));
    if let (Selector::Own(_), Some(namespace)) = (&policy.selector, &policy.namespace) {
        out.plain(" of ").strong(namespace);
    }
    if !pods.is_empty() {
        out.plain(": ");
        names(analysis, pods, &mut out);
    }
    out
}

/// The pods in its reach that meet all conditions but one.
fn near(analysis: &Analysis, policy: &Policy) -> Vec<NearMiss> {
    let asked = written(analysis, policy);
    if !asked.whole {
        return Vec::new();
    }
    let miss = |(at, endpoint): (usize, &Endpoint)| {
        let namespace = analysis.cluster.namespace_of(endpoint).filter(|_| endpoint.is_selectable())?;
        let own = policy.namespace.as_ref().is_none_or(|own| *own == namespace.name);
        if !own || !asked.namespaces.iter().all(|one| one.matches(&namespace.labels)) {
            return None;
        }
        let (miss, failed) = Miss::of(&asked.pods, &endpoint.labels)?;
        let reason = wants(failed, &analysis.cluster.name_of(at), &endpoint.labels);
        let place = Place { span: failed.span, ..policy.selector_place };
        (miss != Miss::Several).then_some(NearMiss { endpoint: at, miss, reason, place })
    };
    let mut near: Vec<NearMiss> = analysis.cluster.endpoints.iter().enumerate().filter_map(miss).collect();
    near.sort_by_key(|near| near.miss);
    near
}

fn rest(policy: &Policy, direction: Direction) -> Sentence {
    let verb = match direction {
        Direction::Ingress => "enter",
        Direction::Egress => "leave",
    };
    let none = policy.rules(direction).is_some_and(<[Rule]>::is_empty);
    Sentence::of(match (policy.isolates(direction), none) {
        (true, true) => format!("isolates them, and has no rule: by it nothing may {verb}"),
        (true, false) => format!("isolates them: what no rule allows may not {verb}"),
        (false, true) => "has no rule".to_owned(),
        (false, false) => "does not isolate them: what no rule matches is left to others".to_owned(),
    })
}

fn rule(analysis: &Analysis, rule: &Rule, direction: Direction) -> RuleFacts {
    let peers = match &rule.peers {
        Peers::Everyone => None,
        Peers::OneOf(all) => {
            let mut classes = crate::bits::BitSet::default();
            all.iter().for_each(|peer| classes.unite(&peer.members));
            Some(analysis.cluster.members(&classes).iter().collect::<Vec<usize>>())
        }
    };
    let mut admits = Sentence::default();
    match &peers {
        None => drop(admits.plain("everybody, inside and outside the cluster")),
        Some(peers) if peers.is_empty() => drop(admits.plain("nobody here")),
        Some(peers) => {
            admits.plain(format!("{}: ", counted(peers.len(), "peer", "peers")));
            names(analysis, peers, &mut admits);
        }
    }
    let says = words::rule(analysis, rule, direction);
    RuleFacts { label: rule.label.to_string(), action: rule.label.action, says, peers, admits, place: rule.place }
}

impl PolicyFacts {
    /// How many pods it selects: `selects one pod`.
    pub fn headline(&self) -> String {
        format!("selects {}", counted(self.pods.len(), "pod", "pods"))
    }
}

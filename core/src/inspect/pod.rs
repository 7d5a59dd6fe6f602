//! What policies make of one pod: which of them select it and by what, whether it is isolated, and which do not.

use super::{Miss, counted, written};
use crate::Analysis;
use crate::cluster::Endpoint;
use crate::explain::{self, Standing, wants};
use crate::labels::Labels;
use crate::manifest::Direction;
use crate::phrase::Sentence;
use crate::policy::{Policy, Selector};
use crate::source::Place;

/// What policies make of one pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodFacts {
    /// Index into the cluster's endpoints.
    pub endpoint: usize,
    /// Whether it is isolated: ingress, then egress.
    pub sides: [SideFacts; 2],
    /// The policies that select it, in the order of [`Analysis::policies`].
    pub effects: Vec<Effect>,
    /// The policies of its namespace, and those of every namespace, that do not select it; the near misses first.
    pub others: Vec<Unselected>,
}

/// What holds for one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideFacts {
    /// Which one.
    pub direction: Direction,
    /// Whether what no rule allows is refused.
    pub isolated: bool,
    /// The same as a sentence without its full stop, with the policies that isolate it.
    pub says: Sentence,
}

/// A policy that selects the pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Index into [`Analysis::policies`].
    pub policy: usize,
    /// The directions in which it says something.
    pub directions: Vec<Direction>,
    /// By what it selects the pod: `podSelector app=database matches app=database`.
    pub selects: Sentence,
    /// Where its selector is written.
    pub place: Place,
}

/// A policy that does not select the pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unselected {
    /// Index into [`Analysis::policies`].
    pub policy: usize,
    /// The first condition that fails: `wants app=api, database has app=database`.
    pub reason: Sentence,
    /// How far it is off, where labels are all there is to it.
    pub miss: Option<Miss>,
    /// Where the condition is written.
    pub place: Place,
}

/// What policies make of `endpoint`. `None` for an index out of range, and outside the cluster.
pub fn pod(analysis: &Analysis, endpoint: usize) -> Option<PodFacts> {
    let own = analysis.cluster.endpoints.get(endpoint)?;
    let namespace = analysis.cluster.namespace_of(own)?;
    let sides = [Direction::Ingress, Direction::Egress].map(|direction| side(analysis, endpoint, direction));
    let numbered = || analysis.policies.iter().enumerate();
    let effects = numbered().filter(|(_, policy)| analysis.selects(policy, endpoint));
    let effects = effects.map(|(at, policy)| Effect {
        policy: at,
        directions: directions(policy),
        selects: selects(analysis, policy, own),
        place: policy.selector_place,
    });
    let here = |policy: &Policy| policy.namespace.as_ref().is_none_or(|own| *own == namespace.name);
    let others = numbered().filter(|(_, policy)| here(policy) && !analysis.selects(policy, endpoint));
    let mut others: Vec<Unselected> =
        others.filter_map(|(at, policy)| unselected(analysis, at, policy, endpoint)).collect();
    others.sort_by_key(|other| !other.miss.is_some_and(Miss::is_near));
    Some(PodFacts { endpoint, sides, effects: effects.collect(), others })
}

fn directions(policy: &Policy) -> Vec<Direction> {
    let both = [Direction::Ingress, Direction::Egress].into_iter();
    both.filter(|direction| policy.rules(*direction).is_some()).collect()
}

fn side(analysis: &Analysis, endpoint: usize, direction: Direction) -> SideFacts {
    let name = analysis.cluster.name_of(endpoint);
    let isolated = analysis.connectivity.is_isolated(endpoint, direction);
    let (way, verb) = match direction {
        Direction::Ingress => ("ingress", "enter"),
        Direction::Egress => ("egress", "leave"),
    };
    let standing = explain::standing(analysis, endpoint, direction);
    let says = match standing.freedom(direction, &name) {
        Some(freedom) => Sentence::of(freedom.trim_end_matches('.')),
        None if isolated => {
            let by = |policy: &&Policy| policy.isolates(direction) && analysis.selects(policy, endpoint);
            let by: Vec<&str> = analysis.policies.iter().filter(by).map(|policy| policy.name.as_str()).collect();
            let mut says = Sentence::default();
            for (at, name) in by.iter().enumerate() {
                says.plain(match at {
                    0 => "",
                    _ if at + 1 == by.len() => " and ",
                    _ => ", ",
                });
                says.strong(name);
            }
            let verbs = if by.len() == 1 { "isolates" } else { "isolate" };
            says.plain(format!(" {verbs} it: only what a rule allows may {verb}"));
            says
        }
        None => Sentence::of(format!("Policies select it for {way}, and what none of their rules decides may {verb}")),
    };
    debug_assert!(standing == Standing::Isolated || !isolated, "only what policies select is isolated");
    SideFacts { direction, isolated, says }
}

/// By what `policy` selects `own`.
fn selects(analysis: &Analysis, policy: &Policy, own: &Endpoint) -> Sentence {
    let mut out = Sentence::default();
    match &policy.selector {
        Selector::Terms { says, .. } => {
            out.plain("selects ");
            out.phrases.extend(says.phrases.iter().cloned());
            let keys = written(analysis, policy).pods.into_iter().map(|one| one.key);
            met(&mut out, keys, &own.labels);
        }
        Selector::Own(selector) if selector.is_empty() => {
            let namespace = policy.namespace.as_deref().unwrap_or_default();
            out.code("podSelector {}").plain(" selects every pod of ").strong(namespace);
        }
        Selector::Own(selector) => {
            out.code(format!("podSelector {selector}"));
            met(&mut out, selector.requirements.iter().map(|one| one.key.clone()), &own.labels);
        }
    }
    if !analysis.cni.enforces() {
        out.plain(format!(", but {} does not enforce it", analysis.cni.title()));
    }
    out
}

/// Adds the pod's labels that were looked at: ` matches app=database`, ` matches a pod without label legacy`.
fn met(out: &mut Sentence, keys: impl Iterator<Item = String>, labels: &Labels) {
    let mut seen: Vec<String> = Vec::new();
    keys.for_each(|key| {
        if !seen.contains(&key) {
            seen.push(key);
        }
    });
    let has: Vec<String> =
        seen.iter().filter_map(|key| labels.get(key).map(|value| format!("{key}={value}"))).collect();
    let lacks: Vec<&String> = seen.iter().filter(|key| !labels.contains_key(*key)).collect();
    if !has.is_empty() {
        out.plain(" matches ").code(has.join(","));
    }
    for (at, key) in lacks.iter().enumerate() {
        out.plain(match (at, has.is_empty()) {
            (0, true) => " matches a pod without label ",
            (0, false) => " without label ",
            _ => " and ",
        });
        out.code(key);
    }
}

fn unselected(analysis: &Analysis, at: usize, policy: &Policy, endpoint: usize) -> Option<Unselected> {
    let own = analysis.cluster.endpoints.get(endpoint)?;
    let asked = written(analysis, policy);
    let namespace = analysis.cluster.namespace_of(own)?;
    let in_reach = own.is_selectable() && asked.namespaces.iter().all(|one| one.matches(&namespace.labels));
    if in_reach
        && asked.whole
        && let Some((miss, failed)) = Miss::of(&asked.pods, &own.labels)
    {
        let reason = wants(failed, &analysis.cluster.name_of(endpoint), &own.labels);
        let place = Place { span: failed.span, ..policy.selector_place };
        return Some(Unselected { policy: at, reason, miss: Some(miss), place });
    }
    let idle = explain::idle(analysis, at, endpoint, Direction::Ingress)?;
    Some(Unselected { policy: at, reason: idle.reason, miss: None, place: idle.place })
}

impl PodFacts {
    /// How many policies select it: `selected by 2 policies of 5`.
    pub fn headline(&self, analysis: &Analysis) -> String {
        match (self.effects.len(), analysis.policies.len()) {
            (_, 0) => "there is no policy".to_owned(),
            (0, _) => "no policy selects it".to_owned(),
            (own, all) => format!("selected by {} of {all}", counted(own, "policy", "policies")),
        }
    }
}

//! Why a connection may or may not be made: the policies that isolate each side, the rules that allow it, and for
//! each rule that does not, the first condition that failed.

use crate::Analysis;
use crate::cluster::Endpoint;
use crate::connectivity::{Connection, Verdict};
use crate::labels::{Labels, Requirement};
use crate::manifest::Direction;
use crate::policy::{NamespaceScope, Peer, PeerCondition, Peers};
use crate::source::Place;

/// Why one ordered pair has the verdict it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What decides on leaving the source.
    pub egress: SideExplanation,
    /// What decides on entering the destination.
    pub ingress: SideExplanation,
}

/// What decides on one side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SideExplanation {
    /// The rules that allow something, as indices of policy, rule, and the peer that matched.
    pub allowed_by: Vec<(usize, usize, Option<usize>)>,
    /// The isolating policies and rules that allow nothing between the two, and why.
    pub refused: Vec<Refusal>,
}

/// A policy or rule that does not allow the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Index of the policy.
    pub policy: usize,
    /// Index of the rule; `None` when the policy has no rule in this direction.
    pub rule: Option<usize>,
    /// The first condition that failed, such as ``wants `app=api`, attacker has app=attacker``.
    pub reason: String,
    /// The text that says so.
    pub place: Place,
}

/// Why `from` may or may not connect to `to` (indices of endpoints).
pub fn explain(analysis: &Analysis, from: usize, to: usize) -> Explanation {
    Explanation {
        egress: side(analysis, from, to, Direction::Egress),
        ingress: side(analysis, to, from, Direction::Ingress),
    }
}

fn side(analysis: &Analysis, subject: usize, other: usize, direction: Direction) -> SideExplanation {
    let mut out = SideExplanation::default();
    for (policy_at, policy) in analysis.policies.iter().enumerate() {
        let Some(rules) = policy.rules(direction).filter(|_| policy.subjects.contains(subject)) else { continue };
        if rules.is_empty() {
            let reason = format!("has no {} rule, so it allows nothing", direction.field());
            out.refused.push(Refusal { policy: policy_at, rule: None, reason, place: policy.selector });
        }
        for (rule_at, rule) in rules.iter().enumerate() {
            let matched = match &rule.peers {
                Peers::Everyone => Ok(None),
                Peers::OneOf(peers) => match peers.iter().position(|peer| peer.members.contains(other)) {
                    Some(at) => Ok(Some(at)),
                    None => Err(peers),
                },
            };
            let destination = if direction == Direction::Ingress { subject } else { other };
            let has_port = analysis.cluster.endpoints.get(destination).is_some_and(|e| !rule.ports_on(e).is_empty());
            let mut refuse =
                |reason, place| out.refused.push(Refusal { policy: policy_at, rule: Some(rule_at), reason, place });
            match matched {
                Ok(peer) if has_port => out.allowed_by.push((policy_at, rule_at, peer)),
                Ok(_) => refuse("names ports that the destination has not under these names".to_owned(), rule.place),
                Err(peers) => {
                    let place =
                        peers.iter().map(|peer| peer.place).reduce(|a, b| Place { span: a.span.to(b.span), ..a });
                    refuse(mismatch(analysis, peers, other), place.unwrap_or(rule.place));
                }
            }
        }
    }
    out
}

fn mismatch(analysis: &Analysis, peers: &[Peer], other: usize) -> String {
    let Some(endpoint) = analysis.cluster.endpoints.get(other) else { return String::new() };
    match peers {
        [peer] => peer_mismatch(analysis, peer, endpoint, other),
        _ if peers.iter().any(|peer| peer.unknown.contains(other)) => {
            format!("the address of {} is unknown", endpoint.name)
        }
        _ => format!("none of its {} peers matches {}", peers.len(), endpoint.name),
    }
}

fn peer_mismatch(analysis: &Analysis, peer: &Peer, endpoint: &Endpoint, at: usize) -> String {
    let name = &endpoint.name;
    if peer.unknown.contains(at) {
        return format!("the address of {name} is unknown");
    }
    let (namespaces, pods) = match &peer.condition {
        PeerCondition::Block(block) => {
            let excepted = endpoint.addresses.iter().find(|address| block.cidr.contains(*address));
            let hole = excepted.and_then(|address| block.except.iter().find(|hole| hole.contains(address)));
            return match hole {
                Some(hole) => format!("{name} is in {hole}, which is excepted"),
                None => format!("{name} is not in {}", block.cidr),
            };
        }
        PeerCondition::Selects { namespaces, pods } => (namespaces, pods),
    };
    let Some(namespace) = analysis.cluster.namespace_of(endpoint) else {
        return format!("{name} is outside the cluster, and selectors match pods only");
    };
    if endpoint.host_network {
        return format!("{name} uses its node's network, and selectors do not match it");
    }
    match namespaces {
        NamespaceScope::Own(own) if endpoint.namespace != Some(*own) => {
            let own = analysis.cluster.namespaces.get(*own).map_or("its own", |own| own.name.as_str());
            return format!("wants pods of namespace {own}, {name} is in {}", namespace.name);
        }
        NamespaceScope::Matching(selector) => {
            if let Some(failed) = selector.first_failure(&namespace.labels) {
                return format!(
                    "wants {failed} on the namespace, {} has {}",
                    namespace.name,
                    label_of(&namespace.labels, failed)
                );
            }
        }
        NamespaceScope::Own(_) => {}
    }
    match pods.as_ref().and_then(|selector| selector.first_failure(&endpoint.labels)) {
        Some(failed) => format!("wants {failed}, {name} has {}", label_of(&endpoint.labels, failed)),
        None => format!("does not match {name}"),
    }
}

/// The label that a failed requirement looked at, as it is.
fn label_of(labels: &Labels, failed: &Requirement) -> String {
    labels.get(&failed.key).map_or(format!("no label {}", failed.key), |value| format!("{}={value}", failed.key))
}

/// An endpoint's name, with its namespace where another endpoint has the same name.
fn name_of(analysis: &Analysis, at: usize) -> String {
    let endpoints = &analysis.cluster.endpoints;
    let Some(endpoint) = endpoints.get(at) else { return String::new() };
    let shared = endpoints.iter().filter(|other| other.name == endpoint.name).count() > 1;
    match analysis.cluster.namespace_of(endpoint).filter(|_| shared) {
        Some(namespace) => format!("{}/{}", namespace.name, endpoint.name),
        None => endpoint.name.clone(),
    }
}

/// The places in the text behind a verdict, each with whether it allows.
pub fn cited(analysis: &Analysis, from: usize, to: usize) -> Vec<(Place, bool)> {
    let explanation = explain(analysis, from, to);
    let refused = analysis.connectivity.connection(from, to).map(|connection| connection.refused_by());
    let (egress_refuses, ingress_refuses) = refused.unwrap_or_default();
    let mut places = Vec::new();
    for (side, direction, refuses) in [
        (&explanation.egress, Direction::Egress, egress_refuses),
        (&explanation.ingress, Direction::Ingress, ingress_refuses),
    ] {
        if refuses && side.allowed_by.is_empty() {
            places.extend(side.refused.iter().map(|refusal| (refusal.place, false)));
        } else {
            let allowing = side.allowed_by.iter().filter_map(|(policy, rule, peer)| {
                let rule = analysis.policies.get(*policy)?.rules(direction)?.get(*rule)?;
                match (&rule.peers, peer) {
                    (Peers::OneOf(peers), Some(peer)) => peers.get(*peer).map(|peer| peer.place),
                    _ => Some(rule.place),
                }
            });
            places.extend(allowing.map(|place| (place, !refuses)));
        }
    }
    places
}

/// The verdict on one pair in a few words: `blocked: database admits only api`.
pub fn sentence(analysis: &Analysis, from: usize, to: usize) -> String {
    let name = |at: usize| name_of(analysis, at);
    let Some(connection) = analysis.connectivity.connection(from, to) else { return String::new() };
    match connection.verdict() {
        Verdict::Open if !connection.is_decided() => "open, no policy decides".to_owned(),
        Verdict::Open => "open: every port is allowed".to_owned(),
        Verdict::Partial if connection.unknown => {
            format!("only {}, as far as known: an address is missing", connection.allowed)
        }
        Verdict::Partial => format!("only {}", connection.allowed),
        Verdict::Blocked if connection.unknown => "blocked, as far as known: an address is missing".to_owned(),
        Verdict::Blocked => match connection.refused_by() {
            (true, true) => refused_twice(&connection, &name(from), &name(to)),
            (true, false) => format!("blocked: {}", limits(analysis, from, Direction::Egress)),
            _ => format!("blocked: {}", limits(analysis, to, Direction::Ingress)),
        },
    }
}

fn refused_twice(connection: &Connection<'_>, from: &str, to: &str) -> String {
    if connection.egress.allowed.is_empty() {
        format!("blocked twice: {from} may not send there, {to} does not admit it")
    } else {
        let (out, into) = (connection.egress.allowed, connection.ingress.allowed);
        format!("blocked: {from} may send {out}, {to} admits {into}")
    }
}

/// What the policies leave of one side, in words.
fn limits(analysis: &Analysis, at: usize, direction: Direction) -> String {
    let endpoints = &analysis.cluster.endpoints;
    let name = name_of(analysis, at);
    let admitted: Vec<String> = (0..endpoints.len())
        .filter(|other| *other != at)
        .filter(|other| {
            let connection = match direction {
                Direction::Ingress => analysis.connectivity.connection(*other, at).map(|c| c.ingress),
                Direction::Egress => analysis.connectivity.connection(at, *other).map(|c| c.egress),
            };
            connection.is_some_and(|side| !side.allowed.is_empty())
        })
        .map(|other| name_of(analysis, other))
        .collect();
    let (verb, otherwise) = match direction {
        Direction::Ingress => ("admits", "its policies do not admit this source"),
        Direction::Egress => ("may reach", "its policies do not allow this destination"),
    };
    match admitted.as_slice() {
        [] => format!("{name} {verb} nobody"),
        [one] => format!("{name} {verb} only {one}"),
        [one, two] => format!("{name} {verb} only {one} and {two}"),
        _ => format!("{name}: {otherwise}"),
    }
}

/// The sentence a screen reader reads for an arrow: `attacker to database: blocked by ingress of database, line 32`.
pub fn spoken(analysis: &Analysis, from: usize, to: usize) -> String {
    let name = |at: usize| name_of(analysis, at);
    let Some(connection) = analysis.connectivity.connection(from, to) else { return String::new() };
    let what = match (connection.verdict(), connection.refused_by()) {
        (Verdict::Open, _) if connection.is_decided() => "open".to_owned(),
        (Verdict::Open, _) => "open, no policy decides".to_owned(),
        (Verdict::Partial, _) => format!("only {}", connection.allowed),
        (Verdict::Blocked, _) if connection.unknown => "blocked as far as known, an address is missing".to_owned(),
        (Verdict::Blocked, (true, true)) => format!("blocked by egress of {} and ingress of {}", name(from), name(to)),
        (Verdict::Blocked, (true, false)) => format!("blocked by egress of {}", name(from)),
        (Verdict::Blocked, _) => format!("blocked by ingress of {}", name(to)),
    };
    let line = cited(analysis, from, to).last().and_then(|(place, _)| {
        analysis.sources.get(place.file).map(|source| format!(", line {}", source.line(place.span.start)))
    });
    format!("{} to {}: {what}{}", name(from), name(to), line.unwrap_or_default())
}

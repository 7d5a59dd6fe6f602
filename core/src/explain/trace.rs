//! Trying every policy, rule, peer and port of one side.

use super::{ConditionTrace, IdlePolicy, Outcome, Pair, PolicyTrace, RuleTrace, Scope, SideExplanation, Standing};
use crate::Analysis;
use crate::cluster::{Endpoint, EndpointKind};
use crate::labels::{LabelSelector, Labels, Requirement};
use crate::manifest::{Direction, IpBlock};
use crate::phrase::Sentence;
use crate::policy::{NamespaceScope, Peer, PeerCondition, Peers, Policy, Rule, RulePort, RulePortMatch};
use crate::ports::PortSet;
use crate::source::Place;

/// What decides for the end of `pair` that `direction` is about.
pub(super) fn side(analysis: &Analysis, pair: Pair, direction: Direction) -> SideExplanation {
    let (endpoint, other) = match direction {
        Direction::Egress => (pair.from, pair.to),
        Direction::Ingress => (pair.to, pair.from),
    };
    let itself = endpoint == other && !pair.twins;
    let mut side = SideExplanation {
        direction,
        endpoint,
        other,
        standing: standing(analysis, endpoint, itself, direction),
        policies: Vec::new(),
        allowed: if itself { PortSet::all() } else { between(analysis, endpoint, other, direction) },
        allows: true,
        unknown: false,
    };
    let wanted = pair.scope.ports();
    side.allows = !side.allowed.intersection(&wanted).is_empty();
    for (at, policy) in analysis.policies.iter().enumerate() {
        if let Some(rules) = policy.rules(direction).filter(|_| analysis.selects(policy, endpoint)) {
            let tracer = Tracer { analysis, policy, endpoint, other, direction, scope: pair.scope, wanted: &wanted };
            side.policies.push(tracer.policy(at, rules));
        }
    }
    let mut rules = side.policies.iter().flat_map(|policy| &policy.rules);
    side.unknown = !side.allows && rules.any(|rule| rule.outcome == Outcome::Unknown);
    side
}

/// What the side of `endpoint` allows with `other`.
pub(super) fn allowed(analysis: &Analysis, endpoint: usize, other: usize, direction: Direction) -> PortSet {
    if endpoint == other { PortSet::all() } else { between(analysis, endpoint, other, direction) }
}

/// The same for two pods, even if one endpoint stands for both.
fn between(analysis: &Analysis, endpoint: usize, other: usize, direction: Direction) -> PortSet {
    if !analysis.connectivity.is_isolated(endpoint, direction) {
        return PortSet::all();
    }
    let destination = if direction == Direction::Ingress { endpoint } else { other };
    let Some(destination) = analysis.cluster.endpoints.get(destination) else { return PortSet::default() };
    let peer_class = analysis.cluster.classes.of(other);
    let policies = analysis.policies.iter().filter(|policy| analysis.selects(policy, endpoint));
    let mut set = PortSet::default();
    for rule in policies.filter_map(|policy| policy.rules(direction)).flatten() {
        let matches = match &rule.peers {
            Peers::Everyone => true,
            Peers::OneOf(peers) => peers.iter().any(|peer| peer.members.contains(peer_class)),
        };
        if matches {
            set.unite(&rule.ports_on(destination));
        }
    }
    set
}

fn standing(analysis: &Analysis, endpoint: usize, itself: bool, direction: Direction) -> Standing {
    let own = analysis.cluster.endpoints.get(endpoint);
    if itself {
        Standing::Itself
    } else if own.is_some_and(Endpoint::is_external) {
        Standing::Outside
    } else if own.is_some_and(|own| own.host_network) {
        Standing::HostNetwork
    } else if analysis.connectivity.is_isolated(endpoint, direction) {
        Standing::Isolated
    } else if !analysis.cni.enforces() && !analysis.policies.is_empty() {
        Standing::NotEnforced
    } else {
        Standing::Free
    }
}

/// Why `policy` does not isolate `endpoint`.
pub(super) fn idle(
    analysis: &Analysis,
    at: usize,
    policy: &Policy,
    endpoint: usize,
    direction: Direction,
) -> IdlePolicy {
    let name = analysis.cluster.name_of(endpoint);
    let selects = analysis.selects(policy, endpoint);
    let mut place = policy.selector_place;
    let mut reason = Sentence::default();
    let own = analysis.cluster.endpoints.get(endpoint);
    let namespace = own.and_then(|own| analysis.cluster.namespace_of(own));
    if !analysis.cni.enforces() {
        reason.plain(format!("{} does not enforce it", analysis.cni.title()));
        place = policy.place;
    } else if selects {
        reason.plain(format!("selects {name}, but does not isolate {}", direction.field()));
        place = policy.types_place.unwrap_or(place);
    } else if own.is_some_and(|own| own.host_network) {
        reason.plain(format!("does not select {name}, which uses its node's network"));
    } else if let Some(namespace) = namespace {
        match policy.selector.first_failure(&own.map(|own| own.labels.clone()).unwrap_or_default()) {
            _ if namespace.name != policy.namespace => {
                reason.plain("is in namespace ").strong(&policy.namespace);
                reason.plain(format!(", {name} in ")).strong(&namespace.name);
                place = policy.place;
            }
            Some(failed) => {
                place.span = failed.span;
                reason = wants(failed, &name, own.map_or(&Labels::new(), |own| &own.labels));
            }
            None => drop(reason.plain(format!("does not select {name}"))),
        }
    } else {
        reason.plain(format!("does not select {name}, which is outside the cluster"));
    }
    IdlePolicy { policy: at, selects, reason, place }
}

/// `wants app=api, attacker has app=attacker`.
fn wants(failed: &Requirement, name: &str, labels: &Labels) -> Sentence {
    let mut out = Sentence::of("wants ");
    out.code(failed).plain(format!(", {name} "));
    match labels.get(&failed.key) {
        Some(value) => out.plain("has ").code(format!("{}={value}", failed.key)),
        None => out.plain("lacks label ").code(&failed.key),
    };
    out
}

/// Tries one policy for one pair.
struct Tracer<'a> {
    analysis: &'a Analysis,
    policy: &'a Policy,
    endpoint: usize,
    other: usize,
    direction: Direction,
    scope: Scope,
    wanted: &'a PortSet,
}

impl Tracer<'_> {
    fn policy(&self, at: usize, rules: &[Rule]) -> PolicyTrace {
        let mut selects = Sentence::of("selects ");
        if self.policy.selector.is_empty() {
            selects.plain("every pod of ").strong(&self.policy.namespace);
        } else {
            selects.code(&self.policy.selector);
        }
        if rules.is_empty() {
            selects.plain(format!(" and has no {} rule", self.direction.field()));
        }
        let rules = rules.iter().enumerate().map(|(at, rule)| self.rule(at, rule)).collect();
        PolicyTrace { policy: at, selects, place: self.place(), rules }
    }

    /// The selector, with `policyTypes` where that follows on the next line.
    fn place(&self) -> Place {
        let selector = self.policy.selector_place;
        let Some(types) = self.policy.types_place else { return selector };
        let Some(source) = self.analysis.sources.get(selector.file) else { return selector };
        let (end, start) = (source.line(selector.span.end), source.line(types.span.start));
        let joined = selector.span.end <= types.span.start && start <= end + 1;
        Place { span: if joined { selector.span.to(types.span) } else { selector.span }, ..selector }
    }

    fn rule(&self, at: usize, rule: &Rule) -> RuleTrace {
        let peers: Vec<ConditionTrace> = match &rule.peers {
            Peers::Everyone => Vec::new(),
            Peers::OneOf(peers) => peers.iter().map(|peer| self.peer(peer)).collect(),
        };
        let destination = if self.direction == Direction::Ingress { self.endpoint } else { self.other };
        let destination_endpoint = self.analysis.cluster.endpoints.get(destination);
        let allowed = destination_endpoint.map(|endpoint| rule.ports_on(endpoint)).unwrap_or_default();
        let ports: Vec<ConditionTrace> = destination_endpoint
            .map(|e| rule.ports.iter().map(|port| self.port(port, e, destination)).collect())
            .unwrap_or_default();
        let peer = match &rule.peers {
            Peers::Everyone => Outcome::Matches,
            Peers::OneOf(_) => best(&peers),
        };
        let port = if ports.is_empty() { Outcome::Matches } else { best(&ports) };
        let outcome = if port == Outcome::Fails { Outcome::Fails } else { peer };
        let (reason, cites) = self.reason(rule, &peers, &ports, (peer, port));
        RuleTrace {
            rule: at,
            place: rule.place,
            everyone: rule.peers == Peers::Everyone,
            outcome,
            peers,
            ports,
            allowed,
            reason,
            cites,
        }
    }

    /// Why the rule allows, or what failed first: the peer before the port.
    fn reason(
        &self,
        rule: &Rule,
        peers: &[ConditionTrace],
        ports: &[ConditionTrace],
        (peer, port): (Outcome, Outcome),
    ) -> (Sentence, Place) {
        let name = self.analysis.cluster.name_of(self.other);
        let find = |list: &[ConditionTrace], outcome| list.iter().find(|item| item.outcome == outcome).cloned();
        if peer == Outcome::Matches && port == Outcome::Matches {
            let matching = find(peers, Outcome::Matches);
            let mut reason = matching.as_ref().map_or_else(
                || {
                    Sentence::of(if self.direction == Direction::Ingress {
                        "admits everybody"
                    } else {
                        "lets it go anywhere"
                    })
                },
                |peer| peer.reason.clone(),
            );
            let on = if self.scope.flow().is_some() {
                find(ports, Outcome::Matches).map(|port| port.reason.to_string())
            } else {
                None
            };
            let words = on.or_else(|| (!rule.ports.is_empty()).then(|| self.ports_words(rule)));
            if let Some(words) = words {
                reason.plain(", ").code(words);
            }
            return (reason, matching.map_or(rule.place, |peer| peer.place));
        }
        let (failed, what) = if peer == Outcome::Matches { (ports, "ports") } else { (peers, "peers") };
        match failed {
            [only] => (only.reason.clone(), only.cites),
            [] => (Sentence::of("matches nobody"), rule.place),
            [first, rest @ ..] => {
                let place =
                    rest.iter().fold(first.place, |all, next| Place { span: all.span.to(next.place.span), ..all });
                let unknown = find(failed, Outcome::Unknown);
                let reason = unknown.map(|unknown| unknown.reason).unwrap_or_else(|| {
                    let mut reason =
                        Sentence::of(format!("none of its {} {what} matches", super::spelled(failed.len())));
                    match (what, self.scope) {
                        ("ports", Scope::Everything) => {}
                        ("ports", scope) => drop(reason.plain(" ").code(scope)),
                        _ => drop(reason.plain(format!(" {name}"))),
                    }
                    reason
                });
                (reason, place)
            }
        }
    }

    /// The ports as they are written.
    fn ports_words(&self, rule: &Rule) -> String {
        rule.ports.iter().map(port_words).collect::<Vec<_>>().join(", ")
    }

    fn port(&self, port: &RulePort, destination: &Endpoint, at: usize) -> ConditionTrace {
        let on = port.on(destination);
        let name = || self.analysis.cluster.name_of(at);
        let matches = !on.intersection(self.wanted).is_empty();
        let reason = match (&port.matches, self.scope) {
            (RulePortMatch::Unresolved(word), _) => {
                let mut reason = Sentence::of("the cluster's pods do not agree on a port ");
                reason.code(word);
                reason
            }
            (RulePortMatch::Named(word), _) if on.is_empty() => {
                let mut reason = Sentence::of(format!("{} has no {} port called ", name(), port.protocol));
                reason.code(word);
                reason
            }
            (_, scope) if !matches => {
                let mut reason = Sentence::of("wants ");
                reason.code(port_words(port)).plain(", not ").code(scope);
                reason
            }
            _ => Sentence::of(port_words(port)),
        };
        let outcome = if matches { Outcome::Matches } else { Outcome::Fails };
        ConditionTrace { outcome, reason, place: port.place, cites: port.place }
    }

    fn peer(&self, peer: &Peer) -> ConditionTrace {
        let class = self.analysis.cluster.classes.of(self.other);
        let name = self.analysis.cluster.name_of(self.other);
        let (outcome, (reason, cites)) = if peer.members.contains(class) {
            (Outcome::Matches, (self.matched(peer), peer.place))
        } else if peer.unknown.contains(class) {
            (Outcome::Unknown, (Sentence::of(format!("the address of {name} is unknown")), peer.place))
        } else {
            let failure = self.analysis.cluster.endpoints.get(self.other).and_then(|e| self.mismatch(peer, e, &name));
            (Outcome::Fails, failure.unwrap_or_else(|| (Sentence::of(format!("does not match {name}")), peer.place)))
        };
        ConditionTrace { outcome, reason, place: peer.place, cites }
    }

    fn matched(&self, peer: &Peer) -> Sentence {
        let verb = if self.direction == Direction::Ingress { "admits " } else { "allows " };
        let mut out = Sentence::of(verb);
        let everybody = |selector: &LabelSelector| selector.is_empty();
        match &peer.condition {
            PeerCondition::Block(block) => drop(out.code(block.cidr)),
            PeerCondition::Selects { namespaces, pods } => {
                match pods.as_ref().filter(|pods| !everybody(pods)) {
                    Some(pods) => out.code(pods),
                    None => out.plain("every pod"),
                };
                match namespaces {
                    NamespaceScope::Own(own) => {
                        let name = self.analysis.cluster.namespaces.get(*own).map_or("", |own| &own.name);
                        out.plain(" of ").strong(name);
                    }
                    NamespaceScope::Matching(selector) if everybody(selector) => {
                        out.plain(" of any namespace");
                    }
                    NamespaceScope::Matching(selector) => {
                        out.plain(" of namespaces with ").code(selector);
                    }
                }
            }
        }
        out
    }

    /// The first condition of `peer` that `endpoint` does not meet, and where it is written.
    fn mismatch(&self, peer: &Peer, endpoint: &Endpoint, name: &str) -> Option<(Sentence, Place)> {
        let at = |span| Place { span, ..peer.place };
        let (namespaces, pods) = match &peer.condition {
            PeerCondition::Block(block) => return Some((self.outside_block(block, endpoint, name), at(block.span))),
            PeerCondition::Selects { namespaces, pods } => (namespaces, pods),
        };
        let Some(namespace) = self.analysis.cluster.namespace_of(endpoint) else {
            let words = format!("{name} is outside the cluster, and selectors match pods only");
            return Some((Sentence::of(words), peer.place));
        };
        if endpoint.host_network {
            let words = format!("{name} uses its node's network, and selectors do not match it");
            return Some((Sentence::of(words), peer.place));
        }
        match namespaces {
            NamespaceScope::Own(own) if endpoint.namespace != Some(*own) => {
                let own = self.analysis.cluster.namespaces.get(*own).map_or("its own", |own| own.name.as_str());
                let mut reason = Sentence::of("wants pods of namespace ");
                reason.strong(own).plain(format!(", {name} is in ")).strong(&namespace.name);
                return Some((reason, peer.place));
            }
            NamespaceScope::Matching(selector) => {
                if let Some(failed) = selector.first_failure(&namespace.labels) {
                    let about = format!("namespace {}", namespace.name);
                    return Some((wants(failed, &about, &namespace.labels), at(failed.span)));
                }
            }
            NamespaceScope::Own(_) => {}
        }
        let failed = pods.as_ref()?.first_failure(&endpoint.labels)?;
        Some((wants(failed, name, &endpoint.labels), at(failed.span)))
    }

    fn outside_block(&self, block: &IpBlock, endpoint: &Endpoint, name: &str) -> Sentence {
        if !endpoint.is_external() && !self.analysis.cni.blocks_match_pods() {
            return Sentence::of(format!(
                "{} matches address blocks outside the cluster only",
                self.analysis.cni.title()
            ));
        }
        let sample = match &endpoint.kind {
            EndpointKind::External(class) => vec![class.sample],
            EndpointKind::Workload(_) => endpoint.addresses.clone(),
        };
        let excepted = sample.iter().find(|address| block.cidr.contains(*address));
        let hole = excepted.and_then(|address| block.except.iter().find(|hole| hole.contains(address)));
        let mut out = Sentence::of(format!("{name} "));
        match hole {
            Some(hole) => out.plain("is in ").code(hole).plain(", which is excepted"),
            None => out.plain("is not in ").code(block.cidr),
        };
        out
    }
}

/// The best that became of any: a match before an unknown before a failure.
fn best(conditions: &[ConditionTrace]) -> Outcome {
    let any = |outcome| conditions.iter().any(|condition| condition.outcome == outcome);
    if any(Outcome::Matches) {
        Outcome::Matches
    } else if any(Outcome::Unknown) {
        Outcome::Unknown
    } else {
        Outcome::Fails
    }
}

fn port_words(port: &RulePort) -> String {
    match &port.matches {
        RulePortMatch::Any => port.protocol.to_string(),
        RulePortMatch::Range(range) => format!("{}/{range}", port.protocol),
        RulePortMatch::Named(name) | RulePortMatch::Unresolved(name) => format!("{}/{name}", port.protocol),
    }
}

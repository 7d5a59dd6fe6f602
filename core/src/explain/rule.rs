//! What became of one policy and its rules for one pair.

use super::condition::best;
use super::{ConditionTrace, Outcome, PolicyTrace, RuleTrace, Scope};
use crate::Analysis;
use crate::manifest::Direction;
use crate::phrase::Sentence;
use crate::policy::{Action, Peers, Policy, Rule, RulePort, Selector};
use crate::ports::PortSet;
use crate::source::Place;

/// Tries one policy for one pair.
pub(super) struct Tracer<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) policy: &'a Policy,
    pub(super) endpoint: usize,
    pub(super) other: usize,
    pub(super) direction: Direction,
    pub(super) scope: Scope,
    pub(super) wanted: &'a PortSet,
}

impl Tracer<'_> {
    /// The policy, with none of its rules tried yet.
    pub(super) fn policy(&self, at: usize, tier: usize, rules: &[Rule]) -> PolicyTrace {
        let mut selects = Sentence::of("selects ");
        match &self.policy.selector {
            Selector::Terms { says, .. } => selects.phrases.extend(says.phrases.iter().cloned()),
            Selector::Own(selector) if selector.is_empty() => {
                selects.plain("every pod of ").strong(self.policy.namespace.as_deref().unwrap_or_default());
            }
            Selector::Own(selector) => drop(selects.code(selector)),
        }
        if rules.is_empty() {
            selects.plain(format!(" and has no {} rule", self.direction.field()));
        }
        PolicyTrace { policy: at, tier, selects, place: self.place(), rules: Vec::new() }
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

    /// One of its rules. What it decides is for the caller to say, who knows what is left to decide.
    pub(super) fn rule(&self, at: usize, rule: &Rule) -> RuleTrace {
        let peers: Vec<ConditionTrace> = match &rule.peers {
            Peers::Everyone => Vec::new(),
            Peers::OneOf(peers) => {
                peers.iter().map(|peer| self.peer(peer, self.other, self.verb(rule.action))).collect()
            }
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
        let own = rule.own.as_ref().map(|own| self.peer(own, self.endpoint, "is about"));
        let owned = own.as_ref().map_or(Outcome::Matches, |own| own.outcome);
        let port = if ports.is_empty() { Outcome::Matches } else { best(&ports) };
        // Ports that it is not about take away what the others match.
        let port = if allowed.intersection(self.wanted).is_empty() { Outcome::Fails } else { port };
        let outcome = match (owned, peer, port) {
            (Outcome::Fails, _, _) | (_, Outcome::Fails, _) | (_, _, Outcome::Fails) => Outcome::Fails,
            (Outcome::Unknown, _, _) | (_, Outcome::Unknown, _) => Outcome::Unknown,
            _ => Outcome::Matches,
        };
        let (reason, cites) = match own.as_ref().filter(|_| owned != Outcome::Matches) {
            Some(own) => (own.reason.clone(), own.cites),
            None => self.reason(rule, &peers, &ports, (peer, port)),
        };
        RuleTrace {
            rule: at,
            action: rule.action,
            label: rule.label.clone(),
            place: rule.place,
            everyone: rule.peers == Peers::Everyone,
            outcome,
            reached: false,
            decides: PortSet::default(),
            http: rule.http.clone(),
            own,
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
                    Sentence::of(match (rule.action, self.direction) {
                        (Action::Allow, Direction::Ingress) => "admits everybody",
                        (Action::Allow, Direction::Egress) => "lets it go anywhere",
                        (Action::Deny, Direction::Ingress) => "denies everybody",
                        (Action::Deny, Direction::Egress) => "denies it every way",
                        (Action::Pass, _) => "passes every connection on",
                        (Action::Log, _) => "logs every connection",
                    })
                },
                |peer| peer.reason.clone(),
            );
            let on = if self.scope.flow().is_some() {
                find(ports, Outcome::Matches).map(|port| port.reason.to_string())
            } else {
                None
            };
            let words = on.or_else(|| (!rule.ports.is_empty()).then(|| ports_words(&rule.ports)));
            let left_out = !rule.not_ports.is_empty();
            match words {
                Some(words) => drop(reason.plain(", ").code(words)),
                None if left_out => drop(reason.plain(", every port")),
                None => {}
            }
            if left_out {
                reason.plain(" except ").code(ports_words(&rule.not_ports));
            }
            return (reason, matching.map_or(rule.place, |peer| peer.place));
        }
        let by_port = peer == Outcome::Matches || peer == Outcome::Unknown && port == Outcome::Fails;
        if by_port && (ports.is_empty() || best(ports) == Outcome::Matches) {
            return self.left_out(rule);
        }
        let (failed, what) = if by_port { (ports, "ports") } else { (peers, "peers") };
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

    /// That the rule is not about the ports that its other conditions match.
    fn left_out(&self, rule: &Rule) -> (Sentence, Place) {
        let mut reason = Sentence::of("is not about ");
        match self.scope {
            Scope::Everything => drop(reason.plain("any port")),
            scope => drop(reason.code(scope)),
        }
        let ports = rule.not_ports.iter().map(|port| port.place);
        let place = ports.reduce(|all, next| Place { span: all.span.to(next.span), ..all });
        (reason, place.unwrap_or(rule.place))
    }

    /// What a rule does with a peer that it matches.
    fn verb(&self, action: Action) -> &'static str {
        match (action, self.direction) {
            (Action::Allow, Direction::Ingress) => "admits",
            (Action::Allow, Direction::Egress) => "allows",
            (Action::Deny, _) => "denies",
            (Action::Pass, _) => "passes on",
            (Action::Log, _) => "logs",
        }
    }
}

/// Ports as they are written.
fn ports_words(ports: &[RulePort]) -> String {
    ports.iter().map(RulePort::words).collect::<Vec<_>>().join(", ")
}

//! Trying every tier, policy and rule of one side, in order.

use super::condition::{unmet, wants};
use super::rule::Tracer;
use super::{Ending, IdlePolicy, Outcome, Pair, SideExplanation, Standing, TierTrace};
use crate::Analysis;
use crate::cluster::Endpoint;
use crate::manifest::Direction;
use crate::phrase::Sentence;
use crate::policy::{Action, Policy, Rule, Selector, Tier};
use crate::ports::PortSet;
use crate::reach::Reach;

/// What decides for the end of `pair` that `direction` is about.
pub(super) fn side(analysis: &Analysis, pair: Pair, direction: Direction) -> SideExplanation {
    let (endpoint, other) = match direction {
        Direction::Egress => (pair.from, pair.to),
        Direction::Ingress => (pair.to, pair.from),
    };
    let itself = endpoint == other && !pair.twins;
    let wanted = pair.scope.ports();
    let mut side = SideExplanation {
        direction,
        endpoint,
        other,
        standing: standing(analysis, endpoint, itself, direction),
        tiers: Vec::new(),
        policies: Vec::new(),
        allowed: PortSet::all(),
        http: Vec::new(),
        allows: true,
        unknown: false,
    };
    let mut reach = Reach::all();
    let enforcers = analysis.tiers.iter().map(|tier| tier.enforcer).max().unwrap_or(0);
    for enforcer in 0..=enforcers {
        let mut walk =
            Walk { analysis, pair, wanted: &wanted, side: &mut side, reach: Reach::default(), left: PortSet::all() };
        for (at, tier) in analysis.tiers.iter().enumerate().filter(|(_, tier)| tier.enforcer == enforcer) {
            walk.tier(at, tier);
        }
        let own = walk.reach.union(&walk.left.into());
        reach = reach.intersection(&own);
    }
    if !itself {
        side.allows = !reach.ports.intersection(&wanted).is_empty();
        (side.allowed, side.http) = (reach.ports, reach.http);
    }
    let mut rules = side.policies.iter().flat_map(|policy| &policy.rules);
    let other_way = if side.allows { Action::Deny } else { Action::Allow };
    side.unknown = rules.any(|rule| {
        let turns = rule.action == other_way || rule.action == Action::Pass;
        rule.reached && rule.outcome == Outcome::Unknown && turns
    });
    side
}

/// What the side of `endpoint` allows with `other`.
pub(super) fn allowed(analysis: &Analysis, endpoint: usize, other: usize, direction: Direction) -> PortSet {
    let (from, to) = if direction == Direction::Egress { (endpoint, other) } else { (other, endpoint) };
    side(analysis, Pair { from, to, scope: super::Scope::Everything, twins: false }, direction).allowed
}

/// The way through the tiers of one enforcer.
struct Walk<'w> {
    analysis: &'w Analysis,
    pair: Pair,
    wanted: &'w PortSet,
    side: &'w mut SideExplanation,
    /// What is allowed so far.
    reach: Reach,
    /// What is left to decide.
    left: PortSet,
}

impl Walk<'_> {
    fn tier(&mut self, at: usize, tier: &Tier) {
        let (analysis, direction, endpoint) = (self.analysis, self.side.direction, self.side.endpoint);
        let selecting = tier.policies.iter().filter_map(|number| {
            let policy = analysis.policies.get(*number)?;
            let rules = policy.rules(direction).filter(|_| analysis.selects(policy, endpoint))?;
            Some((*number, policy, rules))
        });
        let selecting: Vec<(usize, &Policy, &[Rule])> = selecting.collect();
        if selecting.is_empty() {
            return;
        }
        let reached = !self.left.intersection(self.wanted).is_empty();
        let first = self.side.policies.len();
        let tracer = |policy| Tracer {
            analysis,
            policy,
            endpoint,
            other: self.side.other,
            direction,
            scope: self.pair.scope,
            wanted: self.wanted,
        };
        let mut traces: Vec<_> =
            selecting.iter().map(|(number, policy, rules)| tracer(policy).policy(*number, at, rules)).collect();
        let lists: Vec<&[Rule]> = selecting.iter().map(|(_, _, rules)| *rules).collect();
        let mut handed_on = PortSet::default();
        for (owner, number, rule) in tier.in_order(&lists) {
            let (Some((_, policy, _)), Some(trace)) = (selecting.get(owner), traces.get_mut(owner)) else { continue };
            let mut tried = tracer(policy).rule(number, rule);
            let open = self.left.intersection(self.wanted);
            tried.reached = !open.is_empty();
            // What a rule may match, but is not known to, is left to the others.
            let matches = self.holds(rule) == Outcome::Matches;
            let ports = if matches { self.left.intersection(&tried.allowed) } else { PortSet::default() };
            match rule.action {
                Action::Log => {}
                Action::Allow if !rule.http.is_empty() => {
                    self.reach = self.reach.union(&Reach::narrowed(&ports, direction, &rule.http));
                }
                Action::Allow => self.reach = self.reach.union(&ports.clone().into()),
                Action::Pass => handed_on.unite(&ports),
                Action::Deny => {}
            }
            if rule.action != Action::Log {
                tried.decides = ports.intersection(self.wanted);
                if rule.http.is_empty() {
                    self.left = self.left.without(&ports);
                }
            }
            trace.rules.push(tried);
        }
        traces.iter_mut().for_each(|trace| trace.rules.sort_by_key(|rule| rule.rule));
        let isolates = selecting.iter().any(|(_, policy, _)| policy.isolates(direction));
        let mut undecided = self.left.intersection(self.wanted);
        if isolates {
            // Where some requests pass the others are answered 403, and the connection is not refused.
            undecided = undecided.without(&self.reach.ports);
        }
        let ending = if undecided.is_empty() {
            Ending::Decided
        } else if isolates {
            Ending::Refused
        } else {
            Ending::HandedOn
        };
        let passed = handed_on.intersection(self.wanted);
        if isolates {
            self.left = handed_on;
        } else {
            self.left.unite(&handed_on);
        }
        let policies = traces.len();
        let enforcer = tier.enforcer;
        self.side.tiers.push(TierTrace {
            tier: at,
            enforcer,
            first,
            policies,
            reached,
            ending,
            undecided,
            handed_on: passed,
        });
        self.side.policies.extend(traces);
    }

    /// Whether the peers of `rule` match, whatever the ports.
    fn holds(&self, rule: &Rule) -> Outcome {
        let classes = &self.analysis.cluster.classes;
        let (own, other) = (classes.of(self.side.endpoint), classes.of(self.side.other));
        rule.holds(own, other)
    }
}

/// Whether policies count for `endpoint`; `itself` where it is both ends.
pub(super) fn standing(analysis: &Analysis, endpoint: usize, itself: bool, direction: Direction) -> Standing {
    let own = analysis.cluster.endpoints.get(endpoint);
    if itself {
        Standing::Itself
    } else if own.is_some_and(Endpoint::is_external) {
        Standing::Outside
    } else if own.is_some_and(|own| own.host_network) {
        Standing::HostNetwork
    } else if analysis.connectivity.is_selected(endpoint, direction) {
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
        let does_not =
            if policy.isolates_ingress || policy.isolates_egress { "does not isolate" } else { "has no rule for" };
        reason.plain(format!("selects {name}, but {does_not} {}", direction.field()));
        place = policy.types_place.unwrap_or(place);
    } else if own.is_some_and(|own| own.host_network) {
        reason.plain(format!("does not select {name}, which uses its node's network"));
    } else if let Some(namespace) = namespace {
        let elsewhere = policy.namespace.as_ref().filter(|own| **own != namespace.name);
        match (&policy.selector, elsewhere, own) {
            (_, Some(elsewhere), _) => {
                reason.plain("is in namespace ").strong(elsewhere);
                reason.plain(format!(", {name} in ")).strong(&namespace.name);
                place = policy.place;
            }
            (Selector::Own(selector), _, Some(own)) if let Some(failed) = selector.first_failure(&own.labels) => {
                place.span = failed.span;
                reason = wants(failed, &name, &own.labels);
            }
            (Selector::Terms { terms, .. }, _, Some(own)) if let Some(unmet) = unmet(analysis, terms, own, &name) => {
                (reason, place) = unmet;
            }
            _ => drop(reason.plain(format!("does not select {name}"))),
        }
    } else {
        reason.plain(format!("does not select {name}, which is outside the cluster"));
    }
    IdlePolicy { policy: at, selects, reason, place }
}

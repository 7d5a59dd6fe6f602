//! What becomes of HTTP requests: of the one that is asked about, or of all of them.

use std::sync::Arc;

use super::{Explanation, Role, RuleTrace, SideExplanation};
use crate::Analysis;
use crate::http::{HttpRule, Request};
use crate::manifest::Direction;
use crate::policy::Action;
use crate::ports::{PortSet, Protocol};
use crate::reach::Admission;
use crate::source::Place;

/// What becomes of a request, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestTrace {
    /// What becomes of it.
    pub admission: Admission,
    /// The HTTP rules that it was tried against, those of the source's side first. None where every request passes, or
    /// where the connection does not open.
    pub tried: Vec<HttpTrace>,
}

/// One HTTP rule that a request was tried against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpTrace {
    /// Whose side it is on.
    pub direction: Direction,
    /// Its policy: an index into [`Analysis::policies`].
    pub policy: usize,
    /// The rule that lists it: its index in the policy, among those of this direction.
    pub rule: usize,
    /// It.
    pub http: Arc<HttpRule>,
    /// Whether it admits the request.
    pub admits: bool,
}

/// Who answers a request `403`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// On which side.
    pub direction: Direction,
    /// The policies none of whose HTTP rules admits it: indices into [`Analysis::policies`].
    pub policies: Vec<usize>,
}

/// What an HTTP rule does, to be shown below the rule that lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpLine {
    /// What that is.
    pub role: Role,
    /// The rule, such as `POST /api/v1/.*`, or a sentence about the requests that it says nothing of.
    pub words: String,
    /// Where it is written.
    pub place: Option<Place>,
}

impl Explanation {
    /// What becomes of `request` on the one TCP port that is asked about; `None` where none is.
    pub fn request(&self, request: &Request) -> Option<RequestTrace> {
        let flow = self.flow.filter(|flow| flow.protocol == Protocol::Tcp)?;
        let admission = Admission::of(request, flow.port, &self.allowed, &self.http);
        let opens = admission != Admission::Blocked;
        let sides = self.sides().into_iter().filter(|_| opens);
        Some(RequestTrace { admission, tried: sides.flat_map(|side| side.tried(request)).collect() })
    }

    /// Who answers the request of `trace`, which is of this explanation, `403`; `None` where nobody does.
    pub fn refusal(&self, analysis: &Analysis, trace: &RequestTrace) -> Option<Refusal> {
        // The source's proxy is the first to see the request.
        self.sides().into_iter().find_map(|side| {
            let policies = side.turns_back(analysis, trace);
            (!policies.is_empty()).then_some(Refusal { direction: side.direction, policies })
        })
    }
}

impl SideExplanation {
    /// The policies that turn the request of `trace` back on this side, none of their HTTP rules admitting it: indices
    /// into [`Analysis::policies`].
    pub fn turns_back(&self, analysis: &Analysis, trace: &RequestTrace) -> Vec<usize> {
        let enforcer = |policy: usize| {
            let tier = self.policies.iter().find(|trace| trace.policy == policy).map(|trace| trace.tier);
            tier.and_then(|tier| analysis.tiers.get(tier)).map_or(0, |tier| tier.enforcer)
        };
        let own = || trace.tried.iter().filter(|tried| tried.direction == self.direction);
        let admitted = |by: usize| own().any(|tried| tried.admits && enforcer(tried.policy) == by);
        let mut policies: Vec<usize> =
            own().map(|tried| tried.policy).filter(|policy| !admitted(enforcer(*policy))).collect();
        policies.dedup();
        policies
    }

    /// What the whole side does where `trace` is asked about.
    pub fn role_for(&self, analysis: &Analysis, trace: Option<&RequestTrace>) -> Role {
        let turned_back = trace.is_some_and(|trace| !self.turns_back(analysis, trace).is_empty());
        if turned_back { Role::Refuses } else { self.role() }
    }

    /// What this side says where `trace` is asked about, as [`SideExplanation::headline`].
    pub fn headline_for(&self, analysis: &Analysis, trace: Option<&RequestTrace>) -> String {
        let own = |trace: &RequestTrace| trace.tried.iter().any(|tried| tried.direction == self.direction);
        let Some(trace) = trace.filter(|trace| own(trace)) else { return self.headline() };
        let admits = self.turns_back(analysis, trace).is_empty();
        let words = if admits { "an HTTP rule admits the request" } else { "no HTTP rule admits the request" };
        format!("{}, {words}", self.count_words())
    }

    /// What `rule` does where `trace` is asked about.
    pub fn role_of_for(&self, policy: usize, rule: &RuleTrace, trace: Option<&RequestTrace>) -> Role {
        let own = |tried: &&HttpTrace| self.is_of(tried, policy, rule);
        let mut tried = trace.into_iter().flat_map(|trace| &trace.tried).filter(own).map(|tried| tried.admits);
        match tried.next() {
            None => self.role_of(rule),
            Some(first) if first || tried.any(|admits| admits) => Role::Allows,
            Some(_) => Role::Refuses,
        }
    }

    /// The HTTP rules of `rule`, which is of the policy with that index: each with what it does to the request of
    /// `trace`, or without one all that lets requests pass.
    pub fn http_of(&self, policy: usize, rule: &RuleTrace, trace: Option<&RequestTrace>) -> Vec<HttpLine> {
        let place = |http: &HttpRule| Some(Place { span: http.span, ..rule.place });
        if rule.http.is_empty() || rule.decides.is_empty() {
            return Vec::new();
        }
        if !self.looks_at(&rule.decides) {
            let opens = |other: &RuleTrace| {
                other.allows() && other.http.is_empty() && !other.decides.intersection(&rule.decides).is_empty()
            };
            let opened = self.policies.iter().flat_map(|policy| &policy.rules).any(opens);
            let words = match opened {
                true => "another rule lets every request through",
                false => "the other requests pass too: what no rule matches is allowed",
            };
            return vec![HttpLine { role: Role::Aside, words: words.to_owned(), place: None }];
        }
        let of = |role, http: &HttpRule| HttpLine { role, words: http.to_string(), place: place(http) };
        if let Some(trace) = trace {
            let own = trace.tried.iter().filter(|tried| self.is_of(tried, policy, rule));
            return own.map(|t| of(if t.admits { Role::Allows } else { Role::Refuses }, &t.http)).collect();
        }
        let mut lines: Vec<HttpLine> = rule.http.iter().map(|http| of(Role::Allows, http)).collect();
        let looking = |rule: &&RuleTrace| !rule.http.is_empty() && !rule.decides.is_empty();
        let others = self.policies.iter().flat_map(|policy| &policy.rules).filter(looking).count() > 1;
        let words =
            if others { "a request that no rule admits is answered 403" } else { "any other request is answered 403" };
        lines.push(HttpLine { role: Role::Refuses, words: words.to_owned(), place: None });
        lines
    }

    fn is_of(&self, tried: &HttpTrace, policy: usize, rule: &RuleTrace) -> bool {
        (tried.direction, tried.policy, tried.rule) == (self.direction, policy, rule.rule)
    }

    /// Whether HTTP rules narrow any of `ports` here.
    fn looks_at(&self, ports: &PortSet) -> bool {
        self.http.iter().any(|narrowed| !narrowed.ports().intersection(ports).is_empty())
    }

    /// The rules that look at `request`, which goes to the one port that is asked about.
    fn tried(&self, request: &Request) -> Vec<HttpTrace> {
        let rules = self.policies.iter().flat_map(|policy| policy.rules.iter().map(move |rule| (policy.policy, rule)));
        let looking = rules.filter(|(_, rule)| rule.action == Action::Allow && self.looks_at(&rule.decides));
        let trace = |(policy, rule): (usize, &RuleTrace)| {
            let of = |http: &Arc<HttpRule>| HttpTrace {
                direction: self.direction,
                policy,
                rule: rule.rule,
                http: http.clone(),
                admits: http.admits(request),
            };
            rule.http.iter().map(of).collect::<Vec<_>>()
        };
        looking.flat_map(trace).collect()
    }
}

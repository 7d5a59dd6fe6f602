//! What becomes of one HTTP request, and which rules it was tried against.

use std::sync::Arc;

use super::{Explanation, SideExplanation};
use crate::Analysis;
use crate::http::{HttpRule, Request};
use crate::manifest::Direction;
use crate::policy::Action;
use crate::ports::Protocol;
use crate::reach::Admission;

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

impl Explanation {
    /// What becomes of `request` on the one TCP port that is asked about; `None` where none is.
    pub fn request(&self, request: &Request) -> Option<RequestTrace> {
        let flow = self.flow.filter(|flow| flow.protocol == Protocol::Tcp)?;
        let admission = Admission::of(request, flow.port, &self.allowed, &self.http);
        let narrows = |side: &&SideExplanation| {
            admission != Admission::Blocked && side.http.iter().any(|narrowed| narrowed.holds(flow.port))
        };
        let tried = self.sides().into_iter().filter(narrows).flat_map(|side| tried(side, flow.port, request)).collect();
        Some(RequestTrace { admission, tried })
    }

    /// Why `trace`, which is of this explanation, ends in a `403`: who answers it, and whose rules do not admit the
    /// request, as in `no HTTP rule of api-l7 admits it`. `None` where it does not.
    pub fn refusal(&self, analysis: &Analysis, trace: &RequestTrace) -> Option<Refusal> {
        if trace.admission != Admission::Forbidden {
            return None;
        }
        // The source's proxy is the first to see the request.
        self.sides().into_iter().find_map(|side| {
            let own = |tried: &&HttpTrace| tried.direction == side.direction;
            let enforcer = |policy: usize| {
                let tier = side.policies.iter().find(|trace| trace.policy == policy).map(|trace| trace.tier);
                tier.and_then(|tier| analysis.tiers.get(tier)).map_or(0, |tier| tier.enforcer)
            };
            let admitted = |by: usize| trace.tried.iter().filter(own).any(|t| t.admits && enforcer(t.policy) == by);
            let mut policies: Vec<usize> = Vec::new();
            for tried in trace.tried.iter().filter(own).filter(|tried| !admitted(enforcer(tried.policy))) {
                if !policies.contains(&tried.policy) {
                    policies.push(tried.policy);
                }
            }
            (!policies.is_empty()).then_some(Refusal { direction: side.direction, policies })
        })
    }
}

/// Who answers a request `403`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// On which side.
    pub direction: Direction,
    /// The policies none of whose HTTP rules admits it: indices into [`Analysis::policies`].
    pub policies: Vec<usize>,
}

/// The rules of `side` that look at requests on TCP `port`.
fn tried(side: &SideExplanation, port: u16, request: &Request) -> Vec<HttpTrace> {
    let rules = side.policies.iter().flat_map(|policy| policy.rules.iter().map(move |rule| (policy.policy, rule)));
    let looking = rules.filter(|(_, rule)| rule.action == Action::Allow && rule.decides.contains(Protocol::Tcp, port));
    let trace = |(policy, rule): (usize, &super::RuleTrace)| {
        let rule_number = rule.rule;
        let of = move |http: &Arc<HttpRule>| HttpTrace {
            direction: side.direction,
            policy,
            rule: rule_number,
            http: http.clone(),
            admits: http.admits(request),
        };
        rule.http.iter().map(of).collect::<Vec<_>>()
    };
    looking.flat_map(trace).collect()
}

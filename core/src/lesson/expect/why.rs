//! Why a line of expectations does not hold: the policies and rules behind it, each with its place.

use super::Want;
use crate::Analysis;
use crate::explain::{self, Explanation, Flow, IdlePolicy, Pair, Role, Scope, SideExplanation, Standing};
use crate::explain::{PolicyTrace, RequestTrace, RuleTrace};
use crate::manifest::Direction;
use crate::policy::Policy;
use crate::ports::{PortSet, Protocol};
use crate::reach::Admission;
use crate::source::Place;

/// One reason: `NetworkPolicy db, ingress rule 1: wants app=api, web has app=web`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The words.
    pub words: String,
    /// The text behind them, if there is some.
    pub place: Option<Place>,
}

/// The most reasons of one line; what is past them is a number.
const MOST: usize = 6;

/// The most policies that are named because they do not count.
const MOST_IDLE: usize = 2;

/// Why the pair of endpoints misses `want`. Only those sides speak that differ from it.
pub fn reasons(want: &Want, analysis: &Analysis, (from, to): (usize, usize)) -> Vec<Reason> {
    let scope = scope(want, analysis, (from, to));
    let Some(why) = explain::explain_pair(analysis, Pair { from, to, scope, twins: false }) else { return Vec::new() };
    let request = match want {
        Want::Request { request, .. } => why.request(request),
        _ => None,
    };
    let teller = Teller { analysis, want, why: &why, request: request.as_ref() };
    let speaking = why.sides().into_iter().filter(|side| teller.speaks(side));
    let mut reasons: Vec<Reason> = speaking.flat_map(|side| teller.side(side)).collect();
    if reasons.len() > MOST {
        let more = reasons.len() - (MOST - 1);
        reasons.truncate(MOST - 1);
        reasons.push(Reason { words: format!("{more} more rules and policies"), place: None });
    }
    reasons
}

/// What to ask about: one port where a few are too many or missing, else all of them.
fn scope(want: &Want, analysis: &Analysis, (from, to): (usize, usize)) -> Scope {
    let exactly = match want {
        Want::Request { port, .. } => return Scope::Flow(Flow { protocol: Protocol::Tcp, port: *port }),
        Want::Exactly(exactly) => exactly,
        Want::Open | Want::Blocked(_) => return Scope::Everything,
    };
    let Some(connection) = analysis.connectivity.connection(from, to) else { return Scope::Everything };
    let missing = exactly.ports.without(connection.allowed);
    let differing = if missing.is_empty() { connection.allowed.without(&exactly.ports) } else { missing };
    first(&differing).map_or(Scope::Everything, Scope::Flow)
}

/// The first port of a set that is not all ports of a protocol.
fn first(ports: &PortSet) -> Option<Flow> {
    let of = |protocol: Protocol| ports.ranges(protocol).first().map(|range| (protocol, *range));
    let (protocol, range) = Protocol::ALL.into_iter().find_map(of)?;
    let few = range.last - range.first < 1024;
    few.then_some(Flow { protocol, port: range.first })
}

struct Teller<'t> {
    analysis: &'t Analysis,
    want: &'t Want,
    why: &'t Explanation,
    request: Option<&'t RequestTrace>,
}

impl Teller<'_> {
    /// Whether a side has a part in it: the one that should refuse and does not, or the other way round; where more is
    /// open than it should, both.
    fn speaks(&self, side: &SideExplanation) -> bool {
        let of = |(egress, ingress): (bool, bool)| if side.direction == Direction::Egress { egress } else { ingress };
        let refuses = of(self.why.refused_by());
        match (self.want, self.request) {
            (Want::Blocked(Some(sides)), _) => of(*sides) != refuses,
            (Want::Request { answer: Admission::Allowed, .. }, Some(trace))
                if trace.admission == Admission::Forbidden =>
            {
                !side.turns_back(self.analysis, trace).is_empty()
            }
            _ => refuses || self.why.allows(),
        }
    }

    fn side(&self, side: &SideExplanation) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = side.policies.iter().flat_map(|policy| self.policy(side, policy)).collect();
        let name = self.analysis.cluster.name_of(side.endpoint);
        if side.standing == Standing::Free {
            reasons.extend(self.idle(side));
        }
        if reasons.is_empty() {
            let words = match side.freedom(&name) {
                Some(sentence) => sentence.trim_end_matches('.').to_owned(),
                None => format!("{name}, {}: {}", side.direction.field(), side.headline()),
            };
            reasons.push(Reason { words, place: None });
        }
        reasons
    }

    fn policy(&self, side: &SideExplanation, trace: &PolicyTrace) -> Vec<Reason> {
        let Some(name) = self.name(side, trace.policy) else { return Vec::new() };
        if trace.rules.is_empty() {
            let refuses = side.role_of_policy(trace) == Role::Refuses;
            let words = format!("{name} {}", trace.selects);
            return refuses.then_some(Reason { words, place: Some(trace.place) }).into_iter().collect();
        }
        trace.rules.iter().flat_map(|rule| self.rule(side, trace.policy, &name, rule)).collect()
    }

    fn rule(&self, side: &SideExplanation, policy: usize, name: &str, rule: &RuleTrace) -> Vec<Reason> {
        let role = side.role_of_for(policy, rule, self.request);
        // A rule that might refuse says nothing where another one allows.
        if role == Role::Aside || role == Role::Refuses && side.role_for(self.analysis, self.request) == Role::Allows {
            return Vec::new();
        }
        let list = if rule.label.list == side.direction.field() { rule.label.list } else { "" };
        let label = format!("{list} {}", rule.label);
        let of = |words: &str, place| Reason { words: format!("{name}, {}: {words}", label.trim()), place };
        let lines = match self.request {
            Some(_) => side.http_of(policy, rule, self.request),
            None => Vec::new(),
        };
        if lines.is_empty() {
            return vec![of(&rule.reason.to_string(), Some(rule.cites))];
        }
        let verb = |role| if role == Role::Allows { "admits" } else { "admits only" };
        lines.iter().map(|line| of(&format!("{} {}", verb(line.role), line.words), line.place)).collect()
    }

    /// The policies of the endpoint's own namespace that do not select it.
    fn idle(&self, side: &SideExplanation) -> Vec<Reason> {
        let own = self.analysis.cluster.endpoints.get(side.endpoint).and_then(|endpoint| endpoint.namespace);
        let is_near = |policy: &Policy| policy.namespace.is_none() || policy.own == own;
        let near = |idle: &IdlePolicy| self.analysis.policies.get(idle.policy).is_some_and(is_near);
        let idle = side.idle(self.analysis).into_iter().filter(near);
        let reason = |idle: IdlePolicy| {
            let (name, noun) = (self.name(side, idle.policy)?, side.direction.field());
            let words = format!("{name} does not isolate it for {noun}: {}", idle.reason);
            Some(Reason { words, place: Some(idle.place) })
        };
        idle.filter_map(reason).take(MOST_IDLE).collect()
    }

    fn name(&self, side: &SideExplanation, policy: usize) -> Option<String> {
        self.analysis.policies.get(policy).map(|policy| side.full_name_of(self.analysis, policy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::expect::parse;
    use crate::source::Source;

    const PODS: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}}
---
";

    const DB: &str = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
  - from: [{podSelector: {}}]
    ports: [{port: 5432}]
";

    /// The reasons for the first pair of a line, each with its line in the text.
    #[track_caller]
    fn check(policies: &str, line: &str, expected: &[(&str, usize)]) {
        let analysis = crate::analyze(vec![Source::new("all", format!("{PODS}{policies}"))]);
        assert_eq!(analysis.manifests.diagnostics, []);
        let expectation = parse(line, 1).0.remove(0);
        let at = |pattern: &dyn std::fmt::Display| analysis.cluster.find(&pattern.to_string()).unwrap();
        let pair = (at(&expectation.from), at(&expectation.to));
        let found = reasons(&expectation.want, &analysis, pair);
        let line = |place: Option<Place>| place.map_or(0, |place| analysis.sources[0].line(place.span.start));
        let found: Vec<_> = found.iter().map(|reason| (reason.words.as_str(), line(reason.place))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_side_that_differs_speaks() {
        check(
            DB,
            "default/web -> default/db  TCP/80",
            &[
                ("NetworkPolicy db, ingress rule 1: wants app=api, web has app=web", 13),
                ("NetworkPolicy db, ingress rule 2: wants TCP/5432, not TCP/80", 15),
            ],
        );
        check(
            DB,
            "default/web -> default/db  blocked",
            &[
                ("NetworkPolicy db does not isolate it for egress: wants app=db, web has app=web", 11),
                ("NetworkPolicy db, ingress rule 2: admits every pod of default, TCP/5432", 14),
            ],
        );
        check(
            DB,
            "default/web -> default/db  blocked by egress",
            &[("NetworkPolicy db does not isolate it for egress: wants app=db, web has app=web", 11)],
        );
        check(
            "",
            "default/web -> default/db  blocked by ingress",
            &[("Nothing selects db for Ingress, so every connection may enter", 0)],
        );
    }

    #[test]
    fn policies_without_rules_and_many_of_them() {
        let deny = |name: usize| {
            format!(
                "---\n{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: deny-{name}}}, spec: {{podSelector: {{}}}}}}\n"
            )
        };
        check(
            &deny(0),
            "default/web -> default/db  open",
            &[("NetworkPolicy deny-0 selects every pod of default and has no ingress rule", 7)],
        );
        let many: String = (0..9).map(deny).collect();
        let analysis = crate::analyze(vec![Source::new("all", format!("{PODS}{many}"))]);
        let found = reasons(&Want::Open, &analysis, (0, 1));
        assert_eq!((found.len(), found[5].words.as_str()), (6, "4 more rules and policies"));
    }

    #[test]
    fn requests() {
        let policy = "
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - toPorts:
    - ports: [{port: \"80\", protocol: TCP}]
      rules: {http: [{method: GET, path: /x}]}
";
        check(
            policy,
            "default/web -> default/db  POST /x on TCP/80: allowed",
            &[("CiliumNetworkPolicy api, ingress rule 1: admits only GET /x", 15)],
        );
        check(
            policy,
            "default/web -> default/db  GET /x on TCP/80: 403",
            &[
                ("CiliumNetworkPolicy api does not isolate it for egress: wants app=db, web has app=web", 11),
                ("CiliumNetworkPolicy api, ingress rule 1: admits GET /x", 15),
            ],
        );
    }
}

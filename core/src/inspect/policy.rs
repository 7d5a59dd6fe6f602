//! What one policy is about: the pods that it selects, those that it just misses, and whom its rules admit.

use crate::Analysis;
use crate::explain;
use crate::labels::LabelSelector;
use crate::lint::near;
use crate::lint::words::{counted, few};
use crate::manifest::Direction;
use crate::phrase::Sentence;
use crate::policy::{Action, Peers, Policy, Rule, RulePort, Selector};
use crate::source::Place;

/// What one policy is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyReport {
    /// Index into [`Analysis::policies`].
    pub policy: usize,
    /// The pods that it selects, in text order.
    pub selected: Vec<usize>,
    /// The pods that miss its selector by one condition; those with a slip in a label first.
    pub near: Vec<NearMiss>,
    /// Its rules.
    pub rules: Vec<RuleReport>,
}

/// A pod that a policy just misses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The pod.
    pub endpoint: usize,
    /// Why: `wants app=api, database has app=database`.
    pub reason: Sentence,
    /// Whether a slip in a label is the likely reason.
    pub slip: bool,
}

/// Whom one rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleReport {
    /// Which connections.
    pub direction: Direction,
    /// What it is called: `rule 1`.
    pub label: String,
    /// What it does with them.
    pub action: Action,
    /// Whether it is about everybody.
    pub everyone: bool,
    /// The pods that it is about.
    pub pods: Vec<usize>,
    /// How many classes of addresses or hosts outside it is about.
    pub outside: usize,
    /// On which ports: `TCP/80, UDP/53`; empty means all.
    pub ports: String,
    /// Where it is written.
    pub place: Place,
}

/// What the policy with that index is about.
pub fn policy(analysis: &Analysis, at: usize) -> Option<PolicyReport> {
    let policy = analysis.policies.get(at)?;
    let members = analysis.cluster.members(&policy.subjects);
    let inside = |endpoint: &usize| analysis.cluster.endpoints.get(*endpoint).is_some_and(|e| !e.is_external());
    let selected: Vec<usize> = members.iter().filter(inside).collect();
    let near = match &policy.selector {
        Selector::Own(selector) if analysis.cni.enforces() => misses(analysis, policy, selector),
        _ => Vec::new(),
    };
    let rules = [Direction::Ingress, Direction::Egress].into_iter().flat_map(|direction| {
        policy.rules(direction).unwrap_or_default().iter().map(move |rule| report(analysis, direction, rule))
    });
    Some(PolicyReport { policy: at, selected, near, rules: rules.collect() })
}

/// The pods of the policy's namespace that miss its selector by one condition.
fn misses(analysis: &Analysis, policy: &Policy, selector: &LabelSelector) -> Vec<NearMiss> {
    let cluster = &analysis.cluster;
    let mut found = Vec::new();
    for (at, endpoint) in cluster.endpoints.iter().enumerate().filter(|(_, endpoint)| endpoint.is_selectable()) {
        let here = cluster.namespace_of(endpoint).map(|namespace| &namespace.name) == policy.namespace.as_ref();
        let failing: Vec<_> = selector.requirements.iter().filter(|wanted| !wanted.matches(&endpoint.labels)).collect();
        let [wanted] = failing.as_slice() else { continue };
        let slip = near::nearest(selector, [(at, &endpoint.labels)]).is_some();
        // A lone condition is missed by everybody else: only those that have the label at all are near.
        let one_of_several = selector.requirements.len() > 1 || endpoint.labels.contains_key(&wanted.key);
        if here && (slip || one_of_several) {
            let reason = explain::wants(wanted, &cluster.name_of(at), &endpoint.labels);
            found.push(NearMiss { endpoint: at, reason, slip });
        }
    }
    found.sort_by_key(|miss| !miss.slip);
    found
}

fn report(analysis: &Analysis, direction: Direction, rule: &Rule) -> RuleReport {
    let (mut pods, mut outside) = (Vec::new(), 0);
    if let Peers::OneOf(peers) = &rule.peers {
        for (at, endpoint) in analysis.cluster.endpoints.iter().enumerate() {
            let class = analysis.cluster.classes.of(at);
            if peers.iter().any(|peer| peer.members.contains(class)) {
                if endpoint.is_external() { outside += 1 } else { pods.push(at) }
            }
        }
    }
    let ports: Vec<String> = rule.ports.iter().map(RulePort::words).collect();
    RuleReport {
        direction,
        label: rule.label.to_string(),
        action: rule.action,
        everyone: rule.peers == Peers::Everyone,
        pods,
        outside,
        ports: ports.join(", "),
        place: rule.place,
    }
}

impl RuleReport {
    /// Whom it is about, in words: `everybody`, `2 pods: api and web`, `nobody`.
    pub fn whom(&self, analysis: &Analysis) -> String {
        if self.everyone {
            return "everybody".to_owned();
        }
        let outside = match self.outside {
            0 => None,
            1 => Some("one range of addresses outside".to_owned()),
            many => Some(format!("{many} ranges of addresses outside")),
        };
        let names = self.pods.iter().map(|at| analysis.cluster.name_of(*at));
        let pods = (!self.pods.is_empty()).then(|| format!("{}: {}", counted(self.pods.len(), "pod"), few(names)));
        match (pods, outside) {
            (None, None) => "nobody".to_owned(),
            (Some(pods), Some(outside)) => format!("{pods}, and {outside}"),
            (Some(one), None) | (None, Some(one)) => one,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze;
    use crate::source::Source;

    const PODS: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop, labels: {app: api, env: prod}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: apii, namespace: shop, labels: {app: apii, env: prod}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web, env: test}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: other, labels: {app: api}}}
---
";

    #[track_caller]
    fn check(spec: &str, selected: &[&str], near: &[&str], rules: &[&str]) {
        let policy = format!(
            "{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: p, namespace: shop}}, spec: {spec}}}"
        );
        let analysis = analyze(vec![Source::new("all", format!("{PODS}{policy}"))]);
        let report = super::policy(&analysis, 0).unwrap();
        let name = |at: &usize| analysis.cluster.name_of(*at);
        assert_eq!(report.selected.iter().map(name).collect::<Vec<_>>(), selected);
        let miss = |m: &NearMiss| format!("{}{}", if m.slip { "slip: " } else { "" }, m.reason);
        assert_eq!(report.near.iter().map(miss).collect::<Vec<_>>(), near);
        let rule = |r: &RuleReport| format!("{} {}: {} [{}]", r.direction.field(), r.label, r.whom(&analysis), r.ports);
        assert_eq!(report.rules.iter().map(rule).collect::<Vec<_>>(), rules);
    }

    #[test]
    fn whom_a_policy_selects_misses_and_admits() {
        check(
            "{podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}, {}], egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}]}]}",
            &["shop/api"],
            &["slip: wants app=api, apii has app=apii", "wants app=api, web has app=web"],
            &[
                "ingress rule 1: 3 pods: shop/api, apii and web [TCP/80]",
                "ingress rule 2: everybody []",
                "egress rule 1: one range of addresses outside []",
            ],
        );
        check(
            "{podSelector: {matchLabels: {app: web, env: prod}}, ingress: [{from: [{podSelector: {matchLabels: {app: x}}}]}]}",
            &[],
            &[
                "wants app=web, shop/api has app=api",
                "wants app=web, apii has app=apii",
                "wants env=prod, web has env=test",
            ],
            &["ingress rule 1: nobody []"],
        );
        check("{podSelector: {}}", &["shop/api", "apii", "web"], &[], &[]);
    }
}

//! What policies make of one pod.

use crate::Analysis;
use crate::cluster::Endpoint;
use crate::explain::{IdlePolicy, SideExplanation, Standing, explain};
use crate::lint::near;
use crate::manifest::Direction;
use crate::phrase::Sentence;
use crate::policy::Selector;
use crate::source::Place;

/// What policies make of one pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodReport {
    /// The pod: an index into the cluster's endpoints.
    pub endpoint: usize,
    /// Whether policies count for what enters it, and why not where they do not.
    pub ingress: Standing,
    /// The same for what leaves it.
    pub egress: Standing,
    /// The policies that affect it, in the order in which they are tried.
    pub affects: Vec<Affects>,
    /// The policies that might be meant for it and pass it by; those that miss it narrowly come first.
    pub passes: Vec<Passes>,
}

/// A policy that affects a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affects {
    /// Index into [`Analysis::policies`].
    pub policy: usize,
    /// Whether it has a say in what enters the pod.
    pub ingress: bool,
    /// Whether it has a say in what leaves it.
    pub egress: bool,
    /// By which selector: `selects app=database`.
    pub selects: Sentence,
    /// The text that says so.
    pub place: Place,
}

/// A policy that does not select a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passes {
    /// Index into [`Analysis::policies`].
    pub policy: usize,
    /// Why: `wants app=api, database has app=database`.
    pub reason: Sentence,
    /// The text behind it.
    pub place: Place,
    /// Whether a slip in a label is the likely reason.
    pub near: bool,
}

/// What policies make of the pod with that index; `None` for an endpoint outside the cluster.
pub fn pod(analysis: &Analysis, endpoint: usize) -> Option<PodReport> {
    let own = analysis.cluster.endpoints.get(endpoint).filter(|own| !own.is_external())?;
    // Which policies select a pod does not hang on whom it talks to.
    let other = (0..analysis.cluster.endpoints.len()).find(|other| *other != endpoint)?;
    let ingress = explain(analysis, other, endpoint, None)?.ingress;
    let egress = explain(analysis, endpoint, other, None)?.egress;
    let mut affects: Vec<Affects> = Vec::new();
    for side in [&ingress, &egress] {
        for trace in &side.policies {
            let known = affects.iter().position(|affects| affects.policy == trace.policy);
            let at = known.unwrap_or_else(|| {
                let Sentence { phrases } = selects(analysis, trace.policy).unwrap_or_else(|| trace.selects.clone());
                let place = analysis.policies.get(trace.policy).map_or(trace.place, |policy| policy.selector_place);
                let selects = Sentence { phrases };
                affects.push(Affects { policy: trace.policy, ingress: false, egress: false, selects, place });
                affects.len() - 1
            });
            if let Some(affects) = affects.get_mut(at) {
                affects.ingress |= side.direction == Direction::Ingress;
                affects.egress |= side.direction == Direction::Egress;
            }
        }
    }
    let mut passes: Vec<Passes> =
        ingress.idle(analysis).into_iter().filter_map(|idle| passing(analysis, own, idle)).collect();
    passes.sort_by_key(|passes| !passes.near);
    Some(PodReport { endpoint, ingress: standing(&ingress), egress: standing(&egress), affects, passes })
}

fn standing(side: &SideExplanation) -> Standing {
    side.standing
}

/// What selects the pods of a policy, whatever else it says: `selects every pod of production`.
fn selects(analysis: &Analysis, at: usize) -> Option<Sentence> {
    let policy = analysis.policies.get(at)?;
    let mut sentence = Sentence::of("selects ");
    match &policy.selector {
        Selector::Own(selector) if selector.is_empty() => {
            sentence.plain("every pod of ").strong(policy.namespace.as_deref().unwrap_or_default());
        }
        Selector::Own(selector) => drop(sentence.code(selector)),
        Selector::Terms { says, .. } => sentence.phrases.extend(says.phrases.iter().cloned()),
    }
    Some(sentence)
}

/// A policy that passes the pod by, unless it is about another namespace.
fn passing(analysis: &Analysis, own: &Endpoint, idle: IdlePolicy) -> Option<Passes> {
    let policy = analysis.policies.get(idle.policy)?;
    let namespace = analysis.cluster.namespace_of(own)?;
    if idle.selects || policy.namespace.as_ref().is_some_and(|other| *other != namespace.name) {
        return None;
    }
    let near = match &policy.selector {
        Selector::Own(selector) => near::nearest(selector, [(0, &own.labels)]).is_some(),
        Selector::Terms { .. } => false,
    };
    Some(Passes { policy: idle.policy, reason: idle.reason, place: idle.place, near })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze;
    use crate::source::Source;

    const TEXT: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop, labels: {app: api}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: database}}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: shop}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: api, namespace: shop}, spec: {podSelector: {matchLabels: {app: apis}}, ingress: [{}]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: db, namespace: shop}, spec: {podSelector: {matchLabels: {app: database}}, ingress: [{}]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: away}, spec: {podSelector: {matchLabels: {app: api}}, ingress: [{}]}}
";

    #[track_caller]
    fn check(id: &str, affects: &[&str], passes: &[&str]) {
        let analysis = analyze(vec![Source::new("all", TEXT)]);
        let report = pod(&analysis, analysis.cluster.find(id).unwrap()).unwrap();
        let name = |at: usize| analysis.policies[at].name.clone();
        let side = |on: bool, word: &str| if on { format!(" {word}") } else { String::new() };
        let found: Vec<String> = report
            .affects
            .iter()
            .map(|a| format!("{} {}{}{}", name(a.policy), a.selects, side(a.ingress, "in"), side(a.egress, "out")))
            .collect();
        assert_eq!(found, affects);
        let found: Vec<String> =
            report.passes.iter().map(|p| format!("{}{}: {}", name(p.policy), side(p.near, "near"), p.reason)).collect();
        assert_eq!(found, passes);
        assert_eq!((report.ingress, report.egress), (Standing::Isolated, Standing::Isolated));
    }

    #[test]
    fn what_affects_a_pod_and_what_passes_it_by() {
        let deny = "deny selects every pod of shop in out";
        check(
            "shop/api",
            &[deny],
            &["api near: wants app=apis, api has app=api", "db: wants app=database, api has app=api"],
        );
        check("shop/db", &[deny, "db selects app=database in"], &["api: wants app=apis, db has app=database"]);
    }

    #[test]
    fn endpoints_outside_have_no_policies() {
        let analysis = analyze(vec![Source::new("all", TEXT)]);
        let outside = analysis.cluster.endpoints.iter().position(Endpoint::is_external).unwrap();
        assert_eq!(pod(&analysis, outside), None);
        assert_eq!(pod(&analysis, 99), None);
    }
}

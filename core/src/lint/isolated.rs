//! Pods that no policy isolates, and namespaces in which nothing may pass.

use super::facts::Facts;
use super::findings::Findings;
use super::words::by_count;
use crate::bits::BitSet;
use crate::cluster::dns;
use crate::manifest::{Direction, NetworkPolicy};
use crate::policy::{Action, Policy, Rule};
use crate::source::Place;

/// A note for every namespace that has policies, and pods that none of them isolates in either direction.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    if !facts.pods_known || !facts.analysis.cni.enforces() {
        return;
    }
    let spaces = facts.by_namespace();
    for (written, compiled) in first_of_namespaces(facts) {
        let Some(classes) = compiled.own.and_then(|own| spaces.get(&own)) else { continue };
        // What an administrator or a plugin's own kind denies is denied without isolating.
        let others = || facts.analysis.policies.iter().filter(|policy| !policy.is_network_policy());
        let free = |class: &usize| {
            Direction::ALL.iter().all(|direction| facts.isolating(*class, *direction).is_empty())
                && others().all(|policy| !policy.subjects.contains(*class))
        };
        let free: BitSet = classes.iter().filter(free).collect();
        let pods = facts.pods(&free);
        let space = written.meta.namespace.as_str();
        if pods.is_empty() || space == dns::NAMESPACE {
            continue;
        }
        let (count, all) = (pods.len(), facts.count(classes));
        let message = format!(
            "No policy isolates {count} of {} of `{space}`: {} {} connections from and to everybody.",
            facts.number(&facts.pods(classes)),
            facts.names(&pods, Some(space)),
            by_count(count, "takes", "take"),
        );
        let help = if count == all {
            "The namespace's policies select none of its pods."
        } else {
            "A policy with an empty podSelector and no rules isolates all of a namespace."
        };
        findings.note(name_place(written), message, |finding| finding.with_help(help));
    }
}

/// A note for every namespace in which no pod may be reached, or none may reach anybody.
pub(super) fn shut(facts: &Facts<'_>, findings: &mut Findings) {
    if !facts.pods_known {
        return;
    }
    let spaces = facts.by_namespace();
    let open = Direction::ALL.map(|direction| {
        let mut open = BitSet::default();
        // A rule that allows nobody yet may be about pods that the text does not describe.
        let allows = |rule: &Rule| matches!(rule.action, Action::Allow | Action::Pass);
        let opening = |policy: &&Policy| policy.rules(direction).unwrap_or_default().iter().any(allows);
        facts.analysis.policies.iter().filter(opening).for_each(|policy| open.unite(&policy.subjects));
        (direction, open)
    });
    for (own, classes) in &spaces {
        let shut: Vec<Direction> = open
            .iter()
            .filter(|(direction, open)| {
                let shut = |class: usize| !facts.isolating(class, *direction).is_empty() && !open.contains(class);
                classes.iter().all(shut)
            })
            .map(|(direction, _)| *direction)
            .collect();
        let Some(direction) = shut.first() else { continue };
        let isolating = classes.iter().next().and_then(|class| facts.isolating(class, *direction).first());
        let Some(policy) = isolating.and_then(|at| facts.policy(*at)) else { continue };
        let pods = facts.pods(classes);
        let space = facts.analysis.cluster.namespaces.get(*own).map_or("", |space| space.name.as_str());
        let (said, rules) = match shut.as_slice() {
            [Direction::Ingress] => ("accept no connection at all", "ingress"),
            [Direction::Egress] => ("may open no connection at all", "egress"),
            _ => ("accept no connection at all and may open none", "ingress and egress"),
        };
        let who = if pods.len() == 1 { "The only pod".to_owned() } else { format!("All {}", facts.number(&pods)) };
        let said = if pods.len() == 1 { said.replace("accept no", "accepts no") } else { said.to_owned() };
        let message = format!("{who} of `{space}` {said}: `{}` isolates, and no policy allows anything.", policy.name);
        let place = policy.types_place.unwrap_or(policy.selector_place);
        findings.note(place, message, |finding| {
            finding.with_help(format!("A default deny is a start: add policies with {rules} rules for what is needed."))
        });
    }
}

/// The first NetworkPolicy of every namespace.
fn first_of_namespaces<'a>(facts: &Facts<'a>) -> Vec<(&'a NetworkPolicy, &'a Policy)> {
    let mut seen = std::collections::BTreeSet::new();
    facts.written().filter(|(written, _)| seen.insert(written.meta.namespace.as_str())).collect()
}

fn name_place(written: &NetworkPolicy) -> Place {
    Place { span: written.meta.name.span, ..written.meta.place }
}

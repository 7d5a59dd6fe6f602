//! Namespaces in which nothing may enter, or nothing may leave.

use super::facts::Facts;
use super::findings::Findings;
use crate::bits::BitSet;
use crate::manifest::Direction;
use crate::policy::{Action, Policy, Rule};

/// A note for every namespace in which no pod may be reached, or none may reach anybody.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
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

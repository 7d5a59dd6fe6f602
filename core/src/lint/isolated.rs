//! Pods that no policy isolates.

use super::facts::Facts;
use super::findings::Findings;
use super::words::by_count;
use crate::bits::BitSet;
use crate::cluster::dns;
use crate::manifest::{Direction, NetworkPolicy};
use crate::policy::Policy;
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

/// The first NetworkPolicy of every namespace.
fn first_of_namespaces<'a>(facts: &Facts<'a>) -> Vec<(&'a NetworkPolicy, &'a Policy)> {
    let mut seen = std::collections::BTreeSet::new();
    facts.written().filter(|(written, _)| seen.insert(written.meta.namespace.as_str())).collect()
}

fn name_place(written: &NetworkPolicy) -> Place {
    Place { span: written.meta.name.span, ..written.meta.place }
}

//! Policies that another one covers: without them nothing changes.

use std::collections::BTreeMap;

use super::facts::{Facts, members};
use super::findings::Findings;
use crate::manifest::{Direction, NetworkPolicy};
use crate::policy::{Peers, Policy, Rule, RulePortMatch};
use crate::shell::word as shell;
use crate::source::Place;

/// NetworkPolicies whose pods another one isolates too, in the same directions, and to which that one allows at least as
/// much. Of two that say the same the later one is named. Where others than NetworkPolicies decide, what a policy adds
/// hangs on more than that, and nothing is said.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    if !facts.pods_known || !facts.is_plain() || !facts.analysis.cni.enforces() {
        return;
    }
    let mut spaces: BTreeMap<&str, Vec<(usize, &NetworkPolicy, &Policy)>> = BTreeMap::new();
    for (at, (written, compiled)) in facts.written().enumerate() {
        spaces.entry(written.meta.namespace.as_str()).or_default().push((at, written, compiled));
    }
    let mut found: Vec<(&NetworkPolicy, &NetworkPolicy, bool)> = Vec::new();
    for policies in spaces.values() {
        for (at, written, own) in policies {
            if facts.count(&own.subjects) == 0 {
                continue;
            }
            let cover = policies.iter().find(|(other_at, _, other)| {
                other_at != at && covers(other, own) && (at > other_at || !covers(own, other))
            });
            if let Some((_, other, compiled)) = cover {
                found.push((written, other, covers(own, compiled)));
            }
        }
    }
    found.sort_by_key(|(written, ..)| written.meta.place);
    for (written, other, equal) in found {
        let (name, space, by) = (&written.meta.name.value, &written.meta.namespace, &other.meta.name.value);
        let message = if equal {
            format!("`{name}` says of the pods here just what `{by}` says: removing it changes nothing.")
        } else {
            format!(
                "`{by}` isolates the pods of `{name}` too and allows all that it allows: removing `{name}` changes nothing here."
            )
        };
        let place = Place { span: written.meta.name.span, ..written.meta.place };
        findings.note(place, message, |finding| {
            finding.with_help("Policies only ever add up; one that adds nothing can go.").with_command(format!(
                "kubectl delete networkpolicy {} -n {}",
                shell(name),
                shell(space)
            ))
        });
    }
}

/// Whether `other` isolates all that `own` isolates, and allows all that `own` allows.
fn covers(other: &Policy, own: &Policy) -> bool {
    own.subjects.is_within(&other.subjects)
        && Direction::ALL.iter().all(|direction| match (own.rules(*direction), other.rules(*direction)) {
            (None, _) => true,
            (Some(_), None) => false,
            // A default deny is kept on purpose, whatever else isolates the same pods.
            (Some([]), Some(rules)) => rules.is_empty(),
            (Some(rules), Some(others)) => rules.iter().all(|rule| others.iter().any(|other| includes(other, rule))),
        })
}

/// Whether `other` allows all that `rule` allows, to every pod.
fn includes(other: &Rule, rule: &Rule) -> bool {
    admits(other, rule)
        && (other.ports.is_empty() || !rule.ports.is_empty() && rule.ports.iter().all(|port| opens(other, port)))
}

fn admits(other: &Rule, rule: &Rule) -> bool {
    if other.peers == Peers::Everyone {
        return true;
    }
    let (Some(all), Some(own)) = (members(other), members(rule)) else { return false };
    let certain = |rule: &Rule| match &rule.peers {
        Peers::Everyone => true,
        // Whom nobody is yet may be somebody tomorrow.
        Peers::OneOf(peers) => peers.iter().all(|peer| peer.unknown.is_empty() && !peer.members.is_empty()),
    };
    certain(rule) && own.is_within(&all)
}

fn opens(other: &Rule, port: &crate::policy::RulePort) -> bool {
    other.ports.iter().any(|known| {
        known.protocol == port.protocol
            && match (&known.matches, &port.matches) {
                (RulePortMatch::Any, _) => true,
                (RulePortMatch::Range(all), RulePortMatch::Range(own)) => {
                    all.first <= own.first && own.last <= all.last
                }
                (all, own) => all == own,
            }
    })
}

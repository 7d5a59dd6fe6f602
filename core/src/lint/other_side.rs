//! Rules that allow what the other side refuses: a connection needs both sides.

use super::facts::{Facts, WrittenRule, is_dns_only};
use super::findings::Findings;
use super::words::few;
use crate::bits::BitSet;
use crate::cluster::dns;
use crate::manifest::{Direction, NetworkPolicy, PolicyRule};
use crate::policy::{Peers, Policy, Rule};
use crate::source::Place;

/// How many pairs of kinds of pods are tried for one rule.
const MAX_TRIED: usize = 4_000;

/// Rules that name their peers, and of which nothing remains because of the peers' own policies.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    if !facts.pods_known {
        return;
    }
    for WrittenRule { policy, compiled, direction, rule, meant } in facts.rules() {
        if let Some(refusing) = refusing(facts, compiled, direction, rule, meant) {
            tell(facts, policy, direction, rule, &refusing, findings);
        }
    }
}

/// The kinds of peers that refuse all of the rule; `None` where something of it works, or nobody is meant.
fn refusing(
    facts: &Facts<'_>,
    policy: &Policy,
    direction: Direction,
    rule: &PolicyRule,
    meant: &Rule,
) -> Option<BitSet> {
    let Peers::OneOf(peers) = &meant.peers else { return None };
    if is_dns_only(&rule.ports) || peers.iter().any(|peer| !peer.unknown.is_empty()) {
        return None;
    }
    let other = if direction == Direction::Egress { Direction::Ingress } else { Direction::Egress };
    let mut refusing = BitSet::default();
    for peer in peers {
        for class in peer.members.iter() {
            // Who is isolated by nobody refuses nothing; that is the usual case, and soon known.
            if facts.pods_of(class).is_empty() || facts.isolating(class, other).is_empty() {
                return None;
            }
            refusing.insert(class);
        }
    }
    let subjects: Vec<usize> = policy.subjects.iter().filter(|class| !facts.pods_of(*class).is_empty()).collect();
    if refusing.is_empty() || subjects.len() * refusing.len() > MAX_TRIED {
        return None;
    }
    let mut tried = false;
    for class in refusing.iter() {
        for subject in &subjects {
            let peer = facts.pods_of(class).last()?;
            let own = facts.pods_of(*subject).first()?;
            if own == peer {
                continue;
            }
            tried = true;
            let (from, to) = if direction == Direction::Egress { (*own, *peer) } else { (*peer, *own) };
            let connection = facts.analysis.connectivity.connection(from, to)?;
            let wanted = meant.ports_on(facts.endpoint(to)?);
            let refuses = if direction == Direction::Egress { connection.ingress } else { connection.egress };
            let works = !connection.allowed.intersection(&wanted).is_empty() || wanted.is_empty() || connection.unknown;
            if works || !(facts.is_plain() || refuses.refuses) {
                return None;
            }
        }
    }
    tried.then_some(refusing)
}

fn tell(
    facts: &Facts<'_>,
    written: &NetworkPolicy,
    direction: Direction,
    rule: &PolicyRule,
    refusing: &BitSet,
    findings: &mut Findings,
) {
    let other = if direction == Direction::Egress { Direction::Ingress } else { Direction::Egress };
    let mut policies: Vec<usize> = refusing.iter().flat_map(|class| facts.isolating(class, other)).copied().collect();
    policies.sort_unstable();
    policies.dedup();
    let policies: Vec<&Policy> = policies.iter().filter_map(|at| facts.policy(*at)).collect();
    let itself = |policy: &&Policy| policy.place == written.meta.place;
    let named = few(policies.iter().map(|policy| {
        let own = if itself(policy) { " itself" } else { "" };
        format!("`{}`{own}", policy.name)
    }));
    let pods = facts.pods(refusing);
    let whom = facts.names(&pods, Some(&written.meta.namespace));
    let name = &written.meta.name.value;
    let (one, two) = (policies.len() == 1, pods.len() == 1);
    let (isolates, allows) = if one { ("isolates", "does not allow it") } else { ("isolate", "do not allow it") };
    let them = if two { "it" } else { "them" };
    let message = match direction {
        Direction::Egress => format!(
            "This rule of `{name}` opens the way to {whom}, but {named} {isolates} {them} for ingress and {allows}: nothing gets through."
        ),
        Direction::Ingress => format!(
            "This rule of `{name}` lets {whom} in, but {named} {isolates} {them} for egress and {allows}: nothing gets through."
        ),
    };
    let place = Place { span: rule.span, ..written.meta.place };
    let help = format!("A connection needs both sides: allow it in an {} rule for the other pods too.", other.field());
    let mild = pods.iter().all(|at| facts.endpoint(*at).is_some_and(|pod| facts.namespace_of(pod) == dns::NAMESPACE));
    if mild {
        findings.note(place, message, |finding| finding.with_help(help));
    } else {
        findings.warn(place, message, |finding| finding.with_help(help));
    }
}

//! OR where AND was probably meant: a podSelector item next to a namespaceSelector item in one list of peers.

use super::facts::{Facts, members};
use super::findings::Findings;
use super::mend;
use crate::bits::BitSet;
use crate::manifest::{Direction, NetworkPolicy};
use crate::policy::{self, Peers, Policy};
use crate::rewrite::{FlipMemory, Layout, Site, flip, sites};
use crate::source::Place;

/// Pairs of items that let somebody in who does not meet both, where somebody could have been meant who does.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    let analysis = facts.analysis;
    let memory = FlipMemory::default();
    for site in sites(&analysis.manifests, &analysis.sources, &memory) {
        if site.layout != Layout::Or {
            continue;
        }
        let (Some(written), Some(compiled)) = (analysis.manifests.policies.get(site.policy), facts.policy(site.policy))
        else {
            continue;
        };
        let Some(besides) = besides(facts, written, compiled, &site) else { continue };
        let message = message(facts, written, &site, &besides);
        let [_, second] = site.conditions;
        findings.warn(Place { file: site.file, span: second.key }, message, |finding| {
            let help = "Without the second dash the two selectors make one item, and both must match.";
            let source = analysis.sources.get(site.file).filter(|source| mend::is_small(source));
            let fix = source.and_then(|source| flip(source, &analysis.manifests, &site, &mut FlipMemory::default()));
            finding.with_help(help).with_fix(fix.unwrap_or_default())
        });
    }
}

/// The classes that the two items let in and one item with both would not; `None` where there is nothing to say.
fn besides(facts: &Facts<'_>, written: &NetworkPolicy, compiled: &Policy, site: &Site) -> Option<BitSet> {
    let rule = compiled.rules(site.direction)?.get(site.rule)?;
    let Peers::OneOf(peers) = &rule.peers else { return None };
    let items = &written.rules(site.direction).get(site.rule)?.peers.as_ref()?.items;
    let (first, second) = (items.get(site.item)?, items.get(site.item + 1)?);
    let namespace_first = first.namespace_selector.is_some();
    let pods = if namespace_first { second } else { first }.pod_selector.as_ref()?;
    let namespaces = peers.get(site.item + usize::from(!namespace_first))?;
    let both: BitSet = namespaces
        .members
        .iter()
        .filter(|class| facts.representative(*class).is_some_and(|pod| pods.selector.matches(&pod.labels)))
        .collect();
    if !facts.pods_known {
        // Pods that selectors suggest are never suggested by two selectors together.
        return Some(BitSet::default());
    }
    if facts.count(&both) == 0 && !pods.selector.is_empty() {
        return None;
    }
    let mut besides = members(rule)?;
    besides.subtract(&both);
    let others = peers.iter().enumerate().filter(|(at, _)| *at != site.item && *at != site.item + 1);
    others.for_each(|(_, peer): (usize, &policy::Peer)| besides.subtract(&peer.members));
    // A pod always reaches itself.
    if facts.count(&compiled.subjects) == 1 {
        besides.subtract(&compiled.subjects);
    }
    (facts.count(&besides) > 0).then_some(besides)
}

fn message(facts: &Facts<'_>, written: &NetworkPolicy, site: &Site, besides: &BitSet) -> String {
    let field = site.direction.peers_field();
    let name = &written.meta.name.value;
    let head = format!("In `{field}` of `{name}` a podSelector and a namespaceSelector are two items, which means OR");
    let pods = facts.pods(besides);
    let (verb, number) = (lets(site.direction), facts.number(&pods));
    // Whoever is from elsewhere surprises most.
    let stranger =
        |at: &&usize| facts.endpoint(**at).is_some_and(|pod| facts.namespace_of(pod) != written.meta.namespace);
    match pods.iter().find(stranger).or(pods.first()).map(|first| facts.names(&[*first], None)) {
        None => format!("{head}: {verb} who meets one of them, and need not meet the other."),
        Some(only) if pods.len() == 1 => format!("{head}: {verb} {number} that does not meet both, {only}."),
        Some(example) => format!("{head}: {verb} {number} that do not meet both, such as {example}."),
    }
}

fn lets(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "it lets in",
        Direction::Egress => "it opens the way to",
    }
}

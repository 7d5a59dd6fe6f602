//! Empty selectors and missing lists that open more than it seems.

use super::facts::{Facts, WrittenRule, is_dns_only, members, opens};
use super::findings::Findings;
use super::words::counted;
use crate::bits::BitSet;
use crate::manifest::{Direction, NetworkPolicy, Peer, PolicyRule};
use crate::policy::{Peers, Policy, Rule};
use crate::ports::PortSet;
use crate::source::{Place, Span};

/// What is written, where it says nothing, and that means all.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    let broad = broad_rules(facts);
    for (written, compiled) in facts.written() {
        own(facts, written, compiled, findings);
    }
    for WrittenRule { policy: written, compiled, direction, rule, meant } in facts.rules() {
        let site = Site { facts, written, compiled, direction, rule, meant };
        match &rule.peers {
            None => nobody_named(&site, &broad, findings),
            Some(list) => list.items.iter().zip(0..).for_each(|(peer, at)| one(&site, peer, at, findings)),
        }
    }
}

/// A rule, as written and as compiled, and the policy that it is of.
struct Site<'s, 'a> {
    facts: &'s Facts<'a>,
    written: &'a NetworkPolicy,
    compiled: &'a Policy,
    direction: Direction,
    rule: &'a PolicyRule,
    meant: &'a Rule,
}

impl Site<'_, '_> {
    fn place(&self, span: Span) -> Place {
        Place { span, ..self.written.meta.place }
    }

    fn verb(&self) -> &'static str {
        match self.direction {
            Direction::Ingress => "it lets in",
            Direction::Egress => "it opens the way to",
        }
    }
}

/// A peer that is an empty selector.
fn one(site: &Site<'_, '_>, peer: &Peer, at: usize, findings: &mut Findings) {
    if is_dns_only(&site.rule.ports) {
        return;
    }
    let empty = |selector: &Option<crate::manifest::PeerSelector>| {
        selector.as_ref().filter(|own| own.selector.is_empty()).map(|own| own.key.to(own.selector.span))
    };
    let (pods, namespaces) = (empty(&peer.pod_selector), empty(&peer.namespace_selector));
    match (pods, namespaces) {
        (_, Some(span)) if pods.is_some() || peer.pod_selector.is_none() => every_namespace(site, span, at, findings),
        (Some(span), _) if peer.namespace_selector.is_none() => own_namespace(site, span, at, findings),
        _ => {}
    }
}

/// `namespaceSelector: {}`.
fn every_namespace(site: &Site<'_, '_>, span: Span, at: usize, findings: &mut Findings) {
    let facts = site.facts;
    let Some(admitted) = admitted(site.meant, at) else { return };
    let pods = facts.pods(admitted);
    let spaces: std::collections::BTreeSet<_> =
        pods.iter().filter_map(|pod| facts.endpoint(*pod)).map(|pod| facts.namespace_of(pod)).collect();
    if facts.pods_known && spaces.iter().all(|space| *space == site.written.meta.namespace) {
        return;
    }
    let (field, name) = (site.direction.peers_field(), &site.written.meta.name.value);
    let whom = if facts.pods_known {
        format!("{} of {}", facts.number(&pods), counted(spaces.len(), "namespace"))
    } else {
        "the pods of all of them".to_owned()
    };
    let message = format!(
        "`namespaceSelector: {{}}` in `{field}` of `{name}` means every namespace, not just its own: {} {whom}.",
        site.verb(),
    );
    let help = "For the pods of the policy's own namespace write `podSelector: {}`; for another namespace ask for its label, such as `kubernetes.io/metadata.name`.";
    // A policy is written for picked pods to keep others out.
    let picked = site.direction == Direction::Ingress && !site.written.pod_selector.is_empty();
    if picked || site.rule.ports.is_empty() {
        findings.warn(site.place(span), message, |finding| finding.with_help(help));
    } else {
        findings.note(site.place(span), message, |finding| finding.with_help(help));
    }
}

/// `podSelector: {}` as a peer: what stands beside it for the same namespace is without effect, or else it lets everybody
/// of a namespace reach pods that were picked by their labels.
fn own_namespace(site: &Site<'_, '_>, span: Span, at: usize, findings: &mut Findings) {
    let facts = site.facts;
    let Some(items) = site.rule.peers.as_ref().map(|list| &list.items) else { return };
    let alone = |peer: &Peer| peer.namespace_selector.is_none() && peer.pod_selector.is_some();
    let beside = items.iter().enumerate().any(|(other, peer)| other != at && alone(peer));
    // That pair is either OR by mistake or well meant: another lint says which.
    let pair = items.iter().any(|peer| peer.pod_selector.is_none() && peer.namespace_selector.is_some());
    let picked = !site.written.pod_selector.is_empty();
    if pair || !beside && !picked {
        return;
    }
    let Some(admitted) = admitted(site.meant, at) else { return };
    let mut others = admitted.clone();
    if facts.count(&site.compiled.subjects) == 1 {
        others.subtract(&site.compiled.subjects);
    }
    let pods = facts.pods(&others);
    if facts.pods_known && pods.len() < 2 {
        return;
    }
    let (field, name, space) =
        (site.direction.peers_field(), &site.written.meta.name.value, &site.written.meta.namespace);
    let all =
        if facts.pods_known { format!("{} {}", site.verb(), facts.number(&pods)) } else { "all count".to_owned() };
    let message = format!("`podSelector: {{}}` in `{field}` of `{name}` means every pod of `{space}`: {all}.");
    if beside {
        let help = "The other podSelectors of this list add nothing: remove them, or the empty one.";
        findings.warn(site.place(span), message, |finding| finding.with_help(help));
    } else {
        let help = "If only some of them are meant, ask for their labels.";
        findings.note(site.place(span), message, |finding| finding.with_help(help));
    }
}

/// A rule without peers: written as an empty list, or so that a rule with peers is without effect.
fn nobody_named(site: &Site<'_, '_>, broad: &[Named<'_>], findings: &mut Findings) {
    let facts = site.facts;
    if is_dns_only(&site.rule.ports) {
        return;
    }
    let (field, name) = (site.direction.peers_field(), &site.written.meta.name.value);
    let pods = facts.pods(&facts.classes());
    let count = if facts.pods_known { format!("all {}", facts.number(&pods)) } else { "every pod".to_owned() };
    let everybody = format!("{} {count} and whoever is outside the cluster", site.verb());
    let written = facts.source(site.written.meta.place).map_or("", |source| source.slice(site.rule.span));
    let help = format!("For nobody leave the rule out; for some list them in `{field}`.");
    if let Some(at) = key(written, field) {
        let span = Span::new(site.rule.span.start + at, site.rule.span.start + at + field.len());
        let message = format!("An empty `{field}` in `{name}` does not mean nobody: {everybody}.");
        findings.warn(site.place(span), message, |finding| finding.with_help(help));
        return;
    }
    let Some(idle) = broad.iter().find(|other| other.is_idle_beside(site)) else { return };
    let message = format!(
        "This rule of `{name}` has no `{field}`, which means everybody: {everybody}, and {} of `{}` narrows nothing.",
        idle.rule.label, idle.policy.name,
    );
    findings.warn(site.place(site.rule.span), message, |finding| finding.with_help(help));
}

/// A rule that names its peers.
struct Named<'a> {
    policy: &'a Policy,
    direction: Direction,
    rule: &'a Rule,
    ports: PortSet,
}

/// The rules that name peers and fixed ports, of policies that pick their pods.
fn broad_rules<'a>(facts: &Facts<'a>) -> Vec<Named<'a>> {
    let mut out = Vec::new();
    for (_, policy) in facts.written() {
        for direction in Direction::ALL {
            for rule in policy.rules(direction).unwrap_or_default() {
                if members(rule).is_some() && opens(rule) && !rule.has_named_ports() {
                    out.push(Named { policy, direction, rule, ports: facts.fixed_ports(rule) });
                }
            }
        }
    }
    out
}

impl Named<'_> {
    /// Whether all that it allows to whom it selects is allowed by the rule of `site` to everybody.
    fn is_idle_beside(&self, site: &Site<'_, '_>) -> bool {
        self.direction == site.direction
            && !site.meant.has_named_ports()
            && self.policy.subjects.is_within(&site.compiled.subjects)
            && !self.policy.subjects.is_empty()
            && self.ports.without(&site.facts.fixed_ports(site.meant)).is_empty()
    }
}

/// A policy that picks no pods and yet opens something: its rules hold for all pods of the namespace.
fn own(facts: &Facts<'_>, written: &NetworkPolicy, compiled: &Policy, findings: &mut Findings) {
    let count = facts.count(&compiled.subjects);
    if !written.pod_selector.is_empty() || !facts.pods_known || count < 2 {
        return;
    }
    let rules = written.rules(Direction::Ingress).iter().zip(compiled.rules(Direction::Ingress).unwrap_or_default());
    // Everybody of the namespace to everybody in it is a usual rule.
    let picks = |rule: &PolicyRule| {
        let items = rule.peers.as_ref().map_or(&[][..], |list| list.items.as_slice());
        let labels = items.iter().filter_map(|peer| peer.pod_selector.as_ref()).any(|own| !own.selector.is_empty());
        labels || !rule.ports.is_empty() && !is_dns_only(&rule.ports)
    };
    if !rules.into_iter().any(|(rule, meant)| picks(rule) && opens(meant)) {
        return;
    }
    let pods = facts.pods(&compiled.subjects);
    let (name, space) = (&written.meta.name.value, &written.meta.namespace);
    let message = format!(
        "The empty podSelector of `{name}` selects every pod of `{space}`, so its ingress rules open all {}: {}.",
        facts.number(&pods),
        facts.names(&pods, Some(space)),
    );
    let place = Place { span: written.pod_selector.span, ..written.meta.place };
    findings
        .note(place, message, |finding| finding.with_help("If the rules are for some of them, ask for their labels."));
}

/// The classes that peer `at` of a rule admits.
fn admitted(rule: &Rule, at: usize) -> Option<&BitSet> {
    match &rule.peers {
        Peers::Everyone => None,
        Peers::OneOf(peers) => peers.get(at).map(|peer| &peer.members),
    }
}

/// Where `field` stands as a key in the text of a rule, comments left out.
fn key(rule: &str, field: &str) -> Option<usize> {
    let mut start = 0;
    for line in rule.split_inclusive('\n') {
        let code = line.split(" #").next().unwrap_or(line);
        let found = code.find(&format!("{field}:")).filter(|_| !line.trim_start().starts_with('#'));
        let begins = |at: &usize| {
            code.get(..*at).is_some_and(|head| {
                head.trim_end_matches([' ', '{', ',', '-']).is_empty() || head.ends_with([' ', '{', ','])
            })
        };
        if let Some(at) = found.filter(begins) {
            return Some(start + at);
        }
        start += line.len();
    }
    None
}

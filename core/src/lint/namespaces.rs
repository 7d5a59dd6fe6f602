//! Namespace selectors that no namespace matches: labels that nobody has set, or that stand elsewhere.

use super::facts::Facts;
use super::findings::Findings;
use super::near::{self, Near};
use crate::labels::{LabelSelector, Labels, NAMESPACE_NAME, Operator};
use crate::manifest::{Direction, NetworkPolicy, Peer};
use crate::shell::word as shell;
use crate::source::Place;

/// Namespaces that every cluster has, described or not.
const ALWAYS: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];

/// Peers whose namespace selector matches none of the namespaces, where the text describes namespaces.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.analysis.manifests.namespaces.is_empty() {
        return;
    }
    for written in &facts.analysis.manifests.policies {
        for direction in Direction::ALL {
            for peer in
                written.rules(direction).iter().filter_map(|rule| rule.peers.as_ref()).flat_map(|list| &list.items)
            {
                if let Some(selector) = peer.namespace_selector.as_ref()
                    && !is_met(facts, &selector.selector)
                {
                    tell(facts, written, direction, peer, &selector.selector, findings);
                }
            }
        }
    }
}

fn is_met(facts: &Facts<'_>, selector: &LabelSelector) -> bool {
    let named = |name: &&str| selector.matches(&Labels::from([(NAMESPACE_NAME.to_owned(), (*name).to_owned())]));
    ALWAYS.iter().any(named) || facts.analysis.cluster.namespaces.iter().any(|own| selector.matches(&own.labels))
}

fn tell(
    facts: &Facts<'_>,
    written: &NetworkPolicy,
    direction: Direction,
    peer: &Peer,
    selector: &LabelSelector,
    findings: &mut Findings,
) {
    let near = nearest(facts, selector);
    let (field, name) = (direction.peers_field(), &written.meta.name.value);
    let hint = match &near {
        Some((near, space, _)) => format!(" Did you mean `{}`, as `{space}` has?", near.label()),
        None => on_pods(facts, selector).unwrap_or_default(),
    };
    let message =
        format!("No namespace has `{selector}`, which `{name}` asks for in `{field}`: this peer matches nobody.{hint}");
    let first = selector.requirements.first().map_or(selector.span, |requirement| requirement.span);
    let place = Place { span: first, ..written.meta.place };
    findings.warn(place, message, |finding| {
        let clear = near.as_ref().filter(|(.., only)| *only);
        let fix = clear.and_then(|(near, ..)| near.mended(selector, facts.source(place)?)).unwrap_or_default();
        let space =
            near.as_ref().map(|(_, space, _)| space.clone()).or_else(|| plausible(facts, written, peer, selector));
        let command = space.and_then(|space| label(facts, &space, selector));
        let finding = finding.with_help(if command.is_some() {
            "Give the namespace the label that the policy asks for, or ask for a label that it has."
        } else {
            "Ask for a label that the namespace has; `kubernetes.io/metadata.name` is always its own name."
        });
        let finding = finding.with_fix(fix);
        match command {
            Some(command) => finding.with_command(command),
            None => finding,
        }
    });
}

/// The nearest miss among the namespaces, the name of the namespace, and whether there is no other.
fn nearest<'s>(facts: &Facts<'_>, selector: &'s LabelSelector) -> Option<(Near<'s>, String, bool)> {
    let namespaces = &facts.analysis.cluster.namespaces;
    let always = ALWAYS.map(|name| Labels::from([(NAMESPACE_NAME.to_owned(), name.to_owned())]));
    let known = namespaces.iter().map(|own| &own.labels).enumerate();
    let others = always.iter().enumerate().map(|(at, labels)| (namespaces.len() + at, labels));
    let (near, only) = near::nearest(selector, known.chain(others))?;
    let name = namespaces.get(near.at).map_or_else(|| near.value.clone(), |own| own.name.clone());
    Some((near, name, only))
}

/// Whether pods carry what namespaces are asked for.
fn on_pods(facts: &Facts<'_>, selector: &LabelSelector) -> Option<String> {
    let positive = selector.requirements.iter().any(|own| matches!(own.operator, Operator::In | Operator::Exists));
    let mut endpoints = facts.analysis.cluster.endpoints.iter().filter(|own| own.is_selectable() && !own.assumed);
    let pod = endpoints.find(|pod| positive && selector.matches(&pod.labels))?;
    let space = facts.namespace_of(pod);
    Some(format!(" Pods such as `{space}/{}` have it, and a namespaceSelector looks at namespaces.", pod.name))
}

/// The namespace that was probably meant: one that is called like a value, that has the pods the peer asks for, or the
/// only other one.
fn plausible(facts: &Facts<'_>, written: &NetworkPolicy, peer: &Peer, selector: &LabelSelector) -> Option<String> {
    let own = written.meta.namespace.as_str();
    let others = || facts.analysis.cluster.namespaces.iter().filter(|space| space.name != own && !space.assumed);
    let values = || selector.requirements.iter().flat_map(|requirement| &requirement.values);
    let called = others().find(|space| {
        values().any(|value| value.len() > 2 && (space.name.contains(value.as_str()) || value.contains(&space.name)))
    });
    if let Some(space) = called {
        return Some(space.name.clone());
    }
    if let Some(pods) = peer.pod_selector.as_ref().filter(|pods| !pods.selector.is_empty()) {
        let endpoints = facts.analysis.cluster.endpoints.iter().filter(|own| own.is_selectable() && !own.assumed);
        let meeting = endpoints.filter(|pod| pods.selector.matches(&pod.labels) && facts.namespace_of(pod) != own);
        let mut spaces: Vec<&str> = meeting.map(|pod| facts.namespace_of(pod)).collect();
        spaces.sort_unstable();
        spaces.dedup();
        if let [space] = spaces.as_slice() {
            return Some((*space).to_owned());
        }
    }
    let mut others = others().filter(|space| !ALWAYS.contains(&space.name.as_str()));
    match (others.next(), others.next()) {
        (Some(space), None) => Some(space.name.clone()),
        _ => None,
    }
}

/// The command that gives `space` the labels that `selector` asks for.
fn label(facts: &Facts<'_>, space: &str, selector: &LabelSelector) -> Option<String> {
    let labels = facts.analysis.cluster.namespaces.iter().find(|own| own.name == space).map(|own| &own.labels);
    let mut command = format!("kubectl label namespace {}", shell(space));
    let mut overwrite = false;
    for requirement in selector.requirements.iter().filter(|own| labels.is_none_or(|labels| !own.matches(labels))) {
        let value = match requirement.operator {
            Operator::In => requirement.values.first()?.as_str(),
            Operator::Exists => "",
            Operator::NotIn | Operator::DoesNotExist => return None,
        };
        if requirement.key == NAMESPACE_NAME {
            return None;
        }
        overwrite |= labels.is_some_and(|labels| labels.contains_key(&requirement.key));
        command.push(' ');
        command.push_str(&shell(&format!("{}={value}", requirement.key)));
    }
    Some(if overwrite { command + " --overwrite" } else { command })
}

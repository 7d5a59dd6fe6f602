//! What selectors see of a party: labels with the source that each comes from (`pkg/labels`, `pkg/labelsfilter`).

use super::model::{ACCOUNT, Key, NAMESPACE, NAMESPACE_LABELS, Selector};
use crate::judge::Truth;
use crate::model::{Labels, Operator, Pod, World};
use crate::naive;

/// Source, key, value.
type Label = (&'static str, String, String);

/// The labels of a party, and those that it may have besides.
pub(crate) struct Identity {
    labels: Vec<Label>,
    perhaps: Vec<Label>,
}

pub(crate) fn of_pod(world: &World, pod: &Pod) -> Identity {
    if pod.host_network {
        // It is its node. Which node other pods are on is not known: to most it is another one, to some the local host.
        return Identity { labels: vec![reserved("remote-node")], perhaps: vec![reserved("host")] };
    }
    let name = pod.namespace.unwrap_or("default");
    let mut labels = vec![("k8s", NAMESPACE.to_owned(), name.to_owned())];
    labels.push(("k8s", ACCOUNT.to_owned(), pod.account.unwrap_or("default").to_owned()));
    let own = pod.labels.iter().filter(|(key, _)| **key != "pod-template-hash");
    labels.extend(own.map(|(key, value)| ("k8s", (*key).to_owned(), (*value).to_owned())));
    let namespace = naive::namespace_labels(world, name);
    let prefixed = |(key, value): (&&str, &&str)| ("k8s", format!("{NAMESPACE_LABELS}{key}"), (*value).to_owned());
    labels.extend(namespace.iter().map(prefixed));
    Identity { labels, perhaps: Vec::new() }
}

pub(crate) fn outside() -> Identity {
    Identity { labels: vec![reserved("world")], perhaps: Vec::new() }
}

fn reserved(name: &str) -> Label {
    ("reserved", name.to_owned(), String::new())
}

/// "All requirements are ANDed."
pub(crate) fn matches(selector: &Selector, party: &Identity) -> Truth {
    let exact = selector.labels.iter().map(|(key, value)| (key, Operator::In, vec![*value]));
    let others = selector.expressions.iter().map(|(key, operator, values)| (key, *operator, values.clone()));
    let everything: Vec<Label> = party.labels.iter().chain(&party.perhaps).cloned().collect();
    let truth = |(key, operator, values): (&Key, Operator, Vec<&str>)| {
        let one = meets(key, operator, &values, &party.labels);
        if one == meets(key, operator, &values, &everything) { Truth::from(one) } else { Truth::Unknown }
    };
    exact.chain(others).map(truth).min().unwrap_or(Truth::Yes)
}

fn meets(key: &Key, operator: Operator, values: &[&str], labels: &[Label]) -> bool {
    let source = source(key);
    let own = labels.iter().find(|(from, name, _)| (source == "any" || source == *from) && name == key.name);
    let value = own.map(|(_, _, value)| value.as_str());
    match operator {
        Operator::In => value.is_some_and(|value| values.contains(&value)),
        Operator::NotIn => value.is_none_or(|value| !values.contains(&value)),
        Operator::Exists => value.is_some(),
        Operator::DoesNotExist => value.is_none(),
    }
}

/// A key without a source is about labels of any.
fn source(key: &Key) -> &'static str {
    if key.source.is_empty() { "any" } else { key.source }
}

fn is_of_kubernetes(key: &Key) -> bool {
    matches!(source(key), "any" | "k8s")
}

/// `ParseToCiliumRule`: the subject of a namespaced policy gets the policy's namespace, which replaces another that
/// `k8s:` names.
pub(crate) fn subject(selector: &Selector, namespace: Option<&'static str>) -> Selector {
    let mut selector = selector.clone();
    if let Some(namespace) = namespace {
        let key = Key { source: "k8s", name: NAMESPACE };
        selector.labels.retain(|(other, _)| *other != key);
        selector.labels.push((key, namespace));
    }
    selector
}

/// `getEndpointSelector`: without the namespace in it a peer's selector is about the policy's own, that of a clusterwide
/// policy about every one. Labels of namespaces do instead, but to a clusterwide policy; reserved labels have none.
pub(crate) fn peer(selector: &Selector, namespace: Option<&'static str>) -> Selector {
    let mut selector = selector.clone();
    let keys = || selector.labels.iter().map(|(key, _)| key).chain(selector.expressions.iter().map(|(key, ..)| key));
    if keys().any(|key| key.source == "reserved") || keys().any(|key| is_of_kubernetes(key) && key.name == NAMESPACE) {
        return selector;
    }
    let of_namespaces = keys().any(|key| is_of_kubernetes(key) && key.name.starts_with(NAMESPACE_LABELS));
    let key = Key { source: "k8s", name: NAMESPACE };
    match namespace {
        Some(namespace) if !of_namespaces => selector.labels.push((key, namespace)),
        Some(_) => {}
        None => selector.expressions.push((key, Operator::Exists, Vec::new())),
    }
    selector
}

/// Whether all of `wanted` are among `labels`.
pub(crate) fn includes(labels: &Labels, wanted: &Labels) -> bool {
    wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
}

//! Pods that nobody described: the ones that the policies' own selectors suggest.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{Cluster, ClusterNamespace, Endpoint, EndpointKind};
use crate::labels::{LabelSelector, Labels, NAMESPACE_NAME, Operator};
use crate::manifest::scalar::quoted as scalar;
use crate::manifest::suggestion::{Suggestion, Where, suggestions};
use crate::manifest::{ContainerPort, DEFAULT_ACCOUNT, DEFAULT_NAMESPACE, Manifests, WorkloadKind};
use crate::source::{Edit, Source};

/// How many pods are assumed at most: enough for what a person writes without a cluster beside it.
const MAX_ASSUMED: usize = 60;

/// Adds a pod for every selector of the policies that none of the others meets, and one that no selector mentions for
/// each namespace that has a policy or is a peer as a whole; where no policy has a namespace, for the first one.
pub(super) fn assume(cluster: &mut Cluster, manifests: &Manifests) {
    let suggestions = suggestions(manifests);
    for Suggestion { scope, pods, .. } in &suggestions {
        let at = match scope {
            Where::Named(name) => cluster.namespaces.iter().position(|namespace| namespace.name == *name),
            Where::Matching(selector) => namespace(cluster, selector),
            Where::Anywhere => anywhere(cluster),
        };
        if let Some(at) = at {
            add(cluster, at, pods);
        }
    }
    // A peer may be a whole namespace: without a pod in it there would be nothing to see.
    for at in 0..cluster.namespaces.len() {
        let empty = cluster.endpoints.iter().all(|endpoint| endpoint.namespace != Some(at));
        if empty && cluster.namespaces.get(at).is_some_and(|namespace| namespace.assumed) {
            push(cluster, at, "pod", Labels::new());
        }
    }
    let own: BTreeSet<&str> = suggestions.iter().filter_map(Suggestion::namespace).collect();
    let spaces: Vec<usize> = (0..cluster.namespaces.len())
        .filter(|at| cluster.namespaces.get(*at).is_some_and(|ns| own.contains(ns.name.as_str())))
        .collect();
    let spaces = if own.is_empty() && !suggestions.is_empty() { vec![0] } else { spaces };
    for at in spaces {
        push(cluster, at, "other", Labels::new());
    }
    for suggestion in &suggestions {
        name_ports(cluster, suggestion);
    }
}

/// The first namespace there is; `default`, which every cluster has, where there is none.
fn anywhere(cluster: &mut Cluster) -> Option<usize> {
    if cluster.namespaces.is_empty() {
        let default = ClusterNamespace::named(DEFAULT_NAMESPACE, Labels::new());
        cluster.namespaces.push(ClusterNamespace { assumed: true, ..default });
    }
    Some(0)
}

/// A pod that `selector` selects in a namespace, unless there is one already.
fn add(cluster: &mut Cluster, namespace: usize, selector: &LabelSelector) {
    let met = |endpoint: &Endpoint| endpoint.namespace == Some(namespace) && selector.matches(&endpoint.labels);
    if selector.is_empty() || cluster.endpoints.iter().any(met) {
        return;
    }
    if let Some(labels) = example(selector) {
        let name = name_from(&labels);
        push(cluster, namespace, &name, labels);
    }
}

fn push(cluster: &mut Cluster, namespace: usize, name: &str, labels: Labels) {
    let Some(space) = cluster.namespaces.get(namespace).map(|namespace| namespace.name.clone()) else { return };
    if cluster.endpoints.len() >= MAX_ASSUMED {
        return;
    }
    let taken = |id: &str| cluster.endpoints.iter().any(|endpoint| endpoint.id == id);
    let names = std::iter::once(name.to_owned()).chain((2..).map(|count| format!("{name}-{count}")));
    let Some(name) = names.take(MAX_ASSUMED + 1).find(|name| !taken(&format!("{space}/{name}"))) else { return };
    cluster.endpoints.push(Endpoint {
        id: format!("{space}/{name}"),
        name,
        kind: EndpointKind::Workload(WorkloadKind::Pod),
        namespace: Some(namespace),
        labels,
        ports: Vec::new(),
        host_network: false,
        addresses: Vec::new(),
        service_account: DEFAULT_ACCOUNT.to_owned(),
        replicas: Some(1),
        place: None,
        assumed: true,
    });
}

/// A namespace that `selector` selects: one that is there, else an assumed one.
fn namespace(cluster: &mut Cluster, selector: &LabelSelector) -> Option<usize> {
    if let Some(at) = cluster.namespaces.iter().position(|namespace| selector.matches(&namespace.labels)) {
        // An empty selector ranges over all namespaces: one more pod in the first one would show nothing new.
        return Some(at);
    }
    let labels = example(selector)?;
    let name = labels.get(NAMESPACE_NAME).cloned().unwrap_or_else(|| name_from(&labels));
    let assumed = ClusterNamespace { assumed: true, ..ClusterNamespace::named(&name, labels) };
    // Its own name, which it cannot choose, may be what the selector does not want.
    let fits = selector.matches(&assumed.labels) && cluster.namespaces.iter().all(|namespace| namespace.name != name);
    fits.then(|| {
        cluster.namespaces.push(assumed);
        cluster.namespaces.len() - 1
    })
}

/// The fewest labels that meet `selector`; `None` where it contradicts itself.
fn example(selector: &LabelSelector) -> Option<Labels> {
    let mut labels = Labels::new();
    for requirement in &selector.requirements {
        let value = match requirement.operator {
            Operator::In => requirement.values.first()?.clone(),
            Operator::Exists => "any".to_owned(),
            Operator::NotIn | Operator::DoesNotExist => continue,
        };
        labels.entry(requirement.key.clone()).or_insert(value);
    }
    selector.matches(&labels).then_some(labels)
}

/// The longest name that is made up, so that a number has room behind it in the 63 characters of a namespace's name.
const NAME: usize = 50;

/// A name in the style of what the labels say: the value of `app` or its kin, else of the first label.
fn name_from(labels: &Labels) -> String {
    let usual = ["app", "app.kubernetes.io/name", "k8s-app", "name", "role", "tier", "component"];
    let found = usual.iter().find_map(|key| labels.get(*key)).or_else(|| labels.values().find(|value| *value != "any"));
    let text = found.or_else(|| labels.keys().next()).map_or("pod", String::as_str);
    let plain: String = text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let trimmed = plain.get(..NAME.min(plain.len())).unwrap_or_default().trim_matches('-');
    if trimmed.is_empty() { "pod".to_owned() } else { trimmed.to_owned() }
}

/// Gives every assumed pod that a policy selects the ports that its rules name, so that names resolve.
fn name_ports(cluster: &mut Cluster, suggestion: &Suggestion<'_>) {
    for (at, (name, protocol)) in suggestion.ports.iter().enumerate() {
        let number = well_known(name).unwrap_or(8000 + u16::try_from(at).unwrap_or(0));
        for endpoint in &mut cluster.endpoints {
            let own = endpoint.namespace.and_then(|at| cluster.namespaces.get(at));
            let in_scope = own.is_some_and(|own| match &suggestion.scope {
                Where::Named(name) => own.name == *name,
                Where::Matching(selector) => selector.matches(&own.labels),
                Where::Anywhere => true,
            });
            let selected = in_scope && suggestion.pods.matches(&endpoint.labels);
            let known = endpoint.ports.iter().any(|port| port.name.as_deref() == Some(name));
            if selected && !known {
                endpoint.ports.push(ContainerPort {
                    name: Some((*name).to_owned()),
                    number,
                    protocol: *protocol,
                    ends: false,
                });
            }
        }
    }
}

fn well_known(name: &str) -> Option<u16> {
    let known = [("http", 80), ("https", 443), ("dns", 53), ("dns-tcp", 53), ("metrics", 9090), ("grpc", 9000)];
    known.iter().find(|(word, _)| *word == name).map(|(_, number)| *number)
}

/// The edit that adds the assumed pods and namespaces to `source`, behind what is there.
pub fn written_into(cluster: &Cluster, source: &Source) -> Option<Edit> {
    let manifest = manifest(cluster);
    let end = source.text().len();
    let before = match source.text() {
        "" => "",
        text if text.ends_with('\n') => "---\n",
        _ => "\n---\n",
    };
    (!manifest.is_empty()).then(|| Edit::replace(end, end, format!("{before}{manifest}")))
}

/// The assumed pods and namespaces as a manifest, to be kept and changed; empty when none is assumed.
pub fn manifest(cluster: &Cluster) -> String {
    let mut out = String::new();
    let labels = |out: &mut String, labels: &Labels| {
        let own: Vec<_> = labels.iter().filter(|(key, _)| *key != NAMESPACE_NAME).collect();
        if !own.is_empty() {
            out.push_str("  labels:\n");
        }
        for (key, value) in own {
            let _ = writeln!(out, "    {}: {}", scalar(key), scalar(value));
        }
    };
    for namespace in cluster.namespaces.iter().filter(|namespace| namespace.assumed) {
        let _ = write!(out, "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: {}\n", scalar(&namespace.name));
        labels(&mut out, &namespace.labels);
    }
    for endpoint in cluster.endpoints.iter().filter(|endpoint| endpoint.assumed) {
        let namespace = cluster.namespace_of(endpoint).map_or("default", |namespace| &namespace.name);
        let (name, namespace) = (scalar(&endpoint.name), scalar(namespace));
        let _ = write!(out, "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  namespace: {namespace}\n");
        labels(&mut out, &endpoint.labels);
        if !endpoint.ports.is_empty() {
            let _ = write!(out, "spec:\n  containers:\n  - name: main\n    image: example\n    ports:\n");
        }
        for port in &endpoint.ports {
            let name = scalar(port.name.as_deref().unwrap_or_default());
            let _ =
                writeln!(out, "    - {{name: {name}, containerPort: {}, protocol: {}}}", port.number, port.protocol);
        }
    }
    out.strip_prefix("---\n").map(str::to_owned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze;

    /// The assumed pods of `policy`, and what is there once they are written behind `cluster`.
    fn written(policy: &str, cluster: &str) -> (Cluster, crate::Analysis) {
        let source = Source::new("cluster", cluster);
        let before = analyze(vec![Source::new("policies", policy), source.clone()]).cluster;
        let edit = written_into(&before, &source).unwrap();
        let text = Edit::apply(&[edit], cluster);
        (before, analyze(vec![Source::new("policies", policy), Source::new("cluster", text)]))
    }

    #[test]
    fn a_namespace_that_is_a_peer_as_a_whole_has_a_pod() {
        let policy = "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {env: staging}}}]}]}
";
        let cluster = analyze(vec![Source::new("policies", policy)]).cluster;
        let pods = cluster.endpoints.iter().filter(|endpoint| !endpoint.is_external());
        assert_eq!(pods.map(|pod| pod.id.as_str()).collect::<Vec<_>>(), ["staging/pod", "default/other"]);
    }

    #[test]
    fn what_is_assumed_can_be_written_down() {
        // Values that YAML would take for a number or a truth value, and a port by name.
        let policy = "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec:
  podSelector: {matchLabels: {app: \"8080\"}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: \"on\"}}}, {namespaceSelector: {matchLabels: {team: \"1\"}}, podSelector: {matchLabels: {a/b: x}}}]
    ports: [{port: http}]
";
        for cluster in
            ["", "# nothing yet", "# nothing yet\n", "{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n"]
        {
            let (before, after) = written(policy, cluster);
            assert_eq!(after.manifests.diagnostics, []);
            let ids = |cluster: &Cluster| cluster.endpoints.iter().map(|e| e.id.clone()).collect::<Vec<_>>();
            assert_eq!(ids(&after.cluster), ids(&before));
            assert!(after.cluster.endpoints.iter().all(|endpoint| !endpoint.assumed));
            assert!(written_into(&after.cluster, &Source::new("", "")).is_none());
        }
    }
}

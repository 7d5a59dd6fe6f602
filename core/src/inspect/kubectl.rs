//! Words of kubectl's command line: selectors, kinds, names, addresses.

use crate::cluster::{Cluster, Endpoint, EndpointKind};
use crate::labels::{LabelSelector, Labels, Operator, Requirement};
use crate::lint::words::shell;
use crate::manifest::WorkloadKind;

/// A selector as `-l` takes it, quoted for a shell.
pub(super) fn selector(selector: &LabelSelector) -> String {
    let parts: Vec<String> = selector.requirements.iter().map(requirement).collect();
    shell(&parts.join(","))
}

fn requirement(wanted: &Requirement) -> String {
    let (key, values) = (&wanted.key, wanted.values.join(","));
    match wanted.operator {
        Operator::In if wanted.values.len() == 1 => format!("{key}={values}"),
        Operator::In => format!("{key} in ({values})"),
        Operator::NotIn => format!("{key} notin ({values})"),
        Operator::Exists => key.clone(),
        Operator::DoesNotExist => format!("!{key}"),
    }
}

/// Labels as `-l` and `--labels` take them, quoted for a shell.
pub(super) fn labels(labels: &Labels) -> String {
    let parts: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    shell(&parts.join(","))
}

/// `-n shop`.
pub(super) fn namespace(cluster: &Cluster, endpoint: &Endpoint) -> String {
    format!("-n {}", shell(cluster.namespace_of(endpoint).map_or("default", |namespace| &namespace.name)))
}

/// What `kubectl exec` takes for a pod: its name, or the workload that it is of.
pub(super) fn target(endpoint: &Endpoint) -> String {
    match endpoint.kind {
        EndpointKind::Workload(WorkloadKind::Pod) | EndpointKind::External(_) | EndpointKind::Domain(_) => {
            shell(&endpoint.name)
        }
        EndpointKind::Workload(kind) => shell(&format!("{}/{}", kind.name().to_lowercase(), endpoint.name)),
    }
}

/// The address of an endpoint in a URL; where it is not known, a substitution that asks the cluster for it.
pub(super) fn address(cluster: &Cluster, endpoint: &Endpoint) -> String {
    if endpoint.is_external() {
        return bracketed(&endpoint.id);
    }
    if let Some(address) = endpoint.addresses.first() {
        return bracketed(&address.to_string());
    }
    let namespace = namespace(cluster, endpoint);
    match endpoint.kind {
        EndpointKind::Workload(WorkloadKind::Pod) => {
            format!("$(kubectl get pod {namespace} {} -o jsonpath='{{.status.podIP}}')", shell(&endpoint.name))
        }
        _ => {
            let labels = labels(&endpoint.labels);
            format!("$(kubectl get pods {namespace} -l {labels} -o jsonpath='{{.items[0].status.podIP}}')")
        }
    }
}

/// An IPv6 address stands in brackets where a port follows.
fn bracketed(address: &str) -> String {
    if address.contains(':') { format!("[{address}]") } else { shell(address) }
}

/// What kubectl calls a kind, with its group where another kind has the same name.
pub(super) fn kind(kind: &str, is_network_policy: bool) -> String {
    match kind {
        "NetworkPolicy" if !is_network_policy => "networkpolicies.projectcalico.org".to_owned(),
        _ => kind.to_lowercase(),
    }
}

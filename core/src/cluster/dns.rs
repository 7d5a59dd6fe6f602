//! The cluster's own DNS: the pods that answer for names, and one that every cluster has although nobody describes it.

use super::{Cluster, ClusterNamespace, Endpoint, EndpointKind};
use crate::labels::Labels;
use crate::manifest::{ContainerPort, DEFAULT_ACCOUNT, Manifests, WorkloadKind};
use crate::ports::Protocol;

/// Where it runs.
pub(crate) const NAMESPACE: &str = "kube-system";
/// The port that it answers on.
pub(crate) const PORT: u16 = 53;
/// The label that its pods carry, whichever server it is: the Service `kube-dns` selects it.
pub(crate) const LABEL: (&str, &str) = ("k8s-app", "kube-dns");
/// Labels that tell its pods, the usual one first.
const LABELS: [(&str, &str); 3] = [LABEL, ("k8s-app", "coredns"), ("app.kubernetes.io/name", "coredns")];
/// The name of the pod that is assumed.
const NAME: &str = "kube-dns";

/// The label by which `endpoint` is known for a DNS server, if it is in the right namespace.
pub(crate) fn label(endpoint: &Endpoint) -> Option<(&'static str, &'static str)> {
    LABELS.into_iter().find(|(key, value)| endpoint.labels.get(*key).is_some_and(|own| own == value))
}

/// Whether `manifests` describe pods, but neither the namespace of the cluster's own DNS nor a pod of it.
pub fn lacks(manifests: &Manifests) -> bool {
    let declared = manifests.namespaces.iter().any(|namespace| namespace.meta.name.value == NAMESPACE);
    let (key, value) = LABEL;
    let known = manifests.workloads.iter().any(|workload| {
        workload.meta.namespace == NAMESPACE || workload.labels.get(key).is_some_and(|own| own == value)
    });
    manifests.describes_pods && !declared && !known
}

/// Adds a DNS server, and its namespace where nobody names that.
pub(super) fn assume(cluster: &mut Cluster) {
    let known = cluster.namespaces.iter().position(|namespace| namespace.name == NAMESPACE);
    let namespace = known.unwrap_or_else(|| {
        let namespace = ClusterNamespace::named(NAMESPACE, Labels::new());
        cluster.namespaces.push(ClusterNamespace { assumed: true, ..namespace });
        cluster.namespaces.len() - 1
    });
    let id = format!("{NAMESPACE}/{NAME}");
    if cluster.endpoints.iter().any(|endpoint| endpoint.id == id) {
        return;
    }
    let (key, value) = LABEL;
    let port =
        |name: &str, protocol| ContainerPort { name: Some(name.to_owned()), number: PORT, protocol, ends: false };
    cluster.endpoints.push(Endpoint {
        id,
        name: NAME.to_owned(),
        kind: EndpointKind::Workload(WorkloadKind::Pod),
        namespace: Some(namespace),
        labels: Labels::from([(key.to_owned(), value.to_owned())]),
        ports: vec![port("dns", Protocol::Udp), port("dns-tcp", Protocol::Tcp)],
        host_network: false,
        addresses: Vec::new(),
        service_account: DEFAULT_ACCOUNT.to_owned(),
        replicas: Some(1),
        place: None,
        assumed: true,
    });
}

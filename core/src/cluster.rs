//! Who can talk: namespaces, the pods and workloads in them, and the addresses outside.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::external::{self, AddressClass};
use crate::labels::{Labels, NAMESPACE_NAME};
use crate::manifest::{ContainerPort, Manifests, NetworkPolicy, Workload, WorkloadKind};
use crate::source::{Place, Span};

/// All that can talk, in the order in which the text names it, external endpoints last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cluster {
    /// The namespaces: first those that namespaces, pods and workloads name, then those that only policies name.
    pub namespaces: Vec<ClusterNamespace>,
    /// Pods, workloads, then external endpoints.
    pub endpoints: Vec<Endpoint>,
}

/// A namespace, declared or only named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterNamespace {
    /// Its name.
    pub name: String,
    /// Its labels, `kubernetes.io/metadata.name` included.
    pub labels: Labels,
    /// Where its labels are written, if it is declared.
    pub declared: Option<Place>,
}

/// One end of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `namespace/pod`, `namespace/Deployment/name`, or for an external endpoint its sample address.
    pub id: String,
    /// Its short name.
    pub name: String,
    /// What it is.
    pub kind: EndpointKind,
    /// Index into [`Cluster::namespaces`]; `None` outside the cluster.
    pub namespace: Option<usize>,
    /// A pod's labels.
    pub labels: Labels,
    /// A pod's container ports.
    pub ports: Vec<ContainerPort>,
    /// Whether it shares its node's network; then policies neither isolate it nor select it as a peer.
    pub host_network: bool,
    /// A pod's addresses, as far as known.
    pub addresses: Vec<IpAddr>,
    /// How many pods it stands for, where the text says so.
    pub replicas: Option<u32>,
    /// Where it is written.
    pub place: Option<Place>,
}

/// What an endpoint is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndpointKind {
    /// A pod, or the pods of a workload.
    Workload(WorkloadKind),
    /// Addresses outside the cluster.
    External(AddressClass),
}

impl Endpoint {
    /// Whether it stands outside the cluster.
    pub fn is_external(&self) -> bool {
        matches!(self.kind, EndpointKind::External(_))
    }

    /// Whether selectors can match it: a pod on the pod network.
    pub fn is_selectable(&self) -> bool {
        self.namespace.is_some() && !self.host_network
    }
}

impl Cluster {
    /// Gathers everything that `manifests` name. Finished pods take no part; a workload whose pods are there
    /// themselves is represented by them.
    pub fn gather(manifests: &Manifests) -> Self {
        let mut cluster = Cluster::default();
        cluster.gather_namespaces(manifests);
        let index: BTreeMap<String, usize> =
            cluster.namespaces.iter().enumerate().map(|(at, namespace)| (namespace.name.clone(), at)).collect();
        for workload in present(&manifests.workloads) {
            let namespace = index.get(&workload.meta.namespace).copied();
            cluster.endpoints.push(endpoint(workload, namespace));
        }
        let blocks = manifests.policies.iter().flat_map(ip_blocks);
        cluster.endpoints.extend(external::classes(blocks).into_iter().map(outside));
        cluster
    }

    fn gather_namespaces(&mut self, manifests: &Manifests) {
        let mut named: Vec<(Place, &str)> = Vec::new();
        named.extend(manifests.namespaces.iter().map(|n| (n.meta.place, n.meta.name.value.as_str())));
        named.extend(manifests.workloads.iter().map(|w| (w.meta.place, w.meta.namespace.as_str())));
        named.sort();
        named.extend(manifests.policies.iter().map(|p| (p.meta.place, p.meta.namespace.as_str())));
        let declared: BTreeMap<&str, _> =
            manifests.namespaces.iter().map(|n| (n.meta.name.value.as_str(), n)).collect();
        let mut seen = std::collections::BTreeSet::new();
        for (_, name) in named {
            if !seen.insert(name) {
                continue;
            }
            let namespace = declared.get(name);
            let mut labels = namespace.map(|namespace| namespace.meta.labels.clone()).unwrap_or_default();
            labels.insert(NAMESPACE_NAME.to_owned(), name.to_owned());
            let declared = namespace.map(|namespace| {
                let span: Span = namespace.meta.labels_span.unwrap_or(namespace.meta.name.span);
                Place { file: namespace.meta.place.file, span }
            });
            self.namespaces.push(ClusterNamespace { name: name.to_owned(), labels, declared });
        }
    }

    /// The namespace of `endpoint`, if it is in the cluster.
    pub fn namespace_of(&self, endpoint: &Endpoint) -> Option<&ClusterNamespace> {
        self.namespaces.get(endpoint.namespace?)
    }

    /// The index of the endpoint called `id`, or of the external one that holds the address `id`.
    pub fn find(&self, id: &str) -> Option<usize> {
        let by_id = self.endpoints.iter().position(|endpoint| endpoint.id == id);
        by_id.or_else(|| {
            let address: IpAddr = id.parse().ok()?;
            let holds = |endpoint: &Endpoint| match &endpoint.kind {
                EndpointKind::External(class) => class.contains(address),
                EndpointKind::Workload(_) => endpoint.addresses.contains(&address),
            };
            self.endpoints.iter().position(holds)
        })
    }
}

/// Every `ipBlock` of a policy.
pub fn ip_blocks(policy: &NetworkPolicy) -> impl Iterator<Item = &crate::manifest::IpBlock> {
    let rules = policy.ingress.iter().chain(&policy.egress);
    rules
        .filter_map(|rule| rule.peers.as_ref())
        .flat_map(|peers| &peers.items)
        .filter_map(|peer| peer.ip_block.as_ref())
}

/// The workloads that take part. A Deployment, ReplicaSet, … that owns another one in the text is left out, as is
/// a ReplicaSet that a Deployment has scaled down to nothing.
fn present(workloads: &[Workload]) -> Vec<&Workload> {
    let mut owners = std::collections::BTreeSet::new();
    // What has finished or been emptied does not stand for its owner.
    let alive = |workload: &&Workload| !workload.finished && workload.replicas != Some(0);
    for workload in workloads.iter().filter(alive) {
        for owner in &workload.meta.owners {
            owners.insert((workload.meta.namespace.as_str(), owner.kind.clone(), owner.name.clone()));
            // A pod names its ReplicaSet, which is called after its Deployment and the template's hash.
            let hash = workload.labels.get("pod-template-hash");
            let deployment = hash.and_then(|hash| owner.name.strip_suffix(hash.as_str())?.strip_suffix('-'));
            if let (Some(deployment), "ReplicaSet") = (deployment, owner.kind.as_str()) {
                owners.insert((workload.meta.namespace.as_str(), "Deployment".into(), deployment.to_owned()));
            }
        }
    }
    let stands = |workload: &&Workload| {
        let meta = &workload.meta;
        let key = (meta.namespace.as_str(), workload.kind.name().to_owned(), meta.name.value.clone());
        let emptied = workload.replicas == Some(0) && !meta.owners.is_empty();
        !workload.finished && !emptied && (workload.kind == WorkloadKind::Pod || !owners.contains(&key))
    };
    workloads.iter().filter(stands).collect()
}

fn endpoint(workload: &Workload, namespace: Option<usize>) -> Endpoint {
    let (space, name) = (&workload.meta.namespace, &workload.meta.name.value);
    let id = match workload.kind {
        WorkloadKind::Pod => format!("{space}/{name}"),
        kind => format!("{space}/{}/{name}", kind.name()),
    };
    Endpoint {
        id,
        name: name.clone(),
        kind: EndpointKind::Workload(workload.kind),
        namespace,
        labels: workload.labels.clone(),
        ports: workload.ports.clone(),
        host_network: workload.host_network,
        addresses: workload.addresses.clone(),
        replicas: workload.replicas,
        place: Some(workload.meta.place),
    }
}

fn outside(class: AddressClass) -> Endpoint {
    Endpoint {
        id: class.sample.to_string(),
        name: class.name(),
        addresses: Vec::new(),
        kind: EndpointKind::External(class),
        namespace: None,
        labels: Labels::new(),
        ports: Vec::new(),
        host_network: false,
        replicas: None,
        place: None,
    }
}

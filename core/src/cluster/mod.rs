//! Who can talk: namespaces, the pods and workloads in them, Services, and the addresses outside.

mod assumed;
mod classes;
pub(crate) mod dns;
mod gather;
mod service;

use std::collections::BTreeMap;
use std::net::IpAddr;

pub use assumed::{manifest as assumed_manifest, written_into};
pub use classes::{Classes, MAX_CLASSES};
pub use dns::lacks as lacks_dns;
pub use service::{Backend, ClusterService};

use crate::bits::BitSet;
use crate::domain::{Domain, DomainKind};
use crate::external::{AddressClass, AddressSpace};
use crate::labels::Labels;
use crate::manifest::{ContainerPort, WorkloadKind};
use crate::source::{Place, Span};

/// All that can talk, in the order in which the text names it, external endpoints last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cluster {
    /// The namespaces: first those that namespaces, pods and workloads name, then those that only policies name.
    pub namespaces: Vec<ClusterNamespace>,
    /// Pods, workloads, then external endpoints.
    pub endpoints: Vec<Endpoint>,
    /// Services, in text order.
    pub services: Vec<ClusterService>,
    /// Which endpoints no policy can tell apart.
    pub classes: Classes,
    /// The addresses outside, as the policies divide them.
    pub space: AddressSpace,
    /// The external endpoint for each class of addresses.
    outside: Vec<Option<usize>>,
    /// The labels of service accounts, by namespace and name.
    pub accounts: BTreeMap<(String, String), Labels>,
    /// Workloads whose pods are there themselves: their ids, and the endpoints that are their pods.
    owners: BTreeMap<String, Vec<usize>>,
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
    /// Whether nobody names it: a policy's selector suggests it.
    pub assumed: bool,
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
    /// The name of a pod's service account; empty outside the cluster.
    pub service_account: String,
    /// How many pods it stands for, where the text says so.
    pub replicas: Option<u32>,
    /// Where it is written.
    pub place: Option<Place>,
    /// Whether nobody described it: a policy's selector suggests it.
    pub assumed: bool,
}

/// What an endpoint is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndpointKind {
    /// A pod, or the pods of a workload.
    Workload(WorkloadKind),
    /// Addresses outside the cluster.
    External(AddressClass),
    /// Hosts outside the cluster that a policy names, whatever their addresses are.
    Domain(Domain),
}

impl Endpoint {
    /// Whether it stands outside the cluster.
    pub fn is_external(&self) -> bool {
        matches!(self.kind, EndpointKind::External(_) | EndpointKind::Domain(_))
    }

    /// Whether selectors can match it: a pod on the pod network.
    pub fn is_selectable(&self) -> bool {
        self.namespace.is_some() && !self.host_network
    }
}

impl Cluster {
    /// The namespace of `endpoint`, if it is in the cluster.
    pub fn namespace_of(&self, endpoint: &Endpoint) -> Option<&ClusterNamespace> {
        self.namespaces.get(endpoint.namespace?)
    }

    /// Whether `endpoint` is the API server, as kubeadm and its kin start it: a pod on its node's network.
    pub fn is_api_server(&self, endpoint: &Endpoint) -> bool {
        endpoint.host_network
            && endpoint.labels.get("component").is_some_and(|component| component == "kube-apiserver")
            && self.namespace_of(endpoint).is_some_and(|namespace| namespace.name == "kube-system")
    }

    /// Whether `endpoint` is a pod of the cluster's own DNS: kube-dns, or CoreDNS under its own labels, in `kube-system`.
    pub fn is_dns(&self, endpoint: &Endpoint) -> bool {
        let own = self.namespace_of(endpoint).is_some_and(|namespace| namespace.name == dns::NAMESPACE);
        own && dns::label(endpoint).is_some()
    }

    /// The index of the endpoint called `id`, or of the one that has or holds the address `id`, or that is meant by the
    /// host name `id`.
    pub fn find(&self, id: &str) -> Option<usize> {
        let by_id = self.endpoints.iter().position(|endpoint| endpoint.id == id);
        by_id.or_else(|| self.at_address(id.parse().ok()?)).or_else(|| self.at_host(id))
    }

    /// The index of the endpoint for hosts outside that covers the name `host`, the narrowest one.
    pub fn at_host(&self, host: &str) -> Option<usize> {
        let host = Domain::new(host, DomainKind::Name, Span::default()).text;
        let named = self.endpoints.iter().enumerate().filter_map(|(at, endpoint)| match &endpoint.kind {
            EndpointKind::Domain(domain) if domain.matches(&host) => Some((at, domain)),
            _ => None,
        });
        // A name before a pattern, and of two patterns the longer one.
        let narrowest = |(_, domain): &(usize, &Domain)| (domain.kind == DomainKind::Name, domain.text.len());
        named.max_by_key(narrowest).map(|(at, _)| at)
    }

    /// The index of the pod with that address, else of the external endpoint that holds it.
    pub fn at_address(&self, address: IpAddr) -> Option<usize> {
        let pod = self.endpoints.iter().position(|endpoint| endpoint.addresses.contains(&address));
        pod.or_else(|| self.outside(self.space.class_of(address)?))
    }

    /// The index of the external endpoint for a class of [`Cluster::space`]; `None` where all its addresses are pods'.
    pub fn outside(&self, class: usize) -> Option<usize> {
        self.outside.get(class).copied().flatten()
    }

    /// The endpoints that are the pods of the workload called `id`, where the workload itself is not an endpoint.
    pub fn pods_of(&self, id: &str) -> &[usize] {
        self.owners.get(id).map_or(&[], Vec::as_slice)
    }

    /// The ids of the workloads that have [`Cluster::pods_of`].
    pub fn owner_ids(&self) -> impl Iterator<Item = &str> {
        self.owners.keys().map(String::as_str)
    }

    /// The endpoints of some classes.
    pub fn members(&self, classes: &BitSet) -> BitSet {
        (0..self.endpoints.len()).filter(|endpoint| classes.contains(self.classes.of(*endpoint))).collect()
    }

    /// An endpoint's name, with its namespace where another endpoint has the same name.
    pub fn name_of(&self, endpoint: usize) -> String {
        let Some(own) = self.endpoints.get(endpoint) else { return String::new() };
        let shared = self.endpoints.iter().filter(|other| other.name == own.name).nth(1).is_some();
        match self.namespace_of(own).filter(|_| shared) {
            Some(namespace) => format!("{}/{}", namespace.name, own.name),
            None => own.name.clone(),
        }
    }
}

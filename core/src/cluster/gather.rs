//! From manifests to the cluster they describe.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::{Classes, Cluster, ClusterNamespace, ClusterService, Endpoint, EndpointKind, MAX_CLASSES, assumed, dns};
use crate::cni::Cni;
use crate::diagnostic::Diagnostic;
use crate::domain::{Domain, DomainKind};
use crate::external::{AddressClass, AddressSpace};
use crate::labels::{Labels, NAMESPACE_NAME};
use crate::manifest::mentions::Mentions;
use crate::manifest::{Manifests, Workload, WorkloadKind};
use crate::source::{Place, Span};

impl Cluster {
    /// Gathers everything that `manifests` name. Finished pods take no part; a workload whose pods are there
    /// themselves is represented by them. Without any pod or workload, those that the policies' selectors suggest are
    /// assumed. Pods past [`MAX_CLASSES`] kinds are left out, and the diagnostic that comes back says so.
    pub fn gather(manifests: &Manifests, cni: Cni) -> (Self, Option<Diagnostic>) {
        Self::gather_and(manifests, cni, |_| {})
    }

    /// The same with a DNS server in `kube-system` that nobody described.
    pub fn gather_with_dns(manifests: &Manifests, cni: Cni) -> (Self, Option<Diagnostic>) {
        Self::gather_and(manifests, cni, dns::assume)
    }

    fn gather_and(manifests: &Manifests, cni: Cni, more: fn(&mut Cluster)) -> (Self, Option<Diagnostic>) {
        let mut cluster = Cluster::default();
        let mentions = Mentions::of(manifests);
        cluster.gather_namespaces(manifests, &mentions);
        let index: BTreeMap<String, usize> =
            cluster.namespaces.iter().enumerate().map(|(at, namespace)| (namespace.name.clone(), at)).collect();
        let standing = present(&manifests.workloads);
        let mut generated: BTreeMap<String, usize> = BTreeMap::new();
        for workload in &standing {
            let namespace = index.get(&workload.meta.namespace).copied();
            let mut endpoint = endpoint(workload, namespace, cni);
            if workload.meta.generated {
                // Every pod of one `generateName` gets a name of its own from the cluster.
                let count = generated.entry(endpoint.id.clone()).or_default();
                *count += 1;
                if *count > 1 {
                    endpoint.id.push_str(&count.to_string());
                    endpoint.name.push_str(&count.to_string());
                }
            }
            cluster.endpoints.push(endpoint);
        }
        if !manifests.describes_pods {
            assumed::assume(&mut cluster, manifests);
        }
        more(&mut cluster);
        cluster.space = AddressSpace::divide(mentions.blocks.iter().copied());
        cluster.gather_outside();
        cluster.gather_domains(&mentions);
        cluster.gather_services(manifests);
        let accounts = manifests.accounts.iter().map(|account| &account.meta);
        cluster.accounts =
            accounts.map(|meta| ((meta.namespace.clone(), meta.name.value.clone()), meta.labels.clone())).collect();
        let excess = cluster.tell_apart(&mentions);
        if excess.is_some() {
            cluster.gather_services(manifests);
        }
        cluster.owners = owners(&standing, &manifests.workloads, &cluster);
        (cluster, excess)
    }

    /// An endpoint for each class of addresses, unless every address of it is a pod's.
    fn gather_outside(&mut self) {
        let taken: BTreeSet<IpAddr> = self.endpoints.iter().flat_map(|endpoint| endpoint.addresses.clone()).collect();
        let is_pod = |(net, holes): &(IpNet, Vec<IpNet>)| {
            holes.is_empty() && net.prefix_len() == net.max_prefix_len() && taken.contains(&net.addr())
        };
        for class in &self.space.classes {
            let next = self.endpoints.len();
            let inside = class.parts.iter().all(is_pod);
            self.outside.push((!inside).then_some(next));
            if !inside {
                self.endpoints.push(outside(class));
            }
        }
    }

    /// An endpoint for each name, or pattern of names, that a policy lets pods go to.
    fn gather_domains(&mut self, mentions: &Mentions<'_>) {
        let mut seen = BTreeSet::new();
        for domain in &mentions.domains {
            if seen.insert((&domain.text, domain.kind)) {
                // Dialects read the same pattern in different ways.
                let same_text =
                    DomainKind::ALL.into_iter().filter(|kind| seen.contains(&(&domain.text, *kind))).count();
                self.endpoints.push(host((*domain).clone(), same_text > 1));
            }
        }
    }

    fn gather_services(&mut self, manifests: &Manifests) {
        self.services = manifests.services.iter().map(|s| ClusterService::new(s, manifests, self)).collect();
    }

    fn tell_apart(&mut self, mentions: &Mentions<'_>) -> Option<Diagnostic> {
        let (classes, excess) = Classes::tell_apart(self, mentions);
        self.classes = classes;
        let first = self.endpoints.get(*excess.first()?)?.place?;
        let mut at = 0;
        self.endpoints.retain(|_| {
            at += 1;
            !excess.contains(&(at - 1))
        });
        self.classes = Classes::tell_apart(self, mentions).0;
        // Only pods are left out, and they stand before the addresses outside.
        self.outside.iter_mut().flatten().for_each(|at| *at -= excess.len());
        let message = format!(
            "The policies tell more than {MAX_CLASSES} kinds of pods apart: from here on {} pods are left out.",
            excess.len()
        );
        Some(Diagnostic::error("too-many", first, message))
    }

    fn gather_namespaces(&mut self, manifests: &Manifests, mentions: &Mentions<'_>) {
        let mut named: Vec<(Place, &str)> = Vec::new();
        named.extend(manifests.namespaces.iter().map(|n| (n.meta.place, n.meta.name.value.as_str())));
        named.extend(manifests.workloads.iter().map(|w| (w.meta.place, w.meta.namespace.as_str())));
        named.sort();
        let declared_only = named.len();
        named.extend(mentions.namespaces.iter().copied());
        if let Some(policies) = named.get_mut(declared_only..) {
            policies.sort();
        }
        let declared: BTreeMap<&str, _> =
            manifests.namespaces.iter().map(|n| (n.meta.name.value.as_str(), n)).collect();
        let mut seen = BTreeSet::new();
        for (_, name) in named {
            if !seen.insert(name) {
                continue;
            }
            let namespace = declared.get(name);
            let labels = namespace.map(|namespace| namespace.meta.labels.clone()).unwrap_or_default();
            let declared = namespace.map(|namespace| {
                let span: Span = namespace.meta.labels_span.unwrap_or(namespace.meta.name.span);
                Place { file: namespace.meta.place.file, span }
            });
            self.namespaces.push(ClusterNamespace { declared, ..ClusterNamespace::named(name, labels) });
        }
    }
}

impl ClusterNamespace {
    /// A namespace that nobody declared, with the label that every namespace has besides `labels`.
    pub(super) fn named(name: &str, mut labels: Labels) -> Self {
        labels.insert(NAMESPACE_NAME.to_owned(), name.to_owned());
        Self { name: name.to_owned(), labels, declared: None, assumed: false }
    }
}

/// What a workload is called among all: `namespace/Kind/name`.
fn workload_id(namespace: &str, kind: &str, name: &str) -> String {
    format!("{namespace}/{kind}/{name}")
}

/// The ids of what owns `workload`, as it says itself.
fn owner_ids(workload: &Workload) -> Vec<String> {
    let space = workload.meta.namespace.as_str();
    let mut ids = Vec::new();
    for owner in &workload.meta.owners {
        ids.push(workload_id(space, &owner.kind, &owner.name));
        // A pod names its ReplicaSet, which is called after its Deployment and the template's hash.
        let hash = workload.labels.get("pod-template-hash");
        let deployment = hash.and_then(|hash| owner.name.strip_suffix(hash.as_str())?.strip_suffix('-'));
        if let (Some(deployment), "ReplicaSet") = (deployment, owner.kind.as_str()) {
            ids.push(workload_id(space, "Deployment", deployment));
        }
    }
    ids
}

/// The workloads that take part. A Deployment, ReplicaSet, … that owns another one in the text is left out, as is
/// a ReplicaSet that a Deployment has scaled down to nothing.
fn present(workloads: &[Workload]) -> Vec<&Workload> {
    // What has finished or been emptied does not stand for its owner.
    let alive = |workload: &&Workload| !workload.finished && workload.replicas != Some(0);
    let owners: BTreeSet<String> = workloads.iter().filter(alive).flat_map(owner_ids).collect();
    let stands = |workload: &&Workload| {
        let emptied = workload.replicas == Some(0) && !workload.meta.owners.is_empty();
        !workload.finished && !emptied && (workload.kind == WorkloadKind::Pod || !owners.contains(&id_of(workload)))
    };
    workloads.iter().filter(stands).collect()
}

fn id_of(workload: &Workload) -> String {
    workload_id(&workload.meta.namespace, workload.kind.name(), &workload.meta.name.value)
}

/// Which endpoints stand for which workloads that are none themselves.
fn owners(standing: &[&Workload], all: &[Workload], cluster: &Cluster) -> BTreeMap<String, Vec<usize>> {
    let mut above: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for workload in all.iter().filter(|workload| !workload.meta.owners.is_empty()) {
        above.insert(id_of(workload), owner_ids(workload));
    }
    if standing.iter().all(|workload| workload.meta.owners.is_empty()) {
        return BTreeMap::new();
    }
    let at: BTreeMap<&str, usize> =
        cluster.endpoints.iter().enumerate().map(|(at, endpoint)| (endpoint.id.as_str(), at)).collect();
    let mut out: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for workload in standing {
        let Some(endpoint) = at.get(endpoint_id(workload).as_str()) else { continue };
        let mut seen = BTreeSet::new();
        let mut open = owner_ids(workload);
        while let Some(owner) = open.pop() {
            if seen.insert(owner.clone()) {
                open.extend(above.get(&owner).into_iter().flatten().cloned());
            }
        }
        for owner in seen {
            out.entry(owner).or_default().push(*endpoint);
        }
    }
    out
}

fn endpoint_id(workload: &Workload) -> String {
    match workload.kind {
        WorkloadKind::Pod => format!("{}/{}", workload.meta.namespace, workload.meta.name.value),
        _ => id_of(workload),
    }
}

fn endpoint(workload: &Workload, namespace: Option<usize>, cni: Cni) -> Endpoint {
    let mut ports = workload.ports.clone();
    if cni.counts_init_containers() {
        ports.extend(workload.init_ports.iter().cloned());
    }
    Endpoint {
        id: endpoint_id(workload),
        name: workload.meta.name.value.clone(),
        kind: EndpointKind::Workload(workload.kind),
        namespace,
        labels: workload.labels.clone(),
        ports,
        host_network: workload.host_network,
        addresses: workload.addresses.clone(),
        service_account: workload.service_account.clone(),
        replicas: workload.replicas,
        place: Some(workload.meta.place),
        assumed: false,
    }
}

fn outside(class: &AddressClass) -> Endpoint {
    external(class.sample.to_string(), class.name(), EndpointKind::External(class.clone()))
}

fn host(domain: Domain, is_second: bool) -> Endpoint {
    let name = if is_second { format!("{} ({})", domain.text, domain.kind.words()) } else { domain.text.clone() };
    external(name.clone(), name, EndpointKind::Domain(domain))
}

fn external(id: String, name: String, kind: EndpointKind) -> Endpoint {
    Endpoint {
        id,
        name,
        kind,
        addresses: Vec::new(),
        service_account: String::new(),
        namespace: None,
        labels: Labels::new(),
        ports: Vec::new(),
        host_network: false,
        replicas: None,
        place: None,
        assumed: false,
    }
}

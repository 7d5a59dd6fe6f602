//! Namespaces, pods, and the workloads that make pods (core/v1, apps/v1, batch/v1).

use std::net::IpAddr;

use super::cidr;
use super::decode::{Decoder, Fields};
use super::meta::{self, Meta, MetaRules};
use super::tree::{Node, Value};
use super::{port, selector};
use crate::labels::Labels;
use crate::ports::Protocol;

/// A Namespace as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Name, labels, place.
    pub meta: Meta,
}

/// A Pod, or a workload standing for the pods of its template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// `Pod`, `Deployment`, `StatefulSet`, `DaemonSet`, `ReplicaSet`, `ReplicationController`, `Job` or `CronJob`.
    pub kind: WorkloadKind,
    /// Name, namespace, place; for a workload its own, not its template's.
    pub meta: Meta,
    /// The pod's labels, or the template's.
    pub labels: Labels,
    /// How many pods it stands for; `None` where the number is the cluster's to say (a DaemonSet, a CronJob).
    pub replicas: Option<u32>,
    /// `ports` of its containers, sidecars (init containers that always restart) included.
    pub ports: Vec<ContainerPort>,
    /// `ports` of its init containers that end before the pod starts.
    pub init_ports: Vec<ContainerPort>,
    /// `hostNetwork`: it shares its node's network.
    pub host_network: bool,
    /// Phase Succeeded or Failed: it takes no part any more.
    pub finished: bool,
    /// `status.podIPs`; for a pod on its node's network, the node's.
    pub addresses: Vec<IpAddr>,
    /// `status.hostIPs`: its node's addresses.
    pub node_addresses: Vec<IpAddr>,
    /// `spec.serviceAccountName`, or `default`.
    pub service_account: String,
}

/// A ServiceAccount as written (core/v1): its labels are what policies may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Name, namespace, labels.
    pub meta: Meta,
}

/// The service account of a pod that names none (the `ServiceAccount` admission controller).
pub const DEFAULT_ACCOUNT: &str = "default";

/// The kinds that become pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkloadKind {
    /// A pod itself.
    Pod,
    /// apps/v1 Deployment.
    Deployment,
    /// apps/v1 StatefulSet.
    StatefulSet,
    /// apps/v1 DaemonSet.
    DaemonSet,
    /// apps/v1 ReplicaSet.
    ReplicaSet,
    /// core/v1 ReplicationController.
    ReplicationController,
    /// batch/v1 Job.
    Job,
    /// batch/v1 CronJob.
    CronJob,
}

impl WorkloadKind {
    /// All of them, with their API groups.
    pub(crate) const ALL: [(&'static str, WorkloadKind); 8] = [
        ("v1", WorkloadKind::Pod),
        ("apps/v1", WorkloadKind::Deployment),
        ("apps/v1", WorkloadKind::StatefulSet),
        ("apps/v1", WorkloadKind::DaemonSet),
        ("apps/v1", WorkloadKind::ReplicaSet),
        ("v1", WorkloadKind::ReplicationController),
        ("batch/v1", WorkloadKind::Job),
        ("batch/v1", WorkloadKind::CronJob),
    ];

    /// The kind's name.
    pub fn name(self) -> &'static str {
        match self {
            WorkloadKind::Pod => "Pod",
            WorkloadKind::Deployment => "Deployment",
            WorkloadKind::StatefulSet => "StatefulSet",
            WorkloadKind::DaemonSet => "DaemonSet",
            WorkloadKind::ReplicaSet => "ReplicaSet",
            WorkloadKind::ReplicationController => "ReplicationController",
            WorkloadKind::Job => "Job",
            WorkloadKind::CronJob => "CronJob",
        }
    }

    /// The kind of that API version and name.
    pub(crate) fn find(api_version: &str, kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(api, known)| *api == api_version && known.name() == kind).map(|(_, known)| known)
    }
}

/// How many container ports of one pod are read; names are looked up among them for every pair.
pub const MAX_PORTS: usize = 1_000;

/// One of a container's `ports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerPort {
    /// `name`, if it has one.
    pub name: Option<String>,
    /// `containerPort`.
    pub number: u16,
    /// `protocol`, or TCP.
    pub protocol: Protocol,
    /// Whether its container ends before the pod starts: an init container that does not always restart.
    pub ends: bool,
}

/// Reads a Namespace.
pub(crate) fn namespace(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<Namespace> {
    let meta = meta::read(fields, MetaRules { namespaced: false, strict: false, label_name: true }, decoder)?;
    Some(Namespace { meta })
}

/// Reads a ServiceAccount.
pub(crate) fn service_account(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<ServiceAccount> {
    let meta = meta::read(fields, MetaRules { namespaced: true, strict: false, label_name: false }, decoder)?;
    Some(ServiceAccount { meta })
}

/// Reads a Pod or a workload with a pod template.
pub(crate) fn workload(kind: WorkloadKind, fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<Workload> {
    let meta = meta::read(fields, MetaRules { namespaced: true, strict: false, label_name: false }, decoder);
    let spec = match fields.get("spec") {
        Some(node) => Some(decoder.mapping(node, "spec")?),
        None => None,
    };
    let mut labels = meta.as_ref().map(|meta| meta.labels.clone()).unwrap_or_default();
    let mut pod_spec = spec;
    if kind != WorkloadKind::Pod {
        let template = template(kind, spec, fields, decoder)?;
        let metadata = template.get("metadata").and_then(|node| decoder.mapping(node, "The template's metadata"));
        let template_labels = metadata.and_then(|metadata| metadata.get("labels"));
        labels = template_labels.map(|node| selector::labels(node, "labels", decoder)).unwrap_or_default();
        pod_spec = template.get("spec").and_then(|node| decoder.mapping(node, "The template's spec"));
    }
    let replicas = replicas(kind, spec, decoder);
    let (mut ports, mut init_ports) = (Vec::new(), Vec::new());
    let mut host_network = false;
    // `serviceAccount` is the older name of the same field.
    let word = |key: &str| pod_spec.and_then(|spec| spec.get(key)).and_then(Node::text).filter(|text| !text.is_empty());
    let service_account =
        word("serviceAccountName").or_else(|| word("serviceAccount")).unwrap_or(DEFAULT_ACCOUNT).to_owned();
    if let Some(pod_spec) = pod_spec {
        host_network =
            pod_spec.get("hostNetwork").and_then(|node| decoder.boolean(node, "hostNetwork")).unwrap_or(false);
        for field in ["containers", "initContainers"] {
            let Some(node) = pod_spec.get(field) else { continue };
            for node in decoder.list(node, field).unwrap_or_default() {
                let Some(container) = decoder.mapping(node, "A container") else { continue };
                // A sidecar is an init container that always restarts.
                let stays =
                    field == "containers" || container.get("restartPolicy").and_then(Node::text) == Some("Always");
                let out = if stays { &mut ports } else { &mut init_ports };
                container_ports(container, !stays, out, decoder);
            }
        }
    }
    let mut status = if kind == WorkloadKind::Pod { status(fields, decoder) } else { Status::default() };
    if host_network && status.addresses.is_empty() {
        status.addresses.clone_from(&status.node_addresses);
    }
    let Status { finished, addresses, node_addresses } = status;
    Some(Workload {
        kind,
        meta: meta?,
        labels,
        replicas,
        ports,
        init_ports,
        host_network,
        finished,
        addresses,
        node_addresses,
        service_account,
    })
}

fn template<'n, 't>(
    kind: WorkloadKind,
    spec: Option<Fields<'n, 't>>,
    object: &Fields<'n, 't>,
    decoder: &mut Decoder,
) -> Option<Fields<'n, 't>> {
    let mut holder = spec;
    if kind == WorkloadKind::CronJob {
        let job = holder.and_then(|spec| spec.get("jobTemplate")).and_then(|node| decoder.mapping(node, "jobTemplate"));
        holder = job.and_then(|job| job.get("spec")).and_then(|node| decoder.mapping(node, "The job's spec"));
    }
    let node = holder.and_then(|holder| holder.get("template"));
    if node.is_none() {
        let message = format!("This {} has no pod `template`, so its pods are unknown.", kind.name());
        decoder.error("missing-field", holder.unwrap_or(*object).head(), message);
    }
    decoder.mapping(node?, "template")
}

fn replicas(kind: WorkloadKind, spec: Option<Fields<'_, '_>>, decoder: &mut Decoder) -> Option<u32> {
    let field = match kind {
        WorkloadKind::Pod => return Some(1),
        WorkloadKind::DaemonSet | WorkloadKind::CronJob => return None,
        WorkloadKind::Job => "parallelism",
        _ => "replicas",
    };
    let Some(node) = spec.and_then(|spec| spec.get(field)) else { return Some(1) };
    let number = decoder.integer(node, field)?;
    let count = u32::try_from(number.value).ok();
    if count.is_none() {
        decoder.error("wrong-type", number.span, format!("{field} must be zero or more, and {} is not.", number.value));
    }
    count
}

fn container_ports(container: Fields<'_, '_>, ends: bool, out: &mut Vec<ContainerPort>, decoder: &mut Decoder) {
    let Some(list) = container.get("ports") else { return };
    if out.len() >= MAX_PORTS {
        return;
    }
    for item in decoder.list(list, "A container's ports").unwrap_or_default() {
        let Some(fields) = decoder.mapping(item, "A container's port") else { continue };
        let Some(number_node) = fields.get("containerPort") else {
            decoder.error("missing-field", fields.head(), "A container's port needs a `containerPort`.");
            continue;
        };
        let number = port::number(number_node, "containerPort", decoder);
        let name = fields.get("name").and_then(|node| decoder.string(node, "A port's name")).map(|name| name.value);
        if out.len() == MAX_PORTS {
            decoder.error("too-many", item.span, format!("More than {MAX_PORTS} container ports in one pod."));
            return;
        }
        if let (Some(protocol), Some(number)) = (port::protocol(&fields, decoder), number) {
            out.push(ContainerPort { name, number, protocol, ends });
        }
    }
}

/// What the cluster says of a pod.
#[derive(Default)]
struct Status {
    finished: bool,
    addresses: Vec<IpAddr>,
    node_addresses: Vec<IpAddr>,
}

fn status(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Status {
    let Some(status) = fields.get("status").and_then(|node| decoder.mapping(node, "status")) else {
        return Status::default();
    };
    let finished = matches!(status.get("phase").and_then(Node::text), Some("Succeeded" | "Failed"));
    let own = addresses(status, ["podIP", "podIPs"], decoder);
    let node_addresses = addresses(status, ["hostIP", "hostIPs"], decoder);
    Status { finished, addresses: own, node_addresses }
}

/// The addresses in the fields of one address and of several.
fn addresses(status: Fields<'_, '_>, [one, several]: [&str; 2], decoder: &mut Decoder) -> Vec<IpAddr> {
    let listed: &[Node<'_>] = match status.get(several).map(|node| &node.value) {
        Some(Value::Sequence { items, .. }) => items,
        _ => &[],
    };
    let single = status.get(one).into_iter();
    let nodes = single.chain(listed.iter().filter_map(|item| item.get("ip")));
    let mut addresses = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for node in nodes.filter(|node| node.text() != Some("")) {
        match node.text().and_then(cidr::address) {
            Some(ip) if seen.insert(ip) => addresses.push(ip),
            Some(_) => {}
            None => {
                decoder.error("bad-address", node.span, "A pod's address must be an IPv4 or IPv6 address.");
            }
        }
    }
    addresses
}

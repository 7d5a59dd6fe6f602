//! What the ends of a question name.

use std::net::IpAddr;

use crate::Analysis;
use crate::cluster::{Cluster, ClusterService, Endpoint};
use crate::manifest::suggest;

/// What one end of a question names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Endpoints, by their indices: one, or the pods of a workload.
    Endpoints(Vec<usize>),
    /// A Service, by its index in the cluster.
    Service(usize),
}

/// Kinds as kubectl abbreviates them.
const KINDS: [(&str, &[&str]); 9] = [
    ("Pod", &["po", "pods"]),
    ("Service", &["svc", "services"]),
    ("Deployment", &["deploy", "deployments"]),
    ("StatefulSet", &["sts", "statefulsets"]),
    ("DaemonSet", &["ds", "daemonsets"]),
    ("ReplicaSet", &["rs", "replicasets"]),
    ("ReplicationController", &["rc", "replicationcontrollers"]),
    ("Job", &["jobs"]),
    ("CronJob", &["cj", "cronjobs"]),
];

/// What `text` names: an id, a Service, an address, a name without its namespace or kind that only one thing has, or a
/// host outside that a policy names.
/// Kinds may be written as kubectl takes them (`deploy/api`), Services as clients call them (`db.shop.svc`). An error is
/// a sentence without its full stop.
pub fn resolve(analysis: &Analysis, text: &str) -> Result<End, String> {
    let cluster = &analysis.cluster;
    let text = text.trim();
    if let Some(at) = cluster.endpoints.iter().position(|endpoint| endpoint.id == text) {
        return Ok(End::Endpoints(vec![at]));
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return at_address(cluster, address);
    }
    if let Some(at) = cluster.services.iter().position(|service| service.short_id() == text || service.id() == text) {
        return Ok(End::Service(at));
    }
    let pods = cluster.pods_of(text);
    if !pods.is_empty() {
        return Ok(End::Endpoints(pods.to_vec()));
    }
    let named = candidates(cluster, text);
    match named.as_slice() {
        [(_, end)] => Ok(end.clone()),
        [] => cluster.at_host(text).map(|at| End::Endpoints(vec![at])).ok_or_else(|| unknown(cluster, text)),
        [several @ .., (last, _)] => {
            let ids: Vec<&str> = several.iter().map(|(id, _)| id.as_str()).take(5).collect();
            Err(format!("`{text}` could be {} or {last}", ids.join(", ")))
        }
    }
}

fn at_address(cluster: &Cluster, address: IpAddr) -> Result<End, String> {
    if let Some(at) = cluster.services.iter().position(|service| service.written.addresses.contains(&address)) {
        return Ok(End::Service(at));
    }
    let at = cluster.at_address(address).ok_or_else(|| format!("nothing has the address {address}"))?;
    Ok(End::Endpoints(vec![at]))
}

/// What is good to know of the way in which `text` was understood.
pub(super) fn notes(analysis: &Analysis, text: &str, is_source: bool) -> Option<String> {
    let (cluster, text) = (&analysis.cluster, text.trim());
    let address = text.parse::<IpAddr>().ok();
    let pods_known = cluster.endpoints.iter().any(|endpoint| !endpoint.addresses.is_empty());
    if let Some(address) = address.filter(|address| is_private(*address)) {
        let outside = matches!(at_address(cluster, address), Ok(End::Endpoints(found))
            if found.iter().all(|at| cluster.endpoints.get(*at).is_some_and(Endpoint::is_external)));
        let what = if pods_known { "no pod or Service here has" } else { "the manifests give no pod" };
        return outside.then(|| format!("{what} the address {address}: it is taken for one outside the cluster"));
    }
    let host = cluster.at_host(text).and_then(|at| cluster.endpoints.get(at)).filter(|host| host.id != text);
    if let Some(host) = host.filter(|_| candidates(cluster, text).is_empty()) {
        return Some(format!("{text} is one of the hosts outside that policies call {}", host.id));
    }
    let taken = cluster.endpoints.iter().find(|endpoint| endpoint.id == text).filter(|_| !is_source)?;
    let service = cluster.services.iter().find(|service| service.short_id() == text)?;
    Some(format!("the pod {} was asked for; the Service is {}", taken.id, service.id()))
}

/// An address that a cluster may well have given to one of its own.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private(),
        IpAddr::V6(address) => address.is_unique_local(),
    }
}

/// A name in parts, each of which may be missing but the last.
struct Name<'t> {
    namespace: Option<&'t str>,
    kind: Option<&'static str>,
    name: &'t str,
}

/// The ways in which `text` can be read.
fn readings(text: &str) -> Vec<Name<'_>> {
    let parts: Vec<&str> = text.split('/').collect();
    match parts.as_slice() {
        [name] => {
            let mut readings = vec![Name { namespace: None, kind: None, name }];
            let mut labels = name.split('.');
            if let (Some(name), Some(namespace), Some("svc")) = (labels.next(), labels.next(), labels.next()) {
                readings.push(Name { namespace: Some(namespace), kind: Some("Service"), name });
            }
            readings
        }
        [first, name] => {
            let mut readings = vec![Name { namespace: Some(first), kind: None, name }];
            readings.extend(kind(first).map(|kind| Name { namespace: None, kind: Some(kind), name }));
            readings
        }
        [namespace, word, name] => {
            kind(word).map(|kind| Name { namespace: Some(namespace), kind: Some(kind), name }).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn kind(word: &str) -> Option<&'static str> {
    let called = |(kind, others): &&(&'static str, &[&str])| {
        kind.eq_ignore_ascii_case(word) || others.iter().any(|other| other.eq_ignore_ascii_case(word))
    };
    KINDS.iter().find(called).map(|(kind, _)| *kind)
}

impl Name<'_> {
    /// Whether `id` (`namespace/name` of a pod, else `namespace/Kind/name`) is called so.
    fn fits(&self, id: &str) -> bool {
        let mut parts = id.split('/');
        let (namespace, name) = (parts.next(), parts.next_back());
        let kind = parts.next().unwrap_or("Pod");
        name == Some(self.name)
            && self.namespace.is_none_or(|own| namespace == Some(own))
            && self.kind.is_none_or(|own| kind == own)
    }
}

/// Everything that is called `text` when its namespace or kind is left out: endpoints before Services before workloads
/// whose pods are there themselves.
fn candidates(cluster: &Cluster, text: &str) -> Vec<(String, End)> {
    let readings = readings(text);
    let fits = |id: &str| readings.iter().any(|name| name.fits(id));
    let inside = cluster.endpoints.iter().enumerate().filter(|(_, endpoint)| !endpoint.is_external());
    let mut found: Vec<(String, End)> = inside
        .filter(|(_, endpoint)| fits(&endpoint.id))
        .map(|(at, endpoint)| (endpoint.id.clone(), End::Endpoints(vec![at])))
        .collect();
    if found.is_empty() {
        let services = cluster.services.iter().enumerate().filter(|(_, service)| fits(&service.id()));
        found.extend(services.map(|(at, service)| (service.id(), End::Service(at))));
    }
    if found.is_empty() {
        let owners = cluster.owner_ids().filter(|id| fits(id));
        found.extend(owners.map(|id| (id.to_owned(), End::Endpoints(cluster.pods_of(id).to_vec()))));
        // Of a Job and its CronJob with the same pods either will do.
        found.dedup_by(|a, b| a.1 == b.1);
    }
    found
}

fn unknown(cluster: &Cluster, text: &str) -> String {
    let inside = cluster.endpoints.iter().filter(|endpoint| !endpoint.is_external());
    let mut ids: Vec<String> = inside.map(|endpoint| endpoint.id.clone()).collect();
    ids.extend(cluster.services.iter().map(ClusterService::short_id));
    ids.extend(cluster.owner_ids().map(str::to_owned));
    let known: Vec<&str> = ids.iter().map(String::as_str).collect();
    // A bare name is compared with bare names.
    let bare: Vec<&str> = known.iter().map(|id| id.rsplit('/').next().unwrap_or(id)).collect();
    let near = suggest::nearest(text, &known).map(str::to_owned).or_else(|| {
        let near = suggest::nearest(text, &bare)?;
        bare.iter().position(|name| *name == near).and_then(|at| ids.get(at).cloned())
    });
    match near {
        Some(near) => format!("nothing is called `{text}`; did you mean `{near}`?"),
        None if ids.is_empty() => format!("nothing is called `{text}`: there is no pod, workload or Service here"),
        None => format!(
            "nothing is called `{text}`; write namespace/pod, namespace/Deployment/name, a Service or an IP address"
        ),
    }
}

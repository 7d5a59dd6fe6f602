//! What is behind a Service.

use super::Cluster;
use crate::manifest::{EndpointSlice, Manifests, Service, ServicePort, TargetPort};
use crate::ports::Protocol;

/// A Service and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterService {
    /// The Service as written.
    pub written: Service,
    /// Where connections to it arrive, in the order of the cluster's endpoints.
    pub backends: Vec<Backend>,
}

/// One endpoint behind a Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backend {
    /// Index into [`Cluster::endpoints`].
    pub endpoint: usize,
    /// For each of the Service's ports, in their order, the port that it leads to here; `None` where a named target
    /// is no port of this pod.
    pub targets: Vec<Option<u16>>,
}

impl ClusterService {
    /// `namespace/Service/name`, which no endpoint is called.
    pub fn id(&self) -> String {
        format!("{}/Service/{}", self.written.meta.namespace, self.written.meta.name.value)
    }

    /// `namespace/name`.
    pub fn short_id(&self) -> String {
        format!("{}/{}", self.written.meta.namespace, self.written.meta.name.value)
    }

    pub(super) fn new(service: &Service, manifests: &Manifests, cluster: &Cluster) -> Self {
        let meta = &service.meta;
        let mut backends = Vec::new();
        if let Some(selector) = &service.selector {
            for (at, endpoint) in cluster.endpoints.iter().enumerate() {
                let own = cluster.namespace_of(endpoint).is_some_and(|namespace| namespace.name == meta.namespace);
                if own && selector.iter().all(|(key, value)| endpoint.labels.get(key) == Some(value)) {
                    let targets = service.ports.iter().map(|port| target(port, endpoint)).collect();
                    backends.push(Backend { endpoint: at, targets });
                }
            }
        } else {
            let slices = manifests.slices.iter();
            let slices = slices.filter(|s| (&s.namespace, &s.service) == (&meta.namespace, &meta.name.value));
            for slice in slices {
                for address in &slice.addresses {
                    let Some(endpoint) = cluster.at_address(address.cidr.addr()) else { continue };
                    let targets = service.ports.iter().map(|port| listed(port, slice)).collect();
                    join(&mut backends, Backend { endpoint, targets });
                }
            }
            backends.sort_by_key(|backend| backend.endpoint);
        }
        Self { written: service.clone(), backends }
    }
}

/// Adds a backend. Another slice may know further ports of the same one.
fn join(backends: &mut Vec<Backend>, new: Backend) {
    let agree = |(a, b): (&Option<u16>, &Option<u16>)| a.is_none() || b.is_none() || a == b;
    let known = backends
        .iter_mut()
        .find(|known| known.endpoint == new.endpoint && known.targets.iter().zip(&new.targets).all(agree));
    match known {
        Some(known) => known.targets.iter_mut().zip(new.targets).for_each(|(known, new)| *known = known.or(new)),
        None => backends.push(new),
    }
}

/// Where `port` leads on a pod that the Service selects. What ended before the pod started takes no connections, whatever
/// a network plugin makes of its ports (kubernetes `pkg/api/v1/pod` `FindPort`).
fn target(port: &ServicePort, endpoint: &super::Endpoint) -> Option<u16> {
    match &port.target {
        TargetPort::Number(number) => Some(*number),
        TargetPort::Name(name) => endpoint.ports.iter().find(|p| named(p, name, port.protocol)).map(|p| p.number),
    }
}

fn named(port: &crate::manifest::ContainerPort, name: &str, protocol: Protocol) -> bool {
    !port.ends && port.name.as_deref() == Some(name) && port.protocol == protocol
}

/// Where `port` leads by a slice, which lists ports by the names of the Service's.
fn listed(port: &ServicePort, slice: &EndpointSlice) -> Option<u16> {
    let same =
        |(name, _, protocol): &&(Option<String>, u16, Protocol)| *name == port.name && *protocol == port.protocol;
    slice.ports.iter().find(same).map(|(_, number, _)| *number)
}

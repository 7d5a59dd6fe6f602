//! Endpoints as people read them.

use netpol_core::Analysis;
use netpol_core::cluster::{Endpoint, EndpointKind};
use netpol_core::diff::Party;
use netpol_core::domain::Domain;
use netpol_core::external::AddressClass;

use crate::excerpt;

/// The most characters of a list of address ranges; the JSON output has them all.
const RANGES: usize = 40;

/// `namespace/pod`, or a sample address and what it stands for: `203.0.113.7 (internet)`.
pub(crate) fn of(endpoint: &Endpoint) -> String {
    match &endpoint.kind {
        EndpointKind::External(class) => of_class(class),
        EndpointKind::Domain(host) => of_host(host),
        EndpointKind::Workload(_) if endpoint.assumed => format!("{} (assumed)", endpoint.id),
        EndpointKind::Workload(_) => endpoint.id.clone(),
    }
}

/// The same by its index.
pub(crate) fn at(analysis: &Analysis, endpoint: usize) -> String {
    analysis.cluster.endpoints.get(endpoint).map(of).unwrap_or_default()
}

/// The same for one that is in either of two states.
pub(crate) fn of_party(party: &Party) -> String {
    match (&party.class, &party.host) {
        (Some(class), _) => of_class(class),
        (None, Some(host)) => of_host(host),
        (None, None) => party.id.clone(),
    }
}

/// A name outside the cluster: `api.example.com (outside)`.
fn of_host(host: &Domain) -> String {
    format!("{} (outside)", host.text)
}

/// A sample address and what it stands for.
fn of_class(class: &AddressClass) -> String {
    format!("{} ({})", class.sample, excerpt::first(&class.name(), RANGES))
}

//! One state of a cluster: what was read, and what the engine says about it.

use netpol_core::Analysis;
use netpol_core::cluster::Endpoint;

/// Whether nobody in the cluster can talk.
pub(crate) fn is_empty(analysis: &Analysis) -> bool {
    analysis.cluster.endpoints.iter().all(Endpoint::is_external)
}

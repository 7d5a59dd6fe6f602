//! One state of a cluster: what was read, and what the engine says about it.

use netpol_core::Analysis;
use netpol_core::cluster::Endpoint;
use netpol_core::source::Source;

/// The names that `--cni` knows; both mean that no plugin is chosen.
pub(crate) const CNI_NAMES: [&str; 2] = ["none", "plain"];

/// Works out `sources` as the plugin `cni` enforces them.
pub(crate) fn analyze(sources: Vec<Source>, cni: Option<&str>) -> Analysis {
    debug_assert!(cni.is_none_or(|name| CNI_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))));
    netpol_core::analyze(sources)
}

/// Whether nobody in the cluster can talk.
pub(crate) fn is_empty(analysis: &Analysis) -> bool {
    analysis.cluster.endpoints.iter().all(Endpoint::is_external)
}

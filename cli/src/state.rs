//! What to know about a state before its answers are read.

use netpol_core::Analysis;
use netpol_core::cluster::Endpoint;

use crate::report::{self, counted};

/// Reports on standard error what the answers about `analysis` rest on; `place` is where it is: `here`, or which side.
pub(crate) fn remarks(analysis: &Analysis, place: &str) {
    let endpoints = &analysis.cluster.endpoints;
    let assumed = endpoints.iter().filter(|endpoint| endpoint.assumed).count();
    if endpoints.iter().all(Endpoint::is_external) {
        report::remark(&format!("There is no pod or workload {place}."));
    } else if assumed > 0 {
        let (pods, are) = (counted(assumed, "pod"), if assumed == 1 { "is" } else { "are" });
        report::remark(&format!(
            "No pod or workload is described {place}: {pods} {are} assumed from the policies' selectors."
        ));
    }
}

/// Reports on standard error where the network plugin makes nothing of the policies.
pub(crate) fn plugin(analysis: &Analysis) {
    if !analysis.cni.enforces() && !analysis.policies.is_empty() {
        report::remark(&format!("{} accepts NetworkPolicies and does not enforce them.", analysis.cni.title()));
    }
}

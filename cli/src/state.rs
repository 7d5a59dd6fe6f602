//! What to know about a state before its answers are read.

use netpol_core::Analysis;
use netpol_core::cluster::Endpoint;
use netpol_core::cni::Cni;

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

/// Reports on standard error where the network plugin makes nothing of the policies, and which one is taken where that is
/// neither `chosen` nor said elsewhere.
pub(crate) fn plugin(analysis: &Analysis, chosen: bool) {
    if !chosen && analysis.cni != Cni::Plain {
        let title = analysis.cni.title();
        report::remark(&format!("Taken as {title}'s, whose kinds the manifests use; --cni takes another plugin."));
    }
    if !analysis.cni.enforces() && !analysis.policies.is_empty() {
        report::remark(&format!("{} accepts NetworkPolicies and does not enforce them.", analysis.cni.title()));
    }
}

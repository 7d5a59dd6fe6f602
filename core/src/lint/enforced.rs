//! Policies that the network plugin does not enforce.

use super::facts::Facts;
use super::findings::Findings;
use crate::cni::Cni;
use crate::source::Place;

/// One finding at the first policy, where the plugin looks at none, or only if it is told to.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    let analysis = facts.analysis;
    let Some(first) = analysis.manifests.policies.iter().min_by_key(|policy| policy.meta.place) else { return };
    let place = Place { span: first.meta.name.span, ..first.meta.place };
    let count = analysis.manifests.policies.len();
    let these = if count == 1 { "this policy has".to_owned() } else { format!("these {count} policies have") };
    if analysis.cni.excuse().is_some() {
        let message = format!(
            "{} enforces no NetworkPolicy: the cluster accepts them without a word, and {these} no effect.",
            analysis.cni.title()
        );
        let help = "Run a plugin that enforces policies, such as Calico or Cilium; Calico can do so beside Flannel.";
        findings.warn(place, message, |finding| {
            finding.with_help(help).with_command("kubectl get pods -n kube-system | grep -E 'calico|cilium|weave'")
        });
    } else if analysis.cni == Cni::Aws {
        let message =
            "The AWS VPC CNI enforces NetworkPolicies from version 1.14 on, and only with network policy enabled.";
        let help = "Enable it in the add-on's configuration; older versions leave pods to security groups.";
        findings.note(place, message.to_owned(), |finding| finding.with_help(help));
    }
}

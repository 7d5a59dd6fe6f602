//! Policies as the command-line tools name them.

use super::word;
use crate::Analysis;
use crate::policy::Policy;

/// How the policies of one kind are asked for.
struct Resource {
    /// What lists those of the whole cluster, with what it shows; a NetworkPolicy is listed with its namespace.
    list: Option<(&'static str, &'static str)>,
    /// What shows some of them in full; their names follow.
    describe: &'static str,
    /// What stands behind the names.
    after: &'static str,
}

fn resource(policy: &Policy) -> Resource {
    let (list, describe, after) = match (policy.kind, policy.is_network_policy()) {
        ("NetworkPolicy", true) => (None, "kubectl describe networkpolicy", ""),
        ("NetworkPolicy", false) => {
            let list = ("Every NetworkPolicy of Calico's own", "kubectl get networkpolicies.crd.projectcalico.org -A");
            (Some(list), "calicoctl get networkpolicy", " -o yaml")
        }
        ("GlobalNetworkPolicy", _) => {
            let list = ("Every policy of Calico that has no namespace", "calicoctl get globalnetworkpolicy");
            (Some(list), "calicoctl get globalnetworkpolicy", " -o yaml")
        }
        ("CiliumNetworkPolicy", _) => (Some(CILIUM), "kubectl describe cnp", ""),
        ("CiliumClusterwideNetworkPolicy", _) => (Some(CILIUM), "kubectl describe ccnp", ""),
        ("AdminNetworkPolicy", _) => (Some(ADMIN), "kubectl describe adminnetworkpolicy", ""),
        ("BaselineAdminNetworkPolicy", _) => (Some(ADMIN), "kubectl describe baselineadminnetworkpolicy", ""),
        _ => {
            let list = ("Every policy of the cluster's administrators", "kubectl get clusternetworkpolicies");
            (Some(list), "kubectl describe clusternetworkpolicy", "")
        }
    };
    Resource { list, describe, after }
}

const CILIUM: (&str, &str) = ("Every policy of Cilium's own", "kubectl get cnp,ccnp -A");
const ADMIN: (&str, &str) =
    ("Every policy of the cluster's administrators", "kubectl get adminnetworkpolicies,baselineadminnetworkpolicies");

/// What lists the policies of the kinds that are in force, besides NetworkPolicies.
pub(super) fn lists(analysis: &Analysis) -> Vec<(&'static str, &'static str)> {
    let mut out = Vec::new();
    for list in analysis.policies.iter().filter_map(|policy| resource(policy).list) {
        if !out.contains(&list) {
            out.push(list);
        }
    }
    out
}

/// What shows `policies` in full, those of one kind and namespace together.
pub(super) fn described(policies: &[&Policy]) -> Vec<(String, String)> {
    let mut groups: Vec<Vec<&Policy>> = Vec::new();
    for policy in policies {
        let key = |policy: &Policy| (resource(policy).describe, policy.namespace.clone());
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| key(first) == key(policy))) {
            Some(group) => group.push(policy),
            None => groups.push(vec![policy]),
        }
    }
    let line = |group: &Vec<&Policy>| {
        let first = group.first()?;
        let Resource { describe, after, .. } = resource(first);
        let mut names: Vec<&str> = Vec::new();
        group.iter().for_each(|policy| {
            if !names.contains(&policy.name.as_str()) {
                names.push(&policy.name);
            }
        });
        let purpose = match names.as_slice() {
            [one] => format!("What {one} says, as the cluster reads it"),
            _ => "What they say, as the cluster reads them".to_owned(),
        };
        let names: Vec<String> = names.into_iter().map(word).collect();
        let namespace = first.namespace.as_ref().map_or_else(String::new, |own| format!(" -n {}", word(own)));
        Some((purpose, format!("{describe} {}{namespace}{after}", names.join(" "))))
    };
    groups.iter().filter_map(line).collect()
}

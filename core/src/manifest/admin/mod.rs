//! `policy.networking.k8s.io`: AdminNetworkPolicy and BaselineAdminNetworkPolicy (v1alpha1), and ClusterNetworkPolicy
//! (v1alpha2, v1beta1), which took the place of both.

mod api;
mod mentions;
mod one_of;
mod peer;
mod policy;
mod port;
mod read;
mod rule;

pub use policy::{
    AdminAction, AdminKind, AdminPeer, AdminPeers, AdminPolicy, AdminPort, AdminPortMatch, AdminRule, AdminSubject,
    AdminTier, NamespacedPods,
};
pub(crate) use read::read;

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::source::Place;

/// The API group.
pub(crate) const GROUP: &str = "policy.networking.k8s.io";

/// The kinds that are read, each with a version that has it.
const KINDS: [(&str, AdminKind); 4] = [
    ("v1alpha1", AdminKind::Admin),
    ("v1alpha1", AdminKind::BaselineAdmin),
    ("v1alpha2", AdminKind::Cluster),
    // The fields of v1alpha2, a step further towards v1.
    ("v1beta1", AdminKind::Cluster),
];

/// What an object of this `apiVersion` and `kind` is, if it is one of these. Other groups have kinds of the same names.
pub(crate) fn find(api_version: &str, kind: &str) -> Option<AdminKind> {
    let version = api_version.strip_prefix(GROUP)?.strip_prefix('/')?;
    KINDS.iter().find(|(known, name)| (*known, name.name()) == (version, kind)).map(|(_, kind)| *kind)
}

/// What an object was probably meant to be whose kind is from here, and whose version is not.
pub(crate) fn meant(api_version: &str, kind: &str) -> Option<String> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let plain = |text: &str| text.to_lowercase().trim_end_matches('s').replace("icie", "icy");
    let (version, known) = KINDS.iter().find(|(_, known)| plain(known.name()) == plain(kind))?;
    // Antrea and AWS have a ClusterNetworkPolicy of their own.
    let ours = matches!(group, "" | GROUP | "networking.k8s.io" | "policy") || *known != AdminKind::Cluster;
    ours.then(|| format!("kind {} of {GROUP}/{version}", known.name()))
}

/// Warns of policies of one tier that have the same priority: which of them is asked first is undefined.
pub(crate) fn ties(policies: &[AdminPolicy]) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<_, &AdminPolicy> = BTreeMap::new();
    let mut found = Vec::new();
    for policy in policies {
        let Some(priority) = &policy.priority else { continue };
        if let Some(first) = seen.get(&(policy.tier, priority.value)) {
            let (a, b) = (&first.meta.name.value, &policy.meta.name.value);
            let message = format!(
                "`{a}` has priority {} too: which of the two policies is asked first is undefined; here it is `{}`, by name.",
                priority.value,
                a.min(b)
            );
            let place = Place { file: policy.meta.place.file, span: priority.span };
            let help = "Give each policy of a tier its own priority.";
            found.push(Diagnostic::warning("same-priority", place, message).with_help(help));
        } else {
            seen.insert((policy.tier, priority.value), policy);
        }
    }
    found
}

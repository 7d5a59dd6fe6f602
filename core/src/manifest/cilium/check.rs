//! What is probably not meant only because of other policies.

use super::{CiliumPolicy, Entry, Peers};
use crate::diagnostic::Diagnostic;
use crate::manifest::Manifests;
use crate::source::Place;

/// A warning at the first `toFQDNs` where no policy has rules for DNS: Cilium knows the addresses of a name from the
/// answers that its proxy sees (documentation, "DNS based"), and only such rules lead there.
pub(crate) fn check(manifests: &Manifests) -> Option<Diagnostic> {
    let entries = || manifests.cilium.iter().flat_map(|policy| policy.entries().map(move |entry| (policy, entry)));
    if entries().any(|(_, entry)| entry.ports.iter().any(|rule| rule.dns)) {
        return None;
    }
    let named = |(policy, entry): (&CiliumPolicy, &Entry)| match &entry.peers {
        Peers::Listed { field: "toFQDNs", span, .. } => Some(Place { file: policy.meta.place.file, span: *span }),
        _ => None,
    };
    let place = entries().find_map(named)?;
    let message = "No policy here has `dns` rules: Cilium learns the addresses of a name from what its DNS proxy sees.";
    let help = "Allow port 53 of the DNS servers with `rules: {dns: [{matchPattern: \"*\"}]}`, for the same pods.";
    Some(Diagnostic::warning("no-dns-rules", place, message).with_help(help))
}

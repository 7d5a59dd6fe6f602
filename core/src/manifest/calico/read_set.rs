//! Reading a NetworkSet or GlobalNetworkSet (`networkset.go`, `validateNetworkSet`).

use super::read_net::{self, Strictness};
use super::set::NetworkSet;
use crate::manifest::decode::{Decoder, Fields};
use crate::manifest::meta::{self, MetaRules};

/// Reads one set.
pub(super) fn read(global: bool, fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<NetworkSet> {
    let what = if global { "A GlobalNetworkSet" } else { "A NetworkSet" };
    fields.refuse_unknown(&["apiVersion", "kind", "metadata", "spec"], what, decoder);
    let meta = meta::read(fields, MetaRules { namespaced: !global, strict: true, label_name: false }, decoder);
    if global {
        meta::warn_namespace(fields, what, decoder);
    }
    let spec = fields.get("spec").and_then(|node| decoder.mapping(node, "spec"));
    let mut nets = Vec::new();
    if let Some(spec) = spec {
        let slips = [("allowedEgressDomains", "Domain names need Calico Enterprise.")];
        super::refuse_unknown(&spec, &["nets"], &slips, "A network set's spec", decoder);
        if let Some(node) = spec.get("nets") {
            nets = read_net::read(node, "nets", Strictness::Set, decoder);
        }
    }
    let meta = meta?;
    if meta.labels.contains_key(super::NAMESPACE_LABEL) {
        let span = meta.labels_span.unwrap_or(meta.name.span);
        decoder.error(
            "bad-label",
            span,
            format!("Calico itself sets `{}`: a set cannot carry it.", super::NAMESPACE_LABEL),
        );
    }
    Some(NetworkSet { meta, global, nets })
}

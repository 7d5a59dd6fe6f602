//! In what the kinds and versions differ.

use super::policy::AdminKind;
use crate::manifest::decode::{Decoder, Fields};
use crate::manifest::network_policy::Direction;

/// The kind that is read, and the version.
#[derive(Clone, Copy)]
pub(super) struct Api<'a> {
    pub(super) kind: AdminKind,
    /// The whole `apiVersion`, as written.
    pub(super) version: &'a str,
}

impl Api<'_> {
    /// Whether it is of v1alpha2 or later.
    pub(super) fn is_cluster(self) -> bool {
        self.kind == AdminKind::Cluster
    }

    /// How many rules, peers and ports a list may have (`maxItems`).
    pub(super) fn limit(self) -> usize {
        if self.is_cluster() { 25 } else { 100 }
    }

    /// The field of a rule that lists ports.
    pub(super) fn ports_field(self) -> &'static str {
        if self.is_cluster() { "protocols" } else { "ports" }
    }

    /// Whether networks must have no bits set past their prefix (v1beta1 compares with `masked()`).
    pub(super) fn masked(self) -> bool {
        self.version.ends_with("/v1beta1")
    }

    /// The fields that a peer may have.
    pub(super) fn peer_fields(self, direction: Direction) -> &'static [&'static str] {
        match (direction, self.kind) {
            (Direction::Ingress, _) => &["namespaces", "pods"],
            (Direction::Egress, AdminKind::BaselineAdmin) => &["namespaces", "pods", "nodes", "networks"],
            (Direction::Egress, _) => &["namespaces", "pods", "nodes", "networks", "domainNames"],
        }
    }
}

/// Reports every unknown field like [`Fields::refuse_unknown`], with a sentence of its own for those in `elsewhere`:
/// names that mean something in another place or another version.
pub(super) fn refuse_unknown(
    fields: &Fields<'_, '_>,
    known: &[&str],
    elsewhere: &[(&str, &str)],
    what: &str,
    decoder: &mut Decoder,
) -> bool {
    let before = decoder.found.len();
    let refused = fields.refuse_unknown(known, what, decoder);
    for (key, _) in fields.entries() {
        let name = key.text().unwrap_or_default();
        let Some((_, help)) = elsewhere.iter().find(|(field, _)| *field == name && !known.contains(field)) else {
            continue;
        };
        let found = decoder.found.iter_mut().skip(before).find(|found| found.place.span == key.span);
        if let Some(error) = found {
            error.message = format!("{what} has no field `{name}`.");
            error.help = Some((*help).to_owned());
            error.fix.clear();
        }
    }
    refused
}

/// Reports a list that is longer than the schema lets it be, or empty where it may not be.
pub(super) fn check_length(
    length: usize,
    limit: usize,
    may_be_empty: bool,
    span: crate::source::Span,
    what: &str,
    decoder: &mut Decoder,
) {
    if length > limit {
        let message = format!("`{what}` takes at most {limit} items, and this list has {length}.");
        decoder.error("list-length", span, message);
    } else if length == 0 && !may_be_empty {
        decoder.error("list-length", span, format!("`{what}` needs at least one item."));
    }
}

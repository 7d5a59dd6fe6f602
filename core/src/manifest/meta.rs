//! `metadata`: an object's name, namespace, labels and owners (metav1 `ObjectMeta`).

use super::decode::{Decoder, Fields, Spanned};
use super::tree::Node;
use super::{names, selector};
use crate::labels::Labels;
use crate::source::{Place, Span};

/// The namespace of an object that names none.
pub const DEFAULT_NAMESPACE: &str = "default";

const KNOWN: &[&str] = &[
    "name",
    "generateName",
    "namespace",
    "labels",
    "annotations",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Who made an object (metav1 `OwnerReference`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Its kind, such as `ReplicaSet`.
    pub kind: String,
    /// Its name; it is in the same namespace.
    pub name: String,
}

/// What an object is called and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Whether the cluster makes up the rest of its name (`generateName`).
    pub generated: bool,
    /// `metadata.name`.
    pub name: Spanned<String>,
    /// `metadata.namespace`, or `default`.
    pub namespace: String,
    /// `metadata.labels`.
    pub labels: Labels,
    /// Where `metadata.labels` stands, if it does.
    pub labels_span: Option<Span>,
    /// `metadata.ownerReferences`.
    pub owners: Vec<Owner>,
    /// The whole object.
    pub place: Place,
}

/// How `metadata` is read for one kind.
#[derive(Clone, Copy)]
pub(crate) struct MetaRules {
    /// Whether the kind has a namespace.
    pub(crate) namespaced: bool,
    /// Whether unknown fields are errors.
    pub(crate) strict: bool,
    /// Whether the name must be a DNS label, not just a subdomain.
    pub(crate) label_name: bool,
}

/// Reads `metadata` of the object `fields`; `None` when it has no usable name.
pub(crate) fn read(fields: &Fields<'_, '_>, rules: MetaRules, decoder: &mut Decoder) -> Option<Meta> {
    let place = decoder.place(fields.span);
    let Some(node) = fields.get("metadata") else {
        decoder.error("missing-field", fields.head(), "This object has no `metadata` with a `name`.");
        return None;
    };
    let metadata = decoder.mapping(node, "metadata")?;
    if rules.strict {
        metadata.refuse_unknown(KNOWN, "metadata", decoder);
    }
    let labels_node = metadata.get("labels");
    let labels = labels_node.map(|node| selector::labels(node, "labels", decoder)).unwrap_or_default();
    let mut namespace = None;
    if rules.namespaced
        && let Some(node) = metadata.get("namespace")
        && let Some(named) = decoder.string(node, "namespace")
    {
        if !named.value.is_empty()
            && let Some(problem) = names::dns_label_problem(&named.value)
        {
            decoder.error(
                "bad-name",
                named.span,
                format!("`{}` is not a namespace's name: it {problem}.", named.value),
            );
        }
        namespace = Some(named.value).filter(|name| !name.is_empty());
    }
    let owners = metadata.get("ownerReferences").map(owners).unwrap_or_default();
    let name = name(&metadata, rules, decoder)?;
    let namespace = namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
    let generated = metadata.get("name").is_none();
    Some(Meta { generated, name, namespace, labels, labels_span: labels_node.map(|node| node.span), owners, place })
}

/// Warns of a namespace on an object that belongs to none.
pub(crate) fn warn_namespace(fields: &Fields<'_, '_>, what: &str, decoder: &mut Decoder) {
    let namespace = fields.get("metadata").and_then(|node| node.get("namespace")).filter(|node| !node.is_null());
    if let Some(node) = namespace {
        let message = format!("{what} belongs to no namespace: this one does not count.");
        decoder.warn("stray-namespace", node.span, message);
    }
}

fn name(metadata: &Fields<'_, '_>, rules: MetaRules, decoder: &mut Decoder) -> Option<Spanned<String>> {
    if let Some(node) = metadata.get("name") {
        let name = decoder.string(node, "name")?;
        let problem = if rules.label_name {
            names::dns_label_problem(&name.value)
        } else {
            names::subdomain_problem(&name.value)
        };
        if let Some(problem) = problem {
            decoder.error("bad-name", name.span, format!("`{}` is not a valid name: it {problem}.", name.value));
        }
        return Some(name);
    }
    if let Some(node) = metadata.get("generateName") {
        return decoder.string(node, "generateName");
    }
    decoder.error("missing-field", metadata.head(), "metadata needs a `name`.");
    None
}

fn owners(node: &Node<'_>) -> Vec<Owner> {
    let super::tree::Value::Sequence { items, .. } = &node.value else { return Vec::new() };
    let text = |item: &Node<'_>, key: &str| item.get(key).and_then(|node| node.text().map(str::to_owned));
    items.iter().filter_map(|item| Some(Owner { kind: text(item, "kind")?, name: text(item, "name")? })).collect()
}

//! Reading one policy, with the validation of its schema (network-policy-api `config/crd`, rules in CEL included).

use super::api::{self, Api};
use super::one_of::listed;
use super::policy::{AdminKind, AdminPolicy, AdminTier};
use super::{peer, rule};
use crate::manifest::decode::{Decoder, Fields, Spanned};
use crate::manifest::meta::{self, MetaRules};
use crate::manifest::network_policy::Direction;
use crate::manifest::suggest;
use crate::manifest::tree::{Node, Value};

/// Reads one policy of `kind`.
pub(crate) fn read(
    kind: AdminKind,
    version: &str,
    fields: &Fields<'_, '_>,
    decoder: &mut Decoder,
) -> Option<AdminPolicy> {
    let api = Api { kind, version };
    fields.refuse_unknown(&["apiVersion", "kind", "metadata", "spec", "status"], kind.name(), decoder);
    let meta = meta::read(fields, MetaRules { namespaced: false, strict: true, label_name: false }, decoder);
    warn_of_namespace(api, fields, decoder);
    if let Some(meta) = &meta
        && kind == AdminKind::BaselineAdmin
        && (meta.generated || meta.name.value != "default")
    {
        let message = "A cluster has one BaselineAdminNetworkPolicy, and its name must be `default`.";
        decoder.error("bad-name", meta.name.span, message);
    }
    let Some(spec) = fields.get("spec") else {
        decoder.error("missing-field", fields.head(), format!("This {} has no `spec`.", kind.name()));
        return None;
    };
    let spec = decoder.mapping(spec, "spec")?;
    refuse_unknown(api, &spec, decoder);
    let tier = tier(api, &spec, decoder);
    let priority = if kind == AdminKind::BaselineAdmin { Some(None) } else { priority(&spec, decoder).map(Some) };
    let subject = peer::subject(api, &spec, decoder);
    let ingress = rule::rules(api, &spec, Direction::Ingress, decoder);
    let egress = rule::rules(api, &spec, Direction::Egress, decoder);
    let empty = Direction::ALL.iter().all(|direction| spec.get(direction.field()).is_none_or(is_empty));
    if empty && !decoder.failed() {
        let message = "Without rules this policy changes nothing.";
        decoder.warn("no-rules", spec.head(), message).help = Some("Add rules under `ingress` or `egress`.".into());
    }
    Some(AdminPolicy { meta: meta?, kind, tier: tier?, priority: priority?, subject: subject?, ingress, egress })
}

fn refuse_unknown(api: Api<'_>, spec: &Fields<'_, '_>, decoder: &mut Decoder) {
    let known: &[&str] = match api.kind {
        AdminKind::Admin => &["priority", "subject", "ingress", "egress"],
        AdminKind::BaselineAdmin => &["subject", "ingress", "egress"],
        AdminKind::Cluster => &["tier", "priority", "subject", "ingress", "egress"],
    };
    let subject = "Who the policy is about is `subject`: {namespaces: {…}} or {pods: {…}}.";
    let elsewhere = [
        ("priority", "There is only one BaselineAdminNetworkPolicy, so that nothing comes before or after it."),
        ("tier", "The kind is the tier; `tier` is a field of ClusterNetworkPolicy, policy.networking.k8s.io/v1alpha2."),
        ("podSelector", subject),
        ("appliedTo", subject),
        ("policyTypes", "A direction without rules is not touched; leave it out."),
    ];
    api::refuse_unknown(spec, known, &elsewhere, &format!("The spec of {}", api.kind.name()), decoder);
}

/// These kinds are cluster-wide: the API server drops a namespace.
fn warn_of_namespace(api: Api<'_>, fields: &Fields<'_, '_>, decoder: &mut Decoder) {
    let metadata = fields.get("metadata").and_then(|node| node.get("namespace"));
    if let Some(node) = metadata.filter(|node| node.text().is_none_or(|text| !text.is_empty()) && !node.is_null()) {
        let message = format!("{} has no namespace, it is for the whole cluster: this is ignored.", api.kind.name());
        let help = "Say which namespaces it is about in `subject`.";
        decoder.warn("ignored-namespace", node.span, message).help = Some(help.into());
    }
}

/// Whether `node` is a list without items.
fn is_empty(node: &Node<'_>) -> bool {
    matches!(&node.value, Value::Sequence { items, .. } if items.is_empty())
}

fn tier(api: Api<'_>, spec: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<AdminTier> {
    match api.kind {
        AdminKind::Admin => return Some(AdminTier::Admin),
        AdminKind::BaselineAdmin => return Some(AdminTier::Baseline),
        AdminKind::Cluster => {}
    }
    let names = ["Admin", "Baseline"];
    let Some(node) = spec.get("tier") else {
        let message = format!("A ClusterNetworkPolicy needs a `tier`: {}.", listed(&names));
        decoder.error("missing-field", spec.head(), message);
        return None;
    };
    let word = decoder.string(node, "tier")?;
    match word.value.as_str() {
        "Admin" => Some(AdminTier::Admin),
        "Baseline" => Some(AdminTier::Baseline),
        _ => {
            let near = suggest::nearest(&word.value, &names);
            let hint = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean `{near}`?"));
            let message = format!("`{}` is not one of the tiers {}{hint}", word.value, names.join(" and "));
            decoder.error("bad-tier", word.span, message);
            None
        }
    }
}

fn priority(spec: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<Spanned<u16>> {
    let Some(node) = spec.get("priority") else {
        let message = "This policy needs a `priority` from 0, which comes first, to 1000.";
        decoder.error("missing-field", spec.head(), message);
        return None;
    };
    let number = decoder.integer(node, "priority")?;
    let value = u16::try_from(number.value).ok().filter(|priority| *priority <= 1000);
    if value.is_none() {
        let message = format!("priority must be between 0 and 1000, and {} is not.", number.value);
        decoder.error("bad-priority", number.span, message);
    }
    value.map(|value| Spanned { value, span: number.span })
}

//! Reading a NetworkPolicy or GlobalNetworkPolicy of Calico, with its defaults and validation (`networkpolicy.go`,
//! `globalnetworkpolicy.go`, `api/pkg/defaults`, libcalico-go `lib/validator/v3`).

use super::order::Order;
use super::policy::{HostOnly, Policy};
use super::read_selector::{self, Global};
use super::rule::Rule;
use super::tier::DEFAULT_TIER;
use super::{read_rule, read_tier};
use crate::manifest::decode::{Decoder, Fields, Spanned};
use crate::manifest::meta::{self, Meta, MetaRules};
use crate::manifest::names;
use crate::manifest::network_policy::Direction;
use crate::manifest::tree::{Tree, Value};

const FIELDS: &[&str] =
    &["tier", "order", "selector", "serviceAccountSelector", "types", "ingress", "egress", "performanceHints"];
const GLOBAL_FIELDS: &[&str] = &["namespaceSelector", "doNotTrack", "preDNAT", "applyOnForward"];
const SLIPS: &[(&str, &str)] = &[
    ("podSelector", "Write `selector`, an expression such as `app == 'web'`."),
    ("endpointSelector", "Write `selector`, an expression such as `app == 'web'`."),
    ("policyTypes", "Write `types`."),
];
const GLOBAL_ONLY: &str = "Only a GlobalNetworkPolicy has it.";
/// How many rules newer releases take in each direction.
const MAX_RULES: usize = 1_024;

/// Reads one policy.
pub(super) fn read(global: bool, fields: &Fields<'_, '_>, tree: &Tree<'_>, decoder: &mut Decoder) -> Option<Policy> {
    let what = if global { "A GlobalNetworkPolicy" } else { "A NetworkPolicy" };
    fields.refuse_unknown(&["apiVersion", "kind", "metadata", "spec", "status"], what, decoder);
    let meta = meta::read(fields, MetaRules { namespaced: !global, strict: true, label_name: false }, decoder);
    if global {
        meta::warn_namespace(fields, what, decoder);
    }
    let Some(node) = fields.get("spec") else {
        decoder.error("missing-field", fields.head(), format!("{what} needs a `spec`."));
        return None;
    };
    let spec = decoder.mapping(node, "spec")?;
    refuse_unknown(&spec, global, what, decoder);
    let tier = tier(&spec, decoder);
    if let Some(meta) = &meta {
        check_name(meta, tier.as_ref(), decoder);
    }
    let order = spec.get("order").and_then(|node| read_tier::order(node, decoder));
    let selector = |name: &str, decoder: &mut Decoder| read_selector::read(&spec, name, Global::Refused, tree, decoder);
    let ingress = rules(&spec, Direction::Ingress, global, tree, decoder);
    let egress = rules(&spec, Direction::Egress, global, tree, decoder);
    let (applies_to_ingress, applies_to_egress) = types(&spec, decoder);
    let policy = Policy {
        global,
        tier: tier.as_ref().map_or_else(|| DEFAULT_TIER.to_owned(), |tier| tier.value.clone()),
        tier_span: tier.map(|tier| tier.span),
        order: order.as_ref().map_or(Order::LAST, |order| order.value),
        order_span: order.map(|order| order.span),
        selector: selector("selector", decoder),
        service_account_selector: selector("serviceAccountSelector", decoder),
        namespace_selector: if global { selector("namespaceSelector", decoder) } else { None },
        types: spec.get("types").map(|node| node.span),
        applies_to_ingress,
        applies_to_egress,
        ingress,
        egress,
        host_only: if global { host_only(&spec, decoder) } else { None },
        meta: meta?,
    };
    warn_no_selector(&policy, &spec, decoder);
    warn_inert(&policy, &spec, decoder);
    hints(&spec, decoder);
    Some(policy)
}

fn refuse_unknown(spec: &Fields<'_, '_>, global: bool, what: &str, decoder: &mut Decoder) {
    let spec_of = format!("{what}'s spec");
    if global {
        let known = [FIELDS, GLOBAL_FIELDS].concat();
        super::refuse_unknown(spec, &known, SLIPS, &spec_of, decoder);
    } else {
        let slips: Vec<_> =
            GLOBAL_FIELDS.iter().map(|name| (*name, GLOBAL_ONLY)).chain(SLIPS.iter().copied()).collect();
        super::refuse_unknown(spec, FIELDS, &slips, &spec_of, decoder);
    }
}

fn tier(spec: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<Spanned<String>> {
    let tier = decoder.string(spec.get("tier")?, "tier")?;
    if tier.value.is_empty() {
        return None;
    }
    if let Some(problem) = names::dns_label_problem(&tier.value) {
        decoder.error("bad-name", tier.span, format!("`{}` is not a tier's name: it {problem}.", tier.value));
    }
    Some(tier)
}

/// A policy's name has at most one dot, and what stands before it is its tier's name.
fn check_name(meta: &Meta, tier: Option<&Spanned<String>>, decoder: &mut Decoder) {
    let name = meta.name.value.as_str();
    let converted = ["knp.default.", "ossg.default.", "kcnp.kube-admin.", "kcnp.kube-baseline."];
    if meta.generated || converted.iter().any(|prefix| name.starts_with(prefix)) {
        return;
    }
    if name.matches('.').count() > 1 {
        let message = format!("`{name}` is not a policy's name for Calico: it has more than one dot.");
        decoder.error("bad-name", meta.name.span, message);
        return;
    }
    let tier = tier.map_or(DEFAULT_TIER, |tier| tier.value.as_str());
    let prefix = name.split_once('.').map(|(prefix, _)| prefix);
    if prefix.unwrap_or(DEFAULT_TIER) != tier {
        let message = format!("Older releases of Calico refuse this name for a policy of the tier `{tier}`.");
        let plain = name.split_once('.').map_or(name, |(_, rest)| rest);
        let wanted = if tier == DEFAULT_TIER { plain.to_owned() } else { format!("{tier}.{plain}") };
        decoder.warn("tier-prefix", meta.name.span, message).help =
            Some(format!("They want the tier's name before a dot: `{wanted}`."));
    }
}

fn rules(
    spec: &Fields<'_, '_>,
    direction: Direction,
    global: bool,
    tree: &Tree<'_>,
    decoder: &mut Decoder,
) -> Vec<Rule> {
    let Some((key, node)) = spec.entry(direction.field()) else { return Vec::new() };
    let items = decoder.list(node, direction.field()).unwrap_or_default();
    let what = format!("{} rules", direction.field());
    super::warn_long(key.span, items.len(), MAX_RULES, &what, decoder);
    items.iter().filter_map(|item| read_rule::read(item, direction, global, tree, decoder)).collect()
}

/// To which directions a policy applies: `types`, or what its rules suggest.
fn types(spec: &Fields<'_, '_>, decoder: &mut Decoder) -> (bool, bool) {
    let mut types: Vec<Direction> = Vec::new();
    let node = spec.get("types");
    for item in node.and_then(|node| decoder.list(node, "types")).unwrap_or_default() {
        let Some(word) = decoder.string(item, "An entry of types") else { continue };
        match Direction::ALL.into_iter().find(|direction| direction.policy_type() == word.value) {
            Some(direction) if types.contains(&direction) => {
                decoder.error("repeated-value", word.span, format!("`{}` stands twice in types.", word.value));
            }
            Some(direction) => types.push(direction),
            None => {
                super::refuse_word(
                    "bad-policy-type",
                    &word.value,
                    word.span,
                    &["Ingress", "Egress"],
                    "a type",
                    decoder,
                );
            }
        }
    }
    if !types.is_empty() {
        return (types.contains(&Direction::Ingress), types.contains(&Direction::Egress));
    }
    let rules = Direction::ALL.map(|direction| match spec.get(direction.field()).map(|node| &node.value) {
        Some(Value::Sequence { items, .. }) => Some(items.len()),
        _ => None,
    });
    let [has_ingress, has_egress] = rules.map(|len| len.is_some_and(|len| len > 0));
    let guessed = (has_ingress || !has_egress, has_egress);
    let [ingress_written, egress_written] = rules.map(|len| len.is_some());
    // The admission policy of newer releases asks whether the fields are there, not whether rules are in them.
    let admitted = (ingress_written || !egress_written, egress_written);
    if node.is_none() && guessed != admitted {
        let empty = Direction::ALL.iter().zip(rules).find(|(_, len)| *len == Some(0));
        let key = empty.and_then(|(direction, _)| spec.entry(direction.field()));
        let span = key.map_or(spec.head(), |(key, _)| key.span);
        let message = "Whether this policy applies to a direction with an empty list depends on the release of Calico; \
                       here it does not.";
        decoder.warn("ambiguous-types", span, message).help = Some("Write `types` to be sure.".into());
    }
    guessed
}

fn host_only(spec: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<HostOnly> {
    let flag = |name: &str, decoder: &mut Decoder| {
        let (key, node) = spec.entry(name)?;
        decoder.boolean(node, name)?.then_some(key.span)
    };
    let (untracked, early) = (flag("doNotTrack", decoder), flag("preDNAT", decoder));
    let forwarded = flag("applyOnForward", decoder).is_some();
    let (name, span, host_only) = match (untracked, early) {
        (Some(_), Some(span)) => {
            decoder.error("bad-policy", span, "`preDNAT` and `doNotTrack` cannot both be true.");
            return None;
        }
        (Some(span), None) => ("doNotTrack", span, HostOnly::DoNotTrack),
        (None, Some(span)) => ("preDNAT", span, HostOnly::PreDnat),
        (None, None) => return None,
    };
    if !forwarded {
        let message = format!("A policy with `{name}: true` needs `applyOnForward: true` too.");
        decoder.error("bad-policy", span, message);
    }
    if early.is_some() {
        refuse_early_egress(spec, decoder);
    }
    let message = format!("A policy with `{name}: true` acts on the interfaces of nodes only: no pod notices it.");
    decoder.warn("no-effect", span, message);
    Some(host_only)
}

/// What happens before addresses are translated is ingress.
fn refuse_early_egress(spec: &Fields<'_, '_>, decoder: &mut Decoder) {
    if let Some((key, node)) = spec.entry("egress")
        && matches!(&node.value, Value::Sequence { items, .. } if !items.is_empty())
    {
        decoder.error("bad-policy", key.span, "A policy with `preDNAT: true` cannot have egress rules.");
    }
    if let Some(Value::Sequence { items, .. }) = spec.get("types").map(|node| &node.value)
        && let Some(item) = items.iter().find(|item| item.text() == Some("Egress"))
    {
        decoder.error("bad-policy", item.span, "A policy with `preDNAT: true` cannot have the type Egress.");
    }
}

fn warn_no_selector(policy: &Policy, spec: &Fields<'_, '_>, decoder: &mut Decoder) {
    let selectors = ["selector", "serviceAccountSelector", "namespaceSelector"];
    let written = selectors.iter().any(|name| spec.entry(name).is_some());
    if written || policy.host_only.is_some() {
        return;
    }
    let whose = if policy.global { "of every namespace" } else { "of its namespace" };
    let message = format!("Without a selector this policy selects every pod {whose}.");
    decoder.warn("no-selector", spec.head(), message).help = Some("If that is meant, write `selector: all()`.".into());
}

fn warn_inert(policy: &Policy, spec: &Fields<'_, '_>, decoder: &mut Decoder) {
    for direction in Direction::ALL {
        let Some((key, _)) = spec.entry(direction.field()) else { continue };
        if !policy.applies_to(direction) && !policy.rules(direction).is_empty() {
            let (field, word) = (direction.field(), direction.policy_type());
            let message = format!("These {field} rules are inert: types does not list {word}.");
            decoder.warn("inert-rules", key.span, message).help =
                Some(format!("Add `{word}` to types, or remove the rules."));
        }
    }
}

/// Hints never change what a policy does, but they must be ones that exist.
fn hints(spec: &Fields<'_, '_>, decoder: &mut Decoder) {
    const HINT: &str = "AssumeNeededOnEveryNode";
    let Some(node) = spec.get("performanceHints") else { return };
    let mut seen = false;
    for item in decoder.list(node, "performanceHints").unwrap_or_default() {
        let Some(word) = decoder.string(item, "An item of performanceHints") else { continue };
        if word.value != HINT {
            super::refuse_word("bad-hint", &word.value, word.span, &[HINT], "a performance hint", decoder);
        } else if std::mem::replace(&mut seen, true) {
            decoder.error("repeated-value", word.span, format!("`{HINT}` stands twice in performanceHints."));
        }
    }
}

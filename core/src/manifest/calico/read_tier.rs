//! Reading a Tier (`tier.go`, `validateTier`).

use super::order::Order;
use super::rule::Action;
use super::tier::Tier;
use crate::manifest::decode::{Decoder, Fields, Spanned};
use crate::manifest::meta::{self, MetaRules};
use crate::manifest::scalar::Resolved;
use crate::manifest::tree::Node;

/// Reads one Tier.
pub(super) fn read(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<Tier> {
    fields.refuse_unknown(&["apiVersion", "kind", "metadata", "spec", "status"], "A Tier", decoder);
    let meta = meta::read(fields, MetaRules { namespaced: false, strict: true, label_name: true }, decoder);
    let spec = fields.get("spec").and_then(|node| decoder.mapping(node, "spec"));
    if let Some(spec) = spec {
        spec.refuse_unknown(&["order", "defaultAction"], "A Tier's spec", decoder);
    }
    let get = |name: &str| spec.and_then(|spec| spec.get(name));
    let order = get("order").and_then(|node| order(node, decoder));
    let default_action = get("defaultAction").and_then(|node| default_action(node, decoder));
    let meta = meta?;
    let tier = Tier {
        meta,
        order: order.as_ref().map_or(Order::LAST, |order| order.value),
        default_action: default_action.as_ref().map_or(Action::Deny, |action| action.value),
        default_action_span: default_action.map(|action| action.span),
    };
    let name = &tier.meta.name;
    if let Some((fixed, action)) = Tier::built_in(&name.value) {
        if tier.order != fixed {
            let span = order.map_or(name.span, |order| order.span);
            decoder.error("bad-tier", span, format!("The tier `{}` has the order {fixed}, and no other.", name.value));
        }
        if tier.default_action != action {
            let span = tier.default_action_span.unwrap_or(name.span);
            let message = format!("The tier `{}` has the defaultAction {action}, and no other.", name.value);
            decoder.error("bad-tier", span, message);
        }
    }
    Some(tier)
}

/// Reads an `order`.
pub(super) fn order(node: &Node<'_>, decoder: &mut Decoder) -> Option<Spanned<Order>> {
    let number = match node.resolved() {
        Some(Resolved::Int(number)) => Order::new(number as f64),
        Some(Resolved::Float(number)) => Order::new(number),
        _ => None,
    };
    if number.is_none() {
        decoder.wrong_type(node, "order", "a number");
    }
    number.map(|value| Spanned { value, span: node.span })
}

fn default_action(node: &Node<'_>, decoder: &mut Decoder) -> Option<Spanned<Action>> {
    let word = decoder.string(node, "defaultAction")?;
    let value = match word.value.as_str() {
        "Deny" => Action::Deny,
        "Pass" => Action::Pass,
        other => {
            super::refuse_word("bad-action", other, word.span, &["Deny", "Pass"], "a tier's defaultAction", decoder);
            return None;
        }
    };
    Some(Spanned { value, span: word.span })
}

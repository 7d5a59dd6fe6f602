//! Reading label maps and label selectors, with the API server's validation of both.

use super::decode::Decoder;
use super::names;
use super::suggest;
use super::tree::Node;
use crate::labels::{LabelSelector, Labels, Operator, Requirement};
use crate::source::Span;

/// Reads a map of labels; `what` names it in errors.
pub(crate) fn labels(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> Labels {
    pairs(node, what, check_key, decoder).into_iter().map(|(key, value, _)| (key, value)).collect()
}

/// Reads a `LabelSelector` (metav1, validated as `ValidateLabelSelector` does).
pub(crate) fn label_selector(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> LabelSelector {
    label_selector_with(node, what, check_key, decoder)
}

/// Looks at the key of a label and says what is wrong with it.
pub(crate) type CheckKey = fn(&str, Span, &mut Decoder);

/// Reads a selector of the same shape whose keys follow rules of their own.
pub(crate) fn label_selector_with(
    node: &Node<'_>,
    what: &str,
    check_key: CheckKey,
    decoder: &mut Decoder,
) -> LabelSelector {
    let mut selector = LabelSelector { requirements: Vec::new(), span: node.span };
    let Some(fields) = decoder.mapping(node, what) else { return selector };
    fields.refuse_unknown(&["matchLabels", "matchExpressions"], what, decoder);
    if let Some(node) = fields.get("matchLabels") {
        let exact = pairs(node, "matchLabels", check_key, decoder);
        selector.requirements.extend(exact.into_iter().map(|(key, value, span)| Requirement {
            key,
            operator: Operator::In,
            values: vec![value],
            span,
        }));
    }
    if let Some(node) = fields.get("matchExpressions")
        && let Some(items) = decoder.list(node, "matchExpressions")
    {
        selector.requirements.extend(items.iter().filter_map(|item| expression(item, check_key, decoder)));
    }
    selector
}

fn pairs(node: &Node<'_>, what: &str, check_key: CheckKey, decoder: &mut Decoder) -> Vec<(String, String, Span)> {
    let Some(fields) = decoder.mapping(node, what) else { return Vec::new() };
    let mut out = Vec::new();
    for (key_node, value_node) in fields.entries() {
        let key = decoder.key(key_node, &format!("A key of {what}"));
        let Some(key) = key else { continue };
        check_key(&key.value, key.span, decoder);
        let Some(value) = decoder.string(value_node, &format!("The value of label `{}`", key.value)) else { continue };
        check_value(&value.value, value.span, decoder);
        out.push((key.value, value.value, key_node.span.to(value_node.span)));
    }
    out
}

fn expression(node: &Node<'_>, check_key: CheckKey, decoder: &mut Decoder) -> Option<Requirement> {
    let what = "A matchExpressions item";
    let fields = decoder.mapping(node, what)?;
    fields.refuse_unknown(&["key", "operator", "values"], what, decoder);
    let key = fields.get("key").and_then(|node| decoder.string(node, "key"));
    let operator = fields.get("operator").and_then(|node| decoder.string(node, "operator"));
    let mut values = Vec::new();
    let listed = fields.get("values").and_then(|node| decoder.list(node, "values"));
    for item in listed.unwrap_or_default() {
        if let Some(value) = decoder.string(item, "An item of values") {
            check_value(&value.value, value.span, decoder);
            values.push(value.value);
        }
    }
    match &key {
        Some(key) => check_key(&key.value, key.span, decoder),
        None if fields.get("key").is_none() => {
            decoder.error("missing-field", fields.head(), "A matchExpressions item needs a `key`.");
        }
        None => {}
    }
    let Some(operator) = operator else {
        if fields.get("operator").is_none() {
            decoder.error("missing-field", fields.head(), "A matchExpressions item needs an `operator`.");
        }
        return None;
    };
    let known = Operator::ALL.iter().find(|(name, _)| *name == operator.value);
    let Some((name, known)) = known.copied() else {
        let names = Operator::ALL.map(|(name, _)| name);
        let hint =
            suggest::nearest(&operator.value, &names).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        let message = format!("`{}` is not an operator{}", operator.value, if hint.is_empty() { "." } else { &hint });
        decoder.error("bad-operator", operator.span, message).help =
            Some(format!("The operators are {}.", names.join(", ")));
        return None;
    };
    let wants_values = matches!(known, Operator::In | Operator::NotIn);
    let given = listed.is_some_and(|items| !items.is_empty());
    let unreadable = listed.is_none() && fields.get("values").is_some();
    if wants_values && !given && !unreadable {
        let span = fields.get("values").map_or(fields.head(), |node| node.span);
        decoder.error("bad-operator", span, format!("The operator {name} needs at least one of `values`."));
    } else if !wants_values && given {
        let span = fields.get("values").map_or(operator.span, |node| node.span);
        decoder.error("bad-operator", span, format!("The operator {name} takes no `values`."));
    }
    Some(Requirement { key: key?.value, operator: known, values, span: node.span })
}

fn check_key(key: &str, span: Span, decoder: &mut Decoder) {
    if let Some(problem) = names::label_key_problem(key) {
        decoder.error("bad-label", span, format!("`{key}` is not a label key: {problem}."));
    }
}

fn check_value(value: &str, span: Span, decoder: &mut Decoder) {
    if let Some(problem) = names::label_value_problem(value) {
        decoder.error("bad-label", span, format!("`{value}` is not a label value: {problem}."));
    }
}

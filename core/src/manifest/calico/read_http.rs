//! Reading `http` (`HTTPMatch` in `policy_common.go`, `validateHTTPRule`).

use super::rule::{HttpMatch, HttpPath};
use crate::manifest::decode::{Decoder, Spanned};
use crate::manifest::tree::Node;

/// How many methods, and how many paths, newer releases take.
const MAX_ITEMS: usize = 20;

/// Reads `http`.
pub(super) fn read(node: &Node<'_>, decoder: &mut Decoder) -> Option<HttpMatch> {
    let fields = decoder.mapping(node, "http")?;
    let slips = [("headers", "Matching headers needs Calico Enterprise."), ("method", "Write `methods`, a list.")];
    super::refuse_unknown(&fields, &["methods", "paths"], &slips, "http", decoder);
    let list = |name: &str, decoder: &mut Decoder| {
        let node = fields.get(name)?;
        let items = decoder.list(node, name)?;
        super::warn_long(node.span, items.len(), MAX_ITEMS, name, decoder);
        Some(items)
    };
    let mut methods: Vec<Spanned<String>> = Vec::new();
    for item in list("methods", decoder).unwrap_or_default() {
        let Some(method) = decoder.string(item, "An item of methods") else { continue };
        if methods.iter().take(MAX_ITEMS).any(|known| known.value == method.value) {
            decoder.error("repeated-value", method.span, format!("`{}` stands twice in methods.", method.value));
        } else if method.value != method.value.to_uppercase() {
            let message = format!("Methods are compared exactly: no client sends `{}` in this spelling.", method.value);
            decoder.warn("odd-method", method.span, message);
        }
        methods.push(method);
    }
    let paths = list("paths", decoder).unwrap_or_default();
    let paths = paths.iter().filter_map(|item| path(item, decoder)).collect();
    Some(HttpMatch { methods, paths, span: node.span })
}

fn path(node: &Node<'_>, decoder: &mut Decoder) -> Option<Spanned<HttpPath>> {
    let what = "An item of paths";
    if node.is_text() {
        let text = node.text().unwrap_or_default();
        decoder.wrong_type(node, what, "a mapping").help =
            Some(format!("Write `- exact: {text}` or `- prefix: {text}`."));
        return None;
    }
    let fields = decoder.mapping(node, what)?;
    fields.refuse_unknown(&["exact", "prefix"], what, decoder);
    let text = |name: &str, decoder: &mut Decoder| {
        let value = fields.get(name).and_then(|node| decoder.string(node, name));
        value.filter(|text| !text.value.is_empty())
    };
    let before = decoder.found.len();
    let (exact, prefix) = (text("exact", decoder), text("prefix", decoder));
    let (text, make): (_, fn(String) -> HttpPath) = match (exact, prefix) {
        (Some(text), None) => (text, HttpPath::Exact),
        (None, Some(text)) => (text, HttpPath::Prefix),
        (Some(_), Some(_)) => {
            let span = fields.entry("prefix").map_or(fields.head(), |(key, _)| key.span);
            decoder.error("bad-path", span, "A path is matched by `exact` or by `prefix`, not by both.");
            return None;
        }
        (None, None) => {
            if decoder.found.len() == before {
                decoder.error("missing-field", fields.head(), "An item of paths needs `exact` or `prefix`.");
            }
            return None;
        }
    };
    if !text.value.starts_with('/') {
        decoder.error("bad-path", text.span, format!("A path begins with `/`, and `{}` does not.", text.value));
    } else if let Some(c) = text.value.chars().find(|c| matches!(c, '?' | ' ' | '#')) {
        let named = if c == ' ' { "a blank".to_owned() } else { format!("`{c}`") };
        decoder.error("bad-path", text.span, format!("A path is matched without its query and cannot hold {named}."));
    }
    Some(Spanned { value: make(text.value), span: node.span })
}

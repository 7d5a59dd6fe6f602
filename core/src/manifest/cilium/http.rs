//! `rules` of `toPorts`: what Cilium's proxies look at (`pkg/policy/api/l7.go`, `http.go`).

use super::names;
use super::ports::{Context, not_modelled};
use crate::http::{HeaderMatch, HeaderValue, HttpRule, Mismatch, Pattern, TextMatch};
use crate::manifest::decode::{Decoder, Fields, Spanned};
use crate::manifest::network_policy::Direction;
use crate::manifest::suggest;
use crate::manifest::tree::{Node, Value};
use crate::source::{Edit, Span};

/// What `rules` says.
#[derive(Default)]
pub(super) struct Layer7 {
    /// `http`, where it has items.
    pub(super) http: Vec<HttpRule>,
    /// Whether there are rules for DNS.
    pub(super) dns: bool,
    /// Whether there are rules for anything, which only TCP can carry.
    pub(super) tcp_only: bool,
    /// Whether there are rules at all.
    pub(super) any: bool,
}

/// Reads `rules` (`L7Rules`).
pub(super) fn rules(node: &Node<'_>, context: Context, decoder: &mut Decoder) -> Layer7 {
    let mut out = Layer7::default();
    let Some(fields) = decoder.mapping(node, "rules") else { return out };
    let strange = fields.refuse_unknown(&["http", "dns", "kafka", "l7proto", "l7"], "rules", decoder);
    let kinds = ["http", "dns", "kafka", "l7proto"];
    let mut given = kinds.iter().filter_map(|kind| fields.entry(kind).map(|(key, node)| (*kind, key.span, node)));
    let Some((kind, key, value)) = given.next() else {
        if !strange {
            decoder.error("bad-l7", fields.head(), "`rules` needs one of http, dns, kafka and l7proto.");
        }
        return out;
    };
    if let Some((other, span, _)) = given.next() {
        decoder.error("bad-l7", span, format!("`rules` takes one of {kind} and {other}, not both."));
    }
    out.any = true;
    if context.nodes && !(kind == "dns" && context.direction == Direction::Egress) {
        decoder.error("bad-l7", key, "A policy with a nodeSelector cannot have `rules` for requests.");
    }
    match kind {
        "http" => {
            out.tcp_only = true;
            let items = decoder.list(value, "http").unwrap_or_default();
            if items.is_empty() {
                let message = "An empty `http` restricts nothing: every request passes.";
                decoder.warn("empty-http", key, message);
            }
            out.http = items.iter().filter_map(|item| rule(item, decoder)).collect();
        }
        "dns" => {
            let items = decoder.list(value, "dns").unwrap_or_default();
            let names: Vec<_> = items.iter().map(|item| names::read(item, "A DNS rule", decoder)).collect();
            (out.dns, out.tcp_only) = (!items.is_empty(), items.is_empty());
            if context.direction == Direction::Ingress && out.dns {
                decoder.error("bad-l7", key, "DNS rules are for egress only.");
            }
            // Where one of them is `*`, that is what they say.
            if !names.iter().flatten().any(|name| name.text == "*") {
                not_modelled(key, "dns", "every name may be asked for", decoder);
            }
        }
        _ => {
            out.tcp_only = true;
            not_modelled(key, kind, "every message passes", decoder);
        }
    }
    if let Some((key, _)) = fields.entry("l7").filter(|_| kind != "l7proto") {
        decoder.error("bad-l7", key.span, "`l7` needs an `l7proto` beside it.");
    }
    out
}

/// One item of `http` (`PortRuleHTTP`).
fn rule(node: &Node<'_>, decoder: &mut Decoder) -> Option<HttpRule> {
    let what = "An item of http";
    let fields = decoder.mapping(node, what)?;
    fields.refuse_unknown(&["method", "path", "host", "headers", "headerMatches"], what, decoder);
    let method = pattern(&fields, "method", decoder);
    let path = pattern(&fields, "path", decoder);
    let host = pattern(&fields, "host", decoder);
    doubts(method.as_ref(), path.as_ref(), decoder);
    let mut headers = Vec::new();
    for item in fields.get("headers").and_then(|node| decoder.list(node, "headers")).unwrap_or_default() {
        let Some(text) = decoder.string(item, "An item of headers") else { continue };
        let header = HeaderMatch::parse(&text.value);
        if header.value == HeaderValue::Present && header.name.trim_end_matches(':').contains(':') {
            let message = format!("`{}` is read as the name of a header: a space is missing.", text.value);
            decoder.warn("odd-header", text.span, message).help =
                Some("Write `Name: value`, with a space behind the colon.".into());
        }
        headers.push(header);
    }
    for item in fields.get("headerMatches").and_then(|node| decoder.list(node, "headerMatches")).unwrap_or_default() {
        headers.extend(header_match(item, decoder));
    }
    let list = |pattern: Option<Spanned<Pattern>>| pattern.map(|one| TextMatch::Regex(one.value)).into_iter().collect();
    Some(HttpRule { methods: list(method), paths: list(path), hosts: list(host), headers, span: node.span })
}

/// A regular expression that is there and not empty.
fn pattern(fields: &Fields<'_, '_>, field: &str, decoder: &mut Decoder) -> Option<Spanned<Pattern>> {
    let node = fields.get(field)?;
    let text = decoder.string(node, field).filter(|text| !text.value.is_empty())?;
    match Pattern::new(&text.value) {
        Ok(value) => Some(Spanned { value, span: text.span }),
        Err(error) => {
            let span = error.offset.map_or(text.span, |offset| inside(node, &text.value, offset));
            let message = format!("`{field}` is not a regular expression that Cilium accepts: {}.", error.message);
            decoder.error("bad-regex", span, message);
            None
        }
    }
}

/// The place of byte `offset` of a scalar's text; the whole scalar where its text is not as written.
fn inside(node: &Node<'_>, text: &str, offset: usize) -> Span {
    let quotes = usize::from(matches!(node.value, Value::Scalar { quoted: true, .. }));
    if node.span.end - node.span.start != text.len() + 2 * quotes {
        return node.span;
    }
    let len = text.get(offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let start = node.span.start + quotes + offset;
    Span::new(start, start + len)
}

/// What is accepted, and matches other requests than its author thinks.
fn doubts(method: Option<&Spanned<Pattern>>, path: Option<&Spanned<Pattern>>, decoder: &mut Decoder) {
    if let Some(method) = method {
        let text = method.value.text();
        let plain = text.bytes().all(|b| b.is_ascii_alphabetic() || b"|()".contains(&b));
        if plain && text.bytes().any(|b| b.is_ascii_lowercase()) {
            let upper = text.to_uppercase();
            let message = format!("Case counts, and methods are in upper case: `{text}` is not `{upper}`.");
            decoder.warn("odd-pattern", method.span, message).help = Some(format!("Write `{upper}`."));
        }
    }
    let Some(path) = path else { return };
    let text = path.value.text();
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) && !text.contains('|') {
        let message = format!("A request's path begins with `/`, and `{text}` must match all of it: no request does.");
        decoder.warn("odd-pattern", path.span, message).help = Some(format!("Write `/{text}` or `.*{text}`."));
    } else if let Some((message, help)) = no_expression(text) {
        decoder.warn("odd-pattern", path.span, message).help = Some(help);
    }
}

/// What looks like a pattern of another language, and how to write what it means there.
fn no_expression(text: &str) -> Option<(String, String)> {
    if text.ends_with("/*") || text.contains("/*/") {
        let message = format!("`{text}` is a regular expression: its `*` repeats the slash in front of it.");
        let meant = text.replace("/*/", "/[^/]+/");
        let help = match meant.strip_suffix("/*") {
            Some(above) => format!("For everything below write `{above}/.*`."),
            None => format!("For any one segment write `{meant}`."),
        };
        return Some((message, help));
    }
    if let Some((_, rest)) = text.split_once("/{")
        && let Some((name, _)) = rest.split_once('}')
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        let message = format!("`{text}` is a regular expression: `{{{name}}}` stands for nothing but itself in it.");
        return Some((message, "For any one segment write `[^/]+`.".to_owned()));
    }
    let (before, query) = text.split_once('?')?;
    let (name, _) = query.split_once('=')?;
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let asks = before.ends_with(word) && !name.is_empty() && name.chars().all(|c| word(c) || c == '-');
    asks.then(|| {
        let message = format!("`{text}` is a regular expression: its `?` makes the character in front of it optional.");
        (message, format!("For the `?` of a query write `{before}\\?{query}`."))
    })
}

/// One item of `headerMatches` (`HeaderMatch`).
fn header_match(node: &Node<'_>, decoder: &mut Decoder) -> Option<HeaderMatch> {
    let what = "An item of headerMatches";
    let fields = decoder.mapping(node, what)?;
    fields.refuse_unknown(&["name", "value", "secret", "mismatch"], what, decoder);
    let name = fields.get("name").and_then(|node| decoder.string(node, "name"));
    if name.as_ref().is_none_or(|name| name.value.is_empty()) {
        decoder.error("missing-field", fields.head(), "An item of headerMatches needs a `name`.");
    }
    let value = fields
        .get("value")
        .and_then(|node| decoder.string(node, "value"))
        .unwrap_or_else(|| Spanned { value: String::new(), span: node.span });
    let mismatch = fields.get("mismatch").and_then(|node| mismatch(node, decoder));
    let value = match fields.entry("secret") {
        Some((key, node)) => {
            let name = secret(node, decoder);
            not_modelled(key.span, "secret", "no request is taken to have the value", decoder);
            HeaderValue::Secret(name.unwrap_or_default())
        }
        None => HeaderValue::exact(&value.value),
    };
    Some(HeaderMatch { name: name?.value, value, mismatch })
}

fn mismatch(node: &Node<'_>, decoder: &mut Decoder) -> Option<Mismatch> {
    let word = decoder.string(node, "mismatch").filter(|word| !word.value.is_empty())?;
    let known = Mismatch::ALL.iter().find(|(name, _)| *name == word.value);
    if known.is_none() {
        let names = Mismatch::ALL.map(|(name, _)| name);
        let near = suggest::nearest(&word.value, &names);
        let hint = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean `{near}`?"));
        let message = format!("`{}` is not one of LOG, ADD, DELETE and REPLACE{hint}", word.value);
        decoder.error("bad-mismatch", word.span, message).fix =
            near.map(|near| Edit::replace(word.span.start, word.span.end, near)).into_iter().collect();
    }
    known.map(|(_, action)| *action)
}

/// Reads a reference to a Secret, and returns its name (`Secret` in `pkg/policy/api/l4.go`).
pub(super) fn secret(node: &Node<'_>, decoder: &mut Decoder) -> Option<String> {
    let fields = decoder.mapping(node, "secret")?;
    fields.refuse_unknown(&["name", "namespace"], "secret", decoder);
    let name = fields.get("name").and_then(|node| decoder.string(node, "name"));
    if name.as_ref().is_none_or(|name| name.value.is_empty()) {
        decoder.error("missing-field", fields.head(), "A secret needs a `name`.");
    }
    name.map(|name| name.value)
}

//! Slips that everybody makes in YAML, found by looking at the lines around the place where the parser gave up.

use super::decode::missing_space;
use crate::source::{Source, Span};

/// A slip, and what to do about it.
pub(super) struct Slip {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: String,
}

/// Looks at the line above `line`, whose slip the parser often notices only here, then at `line` itself, and at last for
/// a shell command at the top of the document.
pub(super) fn find(source: &Source, line: usize, document: Span) -> Option<Slip> {
    let first = source.line(document.start);
    let content =
        |at: usize| Some(source.line_text(at).trim()).filter(|text| !text.is_empty() && !text.starts_with('#'));
    let above = (first..line).rev().find(|at| content(*at).is_some());
    let top = (first..=line).find(|at| content(*at).is_some());
    let here = |at: usize, slip: fn(&str) -> Option<(String, String)>| {
        let text = content(at)?;
        let (message, help) = slip(text)?;
        let start = source.line_start(at) + source.line_text(at).len() - source.line_text(at).trim_start().len();
        Some(Slip { span: Span::new(start, start + text.len()), message, help })
    };
    let foreign = top.into_iter().chain(above).chain([line]).find_map(|at| here(at, not_yaml));
    foreign
        .or_else(|| here(line, bad_value))
        .or_else(|| above.and_then(|at| here(at, no_field)))
        .or_else(|| here(line, no_field))
        .or_else(|| above.and_then(|at| here(at, bad_value)))
}

fn say(message: &str, help: &str) -> Option<(String, String)> {
    Some((message.to_owned(), help.to_owned()))
}

/// Text of another kind among the manifests.
fn not_yaml(text: &str) -> Option<(String, String)> {
    if text.starts_with("```") {
        return say("This is a Markdown fence, not YAML.", "Remove the line.");
    }
    if text.starts_with("$ ") || text.starts_with("kubectl ") || text.contains("<<EOF") || text.contains("<< EOF") {
        return say("This looks like a shell command.", "Put a `#` in front of it to keep it as a comment.");
    }
    if text.starts_with("//") || text.starts_with("/*") || text.starts_with("<!--") {
        return say("This is not how YAML writes comments.", "Comments begin with `#`.");
    }
    if text.contains("{{") && text.contains("}}") {
        return say("This is a template, and not YAML yet.", "Paste what the template renders.");
    }
    let dashes = text.bytes().all(|byte| byte == b'-');
    if dashes && text.len() != 3 && text.len() != 1 {
        return say("Documents are separated by three dashes.", "Write `---`.");
    }
    None
}

/// A line that is no field: a word without its colon, or a colon without its space.
fn no_field(text: &str) -> Option<(String, String)> {
    let body = text.trim_start_matches("- ");
    if let Some(fixed) = missing_space(body) {
        return Some((
            format!("`{body}` is one word, not a field."),
            format!("Put a space after the colon: `{fixed}`."),
        ));
    }
    if text.starts_with('-') && text.len() > 1 && !text.starts_with("- ") && text != "---" {
        return say("A list item needs a space after its dash.", "Write `- …`.");
    }
    let bracketed = body.starts_with(['{', '[', '}', ']', '"', '\'', '|', '>', '&', '*', '!', '?']);
    if !text.starts_with('-') && !bracketed && !body.contains(':') {
        return say(
            "This line is neither a field nor a list item.",
            "A field is written `name: value`, with a colon and a space.",
        );
    }
    None
}

/// A value that cannot stand unquoted, or a quote that ends too early.
fn bad_value(text: &str) -> Option<(String, String)> {
    let value = text.split_once(": ").map_or(text.trim_start_matches("- "), |(_, value)| value).trim();
    let first = value.chars().next()?;
    if matches!(first, '@' | '`' | '%') || matches!(first, '*' | '&') && value.len() < 3 {
        return Some((format!("A value cannot begin with `{first}`."), "Put the value in quotes.".to_owned()));
    }
    if matches!(first, '"' | '\'') {
        let rest = value.get(1..)?;
        let closing = rest.find(first)?;
        let behind = rest.get(closing + 1..)?.trim();
        if !behind.is_empty() && !behind.starts_with(['#', ',', '}', ']', ':', first]) {
            return say(
                "Text stands behind the closing quote.",
                "Put quotes around the whole value, or around none of it.",
            );
        }
        if first == '"' && rest.get(..closing)?.contains('\\') {
            return say(
                "Between double quotes a backslash begins an escape.",
                "Use single quotes, or write the backslash twice.",
            );
        }
    }
    if value.contains(": ")
        && text.contains(": ")
        && !text.starts_with(['{', '[', '"', '}'])
        && !value.starts_with(['{', '[', '"', '\''])
    {
        return say("A value with `: ` in it is read as another field.", "Put the value in quotes.");
    }
    None
}

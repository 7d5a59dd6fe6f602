//! The parser's complaints, in words that help someone who is new to YAML.

use super::flatten;
use super::slips;
use super::tree::SyntaxError;
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source, Span};

/// The diagnostic for a document that could not be read.
pub(crate) fn explain(error: &SyntaxError, source: &Source, file: usize, document: Span) -> Diagnostic {
    if let Some(bracket) = flatten::unclosed(source.slice(document)) {
        let at = document.start + bracket;
        let span = Span::new(at, at + 1);
        let opened = source.slice(span);
        let closing = if opened == "{" { "}" } else { "]" };
        let message = format!("This `{opened}` is never closed.");
        return Diagnostic::error("syntax", Place { file, span }, message)
            .with_help(format!("Add the `{closing}` that ends it."));
    }
    let at = last_content_before(source, error.at.clamp(document.start, document.end), document.start);
    let line = source.line(at);
    let of_ours =
        ["anchor", "nests", "aliases", "hold more", "second document"].iter().any(|word| error.reason.contains(word));
    if let Some(found) = slips::find(source, line, document).filter(|_| !of_ours) {
        let diagnostic = Diagnostic::error("syntax", Place { file, span: found.span }, found.message);
        return diagnostic.with_help(found.help);
    }
    let text = source.line_text(line);
    let line_start = source.line_start(line);
    let indent = text.len() - text.trim_start().len();
    let (span, message, help) = if let Some(tab) = text.get(..indent).and_then(|lead| lead.find('\t')) {
        let span = Span::new(line_start + tab, line_start + tab + 1);
        (
            span,
            "A tab stands in the indentation, and YAML allows only spaces there.".to_owned(),
            Some("Replace the tab by two spaces."),
        )
    } else {
        let span = Span::new(line_start + indent, line_start + text.len());
        let (message, help) = words(&error.reason, text.trim());
        (span, message, help)
    };
    let diagnostic = Diagnostic::error("syntax", Place { file, span }, message);
    match help {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}

/// The parser often notices an error only at the next token, lines below: step back to the text before it.
fn last_content_before(source: &Source, at: usize, start: usize) -> usize {
    let line = source.line(at);
    let here = source.line_text(line);
    if !here.trim().is_empty() {
        return at;
    }
    let before = source.text().get(start..at).unwrap_or_default();
    start + before.trim_end().len().saturating_sub(1)
}

fn words(reason: &str, line: &str) -> (String, Option<&'static str>) {
    let has = |needle: &str| reason.contains(needle);
    if has("second document")
        || has("hold more than")
        || has("anchors keep")
        || has("nests more than")
        || has("aliases copy")
        || has("alias has no anchor")
    {
        return (format!("This document cannot be read: {reason}."), None);
    }
    if has("recursion limit") {
        return ("This document cannot be read: its brackets nest too deep.".into(), None);
    }
    if has("unknown anchor") {
        return ("This alias (`*name`) has no anchor (`&name`) before it.".into(), None);
    }
    if has("escape") {
        return (
            "A backslash in this double-quoted text is followed by something that is no escape.".into(),
            Some("Write `\\\\` for a backslash, or use single quotes."),
        );
    }
    if has("quoted scalar") || has("unclosed quote") || has("closing quote") {
        return ("A quote is opened here and never closed.".into(), Some("Close it with the same kind of quote."));
    }
    if has("flow") || has("',' or ']'") || has("',' or '}'") || has("bracket") {
        return (
            "A bracket or brace is opened here and not closed where it should be.".into(),
            Some("Every `{` needs its `}` and every `[` its `]`, with commas between the items."),
        );
    }
    if has("mapping values") || has("mapping value") {
        return (
            "A `:` stands where no field can begin.".into(),
            Some(
                "Check that this line and the one above it are indented as they should be, and quote values that contain `: `.",
            ),
        );
    }
    if line.starts_with('-') && !line.starts_with("- ") && line.len() > 1 {
        return ("A list item needs a space after its dash.".into(), Some("Write `- …`."));
    }
    if has("simple key") || has("':'") {
        return (
            "This line is neither a field nor a list item.".into(),
            Some("A field is written `name: value`, with a space after the colon."),
        );
    }
    if has("block mapping")
        || has("did not find expected key")
        || has("expected key")
        || has("block collection")
        || has("block sequence")
        || has("indent")
    {
        return (
            "This line does not line up with the ones above it.".into(),
            Some(
                "Fields of one object start in the same column; the items of a list start their dashes in the same column.",
            ),
        );
    }
    if has("%") || has("directive") {
        return ("A line cannot start with `%` here.".into(), None);
    }
    (format!("This is not valid YAML: {reason}."), None)
}

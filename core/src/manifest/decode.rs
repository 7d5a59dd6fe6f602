//! From trees to typed values: reading fields, and saying what is wrong with them in a beginner's words.

use super::scalar::Resolved;
use super::suggest;
use super::tree::{Node, Value};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Edit, FileId, Place, Source, Span};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// Collects what is wrong while one object is read.
pub(crate) struct Decoder {
    pub(crate) file: FileId,
    pub(crate) found: Vec<Diagnostic>,
}

impl Decoder {
    pub(crate) fn new(file: FileId) -> Self {
        Self { file, found: Vec::new() }
    }

    /// Whether something was found that a cluster would refuse.
    pub(crate) fn failed(&self) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    pub(crate) fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    pub(crate) fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let diagnostic = Diagnostic::error(code, self.place(span), message);
        self.push(diagnostic)
    }

    pub(crate) fn warn(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let diagnostic = Diagnostic::warning(code, self.place(span), message);
        self.push(diagnostic)
    }

    fn push(&mut self, mut diagnostic: Diagnostic) -> &mut Diagnostic {
        clip(&mut diagnostic.message);
        let at = self.found.len();
        self.found.push(diagnostic);
        &mut self.found[at]
    }

    /// `node` as a mapping; `what` names it in the error.
    pub(crate) fn mapping<'n, 't>(&mut self, node: &'n Node<'t>, what: &str) -> Option<Fields<'n, 't>> {
        match &node.value {
            Value::Mapping { entries, .. } => Some(Fields { entries, span: node.span }),
            _ => {
                let help = match node.text().and_then(missing_space) {
                    Some(fixed) => format!("Put a space after the colon: `{fixed}`."),
                    None => "Write its fields below it, indented, as `name: value`.".to_owned(),
                };
                self.wrong_type(node, what, "a mapping").help = Some(help);
                None
            }
        }
    }

    /// `node` as a list; `what` names it in the error.
    pub(crate) fn list<'n, 't>(&mut self, node: &'n Node<'t>, what: &str) -> Option<&'n [Node<'t>]> {
        match &node.value {
            Value::Sequence { items, .. } => Some(items),
            _ => {
                self.wrong_type(node, what, "a list").help = Some("Begin each item with a dash: `- …`.".into());
                None
            }
        }
    }

    /// `node` as a string; `what` names it in the error. Null is the empty string, as in the API's JSON.
    pub(crate) fn string(&mut self, node: &Node<'_>, what: &str) -> Option<Spanned<String>> {
        let spanned = |text: &str| Some(Spanned { value: text.to_owned(), span: node.span });
        match (node.resolved(), node.text()) {
            (Some(Resolved::Text), Some(text)) => spanned(text),
            (Some(Resolved::Null), _) => spanned(""),
            (Some(_), Some(text)) => {
                let quoted = format!("\"{text}\"");
                let fix = vec![Edit::replace(node.span.start, node.span.end, quoted.clone())];
                let error = self.wrong_type(node, what, "a string");
                error.help = Some(format!("Put it in quotes: {quoted}."));
                error.fix = fix;
                None
            }
            _ => {
                self.wrong_type(node, what, "a string");
                None
            }
        }
    }

    /// A key of a mapping of strings. kubectl turns keys that are numbers or booleans into strings on its way to JSON.
    pub(crate) fn key(&mut self, node: &Node<'_>, what: &str) -> Option<Spanned<String>> {
        let value = match node.resolved() {
            Some(Resolved::Int(number)) => number.to_string(),
            Some(Resolved::Bool(value)) => value.to_string(),
            _ => return self.string(node, what),
        };
        Some(Spanned { value, span: node.span })
    }

    /// `node` as a whole number.
    pub(crate) fn integer(&mut self, node: &Node<'_>, what: &str) -> Option<Spanned<i64>> {
        let number = match node.resolved() {
            Some(Resolved::Int(number)) => Some(number),
            // JSON knows one kind of number: 80.0 reaches the API as 80.
            Some(Resolved::Float(number)) if number.fract() == 0.0 && number.abs() < 1e15 => Some(number as i64),
            _ => None,
        };
        if number.is_none() {
            self.wrong_type(node, what, "a whole number");
        }
        number.map(|value| Spanned { value, span: node.span })
    }

    /// `node` as a boolean.
    pub(crate) fn boolean(&mut self, node: &Node<'_>, what: &str) -> Option<bool> {
        match node.resolved() {
            Some(Resolved::Bool(value)) => Some(value),
            _ => {
                self.wrong_type(node, what, "true or false");
                None
            }
        }
    }

    pub(crate) fn wrong_type(&mut self, node: &Node<'_>, what: &str, wanted: &str) -> &mut Diagnostic {
        let found = match (node.text(), node.called()) {
            (Some(text), called) if !text.is_empty() && text.len() <= 60 => format!("`{text}` is {called}"),
            (_, called) => format!("this is {called}"),
        };
        self.error("wrong-type", node.span, format!("{what} must be {wanted}, and {found}."))
    }
}

/// Puts what stands in front of a line's first key under each fix that begins a line of its own: readers know no columns.
pub(super) fn indent(found: &mut [Diagnostic], source: &Source) {
    for edit in found.iter_mut().flat_map(|found| &mut found.fix) {
        if let Some(line) = edit.insert.strip_prefix('\n') {
            let above = source.line_text(source.line(edit.span.start));
            let indent = above.len() - above.trim_start_matches([' ', '-']).len();
            edit.insert = format!("\n{:indent$}{line}", "");
        }
    }
}

/// The longest message, in characters; what is longer quotes something that nobody wants to read in full.
const MESSAGE: usize = 400;

/// Takes the middle out of a message that is too long.
fn clip(message: &mut String) {
    let count = message.chars().count();
    if count > MESSAGE {
        let head: String = message.chars().take(MESSAGE / 2).collect();
        let tail: String = message.chars().skip(count - MESSAGE / 2).collect();
        *message = format!("{head}…{tail}");
    }
}

/// `app: web` for `app:web`, which YAML reads as one word.
pub(super) fn missing_space(text: &str) -> Option<String> {
    let (key, value) = text.split_once(':')?;
    let word = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    (word(key) && word(value) && !value.starts_with("//")).then(|| format!("{key}: {value}"))
}

/// The fields of one mapping.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'n, 't> {
    entries: &'n [(Node<'t>, Node<'t>)],
    pub(crate) span: Span,
}

impl<'n, 't> Fields<'n, 't> {
    /// Key and value of `name`; null values count as absent.
    pub(crate) fn entry(&self, name: &str) -> Option<&'n (Node<'t>, Node<'t>)> {
        self.entries.iter().find(|(key, value)| key.text() == Some(name) && !value.is_null())
    }

    /// The value of `name`; null counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&'n Node<'t>> {
        self.entry(name).map(|(_, value)| value)
    }

    /// All keys and values, in text order.
    pub(crate) fn entries(&self) -> &'n [(Node<'t>, Node<'t>)] {
        self.entries
    }

    /// The place of the mapping as a whole, for errors: its first key.
    pub(crate) fn head(&self) -> Span {
        self.entries.first().map_or(self.span, |(key, _)| key.span)
    }

    /// Reports every field that is not in `known`; `what` names the mapping. Returns whether there was one.
    pub(crate) fn refuse_unknown(&self, known: &[&str], what: &str, decoder: &mut Decoder) -> bool {
        self.refuse_others(known, &[], what, decoder)
    }

    /// As [`Fields::refuse_unknown`], where `others` are fields of another API, each with the one that it is called here.
    pub(crate) fn refuse_others(
        &self,
        known: &[&str],
        others: &[(&str, &str)],
        what: &str,
        decoder: &mut Decoder,
    ) -> bool {
        let before = decoder.found.len();
        for (key, _) in self.entries {
            let Some(name) = key.text() else {
                decoder.error("unknown-field", key.span, format!("A field of {what} must be a plain word."));
                continue;
            };
            if known.contains(&name) {
                continue;
            }
            let span = key.span;
            let other = others.iter().find(|(other, _)| *other == name).map(|(_, own)| *own);
            let near = other.or_else(|| suggest::nearest(name, known));
            let error = decoder.error("unknown-field", span, format!("{what} has no field `{name}`."));
            if let Some(near) = near {
                error.message = format!("{what} has no field `{name}`; did you mean `{near}`?");
                error.fix = vec![Edit::replace(span.start, span.end, near)];
            } else {
                error.help = Some(format!("Its fields are {}.", known.join(", ")));
            }
        }
        decoder.found.len() > before
    }
}

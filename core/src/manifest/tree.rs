//! A document as a tree that remembers where everything stands: the parser's events, put together.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as ParserSpan, StrInput};

use super::merge::merge;
use super::scalar::{Resolved, resolve};
use crate::source::Span;

/// How deep collections may nest; manifests stay far below, and a deeper tree would cost stack.
pub(crate) const MAX_DEPTH: usize = 100;
/// How much aliases may copy in all documents together, in nodes and 32 bytes of text: generous for real manifests, an
/// end to alias bombs.
pub(crate) const MAX_ALIASED: usize = 100_000;
/// How many values are read in all documents together: some 50 MB of what kubectl prints.
pub(crate) const MAX_NODES: usize = 5_000_000;
/// How much anchors may keep for aliases to come in one document, counted likewise.
const MAX_ANCHORED: usize = 1_000_000;

/// What of the limits for all documents together is used up.
#[derive(Debug, Default)]
pub(crate) struct Spent {
    copied: usize,
    nodes: usize,
}

/// One value of the document.
#[derive(Debug, Clone)]
pub(crate) struct Node<'t> {
    /// Where it stands. A block collection ends where its last child ends.
    pub(crate) span: Span,
    /// What it is.
    pub(crate) value: Value<'t>,
    /// Whether it carries an anchor or a tag, or came in through an alias: its text is not its own to move.
    pub(crate) shared: bool,
    size: usize,
    depth: usize,
}

/// What a node can be.
#[derive(Debug, Clone)]
pub(crate) enum Value<'t> {
    /// Text; `quoted` when it can be nothing but a string.
    Scalar { text: Cow<'t, str>, quoted: bool },
    /// A list, in flow style (`[…]`) or block style.
    Sequence { items: Vec<Node<'t>>, flow: bool },
    /// Keys and values in text order, in flow style (`{…}`) or block style.
    Mapping { entries: Vec<(Node<'t>, Node<'t>)>, flow: bool },
}

impl<'t> Node<'t> {
    /// The type that kubectl gives it, if it is a scalar.
    pub(crate) fn resolved(&self) -> Option<Resolved> {
        match &self.value {
            Value::Scalar { quoted: true, .. } => Some(Resolved::Text),
            Value::Scalar { text, .. } => Some(resolve(text)),
            _ => None,
        }
    }

    /// Whether it is null, which the API takes as absent.
    pub(crate) fn is_null(&self) -> bool {
        self.resolved() == Some(Resolved::Null)
    }

    /// Whether kubectl takes it for a string.
    pub(crate) fn is_text(&self) -> bool {
        self.resolved() == Some(Resolved::Text)
    }

    /// Its text, if it is a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The value behind `key`, if it is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'t>> {
        match &self.value {
            Value::Mapping { entries, .. } => entries.iter().find(|(k, _)| k.text() == Some(key)).map(|(_, v)| v),
            _ => None,
        }
    }

    /// What a person would call it, with its article.
    pub(crate) fn called(&self) -> &'static str {
        match &self.value {
            Value::Scalar { .. } => self.resolved().map_or("a value", Resolved::called),
            Value::Sequence { .. } => "a list",
            Value::Mapping { .. } => "a mapping",
        }
    }
}

/// Why a document could not be read, and where.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    /// The parser's own words, or ours for the limits.
    pub(crate) reason: String,
    /// The byte at which it gave up.
    pub(crate) at: usize,
}

/// A document's tree and the keys that stand twice in one mapping.
#[derive(Debug)]
pub(crate) struct Tree<'t> {
    pub(crate) root: Node<'t>,
    /// In text order.
    pub(crate) duplicates: Vec<(Span, String)>,
    text: &'t str,
    base: usize,
}

impl<'t> Tree<'t> {
    /// The text of `span` as it was read; empty where the span is not in this document.
    pub(crate) fn slice(&self, span: Span) -> &'t str {
        let inside = span.start.checked_sub(self.base).zip(span.end.checked_sub(self.base));
        inside.and_then(|(start, end)| self.text.get(start..end)).unwrap_or_default()
    }
}

/// Reads one document, `text`, that begins at byte `base` of its source; all spans are the source's. `spent` is
/// what this document and those before it have used up.
pub(crate) fn read<'t>(text: &'t str, base: usize, spent: &mut Spent) -> Result<Tree<'t>, SyntaxError> {
    let bytes = Bytes::new(text, base);
    let mut builder = Builder {
        text,
        base,
        open: Vec::new(),
        anchors: HashMap::new(),
        root: None,
        spent,
        kept: 0,
        duplicates: Vec::new(),
    };
    let failed =
        |error: &ScanError| SyntaxError { reason: error.info().to_owned(), at: bytes.at(error.marker().index()) };
    let mut parser: Parser<'_, StrInput<'_>> = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| failed(&error))?;
        builder.take(event, bytes.span(span))?;
    }
    let root = builder.root.unwrap_or_else(|| scalar(Span::new(base, base), Cow::Borrowed(""), false));
    let mut duplicates = builder.duplicates;
    duplicates.sort();
    Ok(Tree { root, duplicates, text, base })
}

/// The parser counts characters; sources count bytes.
struct Bytes {
    starts: Option<Vec<usize>>,
    base: usize,
    len: usize,
}

impl Bytes {
    fn new(text: &str, base: usize) -> Self {
        let starts = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
        Self { starts, base, len: text.len() }
    }

    fn at(&self, index: usize) -> usize {
        let byte = self.starts.as_ref().map_or(index, |starts| starts.get(index).copied().unwrap_or(self.len));
        self.base + byte.min(self.len)
    }

    fn span(&self, span: ParserSpan) -> Span {
        Span::new(self.at(span.start.index()), self.at(span.end.index()))
    }
}

struct Open<'t> {
    node: Node<'t>,
    key: Option<Node<'t>>,
    anchor: usize,
    seen: HashSet<String>,
}

struct Builder<'t, 'c> {
    text: &'t str,
    base: usize,
    open: Vec<Open<'t>>,
    anchors: HashMap<usize, Node<'t>>,
    root: Option<Node<'t>>,
    spent: &'c mut Spent,
    kept: usize,
    duplicates: Vec<(Span, String)>,
}

/// How many keys are compared one by one before a mapping gets an index of its keys.
const FEW_KEYS: usize = 16;

/// Whether `key` stands among `entries` already; `seen` is their index once there are more than a few.
fn is_repeated(key: &str, entries: &[(Node<'_>, Node<'_>)], seen: &mut HashSet<String>) -> bool {
    if entries.len() < FEW_KEYS {
        return entries.iter().any(|(known, _)| known.text() == Some(key));
    }
    if seen.is_empty() {
        seen.extend(entries.iter().filter_map(|(known, _)| known.text().map(str::to_owned)));
    }
    !seen.insert(key.to_owned())
}

fn too_deep(at: usize) -> SyntaxError {
    SyntaxError { reason: format!("this nests more than {MAX_DEPTH} levels deep"), at }
}

fn scalar(span: Span, text: Cow<'_, str>, quoted: bool) -> Node<'_> {
    let size = 1 + text.len() / 32;
    Node { span, value: Value::Scalar { text, quoted }, shared: false, size, depth: 1 }
}

impl<'t> Builder<'t, '_> {
    fn take(&mut self, event: Event<'t>, span: Span) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let span = Span::new(span.start, self.scalar_end(span));
                let text_tag = tag.as_ref().is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                let mut node = scalar(span, text, style != ScalarStyle::Plain || text_tag);
                node.shared = anchor != 0 || tag.is_some();
                self.finish(node, anchor)?;
            }
            Event::SequenceStart(anchor, tag) => {
                let value = Value::Sequence { items: Vec::new(), flow: self.opens(span, b'[') };
                self.begin(value, span, anchor, tag.is_some())?;
            }
            Event::MappingStart(anchor, tag) => {
                let value = Value::Mapping { entries: Vec::new(), flow: self.opens(span, b'{') };
                self.begin(value, span, anchor, tag.is_some())?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(anchor) => {
                let Some(mut node) = self.anchors.get(&anchor).cloned() else {
                    return Err(SyntaxError { reason: "this alias has no anchor".into(), at: span.start });
                };
                self.spent.copied += node.size;
                if self.spent.copied > MAX_ALIASED {
                    let reason = format!("aliases copy more than {MAX_ALIASED} values here");
                    return Err(SyntaxError { reason, at: span.start });
                }
                if self.open.len() + node.depth > MAX_DEPTH {
                    return Err(too_deep(span.start));
                }
                node.shared = true;
                self.finish(node, 0)?;
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
        Ok(())
    }

    /// The parser lets a scalar reach up to the next token: cut off the blanks and comments behind it.
    fn scalar_end(&self, span: Span) -> usize {
        let text = self.text.get(span.start - self.base..span.end - self.base).unwrap_or_default();
        let quote = text.bytes().next().filter(|byte| matches!(byte, b'"' | b'\''));
        let Some(quote) = quote else { return span.start + text.trim_end().len() };
        let mut bytes = text.bytes().enumerate().skip(1).peekable();
        while let Some((at, byte)) = bytes.next() {
            if byte == b'\\' && quote == b'"'
                || byte == quote && quote == b'\'' && bytes.peek().is_some_and(|(_, b)| *b == quote)
            {
                bytes.next();
            } else if byte == quote {
                return span.start + at + 1;
            }
        }
        span.end
    }

    /// Whether a collection begins with its own bracket. One without begins with an empty token, which may stand before
    /// the bracket of its first key: `{a: b}: c`.
    fn opens(&self, span: Span, bracket: u8) -> bool {
        span.start < span.end && self.text.as_bytes().get(span.start - self.base) == Some(&bracket)
    }

    fn begin(&mut self, value: Value<'t>, span: Span, anchor: usize, tagged: bool) -> Result<(), SyntaxError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(span.start));
        }
        let node = Node { span, value, shared: anchor != 0 || tagged, size: 1, depth: 1 };
        self.open.push(Open { node, key: None, anchor, seen: HashSet::new() });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), SyntaxError> {
        let Some(Open { mut node, anchor, .. }) = self.open.pop() else { return Ok(()) };
        match &mut node.value {
            Value::Sequence { items, flow } => {
                if *flow {
                    // The closing token reaches over the blanks behind its bracket.
                    node.span.end = span.start + 1;
                } else if let (Some(first), Some(last)) = (items.first(), items.last()) {
                    node.span = first.span.to(last.span);
                }
            }
            Value::Mapping { entries, flow } => {
                if *flow {
                    // The closing token reaches over the blanks behind its bracket.
                    node.span.end = span.start + 1;
                } else if let (Some((first, _)), Some((key, last))) = (entries.first(), entries.last()) {
                    node.span = first.span.to(key.span).to(if last.shared { key.span } else { last.span });
                }
                merge(entries);
            }
            Value::Scalar { .. } => {}
        }
        self.finish(node, anchor)
    }

    fn finish(&mut self, mut node: Node<'t>, anchor: usize) -> Result<(), SyntaxError> {
        self.settle_empty(&mut node);
        self.spent.nodes += 1;
        if self.spent.nodes > MAX_NODES {
            let reason = format!("the texts hold more than {MAX_NODES} values");
            return Err(SyntaxError { reason, at: node.span.start });
        }
        if anchor != 0 {
            self.kept += node.size;
            if self.kept > MAX_ANCHORED {
                let reason = format!("anchors keep more than {MAX_ANCHORED} values here");
                return Err(SyntaxError { reason, at: node.span.start });
            }
            self.anchors.insert(anchor, node.clone());
        }
        let Some(parent) = self.open.last_mut() else {
            if self.root.is_some() {
                let reason = "a second document begins here without a line `---` before it".to_owned();
                return Err(SyntaxError { reason, at: node.span.start });
            }
            self.root = Some(node);
            return Ok(());
        };
        parent.node.size += node.size;
        parent.node.depth = parent.node.depth.max(node.depth + 1);
        match &mut parent.node.value {
            Value::Sequence { items, .. } => items.push(node),
            Value::Mapping { entries, .. } => match parent.key.take() {
                None => parent.key = Some(node),
                Some(key) => {
                    let repeated =
                        key.text().filter(|text| *text != "<<" && is_repeated(text, entries, &mut parent.seen));
                    if let Some(text) = repeated {
                        self.duplicates.push((key.span, text.to_owned()));
                    }
                    entries.push((key, node));
                }
            },
            Value::Scalar { .. } => {}
        }
        Ok(())
    }

    /// The parser places an empty value at the next token, which may be lines away: put it where a reader sees it.
    fn settle_empty(&self, node: &mut Node<'t>) {
        if !matches!(&node.value, Value::Scalar { text, quoted: false } if text.is_empty()) {
            return;
        }
        let Some(parent) = self.open.last() else { return };
        match (&parent.node.value, &parent.key) {
            (Value::Mapping { .. }, Some(key)) => node.span = Span::new(key.span.end, key.span.end),
            (Value::Sequence { items, flow: false }, _) => {
                let from = items.last().map_or(parent.node.span.start, |item| item.span.end);
                if let Some(at) = self.dash_between(from, node.span.start) {
                    node.span = Span::new(at, at + 1);
                }
            }
            _ => {}
        }
    }

    /// The first `-` from byte `from` up to `to` that has only blanks and other dashes before it on its line.
    fn dash_between(&self, from: usize, to: usize) -> Option<usize> {
        let is_lead = |byte: u8| matches!(byte, b' ' | b'-');
        let bytes = self.text.as_bytes();
        let before = bytes.get(..from - self.base)?;
        let mut leading = before.iter().rev().take_while(|byte| **byte != b'\n').all(|byte| is_lead(*byte));
        for (at, byte) in bytes.get(from - self.base..=to.max(from) - self.base).unwrap_or_default().iter().enumerate()
        {
            match byte {
                b'-' if leading => return Some(from + at),
                b'\n' => leading = true,
                byte => leading &= is_lead(*byte),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of<'a>(text: &'a str, node: &Node<'_>) -> &'a str {
        text.get(node.span.range()).unwrap()
    }

    #[test]
    fn spans_cover_what_a_reader_sees() {
        let text = "a:\n  - b: 'x'  # c\n    c: [1, {d: é}]\n  -\n  - e\nf:\ng: {}\n";
        let tree = read(text, 0, &mut Spent::default()).unwrap();
        let Some(Value::Sequence { items, flow: false }) = tree.root.get("a").map(|a| &a.value) else { panic!() };
        assert_eq!(text_of(text, &items[0]), "b: 'x'  # c\n    c: [1, {d: é}]");
        assert_eq!(text_of(text, items[0].get("b").unwrap()), "'x'");
        assert_eq!(text_of(text, &items[1]), "-");
        assert!(items[1].is_null());
        assert_eq!(items[1].span.start, text.find("  -\n").unwrap() + 2);
        assert_eq!(text_of(text, &items[2]), "e");
        assert_eq!(tree.root.get("f").unwrap().span.start, text.find("f:").unwrap() + 1);
        assert_eq!(text_of(text, tree.root.get("g").unwrap()), "{}");
    }

    #[test]
    fn aliases_merge_keys_and_duplicates() {
        let tree = read("x: &x {a: 1, b: 2}\ny:\n  a: 0\n  <<: *x\n  b: 3\ny: 4\n", 0, &mut Spent::default()).unwrap();
        let y = tree.root.get("y").unwrap();
        assert_eq!(y.get("a").unwrap().text(), Some("1"));
        assert_eq!(y.get("b").unwrap().text(), Some("3"));
        assert_eq!(tree.duplicates.len(), 1);
    }

    #[test]
    fn bombs_and_towers_are_refused() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..12 {
            let alias = format!("*a{}", i - 1);
            bomb.push_str(&format!("a{i}: &a{i} [{}]\n", [alias.as_str(); 10].join(", ")));
        }
        assert!(read(&bomb, 0, &mut Spent::default()).unwrap_err().reason.contains("aliases copy"));
        let tower = "- ".repeat(10_000);
        assert!(read(&tower, 0, &mut Spent::default()).is_err());
        assert!(read(&"[".repeat(10_000), 0, &mut Spent::default()).is_err());
        let mut deep = String::from("a0: &a0 x\n");
        for i in 1..60 {
            deep.push_str(&format!("a{i}: &a{i} [[*a{}]]\n", i - 1));
        }
        assert!(read(&deep, 0, &mut Spent::default()).unwrap_err().reason.contains("nests"));
        let list = "x, ".repeat(30_000);
        let anchors: String = (0..60).map(|i| format!("{}k: &a{i}\n", " ".repeat(i))).collect();
        let kept = format!("{anchors}{}k: [{list}]\n", " ".repeat(60));
        assert!(read(&kept, 0, &mut Spent::default()).unwrap_err().reason.contains("anchors keep"));
    }
}

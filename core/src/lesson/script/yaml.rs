//! The YAML of a lesson's own blocks: errors by line and column of the whole file, in words that help.

use serde::de::DeserializeOwned;

use crate::lesson::expect::Failure;
use crate::lesson::meant;
use crate::manifest::tree::{self, Node, Value};
use crate::source::{Source, Span};

/// Some YAML in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Yaml {
    /// The text.
    pub(super) text: String,
    /// The line of the file at which it begins.
    pub(super) line: usize,
}

impl Yaml {
    /// Reads it; `what` it is called.
    pub(super) fn read<T: DeserializeOwned>(&self, what: &str) -> Result<T, Failure> {
        serde_yaml::from_str(&self.text).map_err(|error| {
            let reported = error.location().map_or((1, 1), |at| (at.line().max(1), at.column().max(1)));
            // What is missing at the end is reported behind it, where the file says something else.
            let last = self.text.lines().count().max(1);
            let reported = if reported.0 > last { (last, 1) } else { reported };
            let words = error.to_string();
            // The place is said by line and column of the whole file instead.
            let words = words.split(" at line ").next().unwrap_or(&words);
            // What is quoted first is what is wrong, where the words say that of it.
            let culprit = (words.contains("unknown ") || words.contains("should read")).then(|| quoted(words).next());
            let place =
                culprit.flatten().and_then(|culprit| self.place(&|text| text == culprit, reported)).unwrap_or(reported);
            self.failure(place, format!("{what}: {}", helpful(words)))
        })
    }

    /// A failure at the first value that is `wanted`, or an arrow with that end; else at the first line.
    pub(super) fn at(&self, wanted: &str, message: impl Into<String>) -> Failure {
        let is_end = |text: &str| text.split_once("->").is_some_and(|(a, b)| a.trim() == wanted || b.trim() == wanted);
        let place = self.place(&|text| text == wanted || is_end(text), (1, 1));
        self.failure(place.unwrap_or((1, 1)), message)
    }

    fn failure(&self, (line, column): (usize, usize), message: impl Into<String>) -> Failure {
        Failure { column, ..Failure::new(self.line + line - 1, message) }
    }

    /// Line and column of the first scalar, not before `from`, that is `wanted`.
    fn place(&self, wanted: &dyn Fn(&str) -> bool, from: (usize, usize)) -> Option<(usize, usize)> {
        let tree = tree::read(&self.text, 0, &mut tree::Spent::default()).ok()?;
        let mut spans = Vec::new();
        scalars(&tree.root, wanted, &mut spans);
        let source = Source::new("", self.text.as_str());
        let mut places = spans.into_iter().map(|span| source.position(span.start)).map(|at| (at.line, at.column));
        places.find(|place| *place >= from)
    }
}

/// The places of every scalar that is `wanted`, in text order.
fn scalars(node: &Node<'_>, wanted: &dyn Fn(&str) -> bool, out: &mut Vec<Span>) {
    match &node.value {
        Value::Scalar { text, .. } if wanted(text) => out.push(node.span),
        Value::Scalar { .. } => {}
        Value::Sequence { items, .. } => items.iter().for_each(|item| scalars(item, wanted, out)),
        Value::Mapping { entries, .. } => entries.iter().for_each(|(key, value)| {
            scalars(key, wanted, out);
            scalars(value, wanted, out);
        }),
    }
}

/// What stands between backquotes.
fn quoted(words: &str) -> impl Iterator<Item = &str> {
    words.split('`').skip(1).step_by(2)
}

/// The parser's words with a guess at what was meant.
fn helpful(words: &str) -> String {
    // The one choice there is in a lesson's blocks is that of the network plugin.
    for (unknown, says) in
        [("unknown field ", "there is no field"), ("unknown variant ", "no network plugin is called")]
    {
        let Some((path, rest)) = words.split_once(unknown) else { continue };
        let mut names = quoted(rest);
        let Some(wrong) = names.next() else { continue };
        return format!("{path}{says} `{wrong}`{}", meant(wrong, &names.collect::<Vec<_>>()));
    }
    match words.split_once("missing field ") {
        Some((path, field)) => format!("{path}{field} is missing"),
        None => words.to_owned(),
    }
}

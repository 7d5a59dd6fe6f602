//! Edits that mend: documents behind the others, selectors as YAML.

use std::collections::BTreeSet;

use super::facts::Facts;
use crate::labels::{LabelSelector, Operator};
use crate::manifest::{self, scalar::quoted};
use crate::source::{Edit, Source};

/// Names that fixes of this run have given to new policies.
#[derive(Default)]
pub(super) struct Names {
    given: BTreeSet<(String, String)>,
}

impl Names {
    /// `wish`, or `wish-2` and so on where a policy of `namespace` is called so.
    pub(super) fn free(&mut self, facts: &Facts<'_>, namespace: &str, wish: &str) -> String {
        let names = std::iter::once(wish.to_owned()).chain((2..).map(|count: usize| format!("{wish}-{count}")));
        let mut free = names.filter(|name| {
            !facts.is_taken(namespace, name) && !self.given.contains(&(namespace.to_owned(), name.clone()))
        });
        let name = free.next().unwrap_or_else(|| wish.to_owned());
        self.given.insert((namespace.to_owned(), name.clone()));
        name
    }
}

/// The edit that adds `document` behind all others of `source`.
pub(super) fn appended(source: &Source, document: &str) -> Edit {
    let end = source.text().len();
    let before = match source.text() {
        "" => "",
        text if text.ends_with('\n') => "---\n",
        _ => "\n---\n",
    };
    Edit::replace(end, end, format!("{before}{document}"))
}

/// `selector` as the value of a key that stands `indent` blanks to the right, with all that separates it from the key.
pub(super) fn selector(selector: &LabelSelector, indent: usize) -> String {
    if selector.is_empty() {
        return " {}".to_owned();
    }
    let pad = " ".repeat(indent + 2);
    let (exact, rest): (Vec<_>, Vec<_>) = {
        let mut seen = BTreeSet::new();
        let plain = |r: &&crate::labels::Requirement| r.operator == Operator::In && r.values.len() == 1;
        // A key can stand only once in a map.
        selector.requirements.iter().partition(|r| plain(r) && seen.insert(r.key.as_str()))
    };
    let mut out = String::new();
    if !exact.is_empty() {
        out.push_str(&format!("\n{pad}matchLabels:"));
    }
    for requirement in exact {
        let value = requirement.values.first().map_or("", String::as_str);
        out.push_str(&format!("\n{pad}  {}: {}", quoted(&requirement.key), quoted(value)));
    }
    if !rest.is_empty() {
        out.push_str(&format!("\n{pad}matchExpressions:"));
    }
    for requirement in rest {
        let operator = Operator::ALL.iter().find(|(_, operator)| *operator == requirement.operator);
        let operator = operator.map_or("In", |(name, _)| *name);
        out.push_str(&format!("\n{pad}- key: {}\n{pad}  operator: {operator}", quoted(&requirement.key)));
        if !requirement.values.is_empty() {
            let values: Vec<String> = requirement.values.iter().map(|value| quoted(value).into_owned()).collect();
            out.push_str(&format!("\n{pad}  values: [{}]", values.join(", ")));
        }
    }
    out
}

/// The largest text, in bytes, that is read again to try an edit: findings are looked for after every keystroke.
const SMALL: usize = 200_000;

/// Whether `source` can be read again and again.
pub(super) fn is_small(source: &Source) -> bool {
    source.text().len() <= SMALL
}

/// `edits` of `source`, if its objects can be read afterwards as well as before.
pub(super) fn tried(source: &Source, edits: Vec<Edit>) -> Option<Vec<Edit>> {
    if !is_small(source) {
        return None;
    }
    let changed = Source::new(source.name(), Edit::apply(&edits, source.text()));
    let (was, is) = (manifest::read(std::slice::from_ref(source)), manifest::read(std::slice::from_ref(&changed)));
    let well = is.refused <= was.refused && is.policies.len() == was.policies.len();
    (well && was.diagnostics.len() >= is.diagnostics.len()).then_some(edits)
}

/// `selector` on one line.
pub(super) fn selector_in_braces(selector: &LabelSelector) -> String {
    let pair = |own: &crate::labels::Requirement| {
        format!("{}: {}", quoted(&own.key), quoted(own.values.first().map_or("", String::as_str)))
    };
    let pairs: Vec<String> = selector.requirements.iter().map(pair).collect();
    format!("{{matchLabels: {{{}}}}}", pairs.join(", "))
}

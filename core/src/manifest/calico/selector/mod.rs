//! Calico's selectors: expressions over labels, each part with its place in the text (libcalico-go
//! `lib/selector/parser`).

mod parser;
mod trouble;

use std::fmt;

pub(crate) use parser::parse;
pub(crate) use trouble::Trouble;

use crate::source::Span;

/// A selector as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// What it says.
    pub root: Expr,
    /// The whole value, quotes included.
    pub span: Span,
}

/// A part of a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// Where it stands: of a part in parentheses, with them.
    pub span: Span,
}

/// What a part of a selector says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// `all()`: everything.
    All,
    /// `global()`: as a whole `namespaceSelector`, what belongs to no namespace; elsewhere everything.
    Global,
    /// A condition on one label.
    Label {
        /// The label's key.
        key: String,
        /// What its value must be.
        test: Test,
    },
    /// `!`: what the other does not match.
    Not(Box<Expr>),
    /// `&&` between at least two.
    And(Vec<Expr>),
    /// `||` between at least two.
    Or(Vec<Expr>),
}

/// A condition on the value of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `has(k)`.
    Present,
    /// `k == 'v'`.
    Equals(String),
    /// `k != 'v'`; holds without the label too.
    Differs(String),
    /// `k in {'a', 'b'}`.
    In(Vec<String>),
    /// `k not in {'a', 'b'}`; holds without the label too.
    NotIn(Vec<String>),
    /// `k contains 'v'`.
    Contains(String),
    /// `k starts with 'v'`.
    StartsWith(String),
    /// `k ends with 'v'`.
    EndsWith(String),
}

impl Test {
    /// Whether it holds for a label with `value`, or for a missing one.
    pub fn holds(&self, value: Option<&str>) -> bool {
        match (self, value) {
            (Test::Differs(_) | Test::NotIn(_), None) => true,
            (_, None) => false,
            (Test::Present, Some(_)) => true,
            (Test::Equals(wanted), Some(value)) => value == wanted,
            (Test::Differs(unwanted), Some(value)) => value != unwanted,
            (Test::In(wanted), Some(value)) => wanted.iter().any(|one| one == value),
            (Test::NotIn(unwanted), Some(value)) => !unwanted.iter().any(|one| one == value),
            (Test::Contains(part), Some(value)) => value.contains(part.as_str()),
            (Test::StartsWith(part), Some(value)) => value.starts_with(part.as_str()),
            (Test::EndsWith(part), Some(value)) => value.ends_with(part.as_str()),
        }
    }
}

impl Selector {
    /// Whether it matches an object whose labels `label` looks up by key.
    pub fn matches<'l>(&self, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.root.matches(&label)
    }

    /// The keys it looks at, in text order; they may repeat.
    pub fn keys(&self) -> impl Iterator<Item = &str> + use<'_> {
        let mut keys = Vec::new();
        self.root.collect_keys(&mut keys);
        keys.into_iter()
    }

    /// The conditions that must all hold: what `&&` joins outside of every `||` and `!`. At least one.
    pub fn terms(&self) -> Vec<&Expr> {
        let mut terms = Vec::new();
        self.root.collect_terms(&mut terms);
        terms
    }

    /// Whether it matches everything it ranges over, for it says no more than `all()`.
    pub fn is_all(&self) -> bool {
        self.terms().iter().all(|term| term.kind == ExprKind::All)
    }

    /// Whether it is `global()` and nothing else.
    pub fn is_global(&self) -> bool {
        self.root.kind == ExprKind::Global
    }
}

impl Expr {
    /// Whether it matches an object whose labels `label` looks up by key.
    pub fn matches<'l>(&self, label: &dyn Fn(&str) -> Option<&'l str>) -> bool {
        match &self.kind {
            ExprKind::All | ExprKind::Global => true,
            ExprKind::Label { key, test } => test.holds(label(key)),
            ExprKind::Not(inner) => !inner.matches(label),
            ExprKind::And(parts) => parts.iter().all(|part| part.matches(label)),
            ExprKind::Or(parts) => parts.iter().any(|part| part.matches(label)),
        }
    }

    /// The keys it looks at, in text order; they may repeat.
    pub fn keys(&self) -> impl Iterator<Item = &str> + use<'_> {
        let mut keys = Vec::new();
        self.collect_keys(&mut keys);
        keys.into_iter()
    }

    /// Calls `visit` for every condition on a label in it.
    pub(crate) fn each_test<'e>(&'e self, visit: &mut dyn FnMut(&'e str, &'e Test, Span)) {
        match &self.kind {
            ExprKind::All | ExprKind::Global => {}
            ExprKind::Label { key, test } => visit(key, test, self.span),
            ExprKind::Not(inner) => inner.each_test(visit),
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().for_each(|part| part.each_test(visit)),
        }
    }

    fn collect_keys<'e>(&'e self, keys: &mut Vec<&'e str>) {
        self.each_test(&mut |key, _, _| keys.push(key));
    }

    fn collect_terms<'e>(&'e self, terms: &mut Vec<&'e Expr>) {
        match &self.kind {
            ExprKind::And(parts) => parts.iter().for_each(|part| part.collect_terms(terms)),
            _ => terms.push(self),
        }
    }

    /// Whether `global()` stands anywhere in it.
    pub(crate) fn mentions_global(&self) -> bool {
        match &self.kind {
            ExprKind::Global => true,
            ExprKind::All | ExprKind::Label { .. } => false,
            ExprKind::Not(inner) => inner.mentions_global(),
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().any(Expr::mentions_global),
        }
    }

    fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[Expr], joint: &str) -> fmt::Result {
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                f.write_str(joint)?;
            }
            part.write_as_part(f)?;
        }
        Ok(())
    }

    /// As an operand of another: in parentheses where it joins parts itself.
    fn write_as_part(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ExprKind::And(_) | ExprKind::Or(_) => write!(f, "({self})"),
            _ => write!(f, "{self}"),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)
    }
}

impl fmt::Display for Expr {
    /// In one spelling: single quotes, one blank around operators.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::All => f.write_str("all()"),
            ExprKind::Global => f.write_str("global()"),
            ExprKind::Label { key, test: Test::Present } => write!(f, "has({key})"),
            ExprKind::Label { key, test } => write!(f, "{key} {test}"),
            ExprKind::Not(inner) => {
                f.write_str("!")?;
                match inner.kind {
                    ExprKind::Label { test: Test::Present, .. } | ExprKind::All | ExprKind::Global => inner.fmt(f),
                    _ => write!(f, "({inner})"),
                }
            }
            ExprKind::And(parts) => Self::write_joined(f, parts, " && "),
            ExprKind::Or(parts) => Self::write_joined(f, parts, " || "),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = |values: &[String]| values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ");
        match self {
            Test::Present => f.write_str("is there"),
            Test::Equals(value) => write!(f, "== {}", quoted(value)),
            Test::Differs(value) => write!(f, "!= {}", quoted(value)),
            Test::In(values) => write!(f, "in {{{}}}", set(values)),
            Test::NotIn(values) => write!(f, "not in {{{}}}", set(values)),
            Test::Contains(value) => write!(f, "contains {}", quoted(value)),
            Test::StartsWith(value) => write!(f, "starts with {}", quoted(value)),
            Test::EndsWith(value) => write!(f, "ends with {}", quoted(value)),
        }
    }
}

/// In single quotes, or in double ones where it holds a single one: there are no escapes.
fn quoted(value: &str) -> String {
    if value.contains('\'') { format!("\"{value}\"") } else { format!("'{value}'") }
}

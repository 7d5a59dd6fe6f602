//! Selector expressions: what they say, how they are written, and what they match.

use std::fmt;

/// An expression over labels.
#[derive(Debug, Clone)]
pub(crate) enum Expr {
    All,
    Global,
    Has(&'static str),
    Equals(&'static str, &'static str),
    Differs(&'static str, &'static str),
    In(&'static str, Vec<&'static str>),
    NotIn(&'static str, Vec<&'static str>),
    Contains(&'static str, &'static str),
    StartsWith(&'static str, &'static str),
    EndsWith(&'static str, &'static str),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// The same in parentheses that it does not need.
    Parens(Box<Expr>),
}

impl Expr {
    /// What the parser's nodes do (libcalico-go `lib/selector/parser/ast.go`); `scope` answers for `all()` and
    /// `global()`.
    pub(crate) fn holds(&self, labels: &dyn Fn(&str) -> Option<&'static str>, scope: (bool, bool)) -> bool {
        let test = |key: &str, test: &dyn Fn(&str) -> bool| labels(key).is_some_and(test);
        match self {
            Expr::All => scope.0,
            Expr::Global => scope.1,
            Expr::Has(key) => labels(key).is_some(),
            Expr::Equals(key, value) => test(key, &|found| found == *value),
            Expr::Differs(key, value) => !test(key, &|found| found == *value),
            Expr::In(key, values) => test(key, &|found| values.contains(&found)),
            Expr::NotIn(key, values) => !test(key, &|found| values.contains(&found)),
            Expr::Contains(key, part) => test(key, &|found| found.contains(part)),
            Expr::StartsWith(key, part) => test(key, &|found| found.starts_with(part)),
            Expr::EndsWith(key, part) => test(key, &|found| found.ends_with(part)),
            Expr::Not(inner) => !inner.holds(labels, scope),
            Expr::And(parts) => parts.iter().all(|part| part.holds(labels, scope)),
            Expr::Or(parts) => parts.iter().any(|part| part.holds(labels, scope)),
            Expr::Parens(inner) => inner.holds(labels, scope),
        }
    }

    fn within(&self, weaker: fn(&Expr) -> bool) -> String {
        if weaker(self) { format!("({self})") } else { self.to_string() }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = |values: &[&str]| values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(",");
        let joined = |parts: &[Expr], joint: &str, weaker: fn(&Expr) -> bool| {
            parts.iter().map(|part| part.within(weaker)).collect::<Vec<_>>().join(joint)
        };
        match self {
            Expr::All => f.write_str("all()"),
            Expr::Global => f.write_str("global()"),
            Expr::Has(key) => write!(f, "has({key})"),
            Expr::Equals(key, value) => write!(f, "{key} == {}", quoted(value)),
            Expr::Differs(key, value) => write!(f, "{key}!={}", quoted(value)),
            Expr::In(key, values) => write!(f, "{key} in {{{}}}", set(values)),
            Expr::NotIn(key, values) => write!(f, "{key} not in {{ {} }}", set(values)),
            Expr::Contains(key, part) => write!(f, "{key} contains {}", quoted(part)),
            Expr::StartsWith(key, part) => write!(f, "{key} starts with {}", quoted(part)),
            Expr::EndsWith(key, part) => write!(f, "{key} ends with {}", quoted(part)),
            Expr::Not(inner) => write!(f, "!{}", inner.within(|inner| matches!(inner, Expr::And(_) | Expr::Or(_)))),
            // `&&` binds tighter than `||`.
            Expr::And(parts) => f.write_str(&joined(parts, " && ", |part| matches!(part, Expr::And(_) | Expr::Or(_)))),
            Expr::Or(parts) => f.write_str(&joined(parts, " || ", |part| matches!(part, Expr::Or(_)))),
            Expr::Parens(inner) => write!(f, "({inner})"),
        }
    }
}

/// In either kind of quotes.
fn quoted(value: &str) -> String {
    if value.len().is_multiple_of(2) { format!("'{value}'") } else { format!("\"{value}\"") }
}

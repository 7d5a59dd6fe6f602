//! The two languages that stand in strings of manifests: Calico's selectors and regular expressions.

use std::time::{Duration, Instant};

use netpol_core::http::Pattern;
use netpol_core::manifest::calico::selector::{Expr, ExprKind, Selector};
use netpol_core::manifest::{self, Manifests};
use netpol_core::source::Source;

/// Reads `text` as a selector, in each style in which it can be written: all say the same, and every part of it is one
/// itself.
pub fn selector(text: &str) {
    let styles: Vec<String> = [double_quoted(text), single_quoted(text), block(text)].into_iter().flatten().collect();
    let read: Vec<(Source, Manifests)> = styles.iter().map(|style| policy(style)).collect();
    let found: Vec<Option<&Selector>> = read.iter().map(|(source, manifests)| found(source, manifests)).collect();
    let Some(first) = found.first().copied().flatten() else {
        assert!(found.iter().all(Option::is_none), "{text:?} is refused in one style only");
        return;
    };
    for ((source, _), other) in read.iter().zip(&found) {
        let other = other.unwrap_or_else(|| panic!("{text:?} is read in one style only"));
        assert_eq!(other.to_string(), first.to_string(), "{text:?} says something else in\n{}", source.text());
    }
    let shown = first.to_string();
    assert_eq!(again(&shown).as_deref(), Some(shown.as_str()), "{text:?} is shown as what it is not");
    // In a block nothing is escaped, so that a part stands there as it is.
    if let (Some((source, _)), Some(Some(plain)), true) = (read.last(), found.last(), block(text).is_some()) {
        part(source, &plain.root);
    }
}

fn part(source: &Source, expr: &Expr) {
    let own = source.text().get(expr.span.range()).expect("a part in the text");
    assert_eq!(again(own), Some(expr.to_string()), "{own:?} is no selector of its own");
    match &expr.kind {
        ExprKind::Not(inner) => part(source, inner),
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().for_each(|inner| part(source, inner)),
        ExprKind::All | ExprKind::Global | ExprKind::Label { .. } => {}
    }
}

/// What `text` is shown as, if it is a selector.
fn again(text: &str) -> Option<String> {
    let (source, manifests) = policy(&double_quoted(text)?);
    found(&source, &manifests).map(Selector::to_string)
}

fn policy(selector: &str) -> (Source, Manifests) {
    let head = "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: a}\nspec:\n";
    let rules = "  ingress:\n  - action: Allow\n    source:\n      namespaceSelector: ";
    let source = Source::new("text", format!("{head}{rules}{selector}\n"));
    let manifests = manifest::read(std::slice::from_ref(&source));
    crate::check_manifests(&manifests, std::slice::from_ref(&source));
    (source, manifests)
}

fn found<'m>(source: &Source, manifests: &'m Manifests) -> Option<&'m Selector> {
    let policy = manifests.calico_policies.first();
    assert_eq!(policy.is_none(), manifests.has_errors(), "refused without an error:\n{}", source.text());
    policy?.ingress.first()?.source.namespace_selector.as_ref()
}

fn double_quoted(text: &str) -> Option<String> {
    let mut out = String::from("\"");
    for one in text.chars() {
        match one {
            '"' | '\\' => out.extend(['\\', one]),
            ' '..='~' => out.push(one),
            _ => out.push_str(&format!("\\U{:08x}", u32::from(one))),
        }
    }
    out.push('"');
    Some(out)
}

fn single_quoted(text: &str) -> Option<String> {
    is_one_line(text).then(|| format!("'{}'", text.replace('\'', "''")))
}

fn block(text: &str) -> Option<String> {
    let whole = !text.is_empty() && text.trim() == text;
    (is_one_line(text) && whole).then(|| format!("|-\n        {text}"))
}

/// Whether YAML reads it as it is, where nothing is escaped.
fn is_one_line(text: &str) -> bool {
    text.chars().all(|one| matches!(one, ' '..='~' | '\u{a1}'..='\u{d7ff}') && !matches!(one, '\u{2028}' | '\u{2029}'))
}

/// How long a pattern may take for a value of [`LONG`] bytes: some hundred times what the longest ones do.
const PATIENCE: Duration = Duration::from_secs(3);
const LONG: usize = 4_096;

/// Reads `pattern` and tries it on `value`.
pub fn pattern(pattern: &str, value: &str) {
    let read = match Pattern::new(pattern) {
        Ok(read) => read,
        Err(error) => {
            assert!(!error.message.is_empty() && !error.message.ends_with('.'), "{error:?}");
            let inside = error.offset.is_none_or(|offset| pattern.is_char_boundary(offset));
            return assert!(inside, "{error:?} lies outside of {pattern:?}");
        }
    };
    assert_eq!(read.text(), pattern);
    let matches = read.matches(value);
    let literal = Pattern::new(&escaped(value));
    assert!(literal.is_err() || literal.is_ok_and(|own| own.matches(value)), "{value:?} is not itself");
    // An open quotation would swallow what is put behind it.
    if !pattern.contains("\\Q") {
        for same in [format!("(?:{pattern})"), format!("(?:{pattern})|(?:{pattern})"), format!("^(?:{pattern})$")] {
            // A larger one may be too large.
            let Ok(same) = Pattern::new(&same) else { continue };
            assert_eq!(same.matches(value), matches, "{:?} and {pattern:?} on {value:?}", same.text());
        }
    }
    if value.is_empty() {
        return;
    }
    let long = value.repeat(LONG / value.len() + 1);
    let begun = Instant::now();
    read.matches(&long);
    let taken = begun.elapsed();
    assert!(taken < PATIENCE, "{pattern:?} takes {taken:?} on {} bytes of {value:?}", long.len());
}

/// A pattern that means exactly `value`.
fn escaped(value: &str) -> String {
    let mut out = String::new();
    for one in value.chars() {
        if one.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(one);
    }
    out
}

//! Reading selectors out of their fields.

use super::selector::{self, Selector, Test};
use crate::manifest::decode::{Decoder, Fields};
use crate::manifest::inside::Inside;
use crate::manifest::names;
use crate::manifest::tree::{Node, Tree};
use crate::source::{Edit, Span};

/// What `global()` means in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Global {
    /// It may be the whole selector.
    Whole,
    /// It is refused.
    Refused,
    /// It is taken, and matches everything.
    Everything,
}

/// How long a selector may be in newer releases (`+kubebuilder:validation:MaxLength`).
const MAX_LENGTH: usize = 1_024;

/// Reads the selector in the field `name`; `None` when absent, empty or wrong.
pub(super) fn read(
    fields: &Fields<'_, '_>,
    name: &str,
    global: Global,
    tree: &Tree<'_>,
    decoder: &mut Decoder,
) -> Option<Selector> {
    let node = fields.get(name)?;
    let before = decoder.found.len();
    let Some(text) = decoder.string(node, name) else {
        if let Some(error) = decoder.found.get_mut(before)
            && node.text().is_none()
        {
            error.help = Some("Calico's selectors are expressions: `app == 'web' && has(tier)`.".into());
        }
        return None;
    };
    if text.value.is_empty() {
        return None;
    }
    let inside = Inside::of(node, tree);
    let selector = match selector::parse(&text.value, &inside, node.span) {
        Ok(selector) => selector,
        Err(trouble) => {
            report(trouble, node, tree, &inside, decoder);
            return None;
        }
    };
    super::warn_long(node.span, text.value.chars().count(), MAX_LENGTH, "characters in a selector", decoder);
    warn_hopeless(&selector, decoder);
    if selector.root.mentions_global() {
        check_global(&selector, name, global, decoder)?;
    }
    Some(selector)
}

fn report(trouble: selector::Trouble, node: &Node<'_>, tree: &Tree<'_>, inside: &Inside, decoder: &mut Decoder) {
    let quote = tree.slice(node.span).chars().next().filter(|c| matches!(c, '\'' | '"'));
    let span = inside.span(trouble.start, trouble.end);
    let error = decoder.error("bad-selector", span, trouble.message);
    error.help = trouble.help;
    if let Some((start, end, insert)) = trouble.fix.filter(|_| inside.is_known()) {
        // Inside one kind of quotes, only the other needs no escape.
        let insert = if quote == Some('\'') { insert.replace('\'', "\"") } else { insert };
        let span = inside.span(start, end);
        error.fix = vec![Edit::replace(span.start, span.end, insert)];
    }
}

fn check_global(selector: &Selector, name: &str, global: Global, decoder: &mut Decoder) -> Option<()> {
    let span = selector.span;
    match global {
        Global::Whole if selector.is_global() => Some(()),
        Global::Whole => {
            decoder.error("bad-selector", span, "`global()` cannot be combined with anything else.").help =
                Some("As a whole namespaceSelector it means what belongs to no namespace: global network sets.".into());
            None
        }
        Global::Refused => {
            let message = format!("`global()` cannot stand in {name}: only a rule's namespaceSelector takes it.");
            decoder.error("bad-selector", span, message).help = Some("For everything, write `all()`.".into());
            None
        }
        Global::Everything => {
            let message = format!("In {name}, `global()` matches everything, like `all()`.");
            decoder.warn("odd-global", span, message);
            Some(())
        }
    }
}

/// Warns of values that no label can have.
fn warn_hopeless(selector: &Selector, decoder: &mut Decoder) {
    selector.root.each_test(&mut |key, test, span: Span| {
        let problem = match test {
            Test::Equals(value) => names::label_value_problem(value).map(|problem| (value, problem)),
            Test::In(values) if values.is_empty() => {
                decoder.warn("never-matches", span, format!("No value of `{key}` is in an empty set."));
                None
            }
            Test::In(values) => {
                let problem = values.iter().map(|value| names::label_value_problem(value).map(|found| (value, found)));
                problem.flatten().next()
            }
            _ => None,
        };
        if let Some((value, problem)) = problem {
            let message = format!("No label can have the value `{value}`: {problem}.");
            decoder.warn("never-matches", span, message);
        }
    });
}

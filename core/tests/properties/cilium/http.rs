//! Which requests pass: the simplest matcher there is, for the simplest patterns there are.

use super::model::{HttpRule, Pattern};
use crate::requests::Request;

/// Whether a pattern matches all of `text`, case and all.
pub(crate) fn matches(pattern: &Pattern, text: &str) -> bool {
    ends(pattern, text, 0).contains(&text.len())
}

/// Where a match that begins at `start` may end.
fn ends(pattern: &Pattern, text: &str, start: usize) -> Vec<usize> {
    match pattern {
        Pattern::Text(wanted) => {
            if text[start..].starts_with(wanted) {
                vec![start + wanted.len()]
            } else {
                Vec::new()
            }
        }
        Pattern::Anything => (start..=text.len()).collect(),
        Pattern::Then(parts) => {
            let step =
                |starts: Vec<usize>, part: &Pattern| starts.iter().flat_map(|at| ends(part, text, *at)).collect();
            parts.iter().fold(vec![start], step)
        }
        Pattern::Or(choices) => choices.iter().flat_map(|choice| ends(choice, text, start)).collect(),
    }
}

/// As written: what is special in a regular expression stands behind a backslash.
pub(crate) fn text(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Text(text) => text.replace('.', r"\.").replace('?', r"\?"),
        Pattern::Anything => ".*".to_owned(),
        Pattern::Then(parts) => {
            let part = |part: &Pattern| match part {
                Pattern::Or(_) => format!("({})", text(part)),
                _ => text(part),
            };
            parts.iter().map(part).collect()
        }
        Pattern::Or(choices) => choices.iter().map(text).collect::<Vec<_>>().join("|"),
    }
}

/// "All fields are optional and if not specified, they are ignored"; those that are there must all hold.
pub(crate) fn admits(rule: &HttpRule, request: &Request) -> bool {
    let holds = |pattern: &Option<Pattern>, value: Option<&str>| {
        pattern.as_ref().is_none_or(|pattern| value.is_some_and(|value| matches(pattern, value)))
    };
    // Envoy compares several headers of one name as one, with commas between the values.
    let header = |name: &str| {
        let named = request.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let values: Vec<&str> = named.map(|(_, value)| *value).collect();
        (!values.is_empty()).then(|| values.join(","))
    };
    let headers = rule.headers.iter().all(|(name, wanted)| match (header(name), wanted) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(value), Some(wanted)) => value == *wanted,
    });
    // With an action for a mismatch the request passes, whatever its headers are.
    let matches = rule
        .matches
        .iter()
        .all(|(name, value, mismatch)| mismatch.is_some() || header(name).is_some_and(|own| own == *value));
    holds(&rule.method, Some(request.method))
        && holds(&rule.path, Some(request.path))
        && holds(&rule.host, request.host)
        && headers
        && matches
}

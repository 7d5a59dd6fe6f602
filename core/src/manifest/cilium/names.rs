//! `toFQDNs`, and the names in DNS rules (`pkg/policy/api/fqdn.go`, `pkg/fqdn/matchpattern`).

use crate::domain::{Domain, DomainKind};
use crate::manifest::decode::Decoder;
use crate::manifest::tree::Node;
use crate::source::{Edit, Span};

/// The longest name or pattern.
const MAX_LENGTH: usize = 255;

/// Reads an item of `toFQDNs` or of DNS rules.
pub(super) fn read(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> Option<Domain> {
    let fields = decoder.mapping(node, what)?;
    let strange = fields.refuse_unknown(&["matchName", "matchPattern"], what, decoder);
    let (name, pattern) = (fields.entry("matchName"), fields.entry("matchPattern"));
    let ((key, value), pattern) = match (name, pattern) {
        (Some((key, _)), Some(_)) => {
            decoder.error("bad-name-pattern", key.span, format!("{what} takes matchName or matchPattern, not both."));
            return None;
        }
        (Some(entry), None) => (entry, false),
        (None, Some(entry)) => (entry, true),
        (None, None) => {
            if !strange {
                decoder.error("missing-field", fields.head(), format!("{what} needs a matchName or a matchPattern."));
            }
            return None;
        }
    };
    let field = if pattern { "matchPattern" } else { "matchName" };
    let text = decoder.string(value, field)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') || pattern && c == '*';
    let labels = text.value.strip_suffix('.').unwrap_or(&text.value);
    let problem = if text.value.len() > MAX_LENGTH {
        Some(format!("it may have at most {MAX_LENGTH} characters"))
    } else if !pattern && text.value.contains('*') {
        Some("a `*` belongs in a matchPattern".to_owned())
    } else if let Some(strange) = text.value.chars().find(|c| !allowed(*c)) {
        let what = if pattern { "letters, digits, `-`, `_`, `.` and `*`" } else { "letters, digits, `-`, `_` and `.`" };
        Some(format!("it may hold {what}, and no `{strange}`"))
    } else if labels.split('.').any(str::is_empty) {
        Some("a part between its dots is empty".to_owned())
    } else {
        None
    };
    if let Some(problem) = problem {
        let mut fix = Vec::new();
        if !pattern && text.value.contains('*') {
            fix = vec![Edit::replace(key.span.start, key.span.end, "matchPattern")];
        }
        let message = format!("`{}` is not a {field}: {problem}.", text.value);
        decoder.error("bad-name-pattern", text.span, message).fix = fix;
        return None;
    }
    Some(domain(&text.value, pattern, node.span))
}

/// What a name or pattern covers. Two stars and a dot in front are whole labels, one or more; elsewhere several stars
/// are as one (`escapeRegexpCharacters` in `pkg/fqdn/matchpattern`).
fn domain(text: &str, pattern: bool, span: Span) -> Domain {
    if !pattern {
        return Domain::new(text, DomainKind::Name, span);
    }
    let rest = text.trim_start_matches('*');
    if text.len() > rest.len() + 1 && rest.len() > 1 && rest.starts_with('.') && !rest.contains('*') {
        return Domain::new(&format!("*{rest}"), DomainKind::Suffix, span);
    }
    let mut single = String::with_capacity(text.len());
    for one in text.chars() {
        if one != '*' || !single.ends_with('*') {
            single.push(one);
        }
    }
    Domain::new(&single, DomainKind::Pattern, span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_cover_runs_without_a_dot_or_whole_labels() {
        let covers = |text: &str, name: &str| domain(text, true, Span::default()).matches(name);
        assert!(covers("*.x.io", "a.x.io") && !covers("*.x.io", "a.b.x.io") && !covers("*.x.io", "x.io"));
        assert!(covers("**.x.io", "a.x.io") && covers("**.x.io", "a.b.x.io") && !covers("**.x.io", "x.io"));
        assert!(covers("*x.io", "x.io") && covers("**x.io", "ax.io") && !covers("**x.io", "a.x.io"));
        assert!(covers("*", "a.b.c") && covers("**", "a.b.c") && covers("*.", "a.b"));
    }
}

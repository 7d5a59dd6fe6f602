//! The names that a cluster accepts: of objects, labels and ports (apimachinery `pkg/util/validation`).

/// Why `name` is not a label or annotation key (`IsQualifiedName`); `None` when it is one.
pub(crate) fn label_key_problem(name: &str) -> Option<String> {
    let (prefix, local) = match name.split_once('/') {
        Some((prefix, local)) => (Some(prefix), local),
        None => (None, name),
    };
    if let Some(prefix) = prefix
        && let Some(problem) = subdomain_problem(prefix)
    {
        return Some(format!("its prefix {problem}"));
    }
    if local.is_empty() || local.len() > 63 {
        return Some("its name part must have 1 to 63 characters".into());
    }
    (!is_label_shaped(local)).then(|| {
        "its name part may hold letters, digits, `-`, `_` and `.`, and must begin and end with a letter or digit".into()
    })
}

/// Why `value` is not a label value (`IsValidLabelValue`); `None` when it is one.
pub(crate) fn label_value_problem(value: &str) -> Option<&'static str> {
    if value.len() > 63 {
        Some("a label value has at most 63 characters")
    } else if !value.is_empty() && !is_label_shaped(value) {
        Some("a label value may hold letters, digits, `-`, `_` and `.`, and must begin and end with a letter or digit")
    } else {
        None
    }
}

/// Why `name` is not a DNS subdomain (`IsDNS1123Subdomain`), the shape of most object names.
pub(crate) fn subdomain_problem(name: &str) -> Option<&'static str> {
    if name.is_empty() || name.len() > 253 {
        return Some("must have 1 to 253 characters");
    }
    (!name.split('.').all(is_dns_label)).then_some(
        "may hold lower-case letters, digits, `-` and `.`, and each part must begin and end with a letter or digit",
    )
}

/// Why `name` is not a DNS label (`IsDNS1123Label`), the shape of namespace names.
pub(crate) fn dns_label_problem(name: &str) -> Option<&'static str> {
    if name.is_empty() || name.len() > 63 {
        return Some("must have 1 to 63 characters");
    }
    (!is_dns_label(name))
        .then_some("may hold lower-case letters, digits and `-`, and must begin and end with a letter or digit")
}

/// Why `name` is not a port name (`IsValidPortName`).
pub(crate) fn port_name_problem(name: &str) -> Option<&'static str> {
    if name.is_empty() || name.len() > 15 {
        Some("a port name has 1 to 15 characters")
    } else if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        Some("a port name may hold lower-case letters, digits and `-`")
    } else if !name.bytes().any(|b| b.is_ascii_lowercase()) {
        Some("a port name needs at least one letter; write a port number without quotes")
    } else if name.contains("--") || name.starts_with('-') || name.ends_with('-') {
        Some("a port name must not begin or end with `-`, nor hold two in a row")
    } else {
        None
    }
}

fn is_label_shaped(text: &str) -> bool {
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn is_dns_label(text: &str) -> bool {
    let edge = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let bytes = text.as_bytes();
    text.len() <= 253
        && edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_of_each_rule() {
        assert_eq!(label_key_problem("app.kubernetes.io/name"), None);
        assert!(label_key_problem("App.io/name").is_some());
        assert!(label_key_problem("a/b/c").is_some());
        assert!(label_key_problem(&"a".repeat(64)).is_some());
        assert_eq!(label_key_problem(&format!("{}/x", "a".repeat(253))), None);
        assert_eq!(label_value_problem(""), None);
        assert!(label_value_problem("-a").is_some());
        assert!(label_value_problem(&"a".repeat(64)).is_some());
        assert_eq!(port_name_problem("http-2"), None);
        for bad in ["80", "Http", "a--b", "-a", "a-", "", "abcdefghijklmnop"] {
            assert!(port_name_problem(bad).is_some(), "{bad}");
        }
        assert!(dns_label_problem("a.b").is_some());
        assert_eq!(subdomain_problem("a.b"), None);
    }
}

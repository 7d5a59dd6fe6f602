//! How findings name things: a few of many, how many there are, what a shell takes as it stands.

/// How many names of a list are given.
const NAMED: usize = 3;

/// `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`.
pub(crate) fn few<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let names: Vec<S> = names.into_iter().collect();
    let shown = if names.len() == NAMED + 1 { NAMED + 1 } else { NAMED };
    let mut parts: Vec<&str> = names.iter().take(shown).map(AsRef::as_ref).collect();
    let rest = names.len().saturating_sub(shown);
    let more = format!("{rest} more");
    if rest > 0 {
        parts.push(&more);
    }
    match parts.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// `1 pod`, `2 pods`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// `singular` of one, `plural` of more.
pub(super) fn by_count<'w>(count: usize, singular: &'w str, plural: &'w str) -> &'w str {
    if count == 1 { singular } else { plural }
}

/// `word` as a shell takes it for one word.
pub(crate) fn shell(word: &str) -> String {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '=' | ':' | ',' | '@' | '%' | '+');
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_short() {
        assert_eq!(few(["a"; 0]), "");
        assert_eq!(few(["a"]), "a");
        assert_eq!(few(["a", "b"]), "a and b");
        assert_eq!(few(["a", "b", "c", "d"]), "a, b, c and d");
        assert_eq!(few(["a", "b", "c", "d", "e"]), "a, b, c and 2 more");
    }

    #[test]
    fn a_shell_sees_one_word() {
        assert_eq!(shell("team=ops"), "team=ops");
        assert_eq!(shell("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(shell(""), "''");
    }
}

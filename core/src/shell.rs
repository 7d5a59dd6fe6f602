//! Words for a shell's command line, from texts that anybody may have written.

use std::fmt::Write;

/// `text` as one word that bash, zsh and their kin take literally. What could not be seen in it is spelled out, so that a
/// pasted line is the line that was read.
pub fn word(text: &str) -> String {
    if !text.is_empty() && !text.starts_with(['~', '=']) && text.chars().all(is_harmless) {
        return text.to_owned();
    }
    if text.chars().any(is_hidden) {
        return spelled(text);
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// What means nothing to a shell anywhere in a word, but for a `~` or a `=` at its start.
fn is_harmless(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c)
}

/// Controls, line separators, marks that turn the direction of writing, and what has no width.
fn is_hidden(c: char) -> bool {
    let ranges = [
        '\u{ad}'..='\u{ad}',
        '\u{200b}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
        '\u{feff}'..='\u{feff}',
    ];
    c.is_control() || ranges.iter().any(|range| range.contains(&c))
}

/// The form `$'…'`, in which what cannot be seen has a number.
fn spelled(text: &str) -> String {
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            _ if is_hidden(c) => drop(write!(out, "\\u{:04x}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_literally() {
        let cases = [
            ("database", "database"),
            ("app=database,tier=back", "app=database,tier=back"),
            ("team.example.com/app=a_b", "team.example.com/app=a_b"),
            ("", "''"),
            ("~root", "'~root'"),
            ("=ls", "'=ls'"),
            ("env in (a,b),!legacy", "'env in (a,b),!legacy'"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("$(rm -rf /)", "'$(rm -rf /)'"),
            ("`id`; id | id & id > f", "'`id`; id | id & id > f'"),
            ("\"$HOME\"", "'\"$HOME\"'"),
            ("a\\b", r"'a\b'"),
            ("a\nrm", r"$'a\nrm'"),
            ("it's\ta\\", r"$'it\'s\ta\\'"),
            ("a\u{1b}[2Jb", r"$'a\u001b[2Jb'"),
            ("abc\u{202e}cba", r"$'abc\u202ecba'"),
            ("a\u{200b}b", r"$'a\u200bb'"),
            ("größe", "'größe'"),
        ];
        for (text, wanted) in cases {
            assert_eq!(word(text), wanted, "{text:?}");
        }
    }
}

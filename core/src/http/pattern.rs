//! One regular expression of an HTTP rule.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use regex_lite::{Regex, RegexBuilder};

use super::re2;

/// A regular expression that Envoy would accept, matched against whole values, with regard to case and in linear time.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    /// What it is to `regex-lite`.
    translated: String,
    /// Compiled when first used: most are read and never asked, and each takes memory.
    compiled: OnceLock<Option<Regex>>,
}

/// Why a text is no regular expression that is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// What is wrong, without a full stop.
    pub message: String,
    /// The byte of the text at which it is wrong, where that can be told.
    pub offset: Option<usize>,
}

impl Pattern {
    /// Reads a regular expression in RE2's syntax, as far as Go's `regexp` has it too: Cilium checks with the one and
    /// matches with the other.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let translated = re2::translate(text)?;
        Ok(Self { text: text.to_owned(), translated, compiled: OnceLock::new() })
    }

    /// The regular expression as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it is to `regex-lite`: see [`re2::translate`].
    pub(super) fn translated(&self) -> &str {
        &self.translated
    }

    /// Whether the whole of `value` matches.
    pub fn matches(&self, value: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| {
            // The limits of `re2` are tighter than these, so that what it translates always compiles.
            let mut builder = RegexBuilder::new(&self.translated);
            builder.nest_limit(8 * re2::MAX_DEPTH as u32).size_limit(4096 * re2::MAX_SIZE).build().ok()
        });
        compiled.as_ref().is_some_and(|regex| regex.is_match(value))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl Hash for Pattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, value: &str) -> bool {
        Pattern::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {}", error.message)).matches(value)
    }

    #[track_caller]
    fn refused(pattern: &str, words: &str, offset: usize) {
        let error = Pattern::new(pattern).expect_err(pattern);
        assert!(error.message.contains(words), "{pattern}: {}", error.message);
        assert_eq!(error.offset, Some(offset), "{pattern}: {}", error.message);
    }

    #[test]
    fn the_whole_value_and_its_case_count() {
        assert!(matches("/api/v1/.*", "/api/v1/"));
        assert!(!matches("/api/v1", "/api/v1/x"));
        assert!(!matches("a|b", "ab"));
        assert!(!matches("GET", "get"));
        assert!(matches("GET|HEAD", "HEAD"));
        assert!(matches("", "") && !matches("", "x"));
        assert!(matches("^/x$", "/x"));
        assert!(!matches("/x", "/x\n"));
    }

    #[test]
    fn what_re2_reads_otherwise_than_others() {
        assert!(matches(r"\Q.*\E.", ".*x") && !matches(r"\Q.*\E", "xx"));
        assert!(matches(r"\Qa.b", "a.b"));
        assert!(matches(r"\Qab\E*", "abbb"));
        assert!(matches("a{,2}", "a{,2}") && matches("a{x", "a{x") && matches("{", "{"));
        assert!(matches("a{2}b{1,}c{0,2}", "aabbc"));
        assert!(matches(r"[[:alpha:]]+[[:^digit:]]", "ab-") && !matches("[[:alpha:]]", "1"));
        assert!(matches("[a&&b]", "&") && matches("[+--]", ",") && matches("[~~]", "~"));
        assert!(matches("[]a]+", "]a") && matches("[^]a]", "b") && matches("[[a]", "["));
        assert!(matches(r"[\d-z]+", "1-z") && matches("[a-]", "-"));
        assert!(matches(r"\x41\x{42}\103\_\<", "ABC_<"));
        assert!(!matches(r"\s", "\u{b}") && matches(r"[[:space:]]", "\u{b}") && matches(r"\S", "\u{b}"));
        assert!(matches(r"\w+\W\D", "a_1-x") && !matches(r"\w", "é"));
        assert!(matches(r"\Aab\z", "ab") && matches(r"\bab\b", "ab") && matches(r"a\Bb", "ab"));
        assert!(matches("(?P<n>a)(?<m>b)(?:c)", "abc"));
        assert!(matches("a*?b+?c??", "ab"));
        assert!(matches(".", "é") && !matches(".", "\n") && matches("(?s).", "\n"));
        assert!(matches("(?m)^a$\n^b$", "a\nb"));
        assert!(matches("(|a)(b|)", "ab") && matches("()", ""));
    }

    #[test]
    fn flags_hold_to_the_end_of_their_group() {
        assert!(matches("(?i)get|head", "HeAd"));
        assert!(matches("(a(?i)b)c", "aBc") && !matches("(a(?i)b)c", "aBC"));
        assert!(matches("(?i:a)b", "Ab") && !matches("(?i:a)b", "AB"));
        assert!(matches("(?i)a(?-i)b", "Ab") && !matches("(?i)a(?-i)b", "aB"));
        assert!(matches("(?i)[^x]", "y") && !matches("(?i)[^x]", "X"));
        assert!(!matches("(?i)[[:^upper:]]", "a") && matches("(?i)[[:upper:]]", "a"));
        assert!(matches("(?U)a+(?i-s:B)", "ab"));
        assert!(matches("(?i)É", "é"));
    }

    #[test]
    fn what_is_refused_says_where() {
        refused("a(?=b)", "look-ahead", 1);
        refused("a(?!b)", "look-ahead", 1);
        refused("(?<=a)b", "look-behind", 0);
        refused("(?<!a)b", "look-behind", 0);
        refused(r"(a)\1", "back-reference", 3);
        refused("(?P<a>b)(?P=a)", "back-reference", 8);
        refused(r"x\pL", "not supported here", 1);
        refused(r"[\p{Greek}]", "not supported here", 1);
        refused(r"a\C", r"\C", 1);
        refused(r"a\Z", r"\Z", 1);
        refused("a**", "two repetitions", 2);
        refused("a*+", "possessive", 2);
        refused("*a", "nothing in front", 0);
        refused("(+a)", "nothing in front", 1);
        refused("a{1001}", "1000", 1);
        refused("(a{100}){11}", "1000", 8);
        refused("a{3,2}", "larger", 1);
        refused("(a", "never closed", 0);
        refused("a)", "opens", 1);
        refused("[a", "never closed", 0);
        refused("[z-a]", "backwards", 1);
        refused("[a--z]", "backwards", 1);
        refused("[[:letter:]]", "[:letter:]", 1);
        refused(r"[\b]", r"\b", 1);
        refused("(?x)a b", "flag", 2);
        refused("(?>a)", "(?>", 0);
        refused("(?#a)", "(?#", 0);
        refused("(?i", "never closed", 0);
        refused("(?P<1-2>a)", "name", 0);
        refused("(?P<n>a)(?<n>b)", "twice", 8);
        refused("a\\", "ends", 1);
        refused(r"\q", r"\q", 0);
        refused(r"\x{110000}", r"\x", 0);
        refused(&"(".repeat(100), "deep", re2::MAX_DEPTH);
        refused(&".{1000}".repeat(50), "large", 7 * (re2::MAX_SIZE / 1000 - 1) + 1);
    }

    #[test]
    fn what_is_translated_compiles() {
        let deep = format!("{}a{}", "(?:x*|(".repeat(re2::MAX_DEPTH / 2), "))+".repeat(re2::MAX_DEPTH / 2));
        let wide = format!("[{}]{{1000}}", (0..500).map(|n| char::from_u32(1000 + 2 * n).unwrap()).collect::<String>());
        for text in [deep.as_str(), "(a{10}){100}", ".{1000}", "(((a{0}){0})*)*", "(?i)[k-s]{1000}", wide.as_str()] {
            match Pattern::new(text) {
                Ok(pattern) => {
                    pattern.matches("a");
                    assert!(pattern.compiled.get().unwrap().is_some(), "{text}");
                }
                Err(error) => assert!(error.message.contains("large"), "{text}: {}", error.message),
            }
        }
    }
}

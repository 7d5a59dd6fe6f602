//! What is wrong with a selector, where in its text, and what was probably meant.

use super::parser::is_key_char;
use crate::manifest::suggest;

/// What is wrong with a selector.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// One sentence.
    pub(crate) message: String,
    /// The first byte of the selector's value that is wrong.
    pub(crate) start: usize,
    /// One past the last.
    pub(crate) end: usize,
    /// What to do.
    pub(crate) help: Option<String>,
    /// What would mend it: put the text in the place of these bytes.
    pub(crate) fix: Option<(usize, usize, String)>,
}

impl Trouble {
    pub(super) fn new(start: usize, end: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), start, end, help: None, fix: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn fix(mut self, start: usize, end: usize, insert: impl Into<String>) -> Self {
        self.fix = Some((start, end, insert.into()));
        self
    }
}

const OPERATORS: &[&str] = &["in", "not in", "contains", "starts with", "ends with"];
const COMPARES: &str = "A comparison reads `key == 'value'`.";

/// Something stands behind a selector that was complete.
pub(super) fn left_over(text: &str, at: usize) -> Trouble {
    let rest = text.get(at..).unwrap_or_default();
    let word = word(rest);
    if let Some(joint) = joint(word) {
        let message = format!("`{word}` is written `{joint}` in a selector.");
        return Trouble::new(at, at + word.len(), message).fix(at, at + word.len(), joint);
    }
    if let Some(trouble) = slip(text, at) {
        return trouble;
    }
    if rest.starts_with(',') {
        return Trouble::new(at, at + 1, "Conditions are joined by `&&` in a selector, not by a comma.").fix(
            at,
            at + 1,
            " &&",
        );
    }
    if rest.starts_with(')') {
        return Trouble::new(at, at + 1, "This `)` has no opening `(`.");
    }
    if rest.starts_with("==") || rest.starts_with("!=") {
        return Trouble::new(at, at + 2, "There is no label key before this operator.").help(COMPARES);
    }
    let end = at + word.len().max(first_len(rest));
    Trouble::new(at, end, "`&&` or `||` is missing before this part of the selector.")
}

/// Where a condition should begin, something else stands, or nothing.
pub(super) fn no_operand(text: &str, at: usize) -> Trouble {
    let rest = text.get(at..).unwrap_or_default();
    if rest.is_empty() {
        let before = text.get(..at).unwrap_or_default().trim_end();
        let start = before.len() - before.chars().rev().take_while(|c| matches!(c, '&' | '|' | '!' | '(')).count();
        return Trouble::new(start, before.len(), "The selector ends here, where another condition should follow.");
    }
    if rest.starts_with(['\'', '"']) {
        return unquote(rest, at).help(COMPARES);
    }
    if let Some(trouble) = slip(text, at) {
        return trouble;
    }
    let len = first_len(rest);
    let found = rest.get(..len).unwrap_or_default();
    Trouble::new(at, at + len, format!("A condition should begin here, and `{found}` cannot begin one."))
        .help("A condition reads `key == 'value'`, `has(key)` or `all()`.")
}

/// `has(` is not followed by a key.
pub(super) fn no_key(text: &str, at: usize) -> Trouble {
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with(['\'', '"']) {
        return unquote(rest, at);
    }
    let (start, end) = if rest.is_empty() { (0, text.len()) } else { (at, at + first_len(rest)) };
    Trouble::new(start, end, "A label's key should stand here.").help("`has(key)` asks whether a label is there.")
}

/// No operator follows the key that stands at `key..key_end`; `at` is what does.
pub(super) fn no_operator(text: &str, key: usize, key_end: usize, at: usize) -> Trouble {
    let name = text.get(key..key_end).unwrap_or_default();
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with('(') {
        return call(name, key, key_end, at);
    }
    if name.eq_ignore_ascii_case("not") {
        let message = format!("`{name}` is written `!` in a selector.");
        return Trouble::new(key, key_end, message).fix(key, at, "!");
    }
    if let Some(joint) = joint(name) {
        let message = format!("`{name}` cannot begin a condition; if it joins two, it is written `{joint}`.");
        return Trouble::new(key, key_end, message);
    }
    if let Some(trouble) = slip(text, at) {
        return trouble;
    }
    let word = word(rest);
    if !word.is_empty() && joint(word).is_none() {
        let near = suggest::nearest(word, OPERATORS);
        let hint = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean `{near}`?"));
        let trouble = Trouble::new(at, at + word.len(), format!("`{word}` is not an operator{hint}"));
        return match near {
            Some(near) => trouble.fix(at, at + word.len(), near),
            None => {
                trouble.help("The operators are `==`, `!=`, `in`, `not in`, `contains`, `starts with`, `ends with`.")
            }
        };
    }
    let functions = ["all", "global"];
    if let Some(function) = functions.into_iter().find(|function| *function == name) {
        let call = format!("{function}()");
        return Trouble::new(key, key_end, format!("This is a function: write `{call}`.")).fix(key, key_end, call);
    }
    Trouble::new(key, key_end, format!("An operator and a value should follow the key `{name}`."))
        .help(format!("Write `{name} == 'value'`, or `has({name})` if the label only has to be there."))
        .fix(key, key_end, format!("has({name})"))
}

/// A name that is no function, or one with a blank behind it, before a `(`.
fn call(name: &str, key: usize, key_end: usize, at: usize) -> Trouble {
    let functions = ["has", "all", "global"];
    if functions.contains(&name) {
        return Trouble::new(key, at + 1, format!("No blank may stand between `{name}` and `(`.")).fix(key_end, at, "");
    }
    let near = match name.to_lowercase().as_str() {
        "exists" | "exist" | "haslabel" => Some("has"),
        "any" | "everything" => Some("all"),
        _ => suggest::nearest(name, &functions),
    };
    match near {
        Some(near) => {
            Trouble::new(key, key_end, format!("A selector has no function `{name}`; did you mean `{near}`?"))
                .fix(key, key_end, near)
        }
        None => Trouble::new(key, key_end, format!("A selector has no function `{name}`."))
            .help("Its functions are `has(key)`, `all()` and `global()`."),
    }
}

/// No quoted value where one should stand.
pub(super) fn no_value(text: &str, at: usize) -> Trouble {
    let rest = text.get(at..).unwrap_or_default();
    let word = word(rest);
    if !word.is_empty() {
        let message = format!("A value stands in quotes: `'{word}'`.");
        return Trouble::new(at, at + word.len(), message).fix(at, at + word.len(), format!("'{word}'"));
    }
    if rest.is_empty() {
        let before = text.trim_end().len();
        let start = before.saturating_sub(last_word(text.trim_end()));
        return Trouble::new(start, before, "The selector ends here, where a value in quotes should follow.");
    }
    if rest.starts_with('{') {
        return Trouble::new(
            at,
            at + 1,
            "Here one value in quotes is due; a set in braces goes with `in` or `not in`.",
        );
    }
    let plain = slip(text, at).filter(|trouble| trouble.fix.is_none());
    plain.unwrap_or_else(|| Trouble::new(at, at + first_len(rest), "A value in quotes should stand here."))
}

/// No `{` behind `in` or `not in`.
pub(super) fn no_set(text: &str, at: usize) -> Trouble {
    let rest = text.get(at..).unwrap_or_default();
    let len = first_len(rest);
    let start = if rest.is_empty() { text.trim_end().len().saturating_sub(last_word(text.trim_end())) } else { at };
    let end = if rest.is_empty() { text.trim_end().len() } else { at + len };
    Trouble::new(start, end, "The values of `in` and `not in` stand in braces: `{'a', 'b'}`.")
}

/// The set that opens at `start` goes on neither with a comma nor with `}` at `at`.
pub(super) fn unclosed_set(text: &str, start: usize, at: usize) -> Trouble {
    let rest = text.get(at..).unwrap_or_default();
    if rest.is_empty() {
        return Trouble::new(start, start + 1, "This set has no closing `}`.");
    }
    Trouble::new(at, at + first_len(rest), "A comma or a closing `}` is missing before this.")
}

/// The parenthesis that opens at `start` is not closed at `at`.
pub(super) fn unclosed(text: &str, start: usize, at: usize) -> Trouble {
    if text.get(at..).unwrap_or_default().is_empty() {
        return Trouble::new(start, start + 1, "This `(` has no closing `)`.");
    }
    left_over(text, at)
}

/// The call of `name` that opens at `start` is not closed at `at`.
pub(super) fn unclosed_call(text: &str, start: usize, at: usize, name: &str) -> Trouble {
    let rest = text.get(at..).unwrap_or_default();
    if rest.is_empty() {
        return Trouble::new(start, text.trim_end().len(), format!("This `{name}(` has no closing `)`."));
    }
    let takes = if name == "has" { "one label's key" } else { "nothing" };
    Trouble::new(at, at + first_len(rest), format!("`{name}()` takes {takes} between its parentheses."))
}

/// A slip that a character alone shows, wherever an operator could stand.
fn slip(text: &str, at: usize) -> Option<Trouble> {
    let rest = text.get(at..).unwrap_or_default();
    let c = rest.chars().next()?;
    let one = |message: &str| Trouble::new(at, at + c.len_utf8(), message);
    let doubled = |sign: &str, message: &str| one(message).fix(at, at + 1, sign);
    match c {
        '=' if !rest.starts_with("==") => Some(doubled("==", "In a selector, equality is written `==`.")),
        '&' if !rest.starts_with("&&") => Some(doubled("&&", "In a selector, “and” is written `&&`.")),
        '|' if !rest.starts_with("||") => Some(doubled("||", "In a selector, “or” is written `||`.")),
        '\n' | '\r' => Some(
            one("A selector is one line: Calico refuses the line break here.")
                .help("Under `>-` the lines of a text are joined, and no line break is left at its end."),
        ),
        '‘' | '’' | '“' | '”' | '`' | '´' => {
            Some(one("Values stand in plain quotes, `'` or `\"`; this is another character."))
        }
        _ => None,
    }
}

/// A key in quotes, at the beginning of `rest`.
fn unquote(rest: &str, at: usize) -> Trouble {
    let quote = rest.chars().next().unwrap_or_default();
    let inner = rest.get(1..).and_then(|rest| rest.split_once(quote)).map(|(inner, _)| inner);
    let len = inner.map_or(1, |inner| inner.len() + 2);
    let trouble = Trouble::new(at, at + len, "A label's key stands without quotes; only values have them.");
    match inner.filter(|inner| !inner.is_empty() && inner.chars().all(is_key_char)) {
        Some(inner) => trouble.fix(at, at + len, inner),
        None => trouble,
    }
}

fn joint(word: &str) -> Option<&'static str> {
    match word.to_lowercase().as_str() {
        "and" => Some("&&"),
        "or" => Some("||"),
        _ => None,
    }
}

/// The word that `rest` begins with.
fn word(rest: &str) -> &str {
    let len = rest.len() - rest.trim_start_matches(is_key_char).len();
    rest.get(..len).unwrap_or_default()
}

/// How long the last run without a blank is.
fn last_word(text: &str) -> usize {
    text.len() - text.rfind([' ', '\t']).map_or(0, |at| at + 1)
}

fn first_len(rest: &str) -> usize {
    rest.chars().next().map_or(0, char::len_utf8)
}

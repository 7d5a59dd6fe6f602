//! From a selector's text to its parts. `||` binds loosest, then `&&`, then `!` (libcalico-go `lib/selector/parser`,
//! `lib/selector/tokenizer`).

use super::trouble::{self, Trouble};
use super::{Expr, ExprKind, Selector, Test};
use crate::manifest::inside::Inside;
use crate::source::Span;

/// How deep parentheses may nest; the API knows no limit, and nobody comes near.
const MAX_DEPTH: usize = 50;
/// How long a label's key may be.
const MAX_KEY: usize = 512;

/// Reads the selector `text`, whose bytes stand where `inside` says; `span` is its whole value.
pub(crate) fn parse(text: &str, inside: &Inside, span: Span) -> Result<Selector, Trouble> {
    let mut parser = Parser { text, at: 0, depth: 0, inside };
    parser.skip_blanks();
    if parser.rest().is_empty() {
        return Ok(Selector { root: Expr { kind: ExprKind::All, span }, span });
    }
    let root = parser.any_of()?;
    parser.skip_blanks();
    if parser.rest().is_empty() { Ok(Selector { root, span }) } else { Err(trouble::left_over(text, parser.at)) }
}

struct Parser<'p> {
    text: &'p str,
    at: usize,
    depth: usize,
    inside: &'p Inside,
}

impl<'p> Parser<'p> {
    fn rest(&self) -> &'p str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Blanks and tabs only: a line end is an error upstream too.
    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    /// Takes a word that ends where it ends: `in`, but not the `in` of `inside`.
    fn eat_word(&mut self, word: &str) -> bool {
        let whole = self.rest().strip_prefix(word).is_some_and(|rest| !rest.starts_with(is_key_char));
        whole && self.eat(word)
    }

    /// Takes two words with any blanks between them, or none.
    fn eat_words(&mut self, first: &str, second: &str) -> bool {
        let before = self.at;
        if self.eat(first) {
            self.skip_blanks();
            if self.eat_word(second) {
                return true;
            }
        }
        self.at = before;
        false
    }

    fn expr(&self, kind: ExprKind, start: usize) -> Expr {
        Expr { kind, span: self.inside.span(start, self.at) }
    }

    fn any_of(&mut self) -> Result<Expr, Trouble> {
        self.joined("||", Self::all_of, ExprKind::Or)
    }

    fn all_of(&mut self) -> Result<Expr, Trouble> {
        self.joined("&&", Self::operand, ExprKind::And)
    }

    fn joined(
        &mut self,
        joint: &str,
        part: fn(&mut Self) -> Result<Expr, Trouble>,
        join: fn(Vec<Expr>) -> ExprKind,
    ) -> Result<Expr, Trouble> {
        let first = part(self)?;
        let mut more = Vec::new();
        loop {
            let before = self.at;
            self.skip_blanks();
            if !self.eat(joint) {
                self.at = before;
                break;
            }
            more.push(part(self)?);
        }
        let Some(last) = more.last() else { return Ok(first) };
        let span = first.span.to(last.span);
        let mut parts = vec![first];
        parts.append(&mut more);
        Ok(Expr { kind: join(parts), span })
    }

    fn operand(&mut self) -> Result<Expr, Trouble> {
        self.skip_blanks();
        let start = self.at;
        let (mut negated, mut signs) = (false, 0);
        while self.rest().starts_with('!') && !self.rest().starts_with("!=") {
            self.at += 1;
            negated = !negated;
            signs += 1;
            self.skip_blanks();
        }
        let mut inner = self.primary()?;
        if signs > 0 {
            let span = self.inside.span(start, self.at);
            if negated {
                inner = Expr { kind: ExprKind::Not(Box::new(inner)), span };
            } else {
                inner.span = span;
            }
        }
        Ok(inner)
    }

    fn primary(&mut self) -> Result<Expr, Trouble> {
        let start = self.at;
        if self.eat("(") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(Trouble::new(
                    start,
                    start + 1,
                    format!("Parentheses nest more than {MAX_DEPTH} levels deep here."),
                ));
            }
            let mut inner = self.any_of()?;
            self.skip_blanks();
            if !self.eat(")") {
                return Err(trouble::unclosed(self.text, start, self.at));
            }
            self.depth -= 1;
            inner.span = self.inside.span(start, self.at);
            return Ok(inner);
        }
        if self.eat("has(") {
            self.skip_blanks();
            let key = self.key()?;
            self.skip_blanks();
            if !self.eat(")") {
                return Err(trouble::unclosed_call(self.text, start, self.at, "has"));
            }
            return Ok(self.expr(ExprKind::Label { key, test: Test::Present }, start));
        }
        for (name, kind) in [("all", ExprKind::All), ("global", ExprKind::Global)] {
            if self.rest().strip_prefix(name).is_some_and(|rest| rest.starts_with('(')) {
                self.at += name.len() + 1;
                self.skip_blanks();
                if !self.eat(")") {
                    return Err(trouble::unclosed_call(self.text, start, self.at, name));
                }
                return Ok(self.expr(kind, start));
            }
        }
        if !self.rest().starts_with(is_key_char) {
            return Err(trouble::no_operand(self.text, start));
        }
        let key = self.key()?;
        let test = self.test(start)?;
        Ok(self.expr(ExprKind::Label { key, test }, start))
    }

    fn key(&mut self) -> Result<String, Trouble> {
        let rest = self.rest();
        let len = rest.len() - rest.trim_start_matches(is_key_char).len();
        let key = rest.get(..len).unwrap_or_default();
        if key.is_empty() {
            return Err(trouble::no_key(self.text, self.at));
        }
        if key.len() > MAX_KEY {
            let message = format!("A label's key has at most {MAX_KEY} characters.");
            return Err(Trouble::new(self.at, self.at + len, message));
        }
        self.at += len;
        Ok(key.to_owned())
    }

    /// The operator behind a key, which begins at `key`, and its value.
    fn test(&mut self, key: usize) -> Result<Test, Trouble> {
        let key_end = self.at;
        self.skip_blanks();
        type With = fn(String) -> Test;
        let one: Option<With> = if self.eat("==") {
            Some(Test::Equals)
        } else if self.eat("!=") {
            Some(Test::Differs)
        } else if self.eat_word("contains") {
            Some(Test::Contains)
        } else if self.eat_words("starts", "with") {
            Some(Test::StartsWith)
        } else if self.eat_words("ends", "with") {
            Some(Test::EndsWith)
        } else {
            None
        };
        if let Some(test) = one {
            self.skip_blanks();
            return self.value().map(test);
        }
        if self.eat_words("not", "in") {
            return self.set().map(Test::NotIn);
        }
        if self.eat_word("in") {
            return self.set().map(Test::In);
        }
        Err(trouble::no_operator(self.text, key, key_end, self.at))
    }

    fn value(&mut self) -> Result<String, Trouble> {
        let start = self.at;
        let Some(quote) = ["'", "\""].into_iter().find(|quote| self.rest().starts_with(quote)) else {
            return Err(trouble::no_value(self.text, start));
        };
        self.at += 1;
        let Some(len) = self.rest().find(quote) else {
            let message = "This value has no closing quote.";
            return Err(Trouble::new(start, self.text.len(), message));
        };
        let value = self.rest().get(..len).unwrap_or_default().to_owned();
        self.at += len + 1;
        Ok(value)
    }

    fn set(&mut self) -> Result<Vec<String>, Trouble> {
        self.skip_blanks();
        let start = self.at;
        if !self.eat("{") {
            return Err(trouble::no_set(self.text, start));
        }
        let mut values = Vec::new();
        loop {
            self.skip_blanks();
            if self.eat("}") {
                return Ok(values);
            }
            values.push(self.value()?);
            self.skip_blanks();
            if !self.eat(",") && !self.rest().starts_with('}') {
                return Err(trouble::unclosed_set(self.text, start, self.at));
            }
        }
    }
}

/// Whether a label's key may hold `c`.
pub(super) fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-')
}

#[cfg(test)]
mod tests {
    use super::super::Expr;
    use super::*;

    fn read(text: &str) -> Result<Selector, Trouble> {
        parse(text, &Inside::itself(text), Span::new(0, text.len()))
    }

    #[track_caller]
    fn says(text: &str, canonical: &str) {
        let selector = read(text).map_err(|trouble| trouble.message).unwrap();
        assert_eq!(selector.to_string(), canonical, "{text}");
        assert_eq!(read(canonical).unwrap().to_string(), canonical, "the spelling is stable");
    }

    #[track_caller]
    fn fails(text: &str, words: &str, shown: &str) {
        let trouble = read(text).expect_err(text);
        assert!(trouble.message.contains(words), "{text}: {}", trouble.message);
        assert_eq!(text.get(trouble.start..trouble.end), Some(shown), "{text}: {}", trouble.message);
    }

    #[track_caller]
    fn mends(text: &str, mended: &str) {
        let (start, end, insert) = read(text).expect_err(text).fix.expect("there is a fix");
        assert_eq!(format!("{}{insert}{}", &text[..start], &text[end..]), mended);
    }

    #[test]
    fn every_operator_is_read() {
        says("all( )", "all()");
        says("has( app.kubernetes.io/name )", "has(app.kubernetes.io/name)");
        says("a==\"b\"", "a == 'b'");
        says("a  !=  'b'", "a != 'b'");
        says("a in{'b',\"c\",}", "a in {'b', 'c'}");
        says("a notin {}", "a not in {}");
        says("a not\t in {'x y'}", "a not in {'x y'}");
        says("a contains'b' && a startswith 'b' && a ends  with \"it's\"", {
            "a contains 'b' && a starts with 'b' && a ends with \"it's\""
        });
        says("in in {'in'} || has == 'all' || all != 'x'", "in in {'in'} || has == 'all' || all != 'x'");
    }

    #[test]
    fn and_binds_tighter_than_or_and_not_tightest() {
        says("has(a) || has(b) && !has(c)", "has(a) || (has(b) && !has(c))");
        says("!a == 'b' && !!has(c)", "!(a == 'b') && has(c)");
        says("!(has(a) || has(b))", "!(has(a) || has(b))");
        says("((has(a)))", "has(a)");
    }

    #[test]
    fn a_missing_label_differs_from_everything() {
        let labels = [("app", "web"), ("env", "prod-eu")];
        let look = |key: &str| labels.iter().find(|(k, _)| *k == key).map(|(_, v)| *v);
        for text in [
            "all()",
            "has(app)",
            "!has(x)",
            "app == 'web'",
            "x != 'web'",
            "x not in {'web'}",
            "app in {'db', 'web'}",
            "env starts with 'prod'",
            "env ends with '-eu'",
            "env contains 'od-'",
            "x == '1' || app == 'web' && has(env)",
        ] {
            assert!(read(text).unwrap().matches(look), "{text}");
        }
        for text in ["app == 'Web'", "x == ''", "x contains ''", "app in {}", "app != 'web'", "!all()", "has(App)"] {
            assert!(!read(text).unwrap().matches(look), "{text}");
        }
    }

    #[test]
    fn parts_know_their_places() {
        let text = "has(a) && (b == 'c' || !has(d)) && !e in {'f'}";
        let selector = read(text).unwrap();
        let shown: Vec<&str> = selector.terms().iter().map(|term| &text[term.span.range()]).collect();
        assert_eq!(shown, ["has(a)", "(b == 'c' || !has(d))", "!e in {'f'}"]);
        assert_eq!(selector.keys().collect::<Vec<_>>(), ["a", "b", "d", "e"]);
        let nested = read("(has(a) && has(b)) && has(c)").unwrap();
        assert_eq!(nested.terms().into_iter().map(Expr::to_string).collect::<Vec<_>>(), ["has(a)", "has(b)", "has(c)"]);
    }

    #[test]
    fn slips_are_named_where_they_stand() {
        fails("app = 'web'", "`==`", "=");
        mends("app = 'web'", "app == 'web'");
        fails("app === 'web'", "value", "=");
        fails("has(a) & has(b)", "`&&`", "&");
        mends("has(a) | has(b)", "has(a) || has(b)");
        fails("a == 'b' and has(c)", "`&&`", "and");
        mends("a == 'b' OR has(c)", "a == 'b' || has(c)");
        fails("not has(c)", "`!`", "not");
        fails("app == web", "quotes", "web");
        mends("app == web", "app == 'web'");
        fails("app == 'web", "closing quote", "'web");
        fails("app in ('a')", "braces", "(");
        fails("app in {'a' 'b'}", "comma", "'");
        fails("app in {'a'", "closing `}`", "{");
        fails("(has(a)", "closing `)`", "(");
        fails("has(a))", "opening", ")");
        fails("hass(a)", "did you mean `has`", "hass");
        mends("All()", "all()");
        fails("has (a)", "blank", "has (");
        mends("has (a)", "has(a)");
        fails("has('a')", "without quotes", "'a'");
        fails("all", "all()", "all");
        mends("app", "has(app)");
        fails("a startsWith 'b'", "did you mean `starts with`", "startsWith");
        fails("a == 'b', c == 'd'", "`&&`", ",");
        fails("a == 'b' c == 'd'", "`&&` or `||`", "c");
        fails("a == 'b' &&", "ends", "&&");
        fails("'app' == 'web'", "without quotes", "'app'");
        fails("app == ‘web’", "plain", "‘");
        assert!(read("").is_ok_and(|selector| selector.is_all()));
    }

    #[test]
    fn towers_of_parentheses_are_refused() {
        let tower = format!("{}has(a){}", "(".repeat(100_000), ")".repeat(100_000));
        let flat = vec!["has(a)"; 20_000].join(" && ");
        assert!(read(&tower).is_err_and(|trouble| trouble.message.contains("deep")));
        assert!(read(&flat).is_ok_and(|selector| selector.terms().len() == 20_000));
        assert!(read(&"!".repeat(100_001)).is_err());
    }
}

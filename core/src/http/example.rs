//! Values that a regular expression matches, for people to look at: made up from the expression, then checked with it.

use super::pattern::Pattern;

/// How many different values are kept of each part of an expression.
const MOST: usize = 6;
/// How long a value may grow.
const LONGEST: usize = 120;

/// What the value stands for, which says what looks natural in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A method.
    Method,
    /// A path.
    Path,
    /// A host.
    Host,
}

/// A few values that `pattern` matches, the most natural first; none where nothing was found.
pub(super) fn examples(pattern: &Pattern, role: Role) -> Vec<String> {
    let mut maker = Maker { rest: pattern.translated(), role };
    let mut found = maker.alternation("");
    found.retain(|value| pattern.matches(value));
    found
}

/// Reads what `re2` writes for `regex-lite`, and makes up values as it goes.
struct Maker<'t> {
    rest: &'t str,
    role: Role,
}

/// What one repetition repeats.
enum Atom {
    /// One of these characters.
    Class { ranges: Vec<(u32, u32)>, negated: bool },
    /// Something with values of its own.
    Values(Vec<String>),
}

impl Maker<'_> {
    fn take(&mut self, prefix: &str) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        self.rest = self.rest.get(next.len_utf8()..).unwrap_or_default();
        Some(next)
    }

    /// Values of what stands up to the end of the group, to be put behind `before`. Groups are nested no deeper than `re2`
    /// lets them be.
    fn alternation(&mut self, before: &str) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            all.extend(self.sequence(before));
            if !self.take("|") {
                break;
            }
        }
        keep(all)
    }

    fn sequence(&mut self, before: &str) -> Vec<String> {
        let mut so_far = vec![String::new()];
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let first = format!("{before}{}", so_far.first().map_or("", String::as_str));
            let Some(atom) = self.atom(&first) else { break };
            let values = self.repeated(atom, &first);
            let joined = so_far.iter().flat_map(|one| values.iter().map(move |value| format!("{one}{value}")));
            so_far = keep(joined.collect());
        }
        so_far
    }

    fn atom(&mut self, before: &str) -> Option<Atom> {
        const POSITIONS: [&str; 6] = [r"\A", r"\z", r"\B", r"(?:\b)", "(?m:^)", "(?m:$)"];
        if POSITIONS.into_iter().any(|position| self.take(position)) {
            return Some(Atom::Values(vec![String::new()]));
        }
        if self.take("(?s:.)") || self.take(".") {
            return Some(Atom::Class { ranges: vec![(0x0a, 0x0a)], negated: true });
        }
        if self.take("(?:") {
            let values = self.alternation(before);
            self.take(")");
            return Some(Atom::Values(values));
        }
        if self.take("[") {
            let negated = self.take("^");
            let mut ranges = Vec::new();
            while !self.take("]") {
                let first = self.code()?;
                self.take("-");
                ranges.push((first, self.code()?));
            }
            return Some(Atom::Class { ranges, negated });
        }
        let literal = if self.rest.starts_with('\\') { char::from_u32(self.code()?)? } else { self.next()? };
        Some(Atom::Values(vec![literal.to_string()]))
    }

    /// A code point that is written `\x{2f}`.
    fn code(&mut self) -> Option<u32> {
        let digits = self.rest.strip_prefix(r"\x{")?.split('}').next()?;
        self.rest = self.rest.get(digits.len() + 4..)?;
        u32::from_str_radix(digits, 16).ok()
    }

    fn repeated(&mut self, atom: Atom, before: &str) -> Vec<String> {
        let (least, most) = match self.rest.chars().next() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => self.counts().unwrap_or((1, Some(1))),
            _ => {
                return match atom {
                    Atom::Class { ranges, negated } => self.run(&ranges, negated, before, (1, Some(1))),
                    Atom::Values(values) => values,
                };
            }
        };
        self.next();
        match atom {
            Atom::Class { ranges, negated } => self.run(&ranges, negated, before, (least, most)),
            Atom::Values(values) => {
                let times = |times: usize| values.iter().map(move |value| value.repeat(times.min(LONGEST)));
                let once = (most != Some(0)).then(|| times(least.max(1))).into_iter().flatten();
                let none = (least == 0).then(String::new);
                keep(once.chain(none).collect())
            }
        }
    }

    /// The counts of `{2,3}`, all but its last character taken.
    fn counts(&mut self) -> Option<(usize, Option<usize>)> {
        let inner = self.rest.strip_prefix('{')?.split('}').next()?;
        let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
        self.rest = self.rest.get(inner.len() + 1..)?;
        let most = if most.is_empty() { None } else { Some(most.parse().ok()?) };
        Some((least.parse().ok()?, most))
    }

    /// Characters of a class, as a word where it takes one.
    fn run(
        &self,
        ranges: &[(u32, u32)],
        negated: bool,
        before: &str,
        (least, most): (usize, Option<usize>),
    ) -> Vec<String> {
        let holds = |one: char| {
            let code = u32::from(one);
            ranges.iter().any(|(first, last)| *first <= code && code <= *last) != negated
        };
        let words: &[&str] = match self.role {
            Role::Method => &["GET", "POST"],
            Role::Path if before.is_empty() => &["/items", "/", "items"],
            Role::Path if before.ends_with(['/', '=', '-', '_', '.']) => &["items", "42", "a1"],
            Role::Path => &["/items", "items", "42", "s"],
            Role::Host => &["www", "shop", "80"],
        };
        let fits = |word: &str| {
            let length = word.chars().count();
            word.chars().all(holds) && least <= length && most.is_none_or(|most| length <= most)
        };
        let mut out: Vec<String> = words.iter().filter(|word| fits(word)).map(|word| (*word).to_owned()).collect();
        let familiar = ('a'..='z').chain('0'..='9').chain('A'..='Z').chain("/-_.".chars());
        let unusual = ranges.iter().filter(|_| !negated).filter_map(|(first, _)| char::from_u32(*first));
        let one = familiar.chain(' '..='~').chain(unusual).find(|one| holds(*one));
        if let Some(one) = one
            && least <= LONGEST
            && most != Some(0)
        {
            out.push(one.to_string().repeat(least.max(1)));
        }
        if least == 0 {
            out.push(String::new());
        }
        keep(out)
    }
}

/// The first few different ones.
fn keep(values: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values {
        if kept.len() < MOST && value.len() <= LONGEST && !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, role: Role, first: &str) {
        let found = examples(&Pattern::new(text).unwrap(), role);
        assert_eq!(found.first().map(String::as_str), Some(first), "{text}: {found:?}");
    }

    #[test]
    fn values_look_natural() {
        for (text, first) in [
            ("/api/v1/.*", "/api/v1/items"),
            ("/api/v1.*", "/api/v1/items"),
            ("/users/[0-9]+", "/users/42"),
            (r"/users/\d{4}", "/users/0000"),
            ("/users/[^/]+/posts", "/users/items/posts"),
            (".*", "/items"),
            (r"/static/.*\.png", "/static/items.png"),
            ("/(public|private)/?", "/public/"),
            ("^/x$", "/x"),
            ("/a(b{2}){2}", "/abbbb"),
            ("(?i)/X", "/x"),
        ] {
            check(text, Role::Path, first);
        }
        check("GET|HEAD", Role::Method, "GET");
        check("P.*", Role::Method, "PGET");
        check(r".*\.example\.com", Role::Host, "www.example.com");
        check("shop(:80)?", Role::Host, "shop:80");
    }

    #[test]
    fn what_nothing_matches_has_no_value() {
        assert_eq!(examples(&Pattern::new("a$b").unwrap(), Role::Path), Vec::<String>::new());
        assert_eq!(examples(&Pattern::new("(x{1000})").unwrap(), Role::Path), Vec::<String>::new());
    }
}

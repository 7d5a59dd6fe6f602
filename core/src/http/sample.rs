//! Values that HTTP rules would admit, to show and to ask with.

use super::{HeaderValue, HttpRule, Pattern, Request, TextMatch};

/// Groups within groups past this depth have no sample.
const DEPTH: usize = 24;
/// As often as this a part is repeated, however often a pattern wants it.
const REPEATS: usize = 32;
/// What a run of any characters is shown as.
const ANYTHING: &str = "items";

impl HttpRule {
    /// A request that it admits, if one is easily found. What the rule leaves open is as simple as can be: `GET /`.
    pub fn sample(&self) -> Option<Request> {
        let of = |list: &[TextMatch], open: &str| match list {
            [] => Some(open.to_owned()),
            list => list.iter().find_map(TextMatch::sample),
        };
        let value = |value: &HeaderValue| match value {
            HeaderValue::Present => Some("1".to_owned()),
            HeaderValue::Exact(text) => Some(text.clone()),
            HeaderValue::Secret(_) => None,
        };
        let wanted = self.headers.iter().filter(|header| header.mismatch.is_none());
        let headers = wanted.map(|header| Some((header.name.clone(), value(&header.value)?)));
        let host = if self.hosts.is_empty() { None } else { Some(of(&self.hosts, "")?) };
        let path = self.paths.is_empty() || self.paths.iter().any(|path| path.matches_path("/"));
        let path = if path { "/".to_owned() } else { of(&self.paths, "/")? };
        // A method that a pattern leaves open is not made up.
        let method = if self.methods.iter().any(|method| method.matches("GET")) {
            "GET".to_owned()
        } else {
            of(&self.methods, "GET")?
        };
        let request = Request { method, path, host, headers: headers.collect::<Option<_>>()? };
        (self.admits(&request) && request.path.starts_with('/')).then_some(request)
    }
}

impl TextMatch {
    fn sample(&self) -> Option<String> {
        match self {
            TextMatch::Regex(pattern) => pattern.sample(),
            TextMatch::Exact(text) => Some(text.clone()),
            TextMatch::Prefix(text) => Some(format!("{}/{ANYTHING}", text.trim_end_matches('/'))),
        }
    }
}

impl Pattern {
    /// A value that matches, if one is easily found: the first of alternatives, and what may be left out left out.
    pub fn sample(&self) -> Option<String> {
        let mut sampler = Sampler { rest: self.text().chars().collect::<Vec<_>>().into_iter().peekable(), depth: 0 };
        let found = sampler.alternatives()?;
        (sampler.rest.peek().is_none() && self.matches(&found)).then_some(found)
    }
}

/// Reads a pattern and writes what it would match. It may misread what is rare: whoever asks compares.
struct Sampler {
    rest: std::iter::Peekable<std::vec::IntoIter<char>>,
    depth: usize,
}

/// What one part of a pattern stands for, once and as often as it likes.
struct Part {
    once: String,
    run: String,
    /// Whether it is left out where it may be.
    optional: bool,
}

impl Sampler {
    fn alternatives(&mut self) -> Option<String> {
        let first = self.sequence()?;
        while self.rest.next_if_eq(&'|').is_some() {
            self.sequence()?;
        }
        Some(first)
    }

    fn sequence(&mut self) -> Option<String> {
        let mut out = String::new();
        while self.rest.peek().is_some_and(|next| !matches!(next, '|' | ')')) {
            let part = self.part()?;
            out.push_str(&self.repeated(part)?);
        }
        Some(out)
    }

    fn part(&mut self) -> Option<Part> {
        let plain = |once: String| Part { run: once.clone(), once, optional: true };
        Some(match self.rest.next()? {
            '(' => plain(self.group()?),
            '[' => {
                let one = self.class()?.to_string();
                Part { run: one.clone(), once: one, optional: false }
            }
            '.' => Part { once: "x".to_owned(), run: ANYTHING.to_owned(), optional: false },
            '^' | '$' => plain(String::new()),
            '\\' => match self.rest.next()? {
                'A' | 'z' | 'b' | 'B' => plain(String::new()),
                other => {
                    let one = escaped(other)?.to_string();
                    Part { run: one.clone(), once: one, optional: !other.is_ascii_alphabetic() }
                }
            },
            other => plain(other.to_string()),
        })
    }

    fn group(&mut self) -> Option<String> {
        if self.rest.next_if_eq(&'?').is_some() {
            // Flags, or a name: both end before what is matched.
            let named = self.rest.peek().is_some_and(|next| matches!(next, 'P' | '<'));
            loop {
                match self.rest.next()? {
                    '>' if named => break,
                    ':' if !named => break,
                    ')' => return Some(String::new()),
                    _ => {}
                }
            }
        }
        self.depth += 1;
        let inner = if self.depth > DEPTH { None } else { self.alternatives() }?;
        self.depth -= 1;
        self.rest.next_if_eq(&')').map(|_| inner)
    }

    /// One character of a class.
    fn class(&mut self) -> Option<char> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let mut ranges: Vec<(char, char)> = Vec::new();
        loop {
            let first = match self.rest.next()? {
                ']' if !ranges.is_empty() => break,
                '[' if self.rest.next_if_eq(&':').is_some() => {
                    let name: String = std::iter::from_fn(|| self.rest.next_if(|next| *next != ']')).collect();
                    self.rest.next()?;
                    match name.trim_end_matches(':') {
                        "digit" | "xdigit" => '1',
                        "upper" => 'A',
                        "punct" => '-',
                        "space" | "blank" => ' ',
                        _ => 'x',
                    }
                }
                '\\' => escaped(self.rest.next()?)?,
                other => other,
            };
            let mut last = first;
            if self.rest.next_if_eq(&'-').is_some() {
                match self.rest.next()? {
                    ']' => {
                        ranges.extend([(first, first), ('-', '-')]);
                        break;
                    }
                    '\\' => last = escaped(self.rest.next()?)?,
                    other => last = other,
                }
            }
            ranges.push((first, last));
        }
        if !negated {
            return ranges.first().map(|(first, _)| *first);
        }
        let within = |one: &char| ranges.iter().any(|(first, last)| (*first..=*last).contains(one));
        "xa1A-_~".chars().find(|one| !within(one))
    }

    /// `part` as often as what follows it says.
    fn repeated(&mut self, part: Part) -> Option<String> {
        let out = match self.rest.peek() {
            Some('*' | '?') if part.optional => String::new(),
            Some('*' | '+') => part.run,
            Some('?') => part.once,
            Some('{') => {
                let mut ahead = self.rest.clone();
                ahead.next();
                let least: String = std::iter::from_fn(|| ahead.next_if(char::is_ascii_digit)).collect();
                let Ok(least) = least.parse::<usize>() else { return Some(part.once) };
                self.rest.find(|next| *next == '}')?;
                self.rest.next_if_eq(&'?');
                return Some(part.once.repeat(least.min(REPEATS)));
            }
            _ => return Some(part.once),
        };
        self.rest.next();
        self.rest.next_if_eq(&'?');
        Some(out)
    }
}

/// What a character behind a backslash stands for, one of it.
fn escaped(letter: char) -> Option<char> {
    Some(match letter {
        'd' => '1',
        'w' | 'D' | 'S' => 'x',
        's' => ' ',
        'W' => '-',
        other if other.is_ascii_alphanumeric() => return None,
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn patterns_have_samples_that_match() {
        for (pattern, sample) in [
            ("GET", "GET"),
            ("/api/v1/.*", "/api/v1/items"),
            ("GET|HEAD", "GET"),
            ("^/(users|groups)/[0-9]+$", "/users/0"),
            (r"/a\.json(\?.*)?", "/a.json"),
            ("/[^/]+/x{2,3}", "/x/xx"),
            (r"/(?P<id>\d+)(?:/\w*)?", "/1"),
            ("/[[:alpha:]][a-]", "/xa"),
            ("", ""),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().sample().as_deref(), Some(sample), "{pattern}");
        }
        assert_eq!(Pattern::new(r"\x41").unwrap().sample(), None);
        let deep = format!("{}a{}", "(".repeat(40), ")".repeat(40));
        assert!(Pattern::new(&deep).map_or(true, |pattern| pattern.sample().is_none()));
    }

    #[test]
    fn rules_have_samples_that_they_admit() {
        let regex = |text: &str| vec![TextMatch::Regex(Pattern::new(text).unwrap())];
        let any = || HttpRule::any(Span::default());
        let text = |rule: HttpRule| rule.sample().map(|request| request.to_string());
        assert_eq!(text(any()).as_deref(), Some("GET /"));
        assert_eq!(text(HttpRule { methods: regex("POST|GET"), ..any() }).as_deref(), Some("GET /"));
        assert_eq!(
            text(HttpRule { methods: regex("POST"), paths: regex("/api/.*"), ..any() }).as_deref(),
            Some("POST /api/items")
        );
        assert_eq!(text(HttpRule { hosts: regex("shop(:80)?"), ..any() }).as_deref(), Some("GET / to shop"));
        let below = vec![TextMatch::Prefix("/a/".into())];
        assert_eq!(text(HttpRule { paths: below, ..any() }).as_deref(), Some("GET /a/items"));
        assert_eq!(text(HttpRule { paths: regex("nowhere"), ..any() }), None);
    }
}

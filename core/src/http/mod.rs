//! HTTP requests, and the rules of policies that admit them.

mod classes;
mod example;
mod path;
mod pattern;
mod re2;
mod request;
mod samples;

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::source::Span;
pub use pattern::{Pattern, PatternError};
pub use request::Request;
pub use samples::{Sample, samples};

/// Which requests pass: each field must hold, and a field holds when one of its items does or when it has none.
#[derive(Debug, Clone)]
pub struct HttpRule {
    /// What the method may be.
    pub methods: Vec<TextMatch>,
    /// What the path may be.
    pub paths: Vec<TextMatch>,
    /// What the host may be, its port included where the client names it.
    pub hosts: Vec<TextMatch>,
    /// Headers, all of which must be right.
    pub headers: Vec<HeaderMatch>,
    /// Where it stands.
    pub span: Span,
}

/// One condition on a value of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TextMatch {
    /// The whole value matches a regular expression.
    Regex(Pattern),
    /// The value is this one. Paths are compared as Calico does, without their query.
    Exact(String),
    /// The path is this one or lies below it, compared as Calico does, without its query.
    Prefix(String),
}

/// A condition on a header (Cilium's `headers` and `headerMatches`, package `pkg/policy/api`, `HeaderMatch`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HeaderMatch {
    /// The header's name; case does not count.
    pub name: String,
    /// What its value must be.
    pub value: HeaderValue,
    /// What happens when it does not hold; with an action the request passes all the same.
    pub mismatch: Option<Mismatch>,
}

/// What a header's value must be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum HeaderValue {
    /// Anything: the header is there.
    Present,
    /// Exactly this.
    Exact(String),
    /// What a Secret of this name holds, which is not known here: no request is taken to have it.
    Secret(String),
}

/// What Cilium's proxy does to a request whose header does not match, instead of refusing it (`MismatchAction`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mismatch {
    /// Writes it down.
    Log,
    /// Adds the header.
    Add,
    /// Removes the header.
    Delete,
    /// Replaces the header.
    Replace,
}

impl Mismatch {
    /// All of them, as the API spells them.
    pub const ALL: [(&'static str, Mismatch); 4] =
        [("LOG", Mismatch::Log), ("ADD", Mismatch::Add), ("DELETE", Mismatch::Delete), ("REPLACE", Mismatch::Replace)];
}

impl HttpRule {
    /// The rule that admits every request.
    pub fn any(span: Span) -> Self {
        Self { methods: Vec::new(), paths: Vec::new(), hosts: Vec::new(), headers: Vec::new(), span }
    }

    /// Whether `request` passes.
    pub fn admits(&self, request: &Request) -> bool {
        let one = |list: &[TextMatch], value: &str| list.is_empty() || list.iter().any(|item| item.matches(value));
        let path = self.paths.is_empty() || self.paths.iter().any(|item| item.matches_path(&request.path));
        let host = request.host.as_deref().map_or(self.hosts.is_empty(), |host| one(&self.hosts, host));
        one(&self.methods, &request.method) && path && host && self.headers.iter().all(|header| header.admits(request))
    }

    /// Whether it admits every request.
    pub fn is_any(&self) -> bool {
        let headers = self.headers.iter().all(|header| header.mismatch.is_some());
        self.methods.is_empty() && self.paths.is_empty() && self.hosts.is_empty() && headers
    }

    /// The method it wants, as written; several are joined with `|`.
    pub fn method(&self) -> Option<String> {
        joined(&self.methods)
    }

    /// The path it wants, as written; several are joined with `|`, and `/…` stands for what may follow a prefix.
    pub fn path(&self) -> Option<String> {
        joined(&self.paths)
    }

    /// The host it wants, as written.
    pub fn host(&self) -> Option<String> {
        joined(&self.hosts)
    }

    /// The headers it wants, `Name` or `Name: value`.
    pub fn headers(&self) -> Vec<String> {
        self.headers.iter().filter(|header| header.mismatch.is_none()).map(HeaderMatch::to_string).collect()
    }

    fn parts(&self) -> impl PartialEq + Hash + '_ {
        (&self.methods, &self.paths, &self.hosts, &self.headers)
    }
}

/// Two rules are the same when they say the same, wherever they stand.
impl PartialEq for HttpRule {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for HttpRule {}

impl Hash for HttpRule {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl fmt::Display for HttpRule {
    /// `GET`, `POST /api/v1/.*`, `any request`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = [self.method(), self.path()].into_iter().flatten().collect();
        f.write_str(&if words.is_empty() { "any request".to_owned() } else { words.join(" ") })?;
        if let Some(host) = self.host() {
            write!(f, " to {host}")?;
        }
        match self.headers().as_slice() {
            [] => Ok(()),
            headers => write!(f, " with {}", headers.join(" and ")),
        }
    }
}

fn joined(list: &[TextMatch]) -> Option<String> {
    (!list.is_empty()).then(|| list.iter().map(TextMatch::to_string).collect::<Vec<_>>().join("|"))
}

impl TextMatch {
    /// Whether it holds for a method or host.
    fn matches(&self, value: &str) -> bool {
        match self {
            TextMatch::Regex(pattern) => pattern.matches(value),
            TextMatch::Exact(text) => value == text,
            TextMatch::Prefix(text) => value.starts_with(text.as_str()),
        }
    }

    /// Whether it holds for a path. Regular expressions see the query too.
    fn matches_path(&self, value: &str) -> bool {
        match self {
            TextMatch::Regex(pattern) => pattern.matches(value),
            TextMatch::Exact(text) => path::is(value, text),
            TextMatch::Prefix(text) => path::is_below(value, text),
        }
    }
}

impl fmt::Display for TextMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TextMatch::Regex(pattern) => f.write_str(pattern.text()),
            TextMatch::Exact(text) => f.write_str(text),
            TextMatch::Prefix(text) => write!(f, "{}/…", text.trim_end_matches('/')),
        }
    }
}

impl HeaderMatch {
    /// Reads an item of Cilium's `headers`: a name, or a name, a space and the value (`getHTTPRule` in
    /// `pkg/envoy/xds_server.go`, which cuts at the first space and forgives a missing colon).
    pub fn parse(text: &str) -> Self {
        let (name, value) = match text.split_once(' ') {
            Some((name, value)) => (name.trim_end_matches(':'), value),
            None => (text, ""),
        };
        Self { name: name.to_owned(), value: HeaderValue::exact(value), mismatch: None }
    }

    fn admits(&self, request: &Request) -> bool {
        if self.mismatch.is_some() {
            return true;
        }
        let value = request.header(&self.name);
        match &self.value {
            HeaderValue::Present => value.is_some(),
            HeaderValue::Exact(wanted) => value.as_ref() == Some(wanted),
            HeaderValue::Secret(_) => false,
        }
    }
}

impl HeaderValue {
    /// This value exactly; an empty one asks for the header alone, as Envoy takes it.
    pub fn exact(value: &str) -> Self {
        if value.is_empty() { HeaderValue::Present } else { HeaderValue::Exact(value.to_owned()) }
    }
}

impl fmt::Display for HeaderMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            HeaderValue::Present => f.write_str(&self.name),
            HeaderValue::Exact(value) => write!(f, "{}: {value}", self.name),
            HeaderValue::Secret(secret) => write!(f, "{}: the value in Secret {secret}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(text: &str) -> TextMatch {
        TextMatch::Regex(Pattern::new(text).unwrap())
    }

    fn rule(method: &str, path: &str) -> HttpRule {
        let list = |text: &str| if text.is_empty() { Vec::new() } else { vec![regex(text)] };
        HttpRule { methods: list(method), paths: list(path), ..HttpRule::any(Span::default()) }
    }

    fn request(text: &str) -> Request {
        Request::parse(text).unwrap()
    }

    #[test]
    fn the_chapters_example() {
        let rules = [rule("GET", ""), rule("POST", "/api/v1/.*")];
        let passes = |text: &str| rules.iter().any(|rule| rule.admits(&request(text)));
        assert!(passes("GET /"));
        assert!(passes("GET /anything?at=all"));
        assert!(passes("POST /api/v1/items"));
        assert!(!passes("POST /api/v2/items"));
        assert!(!passes("DELETE /api/v1/items"));
        assert!(!passes("GETS /"));
        let shown: Vec<String> = rules.iter().map(HttpRule::to_string).collect();
        assert_eq!(shown, ["GET", "POST /api/v1/.*"]);
        assert_eq!(HttpRule::any(Span::default()).to_string(), "any request");
    }

    #[test]
    fn the_host_counts_with_its_port_and_only_where_it_is_known() {
        let rule = HttpRule { hosts: vec![regex("shop(:80)?")], ..HttpRule::any(Span::default()) };
        assert!(rule.admits(&request("GET http://shop:80/")));
        assert!(!rule.admits(&request("GET http://shop:8080/")));
        assert!(!rule.admits(&request("GET /")));
        assert_eq!(rule.to_string(), "any request to shop(:80)?");
    }

    #[test]
    fn headers_are_there_or_equal() {
        let with = |headers: &[&str]| HttpRule {
            headers: headers.iter().map(|text| HeaderMatch::parse(text)).collect(),
            ..HttpRule::any(Span::default())
        };
        let mut sent = request("GET http://shop/");
        sent.headers = vec![("x-key".into(), "true".into()), ("X-Key".into(), "1".into()), ("a".into(), "b".into())];
        assert!(with(&["X-Key", "A: b"]).admits(&sent));
        assert!(with(&["X-Key: true,1", "Host shop", ":path /"]).admits(&sent));
        assert!(!with(&["X-Key: true"]).admits(&sent));
        assert!(!with(&["A: B"]).admits(&sent));
        assert!(!with(&["Missing"]).admits(&sent));
        assert!(with(&["A: "]).admits(&sent));
        let mut lenient = with(&["Missing: x"]);
        lenient.headers[0].mismatch = Some(Mismatch::Log);
        assert!(lenient.admits(&sent) && lenient.is_any());
        let mut secret = with(&["A"]);
        secret.headers[0].value = HeaderValue::Secret("token".into());
        assert!(!secret.admits(&sent));
        assert_eq!(with(&["X-Key", "A: b"]).to_string(), "any request with X-Key and A: b");
    }

    #[test]
    fn calico_compares_paths_without_query() {
        let rule = |item: TextMatch| HttpRule { paths: vec![item], ..HttpRule::any(Span::default()) };
        assert!(rule(TextMatch::Exact("/a".into())).admits(&request("GET /a?x=1")));
        assert!(rule(TextMatch::Prefix("/a/".into())).admits(&request("GET /a/b")));
        assert!(!rule(TextMatch::Prefix("/a".into())).admits(&request("GET /ab")));
        assert_eq!(rule(TextMatch::Prefix("/a/".into())).to_string(), "/a/…");
    }

    #[test]
    fn rules_are_equal_by_what_they_say() {
        let (here, there) = (rule("GET", "/x"), HttpRule { span: Span::new(5, 9), ..rule("GET", "/x") });
        assert_eq!(here, there);
        assert_ne!(here, rule("GET", "/y"));
    }
}

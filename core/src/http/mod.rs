//! HTTP requests, and the rules of policies that admit them.

mod path;
mod pattern;
mod re2;

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::source::Span;
pub use pattern::{Pattern, PatternError};

/// One request, as a proxy in front of the destination sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Request {
    /// The method, such as `GET`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The `Host` header or `:authority`, with the port where the client writes one; `None` when it is not known.
    pub host: Option<String>,
    /// Further headers: names and values.
    pub headers: Vec<(String, String)>,
}

/// The methods of RFC 9110 and RFC 5789, which are often written in lower case by mistake.
const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

impl Request {
    /// Reads a method and a path, as in `GET /api/v1/items`; a URL brings its host. The error is a sentence without
    /// its full stop.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let shape = || format!("`{text}` should be a method and a path, such as `GET /api/v1/items`");
        let (Some(method), target) = (words.next(), words.next()) else { return Err(shape()) };
        let version = words.next();
        if words.next().is_some() || version.is_some_and(|word| !word.starts_with("HTTP/")) {
            return Err(shape());
        }
        if !method.bytes().all(is_token) {
            let slipped = method.starts_with('/');
            let hint = if slipped { format!("; put a method in front, as in `GET {method}`") } else { String::new() };
            return Err(format!("`{method}` is not an HTTP method{hint}"));
        }
        let upper = method.to_uppercase();
        if upper != method && METHODS.contains(&upper.as_str()) {
            return Err(format!("HTTP methods are written in upper case: `{upper}` instead of `{method}`"));
        }
        let Some(target) = target else { return Err(shape()) };
        let rest = target.strip_prefix("http://").or_else(|| target.strip_prefix("https://"));
        let (host, path) = match rest.map(|rest| rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()))) {
            Some((host, "")) => (Some(host), "/".to_owned()),
            Some((host, path)) if path.starts_with('?') => (Some(host), format!("/{path}")),
            Some((host, path)) => (Some(host), path.to_owned()),
            None => (None, target.to_owned()),
        };
        if host == Some("") {
            return Err(format!("`{target}` names no host"));
        }
        if path.contains('#') {
            return Err("a client never sends what stands behind a `#`".into());
        }
        if !path.starts_with('/') && !(path == "*" && method == "OPTIONS") {
            return Err(format!("the path must begin with `/`, and `{path}` does not"));
        }
        Ok(Self { method: method.to_owned(), path, host: host.map(str::to_owned), headers: Vec::new() })
    }

    /// The value of a header or pseudo-header, whose name is compared without regard to case. Several headers of one
    /// name are one value with commas between, as Envoy compares them.
    fn header(&self, name: &str) -> Option<String> {
        match name.to_ascii_lowercase().as_str() {
            ":method" => Some(self.method.clone()),
            ":path" => Some(self.path.clone()),
            ":authority" | "host" => self.host.clone(),
            _ => {
                let named = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
                named.map(|(_, value)| value.clone()).reduce(|all, value| format!("{all},{value}"))
            }
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        self.host.as_ref().map_or(Ok(()), |host| write!(f, " to {host}"))
    }
}

/// RFC 9110's `tchar`, what methods and the names of headers are made of.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

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
    fn requests_as_people_write_them() {
        assert_eq!(request("GET /a?b=c HTTP/1.1").path, "/a?b=c");
        let url = request("POST https://shop.example:8080/cart");
        assert_eq!((url.host.as_deref(), url.path.as_str()), (Some("shop.example:8080"), "/cart"));
        assert_eq!(request("GET http://shop").path, "/");
        assert_eq!(request("GET http://shop?x").path, "/?x");
        assert_eq!(request("OPTIONS *").path, "*");
        for (text, words) in [
            ("", "should be a method"),
            ("GET", "should be a method"),
            ("GET api", "begin with `/`"),
            ("get /", "`GET` instead of `get`"),
            ("/api", "as in `GET /api`"),
            ("GET / x", "should be a method"),
            ("GET http:///x", "names no host"),
            ("GET /x#y", "behind a `#`"),
            ("GE(T /", "not an HTTP method"),
        ] {
            let error = Request::parse(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
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

//! One HTTP request, and how people write it.

use std::fmt;

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
        let whole_server = path == "*" && method == "OPTIONS";
        if !path.starts_with('/') && !whole_server {
            return Err(format!("the path must begin with `/`, and `{path}` does not"));
        }
        Ok(Self { method: method.to_owned(), path, host: host.map(str::to_owned), headers: Vec::new() })
    }

    /// Adds a header, as in `X-Key: value`; `Host` says which host is asked. The error is a sentence without its full
    /// stop.
    pub fn add_header(&mut self, text: &str) -> Result<(), String> {
        let text = text.trim();
        let shape = || format!("`{text}` should be a name, a colon and a value, such as `X-Key: value`");
        let (name, value) = text.split_once(':').ok_or_else(shape)?;
        let (name, value) = (name.trim_end(), value.trim());
        if name.is_empty() {
            return Err(shape());
        }
        if !name.bytes().all(is_token) {
            return Err(format!("`{name}` is no header's name"));
        }
        if value.chars().any(char::is_control) {
            return Err(format!("the value of the header `{name}` has a character that no header can have"));
        }
        if name.eq_ignore_ascii_case("host") {
            return self.ask_host(value);
        }
        self.headers.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Says which host is asked, with its port where the client writes one. The error is a sentence without its full
    /// stop.
    pub fn ask_host(&mut self, host: &str) -> Result<(), String> {
        let host = host.trim();
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c.is_control() || "/?#".contains(c)) {
            return Err(format!("`{host}` is no host, such as `shop.example` or `shop.example:8080`"));
        }
        match &self.host {
            Some(named) if named != host => Err(format!("the request asks two hosts, `{named}` and `{host}`")),
            _ => {
                self.host = Some(host.to_owned());
                Ok(())
            }
        }
    }

    /// The value of a header or pseudo-header, whose name is compared without regard to case. Several headers of one
    /// name are one value with commas between, as Envoy compares them.
    pub(super) fn header(&self, name: &str) -> Option<String> {
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
    /// `GET /api`, `GET /api to shop.example with X-Key: value`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        self.host.as_ref().map_or(Ok(()), |host| write!(f, " to {host}"))?;
        for (at, (name, value)) in self.headers.iter().enumerate() {
            let lead = if at == 0 { "with" } else { "and" };
            write!(f, " {lead} {}", format!("{name}: {value}").trim_end())?;
        }
        Ok(())
    }
}

/// RFC 9110's `tchar`, what methods and the names of headers are made of.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Request {
        Request::parse(text).unwrap()
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
    fn headers_and_the_host() {
        let mut sent = request("GET /a");
        sent.add_header("Host: shop.example:80").unwrap();
        sent.add_header("X-Key : a:b ").unwrap();
        sent.add_header("X-Empty:").unwrap();
        sent.ask_host("shop.example:80").unwrap();
        assert_eq!(sent.to_string(), "GET /a to shop.example:80 with X-Key: a:b and X-Empty:");
        let mut error = |text: &str| sent.add_header(text).unwrap_err();
        assert!(error("Host: other").contains("two hosts, `shop.example:80` and `other`"));
        assert!(error("Host: http://other").contains("is no host"));
        assert!(error("X-Key").contains("a colon"));
        assert!(error(":path: /").contains("a colon"));
        assert!(error("X Key: 1").contains("`X Key` is no header's name"));
        assert!(error("X-Key: \u{1b}").contains("no header can have"));
    }
}

//! A few requests that show what rules let through, and what they turn back.

use super::example::{Role, examples};
use super::{HeaderValue, HttpRule, Request, TextMatch};
use crate::reach::Narrowed;

/// How many requests that pass are shown, and how many that do not.
const MOST: usize = 4;
/// What people try when they want to change something.
const METHODS: [&str; 6] = ["DELETE", "POST", "PUT", "PATCH", "GET", "HEAD"];
/// Where people look first.
const PATHS: [&str; 3] = ["/", "/other", "/admin"];

/// A request and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The request.
    pub request: Request,
    /// Whether it passes; otherwise it is answered `403`.
    pub passes: bool,
}

/// Requests that tell what `narrowed` means: first those that pass, one for each rule where there is one, then some
/// that differ from them in one thing and are turned back. The same for the same rules.
pub fn samples(narrowed: &Narrowed) -> Vec<Sample> {
    let rules: Vec<&HttpRule> = narrowed.clauses.iter().flat_map(|clause| &clause.rules).map(AsRef::as_ref).collect();
    let stock = Stock::of(&rules);
    let mut passing: Vec<Request> = Vec::new();
    for rule in &rules {
        let found = stock.requests(rule).find(|request| rule.admits(request) && narrowed.admits(request));
        push(&mut passing, found);
    }
    let mut refused: Vec<Request> = Vec::new();
    let mut try_first = |requests: Vec<Request>| {
        let found = requests.into_iter().find(|request| !narrowed.admits(request));
        let is_new = found.is_some();
        push(&mut refused, found);
        is_new
    };
    for request in &passing {
        try_first(PATHS.iter().map(|path| Request { path: (*path).to_owned(), ..request.clone() }).collect());
    }
    if let Some(first) = passing.first() {
        let with = |method: &str| Request { method: method.to_owned(), ..first.clone() };
        let (named, unnamed): (Vec<&str>, Vec<&str>) =
            METHODS.into_iter().partition(|method| stock.methods.iter().any(|known| known == method));
        let _ = try_first(unnamed.into_iter().map(with).collect()) || try_first(named.into_iter().map(with).collect());
        try_first(
            first.host.iter().map(|_| Request { host: Some("other.example".to_owned()), ..first.clone() }).collect(),
        );
        let bare = Request { headers: Vec::new(), ..first.clone() };
        try_first(if first.headers.is_empty() { Vec::new() } else { vec![bare] });
    } else {
        try_first(stock.anything());
    }
    let passes = |request: Request| Sample { request, passes: true };
    let refuses = |request: Request| Sample { request, passes: false };
    passing.into_iter().take(MOST).map(passes).chain(refused.into_iter().take(MOST).map(refuses)).collect()
}

fn push(all: &mut Vec<Request>, found: Option<Request>) {
    all.extend(found.filter(|request| !all.contains(request)));
}

/// What requests are made up from: all that any rule mentions.
struct Stock {
    methods: Vec<String>,
    paths: Vec<String>,
    hosts: Vec<Option<String>>,
    headers: Vec<Vec<(String, String)>>,
}

impl Stock {
    fn of(rules: &[&HttpRule]) -> Self {
        let mut stock =
            Self { methods: Vec::new(), paths: vec!["/".to_owned()], hosts: vec![None], headers: vec![Vec::new()] };
        for rule in rules {
            stock.methods.extend(values(&rule.methods, Role::Method));
            stock.paths.extend(values(&rule.paths, Role::Path));
            stock.hosts.extend(values(&rule.hosts, Role::Host).into_iter().map(Some));
            stock.headers.push(headers(rule));
        }
        // All headers at once, for sides that ask for different ones.
        stock.headers.push(stock.headers.iter().flatten().cloned().collect());
        if stock.methods.is_empty() || rules.iter().any(|rule| rule.methods.is_empty()) {
            stock.methods.push("GET".to_owned());
        }
        stock
    }

    /// Requests that `rule` may admit: from what it says itself, and from the others where it says nothing.
    fn requests(&self, rule: &HttpRule) -> impl Iterator<Item = Request> {
        let own = |list: &[TextMatch], role, all: &[String]| {
            if list.is_empty() { all.to_vec() } else { values(list, role) }
        };
        let mut methods = own(&rule.methods, Role::Method, &self.methods);
        if rule.methods.is_empty() {
            methods.insert(0, "GET".to_owned());
        }
        let paths = own(&rule.paths, Role::Path, &self.paths);
        let hosts = match rule.hosts.as_slice() {
            [] => self.hosts.clone(),
            hosts => values(hosts, Role::Host).into_iter().map(Some).collect(),
        };
        let mut sets = vec![headers(rule)];
        sets.extend(self.headers.last().cloned());
        combine(methods, paths, hosts, sets)
    }

    /// A request when nothing passes.
    fn anything(&self) -> Vec<Request> {
        let method = self.methods.first().map_or("GET", String::as_str).to_owned();
        vec![Request { method, path: "/".to_owned(), host: None, headers: Vec::new() }]
    }
}

/// How many combinations are tried for one rule.
const TRIES: usize = 2_000;

fn combine(
    methods: Vec<String>,
    paths: Vec<String>,
    hosts: Vec<Option<String>>,
    sets: Vec<Vec<(String, String)>>,
) -> impl Iterator<Item = Request> {
    let total = methods.len() * paths.len() * hosts.len() * sets.len();
    (0..total.min(TRIES)).filter_map(move |mut at| {
        let mut turn = |count: usize| {
            let own = at % count.max(1);
            at /= count.max(1);
            own
        };
        let headers = sets.get(turn(sets.len()))?.clone();
        let host = hosts.get(turn(hosts.len()))?.clone();
        let path = paths.get(turn(paths.len()))?.clone();
        let method = methods.get(turn(methods.len()))?.clone();
        Some(Request { method, path, host, headers })
    })
}

fn values(list: &[TextMatch], role: Role) -> Vec<String> {
    let of = |item: &TextMatch| match item {
        TextMatch::Regex(pattern) => examples(pattern, role),
        TextMatch::Exact(text) => vec![text.clone()],
        TextMatch::Prefix(text) => vec![format!("{}/items", text.trim_end_matches('/')), text.clone()],
    };
    let sane = |value: &String| {
        !value.contains(|one: char| one.is_whitespace() || one.is_control() || one == '#')
            && (role != Role::Path || value.starts_with('/'))
            && !value.is_empty()
    };
    list.iter().flat_map(of).filter(sane).collect()
}

/// Headers that meet what `rule` asks of them.
fn headers(rule: &HttpRule) -> Vec<(String, String)> {
    let asked = rule.headers.iter().filter(|header| header.mismatch.is_none() && !header.name.starts_with(':'));
    let value = |value: &HeaderValue| match value {
        HeaderValue::Present => Some("1".to_owned()),
        HeaderValue::Exact(value) => Some(value.clone()),
        HeaderValue::Secret(_) => None,
    };
    asked.filter_map(|header| Some((header.name.clone(), value(&header.value)?))).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::http::{HeaderMatch, Pattern};
    use crate::manifest::Direction;
    use crate::ports::PortRange;
    use crate::reach::Clause;
    use crate::source::Span;

    fn regex(text: &str) -> Vec<TextMatch> {
        if text.is_empty() { Vec::new() } else { vec![TextMatch::Regex(Pattern::new(text).unwrap())] }
    }

    fn rule(method: &str, path: &str) -> HttpRule {
        HttpRule { methods: regex(method), paths: regex(path), ..HttpRule::any(Span::default()) }
    }

    fn shown(clauses: &[&[HttpRule]]) -> Vec<String> {
        let clause = |rules: &&[HttpRule]| Clause {
            direction: Direction::Ingress,
            rules: rules.iter().cloned().map(Arc::new).collect(),
        };
        let narrowed =
            Narrowed { range: PortRange { first: 80, last: 80 }, clauses: clauses.iter().map(clause).collect() };
        samples(&narrowed)
            .into_iter()
            .map(|sample| {
                assert_eq!(narrowed.admits(&sample.request), sample.passes);
                format!("{}{}", if sample.passes { "" } else { "403 " }, sample.request)
            })
            .collect()
    }

    #[test]
    fn the_chapters_example() {
        let rules = [rule("GET", ""), rule("POST", "/api/v1/.*")];
        assert_eq!(shown(&[&rules]), ["GET /", "POST /api/v1/items", "403 POST /", "403 DELETE /"]);
    }

    #[test]
    fn what_differs_in_one_thing_is_turned_back() {
        assert_eq!(shown(&[&[rule("GET", "")]]), ["GET /", "403 DELETE /"]);
        assert_eq!(shown(&[&[rule("", "/public/.*")]]), ["GET /public/items", "403 GET /"]);
        let host = HttpRule { hosts: regex("shop"), ..rule("GET|HEAD", "/") };
        assert_eq!(
            shown(&[&[host]]),
            ["GET / to shop", "403 GET /other to shop", "403 DELETE / to shop", "403 GET / to other.example"]
        );
        let header = HttpRule { headers: vec![HeaderMatch::parse("X-Key: 7")], ..rule("", "") };
        let found = shown(&[&[header]]);
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn both_sides_must_let_a_request_through() {
        let (methods, paths) = ([rule("GET", ""), rule("PUT", "")], [rule("", "/a/.*"), rule("", "/b")]);
        let found = shown(&[&methods, &paths]);
        assert_eq!(found.iter().take(4).collect::<Vec<_>>(), ["GET /a/items", "PUT /a/items", "GET /b", "403 GET /"]);
        assert_eq!(shown(&[&[rule("GET", "")], &[rule("PUT", "")]]), ["403 GET /"]);
        assert_eq!(shown(&[&[rule("GET", "x")]]), ["403 GET /"]);
    }
}

//! Requests that show what HTTP rules let through: some that pass, and some that are answered `403`.

use crate::http::{HttpRule, Request};
use crate::reach::Narrowed;

/// Examples of requests to one range of ports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examples {
    /// Some that pass.
    pub pass: Vec<Request>,
    /// Some that are refused.
    pub refused: Vec<Request>,
}

/// As many of either kind as a reader takes in.
const MOST: usize = 3;

/// Examples for `narrowed`. Each is judged by the rules themselves; where none is easily found there is none.
pub fn examples(narrowed: &Narrowed) -> Examples {
    let mut out = Examples::default();
    let samples = samples(narrowed);
    for request in samples.iter().filter(|request| narrowed.admits(request)) {
        add(&mut out.pass, request);
    }
    // One whose method is the reason, if there is one.
    let like = out.pass.first().cloned();
    let plain = |method: &str, path: &str| {
        let (host, headers) = like.as_ref().map(|like| (like.host.clone(), like.headers.clone())).unwrap_or_default();
        Request { method: method.to_owned(), path: path.to_owned(), host, headers }
    };
    let by_method = ["DELETE", "PUT", "POST", "GET"].iter().map(|method| plain(method, "/"));
    if let Some(found) = by_method.into_iter().find(|request| !narrowed.admits(request)) {
        add(&mut out.refused, &found);
    }
    // Then those that differ in one thing from one that passes.
    for sample in &samples {
        let other_path = |path: &str| Request { path: path.to_owned(), ..sample.clone() };
        let variants = [
            other_path("/"),
            other_path("/elsewhere"),
            Request { host: sample.host.as_ref().map(|_| "elsewhere.example".to_owned()), ..sample.clone() },
            Request { headers: Vec::new(), ..sample.clone() },
        ];
        if let Some(found) = variants.iter().find(|request| !narrowed.admits(request)) {
            add(&mut out.refused, found);
        }
    }
    out
}

/// One request for each rule; where several lists must admit a request, for each rule of one with each of the other.
fn samples(narrowed: &Narrowed) -> Vec<Request> {
    let rules = || narrowed.clauses.iter().flat_map(|clause| &clause.rules);
    let mut out: Vec<Request> = rules().filter_map(|rule| rule.sample()).collect();
    if let [first, second, ..] = narrowed.clauses.as_slice() {
        let pairs = first.rules.iter().flat_map(|one| second.rules.iter().map(move |other| merged(one, other)));
        out.extend(pairs.filter_map(|rule| rule.sample()));
    }
    out
}

/// A rule that asks for what either asks for, as far as one can be written down.
fn merged(one: &HttpRule, other: &HttpRule) -> HttpRule {
    let of = |a: &Vec<_>, b: &Vec<_>| if a.is_empty() { b.clone() } else { a.clone() };
    HttpRule {
        methods: of(&one.methods, &other.methods),
        paths: of(&one.paths, &other.paths),
        hosts: of(&one.hosts, &other.hosts),
        headers: one.headers.iter().chain(&other.headers).cloned().collect(),
        span: one.span,
    }
}

fn add(list: &mut Vec<Request>, request: &Request) {
    if list.len() < MOST && !list.contains(request) {
        list.push(request.clone());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::http::{HeaderMatch, Pattern, TextMatch};
    use crate::manifest::Direction;
    use crate::ports::PortRange;
    use crate::reach::Clause;
    use crate::source::Span;

    fn rule(method: &str, path: &str) -> HttpRule {
        let list = |text: &str| match text {
            "" => Vec::new(),
            text => vec![TextMatch::Regex(Pattern::new(text).unwrap())],
        };
        HttpRule { methods: list(method), paths: list(path), ..HttpRule::any(Span::default()) }
    }

    #[track_caller]
    fn check(clauses: Vec<Vec<HttpRule>>, pass: &[&str], refused: &[&str]) {
        let clause = |rules: Vec<HttpRule>| Clause {
            direction: Direction::Ingress,
            rules: rules.into_iter().map(Arc::new).collect(),
        };
        let clauses = clauses.into_iter().map(clause).collect();
        let narrowed = Narrowed { range: PortRange { first: 80, last: 80 }, clauses };
        let found = examples(&narrowed);
        assert!(found.pass.iter().all(|request| narrowed.admits(request)));
        assert!(!found.refused.iter().any(|request| narrowed.admits(request)));
        let words = |list: &[Request]| list.iter().map(Request::to_string).collect::<Vec<_>>();
        assert_eq!((words(&found.pass), words(&found.refused)), (words_of(pass), words_of(refused)));
    }

    fn words_of(list: &[&str]) -> Vec<String> {
        list.iter().map(|words| (*words).to_owned()).collect()
    }

    #[test]
    fn the_chapters_example() {
        let rules = vec![rule("GET", ""), rule("POST", "/api/v1/.*")];
        check(vec![rules], &["GET /", "POST /api/v1/items"], &["DELETE /", "POST /"]);
    }

    #[test]
    fn each_condition_is_shown_once_where_it_fails() {
        check(vec![vec![rule("", "")]], &["GET /"], &[]);
        check(vec![vec![rule("", "/public/.*")]], &["GET /public/items"], &["DELETE /", "GET /"]);
        check(vec![vec![rule("[A-Z]+", "/")]], &["GET /"], &["GET /elsewhere"]);
        let header = HttpRule { headers: vec![HeaderMatch::parse("X-Key: 7")], ..rule("GET", "") };
        check(vec![vec![header]], &["GET / with X-Key: 7"], &["DELETE / with X-Key: 7", "GET /"]);
    }

    #[test]
    fn two_lists_must_both_admit() {
        let lists = vec![vec![rule("GET", ""), rule("POST", "")], vec![rule("", "/api/.*")]];
        check(lists, &["GET /api/items", "POST /api/items"], &["DELETE /", "GET /", "POST /"]);
    }
}

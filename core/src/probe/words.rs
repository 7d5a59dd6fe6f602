//! The answer to a question as sentences.

use super::{Hop, Probe, Question};
use crate::Analysis;
use crate::cluster::Endpoint;
use crate::connectivity::Verdict;
use crate::explain::{RequestTrace, SideExplanation, Standing};
use crate::http::Request;
use crate::manifest::Direction;
use crate::reach::Admission;

/// The whole answer in one sentence: that of its one connection, or how many of them are open.
pub fn headline(analysis: &Analysis, question: &Question, probe: &Probe) -> String {
    let count = |verdict| probe.hops.iter().filter(|hop| hop.verdict == verdict).map(Hop::count).sum::<usize>();
    let (open, part, all) = (count(Verdict::Open), count(Verdict::Partial), probe.count());
    match probe.hops.as_slice() {
        [] => "there is nothing to connect to".to_owned(),
        [one] if all == 1 => sentence(analysis, question, one),
        _ if question.request.is_some() => requests(probe),
        _ if open == all => format!("all {all} connections are open"),
        _ if part == all => format!("all {all} connections are open in part"),
        _ if open + part == 0 => format!("all {all} connections are blocked"),
        _ if part == 0 => format!("{open} of {all} connections are open"),
        _ => format!("{open} of {all} connections are open, {part} in part"),
    }
}

/// `2 of 3 requests pass, 1 is answered 403`.
fn requests(probe: &Probe) -> String {
    let count = |wanted| {
        let hops = probe.hops.iter().filter(|hop| hop.admission() == Some(wanted));
        hops.map(Hop::count).sum::<usize>()
    };
    let all = probe.count();
    let [passing, refused, blocked] = [Admission::Allowed, Admission::Forbidden, Admission::Blocked].map(count);
    let are = |count: usize| if count == 1 { "is" } else { "are" };
    match (passing, refused, blocked) {
        (_, 0, 0) => format!("all {all} requests pass"),
        (0, _, 0) => format!("all {all} requests are answered 403"),
        (0, 0, _) => format!("all {all} requests are blocked"),
        _ => {
            let pass = match passing {
                0 => format!("none of {all} requests passes"),
                _ => format!("{passing} of {all} requests {}", if passing == 1 { "passes" } else { "pass" }),
            };
            let refused = (refused > 0).then(|| format!("{refused} {} answered 403", are(refused)));
            let blocked = (blocked > 0).then(|| format!("{blocked} {} blocked", are(blocked)));
            [Some(pass), refused, blocked].into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
    }
}

/// Which policy denies what is asked, where one does: ` (denied by AdminNetworkPolicy no-guests)`.
fn denial(analysis: &Analysis, side: &SideExplanation) -> String {
    let policy = side.denied_by().and_then(|at| analysis.policies.get(at));
    policy.map_or_else(String::new, |policy| format!(" (denied by {})", side.full_name_of(analysis, policy)))
}

/// What becomes of `request`, whose connection opens: `POST /x is answered 403: no HTTP rule of api-l7 admits it`.
fn outcome(analysis: &Analysis, request: &Request, trace: &RequestTrace, hop: &Hop) -> String {
    let Some(refusal) = hop.why.refusal(analysis, trace) else { return format!("{request} passes") };
    let (side, out) = match refusal.direction {
        Direction::Egress => (&hop.why.egress, format!(" on its way out of {}", analysis.cluster.name_of(hop.from))),
        Direction::Ingress => (&hop.why.ingress, String::new()),
    };
    let policies = refusal.policies.iter().filter_map(|at| analysis.policies.get(*at));
    let names: Vec<String> = policies.map(|policy| side.name_of(analysis, policy)).collect();
    let names = match names.as_slice() {
        [one, two, rest @ ..] if !rest.is_empty() => format!("{one}, {two} and {} more", rest.len()),
        names => names.join(" and "),
    };
    format!("{request} is answered 403{out}: no HTTP rule of {names} admits it")
}

/// One connection's answer: `api may open TCP/5432 on database`.
pub fn sentence(analysis: &Analysis, question: &Question, hop: &Hop) -> String {
    let name = |at: usize| {
        let name = analysis.cluster.name_of(at);
        let outside = analysis.cluster.endpoints.get(at).is_some_and(Endpoint::is_external);
        // The internet has an article, a range of addresses has none.
        if outside && name.ends_with("internet") { format!("the {name}") } else { name }
    };
    let (from, to) = (name(hop.from), name(hop.to));
    let on = match (hop.from == hop.to, hop.why.egress.standing) {
        (true, Standing::Itself) => "itself",
        (true, _) => "another of its pods",
        (false, _) => &to,
    };
    let what = |every: &str| match (hop.why.flow, question.protocol) {
        (Some(flow), _) => flow.to_string(),
        (None, Some(protocol)) => format!("{every} {protocol} port"),
        (None, None) => format!("{every} port"),
    };
    let doubt = if hop.unknown { ", as far as known: an address is missing" } else { "" };
    match hop.verdict {
        Verdict::Open | Verdict::Partial if let (Some(request), Some(trace)) = (&question.request, &hop.request) => {
            format!("{from} may open {} on {on}, and {}{doubt}", what("every"), outcome(analysis, request, trace, hop))
        }
        Verdict::Open => format!("{from} may open {} on {on}{doubt}", what("every")),
        Verdict::Partial if let Some(flow) = hop.why.flow => {
            format!("{from} may open {flow} on {on}, where only some HTTP requests pass{doubt}")
        }
        Verdict::Partial => format!("{from} may open only {} on {on}{doubt}", hop.reach()),
        Verdict::Blocked => {
            let by = match hop.why.refused_by() {
                (true, true) if hop.why.egress.allows => "the two sides have no port in common".to_owned(),
                (true, true) => format!("blocked by egress of {from} and ingress of {to}"),
                (true, false) => format!("blocked by egress of {from}{}", denial(analysis, &hop.why.egress)),
                _ => format!("blocked by ingress of {to}{}", denial(analysis, &hop.why.ingress)),
            };
            format!("{from} may not open {} on {on}: {by}{doubt}", what("any"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{PortName, probe};
    use super::*;
    use crate::connectivity::Connectivity;
    use crate::http::{HttpRule, Pattern, TextMatch};
    use crate::ports::Protocol;
    use crate::source::{Source, Span};

    const TEXT: &str = "{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}}
---
{apiVersion: v1, kind: Service, metadata: {name: all}, spec: {ports: [{name: a, port: 80}, {name: b, port: 81}], selector: {app: db}}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: db}, spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress], ingress: [{ports: [{port: 80}]}], egress: [{ports: [{port: 443}]}]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 80}]}]}}
";

    fn answer(from: &str, to: &str, port: Option<u16>, protocol: Option<Protocol>) -> String {
        let analysis = crate::analyze(vec![Source::new("all", TEXT)]);
        assert_eq!(analysis.manifests.diagnostics, []);
        let question = Question { protocol, ..question(from, to, port, None) };
        headline(&analysis, &question, &probe(&analysis, &question).unwrap())
    }

    #[test]
    fn answers_are_sentences() {
        let udp = Some(Protocol::Udp);
        assert_eq!(answer("web", "db", Some(80), None), "web may open TCP/80 on db");
        assert_eq!(answer("web", "db", None, None), "web may open only TCP/80 on db");
        assert_eq!(answer("web", "db", Some(81), None), "web may not open TCP/81 on db: blocked by ingress of db");
        assert_eq!(answer("web", "db", None, udp), "web may not open any UDP port on db: blocked by ingress of db");
        assert_eq!(
            answer("db", "web", None, None),
            "db may not open any port on web: the two sides have no port in common"
        );
        assert_eq!(answer("db", "web", Some(80), None), "db may not open TCP/80 on web: blocked by egress of db");
        let twice = "db may not open TCP/81 on web: blocked by egress of db and ingress of web";
        assert_eq!(answer("db", "web", Some(81), None), twice);
        assert_eq!(answer("db", "db", None, None), "db may open every port on itself");
        assert_eq!(answer("db", "192.0.2.1", Some(443), None), "db may open TCP/443 on the internet");
    }

    fn question(from: &str, to: &str, port: Option<u16>, request: Option<Request>) -> Question {
        let port = port.map(PortName::Number);
        Question { from: from.to_owned(), to: to.to_owned(), port, protocol: None, request }
    }

    /// The answers to requests where the database lets through what `rules` say on its port.
    fn requests(rules: &[(&str, &str)], asked: &[(&str, &str, &str)]) -> Vec<String> {
        let mut analysis = crate::analyze(vec![Source::new("all", TEXT)]);
        let list = |text: &str| vec![TextMatch::Regex(Pattern::new(text).unwrap())];
        let rule = |(method, path): &(&str, &str)| HttpRule {
            methods: list(method),
            paths: list(path),
            ..HttpRule::any(Span::default())
        };
        let rules = rules.iter().map(|words| Arc::new(rule(words))).collect();
        analysis.policies[0].ingress.as_mut().unwrap()[0].http = rules;
        analysis.connectivity = Connectivity::evaluate(&analysis.cluster, &analysis.policies, &analysis.tiers);
        let answer = |(from, to, request): &(&str, &str, &str)| {
            let request = Request::parse(request).ok();
            let question = question(from, to, None, request);
            let found = probe(&analysis, &question).unwrap();
            let passes = found.hops.iter().all(|hop| hop.admission() == Some(Admission::Allowed));
            assert_eq!(found.passes(), question.request.as_ref().map(|_| passes));
            let notes = found.notes.iter().map(|note| format!("; {note}"));
            headline(&analysis, &question, &found) + &notes.collect::<String>()
        };
        asked.iter().map(answer).collect()
    }

    #[test]
    fn a_request_passes_or_is_turned_back_or_never_arrives() {
        let answers = requests(
            &[("GET", "/.*"), ("POST", "/api/.*")],
            &[
                ("web", "db", "GET /items"),
                ("web", "db", "POST /items"),
                ("web", "all", "POST /api/x"),
                ("web", "all", "POST /x"),
                ("db", "web", "GET /x"),
                ("db", "db", "GET /x"),
            ],
        );
        let narrowed = requests(&[("GET", "/.*")], &[("web", "db", "")]);
        assert_eq!(narrowed, ["web may open only TCP/80 (HTTP) on db"]);
        assert_eq!(
            answers,
            [
                "web may open TCP/80 on db, and GET /items passes",
                "web may open TCP/80 on db, and POST /items is answered 403: no HTTP rule of db admits it",
                "1 of 2 requests passes, 1 is blocked",
                "none of 2 requests passes, 1 is answered 403, 1 is blocked",
                "db may not open TCP/80 on web: blocked by egress of db; no port is named: the request goes to TCP/80, as HTTP clients send it",
                "db may open TCP/80 on itself, and GET /x passes",
            ]
        );
    }

    #[test]
    fn requests_go_over_tcp() {
        let analysis = crate::analyze(vec![Source::new("all", TEXT)]);
        let request = Some(Request::parse("GET /").unwrap());
        let question = Question { protocol: Some(Protocol::Udp), ..question("web", "db", None, request) };
        assert_eq!(probe(&analysis, &question), Err("HTTP goes over TCP, and UDP is asked for".to_owned()));
    }

    #[test]
    fn several_connections_are_counted() {
        assert_eq!(answer("web", "default/Service/all", None, None), "1 of 2 connections are open");
        assert_eq!(
            answer("web", "default/all", Some(81), None),
            "web may not open TCP/81 on db: blocked by ingress of db"
        );
        assert_eq!(answer("db", "default/all", None, None), "all 2 connections are open");
    }
}

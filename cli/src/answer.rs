//! The answer for one connection, in words and as JSON.

use std::borrow::Cow;

use netpol_core::connectivity::{Connection, Verdict};
use netpol_core::http::HttpRule;
use netpol_core::ports::{PortRange, PortSet, Protocol};
use netpol_core::reach::{Clause, Narrowed};
use serde::{Serialize, Serializer};

/// What is said of one connection; its fields are those of the documented JSON.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer<'c> {
    /// `open`, `partial` or `blocked`.
    pub(crate) verdict: &'static str,
    /// What may connect.
    #[serde(serialize_with = "ranges")]
    pub(crate) allowed: Connection<'c>,
    /// Which sides refuse a blocked connection.
    pub(crate) blocked_by: &'static [&'static str],
    /// Whether an unknown address could change the answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unknown: bool,
}

impl<'c> From<Connection<'c>> for Answer<'c> {
    fn from(connection: Connection<'c>) -> Self {
        let blocked_by: &[&str] = match connection.refused_by() {
            (true, true) => &["egress", "ingress"],
            (true, false) => &["egress"],
            (false, true) => &["ingress"],
            (false, false) => &[],
        };
        Self { verdict: connection.verdict().word(), allowed: connection, blocked_by, unknown: connection.unknown }
    }
}

impl Answer<'_> {
    /// What stands beside the verdict: the ports, or `by ingress`.
    pub(crate) fn detail(self) -> Cow<'static, str> {
        let detail = match self.blocked_by {
            [] if self.allowed.verdict() == Verdict::Open => "all ports".into(),
            [] => self.ports().join(", ").into(),
            ["egress"] => "by egress".into(),
            ["ingress"] => "by ingress".into(),
            _ => "by egress and ingress".into(),
        };
        if self.unknown { format!("{detail} (as far as addresses are known)").into() } else { detail }
    }

    /// The answer in one: `all ports`, `TCP/80`, or `blocked by ingress`.
    pub(crate) fn phrase(self) -> Cow<'static, str> {
        if self.blocked_by.is_empty() { self.detail() } else { format!("blocked {}", self.detail()).into() }
    }

    /// Two answers, each as [`Answer::phrase`], or with its requests where they would read the same.
    pub(crate) fn phrases(before: Self, after: Self) -> [Cow<'static, str>; 2] {
        let phrases = [before.phrase(), after.phrase()];
        let [one, other] = &phrases;
        if one != other {
            return phrases;
        }
        [before, after].map(|answer| answer.allowed.reach().words_with_requests().join(", ").into())
    }

    /// The ports that may connect, as people write them: `TCP/80 (HTTP)` where only some requests pass.
    pub(crate) fn ports(self) -> Vec<String> {
        if self.allowed.http.is_empty() { self.allowed.allowed.words() } else { self.allowed.reach().words() }
    }
}

/// An entry of `allowed`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Range<'c> {
    protocol: &'static str,
    first: u16,
    last: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<Vec<Rule>>,
    #[serde(skip_serializing_if = "<[Clause]>::is_empty", serialize_with = "clauses")]
    http_and: &'c [Clause],
}

/// An entry of `http`.
#[derive(Serialize)]
struct Rule {
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Vec<String>,
}

impl From<&HttpRule> for Rule {
    fn from(rule: &HttpRule) -> Self {
        Self { method: rule.method(), path: rule.path(), host: rule.host(), headers: rule.headers() }
    }
}

fn rules(clause: &Clause) -> Vec<Rule> {
    clause.rules.iter().map(|rule| Rule::from(rule.as_ref())).collect()
}

fn clauses<S: Serializer>(clauses: &[Clause], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(clauses.iter().map(rules))
}

fn free(protocol: Protocol, range: PortRange) -> Range<'static> {
    Range { protocol: protocol.name(), first: range.first, last: range.last, http: None, http_and: &[] }
}

fn narrowed(narrowed: &Narrowed) -> Range<'_> {
    let (first, more) = narrowed.clauses.split_first().map_or((None, &[][..]), |(first, more)| (Some(first), more));
    Range { http: first.map(rules), http_and: more, ..free(Protocol::Tcp, narrowed.range) }
}

fn ranges<S: Serializer>(connection: &Connection<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    let all = |protocol: Protocol, ports: &PortSet| {
        ports.ranges(protocol).iter().map(move |range| free(protocol, *range)).collect::<Vec<_>>()
    };
    if connection.http.is_empty() {
        return serializer.collect_seq(Protocol::ALL.into_iter().flat_map(|p| all(p, connection.allowed)));
    }
    let mut entries = all(Protocol::Tcp, &connection.reach().free());
    entries.extend(connection.http.iter().map(narrowed));
    entries.sort_by_key(|range| range.first);
    let others = [Protocol::Udp, Protocol::Sctp].into_iter().flat_map(|protocol| all(protocol, connection.allowed));
    serializer.collect_seq(entries.into_iter().chain(others))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use netpol_core::connectivity::Side;
    use netpol_core::http::{HeaderMatch, Pattern, TextMatch};
    use netpol_core::manifest::Direction;
    use netpol_core::reach::Reach;
    use netpol_core::source::Span;

    use super::*;

    fn rule(method: &str, path: &str, headers: &[&str]) -> Arc<HttpRule> {
        let list = |text: &str| match text {
            "" => Vec::new(),
            text => vec![TextMatch::Regex(Pattern::new(text).unwrap())],
        };
        let headers = headers.iter().map(|text| HeaderMatch::parse(text)).collect();
        Arc::new(HttpRule { methods: list(method), paths: list(path), headers, ..HttpRule::any(Span::default()) })
    }

    fn narrowed(first: u16, last: u16, direction: Direction, rules: &[Arc<HttpRule>]) -> Reach {
        Reach::narrowed(&PortSet::of(Protocol::Tcp, PortRange { first, last }), direction, rules)
    }

    #[test]
    fn ports_with_requests() {
        let api = [rule("GET", "", &[]), rule("POST", "/api/.*", &["X-Key: 1"])];
        let open = PortSet::from_ranges([
            (Protocol::Tcp, PortRange { first: 90, last: 90 }),
            (Protocol::Udp, PortRange { first: 53, last: 53 }),
        ]);
        let into = narrowed(80, 81, Direction::Ingress, &api).union(&open.into());
        let out = narrowed(80, 80, Direction::Egress, &[rule("", "/x", &[])]).union(
            &PortSet::from_ranges([
                (Protocol::Tcp, PortRange { first: 81, last: 100 }),
                (Protocol::Udp, PortRange::ALL),
            ])
            .into(),
        );
        let reach = out.intersection(&into);
        let side = Side { decided: true, refuses: false };
        let connection =
            Connection { allowed: &reach.ports, http: &reach.http, egress: side, ingress: side, unknown: false };
        let answer = Answer::from(connection);
        assert_eq!(answer.phrase(), "TCP/80 (HTTP), TCP/81 (HTTP), TCP/90, UDP/53");
        let api = r#"[{"method":"GET"},{"method":"POST","path":"/api/.*","headers":["X-Key: 1"]}]"#;
        let entries = [
            format!(r#"{{"protocol":"TCP","first":80,"last":80,"http":[{{"path":"/x"}}],"httpAnd":[{api}]}}"#),
            format!(r#"{{"protocol":"TCP","first":81,"last":81,"http":{api}}}"#),
            r#"{"protocol":"TCP","first":90,"last":90}"#.to_owned(),
            r#"{"protocol":"UDP","first":53,"last":53}"#.to_owned(),
        ];
        let expected = format!(r#"{{"verdict":"partial","allowed":[{}],"blockedBy":[]}}"#, entries.join(","));
        assert_eq!(serde_json::to_string(&answer).unwrap(), expected);
    }
}

//! The answer to a question as sentences.

use super::{Hop, Probe, Question};
use crate::Analysis;
use crate::cluster::Endpoint;
use crate::connectivity::Verdict;
use crate::explain::Standing;

/// The whole answer in one sentence: that of its one connection, or how many of them are open.
pub fn headline(analysis: &Analysis, question: &Question, probe: &Probe) -> String {
    let count = |verdict| probe.hops.iter().filter(|hop| hop.verdict == verdict).map(Hop::count).sum::<usize>();
    let (open, part, all) = (count(Verdict::Open), count(Verdict::Partial), probe.count());
    match probe.hops.as_slice() {
        [] => "there is nothing to connect to".to_owned(),
        [one] if all == 1 => sentence(analysis, question, one),
        _ if open == all => format!("all {all} connections are open"),
        _ if part == all => format!("all {all} connections are open in part"),
        _ if open + part == 0 => format!("all {all} connections are blocked"),
        _ if part == 0 => format!("{open} of {all} connections are open"),
        _ => format!("{open} of {all} connections are open, {part} in part"),
    }
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
        Verdict::Open => format!("{from} may open {} on {on}{doubt}", what("every")),
        Verdict::Partial => format!("{from} may open only {} on {on}{doubt}", hop.allowed),
        Verdict::Blocked => {
            let by = match hop.why.refused_by() {
                (true, true) if hop.why.egress.allows => "the two sides have no port in common".to_owned(),
                (true, true) => format!("blocked by egress of {from} and ingress of {to}"),
                (true, false) => format!("blocked by egress of {from}"),
                _ => format!("blocked by ingress of {to}"),
            };
            format!("{from} may not open {} on {on}: {by}{doubt}", what("any"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PortName, probe};
    use super::*;
    use crate::ports::Protocol;
    use crate::source::Source;

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
        let port = port.map(PortName::Number);
        let question = Question { from: from.to_owned(), to: to.to_owned(), port, protocol };
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

//! A verdict in one sentence, to show beside an arrow or to be read aloud.

use super::trace::allowed;
use super::{cited, explain};
use crate::Analysis;
use crate::connectivity::{Connection, Verdict};
use crate::manifest::Direction;
use crate::ports::{PortSet, Protocol};

/// The verdict on one pair in a few words: `blocked: database admits only api`.
pub fn sentence(analysis: &Analysis, from: usize, to: usize) -> String {
    let Some(connection) = analysis.connectivity.connection(from, to) else { return String::new() };
    match connection.verdict() {
        Verdict::Open if connection.unknown => "open, as far as known: an address is missing".to_owned(),
        Verdict::Open if !connection.is_decided() => "open, no policy decides".to_owned(),
        Verdict::Open => "open: every port is allowed".to_owned(),
        Verdict::Partial => {
            let doubt = if connection.unknown { ", as far as known: an address is missing" } else { "" };
            format!("{}{doubt}", some_of(&connection))
        }
        Verdict::Blocked if connection.unknown => "blocked, as far as known: an address is missing".to_owned(),
        Verdict::Blocked => match connection.refused_by() {
            (true, true) => refused_twice(analysis, from, to),
            (true, false) => refused(analysis, (from, to), Direction::Egress),
            _ => refused(analysis, (from, to), Direction::Ingress),
        },
    }
}

/// What of a connection is open: `only TCP/80`, or where every port is, the ports on which not every request passes.
fn some_of(connection: &Connection<'_>) -> String {
    if !connection.allowed.is_all() {
        return format!("only {}", connection.reach());
    }
    let narrowed = connection.http.iter().map(|narrowed| (Protocol::Tcp, narrowed.range));
    format!("open, on {} for some HTTP requests only", PortSet::from_ranges(narrowed))
}

/// Why one side refuses: the policy that denies it, or what its policies leave.
fn refused(analysis: &Analysis, (from, to): (usize, usize), direction: Direction) -> String {
    let why = explain(analysis, from, to, None);
    let side = why.as_ref().map(|why| if direction == Direction::Egress { &why.egress } else { &why.ingress });
    let denier = side.and_then(|side| Some((side, analysis.policies.get(side.denied_by()?)?)));
    match denier {
        Some((side, policy)) => format!("blocked: {} denies it", side.full_name_of(analysis, policy)),
        None => {
            format!("blocked: {}", limits(analysis, if direction == Direction::Egress { from } else { to }, direction))
        }
    }
}

fn refused_twice(analysis: &Analysis, from: usize, to: usize) -> String {
    let (source, destination) = (analysis.cluster.name_of(from), analysis.cluster.name_of(to));
    let out = allowed(analysis, from, to, Direction::Egress);
    if out.is_empty() {
        return format!("blocked twice: {source} may not send there, {destination} does not admit it");
    }
    let into = allowed(analysis, to, from, Direction::Ingress);
    format!("blocked: {source} may send {out}, {destination} admits {into}")
}

/// What the policies leave of one side, in words.
fn limits(analysis: &Analysis, at: usize, direction: Direction) -> String {
    let name = analysis.cluster.name_of(at);
    let others = (0..analysis.cluster.endpoints.len()).filter(|other| *other != at);
    // With more than two there is no sentence that names them.
    let admitted: Vec<String> = others
        .filter(|other| !allowed(analysis, at, *other, direction).is_empty())
        .take(3)
        .map(|other| analysis.cluster.name_of(other))
        .collect();
    let (verb, otherwise) = match direction {
        Direction::Ingress => ("admits", "its policies do not admit this source"),
        Direction::Egress => ("may reach", "its policies do not allow this destination"),
    };
    match admitted.as_slice() {
        [] => format!("{name} {verb} nobody"),
        [one] => format!("{name} {verb} only {one}"),
        [one, two] => format!("{name} {verb} only {one} and {two}"),
        _ => format!("{name}: {otherwise}"),
    }
}

/// The sentence a screen reader reads for an arrow: `attacker to database: blocked by ingress of database, line 32`.
pub fn spoken(analysis: &Analysis, from: usize, to: usize) -> String {
    let name = |at: usize| analysis.cluster.name_of(at);
    let Some(connection) = analysis.connectivity.connection(from, to) else { return String::new() };
    let what = match (connection.verdict(), connection.refused_by()) {
        (Verdict::Open, _) if connection.is_decided() => "open".to_owned(),
        (Verdict::Open, _) => "open, no policy decides".to_owned(),
        (Verdict::Partial, _) => some_of(&connection),
        (Verdict::Blocked, _) if connection.unknown => "blocked as far as known, an address is missing".to_owned(),
        (Verdict::Blocked, (true, true)) => format!("blocked by egress of {} and ingress of {}", name(from), name(to)),
        (Verdict::Blocked, (true, false)) => format!("blocked by egress of {}", name(from)),
        (Verdict::Blocked, _) => format!("blocked by ingress of {}", name(to)),
    };
    let line = cited(analysis, from, to).last().and_then(|(place, _)| {
        analysis.sources.get(place.file).map(|source| format!(", line {}", source.line(place.span.start)))
    });
    format!("{} to {}: {what}{}", name(from), name(to), line.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    const PODS: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: guest, labels: {app: guest}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}}
---
";

    const ADMIN: &str = "
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: guests}
spec:
  priority: 1
  subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}}
  ingress:
  - {action: Pass, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}]}
  - {action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: guest}}}}]}
";

    fn cilium(rules: &str) -> String {
        format!(
            "
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: requests}}
spec:
  endpointSelector: {{matchLabels: {{app: db}}}}
  {rules}
"
        )
    }

    #[track_caller]
    fn check(policies: &str, from: usize, to: usize, words: &str, read_aloud: &str) {
        let analysis = crate::analyze(vec![Source::new("all", format!("{PODS}{policies}"))]);
        assert_eq!(analysis.manifests.diagnostics, []);
        assert_eq!(sentence(&analysis, from, to), words);
        assert_eq!(spoken(&analysis, from, to), read_aloud);
    }

    #[test]
    fn who_denies_is_named() {
        let denied = "blocked: AdminNetworkPolicy guests denies it";
        check(ADMIN, 1, 2, denied, "guest to db: blocked by ingress of db, line 17");
        check(ADMIN, 0, 2, "open, no policy decides", "web to db: open, no policy decides, line 16");
        check(ADMIN, 2, 0, "open, no policy decides", "db to web: open, no policy decides");
    }

    #[test]
    fn requests_are_marked() {
        let some = "{fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: \"80\", protocol: TCP}], rules: {http: [{method: GET}]}}]}";
        let policy = cilium(&format!("ingress: [{some}]"));
        check(&policy, 0, 2, "only TCP/80 (HTTP)", "web to db: only TCP/80 (HTTP), line 14");
        check(&policy, 1, 2, "blocked: db admits only web", "guest to db: blocked by ingress of db, line 14");
        let all = "{fromEndpoints: [{}]}";
        let open = cilium(&format!("ingress: [{some}, {all}]"));
        check(&open, 0, 2, "open: every port is allowed", "web to db: open, line 14");
    }

    #[test]
    fn hosts_outside_are_named() {
        let names =
            "egress: [{toFQDNs: [{matchName: api.example.com}], toPorts: [{ports: [{port: \"443\", protocol: TCP}]}]}]";
        let analysis = crate::analyze(vec![Source::new("all", format!("{PODS}{}", cilium(names)))]);
        let host = analysis.cluster.find("api.example.com").unwrap();
        assert_eq!(sentence(&analysis, 2, host), "only TCP/443");
        assert_eq!(spoken(&analysis, 2, host), "db to api.example.com: only TCP/443, line 14");
        assert_eq!(sentence(&analysis, 2, 0), "blocked: db may reach only api.example.com");
    }
}

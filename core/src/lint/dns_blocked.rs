//! Policies that isolate pods for egress and forget DNS.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::dns::{Lookups, port, servers};
use super::facts::{Facts, opens};
use super::findings::Findings;
use super::mend;
use super::words::by_count;
use crate::Analysis;
use crate::bits::BitSet;
use crate::cluster::dns::{self, LABEL, PORT};
use crate::diagnostic::Diagnostic;
use crate::manifest::Direction;
use crate::policy::{Policy, Selector};
use crate::ports::Protocol;
use crate::source::{Edit, Place};

/// Policies that isolate pods for egress without a way to DNS: one finding for each, with the pods that no other finding
/// has named yet.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    let analysis = facts.analysis;
    let lookups = Lookups::of(analysis);
    let mut unresolved = lookups.all(analysis);
    if !unresolved.is_empty() && facts.is_plain() {
        // Where only the protocol is wrong, another lint says so.
        unresolved.intersect(&lookups.over(Protocol::Tcp).all(analysis));
    }
    let mut left: BitSet = unresolved.iter().map(|at| analysis.cluster.classes.of(at)).collect();
    left.intersect(&facts.classes());
    if left.is_empty() {
        return;
    }
    let mut isolating: BTreeMap<usize, BitSet> = BTreeMap::new();
    for class in left.iter() {
        for policy in facts.isolating(class, Direction::Egress) {
            isolating.entry(*policy).or_default().insert(class);
        }
    }
    let mut widest: Vec<(usize, BitSet)> = isolating.into_iter().collect();
    widest.sort_by_key(|(at, classes)| (Reverse(facts.count(classes)), *at));
    let mut reported: Vec<(usize, BitSet)> = Vec::new();
    for (at, mut classes) in widest {
        classes.intersect(&left);
        left.subtract(&classes);
        if !classes.is_empty() {
            reported.push((at, classes));
        }
    }
    reported.sort_by_key(|(at, _)| facts.policy(*at).map(|policy| policy.place));
    let opening = opening(analysis);
    let mut names = mend::Names::default();
    for (at, classes) in reported {
        let Some(policy) = facts.policy(at) else { continue };
        let silent = !classes.iter().any(|class| opening.contains(class));
        let message = message(facts, policy, &facts.pods(&classes), silent);
        let place = place(facts, at, policy);
        let fix = |finding: Diagnostic| {
            let help = "Allow UDP and TCP port 53 to the pods of the cluster's DNS, in kube-system.";
            let fix = allowing(facts, policy, place, &mut names);
            finding.with_help(help).with_fix(fix)
        };
        if silent {
            findings.note(place, message, fix);
        } else {
            findings.warn(place, message, fix);
        }
    }
}

/// The classes that may open some connection.
fn opening(analysis: &Analysis) -> BitSet {
    let mut out = BitSet::default();
    let egress = |policy: &Policy| policy.rules(Direction::Egress).unwrap_or_default().iter().any(opens);
    analysis.policies.iter().filter(|policy| egress(policy)).for_each(|policy| out.unite(&policy.subjects));
    out
}

fn message(facts: &Facts<'_>, policy: &Policy, pods: &[usize], silent: bool) -> String {
    let home = facts.one_namespace(pods);
    let (number, names) = (facts.number(pods), facts.names(pods, home));
    let space = home.map_or(String::new(), |home| format!(" of `{home}`"));
    let they = by_count(pods.len(), "it", "they");
    let them = by_count(pods.len(), "its", "their");
    let name = &policy.name;
    if silent {
        format!(
            "`{name}` isolates {number}{space} for egress, and {they} may open no connection at all, not even a lookup to DNS: {names}."
        )
    } else {
        format!(
            "`{name}` isolates {number}{space} for egress, and no rule lets {them} lookups reach DNS (UDP/53), so names will not resolve in {names}."
        )
    }
}

/// Where a policy says that it isolates for egress.
fn place(facts: &Facts<'_>, at: usize, policy: &Policy) -> Place {
    let written = facts.analysis.manifests.policies.get(at).filter(|_| policy.is_network_policy());
    let rule = written.and_then(|written| written.egress.first()).map(|rule| Place { span: rule.span, ..policy.place });
    policy.types_place.or(rule).unwrap_or(policy.selector_place)
}

/// The edit that adds a policy to the text which lets the subjects of `policy` ask the DNS.
fn allowing(facts: &Facts<'_>, policy: &Policy, place: Place, names: &mut mend::Names) -> Vec<Edit> {
    let cluster = &facts.analysis.cluster;
    let server = servers(cluster).first().and_then(|at| cluster.endpoints.get(*at)).and_then(dns::label);
    let (key, value) = server.unwrap_or(LABEL);
    let ports: Vec<String> = [Protocol::Udp, Protocol::Tcp]
        .iter()
        .map(|protocol| {
            let server = servers(cluster).first().and_then(|at| cluster.endpoints.get(*at));
            let port = server.map_or(PORT, |server| port(server, *protocol));
            format!("    - protocol: {protocol}\n      port: {port}\n")
        })
        .collect();
    let Selector::Own(selector) = &policy.selector else { return Vec::new() };
    let (Some(namespace), Some(source), true) = (&policy.namespace, facts.source(place), facts.is_plain()) else {
        return Vec::new();
    };
    let name = names.free(facts, namespace, "allow-dns");
    let pods = mend::selector(selector, 2);
    let text = format!(
        "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  namespace: {namespace}
spec:
  podSelector:{pods}
  policyTypes:
  - Egress
  egress:
  - to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {}
      podSelector:
        matchLabels:
          {key}: {value}
    ports:
{}",
        dns::NAMESPACE,
        ports.concat(),
    );
    vec![mend::appended(source, &text)]
}

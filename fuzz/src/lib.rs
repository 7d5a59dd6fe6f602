//! What must hold of every text, whoever wrote it: one function a fuzz target, each of which panics where it does not.
//!
//! All calls of the engine's own are in this file, so that the targets stay as they are when the engine changes.

pub mod expressions;
pub mod lessons;
pub mod model;
mod spans;

use std::fmt::Debug;

use netpol_core::cni::Cni;
use netpol_core::explain::Flow;
use netpol_core::http::Request;
use netpol_core::manifest::{self, Direction, Manifests, Meta};
use netpol_core::policy::{Peer, PeerCondition, Peers, Policy, Selector};
use netpol_core::ports::Protocol;
use netpol_core::probe::{self, Question};
use netpol_core::reach::Reach;
use netpol_core::rewrite::{self, FlipMemory, Site};
use netpol_core::source::{Edit, Place, Source};
use netpol_core::{Analysis, cluster, diff, explain, phrase, words};

/// More endpoints than this are not asked pair by pair: it would take longer than it finds.
const MAX_ENDPOINTS: usize = 40;

/// Reads `text`; every diagnostic lies in it, and its fix fits.
pub fn read(text: &str) {
    let source = Source::new("text", text);
    let manifests = manifest::read(std::slice::from_ref(&source));
    check_manifests(&manifests, std::slice::from_ref(&source));
}

/// Analyzes `text` and asks about every pair: under the plugin that it is written for, or now and then under another.
pub fn analyze(text: &str) {
    let other = Cni::ALL.get(text.len() % (2 * Cni::ALL.len())).copied();
    check_analysis(&netpol_core::analyze_under(vec![Source::new("text", text)], other));
}

/// Analyzes `text`, in which there is no mistake.
pub fn valid(text: &str) {
    let analysis = netpol_core::analyze(vec![Source::new("text", text)]);
    assert!(!analysis.manifests.has_errors(), "{:#?} in\n{text}", analysis.manifests.diagnostics);
    assert_eq!(analysis.manifests.refused, 0, "refused without an error:\n{text}");
    check_analysis(&analysis);
}

/// Turns each switch of `text`, and turns it back.
pub fn flip(text: &str) {
    let analysis = netpol_core::analyze(vec![Source::new("text", text)]);
    for site in rewrite::sites(&analysis.manifests, &analysis.sources, &FlipMemory::default()) {
        let _ = rewrite::sites::membership(&analysis, &site);
        assert!(text.get(site.region().range()).is_some(), "{site:?} is not in the text");
        let mut memory = FlipMemory::default();
        let Some(there) = turn(text, &site, &mut memory) else { continue };
        let back = same_site(&there, &site, &memory).and_then(|site| turn(&there, &site, &mut memory));
        assert_eq!(back.as_deref(), Some(text), "{site:?} does not turn back; between:\n{there}");
    }
}

/// Compares two texts, and each with itself.
pub fn diff(before: &str, after: &str) {
    let [before, after] = [before, after].map(|text| netpol_core::analyze(vec![Source::new("text", text)]));
    assert!(!diff::Comparison::new(&before, &before).differs(), "a text differs from itself");
    let _ = diff::Comparison::new(&before, &after).differs();
    assert!(diff::changes(&before, &before).is_empty(), "a text differs from itself");
    let (there, back) = (diff::changes(&before, &after), diff::changes(&after, &before));
    let mut there: Vec<_> = there.iter().map(|c| (&c.from, &c.to, c.before, c.after)).collect();
    let mut back: Vec<_> = back.iter().map(|c| (&c.from, &c.to, c.after, c.before)).collect();
    there.sort();
    back.sort();
    assert_eq!(there, back, "the way back changes something else");
}

fn turn(text: &str, site: &Site, memory: &mut FlipMemory) -> Option<String> {
    let source = Source::new("text", text);
    let manifests = manifest::read(std::slice::from_ref(&source));
    let edits = rewrite::flip(&source, &manifests, site, memory)?;
    edits.iter().for_each(|edit| check_edit(edit, text));
    Some(Edit::apply(&edits, text))
}

/// The switch of `text` that stands where `site` stood before it was turned.
fn same_site(text: &str, site: &Site, memory: &FlipMemory) -> Option<Site> {
    let source = Source::new("text", text);
    let manifests = manifest::read(std::slice::from_ref(&source));
    let place = |site: &Site| (site.policy, site.direction, site.rule, site.item);
    let sites = rewrite::sites(&manifests, std::slice::from_ref(&source), memory);
    sites.into_iter().find(|other| place(other) == place(site))
}

fn check_manifests(manifests: &Manifests, sources: &[Source]) {
    for diagnostic in &manifests.diagnostics {
        check_place(diagnostic.place, sources);
        let Some(source) = sources.get(diagnostic.place.file) else { continue };
        diagnostic.fix.iter().for_each(|edit| check_edit(edit, source.text()));
        let mended = Edit::apply(&diagnostic.fix, source.text());
        let grown: usize = diagnostic.fix.iter().map(|edit| edit.insert.len()).sum();
        let shrunk: usize = diagnostic.fix.iter().map(|edit| edit.span.end - edit.span.start).sum();
        assert_eq!(mended.len() + shrunk, source.text().len() + grown, "a fix was not applied: {diagnostic:?}");
    }
    assert!(manifests.diagnostics.is_sorted_by_key(|diagnostic| diagnostic.place), "diagnostics are out of order");
    manifests.namespaces.iter().for_each(|namespace| check_place(namespace.meta.place, sources));
    manifests.workloads.iter().for_each(|workload| check_place(workload.meta.place, sources));
    manifests.skipped.iter().for_each(|skipped| check_place(skipped.place, sources));
    fn each<T: Debug>(objects: &[T], meta: impl Fn(&T) -> &Meta, sources: &[Source]) {
        for object in objects {
            let file = meta(object).place.file;
            spans::of(object).into_iter().for_each(|span| check_place(Place { file, span }, sources));
        }
    }
    each(&manifests.accounts, |account| &account.meta, sources);
    each(&manifests.services, |service| &service.meta, sources);
    each(&manifests.policies, |policy| &policy.meta, sources);
    each(&manifests.cilium, |policy| &policy.meta, sources);
    each(&manifests.cilium_groups, |group| &group.meta, sources);
    each(&manifests.calico_policies, |policy| &policy.meta, sources);
    each(&manifests.tiers, |tier| &tier.meta, sources);
    each(&manifests.network_sets, |set| &set.meta, sources);
    each(&manifests.admin_policies, |policy| &policy.meta, sources);
}

fn check_analysis(analysis: &Analysis) {
    check_manifests(&analysis.manifests, &analysis.sources);
    for policy in &analysis.manifests.policies {
        assert!(!phrase::plain(&words::policy(policy)).is_empty());
        for rule in Direction::ALL.into_iter().flat_map(|direction| policy.rules(direction)) {
            for peer in rule.peers.iter().flat_map(|peers| &peers.items) {
                assert!(!phrase::plain(&words::peer(peer, &policy.meta.namespace)).is_empty());
            }
        }
    }
    for (at, policy) in analysis.policies.iter().enumerate() {
        assert!(!phrase::plain(&words::compiled(analysis, at)).is_empty());
        check_policy(policy, &analysis.sources);
    }
    let assumed = cluster::assumed_manifest(&analysis.cluster);
    let written = netpol_core::analyze(vec![Source::new("assumed", assumed.as_str())]);
    assert!(!written.manifests.has_errors(), "{:#?} in assumed\n{assumed}", written.manifests.diagnostics);
    if let Some(first) = analysis.cluster.endpoints.first() {
        for service in &analysis.cluster.services {
            let question =
                Question { from: first.id.clone(), to: service.id(), port: None, protocol: None, request: None };
            let _ = probe::probe(analysis, &question);
        }
    }
    let count = analysis.cluster.endpoints.len().min(MAX_ENDPOINTS);
    for from in 0..count {
        (0..count).for_each(|to| check_pair(analysis, from, to));
    }
}

/// Everything that a compiled policy cites.
fn check_policy(policy: &Policy, sources: &[Source]) {
    let check = |place: Place| check_place(place, sources);
    [policy.place, policy.selector_place].into_iter().chain(policy.types_place).for_each(check);
    if let Selector::Terms { says, terms } = &policy.selector {
        assert!(!says.phrases.is_empty());
        terms.iter().for_each(|term| check(term.place));
    }
    let check_peer = |peer: &Peer| {
        check(peer.place);
        if let PeerCondition::Terms { says, terms } = &peer.condition {
            assert!(!says.phrases.is_empty());
            terms.iter().for_each(|term| check(term.place));
        }
    };
    for rule in Direction::ALL.into_iter().filter_map(|direction| policy.rules(direction)).flatten() {
        check(rule.place);
        rule.own.iter().for_each(check_peer);
        if let Peers::OneOf(peers) = &rule.peers {
            peers.iter().for_each(check_peer);
        }
        for port in rule.ports.iter().chain(&rule.not_ports) {
            check(port.place);
            assert!(!port.words().is_empty());
        }
    }
}

/// Requests of several kinds.
const REQUESTS: [&str; 3] = ["GET /", "POST /api/v1/items?a=b", "DELETE http://web.shop:8080/admin"];

fn check_pair(analysis: &Analysis, from: usize, to: usize) {
    let connection = analysis.connectivity.connection(from, to).expect("a connection for every pair");
    assert!(from != to || connection.allowed.is_all(), "{from} does not reach itself");
    let whole = explain::explain(analysis, from, to, None).expect("an explanation for every pair");
    assert_eq!(whole.allowed, *connection.allowed, "{from} to {to}: explained otherwise");
    assert!(
        Reach { ports: whole.allowed.clone(), http: whole.http.clone() }.agrees(&connection.reach()),
        "{from} to {to}: requests are explained otherwise"
    );
    for narrowed in connection.http {
        assert!(!narrowed.clauses.is_empty() && !narrowed.range.to_string().is_empty());
        let rules = narrowed.clauses.iter().flat_map(|clause| &clause.rules);
        rules.for_each(|rule| assert!(!rule.to_string().is_empty()));
        for request in REQUESTS.map(|text| Request::parse(text).expect("a request")) {
            let all = narrowed.clauses.iter().all(|clause| clause.rules.iter().any(|rule| rule.admits(&request)));
            assert_eq!(narrowed.admits(&request), all, "{from} to {to}: {request}");
        }
    }
    let flow = Flow { protocol: Protocol::Tcp, port: 80 };
    let on_80 = explain::explain(analysis, from, to, Some(flow)).expect("an explanation for every pair");
    assert_eq!(on_80.allows(), connection.allowed.contains(flow.protocol, flow.port), "{from} to {to}: {flow}");
    for side in whole.sides().into_iter().chain(on_80.sides()) {
        assert!(!side.headline().is_empty());
        side.idle(analysis).iter().for_each(|idle| check_place(idle.place, &analysis.sources));
        for policy in &side.policies {
            check_place(policy.place, &analysis.sources);
            for rule in &policy.rules {
                [rule.place, rule.cites].into_iter().for_each(|place| check_place(place, &analysis.sources));
                let items = rule.own.iter().chain(&rule.peers).chain(&rule.ports);
                items.for_each(|item| check_place(item.cites, &analysis.sources));
            }
        }
    }
    for (place, _) in explain::cited(analysis, from, to) {
        check_place(place, &analysis.sources);
    }
    assert!(!explain::sentence(analysis, from, to).is_empty());
    assert!(!explain::spoken(analysis, from, to).is_empty());
}

/// The place lies in its text, between characters, and has a line and a column that a reader can go to.
fn check_place(place: Place, sources: &[Source]) {
    let source = sources.get(place.file).expect("a place in one of the texts");
    let span = place.span;
    assert!(source.text().get(span.range()).is_some(), "{span:?} is not in a text of {} bytes", source.text().len());
    for offset in [span.start, span.end] {
        let position = source.position(offset);
        let on_line = source.text().get(source.line_start(position.line)..offset).expect("a column on its line");
        assert_eq!(position.column, on_line.chars().count() + 1);
        assert_eq!(source.from_utf16(source.to_utf16(offset)), offset, "UTF-16 there and back");
    }
}

fn check_edit(edit: &Edit, text: &str) {
    assert!(text.get(edit.span.range()).is_some(), "{edit:?} does not fit a text of {} bytes", text.len());
}

//! The OR ⇄ AND rewrite: what the text becomes, that it says the other thing, and that flipping back restores it.

use netpol_core::manifest;
use netpol_core::rewrite::{FlipMemory, Layout, flip, sites};
use netpol_core::source::{Edit, Source};

const HEAD: &str =
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n  podSelector: {}\n";

fn turn(text: &str, at: usize, memory: &mut FlipMemory) -> String {
    let source = Source::new("policy", text);
    let manifests = manifest::read(std::slice::from_ref(&source));
    let found = sites(&manifests, std::slice::from_ref(&source), memory);
    let site = found.get(at).unwrap_or_else(|| panic!("no site {at} in:\n{text}\n{:?}", manifests.diagnostics));
    let edits = flip(&source, &manifests, site, memory).unwrap_or_else(|| panic!("no other layout for:\n{text}"));
    Edit::apply(&edits, text)
}

fn layouts(text: &str) -> Vec<Layout> {
    let source = Source::new("policy", text);
    let manifests = manifest::read(std::slice::from_ref(&source));
    sites(&manifests, std::slice::from_ref(&source), &FlipMemory::default()).iter().map(|site| site.layout).collect()
}

/// Flips `before` to `after` and back, with the memory of the first flip.
#[track_caller]
fn check(before: &str, after: &str) {
    let mut memory = FlipMemory::default();
    let (before, after) = (format!("{HEAD}{before}"), format!("{HEAD}{after}"));
    let flipped = turn(&before, 0, &mut memory);
    assert_eq!(flipped, after, "\n{flipped}");
    assert_ne!(layouts(&before), layouts(&after));
    assert_eq!(turn(&flipped, 0, &mut memory), before, "flipping back");
}

/// As [`check`], and the way back needs no memory; `after` flips to `before` as well.
#[track_caller]
fn check_both_ways(before: &str, after: &str) {
    check(before, after);
    check(after, before);
    let mut memory = FlipMemory::default();
    assert_eq!(turn(&format!("{HEAD}{after}"), 0, &mut memory), format!("{HEAD}{before}"));
}

#[test]
fn the_chapters_dash() {
    check_both_ways(
        "  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          app: frontend\n    - namespaceSelector:\n        matchLabels:\n          env: staging\n",
        "  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          app: frontend\n      namespaceSelector:\n        matchLabels:\n          env: staging\n",
    );
}

#[test]
fn comments_quotes_and_odd_indentation_stay() {
    check_both_ways(
        "  egress:\n    - to:   # whom\n          - namespaceSelector: {matchLabels: {\"env\": 'staging'}}  # where\n\n            # who\n          - podSelector: {}   # everyone\n      ports: [{port: 80}]\n",
        "  egress:\n    - to:   # whom\n          - namespaceSelector: {matchLabels: {\"env\": 'staging'}}  # where\n\n            # who\n            podSelector: {}   # everyone\n      ports: [{port: 80}]\n",
    );
    check_both_ways(
        "  ingress:\r\n  - from:\r\n    -   podSelector: {}\r\n    -   namespaceSelector: {}\r\n",
        "  ingress:\r\n  - from:\r\n    -   podSelector: {}\r\n        namespaceSelector: {}\r\n",
    );
}

#[test]
fn items_indented_differently_line_up_and_come_back() {
    check(
        "  ingress:\n  - from:\n    -   podSelector: {}\n    - namespaceSelector:\n        matchLabels:\n          a: b\n",
        "  ingress:\n  - from:\n    -   podSelector: {}\n        namespaceSelector:\n          matchLabels:\n            a: b\n",
    );
    check(
        "  ingress:\n  - from:\n    - podSelector: {}\n    -   namespaceSelector:\n          matchLabels: {a: b}\n",
        "  ingress:\n  - from:\n    - podSelector: {}\n      namespaceSelector:\n        matchLabels: {a: b}\n",
    );
}

#[test]
fn a_dash_on_its_own_line() {
    check(
        "  ingress:\n  - from:\n    -\n      podSelector: {}\n    - # here\n      namespaceSelector: {}\n",
        "  ingress:\n  - from:\n    -\n      podSelector: {}\n      # here\n      namespaceSelector: {}\n",
    );
}

#[test]
fn flow_lists() {
    check_both_ways(
        "  ingress: [{from: [{podSelector: {}}, {namespaceSelector: {matchLabels: {a: b}}}]}]\n",
        "  ingress: [{from: [{podSelector: {}, namespaceSelector: {matchLabels: {a: b}}}]}]\n",
    );
    check_both_ways(
        "  ingress:\n  - from: [ { podSelector: {} }, { namespaceSelector: {} } ]\n",
        "  ingress:\n  - from: [ { podSelector: {}, namespaceSelector: {} } ]\n",
    );
    check(
        "  ingress:\n  - from: [podSelector: {}, namespaceSelector: {}]\n",
        "  ingress:\n  - from: [{podSelector: {}, namespaceSelector: {}}]\n",
    );
    check(
        "  ingress:\n  - from: [{podSelector: {}},  # one\n           {namespaceSelector: {}}]\n",
        "  ingress:\n  - from: [{podSelector: {},  # one\n           namespaceSelector: {}}]\n",
    );
}

#[test]
fn printed_json() {
    let lead = "  ingress: [\n    {\n      \"from\": [\n";
    check_both_ways(
        &format!(
            "{lead}        {{\n          \"podSelector\": {{}}\n        }},\n        {{\n          \"namespaceSelector\": {{}}\n        }}\n      ]\n    }}\n  ]\n"
        ),
        &format!(
            "{lead}        {{\n          \"podSelector\": {{}},\n          \"namespaceSelector\": {{}}\n        }}\n      ]\n    }}\n  ]\n"
        ),
    );
}

#[test]
fn flow_items_in_a_block_list() {
    check_both_ways(
        "  ingress:\n  - from:\n    - {podSelector: {}}  # a\n    - {namespaceSelector: {}}\n",
        "  ingress:\n  - from:\n    - {podSelector: {},  # a\n       namespaceSelector: {}}\n",
    );
    check(
        "  ingress:\n  - from:\n    - {podSelector: {}, namespaceSelector: {}}\n",
        "  ingress:\n  - from:\n    - {podSelector: {}}\n    - {namespaceSelector: {}}\n",
    );
    check(
        "  ingress:\n  - from:\n    - podSelector: {}\n    - {namespaceSelector: {}}\n",
        "  ingress:\n  - from:\n    - podSelector: {}\n      namespaceSelector: {}\n",
    );
    check(
        "  ingress:\n  - from:\n    - {podSelector: {}}\n    - namespaceSelector: {}\n",
        "  ingress:\n  - from:\n    - podSelector: {}\n      namespaceSelector: {}\n",
    );
}

#[test]
fn one_of_several_sites_and_beside_other_peers() {
    let text = format!(
        "{HEAD}  ingress:\n  - from:\n    - ipBlock: {{cidr: 10.0.0.0/8}}\n    - podSelector: {{}}\n    - namespaceSelector: {{}}\n    - podSelector: {{}}\n      namespaceSelector: {{}}\n"
    );
    assert_eq!(layouts(&text), [Layout::Or, Layout::And]);
    let mut memory = FlipMemory::default();
    let flipped = turn(&text, 1, &mut memory);
    assert!(flipped.ends_with("    - podSelector: {}\n    - namespaceSelector: {}\n"));
    assert_eq!(layouts(&flipped), [Layout::Or, Layout::Or]);
    assert_eq!(turn(&flipped, 1, &mut memory), text);
}

#[test]
fn a_half_before_the_pair_does_not_take_it_over() {
    let mut memory = FlipMemory::default();
    let text = format!(
        "{HEAD}  ingress:\n  - from:\n    - namespaceSelector: {{matchLabels: {{a: b}}}}\n    - podSelector: {{}}\n      namespaceSelector: {{}}\n"
    );
    let flipped = turn(&text, 0, &mut memory);
    assert!(flipped.ends_with("    - podSelector: {}\n    - namespaceSelector: {}\n"), "{flipped}");
    assert_eq!(turn(&flipped, 0, &mut memory), text);
}

#[test]
fn what_has_no_second_layout_is_not_offered() {
    for items in [
        "[{podSelector: {},}, {namespaceSelector: {}}]",
        "[{podSelector: {}}, namespaceSelector: {}]",
        "\n    - podSelector:\n      namespaceSelector: {}\n    - podSelector: {}",
    ] {
        assert_eq!(layouts(&format!("{HEAD}  ingress:\n  - from: {items}\n")), [], "{items}");
    }
    check(
        "  ingress:\n  - from:\n    - {podSelector: {},\n      namespaceSelector: {}}\n",
        "  ingress:\n  - from:\n    - {podSelector: {}}\n    - {namespaceSelector: {}}\n",
    );
}

#[test]
fn text_of_others_is_left_alone() {
    let shared = format!(
        "{HEAD}  ingress:\n  - from:\n    - &pods\n      podSelector: {{}}\n    - namespaceSelector: {{}}\n  - from: [*pods]\n"
    );
    assert_eq!(layouts(&shared), []);
    let lone = format!(
        "{HEAD}  ingress:\n  - from:\n    - podSelector: {{}}\n    - podSelector: {{}}\n    - ipBlock: {{cidr: 10.0.0.0/8}}\n"
    );
    assert_eq!(layouts(&lone), []);
}

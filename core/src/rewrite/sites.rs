//! Where a peer list could be read as OR or as AND: a podSelector item next to a namespaceSelector item, or one item
//! with both.

use super::{FlipMemory, block, joins_or_parts};
use crate::Analysis;
use crate::bits::BitSet;
use crate::manifest::{Direction, Manifests, Peer, PeerList};
use crate::source::{FileId, Source, Span};

/// How the two selectors are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Two list items: either may match.
    Or,
    /// One list item: both must match.
    And,
}

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionKind {
    /// A podSelector: the pod's labels.
    Pod,
    /// A namespaceSelector: the labels of the pod's namespace.
    Namespace,
}

/// One of the two selectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// What it looks at.
    pub kind: ConditionKind,
    /// Its key in the text.
    pub key: Span,
}

/// A place in a text where OR and AND are one dash apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The text.
    pub file: FileId,
    /// Index of the policy.
    pub policy: usize,
    /// Which of its rule lists.
    pub direction: Direction,
    /// Index of the rule.
    pub rule: usize,
    /// Index of the (first) item in the peer list.
    pub item: usize,
    /// How it is written now.
    pub layout: Layout,
    /// The two conditions in text order; they are numbered 1 and 2.
    pub conditions: [Condition; 2],
    /// The list items: two for OR, one for AND.
    pub items: Vec<Span>,
    /// The deciding dash, or the blank where it would stand; `None` in flow style.
    pub dash: Option<usize>,
}

/// Which endpoints meet the two conditions of a site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Membership {
    /// Endpoints that meet each condition as it counts in this layout: a podSelector of its own reaches the policy's
    /// own namespace only.
    pub met: [BitSet; 2],
    /// Namespaces that meet a namespaceSelector condition, by index.
    pub namespaces: [BitSet; 2],
    /// The endpoints that the policy selects.
    pub subjects: BitSet,
}

impl Site {
    /// From the start of the first item to the end of the last.
    pub fn region(&self) -> Span {
        self.items.iter().copied().reduce(Span::to).unwrap_or_default()
    }

    /// The words for an arrow between a subject and an endpoint that meets the conditions as `met` says.
    pub fn phrase(&self, met: [bool; 2]) -> &'static str {
        match (self.layout, met) {
            (Layout::Or, [true, true]) => "items 1 and 2",
            (Layout::Or, [true, false]) => "item 1",
            (Layout::Or, [false, true]) => "item 2",
            (Layout::And, [true, true]) => "both 1 and 2",
            (Layout::And, [true, false]) => "only 1",
            (Layout::And, [false, true]) => "only 2",
            (_, [false, false]) => "neither",
        }
    }
}

impl Membership {
    /// Which of the two conditions `endpoint` meets.
    pub fn of(&self, endpoint: usize) -> [bool; 2] {
        self.met.each_ref().map(|set| set.contains(endpoint))
    }
}

/// How many sites are looked for: a page with more switches than that helps nobody.
pub const MAX_SITES: usize = 200;

/// Every site in `manifests`, up to [`MAX_SITES`], in text order. Where three items in a row leave a choice, `memory` tells which two a flip
/// has made, so that flipping back means the same two.
pub fn sites(manifests: &Manifests, sources: &[Source], memory: &FlipMemory) -> Vec<Site> {
    let mut out = Vec::new();
    for (policy_at, policy) in manifests.policies.iter().enumerate() {
        let Some(source) = sources.get(policy.meta.place.file) else { continue };
        for direction in Direction::ALL {
            for (rule_at, rule) in policy.rules(direction).iter().enumerate() {
                let Some(list) = rule.peers.as_ref().filter(|list| !list.shared) else { continue };
                for (item, layout) in candidates(list, source, memory) {
                    let site = build(list, item, layout, source).map(|(conditions, items, dash)| Site {
                        file: policy.meta.place.file,
                        policy: policy_at,
                        direction,
                        rule: rule_at,
                        item,
                        layout,
                        conditions,
                        items,
                        dash,
                    });
                    out.extend(site.filter(|site| joins_or_parts(source, list, site).is_some()));
                    if out.len() >= MAX_SITES {
                        return out;
                    }
                }
            }
        }
    }
    out.sort_by_key(|site| (site.file, site.region()));
    out
}

/// The items that make a site. No item belongs to two: pairs that a flip has just made come first, then left to right.
fn candidates(list: &PeerList, source: &Source, memory: &FlipMemory) -> Vec<(usize, Layout)> {
    let pod_only = |peer: &Peer| peer.pod_selector.is_some() && peer.fields == 1;
    let namespace_only = |peer: &Peer| peer.namespace_selector.is_some() && peer.fields == 1;
    let both = |peer: &Peer| peer.pod_selector.is_some() && peer.namespace_selector.is_some() && peer.fields == 2;
    let pairs: Vec<usize> = (0..list.items.len())
        .filter(|at| match (list.items.get(*at), list.items.get(at + 1)) {
            // In a flow list a brace-less pair beside a braced item has no second layout.
            (Some(a), Some(b)) if !list.flow || a.flow == b.flow => {
                pod_only(a) && namespace_only(b) || namespace_only(a) && pod_only(b)
            }
            _ => false,
        })
        .collect();
    let made = |at: &usize| {
        let items = list.items.get(*at).zip(list.items.get(at + 1));
        items.is_some_and(|(a, b)| memory.made(source.slice(a.span.to(b.span))))
    };
    let (first, rest): (Vec<usize>, Vec<usize>) = pairs.into_iter().partition(made);
    let mut taken = BitSet::default();
    let mut out: Vec<(usize, Layout)> =
        list.items.iter().enumerate().filter(|(_, item)| both(item)).map(|(at, _)| (at, Layout::And)).collect();
    for at in first.into_iter().chain(rest) {
        if !taken.contains(at) && !taken.contains(at + 1) {
            taken.insert(at);
            taken.insert(at + 1);
            out.push((at, Layout::Or));
        }
    }
    out
}

fn build(
    list: &PeerList,
    item: usize,
    layout: Layout,
    source: &Source,
) -> Option<([Condition; 2], Vec<Span>, Option<usize>)> {
    let first = list.items.get(item)?;
    let conditions = |peer: &Peer| {
        let pod = peer.pod_selector.as_ref().map(|s| Condition { kind: ConditionKind::Pod, key: s.key });
        let namespace =
            peer.namespace_selector.as_ref().map(|s| Condition { kind: ConditionKind::Namespace, key: s.key });
        pod.into_iter().chain(namespace)
    };
    let (mut found, items, dash): (Vec<Condition>, _, _) = match layout {
        Layout::And => {
            let dash = if list.flow || first.flow { None } else { block::blank_dash(source, first) };
            (conditions(first).collect(), vec![first.span], dash)
        }
        Layout::Or => {
            let second = list.items.get(item + 1)?;
            let dash = if list.flow { None } else { block::dash_before(source, second.span.start) };
            (conditions(first).chain(conditions(second)).collect(), vec![first.span, second.span], dash)
        }
    };
    found.sort_by_key(|condition| condition.key);
    Some((found.try_into().ok()?, items, dash))
}

/// The peer list that `site` is in.
pub(super) fn peer_list<'m>(manifests: &'m Manifests, site: &Site) -> Option<&'m PeerList> {
    manifests.policies.get(site.policy)?.rules(site.direction).get(site.rule)?.peers.as_ref()
}

/// Which endpoints meet the conditions of `site`.
pub fn membership(analysis: &Analysis, site: &Site) -> Membership {
    let mut out = Membership::default();
    let Some(policy) = analysis.manifests.policies.get(site.policy) else { return out };
    let Some(list) = peer_list(&analysis.manifests, site) else { return out };
    if let Some(compiled) = analysis.policies.get(site.policy) {
        out.subjects = analysis.cluster.members(&compiled.subjects);
    }
    let items = list.items.iter().skip(site.item).take(2);
    let selector_at = |key: Span| {
        let mut selectors = items.clone().flat_map(|peer| peer.pod_selector.iter().chain(&peer.namespace_selector));
        selectors.find(|selector| selector.key == key).map(|selector| &selector.selector)
    };
    let cluster = &analysis.cluster;
    for ((condition, met), namespaces) in site.conditions.iter().zip(&mut out.met).zip(&mut out.namespaces) {
        let Some(selector) = selector_at(condition.key) else { continue };
        if condition.kind == ConditionKind::Namespace {
            let matching = cluster.namespaces.iter().enumerate().filter(|(_, ns)| selector.matches(&ns.labels));
            *namespaces = matching.map(|(at, _)| at).collect();
        }
        for (at, endpoint) in cluster.endpoints.iter().enumerate().filter(|(_, endpoint)| endpoint.is_selectable()) {
            let own = cluster.namespace_of(endpoint).is_some_and(|ns| ns.name == policy.meta.namespace);
            let holds = match condition.kind {
                ConditionKind::Namespace => endpoint.namespace.is_some_and(|ns| namespaces.contains(ns)),
                ConditionKind::Pod => (own || site.layout == Layout::And) && selector.matches(&endpoint.labels),
            };
            if holds {
                met.insert(at);
            }
        }
    }
    out
}

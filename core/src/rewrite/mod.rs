//! Edits of the user's own text: the OR ⇄ AND layout of a peer list.

pub(crate) mod block;
mod flow;
pub mod sites;

pub use sites::{Condition, ConditionKind, Layout, Membership, Site, sites};

use crate::manifest::{self, Manifests, Peer, PeerList};
use crate::source::{Edit, Source, Span};

/// What flips replaced, so that flipping back gives the original text to the byte even where the way back has
/// several spellings (`-   podSelector`, a dash on its own line, one flow item a line …).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlipMemory {
    flips: Vec<Flip>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Flip {
    before: String,
    after: String,
}

/// How many flips are remembered; a page has a handful of switches.
const REMEMBERED: usize = 64;

impl FlipMemory {
    fn remember(&mut self, before: &str, after: &str) {
        self.flips.retain(|flip| flip.after != after && flip.before != after);
        if self.flips.len() >= REMEMBERED {
            self.flips.remove(0);
        }
        self.flips.push(Flip { before: before.to_owned(), after: after.to_owned() });
    }

    /// Whether `text` is what a flip made.
    pub(crate) fn made(&self, text: &str) -> bool {
        self.original(text).is_some()
    }

    fn original(&self, text: &str) -> Option<&str> {
        self.flips.iter().rev().find(|flip| flip.after == text).map(|flip| flip.before.as_str())
    }
}

/// The edits that give `site` the other layout: OR becomes AND, AND becomes OR. Everything but the dash (in flow
/// style: the braces) stays as it is. `None` when the text is written in a way that has no other layout; the edits
/// have been tried, so that applying them always gives a valid policy that says the other thing.
pub fn flip(source: &Source, manifests: &Manifests, site: &Site, memory: &mut FlipMemory) -> Option<Vec<Edit>> {
    let list = sites::peer_list(manifests, site)?;
    let before = source.slice(site.region());
    let remembered = memory.original(before).map(|text| {
        let region = site.region();
        vec![Edit::replace(region.start, region.end, text)]
    });
    let direct = || joins_or_parts(source, list, site);
    let proven = |edits: Vec<Edit>| prove(source, site, list, &edits).map(|after| (edits, after));
    let (edits, after) = remembered.and_then(proven).or_else(|| direct().and_then(proven))?;
    memory.remember(before, &after);
    Some(edits)
}

/// The edits for the other layout by the site's own text; `None` where it is written in a way that has none.
fn joins_or_parts(source: &Source, list: &PeerList, site: &Site) -> Option<Vec<Edit>> {
    match site.layout {
        Layout::Or => join(source, list, list.items.get(site.item)?, list.items.get(site.item + 1)?),
        Layout::And => part(source, list, list.items.get(site.item)?),
    }
}

/// Two items become one.
fn join(source: &Source, list: &PeerList, first: &Peer, second: &Peer) -> Option<Vec<Edit>> {
    match (list.flow, first.flow, second.flow) {
        (false, false, false) => block::join(source, first, second),
        (false, true, true) => block::join_flow_items(source, first, second),
        (false, _, _) => block::join_mixed(source, first, second),
        (true, true, true) => flow::join(source, first, second),
        (true, false, false) => flow::join_pairs(first, second),
        (true, _, _) => None,
    }
}

/// One item becomes two.
fn part(source: &Source, list: &PeerList, item: &Peer) -> Option<Vec<Edit>> {
    match (list.flow, item.flow) {
        (false, false) => block::part(source, item),
        (false, true) => block::part_flow_item(source, item),
        (true, true) => flow::part(source, item),
        (true, false) => None,
    }
}

/// Applies `edits` and reads the result: the text that the site's items have then, if the list says the other thing
/// there, and nothing that was right has become wrong.
fn prove(source: &Source, site: &Site, list: &PeerList, edits: &[Edit]) -> Option<String> {
    let changed = Source::new(source.name(), Edit::apply(edits, source.text()));
    let (was, is) = (manifest::read(std::slice::from_ref(source)), manifest::read(std::slice::from_ref(&changed)));
    if is.refused > was.refused || is.policies.len() != was.policies.len() {
        return None;
    }
    let flipped = sites::peer_list(&is, site)?;
    let (before, after) = (shapes(list), shapes(flipped));
    let (one, two, width) = match site.layout {
        Layout::Or => (&after, &before, 1),
        Layout::And => (&before, &after, 2),
    };
    let whole = one.get(site.item)?;
    let halves = (two.get(site.item)?, two.get(site.item + 1)?);
    let split = (&Shape { namespace: None, ..whole.clone() }, &Shape { pod: None, ..whole.clone() });
    let complete = whole.pod.is_some() && whole.namespace.is_some();
    let same = complete && (halves == split || (halves.1, halves.0) == split);
    let around = |list: &[Shape], width: usize| -> Vec<Shape> {
        list.iter().take(site.item).chain(list.iter().skip(site.item + width)).cloned().collect()
    };
    if !same || around(one, 1) != around(two, 2) {
        return None;
    }
    let items = flipped.items.iter().skip(site.item).take(width);
    let region = items.map(|item| item.span).reduce(Span::to)?;
    Some(changed.slice(region).to_owned())
}

/// What an item says, in words.
#[derive(Clone, PartialEq, Eq)]
struct Shape {
    pod: Option<String>,
    namespace: Option<String>,
    block: Option<String>,
}

fn shapes(list: &PeerList) -> Vec<Shape> {
    let words = |selector: &Option<manifest::PeerSelector>| selector.as_ref().map(|s| s.selector.to_string());
    let block = |peer: &Peer| peer.ip_block.as_ref().map(|block| format!("{} {:?}", block.cidr, block.except));
    let shape = |peer: &Peer| Shape {
        pod: words(&peer.pod_selector),
        namespace: words(&peer.namespace_selector),
        block: block(peer),
    };
    list.items.iter().map(shape).collect()
}

/// The two selectors of a site in text order: where the key starts, and where the value ends.
fn halves(item: &Peer) -> Option<(Span, Span)> {
    let whole = |selector: &manifest::PeerSelector| selector.key.to(selector.selector.span);
    let pod = item.pod_selector.as_ref().map(whole)?;
    let namespace = item.namespace_selector.as_ref().map(whole)?;
    Some(if pod.start < namespace.start { (pod, namespace) } else { (namespace, pod) })
}

/// The one selector of an item: from its key to the end of its value.
fn only(item: &Peer) -> Option<Span> {
    let selector = item.pod_selector.as_ref().or(item.namespace_selector.as_ref())?;
    Some(selector.key.to(selector.selector.span))
}

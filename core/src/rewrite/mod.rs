//! Edits of the user's own text: the OR ⇄ AND layout of a peer list.

mod block;
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
    let direct = || match site.layout {
        Layout::Or => join(source, list, list.items.get(site.item)?, list.items.get(site.item + 1)?),
        Layout::And => part(source, list, list.items.get(site.item)?),
    };
    let proven = |edits: Vec<Edit>| prove(source, site, &edits).map(|after| (edits, after));
    let (edits, after) = remembered.and_then(proven).or_else(|| direct().and_then(proven))?;
    memory.remember(before, &after);
    Some(edits)
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

/// Applies `edits` and reads the result: the text of the new site's region, if the site is there and says the other
/// thing, and nothing that was right has become wrong.
fn prove(source: &Source, site: &Site, edits: &[Edit]) -> Option<String> {
    let changed = Source::new(source.name(), Edit::apply(edits, source.text()));
    let (was, is) = (manifest::read(std::slice::from_ref(source)), manifest::read(std::slice::from_ref(&changed)));
    if is.refused > was.refused || is.policies.len() != was.policies.len() {
        return None;
    }
    let flipped = sites(&is, std::slice::from_ref(&changed)).into_iter().find(|candidate| {
        let here = candidate.region().start.abs_diff(site.region().start) <= 1;
        candidate.layout != site.layout && (here || candidate.start() == site.start())
    })?;
    Some(changed.slice(flipped.region()).to_owned())
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

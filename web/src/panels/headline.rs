//! The finding as a sentence, and the legend that counts.

use std::collections::BTreeSet;

use netpol_core::Analysis;
use netpol_core::connectivity::Verdict;
use netpol_core::diff::Change;
use netpol_core::manifest::Peer;
use netpol_core::rewrite::{Layout, Site};
use yew::prelude::*;

use crate::diagram::door;
use crate::diagram::figure::{Figure, Node};
use crate::diagram::scene::{FEW, State};

/// How many arrows are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) idle: usize,
    pub(crate) open: usize,
    pub(crate) part: usize,
    /// Open for some requests only.
    pub(crate) http: usize,
    pub(crate) blocked: usize,
    pub(crate) unknown: usize,
}

impl Tally {
    /// Counts the arrows between the figure's boxes for which `keep` holds, by (from, to).
    pub(crate) fn count(analysis: &Analysis, figure: &Figure, keep: impl Fn(usize, usize) -> bool) -> Self {
        let mut tally = Tally::default();
        for (from, source) in figure.nodes.iter().enumerate() {
            for (to, destination) in figure.nodes.iter().enumerate() {
                if from == to || source.external && destination.external || !keep(from, to) {
                    continue;
                }
                let connection = analysis.connectivity.connection(source.endpoint(), destination.endpoint());
                match connection.map(|connection| State::of(&connection)) {
                    Some(State::Idle) => tally.idle += 1,
                    Some(State::Open) => tally.open += 1,
                    Some(State::Part) => tally.part += 1,
                    Some(State::Http) => tally.http += 1,
                    Some(State::Blocked(..)) => tally.blocked += 1,
                    Some(State::Unknown) => tally.unknown += 1,
                    None => {}
                }
            }
        }
        tally
    }

    fn all(self) -> usize {
        self.idle + self.open + self.part + self.http + self.blocked + self.unknown
    }
}

/// Whether a pair is blocked both ways and nobody talks about it, so that it is drawn as a ghost.
pub(crate) fn any_quiet_pair(analysis: &Analysis, figure: &Figure, spots: &[(String, String, String)]) -> bool {
    let blocked = |from: &Node, to: &Node| {
        let spot = spots.iter().any(|(a, b, _)| (a, b) == (&from.id, &to.id));
        let connection = analysis.connectivity.connection(from.endpoint(), to.endpoint());
        !spot && connection.is_some_and(|connection| connection.verdict() == Verdict::Blocked)
    };
    let nodes = &figure.nodes;
    nodes.len() > FEW
        && nodes.iter().enumerate().any(|(at, a)| {
            nodes.iter().skip(at + 1).any(|b| !(a.external && b.external) && blocked(a, b) && blocked(b, a))
        })
}

/// The headline where the network plugin ignores policies.
pub(crate) const NOT_ENFORCED: &str = "Accepted, not enforced";

/// The headline that is counted, where no lesson gives one.
pub(crate) fn counted(tally: Tally, analysis: &Analysis) -> String {
    let (all, open) = (tally.all(), tally.idle + tally.open);
    match (all, analysis.policies.len(), open, tally.part + tally.http) {
        (0, ..) => "Nobody to talk to yet".to_owned(),
        (_, 0, ..) if analysis.policies_written() > 0 => {
            format!("{} knows none of these policies", analysis.cni.title())
        }
        (_, 0, ..) => "Without policies, everyone can talk to everyone".to_owned(),
        (_, _, open, _) if open == all => "Every arrow is open".to_owned(),
        _ if tally.blocked == all => "Nothing gets through: every arrow is blocked".to_owned(),
        (_, _, open, 0) => format!("{open} of {all} arrows open"),
        (_, _, 0, part) => format!("{part} of {all} arrows open in part, none in full"),
        (_, _, open, part) => format!("{open} of {all} arrows open, {part} in part"),
    }
}

/// The headline for a policy list that an OR/AND switch stands beside.
pub(crate) fn of_site(analysis: &Analysis, site: &Site) -> Option<String> {
    let policy = analysis.manifests.policies.get(site.policy)?;
    let list = policy.rules(site.direction).get(site.rule)?.peers.as_ref()?;
    let whole = if site.layout == Layout::Or { 2 } else { 1 };
    if list.items.len() != whole {
        return None;
    }
    let first = list.items.get(site.item)?;
    let second = match site.layout {
        Layout::And => first,
        Layout::Or => list.items.get(site.item + 1)?,
    };
    let pods = |peer: &Peer| {
        peer.pod_selector.as_ref().map(|s| brief(&s.selector).map_or("any pod".into(), |word| format!("{word} pods")))
    };
    let spaces = |peer: &Peer| {
        peer.namespace_selector.as_ref().map(|s| brief(&s.selector).unwrap_or_else(|| "any namespace".into()))
    };
    let pod_words = pods(first).or_else(|| pods(second))?;
    let space_words = spaces(first).or_else(|| spaces(second))?;
    Some(match site.layout {
        Layout::Or if first.pod_selector.is_some() => {
            format!("Two items: {pod_words} here, *or* anyone in {space_words}")
        }
        Layout::Or => format!("Two items: anyone in {space_words}, *or* {pod_words} here"),
        Layout::And => format!("One item: {pod_words} *and* in {space_words}"),
    })
}

/// A selector as one word, if it has any requirement: its value, or the whole of it.
fn brief(selector: &netpol_core::labels::LabelSelector) -> Option<String> {
    match selector.requirements.as_slice() {
        [] => None,
        [one] if one.values.len() == 1 && one.operator == netpol_core::labels::Operator::In => {
            one.values.first().cloned()
        }
        _ => Some(selector.to_string()),
    }
}

/// `*word*` set in italics.
pub(crate) fn set(text: &str) -> Html {
    let part = |(at, part): (usize, &str)| {
        if at % 2 == 1 {
            html! { <i>{ part }</i> }
        } else {
            html! { { part } }
        }
    };
    html! { <>{ for text.split('*').enumerate().map(part) }</> }
}

/// What changed in the figure, in one line.
pub(crate) fn changes(changes: &[Change], figure: &Figure) -> String {
    let boxes: BTreeSet<&str> = figure.nodes.iter().map(|node| node.id.as_str()).collect();
    let drawn = |change: &Change| boxes.contains(change.from.as_str()) && boxes.contains(change.to.as_str());
    let changes: Vec<&Change> = changes.iter().filter(|change| drawn(change)).collect();
    let count = |keep: fn(&Change) -> bool| changes.iter().filter(|change| keep(change)).count();
    let blocked = count(|change| change.after == Verdict::Blocked && change.before != Verdict::Blocked);
    let opened = count(|change| change.before == Verdict::Blocked && change.after != Verdict::Blocked);
    let other = changes.len() - blocked - opened;
    let many = |count: usize, what: &str| {
        (count > 0).then(|| format!("{count} {} {what}", if count == 1 { "arrow" } else { "arrows" }))
    };
    let words: Vec<String> =
        [many(blocked, "blocked"), many(opened, "opened"), many(other, "changed")].into_iter().flatten().collect();
    words.join(", ")
}

/// The legend: a row for each state that occurs, counted.
pub(crate) fn legend(
    tally: Tally,
    rest: Option<(String, Tally)>,
    ghosts: bool,
    excuse: Option<(&'static str, &'static str)>,
) -> Html {
    let row = |class: &'static str, count: usize, words: &'static str| {
        (count > 0).then(|| {
            html! { <span class={classes!("row", class)}>{ sample(class) }<b>{ count }</b><span class="words">{ words }</span></span> }
        })
    };
    let counts = [tally.idle, tally.open, tally.part, tally.http, tally.blocked, tally.unknown];
    let rows = counts.iter().filter(|count| **count > 0).count();
    let decided = tally.all() > tally.idle;
    let rest = rest.map(|(into, rest)| {
        let words = match rest {
            Tally { open: 0, part: 0, http: 0, blocked: 0, unknown: 0, idle } => {
                format!("{idle} other arrows: open, no policy")
            }
            _ => format!("{} other arrows, not drawn", rest.all()),
        };
        html! { <><span class="long">{ "into " }<b>{ into }</b></span><span class="long">{ words }</span></> }
    });
    html! {
        <div class={classes!("legend", (rows > 3 || tally.http > 0).then_some("crowded"))}>
            { row("idle", tally.idle, if decided { "open, no policy" } else { "open, no policy decides" }) }
            { row("open", tally.open, "open") }
            { row("part", tally.part, "partly") }
            { row("http", tally.http, "by request") }
            { row("stop", tally.blocked, "blocked") }
            { row("unknown", tally.unknown, "address unknown") }
            if ghosts { <span class="row long">{ sample("ghost") }{ "blocked both ways" }</span> }
            { rest }
            if let Some((long, short)) = excuse { <span class="excuse"><span class="long">{ long }</span><span class="short">{ short }</span></span> }
        </div>
    }
}

fn sample(class: &'static str) -> Html {
    let inner = match class {
        "idle" => html! { <><path class="line" d="M1 6h22" /><path class="head" d="M29 6l-8-2.800v5.600z" /></> },
        "open" => html! { <><path class="line" d="M2 6h17" /><path class="head" d="M29 6 18 1.500v9z" /></> },
        "part" => html! { <><path class="line" d="M2 6h16" /><path class="head" d="M28 6 18 2v8z" /></> },
        "http" => {
            html! { <><path class="line" d="M0 6h16" /><path class="head" d="M29 6l-8-3.600v7.200z" /><g class="door" transform="translate(11 6) scale(.58)"><circle r="10" />{ door::shape() }</g></> }
        }
        "stop" => {
            html! { <><path class="line" d="M0 6h15" /><g class="cross" transform="translate(22 6) scale(.62)"><circle r="8.500" /><path d="m-3.200-3.200 6.400 6.400M3.200-3.200l-6.400 6.400" /></g></> }
        }
        "ghost" => html! { <path class="ghost" d="M2 6h26" /> },
        _ => html! { <path class="line" d="M1 6h28" /> },
    };
    let class = if class == "http" { "part http" } else { class };
    html! { <svg class={classes!("arrow", "sample", class)} width="30" height="12" viewBox="0 0 30 12" aria-hidden="true">{ inner }</svg> }
}

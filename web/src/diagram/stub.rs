//! Stubs: where everybody has the same partial verdict into one pod, one short arrow stands for them all.

use netpol_core::connectivity::{Connection, Verdict};
use netpol_core::ports::{PortRange, Protocol};
use yew::prelude::*;

use super::door;
use super::geometry::{Curve, Point, Rect, head};
use super::layout::Layout;
use super::scene::{Hover, Stage};
use crate::measure::{Font, Measure};

/// One short arrow that stands for the same partial verdict of everybody.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stub {
    pub(crate) to: usize,
    pub(crate) ring: Point,
    pub(crate) tip: Point,
    pub(crate) ports: String,
    /// Whether only some HTTP requests pass.
    pub(crate) http: bool,
    pub(crate) dimmed: bool,
}

impl Stage<'_> {
    /// Boxes into which everybody has the same partial verdict.
    pub(super) fn stubs(&self) -> Vec<Stub> {
        let count = self.figure.nodes.len();
        if count < 4 || self.view.focus.is_some() || self.view.all {
            return Vec::new();
        }
        (0..count).filter_map(|to| self.stub(to)).collect()
    }

    fn stub(&self, to: usize) -> Option<Stub> {
        let pods = self.figure.nodes.iter().enumerate().filter(|(from, node)| *from != to && !node.external);
        let mut sets = pods.map(|(from, _)| self.connection(from, to));
        let first = sets.next()??;
        let same = first.verdict() == Verdict::Partial
            && sets.all(|other| other.is_some_and(|other| (other.allowed, other.http) == (first.allowed, first.http)));
        if !same {
            return None;
        }
        // Where one of the arrows is asked for, all of them are drawn.
        if (0..self.figure.nodes.len()).any(|from| from != to && self.asked(from, to)) {
            return None;
        }
        let rect = self.layout.boxes.get(to)?.rect;
        let centre = rect.centre();
        let (ports, http) = (ports_words(&first), !first.http.is_empty());
        let dimmed = self.view.hover != Hover::Nothing;
        let free = |area: &Rect| {
            area.x > 4.0
                && area.right() < self.layout.view.w - 4.0
                && area.bottom() < self.layout.view.h - 4.0
                && self.layout.boxes.iter().enumerate().all(|(at, place)| at == to || !place.rect.hits(area))
        };
        if self.layout.narrow {
            let ring = Point { x: centre.x + 14.0, y: rect.bottom() + 44.0 };
            return free(&Rect { x: centre.x - 20.0, y: rect.bottom(), w: 80.0, h: 50.0 }).then_some(Stub {
                to,
                ring,
                tip: Point { x: ring.x, y: rect.bottom() + 3.0 },
                ports,
                http,
                dimmed,
            });
        }
        for side in [1.0, -1.0] {
            let edge = if side > 0.0 { rect.right() } else { rect.x };
            let far = edge + side * 140.0;
            let area = Rect { x: edge.min(far), y: centre.y - 26.0, w: 140.0, h: 52.0 };
            if free(&area) {
                let tip = Point { x: edge + side * 4.0, y: centre.y };
                return Some(Stub { to, ring: Point { x: far, y: centre.y }, tip, ports, http, dimmed });
            }
        }
        None
    }
}

/// The port set for a line: up to two ranges, else the first and how many more.
pub(super) fn ports_words(connection: &Connection<'_>) -> String {
    match port_words(connection).as_slice() {
        [first, rest @ ..] if rest.len() > 1 => format!("{first} +{}", rest.len()),
        words => words.join(", "),
    }
}

/// The ranges of ports, each in a word. Protocols with the same ports share one: `TCP+UDP/53`. Ports on which only some
/// HTTP requests pass come first: `TCP/80 HTTP`.
pub(crate) fn port_words(connection: &Connection<'_>) -> Vec<String> {
    let mut shared: Vec<(String, &[PortRange])> = Vec::new();
    let free = connection.reach().free();
    for protocol in Protocol::ALL {
        let ranges = free.ranges(protocol);
        match shared.iter_mut().find(|(_, known)| *known == ranges) {
            _ if ranges.is_empty() => {}
            Some((name, _)) => *name = format!("{name}+{protocol}"),
            None => shared.push((protocol.to_string(), ranges)),
        }
    }
    let word = |name: &str, range: &PortRange| {
        if *range == PortRange::ALL { name.to_owned() } else { format!("{name}/{range}") }
    };
    let narrowed = connection.http.iter().map(|narrowed| format!("{} HTTP", word("TCP", &narrowed.range)));
    let free = shared.iter().flat_map(|(name, ranges)| ranges.iter().map(move |range| word(name, range)));
    narrowed.chain(free).collect()
}

/// The short arrow.
pub(super) fn line(stub: &Stub) -> Html {
    let (ring, tip) = (stub.ring, stub.tip);
    let via = Point { x: (ring.x + tip.x) / 2.0, y: (ring.y + tip.y) / 2.0 };
    let curve = Curve { from: ring, via, to: tip };
    html! {
        <g class={classes!("arrow", "part", "stub", stub.dimmed.then_some("dimmed"))} data-stub={stub.to.to_string()}>
            <path class="line" d={curve.cut(curve.back(11.0)).path()} />
            <path class="head" d={head(&curve, 13.0, 11.0)} />
            if stub.http { { door::picture(curve.at(curve.back(30.0))) } }
            <circle class="stub-ring" cx={ring.x.to_string()} cy={ring.y.to_string()} r="4.5" />
        </g>
    }
}

/// What it says: for whom it stands, and the ports.
pub(super) fn words(stub: &Stub, layout: &Layout, measure: &Measure) -> Html {
    let dimmed = stub.dimmed.then_some("dimmed");
    if layout.narrow {
        let line = format!("any pod, {}", stub.ports);
        let width = measure.width(&line, Font::Bold12);
        let x = stub.ring.x.min(layout.view.w - width / 2.0 - 6.0);
        let class = classes!("stub-words", "middle", dimmed);
        return html! { <text {class} x={x.to_string()} y={(stub.ring.y + 20.0).to_string()}>{ line }</text> };
    }
    let left = stub.ring.x.min(stub.tip.x) + 14.0;
    html! {
        <>
            <text class={classes!("stub-words", dimmed)} x={left.to_string()} y={(stub.ring.y - 12.0).to_string()}>{ "any pod" }</text>
            <text class={classes!("stub-words", "mono", dimmed)} x={left.to_string()} y={(stub.ring.y + 21.0).to_string()}>{ &stub.ports }</text>
        </>
    }
}

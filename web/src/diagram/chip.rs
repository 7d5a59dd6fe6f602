//! Labels on arrows: what each says, and where there is room for it.

use netpol_core::explain;
use netpol_core::manifest::Direction;

use super::geometry::{Point, Rect, Size};
use super::labels::Placer;
use super::scene::{Arrow, Scene, Stage, State, Turn, with_remark};
use super::stub::ports_words;
use crate::measure::Font;

/// A site's arrows are talked about unless there are more than this.
const SITE_ARROWS: usize = 14;

/// A label on an arrow.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chip {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) text: String,
    pub(crate) mono: bool,
    pub(crate) class: &'static str,
    pub(crate) centre: Point,
    pub(crate) size: Size,
    pub(crate) dimmed: bool,
    pub(crate) turn: Option<Turn>,
}

impl Stage<'_> {
    /// What an arrow says about the site that is being looked at: `item 1`, `neither`, ….
    pub(super) fn site_phrase(&self, from: usize, to: usize) -> Option<&'static str> {
        let (site, membership) = self.site?;
        let endpoint = |at: usize| self.figure.nodes.get(at).map(super::figure::Node::endpoint);
        let (subject, peer) = match site.direction {
            Direction::Ingress => (endpoint(to)?, endpoint(from)?),
            Direction::Egress => (endpoint(from)?, endpoint(to)?),
        };
        let subjects = self.figure.nodes.iter().filter(|node| membership.subjects.contains(node.endpoint())).count();
        let arrows = subjects * self.figure.nodes.len().saturating_sub(1);
        (membership.subjects.contains(subject) && arrows <= SITE_ARROWS).then(|| site.phrase(membership.of(peer)))
    }

    pub(super) fn label(&self, scene: &mut Scene) {
        let mut placer = Placer::new(self.layout, self.busy.clone());
        for gate in scene.arrows.iter().flat_map(|arrow| &arrow.gates) {
            placer.occupy(Rect { x: gate.cross.x - 11.0, y: gate.cross.y - 11.0, w: 22.0, h: 22.0 });
        }
        for door in scene.arrows.iter().flat_map(|arrow| &arrow.doors) {
            placer.occupy(Rect::around(door.at, Size { w: 24.0, h: 24.0 }));
        }
        for marker in &scene.markers {
            placer.occupy(Rect::around(marker.at, Size { w: 26.0, h: 26.0 }));
        }
        for stub in &scene.stubs {
            let (x, w) = (stub.ring.x.min(stub.tip.x), (stub.ring.x - stub.tip.x).abs());
            placer.occupy(Rect { x, y: stub.ring.y.min(stub.tip.y) - 24.0, w: w.max(20.0), h: 48.0 });
        }
        let mut taken: Vec<Rect> = Vec::new();
        // The arrow that is looked at is labelled first, so that its label finds the best place.
        let mut order: Vec<usize> = (0..scene.arrows.len()).collect();
        order.sort_by_key(|at| scene.arrows.get(*at).map(|arrow| (!arrow.ringed, !arrow.selected, !arrow.spot)));
        for at in order {
            let Some(arrow) = scene.arrows.get(at) else { continue };
            let Some((text, mono)) = self.words(arrow) else { continue };
            let font = if mono { Font::Mono12 } else { Font::Bold12 };
            let height = if self.layout.narrow { 22.0 } else { 24.0 };
            let size = Size { w: self.measure.width(&text, font) + 20.0, h: height };
            // The door, and the requests that come to it, are to be seen.
            let centre = if arrow.doors.is_empty() {
                placer.place(&arrow.curve, size)
            } else {
                placer.place_beside(&arrow.curve, size)
            };
            let half = Size { w: size.w / 2.0 + 4.0, h: size.h / 2.0 + 4.0 };
            let keep =
                |value: f64, half: f64, whole: f64| value.clamp(half.min(whole / 2.0), (whole - half).max(whole / 2.0));
            let centre =
                Point { x: keep(centre.x, half.w, self.layout.view.w), y: keep(centre.y, half.h, self.layout.view.h) };
            let place = Rect { x: centre.x - size.w / 2.0, y: centre.y - size.h / 2.0, w: size.w, h: size.h };
            let covers = |other: &Rect| other.hits(&place);
            let crowded = taken.iter().any(covers) || self.layout.boxes.iter().any(|place| covers(&place.rect));
            // A label that would hide another one or a pod stays out, unless it is the one that is looked at.
            if crowded && !arrow.ringed && !arrow.selected {
                continue;
            }
            taken.push(place);
            let class = match arrow.state {
                State::Idle | State::Unknown => "spot",
                State::Open => "open",
                State::Part | State::Http => "part",
                State::Blocked(..) => "stop",
            };
            let (from, to) = (arrow.from, arrow.to);
            scene.chips.push(Chip {
                from,
                to,
                text,
                mono,
                class,
                centre,
                size,
                dimmed: arrow.dimmed,
                turn: arrow.turn,
            });
        }
    }

    /// What an arrow says, and whether that is code.
    fn words(&self, arrow: &Arrow) -> Option<(String, bool)> {
        let connection = self.connection(arrow.from, arrow.to)?;
        let endpoint = |at: usize| self.figure.nodes.get(at).map_or(0, super::figure::Node::endpoint);
        let (from, to) = (endpoint(arrow.from), endpoint(arrow.to));
        let reason = || with_remark(explain::sentence(self.analysis, from, to), self.remark(from, to));
        let looked_at = arrow.ringed || arrow.selected;
        // While it is asked about, what it says is beside the question; afterwards the answers say why.
        let asked = self.view.asked.iter().find(|asked| (asked.from, asked.to) == (arrow.from, arrow.to));
        let silent = |open| {
            open || self.spot(arrow.from, arrow.to) == Some("") && !matches!(arrow.state, State::Part | State::Http)
        };
        if !looked_at && asked.is_some_and(|asked| silent(asked.open)) {
            return None;
        }
        if let Some(phrase) = self.site_phrase(arrow.from, arrow.to)
            && !looked_at
        {
            let brief = if self.layout.narrow {
                phrase.trim_start_matches("items ").trim_start_matches("item ")
            } else {
                phrase
            };
            let crowded = self.layout.narrow && brief == "neither" || arrow.state == State::Idle;
            return (!crowded).then(|| (brief.to_owned(), false));
        }
        if let Some(says) = self.spot(arrow.from, arrow.to).filter(|_| !looked_at) {
            return match arrow.state {
                State::Part | State::Http => Some((ports_words(&connection), true)),
                _ if self.layout.narrow && arrow.state == State::Idle => None,
                State::Blocked(egress, _) if self.layout.narrow => {
                    Some((if egress { "blocked at egress" } else { "blocked at ingress" }.to_owned(), false))
                }
                _ if says.is_empty() => Some((reason(), false)),
                _ => Some((says.to_owned(), false)),
            };
        }
        match arrow.state {
            State::Part | State::Http if !looked_at => Some((ports_words(&connection), true)),
            State::Unknown if !looked_at => Some(("?".to_owned(), false)),
            _ if looked_at => Some((reason(), false)),
            _ => None,
        }
    }
}

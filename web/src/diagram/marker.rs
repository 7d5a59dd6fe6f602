//! Markers on the arrows that a prediction asks about: their number, filled once somebody says that they survive.

use yew::prelude::*;

use super::geometry::{Point, Rect, Size};
use super::scene::{Scene, Stage};

/// Where on an arrow a marker may stand, the best place first, in parts of its length: towards the source, for the middle
/// is where ports are written.
const PLACES: [f64; 11] = [0.3, 0.36, 0.25, 0.42, 0.2, 0.48, 0.54, 0.6, 0.66, 0.72, 0.78];
/// How far from one another markers stand at least, in px.
const APART: f64 = 27.0;

/// An arrow that is asked about, by the ids of its ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The source.
    pub(crate) from: String,
    /// The destination.
    pub(crate) to: String,
    /// Whether it is marked as one that survives.
    pub(crate) marked: bool,
    /// Whether the question is still open.
    pub(crate) open: bool,
    /// Whether the answer was wrong.
    pub(crate) wrong: bool,
}

/// The same by boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AskedPair {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Its index in the prediction.
    pub(crate) index: usize,
    pub(crate) marked: bool,
    pub(crate) open: bool,
    pub(crate) wrong: bool,
}

/// A marker in its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Marker {
    pub(crate) at: Point,
    pub(crate) asked: AskedPair,
}

impl Stage<'_> {
    /// A marker for each arrow that is drawn and asked about, apart from one another and from boxes.
    pub(super) fn markers(&self, scene: &Scene) -> Vec<Marker> {
        let mut markers: Vec<Marker> = Vec::new();
        for asked in &self.view.asked {
            let Some(arrow) = scene.arrows.iter().find(|arrow| (arrow.from, arrow.to) == (asked.from, asked.to)) else {
                continue;
            };
            let free = |at: &Point| {
                let place = Rect::around(*at, Size { w: 30.0, h: 30.0 });
                let clear = markers.iter().all(|other| (other.at.x - at.x).hypot(other.at.y - at.y) >= APART);
                let gates = arrow.gates.iter().all(|gate| (gate.cross.x - at.x).hypot(gate.cross.y - at.y) >= 21.0);
                clear && gates && !self.layout.boxes.iter().any(|of| of.rect.hits(&place))
            };
            let mut places = PLACES.iter().map(|t| arrow.curve.at(*t));
            let at = places.find(free).unwrap_or_else(|| arrow.curve.at(0.5));
            markers.push(Marker { at, asked: *asked });
        }
        markers
    }
}

/// A marker. The arrow under it says the same to who cannot see it.
pub(super) fn marker(marker: &Marker, narrow: bool, on_mark: &Callback<usize>) -> Html {
    let AskedPair { index, marked, open, wrong, .. } = marker.asked;
    let class =
        classes!("asked-mark", open.then_some("open"), marked.then_some("on"), (!open && wrong).then_some("wrong"),);
    let press = open.then(|| {
        on_mark.reform(move |event: MouseEvent| {
            event.stop_propagation();
            index
        })
    });
    html! {
        <g {class} key={format!("mark-{index}")} transform={format!("translate({:.1} {:.1})", marker.at.x, marker.at.y)} onclick={press} aria-hidden="true">
            if open { <circle class="hit" r={if narrow { "20" } else { "15" }} /> }
            <circle class="disc" r="10.5" /><text y="4">{ index + 1 }</text>
        </g>
    }
}

//! Doors: where a proxy looks at each request, lets some in and turns the others back; and those requests under way.

use netpol_core::connectivity::Connection;
use netpol_core::http::samples;
use netpol_core::manifest::Direction;
use yew::prelude::*;

use super::arrow;
use super::geometry::{Curve, Point};
use super::scene::{Arrow, Door, Stage, Turn};

/// How far a door stands before the tip of its arrow, and behind its start, in px.
const BEFORE_TIP: f64 = 31.0;
const BEHIND_START: f64 = 20.0;
/// When requests set out after their arrow has begun to turn: it stands by then. In ms.
const AFTER_TURN: u32 = 560;
/// More arrows than this send no requests at once: nobody could follow them.
pub(super) const MOST_AT_ONCE: usize = 6;

/// The requests that show what a door does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Requests {
    /// The method of one that passes.
    pub(crate) passes: Option<String>,
    /// The method of one that is turned back.
    pub(crate) refused: Option<String>,
    /// When they set out, in ms.
    pub(crate) delay: u32,
    /// Which showing this is: another one starts anew.
    pub(crate) round: u32,
}

/// The doors on the way of `connection`: before the destination, behind the source, or both.
pub(super) fn doors(connection: &Connection<'_>, curve: &Curve) -> Vec<Door> {
    let asks = |direction: Direction| {
        let mut clauses = connection.http.iter().flat_map(|narrowed| &narrowed.clauses);
        clauses.any(|clause| clause.direction == direction)
    };
    let door = |t: f64, at_source: bool| Door { t, at: curve.at(t), at_source };
    let source = asks(Direction::Egress).then(|| door(curve.forward(BEHIND_START).min(0.42), true));
    let destination = asks(Direction::Ingress).then(|| door(curve.back(BEFORE_TIP).max(0.5), false));
    source.into_iter().chain(destination).collect()
}

impl Stage<'_> {
    /// The requests to be seen on the arrow `from` to `to`: when it has just been narrowed, when the change is shown
    /// again, and while somebody points at it.
    pub(super) fn requests(
        &self,
        connection: &Connection<'_>,
        (from, to): (usize, usize),
        turn: Option<Turn>,
    ) -> Option<Requests> {
        let narrowed = connection.http.first()?;
        let view = self.view;
        let moving = turn.filter(|_| !self.settled);
        let again = self.again && !self.settled && (self.changes.is_empty() || view.selected == Some((from, to)));
        let pointed_at = view.hover == super::scene::Hover::Arrow(from, to);
        if moving.is_none() && !again && !pointed_at {
            return None;
        }
        let found = samples(narrowed);
        let methods = |passes: bool| {
            let of_kind = found.iter().filter(move |sample| sample.passes == passes);
            of_kind.map(|sample| sample.request.method.clone())
        };
        // A method that never passes says more than one that passes elsewhere.
        let never = methods(false).find(|method| methods(true).all(|other| other != *method));
        let refused = never.or_else(|| methods(false).next());
        let (delay, round) = match moving {
            Some(turn) => (turn.delay + AFTER_TURN, self.serial),
            None if again => (0, self.serial),
            None => (0, 0),
        };
        Some(Requests { passes: methods(true).next(), refused, delay, round })
    }
}

/// A door that stands half open, 10 by 12 px around the origin.
pub(crate) fn shape() -> Html {
    html! { <><path class="frame-of-door" d="M-4 4.500V-5H4V4.500" /><path class="leaf" d="M-4-5 .6-2.600V7L-4 4.500z" /></> }
}

/// A door as it stands on a line.
pub(super) fn picture(at: Point) -> Html {
    html! { <g transform={format!("translate({:.1} {:.1})", at.x, at.y)}><g class="door"><circle r="10" />{ shape() }</g></g> }
}

/// One door of `arrow`.
pub(super) fn door(of: &Arrow, door: &Door) -> Html {
    let class = classes!("doorway", arrow::classes(of.state, of.spot, of.dimmed, of.turn));
    html! {
        <g {class} style={arrow::delay(of.turn)} data-door={format!("{}>{}:{}", of.from, of.to, if door.at_source { "egress" } else { "ingress" })}>
            { picture(door.at) }
        </g>
    }
}

/// One request that is let in, and one that comes back with `403`.
pub(super) fn requests(of: &Arrow, requests: &Requests) -> Html {
    let Some(door) = of.doors.first() else { return Html::default() };
    let to_door = of.curve.cut(door.t);
    // Up to the door, not into it.
    let to_door = to_door.cut(to_door.back(15.0));
    // Part of the way at which the door stands, for the one that goes on.
    let share = 100.0 * to_door.length() / of.curve.length().max(1.0);
    let along = |curve: &Curve| format!("offset-path:path('{}')", curve.path());
    // Words stand above a line that runs across, beside one that runs down.
    let way = of.curve.tangent(0.5);
    let (x, y) = if way.x.abs() > way.y.abs() { (0.0, -11.0) } else { (26.0, 4.0) };
    let words = |class: &'static str, words: String| html! { <text {class} x={x.to_string()} y={y.to_string()}>{ words }</text> };
    let key = format!("{}>{}#{}", of.from, of.to, requests.round);
    html! {
        <g {key} class="requests" style={format!("--delay:{}ms", requests.delay)} aria-hidden="true">
            if let Some(method) = &requests.passes {
                <g class="request let-in" style={format!("{};--door:{share:.1}%", along(&of.curve))}>
                    <circle r="5" />{ words("says", method.clone()) }
                </g>
            }
            if let Some(method) = &requests.refused {
                <g class="request turned-back" style={along(&to_door)}>
                    <circle r="5" />{ words("says asks", method.clone()) }{ words("says answer", "403".to_owned()) }
                </g>
            }
        </g>
    }
}

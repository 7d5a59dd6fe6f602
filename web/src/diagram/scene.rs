//! Verdicts laid over places: which arrows are drawn, how, and what they say.

use std::collections::BTreeMap;

use netpol_core::Analysis;
use netpol_core::bits::BitSet;
use netpol_core::connectivity::{Connection, Verdict};
use netpol_core::diff::Change;
use netpol_core::explain;
use netpol_core::lint::dns;
use netpol_core::rewrite::{Membership, Site};

use super::chip::Chip;
use super::door::{self, Requests, doors};
use super::figure::Figure;
use super::geometry::{Curve, Point, Rect, middle_of};
use super::layout::Layout;
use super::marker::{AskedPair, Marker};
use super::routes::{Routes, gate, spread_crosses};
use super::stub::Stub;
use crate::measure::Measure;

/// More boxes than this: open arrows that nobody decided are drawn on demand only.
const CROWD: usize = 30;
/// With so few boxes every blocked arrow is drawn in full.
pub(crate) const FEW: usize = 3;

/// What an arrow says of its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Open, and no policy decides.
    Idle,
    /// Open by a rule.
    Open,
    /// Some ports are open.
    Part,
    /// Some HTTP requests pass.
    Http,
    /// Refused by (egress, ingress).
    Blocked(bool, bool),
    /// Blocked as far as known: an address is missing.
    Unknown,
}

impl State {
    /// The state of a connection.
    pub(crate) fn of(connection: &Connection<'_>) -> Self {
        match connection.verdict() {
            Verdict::Open if connection.is_decided() => State::Open,
            Verdict::Open => State::Idle,
            Verdict::Partial if connection.http.is_empty() => State::Part,
            Verdict::Partial => State::Http,
            Verdict::Blocked if connection.unknown => State::Unknown,
            Verdict::Blocked => {
                let (egress, ingress) = connection.refused_by();
                State::Blocked(egress, ingress)
            }
        }
    }

    /// Its name in style sheets.
    pub(crate) fn class(self) -> &'static str {
        match self {
            State::Idle => "idle",
            State::Open => "open",
            State::Part => "part",
            State::Http => "part http",
            State::Blocked(false, true) => "stop",
            State::Blocked(..) => "stop egress",
            State::Unknown => "unknown",
        }
    }
}

/// What the figure is asked to show.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct View {
    /// Arrows that a lesson talks about, and what they say.
    pub(crate) spots: Vec<(usize, usize, String)>,
    /// Only arrows into this box are drawn.
    pub(crate) focus: Option<usize>,
    /// What the pointer or the keyboard is on.
    pub(crate) hover: Hover,
    /// The pod whose arrows the keyboard is walking; they all stay drawn.
    pub(crate) walked: Option<usize>,
    /// The selected arrow.
    pub(crate) selected: Option<(usize, usize)>,
    /// Whether every arrow is drawn.
    pub(crate) all: bool,
    /// Arrows that a prediction asks about.
    pub(crate) asked: Vec<AskedPair>,
}

/// What the pointer or the keyboard is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Hover {
    /// Nothing.
    #[default]
    Nothing,
    /// A box.
    Pod(usize),
    /// An arrow.
    Arrow(usize, usize),
}

impl Hover {
    fn touches(self, from: usize, to: usize) -> bool {
        match self {
            Hover::Nothing => false,
            Hover::Pod(pod) => pod == from || pod == to,
            Hover::Arrow(a, b) => (a, b) == (from, to),
        }
    }
}

/// How an arrow got its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    /// The verdict before.
    pub(crate) before: Verdict,
    /// Whether a policy had decided it.
    pub(crate) was_decided: bool,
    /// When it starts to move, in ms.
    pub(crate) delay: u32,
    /// Whether it fades into a ghost or nothing at the end.
    pub(crate) fleeting: bool,
    /// Whether the motion is over.
    pub(crate) settled: bool,
}

/// An arrow as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Arrow {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) state: State,
    /// Whether it is talked about; an open one is inked then.
    pub(crate) spot: bool,
    pub(crate) selected: bool,
    pub(crate) dimmed: bool,
    pub(crate) ringed: bool,
    pub(crate) curve: Curve,
    /// Its cross at the destination and at the source, by `t`, and the bars there.
    pub(crate) gates: Vec<Gate>,
    /// Where somebody looks at each request.
    pub(crate) doors: Vec<Door>,
    /// The requests that are sent along it now, to be seen.
    pub(crate) requests: Option<Requests>,
    pub(crate) turn: Option<Turn>,
    /// What a screen reader says.
    pub(crate) spoken: String,
}

/// A closed gate: a cross on the line, a bar on the border.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gate {
    pub(crate) t: f64,
    pub(crate) cross: Point,
    pub(crate) bar: (Point, Point),
    pub(crate) at_source: bool,
}

/// A door that stands half open: some requests pass, the others are turned back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Door {
    pub(crate) t: f64,
    pub(crate) at: Point,
    pub(crate) at_source: bool,
}

/// One dotted line for a pair blocked both ways.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ghost {
    pub(crate) a: usize,
    pub(crate) b: usize,
    pub(crate) curve: Curve,
    pub(crate) dimmed: bool,
    pub(crate) late: bool,
}

/// Everything to draw besides frames and boxes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Scene {
    pub(crate) arrows: Vec<Arrow>,
    pub(crate) ghosts: Vec<Ghost>,
    pub(crate) stubs: Vec<Stub>,
    pub(crate) chips: Vec<Chip>,
    pub(crate) markers: Vec<Marker>,
}

/// All that a scene is made of.
pub(crate) struct Stage<'s> {
    pub(crate) analysis: &'s Analysis,
    pub(crate) figure: &'s Figure,
    pub(crate) layout: &'s Layout,
    pub(crate) routes: &'s Routes,
    pub(crate) view: &'s View,
    pub(crate) changes: &'s [Change],
    /// Whether the changes have been shown.
    pub(crate) settled: bool,
    /// Whether somebody asked to see the last change again.
    pub(crate) again: bool,
    /// Counts up with every showing.
    pub(crate) serial: u32,
    /// The OR/AND site that is being looked at.
    pub(crate) site: Option<(&'s Site, &'s Membership)>,
    pub(crate) measure: &'s Measure,
    /// The endpoints that cannot look up names.
    pub(crate) unresolved: &'s BitSet,
    /// Places already taken by names.
    pub(crate) busy: Vec<Rect>,
}

impl Stage<'_> {
    /// Builds the scene without labels, for which names must have found their places first.
    pub(crate) fn scene(&self) -> Scene {
        let mut scene = Scene { stubs: self.stubs(), ..Scene::default() };
        let turns = self.turns();
        let count = self.figure.nodes.len();
        for from in 0..count {
            for to in 0..count {
                let external = self.figure.nodes.get(from).is_some_and(|node| node.external);
                let stubbed = !external && scene.stubs.iter().any(|stub| stub.to == to) && !self.asked(from, to);
                if from != to && !stubbed {
                    let reverse = turns.contains_key(&(to, from));
                    self.pair(from, to, turns.get(&(from, to)).copied(), reverse, &mut scene);
                }
            }
        }
        spread(self.layout, &mut scene.arrows);
        let sending = scene.arrows.iter_mut().filter(|arrow| arrow.requests.is_some());
        sending.skip(door::MOST_AT_ONCE).for_each(|arrow| arrow.requests = None);
        scene.arrows.sort_by_key(|arrow| (order(arrow.state), arrow.spot));
        scene.markers = self.markers(&scene);
        scene
    }

    pub(super) fn connection(&self, from: usize, to: usize) -> Option<Connection<'_>> {
        let node = |at: usize| self.figure.nodes.get(at);
        let (from, to) = (node(from)?, node(to)?);
        if from.external && to.external {
            return None;
        }
        self.analysis.connectivity.connection(from.endpoint(), to.endpoint())
    }

    /// What there is to say of an allowed connection besides its verdict. By endpoints.
    pub(super) fn remark(&self, from: usize, to: usize) -> Option<&'static str> {
        dns::remark_among(self.analysis, self.unresolved, from, to)
    }

    pub(super) fn spot(&self, from: usize, to: usize) -> Option<&str> {
        self.view.spots.iter().find(|(a, b, _)| (*a, *b) == (from, to)).map(|(_, _, says)| says.as_str())
    }

    /// Whether somebody asks for this arrow, so that it is drawn in full even when blocked.
    pub(super) fn asked(&self, from: usize, to: usize) -> bool {
        let view = self.view;
        view.all
            || self.figure.nodes.len() <= FEW
            || view.focus == Some(to)
            || view.hover.touches(from, to)
            || view.walked.is_some_and(|pod| pod == from || pod == to)
            || view.selected == Some((from, to))
            || self.spot(from, to).is_some()
            || self.site_phrase(from, to).is_some()
    }

    /// Whether a blocked arrow is kept from going outside, or from coming in, while nobody decides on the other direction:
    /// where policies are about the outside, that is what they are for.
    fn is_news(&self, from: usize, to: usize) -> bool {
        let outside = [from, to].iter().any(|at| self.figure.nodes.get(*at).is_some_and(|node| node.external));
        let reverse = self.connection(to, from).map(|connection| State::of(&connection));
        outside && reverse == Some(State::Idle) && self.figure.nodes.len() <= CROWD
    }

    fn pair(&self, from: usize, to: usize, turn: Option<Turn>, reverse_turned: bool, scene: &mut Scene) {
        let Some(connection) = self.connection(from, to) else { return };
        let Some(curve) = self.routes.curve(from, to) else { return };
        let view = self.view;
        let on_demand = view.hover.touches(from, to)
            || view.walked.is_some_and(|pod| pod == from || pod == to)
            || view.selected == Some((from, to))
            || self.spot(from, to).is_some();
        if view.focus.is_some_and(|focus| focus != to) && !on_demand && !view.all {
            return;
        }
        let state = State::of(&connection);
        let blocked = matches!(state, State::Blocked(..));
        let asked = self.asked(from, to) || blocked && self.is_news(from, to);
        let dimmed = view.hover != Hover::Nothing && !view.hover.touches(from, to);
        if state == State::Idle && !asked && self.figure.nodes.len() > CROWD {
            return;
        }
        if blocked && !asked {
            let reverse = self.connection(to, from).map(|connection| State::of(&connection));
            let quiet_pair = matches!(reverse, Some(State::Blocked(..))) && !self.asked(to, from);
            if quiet_pair && from < to && self.figure.nodes.len() <= CROWD {
                let middle = self.routes.curve(to, from).map_or(curve, |back| middle_of(&curve, &back));
                scene.ghosts.push(Ghost {
                    a: from,
                    b: to,
                    curve: middle,
                    dimmed,
                    late: (turn.is_some() || reverse_turned) && !self.settled,
                });
            }
            // In a crowd the thousands that turn blocked at once would hide the few that matter.
            if turn.is_none() || self.settled || self.figure.nodes.len() > CROWD {
                return;
            }
        }
        let turn = turn.map(|turn| Turn { fleeting: blocked && !asked, ..turn });
        let spot = self.spot(from, to).is_some();
        let (egress, ingress) = match state {
            State::Blocked(egress, ingress) => (egress, ingress),
            _ => (false, false),
        };
        let mut gates = Vec::new();
        if egress && let Some(port) = self.routes.port_out(from, to) {
            let t = curve.forward(17.0).min(0.45);
            gates.push(Gate { t, cross: curve.at(t), bar: gate(self.layout, from, &port), at_source: true });
        }
        if ingress && let Some(port) = self.routes.port_in(from, to) {
            let t = curve.back(17.0).max(0.55);
            gates.push(Gate { t, cross: curve.at(t), bar: gate(self.layout, to, &port), at_source: false });
        }
        let endpoint = |at: usize| self.figure.nodes.get(at).map_or(0, super::figure::Node::endpoint);
        scene.arrows.push(Arrow {
            from,
            to,
            state,
            spot,
            selected: view.selected == Some((from, to)),
            dimmed,
            ringed: view.hover == Hover::Arrow(from, to),
            curve,
            gates,
            doors: doors(&connection, &curve),
            requests: self.requests(&connection, (from, to), turn),
            turn,
            spoken: with_remark(
                explain::spoken(self.analysis, endpoint(from), endpoint(to)),
                self.remark(endpoint(from), endpoint(to)),
            ),
        });
    }

    /// The changes as turns of boxes' arrows, those talked about last.
    fn turns(&self) -> BTreeMap<(usize, usize), Turn> {
        let place = |id: &str| self.figure.nodes.iter().position(|node| node.id == id);
        let mut changes: Vec<_> = self
            .changes
            .iter()
            .filter_map(|change| Some(((place(&change.from)?, place(&change.to)?), change)))
            .filter(|((from, to), _)| {
                self.view.focus.is_none_or(|focus| focus == *to) || self.spot(*from, *to).is_some()
            })
            .collect();
        changes.sort_by_key(|((from, to), _)| (self.spot(*from, *to).is_some(), *from, *to));
        let quiet = changes.iter().filter(|((from, to), _)| self.spot(*from, *to).is_none()).count();
        let step = if quiet > 20 { 480.0 / quiet as f64 } else { 24.0 };
        let turn = |(at, ((from, to), change)): (usize, ((usize, usize), &Change))| {
            let spot = self.spot(from, to).is_some() && quiet > 0;
            let delay = (at as f64 * step) as u32 + if spot { 200 } else { 0 };
            (
                (from, to),
                Turn {
                    before: change.before,
                    was_decided: change.was_decided,
                    delay,
                    fleeting: false,
                    settled: self.settled,
                },
            )
        };
        changes.into_iter().enumerate().map(turn).collect()
    }
}

/// A sentence, and what there is to say besides.
pub(super) fn with_remark(sentence: String, remark: Option<&str>) -> String {
    remark.map_or_else(|| sentence.clone(), |remark| format!("{sentence}, but {remark}"))
}

/// Open lines are drawn over blocked ones.
fn order(state: State) -> u8 {
    match state {
        State::Unknown => 0,
        State::Blocked(..) => 1,
        State::Idle => 2,
        State::Part | State::Http | State::Open => 3,
    }
}

/// Moves crosses and doors apart that would cover one another.
fn spread(layout: &Layout, arrows: &mut [Arrow]) {
    let mut marks = Vec::new();
    for Arrow { curve, gates, doors, .. } in arrows {
        marks.extend(gates.iter_mut().map(|gate| (*curve, &mut gate.t, &mut gate.cross)));
        marks.extend(doors.iter_mut().map(|door| (*curve, &mut door.t, &mut door.at)));
    }
    let mut crosses: Vec<(Curve, f64)> = marks.iter().map(|(curve, t, _)| (*curve, **t)).collect();
    spread_crosses(&mut crosses, if layout.narrow { 17.0 } else { 19.0 });
    for ((_, t, at), (curve, moved)) in marks.into_iter().zip(crosses) {
        (*t, *at) = (moved, curve.at(moved));
    }
}

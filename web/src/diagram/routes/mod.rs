//! Where every arrow leaves, how it runs and where it lands: from the places of boxes alone,
//! never from verdicts, so that an edit never moves a line.

mod crosses;
mod detour;
mod ports;

pub use crosses::{gate, spread_crosses};
pub use ports::Port;

use super::geometry::{Curve, Point, Rect};
use super::layout::Layout;
use detour::{Detour, Lane, Obstacles, Search};
use ports::{Side, Wish, along, doors, ray, relieve};

/// Above this many boxes no line is bent around a third box.
const BENT: usize = 40;
/// Above this many boxes ports and curves are found when asked for, and ports do not spread.
const EAGER: usize = 60;
/// Above this many boxes a line leaves by the side that faces its partner, blocked or not.
const TURNED: usize = 24;
/// Up to this many boxes lines are turned twice.
const FEW: usize = 12;

/// The lines between all boxes of a layout.
#[derive(Debug, Clone)]
pub struct Routes {
    boxes: Vec<Rect>,
    /// The region in which lines inside one namespace stay, per box; lines between two
    /// namespaces stay in `view`.
    homes: Vec<Rect>,
    view: Rect,
    /// Distance of the two ports of a pair, px.
    gap: f64,
    /// Room that a line keeps to a third box, px.
    clear: f64,
    /// Whether a pair gets a line, by `from * n + to`. So for all that follow.
    drawn: Vec<bool>,
    /// Where a pair's lines head for at first, if not for each other's centres. Px.
    aims: Vec<Option<Point>>,
    /// Port at the source; empty above [`EAGER`] boxes.
    out: Vec<Port>,
    /// Port at the destination; empty above [`EAGER`] boxes.
    into: Vec<Port>,
    /// Empty above [`EAGER`] boxes.
    curves: Vec<Curve>,
}

impl Routes {
    /// Finds the lines of a layout. `pairs(from, to)` is false for pairs that never get a line,
    /// such as two endpoints outside.
    pub fn new(layout: &Layout, pairs: impl Fn(usize, usize) -> bool) -> Routes {
        let boxes: Vec<Rect> = layout.boxes.iter().map(|place| place.rect).collect();
        let n = boxes.len();
        let view = Rect::new(0.0, 0.0, layout.view.w, layout.view.h);
        let home = |namespace: Option<usize>| namespace.and_then(|i| layout.frames.get(i));
        let homes = layout.boxes.iter().map(|b| home(b.namespace).map_or(view, |f| f.rect));
        let (gap, clear) = match (layout.narrow, layout.small) {
            (true, _) => (6.0, 5.0),
            (false, true) => (7.0, 9.0),
            (false, false) => (8.5, 11.0),
        };
        let mut routes = Routes {
            homes: homes.collect(),
            view,
            gap,
            clear,
            drawn: (0..n * n).map(|i| i / n != i % n && pairs(i / n, i % n)).collect(),
            aims: Vec::new(),
            out: Vec::new(),
            into: Vec::new(),
            curves: Vec::new(),
            boxes,
        };
        if n <= EAGER {
            routes.spread();
            let first = if n <= TURNED { Search::SMALL } else { Search::CROWD };
            let mut blocked = routes.bend(&first);
            // Turned lines may push others into the way of a box: small figures get another round.
            let rounds = if n <= FEW { 2 } else { usize::from(n <= TURNED) };
            for _ in 0..rounds {
                if blocked.is_empty() {
                    break;
                }
                routes.turn(&blocked);
                routes.spread();
                blocked = routes.bend(&Search::FULL);
            }
        }
        routes
    }

    /// The line from one box to another, by number. It starts 1.5 px and ends 3 px off the
    /// borders. `None` for a pair that gets no line.
    pub fn curve(&self, from: usize, to: usize) -> Option<Curve> {
        let index = self.index(from, to)?;
        match self.curves.get(index) {
            Some(curve) => Some(*curve),
            None => Some(self.lane(from, to)?.curve(Detour::NONE)),
        }
    }

    /// The port of the line from `from` to `to` at its source.
    pub fn port_out(&self, from: usize, to: usize) -> Option<Port> {
        let index = self.index(from, to)?;
        let plain = || self.plain(from, to, self.gap / 2.0);
        self.out.get(index).copied().or_else(plain)
    }

    /// The port of the line from `from` to `to` at its destination.
    pub fn port_in(&self, from: usize, to: usize) -> Option<Port> {
        let index = self.index(from, to)?;
        let plain = || self.plain(to, from, -self.gap / 2.0);
        self.into.get(index).copied().or_else(plain)
    }

    fn index(&self, from: usize, to: usize) -> Option<usize> {
        let n = self.boxes.len();
        let index = (from < n && to < n).then(|| from * n + to)?;
        self.drawn.get(index)?.then_some(index)
    }

    fn lane(&self, from: usize, to: usize) -> Option<Lane> {
        Some(Lane { out: self.port_out(from, to)?, into: self.port_in(from, to)? })
    }

    /// Where the ray from a box to another crosses its border, moved clockwise by `shift` px.
    fn plain(&self, own: usize, other: usize, shift: f64) -> Option<Port> {
        let (own, other) = (self.boxes.get(own)?, self.boxes.get(other)?);
        let (side, u) = ray(own, other.centre());
        let inset = 11.0_f64.min(own.h * 0.2);
        Some(side.port(own, (u + shift).max(inset).min(side.length(own) - inset)))
    }

    /// Finds all ports: spread along the side that faces the partner.
    fn spread(&mut self) {
        let n = self.boxes.len();
        self.out = vec![Port::default(); n * n];
        self.into = vec![Port::default(); n * n];
        for (own, rect) in self.boxes.iter().enumerate() {
            for (side, mut wishes) in self.facing(own, rect) {
                let places = along(side.length(rect), rect.h, self.gap, &mut wishes);
                for (wish, u) in wishes.iter().zip(places) {
                    let (ports, index) = if wish.leaves {
                        (&mut self.out, own * n + wish.partner)
                    } else {
                        (&mut self.into, wish.partner * n + own)
                    };
                    if let Some(place) = ports.get_mut(index) {
                        *place = side.port(rect, u);
                    }
                }
            }
        }
    }

    /// The ports that each side of a box is asked for.
    fn facing(&self, own: usize, rect: &Rect) -> [(Side, Vec<Wish>); 4] {
        let mut sides = Side::ALL.map(|side| (side, Vec::new()));
        let half = self.gap / 2.0;
        for (partner, other) in self.boxes.iter().enumerate() {
            let aim = self.aims.get(own * self.boxes.len() + partner).copied().flatten();
            let (side, u) = ray(rect, aim.unwrap_or(other.centre()));
            // The incoming lane stands first, walking clockwise: traffic keeps to the right.
            for (leaves, from, to, shift) in [(false, partner, own, -half), (true, own, partner, half)] {
                if self.index(from, to).is_some()
                    && let Some((_, wishes)) = sides.iter_mut().find(|(one, _)| *one == side)
                {
                    wishes.push(Wish { partner, leaves, ray: u, wanted: u + shift, turned: aim.is_some() });
                }
            }
        }
        relieve(rect, &mut sides);
        sides
    }

    /// Finds all curves: bowed to the right, bent around third boxes, both ways together.
    /// Returns the pairs for which no small bend was enough.
    fn bend(&mut self, search: &Search) -> Vec<(usize, usize)> {
        let n = self.boxes.len();
        let mut blocked = Vec::new();
        self.curves = vec![Curve::default(); n * n];
        for one in 0..n {
            for two in one + 1..n {
                let lanes = [self.lane(one, two), self.lane(two, one)];
                let mut found = Detour::NONE;
                if n <= BENT
                    && let Some(obstacles) = self.obstacles(one, two)
                {
                    let course = search.course(&lanes, &obstacles);
                    found = course.detour;
                    if !course.clean {
                        blocked.push((one, two));
                    }
                }
                let ways = [(one * n + two, found), (two * n + one, found.reversed())];
                for (lane, (index, detour)) in lanes.iter().zip(ways) {
                    if let (Some(lane), Some(curve)) = (lane, self.curves.get_mut(index)) {
                        *curve = lane.curve(detour);
                    }
                }
            }
        }
        blocked
    }

    /// Lets blocked pairs leave and land on those sides between which there is a way around.
    fn turn(&mut self, blocked: &[(usize, usize)]) {
        let n = self.boxes.len();
        let search = Search::LARGE;
        self.aims.resize(n * n, None);
        for (one, two) in blocked.iter().copied() {
            let Some(mut obstacles) = self.obstacles(one, two) else {
                continue;
            };
            obstacles.clear += self.gap;
            let [a, b] = obstacles.own;
            let mut least = f64::INFINITY;
            for out in doors(&a, b.centre()) {
                for into in doors(&b, a.centre()) {
                    let long = out.at.distance(into.at) * 0.5;
                    if long >= least {
                        continue;
                    }
                    let lane = Lane { out, into };
                    let course = search.course(&[Some(lane), None], &obstacles);
                    if !course.clean && course.detour == Detour::NONE {
                        continue;
                    }
                    let close = if course.clean { 0.0 } else { 200.0 };
                    let far = course.detour.effort() + long + close;
                    if far < least {
                        least = far;
                        for (index, port) in [(one * n + two, out), (two * n + one, into)] {
                            if let Some(aim) = self.aims.get_mut(index) {
                                *aim = Some(port.at);
                            }
                        }
                    }
                }
            }
        }
    }

    /// What stands in a pair's way, and where its lines stay.
    fn obstacles(&self, one: usize, two: usize) -> Option<Obstacles> {
        let own = [*self.boxes.get(one)?, *self.boxes.get(two)?];
        let others = self.boxes.iter().enumerate().filter(|(i, _)| *i != one && *i != two);
        let room = match (self.homes.get(one), self.homes.get(two)) {
            (Some(a), Some(b)) if a == b => a.grow(-4.0),
            _ => self.view.grow(-6.0),
        };
        let others = others.map(|(_, rect)| *rect).collect();
        Some(Obstacles { others, own, room, clear: self.clear })
    }
}

#[cfg(test)]
mod tests;

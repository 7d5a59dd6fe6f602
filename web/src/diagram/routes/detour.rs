//! How a pair of lanes is bent so that neither runs through a third box: first slimmer, then
//! both pushed aside together, by as little as possible. The box never moves.

use super::super::geometry::{Curve, Point, Rect};
use super::ports::Port;

/// One direction of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lane {
    /// Where it leaves.
    pub(super) out: Port,
    /// Where it lands.
    pub(super) into: Port,
}

/// A change to both lanes of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Detour {
    /// What is left of each lane's bow, as a share.
    pub(super) slim: f64,
    /// How far the control point of either lane is pushed to the right of the first, px.
    pub(super) shift: f64,
}

impl Detour {
    /// No change.
    pub(super) const NONE: Self = Self { slim: 1.0, shift: 0.0 };

    /// The same change seen by the lane that runs the other way.
    pub(super) const fn reversed(self) -> Self {
        Self { slim: self.slim, shift: -self.shift }
    }

    /// How much of a change it is, px.
    pub(super) fn effort(&self) -> f64 {
        self.shift.abs() + (1.0 - self.slim) * 22.0
    }
}

impl Lane {
    /// Bow of the line to its own right, px: 5.5 % of its length.
    fn bow(&self) -> f64 {
        (self.out.at.distance(self.into.at) * 0.055).clamp(3.0, 24.0)
    }

    /// Its line: from 1.5 px off one border to 3 px off the other.
    pub(super) fn curve(&self, detour: Detour) -> Curve {
        let from = self.out.at.plus(Point::new(self.out.nx, self.out.ny).times(1.5));
        let to = self.into.at.plus(Point::new(self.into.nx, self.into.ny).times(3.0));
        let aside = to.minus(from).unit().right();
        let push = self.bow() * detour.slim + detour.shift;
        Curve::new(from, from.toward(to, 0.5).plus(aside.times(push)), to)
    }
}

/// The boxes that a pair's lines have to keep away from.
#[derive(Debug, Clone)]
pub(super) struct Obstacles {
    /// The third boxes.
    pub(super) others: Vec<Rect>,
    /// The pair's own two boxes: lines must not cut through these either.
    pub(super) own: [Rect; 2],
    /// Where the middle of the lines stays.
    pub(super) room: Rect,
    /// Distance to keep from third boxes, px.
    pub(super) clear: f64,
}

impl Obstacles {
    /// All boxes, the others grown by a share of the distance to keep.
    fn all(&self, share: f64) -> impl Iterator<Item = Rect> {
        let own = self.own.iter().map(|rect| rect.grow(-2.0));
        let others = self.others.iter().map(move |rect| rect.grow(self.clear * share));
        others.chain(own)
    }
}

/// What was found for a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Course {
    /// The change to make.
    pub(super) detour: Detour,
    /// Whether the lines then keep their full distance from every third box.
    pub(super) clean: bool,
}

/// Steps to either side; with the middle they fit the bits of one word.
const STEPS: u32 = 62;
/// Steps that are tried first.
const NEAR: u32 = 15;
/// Shares of the bow that are tried.
const SLIMS: [f64; 3] = [1.0, 0.6, 0.3];

/// Which changes are tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search {
    /// Width of a step, px.
    step: f64,
    /// Steps to either side.
    steps: u32,
    /// Shares of the full distance to third boxes that are tried one after the other.
    shares: &'static [f64],
}

impl Search {
    /// Small changes: no control point is pushed further than 60 px.
    pub(super) const SMALL: Self = Self { step: 4.0, steps: NEAR, shares: &[] };
    /// Changes for so many boxes that few lines can be helped.
    pub(super) const CROWD: Self = Self { step: 4.0, steps: 30, shares: &[1.0] };
    /// Large changes in large steps.
    pub(super) const LARGE: Self = Self { step: 6.0, steps: STEPS, shares: &[1.0, 0.3] };
    /// All changes; where there is no way, boxes are passed more closely.
    pub(super) const FULL: Self = Self { step: 4.0, steps: STEPS, shares: &[1.0, 0.65, 0.35] };

    /// The smallest change that keeps both lanes off all obstacles; less clear of them where
    /// there is no other way.
    pub(super) fn course(&self, lanes: &[Option<Lane>; 2], obstacles: &Obstacles) -> Course {
        let free = |lane: &Lane| {
            let (bow, walls) = (lane.bow(), Walls::new(lane, lane.bow() / 2.0));
            !obstacles.all(1.0).filter_map(|rect| walls.wall(&rect)).any(|(low, high)| low < bow && bow < high)
        };
        if lanes.iter().flatten().all(free) {
            return Course { detour: Detour::NONE, clean: true };
        }
        // Few boxes are near a line: what they ask for is found sooner than what all ask for.
        let near = Self { steps: self.steps.min(NEAR), ..*self };
        if let Some(detour) = near.find(lanes, obstacles, 1.0) {
            return Course { detour, clean: true };
        }
        for share in self.shares {
            if let Some(detour) = self.find(lanes, obstacles, *share) {
                return Course { detour, clean: *share == 1.0 };
            }
        }
        Course { detour: Detour::NONE, clean: false }
    }

    fn find(&self, lanes: &[Option<Lane>; 2], obstacles: &Obstacles, share: f64) -> Option<Detour> {
        let mut shut = [0_u128; SLIMS.len()];
        for (lane, sign) in lanes.iter().zip([1.0, -1.0]) {
            let Some(lane) = lane else { continue };
            let bow = lane.bow();
            let mut close = |(low, high): (f64, f64)| {
                for (shut, slim) in shut.iter_mut().zip(SLIMS) {
                    let one = (low - bow * slim) * sign / self.step;
                    let two = (high - bow * slim) * sign / self.step;
                    *shut |= bits(one.min(two), one.max(two));
                }
            };
            // A curve goes half as far as its control point, and a bow has 24 px at most.
            let walls = Walls::new(lane, self.step * f64::from(self.steps) / 2.0 + 12.0);
            obstacles.all(share).filter_map(|rect| walls.wall(&rect)).for_each(&mut close);
            let (low, high) = walls.inside(&obstacles.room);
            close((f64::NEG_INFINITY, low));
            close((high, f64::INFINITY));
        }
        let mut best: Option<Detour> = None;
        for (shut, slim) in shut.into_iter().zip(SLIMS) {
            let right = (!shut >> STEPS).trailing_zeros();
            let left = (!shut << (u128::BITS - 1 - STEPS)).leading_zeros();
            for (steps, sign) in [(right, 1.0), (left, -1.0)] {
                let found = Detour { slim, shift: sign * f64::from(steps) * self.step };
                if steps <= self.steps && best.is_none_or(|best| found.effort() < best.effort()) {
                    best = Some(found);
                }
            }
        }
        best
    }
}

/// The steps strictly between `low` and `high`, as bits.
fn bits(low: f64, high: f64) -> u128 {
    let (middle, end) = (f64::from(STEPS), f64::from(2 * STEPS + 1));
    let first = ((low + middle).floor() + 1.0).clamp(0.0, end) as u32;
    let after = (high + middle).ceil().clamp(0.0, end) as u32;
    if first < after { (!0 >> (u128::BITS - (after - first))) << first } else { 0 }
}

/// What is left out at either end of a line, where boxes may stand close.
const END: f64 = 0.04;

/// A straight line, and how far it may be bowed beside boxes.
struct Walls {
    base: Curve,
    along: Point,
    long: f64,
    /// Boxes further aside than this are out of reach, px.
    reach: f64,
}

impl Walls {
    fn new(lane: &Lane, reach: f64) -> Self {
        let base = lane.curve(Detour { slim: 0.0, shift: 0.0 });
        let way = base.to.minus(base.from);
        Self { base, along: way.unit(), long: way.length().max(1e-6), reach }
    }

    /// How far the control point must not be pushed to the right, for the curve would run
    /// through `rect`.
    ///
    /// A curve's progress along its chord does not depend on its bow. So at every `t` the pushes
    /// that lead into the box are one interval, and all of them together are one interval too;
    /// its ends lie where a corner is passed, or as near as can be to the middle.
    fn wall(&self, rect: &Rect) -> Option<(f64, f64)> {
        let (along, aside) = (self.along, self.along.right());
        let centre = rect.centre().minus(self.base.from);
        let off = centre.x * aside.x + centre.y * aside.y;
        let broad = (rect.w * aside.x.abs() + rect.h * aside.y.abs()) / 2.0;
        if off.abs() - broad > self.reach {
            return None;
        }
        let middle = (centre.x * along.x + centre.y * along.y) / self.long;
        let (one, two) = (rect.w * along.x.abs() / 2.0 / self.long, rect.h * along.y.abs() / 2.0 / self.long);
        let (half, inner) = (one + two, (one - two).abs());
        let (first, last) = ((middle - half + 1e-4).max(END), (middle + half - 1e-4).min(1.0 - END));
        if first >= last {
            return None;
        }
        let corners = [first, middle - inner, middle, middle + inner, last, 0.5];
        let hit = |t: f64| {
            let t = t.max(first).min(last);
            within(self.base.at(t), aside.times(2.0 * t * (1.0 - t)), rect)
        };
        corners.into_iter().filter_map(hit).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// The pushes between which the middle of the curve stays inside `room`.
    fn inside(&self, room: &Rect) -> (f64, f64) {
        // The middle of a curve goes half as far as its control point.
        within(self.base.at(0.5), self.along.right().times(0.5), room).unwrap_or((0.0, 0.0))
    }
}

/// The interval of `s` for which `start + s * step` lies in `rect`.
fn within(start: Point, step: Point, rect: &Rect) -> Option<(f64, f64)> {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    for (start, step, near, far) in [(start.x, step.x, rect.x, rect.right()), (start.y, step.y, rect.y, rect.bottom())]
    {
        if step.abs() < 1e-9 {
            if start <= near || start >= far {
                return None;
            }
        } else {
            let (one, two) = ((near - start) / step, (far - start) / step);
            low = low.max(one.min(two));
            high = high.min(one.max(two));
        }
    }
    (low < high).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes() -> [Option<Lane>; 2] {
        let port = |x, nx| Port { at: Point::new(x, 100.0), nx, ny: 0.0 };
        let lane = Lane { out: port(0.0, 1.0), into: port(400.0, -1.0) };
        [Some(lane), Some(Lane { out: lane.into, into: lane.out })]
    }

    fn course(rect: Rect) -> Course {
        let obstacles = Obstacles {
            others: vec![rect],
            own: [Rect::new(-50.0, 80.0, 50.0, 40.0), Rect::new(400.0, 80.0, 50.0, 40.0)],
            room: Rect::new(-50.0, 0.0, 500.0, 300.0),
            clear: 10.0,
        };
        Search::FULL.course(&lanes(), &obstacles)
    }

    #[test]
    fn a_free_pair_is_left_alone() {
        let found = course(Rect::new(150.0, 200.0, 100.0, 40.0));
        assert_eq!(found, Course { detour: Detour::NONE, clean: true });
    }

    #[test]
    fn a_near_box_asks_for_little() {
        let found = course(Rect::new(150.0, 120.0, 100.0, 40.0));
        assert!(found.clean && found.detour.effort() < 20.0 && found.detour != Detour::NONE);
    }

    #[test]
    fn both_lanes_pass_a_box_on_the_same_side() {
        let rect = Rect::new(150.0, 90.0, 100.0, 40.0);
        let found = course(rect);
        assert!(found.clean && found.detour.shift < 0.0, "the shorter way is above");
        let ways = [found.detour, found.detour.reversed()];
        for (lane, detour) in lanes().iter().flatten().zip(ways) {
            let curve = lane.curve(detour);
            assert!((0..100).all(|i| !rect.grow(9.9).contains(curve.at(f64::from(i) / 99.0))), "{curve:?}");
            assert!(curve.at(0.5).y < 90.0);
        }
    }

    #[test]
    fn no_way_around_is_said() {
        let found = course(Rect::new(150.0, -900.0, 100.0, 2000.0));
        assert_eq!(found, Course { detour: Detour::NONE, clean: false });
    }

    #[test]
    fn bits_are_the_steps_strictly_between() {
        assert_eq!(bits(-0.3, 0.3), 1 << STEPS);
        assert_eq!(bits(0.0, 1.0), 0);
        assert_eq!(bits(-1.0, 1.1), 0b11 << STEPS);
        assert_eq!(bits(f64::NEG_INFINITY, f64::INFINITY).count_ones(), 125);
        assert_eq!(bits(f64::NAN, f64::NAN), 0);
    }
}

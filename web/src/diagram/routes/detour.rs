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

    /// The direction to its right, length 1.
    fn aside(&self) -> Point {
        self.into.at.minus(self.out.at).unit().right()
    }

    /// Its line: from 1.5 px off one border to 3 px off the other.
    pub(super) fn curve(&self, detour: Detour) -> Curve {
        let from = self.out.at.plus(Point::new(self.out.nx, self.out.ny).times(1.5));
        let to = self.into.at.plus(Point::new(self.into.nx, self.into.ny).times(3.0));
        let push = self.bow() * detour.slim + detour.shift;
        Curve::new(from, from.toward(to, 0.5).plus(self.aside().times(push)), to)
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
const STEPS: i32 = 62;
/// Shares of the bow that are tried.
const SLIMS: [f64; 3] = [1.0, 0.6, 0.3];

/// All changes worth trying, the smallest first.
pub(super) struct Table {
    /// Each with the number of its slimness and its step's bit.
    tries: Vec<(Detour, usize, u128)>,
    /// Width of a step, px.
    step: f64,
    /// The furthest a control point is pushed, px.
    most: f64,
    /// Shares of the full distance to third boxes that are tried one after the other.
    shares: &'static [f64],
}

impl Table {
    /// Small changes in steps of 4 px, none further than `most` px.
    pub(super) fn small(most: f64) -> Self {
        Self::new(4.0, most, &[1.0])
    }

    /// Large changes in steps of 6 px.
    pub(super) fn large() -> Self {
        Self::new(6.0, f64::INFINITY, &[1.0, 0.3])
    }

    /// All changes in steps of 4 px; where there is no way, boxes are passed more closely.
    pub(super) fn full() -> Self {
        Self::new(4.0, f64::INFINITY, &[1.0, 0.4])
    }

    /// Sorts the changes once for all pairs.
    fn new(step: f64, most: f64, shares: &'static [f64]) -> Self {
        let most = most.min(step * f64::from(STEPS));
        let mut tries = Vec::new();
        for number in 0..=STEPS {
            for side in if number == 0 { &[1][..] } else { &[1, -1][..] } {
                for (slimness, slim) in SLIMS.into_iter().enumerate() {
                    let shift = f64::from(side * number) * step;
                    let bit = 1 << (STEPS + side * number);
                    tries.push((Detour { slim, shift }, slimness, bit));
                }
            }
        }
        tries.retain(|(detour, ..)| detour.shift.abs() <= most);
        tries.sort_by(|a, b| a.0.effort().total_cmp(&b.0.effort()));
        Self { tries, step, most, shares }
    }

    /// The smallest change that keeps both lanes off all obstacles; less clear of them where
    /// there is no other way.
    pub(super) fn course(&self, lanes: &[Option<Lane>; 2], obstacles: &Obstacles) -> Course {
        let free = |lane: &Lane| {
            let curve = lane.curve(Detour::NONE);
            !obstacles.all(1.0).any(|rect| touches(&curve, &rect))
        };
        if lanes.iter().flatten().all(free) {
            return Course { detour: Detour::NONE, clean: true };
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
            for (low, high) in self.walls(lane, obstacles, share) {
                for (shut, slim) in shut.iter_mut().zip(SLIMS) {
                    let bow = lane.bow() * slim;
                    let (one, two) = ((low - bow) * sign, (high - bow) * sign);
                    *shut |= bits(one.min(two) / self.step, one.max(two) / self.step);
                }
            }
        }
        let open = |slim: usize, bit: u128| shut.get(slim).is_some_and(|shut| shut & bit == 0);
        self.tries.iter().find(|(_, slim, bit)| open(*slim, *bit)).map(|(detour, ..)| *detour)
    }

    /// How far a lane's control point must not be pushed to the right, as intervals in px.
    fn walls(&self, lane: &Lane, obstacles: &Obstacles, share: f64) -> Vec<(f64, f64)> {
        let base = lane.curve(Detour { slim: 0.0, shift: 0.0 });
        let aside = lane.aside();
        // A curve goes half as far as its control point, and a bow has 24 px at most.
        let reach = self.most / 2.0 + 12.0;
        let near = |rect: Rect| wall(&base, aside, reach, &rect);
        let mut walls: Vec<(f64, f64)> = obstacles.all(share).filter_map(near).collect();
        let middle = within(base.at(0.5), aside.times(0.5), &obstacles.room);
        let (low, high) = middle.unwrap_or((0.0, 0.0));
        walls.push((f64::NEG_INFINITY, low));
        walls.push((high, f64::INFINITY));
        walls
    }
}

/// The steps strictly between `low` and `high`, as bits.
fn bits(low: f64, high: f64) -> u128 {
    let end = f64::from(2 * STEPS + 1);
    let middle = f64::from(STEPS);
    let first = ((low + middle).floor() + 1.0).clamp(0.0, end) as u32;
    let after = (high + middle).ceil().clamp(0.0, end) as u32;
    let below = |bit: u32| 1_u128.checked_shl(bit).unwrap_or(0).wrapping_sub(1);
    if first < after { below(after) & !below(first) } else { 0 }
}

/// Samples of the whole curve when it is held against a box.
const SAMPLES: f64 = 48.0;
/// What is left out at either end, where boxes may stand close.
const END: f64 = 0.04;

/// The samples at which a curve can be beside `rect`: a curve's progress along its chord does
/// not depend on how far it is bowed (its control point is pushed at a right angle).
fn beside(curve: &Curve, rect: &Rect) -> impl Iterator<Item = f64> {
    let way = curve.to.minus(curve.from);
    let square = (way.x * way.x + way.y * way.y).max(1e-9);
    let centre = rect.centre().minus(curve.from);
    let middle = (centre.x * way.x + centre.y * way.y) / square;
    let half = (rect.w * way.x.abs() + rect.h * way.y.abs()) / 2.0 / square;
    // A little more, for chord and push are not quite at a right angle where borders differ.
    let first = (middle - half - 0.03).max(END) * SAMPLES;
    let last = (middle + half + 0.03).min(1.0 - END) * SAMPLES;
    let count = if first <= last { (last - first).ceil() as u32 + 1 } else { 0 };
    (0..count).map(move |i| (first + f64::from(i)).min(last) / SAMPLES)
}

/// Whether `rect` reaches into the band between a chord and a line `out` px to its right.
fn in_band(from: Point, along: Point, out: f64, rect: &Rect) -> bool {
    let aside = along.right();
    let centre = rect.centre().minus(from);
    let off = centre.x * aside.x + centre.y * aside.y;
    let half = (rect.w * aside.x.abs() + rect.h * aside.y.abs()) / 2.0;
    off + half > out.min(0.0) && off - half < out.max(0.0)
}

/// Whether a curve runs through `rect`.
fn touches(curve: &Curve, rect: &Rect) -> bool {
    let along = curve.to.minus(curve.from).unit();
    let via = curve.via.minus(curve.from);
    // A curve goes half as far aside as its control point.
    let out = (via.x * along.right().x + via.y * along.right().y) / 2.0;
    in_band(curve.from, along, out, rect) && beside(curve, rect).any(|t| rect.contains(curve.at(t)))
}

/// The pushes along `aside` for which a curve runs through `rect`, from the least to the most.
/// Boxes more than `reach` px aside of the chord count as out of reach.
fn wall(base: &Curve, aside: Point, reach: f64, rect: &Rect) -> Option<(f64, f64)> {
    let along = base.to.minus(base.from).unit();
    if !in_band(base.from, along, reach, rect) && !in_band(base.from, along, -reach, rect) {
        return None;
    }
    let hit = |t: f64| within(base.at(t), aside.times(2.0 * t * (1.0 - t)), rect);
    beside(base, rect).filter_map(hit).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
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
        Table::full().course(&lanes(), &obstacles)
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
            assert!(!touches(&curve, &rect.grow(9.9)), "{curve:?}");
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

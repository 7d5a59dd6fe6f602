//! Where lines meet a box: on the side that faces the partner, spread along it.

use super::super::geometry::{Point, Rect};

/// A place on a box's border where a line meets it. Px.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Port {
    /// The place.
    pub at: Point,
    /// Outward normal of that side, across: -1, 0 or 1.
    pub nx: f64,
    /// Outward normal of that side, down: -1, 0 or 1.
    pub ny: f64,
}

/// A side of a box; places on it are counted clockwise, in px from its first corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

impl Side {
    /// All four, clockwise.
    pub(super) const ALL: [Side; 4] = [Side::Top, Side::Right, Side::Bottom, Side::Left];

    /// Length of this side of `rect`, px.
    pub(super) const fn length(self, rect: &Rect) -> f64 {
        match self {
            Side::Top | Side::Bottom => rect.w,
            Side::Right | Side::Left => rect.h,
        }
    }

    /// The port `u` px along this side of `rect`.
    pub(super) const fn port(self, rect: &Rect, u: f64) -> Port {
        let (x, y, nx, ny) = match self {
            Side::Top => (rect.x + u, rect.y, 0.0, -1.0),
            Side::Right => (rect.right(), rect.y + u, 1.0, 0.0),
            Side::Bottom => (rect.right() - u, rect.bottom(), 0.0, 1.0),
            Side::Left => (rect.x, rect.bottom() - u, -1.0, 0.0),
        };
        Port { at: Point::new(x, y), nx, ny }
    }
}

/// A line's wish for a port.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wish {
    /// The box at the other end.
    pub(super) partner: usize,
    /// Whether the line starts here.
    pub(super) leaves: bool,
    /// Where the ray to the partner crosses the side, px.
    pub(super) ray: f64,
    /// Where the line would like to stand, px.
    pub(super) wanted: f64,
    /// Whether this side was chosen for the sake of a way around other boxes.
    pub(super) turned: bool,
}

/// The side that the ray from a box's centre to `aim` crosses, and where along it.
pub(super) fn ray(rect: &Rect, aim: Point) -> (Side, f64) {
    let (half_w, half_h) = (rect.w / 2.0, rect.h / 2.0);
    let way = aim.minus(rect.centre());
    if way.y.abs() * half_w < way.x.abs() * half_h {
        let y = way.y * half_w / way.x.abs().max(1e-9);
        if way.x > 0.0 { (Side::Right, y + half_h) } else { (Side::Left, half_h - y) }
    } else {
        let x = way.x * half_h / way.y.abs().max(1e-9);
        if way.y > 0.0 { (Side::Bottom, half_w - x) } else { (Side::Top, x + half_w) }
    }
}

/// A place on each side of a box that does not face away from `aim`: where a line to it could
/// leave.
pub(super) fn doors(rect: &Rect, aim: Point) -> impl Iterator<Item = Port> {
    let (rect, centre) = (*rect, rect.centre());
    let way = aim.minus(centre).unit();
    let lean = Point::new(way.x * rect.w * 0.3, way.y * rect.h * 0.3);
    Side::ALL.into_iter().filter_map(move |side| {
        let mut port = side.port(&rect, side.length(&rect) / 2.0);
        port.at = port.at.plus(Point::new(lean.x * port.ny.abs(), lean.y * port.nx.abs()));
        (way.x * port.nx + way.y * port.ny > -0.35).then_some(port)
    })
}

/// Moves pairs from sides that are too full around the nearer corner, as long as there is room:
/// at a corner, a line may as well leave by the other side. `sides` are in clockwise order.
pub(super) fn relieve(rect: &Rect, sides: &mut [(Side, Vec<Wish>); 4]) {
    let fits = |side: Side, count: usize| {
        let room = side.length(rect) - 2.0 * CORNER;
        count.saturating_sub(1) as f64 * TIGHT <= room
    };
    for full in 0..4 {
        loop {
            let Some((side, wishes)) = sides.get(full) else { return };
            let (side, long) = (*side, side.length(rect));
            if fits(side, wishes.len()) {
                break;
            }
            let edge = |wish: &Wish| wish.ray.min(long - wish.ray);
            let free = wishes.iter().filter(|wish| !wish.turned);
            let Some(extreme) = free.min_by(|a, b| edge(a).total_cmp(&edge(b))).copied() else { break };
            let first = extreme.ray < long / 2.0;
            let next = if first { (full + 3) % 4 } else { (full + 1) % 4 };
            let moved: Vec<Wish> = wishes.iter().filter(|wish| wish.partner == extreme.partner).copied().collect();
            let Some((other, there)) = sides.get_mut(next) else { return };
            if !fits(*other, there.len() + moved.len()) {
                break;
            }
            // Beyond the end of the other side: its ports are pushed on from there, in order.
            let by = if first { other.length(rect) } else { -long };
            there.extend(moved.iter().map(|wish| Wish { ray: wish.ray + by, wanted: wish.wanted + by, ..*wish }));
            if let Some((_, wishes)) = sides.get_mut(full) {
                wishes.retain(|wish| wish.partner != extreme.partner);
            }
        }
    }
}

/// Ports come no nearer to a corner than this, px.
const CORNER: f64 = 4.5;
/// Two ports of a side stand at least this far apart if its length allows, px.
const TIGHT: f64 = 5.3;

/// Places for the wishes of one side, sorted along it: `gap` apart where there is room, as near
/// as possible to what each wants, clear of the corners. `high` is the box's height. Px.
///
/// The two lines of a pair stay next to each other, so that pairs do not interleave.
pub(super) fn along(length: f64, high: f64, gap: f64, wishes: &mut [Wish]) -> Vec<f64> {
    wishes.sort_by(|a, b| a.ray.total_cmp(&b.ray).then(a.partner.cmp(&b.partner)).then(a.leaves.cmp(&b.leaves)));
    let spaces = wishes.len().saturating_sub(1).max(1) as f64;
    // Where a side is full, ports come nearer to the corners rather than to each other.
    let corner = 11.0_f64.min(high * 0.2);
    let inset = corner.min((length - spaces * TIGHT) / 2.0).max(corner.min(CORNER));
    let (low, high) = (inset, (length - inset).max(inset));
    let step = gap.min((high - low) / spaces);
    let wanted: Vec<f64> = wishes.iter().map(|wish| wish.wanted.max(low).min(high)).collect();
    apart(&wanted, step, low, high)
}

/// The places nearest to `wanted` (least squares) that keep order and distance `step` and lie
/// between `low` and `high`: the pool-adjacent-violators algorithm.
fn apart(wanted: &[f64], step: f64, low: f64, high: f64) -> Vec<f64> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (i, place) in wanted.iter().enumerate() {
        let mut pool = (place - i as f64 * step, 1);
        while let Some((mean, count)) = pools.last().copied().filter(|last| last.0 > pool.0) {
            let all = count + pool.1;
            pool = ((mean * count as f64 + pool.0 * pool.1 as f64) / all as f64, all);
            pools.pop();
        }
        pools.push(pool);
    }
    let last = (high - wanted.len().saturating_sub(1) as f64 * step).max(low);
    let means = pools.into_iter().flat_map(|(mean, count)| std::iter::repeat_n(mean, count));
    means.enumerate().map(|(i, mean)| mean.max(low).min(last) + i as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rays_cross_the_side_they_face() {
        let rect = Rect::new(-50.0, -20.0, 100.0, 40.0);
        assert_eq!(ray(&rect, Point::new(200.0, 0.0)), (Side::Right, 20.0));
        assert_eq!(ray(&rect, Point::new(-200.0, 40.0)), (Side::Left, 10.0));
        assert_eq!(ray(&rect, Point::new(0.0, 90.0)), (Side::Bottom, 50.0));
        assert_eq!(ray(&rect, Point::new(20.0, -40.0)), (Side::Top, 60.0));
        assert!(ray(&rect, rect.centre()).1.is_finite());
    }

    #[test]
    fn ports_walk_clockwise() {
        let rect = Rect::new(0.0, 0.0, 100.0, 40.0);
        let places = Side::ALL.map(|side| side.port(&rect, 10.0).at);
        let expected = [(10.0, 0.0), (100.0, 10.0), (90.0, 40.0), (0.0, 30.0)];
        assert_eq!(places, expected.map(|(x, y)| Point::new(x, y)));
    }

    #[test]
    fn places_keep_their_distance_and_their_side() {
        assert_eq!(apart(&[10.0, 40.0], 8.0, 5.0, 60.0), [10.0, 40.0]);
        assert_eq!(apart(&[20.0, 20.0], 8.0, 5.0, 60.0), [16.0, 24.0]);
        assert_eq!(apart(&[58.0, 59.0, 60.0], 8.0, 5.0, 60.0), [44.0, 52.0, 60.0]);
        assert!(apart(&[], 8.0, 5.0, 60.0).is_empty());
    }

    #[test]
    fn full_sides_give_pairs_to_their_neighbours() {
        let rect = Rect::new(0.0, 0.0, 94.0, 38.0);
        let mut sides = Side::ALL.map(|side| (side, Vec::new()));
        for partner in 0..5 {
            for leaves in [false, true] {
                let ray = 4.0 + 5.0 * partner as f64;
                sides[1].1.push(Wish { partner, leaves, ray, wanted: ray, turned: false });
            }
        }
        relieve(&rect, &mut sides);
        let counts = sides.each_ref().map(|(_, wishes)| wishes.len());
        assert_eq!(counts, [4, 6, 0, 0]);
        assert!(sides[0].1.iter().all(|wish| wish.ray > 94.0 && wish.partner < 2));
    }

    #[test]
    fn a_pair_stays_together() {
        let wish = |partner, leaves, ray: f64| Wish {
            partner,
            leaves,
            ray,
            wanted: ray + if leaves { 4.0 } else { -4.0 },
            turned: false,
        };
        let mut wishes = [wish(1, true, 50.0), wish(2, false, 52.0), wish(2, true, 52.0), wish(1, false, 50.0)];
        let places = along(132.0, 52.0, 8.5, &mut wishes);
        let order = wishes.map(|wish| (wish.partner, wish.leaves));
        assert_eq!(order, [(1, false), (1, true), (2, false), (2, true)]);
        assert!(places.windows(2).all(|pair| matches!(pair, [a, b] if b - a > 8.4)));
    }
}

//! Convex lines to stand on: from any point of one, every other is in sight.

use super::super::geometry::{Point, Rect, Size};

/// An ellipse whose points are counted by the room that boxes need on it: boxes are wider than
/// high, so neighbours stand closer in degrees at its sides than at its top.
#[derive(Debug, Clone)]
pub(super) struct Ring {
    centre: Point,
    radii: Size,
    /// Room used from the top of a quarter up to each sample; the last entry is the whole.
    used: Vec<f64>,
}

/// Samples of a quarter.
const QUARTER: usize = 120;

impl Ring {
    /// The ellipse through the middle of the sides of `bounds` for boxes that, air included,
    /// take a `cell` each. Px.
    pub(super) fn new(bounds: Rect, cell: Size) -> Self {
        let radii = Size::new(bounds.w.max(0.0) / 2.0, bounds.h.max(0.0) / 2.0);
        let corner = |step: usize| {
            let angle = step as f64 / QUARTER as f64 * std::f64::consts::FRAC_PI_2;
            Point::new(radii.w * angle.sin(), -radii.h * angle.cos())
        };
        let mut used = vec![0.0];
        let mut sum = 0.0;
        for step in 1..=QUARTER {
            let way = corner(step).minus(corner(step - 1));
            let (across, down) = (way.x / cell.w.max(1.0), way.y / cell.h.max(1.0));
            sum += (across.powi(4) + down.powi(4)).sqrt().sqrt();
            used.push(sum);
        }
        Self { centre: bounds.centre(), radii, used }
    }

    /// How many boxes find room on it, as a fraction.
    pub(super) fn capacity(&self) -> f64 {
        4.0 * self.used.last().copied().unwrap_or(0.0)
    }

    /// The point after a share `q` of the whole way, clockwise from the top.
    pub(super) fn at(&self, q: f64) -> Point {
        let turn = q.rem_euclid(1.0);
        let (part, right, low) = match turn {
            t if t <= 0.25 => (t, 1.0, -1.0),
            t if t <= 0.5 => (0.5 - t, 1.0, 1.0),
            t if t <= 0.75 => (t - 0.5, -1.0, 1.0),
            t => (1.0 - t, -1.0, -1.0),
        };
        let aim = part * self.capacity();
        let next = self.used.partition_point(|sum| *sum < aim).clamp(1, QUARTER);
        let before = self.used.get(next - 1).copied().unwrap_or(0.0);
        let after = self.used.get(next).copied().unwrap_or(0.0);
        let piece = if after > before { (aim - before) / (after - before) } else { 0.0 };
        let angle = (next as f64 - 1.0 + piece) / QUARTER as f64 * std::f64::consts::FRAC_PI_2;
        self.centre.plus(Point::new(right * self.radii.w * angle.sin(), low * self.radii.h * angle.cos()))
    }

    /// `n` places evenly around, in reading order: ⌈n/2⌉ on the upper half from left to right,
    /// then the lower half from left to right.
    pub(super) fn two_rows(&self, n: usize) -> Vec<Point> {
        let (upper, lower) = (n.div_ceil(2), n / 2);
        let offset = |i: usize, count: usize| (i as f64 - (count as f64 - 1.0) / 2.0) / n as f64;
        let above = (0..upper).map(|i| self.at(offset(i, upper)));
        let below = (0..lower).map(|i| self.at(0.5 - offset(i, lower)));
        above.chain(below).collect()
    }

    /// `n` places evenly around, the first at share `start`, clockwise or against it.
    pub(super) fn around(&self, n: usize, start: f64, clockwise: bool) -> Vec<Point> {
        let step = if clockwise { 1.0 } else { -1.0 } / n.max(1) as f64;
        (0..n).map(|i| self.at(start + step * i as f64)).collect()
    }
}

/// `n` places from `from` to `to`, bulging by up to `bulge` px to the right of that way.
pub(super) fn arc(n: usize, from: Point, to: Point, bulge: f64) -> Vec<Point> {
    let out = to.minus(from).unit().right().times(bulge);
    let place = |i: usize| {
        let u = if n > 1 { i as f64 / (n as f64 - 1.0) } else { 0.5 };
        from.toward(to, u).plus(out.times(1.0 - (2.0 * u - 1.0).powi(2)))
    };
    (0..n).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> Ring {
        Ring::new(Rect::new(0.0, 0.0, 800.0, 400.0), Size::new(180.0, 110.0))
    }

    #[test]
    fn a_ring_is_walked_clockwise_from_the_top() {
        let corners = [0.0, 0.25, 0.5, 0.75].map(|q| ring().at(q));
        let expected = [(400.0, 0.0), (800.0, 200.0), (400.0, 400.0), (0.0, 200.0)];
        for (found, (x, y)) in corners.iter().zip(expected) {
            assert!(found.distance(Point::new(x, y)) < 1e-6, "{found:?}");
        }
    }

    #[test]
    fn two_rows_read_left_to_right_and_mirror() {
        for n in 0..20 {
            let places = ring().two_rows(n);
            assert_eq!(places.len(), n);
            let (above, below) = places.split_at(n.div_ceil(2));
            for row in [above, below] {
                assert!(row.windows(2).all(|pair| matches!(pair, [a, b] if a.x < b.x)));
                for (a, b) in row.iter().zip(row.iter().rev()) {
                    assert!((a.x + b.x - 800.0).abs() < 1e-6 && (a.y - b.y).abs() < 1e-6);
                }
            }
        }
    }

    #[test]
    fn flat_rings_and_empty_arcs_are_harmless() {
        let flat = Ring::new(Rect::default(), Size::default());
        assert_eq!(flat.two_rows(3).len(), 3);
        assert!(flat.at(f64::NAN).x.is_finite());
        assert!(arc(0, Point::default(), Point::default(), 5.0).is_empty());
        assert_eq!(arc(1, Point::default(), Point::new(0.0, 10.0), 0.0), [Point::new(0.0, 5.0)]);
    }

    #[test]
    fn an_arc_bulges_to_the_right_of_its_way() {
        let points = arc(3, Point::new(0.0, 0.0), Point::new(0.0, 10.0), 4.0);
        assert_eq!(points.get(1), Some(&Point::new(-4.0, 5.0)));
    }
}

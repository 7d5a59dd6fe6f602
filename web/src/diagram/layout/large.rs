//! Crowds: more than 24 pods in one namespace. Two rings while arrows can still be told apart,
//! then staggered rows.

use super::super::geometry::{Point, Rect, Size};
use super::convex::Ring;

/// Up to this many boxes stand on two rings.
const TWO_RINGS: usize = 44;

/// Centres for `n` boxes; `bounds` is where centres may stand, a `cell` is a box and its air.
pub(super) fn crowd(n: usize, bounds: Rect, cell: Size) -> Vec<Point> {
    if n <= TWO_RINGS {
        let places = rings(n, bounds, cell);
        if places.len() == n {
            return places;
        }
    }
    staggered(n, bounds, cell)
}

/// Two rings, the inner one a box and its air inside the outer. Empty where there is no room.
fn rings(n: usize, bounds: Rect, cell: Size) -> Vec<Point> {
    let (across, down) = (cell.w * 1.15, cell.h * 1.25);
    let inner = Rect::new(bounds.x + across, bounds.y + down, bounds.w - 2.0 * across, bounds.h - 2.0 * down);
    if inner.w < cell.w || inner.h < cell.h {
        return Vec::new();
    }
    let (outside, inside) = (Ring::new(bounds, cell), Ring::new(inner, cell));
    let share = inside.capacity() / (outside.capacity() + inside.capacity());
    let few = (n as f64 * share).round() as usize;
    let mut places = outside.two_rows(n.saturating_sub(few));
    places.extend(inside.two_rows(few.min(n)));
    places
}

/// Rows from top to bottom, every second one half a cell further right.
fn staggered(n: usize, bounds: Rect, cell: Size) -> Vec<Point> {
    let columns = ((bounds.w / cell.w.max(1.0) + 0.5).floor().max(1.0) as usize).min(n.max(1));
    let rows = n.div_ceil(columns);
    let across = bounds.w.max(0.0) / (columns as f64 - 0.5).max(1.0);
    let down = if rows > 1 { bounds.h.max(0.0) / (rows as f64 - 1.0) } else { 0.0 };
    let top = if rows > 1 { bounds.y } else { bounds.centre().y };
    let place = |i: usize| {
        let (row, column) = (i / columns, i % columns);
        let missing = columns - columns.min(n - row * columns);
        let shift = if row % 2 == 1 { across / 2.0 } else { 0.0 } + (missing / 2) as f64 * across;
        Point::new(bounds.x + column as f64 * across + shift, top + row as f64 * down)
    };
    (0..n).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crowd_gets_its_places_inside_the_bounds() {
        let bounds = Rect::new(100.0, 60.0, 1400.0, 900.0);
        for n in [0, 1, 2, 25, 44, 45, 60, 200] {
            let places = crowd(n, bounds, Size::new(160.0, 90.0));
            assert_eq!(places.len(), n);
            assert!(places.iter().all(|p| bounds.grow(0.01).contains(*p)), "{n}");
        }
    }

    #[test]
    fn no_room_still_gives_finite_places() {
        for n in [1, 30, 100] {
            let places = crowd(n, Rect::default(), Size::new(160.0, 90.0));
            assert_eq!(places.len(), n);
            assert!(places.iter().all(|p| p.x.is_finite() && p.y.is_finite()));
        }
    }
}

//! The marks of a blocked arrow: a bar on the border, a cross before it.

use std::collections::BTreeMap;

use super::super::geometry::{Curve, Point};
use super::super::layout::Layout;
use super::ports::Port;

/// Half the length of the bar that stands for a closed gate, px.
const BAR: f64 = 11.0;

/// The two ends of the bar on a box's border at `port`, kept clear of the corners.
pub fn gate(layout: &Layout, box_index: usize, port: &Port) -> (Point, Point) {
    let mut at = port.at;
    if let Some(place) = layout.boxes.get(box_index) {
        let (centre, size) = (place.rect.centre(), place.rect);
        // A pill's ends are round: its bar stays on the straight part.
        let round = if place.pill { size.h / 2.0 + 9.0 } else { 18.0 };
        if port.ny != 0.0 {
            let room = (size.w / 2.0 - round).max(0.0);
            at.x = at.x.max(centre.x - room).min(centre.x + room);
        }
        if port.nx != 0.0 {
            let room = if place.pill { 0.0 } else { (size.h / 2.0 - 17.0).max(0.0) };
            at.y = at.y.max(centre.y - room).min(centre.y + room);
        }
    }
    let half = Point::new(-port.ny, port.nx).times(BAR);
    (at.minus(half), at.plus(half))
}

/// Slides crosses along their own curves, away from the box they belong to (the nearer end),
/// until no two are closer than `min_distance` px. Each is a curve and the cross's `t` on it.
/// A cross that finds no room before its curve's middle takes the roomiest place it saw.
pub fn spread_crosses(crosses: &mut [(Curve, f64)], min_distance: f64) {
    let mut set = Crosses { cell: min_distance.max(1.0), cells: BTreeMap::new() };
    let mut order: Vec<usize> = (0..crosses.len()).collect();
    let lengths: Vec<f64> = crosses.iter().map(|(curve, _)| curve.length()).collect();
    // Short lines have the least room to give way: they choose first.
    let length = |i: &usize| lengths.get(*i).copied().unwrap_or(0.0);
    order.sort_by(|a, b| length(a).total_cmp(&length(b)).then(a.cmp(b)));
    for index in order {
        let long = length(&index).max(1.0);
        let Some((curve, t)) = crosses.get_mut(index) else {
            continue;
        };
        let step = if *t < 0.5 { 2.0 / long } else { -2.0 / long };
        let (mut best, mut room) = (*t, set.nearest(curve.at(*t)));
        let mut tried = *t;
        while room < min_distance {
            tried += step;
            if !tried.is_finite() || (tried - 0.5) * step > 0.0 {
                break;
            }
            let found = set.nearest(curve.at(tried));
            if found > room {
                (best, room) = (tried, found);
            }
        }
        *t = best;
        set.add(curve.at(best));
    }
}

/// Crosses already set, in square cells, so that a neighbour is found without asking all.
struct Crosses {
    /// Side of a cell, px.
    cell: f64,
    cells: BTreeMap<(i64, i64), Vec<Point>>,
}

impl Crosses {
    fn key(&self, p: Point) -> (i64, i64) {
        ((p.x / self.cell).floor() as i64, (p.y / self.cell).floor() as i64)
    }

    fn add(&mut self, p: Point) {
        self.cells.entry(self.key(p)).or_default().push(p);
    }

    /// Distance to the nearest cross in this and the adjoining cells; infinite if there is none.
    fn nearest(&self, p: Point) -> f64 {
        let (column, row) = self.key(p);
        let mut near = f64::INFINITY;
        for x in column.saturating_sub(1)..=column.saturating_add(1) {
            for y in row.saturating_sub(1)..=row.saturating_add(1) {
                for other in self.cells.get(&(x, y)).into_iter().flatten() {
                    near = near.min(p.distance(*other));
                }
            }
        }
        near
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::geometry::{Rect, Size};
    use super::super::super::layout::BoxPlace;
    use super::*;

    fn line(from: (f64, f64), to: (f64, f64)) -> Curve {
        let (from, to) = (Point::new(from.0, from.1), Point::new(to.0, to.1));
        Curve::new(from, from.toward(to, 0.5), to)
    }

    #[test]
    fn bars_stay_clear_of_corners() {
        let rect = Rect::new(0.0, 0.0, 132.0, 52.0);
        let place = BoxPlace { rect, pill: false, namespace: None };
        let layout = Layout { view: Size::new(400.0, 400.0), boxes: vec![place], ..Layout::default() };
        let top = Port { at: Point::new(3.0, 0.0), nx: 0.0, ny: -1.0 };
        let (a, b) = gate(&layout, 0, &top);
        assert_eq!((a.x.min(b.x), a.x.max(b.x)), (7.0, 29.0));
        let right = Port { at: Point::new(132.0, 50.0), nx: 1.0, ny: 0.0 };
        let (a, b) = gate(&layout, 0, &right);
        assert_eq!((a.y.min(b.y), a.y.max(b.y)), (24.0, 46.0));
        assert_eq!(gate(&layout, 9, &right).0.distance(gate(&layout, 9, &right).1), 22.0);
    }

    #[test]
    fn crosses_give_way_until_none_overlap() {
        let mut crosses: Vec<(Curve, f64)> = (0..6)
            .map(|i| line((f64::from(i) * 60.0, 300.0), (150.0 + f64::from(i) * 6.0, 0.0)))
            .map(|curve| (curve, curve.back(17.0)))
            .collect();
        spread_crosses(&mut crosses, 18.0);
        for (i, (one, t)) in crosses.iter().enumerate() {
            for (two, u) in crosses.iter().skip(i + 1) {
                assert!(one.at(*t).distance(two.at(*u)) >= 18.0);
            }
        }
    }

    #[test]
    fn crosses_without_room_come_to_rest() {
        let same = line((0.0, 0.0), (30.0, 0.0));
        let mut crosses = vec![(same, 0.9); 40];
        crosses.push((Curve::default(), f64::NAN));
        spread_crosses(&mut crosses, 18.0);
        assert!(crosses.iter().take(40).all(|(_, t)| (0.4..=0.9).contains(t)));
    }
}

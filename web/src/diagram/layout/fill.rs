//! Pods inside one frame of several: of a handful of shapes, the one in which they see each
//! other, and everybody already placed, best.

use super::super::geometry::{Point, Rect, Size};
use super::convex::{Ring, arc};
use super::measures::Measures;
use super::one_namespace::{centres, many};

/// Where the other frames are, seen from this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// To the right.
    Right,
    /// Below.
    Below,
    /// To the left or above: this frame is one of the others itself.
    Behind,
}

impl Others {
    /// How near a place is to the other frames, px.
    const fn ahead(self, p: Point) -> f64 {
        match self {
            Others::Right => p.x,
            Others::Below => p.y,
            Others::Behind => -p.x,
        }
    }
}

/// The pods of one frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crowd {
    /// How many.
    pub(super) n: usize,
    /// Size of each, px.
    pub(super) size: Size,
    /// The one to stand nearest to the other frames.
    pub(super) focus: Option<usize>,
    /// Where those are.
    pub(super) others: Others,
}

/// Above this number of boxes sight is not compared: arrows are not told apart any more.
const COMPARED: usize = 26;

/// Places the pods of `crowd` inside `room`, their borders included. `placed` are boxes that
/// stand elsewhere already.
pub(super) fn fill(room: Rect, crowd: &Crowd, placed: &[Rect], m: &Measures) -> Vec<Rect> {
    let bounds = centres(room, crowd.size);
    let mut best = Vec::new();
    let mut least = f64::INFINITY;
    for shape in shapes(bounds, crowd, m) {
        let mut places = shape;
        lead(&mut places, crowd);
        let boxes: Vec<Rect> = places.iter().map(|p| Rect::around(*p, crowd.size)).collect();
        let cost = cost(&boxes, placed, m) + if led(&places, crowd) { 0.0 } else { 40.0 };
        if cost < least {
            least = cost;
            best = boxes;
        }
    }
    best
}

/// The shapes to choose from, in reading order, the favourite first.
fn shapes(bounds: Rect, crowd: &Crowd, m: &Measures) -> Vec<Vec<Point>> {
    let n = crowd.n;
    let cell = Size::new(crowd.size.w + m.air.w, crowd.size.h + m.air.h);
    if !(2..=COMPARED).contains(&n) {
        return vec![if n < 2 { vec![bounds.centre(); n] } else { many(n, bounds, crowd.size, m) }];
    }
    let ring = Ring::new(bounds, cell);
    let mut shapes = Vec::new();
    // One pod ahead of all others, toward the other frames; two rows.
    let ahead = match crowd.others {
        Others::Right => ring.around(n, 0.25, false),
        Others::Below | Others::Behind => ring.around(n, 0.5, true),
    };
    let ahead = reading(ahead);
    let rows = ring.two_rows(n);
    shapes.extend(if crowd.focus.is_some() { [ahead, rows] } else { [rows, ahead] });
    let middle = bounds.centre();
    let (left, right) = (bounds.x, bounds.right());
    let (top, bottom) = (bounds.y, bounds.bottom());
    // A column that bulges away from the other frames, one that bulges toward them, a row.
    let bulge = bounds.w.min(crowd.size.w * 0.75);
    let column = |x: f64, bulge: f64| arc(n, Point::new(x, top), Point::new(x, bottom), bulge);
    shapes.push(column(middle.x - bulge / 2.0, -bulge));
    shapes.push(column(middle.x + bulge / 2.0, bulge));
    shapes.push(column(middle.x, 0.0));
    let rise = bounds.h.min(crowd.size.h * 1.4);
    let row = |y: f64, bulge: f64| arc(n, Point::new(left, y), Point::new(right, y), bulge);
    shapes.push(row(middle.y - rise / 2.0, rise));
    shapes.push(row(middle.y + rise / 2.0, -rise));
    shapes.push(row(middle.y, 0.0));
    if n > 3 {
        shapes.push(fan(bounds, cell, n, crowd.others));
    }
    if n == 2 {
        // One above and further back, one a little below the middle.
        let ahead = middle.y + bounds.h * 0.15;
        shapes.push(vec![Point::new(left, top + bounds.h * 0.2), Point::new(right, ahead)]);
        let (low, high) = (bounds.x + bounds.w * 0.2, bounds.x + bounds.w * 0.8);
        shapes.push(vec![Point::new(low, top), Point::new(high, bottom)]);
        shapes.push(vec![Point::new(high, top), Point::new(low, bottom)]);
    }
    shapes
}

/// Two lines: the far one over the whole frame, the one nearest to the other frames close
/// together, so that those see past its ends.
fn fan(bounds: Rect, cell: Size, n: usize, others: Others) -> Vec<Point> {
    let (far, near) = (n.div_ceil(2), n / 2);
    let middle = bounds.centre();
    if others == Others::Right {
        let half = (cell.h * (near as f64 - 1.0)).min(bounds.h) / 2.0;
        let line = |x, half, n| arc(n, Point::new(x, middle.y - half), Point::new(x, middle.y + half), 0.0);
        let mut places = line(bounds.x, bounds.h / 2.0, far);
        places.extend(line(bounds.right(), half, near));
        return places;
    }
    // Boxes are wide: a line needs a wider gap to pass between two side by side.
    let half = (cell.w * 1.15 * (near as f64 - 1.0)).min(bounds.w) / 2.0;
    let line = |y, half, n| arc(n, Point::new(middle.x - half, y), Point::new(middle.x + half, y), 0.0);
    let mut places = line(bounds.y, bounds.w / 2.0, far);
    places.extend(line(bounds.bottom(), half, near));
    places
}

/// Places in reading order: from top to bottom, and from left to right where level.
fn reading(mut places: Vec<Point>) -> Vec<Point> {
    let line = |p: &Point| (p.y / 20.0).round();
    places.sort_by(|a, b| line(a).total_cmp(&line(b)).then(a.x.total_cmp(&b.x)));
    places
}

/// Gives the focused pod the place nearest to the other frames; the rest keep their order.
fn lead(places: &mut Vec<Point>, crowd: &Crowd) {
    let Some(focus) = crowd.focus.filter(|focus| *focus < places.len()) else {
        return;
    };
    let middle = places.iter().fold(Point::default(), |sum, p| sum.plus(*p));
    let middle = middle.times(1.0 / places.len() as f64);
    let ahead = |p: &Point| match crowd.others {
        Others::Right => p.x - (p.y - middle.y).abs() * 0.1,
        _ => crowd.others.ahead(*p) - (p.x - middle.x).abs() * 0.1,
    };
    let nearest = places.iter().enumerate().max_by(|a, b| ahead(a.1).total_cmp(&ahead(b.1))).map_or(0, |(i, _)| i);
    let place = places.remove(nearest);
    places.insert(focus, place);
}

/// Whether the focused pod, if there is one, stands clearly ahead of the others.
fn led(places: &[Point], crowd: &Crowd) -> bool {
    let Some(lead) = crowd.focus.and_then(|focus| places.get(focus)) else {
        return true;
    };
    let far = match crowd.others {
        Others::Right => 40.0,
        _ => 10.0,
    };
    let behind = |p: &Point| crowd.others.ahead(*p) + far <= crowd.others.ahead(*lead);
    places.iter().all(|p| p == lead || behind(p))
}

/// How bad a shape is: overlaps first, then boxes in each other's way, then lack of air.
fn cost(boxes: &[Rect], placed: &[Rect], m: &Measures) -> f64 {
    let mut slack = f64::INFINITY;
    for (i, one) in boxes.iter().enumerate() {
        for other in boxes.iter().skip(i + 1) {
            slack = slack.min(m.slack(one, other));
        }
    }
    let crowded = 1000.0 * (-slack).max(0.0);
    let airy = 0.4 * (m.air.h - m.gap.h - slack).max(0.0);
    // Where boxes are too close, the shape will not do: sight need not be compared.
    let unseen = if crowded > 0.0 { 0.0 } else { 12.0 * hidden(boxes, placed) as f64 };
    crowded + airy + unseen
}

/// How many straight lines between two boxes run through a third.
fn hidden(boxes: &[Rect], placed: &[Rect]) -> usize {
    if boxes.len() + placed.len() > 2 * COMPARED {
        return 0;
    }
    let all: Vec<&Rect> = boxes.iter().chain(placed).collect();
    let mut count = 0;
    for (i, from) in boxes.iter().enumerate() {
        for (j, to) in all.iter().enumerate().skip(i + 1) {
            let in_the_way =
                |(k, other): (usize, &&Rect)| k != i && k != j && crosses(from.centre(), to.centre(), &other.grow(7.0));
            count += usize::from(all.iter().enumerate().any(in_the_way));
        }
    }
    count
}

/// Whether the straight line from `a` to `b` runs through `rect`.
fn crosses(a: Point, b: Point, rect: &Rect) -> bool {
    let way = b.minus(a);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (start, step, low, high) in [(a.x, way.x, rect.x, rect.right()), (a.y, way.y, rect.y, rect.bottom())] {
        if step.abs() < 1e-9 {
            if start <= low || start >= high {
                return false;
            }
        } else {
            let (one, two) = ((low - start) / step, (high - start) / step);
            enter = enter.max(one.min(two));
            leave = leave.min(one.max(two));
        }
    }
    enter < leave
}

#[cfg(test)]
mod tests {
    use super::super::{Plan, measures};
    use super::*;

    fn try_fill(n: usize, focus: Option<usize>, others: Others) -> Vec<Rect> {
        let size = Size::new(132.0, 52.0);
        let room = Rect::new(0.0, 0.0, 420.0, 480.0);
        let m = measures::choices(&Plan::default(), Size::new(960.0, 700.0), 1.0);
        let crowd = Crowd { n, size, focus, others };
        m.first().map(|m| fill(room, &crowd, &[], m)).unwrap_or_default()
    }

    #[test]
    fn the_focused_pod_leads() {
        for n in 2..9 {
            for focus in 0..n {
                let boxes = try_fill(n, Some(focus), Others::Right);
                let most = boxes.iter().fold(f64::MIN, |most, b| most.max(b.x));
                assert!(boxes.get(focus).is_some_and(|b| b.x > most - 0.01), "{focus} of {n}");
            }
        }
    }

    #[test]
    fn boxes_stay_in_the_room() {
        let room = Rect::new(0.0, 0.0, 420.0, 480.0).grow(0.01);
        for n in 0..30 {
            let boxes = try_fill(n, None, Others::Behind);
            assert_eq!(boxes.len(), n);
            assert!(boxes.iter().all(|b| room.holds(b)), "{n}");
        }
    }

    #[test]
    fn lines_are_seen_to_cross() {
        let rect = Rect::new(10.0, 10.0, 10.0, 10.0);
        assert!(crosses(Point::new(0.0, 15.0), Point::new(30.0, 15.0), &rect));
        assert!(!crosses(Point::new(0.0, 5.0), Point::new(30.0, 5.0), &rect));
        assert!(!crosses(Point::new(0.0, 15.0), Point::new(5.0, 15.0), &rect));
        assert!(!crosses(Point::default(), Point::default(), &rect));
    }
}

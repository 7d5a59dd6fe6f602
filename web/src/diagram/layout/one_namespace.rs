//! One namespace: two rows on a convex line, so that arrows stay inside it.
//!
//! Up to seven pods stand as the chapter draws them, up to 24 on an ellipse, more as a crowd.

use super::super::geometry::{Point, Rect, Size};
use super::convex::{Ring, arc};
use super::large;
use super::measures::Measures;
use super::{Frame, Placed, PlanNamespace, cluster_frame};

/// Up to this many pods stand on two arches.
const ARCHES: usize = 7;
/// Up to this many pods stand on one ellipse.
const ELLIPSE: usize = 24;

/// Draws the only namespace of a plan into `area`, inside a cluster line if there is an outside.
pub(super) fn draw(namespace: &PlanNamespace, area: Rect, outside: bool, m: &Measures) -> Placed {
    let n = namespace.pods.len();
    let size = m.size(namespace);
    let cluster = outside.then(|| cluster_frame(area, m));
    let rect = match cluster {
        Some(cluster) => inside_cluster(&cluster.rect, m),
        None if m.narrow => area.grow(-2.0),
        None => {
            let top = if m.small { 12.0 } else { 14.0 };
            let (side, bottom) = (m.margin, 8.0);
            Rect::new(side, top, area.w - 2.0 * side, area.h - top - bottom)
        }
    };
    let indent = if cluster.is_some() || m.narrow { 18.0 } else { 24.0 };
    let mut frame = Frame::new(rect, if cluster.is_some() { 12.0 } else { 14.0 }, indent, false);
    frame.bare = m.narrow && cluster.is_none();
    let bounds = centres(room(rect, m), size);
    let places = match n {
        0..=ARCHES => arches(n, rect, bounds, size, m),
        _ => many(n, bounds, size, m),
    };
    let pods = places.into_iter().map(|centre| Rect::around(centre, size)).collect();
    Placed { cluster, frames: vec![frame], pods: vec![pods] }
}

/// The frame of an only namespace inside the cluster's line.
fn inside_cluster(cluster: &Rect, m: &Measures) -> Rect {
    Rect::new(
        cluster.x + m.pad,
        cluster.y + m.pad_top,
        (cluster.w - 2.0 * m.pad).max(0.0),
        (cluster.h - m.pad_top - m.pad_bottom).max(0.0),
    )
}

/// Where the borders of boxes may reach inside the frame.
fn room(frame: Rect, m: &Measures) -> Rect {
    let (side, top, bottom) = match (m.narrow, m.small) {
        (true, _) => (6.0, 18.0, 12.0),
        (false, true) => (22.0, 26.0, 20.0),
        (false, false) => (32.0, 32.0, 26.0),
    };
    Rect::new(frame.x + side, frame.y + top, frame.w - 2.0 * side, frame.h - top - bottom)
}

/// Where the centres of boxes may stand inside a room for borders; never of negative size.
pub(super) fn centres(room: Rect, size: Size) -> Rect {
    let (w, h) = ((room.w - size.w).max(0.0), (room.h - size.h).max(0.0));
    Rect::around(room.centre(), Size::new(w, h))
}

/// Eight pods and more: an ellipse, then a crowd.
pub(super) fn many(n: usize, bounds: Rect, size: Size, m: &Measures) -> Vec<Point> {
    let cell = Size::new(size.w + m.air.w, size.h + m.air.h);
    if n > ELLIPSE {
        return large::crowd(n, bounds, cell);
    }
    stretched(Ring::new(bounds, cell).two_rows(n), bounds)
}

/// The same figure, as wide and high as the bounds: without a pod at its very top, an ellipse
/// would leave room unused.
fn stretched(mut places: Vec<Point>, bounds: Rect) -> Vec<Point> {
    let start = (f64::INFINITY, f64::NEG_INFINITY);
    let grow = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    let (left, right) = places.iter().map(|p| p.x).fold(start, grow);
    let (top, bottom) = places.iter().map(|p| p.y).fold(start, grow);
    let map = |value: f64, low: f64, high: f64, from: f64, size: f64| {
        if high - low < 1e-6 { from + size / 2.0 } else { from + (value - low) / (high - low) * size }
    };
    for p in &mut places {
        p.x = map(p.x, left, right, bounds.x, bounds.w);
        p.y = map(p.y, top, bottom, bounds.y, bounds.h);
    }
    places
}

/// How far a row of an arch reaches from the middle: half its width in px.
struct Reach {
    upper: f64,
    lower: f64,
    /// Height of the figure over its width, at most.
    slender: f64,
}

/// Up to seven pods: the upper row bulges upward, the lower one downward.
fn arches(n: usize, frame: Rect, bounds: Rect, size: Size, m: &Measures) -> Vec<Point> {
    let middle = bounds.centre();
    let full = bounds.w / 2.0;
    // The figure's width as the design counts it: the stage's.
    let wide = if m.narrow { frame.w + 4.0 } else { frame.w + 2.0 * m.margin };
    let part = |share: f64| (share * wide).min(full);
    let lower = if m.narrow { (full - 20.0).max(0.0) } else { part(0.215) };
    let reach = |upper, lower, slender| Reach { upper, lower, slender };
    let reach = match n {
        0 | 1 => return vec![middle; n],
        2 => reach(part(0.3), 0.0, 0.42),
        3 => reach(part(0.27), 0.0, 0.8),
        4 => reach(part(0.27), part(0.27), 0.8),
        5 => reach(part(0.34), part(0.19), 1.0),
        6 => reach(part(0.34), part(0.34), 1.0),
        _ => reach(full, lower, f64::INFINITY),
    };
    let slender = if m.narrow { 1.4 * reach.slender } else { reach.slender };
    let high = bounds.h.min(2.0 * reach.upper * slender);
    let (top, bottom) = (middle.y - high / 2.0, middle.y + high / 2.0);
    let stage_high = frame.h + if m.narrow { 4.0 } else { 22.0 };
    let sag = if m.narrow { 0.72 } else { 0.56 };
    let arch = match (m.narrow, m.small) {
        (true, _) => 104.0,
        (false, true) => (0.25 * stage_high).clamp(86.0, 160.0),
        (false, false) => (0.25 * stage_high).clamp(106.0, 160.0),
    };
    let arch: f64 = arch.min((high - size.h - 16.0).max(0.0) / (8.0 / 9.0 + sag));
    let mut above = row(n.div_ceil(2), middle.x, reach.upper, top, arch);
    if m.narrow
        && let [_, left, right, _] = above.as_mut_slice()
    {
        // Pulled together, so that the outer two have room for their arrows.
        let half = 70.0_f64.max(size.w / 2.0 + 12.0);
        (left.x, right.x) = (middle.x - half, middle.x + half);
    }
    above.extend(row(n / 2, middle.x, reach.lower, bottom, -arch * sag));
    above
}

/// A row of `n` around `x`, reaching `half` px to either side, whose outermost points lie up to
/// `arch` px below (above, if negative) its flat `y`.
fn row(n: usize, x: f64, half: f64, y: f64, arch: f64) -> Vec<Point> {
    let flat = arc(n, Point::new(x - half, y), Point::new(x + half, y), -arch);
    // An arc bulges in the middle; a row keeps its middle and lets the ends hang.
    let most = flat.iter().fold(0.0, |most: f64, p| if (p.y - y).abs() > most.abs() { p.y - y } else { most });
    flat.into_iter().map(|p| Point::new(p.x, p.y - most)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Plan, PlanPod, layout};
    use super::*;

    fn pods(n: usize, w: f64, h: f64) -> (f64, Vec<Point>) {
        let pods = vec![PlanPod { text_width: 83.0 }; n];
        let namespaces = vec![PlanNamespace { title_width: 140.0, pods }];
        let placed = layout(&Plan { namespaces, ..Plan::default() }, Size::new(w, h));
        (placed.scale, placed.boxes.iter().map(|place| place.rect.centre()).collect())
    }

    /// The places of `seven` in look.html.
    fn design(w: f64, h: f64) -> Vec<Point> {
        let narrow = w < 520.0;
        let (bw, bh) = if narrow { (94.0, 38.0) } else { (132.0, 52.0) };
        let arch: f64 = if narrow { 104.0 } else { (h * 0.25).clamp(106.0, 160.0) };
        let mx = bw / 2.0 + if narrow { 8.0 } else { 52.0 };
        let top = bh / 2.0 + if narrow { 20.0 } else { 46.0 };
        let bottom = h - bh / 2.0 - if narrow { 14.0 } else { 34.0 };
        let inner = if narrow { w / 2.0 - 70.0 } else { mx + (w - 2.0 * mx) / 3.0 };
        let edge = top + arch * 8.0 / 9.0;
        let bx = if narrow { bw / 2.0 + 28.0 } else { w * 0.285 };
        let low = bottom - arch * if narrow { 0.72 } else { 0.56 };
        let p = Point::new;
        vec![
            p(mx, edge),
            p(inner, top),
            p(w - inner, top),
            p(w - mx, edge),
            p(bx, low),
            p(w / 2.0, bottom),
            p(w - bx, low),
        ]
    }

    #[test]
    fn seven_pods_stand_as_the_chapter_draws_them() {
        for (w, h) in [(960.0, 700.0), (960.0, 430.0), (1800.0, 1000.0), (375.0, 355.0), (390.0, 362.0)] {
            let (scale, found) = pods(7, w, h);
            let expected = design(w / scale, h / scale);
            for (a, b) in found.iter().zip(&expected) {
                assert!(a.distance(*b) < 0.01, "{w}×{h}: {a:?} is not {b:?}");
            }
        }
    }

    #[test]
    fn one_stands_in_the_middle_and_two_below_each_other() {
        let (scale, one) = pods(1, 960.0, 700.0);
        assert!(one.iter().all(|p| (p.x - 480.0 / scale).abs() < 0.01));
        let (_, two) = pods(2, 960.0, 700.0);
        assert!(matches!(two.as_slice(), [a, b] if a.x == b.x && a.y + 100.0 < b.y));
    }

    #[test]
    fn rows_hold_the_upper_half_first() {
        for n in 2..=12 {
            let (_, places) = pods(n, 960.0, 700.0);
            let (above, below) = places.split_at(n.div_ceil(2));
            let lowest = above.iter().fold(f64::MIN, |most, p| most.max(p.y));
            let highest = below.iter().fold(f64::MAX, |most, p| most.min(p.y));
            assert!(lowest < highest, "{n} pods");
        }
    }
}

//! Several namespaces on a narrow stage: the focused one on top, the others side by side below.

use super::super::geometry::{Point, Rect};
use super::fill::{Crowd, Others, fill};
use super::measures::Measures;
use super::outside::Strip;
use super::several::Lead;
use super::{Frame, Placed, Plan, PlanNamespace, cluster_frame};

/// Draws several namespaces into what the pills leave, inside a cluster line if there are any.
pub(super) fn draw(plan: &Plan, strip: &Strip, m: &Measures) -> Placed {
    let area = strip.area;
    let cluster = strip.in_use().then(|| cluster_frame(area, m));
    let inner = match &cluster {
        Some(line) => Rect::new(
            line.rect.x + m.pad,
            line.rect.y + m.pad_top,
            line.rect.w - 2.0 * m.pad,
            line.rect.h - m.pad_top - m.pad_bottom,
        ),
        None => Rect::new(area.x + 8.0, area.y + 12.0, area.w - 16.0, area.h - 26.0),
    };
    let lead = Lead::of(plan);
    let rest: Vec<usize> = (0..plan.namespaces.len()).filter(|i| *i != lead.namespace).collect();
    let rows = rows(plan, &rest, m);
    let leader = plan.namespaces.get(lead.namespace).map_or(0, |one| one.pods.len());
    let high = if rows.len() < 2 {
        // The design takes a share of the whole stage: 26 px more than the frames have.
        let share = if leader > 3 { m.share + 0.05 } else { m.share };
        ((inner.h + 26.0) * share).min(inner.h)
    } else {
        let own = 1.6 + 0.3 * (leader as f64 - 2.0).clamp(0.0, 8.0);
        inner.h * own / (own + rows.iter().map(|row| row.deep).sum::<f64>())
    };
    let large = Rect::new(inner.x, inner.y, inner.w, high);
    let top = large.bottom() + m.gutter;
    let below = Rect::new(inner.x, top, inner.w, inner.bottom() - top);

    let mut frames = vec![(Rect::default(), true); plan.namespaces.len()];
    let mut pods = vec![Vec::new(); plan.namespaces.len()];
    let mut placed = strip.pills.clone();
    for (index, rect) in side_by_side(plan, &rows, below, m) {
        if let (Some(namespace), Some(frame), Some(boxes)) =
            (plan.namespaces.get(index), frames.get_mut(index), pods.get_mut(index))
        {
            *frame = (rect, true);
            *boxes = lower(namespace, rect, &placed, m);
            placed.extend(boxes.iter().copied());
        }
    }
    if let (Some(namespace), Some(frame), Some(boxes)) =
        (plan.namespaces.get(lead.namespace), frames.get_mut(lead.namespace), pods.get_mut(lead.namespace))
    {
        *frame = (large, false);
        *boxes = upper(namespace, lead, large, &placed, m);
    }
    let frames = frames.into_iter().map(|(rect, low)| Frame::new(rect, 12.0, 18.0, low)).collect();
    Placed { cluster, frames, pods }
}

/// Width a namespace asks for: its pods side by side, at most three.
fn breadth(namespace: &PlanNamespace) -> f64 {
    if namespace.pods.is_empty() { 0.5 } else { namespace.pods.len().min(3) as f64 + 0.17 }
}

/// Frames side by side below the large one.
struct Row {
    /// Numbers of the namespaces.
    namespaces: Vec<usize>,
    /// Height it asks for.
    deep: f64,
}

/// The lower frames in rows of about equal count.
fn rows(plan: &Plan, rest: &[usize], m: &Measures) -> Vec<Row> {
    let count = rest.len().div_ceil(m.row.max(1)).max(1);
    let per_row = rest.len().div_ceil(count).max(1);
    let depth = |index: &usize| {
        let pods = plan.namespaces.get(*index).map_or(0, |one| one.pods.len());
        pods.div_ceil(3).max(1) as f64 + 0.6
    };
    let row = |row: &[usize]| Row { namespaces: row.to_vec(), deep: row.iter().map(depth).fold(1.0, f64::max) };
    rest.chunks(per_row).map(row).collect()
}

/// Where the lower frames stand.
fn side_by_side(plan: &Plan, rows: &[Row], room: Rect, m: &Measures) -> Vec<(usize, Rect)> {
    let of = |index: &usize| plan.namespaces.get(*index).map_or(0.0, breadth);
    let all: f64 = rows.iter().map(|row| row.deep).sum();
    // Names stand on the bottom lines, so rows of frames need more air than columns.
    let air = m.stack + 10.0;
    let free = room.h - air * (rows.len() as f64 - 1.0);
    let mut y = room.y;
    let mut found = Vec::new();
    for row in rows {
        let high = free * row.deep / all.max(1e-9);
        let total: f64 = row.namespaces.iter().map(of).sum();
        let wide = room.w - m.stack * (row.namespaces.len() as f64 - 1.0);
        let mut x = room.x;
        for index in &row.namespaces {
            let w = wide * of(index) / total.max(1e-9);
            found.push((*index, Rect::new(x, y, w, high)));
            x += w + m.stack;
        }
        y += high + air;
    }
    found
}

/// The pods of a lower frame: a row a little above the middle, for the name stands below.
fn lower(namespace: &PlanNamespace, frame: Rect, placed: &[Rect], m: &Measures) -> Vec<Rect> {
    let size = m.size(namespace);
    let n = namespace.pods.len();
    let side = 10.0_f64.min((frame.w - size.w).max(0.0) / 2.0);
    if n <= 2 {
        let y = frame.y + frame.h * 0.45;
        let (left, right) = (frame.x + side + size.w / 2.0, frame.right() - side - size.w / 2.0);
        let xs = if n == 1 { vec![frame.centre().x] } else { vec![left, right] };
        return xs.into_iter().take(n).map(|x| Rect::around(Point::new(x, y), size)).collect();
    }
    let room = Rect::new(frame.x + side, frame.y + 12.0, frame.w - 2.0 * side, frame.h - 28.0);
    fill(room, &Crowd { n, size, focus: None, others: Others::Behind }, placed, m)
}

/// The pods of the upper frame, the focused one at its foot.
fn upper(namespace: &PlanNamespace, lead: Lead, frame: Rect, placed: &[Rect], m: &Measures) -> Vec<Rect> {
    let size = m.size(namespace);
    let n = namespace.pods.len();
    let at = |x: f64, share: f64| Rect::around(Point::new(x, frame.y + frame.h * share), size);
    let middle = frame.centre().x;
    match (n, lead.pod) {
        (3, Some(focus)) => {
            let half = size.w / 2.0 + m.in_left;
            let mut boxes = vec![at(frame.x + half, 0.23), at(frame.right() - half, 0.23)];
            boxes.insert(focus.min(2), at(middle, 0.72));
            boxes
        }
        _ => {
            let (top, bottom) = (m.in_top.min(frame.h * 0.12), m.in_bottom.min(frame.h * 0.14));
            let room = Rect::new(frame.x + m.in_left, frame.y + top, frame.w - 2.0 * m.in_left, frame.h - top - bottom);
            fill(room, &Crowd { n, size, focus: lead.pod, others: Others::Below }, placed, m)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::geometry::Size;
    use super::super::{PlanPod, layout};
    use super::*;

    fn plan(counts: &[usize], focus: Option<usize>) -> Plan {
        let pod = PlanPod { text_width: 83.0 };
        let namespaces = counts.iter().map(|n| PlanNamespace { title_width: 90.0, pods: vec![pod; *n] }).collect();
        Plan { namespaces, outside: Vec::new(), focus }
    }

    #[test]
    fn or_and_stand_as_the_design_has_them() {
        let (w, h) = (390.0, 358.0);
        let found = layout(&plan(&[3, 2, 1], Some(2)), Size::new(w, h));
        let (ph, wide) = (h * 0.53, w * 0.62);
        let (ly, lh) = (ph + 40.0, h - ph - 54.0);
        let low = ly + lh * 0.45;
        let expected = [
            (72.0, 12.0 + ph * 0.23),
            (w - 72.0, 12.0 + ph * 0.23),
            (w / 2.0, 12.0 + ph * 0.72),
            (68.0, low),
            (wide + 4.0 - 60.0, low),
            (wide + 12.0 + (w - wide - 20.0) / 2.0, low),
        ];
        assert_eq!(found.scale, 1.0);
        assert!(found.cluster.is_none());
        for (place, (x, y)) in found.boxes.iter().zip(expected) {
            let off = place.rect.centre().distance(Point::new(x, y));
            assert!(off < 1.0, "{:?} is not {x} {y}", place.rect.centre());
        }
        let low: Vec<bool> = found.frames.iter().map(|frame| frame.title_low).collect();
        assert_eq!(low, [false, true, true]);
    }

    #[test]
    fn many_namespaces_stand_in_rows_below() {
        let found = layout(&plan(&[2, 1, 1, 1, 1, 1], Some(0)), Size::new(375.0, 355.0));
        let tops: Vec<f64> = found.frames.iter().map(|frame| frame.rect.y).collect();
        assert!(matches!(tops.as_slice(), [a, b, c, d, e, f]
            if a < b && b == c && c == d && d < e && e == f));
    }
}

//! Several namespaces on a wide stage: the focused one large at the left, the rest stacked.

use super::super::geometry::{Point, Rect, Size};
use super::fill::{Crowd, Others, fill};
use super::measures::Measures;
use super::outside::Strip;
use super::{Frame, Placed, Plan, PlanNamespace, cluster_frame};

/// Which namespace is the large one, and which of its pods is focused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lead {
    /// Number of the namespace.
    pub(super) namespace: usize,
    /// Number of the pod within it.
    pub(super) pod: Option<usize>,
}

impl Lead {
    /// The namespace with the focused box, else the first that has pods.
    pub(super) fn of(plan: &Plan) -> Self {
        let mut before = 0;
        for (namespace, one) in plan.namespaces.iter().enumerate() {
            let inside = before..before + one.pods.len();
            if let Some(focus) = plan.focus.filter(|focus| inside.contains(focus)) {
                return Self { namespace, pod: Some(focus - before) };
            }
            before = inside.end;
        }
        let first = plan.namespaces.iter().position(|one| !one.pods.is_empty());
        Self { namespace: first.unwrap_or(0), pod: None }
    }
}

/// Room a namespace asks for among its neighbours: one more than its pods.
pub(super) fn weight(namespace: &PlanNamespace) -> f64 {
    if namespace.pods.is_empty() { 0.6 } else { namespace.pods.len() as f64 + 1.0 }
}

/// Draws several namespaces into what the pills leave.
pub(super) fn draw(plan: &Plan, strip: &Strip, m: &Measures) -> Placed {
    let cluster = cluster_frame(strip.area, m);
    let lead = Lead::of(plan);
    let inner = Rect::new(
        cluster.rect.x + m.pad,
        cluster.rect.y + m.pad_top,
        cluster.rect.w - 2.0 * m.pad,
        cluster.rect.h - m.pad_top - m.pad_bottom,
    );
    let rest: Vec<usize> = (0..plan.namespaces.len()).filter(|i| *i != lead.namespace).collect();
    let columns = columns(rest.len());
    let share = [m.share, m.share, 0.44, 0.36].get(columns).copied().unwrap_or(0.3);
    // Pills make the cluster narrow: the large frame gives way, for it has the most room.
    let share = if strip.in_use() { share - 0.05 } else { share };
    let large = Rect::new(inner.x, inner.y, cluster.rect.w * share, inner.h);
    let left = large.right() + m.gutter;
    let right = Rect::new(left, inner.y, inner.right() - left, inner.h);

    let mut frames = vec![Rect::default(); plan.namespaces.len()];
    let mut pods = vec![Vec::new(); plan.namespaces.len()];
    let mut placed = strip.pills.clone();
    for (index, rect) in stacks(plan, &rest, right, columns, m) {
        if let (Some(namespace), Some(frame), Some(boxes)) =
            (plan.namespaces.get(index), frames.get_mut(index), pods.get_mut(index))
        {
            *frame = rect;
            *boxes = stacked(namespace, rect, &placed, m);
            placed.extend(boxes.iter().copied());
        }
    }
    if let (Some(namespace), Some(frame), Some(boxes)) =
        (plan.namespaces.get(lead.namespace), frames.get_mut(lead.namespace), pods.get_mut(lead.namespace))
    {
        *frame = large;
        *boxes = leading(namespace, lead, large, &placed, m);
    }
    let frames = frames.into_iter().map(|rect| Frame::new(rect, 12.0, 18.0, false)).collect();
    Placed { cluster: Some(cluster), frames, pods }
}

/// Columns for the frames at the right.
const fn columns(rest: usize) -> usize {
    match rest {
        0..=3 => 1,
        4..=8 => 2,
        9..=18 => 3,
        _ => 4 + (rest - 19) / 12,
    }
}

/// The frames at the right: in order, column by column, as high as their pods need.
fn stacks(plan: &Plan, rest: &[usize], room: Rect, columns: usize, m: &Measures) -> Vec<(usize, Rect)> {
    let weigh = |index: &usize| plan.namespaces.get(*index).map_or(0.0, weight);
    let total: f64 = rest.iter().map(weigh).sum();
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); columns];
    let mut sum = 0.0;
    for index in rest {
        // A frame goes to the column in which the middle of its share falls.
        let middle = sum + weigh(index) / 2.0;
        let column = (middle / total.max(1e-9) * columns as f64) as usize;
        if let Some(group) = groups.get_mut(column.min(columns - 1)) {
            group.push(*index);
        }
        sum += weigh(index);
    }
    groups.retain(|group| !group.is_empty());
    let across = groups.len().max(1) as f64;
    let width = (room.w - m.pad * (across - 1.0)) / across;
    let mut found = Vec::new();
    for (column, group) in groups.iter().enumerate() {
        let x = room.x + column as f64 * (width + m.pad);
        let all: f64 = group.iter().map(weigh).sum();
        let gaps = m.stack * (group.len() as f64 - 1.0) / group.len() as f64;
        let mut y = room.y;
        for index in group {
            let high = room.h * weigh(index) / all - gaps;
            found.push((*index, Rect::new(x, y, width, high)));
            y += high + m.stack;
        }
    }
    found
}

/// The pods of a stacked frame.
fn stacked(namespace: &PlanNamespace, frame: Rect, placed: &[Rect], m: &Measures) -> Vec<Rect> {
    let size = m.size(namespace);
    let spare = (frame.w - size.w).max(0.0) / 2.0;
    let shift = (if m.small { 6.0_f64 } else { 14.0 }).min(spare / 4.0);
    let x = frame.centre().x + shift;
    let at = |share: f64| Rect::around(Point::new(x, frame.y + frame.h * share), size);
    match namespace.pods.len() {
        1 => vec![at(0.54)],
        2 if placed.is_empty() && frame.h * 0.43 - size.h >= m.gap.h => vec![at(0.31), at(0.74)],
        n => {
            let side = (spare / 3.0).min(20.0);
            let (top, bottom) = (frame.h * 0.16, frame.h * 0.13);
            let top = top.clamp(18.0, m.in_top);
            let bottom = bottom.clamp(12.0, m.in_bottom);
            let room = Rect::new(frame.x + side, frame.y + top, frame.w - 2.0 * side, frame.h - top - bottom);
            fill(room, &Crowd { n, size, focus: None, others: Others::Behind }, placed, m)
        }
    }
}

/// The pods of the large frame.
fn leading(namespace: &PlanNamespace, lead: Lead, frame: Rect, placed: &[Rect], m: &Measures) -> Vec<Rect> {
    let size = m.size(namespace);
    let n = namespace.pods.len();
    let room = Rect::new(
        frame.x + m.in_left,
        frame.y + m.in_top,
        frame.w - m.in_left - m.in_right,
        frame.h - m.in_top - m.in_bottom,
    );
    if let (3, Some(focus)) = (n, lead.pod) {
        return three(frame, room, size, focus, m);
    }
    fill(room, &Crowd { n, size, focus: lead.pod, others: Others::Right }, placed, m)
}

/// Three pods as the OR and AND figure has them: two at the left, the focused one at the right.
fn three(frame: Rect, room: Rect, size: Size, focus: usize, m: &Measures) -> Vec<Rect> {
    let (left, right) = (room.x + size.w / 2.0, room.right() - size.w / 2.0);
    // Where arrows have no room to run across, they run down.
    let high = match (m.small, right - left < size.w + 70.0) {
        (_, true) => 0.2,
        (true, false) => 0.24,
        (false, false) => 0.355,
    };
    let at = |x: f64, share: f64| Rect::around(Point::new(x, frame.y + frame.h * share), size);
    let mut boxes = vec![at(left, high), at(left, 1.0 - high)];
    boxes.insert(focus.min(2), at(right, 0.5));
    boxes
}

#[cfg(test)]
mod tests {
    use super::super::{PlanPod, layout};
    use super::*;

    fn plan(counts: &[usize], focus: Option<usize>) -> Plan {
        let pod = PlanPod { text_width: 83.0 };
        let namespaces = counts.iter().map(|n| PlanNamespace { title_width: 120.0, pods: vec![pod; *n] }).collect();
        Plan { namespaces, outside: Vec::new(), focus }
    }

    fn near(found: &Layout, expected: &[(f64, f64)]) {
        assert_eq!(found.boxes.len(), expected.len());
        for (place, (x, y)) in found.boxes.iter().zip(expected) {
            let off = place.rect.centre().distance(Point::new(*x, *y));
            assert!(off < 1.5, "{:?} is {off} px from {x} {y}", place.rect.centre());
        }
    }

    use super::super::Layout;

    #[test]
    fn or_and_stand_as_the_design_has_them() {
        for (w, h) in [(960.0, 700.0), (960.0, 430.0), (1800.0, 1000.0)] {
            let found = layout(&plan(&[3, 2, 1], Some(2)), Size::new(w, h));
            let (w, h) = (found.view.w, found.view.h);
            let (iy, ih) = (68.0, h - 14.0 - 18.0 - 68.0);
            let pw = (w - 40.0) * 0.565;
            let sx = 40.0 + pw + 30.0;
            let (sw, sh) = (w - 40.0 - sx, ih * 0.6 - 18.0);
            let (px, ax, stx) = (40.0 + 92.0, 40.0 + pw - 102.0, sx + sw / 2.0 + 14.0);
            let low = iy + sh + 38.0 + (ih - sh - 38.0) * 0.54;
            near(
                &found,
                &[
                    (px, iy + ih * 0.355),
                    (px, iy + ih * 0.645),
                    (ax, iy + ih * 0.5),
                    (stx, iy + sh * 0.31),
                    (stx, iy + sh * 0.74),
                    (stx, low),
                ],
            );
        }
    }

    #[test]
    fn the_embedded_figure_is_the_compact_one() {
        let found = layout(&plan(&[3, 2, 1], Some(2)), Size::new(638.0, 372.0));
        assert!(found.small && !found.narrow && found.scale == 1.0);
        assert!(found.boxes.iter().all(|place| place.rect.w == 108.0));
        let pw = (638.0 - 24.0) * 0.55;
        let ih = 372.0 - 12.0 - 12.0 - 46.0;
        let centre = found.boxes.get(2).map(|place| place.rect.centre());
        assert!(centre.is_some_and(|c| c.distance(Point::new(24.0 + pw - 74.0, 46.0 + ih / 2.0)) < 1.0));
    }

    #[test]
    fn the_focused_namespace_leads_and_its_pod_stands_nearest() {
        let found = layout(&plan(&[1, 4, 2], Some(3)), Size::new(960.0, 700.0));
        let widest = found.frames.iter().map(|f| f.rect.w).fold(0.0, f64::max);
        assert_eq!(found.frames.get(1).map(|f| f.rect.w), Some(widest));
        let own = found.boxes.get(1..5).unwrap_or_default();
        let most = own.iter().map(|b| b.rect.x).fold(f64::MIN, f64::max);
        assert_eq!(own.get(2).map(|b| b.rect.x), Some(most));
    }

    #[test]
    fn an_empty_namespace_does_not_lead_and_stays_small() {
        let found = layout(&plan(&[0, 3, 2], None), Size::new(960.0, 700.0));
        let heights: Vec<f64> = found.frames.iter().map(|f| f.rect.h).collect();
        assert!(matches!(heights.as_slice(), [a, b, c] if *a > 20.0 && a * 3.0 < *c && c < b));
    }
}

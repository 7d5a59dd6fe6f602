//! Where things stand: frames, boxes and pills, from the plan and the size of the stage alone.
//!
//! A layout is drawn at the size the design asks for; where boxes would come too close, narrower
//! boxes are tried, then a slightly larger view (a `scale` below 1), until everything fits.

mod convex;
mod fill;
mod large;
mod measures;
mod narrow;
mod one_namespace;
mod outside;
mod several;

use super::geometry::{Point, Rect, Size};
use measures::Measures;

/// What is to be placed. Boxes are numbered: the pods of namespace 0, of namespace 1, …, then
/// the endpoints outside.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// The namespaces in the order of the Cluster tab.
    pub namespaces: Vec<PlanNamespace>,
    /// Endpoints outside the cluster, in order.
    pub outside: Vec<PlanOutside>,
    /// The box that the policy of interest selects, by number.
    pub focus: Option<usize>,
}

/// One namespace of a [`Plan`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanNamespace {
    /// Width in px of the name that stands on the frame's line, labels and all.
    pub title_width: f64,
    /// Its pods in order.
    pub pods: Vec<PlanPod>,
}

/// One pod of a [`Plan`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PlanPod {
    /// Width in px of the widest line of text in the box.
    pub text_width: f64,
}

/// One endpoint outside the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PlanOutside {
    /// Width in px of the widest line of text in the pill.
    pub text_width: f64,
}

/// A placed figure. All numbers are px of its own view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    /// The view box: the stage divided by `scale`.
    pub view: Size,
    /// Stage pixels per view pixel: 1.12 on a large stage, else 1, below 1 for crowds.
    pub scale: f64,
    /// Whether the stage is narrower than 520 px.
    pub narrow: bool,
    /// Whether boxes are low: a name and an icon, no second line of text.
    pub small: bool,
    /// The line around the cluster, where there is more than one namespace or an outside. A
    /// narrow stage draws it only if there is an outside.
    pub cluster: Option<Frame>,
    /// One frame per namespace, in order.
    pub frames: Vec<Frame>,
    /// One place per box, in the plan's numbering.
    pub boxes: Vec<BoxPlace>,
}

/// A rounded frame whose name stands in its own line.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Frame {
    /// Its line.
    pub rect: Rect,
    /// Radius of its corners, px.
    pub radius: f64,
    /// Where the name's text starts: left end of the baseline.
    pub title: Point,
    /// Whether the name stands on the bottom line.
    pub title_low: bool,
    /// Whether the design leaves line and name out: the only namespace on a narrow stage.
    pub bare: bool,
}

impl Frame {
    /// A frame whose name starts `indent` px from its left edge.
    const fn new(rect: Rect, radius: f64, indent: f64, low: bool) -> Self {
        let line = if low { rect.bottom() } else { rect.y };
        Self { rect, radius, title: Point::new(rect.x + indent, line + BASELINE), title_low: low, bare: false }
    }

    /// Where the borders of boxes may reach: clear of the line, and of the name that stands in it.
    const fn room(&self) -> Rect {
        let rect = self.rect.grow(-2.0);
        let name = if self.bare { 0.0 } else { 11.0 };
        let top = if self.title_low { rect.y } else { rect.y + name };
        Rect::new(rect.x, top, rect.w, rect.h - name)
    }

    /// The y in px of the line in which the name stands.
    pub const fn title_line(&self) -> f64 {
        if self.title_low { self.rect.bottom() } else { self.rect.y }
    }
}

/// The place of one pod or outside endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BoxPlace {
    /// Its border.
    pub rect: Rect,
    /// Whether it is a pill (an endpoint outside), not a pod's box.
    pub pill: bool,
    /// The namespace it belongs to, by number.
    pub namespace: Option<usize>,
}

/// Baseline of a frame's name below the frame's line, px.
const BASELINE: f64 = 4.5;
/// Each attempt makes the view this much larger than the one before.
const SHRINK: f64 = 0.95;
/// Attempts before the last one is taken as it is (a scale of about 0.002).
const ATTEMPTS: i32 = 120;

/// Places everything of `plan` on a stage of the given size in CSS pixels.
pub fn layout(plan: &Plan, stage: Size) -> Layout {
    let stage = Size::new(usable(stage.w), usable(stage.h));
    let large = stage.h > 600.0 && stage.w > 900.0;
    let natural: f64 = if large { 1.12 } else { 1.0 };
    let mut found = Layout::default();
    for attempt in 0..ATTEMPTS {
        let scale = natural * SHRINK.powi(attempt);
        let view = Size::new(stage.w / scale, stage.h / scale);
        for measures in measures::choices(plan, stage, scale) {
            found = draw(plan, view, scale, &measures);
            if fits(&found, &measures) {
                return found;
            }
        }
    }
    found
}

/// A stage side the arithmetic can work with: what is no number or too small counts as 64 px.
fn usable(px: f64) -> f64 {
    if px.is_finite() { px.clamp(64.0, 20_000.0) } else { 64.0 }
}

/// Draws the plan once with the given measures, fitting or not.
fn draw(plan: &Plan, view: Size, scale: f64, m: &Measures) -> Layout {
    let strip = outside::Strip::new(&plan.outside, view, m);
    let placed = match plan.namespaces.as_slice() {
        [] => Placed::empty(plan, strip.area, m),
        [only] => one_namespace::draw(only, strip.area, strip.in_use(), m),
        _ if m.narrow => narrow::draw(plan, &strip, m),
        _ => several::draw(plan, &strip, m),
    };
    let pods = placed.pods.iter().enumerate().flat_map(|(namespace, pods)| {
        pods.iter().map(move |rect| BoxPlace { rect: *rect, pill: false, namespace: Some(namespace) })
    });
    let pills = strip.pills.iter().map(|rect| BoxPlace { rect: *rect, pill: true, namespace: None });
    Layout {
        view,
        scale,
        narrow: m.narrow,
        small: m.small,
        cluster: placed.cluster,
        boxes: pods.chain(pills).collect(),
        frames: placed.frames,
    }
}

/// The frames of a plan and the boxes inside them, namespace by namespace.
struct Placed {
    cluster: Option<Frame>,
    frames: Vec<Frame>,
    pods: Vec<Vec<Rect>>,
}

impl Placed {
    /// A cluster without namespaces.
    fn empty(plan: &Plan, area: Rect, m: &Measures) -> Self {
        let cluster = (!plan.outside.is_empty()).then(|| cluster_frame(area, m));
        Self { cluster, frames: Vec::new(), pods: Vec::new() }
    }
}

/// The cluster's line inside the area that the pills leave.
fn cluster_frame(area: Rect, m: &Measures) -> Frame {
    let rect = Rect::new(
        area.x + m.margin,
        area.y + m.cluster_top,
        (area.w - 2.0 * m.margin).max(0.0),
        (area.h - m.cluster_top - m.bottom).max(0.0),
    );
    Frame::new(rect, 16.0, 18.0, false)
}

/// Whether every box stands clear of the others, inside its frame and inside the view.
fn fits(layout: &Layout, m: &Measures) -> bool {
    let view = Rect::new(0.0, 0.0, layout.view.w, layout.view.h);
    let frames_fit = layout.frames.iter().enumerate().all(|(i, frame)| {
        let outer = layout.cluster.map_or(view, |cluster| cluster.rect);
        outer.holds(&frame.rect)
            && frame.rect.w > 0.0
            && layout.frames.iter().skip(i + 1).all(|other| !frame.rect.grow(6.0).hits(&other.rect))
    });
    let cluster_fits = layout.cluster.is_none_or(|cluster| {
        let pills = layout.boxes.iter().filter(|place| place.pill);
        cluster.rect.h > 24.0 && pills.map(|place| place.rect).all(|pill| !pill.grow(8.0).hits(&cluster.rect))
    });
    frames_fit
        && cluster_fits
        && layout.boxes.iter().enumerate().all(|(i, place)| {
            let frame = place.namespace.and_then(|n| layout.frames.get(n));
            frame.map_or(view.grow(-2.0), Frame::room).holds(&place.rect)
                && layout.boxes.iter().skip(i + 1).all(|other| m.slack(&place.rect, &other.rect) >= 0.0)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: [(f64, f64); 6] =
        [(960.0, 700.0), (960.0, 430.0), (600.0, 500.0), (375.0, 355.0), (320.0, 260.0), (1800.0, 1000.0)];

    fn plan(counts: &[usize], outside: usize, text_width: f64, focus: Option<usize>) -> Plan {
        let pods = |n: usize| vec![PlanPod { text_width }; n];
        let one = |n: &usize| PlanNamespace { title_width: 130.0, pods: pods(*n) };
        Plan {
            namespaces: counts.iter().map(one).collect(),
            outside: vec![PlanOutside { text_width: 110.0 }; outside],
            focus,
        }
    }

    /// Draws a plan twice at every stage size and checks what must hold for every figure.
    fn check(plan: &Plan) {
        for (w, h) in STAGES {
            let placed = layout(plan, Size::new(w, h));
            assert_eq!(placed, layout(plan, Size::new(w, h)), "the same plan, the same figure");
            let name = format!("{plan:?} at {w}×{h}");
            let view = Rect::new(0.0, 0.0, placed.view.w, placed.view.h);
            assert!((placed.view.w * placed.scale - w).abs() < 1e-6, "{name}");
            assert_eq!(placed.narrow, w < 520.0);
            assert_eq!(placed.frames.len(), plan.namespaces.len());
            let pods: usize = plan.namespaces.iter().map(|one| one.pods.len()).sum();
            assert_eq!(placed.boxes.len(), pods + plan.outside.len());
            for (i, one) in placed.boxes.iter().enumerate() {
                assert!(view.holds(&one.rect), "box {i} leaves the view: {name}");
                let frame = one.namespace.and_then(|n| placed.frames.get(n));
                assert!(frame.is_none_or(|f| f.rect.holds(&one.rect)), "box {i} leaves: {name}");
                assert_eq!(one.pill, frame.is_none());
                let cluster = placed.cluster.filter(|_| one.pill);
                assert!(cluster.is_none_or(|c| !c.rect.hits(&one.rect)), "pill {i} inside: {name}");
                for other in placed.boxes.iter().skip(i + 1) {
                    assert!(!one.rect.hits(&other.rect), "box {i} overlaps: {name}");
                }
            }
            for (i, one) in placed.frames.iter().enumerate() {
                assert!(view.holds(&one.rect), "frame {i} leaves the view: {name}");
                assert!(placed.cluster.is_none_or(|c| c.rect.holds(&one.rect)), "{name}");
                for other in placed.frames.iter().skip(i + 1) {
                    assert!(!one.rect.hits(&other.rect), "frame {i} overlaps: {name}");
                }
            }
        }
    }

    #[test]
    fn every_count_of_pods_finds_its_places() {
        for n in (0..=30).chain([44, 45, 70]) {
            check(&plan(&[n], 0, 83.0, None));
        }
    }

    #[test]
    fn two_hundred_boxes_find_their_places() {
        check(&plan(&[200], 0, 83.0, None));
        check(&plan(&[60, 50, 40, 30, 20], 0, 83.0, Some(70)));
    }

    #[test]
    fn every_mix_of_namespaces_finds_its_places() {
        let plans: [&[usize]; 14] = [
            &[1, 1],
            &[3, 2, 1],
            &[4, 1, 1],
            &[0, 3],
            &[0, 0],
            &[2, 0, 1],
            &[7, 3],
            &[1, 6],
            &[2, 2, 2, 2],
            &[5, 4, 3, 2, 1],
            &[1, 1, 1, 1, 1, 1, 1],
            &[12, 2],
            &[1, 14, 3],
            &[2, 1, 1, 3, 1, 2, 1, 1, 2, 1, 4],
        ];
        for counts in plans {
            let all: usize = counts.iter().sum();
            check(&plan(counts, 0, 83.0, None));
            check(&plan(counts, 2, 83.0, Some(0)));
            check(&plan(counts, 0, 83.0, Some(all.saturating_sub(1))));
        }
    }

    #[test]
    fn pills_and_long_names_find_their_places() {
        for outside in [1, 2, 5, 9, 20] {
            check(&plan(&[4], outside, 83.0, None));
            check(&plan(&[3, 2, 1], outside, 83.0, Some(2)));
            check(&plan(&[], outside, 83.0, None));
        }
        for n in [1, 4, 7, 12] {
            check(&plan(&[n], 0, 400.0, None));
            check(&plan(&[n, 2], 1, 400.0, Some(n)));
        }
    }

    #[test]
    fn odd_sizes_and_widths_are_harmless() {
        let odd = [0.0, -5.0, f64::NAN, f64::INFINITY, 1e9, 30.0];
        for w in odd {
            for h in odd {
                for counts in [&[][..], &[0], &[1], &[7], &[3, 2, 1]] {
                    let placed = layout(&plan(counts, 1, f64::NAN, Some(99)), Size::new(w, h));
                    assert!(placed.scale > 0.0 && placed.view.w.is_finite());
                    let finite = |b: &BoxPlace| b.rect.x.is_finite() && b.rect.y.is_finite();
                    assert!(placed.boxes.iter().all(finite), "{counts:?} at {w}×{h}");
                }
            }
        }
    }

    #[test]
    fn frames_say_where_their_names_stand() {
        let wide = layout(&plan(&[7], 0, 83.0, None), Size::new(960.0, 430.0));
        let frame = wide.frames.first();
        assert_eq!(frame.map(|f| f.title), Some(Point::new(44.0, 18.5)));
        assert!(wide.cluster.is_none() && frame.is_some_and(|f| !f.bare && f.radius == 14.0));
        let narrow = layout(&plan(&[7], 0, 83.0, None), Size::new(375.0, 355.0));
        assert!(narrow.frames.first().is_some_and(|f| f.bare));
    }
}

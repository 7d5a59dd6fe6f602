//! The design's numbers: how large boxes are and how much air stands around them.

use super::super::geometry::{Rect, Size};
use super::Plan;

/// All sizes one attempt at a layout works with. CSS pixels of the view, shares where noted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measures {
    /// Whether the stage is narrow.
    pub(super) narrow: bool,
    /// Whether boxes are low and have one line of text.
    pub(super) small: bool,
    /// Width of a box with ordinary text.
    pub(super) box_w: f64,
    /// Widest box for long names.
    pub(super) box_max: f64,
    /// Height of a box.
    pub(super) box_h: f64,
    /// What icon and padding add to a text's width.
    pub(super) text_pad: f64,
    /// Text up to this width never widens a box.
    pub(super) text_free: f64,
    /// Least distance between two boxes before the view grows: beside or below each other.
    pub(super) gap: Size,
    /// Distances that boxes on a ring should have: beside and below each other.
    pub(super) air: Size,
    /// Stage edge to cluster line (or to the frame of an only namespace).
    pub(super) margin: f64,
    /// Stage top to cluster line.
    pub(super) cluster_top: f64,
    /// Stage bottom to cluster line.
    pub(super) bottom: f64,
    /// Cluster line to the frames inside: left and right.
    pub(super) pad: f64,
    /// Cluster line to the frames inside: top.
    pub(super) pad_top: f64,
    /// Cluster line to the frames inside: bottom.
    pub(super) pad_bottom: f64,
    /// Between the large frame and the others.
    pub(super) gutter: f64,
    /// Between two stacked frames.
    pub(super) stack: f64,
    /// Share of the cluster's width that the large frame takes.
    pub(super) share: f64,
    /// Most frames side by side below the large one, on a narrow stage.
    pub(super) row: usize,
    /// Frame to boxes: left.
    pub(super) in_left: f64,
    /// Frame to boxes: right.
    pub(super) in_right: f64,
    /// Frame to boxes: top (names stand there) and bottom.
    pub(super) in_top: f64,
    /// Frame to boxes: bottom.
    pub(super) in_bottom: f64,
}

/// A stage of slide or laptop size.
const FULL: Measures = Measures {
    narrow: false,
    small: false,
    box_w: 132.0,
    box_max: 190.0,
    box_h: 52.0,
    text_pad: 48.0,
    text_free: 84.0,
    gap: Size::new(30.0, 30.0),
    air: Size::new(48.0, 62.0),
    margin: 20.0,
    cluster_top: 24.0,
    bottom: 14.0,
    pad: 20.0,
    pad_top: 44.0,
    pad_bottom: 18.0,
    gutter: 30.0,
    stack: 38.0,
    share: 0.565,
    row: 3,
    in_left: 26.0,
    in_right: 36.0,
    in_top: 34.0,
    in_bottom: 26.0,
};

/// An embedded figure, wider than high.
const COMPACT: Measures = Measures {
    small: true,
    box_w: 108.0,
    box_max: 150.0,
    box_h: 38.0,
    text_pad: 39.0,
    text_free: 100.0,
    gap: Size::new(22.0, 24.0),
    air: Size::new(36.0, 44.0),
    margin: 12.0,
    cluster_top: 14.0,
    bottom: 12.0,
    pad: 12.0,
    pad_top: 32.0,
    pad_bottom: 12.0,
    gutter: 18.0,
    stack: 26.0,
    share: 0.55,
    in_left: 16.0,
    in_right: 20.0,
    in_top: 26.0,
    in_bottom: 20.0,
    ..FULL
};

/// A phone.
const NARROW: Measures = Measures {
    narrow: true,
    box_w: 94.0,
    box_max: 118.0,
    gap: Size::new(8.0, 20.0),
    air: Size::new(18.0, 28.0),
    margin: 4.0,
    cluster_top: 12.0,
    bottom: 6.0,
    pad: 8.0,
    pad_top: 22.0,
    pad_bottom: 16.0,
    gutter: 28.0,
    stack: 8.0,
    share: 0.53,
    in_left: 14.0,
    in_right: 14.0,
    in_top: 22.0,
    in_bottom: 20.0,
    ..COMPACT
};

/// The measures worth trying at a scale, the best first.
pub(super) fn choices(plan: &Plan, stage: Size, scale: f64) -> Vec<Measures> {
    let mut tries = Vec::new();
    if stage.w < 520.0 {
        let embed = stage.w < 420.0 && stage.h < 340.0;
        if embed && plan.namespaces.len() == 1 {
            tries.push(Measures { box_w: 108.0, ..NARROW });
        }
        let box_w = if plan.namespaces.len() > 1 { 100.0 } else { 94.0 };
        tries.push(Measures { box_w, ..NARROW });
        if plan.namespaces.len() > 2 {
            tries.push(Measures { box_w, row: 2, ..NARROW });
            tries.push(Measures { box_w, row: 1, ..NARROW });
        }
    } else {
        let little = stage.w < 720.0 || stage.h < 400.0;
        // On a little stage low boxes with air are better than high ones without.
        tries.push(if little { Measures { gap: Size::new(44.0, 40.0), ..FULL } } else { FULL });
        if little || scale < 0.86 {
            tries.push(COMPACT);
        }
    }
    let longest = plan
        .namespaces
        .iter()
        .flat_map(|namespace| &namespace.pods)
        .fold(0.0, |most: f64, pod| most.max(pod.text_width));
    let widths = |m: Measures| {
        let wanted = m.width(longest);
        let between = (m.box_w + wanted) / 2.0;
        let mut caps = vec![wanted];
        if wanted > m.box_w + 16.0 {
            caps.push(between);
        }
        if wanted > m.box_w {
            caps.push(m.box_w);
        }
        caps.into_iter().map(move |box_max| Measures { box_max, ..m })
    };
    tries.into_iter().flat_map(widths).collect()
}

impl Measures {
    /// How much further apart two boxes stand than they must, px; negative if too close.
    pub(super) fn slack(&self, one: &Rect, other: &Rect) -> f64 {
        let gaps = one.gaps(other);
        (gaps.w - self.gap.w).max(gaps.h - self.gap.h)
    }

    /// Width of a box for text of the given width.
    pub(super) fn width(&self, text: f64) -> f64 {
        if text.is_nan() || text <= self.text_free {
            return self.box_w;
        }
        (text + self.text_pad).clamp(self.box_w, self.box_max.max(self.box_w))
    }

    /// Size of the boxes of one namespace: as wide as its longest name needs.
    pub(super) fn size(&self, namespace: &super::PlanNamespace) -> Size {
        let text = namespace.pods.iter().fold(0.0, |most: f64, pod| most.max(pod.text_width));
        Size::new(self.width(text), self.box_h)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_widen_for_long_names_up_to_a_limit() {
        assert_eq!(FULL.width(40.0), 132.0);
        assert_eq!(FULL.width(84.0), 132.0);
        assert_eq!(FULL.width(120.0), 168.0);
        assert_eq!(FULL.width(900.0), 190.0);
        assert_eq!(FULL.width(f64::NAN), 132.0);
        assert_eq!(NARROW.width(83.0), 94.0);
    }

    #[test]
    fn stages_choose_their_boxes() {
        let plan = Plan { namespaces: vec![super::super::PlanNamespace::default()], ..Plan::default() };
        let first = |w, h| choices(&plan, Size::new(w, h), 1.0).first().map(|m| (m.box_w, m.box_h));
        assert_eq!(first(960.0, 700.0), Some((132.0, 52.0)));
        assert_eq!(first(375.0, 355.0), Some((94.0, 38.0)));
        assert_eq!(first(320.0, 260.0), Some((108.0, 38.0)));
    }

    #[test]
    fn long_names_give_way_before_the_figure_shrinks() {
        let pods = vec![super::super::PlanPod { text_width: 300.0 }];
        let namespaces = vec![super::super::PlanNamespace { title_width: 0.0, pods }];
        let plan = Plan { namespaces, ..Plan::default() };
        let widths: Vec<f64> = choices(&plan, Size::new(960.0, 700.0), 1.0).iter().map(|m| m.width(300.0)).collect();
        assert_eq!(widths, [190.0, 161.0, 132.0]);
    }
}

//! Endpoints outside the cluster: pills past its right edge, or below it on a narrow stage.

use super::super::geometry::{Rect, Size};
use super::PlanOutside;
use super::measures::Measures;

/// The strip that pills take from the view, and what is left for the cluster.
pub(super) struct Strip {
    /// What is left for the cluster.
    pub(super) area: Rect,
    /// The pills' borders, in order.
    pub(super) pills: Vec<Rect>,
}

/// Pills in one column before a second is opened.
const COLUMN: usize = 7;

impl Strip {
    /// Reserves room for the given endpoints at the edge of the view.
    pub(super) fn new(outside: &[PlanOutside], view: Size, m: &Measures) -> Self {
        let whole = Rect::new(0.0, 0.0, view.w, view.h);
        if outside.is_empty() {
            return Self { area: whole, pills: Vec::new() };
        }
        let text = outside.iter().fold(0.0, |most: f64, end| most.max(end.text_width));
        let least = if m.small { 96.0 } else { 120.0 };
        let most = if m.narrow { 150.0 } else { 204.0 };
        // The icon before the text, and the round end behind it.
        let around = if m.small || m.narrow { 40.0 } else { 52.0 };
        let size = Size::new((text + around).clamp(least, most), m.box_h);
        if m.narrow { below(outside.len(), whole, size, m) } else { beside(outside.len(), whole, size, m) }
    }

    /// Whether there is any pill.
    pub(super) fn in_use(&self) -> bool {
        !self.pills.is_empty()
    }
}

/// Pills in columns at the right, spread around the middle of the view's height.
fn beside(n: usize, view: Rect, size: Size, m: &Measures) -> Strip {
    let distance = m.gap.w + if m.small { 12.0 } else { 22.0 };
    let columns = n.div_ceil(COLUMN);
    let rows = n.div_ceil(columns);
    let strip = columns as f64 * (size.w + m.gap.w) - m.gap.w + distance;
    let area = Rect::new(0.0, 0.0, (view.w - strip).max(0.0), view.h);
    let left = area.right() - m.margin + distance;
    let top = m.cluster_top;
    let high = view.h - m.cluster_top - m.bottom;
    let step = (high / rows as f64).min(2.4 * size.h + m.gap.h);
    let first = top + high / 2.0 - step * (rows as f64 - 1.0) / 2.0;
    let pills = (0..n).map(|i| {
        let (column, row) = (i / rows, i % rows);
        let x = left + column as f64 * (size.w + m.gap.w);
        Rect::new(x, first + step * row as f64 - size.h / 2.0, size.w, size.h)
    });
    Strip { area, pills: pills.collect() }
}

/// Pills in rows at the bottom, spread over the view's width.
fn below(n: usize, view: Rect, size: Size, m: &Measures) -> Strip {
    let (margin, air) = (8.0, Size::new(m.gap.w + 4.0, m.gap.h + 1.0));
    let fitting = ((view.w - 2.0 * margin + air.w) / (size.w + air.w)).floor().max(1.0) as usize;
    let rows = n.div_ceil(fitting);
    let columns = n.div_ceil(rows);
    let strip = rows as f64 * (size.h + air.h) - air.h + margin + 26.0;
    let area = Rect::new(0.0, 0.0, view.w, (view.h - strip).max(0.0));
    let step = (view.w - 2.0 * margin) / columns as f64;
    let pills = (0..n).map(|i| {
        let (row, column) = (i / columns, i % columns);
        let in_row = columns.min(n - row * columns);
        let start = view.w / 2.0 - step * (in_row as f64 - 1.0) / 2.0;
        let x = start + step * column as f64 - size.w / 2.0;
        let y = view.h - margin - size.h - (rows - 1 - row) as f64 * (size.h + air.h);
        Rect::new(x, y, size.w, size.h)
    });
    Strip { area, pills: pills.collect() }
}

#[cfg(test)]
mod tests {
    use super::super::{Plan, measures};
    use super::*;

    fn strip(n: usize, w: f64, h: f64) -> (Strip, Size) {
        let view = Size::new(w, h);
        let plan = Plan::default();
        let m = measures::choices(&plan, view, 1.0).into_iter().next();
        let ends = vec![PlanOutside { text_width: 90.0 }; n];
        (m.map_or(Strip { area: Rect::default(), pills: Vec::new() }, |m| Strip::new(&ends, view, &m)), view)
    }

    #[test]
    fn pills_stay_out_of_the_cluster_and_in_the_view() {
        for n in 1..8 {
            for (w, h) in [(960.0, 700.0), (375.0, 355.0)] {
                let (strip, view) = strip(n, w, h);
                assert_eq!(strip.pills.len(), n);
                let whole = Rect::new(0.0, 0.0, view.w, view.h);
                for (i, pill) in strip.pills.iter().enumerate() {
                    assert!(whole.holds(pill), "{n} pills at {w}: {pill:?}");
                    let cluster = strip.area.grow(-4.0);
                    assert!(!cluster.hits(pill));
                    assert!(strip.pills.iter().skip(i + 1).all(|other| !other.hits(pill)));
                }
            }
        }
    }

    #[test]
    fn without_an_outside_nothing_is_reserved() {
        let (strip, view) = strip(0, 960.0, 700.0);
        assert_eq!(strip.area, Rect::new(0.0, 0.0, view.w, view.h));
        assert!(!strip.in_use());
    }
}

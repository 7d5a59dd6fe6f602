//! Where labels stand: on their own line, where they cover nothing else.

use super::geometry::{Curve, Point, Rect, Size};
use super::layout::{Frame, Layout};

/// Places on a curve in the order in which they are tried.
const PLACES: [f64; 13] = [0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.2, 0.8, 0.75];
/// Air around a label, px.
const AIR: f64 = 4.0;

/// Between a line and a label that stands beside it, px.
const BESIDE_LINE: f64 = 12.0;

/// Finds places for labels one after the other; each keeps clear of those before.
#[derive(Debug, Clone)]
pub struct Placer {
    view: Rect,
    pods: Vec<Rect>,
    lines: Vec<Rect>,
    busy: Vec<Rect>,
}

impl Placer {
    /// A placer for a figure. `busy` are places already taken: names, crosses, notes.
    pub fn new(layout: &Layout, busy: Vec<Rect>) -> Placer {
        Placer {
            view: Rect::new(0.0, 0.0, layout.view.w, layout.view.h),
            pods: layout.boxes.iter().map(|place| place.rect.grow(2.0)).collect(),
            lines: layout.frames.iter().filter(|f| !f.bare).flat_map(|f| sides(&f.rect)).collect(),
            busy,
        }
    }

    /// Marks a place as taken.
    pub fn occupy(&mut self, rect: Rect) {
        self.busy.push(rect);
    }

    /// The centre for a label of the given size on a curve: its middle, or the nearest place
    /// where it covers nothing, or the least bad one. Px. The place is taken from then on.
    pub fn place(&mut self, curve: &Curve, size: Size) -> Point {
        let mut best = curve.at(0.5);
        let mut least = f64::INFINITY;
        for t in PLACES {
            let centre = curve.at(t);
            let cost = self.cost(&Rect::around(centre, size).grow(AIR)) + (t - 0.5).abs() * 4.0;
            if cost < least {
                (best, least) = (centre, cost);
            }
        }
        self.occupy(Rect::around(best, size).grow(AIR));
        best
    }

    /// The centre for a label that stands beside a curve, so that the line can be seen whole.
    pub fn place_beside(&mut self, curve: &Curve, size: Size) -> Point {
        let mut best = curve.at(0.5);
        let mut least = f64::INFINITY;
        for t in PLACES {
            let away = curve.tangent(t).right();
            let far = size.w / 2.0 * away.x.abs() + size.h / 2.0 * away.y.abs() + BESIDE_LINE;
            for far in [far, -far] {
                let centre = curve.at(t).plus(away.times(far));
                let cost = self.cost(&Rect::around(centre, size).grow(AIR)) + (t - 0.4).abs() * 4.0;
                if cost < least {
                    (best, least) = (centre, cost);
                }
            }
        }
        self.occupy(Rect::around(best, size).grow(AIR));
        best
    }

    /// How much a label would cover: pods weigh most, frame lines least.
    fn cost(&self, rect: &Rect) -> f64 {
        let count = |taken: &[Rect]| taken.iter().filter(|other| rect.hits(other)).count() as f64;
        let outside = if self.view.holds(rect) { 0.0 } else { 15.0 };
        outside + 20.0 * count(&self.pods) + 10.0 * count(&self.busy) + 3.0 * count(&self.lines)
    }
}

/// The four sides of a frame as thin rectangles.
fn sides(rect: &Rect) -> [Rect; 4] {
    let (w, h) = (rect.w, rect.h);
    [
        Rect::new(rect.x - 2.0, rect.y, 4.0, h),
        Rect::new(rect.right() - 2.0, rect.y, 4.0, h),
        Rect::new(rect.x, rect.y - 2.0, w, 4.0),
        Rect::new(rect.x, rect.bottom() - 2.0, w, 4.0),
    ]
}

/// Half the height of a frame's name, px.
const NAME: f64 = 10.0;

/// Where curves run through the band in which a frame's name can stand, as points of its line.
pub fn crossings(frame: &Frame, curves: &[Curve]) -> Vec<Point> {
    const STEPS: u32 = 64;
    let y = frame.title_line();
    let band = Rect::new(frame.rect.x, y - NAME, frame.rect.w, 2.0 * NAME);
    let mut found = Vec::new();
    for curve in curves.iter().filter(|curve| curve.hull().grow(0.5).hits(&band)) {
        let points = (0..=STEPS).map(|step| curve.at(f64::from(step) / f64::from(STEPS)));
        found.extend(points.filter(|p| band.contains(*p)).map(|p| Point::new(p.x, y)));
    }
    found
}

/// Room a name keeps to an arrow that crosses its line, px.
const BESIDE: f64 = 11.0;

/// Slides a frame's name along its line to where no arrow crosses: first the place it has, then
/// the other end of the line, then the nearest gap. `crossings` are the points where arrows meet
/// that line, `title_width` is in px. Returns the new anchor (left end of the baseline).
pub fn slide_title(frame: &Frame, title_width: f64, crossings: &[Point]) -> Point {
    let indent = frame.title.x - frame.rect.x;
    let last = (frame.rect.right() - indent - title_width).max(frame.title.x);
    let line = frame.title_line();
    let xs: Vec<f64> = crossings.iter().filter(|p| (p.y - line).abs() < 3.0).map(|p| p.x).collect();
    let crossed = |x: f64| xs.iter().filter(|c| **c > x - BESIDE && **c < x + title_width + BESIDE).count();
    let mut gaps: Vec<f64> = xs
        .iter()
        .flat_map(|c| [c + BESIDE, c - BESIDE - title_width])
        .filter(|x| *x >= frame.title.x && *x <= last)
        .collect();
    gaps.sort_by(f64::total_cmp);
    let mut best = frame.title.x;
    let mut fewest = crossed(best);
    for x in std::iter::once(last).chain(gaps) {
        if crossed(x) < fewest {
            (best, fewest) = (x, crossed(x));
        }
    }
    Point::new(best, frame.title.y)
}

#[cfg(test)]
mod tests {
    use super::super::layout::BoxPlace;
    use super::*;

    fn stage() -> Layout {
        let boxes = [(0.0, 90.0), (380.0, 90.0)].map(|(x, y)| BoxPlace {
            rect: Rect::new(x, y, 20.0, 20.0),
            pill: false,
            namespace: None,
        });
        Layout { view: Size::new(400.0, 200.0), boxes: boxes.to_vec(), ..Layout::default() }
    }

    fn straight() -> Curve {
        Curve::new(Point::new(0.0, 100.0), Point::new(200.0, 100.0), Point::new(400.0, 100.0))
    }

    fn frame() -> Frame {
        Frame {
            rect: Rect::new(100.0, 50.0, 300.0, 200.0),
            radius: 12.0,
            title: Point::new(118.0, 54.5),
            title_low: false,
            bare: false,
        }
    }

    #[test]
    fn a_label_stands_in_the_middle_if_it_can() {
        let mut placer = Placer::new(&stage(), Vec::new());
        assert_eq!(placer.place(&straight(), Size::new(40.0, 20.0)).x, 200.0);
    }

    #[test]
    fn labels_keep_clear_of_each_other_and_of_busy_places() {
        let size = Size::new(40.0, 20.0);
        let mut placer = Placer::new(&stage(), vec![Rect::new(190.0, 90.0, 20.0, 20.0)]);
        placer.occupy(Rect::new(240.0, 90.0, 20.0, 20.0));
        let places: Vec<Rect> = (0..3).map(|_| Rect::around(placer.place(&straight(), size), size)).collect();
        for (i, one) in places.iter().enumerate() {
            assert!(!one.hits(&Rect::new(190.0, 90.0, 20.0, 20.0)));
            assert!(places.iter().skip(i + 1).all(|other| !other.hits(one)));
        }
    }

    #[test]
    fn without_room_a_label_still_gets_a_place() {
        let mut placer = Placer::new(&stage(), vec![Rect::new(0.0, 0.0, 400.0, 200.0)]);
        assert_eq!(placer.place(&straight(), Size::new(40.0, 20.0)).x, 200.0);
        let mut odd = Placer::new(&Layout::default(), Vec::new());
        assert!(odd.place(&Curve::default(), Size::new(f64::NAN, 0.0)).x.is_finite());
    }

    #[test]
    fn a_name_slides_to_the_other_end_of_its_line() {
        let free = slide_title(&frame(), 80.0, &[Point::new(350.0, 50.0)]);
        assert_eq!(free, frame().title);
        let moved = slide_title(&frame(), 80.0, &[Point::new(150.0, 50.0)]);
        assert_eq!(moved, Point::new(302.0, 54.5));
        let elsewhere = slide_title(&frame(), 80.0, &[Point::new(150.0, 250.0)]);
        assert_eq!(elsewhere, frame().title);
    }

    #[test]
    fn a_name_finds_a_gap_between_arrows() {
        let arrows = [Point::new(150.0, 50.0), Point::new(330.0, 50.0)];
        let place = slide_title(&frame(), 80.0, &arrows);
        assert_eq!(place.x, 161.0);
        let narrow = Frame { rect: Rect::new(100.0, 50.0, 60.0, 40.0), ..frame() };
        assert_eq!(slide_title(&narrow, 80.0, &arrows).x, 118.0);
    }

    #[test]
    fn arrows_through_a_title_line_are_found() {
        let down = Curve::new(Point::new(200.0, 0.0), Point::new(200.0, 50.0), Point::new(200.0, 100.0));
        let found = crossings(&frame(), &[down, straight()]);
        assert!(!found.is_empty() && found.iter().all(|p| (p.x - 200.0).abs() < 0.1 && p.y == 50.0));
    }
}

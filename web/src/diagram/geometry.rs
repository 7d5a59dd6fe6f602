//! Points, rectangles and the one curve the diagram is made of.
//!
//! Everything is plain arithmetic in CSS pixels of the figure's own view (y grows downward).
//! Nothing here panics or loops without bound, whatever the numbers are.

/// A place, or a direction, in the figure. CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// Pixels from the left.
    pub x: f64,
    /// Pixels from the top.
    pub y: f64,
}

impl Point {
    /// The point `x` px from the left and `y` px from the top.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// This point moved by `by`.
    pub const fn plus(self, by: Point) -> Self {
        Self::new(self.x + by.x, self.y + by.y)
    }

    /// The vector that leads from `other` to this point.
    pub const fn minus(self, other: Point) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }

    /// This vector `k` times as long.
    pub const fn times(self, k: f64) -> Self {
        Self::new(self.x * k, self.y * k)
    }

    /// The point a share `t` (0 to 1) of the way to `other`.
    pub const fn toward(self, other: Point, t: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * t, self.y + (other.y - self.y) * t)
    }

    /// Length of this vector in px.
    pub fn length(self) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt()
    }

    /// Distance to `other` in px.
    pub fn distance(self, other: Point) -> f64 {
        self.minus(other).length()
    }

    /// This direction with length 1; the null vector stays null.
    pub fn unit(self) -> Self {
        let length = self.length();
        if length > 1e-9 { self.times(1.0 / length) } else { Self::default() }
    }

    /// This direction turned a quarter to its own right, as a driver sees it.
    pub const fn right(self) -> Self {
        Self::new(-self.y, self.x)
    }
}

/// Width and height in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Size {
    /// Width in px.
    pub w: f64,
    /// Height in px.
    pub h: f64,
}

impl Size {
    /// A size of `w` × `h` px.
    pub const fn new(w: f64, h: f64) -> Self {
        Self { w, h }
    }
}

/// An upright rectangle: left top corner and extent, CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Left edge, px.
    pub x: f64,
    /// Top edge, px.
    pub y: f64,
    /// Width, px.
    pub w: f64,
    /// Height, px.
    pub h: f64,
}

impl Rect {
    /// The rectangle with its left top corner at (`x`, `y`), `w` × `h` px.
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    /// The rectangle of the given size around a centre.
    pub const fn around(centre: Point, size: Size) -> Self {
        Self::new(centre.x - size.w / 2.0, centre.y - size.h / 2.0, size.w, size.h)
    }

    /// Its centre.
    pub const fn centre(&self) -> Point {
        Point::new(self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    /// Its right edge, px from the left of the figure.
    pub const fn right(&self) -> f64 {
        self.x + self.w
    }

    /// Its bottom edge, px from the top of the figure.
    pub const fn bottom(&self) -> f64 {
        self.y + self.h
    }

    /// The same rectangle `by` px larger on every side (smaller where `by` is negative).
    pub const fn grow(&self, by: f64) -> Self {
        Self::new(self.x - by, self.y - by, self.w + 2.0 * by, self.h + 2.0 * by)
    }

    /// Whether the two share area; touching edges do not count.
    pub fn hits(&self, other: &Rect) -> bool {
        self.x < other.right() && self.right() > other.x && self.y < other.bottom() && self.bottom() > other.y
    }

    /// Whether `p` lies strictly inside.
    pub fn contains(&self, p: Point) -> bool {
        p.x > self.x && p.x < self.right() && p.y > self.y && p.y < self.bottom()
    }

    /// Whether `inner` lies inside, edges included.
    pub fn holds(&self, inner: &Rect) -> bool {
        inner.x >= self.x && inner.y >= self.y && inner.right() <= self.right() && inner.bottom() <= self.bottom()
    }

    /// How far the two stand apart in px across and down; negative where they overlap in that
    /// direction.
    pub fn gaps(&self, other: &Rect) -> Size {
        Size::new(
            (self.x - other.right()).max(other.x - self.right()),
            (self.y - other.bottom()).max(other.y - self.bottom()),
        )
    }
}

/// Samples that carry a curve's length: close enough to within a tenth of a pixel.
const STEPS: usize = 48;

/// A quadratic Bézier curve: every arrow is one. CSS pixels; `t` runs from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Curve {
    /// Where it starts.
    pub from: Point,
    /// The control point that pulls it sideways.
    pub via: Point,
    /// Where it ends.
    pub to: Point,
}

impl Curve {
    /// The curve from `from` to `to`, pulled toward `via`.
    pub const fn new(from: Point, via: Point, to: Point) -> Self {
        Self { from, via, to }
    }

    /// The point at `t`.
    pub const fn at(&self, t: f64) -> Point {
        let p = self.from.toward(self.via, t);
        p.toward(self.via.toward(self.to, t), t)
    }

    /// The direction of travel at `t`, length 1 (null where the curve is a single point).
    pub fn tangent(&self, t: f64) -> Point {
        let first = self.via.minus(self.from);
        let second = self.to.minus(self.via);
        let here = first.toward(second, t);
        if here.length() > 1e-9 { here.unit() } else { self.to.minus(self.from).unit() }
    }

    /// The part from the start up to `t`.
    pub const fn cut(&self, t: f64) -> Curve {
        Curve::new(self.from, self.from.toward(self.via, t), self.at(t))
    }

    /// The same line the other way.
    pub const fn reversed(&self) -> Curve {
        Curve::new(self.to, self.via, self.from)
    }

    /// Lengths in px of short pieces of equal share, from the start on.
    fn pieces(&self) -> impl Iterator<Item = f64> {
        let t = |step: usize| step as f64 / STEPS as f64;
        (0..STEPS).map(move |step| self.at(t(step)).distance(self.at(t(step + 1))))
    }

    /// Length along the curve in px.
    pub fn length(&self) -> f64 {
        self.pieces().sum()
    }

    /// The `t` that lies `px` along the curve after its start (1 where the curve is shorter).
    pub fn forward(&self, px: f64) -> f64 {
        let mut left = px.max(0.0);
        for (step, piece) in self.pieces().enumerate() {
            if piece >= left && piece > 0.0 {
                return (step as f64 + left / piece) / STEPS as f64;
            }
            left -= piece;
        }
        1.0
    }

    /// The `t` that lies `px` along the curve before its end (0 where the curve is shorter).
    pub fn back(&self, px: f64) -> f64 {
        1.0 - self.reversed().forward(px)
    }

    /// The upright box around its three points; the curve never leaves it.
    pub const fn hull(&self) -> Rect {
        let left = self.from.x.min(self.via.x).min(self.to.x);
        let top = self.from.y.min(self.via.y).min(self.to.y);
        let right = self.from.x.max(self.via.x).max(self.to.x);
        let bottom = self.from.y.max(self.via.y).max(self.to.y);
        Rect::new(left, top, right - left, bottom - top)
    }

    /// SVG path data, one decimal.
    pub fn path(&self) -> String {
        let Curve { from, via, to } = self;
        let [a, b, c, d, e, f] = [from.x, from.y, via.x, via.y, to.x, to.y].map(decimal);
        format!("M{a} {b}Q{c} {d} {e} {f}")
    }
}

/// The line half way between the two lanes of a pair: where a ghost is drawn. It runs as `a`
/// does; `reverse` is the lane of the other direction.
pub const fn middle_of(a: &Curve, reverse: &Curve) -> Curve {
    let other = reverse.reversed();
    Curve::new(a.from.toward(other.from, 0.5), a.via.toward(other.via, 0.5), a.to.toward(other.to, 0.5))
}

/// SVG path data of an arrow head at the end of `curve`: `length` px long, `width` px broad.
///
/// It points along the chord of its own length, so that its base sits on a bent line's middle.
pub fn head(curve: &Curve, length: f64, width: f64) -> String {
    let behind = curve.at(curve.back(length));
    let mut along = curve.to.minus(behind).unit();
    if along == Point::default() {
        along = curve.tangent(1.0);
    }
    let base = curve.to.minus(along.times(length));
    let half = along.right().times(width / 2.0);
    let (tip, one, two) = (curve.to, base.plus(half), base.minus(half));
    let [a, b, c, d, e, f] = [tip.x, tip.y, one.x, one.y, two.x, two.y].map(decimal);
    format!("M{a} {b}L{c} {d}L{e} {f}Z")
}

/// A number with one decimal for SVG: never `-0.0`, and 0 in place of what is no number.
pub fn decimal(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded == 0.0 || !rounded.is_finite() {
        return "0.0".to_owned();
    }
    format!("{rounded:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bow() -> Curve {
        Curve::new(Point::new(0.0, 0.0), Point::new(50.0, 40.0), Point::new(100.0, 0.0))
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 0.05
    }

    #[test]
    fn a_curve_starts_ends_and_turns_where_it_should() {
        let c = bow();
        assert_eq!(c.at(0.0), c.from);
        assert_eq!(c.at(1.0), c.to);
        assert_eq!(c.at(0.5), Point::new(50.0, 20.0));
        assert!(near(c.tangent(0.5).x, 1.0) && near(c.tangent(0.5).y, 0.0));
    }

    #[test]
    fn cut_parts_lie_on_the_whole() {
        let c = bow();
        let (first, second) = (c.cut(0.3), c.reversed().cut(0.7));
        assert!(first.to.distance(second.to) < 1e-9);
        assert!(first.at(0.5).distance(c.at(0.15)) < 1e-9);
        assert!(second.at(0.5).distance(c.at(0.65)) < 1e-9);
        assert!(near(first.length() + second.length(), c.length()));
    }

    #[test]
    fn back_and_forward_measure_along_the_curve() {
        let c = bow();
        assert!(near(c.cut(c.forward(17.0)).length(), 17.0));
        assert!(near(c.reversed().cut(1.0 - c.back(17.0)).length(), 17.0));
        assert_eq!(c.forward(0.0), 0.0);
        assert_eq!(c.back(1e6), 0.0);
        assert_eq!(c.forward(1e6), 1.0);
    }

    #[test]
    fn the_middle_of_two_lanes_is_the_straight_line_between() {
        let p = Point::new;
        let back = Curve::new(p(100.0, 8.0), p(50.0, -32.0), p(0.0, 8.0));
        assert_eq!(middle_of(&bow(), &back), Curve::new(p(0.0, 4.0), p(50.0, 4.0), p(100.0, 4.0)));
    }

    #[test]
    fn paths_carry_one_decimal_and_no_negative_zero() {
        let c = Curve::new(Point::new(-0.04, 1.25), Point::default(), Point::new(10.0, f64::NAN));
        assert_eq!(c.path(), "M0.0 1.3Q0.0 0.0 10.0 0.0");
        let straight = Curve::new(Point::default(), Point::new(10.0, 0.0), Point::new(20.0, 0.0));
        assert_eq!(head(&straight, 8.0, 6.0), "M20.0 0.0L12.0 3.0L12.0 -3.0Z");
    }

    #[test]
    fn a_curve_of_no_length_is_harmless() {
        let c = Curve::default();
        assert_eq!(c.length(), 0.0);
        assert_eq!(c.forward(5.0), 1.0);
        assert_eq!(c.tangent(0.5), Point::default());
        assert_eq!(Curve { from: Point::new(f64::NAN, 0.0), ..c }.forward(5.0), 1.0);
    }

    #[test]
    fn rectangles_know_their_neighbours() {
        let a = Rect::new(0.0, 0.0, 10.0, 10.0);
        let b = Rect::new(10.0, 0.0, 10.0, 10.0);
        assert!(!a.hits(&b));
        assert!(a.grow(1.0).hits(&b));
        assert_eq!(a.gaps(&b.grow(-2.0)), Size::new(2.0, -8.0));
        assert_eq!(Rect::around(a.centre(), Size::new(10.0, 10.0)), a);
        assert!(a.contains(a.centre()) && !a.contains(Point::new(0.0, 5.0)));
        assert!(a.holds(&a) && !a.holds(&b));
    }
}

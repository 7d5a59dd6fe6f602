//! Where a policy comes in its tier, and a tier among tiers.

use std::cmp::Ordering;
use std::fmt;

/// An `order`: lower numbers come first, and absent ones last (felix `calc/policy_sorter.go`).
#[derive(Debug, Clone, Copy)]
pub struct Order(f64);

impl Order {
    /// An absent `order`.
    pub const LAST: Order = Order(f64::INFINITY);

    /// The order `number`; `None` for what no number is.
    pub fn new(number: f64) -> Option<Self> {
        // Adding zero turns the negative zero into the positive one, which it equals.
        number.is_finite().then_some(Self(number + 0.0))
    }

    /// The number, unless it is absent.
    pub fn number(self) -> Option<f64> {
        self.0.is_finite().then_some(self.0)
    }
}

impl PartialEq for Order {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Order {}

impl PartialOrd for Order {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Order {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl fmt::Display for Order {
    /// The number, or `last`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number() {
            Some(number) => number.fmt(f),
            None => f.write_str("last"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_before_none() {
        let order = |number| Order::new(number).unwrap();
        assert!(order(-1.0) < order(0.5) && order(0.5) < order(1e12) && order(1e12) < Order::LAST);
        assert_eq!(order(0.0), order(-0.0));
        assert_eq!(Order::new(f64::NAN), None);
        assert_eq!((order(100.0).to_string(), Order::LAST.to_string()), ("100".into(), "last".into()));
    }
}

//! How far a pod is from being selected.

use crate::labels::{LabelSelector, Labels, Requirement};
use crate::lint::near;

/// How far a pod's labels are from what a selector asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Miss {
    /// One condition fails, and by little: somebody may have mistyped it, as the lints have it.
    Slip,
    /// One of several conditions fails.
    OneOfSeveral,
    /// The only condition fails.
    Only,
    /// Several conditions fail.
    Several,
}

impl Miss {
    /// Of `requirements`, how many `labels` do not meet, and the first of them; `None` where they meet all.
    pub(super) fn of<'r>(requirements: &'r [Requirement], labels: &Labels) -> Option<(Self, &'r Requirement)> {
        let slip = || {
            let selector = LabelSelector { requirements: requirements.to_vec(), ..LabelSelector::default() };
            near::nearest(&selector, [(0, labels)]).is_some()
        };
        let mut failed = requirements.iter().filter(|requirement| !requirement.matches(labels));
        let (first, more) = (failed.next()?, failed.next().is_some());
        let miss = match (more, requirements.len()) {
            (true, _) => Miss::Several,
            (false, _) if slip() => Miss::Slip,
            (false, 1) => Miss::Only,
            (false, _) => Miss::OneOfSeveral,
        };
        Some((miss, first))
    }

    /// What a near one is, in a word or two.
    pub fn chip(self) -> &'static str {
        match self {
            Miss::Slip => "a slip?",
            Miss::OneOfSeveral => "misses by one",
            Miss::Only | Miss::Several => "misses",
        }
    }

    /// Whether it deserves a second look: that a selector of one label misses other pods is its purpose.
    pub fn is_near(self) -> bool {
        matches!(self, Miss::Slip | Miss::OneOfSeveral)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::Operator;
    use crate::source::Span;

    fn requirement(key: &str, operator: Operator, values: &[&str]) -> Requirement {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Requirement { key: key.to_owned(), operator, values, span: Span::default() }
    }

    #[test]
    fn one_condition_of_several_is_nearer_than_the_only_one() {
        let labels = Labels::from([("app".to_owned(), "api".to_owned()), ("teir".to_owned(), "back".to_owned())]);
        let of = |requirements: &[Requirement]| Miss::of(requirements, &labels).map(|(miss, _)| miss);
        let app = |value: &str| requirement("app", Operator::In, &[value]);
        assert_eq!(of(&[app("api")]), None);
        assert_eq!(of(&[app("database")]), Some(Miss::Only));
        assert_eq!(of(&[app("api"), requirement("env", Operator::Exists, &[])]), Some(Miss::OneOfSeveral));
        assert_eq!(of(&[app("web"), requirement("env", Operator::Exists, &[])]), Some(Miss::Several));
        assert_eq!(of(&[requirement("tier", Operator::In, &["back"])]), Some(Miss::Slip), "the key is mistyped");
        assert_eq!(of(&[requirement("tier", Operator::In, &["front"])]), Some(Miss::Only), "and so is the value");
        assert_eq!(of(&[app("apis")]), Some(Miss::Slip), "the value is mistyped");
        assert_eq!(of(&[requirement("app", Operator::NotIn, &["api"])]), Some(Miss::Only));
    }
}

//! How far a pod is from being selected.

use crate::labels::{Labels, Operator, Requirement};
use crate::manifest::suggest::nearest;

/// How far a pod's labels are from what a selector asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Miss {
    /// One condition fails, and by a few letters: somebody may have mistyped it.
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
        let mut failed = requirements.iter().filter(|requirement| !requirement.matches(labels));
        let (first, more) = (failed.next()?, failed.next().is_some());
        let miss = match (more, requirements.len()) {
            (true, _) => Miss::Several,
            (false, _) if is_slip(first, labels) => Miss::Slip,
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

/// Whether the label is there but for a few letters, of its value or of its key.
fn is_slip(requirement: &Requirement, labels: &Labels) -> bool {
    let listed = |value: &String| requirement.values.contains(value);
    match (requirement.operator, labels.get(&requirement.key)) {
        (Operator::In, Some(value)) => requirement.values.iter().any(|wanted| alike(wanted, value)),
        (Operator::In, None) => labels.iter().any(|(key, value)| listed(value) && alike(&requirement.key, key)),
        (Operator::Exists, _) => labels.keys().any(|key| alike(&requirement.key, key)),
        (Operator::NotIn | Operator::DoesNotExist, _) => false,
    }
}

/// Whether two words differ in their case, or by few letters for their length. Numbers tell things apart on purpose.
fn alike(wanted: &str, found: &str) -> bool {
    if wanted.eq_ignore_ascii_case(found) {
        return wanted != found;
    }
    let letters = |word: &str| word.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let long = wanted.chars().count().min(found.chars().count()) >= 4;
    let near = || nearest(found, &[wanted]).is_some() || is_swapped(wanted, found);
    long && letters(wanted) != letters(found) && near()
}

/// Whether two neighbours have changed places: `teir` for `tier`.
fn is_swapped(wanted: &str, found: &str) -> bool {
    let (wanted, found): (Vec<char>, Vec<char>) = (wanted.chars().collect(), found.chars().collect());
    let mut differ = wanted.iter().zip(&found).enumerate().filter(|(_, (a, b))| a != b);
    match (wanted.len() == found.len(), differ.next(), differ.next(), differ.next()) {
        (true, Some((first, (a, b))), Some((second, (c, d))), None) => second == first + 1 && (a, b) == (d, c),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn requirement(key: &str, operator: Operator, values: &[&str]) -> Requirement {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Requirement { key: key.to_owned(), operator, values, span: Span::default() }
    }

    #[test]
    fn a_slip_is_told_from_another_thing() {
        let cases = [
            ("database", "databse", true),
            ("database", "Database", true),
            ("api", "API", true),
            ("frontend", "front-end", true),
            ("tier", "teir", true),
            ("tier", "teer", true),
            ("tier", "reit", false),
            ("database", "frontend", false),
            ("api", "app", false),
            ("web-1", "web-2", false),
            ("v1", "v2", false),
            ("database", "database", false),
        ];
        for (wanted, found, slip) in cases {
            assert_eq!(alike(wanted, found), slip, "{wanted} {found}");
        }
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
        assert_eq!(of(&[requirement("tier", Operator::Exists, &[])]), Some(Miss::Slip));
        assert_eq!(of(&[requirement("app", Operator::NotIn, &["api"])]), Some(Miss::Only));
    }
}

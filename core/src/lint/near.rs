//! Near misses: what a selector that matches nobody was probably meant to ask for.

use super::mend;
use crate::labels::{LabelSelector, Labels, NAMESPACE_NAME, Operator, Requirement};
use crate::manifest::scalar::quoted;
use crate::manifest::suggest::distance;
use crate::source::{Edit, Source};

/// Labels that would match if one condition asked for something a little different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Near<'s> {
    /// How far off it is; 0 is closest.
    far: usize,
    /// The condition.
    pub(super) wanted: &'s Requirement,
    /// What it should ask for.
    pub(super) key: String,
    pub(super) value: String,
    /// The index of the labels.
    pub(super) at: usize,
}

impl Near<'_> {
    /// `team=ops`.
    pub(super) fn label(&self) -> String {
        format!("{}={}", self.key, self.value)
    }

    /// The edit of the condition; `None` where it is written in a way that takes more than that.
    pub(super) fn mended(&self, selector: &LabelSelector, source: &Source) -> Option<Vec<Edit>> {
        let repeated = selector.requirements.iter().any(|own| own.key == self.key && own.span != self.wanted.span);
        let text = source.slice(self.wanted.span);
        let one_line = !text.contains(['\n', '#', '*', '&', '!']) && !text.contains("operator");
        if repeated || !one_line || text.matches(':').count() != 1 {
            return None;
        }
        let span = self.wanted.span;
        let pair = format!("{}: {}", quoted(&self.key), quoted(&self.value));
        mend::tried(source, vec![Edit::replace(span.start, span.end, pair)])
    }
}

/// The nearest miss of `selector` among `all` labels, and whether it is the only one that near.
pub(crate) fn nearest<'s, 'l>(
    selector: &'s LabelSelector,
    all: impl IntoIterator<Item = (usize, &'l Labels)>,
) -> Option<(Near<'s>, bool)> {
    let mut found: Vec<Near<'s>> = all.into_iter().filter_map(|(at, labels)| miss(selector, at, labels)).collect();
    found.sort_by_key(|near| near.far);
    let best = found.first()?.clone();
    let same = |near: &Near<'_>| {
        near.far != best.far || (near.wanted, &near.key, &near.value) == (best.wanted, &best.key, &best.value)
    };
    let only = found.iter().all(same);
    Some((best, only))
}

/// What one condition of `selector` should ask for so that `labels` match.
fn miss<'s>(selector: &'s LabelSelector, at: usize, labels: &Labels) -> Option<Near<'s>> {
    let mut failing = selector.requirements.iter().filter(|requirement| !requirement.matches(labels));
    let (wanted, None) = (failing.next()?, failing.next()) else { return None };
    let (Operator::In, [value]) = (wanted.operator, wanted.values.as_slice()) else { return None };
    let near = |(key, own): (&String, &String)| {
        let far = far(wanted, value, key, own)?;
        Some(Near { far, wanted, key: key.clone(), value: own.clone(), at })
    };
    labels.iter().filter_map(near).min_by_key(|near| near.far)
}

/// How far the label `key=own` is from what is asked for.
fn far(wanted: &Requirement, value: &str, key: &str, own: &str) -> Option<usize> {
    let same_key = key == wanted.key;
    if same_key && own.eq_ignore_ascii_case(value) || own == value && key.eq_ignore_ascii_case(&wanted.key) {
        return Some(0);
    }
    // The label that clusters put on namespaces by themselves was once set by hand, as `name`.
    let by_name = key == NAMESPACE_NAME && ["name", "namespace", "metadata.name"].contains(&wanted.key.as_str());
    if by_name && own == value {
        return Some(0);
    }
    if same_key && is_slip(own, value) {
        return Some(1);
    }
    if own == value && !value.is_empty() {
        return Some(if is_slip(key, &wanted.key) { 1 } else { 2 });
    }
    None
}

/// Whether one is the other with a slip or two.
fn is_slip(a: &str, b: &str) -> bool {
    let allowed = (a.chars().count().max(b.chars().count()) / 3).clamp(1, 2);
    let long = a.len().min(b.len()) > 2 && a.len().max(b.len()) <= 63;
    // `db-1` and `db-2` are two things, and meant to be.
    let letters = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let numbered = letters(a) == letters(b);
    long && !numbered && distance(&a.to_lowercase(), &b.to_lowercase()) <= allowed
}

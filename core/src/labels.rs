//! Label maps, label selectors, and which matches which (apimachinery `pkg/labels`).

use std::collections::BTreeMap;
use std::fmt;

use crate::source::Span;

/// The labels of an object, by key.
pub type Labels = BTreeMap<String, String>;

/// The label that the API server sets on every namespace to the namespace's own name.
pub const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// How one requirement compares (metav1 `LabelSelectorOperator`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// The label is there with one of the values. `matchLabels` is this with one value.
    In,
    /// The label is missing, or has another value.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is missing.
    DoesNotExist,
}

impl Operator {
    /// All of them, as the API spells them.
    pub const ALL: [(&'static str, Operator); 4] = [
        ("In", Operator::In),
        ("NotIn", Operator::NotIn),
        ("Exists", Operator::Exists),
        ("DoesNotExist", Operator::DoesNotExist),
    ];
}

/// One condition of a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The label's key.
    pub key: String,
    /// How it is compared.
    pub operator: Operator,
    /// The values it is compared with; empty for `Exists` and `DoesNotExist`.
    pub values: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

impl Requirement {
    /// Whether `labels` meet it. `NotIn` and `DoesNotExist` hold for an object that lacks the key.
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        let listed = value.is_some_and(|value| self.values.contains(value));
        match self.operator {
            Operator::In => listed,
            Operator::NotIn => !listed,
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }
}

impl fmt::Display for Requirement {
    /// As `kubectl get -l` writes it: `app=web`, `env in (a,b)`, `!legacy`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Requirement { key, values, .. } = self;
        match (self.operator, values.as_slice()) {
            (Operator::In, [value]) => write!(f, "{key}={value}"),
            (Operator::In, _) => write!(f, "{key} in ({})", values.join(",")),
            (Operator::NotIn, [value]) => write!(f, "{key}!={value}"),
            (Operator::NotIn, _) => write!(f, "{key} notin ({})", values.join(",")),
            (Operator::Exists, _) => f.write_str(key),
            (Operator::DoesNotExist, _) => write!(f, "!{key}"),
        }
    }
}

/// A metav1 `LabelSelector`: all requirements must hold; without any it matches everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelSelector {
    /// `matchLabels` and `matchExpressions` together.
    pub requirements: Vec<Requirement>,
    /// The selector's value, after its key.
    pub span: Span,
}

impl LabelSelector {
    /// Whether `labels` meet every requirement.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.first_failure(labels).is_none()
    }

    /// The first requirement that `labels` do not meet.
    pub fn first_failure(&self, labels: &Labels) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| !requirement.matches(labels))
    }

    /// Whether it matches everything it ranges over.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }
}

impl fmt::Display for LabelSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, requirement) in self.requirements.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            write!(f, "{requirement}")?;
        }
        Ok(())
    }
}

//! Names of hosts outside the cluster, and the patterns with which policies name them.

use std::hash::{Hash, Hasher};

use crate::source::Span;

/// How a [`Domain`] reads a `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DomainKind {
    /// There is none: one name (Cilium `matchName`, a `domainNames` item without `*`).
    Name,
    /// A run of characters without a dot; alone it is any name (Cilium `matchPattern`, `pkg/fqdn/matchpattern`).
    Pattern,
    /// In front, for one or more whole labels (`domainNames` of `policy.networking.k8s.io`: `*.x.io` is never `x.io`).
    Suffix,
}

impl DomainKind {
    /// All of them.
    pub const ALL: [DomainKind; 3] = [DomainKind::Name, DomainKind::Pattern, DomainKind::Suffix];

    /// What a `*` stands for, in a few words.
    pub fn words(self) -> &'static str {
        match self {
            DomainKind::Name => "one name",
            DomainKind::Pattern => "a run without a dot",
            DomainKind::Suffix => "one or more labels",
        }
    }
}

/// A DNS name, or a pattern of names. Two are equal when they say the same, wherever they stand.
#[derive(Debug, Clone)]
pub struct Domain {
    /// In lower case, without a dot at the end.
    pub text: String,
    /// How it is matched.
    pub kind: DomainKind,
    /// Where it stands.
    pub span: Span,
}

impl Domain {
    /// The domain that `text` writes.
    pub fn new(text: &str, kind: DomainKind, span: Span) -> Self {
        let text = text.trim().to_ascii_lowercase();
        let text = text.strip_suffix('.').filter(|rest| !rest.is_empty()).map(str::to_owned).unwrap_or(text);
        let kind = if text.contains('*') { kind } else { DomainKind::Name };
        Self { text, kind, span }
    }

    /// Whether it covers `name`.
    pub fn matches(&self, name: &str) -> bool {
        match self.kind {
            DomainKind::Name => self.text == name,
            DomainKind::Pattern if self.text == "*" => true,
            DomainKind::Pattern => matches_pattern(self.text.as_bytes(), name.as_bytes()),
            DomainKind::Suffix => {
                let Some(suffix) = self.text.strip_prefix('*') else { return self.text == name };
                // At least one character in front, so that `*.x.io` is never `.x.io`.
                name.len() > suffix.len() && name.ends_with(suffix)
            }
        }
    }

    /// One name that it covers, to show and to ask with.
    pub fn sample(&self) -> String {
        match self.kind {
            DomainKind::Pattern if self.text == "*" => "any.example".to_owned(),
            _ => self.text.replace('*', "any"),
        }
    }
}

/// Whether `name` fits `pattern`, whose `*` stand for runs without a dot. Linear in the name for each star.
fn matches_pattern(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    // Where to go on when a star takes one character more: behind the star, and from which character.
    let mut retry: Option<(usize, usize)> = None;
    while read < name.len() {
        match (pattern.get(at), name.get(read)) {
            (Some(b'*'), _) => {
                retry = Some((at + 1, read));
                at += 1;
            }
            (Some(wanted), Some(found)) if wanted == found => (at, read) = (at + 1, read + 1),
            _ => match retry {
                Some((behind, taken)) if name.get(taken).is_some_and(|byte| *byte != b'.') => {
                    retry = Some((behind, taken + 1));
                    (at, read) = (behind, taken + 1);
                }
                _ => return false,
            },
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}

impl PartialEq for Domain {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, self.kind) == (&other.text, other.kind)
    }
}

impl Eq for Domain {}

impl Hash for Domain {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.text, self.kind).hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, kind: DomainKind, fits: &[&str], misses: &[&str]) {
        let domain = Domain::new(pattern, kind, Span::default());
        assert!(domain.matches(&domain.sample()), "{pattern} covers its sample");
        for name in fits {
            assert!(domain.matches(name), "{pattern} covers {name}");
        }
        for name in misses {
            assert!(!domain.matches(name), "{pattern} does not cover {name}");
        }
    }

    #[test]
    fn a_star_means_what_its_dialect_says() {
        check("API.example.com.", DomainKind::Pattern, &["api.example.com"], &["example.com"]);
        check("*", DomainKind::Pattern, &["a", "a.b"], &[]);
        check("*.io", DomainKind::Pattern, &["x.io"], &["x.y.io", "io", "x.ioo"]);
        check("a*c.*.io", DomainKind::Pattern, &["ac.b.io", "abcc.b.io"], &["ab.c.b.io", "a.c.b.io", "abd.b.io"]);
        check("*.x.io", DomainKind::Suffix, &["a.x.io", "a.b.x.io"], &["x.io", ".x.io", "ax.io"]);
    }
}

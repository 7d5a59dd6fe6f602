//! The findings of one kind: only so many, and a last one that says how many more there are.

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Place;

/// How many findings of one kind are listed.
pub const MAX_OF_A_KIND: usize = 10;

/// What one lint has found.
pub(super) struct Findings {
    code: &'static str,
    found: Vec<Diagnostic>,
    /// How many are not listed, and the first of them.
    more: usize,
    next: Option<Diagnostic>,
}

impl Findings {
    pub(super) fn new(code: &'static str) -> Self {
        Self { code, found: Vec::new(), more: 0, next: None }
    }

    /// A warning, completed by `complete` if it is going to be listed.
    pub(super) fn warn(&mut self, place: Place, message: String, complete: impl FnOnce(Diagnostic) -> Diagnostic) {
        self.add(Diagnostic::warning(self.code, place, message), complete);
    }

    /// A note, completed by `complete` if it is going to be listed.
    pub(super) fn note(&mut self, place: Place, message: String, complete: impl FnOnce(Diagnostic) -> Diagnostic) {
        self.add(Diagnostic::note(self.code, place, message), complete);
    }

    fn add(&mut self, finding: Diagnostic, complete: impl FnOnce(Diagnostic) -> Diagnostic) {
        if self.found.len() < MAX_OF_A_KIND {
            self.found.push(complete(finding));
        } else {
            self.more += 1;
            self.next.get_or_insert(finding);
        }
    }

    /// All that are listed.
    pub(super) fn into_found(self) -> Vec<Diagnostic> {
        let Self { mut found, more, next, .. } = self;
        let Some(next) = next else { return found };
        if more == 1 {
            found.push(next);
            return found;
        }
        let message =
            format!("There are {more} more findings of this kind; this is the first of them. {}", next.message);
        let severity =
            if found.iter().any(|own| own.severity == Severity::Warning) { Severity::Warning } else { next.severity };
        found.push(Diagnostic { severity, message, ..next });
        found
    }
}

//! Mistakes that a cluster accepts: what is written is valid, and probably not what was meant.

use crate::Analysis;
use crate::diagnostic::Diagnostic;

/// Everything that is probably not meant, in text order.
pub fn lint(_analysis: &Analysis) -> Vec<Diagnostic> {
    Vec::new()
}

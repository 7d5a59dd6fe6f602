//! What a run comes to, as its exit code.

use std::process::ExitCode;

/// How a run went; the later ones outweigh the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// A good answer: exit code 0.
    Good,
    /// A negative answer: something is blocked, differs or deserves a warning. Exit code 1.
    Negative,
    /// Input that could not be read, or that a cluster would refuse: exit code 2, as for wrong arguments.
    BadInput,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        ExitCode::from(match outcome {
            Outcome::Good => 0,
            Outcome::Negative => 1,
            Outcome::BadInput => 2,
        })
    }
}

//! What the engine has to say about a text: one type for errors, warnings and notes.

use crate::source::{Edit, Place};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A real cluster would refuse the object; it is left out of the evaluation.
    Error,
    /// Accepted, but probably not what was meant.
    Warning,
    /// Good to know: an assumption, or something that was passed over.
    Note,
}

impl Severity {
    /// The word for it: `error`, `warning` or `note`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// One finding at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for the kind of finding, such as `unknown-field`.
    pub code: &'static str,
    /// One sentence that says what is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
    /// One sentence that says what to do, if there is something to do.
    pub help: Option<String>,
    /// Edits that would do it, in the text of [`Diagnostic::place`].
    pub fix: Vec<Edit>,
    /// A command that would do it on a real cluster, ready for a shell.
    pub command: Option<String>,
}

impl Diagnostic {
    fn new(severity: Severity, code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { severity, code, message: message.into(), place, help: None, fix: Vec::new(), command: None }
    }

    /// An error.
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, place, message)
    }

    /// A warning.
    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, place, message)
    }

    /// A note.
    pub fn note(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, place, message)
    }

    /// The same finding with advice.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding with edits that mend it.
    pub fn with_fix(mut self, fix: Vec<Edit>) -> Self {
        self.fix = fix;
        self
    }

    /// The same finding with a command that mends it on a real cluster.
    pub fn with_command(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }
}

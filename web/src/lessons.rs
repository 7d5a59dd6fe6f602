//! The built-in lessons, prepared from `lessons/*.md` when the page is built.

use netpol_core::lesson::script::{Lesson, Text};

/// A lesson that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its file's name without the ending, to link to it.
    pub id: Text,
    /// The lesson.
    pub lesson: Lesson,
}

/// All of them, in the chapter's order.
pub static LESSONS: &[Entry] = include!(concat!(env!("OUT_DIR"), "/lessons.rs"));

/// The names of the chapter's sections.
const SECTIONS: [(&str, &str); 8] = [
    ("5.1", "Why network policies?"),
    ("5.2", "How network policies work"),
    ("5.3", "Selector types"),
    ("5.4", "Practical examples"),
    ("5.5", "What a CNI must do"),
    ("5.6", "Troubleshooting"),
    ("5.7", "Calico and Cilium"),
    ("5", "Summary"),
];

/// What the chapter calls a section, if it has it.
pub fn section_name(section: &str) -> Option<&'static str> {
    SECTIONS.iter().find(|(number, _)| *number == section).map(|(_, name)| *name)
}

/// Whether the lesson at this index is a reader's own, loaded into the page.
pub fn is_own(lesson: usize) -> bool {
    lesson >= LESSONS.len()
}

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

//! The built-in lessons, prepared from `lessons/*.md` when the page is built.

/// A lesson.
#[derive(Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Its file's name, to link to it.
    pub id: &'static str,
    /// The chapter's section.
    pub section: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What the picker says about it.
    pub summary: &'static str,
    /// Its steps, at least one.
    pub steps: &'static [Step],
}

/// One step of a lesson.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// The step's name.
    pub title: &'static str,
    /// The text of the policies editor.
    pub policies: &'static str,
    /// The text of the cluster editor.
    pub cluster: &'static str,
    /// The headline; empty means counted.
    pub headline: &'static str,
    /// The headline on a narrow screen, if another.
    pub short: &'static str,
    /// The name on a narrow screen, if another.
    pub name: &'static str,
    /// What the button to the next step says, if another.
    pub next: &'static str,
    /// If set, only arrows into this endpoint are drawn.
    pub focus: &'static str,
    /// Endpoints drawn as hostile.
    pub hostile: &'static [&'static str],
    /// Arrows the step talks about.
    pub spotlight: &'static [Spot],
}

/// An arrow that a step talks about.
#[derive(Debug, PartialEq, Eq)]
pub struct Spot {
    /// The source's id.
    pub from: &'static str,
    /// The destination's id.
    pub to: &'static str,
    /// What it says; its reason when empty.
    pub says: &'static str,
}

/// All of them, in the chapter's order.
pub const LESSONS: &[Lesson] = include!(concat!(env!("OUT_DIR"), "/lessons.rs"));

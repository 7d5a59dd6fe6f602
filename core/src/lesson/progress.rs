//! How far a learner has come: the steps that were seen, and the tasks that were solved.

use std::collections::{BTreeMap, BTreeSet};

use super::script::Lesson;

/// The marks of one lesson: the numbers of the steps seen and of the steps whose task is solved, from 0.
pub type Marks = (BTreeSet<usize>, BTreeSet<usize>);

/// The marks of all lessons, by id.
pub type Progress = BTreeMap<String, Marks>;

/// How far one lesson is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many of its steps were seen.
    pub seen: usize,
    /// How many there are.
    pub steps: usize,
    /// How many of its tasks are not solved.
    pub unsolved: usize,
}

impl Standing {
    /// How far `lesson` is by its marks. Marks of steps that it does not have count for nothing.
    pub fn of(lesson: &Lesson, marks: Option<&Marks>) -> Self {
        let marked = |of: fn(&Marks) -> &BTreeSet<usize>, at: usize| marks.is_some_and(|marks| of(marks).contains(&at));
        let steps = lesson.steps.iter().enumerate();
        let seen = steps.clone().filter(|(at, _)| marked(|marks| &marks.0, *at)).count();
        let unsolved = steps.filter(|(at, step)| step.task.is_some() && !marked(|marks| &marks.1, *at)).count();
        Self { seen, steps: lesson.steps.len(), unsolved }
    }

    /// Whether every step was seen and every task solved.
    pub fn is_done(self) -> bool {
        self.seen == self.steps && self.unsolved == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::script;

    #[test]
    fn a_lesson_is_done_when_all_is_seen_and_solved() {
        let text = "---\nsection: \"1\"\ntitle: t\nsummary: s\n---\n## A\n## B\n```question\nask: a\nanswers: [{says: a, right: true}, {says: b}]\n```\n";
        let lesson = script::read(text).map(|written| written.lesson).unwrap();
        let standing = |seen: &[usize], solved: &[usize]| {
            let marks = (seen.iter().copied().collect(), solved.iter().copied().collect());
            Standing::of(&lesson, Some(&marks))
        };
        assert_eq!(Standing::of(&lesson, None), Standing { seen: 0, steps: 2, unsolved: 1 });
        assert_eq!(standing(&[0, 7], &[]), Standing { seen: 1, steps: 2, unsolved: 1 });
        assert!(!standing(&[0, 1], &[]).is_done());
        assert!(!standing(&[0, 1], &[0]).is_done());
        assert!(!standing(&[1], &[1]).is_done());
        assert!(standing(&[0, 1], &[1]).is_done());
    }
}

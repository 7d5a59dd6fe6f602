//! Which steps a reader has seen and solved, kept in the browser's storage; where there is none, until the page is left.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::lessons::Entry;
use crate::storage;

const KEY: &str = "progress";

/// By lesson: the indices of the steps that were seen, and of those whose task was solved.
type Lessons = BTreeMap<String, (BTreeSet<usize>, BTreeSet<usize>)>;

/// What a reader has seen and solved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    lessons: Lessons,
}

/// How far a reader is in one lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many steps were seen.
    pub seen: usize,
    /// How many there are.
    pub of: usize,
    /// Whether every step was seen and every task solved.
    pub done: bool,
}

impl Progress {
    /// Step `step` of lesson `id` was seen; whether that is news.
    pub fn see(&mut self, id: &str, step: usize) -> bool {
        self.lessons.entry(id.to_owned()).or_default().0.insert(step)
    }

    /// The task of step `step` of lesson `id` was solved; whether that is news.
    pub fn solve(&mut self, id: &str, step: usize) -> bool {
        self.lessons.entry(id.to_owned()).or_default().1.insert(step)
    }

    /// Takes over what `other` knows besides: another window may have been at it.
    pub fn join(&mut self, other: &Progress) {
        for (id, (seen, solved)) in &other.lessons {
            let own = self.lessons.entry(id.clone()).or_default();
            own.0.extend(seen);
            own.1.extend(solved);
        }
    }

    /// How far the reader is in the lesson of `entry`.
    pub fn of(&self, entry: &Entry) -> Standing {
        let steps = &entry.lesson.steps;
        let none = (BTreeSet::new(), BTreeSet::new());
        let (seen, solved) = self.lessons.get(&*entry.id).unwrap_or(&none);
        let mut tasks = steps.iter().enumerate().filter(|(_, step)| step.task.is_some());
        let (seen, of) = (seen.range(..steps.len()).count(), steps.len());
        Standing { seen, of, done: seen == of && tasks.all(|(at, _)| solved.contains(&at)) }
    }
}

thread_local! {
    static KEPT: RefCell<Progress> = RefCell::new(stored());
}

/// What the storage has; nothing where it is missing or holds something else.
fn stored() -> Progress {
    Progress { lessons: storage::get(KEY).unwrap_or_default() }
}

fn change(act: impl FnOnce(&mut Progress) -> bool) {
    KEPT.with_borrow_mut(|kept| {
        if act(kept) {
            kept.join(&stored());
            // Without storage it is remembered until the page is left.
            storage::set(KEY, &kept.lessons);
        }
    });
}

/// Step `step` of lesson `id` is seen.
pub fn seen(id: &str, step: usize) {
    change(|kept| kept.see(id, step));
}

/// The task of step `step` of lesson `id` is solved.
pub fn solved(id: &str, step: usize) {
    change(|kept| kept.solve(id, step));
}

/// What is known now.
pub fn known() -> Progress {
    KEPT.with_borrow(Progress::clone)
}

/// Forgets everything, or goes back to what was known.
pub fn replace(progress: Progress) {
    KEPT.with_borrow_mut(|kept| {
        storage::set(KEY, &progress.lessons);
        *kept = progress;
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::LESSONS;
    use netpol_core::lesson::script::{Question, Task};

    fn standing(progress: &Progress, entry: &Entry) -> (usize, bool) {
        let Standing { seen, done, .. } = progress.of(entry);
        (seen, done)
    }

    #[test]
    fn a_lesson_is_done_when_every_step_was_seen() {
        let entry = LESSONS.iter().find(|entry| entry.id == "5.1-why").expect("the first lesson");
        let mut progress = Progress::default();
        assert_eq!(standing(&progress, entry), (0, false));
        assert!(progress.see("5.1-why", 1) && !progress.see("5.1-why", 1));
        assert_eq!(standing(&progress, entry), (1, false));
        progress.see("5.1-why", 0);
        assert_eq!(standing(&progress, entry), (2, true));
        // Steps that a lesson no longer has count for nothing.
        progress.see("5.1-why", 7);
        assert_eq!(progress.of(entry), Standing { seen: 2, of: 2, done: true });
    }

    #[test]
    fn a_lesson_with_a_task_is_done_once_it_is_solved() {
        let mut entry = LESSONS.iter().find(|entry| entry.id == "5.1-why").expect("the first lesson").clone();
        let question = Question { ask: "which?".into(), answers: Vec::new().into() };
        entry.lesson.steps.to_mut()[0].task = Some(Task::Choose(question));
        let mut progress = Progress::default();
        for step in 0..2 {
            progress.see("5.1-why", step);
        }
        assert_eq!(standing(&progress, &entry), (2, false));
        progress.solve("5.1-why", 0);
        assert_eq!(standing(&progress, &entry), (2, true));
    }

    #[test]
    fn two_windows_lose_nothing() {
        let (mut one, mut other) = (Progress::default(), Progress::default());
        one.see("a", 0);
        other.see("a", 1);
        other.solve("b", 0);
        one.join(&other);
        assert_eq!(one.lessons.len(), 2);
        assert_eq!(one.lessons["a"].0.len(), 2);
    }
}

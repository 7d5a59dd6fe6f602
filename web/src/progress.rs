//! How far the learner is, kept in the browser. Where that keeps nothing, it is known until the page is left.

use std::cell::RefCell;

use gloo::storage::{LocalStorage, Storage};
use netpol_core::lesson::progress::{Marks, Progress, Standing};

use crate::lessons::Entry;

const KEY: &str = "progress";

thread_local! {
    static KNOWN: RefCell<Progress> = const { RefCell::new(Progress::new()) };
}

/// What is known, with what other tabs have kept since.
fn known() -> Progress {
    KNOWN.with_borrow_mut(|known| {
        // What cannot be read, or is not what this page wrote, counts for nothing.
        for (id, (seen, solved)) in LocalStorage::get::<Progress>(KEY).unwrap_or_default() {
            let marks = known.entry(id).or_default();
            marks.0.extend(seen);
            marks.1.extend(solved);
        }
        known.clone()
    })
}

fn mark(id: &str, with: impl FnOnce(&mut Marks) -> bool) {
    let mut progress = known();
    if with(progress.entry(id.to_owned()).or_default()) {
        // Without storage it holds until the page is left.
        let _ = LocalStorage::set(KEY, &progress);
        KNOWN.set(progress);
    }
}

/// Step `step` of the lesson with this id, from 0, has been opened.
pub fn seen(id: &str, step: usize) {
    mark(id, |marks| marks.0.insert(step));
}

/// The task of step `step` has been solved.
pub fn solved(id: &str, step: usize) {
    mark(id, |marks| marks.1.insert(step));
}

/// Everything is forgotten.
pub fn clear() {
    KNOWN.take();
    LocalStorage::delete(KEY);
}

/// How far each of these lessons is.
pub fn standings(lessons: &[Entry]) -> Vec<Standing> {
    let progress = known();
    lessons.iter().map(|entry| Standing::of(&entry.lesson, progress.get(&*entry.id))).collect()
}

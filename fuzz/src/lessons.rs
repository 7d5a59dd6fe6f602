//! Texts that are read as lessons.

use netpol_core::lesson::expect::Failure;
use netpol_core::lesson::script;

const FRONT: &str = "---\nsection: \"1\"\ntitle: A lesson\nsummary: Of any text\n---\n";

/// Reads and runs `text` as it is, and with a front matter before it.
pub fn lesson(text: &str) {
    read(text);
    read(&format!("{FRONT}{text}"));
}

fn read(text: &str) {
    match script::read(text) {
        Ok(written) => {
            assert!(!written.lesson.steps.is_empty(), "a lesson without steps:\n{text}");
            check(&script::run(&written), text);
        }
        Err(failures) => {
            assert!(!failures.is_empty(), "no lesson and no reason:\n{text}");
            check(&failures, text);
        }
    }
}

/// Each says something, about a line that there is; one behind the last is for what is missing there.
fn check(failures: &[Failure], text: &str) {
    let lines = text.lines().count() + 1;
    for failure in failures {
        let reasons = failure.why.iter().filter_map(|(_, line)| *line);
        let there = std::iter::once(failure.line).chain(reasons).all(|line| (1..=lines).contains(&line));
        assert!(there && failure.column > 0 && !failure.message.is_empty(), "{failure:?} in\n{text}");
    }
}

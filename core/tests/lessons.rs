//! Reads every built-in lesson and runs what it expects.

use std::path::Path;

use netpol_core::lesson::expect;
use netpol_core::lesson::script::{self, Lesson};

#[test]
fn every_lesson_is_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons");
    let (mut lessons, mut failures) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).expect("the lessons' folder") {
        let path = entry.expect("an entry of it").path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        lessons += 1;
        let found = match script::read(&std::fs::read_to_string(&path).expect("a readable lesson")) {
            Ok(written) => script::run(&written),
            Err(failures) => failures,
        };
        failures.extend(found.into_iter().map(|failure| format!("{name}:{}: {}", failure.line, failure.message)));
    }
    assert!(lessons >= 4, "only {lessons} lessons were found");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn lessons() -> Vec<Lesson> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons");
    let entries = std::fs::read_dir(folder).expect("the lessons' folder");
    let paths = entries.map(|entry| entry.expect("an entry of it").path());
    let texts = paths.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let texts = texts.map(|path| std::fs::read_to_string(path).expect("a readable lesson"));
    texts.filter_map(|text| Some(script::read(&text).ok()?.lesson)).collect()
}

#[test]
fn what_holds_in_a_step_can_be_written_down_and_tells_it_from_the_next() {
    let (mut steps, mut told_apart) = (0, 0);
    for lesson in lessons() {
        let analyses: Vec<_> = lesson.steps.iter().map(|step| step.state().analysis()).collect();
        for (at, analysis) in analyses.iter().enumerate() {
            let held = expect::write(analysis, usize::MAX);
            let found = expect::results(&held.text, analysis);
            assert!(found.hold(), "{}, step {}: {found:?}", lesson.front.title, at + 1);
            assert_eq!(held.left_out, 0);
            steps += 1;
            let same = |other: &&netpol_core::Analysis| other.cluster == analysis.cluster;
            if let Some(next) = analyses.get(at + 1).filter(same) {
                let changed = !netpol_core::diff::changes(analysis, next).is_empty();
                let noticed = !expect::results(&held.text, next).hold();
                assert!(noticed || !changed, "{}, step {} to the next", lesson.front.title, at + 1);
                told_apart += usize::from(noticed);
            }
        }
    }
    assert!(steps > 8 && told_apart > 1, "{steps} steps, {told_apart} told apart");
}

/// The lesson that `docs/lessons.md` shows is one.
#[test]
fn the_documented_lesson_is_right() {
    let documented = include_str!("../../docs/lessons.md");
    let example = documented.split("````markdown\n").nth(1).and_then(|rest| rest.split("````\n").next());
    let written = script::read(example.expect("an example")).expect("a readable lesson");
    assert_eq!(script::run(&written), []);
    assert_eq!((written.lesson.steps.len(), written.expectations()), (3, 5));
}

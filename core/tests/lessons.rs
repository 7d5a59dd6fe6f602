//! Reads every built-in lesson and the one of the documentation, and runs what they expect.

use std::path::Path;

use netpol_core::lesson::link::Target;
use netpol_core::lesson::prose::{self, Block};
use netpol_core::lesson::script::{self, Lesson};
use netpol_core::lesson::{expect, markdown};

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

/// What a trainer reads about the format, and the whole lesson in it.
const DOCUMENTATION: &str = include_str!("../../docs/lessons.md");

#[test]
fn the_documented_lesson_is_right() {
    let sections = markdown::sections(DOCUMENTATION, 1);
    let example = sections.iter().flat_map(|section| &section.blocks).find(|block| block.info == "markdown");
    let written = script::read(&example.expect("an example").text).expect("a readable lesson");
    assert_eq!(script::run(&written), []);
    let tasks = written.lesson.steps.iter().filter_map(|step| step.task.as_ref());
    assert_eq!((written.lesson.steps.len(), tasks.count()), (4, 3));
}

/// What an error message lists, the documentation describes.
#[test]
fn everything_is_documented() {
    let front = "---\nsection: \"1\"\ntitle: T\nsummary: S\n---\n## One\n";
    let wrong = [
        "---\nx: 1\n---\n".to_owned(),
        "---\ncni: x\n---\n".to_owned(),
        format!("{front}```x\n```\n"),
        format!("{front}```stage\nx: 1\n```\n"),
        format!("{front}```stage\nspotlight: [{{x: 1}}]\n```\n"),
        format!("{front}```predict\nx: 1\n```\n"),
        format!("{front}```question\nanswers: [{{x: 1}}]\n```\n"),
        format!("{front}```exercise\nx: 1\n```\n"),
    ];
    for text in wrong {
        let failures = script::read(&text).expect_err("a mistake");
        let (_, listed) = failures[0].message.split_once("there are ").expect("what there is");
        let names: Vec<&str> = listed.split('`').skip(1).step_by(2).collect();
        assert!(names.len() > 1, "{listed}");
        for name in names {
            assert!(DOCUMENTATION.contains(&format!("`{name}`")), "{name} is not documented");
        }
    }
}

/// Every link of a story to a lesson leads to a step that is there.
#[test]
fn links_lead_to_steps() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons");
    let (mut stories, mut failures) = (0, Vec::new());
    let steps = |id: &str| {
        let text = std::fs::read_to_string(folder.join(format!("{id}.md"))).ok()?;
        Some(script::read(&text).ok()?.lesson.steps.len())
    };
    for lesson in lessons() {
        for step in lesson.steps.iter() {
            stories += 1;
            let blocks = prose::read(&step.prose);
            let entries = blocks.iter().flat_map(|block| match block {
                Block::Paragraph(pieces) => std::slice::from_ref(pieces),
                Block::List(entries) => entries.as_slice(),
            });
            for piece in entries.flatten() {
                // What looks like a link and is none stays as it is written.
                if piece.link.is_none() && !piece.code && piece.words.contains("](") {
                    failures.push(format!("{}: {}", step.title, piece.words));
                }
                if let Some(Target::Lesson(address)) = &piece.link
                    && steps(&address.id).is_none_or(|count| address.step > count)
                {
                    failures.push(format!("{}: {address} leads nowhere", step.title));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(stories > 20, "only {stories} stories were found");
}

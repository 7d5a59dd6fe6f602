//! Turns `lessons/*.md` into data for the page, so that it reads none of them when it opens.

use std::fmt::Write as _;
use std::path::Path;

use netpol_core::cni::Cni;
use netpol_core::lesson::script::{self, Exercise, Lesson, Stage, State, Step, Task};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the lessons' folder")
        .map(|entry| entry.expect("an entry of it").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    let order = std::fs::read_to_string(folder.join("order.txt")).unwrap_or_default();
    files.sort_by_cached_key(|path| place(path, &order));
    let mut out = String::from("{ use {std::borrow::Cow, netpol_core::lesson::script::*}; &[\n");
    for path in files {
        println!("cargo::rerun-if-changed={}", path.display());
        let text = std::fs::read_to_string(&path).expect("a readable lesson");
        match script::read(&text) {
            Ok(written) => {
                let id = path.file_stem().unwrap_or_default().to_string_lossy();
                let _ = writeln!(out, "Entry {{ id: {}, lesson: {} }},", words(&id), lesson(&written.lesson));
            }
            Err(failures) => {
                let at = |f: &netpol_core::lesson::expect::Failure| {
                    format!("{}:{}:{}: {}", path.display(), f.line, f.column, f.message)
                };
                panic!("{}", failures.iter().map(at).collect::<Vec<_>>().join("\n"))
            }
        }
    }
    out.push_str("] }\n");
    let target = Path::new(&std::env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("lessons.rs");
    std::fs::write(target, out).expect("a writable OUT_DIR");
}

/// Where a lesson stands: by section, then as `order.txt` lists them, then by name.
fn place(path: &Path, order: &str) -> (String, usize, String) {
    let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let section = id.split('-').next().unwrap_or_default().to_owned();
    let listed = order.lines().position(|line| line.trim() == id);
    (section, listed.unwrap_or(usize::MAX), id)
}

/// Some words as a constant.
fn words(text: &str) -> String {
    format!("Cow::Borrowed({text:?})")
}

/// Several of something as a constant.
fn list<T>(of: &[T], each: impl Fn(&T) -> String) -> String {
    format!("Cow::Borrowed(&[{}])", of.iter().map(each).collect::<Vec<_>>().join(", "))
}

fn cni(cni: Option<Cni>) -> String {
    cni.map_or_else(|| "None".to_owned(), |cni| format!("Some(netpol_core::cni::Cni::{cni:?})"))
}

fn lesson(lesson: &Lesson) -> String {
    let front = &lesson.front;
    format!(
        "Lesson {{ front: Front {{ section: {}, title: {}, summary: {}, cni: {} }}, steps: {} }}",
        words(&front.section),
        words(&front.title),
        words(&front.summary),
        cni(front.cni),
        list(&lesson.steps, step)
    )
}

fn step(step: &Step) -> String {
    format!(
        "Step {{ title: {}, prose: {}, policies: {}, cluster: {}, cni: {}, stage: {}, verdicts: {}, task: {} }}",
        words(&step.title),
        words(&step.prose),
        words(step.policies.trim_end()),
        words(step.cluster.trim_end()),
        cni(step.cni),
        stage(&step.stage),
        words(step.verdicts.trim_end()),
        step.task.as_ref().map_or_else(|| "None".to_owned(), |of| format!("Some({})", task(of)))
    )
}

fn stage(stage: &Stage) -> String {
    format!(
        "Stage {{ headline: {}, short: {}, name: {}, next: {}, spotlight: {}, focus: {}, hostile: {}, cni: {} }}",
        words(&stage.headline),
        words(&stage.short),
        words(&stage.name),
        words(&stage.next),
        list(&stage.spotlight, |spot| format!(
            "Spot {{ from: {}, to: {}, says: {} }}",
            words(&spot.from),
            words(&spot.to),
            words(&spot.says)
        )),
        words(&stage.focus),
        list(&stage.hostile, |id| words(id)),
        cni(stage.cni)
    )
}

fn task(task: &Task) -> String {
    match task {
        Task::Predict(prediction) => format!(
            "Task::Predict(Prediction {{ ask: {}, arrows: {} }})",
            words(&prediction.ask),
            list(&prediction.arrows, |arrow| format!(
                "Arrow {{ from: {}, to: {} }}",
                words(&arrow.from),
                words(&arrow.to)
            ))
        ),
        Task::Choose(question) => format!(
            "Task::Choose(Question {{ ask: {}, answers: {} }})",
            words(&question.ask),
            list(&question.answers, |choice| format!(
                "Choice {{ says: {}, right: {}, because: {} }}",
                words(&choice.says),
                choice.right,
                words(&choice.because)
            ))
        ),
        Task::Solve(exercise) => self::exercise(exercise),
    }
}

fn exercise(exercise: &Exercise) -> String {
    let State { policies, cluster, cni: plugin } = &exercise.answer;
    format!(
        "Task::Solve(Exercise {{ ask: {}, hints: {}, answer: State {{ policies: {}, cluster: {}, cni: {} }} }})",
        words(&exercise.ask),
        list(&exercise.hints, |hint| words(hint)),
        words(policies.trim_end()),
        words(cluster.trim_end()),
        cni(*plugin)
    )
}

//! Turns `lessons/*.md` into data for the page, so that the page carries no Markdown and no reader for it.

use std::fmt::Write as _;
use std::path::Path;

use netpol_core::lesson::script;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the lessons' folder")
        .map(|entry| entry.expect("an entry of it").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    let mut out = String::from("&[\n");
    for path in files {
        println!("cargo::rerun-if-changed={}", path.display());
        let text = std::fs::read_to_string(&path).expect("a readable lesson");
        match script::read(&text) {
            Ok((lesson, _)) => write_lesson(&lesson, &path, &mut out),
            Err(failure) => panic!("{}:{}: {}", path.display(), failure.line, failure.message),
        }
    }
    out.push_str("]\n");
    let target = Path::new(&std::env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("lessons.rs");
    std::fs::write(target, out).expect("a writable OUT_DIR");
}

fn write_lesson(lesson: &script::Lesson, path: &Path, out: &mut String) {
    let front = &lesson.front;
    let id = path.file_stem().unwrap_or_default().to_string_lossy();
    let _ = writeln!(
        out,
        "Lesson {{ id: {id:?}, section: {:?}, title: {:?}, summary: {:?}, steps: &[",
        front.section, front.title, front.summary
    );
    for step in &lesson.steps {
        let stage = &step.stage;
        let _ = writeln!(
            out,
            "Step {{ title: {:?}, policies: {:?}, cluster: {:?}, headline: {:?}, short: {:?}, name: {:?}, next: {:?}, focus: {:?}, hostile: &{:?}, spotlight: &[",
            step.title,
            step.policies.trim_end(),
            step.cluster.trim_end(),
            stage.headline,
            stage.short,
            stage.name,
            stage.next,
            stage.focus,
            stage.hostile
        );
        for spot in &stage.spotlight {
            let _ = writeln!(out, "Spot {{ from: {:?}, to: {:?}, says: {:?} }},", spot.from, spot.to, spot.says);
        }
        out.push_str("] },\n");
    }
    out.push_str("] },\n");
}

//! Reads every built-in lesson and runs what it expects.

use std::path::Path;

use netpol_core::lesson::script;

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

//! Runs every case of `tests/cases/*.md`. Adding a case needs no code here.

use std::path::Path;

use netpol_core::lesson::case;

#[test]
fn every_case_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the cases' folder")
        .map(|entry| entry.expect("an entry of it").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    let (mut cases, mut failures) = (0, Vec::new());
    for path in &files {
        let report = case::run(&std::fs::read_to_string(path).expect("a readable case"));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        cases += report.cases;
        failures
            .extend(report.failures.into_iter().map(|failure| format!("{name}:{}: {}", failure.line, failure.message)));
    }
    assert!(cases > 100, "only {cases} cases were found in {}", folder.display());
    assert!(failures.is_empty(), "{} of {cases} cases' lines do not hold:\n{}", failures.len(), failures.join("\n"));
    println!("{cases} cases in {} files", files.len());
}

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

/// A case that goes wrong says so at the line, with what holds instead.
#[test]
fn what_does_not_hold_is_found() {
    let check = |blocks: &str, expected: &[&str]| {
        let pod = "```yaml\n{apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b}}\n```\n";
        let policy = "```yaml\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n  podSelecter: {}\n```\n";
        let text = format!("## Case\n{}", blocks.replace("PODS", pod).replace("POLICY", policy));
        let failures = case::run(&text).failures;
        let found: Vec<String> = failures.iter().map(|f| format!("{}:{}: {}", f.line, f.column, f.message)).collect();
        let fits =
            found.len() == expected.len() && found.iter().zip(expected).all(|(found, words)| found.contains(words));
        assert!(fits, "{text}\nexpected {expected:#?}\nfound {found:#?}");
    };
    check("PODS", &["1:1: Case: a case must expect something"]);
    check("PODS```verdicts\n*/* -> */*  open\n```\n", &[]);
    check(
        "PODS```verdicts\n default/a -> default/b  blocked\n```\n",
        &["8:2: default/a -> default/b: expected blocked, and it is open"],
    );
    check(
        "PODS```verdicts clium\n*/* -> */*  open\n```\n",
        &["7:1: Case: no network plugin is called `clium`; did you mean `cilium`?"],
    );
    check(
        "PODS```verdict\n```\n```lints\n```\n",
        &["7:1: Case: a case has no block called `verdict`; did you mean `verdicts`?"],
    );
    check("PODS```lints\n", &["7:1: Case: this block has no closing fence"]);
    check(
        "PODS```lints\n1: or-not-und: x\n```\n",
        &["8:4: Case: no finding is called `or-not-und`; did you mean `or-not-and`?"],
    );
    check("PODS```lints\n3: or-not-and: x\n```\n", &["8:1: Case: expected or-not-and with `x`, and there is none"]);
    check(
        "POLICY```diagnostics\n1: warning: x\n```\n",
        &["7:3: Case: unexpected error in the block of line 3, line 5: ", "10:1: Case: expected warning with `x`"],
    );
    let expected = "```diagnostics\n5: error: podSelecter\n```\n";
    let fixed = "```fixed\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n  podSelector: {}\n```\n";
    check(&format!("POLICY{expected}{fixed}"), &[]);
    check(
        &format!("POLICY{expected}{}", fixed.replace("podSelector", "podSelecter")),
        &["17:1: Case: with the fixes this line reads `  podSelector: {}`"],
    );
}

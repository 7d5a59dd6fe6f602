use crate::case::{Case, DB_POLICY, SHOP};

/// An answer to colour, and a warning.
fn coloured(arguments: &str) -> Case {
    Case::new(arguments).file("shop.yaml", SHOP).file("db.yaml", DB_POLICY.replace("- port: 5432", "- port: 5432\n  -"))
}

#[test]
fn a_pipe_has_no_colours() {
    assert!(!escaped(coloured("list .")));
    assert!(!escaped(coloured("lint .")));
}

#[test]
fn colours_on_request() {
    assert!(escaped(coloured("list --color always .")));
    assert!(escaped(coloured("--color always lint .")));
    assert!(escaped(coloured("lint .").variable("CLICOLOR_FORCE", "1")));
}

#[test]
fn no_colours_on_request() {
    let forced = |arguments: &str| coloured(arguments).variable("CLICOLOR_FORCE", "1");
    assert!(!escaped(forced("lint --color never .")));
    assert!(!escaped(forced("lint .").variable("NO_COLOR", "1")));
    assert!(escaped(forced("lint --color always .").variable("NO_COLOR", "1")));
}

#[test]
fn help() {
    let help = Case::new("help").run();
    assert!(help.status.success());
    assert!(String::from_utf8_lossy(&help.stdout).contains("Examples:\n  netpol list manifests/\n"));
    assert_eq!(Case::new("").run().status.code(), Some(2));
    for command in ["list", "diff", "lint", "completions"] {
        let help = Case::new(&format!("{command} --help")).run();
        assert!(String::from_utf8_lossy(&help.stdout).contains("Examples:\n"), "{command}");
    }
}

fn escaped(case: Case) -> bool {
    let output = case.run();
    [output.stdout, output.stderr].concat().contains(&0x1b)
}

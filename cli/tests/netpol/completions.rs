use crate::case::Case;

#[test]
fn every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = Case::new(&format!("completions {shell}")).run();
        let script = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && output.stderr.is_empty(), "{shell}");
        assert!(["list", "diff", "lint", "before"].iter().all(|word| script.contains(word)), "{shell}");
    }
}

#[test]
fn an_unknown_shell() {
    Case::new("completions cmd").check(
        2,
        "",
        "\
error: invalid value 'cmd' for '<SHELL>'
  [possible values: bash, elvish, fish, powershell, zsh]

For more information, try '--help'.
",
    );
}

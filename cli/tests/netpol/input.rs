use crate::case::{Case, SHOP};

#[test]
fn folders_are_read_in_order() {
    let case = Case::new("lint .")
        .file("b.yaml", "kind: X")
        .file("a/z.yml", "kind: X")
        .file("a/a/deep.JSON", "kind: X")
        .file("c.txt", "kind: X")
        .file(".git/hidden.yaml", "kind: X")
        .file(".hidden.yaml", "kind: X")
        .folder("folder.yaml");
    let output = case.run();
    let text = String::from_utf8_lossy(&output.stdout);
    let places: Vec<&str> =
        text.lines().filter_map(|line| line.split_once(": error").map(|(place, _)| place)).collect();
    assert_eq!(places, ["./a/a/deep.JSON:1:1", "./a/z.yml:1:1", "./b.yaml:1:1"]);
}

#[cfg(unix)]
#[test]
fn links_lead_to_files_but_not_round_in_circles() {
    let case = Case::new("lint .").file("files/shop.yaml", SHOP);
    std::os::unix::fs::symlink("files/shop.yaml", case.path().join("link.yaml")).unwrap();
    std::os::unix::fs::symlink("..", case.path().join("files/round")).unwrap();
    std::os::unix::fs::symlink("nowhere", case.path().join("torn.yaml")).unwrap();
    let output = case.run();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "./torn.yaml: error: There is no such file or folder.\n");
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("in 2 files: 3 objects checked.\n"));
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_read() {
    let case = Case::new("lint nowhere empty latin.yaml utf16.yaml - - shop.yaml").stdin("");
    case.folder("empty")
        .file("latin.yaml", b"a: b\nc: caf\xe9\n")
        .file("utf16.yaml", b"\xff\xfea\0")
        .file("shop.yaml", SHOP)
        .check(
            2,
            "0 errors, 0 warnings in 2 files: 3 objects checked.\n",
            "\
nowhere: error: There is no such file or folder.
empty: error: There is no *.yaml, *.yml or *.json file in this folder.
latin.yaml: error: This file is not UTF-8: line 2 has a byte that is part of no character.
utf16.yaml: error: This file is UTF-16; save it as UTF-8.
-: error: Standard input can be read only once.
",
        );
}

#[test]
fn nothing_at_all_gives_no_answer() {
    Case::new("list -o json nowhere").check(2, "", "nowhere: error: There is no such file or folder.\n");
}

#[test]
fn places_in_standard_input() {
    Case::new("lint -").stdin("a: [\n").check(
        2,
        "\
-:1:4: error: This `[` is never closed.
 1 | a: [
   |    ^
   = help: Add the `]` that ends it.
1 error, 0 warnings in 1 file: 1 object checked.
",
        "",
    );
}

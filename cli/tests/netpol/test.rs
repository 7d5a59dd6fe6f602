use std::path::Path;

use crate::case::Case;

const LESSON: &str = "\
---
section: \"1\"
title: Two pods
summary: One of them is isolated
---

## Locked

```yaml cluster
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}}
```

```yaml policies
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
spec:
  podSelector:
    matchLabels: {app: db}
  ingress:
  - from:
    - podSelector:
        matchLabels: {app: api}
```

```verdicts
default/db -> default/web  open
default/web -> default/db  blocked by ingress
```
";

const CASE: &str = "\
# Cases

## Nothing is isolated

```yaml
{apiVersion: v1, kind: Pod, metadata: {name: web}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db}}
```

```verdicts
*/* -> */*  open
```
";

#[test]
fn what_holds() {
    Case::new("test lessons")
        .file("lessons/one.md", LESSON)
        .file("lessons/more/two.md", CASE)
        .file("lessons/README.md", "# Read me\n")
        .check(0, "1 step of 1 lesson and 1 case: 3 expectations, 0 failed; 1 file with neither passed over.\n", "");
}

/// A line that does not hold comes with what holds instead, why, and where that is written.
#[test]
fn what_does_not_hold() {
    let lesson = LESSON.replace("blocked by ingress", "TCP/5432");
    let case = CASE.replace("*/* -> */*  open", "*/* -> */*  blocked");
    Case::new("test one.md two.md").file("one.md", lesson).file("two.md", case).check(
        1,
        "\
one.md:31:1: failed: default/web -> default/db: expected TCP/5432, and it is blocked by ingress: db admits nobody
 31 | default/web -> default/db  TCP/5432
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    = because: NetworkPolicy db, ingress rule 1: wants app=api, web has app=web (one.md:26)
two.md:12:1: failed: */* -> */*: expected blocked, and default/web -> default/db is open: no policy decides; one more pair misses the line
 12 | */* -> */*  blocked
    | ^^^^^^^^^^^^^^^^^^^
    = because: Nothing selects web for Egress, so every connection may leave
    = because: Nothing selects db for Ingress, so every connection may enter
1 step of 1 lesson and 1 case: 3 expectations, 2 failed.
",
        "",
    );
}

/// A lesson that cannot be read outweighs one that fails.
#[test]
fn what_cannot_be_read() {
    let lesson =
        LESSON.replace("title:", "titl:").replace("default/db -> default/web  open", "default/db -> default/web  opn");
    Case::new("test one.md nowhere.md").file("one.md", lesson).check(
        2,
        "\
one.md:3:1: error: front matter: there is no field `titl`; did you mean `title`? There are `section`, `title`, `summary`, `cni`
 3 | titl: Two pods
   | ^^^^^^^^^^^^^^
one.md:30:28: error: `opn` is neither `open`, `blocked …` nor ports such as TCP/80, UDP/5000-5010 or `TCP/80 (HTTP)`
 30 | default/db -> default/web  opn
    |                            ^^^
no lesson, no case: 0 expectations, 0 failed.
",
        "nowhere.md: error: There is no such file or folder.\n",
    );
}

/// A file that is named is meant.
#[test]
fn neither() {
    Case::new("test one.md").file("one.md", "# Notes\n").check(
        2,
        "\
one.md:1:1: error: this is neither a lesson, which begins with `---`, nor does it have cases: a `## heading` with `yaml` and `verdicts` blocks
 1 | # Notes
   | ^^^^^^^
no lesson, no case: 0 expectations, 0 failed.
",
        "",
    );
    Case::new("test empty").folder("empty").check(2, "", "empty: error: There is no *.md file in this folder.\n");
}

#[test]
fn standard_input() {
    Case::new("test -").stdin(LESSON).check(0, "1 step of 1 lesson: 2 expectations, 0 failed.\n", "");
}

/// The project's own.
#[test]
fn lessons_and_cases_hold() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let [lessons, cases] = ["lessons", "tests/cases"].map(|folder| root.join(folder).display().to_string());
    let output = Case::new(&format!("test {lessons} {cases}")).run();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.ends_with(" 0 failed.\n") && said.contains(" lessons and "), "{said}");
}

/// What the documentation shows of its own lesson, a verdict in it turned round, is what the command says.
#[test]
fn the_documentation_is_right() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let documentation = read("docs/lessons.md");
    let lesson = documentation.split("````markdown\n").nth(1).and_then(|rest| rest.split("````\n").next()).unwrap();
    let wrong = lesson.replacen("shop/web -> shop/db   blocked by ingress", "shop/web -> shop/db   open", 1);
    Case::new("test course.md").file("course.md", lesson).check(
        0,
        "4 steps of 1 lesson: 7 expectations, 0 failed.\n",
        "",
    );
    for text in [&documentation, &read("README.md")] {
        let shown = text.split("$ netpol test course.md\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        Case::new("test course.md").file("course.md", &wrong).check(1, shown, "");
    }
}

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
one.md:31:1: failed: default/web -> default/db: expected TCP/5432, and it is blocked by ingress: db admits nobody (Policies, line 11)
 31 | default/web -> default/db  TCP/5432
two.md:12:1: failed: */* -> */*: expected blocked, and default/web -> default/db is open: no policy decides; one more pair misses the line
 12 | */* -> */*  blocked
1 step of 1 lesson and 1 case: 3 expectations, 2 failed.
",
        "",
    );
}

/// A lesson that cannot be read outweighs one that fails.
#[test]
fn what_cannot_be_read() {
    let lesson =
        LESSON.replace("title:", "titel:").replace("default/db -> default/web  open", "default/db -> default/web  opn");
    Case::new("test one.md nowhere.md").file("one.md", lesson).check(
        2,
        "\
one.md:3:1: error: front matter: unknown field `titel`, expected one of `section`, `title`, `summary`, `cni`
 3 | titel: Two pods
one.md:30:28: error: `opn` is neither `open`, `blocked …` nor ports such as TCP/80, UDP/5000-5010 or `TCP/80 (HTTP)`
 30 | default/db -> default/web  opn
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

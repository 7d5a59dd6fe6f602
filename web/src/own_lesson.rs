//! Lessons of a reader's own: from a text, from a file, or from the page's own server.

use netpol_core::lesson::expect::Failure;
use netpol_core::lesson::link::Address;
use netpol_core::lesson::script;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, RequestMode, Response, Url, UrlSearchParams};

use crate::lessons::Entry;

/// The longest text that is read as a lesson, in bytes.
const MOST: usize = 1_000_000;

/// A lesson as it is being written, and what came of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Draft {
    /// The name of the file that it came from, if it came from one.
    pub(crate) file: String,
    /// The text.
    pub(crate) text: String,
    /// What came of it when it was last read.
    pub(crate) outcome: Outcome,
}

/// What came of reading a lesson.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Outcome {
    /// It has not been read since it was changed.
    #[default]
    None,
    /// It cannot be opened.
    Unread(Vec<Failure>),
    /// It is open, and this much of what it says does not hold.
    Open(Vec<Failure>),
    /// Its file cannot be had.
    Missing(String),
}

/// Reads a text as a lesson, and says what of it does not hold; with errors there is no lesson.
pub(crate) fn read(file: &str, text: &str) -> Result<(Entry, Vec<Failure>), Vec<Failure>> {
    if text.len() > MOST {
        return Err(vec![Failure::new(1, "the text is longer than a megabyte, and no lesson is")]);
    }
    let written = script::read(text)?;
    let failures = script::run(&written);
    let stem = file.rsplit('/').next().unwrap_or(file);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let words = if stem.is_empty() { &*written.lesson.front.title } else { stem };
    // Never the id of a built-in lesson, so that links to those lead there.
    let id = format!("my-{}", Address::id_of(words));
    Ok((Entry { id: id.into(), lesson: written.lesson }, failures))
}

/// The offset of a line and a column in UTF-16 code units, as a text area counts.
pub(crate) fn offset(text: &str, line: usize, column: usize) -> u32 {
    let units = |text: &str| text.encode_utf16().count();
    let above: usize = text.split('\n').take(line.saturating_sub(1)).map(|line| units(line) + 1).sum();
    let own = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let inside: usize = own.chars().take(column.saturating_sub(1)).map(char::len_utf16).sum();
    u32::try_from((above + inside).min(units(text))).unwrap_or(u32::MAX)
}

/// What stands behind `lesson=` in the page's address.
pub(crate) fn linked() -> Option<String> {
    let search = gloo::utils::window().location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get("lesson").filter(|path| !path.is_empty())
}

/// The text at `path`, which is one of the page's own server; else a sentence that says what is wrong.
pub(crate) async fn fetch(path: &str) -> Result<String, String> {
    let window = gloo::utils::window();
    let base = window.location().href().unwrap_or_default();
    let url = Url::new_with_base(path, &base).map_err(|_| format!("“{path}” is no address of a lesson."))?;
    if window.location().origin().ok() != Some(url.origin()) {
        let origin = url.origin();
        return Err(format!("The lesson at {origin} was not opened: a link may only name lessons beside this page."));
    }
    let failed = || format!("The lesson “{path}” could not be fetched.");
    let init = RequestInit::new();
    // Nor is it followed elsewhere.
    init.set_mode(RequestMode::SameOrigin);
    let response = JsFuture::from(window.fetch_with_str_and_init(&url.href(), &init)).await.map_err(|_| failed())?;
    let response: Response = response.dyn_into().map_err(|_| failed())?;
    if !response.ok() {
        return Err(format!("The lesson “{path}” could not be fetched: the server answers {}.", response.status()));
    }
    let text = JsFuture::from(response.text().map_err(|_| failed())?).await.map_err(|_| failed())?;
    text.as_string().ok_or_else(failed)
}

/// A small lesson to begin with.
pub(crate) const EXAMPLE: &str = r#"---
section: "Mine"
title: Two pods
summary: One may call the other
---

## Nobody decides

Without a policy the *client* reaches the `server`.

```yaml cluster
apiVersion: v1
kind: Pod
metadata:
  name: client
  labels: {app: client}
---
apiVersion: v1
kind: Pod
metadata:
  name: server
  labels: {app: server}
```

```yaml policies
# No policies yet
```

```verdicts
default/client -> default/server   open
```

## A policy decides

The policy isolates the server and lets nothing in.

```yaml policies
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
spec:
  podSelector:
    matchLabels: {app: server}
  policyTypes: [Ingress]
```

```verdicts
default/client -> default/server   blocked by ingress
```
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_lesson_that_holds() {
        let (entry, failures) = read("", EXAMPLE).expect("a lesson");
        assert_eq!((&*entry.id, entry.lesson.steps.len()), ("my-two-pods", 2));
        assert_eq!(failures, []);
        let (entry, _) = read("lessons/5.1-why.md", EXAMPLE).expect("a lesson");
        assert_eq!(entry.id, "my-5.1-why");
    }

    #[test]
    fn what_does_not_hold_is_said_and_what_cannot_be_read_is_no_lesson() {
        let (_, failures) = read("", &EXAMPLE.replace("blocked by ingress", "open")).expect("a lesson");
        assert_eq!(failures.len(), 1);
        let failures = read("", &EXAMPLE.replace("```verdicts", "```verdict")).expect_err("no lesson");
        assert_eq!(failures.len(), 2);
        assert!(read("", &"x".repeat(MOST + 1)).is_err());
    }

    #[test]
    fn offsets_count_as_a_text_area_does() {
        let text = "a\n𝕏é x\nlast";
        assert_eq!(
            [(1, 1), (2, 1), (2, 2), (2, 4), (3, 2), (9, 1)].map(|(line, column)| offset(text, line, column)),
            [0, 2, 4, 6, 9, 12]
        );
    }
}

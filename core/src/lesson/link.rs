//! Links to lessons and their steps: `#5.3-selectors`, `#5.3-selectors/2`.

use std::fmt;

/// A step of a lesson, by the lesson's id. Displayed, it is the fragment of an address, with its `#`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The lesson's id: its file's name without the ending.
    pub id: String,
    /// The step's number, from 0; written, it counts from 1.
    pub step: usize,
}

impl Link {
    /// Reads a fragment, with its `#` or without; `None` where it names no lesson. A step that is no number is the first.
    pub fn parse(fragment: &str) -> Option<Self> {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let (id, step) = fragment.split_once('/').unwrap_or((fragment, ""));
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let well = !id.is_empty() && id.chars().all(known);
        well.then(|| Self { id: id.to_owned(), step: step.parse::<usize>().map_or(0, |step| step.saturating_sub(1)) })
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            0 => write!(f, "#{}", self.id),
            step => write!(f, "#{}/{}", self.id, step.saturating_add(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_reads_as_it_is_written() {
        for written in ["#5.1-why", "#5.3-selectors/2", "#my_lesson/10"] {
            assert_eq!(Link::parse(written).map(|link| link.to_string()).as_deref(), Some(written));
        }
        let steps = ["5.1-why/1", "5.1-why/0", "5.1-why/", "5.1-why/two", "5.1-why/99999999999999999999999"];
        for first in steps {
            assert_eq!(Link::parse(first), Some(Link { id: "5.1-why".into(), step: 0 }), "{first}");
        }
    }

    #[test]
    fn what_names_no_lesson_is_no_link() {
        for none in ["", "#", "#/2", "#a b", "#<script>", "#é"] {
            assert_eq!(Link::parse(none), None, "{none}");
        }
    }
}

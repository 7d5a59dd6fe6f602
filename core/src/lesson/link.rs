//! Where links lead: to a lesson's step, as the page's address names it, or to another page.

use std::fmt;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A lesson of the page.
    Lesson(Address),
    /// Another page: `https://…`.
    Page(String),
}

/// A lesson and perhaps one of its steps: `#5.3-selectors`, `#5.3-selectors/2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The lesson's id: its file's name without the ending.
    pub id: String,
    /// The step from 1; the first where none is named.
    pub step: usize,
}

impl Target {
    /// Reads a link's target; `None` for anything that is neither a lesson's address nor a page that is fetched safely.
    pub fn read(target: &str) -> Option<Self> {
        let target = target.trim();
        if target.starts_with('#') {
            return Address::read(target).map(Self::Lesson);
        }
        let host = target.strip_prefix("https://")?;
        let fits = host.starts_with(char::is_alphanumeric) && !host.contains(|letter: char| letter.is_whitespace());
        fits.then(|| Self::Page(target.to_owned()))
    }
}

impl Address {
    /// Reads `#id` or `#id/step`.
    pub fn read(hash: &str) -> Option<Self> {
        let hash = hash.trim().strip_prefix('#')?;
        let (id, step) = hash.split_once('/').unwrap_or((hash, "1"));
        let step = step.parse().ok().filter(|step| *step > 0)?;
        let fits = !id.is_empty() && id.chars().all(|letter| letter.is_alphanumeric() || "._-".contains(letter));
        fits.then(|| Self { id: id.to_owned(), step })
    }

    /// The id that some words make: letters and digits stay, whatever stands between becomes one `-`.
    pub fn id_of(words: &str) -> String {
        let letters = words.chars().map(|letter| if letter.is_alphanumeric() || letter == '.' { letter } else { ' ' });
        let spaced: String = letters.flat_map(char::to_lowercase).collect();
        spaced.split_whitespace().collect::<Vec<_>>().join("-")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, step } = self;
        if *step == 1 { write!(f, "#{id}") } else { write!(f, "#{id}/{step}") }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lesson(address) => address.fmt(f),
            Self::Page(page) => f.write_str(page),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_as_they_are_written() {
        for (hash, id, step, again) in
            [("#5.1-why", "5.1-why", 1, "#5.1-why"), ("#a/3", "a", 3, "#a/3"), ("#a/1", "a", 1, "#a")]
        {
            let address = Address::read(hash).expect("an address");
            assert_eq!((address.id.as_str(), address.step), (id, step));
            assert_eq!(address.to_string(), again);
        }
        for hash in ["", "#", "a", "#/1", "#a/", "#a/0", "#a/-1", "#a/b", "#a b", "#a/1/2", "#<a>"] {
            assert_eq!(Address::read(hash), None, "{hash}");
        }
    }

    #[test]
    fn words_make_ids_that_can_be_linked_to() {
        assert_eq!(Address::id_of("Forgetting DNS: \"port 53\"!"), "forgetting-dns-port-53");
        assert_eq!(Address::id_of("5.6-mistake_1"), "5.6-mistake-1");
        let id = Address::id_of("Über DNS / 2");
        assert_eq!(Address::read(&format!("#{id}/2")), Some(Address { id: "über-dns-2".into(), step: 2 }));
    }
}

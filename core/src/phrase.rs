//! Sentences whose words remember how they are set, so that a page and a terminal can each set them their way.

use std::fmt;

/// A piece of a sentence and how it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phrase {
    /// Plain words.
    Plain(String),
    /// A word that matters: a namespace's name, *or*, *and*.
    Strong(String),
    /// Something that stands in the text: a selector, a port, a CIDR.
    Code(String),
}

/// A sentence in pieces. Displayed, it is the words alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentence {
    /// The pieces.
    pub phrases: Vec<Phrase>,
}

impl Sentence {
    /// A sentence that begins with plain words.
    pub fn of(words: impl fmt::Display) -> Self {
        let mut sentence = Self::default();
        sentence.plain(words);
        sentence
    }

    /// Adds plain words.
    pub fn plain(&mut self, words: impl fmt::Display) -> &mut Self {
        let words = words.to_string();
        if let Some(Phrase::Plain(before)) = self.phrases.last_mut() {
            before.push_str(&words);
        } else if !words.is_empty() {
            self.phrases.push(Phrase::Plain(words));
        }
        self
    }

    /// Adds a word that matters.
    pub fn strong(&mut self, words: impl fmt::Display) -> &mut Self {
        self.phrases.push(Phrase::Strong(words.to_string()));
        self
    }

    /// Adds something that stands in the text.
    pub fn code(&mut self, words: impl fmt::Display) -> &mut Self {
        self.phrases.push(Phrase::Code(words.to_string()));
        self
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(&self.phrases))
    }
}

/// The sentence without its setting.
pub fn plain(phrases: &[Phrase]) -> String {
    let words = |phrase: &Phrase| match phrase {
        Phrase::Plain(words) | Phrase::Strong(words) | Phrase::Code(words) => words.clone(),
    };
    phrases.iter().map(words).collect()
}

//! Text and places in it: spans, lines and columns, and the edits that change it.

use std::ops::Range;

/// Which of the texts read together a place belongs to: its index in the list given to [`crate::manifest::read`].
pub type FileId = usize;

/// A half-open range of bytes in one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to `end`, both in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same span, `by` bytes further on.
    pub fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }

    /// The span as a range, to slice with `text.get(…)`.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A span and the text it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// The text.
    pub file: FileId,
    /// The bytes.
    pub span: Span,
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A named text with an index of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
    starts: Vec<usize>,
}

impl Source {
    /// Keeps `text` under `name` (a file name, or the editor it stands in).
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let bytes = text.as_bytes();
        let ends = |(at, byte): (usize, &u8)| match byte {
            b'\n' => Some(at + 1),
            b'\r' => (bytes.get(at + 1) != Some(&b'\n')).then_some(at + 1),
            _ => None,
        };
        let starts = std::iter::once(0).chain(bytes.iter().enumerate().filter_map(ends)).collect();
        Self { name: name.into(), text, starts }
    }

    /// The name it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of `span`; empty where the span is not in this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The line that byte `offset` is in, counted from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// The lines of `span` in words: `line 7`, `lines 32–34`.
    pub fn lines(&self, span: Span) -> String {
        let (first, last) = (self.line(span.start), self.line(span.end.saturating_sub(1).max(span.start)));
        if first == last { format!("line {first}") } else { format!("lines {first}–{last}") }
    }

    /// The byte at which `line` (from 1) starts; the end of the text past the last line.
    pub fn line_start(&self, line: usize) -> usize {
        self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    /// The text of `line` (from 1) without its line end; empty past the last line.
    pub fn line_text(&self, line: usize) -> &str {
        let text = self.text.get(self.line_start(line)..self.line_start(line + 1)).unwrap_or_default();
        text.trim_end_matches(['\n', '\r'])
    }

    /// Line and column of byte `offset`.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let before = self.text.get(self.line_start(line)..offset).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }

    /// The byte at line `line` and column `column`, both from 1; the end of the line past its last character.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let text = self.line_text(line);
        let inside = text.char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
        self.line_start(line) + inside
    }

    /// Byte `offset` counted in UTF-16 code units, as JavaScript counts.
    pub fn to_utf16(&self, offset: usize) -> usize {
        if self.text.is_ascii() {
            return offset.min(self.text.len());
        }
        self.text.char_indices().take_while(|(at, _)| *at < offset).map(|(_, c)| c.len_utf16()).sum()
    }

    /// The byte at which UTF-16 code unit `unit` starts.
    pub fn from_utf16(&self, unit: usize) -> usize {
        if self.text.is_ascii() {
            return unit.min(self.text.len());
        }
        let mut units = 0;
        for (at, c) in self.text.char_indices() {
            if units >= unit {
                return at;
            }
            units += c.len_utf16();
        }
        self.text.len()
    }
}

/// Replace the bytes of `span` by `insert`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes in its place.
    pub insert: String,
}

impl Edit {
    /// The edit that puts `insert` in the place of bytes `start..end`.
    pub fn replace(start: usize, end: usize, insert: impl Into<String>) -> Self {
        Self { span: Span::new(start, end), insert: insert.into() }
    }

    /// `text` with `edits` applied; edits are in text order and do not overlap. One that does not fit is left out.
    pub fn apply(edits: &[Edit], text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for edit in edits {
            let Some(kept) = text.get(done..edit.span.start) else { continue };
            if text.get(edit.span.range()).is_none() {
                continue;
            }
            out.push_str(kept);
            out.push_str(&edit.insert);
            done = edit.span.end;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_utf16_counts_code_units() {
        let source = Source::new("a", "é𝄞x\r\nb\n");
        assert_eq!(source.position(6), Position { line: 1, column: 3 });
        assert_eq!([(1, 3), (1, 9), (2, 1), (9, 1)].map(|(line, column)| source.offset(line, column)), [6, 7, 9, 11]);
        assert_eq!(source.to_utf16(6), 3);
        assert_eq!(source.from_utf16(3), 6);
        assert_eq!(source.line_text(1), "é𝄞x");
        assert_eq!(source.line(9), 2);
        assert_eq!(source.line_text(9), "");
        assert_eq!(source.lines(Span::new(0, 9)), "line 1");
        assert_eq!(source.lines(Span::new(0, 10)), "lines 1–2");
        assert_eq!(source.lines(Span::new(9, 9)), "line 2");
    }

    #[test]
    fn edits_replace_in_order() {
        let edits = [Edit::replace(0, 1, "-"), Edit::replace(2, 2, "+")];
        assert_eq!(Edit::apply(&edits, "abc"), "-b+c");
        assert_eq!(Edit::apply(&[Edit::replace(2, 9, "x")], "abc"), "abc");
    }
}

//! Where the lines of a text stand in the file that it was put together from.

use super::markdown::Block;

/// The pieces of a text: the line in it at which a piece begins, and the line of the file at which that stands. Both count
/// from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lines(Vec<(usize, usize)>);

impl Lines {
    /// Of the text of one block.
    pub(super) fn of(block: &Block) -> Self {
        Self(vec![(1, block.line)])
    }

    /// The same with a block whose text begins at line `first` of the text.
    pub(super) fn and(mut self, first: usize, block: &Block) -> Self {
        self.0.push((first, block.line));
        self
    }

    /// The line of the file at which `line` of the text stands; `None` in a text without pieces.
    pub(super) fn at(&self, line: usize) -> Option<usize> {
        let piece = self.0.iter().rev().find(|(first, _)| *first <= line);
        piece.map(|(first, start)| start + (line - first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_in_their_own_block() {
        let block = |line| Block { line, ..Block::default() };
        let lines = Lines::of(&block(10)).and(4, &block(30));
        assert_eq!([1, 3, 4, 6].map(|line| lines.at(line)), [Some(10), Some(12), Some(30), Some(32)]);
        assert_eq!(Lines::default().at(1), None);
    }
}

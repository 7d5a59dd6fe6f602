//! The differences as aligned columns.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::tally::Tally;
use crate::answer::Answer;
use crate::name;
use crate::terminal::Palette;
use netpol_core::diff::{Comparison, ConnectionChange as Change, Kind};

/// Writes a line for everything that comes or goes, a line for every connection between those that stay, and the sum.
pub(super) fn write(out: &mut dyn Write, palette: &Palette, comparison: &Comparison<'_>) -> io::Result<()> {
    let tally = Tally::new(comparison);
    let strong = palette.strong;
    for (word, name, connections) in tally.comers_and_goers(comparison) {
        writeln!(out, "{strong}{word:8}{strong:#}  {name}  ({connections})")?;
    }
    let names: Vec<String> = comparison.parties.iter().map(name::of_party).collect();
    let name = |at: usize| names.get(at).map_or("", String::as_str);
    let (mut from_width, mut to_width) = (0, 0);
    for change in comparison.changes().filter(Change::is_between_stayers) {
        from_width = from_width.max(name(change.from).width());
        to_width = to_width.max(name(change.to).width());
    }
    for change in comparison.changes() {
        let (Some(before), Some(after)) = (change.before, change.after) else { continue };
        let style = match change.kind {
            Kind::Appears => palette.open,
            Kind::Vanishes => palette.blocked,
            Kind::Changes => palette.partial,
        };
        let (from, to, word) = (name(change.from), name(change.to), change.kind.word());
        let [before, after] = Answer::phrases(before.into(), after.into());
        writeln!(out, "{style}{word:8}{style:#}  {from:from_width$}  {to:to_width$}  {before} → {after}")?;
    }
    writeln!(out, "{}", tally.sentence())
}

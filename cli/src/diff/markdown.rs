//! The differences as Markdown, fit for a comment on a change.

use std::io::{self, Write};

use super::tally::Tally;
use crate::answer::Answer;
use crate::name;
use netpol_core::diff::Comparison;

/// Writes the sum, what comes and goes as a list, and the connections as a table.
pub(super) fn write(out: &mut dyn Write, comparison: &Comparison<'_>) -> io::Result<()> {
    let tally = Tally::new(comparison);
    writeln!(out, "**{}**", tally.sentence())?;
    for (at, (word, name, connections)) in tally.comers_and_goers(comparison).enumerate() {
        let gap = if at == 0 { "\n" } else { "" };
        writeln!(out, "{gap}- {word} `{name}`: {connections}")?;
    }
    let names: Vec<String> = comparison.parties.iter().map(name::of_party).collect();
    let name = |at: usize| names.get(at).map_or("", String::as_str);
    let mut empty = true;
    for change in comparison.changes() {
        let (Some(before), Some(after)) = (change.before, change.after) else { continue };
        if empty {
            writeln!(out, "\n| change | from | to | before | after |\n| --- | --- | --- | --- | --- |")?;
            empty = false;
        }
        let (from, to, word) = (name(change.from), name(change.to), change.kind.word());
        let [before, after] = Answer::phrases(before.into(), after.into());
        // A bar between values of a rule is none of the table's.
        let [before, after] = [before, after].map(|answer| answer.replace('|', "\\|"));
        writeln!(out, "| {word} | {from} | {to} | {before} | {after} |")?;
    }
    Ok(())
}

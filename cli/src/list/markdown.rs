//! The list as Markdown: a matrix while one fits a page, then a table of pairs.

use std::io::{self, Write};

use netpol_core::Analysis;

use crate::answer::Answer;
use crate::name;

/// The most endpoints whose matrix fits a page.
const MATRIX: usize = 30;

/// Writes the matrix, or the pairs that have an end in the cluster.
pub(crate) fn write(out: &mut dyn Write, analysis: &Analysis) -> io::Result<()> {
    let names: Vec<String> = analysis.cluster.endpoints.iter().map(name::of).collect();
    if names.len() > MATRIX {
        return table(out, analysis, &names);
    }
    write!(out, "| from ↓ to → |")?;
    names.iter().try_for_each(|name| write!(out, " {name} |"))?;
    writeln!(out, "\n| --- |{}", " --- |".repeat(names.len()))?;
    for (from, name) in names.iter().enumerate() {
        write!(out, "| **{name}** |")?;
        for to in 0..names.len() {
            let asked = from != to && super::has_end_inside(&analysis.cluster, from, to);
            match analysis.connectivity.connection(from, to).filter(|_| asked) {
                Some(connection) => write!(out, " {} |", cell(connection.into()))?,
                None => write!(out, " |")?,
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn cell(answer: Answer<'_>) -> String {
    let mark = match answer.verdict {
        "open" => "✓ all".to_owned(),
        "blocked" => "✗".to_owned(),
        _ => answer.ports().join(", "),
    };
    if answer.unknown { format!("{mark} ?") } else { mark }
}

fn table(out: &mut dyn Write, analysis: &Analysis, names: &[String]) -> io::Result<()> {
    let name = |at: usize| names.get(at).map_or("", String::as_str);
    writeln!(out, "| from | to | verdict | detail |\n| --- | --- | --- | --- |")?;
    super::pairs_inside(analysis).try_for_each(|(from, to, answer)| {
        writeln!(out, "| {} | {} | {} | {} |", name(from), name(to), answer.verdict, answer.detail())
    })
}

//! The list as aligned columns, for people and for `grep`.

use std::io::{self, Write};

use netpol_core::Analysis;
use unicode_width::UnicodeWidthStr;

use crate::name;
use crate::terminal::Palette;

/// Writes a line for every pair that has an end in the cluster.
pub(crate) fn write(out: &mut dyn Write, palette: &Palette, analysis: &Analysis) -> io::Result<()> {
    let mut names: Vec<String> = analysis.cluster.endpoints.iter().map(name::of).collect();
    let width = names.iter().map(|name| name.width()).chain(["FROM".len()]).max().unwrap_or_default();
    // Padded once, not once for every pair.
    names.iter_mut().for_each(|name| name.extend(std::iter::repeat_n(' ', width - name.width())));
    let name = |at: usize| names.get(at).map_or("", String::as_str);
    let strong = palette.strong;
    writeln!(out, "{strong}{:width$}  {:width$}  VERDICT  DETAIL{strong:#}", "FROM", "TO")?;
    for (from, to, answer) in super::pairs_inside(analysis) {
        let style = match answer.verdict {
            "open" => palette.open,
            "partial" => palette.partial,
            _ => palette.blocked,
        };
        let (from, to, verdict, detail) = (name(from), name(to), answer.verdict, answer.detail());
        writeln!(out, "{from}  {to}  {style}{verdict:7}{style:#}  {detail}")?;
    }
    Ok(())
}

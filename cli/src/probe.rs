//! `netpol probe`: may one connect to the other?

use std::io::{self, Write};

use netpol_core::Analysis;
use netpol_core::connectivity::Verdict;
use netpol_core::probe::{self, Hop};

use crate::args::QuestionArgs;
use crate::name;
use crate::outcome::Outcome;
use crate::question::{self, Answered};
use crate::terminal::{self, Palette};

/// Prints a line for every connection that the question comes down to, and the answer in a sentence.
pub(crate) fn run(args: &QuestionArgs) -> io::Result<Outcome> {
    let Answered { analysis, question, probe, outcome } = match question::ask(args) {
        Ok(answered) => answered,
        Err(outcome) => return Ok(outcome),
    };
    terminal::to_stdout(|out, palette| {
        if probe.hops.len() > 1 || probe.service.is_some() {
            probe.hops.iter().try_for_each(|hop| line(out, palette, &analysis, hop))?;
        }
        let style = style(palette, probe.verdict());
        writeln!(out, "{style}{}{style:#}.", probe::headline(&analysis, &question, &probe))
    })?;
    Ok(outcome)
}

/// `shop/web → shop/db  TCP/80 → TCP/5432  open`.
fn line(out: &mut dyn Write, palette: &Palette, analysis: &Analysis, hop: &Hop) -> io::Result<()> {
    let (from, to) = (name::at(analysis, hop.from), name::at(analysis, hop.to));
    write!(out, "{from} → {to}  ")?;
    match (hop.asked, hop.why.flow) {
        (Some(asked), Some(flow)) => write!(out, "{asked} → {flow}  ")?,
        (_, Some(flow)) => write!(out, "{flow}  ")?,
        _ => {}
    }
    let style = style(palette, hop.verdict);
    write!(out, "{style}{}{style:#}", hop.verdict.word())?;
    match hop.verdict {
        Verdict::Open => writeln!(out),
        Verdict::Partial => writeln!(out, "  {}", hop.allowed),
        Verdict::Blocked => writeln!(out, " {}", refused_by(hop)),
    }
}

/// `by egress`, `by ingress`, or by both.
fn refused_by(hop: &Hop) -> &'static str {
    match (hop.why.egress.allows, hop.why.ingress.allows) {
        (false, true) => "by egress",
        (true, false) => "by ingress",
        _ => "by egress and ingress",
    }
}

/// The colour of a verdict.
pub(crate) fn style(palette: &Palette, verdict: Verdict) -> anstyle::Style {
    match verdict {
        Verdict::Open => palette.open,
        Verdict::Partial => palette.partial,
        Verdict::Blocked => palette.blocked,
    }
}

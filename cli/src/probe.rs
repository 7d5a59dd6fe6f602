//! `netpol probe`: may one connect to the other?

use std::io::{self, Write};

use netpol_core::Analysis;
use netpol_core::connectivity::Verdict;
use netpol_core::probe::{self, Hop, Probe};
use netpol_core::reach::Admission;

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
        let style = whole(palette, &probe);
        writeln!(out, "{style}{}{style:#}.", probe::headline(&analysis, &question, &probe))
    })?;
    Ok(outcome)
}

/// `shop/web → shop/db  TCP/80 → TCP/5432  open`; where a request is asked about, `allowed` or `403`.
fn line(out: &mut dyn Write, palette: &Palette, analysis: &Analysis, hop: &Hop) -> io::Result<()> {
    let (from, to) = (name::at(analysis, hop.from), name::at(analysis, hop.to));
    write!(out, "{from} → {to}  ")?;
    match (hop.asked, hop.why.flow) {
        (Some(asked), Some(flow)) => write!(out, "{asked} → {flow}  ")?,
        (_, Some(flow)) => write!(out, "{flow}  ")?,
        _ => {}
    }
    let (style, word) = (style(palette, hop), hop.admission().map_or(hop.verdict.word(), Admission::word));
    write!(out, "{style}{word}{style:#}")?;
    match hop.verdict {
        Verdict::Blocked => writeln!(out, " {}", refused_by(hop)),
        Verdict::Partial if hop.request.is_none() => writeln!(out, "  {}", hop.reach()),
        Verdict::Open | Verdict::Partial => writeln!(out),
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

/// The colour of an answer.
pub(crate) fn style(palette: &Palette, hop: &Hop) -> anstyle::Style {
    match (hop.admission(), hop.verdict) {
        (Some(Admission::Allowed), _) | (None, Verdict::Open) => palette.open,
        (Some(Admission::Forbidden), _) | (None, Verdict::Partial) => palette.partial,
        (Some(Admission::Blocked), _) | (None, Verdict::Blocked) => palette.blocked,
    }
}

/// The colour of all answers together.
fn whole(palette: &Palette, probe: &Probe) -> anstyle::Style {
    let mut styles = probe.hops.iter().map(|hop| style(palette, hop));
    let first = styles.next().unwrap_or(palette.blocked);
    if styles.all(|style| style == first) { first } else { palette.partial }
}

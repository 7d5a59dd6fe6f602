//! `netpol explain`: why one may, or may not, connect to the other.

mod side;

use std::collections::BTreeMap;
use std::io::{self, Write};

use netpol_core::Analysis;
use netpol_core::explain::Role;
use netpol_core::probe::{self, Hop, Question};
use netpol_core::source::Place;
use unicode_width::UnicodeWidthStr;

use crate::args::QuestionArgs;
use crate::outcome::Outcome;
use crate::question::{self, Answered};
use crate::terminal::{self, Palette};
use crate::{excerpt, name};

/// How wide a line is before its place: places stand below one another where sentences are short.
const WIDTH: usize = 76;

/// Prints both sides of every connection that the question comes down to. Those that are explained alike come once.
pub(crate) fn run(args: &QuestionArgs) -> io::Result<Outcome> {
    let Answered { analysis, question, probe, outcome } = match question::ask(args) {
        Ok(answered) => answered,
        Err(outcome) => return Ok(outcome),
    };
    let mut alike: BTreeMap<_, Vec<&Hop>> = BTreeMap::new();
    for hop in &probe.hops {
        let class = |endpoint| analysis.cluster.classes.of(endpoint);
        alike.entry((class(hop.from), class(hop.to), hop.why.flow, hop.from == hop.to)).or_default().push(hop);
    }
    terminal::to_stdout(|out, palette| {
        let mut groups: Vec<&Vec<&Hop>> = alike.values().collect();
        groups.sort_by_key(|hops| hops.first().map(|hop| (hop.from, hop.to)));
        for (at, hops) in groups.into_iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            Printer { out: &mut *out, palette, analysis: &analysis }.hops(&question, hops)?;
        }
        if probe.hops.is_empty() {
            writeln!(out, "{}.", probe::headline(&analysis, &question, &probe))?;
        }
        Ok(())
    })?;
    Ok(outcome)
}

struct Printer<'p> {
    out: &'p mut dyn Write,
    palette: &'p Palette,
    analysis: &'p Analysis,
}

impl Printer<'_> {
    fn hops(&mut self, question: &Question, hops: &[&Hop]) -> io::Result<()> {
        let Some((hop, more)) = hops.split_first() else { return Ok(()) };
        let style = crate::probe::style(self.palette, hop);
        if let Some(asked) = hop.asked {
            let (from, to) = (name::at(self.analysis, hop.from), name::at(self.analysis, hop.to));
            let flow = hop.why.flow.map_or_else(String::new, |flow| format!(" is {flow} on {to}"));
            writeln!(self.out, "{from} asks the Service for {asked}, which{flow}.")?;
        }
        writeln!(self.out, "{style}{}{style:#}.", probe::sentence(self.analysis, question, hop))?;
        match more {
            [] => {}
            [one] => writeln!(self.out, "The same holds for {}.", self.pair(one))?,
            [one, ..] => {
                let (count, pair) = (more.len(), self.pair(one));
                writeln!(self.out, "The same holds for {count} connections more, such as {pair}.")?;
            }
        }
        for side in hop.why.sides() {
            writeln!(self.out)?;
            self.side(side, hop.request.as_ref())?;
        }
        Ok(())
    }

    fn pair(&self, hop: &Hop) -> String {
        format!("{} → {}", name::at(self.analysis, hop.from), name::at(self.analysis, hop.to))
    }

    fn row(&mut self, indent: usize, mark: &str, words: &str, place: Option<Place>) -> io::Result<()> {
        let words = excerpt::clean(words);
        let Some(place) = place else { return writeln!(self.out, "{:indent$}{mark} {words}", "") };
        let room = WIDTH.saturating_sub(indent + 2 + words.width());
        let (gutter, place) = (self.palette.gutter, self.place(place));
        writeln!(self.out, "{:indent$}{mark} {words}{:room$}  {gutter}{place}{gutter:#}", "", "")
    }

    /// `policies.yaml:32`.
    fn place(&self, place: Place) -> String {
        let source = self.analysis.sources.get(place.file);
        source.map_or_else(String::new, |s| format!("{}:{}", excerpt::clean(s.name()), s.line(place.span.start)))
    }

    /// The sign of what is handed on.
    fn arrow(&self) -> String {
        let style = self.palette.partial;
        format!("{style}→{style:#}")
    }

    fn mark(&self, role: Role) -> String {
        let (mark, style) = match role {
            Role::Allows => ("✓", self.palette.open),
            Role::Refuses => ("✗", self.palette.blocked),
            Role::Aside => ("–", self.palette.gutter),
            Role::Unknown => ("?", self.palette.partial),
        };
        format!("{style}{mark}{style:#}")
    }
}

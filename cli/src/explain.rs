//! `netpol explain`: why one may, or may not, connect to the other.

use std::collections::BTreeMap;
use std::io::{self, Write};

use netpol_core::Analysis;
use netpol_core::explain::{ConditionTrace, IdlePolicy, PolicyTrace, Role, RuleTrace, SideExplanation};
use netpol_core::manifest::Direction;
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
            self.side(side)?;
        }
        Ok(())
    }

    fn pair(&self, hop: &Hop) -> String {
        format!("{} → {}", name::at(self.analysis, hop.from), name::at(self.analysis, hop.to))
    }

    fn side(&mut self, side: &SideExplanation) -> io::Result<()> {
        let verb = match side.direction {
            Direction::Egress => "Leaving",
            Direction::Ingress => "Entering",
        };
        let (name, strong) = (name::at(self.analysis, side.endpoint), self.palette.strong);
        let mark = self.mark(side.role());
        writeln!(self.out, "{mark} {strong}{verb} {name}{strong:#} ({}): {}", side.direction.field(), side.headline())?;
        if let Some(words) = side.freedom(&name) {
            return writeln!(self.out, "    {words}");
        }
        side.policies.iter().try_for_each(|policy| self.policy(side, policy))?;
        let idle = side.idle(self.analysis);
        let own = self.analysis.cluster.endpoints.get(side.endpoint).and_then(|endpoint| endpoint.namespace);
        let is_near = |idle: &&IdlePolicy| self.analysis.policies.get(idle.policy).is_some_and(|p| p.own == own);
        let (near, far): (Vec<&IdlePolicy>, Vec<&IdlePolicy>) = idle.iter().partition(is_near);
        for idle in near {
            let name = self.name(side, idle.policy);
            self.row(2, Role::Aside, &format!("{name}  {}", idle.reason), idle.place)?;
        }
        match far.len() {
            0 => Ok(()),
            1 => writeln!(self.out, "  – one policy of another namespace"),
            count => writeln!(self.out, "  – {count} policies of other namespaces"),
        }
    }

    fn policy(&mut self, side: &SideExplanation, policy: &PolicyTrace) -> io::Result<()> {
        let name = self.name(side, policy.policy);
        if policy.rules.is_empty() {
            let role = side.role_of_policy(policy);
            return self.row(2, role, &format!("{name}  {}", policy.selects), policy.place);
        }
        policy.rules.iter().try_for_each(|rule| self.rule(side, &name, rule))
    }

    fn rule(&mut self, side: &SideExplanation, name: &str, rule: &RuleTrace) -> io::Result<()> {
        let words = format!("{name}, {}  {}", rule.label, rule.reason);
        self.row(2, side.role_of(rule), &words, rule.cites)?;
        for items in [&rule.peers, &rule.ports] {
            self.items(side, rule, items)?;
        }
        Ok(())
    }

    /// Peers or ports, where there is more than the one that the rule's own line is about.
    fn items(&mut self, side: &SideExplanation, rule: &RuleTrace, items: &[ConditionTrace]) -> io::Result<()> {
        if items.len() < 2 {
            return Ok(());
        }
        items
            .iter()
            .try_for_each(|item| self.row(6, side.role_among(rule, items, item), &item.reason.to_string(), item.cites))
    }

    fn row(&mut self, indent: usize, role: Role, words: &str, place: Place) -> io::Result<()> {
        let (mark, words) = (self.mark(role), excerpt::clean(words));
        let room = WIDTH.saturating_sub(indent + 2 + words.width());
        let (gutter, place) = (self.palette.gutter, self.place(place));
        writeln!(self.out, "{:indent$}{mark} {words}{:room$}  {gutter}{place}{gutter:#}", "", "")
    }

    /// `policies.yaml:32`.
    fn place(&self, place: Place) -> String {
        let source = self.analysis.sources.get(place.file);
        source.map_or_else(String::new, |s| format!("{}:{}", excerpt::clean(s.name()), s.line(place.span.start)))
    }

    fn name(&self, side: &SideExplanation, policy: usize) -> String {
        let policy = self.analysis.policies.get(policy);
        policy.map_or_else(String::new, |policy| side.name_of(self.analysis, policy))
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

//! How many connections appear, vanish and change, and how many those have that come and go.

use crate::name;
use crate::report::counted;
use netpol_core::diff::{Comparison, Kind, Party};

/// Counts of one comparison.
#[derive(Default)]
pub(super) struct Tally {
    appear: usize,
    vanish: usize,
    change: usize,
    added: usize,
    removed: usize,
    /// For each party: connections that leave it and that reach it, as it comes or goes.
    ends: Vec<(usize, usize)>,
}

impl Tally {
    /// Counts everything that differs.
    pub(super) fn new(comparison: &Comparison<'_>) -> Self {
        let parties = &comparison.parties;
        let goes = |party: &&Party| party.comes_or_goes();
        let mut tally = Tally { ends: vec![(0, 0); parties.len()], ..Tally::default() };
        tally.added = parties.iter().filter(goes).filter(|party| party.after.is_some()).count();
        tally.removed = parties.iter().filter(goes).filter(|party| party.before.is_some()).count();
        for change in comparison.changes() {
            if change.is_between_stayers() {
                match change.kind {
                    Kind::Appears => tally.appear += 1,
                    Kind::Vanishes => tally.vanish += 1,
                    Kind::Changes => tally.change += 1,
                }
            } else {
                if let Some((out, _)) = tally.ends.get_mut(change.from) {
                    *out += 1;
                }
                if let Some((_, into)) = tally.ends.get_mut(change.to) {
                    *into += 1;
                }
            }
        }
        tally
    }

    /// Those that come and go, each as `added` or `removed` with its name and its connections.
    pub(super) fn comers_and_goers<'c>(
        &'c self,
        comparison: &'c Comparison<'_>,
    ) -> impl Iterator<Item = (&'static str, String, String)> {
        let parties = comparison.parties.iter().zip(&self.ends).filter(|(party, _)| party.comes_or_goes());
        parties.map(|(party, (out, into))| {
            let word = if party.after.is_some() { "added" } else { "removed" };
            (word, name::of_party(party), format!("{} out, {into} in", counted(*out, "connection")))
        })
    }

    /// The whole in one line.
    pub(super) fn sentence(&self) -> String {
        let connections = [(self.appear, "appear"), (self.vanish, "vanish"), (self.change, "change")];
        let endpoints = [(self.added, "added"), (self.removed, "removed")];
        let parts = [clause("Connections", &connections), clause("Endpoints", &endpoints)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { "Nothing changes.".to_owned() } else { parts.join(" ") }
    }
}

fn clause(subject: &str, counts: &[(usize, &str)]) -> Option<String> {
    let counts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    (!counts.is_empty()).then(|| format!("{subject}: {}.", counts.join(", ")))
}

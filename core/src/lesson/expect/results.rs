//! What becomes of each line of a text of expectations.

use std::collections::BTreeMap;

use super::{Asked, Expectation, Failure, answer_words, holds, matching, parse};
use crate::Analysis;
use crate::cluster::Endpoint;
use crate::explain;

/// What becomes of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The line, from 1.
    pub line: usize,
    /// What is expected, as one writes it.
    pub words: String,
    /// Whether it holds, for all pairs that it is about.
    pub holds: bool,
    /// The first pair that misses it, else the first that it is about: indices of endpoints.
    pub pair: Option<(usize, usize)>,
    /// What holds instead and why, as a sentence; or what cannot be found. Empty where the line holds.
    pub says: String,
}

/// A text of expectations, line by line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Results {
    /// What becomes of the lines that can be read, in order.
    pub outcomes: Vec<Outcome>,
    /// The lines that cannot be read.
    pub unreadable: Vec<Failure>,
}

impl Results {
    /// How many lines hold.
    pub fn holding(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.holds).count()
    }

    /// How many lines there are.
    pub fn all(&self) -> usize {
        self.outcomes.len() + self.unreadable.len()
    }

    /// Whether there are lines, and all hold.
    pub fn hold(&self) -> bool {
        self.all() > 0 && self.holding() == self.all()
    }
}

/// Reads `text` and holds each of its lines against `analysis`, as [`super::check`] does.
pub fn results(text: &str, analysis: &Analysis) -> Results {
    let (expectations, unreadable) = parse(text, 1);
    Results { outcomes: outcomes(&expectations, analysis), unreadable }
}

/// What becomes of each expectation. Pairs that a line names exactly are not held against patterns.
pub(super) fn outcomes(expectations: &[Expectation], analysis: &Analysis) -> Vec<Outcome> {
    let mut exact: BTreeMap<(usize, usize), Vec<Option<Asked<'_>>>> = BTreeMap::new();
    for expectation in expectations.iter().filter(|expectation| expectation.is_exact()) {
        let [from, to] = [&expectation.from, &expectation.to].map(|end| matching(end, analysis).first().copied());
        if let Some(pair) = from.zip(to) {
            exact.entry(pair).or_default().push(expectation.asks());
        }
    }
    let outcome = |expectation: &Expectation| {
        let named = |pair| exact.get(&pair).is_some_and(|asked| asked.contains(&expectation.asks()));
        let spared = |from, to| !expectation.is_exact() && named((from, to));
        held(expectation, analysis, spared)
    };
    expectations.iter().map(outcome).collect()
}

fn held(expectation: &Expectation, analysis: &Analysis, spared: impl Fn(usize, usize) -> bool) -> Outcome {
    let (sources, destinations) = (matching(&expectation.from, analysis), matching(&expectation.to, analysis));
    let words = format!("{} -> {}  {}", expectation.from, expectation.to, expectation.want);
    let mut outcome = Outcome { line: expectation.line, words, holds: true, pair: None, says: String::new() };
    for (pattern, found) in [(&expectation.from, &sources), (&expectation.to, &destinations)] {
        if found.is_empty() {
            outcome.holds = false;
            outcome.says = format!("no endpoint is called {pattern}");
            return outcome;
        }
    }
    let external = |at: usize| analysis.cluster.endpoints.get(at).is_some_and(Endpoint::is_external);
    let pairs = sources.iter().flat_map(|from| destinations.iter().map(move |to| (*from, *to)));
    let pairs = pairs.filter(|(from, to)| from != to && !(external(*from) && external(*to)) && !spared(*from, *to));
    let mut misses = 0;
    for (from, to) in pairs {
        let Some(connection) = analysis.connectivity.connection(from, to) else { continue };
        if holds(&expectation.want, &connection) {
            outcome.pair = outcome.pair.or(Some((from, to)));
            continue;
        }
        misses += 1;
        if outcome.holds {
            outcome.holds = false;
            outcome.pair = Some((from, to));
        }
    }
    if let Some(pair) = outcome.pair.filter(|_| misses > 0) {
        outcome.says = instead(expectation, analysis, pair, misses - 1);
    }
    outcome
}

/// What holds of a pair and why, with its name where the line is about several, of which `more` miss it too.
fn instead(expectation: &Expectation, analysis: &Analysis, (from, to): (usize, usize), more: usize) -> String {
    let id = |at: usize| analysis.cluster.endpoints.get(at).map_or("", |endpoint| endpoint.id.as_str());
    let connection = analysis.connectivity.connection(from, to);
    let got = connection.map(|connection| answer_words(&expectation.want, &connection)).unwrap_or_default();
    let what = if expectation.is_exact() { "it".to_owned() } else { format!("{} -> {}", id(from), id(to)) };
    let sentence = explain::sentence(analysis, from, to);
    // A sentence begins with the verdict, which is said already.
    let why = sentence.split_once(": ").or_else(|| sentence.split_once(", ")).map(|(_, why)| format!(": {why}"));
    let why = why.unwrap_or_default();
    match more {
        0 => format!("{what} is {got}{why}"),
        1 => format!("{what} is {got}{why}; one more pair misses the line"),
        _ => format!("{what} is {got}{why}; {more} more pairs miss the line"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    const TEXT: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: guest, labels: {app: guest}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
";

    fn of(text: &str) -> Results {
        results(text, &crate::analyze(vec![Source::new("all", TEXT)]))
    }

    #[test]
    fn each_line_is_held_against_what_is() {
        let found = of("default/web -> default/db  open   # the way in\ndefault/guest -> default/db  open\n");
        assert_eq!((found.holding(), found.all(), found.hold()), (1, 2, false));
        let [holds, misses] = found.outcomes.as_slice() else { panic!("{found:?}") };
        assert_eq!((holds.line, holds.words.as_str(), holds.says.as_str()), (1, "default/web -> default/db  open", ""));
        assert!(holds.holds && !misses.holds);
        assert_eq!((misses.line, misses.pair), (2, Some((1, 2))));
        assert_eq!(misses.says, "it is blocked by ingress: db admits only web");
    }

    #[test]
    fn patterns_count_what_misses_them_and_spare_what_is_named() {
        let found = of("default/* -> default/*  open\ndefault/guest -> default/db  blocked\n");
        assert!(found.hold(), "{found:?}");
        let found = of("default/* -> default/*  blocked\ndefault/web -> default/db  open");
        let first = found.outcomes.first().unwrap();
        assert_eq!((first.holds, first.pair), (false, Some((0, 1))));
        let says = "default/web -> default/guest is open: no policy decides; 3 more pairs miss the line";
        assert_eq!(first.says, says);
    }

    #[test]
    fn what_cannot_be_read_or_found_does_not_keep_the_rest_from_it() {
        let found =
            of("default/web => default/db open\ndefault/nobody -> default/db  open\ndefault/web -> default/db  open");
        assert_eq!(found.unreadable.iter().map(|failure| failure.line).collect::<Vec<_>>(), [1]);
        let [missing, holds] = found.outcomes.as_slice() else { panic!("{found:?}") };
        assert_eq!((missing.pair, missing.says.as_str()), (None, "no endpoint is called default/nobody"));
        assert!(holds.holds);
        assert_eq!((found.holding(), found.all()), (1, 3));
    }

    #[test]
    fn no_lines_are_no_success() {
        assert!(!of("# nothing yet\n").hold());
    }
}

//! Engine cases: every `##` heading of a Markdown file is one, with manifests and what is expected of them.
//!
//! Errors and warnings are expected on the line that causes them, in a comment (`# error: words`), or where no comment
//! can stand in a `diagnostics` block (`3: error: words`, lines counted in the case's first `yaml` block).
//!
//! All of it is under the network plugin whose kinds the manifests use, or `plain` where they use none. A block called
//! `verdicts cilium` holds under Cilium; one called `diagnostics cilium` has what is found under Cilium besides.

use std::collections::BTreeMap;

use super::expect::{self, Failure};
use super::markdown::{self, Block, Section};
use crate::cni::Cni;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Source;
use crate::{Analysis, analyze, analyze_under};

/// What became of one file of cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many cases it has.
    pub cases: usize,
    /// What does not hold, by line.
    pub failures: Vec<Failure>,
}

/// A diagnostic that a case expects.
struct Expected {
    block: usize,
    line: usize,
    severity: Severity,
    words: String,
    written_at: usize,
}

/// Runs every case of a Markdown file.
pub fn run(text: &str) -> Report {
    let mut report = Report::default();
    for section in markdown::sections(text, 1).iter().filter(|section| section.level == 2) {
        report.cases += 1;
        report.failures.extend(run_case(section));
    }
    report
}

fn run_case(section: &Section) -> Vec<Failure> {
    let manifests: Vec<&Block> = section.blocks.iter().filter(|block| block.language() == "yaml").collect();
    let of = |language: &'static str| section.blocks.iter().filter(move |block| block.language() == language);
    let mut failures = Vec::new();
    let fail = |line, message: &str| Failure::new(line, format!("{}: {message}", section.title));
    let sources =
        manifests.iter().map(|block| Source::new(format!("line {}", block.line), block.text.as_str())).collect();
    let chosen = analyze(sources);
    let mut under = BTreeMap::from([(chosen.cni, chosen.clone())]);
    for block in of("verdicts").chain(of("diagnostics")) {
        match plugin(block) {
            Some(cni) => {
                let cni = cni.unwrap_or(chosen.cni);
                under.entry(cni).or_insert_with(|| analyze_under(chosen.sources.clone(), cni));
            }
            None => {
                let language = block.language();
                failures.push(fail(block.line, &format!("this block is called `{language}` or `{language} cilium`")));
            }
        }
    }
    let mut expected: Vec<Expected> =
        manifests.iter().enumerate().flat_map(|(at, block)| comments(at, block)).collect();
    let mut besides: BTreeMap<Cni, Vec<Expected>> = BTreeMap::new();
    for block in of("diagnostics") {
        let list = match plugin(block).flatten().filter(|cni| *cni != chosen.cni) {
            Some(cni) => besides.entry(cni).or_default(),
            None => &mut expected,
        };
        for (at, line) in block.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match listed(line, block.line + at) {
                Some(found) => list.push(found),
                None => failures.push(fail(block.line + at, "a diagnostics line reads `3: error: words`")),
            }
        }
    }
    let mut lines = expected.len() + besides.values().map(Vec::len).sum::<usize>();
    let own = &chosen.manifests.diagnostics;
    let mut compared = compare(&expected, own.iter(), &chosen, &manifests);
    for (cni, expected) in &besides {
        let Some(analysis) = under.get(cni) else { continue };
        let more = analysis.manifests.diagnostics.iter().filter(|found| !own.contains(found));
        compared.extend(compare(expected, more, analysis, &manifests));
    }
    failures.extend(compared.into_iter().map(|f| fail(f.line, &f.message)));
    for block in of("verdicts") {
        let (expectations, unreadable) = expect::parse(&block.text, block.line);
        lines += expectations.len();
        failures.extend(unreadable);
        let cni = plugin(block).flatten().unwrap_or(chosen.cni);
        failures.extend(under.get(&cni).map(|analysis| expect::check(&expectations, analysis)).unwrap_or_default());
    }
    if lines == 0 {
        failures.push(fail(section.line, "a case must expect something"));
    }
    failures
}

/// The network plugin that a block is about, the second word behind its fence, if it names one; `None` where that is no
/// plugin.
fn plugin(block: &Block) -> Option<Option<Cni>> {
    block.info.split_whitespace().nth(1).map_or(Some(None), |name| Cni::find(name).map(Some))
}

fn comments(block: usize, text: &Block) -> Vec<Expected> {
    let mut out = Vec::new();
    for (at, line) in text.text.lines().enumerate() {
        for (severity, marker) in [(Severity::Error, "# error:"), (Severity::Warning, "# warning:")] {
            for part in line.split(marker).skip(1) {
                let words = part.split("# error:").next().unwrap_or(part);
                let words = words.split("# warning:").next().unwrap_or(words).trim().to_owned();
                out.push(Expected { block, line: at + 1, severity, words, written_at: text.line + at });
            }
        }
    }
    out
}

fn listed(line: &str, written_at: usize) -> Option<Expected> {
    let (number, rest) = line.trim().split_once(':')?;
    let (word, words) = rest.trim().split_once(':')?;
    let severity = [Severity::Error, Severity::Warning].into_iter().find(|severity| severity.word() == word.trim())?;
    Some(Expected { block: 0, line: number.trim().parse().ok()?, severity, words: words.trim().to_owned(), written_at })
}

fn compare<'d>(
    expected: &[Expected],
    found: impl Iterator<Item = &'d Diagnostic>,
    analysis: &Analysis,
    manifests: &[&Block],
) -> Vec<Failure> {
    let line_of = |diagnostic: &Diagnostic| {
        let place = diagnostic.place;
        analysis.sources.get(place.file).map_or(0, |source| source.line(place.span.start))
    };
    let mut unmet: Vec<&Expected> = expected.iter().collect();
    let mut failures = Vec::new();
    for found in found.filter(|diagnostic| diagnostic.severity <= Severity::Warning) {
        let line = line_of(found);
        let meets = |expected: &&Expected| {
            (expected.block, expected.line, expected.severity) == (found.place.file, line, found.severity)
                && found.message.to_lowercase().contains(&expected.words.to_lowercase())
        };
        match unmet.iter().position(meets) {
            Some(at) => {
                unmet.remove(at);
            }
            None => {
                let start = manifests.get(found.place.file).map_or(0, |block| block.line);
                let message = format!("unexpected {}: {}", found.severity.word(), found.message);
                failures.push(Failure::new((start + line).saturating_sub(1), message));
            }
        }
    }
    failures.extend(unmet.into_iter().map(|expected| {
        let message = format!("expected {} with `{}`, and there is none", expected.severity.word(), expected.words);
        Failure::new(expected.written_at, message)
    }));
    failures
}

//! Engine cases: every `##` heading of a Markdown file is one, with manifests and what is expected of them.
//!
//! Errors and warnings are expected on the line that causes them, in a comment (`# error: words`), or where no comment
//! can stand in a `diagnostics` block (`3: error: words`, lines counted in the case's first `yaml` block).
//!
//! All of it is under the network plugin whose kinds the manifests use, or `plain` where they use none. A block called
//! `verdicts cilium` holds under Cilium; one called `diagnostics cilium` has what is found under Cilium besides.
//!
//! A `lints` block has exactly what the lints say, by line and code (`7: or-not-and: words`); an empty one means nothing.
//! A `fixed` block has what all the fixes that are offered make of the first `yaml` block.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::expect::{self, Failure};
use super::findings::{self, Expected};
use super::markdown::{self, Block, Section};
use super::meant;
use crate::cni::Cni;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Edit, Place, Source};
use crate::{Analysis, analyze, analyze_under, lint};

/// What became of one file of cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many cases it has.
    pub cases: usize,
    /// How many lines they expect.
    pub expectations: usize,
    /// What does not hold, by line.
    pub failures: Vec<Failure>,
}

/// Runs every case of a Markdown file.
pub fn run(text: &str) -> Report {
    let mut report = Report::default();
    for section in markdown::sections(text, 1).iter().filter(|section| section.level == 2) {
        let case = Case::of(section);
        report.cases += 1;
        report.failures.extend(case.run());
        report.expectations += case.expectations();
    }
    report
}

/// Whether `text` has a case: manifests under a heading, with something that is expected of them.
pub fn has_cases(text: &str) -> bool {
    let is_case = |section: &Section| {
        let has = |languages: &[&str]| section.blocks.iter().any(|block| languages.contains(&block.language()));
        let commented = |block: &Block| block.language() == "yaml" && !comments(0, block).is_empty();
        let expects = has(&["verdicts", "diagnostics", "lints"]) || section.blocks.iter().any(commented);
        section.level == 2 && has(&["yaml"]) && expects
    };
    markdown::sections(text, 1).iter().any(is_case)
}

/// One case: a heading with its manifests, and all that is expected of them.
struct Case<'s> {
    section: &'s Section,
    manifests: Vec<&'s Block>,
    /// Under the plugin that the manifests choose.
    chosen: Analysis,
}

impl<'s> Case<'s> {
    fn of(section: &'s Section) -> Self {
        let manifests: Vec<&Block> = section.blocks.iter().filter(|block| block.language() == "yaml").collect();
        let source = |block: &&Block| Source::new(format!("the block of line {}", block.line), block.text.as_str());
        let chosen = analyze(manifests.iter().map(source).collect());
        Self { section, manifests, chosen }
    }

    fn of_language(&self, language: &'static str) -> impl Iterator<Item = &'s Block> {
        self.section.blocks.iter().filter(move |block| block.language() == language)
    }

    fn fail(&self, failure: Failure) -> Failure {
        Failure { message: format!("{}: {}", self.section.title, failure.message), ..failure }
    }

    /// How many lines expect something; a block of lints, even an empty one, is one of them.
    fn expectations(&self) -> usize {
        let lines = |block: &Block| block.text.lines().filter(|line| !line.trim().is_empty()).count();
        let lines = |language| self.of_language(language).map(lines).sum::<usize>();
        let comments = self.manifests.iter().enumerate().map(|(at, block)| comments(at, block).len()).sum::<usize>();
        let blocks = self.of_language("lints").chain(self.of_language("fixed")).count();
        comments + lines("verdicts") + lines("diagnostics") + blocks
    }

    fn run(&self) -> Vec<Failure> {
        let unfit = self.section.blocks.iter().filter_map(unfit).map(|failure| self.fail(failure));
        let mut unfit: Vec<Failure> = unfit.collect();
        let (diagnostics, mut failures) = self.diagnostics();
        failures.extend(self.compare_diagnostics(&diagnostics));
        failures.extend(self.lints());
        let mut failures: Vec<Failure> = failures.into_iter().map(|failure| self.fail(failure)).collect();
        for block in self.of_language("verdicts") {
            let (expectations, unreadable) = expect::parse(&block.text, block.line);
            failures.extend(unreadable);
            match self.under(block) {
                Ok(analysis) => failures.extend(expect::check(&expectations, &analysis, |place| self.line_of(place))),
                Err(failure) => failures.push(self.fail(failure)),
            }
        }
        if self.expectations() == 0 {
            failures.push(self.fail(Failure::new(self.section.line, "a case must expect something")));
        }
        unfit.append(&mut failures);
        unfit
    }

    /// What is known under the plugin that `block` names, else under the chosen one.
    fn under(&self, block: &Block) -> Result<Cow<'_, Analysis>, Failure> {
        let other = plugin(block)?.filter(|cni| *cni != self.chosen.cni);
        Ok(match other {
            Some(cni) => Cow::Owned(analyze_under(self.chosen.sources.clone(), cni)),
            None => Cow::Borrowed(&self.chosen),
        })
    }

    /// The errors and warnings that are expected: those of the chosen plugin, and those that another finds besides.
    fn diagnostics(&self) -> (BTreeMap<Cni, Vec<Expected>>, Vec<Failure>) {
        let own: Vec<Expected> =
            self.manifests.iter().enumerate().flat_map(|(at, block)| comments(at, block)).collect();
        let mut expected = BTreeMap::from([(self.chosen.cni, own)]);
        let mut failures = Vec::new();
        for block in self.of_language("diagnostics") {
            let (found, unreadable) = findings::parse(block, &SEVERITIES.map(Severity::word));
            failures.extend(unreadable);
            match plugin(block) {
                Ok(cni) => expected.entry(cni.unwrap_or(self.chosen.cni)).or_default().extend(found),
                Err(failure) => failures.push(failure),
            }
        }
        (expected, failures)
    }

    fn compare_diagnostics(&self, expected: &BTreeMap<Cni, Vec<Expected>>) -> Vec<Failure> {
        let own = &self.chosen.manifests.diagnostics;
        let compare = |(cni, expected): (&Cni, &Vec<Expected>)| {
            let other = (*cni != self.chosen.cni).then(|| analyze_under(self.chosen.sources.clone(), *cni));
            let analysis = other.as_ref().unwrap_or(&self.chosen);
            let found = analysis.manifests.diagnostics.iter().filter(|found| SEVERITIES.contains(&found.severity));
            let found: Vec<&Diagnostic> = found.filter(|found| other.is_none() || !own.contains(found)).collect();
            findings::compare(
                expected,
                found,
                analysis,
                findings::BY_SEVERITY,
                |at| self.line_of(at),
                self.section.line,
            )
        };
        expected.iter().flat_map(compare).collect()
    }

    /// What the blocks of lints do not say as it is, and what the fixes make of the first text.
    fn lints(&self) -> Vec<Failure> {
        let mut failures = Vec::new();
        for block in self.of_language("lints") {
            let (expected, unreadable) = findings::parse(block, &lint::codes().collect::<Vec<_>>());
            failures.extend(unreadable);
            match self.under(block) {
                Ok(analysis) => {
                    let found = lint::lint(&analysis);
                    let (line_of, heading) = (|place| self.line_of(place), self.section.line);
                    let naming = findings::BY_CODE;
                    failures.extend(findings::compare(&expected, &found, &analysis, naming, line_of, heading));
                }
                Err(failure) => failures.push(failure),
            }
        }
        for block in self.of_language("fixed") {
            match self.under(block) {
                Ok(analysis) => failures.extend(self.fixed(block, &analysis)),
                Err(failure) => failures.push(failure),
            }
        }
        failures
    }

    /// Whether the first text, with every fix applied that does not touch what another has changed, is that of `block`.
    fn fixed(&self, block: &Block, analysis: &Analysis) -> Option<Failure> {
        let found = analysis.manifests.diagnostics.iter().cloned().chain(lint::lint(analysis));
        let mut edits: Vec<Edit> = Vec::new();
        for fix in found.filter(|found| found.place.file == 0).map(|found| found.fix) {
            let apart =
                |edit: &Edit| edits.iter().all(|e| edit.span.end < e.span.start || e.span.end < edit.span.start);
            if fix.iter().all(apart) {
                edits.extend(fix);
            }
        }
        edits.sort_by_key(|edit| edit.span);
        let text = self.manifests.first().map_or("", |block| block.text.as_str());
        let now = Edit::apply(&edits, text);
        let differs = block.text.lines().zip(now.lines()).position(|(expected, now)| expected != now);
        let shorter = (block.text.lines().count() != now.lines().count())
            .then(|| block.text.lines().count().min(now.lines().count()));
        let at = differs.or(shorter)?;
        let line = now.lines().nth(at).unwrap_or("the end of the text");
        Some(Failure::new(block.line + at, format!("with the fixes this line reads `{line}`")))
    }

    /// The line of the file at which a place in the manifests is.
    fn line_of(&self, place: Place) -> Option<usize> {
        let (block, source) = self.manifests.get(place.file).zip(self.chosen.sources.get(place.file))?;
        Some(block.line + source.line(place.span.start) - 1)
    }
}

/// What a case must name; notes are not of its business.
const SEVERITIES: [Severity; 2] = [Severity::Error, Severity::Warning];

/// The blocks of a case, by the first word behind their fence.
const BLOCKS: [&str; 5] = ["yaml", "verdicts", "diagnostics", "lints", "fixed"];

/// What is wrong with a block that is none of a case, or that is not closed.
fn unfit(block: &Block) -> Option<Failure> {
    let fence = block.line - 1;
    if block.unclosed {
        return Some(Failure::new(fence, "this block has no closing fence"));
    }
    let language = block.language();
    let known = BLOCKS.contains(&language);
    let words = || format!("a case has no block called `{language}`{}", meant(language, &BLOCKS));
    (!known).then(|| Failure::new(fence, words()))
}

/// The network plugin that a block is about, the second word behind its fence, if it names one.
fn plugin(block: &Block) -> Result<Option<Cni>, Failure> {
    let Some(name) = block.info.split_whitespace().nth(1) else { return Ok(None) };
    let words = || format!("no network plugin is called `{name}`{}", meant(name, &Cni::ALL.map(Cni::name)));
    Cni::find(name).map(Some).ok_or_else(|| Failure::new(block.line - 1, words()))
}

/// The findings that comments in a text expect on their own lines.
fn comments(text: usize, block: &Block) -> Vec<Expected> {
    let mut out = Vec::new();
    for (at, line) in block.text.lines().enumerate() {
        for (severity, marker) in [(Severity::Error, "# error:"), (Severity::Warning, "# warning:")] {
            for part in line.split(marker).skip(1) {
                let words = part.split("# error:").next().unwrap_or(part);
                let words = words.split("# warning:").next().unwrap_or(words).trim().to_owned();
                let name = severity.word().to_owned();
                out.push(Expected { text, line: at + 1, name, words, written_at: block.line + at });
            }
        }
    }
    out
}

//! From Markdown to a lesson.
//!
//! Everything that would be passed over in silence is an error: whoever writes a lesson means every line of it.

use std::collections::BTreeMap;

use super::step::Reader;
use super::yaml::Yaml;
use super::{Front, Lesson, Stage, Step, Text};
use crate::cni::Cni;
use crate::lesson::expect::{Expectation, Failure};
use crate::lesson::findings::Expected;
use crate::lesson::lines::Lines;
use crate::lesson::markdown::{self, Section, Stray};

/// A lesson as it is written: besides what a page needs, the lines to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The lesson.
    pub lesson: Lesson,
    /// What is written where, for each step.
    pub(super) places: Vec<Places>,
}

/// Where the parts of a step are written, and what it expects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// The heading's line.
    pub(super) heading: usize,
    /// The lines of its texts.
    pub(super) policies: Lines,
    pub(super) cluster: Lines,
    /// The stage directions.
    pub(super) stage: Yaml,
    /// The task.
    pub(super) task: Yaml,
    /// The lines of the model answer's texts.
    pub(super) answer: Given,
    /// What the plain `verdicts` blocks expect.
    pub(super) expectations: Vec<Expectation>,
    /// What `verdicts` blocks expect under a plugin that they name.
    pub(super) under: BTreeMap<Cni, Vec<Expectation>>,
    /// What the `lints` blocks expect, if there are any.
    pub(super) lints: Option<Vec<Expected>>,
    /// What the `diagnostics` blocks expect.
    pub(super) diagnostics: Vec<Expected>,
}

/// Where the lines of both texts stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) policies: Lines,
    pub(super) cluster: Lines,
}

/// The most bytes of a lesson; the longest one of the chapter has a sixteenth of it.
const MAX_BYTES: usize = 1 << 18;

/// The most steps of a lesson: each is a dot on its timeline.
const MAX_STEPS: usize = 40;

/// The most lines of a lesson that expect something: each may be about every pair of endpoints.
const MAX_EXPECTATIONS: usize = 1000;

/// Reads a lesson. All that is wrong with it is named by line and column; with errors there is no lesson.
pub fn read(text: &str) -> Result<Written, Vec<Failure>> {
    let alone = |line, message: String| vec![Failure::new(line, message)];
    if text.len() > MAX_BYTES {
        return Err(alone(1, format!("a lesson has at most {MAX_BYTES} bytes, and this has {}", text.len())));
    }
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let body = text.strip_prefix("---\n");
    let body = body.ok_or_else(|| alone(1, "a lesson begins with a front matter between two lines `---`".into()))?;
    let closed = body.split_once("\n---\n").or_else(|| Some((body.strip_suffix("\n---")?, "")));
    let (front_text, rest) = closed.ok_or_else(|| alone(1, "the front matter has no closing `---`".into()))?;
    let mut failures = Vec::new();
    let front_yaml = Yaml { text: format!("{front_text}\n"), line: 2 };
    let front = front_yaml.read::<Front>("front matter").map_err(|failure| failures.push(failure)).ok();
    failures.extend(front.iter().flat_map(|front| empty_fields(front, &front_yaml)));
    let first_line = front_text.lines().count() + 3;
    let (mut steps, mut places): (Vec<Step>, Vec<Places>) = Default::default();
    for section in markdown::sections(rest, first_line) {
        failures.extend(misplaced(&section, steps.is_empty()));
        if section.level != 2 {
            continue;
        }
        if steps.len() == MAX_STEPS {
            failures.push(Failure::new(section.line, format!("a lesson has at most {MAX_STEPS} steps")));
            break;
        }
        let cni = front.as_ref().and_then(|front| front.cni);
        let mut step = begin(&section, steps.last(), cni);
        let mut place = starts(&section, places.last());
        let mut reader = Reader::new(&mut step, &mut place);
        for block in section.blocks {
            failures.extend(reader.block(block).err().into_iter().flatten());
        }
        failures.extend(reader.finish().err());
        steps.push(step);
        places.push(place);
    }
    if steps.is_empty() {
        failures.push(Failure::new(first_line, "a lesson has a `## heading` for each step, and this has none"));
    }
    failures.extend(too_many(&places));
    failures.sort_by_key(|failure| (failure.line, failure.column));
    match front.filter(|_| failures.is_empty()) {
        Some(front) => Ok(Written { lesson: Lesson { front, steps: steps.into() }, places }),
        None => Err(failures),
    }
}

/// What a lesson is listed by must not be empty.
fn empty_fields(front: &Front, yaml: &Yaml) -> Vec<Failure> {
    let fields = [("section", &front.section), ("title", &front.title), ("summary", &front.summary)];
    let empty = fields.into_iter().filter(|(_, text)| text.trim().is_empty());
    empty.map(|(name, _)| yaml.at(name, format!("front matter: `{name}` is empty"))).collect()
}

fn too_many(places: &[Places]) -> Option<Failure> {
    let mut count = 0;
    let over = places.iter().find(|places| {
        count += places.expectations();
        count > MAX_EXPECTATIONS
    })?;
    Some(Failure::new(over.heading, format!("a lesson has at most {MAX_EXPECTATIONS} lines that expect something")))
}

/// What would be lost where it stands: blocks before the first step, other headings, a fence without an end or one that is
/// read as prose.
fn misplaced(section: &Section, before_steps: bool) -> Vec<Failure> {
    let mut failures = Vec::new();
    if section.level > 2 || section.level == 1 && !before_steps {
        let hashes = "#".repeat(section.level);
        let message = format!("a step is a `## heading`: `{hashes} {}` belongs to none", section.title);
        failures.push(Failure::new(section.line, message));
    } else if let (0 | 1, Some(block)) = (section.level, section.blocks.first()) {
        failures.push(Failure::new(block.line - 1, "this block stands before the first step's `## heading`"));
    }
    if section.level == 2 && section.title.is_empty() {
        failures.push(Failure::new(section.line, "a step has a title: `## What it shows`"));
    }
    let unclosed = section.blocks.iter().filter(|block| block.unclosed);
    failures.extend(unclosed.map(|block| Failure::new(block.line - 1, "this block has no closing fence")));
    let stray = |(line, column, stray): &(usize, usize, Stray)| {
        let message = match stray {
            Stray::Fence => "a fence begins at the start of its line, with three backquotes: this is read as prose",
            Stray::Heading => "a heading has one space behind its `##`: this is read as prose",
        };
        Failure { column: *column, ..Failure::new(*line, message) }
    };
    failures.extend(section.strays.iter().map(stray));
    failures
}

/// What of its places a step takes over from the one before.
fn starts(section: &Section, before: Option<&Places>) -> Places {
    let here = || Yaml { line: section.line, ..Yaml::default() };
    Places {
        heading: section.line,
        policies: before.map(|before| before.policies.clone()).unwrap_or_default(),
        cluster: before.map(|before| before.cluster.clone()).unwrap_or_default(),
        stage: here(),
        task: here(),
        ..Places::default()
    }
}

/// A step as its heading begins it: what it does not say itself is as in the step before.
fn begin(section: &Section, before: Option<&Step>, cni: Option<Cni>) -> Step {
    Step {
        title: section.title.clone().into(),
        prose: section.prose.trim().to_owned().into(),
        policies: before.map(|step| step.policies.clone()).unwrap_or_default(),
        cluster: before.map(|step| step.cluster.clone()).unwrap_or_default(),
        cni: before.map_or(cni, |step| step.cni),
        stage: Stage { hostile: before.map(|step| step.stage.hostile.clone()).unwrap_or_default(), ..Stage::default() },
        verdicts: Text::default(),
        task: None,
    }
}

impl Places {
    /// How many lines expect something; `lints` blocks are one, even an empty one is.
    fn expectations(&self) -> usize {
        let under: usize = self.under.values().map(Vec::len).sum();
        let lints = self.lints.as_ref().map_or(0, |lints| lints.len().max(1));
        self.expectations.len() + under + self.diagnostics.len() + lints
    }
}

impl Written {
    /// How many lines the steps expect.
    pub fn expectations(&self) -> usize {
        self.places.iter().map(Places::expectations).sum()
    }
}

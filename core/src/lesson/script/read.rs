//! From Markdown to a lesson.

use serde::{Deserialize, de::DeserializeOwned};

use super::{Exercise, Front, Lesson, List, Prediction, Question, Stage, State, Step, Task, Text};
use crate::cni::Cni;
use crate::diagnostic::Severity;
use crate::lesson::expect::{self, Expectation, Failure};
use crate::lesson::findings::{self, Expected};
use crate::lesson::markdown::{self, Block, Section};
use crate::lint;

/// A lesson as it is written: besides what a page needs, the lines to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The lesson.
    pub lesson: Lesson,
    /// What is written where, for each step.
    pub(super) places: Vec<Places>,
}

/// Where the parts of a step are written, by line, and what it expects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// The heading.
    pub(super) heading: usize,
    /// The stage directions, else the heading.
    pub(super) stage: usize,
    /// The task, else the heading.
    pub(super) task: usize,
    /// What the plain `verdicts` blocks expect.
    pub(super) expectations: Vec<Expectation>,
    /// What `verdicts` blocks expect under a plugin that they name.
    pub(super) under: Vec<(Cni, Vec<Expectation>)>,
    /// What the `lints` blocks expect, if there are any.
    pub(super) lints: Option<Vec<Expected>>,
    /// What the `diagnostics` blocks expect.
    pub(super) diagnostics: Vec<Expected>,
}

/// The block that sets an exercise.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Solve {
    ask: Text,
    #[serde(default)]
    hints: List<Text>,
    /// The network plugin of the answer, if another.
    #[serde(default)]
    cni: Option<Cni>,
}

/// The most bytes of a lesson; the longest one of the chapter has a fiftieth of it.
const MAX_BYTES: usize = 1 << 20;

/// The most steps of a lesson: each is a dot on its timeline.
const MAX_STEPS: usize = 40;

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
    let front = yaml::<Front>("front matter", front_text, 2).map_err(|failure| failures.push(failure)).ok();
    let first_line = front_text.lines().count() + 3;
    let (mut steps, mut places): (Vec<Step>, Vec<Places>) = Default::default();
    for section in markdown::sections(rest, first_line) {
        failures.extend(misplaced(&section));
        if section.level != 2 {
            continue;
        }
        if steps.len() == MAX_STEPS {
            failures.push(Failure::new(section.line, format!("a lesson has at most {MAX_STEPS} steps")));
            break;
        }
        let cni = front.as_ref().and_then(|front| front.cni);
        let mut step = begin(&section, steps.last(), cni);
        let mut place = Places { heading: section.line, stage: section.line, task: section.line, ..Places::default() };
        let mut reader = Reader { step: &mut step, place: &mut place, solve: None, answer: (None, None) };
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
    failures.sort_by_key(|failure| (failure.line, failure.column));
    match front.filter(|_| failures.is_empty()) {
        Some(front) => Ok(Written { lesson: Lesson { front, steps: steps.into() }, places }),
        None => Err(failures),
    }
}

/// What would be lost where it stands: blocks before the first step, deeper headings, a fence without an end.
fn misplaced(section: &Section) -> Vec<Failure> {
    let mut failures = Vec::new();
    if section.level > 2 {
        let hashes = "#".repeat(section.level);
        let message = format!("a step is a `## heading`: `{hashes} {}` belongs to none", section.title);
        failures.push(Failure::new(section.line, message));
    } else if let (0 | 1, Some(block)) = (section.level, section.blocks.first()) {
        failures.push(Failure::new(block.line - 1, "this block stands before the first step's `## heading`"));
    }
    let unclosed = section.blocks.iter().filter(|block| block.unclosed);
    failures.extend(unclosed.map(|block| Failure::new(block.line - 1, "this block has no closing fence")));
    failures
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

/// Puts the blocks of one section into a step.
struct Reader<'s> {
    step: &'s mut Step,
    place: &'s mut Places,
    solve: Option<Solve>,
    answer: (Option<String>, Option<String>),
}

impl Reader<'_> {
    fn block(&mut self, block: Block) -> Result<(), Vec<Failure>> {
        let words: Vec<&str> = block.info.split_whitespace().collect();
        match words.as_slice() {
            ["yaml", "policies"] => self.step.policies = block.text.into(),
            ["yaml", "policies", "add"] => self.step.policies = added(&self.step.policies, &block.text).into(),
            ["yaml", "cluster"] => self.step.cluster = block.text.into(),
            ["yaml", "cluster", "add"] => self.step.cluster = added(&self.step.cluster, &block.text).into(),
            ["yaml", "answer"] => self.answer.0 = Some(block.text),
            ["yaml", "answer", "cluster"] => self.answer.1 = Some(block.text),
            ["stage"] => self.stage(&block).map_err(|failure| vec![failure])?,
            ["predict" | "question" | "exercise"] => self.task(&block).map_err(|failure| vec![failure])?,
            ["verdicts"] => {
                let (found, unreadable) = expect::parse(&block.text, block.line);
                self.place.expectations.extend(found);
                self.step.verdicts.to_mut().push_str(&block.text);
                return if unreadable.is_empty() { Ok(()) } else { Err(unreadable) };
            }
            ["verdicts", name] => {
                let unknown = || Failure::new(block.line - 1, unknown_cni(name));
                let cni = Cni::find(name).ok_or_else(|| vec![unknown()])?;
                let (found, unreadable) = expect::parse(&block.text, block.line);
                self.place.under.push((cni, found));
                return if unreadable.is_empty() { Ok(()) } else { Err(unreadable) };
            }
            ["lints"] => {
                let (found, unreadable) = findings::parse(&block, |name| lint::codes().any(|code| code == name));
                self.place.lints.get_or_insert_default().extend(found);
                return if unreadable.is_empty() { Ok(()) } else { Err(unreadable) };
            }
            ["diagnostics"] => {
                let severities = [Severity::Error, Severity::Warning, Severity::Note].map(Severity::word);
                let (found, unreadable) = findings::parse(&block, |name| severities.contains(&name));
                self.place.diagnostics.extend(found);
                return if unreadable.is_empty() { Ok(()) } else { Err(unreadable) };
            }
            _ => return Err(vec![Failure::new(block.line - 1, unknown_block(&block.info))]),
        }
        Ok(())
    }

    fn stage(&mut self, block: &Block) -> Result<(), Failure> {
        let inherited = std::mem::take(&mut self.step.stage.hostile);
        self.step.stage = yaml("stage", &block.text, block.line)?;
        self.place.stage = block.line;
        if self.step.stage.hostile.is_empty() {
            self.step.stage.hostile = inherited;
        }
        self.step.cni = self.step.stage.cni.or(self.step.cni);
        Ok(())
    }

    fn task(&mut self, block: &Block) -> Result<(), Failure> {
        let line = block.line;
        if self.step.task.is_some() || self.solve.is_some() {
            return Err(Failure::new(line - 1, "a step has one task: one `predict`, `question` or `exercise`"));
        }
        self.place.task = line;
        match block.language() {
            "predict" => {
                let prediction: Prediction = yaml("predict", &block.text, line)?;
                if prediction.arrows.len() < 2 {
                    return Err(Failure::new(line, "predict: there are at least two `arrows` to choose from"));
                }
                self.step.task = Some(Task::Predict(prediction));
            }
            "question" => {
                let question: Question = yaml("question", &block.text, line)?;
                let right = question.answers.iter().filter(|answer| answer.right).count();
                if question.answers.len() < 2 || right != 1 {
                    let message = format!(
                        "question: there are at least two `answers`, and one of them has `right: true`; here {right} of {} have",
                        question.answers.len()
                    );
                    return Err(Failure::new(line, message));
                }
                self.step.task = Some(Task::Choose(question));
            }
            _ => self.solve = Some(yaml("exercise", &block.text, line)?),
        }
        Ok(())
    }

    /// An exercise is complete once the whole step is read.
    fn finish(self) -> Result<(), Failure> {
        let line = self.place.task;
        let Some(solve) = self.solve else {
            return match self.answer {
                (None, None) => Ok(()),
                _ => Err(Failure::new(line, "`yaml answer` belongs to a step with an `exercise` block")),
            };
        };
        if self.place.expectations.is_empty() {
            return Err(Failure::new(line, "an exercise has a `verdicts` block: what shall hold in the end"));
        }
        let (policies, cluster) = self.answer;
        let answer = State {
            policies: policies.map_or_else(|| self.step.policies.clone(), Text::from),
            cluster: cluster.map_or_else(|| self.step.cluster.clone(), Text::from),
            cni: solve.cni.or(self.step.cni),
        };
        self.step.task = Some(Task::Solve(Exercise { ask: solve.ask, hints: solve.hints, answer }));
        Ok(())
    }
}

/// What to say of a block that no lesson has.
fn unknown_block(info: &str) -> String {
    const KNOWN: &str = "`yaml policies`, `yaml cluster` (either with `add`), `stage`, `verdicts`, `predict`, `question`, `exercise`, `yaml answer`, `lints` and `diagnostics`";
    match info {
        "" => format!("this block has no name: a lesson has {KNOWN}"),
        "yaml" => "a lesson says which text it means: `yaml policies` or `yaml cluster`".to_owned(),
        _ => format!("a lesson has no blocks called `{info}`: there are {KNOWN}"),
    }
}

fn unknown_cni(name: &str) -> String {
    format!("no network plugin is called `{name}`: there are {}", Cni::ALL.map(Cni::name).join(", "))
}

/// `more` behind `text`, as another document; instead of `text` where that holds comments only.
fn added(text: &str, more: &str) -> String {
    let empty = text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    if empty { more.to_owned() } else { format!("{}\n---\n{more}", text.trim_end()) }
}

impl Written {
    /// How many lines the steps expect.
    pub fn expectations(&self) -> usize {
        let of = |places: &Places| {
            let under: usize = places.under.iter().map(|(_, lines)| lines.len()).sum();
            places.expectations.len() + under + places.diagnostics.len() + usize::from(places.lints.is_some())
        };
        self.places.iter().map(of).sum()
    }
}

/// Reads a block of YAML whose first line is `line` of the file.
fn yaml<T: DeserializeOwned>(what: &str, text: &str, line: usize) -> Result<T, Failure> {
    serde_yaml::from_str(text).map_err(|error| {
        let (down, column) = error.location().map_or((0, 1), |at| (at.line().saturating_sub(1), at.column()));
        let words = error.to_string();
        // The place is said by line and column of the whole file instead.
        let words = words.split(" at line ").next().unwrap_or(&words);
        Failure { column: column.max(1), ..Failure::new(line + down, format!("{what}: {words}")) }
    })
}

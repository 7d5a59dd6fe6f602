//! From Markdown to a lesson.

use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};

use super::{Exercise, Front, Lesson, List, Prediction, Question, Stage, State, Step, Task, Text};
use crate::cni::Cni;
use crate::lesson::expect::{self, Expectation, Failure};
use crate::lesson::markdown::{self, Block, Section};

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
    /// The `lints` blocks.
    pub(super) lints: Vec<Block>,
    /// The `diagnostics` blocks.
    pub(super) diagnostics: Vec<Block>,
}

/// The block that sets an exercise.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Solve {
    ask: Text,
    #[serde(default)]
    hints: List<Text>,
    /// The network plugin of the answer, if another.
    #[serde(default, deserialize_with = "cni")]
    cni: Option<Cni>,
}

/// Reads a lesson. What is wrong with it is named by line and column; with errors there is no lesson.
pub fn read(text: &str) -> Result<Written, Vec<Failure>> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let alone = |line, message: &str| vec![Failure::new(line, message)];
    let body = text.strip_prefix("---\n").ok_or_else(|| alone(1, "a lesson begins with a front matter: `---`"))?;
    let closed = body.split_once("\n---\n").ok_or_else(|| alone(1, "the front matter has no closing `---`"))?;
    let (front_text, rest) = closed;
    let front: Front = yaml("front matter", front_text, 2).map_err(|failure| vec![failure])?;
    let first_line = front_text.lines().count() + 3;
    let (mut steps, mut places, mut failures): (Vec<Step>, Vec<Places>, Vec<Failure>) = Default::default();
    for section in markdown::sections(rest, first_line).into_iter().filter(|section| section.level == 2) {
        let mut step = begin(&section, steps.last(), front.cni);
        let mut place = Places { heading: section.line, stage: section.line, task: section.line, ..Places::default() };
        let mut reader = Reader { step: &mut step, place: &mut place, solve: None, answer: (None, None) };
        for block in section.blocks {
            failures.extend(reader.block(block).err().into_iter().flatten());
        }
        failures.extend(reader.finish().err());
        steps.push(step);
        places.push(place);
    }
    if steps.is_empty() && failures.is_empty() {
        failures.push(Failure::new(first_line, "a lesson has a `## heading` for each step, and this has none"));
    }
    if failures.is_empty() {
        Ok(Written { lesson: Lesson { front, steps: steps.into() }, places })
    } else {
        Err(failures)
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

/// Puts the blocks of one section into a step.
struct Reader<'s> {
    step: &'s mut Step,
    place: &'s mut Places,
    solve: Option<Solve>,
    answer: (Option<String>, Option<String>),
}

impl Reader<'_> {
    fn block(&mut self, block: Block) -> Result<(), Vec<Failure>> {
        let one = |failure| vec![failure];
        let words: Vec<&str> = block.info.split_whitespace().collect();
        match words.as_slice() {
            ["yaml", "policies"] => self.step.policies = block.text.into(),
            ["yaml", "policies", "add"] => self.step.policies = added(&self.step.policies, &block.text).into(),
            ["yaml", "cluster"] => self.step.cluster = block.text.into(),
            ["yaml", "cluster", "add"] => self.step.cluster = added(&self.step.cluster, &block.text).into(),
            ["yaml", "answer"] => self.answer.0 = Some(block.text),
            ["yaml", "answer", "cluster"] => self.answer.1 = Some(block.text),
            ["stage"] => self.stage(&block).map_err(one)?,
            ["predict"] => {
                let prediction: Prediction = yaml("predict", &block.text, block.line).map_err(one)?;
                if prediction.arrows.len() < 2 {
                    return Err(one(Failure::new(block.line, "predict: there are at least two arrows to choose from")));
                }
                self.task(Task::Predict(prediction), block.line).map_err(one)?;
            }
            ["question"] => {
                let question: Question = yaml("question", &block.text, block.line).map_err(one)?;
                if question.answers.len() < 2 || question.answers.iter().filter(|answer| answer.right).count() != 1 {
                    let message = "question: there are at least two answers, and one of them has `right: true`";
                    return Err(one(Failure::new(block.line, message)));
                }
                self.task(Task::Choose(question), block.line).map_err(one)?;
            }
            ["exercise"] => {
                self.solve = Some(yaml("exercise", &block.text, block.line).map_err(one)?);
                self.place.task = block.line;
            }
            ["verdicts"] => {
                let (found, unreadable) = expect::parse(&block.text, block.line);
                self.place.expectations.extend(found);
                self.step.verdicts.to_mut().push_str(&block.text);
                if !unreadable.is_empty() {
                    return Err(unreadable);
                }
            }
            ["verdicts", name] => {
                let cni = Cni::find(name);
                let cni = cni.ok_or_else(|| {
                    one(Failure::new(block.line - 1, format!("no network plugin is called `{name}`")))
                })?;
                let (found, unreadable) = expect::parse(&block.text, block.line);
                self.place.under.push((cni, found));
                if !unreadable.is_empty() {
                    return Err(unreadable);
                }
            }
            ["lints"] => self.place.lints.push(block),
            ["diagnostics"] => self.place.diagnostics.push(block),
            _ => {
                let message = format!("a lesson has no blocks called `{}`", block.info);
                return Err(one(Failure::new(block.line - 1, message)));
            }
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

    fn task(&mut self, task: Task, line: usize) -> Result<(), Failure> {
        if self.step.task.is_some() || self.solve.is_some() {
            return Err(Failure::new(line, "a step has one task: one `predict`, `question` or `exercise`"));
        }
        self.step.task = Some(task);
        self.place.task = line;
        Ok(())
    }

    fn finish(self) -> Result<(), Failure> {
        let line = self.place.task;
        let Some(solve) = self.solve else {
            return match self.answer {
                (None, None) => Ok(()),
                _ => Err(Failure::new(line, "an answer belongs to a step with an `exercise` block")),
            };
        };
        if self.step.task.is_some() {
            return Err(Failure::new(line, "a step has one task: one `predict`, `question` or `exercise`"));
        }
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

/// `more` behind `text`, as another document; instead of `text` where that holds comments only.
fn added(text: &str, more: &str) -> String {
    let empty = text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    if empty { more.to_owned() } else { format!("{}\n---\n{more}", text.trim_end()) }
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

/// A network plugin by its name.
pub(super) fn cni<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cni>, D::Error> {
    let name = String::deserialize(deserializer)?;
    let known = || Cni::ALL.map(Cni::name).join(", ");
    let unknown = || D::Error::custom(format!("no network plugin is called `{name}`: there are {}", known()));
    Cni::find(&name).map(Some).ok_or_else(unknown)
}

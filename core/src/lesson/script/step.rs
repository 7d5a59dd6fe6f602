//! From the blocks of one section to a step.

use serde::Deserialize;

use super::read::{Given, Places};
use super::yaml::Yaml;
use super::{Exercise, List, Prediction, Question, State, Step, Task, Text};
use crate::cni::Cni;
use crate::diagnostic::Severity;
use crate::lesson::expect::{self, Failure};
use crate::lesson::findings;
use crate::lesson::lines::Lines;
use crate::lesson::markdown::Block;
use crate::lesson::meant;
use crate::lint;

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

/// The blocks of a lesson that may stand in a step only once, by what stands behind the fence.
const ONCE: [&str; 5] = ["yaml policies", "yaml cluster", "yaml answer", "yaml answer cluster", "stage"];

/// Puts the blocks of one section into a step.
pub(super) struct Reader<'s> {
    step: &'s mut Step,
    place: &'s mut Places,
    solve: Option<Solve>,
    answer: (Option<Block>, Option<Block>),
    /// The blocks so far: what stands behind their fence, and the fence's line.
    seen: Vec<(String, usize)>,
}

type Read = Result<(), Vec<Failure>>;

impl<'s> Reader<'s> {
    /// Begins with what the heading says.
    pub(super) fn new(step: &'s mut Step, place: &'s mut Places) -> Self {
        Self { step, place, solve: None, answer: (None, None), seen: Vec::new() }
    }

    /// Takes in one block.
    pub(super) fn block(&mut self, block: Block) -> Read {
        let words: Vec<&str> = block.info.split_whitespace().collect();
        let fence = block.line - 1;
        self.alone(&words.join(" "), fence)?;
        match words.as_slice() {
            ["yaml", "policies"] => put(&mut self.step.policies, &mut self.place.policies, &block),
            ["yaml", "policies", "add"] => add(&mut self.step.policies, &mut self.place.policies, &block),
            ["yaml", "cluster"] => put(&mut self.step.cluster, &mut self.place.cluster, &block),
            ["yaml", "cluster", "add"] => add(&mut self.step.cluster, &mut self.place.cluster, &block),
            ["yaml", "answer"] => self.answer.0 = Some(block),
            ["yaml", "answer", "cluster"] => self.answer.1 = Some(block),
            ["stage"] => self.stage(block)?,
            ["predict" | "question" | "exercise"] => self.task(block)?,
            ["verdicts"] => {
                let (found, unreadable) = expect::parse(&block.text, block.line);
                self.place.expectations.extend(found);
                self.step.verdicts.to_mut().push_str(&block.text);
                return read(unreadable);
            }
            ["verdicts", name] => {
                let known = Cni::ALL.map(Cni::name);
                let words = || format!("no network plugin is called `{name}`{}", meant(name, &known));
                let unknown = || Failure { column: "```verdicts ".len() + 1, ..Failure::new(fence, words()) };
                let cni = Cni::find(name).ok_or_else(|| vec![unknown()])?;
                let (found, unreadable) = expect::parse(&block.text, block.line);
                self.place.under.entry(cni).or_default().extend(found);
                return read(unreadable);
            }
            ["lints"] => {
                let (found, unreadable) = findings::parse(&block, &lint::codes().collect::<Vec<_>>());
                self.place.lints.get_or_insert_default().extend(found);
                return read(unreadable);
            }
            ["diagnostics"] => {
                let severities = [Severity::Error, Severity::Warning, Severity::Note].map(Severity::word);
                let (found, unreadable) = findings::parse(&block, &severities);
                self.place.diagnostics.extend(found);
                return read(unreadable);
            }
            _ => return Err(vec![Failure::new(fence, unknown_block(&words))]),
        }
        Ok(())
    }

    /// A block that would replace an earlier one of the same step is a mistake.
    fn alone(&mut self, name: &str, line: usize) -> Read {
        let text = |name: &str| name.strip_suffix(" add").map_or_else(|| name.to_owned(), str::to_owned);
        let earlier = self.seen.iter().find(|(seen, _)| text(seen) == name).map(|(_, line)| *line);
        self.seen.push((name.to_owned(), line));
        match earlier.filter(|_| ONCE.contains(&name)) {
            None => Ok(()),
            Some(earlier) => {
                let words =
                    format!("this would take the place of the block on line {earlier}: a step has one `{name}`");
                Err(vec![Failure::new(line, words)])
            }
        }
    }

    fn stage(&mut self, block: Block) -> Read {
        let inherited = std::mem::take(&mut self.step.stage.hostile);
        let yaml = Yaml::from(block);
        self.step.stage = yaml.read("stage").map_err(|failure| vec![failure])?;
        self.place.stage = yaml;
        if self.step.stage.hostile.is_empty() {
            self.step.stage.hostile = inherited;
        }
        self.step.cni = self.step.stage.cni.or(self.step.cni);
        Ok(())
    }

    fn task(&mut self, block: Block) -> Read {
        if self.step.task.is_some() || self.solve.is_some() {
            let words = "a step has one task: one `predict`, `question` or `exercise`";
            return Err(vec![Failure::new(block.line - 1, words)]);
        }
        let language = block.language().to_owned();
        let yaml = Yaml::from(block);
        let result = match language.as_str() {
            "predict" => yaml.read("predict").and_then(|asked: Prediction| {
                if asked.arrows.len() < 2 {
                    return Err(yaml.at("arrows", "predict: there are at least two `arrows` to choose from"));
                }
                self.step.task = Some(Task::Predict(asked));
                Ok(())
            }),
            "question" => yaml.read("question").and_then(|asked: Question| {
                let right = asked.answers.iter().filter(|answer| answer.right).count();
                let all = asked.answers.len();
                if all < 2 || right != 1 {
                    let words = format!(
                        "question: there are at least two `answers`, and one of them has `right: true`; here {right} of {all} have"
                    );
                    return Err(yaml.at("answers", words));
                }
                self.step.task = Some(Task::Choose(asked));
                Ok(())
            }),
            _ => yaml.read("exercise").map(|solve| self.solve = Some(solve)),
        };
        self.place.task = yaml;
        result.map_err(|failure| vec![failure])
    }

    /// An exercise is complete once the whole step is read.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Some(solve) = self.solve else {
            let answer = self.answer.0.or(self.answer.1);
            // A task that could not be read may have been the exercise.
            let stray = answer.filter(|_| !self.seen.iter().any(|(name, _)| name == "exercise"));
            let words = "an answer belongs to a step with an `exercise` block, and this has none";
            return stray.map_or(Ok(()), |block| Err(Failure::new(block.line - 1, words)));
        };
        if self.place.expectations.is_empty() {
            let words = "an exercise has a `verdicts` block: what shall hold in the end";
            return Err(Failure::new(self.place.task.line - 1, words));
        }
        let (policies, cluster) = self.answer;
        let text = |block: &Option<Block>, own: &Text| match block {
            Some(block) => Text::from(block.text.clone()),
            None => own.clone(),
        };
        let answer = State {
            policies: text(&policies, &self.step.policies),
            cluster: text(&cluster, &self.step.cluster),
            cni: solve.cni.or(self.step.cni),
        };
        let lines = |block: Option<Block>, own: &Lines| block.map_or_else(|| own.clone(), |block| Lines::of(&block));
        self.place.answer =
            Given { policies: lines(policies, &self.place.policies), cluster: lines(cluster, &self.place.cluster) };
        self.step.task = Some(Task::Solve(Exercise { ask: solve.ask, hints: solve.hints, answer }));
        Ok(())
    }
}

impl From<Block> for Yaml {
    fn from(block: Block) -> Self {
        Self { text: block.text, line: block.line }
    }
}

fn read(unreadable: Vec<Failure>) -> Read {
    if unreadable.is_empty() { Ok(()) } else { Err(unreadable) }
}

/// The text of `block` in the place of `text`.
fn put(text: &mut Text, lines: &mut Lines, block: &Block) {
    *text = block.text.clone().into();
    *lines = Lines::of(block);
}

/// The text of `block` behind `text`, as another document; instead of `text` where that holds comments only.
fn add(text: &mut Text, lines: &mut Lines, block: &Block) {
    let empty = text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    if empty {
        return put(text, lines, block);
    }
    let kept = text.trim_end();
    // Behind what is kept stands a line `---`.
    *lines = std::mem::take(lines).and(kept.lines().count() + 2, block);
    *text = format!("{kept}\n---\n{}", block.text).into();
}

/// What to say of a block that no lesson has.
fn unknown_block(words: &[&str]) -> String {
    const KNOWN: [&str; 12] = [
        "yaml policies",
        "yaml policies add",
        "yaml cluster",
        "yaml cluster add",
        "stage",
        "verdicts",
        "predict",
        "question",
        "exercise",
        "yaml answer",
        "lints",
        "diagnostics",
    ];
    match words {
        [] => format!("this block has no name{}", meant("", &KNOWN)),
        ["yaml" | "yml"] => "a lesson says which text it means: `yaml policies` or `yaml cluster`".to_owned(),
        _ => {
            let name = words.join(" ");
            format!("a lesson has no block called `{name}`{}", meant(&name, &KNOWN))
        }
    }
}

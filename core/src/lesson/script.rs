//! Lessons: a front matter, and a heading for each step with its manifests, its stage directions and its verdicts.
//!
//! A block ```` ```yaml policies ```` or ```` ```yaml cluster ```` sets the text of that editor from this step on;
//! a block ```` ```stage ```` says what the figure shows; a block ```` ```verdicts ```` says what must hold.

use serde::Deserialize;

use super::expect::{self, Failure};
use super::markdown;
use crate::analyze;
use crate::source::Source;

/// A lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// What it is called and where it belongs.
    pub front: Front,
    /// Its steps, at least one.
    pub steps: Vec<Step>,
}

/// The front matter of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Front {
    /// The chapter's section, such as `5.1`.
    pub section: String,
    /// The title.
    pub title: String,
    /// The line under which pickers list it.
    pub summary: String,
}

/// One step of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The heading.
    pub title: String,
    /// The story.
    pub prose: String,
    /// The text of the policies editor.
    pub policies: String,
    /// The text of the cluster editor.
    pub cluster: String,
    /// What the figure shows.
    pub stage: Stage,
}

/// The stage directions of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Stage {
    /// The finding, as a sentence; counted from the verdicts when empty. `*or*` sets a word in italics.
    pub headline: String,
    /// The same for a narrow screen, where the headline is too long for it.
    pub short: String,
    /// The step's name for a narrow screen.
    pub name: String,
    /// What the button to the next step says.
    pub next: String,
    /// The arrows that the step talks about.
    pub spotlight: Vec<Spot>,
    /// If set, only arrows into this endpoint are drawn.
    pub focus: String,
    /// Endpoints drawn as hostile.
    pub hostile: Vec<String>,
}

/// An arrow that a step talks about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Spot {
    /// The source's id.
    pub from: String,
    /// The destination's id.
    pub to: String,
    /// What the arrow says; its reason when empty.
    pub says: String,
}

/// Reads a lesson and runs its expectations. What is wrong with it is named by line.
pub fn read(text: &str) -> Result<(Lesson, Vec<Failure>), Failure> {
    let failed = |line, message: String| Failure { line, message };
    let body =
        text.strip_prefix("---\n").ok_or_else(|| failed(1, "a lesson begins with a front matter: ---".into()))?;
    let (front_text, rest) =
        body.split_once("\n---\n").ok_or_else(|| failed(1, "the front matter has no closing ---".into()))?;
    let front: Front = serde_yaml::from_str(front_text)
        .map_err(|error| failed(1 + error.location().map_or(0, |at| at.line()), format!("front matter: {error}")))?;
    let first_line = front_text.lines().count() + 3;
    let mut steps: Vec<Step> = Vec::new();
    let mut failures = Vec::new();
    for section in markdown::sections(rest, first_line).into_iter().filter(|section| section.level == 2) {
        let before = steps.last();
        let mut step = Step {
            title: section.title,
            prose: section.prose.trim().to_owned(),
            policies: before.map(|step| step.policies.clone()).unwrap_or_default(),
            cluster: before.map(|step| step.cluster.clone()).unwrap_or_default(),
            stage: Stage {
                hostile: before.map(|step| step.stage.hostile.clone()).unwrap_or_default(),
                ..Stage::default()
            },
        };
        let mut expectations = Vec::new();
        for block in section.blocks {
            match block.info.as_str() {
                "yaml policies" => step.policies = block.text,
                "yaml cluster" => step.cluster = block.text,
                "stage" => {
                    let inherited = std::mem::take(&mut step.stage.hostile);
                    step.stage = serde_yaml::from_str(&block.text).map_err(|error| {
                        failed(block.line + error.location().map_or(0, |at| at.line() - 1), format!("stage: {error}"))
                    })?;
                    if step.stage.hostile.is_empty() {
                        step.stage.hostile = inherited;
                    }
                }
                "verdicts" => {
                    let (found, unreadable) = expect::parse(&block.text, block.line);
                    expectations.extend(found);
                    failures.extend(unreadable);
                }
                other => return Err(failed(block.line - 1, format!("a lesson has no blocks called `{other}`"))),
            }
        }
        let analysis = analyze(vec![
            Source::new("policies", step.policies.as_str()),
            Source::new("cluster", step.cluster.as_str()),
        ]);
        failures.extend(expect::check(&expectations, &analysis));
        for diagnostic in &analysis.manifests.diagnostics {
            failures.push(failed(section.line, format!("{}: {}", diagnostic.severity.word(), diagnostic.message)));
        }
        for id in step.stage.ids().filter(|id| analysis.cluster.find(id).is_none()) {
            failures.push(failed(section.line, format!("the stage names `{id}`, and no endpoint is called so")));
        }
        steps.push(step);
    }
    if steps.is_empty() {
        return Err(failed(first_line, "a lesson has a `## heading` for each step, and this has none".into()));
    }
    Ok((Lesson { front, steps }, failures))
}

impl Stage {
    fn ids(&self) -> impl Iterator<Item = &str> {
        let spots = self.spotlight.iter().flat_map(|spot| [spot.from.as_str(), spot.to.as_str()]);
        let focus = Some(self.focus.as_str()).filter(|focus| !focus.is_empty());
        spots.chain(focus).chain(self.hostile.iter().map(String::as_str))
    }
}

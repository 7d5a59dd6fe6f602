//! Lessons: a front matter, and a heading for each step with its manifests, its stage directions and its verdicts.
//!
//! `docs/lessons.md` describes the format. The same types hold the lessons that are built into the page, whose texts are
//! borrowed, and those that are read from a file, whose texts are owned.

mod read;
mod run;
mod step;
mod yaml;

use std::borrow::Cow;

use serde::Deserialize;

use crate::Analysis;
use crate::cni::Cni;
use crate::source::Source;
use crate::{Setting, analyze_in};

pub use read::{Written, read};
pub use run::run;

/// Some words of a lesson.
pub type Text = Cow<'static, str>;

/// Several of something in a lesson.
pub type List<T> = Cow<'static, [T]>;

/// What a lesson's policies editor says where no policies are written yet.
pub const NO_POLICIES: &str = "# No policies yet\n";

/// A lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// What it is called and where it belongs.
    pub front: Front,
    /// Its steps, at least one.
    pub steps: List<Step>,
}

/// The front matter of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Front {
    /// The chapter's section, such as `5.1`.
    pub section: Text,
    /// The title.
    pub title: Text,
    /// The line under which pickers list it.
    pub summary: Text,
    /// The network plugin of all steps that name no other; the texts choose if `None`.
    #[serde(default)]
    pub cni: Option<Cni>,
}

/// One step of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The heading.
    pub title: Text,
    /// The story, in paragraphs with blank lines between them.
    pub prose: Text,
    /// The text of the policies editor.
    pub policies: Text,
    /// The text of the cluster editor.
    pub cluster: Text,
    /// The network plugin that enforces the policies; the texts choose if `None`.
    pub cni: Option<Cni>,
    /// What the figure shows.
    pub stage: Stage,
    /// The lines of its plain `verdicts` blocks; in an exercise the target.
    pub verdicts: Text,
    /// What the learner does here, besides reading.
    pub task: Option<Task>,
}

/// What a learner does in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Mark the arrows that survive, before the figure shows it.
    Predict(Prediction),
    /// Choose an answer, before the figure shows it.
    Choose(Question),
    /// Edit the texts until every expectation holds.
    Solve(Exercise),
}

/// Arrows of which some survive.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// What is asked.
    pub ask: Text,
    /// The arrows to choose from, at least two. The engine knows which survive.
    pub arrows: List<Arrow>,
}

/// A connection by the ids of its ends, written `from -> to`. It survives where some port may connect.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Arrow {
    /// The source's id.
    pub from: Text,
    /// The destination's id.
    pub to: Text,
}

/// A question with several answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What is asked.
    pub ask: Text,
    /// The answers, at least two, one of them right.
    pub answers: List<Choice>,
}

/// One answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The answer.
    pub says: Text,
    /// Whether it is right.
    #[serde(default)]
    pub right: bool,
    /// What to say to somebody who chose it.
    #[serde(default)]
    pub because: Text,
}

/// A target, and a text that misses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercise {
    /// What is to be done.
    pub ask: Text,
    /// Hints, the vaguest first.
    pub hints: List<Text>,
    /// A state that meets the target.
    pub answer: State,
}

/// Both texts, and who enforces the policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The text of the policies editor.
    pub policies: Text,
    /// The text of the cluster editor.
    pub cluster: Text,
    /// The network plugin; the texts choose if `None`.
    pub cni: Option<Cni>,
}

/// The stage directions of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Stage {
    /// The finding, as a sentence; counted from the verdicts when empty. `*or*` sets a word in italics.
    pub headline: Text,
    /// The same for a narrow screen, where the headline is too long for it.
    pub short: Text,
    /// The step's name for a narrow screen.
    pub name: Text,
    /// What the button to the next step says.
    pub next: Text,
    /// The arrows that the step talks about.
    pub spotlight: List<Spot>,
    /// If set, only arrows into this endpoint are drawn.
    pub focus: Text,
    /// Endpoints drawn as hostile.
    pub hostile: List<Text>,
    /// The network plugin from this step on.
    pub cni: Option<Cni>,
}

/// An arrow that a step talks about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Spot {
    /// The source's id.
    pub from: Text,
    /// The destination's id.
    pub to: Text,
    /// What the arrow says; its reason when empty.
    pub says: Text,
}

impl TryFrom<String> for Arrow {
    type Error = String;

    fn try_from(words: String) -> Result<Self, String> {
        let ends = words.split_once("->").map(|(from, to)| (from.trim(), to.trim()));
        let ends = ends.filter(|(from, to)| !from.is_empty() && !to.is_empty());
        let (from, to) = ends.ok_or_else(|| format!("`{words}` should read `namespace/pod -> namespace/pod`"))?;
        Ok(Self { from: from.to_owned().into(), to: to.to_owned().into() })
    }
}

impl State {
    /// What the engine knows about it: policies are text 0, the cluster is text 1. Its cluster has a DNS server, as
    /// every cluster has.
    pub fn analysis(&self) -> Analysis {
        let text = |name: &str, text: &Text| Source::new(name, text.as_ref());
        let setting = Setting { cni: self.cni, dns: true };
        analyze_in(vec![text("Policies", &self.policies), text("Cluster", &self.cluster)], setting)
    }
}

impl Step {
    /// Its texts and its plugin.
    pub fn state(&self) -> State {
        State { policies: self.policies.clone(), cluster: self.cluster.clone(), cni: self.cni }
    }

    /// Whether it asks before it shows.
    pub fn asks(&self) -> bool {
        matches!(self.task, Some(Task::Predict(_) | Task::Choose(_)))
    }
}

impl Lesson {
    /// What stands before step `at` takes effect: the step before, where that has the same cluster and asks nothing
    /// itself; else the step's own cluster without policies.
    pub fn before(&self, at: usize) -> Option<State> {
        let step = self.steps.get(at)?;
        let before = at.checked_sub(1).and_then(|at| self.steps.get(at));
        let before = before.filter(|before| before.cluster == step.cluster && before.task.is_none());
        Some(before.map_or_else(
            || State { policies: NO_POLICIES.into(), cluster: step.cluster.clone(), cni: step.cni },
            Step::state,
        ))
    }

    /// Whether some step names the network plugin.
    pub fn chooses_cni(&self) -> bool {
        self.steps.iter().any(|step| step.cni.is_some())
    }
}

impl Stage {
    fn ids(&self) -> impl Iterator<Item = &str> {
        let spots = self.spotlight.iter().flat_map(|spot| [spot.from.as_ref(), spot.to.as_ref()]);
        let focus = Some(self.focus.as_ref()).filter(|focus| !focus.is_empty());
        spots.chain(focus).chain(self.hostile.iter().map(AsRef::as_ref))
    }
}

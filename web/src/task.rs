//! What a reader does in steps that ask, and what is kept of it while the page is open: answers, hints, checks of their
//! own, and texts that they left behind.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use netpol_core::Analysis;
use netpol_core::cni::Cni;
use netpol_core::diagnostic::Diagnostic;
use netpol_core::lesson::expect::{self, Results};
use netpol_core::lesson::script::{Exercise, Prediction, Question, Task, Text};
use netpol_core::lesson::task::{self, Judged, Score};
use netpol_core::lint;

use crate::state::{Panel, Workspace};

/// A step: its lesson's id, and its index.
pub type Key = (Text, usize);

/// Longer texts are linted once their writer pauses: every keystroke would wait for it. In bytes, both texts together.
const LINTED_AT_ONCE: usize = 40_000;

/// What a reader has done in one step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempt {
    /// The arrows that are marked as surviving, by their indices in the prediction.
    pub marks: BTreeSet<usize>,
    /// The answer that is chosen, by its index in the question.
    pub choice: Option<usize>,
    /// Whether the answer is given, and the figure shows the step.
    pub revealed: bool,
    /// How many hints have been asked for.
    pub hints: usize,
    /// Whether all checks have held, without the model answer.
    pub solved: bool,
    /// Whether the model answer stands in the editors.
    pub answer: bool,
    /// The reader's own texts, while others were put in their place.
    pub own: Option<Texts>,
}

/// Both texts and the plugin, as they were left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    policies: String,
    cluster: String,
    cni: Option<Cni>,
}

/// Everything that belongs to steps rather than to the texts in front.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Desk {
    attempts: BTreeMap<Key, Attempt>,
    /// The checks that the reader changed.
    changed: BTreeMap<Key, String>,
    /// The text of the checks.
    pub checks: String,
    /// What becomes of them.
    pub results: Rc<Results>,
    /// What there is to say about the texts: what reading them said, and the lints.
    pub findings: Rc<Vec<Diagnostic>>,
    /// Whether the lints of a long text wait for a pause.
    pub lints_wait: bool,
    left: BTreeMap<Key, Texts>,
    last_left: Option<Key>,
    /// The lesson of which a step opened the panel.
    opened: Option<Text>,
    /// Whether the panel stays open between steps that ask, so that the figure keeps its size. Where there is one column the
    /// texts are in its place then.
    pub kept: bool,
}

/// What a reader can do in a step that asks, and with checks.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// An arrow of the prediction is marked, or no longer.
    Mark(usize),
    /// An answer is chosen.
    Choose(usize),
    /// The figure shall show it.
    Reveal,
    /// The question is asked again.
    Retry,
    /// One more hint.
    Hint,
    /// The model answer is put into the editors.
    Answer,
    /// The reader's own texts come back.
    Own,
    /// The step's texts come back.
    StartOver,
    /// The text of the checks changed.
    Checks(String),
    /// What holds now is added to the checks.
    Freeze,
    /// The texts that were left behind last come back, with their step.
    Return,
    /// The writer pauses: what waited for it is worked out.
    Pause,
}

/// How many lines may be written of what holds.
const FROZEN_LINES: usize = 60;

impl Workspace {
    fn key(&self) -> Key {
        (self.lessons.get(self.lesson).map(|entry| entry.id.clone()).unwrap_or_default(), self.step)
    }

    fn key_of(&self, step: usize) -> Key {
        (self.key().0, step)
    }

    /// What the reader has done in the open step, if anything.
    pub fn attempt(&self) -> Option<&Attempt> {
        self.desk.attempts.get(&self.key())
    }

    fn attempt_mut(&mut self) -> &mut Attempt {
        let key = self.key();
        self.desk.attempts.entry(key).or_default()
    }

    /// Whether the answer of the open step is given.
    pub fn revealed(&self) -> bool {
        self.attempt().is_some_and(|attempt| attempt.revealed)
    }

    /// Whether the open step waits for an answer, so that the figure shows what stands before it. Who edits the texts
    /// sees what the edit does.
    pub fn asks(&self) -> bool {
        self.step().asks() && !self.revealed() && self.is_pristine()
    }

    /// The open step's prediction.
    pub fn prediction(&self) -> Option<&Prediction> {
        if let Some(Task::Predict(prediction)) = &self.step().task { Some(prediction) } else { None }
    }

    /// The open step's question.
    pub fn question(&self) -> Option<&Question> {
        if let Some(Task::Choose(question)) = &self.step().task { Some(question) } else { None }
    }

    /// The open step's exercise.
    pub fn exercise(&self) -> Option<&Exercise> {
        if let Some(Task::Solve(exercise)) = &self.step().task { Some(exercise) } else { None }
    }

    /// Whether the open step is an exercise whose checks all hold.
    pub fn is_met(&self) -> bool {
        self.exercise().is_some() && !self.stale && self.desk.results.hold()
    }

    /// The steps of the open lesson whose exercise is solved or whose answer is right.
    pub fn is_solved(&self, step: usize) -> bool {
        let attempt = self.desk.attempts.get(&self.key_of(step));
        let task = self.lesson().steps.get(step).and_then(|step| step.task.as_ref());
        attempt.is_some_and(|attempt| match task {
            Some(Task::Choose(question)) => {
                attempt.revealed && attempt.choice.is_some_and(|at| task::is_right(question, at))
            }
            Some(Task::Predict(_)) => attempt.revealed,
            Some(Task::Solve(_)) => attempt.solved,
            None => false,
        })
    }

    /// How each arrow of the prediction was judged, once it is.
    pub fn judged(&self) -> Option<Vec<Judged>> {
        let attempt = self.attempt().filter(|attempt| attempt.revealed)?;
        // The step's own texts are asked about, whatever stands in the editors by now.
        let own;
        let analysis = if self.is_pristine() && self.told {
            &self.shown
        } else {
            own = Rc::new(self.step().state().analysis());
            &own
        };
        Some(task::judge(self.prediction()?, &attempt.marks, analysis))
    }

    /// The score of the open lesson, if it is made of questions.
    pub fn score(&self) -> Option<Score> {
        task::score(self.lesson(), |step| {
            let attempt = self.desk.attempts.get(&self.key_of(step));
            attempt.filter(|attempt| attempt.revealed).and_then(|attempt| attempt.choice)
        })
    }

    /// What stands before the open step, under the plugin in force.
    pub(crate) fn before(&self) -> Rc<Analysis> {
        let Some(mut before) = self.lesson().before(self.step) else { return self.current.clone() };
        if !self.lesson().chooses_cni() {
            before.cni = self.cni;
        }
        Rc::new(before.analysis())
    }

    fn texts(&self) -> Texts {
        Texts { policies: self.text(0).to_owned(), cluster: self.text(1).to_owned(), cni: self.cni }
    }

    /// Whether the reader's own words would be lost with the texts.
    fn is_edited(&self) -> bool {
        let is_answer = self.exercise().is_some_and(|exercise| {
            self.text(0) == exercise.answer.policies && self.text(1) == exercise.answer.cluster
        });
        !self.is_pristine() && !is_answer
    }

    /// The open step is about to be left: what was written there is kept.
    pub(crate) fn leave(&mut self) {
        let key = self.key();
        if self.is_edited() {
            self.desk.left.insert(key.clone(), self.texts());
            self.desk.last_left = Some(key);
        }
        if let Some(attempt) = self.desk.attempts.get_mut(&self.key()) {
            attempt.answer = false;
            let own = attempt.own.take();
            let step = self.step();
            let own = own.filter(|own| own.policies != step.policies || own.cluster != step.cluster);
            if let Some(own) = own {
                self.desk.left.insert(self.key(), own);
                self.desk.last_left = Some(self.key());
            }
        }
    }

    /// A step has been opened: its checks, and the panel in which it asks.
    pub(crate) fn arrive(&mut self) {
        let key = self.key();
        self.desk.checks = self.desk.changed.get(&key).cloned().unwrap_or_else(|| self.step().verdicts.to_string());
        let panel = match &self.step().task {
            Some(Task::Predict(_) | Task::Choose(_)) => Some(Panel::Task),
            Some(Task::Solve(_)) => Some(Panel::Checks),
            None => None,
        };
        self.desk.kept = false;
        if panel.is_some() {
            self.desk.opened = Some(key.0);
            self.panel = panel;
        } else if self.desk.opened.is_some() {
            let here = self.desk.opened.as_ref() == Some(&key.0);
            if matches!(self.panel, Some(Panel::Task | Panel::Checks)) {
                self.desk.kept = here;
                self.panel = here.then_some(Panel::Checks);
            }
            self.desk.opened = self.desk.opened.take().filter(|_| here);
        }
    }

    /// The step whose text was left behind and can come back: the open one's, else the last.
    fn returnable(&self) -> Option<Key> {
        let here = self.key();
        let differs = |key: &Key| *key != here || self.desk.left.get(key).is_some_and(|texts| *texts != self.texts());
        let candidates = [Some(here.clone()), self.desk.last_left.clone()];
        candidates.into_iter().flatten().find(|key| self.desk.left.contains_key(key) && differs(key))
    }

    /// Whether texts were left behind that can come back without loss: nothing else is being written.
    pub fn can_return(&self) -> bool {
        !self.is_edited() && self.returnable().is_some()
    }

    /// Puts `texts` into the editors, and their plugin in force.
    fn put(&mut self, texts: &Texts) {
        self.loads += 1;
        self.cni = texts.cni;
        self.replace_texts(&texts.policies, &texts.cluster);
    }

    /// Does what a reader asks for.
    pub(crate) fn act(&mut self, act: Act) {
        match act {
            Act::Mark(arrow) => {
                if self.asks() {
                    let marks = &mut self.attempt_mut().marks;
                    if !marks.remove(&arrow) {
                        marks.insert(arrow);
                    }
                }
            }
            Act::Choose(answer) => {
                if !self.revealed() {
                    self.attempt_mut().choice = Some(answer);
                }
            }
            Act::Reveal => {
                self.attempt_mut().revealed = true;
                let current = self.current.clone();
                self.show(current);
            }
            Act::Retry => {
                self.leave();
                *self.attempt_mut() = Attempt::default();
                self.start_over();
            }
            Act::Hint => {
                let most = self.exercise().map_or(0, |exercise| exercise.hints.len());
                let attempt = self.attempt_mut();
                attempt.hints = (attempt.hints + 1).min(most);
            }
            Act::Answer => self.answer(),
            Act::Own => {
                if let Some(own) = self.attempt_mut().own.take() {
                    self.attempt_mut().answer = false;
                    self.put(&own);
                }
            }
            Act::StartOver => {
                let own = self.is_edited().then(|| self.texts());
                let attempt = self.attempt_mut();
                attempt.own = own.or(attempt.own.take());
                attempt.answer = false;
                self.start_over();
            }
            Act::Checks(text) => self.write_checks(text),
            Act::Freeze => {
                let held = expect::write(&self.shown, FROZEN_LINES);
                let mut text = self.desk.checks.trim_end().to_owned();
                if !text.is_empty() {
                    text.push('\n');
                }
                let have: BTreeSet<&str> = self.desk.checks.lines().map(str::trim).collect();
                let new: Vec<&str> = held.text.lines().filter(|line| !have.contains(line)).collect();
                text.push_str(&new.join("\n"));
                text.push('\n');
                if held.left_out > 0 {
                    text.push_str(&format!("# {} more connections are not written down\n", held.left_out));
                }
                self.write_checks(text);
            }
            Act::Return => {
                let Some(key) = self.returnable() else { return };
                let Some(texts) = self.desk.left.get(&key).cloned() else { return };
                let lesson = self.lessons.iter().position(|entry| entry.id == key.0);
                if key != self.key()
                    && let Some(lesson) = lesson
                {
                    self.open(lesson, key.1);
                }
                self.desk.last_left = None;
                self.put(&texts);
            }
            Act::Pause => {
                self.desk.lints_wait = false;
                self.desk.findings = self.found(true);
            }
        }
    }

    fn write_checks(&mut self, text: String) {
        let key = self.key();
        if text == *self.step().verdicts {
            self.desk.changed.remove(&key);
        } else {
            self.desk.changed.insert(key, text.clone());
        }
        self.desk.checks = text;
    }

    fn start_over(&mut self) {
        let step = self.step();
        let cni = if self.lesson().chooses_cni() { step.cni } else { self.chosen };
        let texts = Texts { policies: step.policies.to_string(), cluster: step.cluster.to_string(), cni };
        self.put(&texts);
    }

    fn answer(&mut self) {
        let Some(exercise) = self.exercise() else { return };
        let state = exercise.answer.clone();
        let cni = if self.lesson().chooses_cni() || state.cni.is_some() { state.cni } else { self.cni };
        let texts = Texts { policies: state.policies.into(), cluster: state.cluster.into(), cni };
        let own = self.is_edited().then(|| self.texts());
        let start = self.texts();
        let attempt = self.attempt_mut();
        attempt.own = own.or(attempt.own.take()).or(Some(start));
        attempt.answer = true;
        self.put(&texts);
    }

    /// What there is to say about the texts. While a step asks, the lints would tell.
    fn found(&self, linted: bool) -> Rc<Vec<Diagnostic>> {
        let mut found = self.current.manifests.diagnostics.clone();
        if linted && !self.asks() {
            found.extend(lint::lint(&self.current));
            found.sort_by_key(|diagnostic| diagnostic.place);
        }
        Rc::new(found)
    }

    /// Works out what hangs on the texts, where they are others than in `before`.
    pub(crate) fn follow(&mut self, before: Option<&Workspace>) {
        let asks = self.asks();
        let same_texts = before.is_some_and(|b| Rc::ptr_eq(&b.current, &self.current) && b.asks() == asks);
        if !same_texts {
            let size: usize = self.current.sources.iter().map(|source| source.text().len()).sum();
            self.desk.lints_wait = size > LINTED_AT_ONCE;
            self.desk.findings = self.found(!self.desk.lints_wait);
        }
        let same_checks = before.is_some_and(|b| {
            Rc::ptr_eq(&b.shown, &self.shown) && b.desk.checks == self.desk.checks && b.asks() == asks
        });
        if !same_checks {
            let results = if asks { Results::default() } else { expect::results(&self.desk.checks, &self.shown) };
            self.desk.results = Rc::new(results);
        }
        if self.is_met() && !self.attempt().is_some_and(|attempt| attempt.answer || attempt.solved) {
            self.attempt_mut().solved = true;
        }
    }
}

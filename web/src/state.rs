//! The page's state: one workspace, one reducer. Everything that can be worked out from it is worked out elsewhere.

use std::rc::Rc;

use netpol_core::cni::Cni;
use netpol_core::diff::{self, Change};
use netpol_core::policy::{About, Policy, Selector};
use netpol_core::rewrite::FlipMemory;
use netpol_core::source::{Place, Source};
use netpol_core::{Analysis, Setting, analyze_in};
use yew::Reducible;

pub use crate::choices::{Asked, Panel, Speed, Subject, Tab};
use crate::lessons::{Entry, LESSONS};
use crate::task::{Act, Desk};
use netpol_core::lesson::script::{Lesson, State, Step};

/// What is being shown to have changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Motion {
    /// Counts up with every change, so that each is shown once.
    pub serial: u32,
    /// Which connections changed.
    pub changes: Rc<Vec<Change>>,
    /// Whether the change has been shown.
    pub settled: bool,
    /// Whether somebody asked to see it again.
    pub again: bool,
}

/// The whole state of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    /// Every lesson that can be opened: the built-in ones, then those that were loaded.
    pub lessons: Rc<Vec<Entry>>,
    /// Index of the open one.
    pub lesson: usize,
    /// Index of its step.
    pub step: usize,
    /// Counts up whenever the texts are replaced from outside the editors.
    pub loads: u32,
    /// The network plugin in force; the texts choose if `None`.
    pub cni: Option<Cni>,
    /// The one that the reader chose, for lessons that name none.
    pub chosen: Option<Cni>,
    /// Whether the step's own sentences hold under that plugin.
    pub told: bool,
    /// The two texts as they are.
    pub current: Rc<Analysis>,
    /// What the figure shows: the last texts without errors.
    pub shown: Rc<Analysis>,
    /// Whether the texts have errors that the figure does not reflect.
    pub stale: bool,
    /// What changed last.
    pub motion: Motion,
    last_changes: Rc<Vec<Change>>,
    /// The tab in front.
    pub tab: Tab,
    /// Byte offset of the cursor in the policies text.
    pub cursor: usize,
    /// The endpoint whose namespace stands first in the figure.
    pub anchor: Option<String>,
    /// The selected arrow, by ids.
    pub selected: Option<(String, String)>,
    /// Whether refused reverses and quiet blocked arrows are drawn too.
    pub all_arrows: bool,
    /// What the OR/AND switches replaced.
    pub flips: FlipMemory,
    /// How fast changes are shown.
    pub speed: Speed,
    /// The open panel, if one is.
    pub panel: Option<Panel>,
    /// What the probe is asked.
    pub asked: Asked,
    /// What is inspected; the policy at the cursor if `None`.
    pub inspected: Option<Subject>,
    /// The place in the text that was last asked for; counts up, so that it can be asked for again.
    pub went: (u32, Place),
    /// Answers, checks and what else belongs to steps.
    pub desk: Desk,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Another network plugin enforces the policies, or the one that the texts choose.
    Enforce(Option<Cni>),
    /// A lesson's step is opened; its texts replace the editors'.
    Open(usize, usize),
    /// A lesson of the reader's own joins the others, in the place of one with its id; its step is opened, if one is named.
    Load(Entry, Option<usize>),
    /// The user changed a text.
    Edit(usize, String),
    /// Policies are put into the policies editor by a button.
    Replace(String),
    /// The figure shall show what can be read, errors or not.
    ShowAnyway,
    /// Another tab comes to the front.
    Tab(Tab),
    /// The cursor moved in the policies text, to this UTF-16 code unit.
    Cursor(usize),
    /// An arrow is selected, or none.
    Select(Option<(String, String)>),
    /// A switch is about to change a text.
    Remember(FlipMemory),
    /// The switch "All arrows".
    ToggleAll,
    /// The next speed.
    CycleSpeed,
    /// The last change is shown again.
    Replay,
    /// The motion with this serial number has ended.
    Settled(u32),
    /// A panel opens, or none.
    Panel(Option<Panel>),
    /// The probe is asked something else.
    Ask(Asked),
    /// A pod or a policy is inspected.
    Inspect(Subject),
    /// A place in the text shall be shown, with the cursor there.
    Go(Place),
    /// Something in a step that asks, or with checks.
    Task(Act),
}

/// Both texts as an analysis, under the plugin that is chosen.
fn analysis(policies: &str, cluster: &str, cni: Option<Cni>) -> Rc<Analysis> {
    let setting = Setting { cni, dns: true };
    Rc::new(analyze_in(vec![Source::new("Policies", policies), Source::new("Cluster", cluster)], setting))
}

/// Whether `cni` leaves every verdict of `step` as its own sentences have it.
fn told(step: &Step, cni: Option<Cni>) -> bool {
    let under = |cni| State { cni, ..step.state() }.analysis();
    cni == step.cni || under(cni).connectivity == under(step.cni).connectivity
}

impl Default for Workspace {
    /// The page as it opens: the first step of the first lesson.
    fn default() -> Self {
        Self::opening()
    }
}

impl Workspace {
    /// A lesson's first step, freshly opened.
    fn opening() -> Self {
        let lessons = Rc::new(LESSONS.to_vec());
        let step = first_step();
        let current = Rc::new(step.state().analysis());
        let none = Rc::new(Vec::new());
        let mut opening = Self {
            lessons,
            lesson: 0,
            step: 0,
            loads: 0,
            cni: step.cni,
            chosen: None,
            told: true,
            shown: current.clone(),
            anchor: lesson_anchor(first_lesson()),
            current,
            stale: false,
            motion: Motion { serial: 0, changes: none.clone(), settled: true, again: false },
            last_changes: none,
            tab: Tab::Policies,
            cursor: 0,
            selected: None,
            all_arrows: false,
            flips: FlipMemory::default(),
            speed: Speed::Full,
            panel: None,
            asked: Asked::default(),
            inspected: None,
            went: (0, Place::default()),
            desk: Desk::default(),
        };
        opening.arrive();
        if opening.asks() {
            opening.shown = opening.before();
        }
        opening.follow(None);
        opening
    }

    /// The open lesson.
    pub fn lesson(&self) -> &Lesson {
        self.lessons.get(self.lesson).map_or(first_lesson(), |entry| &entry.lesson)
    }

    /// The open step.
    pub fn step(&self) -> &Step {
        self.lesson().steps.get(self.step).unwrap_or(first_step())
    }

    /// The text of editor `file`.
    pub fn text(&self, file: usize) -> &str {
        self.current.sources.get(file).map_or("", Source::text)
    }

    /// Whether the texts are still the step's own.
    pub fn is_pristine(&self) -> bool {
        let step = self.step();
        self.text(0) == step.policies && self.text(1) == step.cluster
    }

    /// Whether the pods are still the step's own, so that its hostile pods and its focus mean something.
    pub fn has_step_cluster(&self) -> bool {
        self.text(1) == self.step().cluster
    }

    /// Whether the probe is asked for just what is selected.
    pub fn asks_the_selected(&self) -> bool {
        let Asked { from, to, port, protocol, method, .. } = &self.asked;
        let selected = self.selected.as_ref().is_some_and(|pair| (&pair.0, &pair.1) == (from, to));
        selected && port.trim().is_empty() && protocol.is_none() && method.is_empty()
    }

    pub(crate) fn show(&mut self, next: Rc<Analysis>) {
        if self.shown != next {
            let changes = Rc::new(diff::changes(&self.shown, &next));
            if !changes.is_empty() {
                self.last_changes = changes.clone();
            }
            self.motion = Motion { serial: self.motion.serial + 1, changes, settled: false, again: false };
            self.shown = next;
        }
        self.stale = false;
        let gone = self
            .selected
            .as_ref()
            .is_some_and(|(from, to)| self.shown.cluster.find(from).is_none() || self.shown.cluster.find(to).is_none());
        if gone {
            self.selected = None;
        }
    }

    fn edit(&mut self, file: usize, text: String) {
        let before = self.text(file).to_owned();
        let texts = if file == 0 { (text.as_str(), self.text(1)) } else { (self.text(0), text.as_str()) };
        let next = analysis(texts.0, texts.1, self.cni);
        let same_cluster = ids(&next) == ids(&self.shown);
        let broken = next.manifests.has_errors();
        let replaced = replaces_most(&before, &text);
        self.current = next.clone();
        if self.asks() {
            let before = self.before();
            return self.show(before);
        }
        if broken && !replaced {
            self.stale = true;
            return;
        }
        if !same_cluster {
            self.anchor = anchor(self.step(), &next);
        }
        self.show(next);
    }

    /// Everything is evaluated anew; while the texts have errors, so is their last good state.
    fn enforce(&mut self, cni: Option<Cni>) {
        (self.cni, self.chosen) = (cni, cni);
        self.told = told(self.step(), cni);
        self.current = analysis(self.text(0), self.text(1), cni);
        let stale = self.stale;
        let text = |file: usize| self.shown.sources.get(file).map_or("", Source::text);
        let next = if stale || self.asks() { analysis(text(0), text(1), cni) } else { self.current.clone() };
        self.show(next);
        self.stale = stale;
    }

    /// An arrow that is selected is explained, and what the probe is asked about.
    fn select(&mut self, arrow: Option<(String, String)>) {
        if let Some((from, to)) = &arrow {
            self.panel = self.panel.or(Some(Panel::Why));
            (self.asked.from, self.asked.to) = (from.clone(), to.clone());
        }
        self.selected = arrow;
    }

    /// Both texts are replaced at once, under the plugin in force.
    pub(crate) fn replace_texts(&mut self, policies: &str, cluster: &str) {
        let next = analysis(policies, cluster, self.cni);
        self.told = told(self.step(), self.cni);
        self.current = next.clone();
        if ids(&next) != ids(&self.shown) {
            let own = self.has_step_cluster();
            self.anchor = if own { lesson_anchor(self.lesson()) } else { anchor(self.step(), &next) };
        }
        let figure = if self.asks() { self.before() } else { next };
        self.show(figure);
    }

    fn load(&mut self, entry: Entry, step: Option<usize>) {
        let known = self.lessons.iter().position(|own| own.id == entry.id);
        let at = known.unwrap_or(self.lessons.len());
        let reopened = at == self.lesson;
        if reopened {
            // The lesson that is replaced is left first: its steps may be others.
            self.open(0, 0);
        }
        let last = entry.lesson.steps.len().saturating_sub(1);
        let lessons = Rc::make_mut(&mut self.lessons);
        match lessons.get_mut(at) {
            Some(own) => *own = entry,
            None => lessons.push(entry),
        }
        if let Some(step) = step.or(reopened.then_some(0)) {
            self.open(at, step.min(last));
        }
    }

    pub(crate) fn open(&mut self, lesson: usize, step: usize) {
        let known = self.lessons.get(lesson).is_some_and(|entry| step < entry.lesson.steps.len());
        if !known {
            return;
        }
        self.leave();
        let another = self.lesson != lesson;
        (self.lesson, self.step) = (lesson, step);
        self.loads += 1;
        self.cursor = 0;
        self.selected = None;
        let step = self.step().clone();
        self.cni = if self.lesson().chooses_cni() { step.cni } else { self.chosen };
        let next = analysis(&step.policies, &step.cluster, self.cni);
        self.told = told(&step, self.cni);
        self.current = next.clone();
        if ids(&next) != ids(&self.shown) || another {
            self.anchor = lesson_anchor(self.lesson());
        }
        self.tab = Tab::Policies;
        let figure = if self.asks() { self.before() } else { next };
        self.show(figure);
        self.arrive();
        if another {
            // Another lesson is another cluster, even where names are the same.
            self.asked = Asked::default();
            self.inspected = None;
            self.last_changes = Rc::new(Vec::new());
            let changes = self.last_changes.clone();
            self.motion = Motion { serial: self.motion.serial, changes, settled: true, again: false };
        }
    }
}

fn first_lesson() -> &'static Lesson {
    &LESSONS[0].lesson
}

fn first_step() -> &'static Step {
    &first_lesson().steps[0]
}

fn ids(analysis: &Analysis) -> Vec<&str> {
    let pods = analysis.cluster.endpoints.iter().filter(|endpoint| !endpoint.is_external());
    pods.map(|endpoint| endpoint.id.as_str()).collect()
}

/// Whether an edit pasted a new text over the old one, rather than changing some of it.
fn replaces_most(before: &str, after: &str) -> bool {
    let head = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    let room = before.len().min(after.len()) - head;
    let tail = before.bytes().rev().zip(after.bytes().rev()).take(room).take_while(|(a, b)| a == b).count();
    let inserted = after.len() - head - tail;
    inserted > 200 && inserted * 2 > after.len()
}

/// The endpoint whose namespace stands first: the lesson's focus, else the first pod that a policy selects by labels.
fn anchor(step: &Step, analysis: &Analysis) -> Option<String> {
    if !step.stage.focus.is_empty() && analysis.cluster.find(&step.stage.focus).is_some() {
        return Some(step.stage.focus.to_string());
    }
    let by_labels = |policy: &&Policy| match &policy.selector {
        Selector::Own(selector) => !selector.is_empty(),
        Selector::Terms { terms, .. } => terms.iter().any(|term| matches!(term.about, About::Labels(_))),
    };
    let mut selective = analysis.policies.iter().filter(by_labels);
    let first = selective.find_map(|policy| analysis.cluster.members(&policy.subjects).iter().next());
    first.and_then(|at| analysis.cluster.endpoints.get(at)).map(|endpoint| endpoint.id.clone())
}

/// The endpoint that stands first in all of a lesson's steps, so that its figure does not move from step to step.
fn lesson_anchor(lesson: &Lesson) -> Option<String> {
    let step = lesson.steps.last()?;
    anchor(step, &step.state().analysis())
}

impl Reducible for Workspace {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Enforce(cni) => next.enforce(cni),
            Action::Open(lesson, step) => next.open(lesson, step),
            Action::Load(entry, step) => next.load(entry, step),
            Action::Edit(file, text) => {
                if text == self.text(file) {
                    return self;
                }
                next.edit(file, text);
            }
            Action::Replace(text) => {
                next.loads += 1;
                next.edit(0, text);
            }
            Action::ShowAnyway => {
                let current = next.current.clone();
                next.show(current);
            }
            Action::Tab(tab) => next.tab = tab,
            // The editor counts in the text as it is now, which an edit dispatched just before may have made.
            Action::Cursor(unit) => {
                next.cursor = next.current.sources.first().map_or(0, |source| source.from_utf16(unit));
            }
            Action::Select(arrow) => next.select(arrow),
            Action::Remember(flips) => next.flips = flips,
            Action::ToggleAll => next.all_arrows = !next.all_arrows,
            Action::CycleSpeed => next.speed = next.speed.next(),
            // While the text has errors nothing moves.
            Action::Replay if next.stale => {}
            Action::Replay => {
                let (serial, changes) = (next.motion.serial + 1, next.last_changes.clone());
                next.motion = Motion { serial, changes, settled: false, again: true };
            }
            Action::Settled(serial) if serial == next.motion.serial => next.motion.settled = true,
            Action::Settled(_) => {}
            Action::Panel(panel) => (next.panel, next.desk.kept) = (panel, false),
            Action::Ask(asked) => next.asked = asked,
            Action::Inspect(subject) => (next.inspected, next.panel) = (Some(subject), Some(Panel::Inspect)),
            Action::Go(place) => {
                next.tab = Tab::of_file(place.file);
                next.went = (next.went.0 + 1, place);
            }
            Action::Task(act) => next.act(act),
        }
        next.follow(Some(&self));
        if next == *self { self } else { Rc::new(next) }
    }
}

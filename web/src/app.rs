//! The page: where everything stands, and how the parts reach the workspace.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use netpol_core::policy;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::address::{self, use_address};
use crate::editor::Remote;
use crate::editor_side::EditorSide;
use crate::icons;
use crate::own_lesson::{self, Draft, Outcome};
use crate::panels::enforced::Enforced;
use crate::panels::notice::Notice;
use crate::panels::own_lesson::{OwnLesson, unmet};
use crate::panels::splitter::Splitter;
use crate::panels::strip::Strip;
use crate::progress;
use crate::stage_side::StageSide;
use crate::state::{Action, Workspace};
use crate::theme::ThemeButton;

/// The page.
#[component]
pub fn App() -> Html {
    let workspace = use_reducer(address::opening);
    let width = use_state_eq(|| 480);
    let remotes = use_memo((), |()| [Remote::default(), Remote::default()]);
    let notice = use_state_eq(|| None::<AttrValue>);
    let draft = use_state_eq(Draft::default);
    let writing = use_state_eq(|| false);
    use_settling(&workspace);
    use_progress(&workspace);
    let tell = {
        let notice = notice.clone();
        Callback::from(move |words: String| notice.set(Some(words.into())))
    };
    use_address(&workspace, own_lesson::linked().is_some(), &tell);
    use_linked_lesson(&workspace, &tell, &draft, &writing);
    let set_writing = |open: bool| {
        let (writing, notice) = (writing.clone(), notice.clone());
        Callback::from(move |()| {
            writing.set(open);
            notice.set(None);
        })
    };
    let put_away = {
        let notice = notice.clone();
        Callback::from(move |_: MouseEvent| notice.set(None))
    };
    let offer = matches!(&draft.outcome, Outcome::Open(failures) if !failures.is_empty());
    let offer = offer.then(|| ("Show them".into(), set_writing(true).reform(|_: MouseEvent| ())));
    let on_draft = {
        let draft = draft.clone();
        Callback::from(move |next| draft.set(next))
    };
    let on_load = {
        let dispatch = workspace.dispatcher();
        Callback::from(move |entry| dispatch.dispatch(Action::Load(entry, Some(0))))
    };
    let enforce = {
        let dispatch = workspace.dispatcher();
        Callback::from(move |cni| dispatch.dispatch(Action::Enforce(cni)))
    };
    let resize = {
        let width = width.clone();
        Callback::from(move |to| width.set(to))
    };
    html! {
        <div class="page" style={format!("--editor:{}px", *width)}>
            <header class="top">
                <h1 class="brand">{ icons::brand() }<span>{ "Network Policy Playground" }</span></h1>
                <Enforced cni={workspace.cni} automatic={policy::choose([&workspace.current.manifests])} on_enforce={enforce} />
                <ThemeButton />
            </header>
            <Strip workspace={workspace.clone()} on_own={set_writing(true)} />
            <Notice words={(*notice).clone()} {offer} on_close={put_away} />
            <main>
                <EditorSide workspace={workspace.clone()} remotes={remotes.clone()} />
                <Splitter width={*width} on_width={resize} />
                <StageSide workspace={workspace.clone()} remotes={remotes.clone()} />
            </main>
            <OwnLesson open={*writing} draft={(*draft).clone()} {on_draft} {on_load} on_close={set_writing(false)} />
        </div>
    }
}

/// What both sides of the page are given.
#[derive(Properties, PartialEq)]
pub(crate) struct SideProps {
    pub(crate) workspace: UseReducerHandle<Workspace>,
    /// The editors of both texts, to be asked for what their text alone cannot say.
    pub(crate) remotes: Rc<[Remote; 2]>,
}

/// What the reader sees and solves is remembered.
#[hook]
fn use_progress(workspace: &UseReducerHandle<Workspace>) {
    let id = workspace.lessons.get(workspace.lesson).map(|entry| entry.id.clone()).unwrap_or_default();
    let solved = workspace.is_solved(workspace.step);
    use_effect_with((id, workspace.step, solved), |(id, step, solved)| {
        progress::seen(id, *step);
        if *solved {
            progress::solved(id, *step);
        }
    });
}

/// A lesson that the page's address names by `?lesson=` is fetched and opened.
#[hook]
fn use_linked_lesson(
    workspace: &UseReducerHandle<Workspace>,
    tell: &Callback<String>,
    draft: &UseStateHandle<Draft>,
    writing: &UseStateHandle<bool>,
) {
    let (workspace, tell, draft, writing) = (workspace.clone(), tell.clone(), draft.clone(), writing.clone());
    use_effect_with((), move |()| {
        let Some(path) = own_lesson::linked() else { return };
        spawn_local(async move {
            let text = match own_lesson::fetch(&path).await {
                Ok(text) => text,
                Err(why) => return tell.emit(why),
            };
            let outcome = match own_lesson::read(&path, &text) {
                Err(failures) => {
                    writing.set(true);
                    Outcome::Unread(failures)
                }
                Ok((entry, failures)) => {
                    let step = address::step_of(&workspace, &entry.id);
                    workspace.dispatch(Action::Load(entry, step));
                    if !failures.is_empty() {
                        tell.emit(unmet(failures.len()));
                    }
                    Outcome::Open(failures)
                }
            };
            draft.set(Draft { file: path, text, outcome });
        });
    });
}

/// After a change has been shown, its decorations go, so that nothing restarts them.
#[hook]
fn use_settling(workspace: &UseReducerHandle<Workspace>) {
    let (serial, stretch) = (workspace.motion.serial, workspace.speed.stretch());
    let moving = !workspace.motion.settled;
    let requests = workspace.motion.again || workspace.motion.changes.iter().any(|change| change.narrowed);
    let long = if requests { 3600 } else { 2200 };
    let dispatch = workspace.dispatcher();
    use_effect_with((serial, moving, stretch * long), move |(serial, moving, time)| {
        let serial = *serial;
        let timeout = moving.then(|| Timeout::new(*time, move || dispatch.dispatch(Action::Settled(serial))));
        move || drop(timeout)
    });
}

//! The page: where everything stands, and how the parts reach the workspace.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use netpol_core::policy;
use yew::prelude::*;

use crate::editor::Remote;
use crate::editor_side::EditorSide;
use crate::icons;
use crate::panels::enforced::Enforced;
use crate::panels::splitter::Splitter;
use crate::panels::strip::Strip;
use crate::stage_side::StageSide;
use crate::state::{Action, Workspace};
use crate::theme::ThemeButton;

/// The page.
#[component]
pub fn App() -> Html {
    let workspace = use_reducer(Workspace::default);
    let width = use_state_eq(|| 480);
    let remotes = use_memo((), |()| [Remote::default(), Remote::default()]);
    use_settling(&workspace);
    let open = {
        let dispatch = workspace.dispatcher();
        Callback::from(move |(lesson, step)| dispatch.dispatch(Action::Open(lesson, step)))
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
            <Strip lessons={workspace.lessons.clone()} lesson={workspace.lesson} step={workspace.step} on_open={open} />
            <main>
                <EditorSide workspace={workspace.clone()} remotes={remotes.clone()} />
                <Splitter width={*width} on_width={resize} />
                <StageSide workspace={workspace.clone()} remotes={remotes.clone()} />
            </main>
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

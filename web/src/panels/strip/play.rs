//! Play: the lesson goes on by itself, until the reader does something.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use netpol_core::lesson::prose::reading_time;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::icons;
use crate::state::Workspace;

/// The button, and for how many ms the open step stays, while it plays.
pub(super) struct Playing {
    pub(super) button: Html,
    pub(super) dwell: Option<u32>,
}

/// Opens one step after another through `on_open`, each for as long as its story takes to read. It ends with the lesson,
/// at a step that asks something, and with any press, key or turn of the wheel.
#[hook]
pub(super) fn use_play(workspace: &UseReducerHandle<Workspace>, on_open: &Callback<(usize, usize)>) -> Playing {
    let playing = use_state_eq(|| false);
    let button = use_node_ref();
    let (lesson, step) = (workspace.lesson, workspace.step);
    let count = workspace.lesson().steps.len();
    let time = reading_time(&workspace.step().prose) * workspace.speed.stretch();
    {
        let steps = workspace.lesson().steps.clone();
        let (set, on_open) = (playing.clone(), on_open.clone());
        use_effect_with((*playing, lesson, step, time), move |(is_playing, lesson, step, time)| {
            let (lesson, next) = (*lesson, *step + 1);
            let ends = next + 1 >= steps.len() || steps.get(next).is_some_and(|step| step.task.is_some());
            let timeout = is_playing.then(|| {
                Timeout::new(*time, move || {
                    set.set(!ends);
                    if next < steps.len() {
                        on_open.emit((lesson, next));
                    }
                })
            });
            move || drop(timeout)
        });
    }
    {
        let (set, button) = (playing.clone(), button.clone());
        use_effect_with(*playing, move |is_playing| {
            let listen = |kind: &'static str| {
                let (set, button) = (set.clone(), button.clone());
                // Before anybody else hears of it, for some keep it to themselves.
                let options = EventListenerOptions::run_in_capture_phase();
                EventListener::new_with_options(&gloo::utils::document(), kind, options, move |event| {
                    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
                    let own = button.cast::<web_sys::Node>().is_some_and(|own| own.contains(target.as_ref()));
                    let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
                    // These keys change nothing by themselves.
                    let quiet = matches!(key.as_deref(), Some("Tab" | "Shift" | "Control" | "Alt" | "Meta"));
                    if !own && !quiet {
                        set.set(false);
                    }
                })
            };
            let listeners = is_playing.then(|| ["pointerdown", "keydown", "wheel"].map(listen));
            move || drop(listeners)
        });
    }
    let toggle = {
        let (playing, on_open) = (playing.clone(), on_open.clone());
        Callback::from(move |_: MouseEvent| {
            if !*playing && step + 1 >= count {
                on_open.emit((lesson, 0));
            }
            playing.set(!*playing);
        })
    };
    let label = if *playing { "Pause" } else { "Play the lesson" };
    let button = html! {
        <button class={classes!("play", playing.then_some("on"))} ref={button} aria-label={label} title={label} onclick={toggle}>
            { if *playing { icons::pause() } else { icons::play() } }
        </button>
    };
    Playing { button, dwell: playing.then_some(time) }
}

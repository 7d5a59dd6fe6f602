//! The page's address names the open lesson and step, and is followed.

use std::rc::Rc;

use gloo::events::EventListener;
use netpol_core::lesson::link::Address;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use crate::state::{Action, Workspace};

/// What the address says: nothing, a lesson's step by its indices, or something that is no lesson's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    Nothing,
    Step(usize, usize),
    Unknown(String),
}

fn hash() -> String {
    let hash = gloo::utils::window().location().hash().unwrap_or_default();
    js_sys::decode_uri_component(&hash).map_or(hash, String::from)
}

/// What the address names among the lessons of `workspace`; a step behind the last is the last.
pub(crate) fn named(workspace: &Workspace) -> Named {
    let hash = hash();
    if hash.trim_start_matches('#').is_empty() {
        return Named::Nothing;
    }
    let found = Address::read(&hash).and_then(|address| {
        let lesson = workspace.lessons.iter().position(|entry| entry.id == address.id)?;
        let last = workspace.lessons.get(lesson)?.lesson.steps.len().checked_sub(1)?;
        Some((lesson, address.step.saturating_sub(1).min(last)))
    });
    found.map_or_else(|| Named::Unknown(hash.trim_start_matches('#').to_owned()), |(at, step)| Named::Step(at, step))
}

/// What there is to say about an address that names no lesson.
pub(crate) fn unknown(name: &str) -> String {
    format!("No lesson here is called “{name}”: this is the first.")
}

/// The page as it opens: at the step that the address names, else at the first.
pub(crate) fn opening() -> Workspace {
    let first = Workspace::default();
    let Named::Step(lesson, step) = named(&first) else { return first };
    let mut opened = Rc::unwrap_or_clone(Rc::new(first).reduce(Action::Open(lesson, step)));
    // Nothing was shown before, so nothing changed.
    opened.motion.settled = true;
    opened
}

/// Which step of the lesson `id`, that is about to join the others, the address asks for by its index: none if it names
/// another lesson.
pub(crate) fn step_of(workspace: &Workspace, id: &str) -> Option<usize> {
    let own = Address::read(&hash()).filter(|address| address.id == id);
    match named(workspace) {
        Named::Step(..) => None,
        Named::Nothing | Named::Unknown(_) => Some(own.map_or(0, |address| address.step.saturating_sub(1))),
    }
}

/// Keeps the address and the open step together, whichever of them changes. `on_notice` is told of names that are no
/// lesson's, but for those that the page opens with while it `awaits` a lesson that may be the one.
#[hook]
pub(crate) fn use_address(workspace: &UseReducerHandle<Workspace>, awaits: bool, on_notice: &Callback<String>) {
    let latest = use_mut_ref(|| workspace.clone());
    *latest.borrow_mut() = workspace.clone();
    let written = use_mut_ref(|| (workspace.lesson, workspace.step));
    {
        let (workspace, written) = (workspace.clone(), written.clone());
        use_effect_with((workspace.lesson, workspace.step), move |here| {
            let before = std::mem::replace(&mut *written.borrow_mut(), *here);
            if before != *here && named(&workspace) != Named::Step(here.0, here.1) {
                write(&workspace, here.0, here.1, before.0 != here.0);
            }
        });
    }
    let on_notice = on_notice.clone();
    use_effect_with((), move |()| {
        let follow = move |first: bool| {
            let workspace = latest.borrow().clone();
            match named(&workspace) {
                Named::Step(lesson, step) if (lesson, step) != (workspace.lesson, workspace.step) => {
                    workspace.dispatch(Action::Open(lesson, step));
                }
                Named::Nothing if !first => workspace.dispatch(Action::Open(0, 0)),
                Named::Unknown(_) if first && awaits => {}
                Named::Unknown(name) => {
                    on_notice.emit(unknown(&name));
                    write(&workspace, 0, 0, false);
                    if !first {
                        workspace.dispatch(Action::Open(0, 0));
                    }
                }
                Named::Nothing | Named::Step(..) => {}
            }
        };
        follow(true);
        let listener = EventListener::new(&gloo::utils::window(), "hashchange", move |_| follow(false));
        move || drop(listener)
    });
}

/// Writes a step into the address: as an entry of the history for another lesson, else in the place of the last.
fn write(workspace: &Workspace, lesson: usize, step: usize, another: bool) {
    let Some(entry) = workspace.lessons.get(lesson) else { return };
    let address = Address { id: entry.id.to_string(), step: step + 1 }.to_string();
    let Ok(history) = gloo::utils::window().history() else { return };
    // Where the browser refuses, as in some frames, the address stays behind and the page works.
    let _ = if another {
        history.push_state_with_url(&JsValue::NULL, "", Some(&address))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&address))
    };
}

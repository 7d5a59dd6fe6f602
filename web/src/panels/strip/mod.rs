//! The lesson strip: which lesson is open, its steps, and what comes next.

mod contents;
mod play;
mod timeline;

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::icons;
use crate::lessons::{Entry, is_own};
use crate::state::{Action, Workspace};
use contents::Contents;
use play::use_play;
use timeline::Timeline;

/// What the strip is given.
#[derive(Properties, PartialEq)]
pub(crate) struct StripProps {
    pub(crate) workspace: UseReducerHandle<Workspace>,
    /// A lesson of the reader's own shall be opened.
    pub(crate) on_own: Callback<()>,
}

/// The lesson strip.
#[component]
pub(crate) fn Strip(props: &StripProps) -> Html {
    let workspace = &props.workspace;
    let listed = use_state_eq(|| false);
    let picker = use_node_ref();
    use_closed_from_outside(&picker, &listed);
    let on_open = {
        let dispatch = workspace.dispatcher();
        Callback::from(move |(lesson, step)| dispatch.dispatch(Action::Open(lesson, step)))
    };
    let playing = use_play(workspace, &on_open);
    use_page_keys(workspace, &on_open);
    let (at, step) = (workspace.lesson, workspace.step);
    let lesson = workspace.lesson();
    let open = |lesson: usize, step: usize| on_open.reform(move |_: MouseEvent| (lesson, step));
    let toggle = {
        let listed = listed.clone();
        Callback::from(move |_: MouseEvent| listed.set(!*listed))
    };
    let close = {
        let (listed, picker) = (listed.clone(), picker.clone());
        Callback::from(move |()| {
            listed.set(false);
            let button = picker.cast::<web_sys::Element>();
            let button = button.and_then(|own| own.query_selector(".pick").ok().flatten());
            if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = button.focus();
            }
        })
    };
    let last_lesson = workspace.lessons.len().saturating_sub(1);
    let next = next_of(workspace).map(|(says, (lesson, step))| (says, open(lesson, step)));
    let own = {
        let (listed, on_own) = (listed.clone(), props.on_own.clone());
        Callback::from(move |()| {
            listed.set(false);
            on_own.emit(());
        })
    };
    let dwell = playing.dwell.map(|time| {
        html! { <i class="dwell" aria-hidden="true" key={format!("{at} {step}")} style={format!("animation-duration:{time}ms")} /> }
    });
    html! {
        <nav class="lesson" aria-label="Lessons">
            <div class="sect" ref={picker}>
                <span class="no-of">{ &*lesson.front.section }</span>
                <button class="pick" onclick={toggle} aria-expanded={listed.to_string()} aria-haspopup="dialog"><span class="ti">{ &*lesson.front.title }</span>{ icons::down() }</button>
                <span class="nav">
                    <button aria-label="Previous lesson" disabled={at == 0} onclick={open(at.saturating_sub(1), 0)}>{ icons::back() }</button>
                    <button aria-label="Next lesson" disabled={at >= last_lesson} onclick={open(at + 1, 0)}>{ icons::forward() }</button>
                </span>
                if *listed {
                    <Contents lessons={workspace.lessons.clone()} lesson={at} on_open={on_open.clone()} on_close={close} on_own={own} />
                }
            </div>
            <div class="steps">
                if lesson.steps.len() > 1 {
                    <span class="go">
                        <button class="back" aria-label="Previous step" title="Previous step" disabled={step == 0} onclick={open(at, step.saturating_sub(1))}>{ icons::back() }</button>
                        { playing.button }
                    </span>
                }
                <Timeline steps={lesson.steps.clone()} {step} on_step={on_open.reform(move |step| (at, step))} />
                if let Some((says, go)) = next { <button class="next" aria-label={says.clone()} onclick={go}><span>{ says }</span>{ icons::onward() }</button> }
            </div>
            { for dwell }
        </nav>
    }
}

/// What the dark button says, and which lesson and step it opens.
fn next_of(workspace: &Workspace) -> Option<(String, (usize, usize))> {
    let (at, step) = (workspace.lesson, workspace.step);
    let lesson = workspace.lesson();
    if let Some(next) = lesson.steps.get(step + 1) {
        let says = &workspace.step().stage.next;
        return Some(((if says.is_empty() { &next.title } else { says }).to_string(), (at, step + 1)));
    }
    let Entry { lesson: next, .. } = workspace.lessons.get(at + 1).filter(|_| is_own(at) == is_own(at + 1))?;
    let same = next.front.section == lesson.front.section;
    // A whole chapter's number says less than a title.
    let says = if same || !next.front.section.contains('.') { &next.front.title } else { &next.front.section };
    Some((format!("Next: {says}"), (at + 1, 0)))
}

/// A press anywhere but in `inside` closes what is `open`.
#[hook]
fn use_closed_from_outside(inside: &NodeRef, open: &UseStateHandle<bool>) {
    let (inside, open) = (inside.clone(), open.clone());
    use_effect_with(*open, move |is_open| {
        let listener = is_open.then(|| {
            EventListener::new(&gloo::utils::document(), "pointerdown", move |event| {
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
                if !inside.cast::<web_sys::Node>().is_some_and(|own| own.contains(target.as_ref())) {
                    open.set(false);
                }
            })
        });
        move || drop(listener)
    });
}

/// Where Page Up and Page Down have a meaning of their own.
const SCROLLS: &str =
    "input, textarea, select, [contenteditable], .panel, .sheet, .prose, .problems, .reads, dialog, .contents";

/// Page Down and Page Up, which the remote of a projector sends, step through the lesson, but not where they scroll.
#[hook]
fn use_page_keys(workspace: &UseReducerHandle<Workspace>, on_open: &Callback<(usize, usize)>) {
    let on_open = on_open.clone();
    let place = (workspace.lesson, workspace.step, workspace.lesson().steps.len());
    use_effect_with(place, move |(lesson, step, count)| {
        let (lesson, step, count) = (*lesson, *step, *count);
        let listener = EventListener::new(&gloo::utils::document(), "keydown", move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            let to = match event.key().as_str() {
                "PageDown" => Some(step + 1).filter(|to| *to < count),
                "PageUp" => step.checked_sub(1),
                _ => None,
            };
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let scrolls = target.is_some_and(|target| target.closest(SCROLLS).ok().flatten().is_some());
            let modified = event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key();
            if let Some(to) = to.filter(|_| !scrolls && !modified && !event.default_prevented()) {
                on_open.emit((lesson, to));
            }
        });
        move || drop(listener)
    });
}

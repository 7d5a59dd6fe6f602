//! The contents: every lesson under its section, and how far the reader is.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::icons;
use crate::lessons::{Entry, is_own, section_name};
use crate::progress::{self, Progress, Standing};

/// What the contents are given.
#[derive(Properties, PartialEq)]
pub(super) struct ContentsProps {
    pub(super) lessons: Rc<Vec<Entry>>,
    /// The open one.
    pub(super) lesson: usize,
    /// A lesson's step shall be opened.
    pub(super) on_open: Callback<(usize, usize)>,
    /// The contents shall close.
    pub(super) on_close: Callback<()>,
    /// A lesson of the reader's own shall be opened.
    pub(super) on_own: Callback<()>,
}

/// A section: what stands above its lessons, and their indices.
type Group = (Option<String>, String, Vec<usize>);

/// The list, over the page.
#[component]
pub(super) fn Contents(props: &ContentsProps) -> Html {
    let root = use_node_ref();
    let known = use_state_eq(progress::known);
    // What "Start over" forgot, so that it can be taken back.
    let forgotten = use_state_eq(|| None::<Progress>);
    {
        let root = root.clone();
        use_effect_with((), move |()| {
            if let Some(button) = buttons(&root).into_iter().find(|button| button.has_attribute("aria-current")) {
                let _ = button.focus();
            }
        });
    }
    let keys = {
        let (root, on_close) = (root.clone(), props.on_close.clone());
        Callback::from(move |event: KeyboardEvent| {
            let buttons = buttons(&root);
            let focused = gloo::utils::document().active_element();
            let at = buttons.iter().position(|button| Some(button.as_ref()) == focused.as_ref());
            let last = buttons.len().saturating_sub(1);
            let to = match event.key().as_str() {
                "Escape" => {
                    event.stop_propagation();
                    return on_close.emit(());
                }
                "ArrowDown" => at.map_or(0, |at| (at + 1).min(last)),
                "ArrowUp" => at.map_or(last, |at| at.saturating_sub(1)),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            if let Some(button) = buttons.get(to) {
                let _ = button.focus();
            }
        })
    };
    // Whoever tabs out of it shall see where they are.
    let leave = {
        let (root, on_close) = (root.clone(), props.on_close.clone());
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
            let inside = root.cast::<web_sys::Node>().is_none_or(|own| own.contains(to.as_ref()));
            let on_button = to
                .as_ref()
                .and_then(|to| to.dyn_ref::<Element>())
                .is_some_and(|to| to.matches(".pick").unwrap_or(false));
            if to.is_some() && !inside && !on_button {
                on_close.emit(());
            }
        })
    };
    let start_over = {
        let (known, forgotten) = (known.clone(), forgotten.clone());
        Callback::from(move |_: MouseEvent| {
            let back = (*forgotten).clone();
            forgotten.set(if back.is_none() { Some((*known).clone()) } else { None });
            progress::replace(back.unwrap_or_default());
            known.set(progress::known());
        })
    };
    let standings: Vec<Standing> = props.lessons.iter().map(|entry| known.of(entry)).collect();
    let built_in = standings.iter().enumerate().filter(|(at, _)| !is_own(*at));
    let (done, all) = (built_in.clone().filter(|(_, standing)| standing.done).count(), built_in.count());
    let begun = standings.iter().any(|standing| standing.seen > 0);
    let group = |(number, name, lessons): Group| {
        html! {
            <section>
                <h2>if let Some(number) = number { <b>{ number }</b> }{ name }</h2>
                <ul>{ for lessons.into_iter().filter_map(|at| entry(props, &standings, at)) }</ul>
            </section>
        }
    };
    html! {
        <div class="contents" role="dialog" aria-label="Contents" ref={root} onkeydown={keys} onfocusout={leave}>
            <div class="sections"><div class="columns">{ for groups(&props.lessons).into_iter().map(group) }</div></div>
            <div class="foot">
                <button class="tool own" onclick={props.on_own.reform(|_: MouseEvent| ())}>{ "Open a lesson of your own…" }</button>
                <span class="so-far">{ format!("{done} of {all} done") }</span>
                if begun || forgotten.is_some() {
                    <button class="tool" onclick={start_over}>{ if forgotten.is_some() { "Undo" } else { "Start over" } }</button>
                }
            </div>
        </div>
    }
}

/// Lessons that follow one another under the same section, and a reader's own.
fn groups(lessons: &[Entry]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, Entry { lesson, .. }) in lessons.iter().enumerate() {
        let section = &*lesson.front.section;
        let (number, name) = if is_own(at) {
            (None, "Your lessons".to_owned())
        } else {
            (Some(section.to_owned()), section_name(section).unwrap_or_default().to_owned())
        };
        match groups.last_mut().filter(|group| group.0 == number) {
            Some(group) => group.2.push(at),
            None => groups.push((number, name, vec![at])),
        }
    }
    groups
}

fn entry(props: &ContentsProps, standings: &[Standing], at: usize) -> Option<Html> {
    let front = &props.lessons.get(at)?.lesson.front;
    let Standing { seen, of, done } = *standings.get(at)?;
    let open = {
        let (on_open, on_close) = (props.on_open.clone(), props.on_close.clone());
        Callback::from(move |_: MouseEvent| {
            on_close.emit(());
            on_open.emit((at, 0));
        })
    };
    let told = match (seen, done) {
        (_, true) => "done".to_owned(),
        (0, false) => String::new(),
        _ => format!("{seen} of {of} steps seen"),
    };
    Some(html! {
        <li>
            <button onclick={open} aria-current={(at == props.lesson).then_some("true")}>
                { icons::ring(seen, of, done) }
                <span><span class="ti">{ &*front.title }</span><small>{ &*front.summary }</small></span>
                <small class="told">{ if done || seen == 0 { html! { <span class="aloud">{ told }</span> } } else { html! { <>{ format!("{seen}/{of}") }<span class="aloud">{ format!(": {told}") }</span></> } } }</small>
            </button>
        </li>
    })
}

fn buttons(root: &NodeRef) -> Vec<HtmlElement> {
    let Some(list) = root.cast::<Element>().and_then(|root| root.query_selector_all("button").ok()) else {
        return Vec::new();
    };
    (0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok()).collect()
}

//! The lesson strip: which lesson is open, its steps, and what comes next.

use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::icons;
use crate::lessons::Entry;

/// What the strip is given.
#[derive(Properties, PartialEq)]
pub(crate) struct StripProps {
    pub(crate) lessons: Rc<Vec<Entry>>,
    pub(crate) lesson: usize,
    pub(crate) step: usize,
    /// Another lesson's step shall be opened.
    pub(crate) on_open: Callback<(usize, usize)>,
}

/// The lesson strip.
#[component]
pub(crate) fn Strip(props: &StripProps) -> Html {
    let listed = use_state_eq(|| false);
    let picker = use_node_ref();
    use_closed_from_outside(&picker, &listed);
    let Some(Entry { lesson, .. }) = props.lessons.get(props.lesson) else { return Html::default() };
    let open = |lesson: usize, step: usize| props.on_open.reform(move |_: MouseEvent| (lesson, step));
    let toggle = {
        let listed = listed.clone();
        Callback::from(move |_: MouseEvent| listed.set(!*listed))
    };
    let close_on_escape = {
        let listed = listed.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                listed.set(false);
            }
        })
    };
    let last_lesson = props.lessons.len().saturating_sub(1);
    let steps = lesson.steps.iter().enumerate().map(|(at, step)| {
        let class = classes!("step", (at == props.step).then_some("on"), (at < props.step).then_some("done"));
        let name = if step.stage.name.is_empty() { &*step.title } else { &step.stage.name };
        html! {
            <li {class}>
                <button onclick={open(props.lesson, at)} aria-current={(at == props.step).then_some("step")}>
                    <i>{ at + 1 }</i><span class="long">{ &*step.title }</span><span class="short">{ name }</span>
                </button>
            </li>
        }
    });
    let next = if props.step + 1 < lesson.steps.len() {
        let says = lesson.steps.get(props.step).map_or("", |step| &step.stage.next);
        let says = if says.is_empty() { lesson.steps.get(props.step + 1).map_or("", |step| &step.title) } else { says };
        Some((says.to_owned(), open(props.lesson, props.step + 1)))
    } else {
        props.lessons.get(props.lesson + 1).map(|Entry { lesson: next, .. }| {
            let same = next.front.section == lesson.front.section;
            let says = if same { &next.front.title } else { &next.front.section };
            (format!("Next: {says}"), open(props.lesson + 1, 0))
        })
    };
    html! {
        <nav class="lesson" aria-label="Lessons" onkeydown={close_on_escape}>
            <div class="sect" ref={picker}>
                <span class="no-of">{ &*lesson.front.section }</span>
                <button class="pick" onclick={toggle} aria-expanded={listed.to_string()} aria-haspopup="true"><span class="ti">{ &*lesson.front.title }</span>{ icons::down() }</button>
                <span class="nav">
                    <button aria-label="Previous lesson" disabled={props.lesson == 0} onclick={open(props.lesson.saturating_sub(1), 0)}>{ icons::back() }</button>
                    <button aria-label="Next lesson" disabled={props.lesson >= last_lesson} onclick={open(props.lesson + 1, 0)}>{ icons::forward() }</button>
                </span>
                if *listed { { list(props, &listed) } }
            </div>
            <div class="steps">
                <ol>{ for steps }</ol>
                if let Some((says, go)) = next { <button class="next" aria-label={says.clone()} onclick={go}><span>{ says }</span>{ icons::onward() }</button> }
            </div>
        </nav>
    }
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

fn list(props: &StripProps, listed: &UseStateHandle<bool>) -> Html {
    let entry = |(at, Entry { lesson, .. }): (usize, &Entry)| {
        let (listed, on_open) = (listed.clone(), props.on_open.clone());
        let choose = Callback::from(move |_: MouseEvent| {
            listed.set(false);
            on_open.emit((at, 0));
        });
        html! {
            <li>
                <button onclick={choose} aria-current={(at == props.lesson).then_some("true")}>
                    <b>{ &*lesson.front.section }</b><span>{ &*lesson.front.title }<small>{ &*lesson.front.summary }</small></span>
                </button>
            </li>
        }
    };
    html! { <ul class="picker" aria-label="Examples">{ for props.lessons.iter().enumerate().map(entry) }</ul> }
}

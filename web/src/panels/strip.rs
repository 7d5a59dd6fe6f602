//! The lesson strip: which lesson is open, its steps, and what comes next.

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::icons;
use crate::lessons::LESSONS;

/// What the strip is given.
#[derive(Properties, PartialEq)]
pub(crate) struct StripProps {
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
    let Some(lesson) = LESSONS.get(props.lesson) else { return Html::default() };
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
    let last_lesson = LESSONS.len().saturating_sub(1);
    let steps = lesson.steps.iter().enumerate().map(|(at, step)| {
        let class = classes!("step", (at == props.step).then_some("on"), (at < props.step).then_some("done"));
        let name = if step.name.is_empty() { step.title } else { step.name };
        html! {
            <li {class}>
                <button onclick={open(props.lesson, at)} aria-current={(at == props.step).then_some("step")}>
                    <i>{ at + 1 }</i><span class="long">{ step.title }</span><span class="short">{ name }</span>
                </button>
            </li>
        }
    });
    let next = if props.step + 1 < lesson.steps.len() {
        let says = lesson.steps.get(props.step).map_or("", |step| step.next);
        let says = if says.is_empty() { lesson.steps.get(props.step + 1).map_or("", |step| step.title) } else { says };
        Some((says.to_owned(), open(props.lesson, props.step + 1)))
    } else {
        LESSONS.get(props.lesson + 1).map(|next| {
            let says = if next.section == lesson.section { next.title } else { next.section };
            (format!("Next: {says}"), open(props.lesson + 1, 0))
        })
    };
    html! {
        <nav class="lesson" aria-label="Lessons" onkeydown={close_on_escape}>
            <div class="sect" ref={picker}>
                <span class="no-of">{ lesson.section }</span>
                <button class="pick" onclick={toggle} aria-expanded={listed.to_string()} aria-haspopup="true"><span class="ti">{ lesson.title }</span>{ icons::down() }</button>
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
    let entry = |(at, lesson): (usize, &crate::lessons::Lesson)| {
        let (listed, on_open) = (listed.clone(), props.on_open.clone());
        let choose = Callback::from(move |_: MouseEvent| {
            listed.set(false);
            on_open.emit((at, 0));
        });
        html! {
            <li>
                <button onclick={choose} aria-current={(at == props.lesson).then_some("true")}>
                    <b>{ lesson.section }</b><span>{ lesson.title }<small>{ lesson.summary }</small></span>
                </button>
            </li>
        }
    };
    html! { <ul class="picker" aria-label="Examples">{ for LESSONS.iter().enumerate().map(entry) }</ul> }
}

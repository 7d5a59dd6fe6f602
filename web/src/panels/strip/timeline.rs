//! The steps as dots on a line: pressed, dragged along, or walked with the arrow keys.

use netpol_core::lesson::script::{List, Step};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// Up to this many steps all their names stand beside the dots.
const NAMED: usize = 3;

/// How far a pointer must go before it drags rather than presses, in px.
const STILL: i32 = 5;

/// What the timeline is given.
#[derive(Properties, PartialEq)]
pub(super) struct TimelineProps {
    pub(super) steps: List<Step>,
    /// The open one.
    pub(super) step: usize,
    /// Another is chosen.
    pub(super) on_step: Callback<usize>,
}

/// The dots; behind many of them the name of the open step, so that no dot moves when another is chosen.
#[component]
pub(super) fn Timeline(props: &TimelineProps) -> Html {
    let row = use_node_ref();
    // Where the pointer went down, while it is.
    let down = use_mut_ref(|| None::<i32>);
    let count = props.steps.len();
    let many = count > NAMED;
    let press = {
        let down = down.clone();
        Callback::from(move |event: PointerEvent| *down.borrow_mut() = Some(event.client_x()))
    };
    let release = {
        let down = down.clone();
        Callback::from(move |_: PointerEvent| *down.borrow_mut() = None)
    };
    let drag = {
        let (row, on_step, step) = (row.clone(), props.on_step.clone(), props.step);
        Callback::from(move |event: PointerEvent| {
            let from = *down.borrow();
            let far = from.is_some_and(|from| (event.client_x() - from).abs() > STILL);
            let Some(row) = row.cast::<Element>().filter(|_| far && event.buttons() != 0) else { return };
            // The line follows the pointer wherever it goes, and no button is pressed when it comes up.
            let _ = row.set_pointer_capture(event.pointer_id());
            if let Some(at) = step_at(&row, f64::from(event.client_x())).filter(|at| *at != step) {
                on_step.emit(at);
            }
        })
    };
    let walk = {
        let (row, on_step, step) = (row.clone(), props.on_step.clone(), props.step);
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => (step + 1).min(count.saturating_sub(1)),
                "ArrowLeft" | "ArrowDown" => step.saturating_sub(1),
                "Home" => 0,
                "End" => count.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            if to == step {
                return;
            }
            on_step.emit(to);
            let button = row
                .cast::<Element>()
                .and_then(|row| row.query_selector(&format!("li:nth-child({}) button", to + 1)).ok().flatten());
            if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
                let _ = button.focus();
            }
        })
    };
    let dot = |(at, step): (usize, &Step)| {
        let on = at == props.step;
        let asks = step.task.is_some();
        let class = classes!("step", on.then_some("on"), (at < props.step).then_some("done"), asks.then_some("asks"));
        let choose = props.on_step.reform(move |_: MouseEvent| at);
        // One stop of the Tab key for the whole line; the arrow keys do the rest.
        let stop = if on { "0" } else { "-1" };
        html! {
            <li {class}>
                <button onclick={choose} tabindex={stop} aria-current={on.then_some("step")} title={many.then(|| step.title.to_string())}>
                    <i>{ at + 1 }</i><span class="long">{ &*step.title }</span><span class="short">{ name(step) }</span>
                </button>
            </li>
        }
    };
    let open = props.steps.get(props.step).filter(|_| many);
    html! {
        <>
            <ol class={classes!("line-of-steps", many.then_some("many"))} ref={row.clone()} aria-label="Steps" style={format!("--count:{count}")}
                onpointerdown={press} onpointermove={drag} onpointerup={release.clone()} onpointercancel={release} onkeydown={walk}>
                { for props.steps.iter().enumerate().map(dot) }
            </ol>
            if let Some(open) = open {
                <span class="now" aria-hidden="true"><span class="long">{ &*open.title }</span><span class="short">{ format!("{} / {count}", props.step + 1) }</span></span>
            }
        </>
    }
}

fn name(step: &Step) -> &str {
    if step.stage.name.is_empty() { &step.title } else { &step.stage.name }
}

/// The step that stands at `x` px from the window's left: the last that begins before it, else the first.
fn step_at(row: &Element, x: f64) -> Option<usize> {
    let dots = row.query_selector_all("li i").ok()?;
    let edges = (0..dots.length()).filter_map(|at| {
        let dot = dots.item(at)?.dyn_into::<Element>().ok()?;
        let rect = dot.get_bounding_client_rect();
        Some((at as usize, rect.left() - 4.0))
    });
    edges.filter(|(at, left)| *at == 0 || *left <= x).map(|(at, _)| at).next_back()
}

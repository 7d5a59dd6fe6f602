//! The line between editor and stage, to be dragged.

use web_sys::Element;
use yew::prelude::*;

const NARROWEST: i32 = 400;
const WIDEST: i32 = 900;
const STEP: i32 = 24;

/// What the splitter is given.
#[derive(Properties, PartialEq)]
pub(crate) struct SplitterProps {
    /// The editor's width in px.
    pub(crate) width: i32,
    /// It shall be another.
    pub(crate) on_width: Callback<i32>,
}

/// A separator that the pointer drags and the arrow keys move.
#[component]
pub(crate) fn Splitter(props: &SplitterProps) -> Html {
    let dragging = use_state_eq(|| false);
    let to = |width: i32| width.clamp(NARROWEST, WIDEST);
    let down = {
        let dragging = dragging.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(element) = event.target_dyn_into::<Element>() {
                // Without capture the drag ends where the pointer leaves the line, no more.
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            dragging.set(true);
        })
    };
    let drag = {
        let (dragging, on_width) = (dragging.clone(), props.on_width.clone());
        Callback::from(move |event: PointerEvent| {
            if *dragging {
                on_width.emit(to(event.client_x()));
            }
        })
    };
    let up = {
        let dragging = dragging.clone();
        Callback::from(move |_: PointerEvent| dragging.set(false))
    };
    let key = {
        let (on_width, width) = (props.on_width.clone(), props.width);
        Callback::from(move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowLeft" => -STEP,
                "ArrowRight" => STEP,
                _ => return,
            };
            event.prevent_default();
            on_width.emit(to(width + by));
        })
    };
    html! {
        <div class={classes!("splitter", dragging.then_some("dragging"))} role="separator" aria-orientation="vertical" aria-label="Width of the editor" tabindex="0"
            aria-valuenow={props.width.to_string()} aria-valuemin={NARROWEST.to_string()} aria-valuemax={WIDEST.to_string()}
            onpointerdown={down} onpointermove={drag} onpointerup={up.clone()} onpointercancel={up} onkeydown={key} />
    }
}

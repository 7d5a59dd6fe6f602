//! Walking the figure by keyboard: from a pod clockwise along its arrows.

use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::scene::{Hover, Scene};

/// What lets the figure be touched: the pointer's place, the keyboard's walk, the element that holds it all.
pub(super) struct Hands {
    pub(super) set_hover: Callback<Hover>,
    /// The pod whose arrows the keyboard is walking.
    pub(super) walked: Option<usize>,
    pub(super) set_walked: Callback<Option<usize>>,
    pub(super) holder: NodeRef,
}

/// Where the keyboard is.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Pod(usize),
    Arrow(usize, usize),
}

/// Arrow keys walk a pod's arrows clockwise; Escape goes back to the pod.
pub(super) fn walk(here: Place, scene: &Scene, hands: &Hands) -> Callback<KeyboardEvent> {
    let pod = match here {
        Place::Pod(pod) => pod,
        // An arrow belongs to the walk around the pod from which it was reached.
        Place::Arrow(_, to) if hands.walked == Some(to) => to,
        Place::Arrow(from, _) => from,
    };
    let mut around: Vec<(f64, usize, usize)> = scene
        .arrows
        .iter()
        .filter(|arrow| arrow.from == pod || arrow.to == pod)
        .map(|arrow| {
            let curve = if arrow.from == pod { arrow.curve } else { arrow.curve.reversed() };
            let way = curve.tangent(0.0);
            (way.y.atan2(way.x), arrow.from, arrow.to)
        })
        .collect();
    around.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (holder, set_walked) = (hands.holder.clone(), hands.set_walked.clone());
    Callback::from(move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => around.len().saturating_sub(1),
            "Escape" => 0,
            _ => return,
        };
        let Some(root) = holder.cast::<web_sys::Element>() else { return };
        event.prevent_default();
        set_walked.emit(Some(pod));
        let selector = if step == 0 {
            format!("[data-box=\"{pod}\"] .pod")
        } else {
            let found = match here {
                Place::Pod(_) => None,
                Place::Arrow(from, to) => around.iter().position(|(_, a, b)| (*a, *b) == (from, to)),
            };
            let next = found.map_or(0, |at| (at + step) % around.len().max(1));
            let Some((_, from, to)) = around.get(next) else { return };
            format!("[data-arrow=\"{from}>{to}\"]")
        };
        let element = root.query_selector(&selector).ok().flatten();
        if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::SvgElement>().ok()) {
            let _ = element.focus();
        }
    })
}

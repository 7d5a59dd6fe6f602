//! A row of tabs, as pointer and keyboard expect it.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// One tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tab {
    /// Its element's id.
    pub(crate) id: &'static str,
    /// The id of the element that it shows.
    pub(crate) panel: &'static str,
    /// What it says.
    pub(crate) title: &'static str,
    /// How many of it there are.
    pub(crate) count: Option<usize>,
    /// Of how many, where only some are counted.
    pub(crate) of: Option<usize>,
}

/// What a row of tabs is given.
#[derive(Properties, PartialEq)]
pub(crate) struct TabsProps {
    /// What the row is called.
    pub(crate) label: AttrValue,
    pub(crate) tabs: Vec<Tab>,
    /// Which is in front, if one is.
    pub(crate) selected: Option<usize>,
    /// One was chosen, perhaps the one in front.
    pub(crate) on_select: Callback<usize>,
}

/// The row.
#[component]
pub(crate) fn Tabs(props: &TabsProps) -> Html {
    let row = use_node_ref();
    let tab = |(at, tab): (usize, &Tab)| {
        let on = props.selected == Some(at);
        // One stop of the Tab key for the whole row; the arrow keys do the rest.
        let stop = props.selected.unwrap_or(0) == at;
        let choose = props.on_select.reform(move |_: MouseEvent| at);
        html! {
            <button role="tab" id={tab.id} class={classes!("tab", on.then_some("on"))} aria-selected={on.to_string()} aria-controls={tab.panel}
                tabindex={if stop { "0" } else { "-1" }} onclick={choose} onkeydown={walk(props, at, &row)}>
                { tab.title }if let Some(count) = tab.count { <small>{ count }if let Some(all) = tab.of { { "/" }{ all } }</small> }
            </button>
        }
    };
    html! { <div class="tabs" role="tablist" aria-label={props.label.clone()} ref={row.clone()}>{ for props.tabs.iter().enumerate().map(tab) }</div> }
}

/// The arrow keys go round, Home and End to either end.
fn walk(props: &TabsProps, at: usize, row: &NodeRef) -> Callback<KeyboardEvent> {
    let (on_select, row) = (props.on_select.clone(), row.clone());
    let ids: Vec<&'static str> = props.tabs.iter().map(|tab| tab.id).collect();
    Callback::from(move |event: KeyboardEvent| {
        let count = ids.len().max(1);
        let next = match event.key().as_str() {
            "ArrowRight" => (at + 1) % count,
            "ArrowLeft" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        event.prevent_default();
        let Some(id) = ids.get(next).filter(|_| next != at) else { return };
        on_select.emit(next);
        let root = row.cast::<web_sys::Element>();
        let element = root.and_then(|root| root.query_selector(&format!("#{id}")).ok().flatten());
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    })
}

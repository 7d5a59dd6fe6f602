//! Which network plugin enforces the policies: a button in the header, and the cards that it opens.

use netpol_core::cni::Cni;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::cards::Cards;
use crate::icons;

/// What the choice is given.
#[derive(Properties, PartialEq)]
pub(crate) struct EnforcedProps {
    /// What is chosen; the text chooses if `None`.
    pub(crate) cni: Option<Cni>,
    /// What the text would choose.
    pub(crate) automatic: Cni,
    /// Another is chosen.
    pub(crate) on_enforce: Callback<Option<Cni>>,
}

/// The button, and where it is pressed the cards.
#[component]
pub(crate) fn Enforced(props: &EnforcedProps) -> Html {
    let open = use_state_eq(|| false);
    let button = use_node_ref();
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let on_close = {
        let (open, button) = (open.clone(), button.clone());
        Callback::from(move |()| {
            open.set(false);
            if let Some(button) = button.cast::<HtmlElement>() {
                let _ = button.focus();
            }
        })
    };
    let shown = props.cni.unwrap_or(props.automatic);
    html! {
        <>
            <button class="enforced" ref={button} onclick={toggle} aria-haspopup="dialog" aria-expanded={open.to_string()}>
                <span class="by">{ "Enforced by " }</span>
                <span class="chosen"><b>{ shown.title() }</b>if props.cni.is_none() { <span class="auto">{ "automatic" }</span> }{ icons::down() }</span>
            </button>
            if *open { <Cards cni={props.cni} automatic={props.automatic} on_enforce={props.on_enforce.clone()} {on_close} /> }
        </>
    }
}

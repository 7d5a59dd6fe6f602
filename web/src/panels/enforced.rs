//! Which network plugin enforces the policies: a choice in the header.

use netpol_core::cni::Cni;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

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

/// The browser's own list of choices, under words that are set as the header's other words are.
#[component]
pub(crate) fn Enforced(props: &EnforcedProps) -> Html {
    let change = props.on_enforce.reform(|event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        select.and_then(|select| Cni::find(&select.value()))
    });
    let option = |cni: Cni| {
        html! { <option value={cni.name()} selected={props.cni == Some(cni)}>{ capital(cni.title()) }</option> }
    };
    let shown = props.cni.unwrap_or(props.automatic);
    html! {
        <label class="enforced">
            <span class="by">{ "Enforced by " }</span>
            <span class="chosen" aria-hidden="true">
                <b>{ shown.title() }</b>if props.cni.is_none() { <span class="auto">{ "automatic" }</span> }{ icons::down() }
            </span>
            <select onchange={change}>
                <option value="" selected={props.cni.is_none()}>{ format!("Automatic: {}", props.automatic.title()) }</option>
                { for Cni::ALL.into_iter().map(option) }
            </select>
        </label>
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

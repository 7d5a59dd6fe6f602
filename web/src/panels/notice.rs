//! A short word over the page that can be put away.

use yew::prelude::*;

use crate::icons;

/// What the notice is given.
#[derive(Properties, PartialEq)]
pub(crate) struct NoticeProps {
    /// What it says; nothing is shown without.
    pub(crate) words: Option<AttrValue>,
    /// What may be done about it: the button's words, and what it does.
    pub(crate) offer: Option<(AttrValue, Callback<MouseEvent>)>,
    /// It is put away.
    pub(crate) on_close: Callback<MouseEvent>,
}

/// The word. Its place is always there, so that it is read out when it fills.
#[component]
pub(crate) fn Notice(props: &NoticeProps) -> Html {
    let said = props.words.as_ref().map(|words| {
        let offer = props.offer.as_ref().map(|(says, act)| html! { <button class="plain-link" onclick={act}>{ says }</button> });
        html! {
            <div class="notice">
                <span>{ words }</span>
                { for offer }
                <button class="tool square" aria-label="Close" onclick={props.on_close.clone()}>{ icons::close() }</button>
            </div>
        }
    });
    html! { <div class="notices" role="status">{ for said }</div> }
}

//! A line that unfolds.

use yew::prelude::*;

use crate::icons;

/// What a fold is given.
#[derive(Properties, PartialEq)]
pub(crate) struct FoldProps {
    /// The line.
    pub(crate) line: AttrValue,
    /// What it unfolds into; made only when it is open, for there may be much of it.
    pub(crate) inner: Callback<(), Html>,
}

/// The line, and what is under it when it is open.
#[component]
pub(crate) fn Fold(props: &FoldProps) -> Html {
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    html! {
        <div class={classes!("fold", open.then_some("open"))}>
            <button class="more" aria-expanded={open.to_string()} onclick={toggle}><span>{ props.line.clone() }</span>{ icons::down() }</button>
            if *open { { props.inner.emit(()) } }
        </div>
    }
}

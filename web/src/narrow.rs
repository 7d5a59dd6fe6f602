//! Whether the page has one column only, kept up to date.

use gloo::events::EventListener;
use web_sys::MediaQueryList;
use yew::prelude::*;

/// The same width as in the style sheets.
fn query() -> Option<MediaQueryList> {
    gloo::utils::window().match_media("(max-width: 720px)").ok().flatten()
}

/// Whether there is one column now.
pub(crate) fn is_narrow() -> bool {
    query().is_some_and(|query| query.matches())
}

/// Whether there is one column: figure above, one sheet below.
#[hook]
pub(crate) fn use_narrow() -> bool {
    let narrow = use_state_eq(is_narrow);
    let set = narrow.clone();
    use_effect_with((), move |()| {
        let listener =
            query().map(|query| EventListener::new(&query, "change", move |_: &web_sys::Event| set.set(is_narrow())));
        move || drop(listener)
    });
    *narrow
}

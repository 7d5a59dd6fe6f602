//! Light and dark: the reader's choice if there is one, else the system's.

use yew::prelude::*;

use crate::icons;
use crate::storage;

const KEY: &str = "theme";

/// Whether the page is dark now.
fn is_dark() -> bool {
    match storage::get::<String>(KEY).as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => {
            let query = gloo::utils::window().match_media("(prefers-color-scheme: dark)").ok().flatten();
            query.is_some_and(|query| query.matches())
        }
    }
}

fn apply(dark: bool) {
    if let Some(root) = gloo::utils::document().document_element() {
        // Setting an attribute of the root element cannot fail.
        let _ = root.set_attribute("data-theme", if dark { "dark" } else { "light" });
    }
}

/// The button that changes the theme.
#[component]
pub(crate) fn ThemeButton() -> Html {
    let dark = use_state_eq(is_dark);
    use_effect_with(*dark, |dark| apply(*dark));
    let toggle = {
        let dark = dark.clone();
        Callback::from(move |_: MouseEvent| {
            let next = !*dark;
            // Without storage the choice holds until the page is left.
            storage::set(KEY, if next { "dark" } else { "light" });
            dark.set(next);
        })
    };
    let label = if *dark { "Switch to the light theme" } else { "Switch to the dark theme" };
    html! { <button class="tool square" onclick={toggle} aria-label={label} title={label}>{ if *dark { icons::moon() } else { icons::sun() } }</button> }
}

//! The network plugins as cards, to choose who enforces; and how to find out which one a cluster runs.

use gloo::events::{EventListener, EventListenerOptions};
use netpol_core::cni::{CARDS, CHECKS, Card, Cni, Support, WITHOUT_SUPPORT};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::commands::CommandLine;
use super::fold::Fold;
use crate::icons;
use crate::narrow::use_narrow;

/// What the cards are given.
#[derive(Properties, PartialEq)]
pub(crate) struct CardsProps {
    /// What is chosen; the text chooses if `None`.
    pub(crate) cni: Option<Cni>,
    /// What the text would choose.
    pub(crate) automatic: Cni,
    /// Another is chosen.
    pub(crate) on_enforce: Callback<Option<Cni>>,
    /// They shall go away.
    pub(crate) on_close: Callback<()>,
}

/// The cards. They stand where the editor is, so that the figure shows what a choice does; in one column they cover the
/// page, and a press on one closes them.
#[component]
pub(crate) fn Cards(props: &CardsProps) -> Html {
    let narrow = use_narrow();
    let dialog = use_node_ref();
    let pressed = use_mut_ref(|| false);
    use_focus_on_chosen(&dialog);
    use_escape(&props.on_close);
    let close = props.on_close.reform(|_: MouseEvent| ());
    let by_pointer = {
        let pressed = pressed.clone();
        Callback::from(move |_: PointerEvent| *pressed.borrow_mut() = true)
    };
    // The keyboard's arrows choose on their way: they close nothing.
    let onkeydown = {
        let (pressed, dialog) = (pressed.clone(), dialog.clone());
        Callback::from(move |event: KeyboardEvent| {
            *pressed.borrow_mut() = false;
            if narrow && event.key() == "Tab" {
                stay_inside(&dialog, &event);
            }
        })
    };
    let choose = {
        let (on_enforce, on_close) = (props.on_enforce.clone(), props.on_close.clone());
        Callback::from(move |cni: Option<Cni>| {
            on_enforce.emit(cni);
            if narrow && *pressed.borrow() {
                on_close.emit(());
            }
        })
    };
    let radio = |cni: Option<Cni>, name: String, inside: Html| {
        let chosen = props.cni == cni;
        let onchange = choose.reform(move |_: Event| cni);
        let value = cni.map_or("automatic", Cni::name);
        html! {
            <label class={classes!("card", cni.is_none().then_some("auto"), chosen.then_some("on"))} data-cni={value}>
                <input type="radio" name="enforced" {value} checked={chosen} {onchange} aria-label={name} aria-describedby={format!("about-{value}")} />
                { inside }
            </label>
        }
    };
    let automatic = html! {
        <>
            <b>{ "Automatic" }</b>
            <small id="about-automatic">{ format!("The kinds in the text choose: now {}.", props.automatic.title()) }</small>
        </>
    };
    let unfolded = |lines: fn() -> Html| Callback::from(move |()| lines());
    html! {
        <div class="cards" role="dialog" aria-label="Who enforces policies" aria-modal={narrow.then_some("true")} ref={dialog} {onkeydown}>
            <div class="bar">
                <h2>{ "Who enforces policies?" }</h2>
                <button class="tool square" onclick={close} aria-label="Close" title="Close">{ icons::close() }</button>
            </div>
            <div class="grid" role="radiogroup" aria-label="Enforced by" onpointerdown={by_pointer}>
                { radio(None, "Automatic".to_owned(), automatic) }
                { for CARDS.iter().map(|card| radio(Some(card.cni), card.name.to_owned(), about(card))) }
            </div>
            <div class="more-about">
                <Fold line="Which one does my cluster run?" inner={unfolded(which)} />
                <Fold line="What happens without support?" inner={unfolded(without)} />
            </div>
        </div>
    }
}

/// What a card says.
fn about(card: &Card) -> Html {
    let spoken = match card.support {
        Support::Full => "supports policies",
        Support::Limited => "supports policies in part",
        Support::None => "does not support policies",
    };
    html! {
        <>
            <span class="name"><b>{ card.name }</b><span class="spoken">{ spoken }</span>{ icons::support(card.support) }</span>
            <span id={format!("about-{}", card.cni.name())}>
                <span class="verdict-of">{ card.verdict }</span>
                <small>{ card.adds }</small>
                if !card.quirk.is_empty() { <small>{ card.quirk }</small> }
                if !card.kinds.is_empty() { <small class="kinds">{ for card.kinds.iter().map(|kind| breakable(kind)) }</small> }
            </span>
        </>
    }
}

/// The name of a kind, which a narrow card may break before its last words.
fn breakable(kind: &'static str) -> Html {
    match kind.strip_suffix("NetworkPolicy").filter(|front| !front.is_empty()) {
        Some(front) => html! { <span>{ front }<wbr />{ "NetworkPolicy" }</span> },
        None => html! { <span>{ kind }</span> },
    }
}

/// How to find out which plugin a cluster runs.
fn which() -> Html {
    let known = CARDS.iter().filter(|card| !card.look_for.is_empty());
    html! {
        <>
            { for CHECKS.iter().map(|check| html! { <CommandLine purpose={check.purpose} line={check.line} /> }) }
            <p class="look-for">{ "Look for:" }</p>
            <dl>{ for known.map(|card| html! { <><dt><code>{ card.look_for }</code></dt><dd>{ card.name }{ icons::support(card.support) }</dd></> }) }</dl>
        </>
    }
}

/// What becomes of policies that nobody enforces.
fn without() -> Html {
    html! { <ul class="without">{ for WITHOUT_SUPPORT.iter().map(|line| html! { <li>{ *line }</li> }) }</ul> }
}

/// The keyboard begins at what is chosen.
#[hook]
fn use_focus_on_chosen(dialog: &NodeRef) {
    let dialog = dialog.clone();
    use_effect_with((), move |()| {
        let root = dialog.cast::<web_sys::Element>();
        let chosen = root.and_then(|root| root.query_selector("input:checked").ok().flatten());
        if let Some(chosen) = chosen.and_then(|chosen| chosen.dyn_into::<HtmlElement>().ok()) {
            let _ = chosen.focus();
        }
    });
}

/// Escape closes, wherever the keyboard is, unless somebody else has used it.
#[hook]
fn use_escape(on_close: &Callback<()>) {
    let on_close = on_close.clone();
    use_effect_with((), move |()| {
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(&gloo::utils::document(), "keydown", options, move |event| {
            let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
            if key.as_deref() == Some("Escape") && !event.default_prevented() {
                event.prevent_default();
                on_close.emit(());
            }
        });
        move || drop(listener)
    });
}

/// Past the last thing that the keyboard can reach comes the first, and before the first the last.
fn stay_inside(dialog: &NodeRef, event: &KeyboardEvent) {
    let Some(root) = dialog.cast::<web_sys::Element>() else { return };
    let Ok(all) = root.query_selector_all("button, input:checked") else { return };
    let at = |index: u32| all.item(index).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    let (Some(first), Some(last)) = (at(0), at(all.length().saturating_sub(1))) else { return };
    let here = gloo::utils::document().active_element();
    let is = |element: &HtmlElement| here.as_ref() == Some(element.as_ref());
    let to = match event.shift_key() {
        true if is(&first) => &last,
        false if is(&last) => &first,
        _ => return,
    };
    event.prevent_default();
    let _ = to.focus();
}

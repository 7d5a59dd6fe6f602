//! One finding: what it says, and what can be done about it.

use netpol_core::diagnostic::{Diagnostic, Severity};
use netpol_core::lint;
use yew::prelude::*;

use super::words::quoted;
use crate::icons;
use crate::panels::commands::CommandLine;

/// What a finding is given.
#[derive(Properties, PartialEq)]
pub(super) struct FindingProps {
    pub(super) found: Diagnostic,
    /// Where it is, in a few words.
    pub(super) place: AttrValue,
    /// The same in full.
    pub(super) title: AttrValue,
    /// Its place shall be shown.
    pub(super) on_go: Callback<MouseEvent>,
    /// Its edits shall be applied, if it has any.
    pub(super) on_fix: Option<Callback<MouseEvent>>,
    /// Opens the lesson about it, if there is another than the open one; and what that is called.
    pub(super) lesson: Option<(Callback<MouseEvent>, AttrValue)>,
}

/// What a lint says is cut short until somebody asks: it must not push the text that it is about out of view.
#[component]
pub(super) fn Finding(props: &FindingProps) -> Html {
    let found = &props.found;
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let (class, icon) = match found.severity {
        Severity::Error => ("error", icons::cross()),
        Severity::Warning => ("warning", icons::warning()),
        Severity::Note => ("note", icons::dash()),
    };
    let is_lint = lint::lesson_of(found.code).is_some();
    let more = html! {
        <>
            if let Some(help) = &found.help { <small>{ quoted(help) }</small> }
            if let Some(command) = &found.command { <CommandLine purpose="On a real cluster" line={command.clone()} /> }
        </>
    };
    html! {
        <li {class}>
            { icon }
            <div class="what">
                if is_lint {
                    <button class={classes!("says", open.then_some("open"))} aria-expanded={open.to_string()} onclick={toggle}>{ quoted(&found.message) }</button>
                    if *open { { more } }
                } else {
                    { quoted(&found.message) }
                    { more }
                }
            </div>
            if let Some((open, title)) = &props.lesson { <button class="lesson-of" onclick={open.clone()} aria-label={title.clone()} title={title.clone()}>{ "Lesson" }</button> }
            if let Some(fix) = &props.on_fix { <button class="fix" onclick={fix.clone()}>{ "Fix" }</button> }
            <button class="line" onclick={props.on_go.clone()} title={props.title.clone()}>{ props.place.clone() }</button>
        </li>
    }
}

//! The dialog that opens a lesson of a reader's own: from a file, or written here.

use netpol_core::lesson::expect::Failure;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileList, HtmlDialogElement, HtmlInputElement, HtmlTextAreaElement};
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::icons;
use crate::lessons::Entry;
use crate::own_lesson::{Draft, EXAMPLE, Outcome, offset, read};

/// The height of a line of the text area, in px, as in the style sheet.
const LINE: i32 = 19;

/// What the dialog is given.
#[derive(Properties, PartialEq)]
pub(crate) struct OwnLessonProps {
    pub(crate) open: bool,
    /// The text, which stays while the dialog is closed.
    pub(crate) draft: Draft,
    /// The text or what came of it changes.
    pub(crate) on_draft: Callback<Draft>,
    /// The lesson can be opened.
    pub(crate) on_load: Callback<Entry>,
    pub(crate) on_close: Callback<()>,
}

/// The dialog.
#[component]
pub(crate) fn OwnLesson(props: &OwnLessonProps) -> Html {
    let dialog = use_node_ref();
    let area = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with(props.open, move |open| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                if *open {
                    // Showing what is shown already is an error, and nothing more.
                    let _ = dialog.show_modal();
                } else {
                    dialog.close();
                }
            }
        });
    }
    let on_close = props.on_close.reform(|_: Event| ());
    let shut = props.on_close.reform(|_: MouseEvent| ());
    let write = props.on_draft.reform(|text| Draft { text, ..Draft::default() });
    let typed = {
        let (on_draft, file) = (props.on_draft.clone(), props.draft.file.clone());
        Callback::from(move |event: InputEvent| {
            if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
                on_draft.emit(Draft { file: file.clone(), text: area.value(), outcome: Outcome::None });
            }
        })
    };
    let chosen = {
        let on_draft = props.on_draft.clone();
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            take(input.files(), &on_draft);
            // The same file may be chosen again once it was changed.
            input.set_value("");
        })
    };
    let dropped = {
        let on_draft = props.on_draft.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            event.stop_propagation();
            take(event.data_transfer().and_then(|data| data.files()), &on_draft);
        })
    };
    let over = Callback::from(|event: DragEvent| event.prevent_default());
    let load = {
        let (draft, on_draft) = (props.draft.clone(), props.on_draft.clone());
        let (on_load, on_close) = (props.on_load.clone(), props.on_close.clone());
        Callback::from(move |_: MouseEvent| {
            let outcome = match read(&draft.file, &draft.text) {
                Err(failures) => Outcome::Unread(failures),
                Ok((entry, failures)) => {
                    on_load.emit(entry);
                    if failures.is_empty() {
                        on_close.emit(());
                    }
                    Outcome::Open(failures)
                }
            };
            on_draft.emit(Draft { outcome, ..draft.clone() });
        })
    };
    let empty = props.draft.text.trim().is_empty();
    let example = write.reform(|_: MouseEvent| EXAMPLE.to_owned());
    html! {
        <dialog class="own-lesson" ref={dialog} aria-labelledby="own-lesson" onclose={on_close} ondragover={over} ondrop={dropped}>
            <div class="top-of">
                <h2 id="own-lesson">{ "Open a lesson of your own" }</h2>
                <button class="tool square" aria-label="Close" onclick={shut}>{ icons::close() }</button>
            </div>
            <p class="hint">{ "A lesson is a Markdown file: a front matter, and for each step a heading, its story, its manifests and what must hold. It stays in this page, until you leave it." }</p>
            <div class="sources">
                <label class="do quiet">{ "Choose a file…" }<input type="file" accept=".md,text/markdown,text/plain" onchange={chosen} /></label>
                <span class="hint">{ if props.draft.file.is_empty() { "or drop one here, or write below".to_owned() } else { props.draft.file.clone() } }</span>
                if empty { <button class="plain-link" onclick={example}>{ "Begin with an example" }</button> }
            </div>
            <div class="draft">
                <textarea ref={area.clone()} aria-label="The lesson, Markdown" spellcheck="false" wrap="off" autocomplete="off" value={props.draft.text.clone()} oninput={typed}
                    placeholder={"---\nsection: \"5.1\"\ntitle: …\nsummary: …\n---\n\n## The first step"} />
                { outcome(&props.draft, &area) }
            </div>
            <div class="doing"><button class="do" disabled={empty} onclick={load}>{ "Load" }</button></div>
        </dialog>
    }
}

/// What came of it, with a way to each place.
fn outcome(draft: &Draft, area: &NodeRef) -> Html {
    let (says, failures) = match &draft.outcome {
        Outcome::None => return Html::default(),
        Outcome::Missing(why) => (why.clone(), &[] as &[Failure]),
        Outcome::Unread(failures) => ("It cannot be opened yet:".to_owned(), failures.as_slice()),
        Outcome::Open(failures) if failures.is_empty() => return Html::default(),
        Outcome::Open(failures) => (format!("It is open. {}", unmet(failures.len())), failures.as_slice()),
    };
    let failure = |failure: &Failure| {
        let (line, column) = (failure.line, failure.column);
        let (area, text) = (area.clone(), draft.text.clone());
        let go = Callback::from(move |_: MouseEvent| {
            let Some(area) = area.cast::<HtmlTextAreaElement>() else { return };
            let at = offset(&text, line, column);
            let _ = area.focus();
            let _ = area.set_selection_range(at, at);
            area.set_scroll_top((i32::try_from(line).unwrap_or(i32::MAX).saturating_sub(4)).saturating_mul(LINE));
        });
        html! {
            <li>
                { icons::cross() }
                <span>{ crate::editor::words::quoted(&failure.message) }{ for failure.why.iter().map(because) }</span>
                <button class="line" onclick={go}>{ format!("{line}:{column}") }<span class="aloud">{ format!(", line {line}, column {column}") }</span></button>
            </li>
        }
    };
    html! {
        <div class="came-of-it" role="status">
            <p>{ says }</p>
            if !failures.is_empty() { <ul aria-label="What is wrong">{ for failures.iter().map(failure) }</ul> }
        </div>
    }
}

/// A rule behind what holds instead, and the line of the lesson that it is written at.
fn because((words, line): &(String, Option<usize>)) -> Html {
    let at = line.map(|line| format!(" (line {line})")).unwrap_or_default();
    html! { <small>{ format!("{words}{at}") }</small> }
}

/// How many expectations do not hold, as a sentence.
pub(crate) fn unmet(count: usize) -> String {
    if count == 1 {
        "One of its expectations does not hold.".to_owned()
    } else {
        format!("{count} of its expectations do not hold.")
    }
}

/// Reads the first of `files` into a draft.
fn take(files: Option<FileList>, on_draft: &Callback<Draft>) {
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    let on_draft = on_draft.clone();
    spawn_local(async move {
        let text = JsFuture::from(file.unchecked_ref::<web_sys::Blob>().text()).await;
        let text = text.ok().and_then(|text| text.as_string());
        on_draft.emit(match text {
            Some(text) => Draft { file: File::name(&file), text, outcome: Outcome::None },
            None => Draft { outcome: Outcome::Missing(format!("{} cannot be read.", file.name())), ..Draft::default() },
        });
    });
}

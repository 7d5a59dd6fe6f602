//! Checks: what must hold, line by line, and what holds instead. In an exercise they are its target.

use std::rc::Rc;

use netpol_core::explain;
use netpol_core::lesson::expect::{Failure, Outcome};
use netpol_core::lesson::script::Exercise;
use netpol_core::source::Place;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::fold::Fold;
use super::side::link;
use crate::editor::words::quoted;
use crate::icons;
use crate::state::{Action, Workspace};
use crate::task::Act;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub(crate) struct ChecksProps {
    pub(crate) workspace: UseReducerHandle<Workspace>,
    /// A place in the text shall be shown.
    pub(crate) on_go: Callback<Place>,
}

/// The forms of a line, each with what it means.
const FORMS: [(&str, &str); 7] = [
    ("shop/web -> shop/db  open", "every port"),
    ("shop/web -> shop/db  blocked", "no port"),
    ("shop/web -> shop/db  blocked by ingress", "and who refuses: egress, ingress or both"),
    ("shop/web -> shop/db  TCP/5432, UDP/53", "exactly these ports"),
    ("shop/* -> shop/db  blocked", "all pods of a namespace but those named in other lines"),
    ("*/* -> 192.0.2.7  open", "all pods, to an address outside"),
    ("shop/web -> shop/db  GET /x on TCP/80: 403", "one request: allowed, 403 or blocked"),
];

/// The panel.
#[component]
pub(crate) fn Checks(props: &ChecksProps) -> Html {
    let workspace = &props.workspace;
    if workspace.asks() {
        return html! { <p class="note">{ "The checks of this step are shown once its question is answered." }</p> };
    }
    let aside = match workspace.exercise() {
        Some(exercise) => solving(workspace, exercise),
        None => writing(workspace),
    };
    html! {
        <div class={classes!("task", "checks", workspace.exercise().is_none().then_some("own"))}>
            <div class="asking">{ aside }</div>
            <div>
                if workspace.stale { <p class="note">{ "The text has errors: this is about the last good state." }</p> }
                <Rows workspace={workspace.clone()} on_go={props.on_go.clone()} />
            </div>
        </div>
    }
}

fn acting(workspace: &UseReducerHandle<Workspace>, act: Act) -> Callback<MouseEvent> {
    let dispatch = workspace.dispatcher();
    Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Task(act.clone())))
}

/// What an exercise asks, how far the reader is, and what helps.
fn solving(workspace: &UseReducerHandle<Workspace>, exercise: &Exercise) -> Html {
    let nothing = crate::task::Attempt::default();
    let attempt = workspace.attempt().unwrap_or(&nothing);
    let results = &workspace.desk.results;
    let (holding, all, hints) = (results.holding(), results.all(), exercise.hints.len());
    let checks = if all == 1 { "the check holds".to_owned() } else { format!("all {all} checks hold") };
    let result = match (workspace.is_met(), attempt.answer) {
        (true, false) => html! { <>{ icons::tick() }<b>{ format!("Solved: {checks}") }</b></> },
        (true, true) => html! { <>{ icons::tick() }<span>{ format!("With this answer {checks}") }</span></> },
        (false, _) => html! { <span>{ format!("{holding} of {all} checks hold") }</span> },
    };
    html! {
        <>
            <p class="question">{ quoted(&exercise.ask) }</p>
            <p class="result" role="status">{ result }</p>
            if attempt.hints > 0 {
                <ol class="hints" aria-label="Hints" aria-live="polite">{ for exercise.hints.iter().take(attempt.hints).map(|hint| html! { <li>{ quoted(hint) }</li> }) }</ol>
            }
            <div class="doing">
                if attempt.hints < hints {
                    <button class="do quiet" onclick={acting(workspace, Act::Hint)}>{ format!("Hint {} of {hints}", attempt.hints + 1) }</button>
                }
                if attempt.own.is_some() {
                    <button class="do quiet" onclick={acting(workspace, Act::Own)}>{ "Back to my text" }</button>
                }
                if !attempt.answer {
                    <button class="do quiet" onclick={acting(workspace, Act::Answer)}>{ "Show an answer" }</button>
                }
                if !workspace.is_pristine() {
                    <button class="do quiet" onclick={acting(workspace, Act::StartOver)}>{ "Start over" }</button>
                }
            </div>
        </>
    }
}

/// The text of the checks, what may stand in it, and a way to fill it.
fn writing(workspace: &UseReducerHandle<Workspace>) -> Html {
    let dispatch = workspace.dispatcher();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
            dispatch.dispatch(Action::Task(Act::Checks(area.value())));
        }
    });
    let lines = workspace.desk.checks.lines().count().clamp(3, 7) + 1;
    let forms = Callback::from(|()| {
        let form = |(line, means): &(&'static str, &'static str)| html! { <><dt>{ *line }</dt><dd>{ *means }</dd></> };
        html! { <dl class="forms">{ for FORMS.iter().map(form) }</dl> }
    });
    html! {
        <>
            <textarea class="expected" aria-label="Checks" spellcheck="false" autocapitalize="off" wrap="off" rows={lines.to_string()} value={workspace.desk.checks.clone()}
                placeholder="production/api -> production/database  TCP/5432" {oninput} />
            <div class="doing">
                <button class="do quiet" onclick={acting(workspace, Act::Freeze)} disabled={workspace.stale}>{ "Add what holds now" }</button>
            </div>
            <Fold line="How to write checks" inner={forms} />
        </>
    }
}

/// The lines that were read and those that could not be, in the order of the text.
#[component]
fn Rows(props: &ChecksProps) -> Html {
    let workspace = &props.workspace;
    let results = workspace.desk.results.clone();
    // Where a line is missed the text behind it is worth a look; that is worked out once.
    let cited = use_memo((workspace.shown.clone(), results.clone()), |(shown, results)| {
        let place = |outcome: &Outcome| {
            let (from, to) = outcome.pair.filter(|_| !outcome.holds)?;
            explain::cited(shown, from, to).last().map(|(place, _)| *place)
        };
        results.outcomes.iter().map(place).collect::<Vec<_>>()
    });
    if results.all() == 0 {
        return html! { <p class="hint">{ "No checks yet. Write what must hold, a line for each connection, and see it held against every edit." }</p> };
    }
    let read =
        results.outcomes.iter().zip(cited.iter()).map(|(outcome, place)| (outcome.line, row(props, outcome, *place)));
    let unread = results.unreadable.iter().map(|failure| (failure.line, unreadable(failure)));
    let mut rows: Vec<(usize, Html)> = read.chain(unread).collect();
    rows.sort_by_key(|(line, _)| *line);
    html! { <ul class="asked lines" aria-label="Results">{ for rows.into_iter().map(|(_, row)| row) }</ul> }
}

fn row(props: &ChecksProps, outcome: &Outcome, place: Option<Place>) -> Html {
    let workspace = &props.workspace;
    let shown: &Rc<_> = &workspace.shown;
    let id = |at: usize| shown.cluster.endpoints.get(at).map(|endpoint| endpoint.id.clone()).unwrap_or_default();
    let pair = outcome.pair.map(|(from, to)| (id(from), id(to)));
    let selected = pair.is_some() && workspace.selected == pair;
    let select = {
        let (dispatch, pair) = (workspace.dispatcher(), pair.clone().filter(|_| !selected));
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Select(pair.clone())))
    };
    let (class, sign, spoken) =
        if outcome.holds { ("right", icons::tick(), "holds: ") } else { ("wrong", icons::cross(), "does not hold: ") };
    html! {
        <li class={classes!(class, selected.then_some("selected"))}>
            { sign }
            <span class="says">
                <button class="line-of" onclick={select} disabled={pair.is_none()} aria-pressed={selected.to_string()}><span class="aloud">{ spoken }</span><code>{ outcome.words.replace("->", "→") }</code></button>
                if !outcome.says.is_empty() { <small>{ &outcome.says }</small> }
            </span>
            if let Some(place) = place { { link(shown, place, &outcome.words, &props.on_go) } }
        </li>
    }
}

fn unreadable(failure: &Failure) -> Html {
    html! {
        <li class="wrong unread">
            { icons::warning() }
            <span class="says">{ format!("Line {}, column {}: ", failure.line, failure.column) }{ quoted(&failure.message) }</span>
        </li>
    }
}

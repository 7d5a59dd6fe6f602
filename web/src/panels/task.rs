//! What a step asks: which arrows survive, or one of several answers; and how right the reader was, once it is shown.

use netpol_core::lesson::script::{Arrow, Prediction, Question, Task};
use netpol_core::lesson::task::{Score, answered, order};
use yew::prelude::*;

use super::drawer::DrawerProps;
use crate::diagram::marker::Asked;
use crate::editor::words::quoted;
use crate::icons;
use crate::state::{Action, Workspace};
use crate::task::Act;

/// Longer questions are no headline.
const HEADLINE: usize = 84;

/// The arrows that the open step's prediction asks about, to be marked in the figure.
pub(crate) fn asked(workspace: &Workspace) -> Vec<Asked> {
    let Some(prediction) = workspace.prediction() else { return Vec::new() };
    let (judged, open) = (workspace.judged(), workspace.asks());
    if judged.is_none() && !open {
        return Vec::new();
    }
    let asked = |(at, arrow): (usize, &Arrow)| Asked {
        from: arrow.from.to_string(),
        to: arrow.to.to_string(),
        marked: workspace.attempt().is_some_and(|attempt| attempt.marks.contains(&at)),
        open,
        wrong: judged.as_ref().and_then(|judged| judged.get(at)).is_some_and(|one| !one.is_right()),
    };
    prediction.arrows.iter().enumerate().map(asked).collect()
}

/// The headline while the open step waits for something: what it asks, without telling.
pub(crate) fn headline(workspace: &Workspace) -> Option<String> {
    let ask = match &workspace.step().task {
        Some(Task::Predict(prediction)) if workspace.asks() => &prediction.ask,
        Some(Task::Choose(question)) if workspace.asks() => &question.ask,
        Some(Task::Solve(exercise)) if !workspace.is_met() => &exercise.ask,
        _ => return None,
    };
    let ask = ask.trim();
    let fits = ask.chars().count() <= HEADLINE && !ask.contains('\n');
    Some(if fits { ask.trim_end_matches('.').replace('`', "") } else { workspace.step().title.to_string() })
}

/// The question of the open step.
#[component]
pub(crate) fn TaskPanel(props: &DrawerProps) -> Html {
    let workspace = &props.workspace;
    if let Some(prediction) = workspace.prediction() {
        return predict(workspace, prediction);
    }
    if let Some(question) = workspace.question() {
        return choose(workspace, question);
    }
    Html::default()
}

/// What a press does.
fn acting(workspace: &UseReducerHandle<Workspace>, act: Act) -> Callback<MouseEvent> {
    let dispatch = workspace.dispatcher();
    Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Task(act.clone())))
}

/// A word on texts that are no longer those that are asked about, and the way back to them.
fn edited(workspace: &UseReducerHandle<Workspace>) -> Html {
    if workspace.is_pristine() {
        return Html::default();
    }
    html! {
        <p class="note">
            { "The text was changed, and the figure follows it; the question is about the text as it was. " }
            <button class="plain-link" onclick={acting(workspace, Act::Retry)}>{ "Back to the question" }</button>
        </p>
    }
}

fn predict(workspace: &UseReducerHandle<Workspace>, prediction: &Prediction) -> Html {
    let judged = workspace.judged();
    let asks = judged.is_none();
    let marked = |at: usize| workspace.attempt().is_some_and(|attempt| attempt.marks.contains(&at));
    let name = |id: &str| {
        let cluster = &workspace.shown.cluster;
        cluster.find(id).map_or_else(|| id.to_owned(), |at| cluster.name_of(at))
    };
    let row = |(at, arrow): (usize, &Arrow)| {
        let words = html! { <span class="pair">{ name(&arrow.from) }<i aria-hidden="true">{ "→" }</i><span class="aloud">{ " to " }</span>{ name(&arrow.to) }</span> };
        let number = html! { <b class="nr" aria-hidden="true">{ at + 1 }</b> };
        match judged.as_ref().and_then(|judged| judged.get(at)) {
            None => html! {
                <li>
                    <label class={marked(at).then_some("on")}>
                        <input type="checkbox" checked={marked(at)} onclick={acting(workspace, Act::Mark(at))} disabled={!workspace.asks()} />
                        { number }{ words }
                    </label>
                </li>
            },
            Some(one) => {
                let right = one.is_right();
                let told = match (one.survives, right) {
                    (true, true) => "survives, as you said",
                    (true, false) => "survives, and you did not mark it",
                    (false, true) => "is stopped, as you said",
                    (false, false) => "is stopped, and you marked it",
                };
                html! {
                    <li class={if right { "right" } else { "wrong" }}>
                        { if right { icons::tick() } else { icons::cross() } }
                        { number }<span class="says">{ words }{ " " }{ told }<small>{ &one.why }</small></span>
                    </li>
                }
            }
        }
    };
    let count = (0..prediction.arrows.len()).filter(|at| marked(*at)).count();
    let right = judged.as_ref().map(|judged| judged.iter().filter(|one| one.is_right()).count());
    let all = prediction.arrows.len();
    html! {
        <div class="task">
            <div class="asking">
                <p class="question">{ quoted(&prediction.ask) }</p>
                <div class="doing">
                    if asks {
                        <button class="do" onclick={acting(workspace, Act::Reveal)} disabled={!workspace.asks()}>{ "Show it" }</button>
                        <span class="so-far">{ format!("{count} of {all} marked") }</span>
                    } else {
                        <button class="do quiet" onclick={acting(workspace, Act::Retry)}>{ "Try again" }</button>
                    }
                </div>
                <p class="result" role="status">
                    if let Some(right) = right { <b>{ format!("{right} of {all} right") }</b> } else { <span class="hint">{ "Mark the arrows in the figure or in this list." }</span> }
                </p>
                { edited(workspace) }
            </div>
            <ol class="asked" aria-label="Arrows">{ for prediction.arrows.iter().enumerate().map(row) }</ol>
        </div>
    }
}

fn choose(workspace: &UseReducerHandle<Workspace>, question: &Question) -> Html {
    let choice = workspace.attempt().and_then(|attempt| attempt.choice);
    let given = choice.filter(|_| workspace.revealed());
    let group = format!("answers-{}", workspace.step);
    let row = |(at, answer): (usize, &netpol_core::lesson::script::Choice)| match given {
        None => html! {
            <li>
                <label class={(choice == Some(at)).then_some("on")}>
                    <input type="radio" name={group.clone()} checked={choice == Some(at)} onchange={choosing(workspace, at)} disabled={!workspace.asks()} />
                    <span>{ quoted(&answer.says) }</span>
                </label>
            </li>
        },
        Some(chosen) => {
            let told = answered(question, chosen);
            let Some(one) = told.get(at) else { return Html::default() };
            let (class, sign) = match (one.right, one.chosen) {
                (true, _) => ("right", icons::tick()),
                (false, true) => ("wrong", icons::cross()),
                (false, false) => ("aside", icons::dash()),
            };
            html! {
                <li {class}>
                    { sign }
                    <span class="says">
                        { quoted(&answer.says) }
                        if one.chosen { <em>{ "your answer" }</em> }
                        if !one.because.is_empty() { <small>{ quoted(one.because) }</small> }
                    </span>
                </li>
            }
        }
    };
    let result = given.map(|at| question.answers.get(at).is_some_and(|answer| answer.right));
    html! {
        <div class="task">
            <div class="asking">
                <p class="question">{ quoted(&question.ask) }</p>
                <div class="doing">
                    if given.is_none() {
                        <button class="do" onclick={acting(workspace, Act::Reveal)} disabled={choice.is_none() || !workspace.asks()}>{ "Check" }</button>
                    } else {
                        <button class="do quiet" onclick={acting(workspace, Act::Retry)}>{ "Try again" }</button>
                    }
                </div>
                <p class="result" role="status">if let Some(right) = result { <b>{ if right { "Right" } else { "Not quite" } }</b> }</p>
                if let Some(score) = workspace.score() { { tally(workspace, &score) } }
                { edited(workspace) }
            </div>
            <div role={given.is_none().then_some("radiogroup")} aria-label={given.is_none().then_some("Answers")}>
                <ul class="asked answers" aria-label={given.is_some().then_some("Answers")}>{ for order(question).into_iter().filter_map(|at| Some(row((at, question.answers.get(at)?)))) }</ul>
            </div>
        </div>
    }
}

fn choosing(workspace: &UseReducerHandle<Workspace>, at: usize) -> Callback<Event> {
    let dispatch = workspace.dispatcher();
    Callback::from(move |_: Event| dispatch.dispatch(Action::Task(Act::Choose(at))))
}

/// How it goes in a lesson of questions; at its end with the questions that are worth another look.
fn tally(workspace: &UseReducerHandle<Workspace>, score: &Score) -> Html {
    if !score.is_complete() {
        let left = score.all - score.answered;
        return html! { <p class="score">{ format!("{} of {} right so far, {left} to go", score.right, score.answered) }</p> };
    }
    let lesson = workspace.lesson;
    let link = |step: &usize| {
        let (dispatch, step) = (workspace.dispatcher(), *step);
        let open = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Open(lesson, step)));
        html! { <li><button class="plain-link" onclick={open} aria-label={format!("Step {}", step + 1)}>{ step + 1 }</button></li> }
    };
    html! {
        <div class="score final" role="status">
            <b>{ format!("{} of {}", score.right, score.all) }</b>
            if !score.wrong.is_empty() { <span>{ "Worth another look:" }</span><ul>{ for score.wrong.iter().map(link) }</ul> }
        </div>
    }
}

//! Probe: any connection, asked for by name.

use std::rc::Rc;

use netpol_core::Analysis;
use netpol_core::connectivity::Verdict;
use netpol_core::explain::{Flow, Role};
use netpol_core::probe::{self, Hop, Probe, Question};
use netpol_core::reach::Admission;
use netpol_core::source::Place;
use yew::prelude::*;

use super::ask::Ask;
use super::side::sign;
use super::why::columns;
use crate::editor::words::quoted;
use crate::state::Asked;

/// More connections than this are not listed.
const MOST: usize = 400;

/// What the probe is given.
#[derive(Properties, PartialEq)]
pub(crate) struct ProbeProps {
    pub(crate) analysis: Rc<Analysis>,
    pub(crate) asked: Asked,
    /// The fields changed.
    pub(crate) on_ask: Callback<Asked>,
    /// A place in the text shall be shown.
    pub(crate) on_go: Callback<Place>,
    /// Whether the two sides of the answer are shown too.
    #[prop_or(true)]
    pub(crate) whole: bool,
}

/// The question and its answer.
#[component]
pub(crate) fn ProbePanel(props: &ProbeProps) -> Html {
    let chosen = use_state_eq(|| None::<Key>);
    let question = props.asked.question();
    let answer = use_memo((props.analysis.clone(), props.asked.clone()), |(analysis, asked)| {
        asked.question().map(|question| question.and_then(|question| probe::probe(analysis, &question)))
    });
    let answer = match (&*answer, question) {
        (Some(Ok(found)), Some(Ok(question))) => {
            let at = chosen.as_ref().and_then(|wanted| found.hops.iter().position(|hop| key(hop) == *wanted));
            let at = at.unwrap_or_else(|| first_refused(found));
            let choose = {
                let chosen = chosen.clone();
                Callback::from(move |key| chosen.set(Some(key)))
            };
            answer_of(props, &question, found, at, &choose)
        }
        (Some(Err(error)), _) => {
            html! { <p class="verdict" role="status">{ sign(Role::Unknown) }<span>{ quoted(error) }</span></p> }
        }
        _ => {
            html! { <p class="hint">{ "Name two ends: a pod, a workload, a Service to go to, or an IP address." }</p> }
        }
    };
    html! {
        <div class="probe">
            <Ask analysis={props.analysis.clone()} asked={props.asked.clone()} on_ask={props.on_ask.clone()} />
            { answer }
        </div>
    }
}

/// What tells one connection of an answer from the others: its ends, its flow, the one that a Service was asked for.
type Key = (usize, usize, Option<Flow>, Option<Flow>);

fn key(hop: &Hop) -> Key {
    (hop.from, hop.to, hop.why.flow, hop.asked)
}

/// The first connection that is refused, else the first that is not wholly open, else the first.
fn first_refused(found: &Probe) -> usize {
    let first = |keep: fn(&Hop) -> bool| found.hops.iter().position(keep);
    let refused = first(|hop| hop.admission().map_or(hop.verdict == Verdict::Blocked, |own| own != Admission::Allowed));
    refused.or_else(|| first(|hop| hop.verdict != Verdict::Open)).unwrap_or(0)
}

/// What the answer does: for a request that is asked about, whether it passes.
fn role(verdict: Verdict, unknown: bool, passes: Option<bool>) -> Role {
    match (passes, verdict) {
        (Some(true), _) => Role::Allows,
        (None, Verdict::Blocked) | (Some(false), _) if unknown => Role::Unknown,
        (None, Verdict::Blocked) | (Some(false), _) => Role::Refuses,
        (None, Verdict::Open | Verdict::Partial) => Role::Allows,
    }
}

type Choose = Callback<Key>;

fn answer_of(props: &ProbeProps, question: &Question, found: &Probe, at: usize, choose: &Choose) -> Html {
    let unknown = found.hops.iter().any(|hop| hop.unknown);
    let several = found.hops.len() > 1 || found.service.is_some();
    let why = found.hops.get(at).filter(|_| props.whole);
    html! {
        <>
            <p class="verdict" role="status">{ sign(role(found.verdict(), unknown, found.passes())) }<b>{ probe::headline(&props.analysis, question, found) }</b></p>
            { for found.notes.iter().map(|note| html! { <p class="note">{ quoted(note) }</p> }) }
            if several && !found.hops.is_empty() {
                <ul class="hops" aria-label="Connections">{ for found.hops.iter().enumerate().take(MOST).map(|(index, hop)| hop_button(props, hop, index == at, choose)) }</ul>
            }
            if let Some(hop) = why { { columns(&props.analysis, &hop.why, hop.request.as_ref(), &props.on_go) } }
        </>
    }
}

fn hop_button(props: &ProbeProps, hop: &Hop, on: bool, choose: &Choose) -> Html {
    let name = |at: usize| props.analysis.cluster.name_of(at);
    let key = key(hop);
    let choose = choose.reform(move |_: MouseEvent| key);
    let port = match (hop.why.flow, hop.asked) {
        (Some(flow), Some(asked)) => format!("{asked} → {flow}"),
        (Some(flow), None) => flow.to_string(),
        (None, _) => hop.reach().to_string(),
    };
    let passes = hop.admission().map(|admission| admission == Admission::Allowed);
    html! {
        <li>
            <button class={classes!("hop", on.then_some("on"))} aria-pressed={on.to_string()} onclick={choose}>
                { sign(role(hop.verdict, hop.unknown, passes)) }<span>{ format!("{} to {}", name(hop.from), name(hop.to)) }</span><code>{ port }</code>if hop.admission() == Some(Admission::Forbidden) { <code class="answer">{ Admission::Forbidden.word() }</code> }
            </button>
        </li>
    }
}

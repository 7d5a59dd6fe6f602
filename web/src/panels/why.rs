//! Why: the two sides of a connection beside one another, as the arrow runs.

use std::rc::Rc;

use netpol_core::Analysis;
use netpol_core::connectivity::Verdict;
use netpol_core::explain::{self, Explanation, RequestTrace, Role, Standing};
use netpol_core::lint::dns;
use netpol_core::source::Place;
use yew::prelude::*;

use super::http::requests;
use super::side::{Side, sign};
use crate::icons;

/// What the columns are given.
#[derive(Properties, PartialEq)]
pub(crate) struct WhyProps {
    pub(crate) analysis: Rc<Analysis>,
    /// What is explained, if anything is selected.
    pub(crate) why: Option<Rc<Explanation>>,
    /// A place in the text shall be shown.
    pub(crate) on_go: Callback<Place>,
}

/// The selected connection explained, or how to select one.
#[component]
pub(crate) fn Why(props: &WhyProps) -> Html {
    match &props.why {
        Some(why) => columns(&props.analysis, why, None, &props.on_go),
        None => html! { <p class="hint">{ "Select an arrow, or a cell of the matrix, to see why." }</p> },
    }
}

/// Both sides of `why`, and what becomes of the request that is asked about, if one is.
pub(crate) fn columns(
    analysis: &Rc<Analysis>,
    why: &Explanation,
    request: Option<&RequestTrace>,
    on_go: &Callback<Place>,
) -> Html {
    let side = |side: &explain::SideExplanation| {
        // Another connection starts with everything folded.
        let key = format!("{}>{}", side.endpoint, side.other);
        html! { <Side {key} analysis={analysis.clone()} side={Rc::new(side.clone())} request={request.cloned()} on_go={on_go.clone()} /> }
    };
    let decides = |side: &explain::SideExplanation| side.standing == Standing::Isolated;
    let class = match (decides(&why.egress), decides(&why.ingress)) {
        (false, true) => "why right",
        (true, false) => "why left",
        _ => "why",
    };
    html! {
        <>
            { both(analysis, why) }
            if let Some(remark) = dns::remark(analysis, why.egress.endpoint, why.ingress.endpoint) {
                <p class="both">{ icons::warning() }<span><b>{ "Allowed, but " }{ remark }</b>{ format!(": {} may not ask the cluster’s DNS.", analysis.cluster.name_of(why.egress.endpoint)) }</span></p>
            }
            if request.is_none() { { requests(analysis, why) } }
            <div {class}>{ side(&why.egress) }<div class="mid">{ icons::way() }</div>{ side(&why.ingress) }</div>
        </>
    }
}

/// What is left where both sides decide and neither alone says it.
fn both(analysis: &Analysis, why: &Explanation) -> Html {
    let decide = why.sides().iter().all(|side| side.standing == Standing::Isolated && side.allows);
    let role = match why.verdict() {
        Verdict::Partial => Role::Allows,
        Verdict::Blocked => Role::Refuses,
        Verdict::Open => return Html::default(),
    };
    if !decide || why.flow.is_some() {
        return Html::default();
    }
    let words = explain::sentence(analysis, why.egress.endpoint, why.ingress.endpoint);
    html! { <p class="both">{ sign(role) }<span>{ "Both sides together: " }<b>{ words }</b></span></p> }
}

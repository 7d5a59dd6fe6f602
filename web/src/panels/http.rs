//! Which requests pass where a proxy looks at each, and which are answered `403`.

use netpol_core::Analysis;
use netpol_core::explain::{Explanation, Role};
use netpol_core::http::{Sample, samples};
use netpol_core::manifest::Direction;
use netpol_core::ports::PortRange;
use netpol_core::reach::{Clause, Narrowed};
use yew::prelude::*;

use super::side::sign;
use crate::diagram::door;

/// One part for each range of ports on which only some requests pass.
pub(crate) fn requests(analysis: &Analysis, why: &Explanation) -> Html {
    html! { <>{ for why.narrowing().map(|narrowed| part(analysis, why, narrowed)) }</> }
}

fn part(analysis: &Analysis, why: &Explanation, narrowed: &Narrowed) -> Html {
    let on = match narrowed.range {
        PortRange::ALL => "TCP".to_owned(),
        range => format!("TCP/{range}"),
    };
    let found = samples(narrowed);
    let several = narrowed.clauses.len() > 1;
    let lead = if several { "Pass, where every list admits them" } else { "Pass" };
    html! {
        <section class="looks">
            <h3><svg class="i door" viewBox="-8 -8 16 16" aria-hidden="true">{ door::shape() }</svg><span><b>{ "Each request is looked at" }</b><em>{ on }</em></span></h3>
            <div class="either">
                <div>
                    { sign(Role::Allows) }
                    <div>
                        <b>{ lead }</b>
                        { for narrowed.clauses.iter().map(|clause| list(analysis, why, clause, several)) }
                        { such_as(&found, true) }
                    </div>
                </div>
                <div>
                    { sign(Role::Refuses) }
                    <div>
                        <b>{ "Every other request gets " }<code class="answer">{ "403" }</code></b>
                        <small>{ "The connection opens; the answer comes from the proxy." }</small>
                        { such_as(&found, false) }
                    </div>
                </div>
            </div>
        </section>
    }
}

fn list(analysis: &Analysis, why: &Explanation, clause: &Clause, named: bool) -> Html {
    let whose = match clause.direction {
        Direction::Egress => format!("leaving {}", analysis.cluster.name_of(why.egress.endpoint)),
        Direction::Ingress => format!("entering {}", analysis.cluster.name_of(why.ingress.endpoint)),
    };
    html! {
        <>
            if named { <small>{ &whose }</small> }
            <ul class="requests-that" aria-label={format!("Requests that pass, {whose}")}>{ for clause.rules.iter().map(|rule| html! { <li><code>{ rule.to_string() }</code></li> }) }</ul>
        </>
    }
}

/// Examples of what passes, or of what does not, where there are any.
fn such_as(samples: &[Sample], passes: bool) -> Html {
    let of_kind: Vec<&Sample> = samples.iter().filter(|sample| sample.passes == passes).collect();
    if of_kind.is_empty() {
        return Html::default();
    }
    let item = |sample: &&Sample| html! { <li><code>{ sample.request.to_string() }</code></li> };
    html! { <div class="such"><small>{ "such as" }</small><ul>{ for of_kind.iter().map(item) }</ul></div> }
}

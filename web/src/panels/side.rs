//! One side of a connection: the policies that isolate it, and what became of each of their rules.

use std::rc::Rc;

use netpol_core::Analysis;
use netpol_core::explain::{
    ConditionTrace, HttpLine, IdlePolicy, Outcome, PolicyTrace, RequestTrace, Role, RuleTrace, SideExplanation,
    TierTrace,
};
use netpol_core::manifest::Direction;
use netpol_core::phrase::{Phrase, Sentence};
use netpol_core::policy::Action;
use netpol_core::source::Place;
use yew::prelude::*;

use super::fold::Fold;
use crate::editor::words::phrases;
use crate::icons;

/// More idle policies than this become a number.
const NAMED_IDLE: usize = 4;

/// What a side is given.
#[derive(Properties, PartialEq)]
pub(crate) struct SideProps {
    pub(crate) analysis: Rc<Analysis>,
    pub(crate) side: Rc<SideExplanation>,
    /// What becomes of the request that is asked about, if one is.
    pub(crate) request: Option<RequestTrace>,
    /// A place in the text shall be shown.
    pub(crate) on_go: Callback<Place>,
}

/// A heading that says what the side does, and a row for each step that led there.
#[component]
pub(crate) fn Side(props: &SideProps) -> Html {
    let side = &props.side;
    let name = props.analysis.cluster.name_of(side.endpoint);
    let lead = match side.direction {
        Direction::Egress => "Leaving ",
        Direction::Ingress => "Entering ",
    };
    let freedom = side.freedom(&name);
    let headline = side.headline_for(&props.analysis, props.request.as_ref());
    let rest = if freedom.is_some() { String::new() } else { format!(": {headline}") };
    html! {
        <section class="side">
            <h3>{ sign(side.role_for(&props.analysis, props.request.as_ref())) }<span><b>{ lead }{ name }</b><em>{ side.direction.field() }{ rest }</em></span></h3>
            <ul class="rules">
                if let Some(freedom) = freedom {
                    <li>{ sign(Role::Allows) }<span class="says"><b>{ capital(&headline) }</b><small>{ freedom }</small></span></li>
                }
                { for side.tiers.iter().map(|tier| tier_rows(props, tier)) }
                { idle(props) }
            </ul>
        </section>
    }
}

/// The picture of what a part does.
pub(crate) fn sign(role: Role) -> Html {
    match role {
        Role::Allows => icons::tick(),
        Role::Refuses => icons::cross(),
        Role::Aside => icons::dash(),
        Role::Unknown => icons::unknown(),
    }
}

/// A link to a place in the text; read aloud, it says what of.
pub(crate) fn link(analysis: &Analysis, place: Place, of: &str, on_go: &Callback<Place>) -> Html {
    let Some(source) = analysis.sources.get(place.file) else { return Html::default() };
    let lines = source.lines(place.span);
    let words = if place.file == 0 { lines } else { format!("{}, {lines}", source.name()) };
    let go = on_go.reform(move |_: MouseEvent| place);
    html! { <button class="line" onclick={go} aria-label={format!("{words}: {of}")}>{ words }</button> }
}

/// Sentences begin in lower case where they stand on an arrow.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The rows of one tier, under its name where there are several, and what becomes of the rest where it may be either.
fn tier_rows(props: &SideProps, trace: &TierTrace) -> Html {
    let (analysis, side) = (&props.analysis, &props.side);
    let rows = side.policies_of(trace).iter().map(|policy| policy_rows(props, policy)).collect::<Html>();
    if side.is_plain(analysis) && analysis.tiers.len() < 2 {
        return rows;
    }
    let name = analysis.tiers.get(trace.tier).map_or_else(String::new, |tier| capital(&tier.name));
    let end = side.end_of(analysis, trace).map(|end| {
        html! {
            <li class="end">
                if end.hands_on { { icons::handed_on() } } else { { sign(end.role) } }
                <span class="says">{ capital(&end.words) }</span>
                if let Some(place) = end.place { { link(analysis, place, &name, &props.on_go) } }
            </li>
        }
    });
    html! {
        <>
            if analysis.tiers.len() > 1 {
                <li class={classes!("tier", side.decides(trace).then_some("decides"))}><h4>{ &name }</h4><small>{ side.tier_says(trace) }</small></li>
            }
            { rows }
            { end }
        </>
    }
}

/// Whether rules do more than allow, so that what each does is worth a word.
fn has_actions(analysis: &Analysis) -> bool {
    let mut rules = analysis.policies.iter().flat_map(|policy| policy.ingress.iter().chain(&policy.egress).flatten());
    rules.any(|rule| rule.action != Action::Allow)
}

fn policy_rows(props: &SideProps, trace: &PolicyTrace) -> Html {
    let side = &props.side;
    let Some(policy) = props.analysis.policies.get(trace.policy) else { return Html::default() };
    let name = side.name_of(&props.analysis, policy);
    if trace.rules.is_empty() {
        let role = side.role_of_policy(trace);
        return row(props, Row { role, name: &name, rule: None, says: &trace.selects, place: trace.place });
    }
    let plain = side.is_plain(&props.analysis);
    let rule = |rule: &RuleTrace| {
        let late = !plain && side.is_too_late(trace, rule);
        let says = if late { Sentence::of("not reached") } else { reason(side, rule) };
        let (role, place) = (side.role_of_for(trace.policy, rule, props.request.as_ref()), rule.cites);
        row(props, Row { role, name: &name, rule: Some((trace.policy, rule)), says: &says, place })
    };
    html! { <>{ for trace.rules.iter().map(rule) }</> }
}

/// The rule's reason, with what it adds where the side does not allow everything and the reason does not say so.
fn reason(side: &SideExplanation, rule: &RuleTrace) -> Sentence {
    let mut reason = rule.reason.clone();
    let adds = rule.allowed.to_string();
    if rule.outcome == Outcome::Matches && !rule.allowed.is_all() && !side.allowed.is_all() {
        let said = reason.phrases.iter().any(|phrase| matches!(phrase, Phrase::Code(words) if *words == adds));
        if !said {
            reason.plain(", which adds ").code(adds);
        }
    }
    reason
}

/// One row: a policy, or one of its rules.
struct Row<'r> {
    role: Role,
    name: &'r str,
    /// The rule, and its policy.
    rule: Option<(usize, &'r RuleTrace)>,
    says: &'r Sentence,
    place: Place,
}

fn row(props: &SideProps, Row { role, name, rule, says, place }: Row<'_>) -> Html {
    let passes = rule.is_some_and(|(_, rule)| rule.hands_on());
    let class = match role {
        Role::Allows => "allows",
        Role::Refuses => "refuses",
        Role::Aside if passes => "passes",
        Role::Aside | Role::Unknown => "",
    };
    let number = rule.map_or_else(String::new, |(_, rule)| format!(", {}", rule.label));
    let action = rule.filter(|_| has_actions(&props.analysis)).map(|(_, rule)| rule.label.action);
    let of = format!("{name}{number}");
    html! {
        <li {class}>
            if passes { { icons::handed_on() } } else { { sign(role) } }
            <span class="says">
                <b>{ name.to_owned() }</b>{ number }
                if let Some(action) = action { <span class="action">{ action }</span> }
                <small>{ phrases(&says.phrases) }</small>
            </span>
            { link(&props.analysis, place, &of, &props.on_go) }
            if let Some((policy, rule)) = rule { { parts(props, rule, name) }{ requests(props, policy, rule, &of) } }
        </li>
    }
}

/// The HTTP rules of a rule, each with what it does to the request that is asked about; without one the list above says it,
/// unless they change nothing.
fn requests(props: &SideProps, policy: usize, rule: &RuleTrace, of: &str) -> Html {
    let lines = props.side.http_of(policy, rule, props.request.as_ref());
    if props.request.is_none() && lines.iter().any(|line| line.role != Role::Aside) || lines.is_empty() {
        return Html::default();
    }
    let item = |line: &HttpLine| {
        let place =
            line.place.map(|place| link(&props.analysis, place, &format!("{}, {of}", line.words), &props.on_go));
        let words = if line.place.is_some() {
            html! { <code>{ &line.words }</code> }
        } else {
            html! { { &line.words } }
        };
        html! { <li>{ sign(line.role) }<span class="says">{ words }</span>{ place }</li> }
    };
    html! { <ul class="parts requests-of">{ for lines.iter().map(item) }</ul> }
}

/// The peers and the ports of a rule that has several of either, each with what became of it.
fn parts(props: &SideProps, rule: &RuleTrace, name: &str) -> Html {
    if rule.peers.len() < 2 && rule.ports.len() < 2 {
        return Html::default();
    }
    let many =
        |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}{}", if count == 1 { "" } else { "s" }));
    let line = [many(rule.peers.len(), "peer"), many(rule.ports.len(), "port")];
    let line = line.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let (analysis, side, on_go) = (props.analysis.clone(), props.side.clone(), props.on_go.clone());
    let (rule, name) = (rule.clone(), name.to_owned());
    let inner = Callback::from(move |()| {
        let list = |all: &[ConditionTrace], what: &str| -> Html {
            let item = |(at, one): (usize, &ConditionTrace)| {
                let of = format!("{name}, {what} {}", at + 1);
                html! {
                    <li>{ sign(side.role_among(&rule, all, one)) }<span class="says">{ phrases(&one.reason.phrases) }</span>{ link(&analysis, one.cites, &of, &on_go) }</li>
                }
            };
            html! { <>{ for all.iter().enumerate().map(item) }</> }
        };
        html! { <ul class="parts">{ list(&rule.peers, "peer") }{ list(&rule.ports, "port") }</ul> }
    });
    html! { <Fold {line} {inner} /> }
}

/// The policies that do not count here.
fn idle(props: &SideProps) -> Html {
    let (analysis, side, on_go) = (props.analysis.clone(), props.side.clone(), props.on_go.clone());
    let idle = side.idle(&analysis);
    if idle.is_empty() {
        return Html::default();
    }
    let line = side.idle_line(&analysis, &idle, NAMED_IDLE);
    let inner = Callback::from(move |()| {
        let item = |policy: &IdlePolicy| {
            let name = analysis.policies.get(policy.policy).map(|policy| side.name_of(&analysis, policy));
            let name = name.unwrap_or_default();
            html! {
                <li>
                    { icons::dash() }<span class="says"><b>{ &name }</b>{ " " }{ phrases(&policy.reason.phrases) }</span>
                    { link(&analysis, policy.place, &name, &on_go) }
                </li>
            }
        };
        html! { <ul class="parts">{ for idle.iter().map(item) }</ul> }
    });
    html! { <li class="idle">{ icons::dash() }<Fold {line} {inner} /></li> }
}

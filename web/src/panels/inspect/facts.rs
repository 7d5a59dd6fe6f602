//! The facts as rows, in the style of Why.

use std::rc::Rc;

use netpol_core::Analysis;
use netpol_core::inspect::{
    DirectionFacts, Effect, Miss, NearMiss, PodFacts, PolicyFacts, RuleFacts, SideFacts, Unselected,
};
use netpol_core::manifest::Direction;
use netpol_core::phrase::Sentence;
use netpol_core::policy::Policy;
use netpol_core::source::Place;
use yew::prelude::*;

use crate::editor::words::phrases;
use crate::icons;
use crate::panels::fold::Fold;
use crate::panels::side::link;

/// One row.
struct Row<'r> {
    sign: Html,
    name: &'r str,
    /// A word on it, in a chip.
    chip: Option<&'static str>,
    says: &'r Sentence,
    /// Where it is written.
    place: Option<Place>,
}

fn row(analysis: &Analysis, on_go: &Callback<Place>, Row { sign, name, chip, says, place }: Row<'_>) -> Html {
    html! {
        <li>
            { sign }
            <span class="says">
                <b>{ name }</b>
                if let Some(chip) = chip { <span class="action">{ chip }</span> }
                <small>{ phrases(&says.phrases) }</small>
            </span>
            if let Some(place) = place { { link(analysis, place, name, on_go) } }
        </li>
    }
}

fn name_of(policy: Option<&Policy>) -> String {
    let Some(policy) = policy else { return String::new() };
    if policy.is_network_policy() { policy.name.clone() } else { format!("{} ({})", policy.name, policy.kind_words()) }
}

/// What there is to say of a pod.
pub(super) fn of_pod(analysis: &Rc<Analysis>, pod: &PodFacts, on_go: &Callback<Place>) -> Html {
    let side = |side: &SideFacts| {
        let way = match side.direction {
            Direction::Ingress => "Ingress",
            Direction::Egress => "Egress",
        };
        let (sign, is) = if side.isolated { (icons::isolated(), "isolated") } else { (icons::free(), "not isolated") };
        let name = format!("{way}: {is}");
        row(analysis, on_go, Row { sign, name: &name, chip: None, says: &side.says, place: None })
    };
    let effect = |effect: &Effect| {
        let name = name_of(analysis.policies.get(effect.policy));
        let chip = match effect.directions.as_slice() {
            [Direction::Ingress] => Some("ingress"),
            [Direction::Egress] => Some("egress"),
            [] => None,
            _ => Some("ingress and egress"),
        };
        row(
            analysis,
            on_go,
            Row { sign: icons::selects(), name: &name, chip, says: &effect.selects, place: Some(effect.place) },
        )
    };
    let other = |other: &Unselected| {
        let name = name_of(analysis.policies.get(other.policy));
        let near = other.miss.filter(|miss| miss.is_near());
        let sign = if near.is_some() { icons::nearly() } else { icons::dash() };
        let chip = near.map(Miss::chip);
        row(analysis, on_go, Row { sign, name: &name, chip, says: &other.reason, place: Some(other.place) })
    };
    let (near, far): (Vec<&Unselected>, Vec<&Unselected>) =
        pod.others.iter().partition(|other| other.miss.is_some_and(Miss::is_near));
    let far: Html = far.iter().map(|one| other(one)).collect();
    let count = pod.others.len() - near.len();
    let line = match count {
        1 => "one more policy does not select it".to_owned(),
        _ => format!("{count} more policies do not select it"),
    };
    html! {
        <ul class="rules">
            { for pod.sides.iter().map(side) }
            { for pod.effects.iter().map(effect) }
            { for near.iter().map(|one| other(one)) }
            if count > 0 { { rest(line, far) } }
        </ul>
    }
}

/// Rows that are folded away.
fn rest(line: String, rows: Html) -> Html {
    let inner = Callback::from(move |()| html! { <ul class="rules inner">{ rows.clone() }</ul> });
    html! { <li class="idle">{ icons::dash() }<Fold {line} {inner} /></li> }
}

/// What there is to say of a policy.
pub(super) fn of_policy(analysis: &Rc<Analysis>, policy: &PolicyFacts, on_go: &Callback<Place>) -> Html {
    let own = analysis.policies.get(policy.policy);
    let near = |near: &NearMiss| {
        let name = analysis.cluster.name_of(near.endpoint);
        let (sign, chip) =
            if near.miss.is_near() { (icons::nearly(), Some(near.miss.chip())) } else { (icons::dash(), None) };
        row(analysis, on_go, Row { sign, name: &name, chip, says: &near.reason, place: Some(near.place) })
    };
    let (close, only): (Vec<&NearMiss>, Vec<&NearMiss>) = policy.near.iter().partition(|near| near.miss.is_near());
    let count = only.len();
    let rows: Html = only.iter().map(|one| near(one)).collect();
    let line = match count {
        1 => "one more pod misses by its label".to_owned(),
        _ => format!("{count} more pods miss by their label"),
    };
    html! {
        <ul class="rules">
            { row(analysis, on_go, Row { sign: if policy.pods.is_empty() { icons::dash() } else { icons::selects() }, name: &name_of(own), chip: None, says: &policy.selects, place: own.map(|own| own.selector_place) }) }
            { for close.iter().map(|one| near(one)) }
            if count > 0 { { rest(line, rows) } }
            { for policy.directions.iter().map(|direction| rules(analysis, direction, on_go)) }
        </ul>
    }
}

/// A direction's rules, each with whom it is about.
fn rules(analysis: &Rc<Analysis>, direction: &DirectionFacts, on_go: &Callback<Place>) -> Html {
    let way = match direction.direction {
        Direction::Ingress => "Ingress",
        Direction::Egress => "Egress",
    };
    let rule = |rule: &RuleFacts| {
        let mut says = rule.says.clone();
        says.plain(": ");
        says.phrases.extend(rule.admits.phrases.iter().cloned());
        let name = capital(&rule.label);
        let sign = if rule.peers.as_ref().is_some_and(Vec::is_empty) { icons::dash() } else { icons::onward_ink() };
        let chip = (rule.action != "Allow").then_some(rule.action);
        row(analysis, on_go, Row { sign, name: &name, chip, says: &says, place: Some(rule.place) })
    };
    html! {
        <>
            <li class="tier decides"><h3 class="way-of">{ way }</h3><small>{ phrases(&direction.says.phrases) }</small></li>
            { for direction.rules.iter().map(rule) }
        </>
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

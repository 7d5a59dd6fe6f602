//! Inspect: what policies make of one pod, or one policy of the pods, and how to see the same on a real cluster.

mod facts;

use std::rc::Rc;

use netpol_core::Analysis;
use netpol_core::inspect;
use netpol_core::policy::Policy;
use netpol_core::source::Place;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::commands::Commands;
use crate::state::Subject;

/// More pods than this are not offered; each can be pressed in the figure.
const MOST: usize = 400;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub(crate) struct InspectProps {
    pub(crate) analysis: Rc<Analysis>,
    /// What is looked at.
    pub(crate) subject: Option<Subject>,
    /// Something else shall be.
    pub(crate) on_inspect: Callback<Subject>,
    /// A place in the text shall be shown.
    pub(crate) on_go: Callback<Place>,
}

/// What is looked at, what there is to say of it, and the commands.
#[component]
pub(crate) fn InspectPanel(props: &InspectProps) -> Html {
    let analysis = &props.analysis;
    let found = use_memo((analysis.clone(), props.subject.clone()), |(analysis, subject)| {
        subject.as_ref().and_then(|subject| subject.find(analysis))
    });
    let (headline, facts, commands) = match *found {
        Some(Found::Pod(at)) => {
            let Some(pod) = inspect::pod(analysis, at) else { return choose(props, None) };
            let rows = facts::of_pod(analysis, &pod, &props.on_go);
            (pod.headline(analysis), rows, inspect::for_pod(analysis, at))
        }
        Some(Found::Policy(at)) => {
            let Some(policy) = inspect::policy(analysis, at) else { return choose(props, None) };
            let rows = facts::of_policy(analysis, &policy, &props.on_go);
            (policy.headline(), rows, inspect::for_policy(analysis, at))
        }
        None => return choose(props, None),
    };
    html! {
        <div class="inspect">
            <div class="both-sides">
                <section aria-label="Facts">{ choose(props, Some(headline)) }{ facts }</section>
                <section aria-label="On a real cluster"><h3>{ "On a real cluster" }</h3><Commands {commands} /></section>
            </div>
        </div>
    }
}

/// What a subject is in one analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// A pod, by its index.
    Pod(usize),
    /// A policy, by its index.
    Policy(usize),
}

impl Subject {
    /// The policy `at` as a subject.
    pub(crate) fn policy(analysis: &Analysis, at: usize) -> Option<Self> {
        Some(Self::Policy(name(analysis.policies.get(at)?)))
    }

    /// The same in `analysis`, if it is still there.
    pub(crate) fn find(&self, analysis: &Analysis) -> Option<Found> {
        match self {
            Self::Pod(id) => {
                let pods = analysis.cluster.endpoints.iter();
                pods.enumerate().find(|(_, own)| own.id == *id && !own.is_external()).map(|(at, _)| Found::Pod(at))
            }
            Self::Policy(id) => analysis.policies.iter().position(|policy| name(policy) == *id).map(Found::Policy),
        }
    }

    /// The pods that it is about.
    pub(crate) fn pods(&self, analysis: &Analysis) -> Vec<usize> {
        match self.find(analysis) {
            Some(Found::Pod(at)) => vec![at],
            Some(Found::Policy(at)) => analysis
                .policies
                .get(at)
                .map_or_else(Vec::new, |own| analysis.cluster.members(&own.subjects).iter().collect()),
            None => Vec::new(),
        }
    }

    /// The value of its choice.
    fn value(&self) -> String {
        match self {
            Self::Pod(id) => format!("pod {id}"),
            Self::Policy(id) => format!("policy {id}"),
        }
    }

    fn of_value(value: &str) -> Option<Self> {
        let pod = value.strip_prefix("pod ").map(|id| Self::Pod(id.to_owned()));
        pod.or_else(|| value.strip_prefix("policy ").map(|id| Self::Policy(id.to_owned())))
    }
}

/// What tells a policy from all others.
fn name(policy: &Policy) -> String {
    let namespace = policy.namespace.as_deref().unwrap_or_default();
    format!("{}/{namespace}/{}", policy.kind_words(), policy.name)
}

/// The list of what can be looked at, and what is found in few words.
fn choose(props: &InspectProps, headline: Option<String>) -> Html {
    let analysis = &props.analysis;
    let on_inspect = props.on_inspect.clone();
    let change = Callback::from(move |event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        if let Some(subject) = select.and_then(|select| Subject::of_value(&select.value())) {
            on_inspect.emit(subject);
        }
    });
    let chosen = props.subject.as_ref().filter(|subject| subject.find(analysis).is_some());
    let option = |subject: Subject, words: String| {
        let selected = chosen == Some(&subject);
        html! { <option value={subject.value()} {selected}>{ words }</option> }
    };
    let pods = analysis.cluster.endpoints.iter().enumerate().filter(|(_, own)| !own.is_external()).take(MOST);
    let pods = pods.map(|(at, own)| option(Subject::Pod(own.id.clone()), analysis.cluster.name_of(at)));
    let policies = (0..analysis.policies.len()).filter_map(|at| {
        let policy = analysis.policies.get(at)?;
        let kind = if policy.is_network_policy() { String::new() } else { format!(" ({})", policy.kind_words()) };
        Some(option(Subject::policy(analysis, at)?, format!("{}{kind}", policy.name)))
    });
    html! {
        <div class="ask">
            <label class="field end subject">
                <span>{ "Inspect" }</span>
                <select onchange={change}>
                    if chosen.is_none() { <option value="" selected=true disabled=true>{ "a pod or a policy" }</option> }
                    <optgroup label="Pods">{ for pods }</optgroup>
                    if !analysis.policies.is_empty() { <optgroup label="Policies">{ for policies }</optgroup> }
                </select>
            </label>
            if let Some(headline) = &headline {
                <p class="verdict" role="status"><b>{ headline }</b></p>
            } else {
                <p class="hint">{ "Choose a pod or a policy, or press a pod in the figure." }</p>
            }
        </div>
    }
}

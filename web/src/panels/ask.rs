//! The fields in which a connection is asked for, and a request over it.

use std::rc::Rc;

use netpol_core::Analysis;
use netpol_core::ports::Protocol;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::state::Asked;

/// More names than this are not offered.
const MOST: usize = 400;

/// The methods that are offered.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// What the fields are given.
#[derive(Properties, PartialEq)]
pub(crate) struct AskProps {
    pub(crate) analysis: Rc<Analysis>,
    pub(crate) asked: Asked,
    /// A field changed.
    pub(crate) on_ask: Callback<Asked>,
}

/// From whom, to whom, to which port, by which protocol, with which request.
#[component]
pub(crate) fn Ask(props: &AskProps) -> Html {
    let names = use_memo(props.analysis.clone(), |analysis| (endpoints(analysis), services(analysis)));
    let (endpoints, services) = &*names;
    html! {
        <>
            { form(props) }
            <datalist id="probe-sources">{ for endpoints.iter().map(option) }</datalist>
            <datalist id="probe-destinations">{ for endpoints.iter().chain(services).map(option) }</datalist>
        </>
    }
}

/// Something to name, with a word on what it is.
type Name = (String, String);

fn option((id, what): &Name) -> Html {
    html! { <option value={id.clone()} label={if what.is_empty() { id.clone() } else { format!("{id} ({what})") }} /> }
}

/// What can be named at either end.
fn endpoints(analysis: &Analysis) -> Vec<Name> {
    let cluster = &analysis.cluster;
    let own = cluster.endpoints.iter().map(|endpoint| {
        let what = if endpoint.is_external() { endpoint.name.clone() } else { String::new() };
        (endpoint.id.clone(), what)
    });
    own.chain(cluster.owner_ids().map(|id| (id.to_owned(), String::new()))).take(MOST).collect()
}

/// What can be a destination only.
fn services(analysis: &Analysis) -> Vec<Name> {
    // By its full id: a pod may have its short one.
    analysis.cluster.services.iter().map(|service| (service.id(), "Service".to_owned())).take(MOST).collect()
}

fn form(props: &AskProps) -> Html {
    let field = |label: &'static str,
                 value: &str,
                 list: Option<&'static str>,
                 hint: &'static str,
                 set: fn(&mut Asked, String)| {
        let (asked, on_ask) = (props.asked.clone(), props.on_ask.clone());
        let input = Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                let mut next = asked.clone();
                set(&mut next, input.value());
                on_ask.emit(next);
            }
        });
        // What is written narrows the list of names: the next key shall replace it.
        let focus = Callback::from(|event: FocusEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                input.select();
            }
        });
        let class = match (list, label) {
            (Some(_), _) => "field end",
            (None, "Port") => "field",
            _ => "field wide",
        };
        html! {
            <label {class}>
                <span>{ label }</span>
                <input {list} value={value.to_owned()} placeholder={hint} oninput={input} onfocus={focus} autocomplete="off" autocapitalize="off" spellcheck="false" />
            </label>
        }
    };
    let asked = &props.asked;
    html! {
        <form class="ask" onsubmit={Callback::from(|event: SubmitEvent| event.prevent_default())}>
            { field("From", &asked.from, Some("probe-sources"), "", |asked, value| asked.from = value) }
            { field("To", &asked.to, Some("probe-destinations"), "", |asked, value| asked.to = value) }
            { field("Port", &asked.port, None, "every port", |asked, value| asked.port = value) }
            { protocol(props) }
            { method(props) }
            if !asked.method.is_empty() {
                { field("Path", &asked.path, None, "/", |asked, value| asked.path = value) }
                { field("Host", &asked.host, None, "any", |asked, value| asked.host = value) }
            }
        </form>
    }
}

/// The HTTP request that is asked about, if one is.
fn method(props: &AskProps) -> Html {
    let (asked, on_ask) = (props.asked.clone(), props.on_ask.clone());
    let change = Callback::from(move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            on_ask.emit(Asked { method: select.value(), ..asked.clone() });
        }
    });
    let option = |method: &'static str| {
        html! { <option value={method} selected={props.asked.method == method}>{ method }</option> }
    };
    html! {
        <label class="field">
            <span>{ "Request" }</span>
            <select onchange={change}>
                <option value="" selected={props.asked.method.is_empty()}>{ "none" }</option>
                { for METHODS.into_iter().map(option) }
            </select>
        </label>
    }
}

fn protocol(props: &AskProps) -> Html {
    let (asked, on_ask) = (props.asked.clone(), props.on_ask.clone());
    let change = Callback::from(move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            let protocol = Protocol::ALL.into_iter().find(|protocol| protocol.to_string() == select.value());
            on_ask.emit(Asked { protocol, ..asked.clone() });
        }
    });
    // A number alone is a port of TCP, for kubectl as for everybody.
    let numbered = props.asked.port.trim().parse::<u32>().is_ok();
    let chosen = props.asked.protocol.or((numbered || !props.asked.method.is_empty()).then_some(Protocol::Tcp));
    let option = |protocol: Protocol| {
        html! { <option value={protocol.to_string()} selected={chosen == Some(protocol)}>{ protocol.to_string() }</option> }
    };
    html! {
        <label class="field">
            <span>{ "Protocol" }</span>
            <select onchange={change}>
                if !numbered { <option value="" selected={chosen.is_none()}>{ "any" }</option> }
                { for Protocol::ALL.into_iter().map(option) }
            </select>
        </label>
    }
}

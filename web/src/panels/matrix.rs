//! The matrix: every ordered pair in a table.

use netpol_core::Analysis;
use netpol_core::connectivity::Connection;
use netpol_core::explain;
use netpol_core::source::Place;
use yew::prelude::*;

use super::side::link;
use crate::diagram::figure::{Figure, Node};
use crate::diagram::scene::State;
use crate::diagram::{door, stub};

/// What the matrix is given.
#[derive(Properties, PartialEq)]
pub(crate) struct MatrixProps {
    pub(crate) analysis: std::rc::Rc<Analysis>,
    pub(crate) figure: std::rc::Rc<Figure>,
    pub(crate) selected: Option<(String, String)>,
    pub(crate) on_select: Callback<Option<(String, String)>>,
    /// A place in the text shall be shown.
    pub(crate) on_go: Callback<Place>,
}

/// The table, and a note on the selected pair.
#[component]
pub(crate) fn Matrix(props: &MatrixProps) -> Html {
    let nodes = &props.figure.nodes;
    let names = names(&props.analysis, nodes);
    let selected = props.selected.as_ref();
    let is =
        |node: &Node, which: fn(&(String, String)) -> &String| selected.is_some_and(|pair| *which(pair) == node.id);
    let head = nodes.iter().zip(&names).map(|(node, name)| {
        html! { <th scope="col" class={is(node, |pair| &pair.1).then_some("hl")} title={node.id.clone()}>{ name }</th> }
    });
    let rows = nodes.iter().zip(&names).map(|(from, name)| {
        let cells = nodes.iter().map(|to| cell(props, from, to));
        html! { <tr><th scope="row" class={is(from, |pair| &pair.0).then_some("hl")} title={from.id.clone()}>{ name }</th>{ for cells }</tr> }
    });
    html! {
        <div class="matrix-panel">
            <table class="mx">
                <thead><tr><th class="corner">{ "from ↓  to →" }</th>{ for head }</tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
            <div class="mxn" aria-live="polite">{ note(props, nodes, &names) }</div>
        </div>
    }
}

/// The boxes' names, with their namespaces where a name alone would not do.
fn names(analysis: &Analysis, nodes: &[Node]) -> Vec<String> {
    let repeated = |node: &Node| nodes.iter().filter(|other| other.name == node.name).count() > 1;
    let name = |node: &Node| match node.id.split_once('/') {
        Some((namespace, _)) if repeated(node) => format!("{namespace}/{}", node.name),
        _ if node.external => analysis.cluster.name_of(node.endpoint()),
        _ => node.name.clone(),
    };
    nodes.iter().map(name).collect()
}

fn cell(props: &MatrixProps, from: &Node, to: &Node) -> Html {
    if from.id == to.id || from.external && to.external {
        return html! { <td class="me" /> };
    }
    let Some(connection) = props.analysis.connectivity.connection(from.endpoint(), to.endpoint()) else {
        return html! { <td /> };
    };
    let pair = (from.id.clone(), to.id.clone());
    let here = props.selected.as_ref() == Some(&pair);
    let select = props.on_select.reform(move |_: MouseEvent| (!here).then(|| pair.clone()));
    let spoken = explain::spoken(&props.analysis, from.endpoint(), to.endpoint());
    html! {
        <td class={here.then_some("sel")}><button onclick={select} aria-label={spoken.clone()} title={spoken}>{ sign(&connection) }</button></td>
    }
}

fn sign(connection: &Connection<'_>) -> Html {
    match State::of(connection) {
        State::Idle => html! { <svg class="sign idle" width="12" height="12"><circle cx="6" cy="6" r="3.5" /></svg> },
        State::Open => html! { <svg class="sign open" width="12" height="12"><circle cx="6" cy="6" r="5" /></svg> },
        state @ (State::Part | State::Http) => {
            let words = stub::port_words(connection);
            let brief = words.first().map(|word| word.trim_start_matches("TCP/").to_owned()).unwrap_or_default();
            let more = if words.len() > 1 { format!(" +{}", words.len() - 1) } else { String::new() };
            let picture = if state == State::Http {
                html! { <svg class="sign part http" width="12" height="12" viewBox="-6 -6.500 12 12">{ door::shape() }</svg> }
            } else {
                html! { <svg class="sign part" width="12" height="12"><circle cx="6" cy="6" r="4.2" /><path d="M6 1.500a4.500 4.500 0 0 0 0 9z" /></svg> }
            };
            html! { <span class="pt">{ picture }{ brief }{ more }</span> }
        }
        State::Blocked(..) => {
            html! { <svg class="sign stop" width="12" height="12"><path d="m3 3 6 6M9 3 3 9" /></svg> }
        }
        State::Unknown => html! { { "?" } },
    }
}

fn note(props: &MatrixProps, nodes: &[Node], names: &[String]) -> Html {
    let find = |id: &String| nodes.iter().position(|node| node.id == *id);
    let Some((from, to)) = props.selected.as_ref().and_then(|(from, to)| Some((find(from)?, find(to)?))) else {
        return html! { <>{ "Select a cell to see what decides." }</> };
    };
    let endpoint = |at: usize| nodes.get(at).map_or(0, Node::endpoint);
    let name = |at: usize| names.get(at).cloned().unwrap_or_default();
    let analysis = &props.analysis;
    let Some(connection) = analysis.connectivity.connection(endpoint(from), endpoint(to)) else {
        return Html::default();
    };
    let sentence = explain::sentence(analysis, endpoint(from), endpoint(to));
    let class = match State::of(&connection) {
        State::Blocked(..) => "no",
        State::Open | State::Part | State::Http => "yes",
        State::Idle | State::Unknown => "",
    };
    let cited = explain::cited(analysis, endpoint(from), endpoint(to));
    let pair = format!("{} to {}", name(from), name(to));
    let places = cited.iter().map(|(place, _)| link(analysis, *place, &pair, &props.on_go));
    html! {
        <>
            <b>{ &pair }</b>
            <span class={class}>{ sentence }</span>
            if !cited.is_empty() { <div class="see">{ "Why: " }{ for places }</div> }
        </>
    }
}

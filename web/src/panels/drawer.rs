//! The drawer under the figure: its tabs, and the panel that is open.

use std::rc::Rc;

use netpol_core::explain::explain;
use netpol_core::lesson::script::Task;
use netpol_core::source::Place;
use yew::prelude::*;

use super::checks::Checks;
use super::matrix::Matrix;
use super::probe::ProbePanel;
use super::tabs::{Tab, Tabs};
use super::task::TaskPanel;
use super::why::Why;
use crate::diagram::figure::Figure;
use crate::icons;
use crate::narrow::use_narrow;
use crate::state::{Action, Panel, Workspace};

/// The drawer's tabs, that of the step's question first where it has one.
fn tabs(workspace: &Workspace) -> Vec<(Panel, Tab)> {
    let tab = |id, title| Tab { id, panel: "panel", title, count: None, of: None };
    let asks = match &workspace.step().task {
        Some(Task::Predict(_)) => Some("Predict"),
        Some(Task::Choose(_)) => Some("Question"),
        Some(Task::Solve(_)) | None => None,
    };
    let results = &workspace.desk.results;
    let counted = results.all() > 0;
    let checks = Tab {
        count: counted.then_some(results.holding()),
        of: counted.then_some(results.all()),
        ..tab("tab-checks", "Checks")
    };
    let first = asks.map(|title| (Panel::Task, tab("tab-task", title)));
    let others = [
        (Panel::Why, tab("tab-why", "Why")),
        (Panel::Matrix, tab("tab-matrix", "Matrix")),
        (Panel::Probe, tab("tab-probe", "Probe")),
        (Panel::Checks, checks),
    ];
    first.into_iter().chain(others).collect()
}

/// The tabs that stand beside the editors' where there is one column: the probe is inside Why there.
pub(crate) fn sheet_tabs(workspace: &Workspace) -> impl Iterator<Item = (Panel, Tab)> + use<> {
    tabs(workspace).into_iter().filter(|(panel, _)| *panel != Panel::Probe)
}

/// The id of the tab that shows `panel` where there is one column.
pub(crate) fn tab_of(workspace: &Workspace, panel: Panel) -> &'static str {
    let found = sheet_tabs(workspace).find(|(own, _)| *own == panel);
    found.map_or("tab-why", |(_, tab)| tab.id)
}

/// What the drawer is given.
#[derive(Properties, PartialEq)]
pub(crate) struct DrawerProps {
    pub(crate) workspace: UseReducerHandle<Workspace>,
}

/// The drawer.
#[component]
pub(crate) fn Drawer(props: &DrawerProps) -> Html {
    let workspace = &props.workspace;
    let panels = tabs(workspace);
    let tabs: Vec<Tab> = panels.iter().map(|(_, tab)| *tab).collect();
    let selected = panels.iter().position(|(panel, _)| Some(*panel) == workspace.panel);
    let on_select = {
        let dispatch = workspace.dispatcher();
        // The tab in front closes what it opened.
        Callback::from(move |at: usize| {
            let panel = panels.get(at).map(|(panel, _)| *panel).filter(|_| selected != Some(at));
            dispatch.dispatch(Action::Panel(panel));
        })
    };
    let close = {
        let dispatch = workspace.dispatcher();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Panel(None)))
    };
    let named = selected.and_then(|at| tabs.get(at)).map(|tab| tab.id);
    html! {
        <div class="drawer">
            <div class="tab-bar">
                <Tabs label="Panels" {tabs} {selected} {on_select} />
                if selected.is_some() { <button class="tool square" onclick={close} aria-label="Close the panel" title="Close the panel">{ icons::down() }</button> }
            </div>
            <div class="panel" id="panel" role="tabpanel" aria-labelledby={named.unwrap_or("tab-why")} tabindex="0" hidden={selected.is_none()} key={named.unwrap_or_default()}>
                <PanelContent workspace={workspace.clone()} />
            </div>
        </div>
    }
}

/// What the open panel shows.
#[component]
pub(crate) fn PanelContent(props: &DrawerProps) -> Html {
    let workspace = &props.workspace;
    let narrow = use_narrow();
    let why = use_memo((workspace.shown.clone(), workspace.selected.clone()), |(shown, selected)| {
        let (from, to) = selected.as_ref()?;
        explain(shown, shown.cluster.find(from)?, shown.cluster.find(to)?, None).map(Rc::new)
    });
    let dispatch = workspace.dispatcher();
    let on_go = Callback::from(move |place: Place| {
        // Where there is one column the panel stands in the text's place.
        if narrow {
            dispatch.dispatch(Action::Panel(None));
        }
        dispatch.dispatch(Action::Go(place));
    });
    let probe = |whole: bool| {
        let dispatch = workspace.dispatcher();
        let on_ask = Callback::from(move |asked| dispatch.dispatch(Action::Ask(asked)));
        html! { <ProbePanel analysis={workspace.shown.clone()} asked={workspace.asked.clone()} {on_ask} on_go={on_go.clone()} {whole} /> }
    };
    let content = match workspace.panel {
        None => return Html::default(),
        Some(Panel::Matrix) => matrix(workspace, &on_go),
        Some(Panel::Why | Panel::Probe) if narrow => {
            // The same pair on every port is explained already.
            let whole = !workspace.asks_the_selected();
            html! { <><Why analysis={workspace.shown.clone()} why={(*why).clone()} on_go={on_go.clone()} /><h3 class="part">{ "Probe" }</h3>{ probe(whole) }</> }
        }
        Some(Panel::Why) => {
            html! { <Why analysis={workspace.shown.clone()} why={(*why).clone()} on_go={on_go.clone()} /> }
        }
        Some(Panel::Probe) => probe(true),
        Some(Panel::Checks) => return html! { <Checks workspace={workspace.clone()} {on_go} /> },
        Some(Panel::Task) => return html! { <TaskPanel workspace={workspace.clone()} /> },
    };
    html! {
        <>
            if workspace.asks() { <p class="note">{ "The figure shows what holds before this step, until its question is answered." }</p> }
            if workspace.stale { <p class="note">{ "The text has errors: this is the last good state, whose lines may have moved." }</p> }
            { content }
        </>
    }
}

fn matrix(workspace: &UseReducerHandle<Workspace>, on_go: &Callback<Place>) -> Html {
    let dispatch = workspace.dispatcher();
    let on_select = Callback::from(move |arrow| dispatch.dispatch(Action::Select(arrow)));
    let figure = Rc::new(Figure::of(&workspace.shown));
    html! { <Matrix analysis={workspace.shown.clone()} {figure} selected={workspace.selected.clone()} {on_select} on_go={on_go.clone()} /> }
}

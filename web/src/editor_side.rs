//! The editor's side: both texts, or the panel that stands in their place where there is one column.

use gloo::timers::callback::Timeout;
use netpol_core::rewrite::{self, Site, sites};
use netpol_core::source::{Place, Source, Span};
use netpol_core::words;
use netpol_core::{Analysis, explain};
use yew::prelude::*;

use crate::app::SideProps;
use crate::editor::{Editor, problems, starters, words as own_words};
use crate::icons;
use crate::narrow::{is_narrow, use_narrow};
use crate::panels::drawer::{PanelContent, sheet_tabs, tab_of};
use crate::panels::story::Story;
use crate::panels::tabs::{Tab as TabLabel, Tabs};
use crate::state::{Action, Panel, Tab, Workspace};
use crate::task::Act;

/// The switch that the reader looks at: the one of the policy at the cursor, else the first.
pub(crate) fn active_site(workspace: &Workspace) -> Option<Site> {
    let analysis = &workspace.shown;
    if workspace.asks() {
        return None;
    }
    let all: Vec<Site> = sites(&analysis.manifests, &analysis.sources, &workspace.flips);
    let at_cursor = focused_policy(workspace);
    let near = all.iter().find(|site| Some(site.policy) == at_cursor);
    let first = all.first().filter(|_| workspace.cursor == 0 || analysis.manifests.policies.len() == 1);
    near.or(first).cloned()
}

/// The policy at the cursor, or the one before it where it stands behind all: an index into the analysis's policies, of
/// which those that sites are numbered by come first.
pub(crate) fn focused_policy(workspace: &Workspace) -> Option<usize> {
    let policies = workspace.shown.policies.iter().enumerate();
    let own = policies.filter(|(_, policy)| policy.place.file == 0).map(|(at, policy)| (policy.place.span, at));
    let behind =
        own.clone().filter(|(span, _)| span.end >= workspace.cursor).min_by_key(|(span, at)| (span.start, *at));
    behind.or_else(|| own.max_by_key(|(span, _)| span.end)).map(|(_, at)| at)
}

/// Its name, and what it means.
fn in_words(analysis: &Analysis, at: usize) -> Option<Html> {
    let policy = analysis.policies.get(at)?;
    let says = match analysis.manifests.policies.get(at) {
        Some(written) => words::policy(written),
        None => words::compiled(analysis, at),
    };
    Some(own_words::panel(&policy.name, &says))
}

/// How long nothing is typed when a writer pauses, in ms.
const PAUSE: u32 = 400;

/// Tabs, editors, problems, words, status.
#[component]
pub(crate) fn EditorSide(props: &SideProps) -> Html {
    let workspace = &props.workspace;
    let current = &workspace.current;
    let positions = use_state_eq(|| [(1, 1), (1, 1)]);
    let dispatch = workspace.dispatcher();
    use_scroll_to_rules(props);
    use_scroll_to_cited(props);
    use_going(props);
    use_pause(workspace);
    let narrow = use_narrow();
    // The drawer's panels are the sheet's, where there is no drawer.
    let panel = workspace.panel.filter(|_| narrow && !workspace.desk.kept);
    let editor = |file: usize| {
        let dispatch_change = dispatch.clone();
        let on_change = Callback::from(move |text| dispatch_change.dispatch(Action::Edit(file, text)));
        let (dispatch, positions) = (dispatch.clone(), positions.clone());
        let source = current.sources.get(file).cloned().unwrap_or_else(|| Source::new("", ""));
        let on_cursor = Callback::from(move |(line, column, offset): (u32, u32, u32)| {
            let mut next = *positions;
            next[file.min(1)] = (line, column);
            positions.set(next);
            if file == 0 {
                dispatch.dispatch(Action::Cursor(offset as usize));
            }
        });
        let own: Vec<Site> = sites(&current.manifests, &current.sources, &workspace.flips)
            .into_iter()
            .filter(|site| site.file == file)
            .collect();
        let on_flip = flip(props, file, own.clone());
        let diagnostics = workspace.desk.findings.iter().filter(|d| d.place.file == file).cloned().collect::<Vec<_>>();
        let cited = cited(workspace, file);
        let remote = props.remotes[file.min(1)].clone();
        let label = if file == 0 { "Policies, YAML" } else { "Cluster, YAML" };
        let hidden = workspace.tab.file() != file || panel.is_some();
        let (id, tab) = TEXTS.get(file).map_or(("", ""), |(_, tab)| (tab.panel, tab.id));
        html! { <Editor {id} {tab} {label} {source} {diagnostics} sites={own} {cited} {remote} {hidden} {on_change} {on_cursor} {on_flip} /> }
    };
    let go = {
        let dispatch = dispatch.clone();
        Callback::from(move |place: Place| dispatch.dispatch(Action::Go(place)))
    };
    let fix = {
        let (remotes, current) = (props.remotes.clone(), current.clone());
        Callback::from(move |diagnostic: netpol_core::diagnostic::Diagnostic| {
            let file = diagnostic.place.file;
            if let (Some(source), Some(remote)) = (current.sources.get(file), remotes.get(file)) {
                remote.edit(&diagnostic.fix, source);
            }
        })
    };
    let lesson = {
        let dispatch = dispatch.clone();
        Callback::from(move |lesson| dispatch.dispatch(Action::Open(lesson, 0)))
    };
    let start = {
        let dispatch = dispatch.clone();
        Callback::from(move |text| dispatch.dispatch(Action::Replace(text)))
    };
    let policies_shown = workspace.tab == Tab::Policies;
    let namespace = current.cluster.endpoints.first().and_then(|endpoint| current.cluster.namespace_of(endpoint));
    let namespace = namespace.map_or("default".to_owned(), |namespace| namespace.name.clone());
    let (well, summary) = problems::summary(current, &workspace.desk.findings, usize::from(!policies_shown));
    let focused = focused_policy(workspace).filter(|_| policies_shown && !workspace.stale && !workspace.asks());
    let focused = focused.and_then(|at| in_words(&workspace.shown, at));
    let (line, column) = positions[usize::from(!policies_shown)];
    html! {
        <section class="editor" aria-label="Editor">
            <Story workspace={workspace.clone()} />
            { tabs(workspace, narrow) }
            <div class="starters">if panel.is_none() && policies_shown && starters::is_empty(workspace.text(0)) { <starters::Starters {namespace} on_choose={start} /> }</div>
            { editor(0) }
            { editor(1) }
            if let Some(panel) = panel {
                <div class="sheet" id="panel" role="tabpanel" aria-labelledby={tab_of(workspace, panel)} tabindex="0" key={format!("{panel:?}")}>
                    <PanelContent workspace={workspace.clone()} />
                </div>
            } else {
                <problems::Problems analysis={current.clone()} found={workspace.desk.findings.clone()} lessons={workspace.lessons.clone()} lesson={workspace.lesson} on_go={go} on_fix={fix} on_lesson={lesson} />
            }
            <section class="reads" aria-label="In words" hidden={focused.is_none()}>
                { focused }
            </section>
            <div class="status">
                { if well { icons::tick() } else { icons::cross() } }
                <span role="status">{ summary }</span>
                if let Some((brief, whole)) = problems::skipped(current) { <span class="skipped" title={whole}>{ brief }</span> }
                <span class="r">{ format!("Ln {line}, Col {column}") }</span>
            </div>
        </section>
    }
}

/// The texts' tabs.
const TEXTS: [(Tab, TabLabel); 2] = [
    (Tab::Policies, TabLabel { id: "tab-policies", panel: "text-policies", title: "Policies", count: None, of: None }),
    (Tab::Cluster, TabLabel { id: "tab-cluster", panel: "text-cluster", title: "Cluster", count: None, of: None }),
];

/// The tabs of both texts, and where there is one column those of the panels.
fn tabs(workspace: &UseReducerHandle<Workspace>, narrow: bool) -> Html {
    let current = &workspace.current;
    let pods = current.cluster.endpoints.iter().filter(|endpoint| !endpoint.is_external() && !endpoint.assumed);
    let counts = [current.policies_written(), pods.count()];
    let panels: Vec<(Panel, TabLabel)> = sheet_tabs(workspace).filter(|_| narrow).collect();
    let texts = TEXTS.iter().zip(counts).map(|((_, tab), count)| TabLabel { count: Some(count), ..*tab });
    let labels: Vec<TabLabel> = texts.chain(panels.iter().map(|(_, tab)| *tab)).collect();
    let open = workspace
        .panel
        .filter(|_| narrow && !workspace.desk.kept)
        .map(|panel| if panel == Panel::Probe { Panel::Why } else { panel });
    let panel_at = open.and_then(|open| panels.iter().position(|(panel, _)| *panel == open));
    let selected = panel_at.map_or(workspace.tab.file(), |at| at + TEXTS.len());
    let dispatch = workspace.dispatcher();
    let on_select = Callback::from(move |at: usize| {
        if let Some((tab, _)) = TEXTS.get(at) {
            dispatch.dispatch(Action::Tab(*tab));
        }
        if narrow {
            let panel = at.checked_sub(TEXTS.len()).and_then(|at| panels.get(at));
            dispatch.dispatch(Action::Panel(panel.map(|(panel, _)| *panel)));
        }
    });
    html! { <div class="tab-bar"><Tabs label="Texts" tabs={labels} {selected} {on_select} />{ back(workspace) }</div> }
}

/// The way back to texts that were left behind: the reader's own, or those of the step, which leaves the reader's behind.
fn back(workspace: &UseReducerHandle<Workspace>) -> Html {
    let (says, action) = if workspace.can_return() {
        ("Back to your text", Action::Task(Act::Return))
    } else if workspace.is_pristine() {
        return Html::default();
    } else {
        ("Back to this step’s text", Action::Open(workspace.lesson, workspace.step))
    };
    let dispatch = workspace.dispatcher();
    let back = Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()));
    html! { <button class="tool kept" onclick={back} aria-label={says} title={says}>{ icons::undo() }<span>{ says }</span></button> }
}

/// The cursor goes where it is sent, once the text it is sent to is in front.
#[hook]
fn use_going(props: &SideProps) {
    let (workspace, remotes) = (props.workspace.clone(), props.remotes.clone());
    use_effect_with(props.workspace.went, move |(count, place)| {
        let (source, remote) = (workspace.current.sources.get(place.file), remotes.get(place.file));
        if let (Some(source), Some(remote), 1..) = (source, remote, *count) {
            remote.go_to(place.span.start, source);
        }
    });
}

/// The lints of a long text wait until its writer pauses.
#[hook]
fn use_pause(workspace: &UseReducerHandle<Workspace>) {
    let dispatch = workspace.dispatcher();
    let text = std::rc::Rc::as_ptr(&workspace.current) as usize;
    use_effect_with((workspace.desk.lints_wait, text), move |(waits, _)| {
        let timeout = waits.then(|| Timeout::new(PAUSE, move || dispatch.dispatch(Action::Task(Act::Pause))));
        move || drop(timeout)
    });
}

/// In a lesson about a `from:` list the code scrolls so that the list is in view, once the step is opened.
#[hook]
fn use_scroll_to_rules(props: &SideProps) {
    let (workspace, remotes) = (props.workspace.clone(), props.remotes.clone());
    use_effect_with(props.workspace.loads, move |_| {
        let site = active_site(&workspace).filter(|_| is_narrow());
        // The editor takes the new text in the same round of effects; the scroll waits for the next.
        let timeout = site.map(|site| {
            Timeout::new(30, move || {
                let source = workspace.current.sources.get(site.file);
                if let (Some(source), Some(remote)) = (source, remotes.get(site.file)) {
                    let above = source.line_start(source.line(site.region().start).saturating_sub(1));
                    remote.reveal(above, source);
                }
            })
        });
        move || drop(timeout)
    });
}

/// Selecting an arrow brings the lines behind its verdict into view.
#[hook]
fn use_scroll_to_cited(props: &SideProps) {
    let (workspace, remotes) = (props.workspace.clone(), props.remotes.clone());
    use_effect_with(props.workspace.selected.clone(), move |_| {
        let file = workspace.tab.file();
        let last = cited(&workspace, file).last().map(|(span, _)| span.start);
        if let (Some(at), Some(source), Some(remote)) = (last, workspace.current.sources.get(file), remotes.get(file)) {
            remote.show(at, source);
        }
    });
}

/// The lines behind the selected arrow's verdict.
fn cited(workspace: &Workspace, file: usize) -> Vec<(Span, bool)> {
    let Some((from, to)) = workspace.selected.as_ref().filter(|_| !workspace.stale && !workspace.asks()) else {
        return Vec::new();
    };
    let shown = &workspace.shown;
    let (Some(from), Some(to)) = (shown.cluster.find(from), shown.cluster.find(to)) else { return Vec::new() };
    let places = explain::cited(shown, from, to);
    places.into_iter().filter(|(place, _)| place.file == file).map(|(place, allows)| (place.span, allows)).collect()
}

/// What a pressed switch does: the core says which bytes change, the editor changes them as one undo step.
fn flip(props: &SideProps, file: usize, own: Vec<Site>) -> Callback<usize> {
    let workspace = props.workspace.clone();
    let remote = props.remotes[file.min(1)].clone();
    Callback::from(move |at: usize| {
        let (Some(site), Some(source)) = (own.get(at), workspace.current.sources.get(file)) else { return };
        let mut memory = workspace.flips.clone();
        // `flip` reads this one text on its own, so the policy is counted within it.
        let alone = netpol_core::manifest::read(std::slice::from_ref(source));
        let all = sites(&alone, std::slice::from_ref(source), &memory);
        let Some(site) = all.into_iter().find(|other| other.region() == site.region()) else { return };
        let Some(edits) = rewrite::flip(source, &alone, &site, &mut memory) else { return };
        let spans: Vec<Span> = edits.iter().map(|edit| Span::new(edit.span.start, edit.span.start)).collect();
        workspace.dispatch(Action::Remember(memory));
        if remote.edit(&edits, source) {
            remote.flash(&spans, source);
        }
    })
}

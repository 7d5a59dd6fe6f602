//! The page: where everything stands, and how the parts reach the workspace.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use netpol_core::explain;
use netpol_core::rewrite::{self, Site, sites};
use netpol_core::source::{Source, Span};
use netpol_core::words;
use yew::prelude::*;

use crate::diagram::Diagram;
use crate::diagram::figure::Figure;
use crate::editor::{Editor, Remote, problems, starters, words as in_words};
use crate::icons;
use crate::panels::headline::{self, Tally};
use crate::panels::matrix::Matrix;
use crate::panels::splitter::Splitter;
use crate::panels::strip::Strip;
use crate::state::{Action, Tab, Workspace};
use crate::theme::ThemeButton;

/// The page.
#[component]
pub fn App() -> Html {
    let workspace = use_reducer(Workspace::default);
    let width = use_state_eq(|| 480);
    let remotes = use_memo((), |()| [Remote::default(), Remote::default()]);
    use_settling(&workspace);
    let open = {
        let dispatch = workspace.dispatcher();
        Callback::from(move |(lesson, step)| dispatch.dispatch(Action::Open(lesson, step)))
    };
    let resize = {
        let width = width.clone();
        Callback::from(move |to| width.set(to))
    };
    html! {
        <div class="page" style={format!("--editor:{}px", *width)}>
            <header class="top">
                <h1 class="brand">{ icons::brand() }{ "Network Policy Playground" }</h1>
                <span class="enforced">{ "Enforced by " }<b>{ "any conforming CNI" }</b></span>
                <ThemeButton />
            </header>
            <Strip lesson={workspace.lesson} step={workspace.step} on_open={open} />
            <main>
                <EditorSide workspace={workspace.clone()} remotes={remotes.clone()} />
                <Splitter width={*width} on_width={resize} />
                <StageSide workspace={workspace.clone()} />
            </main>
        </div>
    }
}

/// What both sides of the page are given.
#[derive(Properties, PartialEq)]
struct SideProps {
    workspace: UseReducerHandle<Workspace>,
    #[prop_or_default]
    remotes: Rc<[Remote; 2]>,
}

/// After a change has been shown, its decorations go, so that nothing restarts them.
#[hook]
fn use_settling(workspace: &UseReducerHandle<Workspace>) {
    let (serial, stretch) = (workspace.motion.serial, workspace.speed.stretch());
    let moving = !workspace.motion.settled;
    let dispatch = workspace.dispatcher();
    use_effect_with((serial, moving, stretch), move |(serial, moving, stretch)| {
        let serial = *serial;
        let timeout = moving.then(|| Timeout::new(2200 * *stretch, move || dispatch.dispatch(Action::Settled(serial))));
        move || drop(timeout)
    });
}

/// The switch that the reader looks at: the one of the policy at the cursor, else the first.
fn active_site(workspace: &Workspace) -> Option<Site> {
    let analysis = &workspace.shown;
    let all: Vec<Site> = sites(&analysis.manifests, &analysis.sources, &workspace.flips);
    let at_cursor = focused_policy(workspace);
    let near = all.iter().find(|site| Some(site.policy) == at_cursor);
    let first = all.first().filter(|_| workspace.cursor == 0 || analysis.manifests.policies.len() == 1);
    near.or(first).cloned()
}

/// The policy at the cursor.
fn focused_policy(workspace: &Workspace) -> Option<usize> {
    let policies = &workspace.shown.manifests.policies;
    let own = |at: &usize| policies.get(*at).is_some_and(|policy| policy.meta.place.file == 0);
    let ends_after =
        |at: &usize| policies.get(*at).is_some_and(|policy| policy.meta.place.span.end >= workspace.cursor);
    (0..policies.len()).filter(own).find(ends_after).or_else(|| (0..policies.len()).rfind(own))
}

/// Tabs, editors, problems, words, status.
#[component]
fn EditorSide(props: &SideProps) -> Html {
    let workspace = &props.workspace;
    let current = &workspace.current;
    let positions = use_state_eq(|| [(1, 1), (1, 1)]);
    let dispatch = workspace.dispatcher();
    use_scroll_to_rules(props);
    use_scroll_to_cited(props);
    let tab = |tab: Tab, name: &str, count: Option<usize>, narrow: bool| {
        let on = workspace.tab == tab;
        let dispatch = dispatch.clone();
        let choose = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Tab(tab)));
        let class = classes!("tab", on.then_some("on"), narrow.then_some("narrow-only"));
        html! { <button role="tab" aria-selected={on.to_string()} {class} onclick={choose}>{ name.to_owned() }if let Some(count) = count { <small>{ count }</small> }</button> }
    };
    let pods = current.cluster.endpoints.iter().filter(|endpoint| !endpoint.is_external()).count();
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
        let diagnostics =
            current.manifests.diagnostics.iter().filter(|d| d.place.file == file).cloned().collect::<Vec<_>>();
        let cited = cited(workspace, file);
        let remote = props.remotes[file.min(1)].clone();
        let label = if file == 0 { "Policies, YAML" } else { "Cluster, YAML" };
        let hidden = (workspace.tab == Tab::Cluster) != (file == 1);
        html! { <Editor {label} {source} {diagnostics} sites={own} {cited} {remote} {hidden} {on_change} {on_cursor} {on_flip} /> }
    };
    let go = {
        let (dispatch, remotes, current) = (dispatch.clone(), props.remotes.clone(), current.clone());
        Callback::from(move |(file, at): (usize, usize)| {
            dispatch.dispatch(Action::Tab(Tab::of_file(file)));
            if let (Some(source), Some(remote)) = (current.sources.get(file), remotes.get(file)) {
                remote.go_to(at, source);
            }
        })
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
    let start = {
        let dispatch = dispatch.clone();
        Callback::from(move |text| dispatch.dispatch(Action::Replace(text)))
    };
    let policies_shown = workspace.tab != Tab::Cluster;
    let namespace = current.cluster.endpoints.first().and_then(|endpoint| current.cluster.namespace_of(endpoint));
    let namespace = namespace.map_or("default".to_owned(), |namespace| namespace.name.clone());
    let (well, summary) = problems::summary(current, usize::from(!policies_shown));
    let focused = focused_policy(workspace).filter(|_| policies_shown && !workspace.stale);
    let focused = focused.and_then(|at| workspace.shown.manifests.policies.get(at));
    let (line, column) = positions[usize::from(!policies_shown)];
    html! {
        <section class={classes!("editor", (workspace.tab == Tab::Matrix).then_some("with-matrix"))} aria-label="Editor">
            <div class="tabs" role="tablist">
                { tab(Tab::Policies, "Policies", Some(current.manifests.policies.len()), false) }
                { tab(Tab::Cluster, "Cluster", Some(pods), false) }
                { tab(Tab::Matrix, "Matrix", None, true) }
            </div>
            { editor(0) }
            { editor(1) }
            <div class="starters">if policies_shown && starters::is_empty(workspace.text(0)) { <starters::Starters {namespace} on_choose={start} /> }</div>
            <div class="sheet-matrix">if workspace.tab == Tab::Matrix { { matrix(workspace) } }</div>
            <problems::Problems analysis={current.clone()} on_go={go} on_fix={fix} />
            <section class="reads" aria-label="In words" hidden={focused.is_none()}>
                if let Some(policy) = focused { { in_words::panel(&policy.meta.name.value, &words::policy(policy)) } }
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

/// In a lesson about a `from:` list the code scrolls so that the list is in view, once the step is opened.
#[hook]
fn use_scroll_to_rules(props: &SideProps) {
    let (workspace, remotes) = (props.workspace.clone(), props.remotes.clone());
    use_effect_with(props.workspace.loads, move |_| {
        let narrow = gloo::utils::window()
            .inner_width()
            .ok()
            .and_then(|width| width.as_f64())
            .is_some_and(|width| width <= 720.0);
        let site = active_site(&workspace).filter(|_| narrow);
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
    let Some((from, to)) = workspace.selected.as_ref().filter(|_| !workspace.stale) else { return Vec::new() };
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

fn matrix(workspace: &UseReducerHandle<Workspace>) -> Html {
    let dispatch = workspace.dispatcher();
    let on_select = Callback::from(move |arrow| dispatch.dispatch(Action::Select(arrow)));
    let figure = Rc::new(Figure::of(&workspace.shown));
    html! { <Matrix analysis={workspace.shown.clone()} {figure} selected={workspace.selected.clone()} {on_select} /> }
}

/// Headline, legend, figure, drawer.
#[component]
fn StageSide(props: &SideProps) -> Html {
    let workspace = &props.workspace;
    let shown = &workspace.shown;
    let step = workspace.step();
    let figure = use_memo(shown.clone(), |shown| Figure::of(shown));
    let site = use_memo((shown.clone(), workspace.cursor), |_| {
        active_site(workspace).map(|site| {
            let membership = sites::membership(&workspace.shown, &site);
            Rc::new((site, membership))
        })
    });
    let own_cluster = workspace.has_step_cluster();
    let focus = Some(step.focus).filter(|focus| !focus.is_empty() && own_cluster).and_then(|id| {
        let at = shown.cluster.find(id)?;
        // A policy that isolates anybody else has more to show than arrows into the focus.
        let only_it = shown
            .policies
            .iter()
            .all(|policy| shown.cluster.members(&policy.subjects).iter().all(|subject| subject == at));
        let leaves = shown.connectivity.is_isolated(at, netpol_core::manifest::Direction::Egress);
        (only_it && !leaves).then(|| id.to_owned())
    });
    let pristine = workspace.is_pristine();
    let spots = use_memo((workspace.lesson, workspace.step, own_cluster, pristine), |_| {
        let spot = |spot: &crate::lessons::Spot| {
            (spot.from.to_owned(), spot.to.to_owned(), if pristine { spot.says.to_owned() } else { String::new() })
        };
        step.spotlight.iter().filter(|_| own_cluster).map(spot).collect::<Vec<_>>()
    });
    let hostile = use_memo((workspace.lesson, workspace.step, own_cluster), |_| {
        step.hostile.iter().filter(|_| own_cluster).map(|id| (*id).to_owned()).collect::<Vec<_>>()
    });
    let counted_focus = focus.clone().filter(|_| !workspace.all_arrows);
    let focus_box = counted_focus.as_ref().and_then(|id| figure.find(id, shown));
    let tally = Tally::count(shown, &figure, |_, to| focus_box.is_none_or(|focus| focus == to));
    let rest = counted_focus.map(|id| (id, Tally::count(shown, &figure, |_, to| focus_box != Some(to))));
    let (long, short) = if pristine && !step.headline.is_empty() {
        (step.headline.to_owned(), if step.short.is_empty() { step.headline.to_owned() } else { step.short.to_owned() })
    } else {
        let site_words = site.as_ref().as_ref().and_then(|site| headline::of_site(shown, &site.0));
        let words = site_words.unwrap_or_else(|| headline::counted(tally, shown.policies.len()));
        (words.clone(), words)
    };
    let dispatch = workspace.dispatcher();
    let act = |action: Action| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()))
    };
    let on_select = {
        let dispatch = dispatch.clone();
        Callback::from(move |arrow| dispatch.dispatch(Action::Select(arrow)))
    };
    let quiet = focus.is_none() && !workspace.all_arrows && headline::any_quiet_pair(shown, &figure, &spots);
    let said =
        if workspace.motion.settled { String::new() } else { headline::changes(&workspace.motion.changes, &figure) };
    html! {
        <section class="stage" aria-label="Figure">
            <div class="head">
                <h2 class="finding">
                    <span class="long" style={chars(&long)}>{ headline::set(&long) }</span>
                    <span class="short" style={chars(&short)}>{ headline::set(&short) }</span>
                </h2>
                <div class="acts">
                    <button class={classes!("tool", workspace.all_arrows.then_some("on"))} aria-pressed={workspace.all_arrows.to_string()} aria-label="All arrows" onclick={act(Action::ToggleAll)}>{ icons::eye() }<span>{ "All arrows" }</span></button>
                    <button class="tool" onclick={act(Action::Replay)} aria-label="Replay the last change">{ icons::replay() }<span>{ "Replay" }</span></button>
                    <button class="tool" onclick={act(Action::CycleSpeed)} aria-label={format!("Speed {}", workspace.speed.label())}><span>{ "Speed " }</span><b>{ workspace.speed.label() }</b></button>
                </div>
                { headline::legend(tally, rest, quiet) }
                <p class="changes" aria-live="polite">{ said }</p>
            </div>
            <div class="scene-holder">
                <div class="stale-place">if workspace.stale { { stale(workspace, act(Action::ShowAnyway)) } }</div>
                <Diagram analysis={shown.clone()} figure={figure.clone()} stale={workspace.stale} anchor={workspace.anchor.clone()} {spots} {focus} {hostile}
                    selected={workspace.selected.clone()} all={workspace.all_arrows} serial={workspace.motion.serial}
                    changes={workspace.motion.changes.clone()} settled={workspace.motion.settled} stretch={workspace.speed.stretch()} site={(*site).clone()} {on_select} />
            </div>
            <div class="drawer">
                <div class="tabs">
                    <button class={classes!("tab", workspace.drawer.then_some("on"))} aria-expanded={workspace.drawer.to_string()} onclick={act(Action::ToggleDrawer)}>{ "Matrix" }</button>
                </div>
                <div class="panel" hidden={!workspace.drawer}>if workspace.drawer { { matrix(workspace) } }</div>
            </div>
        </section>
    }
}

/// How long a headline is: it is set smaller where it would not fit on its line, so that nothing below it moves.
fn chars(headline: &str) -> String {
    format!("--chars:{}", headline.chars().filter(|c| *c != '*').count().max(1))
}

/// Why the figure does not follow the text, and the way to see what can be read all the same.
fn stale(workspace: &Workspace, show: Callback<MouseEvent>) -> Html {
    let current = &workspace.current;
    let error = current.manifests.diagnostics.iter().find(|d| d.severity == netpol_core::diagnostic::Severity::Error);
    let place = error.map(|error| error.place);
    let line = place.and_then(|place| Some((place.file, current.sources.get(place.file)?.line(place.span.start))));
    let reason = match line {
        Some((0, line)) => format!("Line {line} unread"),
        Some((_, line)) => format!("Cluster, line {line} unread"),
        None => "Part of the text cannot be read".to_owned(),
    };
    html! {
        <div class="stale-note" role="status">
            <b>{ reason }</b>{ ": this is the last good state." }
            <button onclick={show}>{ "Show the rest without it" }</button>
        </div>
    }
}

//! The stage's side: headline, legend, figure, drawer.

use std::rc::Rc;

use netpol_core::cluster;
use netpol_core::lesson::script::Spot;
use netpol_core::lint::dns;
use netpol_core::rewrite::sites;
use netpol_core::source::{Edit, Place};
use yew::prelude::*;

use crate::app::SideProps;
use crate::diagram::Diagram;
use crate::diagram::figure::Figure;
use crate::editor_side::active_site;
use crate::icons;
use crate::narrow::use_narrow;
use crate::panels::assumed::Assumed;
use crate::panels::drawer::Drawer;
use crate::panels::headline::{self, Tally};
use crate::panels::task;
use crate::state::{Action, Tab, Workspace};
use crate::task::Act;

/// Headline, legend, figure, drawer.
#[component]
pub(crate) fn StageSide(props: &SideProps) -> Html {
    let workspace = &props.workspace;
    let shown = &workspace.shown;
    let step = workspace.step();
    let narrow = use_narrow();
    let figure = use_memo(shown.clone(), |shown| Figure::of(shown));
    let site = use_memo((shown.clone(), workspace.cursor), |_| {
        active_site(workspace).map(|site| {
            let membership = sites::membership(&workspace.shown, &site);
            Rc::new((site, membership))
        })
    });
    let own_cluster = workspace.has_step_cluster();
    let focus = Some(step.stage.focus.as_ref()).filter(|focus| !focus.is_empty() && own_cluster).and_then(|id| {
        let at = shown.cluster.find(id)?;
        // A policy that isolates anybody else has more to show than arrows into the focus.
        let only_it = shown
            .policies
            .iter()
            .all(|policy| shown.cluster.members(&policy.subjects).iter().all(|subject| subject == at));
        let leaves = shown.connectivity.is_isolated(at, netpol_core::manifest::Direction::Egress);
        (only_it && !leaves).then(|| id.to_owned())
    });
    let pristine = workspace.is_pristine() && workspace.told;
    let asks = workspace.asks();
    let asked =
        use_memo((task::asked(workspace), own_cluster), |(asked, own)| if *own { asked.clone() } else { Vec::new() });
    let pairs: Vec<_> = asked.iter().map(|one| (one.from.clone(), one.to.clone(), String::new())).collect();
    let spots = use_memo((workspace.lesson, workspace.step, own_cluster, pristine, asks, pairs), |(.., pairs)| {
        if asks {
            // What the step says of its arrows would tell.
            return pairs.clone();
        }
        let spot = |spot: &Spot| {
            let says = if pristine { spot.says.to_string() } else { String::new() };
            (spot.from.to_string(), spot.to.to_string(), says)
        };
        let told = step.stage.spotlight.iter().filter(|_| own_cluster).map(spot);
        told.chain(pairs.iter().cloned()).collect::<Vec<_>>()
    });
    let hostile = use_memo((workspace.lesson, workspace.step, own_cluster), |_| {
        step.stage.hostile.iter().filter(|_| own_cluster).map(ToString::to_string).collect::<Vec<_>>()
    });
    let counted_focus = focus.clone().filter(|_| !workspace.all_arrows);
    let focus_box = counted_focus.as_ref().and_then(|id| figure.find(id, shown));
    let tally = Tally::count(shown, &figure, |_, to| focus_box.is_none_or(|focus| focus == to));
    let rest = counted_focus.map(|id| (id, Tally::count(shown, &figure, |_, to| focus_box != Some(to))));
    let excuse = shown.cni.excuse().filter(|_| shown.policies_written() > 0);
    let (long, short) = if let Some(ask) = task::headline(workspace) {
        (ask.clone(), ask)
    } else if excuse.is_some() {
        (headline::NOT_ENFORCED.to_owned(), headline::NOT_ENFORCED.to_owned())
    } else if (pristine || workspace.is_met()) && !step.stage.headline.is_empty() {
        let stage = &step.stage;
        let short = if stage.short.is_empty() { &stage.headline } else { &stage.short };
        (stage.headline.to_string(), short.to_string())
    } else {
        let site_words = site.as_ref().as_ref().and_then(|site| headline::of_site(shown, &site.0));
        let words = site_words.unwrap_or_else(|| headline::counted(tally, shown));
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
    let on_mark = {
        let dispatch = dispatch.clone();
        Callback::from(move |at| dispatch.dispatch(Action::Task(Act::Mark(at))))
    };
    // Who cannot look up names may take another evaluation to know: once for each state.
    let unresolved = use_memo(shown.clone(), |shown| dns::unresolved(shown));
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
                { headline::legend(tally, rest, quiet, excuse) }
                <Assumed analysis={shown.clone()} on_write={write(props)} />
                <p class="changes" aria-live="polite">{ said }</p>
            </div>
            <div class="scene-holder">
                <div class="stale-place">if workspace.stale { { stale(workspace, act(Action::ShowAnyway)) } }</div>
                <Diagram analysis={shown.clone()} figure={figure.clone()} stale={workspace.stale} anchor={workspace.anchor.clone()} {spots} {focus} {hostile}
                    selected={workspace.selected.clone()} all={workspace.all_arrows} serial={workspace.motion.serial}
                    changes={workspace.motion.changes.clone()} settled={workspace.motion.settled} again={workspace.motion.again} stretch={workspace.speed.stretch()} site={(*site).clone()} {on_select} {unresolved} {asked} {on_mark} />
            </div>
            if !narrow { <Drawer workspace={workspace.clone()} /> }
        </section>
    }
}

/// Writes the assumed pods into the cluster's text as one undo step, and goes there.
fn write(props: &SideProps) -> Option<Callback<MouseEvent>> {
    let workspace = props.workspace.clone();
    let remote = props.remotes[Tab::Cluster.file()].clone();
    (!workspace.stale).then(|| {
        Callback::from(move |_: MouseEvent| {
            let file = Tab::Cluster.file();
            let Some(source) = workspace.current.sources.get(file) else { return };
            let Some(edit) = cluster::written_into(&workspace.current.cluster, source) else { return };
            let place = Place { file, span: edit.span };
            if !remote.edit(std::slice::from_ref(&edit), source) {
                workspace.dispatch(Action::Edit(file, Edit::apply(&[edit], source.text())));
            }
            workspace.dispatch(Action::Go(place));
        })
    })
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

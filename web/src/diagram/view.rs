//! The figure as a component: places worked out when the cluster or the stage changes, verdicts whenever they do.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use netpol_core::Analysis;
use netpol_core::bits::BitSet;
use netpol_core::diff::Change;
use netpol_core::rewrite::{ConditionKind, Membership, Site};
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::arrow::{self, ArrowView};
use super::chip::Chip;
use super::door;
use super::figure::Figure;
use super::frame;
use super::geometry::{Rect, Size};
use super::labels::{crossings, slide_title};
use super::layout::{Layout, layout};
use super::marker::{self, Asked, AskedPair};
use super::pod::PodView;
use super::routes::Routes;
use super::scene::{Hover, Scene, Stage, State, View};
use super::stub;
use super::walk::{Hands, Place, walk};
use crate::measure::{Font, Measure};
use crate::stage_size::use_size;

/// What the figure is given.
#[derive(Properties, PartialEq)]
pub(crate) struct DiagramProps {
    pub(crate) analysis: Rc<Analysis>,
    pub(crate) figure: Rc<Figure>,
    pub(crate) stale: bool,
    /// The id of the endpoint whose namespace stands first.
    pub(crate) anchor: Option<String>,
    /// Arrows a lesson talks about, by ids, and what they say.
    pub(crate) spots: Rc<Vec<(String, String, String)>>,
    /// Only arrows into this endpoint are drawn.
    pub(crate) focus: Option<String>,
    /// Endpoints drawn as hostile.
    pub(crate) hostile: Rc<Vec<String>>,
    pub(crate) selected: Option<(String, String)>,
    pub(crate) all: bool,
    pub(crate) serial: u32,
    pub(crate) changes: Rc<Vec<Change>>,
    /// Whether the changes have been shown.
    pub(crate) settled: bool,
    /// Whether somebody asked to see the last change again.
    pub(crate) again: bool,
    /// How much longer than designed motions take.
    pub(crate) stretch: u32,
    /// The OR/AND site that is being looked at, and who meets its conditions.
    pub(crate) site: Option<Rc<(Site, Membership)>>,
    pub(crate) on_select: Callback<Option<(String, String)>>,
    /// The endpoints that cannot look up names.
    pub(crate) unresolved: Rc<BitSet>,
    /// Arrows that a prediction asks about.
    pub(crate) asked: Rc<Vec<Asked>>,
    /// The arrow with this index in the prediction is marked, or no longer.
    pub(crate) on_mark: Callback<usize>,
    /// The endpoints that the panel Inspect is about.
    pub(crate) marked: Rc<Vec<usize>>,
    /// A pod is pressed.
    pub(crate) on_inspect: Callback<String>,
}

/// The places of one cluster on one stage.
struct Places {
    figure: Rc<Figure>,
    layout: Layout,
    routes: Routes,
}

/// How long the figure shows what the pointer has just left, in ms.
const LEAVING: u32 = 120;

/// The figure.
#[component]
pub(crate) fn Diagram(props: &DiagramProps) -> Html {
    let holder = use_node_ref();
    let size = use_size(&holder);
    let hover = use_state_eq(Hover::default);
    let measure = use_memo((), |()| Measure::new());
    let walked = use_state_eq(|| None);
    let places = use_memo((props.figure.clone(), props.anchor.clone(), size), |(figure, anchor, size)| {
        let figure = figure.clone();
        let anchor = anchor.as_ref().and_then(|id| figure.find(id, &props.analysis));
        let stage = Size { w: size.0, h: size.1 };
        let layout = layout(&figure.plan(anchor, &measure), stage);
        let routes = Routes::new(&layout, |from, to| {
            let external = |at: usize| figure.nodes.get(at).is_some_and(|node| node.external);
            !(external(from) && external(to))
        });
        Places { figure, layout, routes }
    });
    let leaving = use_mut_ref(|| None::<Timeout>);
    let set_hover = {
        let hover = hover.clone();
        Callback::from(move |to: Hover| {
            // On the way from a pod to one of its arrows the pointer is on neither for a moment.
            let later = hover.clone();
            let wait = (to == Hover::Nothing).then(|| Timeout::new(LEAVING, move || later.set(Hover::Nothing)));
            if wait.is_none() {
                hover.set(to);
            }
            *leaving.borrow_mut() = wait;
        })
    };
    let set_walked = {
        let walked = walked.clone();
        Callback::from(move |pod: Option<usize>| walked.set(pod))
    };
    // The walk ends when the keyboard leaves the figure.
    let left = {
        let (set_walked, holder) = (set_walked.clone(), holder.clone());
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            let stays = holder.cast::<web_sys::Node>().is_some_and(|figure| figure.contains(to.as_ref()));
            if !stays {
                set_walked.emit(None);
            }
        })
    };
    // An arrow that is drawn anew under the pointer never hears that the pointer left it; the figure always does.
    let away = set_hover.reform(|_: PointerEvent| Hover::Nothing);
    let content = if size.0 < 1.0 {
        Html::default()
    } else if places.figure.nodes.is_empty() {
        empty(&places.layout)
    } else {
        draw(
            props,
            &places,
            *hover,
            &measure,
            &Hands { set_hover, walked: *walked, set_walked, holder: holder.clone() },
        )
    };
    let clear = {
        let on_select = props.on_select.clone();
        Callback::from(move |_: MouseEvent| on_select.emit(None))
    };
    html! {
        <div class={classes!("figure", props.stale.then_some("stale"))} ref={holder.clone()} onclick={clear} onfocusout={left} onpointerleave={away}
            style={format!("--stretch:{}", props.stretch)}>
            { content }
        </div>
    }
}

fn empty(layout: &Layout) -> Html {
    let Size { w, h } = layout.view;
    html! {
        <svg viewBox={format!("0 0 {w:.0} {h:.0}")} role="img" aria-label="no pods yet">
            <rect class="frame none" x="20" y="20" width={(w - 40.0).max(0.0).to_string()} height={(h - 40.0).max(0.0).to_string()} rx="14" />
            <text class="nothing" x={(w / 2.0).to_string()} y={(h / 2.0).to_string()}>{ "Paste pods into the Cluster tab to see who can talk" }</text>
        </svg>
    }
}

fn draw(props: &DiagramProps, places: &Places, hover: Hover, measure: &Measure, hands: &Hands) -> Html {
    let Places { figure, layout, routes } = places;
    let analysis = &props.analysis;
    let find = |id: &String| figure.find(id, analysis);
    let pair = |from: &String, to: &String| Some((find(from)?, find(to)?));
    let view = View {
        spots: props
            .spots
            .iter()
            .filter_map(|(from, to, says)| pair(from, to).map(|(a, b)| (a, b, says.clone())))
            .collect(),
        focus: props.focus.as_ref().and_then(find),
        hover,
        walked: hands.walked,
        selected: props.selected.as_ref().and_then(|(from, to)| pair(from, to)),
        all: props.all,
        asked: props
            .asked
            .iter()
            .enumerate()
            .filter_map(|(index, asked)| {
                let (from, to) = pair(&asked.from, &asked.to)?;
                let Asked { marked, open, wrong, .. } = *asked;
                Some(AskedPair { from, to, index, marked, open, wrong })
            })
            .collect(),
    };
    let site = props.site.as_deref().map(|(site, membership)| (site, membership));
    let mut stage = Stage {
        analysis,
        figure,
        layout,
        routes,
        view: &view,
        changes: &props.changes,
        settled: props.settled,
        again: props.again,
        serial: props.serial,
        site,
        measure,
        unresolved: &props.unresolved,
        busy: Vec::new(),
    };
    // Names slide along their lines to where no visible arrow crosses, before labels look for room.
    let mut scene = stage.scene();
    let curves: Vec<_> = scene.arrows.iter().map(|arrow| arrow.curve).collect();
    let brief = layout.narrow || layout.small;
    let condition_of = |namespace: usize| {
        site.and_then(|(site, membership)| {
            let holds = |at: &usize| {
                site.conditions.get(*at).is_some_and(|c| c.kind == ConditionKind::Namespace)
                    && membership.namespaces.get(*at).is_some_and(|set| set.contains(namespace))
            };
            [0, 1].into_iter().find(holds).map(|at| at + 1)
        })
    };
    let titles: Vec<_> = figure
        .frames
        .iter()
        .zip(&layout.frames)
        .map(|(text, frame)| {
            let condition = condition_of(text.namespace);
            let (text, brief) = frame::fitted(text, frame, brief, condition.is_some(), measure);
            let width = frame::title_size(&text, brief, condition.is_some(), measure);
            let at = slide_title(frame, width, &crossings(frame, &curves));
            Title { text, brief, bare: frame.bare, at, width, condition }
        })
        .collect();
    stage.busy =
        titles.iter().filter(|title| !title.bare).map(|title| frame::title_place(title.at, title.width)).collect();
    let tag = policy_tag(analysis, places, view.focus, measure);
    stage.busy.extend(tag.as_ref().map(|(_, place)| *place));
    stage.label(&mut scene);
    let Size { w, h } = layout.view;
    html! {
        <svg viewBox={format!("0 0 {w:.1} {h:.1}")} class={classes!("scene", layout.narrow.then_some("narrow"))}
            role="group" aria-label="Who may talk to whom">
            if let Some(cluster) = &layout.cluster { { frame::line(cluster, "cluster") } { frame::cluster_title(cluster, measure) } }
            { for figure.frames.iter().zip(&layout.frames).map(|(text, frame)| frame::line(frame, if text.assumed { "assumed" } else { "" })) }
            <g class="ghosts">{ for scene.ghosts.iter().map(arrow::ghost) }</g>
            <g class="arrows">{ for scene.arrows.iter().map(|arrow| arrow_view(props, arrow, &scene, figure, hands)) }</g>
            { for scene.stubs.iter().map(stub::line) }
            { for titles.iter().filter(|title| !title.bare).map(|title| frame::title(&title.text, title.at, title.brief, title.condition, measure)) }
            if let Some((words, place)) = tag { <text class="tag" x={(place.x + 4.0).to_string()} y={(place.bottom() - 5.0).to_string()}>{ words }</text> }
            { pods(props, places, &view, site, &scene, measure, hands) }
            <g class="doors">{ for scene.arrows.iter().flat_map(|arrow| arrow.doors.iter().map(move |door| keyed(arrow, props.serial, door::door(arrow, door), door.at_source))) }</g>
            <g class="gates">
                { for scene.arrows.iter().flat_map(|arrow| arrow.gates.iter().map(move |gate| keyed(arrow, props.serial, arrow::gate(arrow, gate), gate.at_source))) }
                { for scene.arrows.iter().filter(|arrow| opened(arrow)).map(|arrow| keyed(arrow, props.serial, arrow::opened_gate(arrow), false)) }
            </g>
            <g class="chips">{ for scene.chips.iter().map(chip) }{ for scene.stubs.iter().map(|stub| stub::words(stub, layout, measure)) }</g>
            <g class="marks">{ for scene.markers.iter().map(|one| marker::marker(one, layout.narrow, &props.on_mark)) }</g>
            { for scene.arrows.iter().filter_map(|arrow| arrow.requests.as_ref().map(|requests| door::requests(arrow, requests))) }
        </svg>
    }
}

/// A frame's name, and where it stands.
struct Title {
    text: super::figure::FrameText,
    brief: bool,
    bare: bool,
    at: super::geometry::Point,
    width: f64,
    condition: Option<usize>,
}

/// The names of the policies that select the focus, above its box, or below it where most arrows come from above.
fn policy_tag(analysis: &Analysis, places: &Places, focus: Option<usize>, measure: &Measure) -> Option<(String, Rect)> {
    let Places { figure, layout, .. } = places;
    let (node, place) = (figure.nodes.get(focus?)?, layout.boxes.get(focus?)?);
    let names: Vec<&str> = analysis
        .policies
        .iter()
        .filter(|policy| analysis.selects(policy, node.endpoint()))
        .map(|policy| policy.name.as_str())
        .collect();
    let words = match names.as_slice() {
        [] => return None,
        [one] => format!("policy {one}"),
        more => format!("{} policies", more.len()),
    };
    let width = measure.width(&words, Font::Plain13);
    let above = layout.boxes.iter().filter(|other| other.rect.y + other.rect.h < place.rect.y).count();
    let below = layout.boxes.iter().filter(|other| other.rect.y > place.rect.y + place.rect.h).count();
    let y = if above > below { place.rect.y + place.rect.h + 4.0 } else { place.rect.y - 23.0 };
    (!layout.narrow && !layout.small).then_some((words, Rect { x: place.rect.x - 4.0, y, w: width + 8.0, h: 19.0 }))
}

fn opened(arrow: &super::scene::Arrow) -> bool {
    let was_blocked =
        arrow.turn.is_some_and(|turn| !turn.settled && turn.before == netpol_core::connectivity::Verdict::Blocked);
    was_blocked && !matches!(arrow.state, State::Blocked(..) | State::Unknown)
}

/// A key that is new for every change, so that its motion starts, and stays otherwise, so that nothing restarts.
fn key(arrow: &super::scene::Arrow, serial: u32) -> String {
    match arrow.turn {
        Some(_) => format!("{}>{}#{serial}", arrow.from, arrow.to),
        None => format!("{}>{}", arrow.from, arrow.to),
    }
}

fn keyed(arrow: &super::scene::Arrow, serial: u32, inner: Html, at_source: bool) -> Html {
    html! { <g key={format!("{}{}", key(arrow, serial), if at_source { "e" } else { "i" })}>{ inner }</g> }
}

fn arrow_view(
    props: &DiagramProps,
    arrow: &super::scene::Arrow,
    scene: &Scene,
    figure: &Figure,
    hands: &Hands,
) -> Html {
    let set_hover = &hands.set_hover;
    let hover = set_hover.clone();
    let on_hover = Callback::from(move |pair: Option<(usize, usize)>| {
        hover.emit(pair.map_or(Hover::Nothing, |(a, b)| Hover::Arrow(a, b)));
    });
    let id = |at: usize| figure.nodes.get(at).map(|node| node.id.clone()).unwrap_or_default();
    let ids = (id(arrow.from), id(arrow.to));
    let selected = arrow.selected;
    let asked = scene.markers.iter().map(|marker| marker.asked).filter(|asked| asked.open);
    let asked = asked.into_iter().find(|asked| (asked.from, asked.to) == (arrow.from, arrow.to));
    let on_select = {
        let (on_select, on_mark) = (props.on_select.clone(), props.on_mark.clone());
        Callback::from(move |_| match asked {
            Some(asked) => on_mark.emit(asked.index),
            None => on_select.emit((!selected).then(|| ids.clone())),
        })
    };
    let on_key = walk(Place::Arrow(arrow.from, arrow.to), scene, hands);
    html! { <ArrowView key={key(arrow, props.serial)} arrow={arrow.clone()} asked={asked.map(|asked| asked.marked)} {on_hover} {on_select} {on_key} /> }
}

fn pods(
    props: &DiagramProps,
    places: &Places,
    view: &View,
    site: Option<(&Site, &Membership)>,
    scene: &Scene,
    measure: &Measure,
    hands: &Hands,
) -> Html {
    let set_hover = &hands.set_hover;
    let Places { figure, layout, .. } = places;
    let near = |at: usize| match view.hover {
        Hover::Nothing => true,
        Hover::Pod(pod) => {
            pod == at || scene.arrows.iter().any(|a| (a.from, a.to) == (pod, at) || (a.from, a.to) == (at, pod))
        }
        Hover::Arrow(from, to) => from == at || to == at,
    };
    let pod = |(index, (node, place)): (usize, (&super::figure::Node, &super::layout::BoxPlace))| {
        let numbers = site.map_or([false, false], |(site, membership)| {
            let own = |at: usize| {
                site.conditions.get(at).is_some_and(|c| c.kind == ConditionKind::Pod)
                    && membership.met.get(at).is_some_and(|met| met.contains(node.endpoint()))
                    && !membership.subjects.contains(node.endpoint())
            };
            [own(0), own(1)]
        });
        let hover = set_hover.clone();
        let on_hover = Callback::from(move |pod: Option<usize>| hover.emit(pod.map_or(Hover::Nothing, Hover::Pod)));
        let (id, on_inspect) = (node.id.clone(), props.on_inspect.clone());
        let on_press = Callback::from(move |()| on_inspect.emit(id.clone()));
        let marked = node.endpoints.iter().any(|own| props.marked.contains(own));
        let small = layout.small || place.rect.h < 40.0;
        let lines = super::pod::lines(node, place, small, measure);
        html! {
            <g key={node.id.clone()} data-box={index.to_string()}>
                <PodView {index} node={node.clone()} place={*place} {small} {lines} hostile={props.hostile.contains(&node.id)} dimmed={!near(index)}
                    {numbers} {marked} {on_press} {on_hover} on_focus={hands.set_walked.reform(move |()| Some(index))} on_key={walk(Place::Pod(index), scene, hands)} />
            </g>
        }
    };
    html! { <g class="pods">{ for figure.nodes.iter().zip(&layout.boxes).enumerate().map(pod) }</g> }
}

fn chip(chip: &Chip) -> Html {
    let Size { w, h } = chip.size;
    let class = classes!(
        "chip",
        chip.class,
        chip.dimmed.then_some("dimmed"),
        chip.turn.filter(|turn| !turn.settled).map(|turn| if turn.fleeting { "arriving fleeting" } else { "arriving" }),
    );
    let rect = Rect { x: -w / 2.0, y: -h / 2.0, w, h };
    html! {
        <g key={format!("{}>{}", chip.from, chip.to)} {class} style={arrow::delay(chip.turn)}
            transform={format!("translate({:.1} {:.1})", chip.centre.x, chip.centre.y)}>
            <rect x={rect.x.to_string()} y={rect.y.to_string()} width={w.to_string()} height={h.to_string()} rx={(h / 2.0).to_string()} />
            <text class={chip.mono.then_some("mono")} y="4.5">{ &chip.text }</text>
        </g>
    }
}

//! One arrow: its line, head, highlighter and hit area. How a blocked arrow looks is decided here and in `style.css`.

use netpol_core::connectivity::Verdict;
use yew::prelude::*;

use super::geometry::{Point, head};
use super::scene::{Arrow, Gate, Ghost, State, Turn};

/// A thin head: 8 by 5.6 px; any other: 13 by 10 px.
fn head_size(state: State, spot: bool) -> (f64, f64) {
    if state == State::Idle && !spot { (8.0, 5.6) } else { (13.0, 10.0) }
}

/// The classes of everything that belongs to an arrow.
pub(super) fn classes(state: State, spot: bool, dimmed: bool, turn: Option<Turn>) -> Classes {
    let turn = turn.filter(|turn| !turn.settled);
    let turned = turn.map(|turn| match state {
        State::Blocked(..) | State::Unknown if turn.before == Verdict::Blocked => "turned turned-other",
        State::Blocked(..) | State::Unknown => "turned turned-blocked",
        _ if turn.before == Verdict::Blocked => "turned turned-open",
        _ => "turned turned-other",
    });
    classes!(
        state.class(),
        (spot && state == State::Idle).then_some("spot"),
        dimmed.then_some("dimmed"),
        turned,
        turn.is_some_and(|turn| turn.fleeting).then_some("fleeting"),
    )
}

/// The style that carries an arrow's delay to its animations.
pub(super) fn delay(turn: Option<Turn>) -> Option<AttrValue> {
    turn.map(|turn| AttrValue::from(format!("--delay:{}ms", turn.delay)))
}

/// What an arrow component is given.
#[derive(Properties, PartialEq)]
pub(super) struct ArrowProps {
    pub(super) arrow: Arrow,
    /// Whether it is marked, if a prediction asks about it: then a press marks it.
    pub(super) asked: Option<bool>,
    pub(super) on_hover: Callback<Option<(usize, usize)>>,
    pub(super) on_select: Callback<(usize, usize)>,
    pub(super) on_key: Callback<KeyboardEvent>,
}

/// An arrow, to look at, point at and walk to with the keyboard.
#[component]
pub(super) fn ArrowView(props: &ArrowProps) -> Html {
    let arrow = &props.arrow;
    let pair = (arrow.from, arrow.to);
    let (length, width) = head_size(arrow.state, arrow.spot);
    let blocked = matches!(arrow.state, State::Blocked(..));
    let headless = blocked || arrow.state == State::Unknown;
    let whole = arrow.curve.path();
    let body = match arrow.state {
        State::Blocked(false, true) => {
            let cross = arrow.gates.iter().find(|gate| !gate.at_source).map_or(1.0, |gate| gate.t);
            let reach = arrow.curve.cut(cross);
            reach.cut(reach.back(8.0))
        }
        _ if headless => arrow.curve,
        _ => arrow.curve.cut(arrow.curve.back(length - 1.5)),
    };
    let under = if blocked {
        arrow.curve.cut(arrow.gates.iter().map(|gate| gate.t).fold(0.0, f64::max).max(0.5))
    } else {
        arrow.curve
    };
    let moving = arrow.turn.filter(|turn| !turn.settled);
    let turned_from_open = moving.filter(|turn| turn.before != Verdict::Blocked && blocked);
    let hover = |pair: Option<(usize, usize)>| {
        let on_hover = props.on_hover.clone();
        Callback::from(move |()| on_hover.emit(pair))
    };
    let (enter, leave) = (hover(Some(pair)), hover(None));
    let (focus, blur) = (enter.clone(), leave.clone());
    let on_select = props.on_select.clone();
    let select = Callback::from(move |()| on_select.emit(pair));
    let spoken = match props.asked {
        Some(_) => format!("{}: does it survive?", arrow.spoken.split_once(": ").map_or("", |(pair, _)| pair)),
        None => arrow.spoken.clone(),
    };
    let (click, press, on_key) = (select.clone(), select, props.on_key.clone());
    html! {
        <g class={classes!("arrow", classes(arrow.state, arrow.spot, arrow.dimmed, arrow.turn))} style={delay(arrow.turn)}
            data-arrow={format!("{}>{}", arrow.from, arrow.to)} tabindex="-1" role="button" aria-label={spoken}
            aria-pressed={props.asked.unwrap_or(arrow.selected).to_string()}
            onpointerenter={move |_| enter.emit(())} onpointerleave={move |_| leave.emit(())}
            onfocus={move |_| focus.emit(())} onblur={move |_| blur.emit(())}
            onclick={move |event: MouseEvent| { event.stop_propagation(); click.emit(()); }}
            onkeydown={move |event: KeyboardEvent| {
                if matches!(event.key().as_str(), "Enter" | " ") { event.prevent_default(); press.emit(()); } else { on_key.emit(event); }
            }}>
            if !matches!(arrow.state, State::Idle | State::Unknown) || arrow.spot { <path class="casing" d={body.path()} /> }
            if arrow.selected { <path class="under selected" d={under.path()} /> }
            if moving.is_some() { <path class="under mark" d={under.path()} /> }
            if arrow.ringed { <path class="ring" d={under.path()} /><path class="ring-gap" d={under.path()} /> }
            if let Some(turn) = turned_from_open {
                <g class={classes!("was", if turn.was_decided { "open" } else { "idle" }, arrow.spot.then_some("spot"))}>
                    <path class="line" pathLength="1" d={arrow.curve.cut(arrow.curve.back(12.0)).path()} />
                    <path class="head" d={head(&arrow.curve, 13.0, 10.0)} />
                </g>
            }
            <path class="line" pathLength={(!headless).then_some("1")} d={body.path()} />
            if !headless { <path class="head" d={head(&arrow.curve, length, width)} /> }
            <path class="hit" d={whole} />
        </g>
    }
}

/// A pair that is blocked both ways and that nobody asked about.
pub(super) fn ghost(ghost: &Ghost) -> Html {
    let class = classes!("ghost", ghost.dimmed.then_some("dimmed"), ghost.late.then_some("late"));
    html! { <path key={format!("{}-{}", ghost.a, ghost.b)} {class} d={ghost.curve.path()} /> }
}

/// The bar on the border and the cross on the line.
pub(super) fn gate(arrow: &Arrow, gate: &Gate) -> Html {
    let (a, b) = gate.bar;
    let middle = Point { x: (a.x + b.x) / 2.0, y: (a.y + b.y) / 2.0 };
    let bar = format!("M{:.1} {:.1}L{:.1} {:.1}", a.x - middle.x, a.y - middle.y, b.x - middle.x, b.y - middle.y);
    html! {
        <g class={classes!("gate", classes(arrow.state, arrow.spot, arrow.dimmed, arrow.turn))} style={delay(arrow.turn)}
            data-gate={format!("{}>{}:{}", arrow.from, arrow.to, if gate.at_source { "egress" } else { "ingress" })}>
            <g transform={format!("translate({:.1} {:.1})", middle.x, middle.y)}><path class="bar" d={bar} /></g>
            <g transform={format!("translate({:.1} {:.1})", gate.cross.x, gate.cross.y)}>
                <g class="cross"><circle r="8.5" /><path d="m-3.2-3.2 6.4 6.4M3.2-3.2l-6.4 6.4" /></g>
            </g>
        </g>
    }
}

/// The gates of an arrow that has just opened: they lift and part.
pub(super) fn opened_gate(arrow: &Arrow) -> Html {
    let at = arrow.curve.at(arrow.curve.back(17.0));
    html! {
        <g class="gate stop leaving" style={delay(arrow.turn)} aria-hidden="true">
            <g transform={format!("translate({:.1} {:.1})", at.x, at.y)}>
                <g class="cross"><circle r="8.5" /><path d="m-3.2-3.2 6.4 6.4M3.2-3.2l-6.4 6.4" /></g>
            </g>
        </g>
    }
}

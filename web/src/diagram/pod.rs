//! A pod's box, a pill for an endpoint outside, and the numbers on them.

use yew::prelude::*;

use super::figure::Node;
use super::layout::BoxPlace;
use crate::measure::{Font, Measure};

/// What a box component is given.
#[derive(Properties, PartialEq)]
pub(super) struct PodProps {
    pub(super) index: usize,
    pub(super) node: Node,
    pub(super) place: BoxPlace,
    /// Whether there is no room for a second line.
    pub(super) small: bool,
    /// The first and the second line, cut to the box.
    pub(super) lines: (String, String),
    pub(super) hostile: bool,
    pub(super) dimmed: bool,
    /// Which of the two numbered conditions it meets with its own labels.
    pub(super) numbers: [bool; 2],
    pub(super) on_hover: Callback<Option<usize>>,
    /// The keyboard came to it.
    pub(super) on_focus: Callback<()>,
    pub(super) on_key: Callback<KeyboardEvent>,
    /// Whether it is what the panel Inspect is about.
    pub(super) marked: bool,
    /// It is pressed; nothing happens outside the cluster.
    pub(super) on_press: Callback<()>,
}

/// A box of the figure.
#[component]
pub(super) fn PodView(props: &PodProps) -> Html {
    let (node, rect, small) = (&props.node, props.place.rect, props.small);
    let (icon_x, text_x) = if small { (rect.x + 9.0, rect.x + 31.0) } else { (rect.x + 14.0, rect.x + 40.0) };
    let middle = rect.y + rect.h / 2.0;
    let second = !small && !node.label.is_empty();
    let name_y = if second { middle - 2.5 } else { middle + 5.0 };
    let class = classes!(
        "pod",
        node.isolated.then_some("isolated"),
        node.assumed.then_some("assumed"),
        props.hostile.then_some("hostile"),
        props.place.pill.then_some("pill"),
        props.dimmed.then_some("dimmed"),
    );
    let index = props.index;
    let hover = |over: bool| {
        let on_hover = props.on_hover.clone();
        move || on_hover.emit(over.then_some(index))
    };
    let (enter, leave, focus, blur) = (hover(true), hover(false), hover(true), hover(false));
    let on_focus = props.on_focus.clone();
    let press = props.on_press.clone();
    // The figure itself takes a press to mean that nothing is selected any more.
    let onclick = (!node.external).then(|| {
        let press = press.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            press.emit(());
        })
    });
    let (external, on_key) = (node.external, props.on_key.clone());
    let onkeydown = Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" | " " if !external => {
            event.prevent_default();
            press.emit(());
        }
        _ => on_key.emit(event),
    });
    let (name, label) = &props.lines;
    html! {
        <g {class} data-pod={node.id.clone()} tabindex="0" role={if node.external { "img" } else { "button" }} aria-label={spoken(node, &props.lines, small, props.numbers)} {onkeydown} {onclick}
            onpointerenter={move |_| enter()} onpointerleave={move |_| leave()} onfocus={move |_| { focus(); on_focus.emit(()); }} onblur={move |_| blur()}>
            <title>{ title(node) }</title>
            if node.count.is_some() {
                <rect class="behind" x={px(rect.x + 5.0)} y={px(rect.y - 5.0)} width={px(rect.w)} height={px(rect.h)} rx={radius(&props.place)} />
            }
            if props.marked {
                <rect class="marker" x={px(rect.x)} y={px(rect.y)} width={px(rect.w)} height={px(rect.h)} rx={radius(&props.place)} />
            }
            <rect class="box" x={px(rect.x)} y={px(rect.y)} width={px(rect.w)} height={px(rect.h)} rx={radius(&props.place)} />
            <path class="icon" transform={format!("translate({:.1} {:.1})", icon_x, middle - 8.0)} d={node.icon.path()} />
            <text class={classes!("name", props.place.pill.then_some("mono"))} x={px(text_x)} y={px(name_y)}>{ name }</text>{ SPACE }
            if let Some(count) = node.count {
                <text class="count" text-anchor="end" x={px(rect.right() - 9.0)} y={px(name_y)}>{ format!("×{count}") }</text>{ SPACE }
            }
            if second { <text class="label" x={px(text_x)} y={px(middle + 13.5)}>{ label }</text>{ SPACE } }
            for (at, holds) in props.numbers.iter().enumerate() {
                if *holds { { SPACE }{ number(rect.right() - 3.0 - if at == 1 && props.numbers[0] { 18.0 } else { 0.0 }, rect.y + 2.0, at + 1) } }
            }
        </g>
    }
}

fn radius(place: &BoxPlace) -> String {
    px(if place.pill { place.rect.h / 2.0 } else { 8.0 })
}

fn px(value: f64) -> String {
    super::geometry::decimal(value)
}

/// The first and the second line of a box, cut where they would leave it.
pub(super) fn lines(node: &Node, place: &BoxPlace, small: bool, measure: &Measure) -> (String, String) {
    let room = place.rect.w - if small { 36.0 } else { 44.0 };
    let name_room = room - node.count.map_or(0.0, |_| 26.0);
    let font = if place.pill {
        Font::Mono12
    } else if small {
        Font::Bold13
    } else {
        Font::Bold14
    };
    (measure.fitted(&node.name, font, name_room), measure.fitted(&node.label, Font::Mono11, room))
}

fn title(node: &Node) -> String {
    let count = node.count.map_or(String::new(), |count| format!(", {count} pods"));
    let count = if node.assumed { format!("{count}, assumed") } else { count };
    if node.label.is_empty() { format!("{}{count}", node.id) } else { format!("{}{count} ({})", node.id, node.label) }
}

/// Between the texts of a box: without it they would be one word to who reads them aloud.
const SPACE: &str = " ";

/// What is written in the box comes first, as it is written: who speaks to the page says that.
fn spoken(node: &Node, (name, label): &(String, String), small: bool, numbers: [bool; 2]) -> String {
    let kind = match (node.external, node.assumed) {
        (true, _) => "outside the cluster",
        (false, true) => "assumed pod",
        (false, false) => "pod",
    };
    let isolated = if node.isolated { ", isolated by a policy" } else { "" };
    let count = node.count.map_or_else(String::new, |count| format!(" ×{count}"));
    let label = if small || label.is_empty() { String::new() } else { format!(" {label}") };
    let numbers: String = (1..=2).zip(numbers).filter(|(_, holds)| *holds).map(|(at, _)| format!(" {at}")).collect();
    format!("{name}{count}{label}{numbers}, {kind} {}{isolated}", node.id)
}

/// A condition's number, as it stands beside the text.
pub(super) fn number(x: f64, y: f64, number: usize) -> Html {
    html! {
        <g class="number" transform={format!("translate({x:.1} {y:.1})")} aria-label={format!("meets condition {number}")}>
            <circle r="8" /><text y="4">{ number }</text>
        </g>
    }
}

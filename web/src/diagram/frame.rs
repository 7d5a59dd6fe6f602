//! The frames of namespaces and of the cluster, their names standing in their own line.

use yew::prelude::*;

use super::figure::FrameText;
use super::geometry::{Point, Rect};
use super::layout::Frame;
use super::pod::number;
use crate::measure::{Font, Measure};

/// A frame's line.
pub(super) fn line(frame: &Frame, class: &'static str) -> Html {
    if frame.bare {
        return Html::default();
    }
    let Rect { x, y, w, h } = frame.rect;
    // A stage without room, as before the style sheets are there, leaves less than nothing for a frame.
    let (w, h) = (w.max(0.0), h.max(0.0));
    html! { <rect class={classes!("frame", class)} x={px(x)} y={px(y)} width={px(w)} height={px(h)} rx={px(frame.radius)} /> }
}

/// How a frame's name is set at `at`: its width in px, and the place it takes.
pub(super) fn title_size(text: &FrameText, brief: bool, numbered: bool, measure: &Measure) -> f64 {
    let lead = if brief { 0.0 } else { measure.width("namespace ", Font::Plain13) };
    let label = text.label.as_ref().map_or(0.0, |label| measure.width(label, Font::Mono12) + 10.0);
    lead + measure.width(&text.name, Font::Bold13) + label + if numbered { 24.0 } else { 0.0 }
}

/// `text` as it fits on the frame's line, and whether without the word `namespace`: where room is short the label's
/// prefix goes first, then that word, then the label.
pub(super) fn fitted(
    text: &FrameText,
    frame: &Frame,
    brief: bool,
    numbered: bool,
    measure: &Measure,
) -> (FrameText, bool) {
    let room = frame.rect.w - 36.0;
    let short =
        text.label.as_ref().map(|label| label.split_once('/').map_or(label.clone(), |(_, rest)| format!("…/{rest}")));
    let with = |label: &Option<String>| FrameText { label: label.clone(), ..text.clone() };
    let tries = [(&text.label, brief), (&short, brief), (&short, true), (&None, brief)];
    let fits = tries.into_iter().find(|(label, brief)| title_size(&with(label), *brief, numbered, measure) <= room);
    fits.map_or((with(&None), true), |(label, brief)| (with(label), brief))
}

/// The place that a name of `width` px at `at` takes.
pub(super) fn title_place(at: Point, width: f64) -> Rect {
    Rect { x: at.x - 8.0, y: at.y - 15.5, w: width + 16.0, h: 22.0 }
}

/// A namespace's name and label, with the number of the condition that the label meets.
pub(super) fn title(text: &FrameText, at: Point, brief: bool, condition: Option<usize>, measure: &Measure) -> Html {
    let width = title_size(text, brief, condition.is_some(), measure);
    html! {
        <g class="frame-name">
            <rect x={px(at.x - 7.0)} y={px(at.y - 13.5)} width={px(width + 14.0)} height="18" />
            <text x={px(at.x)} y={px(at.y)}>
                if !brief { <tspan class="quiet">{ "namespace " }</tspan> }
                <tspan class="strong">{ &text.name }</tspan>
                if let Some(label) = &text.label { <tspan class="mono" dx="10">{ label }</tspan> }
            </text>
            if let Some(condition) = condition { { number(at.x + width - 9.0, at.y - 4.5, condition) } }
        </g>
    }
}

/// The word `cluster` on the cluster's line.
pub(super) fn cluster_title(frame: &Frame, measure: &Measure) -> Html {
    let at = frame.title;
    let width = measure.width("cluster", Font::Plain13);
    html! {
        <g class="frame-name">
            <rect x={px(at.x - 7.0)} y={px(at.y - 13.5)} width={px(width + 14.0)} height="18" />
            <text x={px(at.x)} y={px(at.y)}><tspan class="quiet">{ "cluster" }</tspan></text>
        </g>
    }
}

fn px(value: f64) -> String {
    super::geometry::decimal(value)
}

//! The small pictures beside words, 16 by 16 px.

use yew::prelude::*;

fn icon(d: &'static str) -> Html {
    html! { <svg class="i" viewBox="0 0 16 16" aria-hidden="true"><path {d} /></svg> }
}

/// All is well; a rule allows.
pub(crate) fn tick() -> Html {
    html! { <span class="yes">{ icon("m3 8.5 3.2 3.2L13 4.8") }</span> }
}

/// An error; a rule refuses.
pub(crate) fn cross() -> Html {
    html! { <span class="no">{ icon("m4 4 8 8M12 4l-8 8") }</span> }
}

/// A warning.
pub(crate) fn warning() -> Html {
    html! { <span class="warn">{ icon("M8 2.2 14.6 13.600H1.400zM8 6.500v3.200M8 11.700v.01") }</span> }
}

/// Does not apply.
pub(crate) fn dash() -> Html {
    html! { <span class="skip">{ icon("M4 8h8") }</span> }
}

/// To the step before.
pub(crate) fn back() -> Html {
    icon("m9.5 4-4 4 4 4")
}

/// To the step after.
pub(crate) fn forward() -> Html {
    icon("m6.5 4 4 4-4 4")
}

/// Opens a menu.
pub(crate) fn down() -> Html {
    icon("m4.5 6.5 3.5 3.5 3.5-3.5")
}

/// On to what comes next.
pub(crate) fn onward() -> Html {
    icon("M3 8h9.5M8.5 4l4 4-4 4")
}

/// Somebody else decides.
pub(crate) fn handed_on() -> Html {
    html! { <span class="skip">{ onward() }</span> }
}

/// Every arrow.
pub(crate) fn eye() -> Html {
    html! { <svg class="i" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="2" /><path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.500 8 1.500 8Z" /></svg> }
}

/// Once more.
pub(crate) fn replay() -> Html {
    icon("M2.5 8a5.5 5.5 0 1 0 1.7-4M2.5 2.2v2.6h2.6")
}

/// Back to what was there.
pub(crate) fn undo() -> Html {
    icon("M6 3.5 3 6.500l3 3M3 6.500h6.500a3.500 3.500 0 0 1 0 7H6.500")
}

/// The light theme is on.
pub(crate) fn sun() -> Html {
    html! { <svg class="i" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="3" /><path d="M8 1.2v1.500M8 13.300v1.500M1.200 8h1.500M13.300 8h1.500M3.200 3.200l1 1M11.800 11.800l1 1M3.200 12.800l1-1M11.800 4.200l1-1" /></svg> }
}

/// The dark theme is on.
pub(crate) fn moon() -> Html {
    icon("M13.5 9.8A5.8 5.8 0 0 1 6.2 2.5a5.8 5.8 0 1 0 7.3 7.3z")
}

/// The product's mark: a pod, an arrow, a gate.
pub(crate) fn brand() -> Html {
    html! {
        <svg class="mark" width="24" height="16" viewBox="0 0 24 16" aria-hidden="true">
            <rect x="1" y="4" width="8" height="8" rx="2" /><path d="M9.500 8h6.200M13 5.200 15.800 8 13 10.800" /><path class="gate" d="M20.200 1.500v13" />
        </svg>
    }
}

/// Not known.
pub(crate) fn unknown() -> Html {
    html! { <span class="warn">{ icon("M5.6 6a2.4 2.4 0 1 1 3.400 2.200c-.7.4-1 .8-1 1.600M8 12.300v.01") }</span> }
}

/// Puts something away.
pub(crate) fn close() -> Html {
    icon("m4 4 8 8M12 4l-8 8")
}

/// Goes on by itself.
pub(crate) fn play() -> Html {
    icon("M5 3.200v9.600l7.600-4.800z")
}

/// Stays.
pub(crate) fn pause() -> Html {
    icon("M5.500 3.500v9M10.500 3.500v9")
}

/// How much of a lesson was seen: a ring that fills, a tick once it is done.
pub(crate) fn ring(seen: usize, of: usize, done: bool) -> Html {
    if done {
        return html! { <svg class="ring done" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7" /><path d="m4.800 8.300 2.200 2.200 4.200-4.700" /></svg> };
    }
    let share = if of == 0 { 0.0 } else { seen.min(of) as f64 / of as f64 };
    // The length of the circle, so that the dash is the share of it.
    let around = 2.0 * std::f64::consts::PI * 6.25;
    html! {
        <svg class="ring" viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="8" cy="8" r="6.25" />
            if seen > 0 { <circle class="share" cx="8" cy="8" r="6.25" transform="rotate(-90 8 8)" stroke-dasharray={format!("{:.2} {around:.2}", share * around)} /> }
        </svg>
    }
}

/// From one side to the other.
pub(crate) fn way() -> Html {
    html! { <svg class="way" width="28" height="18" viewBox="0 0 28 18" aria-hidden="true"><path d="M3 9h20M17 4l6 5-6 5" /></svg> }
}

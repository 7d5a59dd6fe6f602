//! How wide text is, in the fonts of the figure.

use std::cell::RefCell;
use std::collections::HashMap;

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// The fonts of the figure, by weight and size in px.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Font {
    Plain13,
    Bold12,
    Bold13,
    Bold14,
    Mono11,
    Mono12,
}

impl Font {
    fn css(self) -> (&'static str, bool) {
        match self {
            Font::Plain13 => ("400 13px", false),
            Font::Bold12 => ("600 12.5px", false),
            Font::Bold13 => ("600 13px", false),
            Font::Bold14 => ("600 14px", false),
            Font::Mono11 => ("400 11.5px", true),
            Font::Mono12 => ("500 12px", true),
        }
    }

    /// A guess for where no canvas can be had.
    fn guess(self) -> f64 {
        match self {
            Font::Plain13 => 6.4,
            Font::Bold12 => 6.6,
            Font::Bold13 => 6.9,
            Font::Bold14 => 7.6,
            Font::Mono11 => 6.95,
            Font::Mono12 => 7.25,
        }
    }
}

const SANS: &str =
    "-apple-system,BlinkMacSystemFont,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,\"Liberation Sans\",sans-serif";
const MONO: &str =
    "ui-monospace,\"SF Mono\",SFMono-Regular,Menlo,\"Cascadia Mono\",Consolas,\"DejaVu Sans Mono\",monospace";

/// Measures text and remembers what it measured.
#[derive(Default)]
pub(crate) struct Measure {
    context: Option<CanvasRenderingContext2d>,
    known: RefCell<HashMap<(Font, String), f64>>,
}

impl Measure {
    /// A measure on a canvas of its own.
    pub(crate) fn new() -> Self {
        let context = || {
            let canvas = gloo::utils::document().create_element("canvas").ok()?.dyn_into::<HtmlCanvasElement>().ok()?;
            canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()
        };
        Self { context: context(), known: RefCell::default() }
    }

    /// `text`, cut with an ellipsis where it is wider than `room` px.
    pub(crate) fn fitted(&self, text: &str, font: Font, room: f64) -> String {
        if self.width(text, font) <= room {
            return text.to_owned();
        }
        let mut cut: String = text.to_owned();
        while cut.pop().is_some() {
            let shown = format!("{cut}…");
            if self.width(&shown, font) <= room {
                return shown;
            }
        }
        "…".to_owned()
    }

    /// The width of `text` in px.
    pub(crate) fn width(&self, text: &str, font: Font) -> f64 {
        let key = (font, text.to_owned());
        if let Some(width) = self.known.borrow().get(&key) {
            return *width;
        }
        let measured = self.context.as_ref().and_then(|context| {
            let (size, mono) = font.css();
            context.set_font(&format!("{size} {}", if mono { MONO } else { SANS }));
            context.measure_text(text).ok().map(|metrics| metrics.width())
        });
        let width = measured.unwrap_or(text.chars().count() as f64 * font.guess());
        self.known.borrow_mut().insert(key, width);
        width
    }
}

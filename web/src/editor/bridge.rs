//! The bridge to the CodeMirror editor in `web/js`, the only JavaScript of ours. Offsets over there count UTF-16 code
//! units; here bytes are turned into them, and nowhere else.

use js_sys::{Array, Function, Object, Reflect};
use netpol_core::diagnostic::{Diagnostic, Severity};
use netpol_core::rewrite::{Condition, ConditionKind, Layout, Site};
use netpol_core::source::{Edit, Source, Span};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    /// A mounted editor.
    #[derive(Clone)]
    pub(crate) type Handle;

    #[wasm_bindgen(js_namespace = netpolEditor, js_name = create)]
    fn create_editor(parent: &HtmlElement, options: &Object) -> Handle;

    #[wasm_bindgen(method, js_name = setDoc)]
    pub(crate) fn set_doc(this: &Handle, doc: &str);
    #[wasm_bindgen(method, js_name = applyEdits)]
    fn apply_edits(this: &Handle, edits: &Array);
    #[wasm_bindgen(method, js_name = setDiagnostics)]
    fn set_diagnostics(this: &Handle, list: &Array);
    #[wasm_bindgen(method, js_name = setSites)]
    fn set_sites(this: &Handle, sites: &Array);
    #[wasm_bindgen(method, js_name = setCited)]
    fn set_cited(this: &Handle, list: &Array);
    #[wasm_bindgen(method)]
    fn flash(this: &Handle, list: &Array);
    #[wasm_bindgen(method)]
    fn reveal(this: &Handle, offset: u32);
    #[wasm_bindgen(method)]
    fn show(this: &Handle, offset: u32);
    #[wasm_bindgen(method, js_name = goTo)]
    fn go_to(this: &Handle, offset: u32);
    #[wasm_bindgen(method)]
    pub(crate) fn destroy(this: &Handle);
}

/// The callbacks of an editor; they live as long as it does.
pub(crate) struct Callbacks {
    /// The text changed.
    pub(crate) on_change: Closure<dyn FnMut(String)>,
    /// The cursor moved: line, column, offset.
    pub(crate) on_cursor: Closure<dyn FnMut(u32, u32, u32)>,
    /// A switch was pressed: the site's id, and the wanted layout.
    pub(crate) on_flip: Closure<dyn FnMut(u32, String)>,
}

/// Whether the editor's script has loaded.
pub(crate) fn is_loaded() -> bool {
    Reflect::has(&gloo::utils::window(), &"netpolEditor".into()).unwrap_or(false)
}

/// Mounts an editor in `parent`.
pub(crate) fn create(parent: &HtmlElement, doc: &str, label: &str, callbacks: &Callbacks) -> Handle {
    let function = |closure: &JsValue| closure.unchecked_ref::<Function>().clone();
    let options = object([
        ("doc", doc.into()),
        ("label", label.into()),
        ("onChange", function(callbacks.on_change.as_ref()).into()),
        ("onCursor", function(callbacks.on_cursor.as_ref()).into()),
        ("onFlip", function(callbacks.on_flip.as_ref()).into()),
    ]);
    create_editor(parent, &options)
}

impl Handle {
    /// Applies `edits` as one undo step.
    pub(crate) fn edit(&self, edits: &[Edit], source: &Source) {
        self.apply_edits(&list(edits, |edit| ranged(source, edit.span, [("insert", edit.insert.as_str().into())])));
    }

    /// Underlines `diagnostics`.
    pub(crate) fn diagnostics(&self, diagnostics: &[Diagnostic], source: &Source) {
        let entry = |diagnostic: &Diagnostic| {
            let severity = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "info",
            };
            let help = diagnostic.help.as_deref().map_or(JsValue::UNDEFINED, Into::into);
            let rest = [("severity", severity.into()), ("message", diagnostic.message.as_str().into()), ("help", help)];
            ranged(source, diagnostic.place.span, rest)
        };
        self.set_diagnostics(&list(diagnostics, entry));
    }

    /// Draws the OR/AND switches.
    pub(crate) fn sites(&self, sites: &[Site], source: &Source) {
        let mut id = 0;
        self.set_sites(&list(sites, |site| {
            id += 1;
            site_object(site, id - 1, source)
        }));
    }

    /// Tints the lines of `places`: those that allow, and those that refuse.
    pub(crate) fn cite(&self, places: &[(Span, bool)], source: &Source) {
        let kind = |allows: bool| if allows { "open" } else { "stop" };
        self.set_cited(&list(places, |(span, allows)| ranged(source, *span, [("kind", kind(*allows).into())])));
    }

    /// Highlights the lines of `spans` for a moment.
    pub(crate) fn flash_lines(&self, spans: &[Span], source: &Source) {
        self.flash(&list(spans, |span| ranged(source, *span, [])));
    }

    /// Scrolls to byte `at`.
    pub(crate) fn reveal_at(&self, at: usize, source: &Source) {
        self.reveal(offset(source, at));
    }

    /// Scrolls just as far as it takes to see byte `at`.
    pub(crate) fn show_at(&self, at: usize, source: &Source) {
        self.show(offset(source, at));
    }

    /// Puts the cursor at byte `at`.
    pub(crate) fn go_to_byte(&self, at: usize, source: &Source) {
        self.go_to(offset(source, at));
    }
}

fn site_object(site: &Site, id: u32, source: &Source) -> Object {
    let (mode, note) = match site.layout {
        Layout::Or => ("or", "two list items"),
        Layout::And => ("and", "one list item"),
    };
    let mut number = 0;
    let condition = |condition: &Condition| {
        number += 1;
        let key = match condition.kind {
            ConditionKind::Pod => "podSelector",
            ConditionKind::Namespace => "namespaceSelector",
        };
        let from = offset(source, condition.key.start);
        object([("from", from.into()), ("number", number.into()), ("key", key.into())])
    };
    let line = source.line(site.region().start);
    object([
        ("id", id.into()),
        ("mode", mode.into()),
        ("dash", site.dash.map_or(JsValue::NULL, |dash| offset(source, dash).into())),
        ("items", list(&site.items, |span| ranged(source, *span, [])).into()),
        ("conditions", list(&site.conditions, condition).into()),
        ("note", note.into()),
        ("label", format!("How the two selectors at line {line} combine").into()),
    ])
}

fn list<T>(items: &[T], mut entry: impl FnMut(&T) -> Object) -> Array {
    items.iter().map(|item| JsValue::from(entry(item))).collect()
}

fn ranged<const N: usize>(source: &Source, span: Span, rest: [(&str, JsValue); N]) -> Object {
    let out = object(rest);
    for (key, at) in [("from", span.start), ("to", span.end)] {
        set(&out, key, &offset(source, at).into());
    }
    out
}

fn object<const N: usize>(fields: [(&str, JsValue); N]) -> Object {
    let out = Object::new();
    for (key, value) in fields {
        set(&out, key, &value);
    }
    out
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a field of a plain object cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}

fn offset(source: &Source, byte: usize) -> u32 {
    u32::try_from(source.to_utf16(byte)).unwrap_or(u32::MAX)
}

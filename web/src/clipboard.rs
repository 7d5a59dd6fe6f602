//! Writing to the clipboard.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use yew::Callback;

/// Puts `text` on the clipboard; `done` hears whether it got there. A page that was not loaded safely has no clipboard.
pub(crate) fn copy(text: &str, done: Callback<bool>) {
    let Some(promise) = write(text) else { return done.emit(false) };
    let refused = done.clone();
    let well = Closure::once_into_js(move |_: JsValue| done.emit(true));
    let badly = Closure::once_into_js(move |_: JsValue| refused.emit(false));
    let then = Reflect::get(&promise, &"then".into()).ok().and_then(|then| then.dyn_into::<Function>().ok());
    if let Some(then) = then {
        let _ = then.call2(&promise, &well, &badly);
    }
}

/// The browser's promise to write.
fn write(text: &str) -> Option<Promise> {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok().filter(JsValue::is_object);
    let clipboard = get(&get(&gloo::utils::window(), "navigator")?, "clipboard")?;
    let function = Reflect::get(&clipboard, &"writeText".into()).ok()?.dyn_into::<Function>().ok()?;
    function.call1(&clipboard, &text.into()).ok()?.dyn_into().ok()
}

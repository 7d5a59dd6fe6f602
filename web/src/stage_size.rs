//! The size of an element, kept up to date.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::prelude::*;

/// Width and height of `node` in CSS px; (0, 0) until it stands in the page.
#[hook]
pub(crate) fn use_size(node: &NodeRef) -> (f64, f64) {
    let size = use_state_eq(|| (0.0, 0.0));
    let set = size.clone();
    use_effect_with(node.clone(), move |node| {
        let element = node.cast::<web_sys::Element>();
        let watched = element.clone();
        let measure = move || {
            if let Some(element) = &watched {
                let rect = element.get_bounding_client_rect();
                set.set((rect.width().round(), rect.height().round()));
            }
        };
        measure();
        let callback = Closure::<dyn FnMut()>::new(measure);
        let observer = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, &element) {
            observer.observe(element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(callback);
        }
    });
    *size
}

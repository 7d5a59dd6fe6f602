//! What the browser keeps for the page. Where it refuses, nothing is kept and nothing breaks.

use gloo::storage::{LocalStorage, Storage};

/// Whether there is a storage: asking for a refused one in any other way is an error that nobody can catch.
fn is_there() -> bool {
    gloo::utils::window().local_storage().is_ok_and(|storage| storage.is_some())
}

/// What is kept under `key`, if it is of this type.
pub(crate) fn get<T: for<'de> serde::Deserialize<'de>>(key: &str) -> Option<T> {
    if is_there() { LocalStorage::get(key).ok() } else { None }
}

/// Keeps `value` under `key`, where the browser lets it.
pub(crate) fn set(key: &str, value: impl serde::Serialize) {
    if is_there() {
        let _ = LocalStorage::set(key, value);
    }
}

//! What the browser keeps for the page. Where it refuses, nothing is kept, and the page works all the same.

use gloo::storage::{LocalStorage, Storage};
use serde::{Serialize, de::DeserializeOwned};

/// Whether there is a storage at all: a browser may be told to lock it, and `gloo` takes it for granted.
fn is_there() -> bool {
    gloo::utils::window().local_storage().is_ok_and(|storage| storage.is_some())
}

/// What is kept under `key`; nothing where that is missing or is something else.
pub(crate) fn kept<T: DeserializeOwned>(key: &str) -> Option<T> {
    is_there().then(|| LocalStorage::get(key).ok()).flatten()
}

/// Keeps `value` under `key`, where that can be.
pub(crate) fn keep(key: &str, value: &impl Serialize) {
    if is_there() {
        // A full storage keeps what it has.
        let _ = LocalStorage::set(key, value);
    }
}

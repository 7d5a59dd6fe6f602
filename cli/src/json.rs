//! JSON arrays written entry by entry, as there may be too many to hold.

use std::io::{self, Write};

use serde::Serialize;

/// Writes `entries` as an array, each on a line of its own.
pub(crate) fn array<T: Serialize>(mut out: &mut dyn Write, entries: impl Iterator<Item = T>) -> io::Result<()> {
    write!(out, "[")?;
    for (at, entry) in entries.enumerate() {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut out, &entry)?;
    }
    write!(out, "\n]")
}

//! The literate format: Markdown that teaches and is checked. Cases and lessons are both written in it.

pub mod case;
pub mod expect;
mod findings;
pub mod markdown;
pub mod script;
pub mod task;

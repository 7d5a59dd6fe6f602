//! The literate format: Markdown that teaches and is checked. Cases and lessons are both written in it.

mod findings;
mod lines;

pub mod case;
pub mod expect;
pub mod link;
pub mod markdown;
pub mod prose;
pub mod script;
pub mod task;

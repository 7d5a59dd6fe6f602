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

use crate::manifest::suggest::nearest;

/// What to add to the news that `wrong` is none of `known`.
fn meant(wrong: &str, known: &[&str]) -> String {
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match nearest(wrong, known) {
        Some(near) => format!("; did you mean `{near}`? There are {listed}"),
        None => format!(": there are {listed}"),
    }
}

//! The page's panels, one file each.

mod ask;
pub(crate) mod assumed;
mod cards;
mod checks;
pub(crate) mod commands;
pub(crate) mod drawer;
pub(crate) mod enforced;
pub(crate) mod fold;
pub(crate) mod headline;
mod http;
mod inspect;
mod matrix;
pub(crate) mod notice;
pub(crate) mod own_lesson;
mod probe;
mod prose;
mod side;
pub(crate) mod splitter;
pub(crate) mod story;
pub(crate) mod strip;
pub(crate) mod tabs;
pub(crate) mod task;
mod why;

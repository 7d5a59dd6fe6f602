//! The page's panels, one file each.

mod ask;
pub(crate) mod assumed;
pub(crate) mod drawer;
pub(crate) mod enforced;
mod fold;
pub(crate) mod headline;
mod http;
mod matrix;
mod probe;
mod side;
pub(crate) mod splitter;
pub(crate) mod story;
pub(crate) mod strip;
pub(crate) mod tabs;
mod why;

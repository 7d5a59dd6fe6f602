//! The page's panels, one file each.

pub(crate) mod headline;
pub(crate) mod matrix;
pub(crate) mod splitter;
pub(crate) mod strip;

//! The figure: who may talk to whom, drawn.

mod arrow;
mod chip;
pub(crate) mod door;
pub(crate) mod figure;
mod frame;
pub mod geometry;
mod icons;
pub mod labels;
pub mod layout;
pub(crate) mod marker;
mod pod;
pub mod routes;
pub(crate) mod scene;
pub(crate) mod stub;
mod view;
mod walk;

pub(crate) use view::Diagram;

//! The page of the NetworkPolicy playground: editors, figure, panels. It draws what `netpol_core` says.

mod app;
pub mod diagram;
mod editor;
mod icons;
pub mod lessons;
mod measure;
mod panels;
mod stage_size;
pub mod state;
mod theme;

pub use app::App;

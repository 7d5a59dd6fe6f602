//! The page of the NetworkPolicy playground: editors, figure, panels. It draws what `netpol_core` says.

mod app;
mod choices;
pub mod diagram;
mod editor;
mod editor_side;
mod icons;
pub mod lessons;
mod measure;
mod narrow;
mod panels;
pub mod progress;
mod stage_side;
mod stage_size;
pub mod state;
mod theme;

pub use app::App;

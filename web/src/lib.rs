//! The page of the NetworkPolicy playground: editors, figure, panels. It draws what `netpol_core` says.

mod address;
mod app;
mod choices;
pub mod diagram;
mod editor;
mod editor_side;
mod icons;
pub mod lessons;
mod measure;
mod narrow;
mod own_lesson;
mod panels;
pub mod progress;
mod stage_side;
mod stage_size;
pub mod state;
mod storage;
pub mod task;
mod theme;

pub use app::App;

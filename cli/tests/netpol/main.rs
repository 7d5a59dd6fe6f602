//! The built command on real files, its whole output stated.

mod case;
mod completions;
mod dialects;
mod diff;
mod explain;
mod input;
mod lint;
mod list;
mod probe;
mod terminal;
mod test;

//! Cilium's policies, made up and judged.

mod generate;
mod http;
mod identity;
pub(crate) mod model;
mod naive;
mod yaml;

pub(crate) use generate::world;
pub(crate) use naive::stage;

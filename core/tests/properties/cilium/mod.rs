//! Cilium's policies, made up and judged.

pub(crate) mod changes;
pub(crate) mod generate;
mod http;
mod identity;
pub(crate) mod model;
mod naive;
mod yaml;

pub(crate) use naive::stage;

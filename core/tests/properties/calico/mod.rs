//! `projectcalico.org/v3`: policies, tiers and network sets.

pub(crate) mod generate;
pub(crate) mod model;
pub(crate) mod naive;
pub(crate) mod rule;
pub(crate) mod selector;
pub(crate) mod yaml;

//! Troubleshooting: what there is to know of one pod, one policy or one pair, and the commands that show the same on a
//! real cluster.

mod commands;
mod kubectl;
mod pod;
mod policy;

pub use commands::{Command, of_pair, of_pod, of_policy};
pub use pod::{Affects, Passes, PodReport, pod};
pub use policy::{NearMiss, PolicyReport, RuleReport, policy};

//! `policy.networking.k8s.io`: AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy.

pub(crate) mod generate;
pub(crate) mod model;
pub(crate) mod naive;
pub(crate) mod yaml;

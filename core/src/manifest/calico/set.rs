//! Calico's `NetworkSet` and `GlobalNetworkSet` (`networkset.go`): addresses with labels, for selectors to find.

use crate::manifest::meta::Meta;
use crate::manifest::network_policy::IpBlock;

/// A network set as written. Its labels are `meta.labels`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkSet {
    /// Name, labels, place; the namespace counts only if it is not global.
    pub meta: Meta,
    /// Whether it belongs to no namespace: a `GlobalNetworkSet`.
    pub global: bool,
    /// `spec.nets`, each without exceptions.
    pub nets: Vec<IpBlock>,
}

impl NetworkSet {
    /// `NetworkSet` or `GlobalNetworkSet`.
    pub fn kind(&self) -> &'static str {
        if self.global { "GlobalNetworkSet" } else { "NetworkSet" }
    }

    /// The namespace it belongs to, if it does to one.
    pub fn namespace(&self) -> Option<&str> {
        (!self.global).then_some(self.meta.namespace.as_str())
    }
}

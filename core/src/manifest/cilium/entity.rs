//! `fromEntities` and `toEntities` (`pkg/policy/api/entity.go`).

use crate::manifest::decode::Decoder;
use crate::manifest::suggest;
use crate::manifest::tree::Node;

/// Peers that have no labels of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// Everybody.
    All,
    /// Everybody outside the cluster.
    World,
    /// Everybody in the cluster: pods, nodes, and what belongs to Cilium.
    Cluster,
    /// The node of the pod, and what runs in its network.
    Host,
    /// Endpoints whose labels are not known yet.
    Init,
    /// Cilium's own Ingress proxies.
    Ingress,
    /// Pods that Cilium does not manage.
    Unmanaged,
    /// The other nodes.
    RemoteNode,
    /// Cilium's health endpoints.
    Health,
    /// Nobody.
    None,
    /// The API server, wherever it runs.
    KubeApiserver,
}

impl Entity {
    /// All of them, as the API spells them.
    pub const ALL: [(&'static str, Entity); 11] = [
        ("all", Entity::All),
        ("world", Entity::World),
        ("cluster", Entity::Cluster),
        ("host", Entity::Host),
        ("init", Entity::Init),
        ("ingress", Entity::Ingress),
        ("unmanaged", Entity::Unmanaged),
        ("remote-node", Entity::RemoteNode),
        ("health", Entity::Health),
        ("none", Entity::None),
        ("kube-apiserver", Entity::KubeApiserver),
    ];

    /// As the API spells it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, entity)| *entity == self).map_or("", |(name, _)| name)
    }
}

/// Reads an item of `field`.
pub(super) fn read(node: &Node<'_>, field: &str, decoder: &mut Decoder) -> Option<Entity> {
    let word = decoder.string(node, &format!("An item of {field}"))?;
    if let Some((_, entity)) = Entity::ALL.iter().find(|(name, _)| *name == word.value) {
        return Some(*entity);
    }
    let names = Entity::ALL.map(|(name, _)| name);
    let within = matches!(word.value.as_str(), "world-ipv4" | "world-ipv6");
    let error = match suggest::nearest(&word.value, &names) {
        _ if within => {
            let message = format!("`{}` exists inside Cilium only: its API accepts `world`.", word.value);
            decoder.error("bad-entity", word.span, message)
        }
        Some(near) => {
            let message = format!("`{}` is not an entity; did you mean `{near}`?", word.value);
            decoder.error("bad-entity", word.span, message)
        }
        None => decoder.error("bad-entity", word.span, format!("`{}` is not an entity.", word.value)),
    };
    error.help = Some(if within {
        "For one address family write `0.0.0.0/0` or `::/0` as a CIDR.".to_owned()
    } else {
        format!("The entities are {}.", names.join(", "))
    });
    None
}

//! Entities: peers without labels of their own (`pkg/policy/api/entity.go`).

use super::Compiler;
use crate::bits::BitSet;
use crate::manifest::cilium::Entity;
use crate::phrase::Sentence;
use crate::policy::{About, Peer, Term};
use crate::source::Span;

impl Compiler<'_, '_> {
    /// Whom an item of `fromEntities` or `toEntities` means.
    pub(super) fn entity(&self, entity: Entity, span: Span) -> Peer {
        let place = self.place(span);
        let mut says = Sentence::of("entity ");
        says.code(entity.name());
        let (members, unknown) = self.entity_members(entity);
        let about = match entity {
            Entity::All | Entity::Cluster => About::Namespace,
            Entity::World => About::Outside,
            Entity::Host | Entity::RemoteNode => About::Node,
            Entity::KubeApiserver => About::Other("is not known to be the API server".to_owned()),
            Entity::Init | Entity::Ingress | Entity::Unmanaged | Entity::Health | Entity::None => {
                About::Other("is none".to_owned())
            }
        };
        let term = Term { wants: says.clone(), about, members, unknown, place };
        Peer::meeting(says, vec![term], self.everybody.clone(), place)
    }

    /// Who belongs to `entity`, and who may.
    pub(super) fn entity_members(&self, entity: Entity) -> (BitSet, BitSet) {
        let nobody = BitSet::default;
        match entity {
            Entity::All => (self.everybody.clone(), nobody()),
            Entity::World => (self.index.outside(), nobody()),
            Entity::Cluster => {
                let mut inside = self.pods.clone();
                inside.unite(&self.index.on_nodes());
                (inside, nobody())
            }
            // Whether a pod on its node's network is on the node of the other end is not known.
            Entity::Host => (nobody(), self.index.on_nodes()),
            Entity::RemoteNode => (self.index.on_nodes(), nobody()),
            Entity::KubeApiserver => {
                let cluster = self.index.cluster;
                let servers = self.index.filter(&self.index.on_nodes(), |endpoint| cluster.is_api_server(endpoint));
                (servers, nobody())
            }
            // No pod here is one of these.
            Entity::Init | Entity::Ingress | Entity::Unmanaged | Entity::Health | Entity::None => (nobody(), nobody()),
        }
    }
}

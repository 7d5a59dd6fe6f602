//! Who an entry is about.

use super::Compiler;
use super::remarks::behind;
use crate::bits::BitSet;
use crate::domain::Domain;
use crate::manifest::IpBlock;
use crate::manifest::cilium::{self, CiliumPeer, Entry, GroupRef, PeerKind, in_identity};
use crate::phrase::Sentence;
use crate::policy::index::Met;
use crate::policy::{About, Peer, Peers, Term};
use crate::source::Span;

impl Compiler<'_, '_> {
    /// The peers of an entry. One that names neither peers nor ports is about nobody (`mergeIngress` and `mergeEgress` in
    /// `pkg/policy/rule.go`, which add no rule for it).
    pub(super) fn peers(&self, entry: &Entry, deny: bool) -> Peers {
        let everyone = || {
            let narrowed = !entry.ports.is_empty() || !entry.icmps.is_empty();
            if narrowed { Peers::Everyone } else { Peers::OneOf(Vec::new()) }
        };
        match &entry.peers {
            cilium::Peers::Any => everyone(),
            cilium::Peers::Nobody { .. } => Peers::OneOf(Vec::new()),
            // Where no Service is found, nothing is left that would name peers.
            cilium::Peers::Listed { field: "toServices", items, .. } => {
                match items.iter().flat_map(|item| self.services(item, deny)).collect::<Vec<Peer>>() {
                    none if none.is_empty() => everyone(),
                    peers => Peers::OneOf(peers),
                }
            }
            cilium::Peers::Listed { items, .. } => {
                Peers::OneOf(items.iter().filter_map(|item| self.peer(item)).collect())
            }
        }
    }

    fn peer(&self, peer: &CiliumPeer) -> Option<Peer> {
        match &peer.kind {
            PeerKind::Endpoints(selector) => Some(self.endpoints(selector, peer.span)),
            PeerKind::Entity(entity) => Some(self.entity(*entity, peer.span)),
            PeerKind::Block(block) => {
                let mut wants = Sentence::of("an address in ");
                wants.code(block.cidr);
                holes(&block.except, &mut wants);
                Some(self.addresses(wants, self.index.outside_block(block), peer.span))
            }
            PeerKind::Group { groups, except } => Some(self.groups(groups, except, peer.span)),
            PeerKind::Name(domain) => Some(self.hosts(domain, peer.span)),
            PeerKind::Service { .. } | PeerKind::Nodes(_) | PeerKind::Cloud => None,
        }
    }

    /// Addresses outside: neither pods nor nodes (documentation, "Layer 3 Policies", "IP/CIDR based").
    fn addresses(&self, wants: Sentence, met: Met, span: Span) -> Peer {
        let place = self.place(span);
        let mut says = wants.clone();
        says.plain(" outside the cluster");
        let term = Term { wants, about: About::Outside, members: met.members, unknown: met.unknown, place };
        Peer::meeting(says, vec![term], self.everybody.clone(), place)
    }

    /// The addresses of CiliumCIDRGroups without the exceptions.
    fn groups(&self, groups: &GroupRef, except: &[IpBlock], span: Span) -> Peer {
        let mut met = Met::default();
        let named = self.manifests.cilium_groups.iter().filter(|group| groups.means(group));
        for block in named.flat_map(|group| &group.blocks) {
            let mut more = self.index.outside_block(block);
            for hole in except.iter().filter(|hole| hole.cidr.contains(&block.cidr) || block.cidr.contains(&hole.cidr))
            {
                if hole.cidr.contains(&block.cidr) {
                    more = Met::default();
                    break;
                }
                let hole = self.index.outside_block(hole);
                more.members.subtract(&hole.members);
                // Who may be in the hole may be left out.
                let mut perhaps = more.members.clone();
                perhaps.intersect(&hole.unknown);
                more.members.subtract(&perhaps);
                more.unknown.unite(&perhaps);
            }
            met.members.unite(&more.members);
            met.unknown.unite(&more.unknown);
        }
        met.unknown.subtract(&met.members);
        let mut wants = Sentence::of("an address of ");
        match groups {
            GroupRef::Named(name) => wants.code(name),
            GroupRef::Labels(selector) => wants.plain("groups with ").code(selector),
        };
        holes(&except.iter().map(|hole| hole.cidr).collect::<Vec<_>>(), &mut wants);
        self.addresses(wants, met, span)
    }

    /// Hosts outside by name.
    fn hosts(&self, domain: &Domain, span: Span) -> Peer {
        let place = self.place(span);
        let mut wants = Sentence::of("a host called ");
        wants.code(&domain.text);
        let about = About::Other("is not called so".to_owned());
        let members = self.index.covered(domain);
        let term = Term { wants: wants.clone(), about, members, unknown: BitSet::default(), place };
        Peer::meeting(wants, vec![term], self.everybody.clone(), place)
    }

    /// A peer for each Service that an item means: the pods that it selects, or the addresses outside that its slices
    /// list (`processRule` in `pkg/policy/k8s/service.go`, which leaves `egressDeny` out).
    fn services(&self, peer: &CiliumPeer, deny: bool) -> Vec<Peer> {
        let place = self.place(peer.span);
        let found = behind(self.manifests, &peer.kind, deny);
        let services = found.into_iter().filter_map(|at| self.index.cluster.services.get(at));
        let peer = |service: &crate::cluster::ClusterService| {
            let classes = &self.index.cluster.classes;
            let mut members: BitSet = service.backends.iter().map(|backend| classes.of(backend.endpoint)).collect();
            match &service.written.selector {
                Some(labels) if labels.keys().all(|key| in_identity(key)) => members.intersect(self.pods),
                Some(_) => members = BitSet::default(),
                None => members.intersect(&self.index.outside()),
            }
            let mut wants = Sentence::of("what is behind Service ");
            wants.code(service.short_id());
            let about = About::Other("is not behind it".to_owned());
            let term = Term { wants: wants.clone(), about, members, unknown: BitSet::default(), place };
            Peer::meeting(wants, vec![term], self.everybody.clone(), place)
        };
        services.map(peer).collect()
    }
}

fn holes(except: &[ipnet::IpNet], out: &mut Sentence) {
    for (at, hole) in except.iter().enumerate() {
        out.plain(if at == 0 { " except " } else { ", " }).code(hole);
    }
}

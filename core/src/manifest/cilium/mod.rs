//! `cilium.io/v2` policies as typed objects (package `pkg/policy/api` of cilium/cilium).

mod check;
mod cidr;
mod entity;
mod http;
mod icmp;
mod names;
mod peers;
mod policy;
mod ports;
mod selector;
mod suggest;

use ipnet::IpNet;

use super::decode::Spanned;
use super::mentions::Mentions;
use super::meta::Meta;
use super::network_policy::{Direction, IpBlock, PortMatch};
use crate::domain::Domain;
use crate::source::Span;
pub(crate) use check::check;
pub use entity::Entity;
pub use icmp::{IcmpField, IcmpRule};
pub(crate) use policy::{group, policy};
pub use ports::{CiliumPort, PortRule};
pub(crate) use selector::in_identity;
pub use selector::{
    ACCOUNT_KEY, CLUSTER_KEY, CiliumSelector, LabelRequirement, LabelSource, NAMESPACE_KEY, NAMESPACE_LABELS_PREFIX,
};

/// A CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CiliumPolicy {
    /// Name, namespace, place. The namespace of a clusterwide one means nothing.
    pub meta: Meta,
    /// Whether it has no namespace.
    pub clusterwide: bool,
    /// `spec`, then `specs`: at least one.
    pub rules: Vec<CiliumRule>,
}

/// One `spec`: who is selected, and what holds for it (`Rule`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CiliumRule {
    /// `endpointSelector` or `nodeSelector`.
    pub subject: CiliumSelector,
    /// Whether it is a `nodeSelector`, which selects no pods.
    pub nodes: bool,
    /// `ingress`, `ingressDeny`, `egress` and `egressDeny` as far as they have entries, in this order; at least one.
    pub sections: Vec<Section>,
    /// `enableDefaultDeny`: what it says for ingress and for egress.
    pub default_deny: [Option<Spanned<bool>>; 2],
    /// Its place in `specs`, from 0; `None` for `spec`.
    pub position: Option<usize>,
    /// Where it stands.
    pub span: Span,
}

/// One of the four lists of a rule, with at least one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Which way.
    pub direction: Direction,
    /// Whether its entries deny.
    pub deny: bool,
    /// The entries; they are ORed.
    pub entries: Vec<Entry>,
    /// Its key.
    pub key: Span,
}

/// One entry of a section: peers **and** ports (`IngressRule`, `IngressDenyRule`, `EgressRule`, `EgressDenyRule`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who.
    pub peers: Peers,
    /// `toPorts`, ORed; empty means that it is absent or empty.
    pub ports: Vec<PortRule>,
    /// `icmps`, ORed; empty means that it is absent or empty. Never beside `toPorts`.
    pub icmps: Vec<IcmpRule>,
    /// Where it stands.
    pub span: Span,
}

/// The peers of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peers {
    /// No field names any: everybody, the world included.
    Any,
    /// A field is there with an empty list: nobody.
    Nobody {
        /// The field.
        field: &'static str,
        /// Its key and value.
        span: Span,
    },
    /// What one field lists; its items are ORed.
    Listed {
        /// The field, such as `fromEndpoints`.
        field: &'static str,
        /// At least one.
        items: Vec<CiliumPeer>,
        /// The list, after its key.
        span: Span,
    },
}

/// One item of a list of peers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CiliumPeer {
    /// What it says.
    pub kind: PeerKind,
    /// Where it stands.
    pub span: Span,
}

/// What an item of a list of peers says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerKind {
    /// `fromEndpoints`, `toEndpoints`.
    Endpoints(CiliumSelector),
    /// `fromEntities`, `toEntities`.
    Entity(Entity),
    /// `fromCIDR`, `toCIDR`, and items of `fromCIDRSet` and `toCIDRSet` with a `cidr`. An exception may equal it.
    Block(IpBlock),
    /// An item of `fromCIDRSet` or `toCIDRSet` that means CiliumCIDRGroups.
    Group {
        /// Which.
        groups: GroupRef,
        /// `except`, a block for each.
        except: Vec<IpBlock>,
    },
    /// `toServices`: where both fields are there, `k8sServiceSelector` counts.
    Service {
        /// `k8sService`.
        named: Option<ServiceName>,
        /// `k8sServiceSelector`.
        selected: Option<ServiceLabels>,
    },
    /// `toFQDNs`.
    Name(Domain),
    /// `fromNodes`, `toNodes`: nodes by their labels, which are not known here.
    Nodes(CiliumSelector),
    /// `fromGroups`, `toGroups`: addresses that a cloud provider knows.
    Cloud,
}

/// How an item of a CIDR set names CiliumCIDRGroups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupRef {
    /// `cidrGroupRef`.
    Named(String),
    /// `cidrGroupSelector`.
    Labels(CiliumSelector),
}

/// A Service by name (`K8sServiceNamespace`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceName {
    /// `serviceName`.
    pub name: String,
    /// `namespace`, if it is there and not empty; otherwise all.
    pub namespace: Option<String>,
}

/// Services by their labels (`K8sServiceSelectorNamespace`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceLabels {
    /// `selector`.
    pub selector: CiliumSelector,
    /// `namespace`, if it is there and not empty; otherwise all.
    pub namespace: Option<String>,
}

/// A CiliumCIDRGroup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CiliumCidrGroup {
    /// Its name and labels.
    pub meta: Meta,
    /// `spec.externalCIDRs`, a block for each.
    pub blocks: Vec<IpBlock>,
}

impl CiliumPolicy {
    /// Its kind.
    pub fn kind(&self) -> &'static str {
        if self.clusterwide { "CiliumClusterwideNetworkPolicy" } else { "CiliumNetworkPolicy" }
    }

    /// Every entry of every list.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.rules.iter().flat_map(|rule| &rule.sections).flat_map(|section| &section.entries)
    }

    /// Every peer in it that is listed.
    pub fn peers(&self) -> impl Iterator<Item = &CiliumPeer> {
        self.entries().flat_map(|entry| match &entry.peers {
            Peers::Listed { items, .. } => items.as_slice(),
            Peers::Any | Peers::Nobody { .. } => &[],
        })
    }

    /// Every address block in it, exceptions from groups included.
    pub fn ip_blocks(&self) -> impl Iterator<Item = &IpBlock> {
        self.peers().flat_map(|peer| match &peer.kind {
            PeerKind::Block(block) => std::slice::from_ref(block),
            PeerKind::Group { except, .. } => except.as_slice(),
            _ => &[],
        })
    }
}

impl CiliumPolicy {
    /// Adds what this policy mentions.
    pub(crate) fn mentions<'m>(&'m self, out: &mut Mentions<'m>) {
        if !self.clusterwide {
            out.namespaces.push((self.meta.place, &self.meta.namespace));
        }
        out.blocks.extend(self.ip_blocks());
        self.rules.iter().filter(|rule| !rule.nodes).for_each(|rule| rule.subject.mentions(out));
        for peer in self.peers() {
            match &peer.kind {
                PeerKind::Endpoints(selector) => selector.mentions(out),
                PeerKind::Name(domain) => out.domains.push(domain),
                PeerKind::Service { .. } => out.services = true,
                PeerKind::Entity(entity) => {
                    out.api_server |= *entity == Entity::KubeApiserver;
                    out.outside |= matches!(entity, Entity::World | Entity::All);
                }
                PeerKind::Block(_) | PeerKind::Group { .. } | PeerKind::Nodes(_) | PeerKind::Cloud => {}
            }
        }
        let ports = self.entries().flat_map(|entry| &entry.ports).flat_map(|rule| &rule.ports);
        out.port_names.extend(ports.filter_map(|port| match &port.port {
            PortMatch::Named(name) => Some(name.as_str()),
            PortMatch::Any | PortMatch::Range(_) => None,
        }));
    }
}

impl CiliumCidrGroup {
    /// Adds the addresses of this group.
    pub(crate) fn mentions<'m>(&'m self, out: &mut Mentions<'m>) {
        out.blocks.extend(&self.blocks);
    }
}

impl CiliumRule {
    /// Whether it refuses what no entry allows to those whom it selects (`EnableDefaultDeny`, absent where nothing is
    /// said: it does in the directions it has entries for).
    pub fn default_denies(&self, direction: Direction) -> bool {
        let [ingress, egress] = &self.default_deny;
        let said = match direction {
            Direction::Ingress => ingress,
            Direction::Egress => egress,
        };
        said.as_ref()
            .map_or_else(|| self.sections.iter().any(|section| section.direction == direction), |said| said.value)
    }
}

impl Section {
    /// The field that it is: `ingress`, `ingressDeny`, `egress` or `egressDeny`.
    pub fn field(&self) -> &'static str {
        match (self.direction, self.deny) {
            (Direction::Ingress, false) => "ingress",
            (Direction::Ingress, true) => "ingressDeny",
            (Direction::Egress, false) => "egress",
            (Direction::Egress, true) => "egressDeny",
        }
    }
}

/// The block of one network.
fn whole(cidr: IpNet, span: Span) -> IpBlock {
    IpBlock { cidr, except: Vec::new(), span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{Manifests, read};
    use crate::source::{Edit, Source};

    fn policy(spec: &str) -> Manifests {
        let head = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a}\nspec:\n";
        read(&[Source::new("a", format!("{head}{spec}"))])
    }

    fn entries(spec: &str) -> Vec<Entry> {
        let manifests = policy(spec);
        assert!(!manifests.has_errors(), "{:?}", manifests.diagnostics);
        manifests.cilium[0].rules[0].sections[0].entries.clone()
    }

    #[test]
    fn the_fix_adds_the_protocol_in_either_style() {
        for ports in ["    - ports:\n      - port: \"80\"  # web\n", "    - ports: [{port: \"80\"}]\n"] {
            let spec =
                format!("  endpointSelector: {{}}\n  ingress:\n  - toPorts:\n{ports}      rules: {{http: [{{}}]}}\n");
            let found = policy(&spec).diagnostics;
            assert_eq!(found.len(), 1, "{found:?}");
            let head = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a}\nspec:\n";
            let fixed = Edit::apply(&found[0].fix, &format!("{head}{spec}"));
            let manifests = read(&[Source::new("a", fixed.as_str())]);
            assert!(manifests.diagnostics.is_empty(), "{fixed}\n{:?}", manifests.diagnostics);
        }
    }

    #[test]
    fn an_error_in_an_expression_points_into_it() {
        for (path, at) in [("'/a(?=b)'", "(?=b)'"), ("/a(?=b)", "(?=b)"), ("\"/a(?=b)\"", "(?=b)\"")] {
            let spec = format!(
                "  endpointSelector: {{}}\n  ingress:\n  - toPorts:\n    - ports: [{{port: '80', protocol: TCP}}]\n      rules:\n        http:\n        - path: {path}\n"
            );
            let found = policy(&spec).diagnostics;
            let head = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a}\nspec:\n";
            let text = format!("{head}{spec}");
            assert!(text[found[0].place.span.start..].starts_with(at), "{path}: {found:?}");
        }
    }

    #[test]
    fn absent_empty_and_listed_peers_are_told_apart() {
        let spec = "  endpointSelector: {}\n  ingress:\n  - {}\n  - fromEndpoints: null\n  - fromEndpoints: []\n  - fromEndpoints: [{}]\n  - {fromEntities: [world], fromCIDR: []}\n";
        let peers: Vec<Peers> = entries(spec).into_iter().map(|entry| entry.peers).collect();
        assert!(matches!(
            peers.as_slice(),
            [
                Peers::Any,
                Peers::Any,
                Peers::Nobody { .. },
                Peers::Listed { field: "fromEndpoints", .. },
                Peers::Nobody { field: "fromCIDR", .. }
            ]
        ));
    }

    #[test]
    fn who_denies_by_default() {
        let denies = |spec: &str| {
            let manifests = policy(spec);
            Direction::ALL.map(|direction| manifests.cilium[0].rules[0].default_denies(direction))
        };
        assert_eq!(denies("  {endpointSelector: {}, ingress: [{}], egress: []}"), [true, false]);
        assert_eq!(denies("  {endpointSelector: {}, egressDeny: [{}]}"), [false, true]);
        let said = "  {endpointSelector: {}, ingress: [{}], enableDefaultDeny: {ingress: false, egress: true}}";
        assert_eq!(denies(said), [false, true]);
    }
}

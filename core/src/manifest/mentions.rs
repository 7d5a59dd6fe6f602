//! What a policy mentions of the cluster, whichever dialect it is written in: all that can make two endpoints differ.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::network_policy::{IpBlock, NetworkPolicy, PolicyRule, PortMatch};
use super::{Manifests, TargetPort};
use crate::domain::Domain;
use crate::labels::LabelSelector;
use crate::source::{Place, Span};

/// Everything that policies mention. Values repeat; who gathers them tells them apart.
#[derive(Debug, Default)]
pub(crate) struct Mentions<'m> {
    /// The namespaces of the policies, with the place of each policy.
    pub(crate) namespaces: Vec<(Place, &'m str)>,
    /// Keys of pod labels in selectors.
    pub(crate) keys: Vec<&'m str>,
    /// Names of ports.
    pub(crate) port_names: Vec<&'m str>,
    /// Address blocks.
    pub(crate) blocks: Vec<&'m IpBlock>,
    /// Names outside the cluster.
    pub(crate) domains: Vec<&'m Domain>,
    /// Whether a rule means those outside the cluster, by a word of its own.
    pub(crate) outside: bool,
    /// Whether a rule means the pods behind a Service.
    pub(crate) services: bool,
    /// Whether a rule or selector looks at service accounts.
    pub(crate) accounts: bool,
    /// Whether a rule means the API server.
    pub(crate) api_server: bool,
}

impl<'m> Mentions<'m> {
    /// What every policy of `manifests` mentions.
    pub(crate) fn of(manifests: &'m Manifests) -> Self {
        let mut out = Self::default();
        manifests.policies.iter().for_each(|policy| policy.mentions(&mut out));
        manifests.cilium.iter().for_each(|policy| policy.mentions(&mut out));
        manifests.cilium_groups.iter().for_each(|group| group.mentions(&mut out));
        manifests.admin_policies.iter().for_each(|policy| policy.mentions(&mut out));
        manifests.calico_policies.iter().for_each(|policy| policy.mentions(&mut out));
        manifests.network_sets.iter().for_each(|set| set.mentions(&mut out));
        if out.services {
            out.backends(manifests);
        }
        out
    }

    /// What tells the backends of Services apart: the ports that they lead to by name, and addresses outside.
    fn backends(&mut self, manifests: &'m Manifests) {
        for service in &manifests.services {
            self.port_names.extend(service.ports.iter().filter_map(|port| match &port.target {
                TargetPort::Name(name) => Some(name.as_str()),
                TargetPort::Number(_) => None,
            }));
        }
        // Behind a selector there are pods.
        let bare = manifests.services.iter().filter(|service| service.selector.is_none());
        let bare: BTreeSet<(&str, &str)> =
            bare.map(|s| (s.meta.namespace.as_str(), s.meta.name.value.as_str())).collect();
        let slices = manifests.slices.iter().filter(|slice| bare.contains(&(&slice.namespace, &slice.service)));
        self.blocks.extend(slices.flat_map(|slice| &slice.addresses));
    }

    /// All addresses of one family, which a rule is about.
    pub(crate) fn family(&mut self, v4: bool) {
        static ALL: LazyLock<[IpBlock; 2]> = LazyLock::new(|| {
            [IpNet::V4(Ipv4Net::default()), IpNet::V6(Ipv6Net::default())].map(|cidr| IpBlock {
                cidr,
                except: Vec::new(),
                span: Span::default(),
            })
        });
        let [four, six] = &*ALL;
        self.blocks.push(if v4 { four } else { six });
    }

    /// The keys of `selector`.
    pub(crate) fn selector(&mut self, selector: &'m LabelSelector) {
        self.keys.extend(selector.requirements.iter().map(|requirement| requirement.key.as_str()));
    }
}

impl Manifests {
    /// The keys of pod labels that policies look at, whoever enforces them.
    pub fn label_keys(&self) -> BTreeSet<&str> {
        Mentions::of(self).keys.into_iter().collect()
    }

    /// Whether policies speak of anybody outside the cluster, by an address, a name or a word, whoever enforces them.
    pub fn speak_of_outside(&self) -> bool {
        let mentions = Mentions::of(self);
        mentions.outside || !mentions.blocks.is_empty() || !mentions.domains.is_empty()
    }
}

impl NetworkPolicy {
    /// Adds what this policy mentions.
    pub(crate) fn mentions<'m>(&'m self, out: &mut Mentions<'m>) {
        out.namespaces.push((self.meta.place, &self.meta.namespace));
        out.selector(&self.pod_selector);
        out.blocks.extend(self.ip_blocks());
        self.ingress.iter().chain(&self.egress).for_each(|rule| rule.mentions(out));
    }
}

impl PolicyRule {
    fn mentions<'m>(&'m self, out: &mut Mentions<'m>) {
        let peers = self.peers.iter().flat_map(|list| &list.items);
        peers.filter_map(|peer| peer.pod_selector.as_ref()).for_each(|selector| out.selector(&selector.selector));
        out.port_names.extend(self.ports.iter().filter_map(|port| match &port.port {
            PortMatch::Named(name) => Some(name.as_str()),
            PortMatch::Any | PortMatch::Range(_) => None,
        }));
    }
}

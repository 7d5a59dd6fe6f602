//! Answering selectors from an index instead of asking every pod.

use std::cell::RefCell;
use std::collections::HashMap;

use ipnet::IpNet;

use super::{NamespaceScope, RulePortMatch};
use crate::bits::BitSet;
use crate::cluster::{Cluster, ClusterNamespace, Endpoint, EndpointKind};
use crate::domain::Domain;
use crate::external;
use crate::labels::{LabelSelector, Labels, Operator};
use crate::manifest::IpBlock;
use crate::ports::{PortRange, Protocol};

/// Which classes of endpoints meet which conditions.
pub(crate) struct Index<'c> {
    pub(crate) cluster: &'c Cluster,
    /// Whether address blocks reach pods.
    blocks_match_pods: bool,
    /// The classes that selectors can match, by namespace.
    in_namespace: Vec<BitSet>,
    /// All of them together.
    all_pods: BitSet,
    pods: LabelIndex<'c>,
    namespaces: LabelIndex<'c>,
    all_namespaces: BitSet,
    by_name: HashMap<&'c str, usize>,
    /// The classes of endpoints in the cluster, pods on their node's network included.
    inside: Vec<usize>,
    /// The classes of addresses outside.
    addresses: Vec<usize>,
    /// The classes of hosts outside that policies name.
    hosts: Vec<usize>,
    /// The classes in the namespaces that a selector matches, by those namespaces.
    by_namespaces: RefCell<HashMap<BitSet, BitSet>>,
    /// Who meets a block, by its networks: many policies have the same ones.
    by_block: RefCell<HashMap<(IpNet, Vec<IpNet>), Met>>,
}

/// The members of a condition.
#[derive(Clone, Default)]
pub(crate) struct Met {
    /// Those for which it holds.
    pub(crate) members: BitSet,
    /// Those for which it may hold: their addresses are unknown.
    pub(crate) unknown: BitSet,
}

impl<'c> Index<'c> {
    pub(crate) fn new(cluster: &'c Cluster, blocks_match_pods: bool) -> Self {
        let mut in_namespace = vec![BitSet::default(); cluster.namespaces.len()];
        let (mut pods, mut inside) = (LabelIndex::default(), Vec::new());
        let (mut all_pods, mut addresses, mut hosts) = (BitSet::default(), Vec::new(), Vec::new());
        for (class, at) in cluster.classes.representatives().iter().enumerate() {
            let Some(endpoint) = cluster.endpoints.get(*at) else { continue };
            match endpoint.kind {
                EndpointKind::External(_) => addresses.push(class),
                EndpointKind::Domain(_) => hosts.push(class),
                EndpointKind::Workload(_) => {}
            }
            if endpoint.is_external() {
                continue;
            }
            inside.push(class);
            if endpoint.is_selectable()
                && let Some(classes) = endpoint.namespace.and_then(|own| in_namespace.get_mut(own))
            {
                classes.insert(class);
                all_pods.insert(class);
                pods.add(class, &endpoint.labels);
            }
        }
        let mut namespaces = LabelIndex::default();
        for (at, namespace) in cluster.namespaces.iter().enumerate() {
            namespaces.add(at, &namespace.labels);
        }
        let all_namespaces = BitSet::full(cluster.namespaces.len());
        let (by_namespaces, by_block) = (RefCell::default(), RefCell::default());
        Self {
            cluster,
            blocks_match_pods,
            in_namespace,
            all_pods,
            pods,
            namespaces,
            all_namespaces,
            by_name: cluster.namespaces.iter().enumerate().map(|(at, own)| (own.name.as_str(), at)).collect(),
            inside,
            addresses,
            hosts,
            by_namespaces,
            by_block,
        }
    }

    /// The endpoint that stands for `class`.
    pub(crate) fn representative(&self, class: usize) -> Option<&'c Endpoint> {
        self.cluster.endpoints.get(*self.cluster.classes.representatives().get(class)?)
    }

    /// Every class there is.
    pub(crate) fn everybody(&self) -> BitSet {
        BitSet::full(self.cluster.classes.len())
    }

    /// The classes of pods that selectors can match: those on the pod network.
    pub(crate) fn all_pods(&self) -> BitSet {
        self.all_pods.clone()
    }

    /// The classes of pods on their node's network.
    pub(crate) fn on_nodes(&self) -> BitSet {
        let on_node = |class: &&usize| self.representative(**class).is_some_and(|endpoint| endpoint.host_network);
        self.inside.iter().filter(on_node).copied().collect()
    }

    /// The classes outside the cluster: addresses, and hosts that policies name.
    pub(crate) fn outside(&self) -> BitSet {
        self.addresses.iter().chain(&self.hosts).copied().collect()
    }

    /// The classes of hosts outside that `domain` covers.
    pub(crate) fn covered(&self, domain: &Domain) -> BitSet {
        let covers = |class: &&usize| match self.representative(**class).map(|endpoint| &endpoint.kind) {
            Some(EndpointKind::Domain(host)) => host == domain || domain.matches(&host.sample()),
            _ => false,
        };
        self.hosts.iter().filter(covers).copied().collect()
    }

    /// The pods of the namespaces, by their indices.
    pub(crate) fn in_namespaces(&self, namespaces: &BitSet) -> BitSet {
        if let Some(known) = self.by_namespaces.borrow().get(namespaces) {
            return known.clone();
        }
        let mut classes = BitSet::default();
        namespaces.iter().filter_map(|at| self.in_namespace.get(at)).for_each(|more| classes.unite(more));
        self.by_namespaces.borrow_mut().insert(namespaces.clone(), classes.clone());
        classes
    }

    /// The pods of the namespaces that meet `condition`.
    pub(crate) fn where_namespace(&self, condition: impl Fn(&ClusterNamespace) -> bool) -> BitSet {
        let numbered = self.cluster.namespaces.iter().enumerate();
        self.in_namespaces(&numbered.filter(|(_, namespace)| condition(namespace)).map(|(at, _)| at).collect())
    }

    /// Who may have an IPv4 address, or an IPv6 one: whose addresses are not known is taken to have both.
    pub(crate) fn of_family(&self, v4: bool) -> BitSet {
        let of = |class: &usize| {
            self.representative(*class).is_some_and(|endpoint| match &endpoint.kind {
                EndpointKind::External(class) => class.parts.iter().any(|(net, _)| net.addr().is_ipv4() == v4),
                EndpointKind::Domain(_) => true,
                EndpointKind::Workload(_) => {
                    endpoint.addresses.is_empty() || endpoint.addresses.iter().any(|address| address.is_ipv4() == v4)
                }
            })
        };
        (0..self.cluster.classes.len()).filter(of).collect()
    }

    /// Those of `scope` whose representative meets `condition`.
    pub(crate) fn filter(&self, scope: &BitSet, condition: impl Fn(&Endpoint) -> bool) -> BitSet {
        scope.iter().filter(|class| self.representative(*class).is_some_and(&condition)).collect()
    }

    /// The pods for whose value of the label `key`, `None` where they lack it, `condition` holds.
    pub(crate) fn labelled(&self, key: &str, condition: impl Fn(Option<&str>) -> bool) -> BitSet {
        let mut out = if condition(None) { self.all_pods.clone() } else { BitSet::default() };
        out.subtract(&self.having(key));
        self.values(key).filter(|(value, _)| condition(Some(value))).for_each(|(_, pods)| out.unite(pods));
        out
    }

    /// The pods that have the label `key`, by its values.
    pub(crate) fn values(&self, key: &str) -> impl Iterator<Item = (&'c str, &BitSet)> {
        self.pods.keys.get(key).into_iter().flat_map(|key| key.values.iter().map(|(value, set)| (*value, set)))
    }

    /// The pods that have the label `key`.
    pub(crate) fn having(&self, key: &str) -> BitSet {
        self.pods.keys.get(key).map(|key| key.any.clone()).unwrap_or_default()
    }

    /// The index of the namespace called `name`.
    pub(crate) fn namespace(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The pods of one namespace that `selector` selects.
    pub(crate) fn select(&self, namespace: Option<usize>, selector: &LabelSelector) -> BitSet {
        let mut scope = namespace.and_then(|own| self.in_namespace.get(own)).cloned().unwrap_or_default();
        self.pods.narrow(&mut scope, selector);
        scope
    }

    /// The pods of some namespaces that `selector` selects; all of them without one.
    pub(crate) fn pods(&self, namespaces: &NamespaceScope, selector: Option<&LabelSelector>) -> BitSet {
        let mut members = match namespaces {
            NamespaceScope::Own(own) => self.in_namespace.get(*own).cloned().unwrap_or_default(),
            NamespaceScope::Matching(selector) => self.within(selector),
        };
        if let Some(selector) = selector {
            self.pods.narrow(&mut members, selector);
        }
        members
    }

    /// Who has an address in `block`.
    pub(crate) fn block(&self, block: &IpBlock) -> Met {
        let mut known = self.by_block.borrow_mut();
        known.entry((block.cidr, block.except.clone())).or_insert_with(|| self.addressed(block)).clone()
    }

    /// Who has an address in `block` outside the cluster.
    pub(crate) fn outside_block(&self, block: &IpBlock) -> Met {
        let (mut met, outside) = (self.block(block), self.outside());
        met.members.intersect(&outside);
        met.unknown.intersect(&outside);
        met
    }

    /// The one number that the cluster's pods give to the port `name`, where they agree (Cilium, `pkg/types/portmap.go`).
    pub(crate) fn agreed_port(&self, name: &str, protocol: Protocol) -> RulePortMatch {
        let ports = self.cluster.endpoints.iter().filter(|endpoint| endpoint.is_selectable());
        let named = ports
            .flat_map(|endpoint| &endpoint.ports)
            .filter(|port| port.protocol == protocol && port.name.as_deref() == Some(name));
        let numbers: BitSet = named.map(|port| usize::from(port.number)).collect();
        let first = numbers.iter().next().and_then(|number| u16::try_from(number).ok());
        match first {
            Some(number) if numbers.len() == 1 => RulePortMatch::Range(PortRange { first: number, last: number }),
            _ => RulePortMatch::Unresolved(name.to_owned()),
        }
    }

    /// Who has an address in one of `blocks`.
    pub(crate) fn any_block(&self, blocks: &[IpBlock]) -> Met {
        let mut any = Met::default();
        for met in blocks.iter().map(|block| self.block(block)) {
            any.members.unite(&met.members);
            any.unknown.unite(&met.unknown);
        }
        any.unknown.subtract(&any.members);
        any
    }

    /// The pods of every namespace that `selector` selects.
    fn within(&self, selector: &LabelSelector) -> BitSet {
        let mut spaces = self.all_namespaces.clone();
        self.namespaces.narrow(&mut spaces, selector);
        self.in_namespaces(&spaces)
    }

    fn addressed(&self, block: &IpBlock) -> Met {
        let covered = self.cluster.space.covered(block);
        let mut met = Met::default();
        for outside in covered.iter().filter_map(|class| self.cluster.outside(class)) {
            met.members.insert(self.cluster.classes.of(outside));
        }
        if block.except.iter().any(|hole| hole.contains(&block.cidr)) {
            return met;
        }
        let everything = block.except.is_empty() && block.cidr.prefix_len() == 0;
        // Hosts that a policy names are somewhere outside.
        self.hosts.iter().for_each(|class| if everything { &mut met.members } else { &mut met.unknown }.insert(*class));
        if !self.blocks_match_pods {
            return met;
        }
        let nobody = external::is_of_no_pod(&block.cidr);
        for class in &self.inside {
            let Some(endpoint) = self.representative(*class) else { continue };
            if endpoint.addresses.iter().any(|address| external::block_contains(block, *address)) {
                met.members.insert(*class);
            } else if endpoint.addresses.is_empty() && !nobody {
                let side = if everything { &mut met.members } else { &mut met.unknown };
                side.insert(*class);
            }
        }
        met
    }
}

/// Which labelled things have which labels.
#[derive(Default)]
struct LabelIndex<'c> {
    keys: HashMap<&'c str, KeyIndex<'c>>,
}

#[derive(Default)]
struct KeyIndex<'c> {
    any: BitSet,
    values: HashMap<&'c str, BitSet>,
}

impl<'c> LabelIndex<'c> {
    fn add(&mut self, at: usize, labels: &'c Labels) {
        for (key, value) in labels {
            let key = self.keys.entry(key).or_default();
            key.any.insert(at);
            key.values.entry(value).or_default().insert(at);
        }
    }

    /// Leaves of `scope` what meets every requirement.
    fn narrow(&self, scope: &mut BitSet, selector: &LabelSelector) {
        let nothing = BitSet::default();
        for requirement in &selector.requirements {
            let key = self.keys.get(requirement.key.as_str());
            let listed = || {
                let mut listed = BitSet::default();
                let values = requirement.values.iter().filter_map(|value| key?.values.get(value.as_str()));
                values.for_each(|more| listed.unite(more));
                listed
            };
            let present = key.map_or(&nothing, |key| &key.any);
            match requirement.operator {
                Operator::In => scope.intersect(&listed()),
                Operator::NotIn => scope.subtract(&listed()),
                Operator::Exists => scope.intersect(present),
                Operator::DoesNotExist => scope.subtract(present),
            }
        }
    }
}

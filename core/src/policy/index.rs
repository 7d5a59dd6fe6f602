//! Answering selectors from an index instead of asking every pod.

use std::cell::RefCell;
use std::collections::HashMap;

use ipnet::IpNet;

use super::{NamespaceScope, PeerCondition};
use crate::bits::BitSet;
use crate::cluster::Cluster;
use crate::external;
use crate::labels::{LabelSelector, Labels, Operator};
use crate::manifest::IpBlock;

/// Which classes of endpoints meet which conditions.
pub(crate) struct Index<'c> {
    pub(crate) cluster: &'c Cluster,
    /// Whether address blocks reach pods.
    blocks_match_pods: bool,
    /// The classes that selectors can match, by namespace.
    in_namespace: Vec<BitSet>,
    pods: LabelIndex<'c>,
    namespaces: LabelIndex<'c>,
    all_namespaces: BitSet,
    /// The classes of endpoints in the cluster.
    inside: Vec<usize>,
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
        for (class, at) in cluster.classes.representatives().iter().enumerate() {
            let Some(endpoint) = cluster.endpoints.get(*at) else { continue };
            if endpoint.is_external() {
                continue;
            }
            inside.push(class);
            if endpoint.is_selectable()
                && let Some(classes) = endpoint.namespace.and_then(|own| in_namespace.get_mut(own))
            {
                classes.insert(class);
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
            pods,
            namespaces,
            all_namespaces,
            inside,
            by_namespaces,
            by_block,
        }
    }

    /// The pods of one namespace that `selector` selects.
    pub(crate) fn select(&self, namespace: Option<usize>, selector: &LabelSelector) -> BitSet {
        let mut scope = namespace.and_then(|own| self.in_namespace.get(own)).cloned().unwrap_or_default();
        self.pods.narrow(&mut scope, selector);
        scope
    }

    /// Who meets `condition`.
    pub(crate) fn meet(&self, condition: &PeerCondition) -> Met {
        match condition {
            PeerCondition::Selects { namespaces, pods } => {
                let mut members = match namespaces {
                    NamespaceScope::Own(own) => self.in_namespace.get(*own).cloned().unwrap_or_default(),
                    NamespaceScope::Matching(selector) => self.within(selector),
                };
                if let Some(selector) = pods {
                    self.pods.narrow(&mut members, selector);
                }
                Met { members, unknown: BitSet::default() }
            }
            PeerCondition::Block(block) => {
                let mut known = self.by_block.borrow_mut();
                known.entry((block.cidr, block.except.clone())).or_insert_with(|| self.block(block)).clone()
            }
        }
    }

    /// The pods of every namespace that `selector` selects.
    fn within(&self, selector: &LabelSelector) -> BitSet {
        let mut spaces = self.all_namespaces.clone();
        self.namespaces.narrow(&mut spaces, selector);
        let mut known = self.by_namespaces.borrow_mut();
        let classes = known.entry(spaces).or_insert_with_key(|spaces| {
            let mut classes = BitSet::default();
            spaces.iter().filter_map(|at| self.in_namespace.get(at)).for_each(|more| classes.unite(more));
            classes
        });
        classes.clone()
    }

    fn block(&self, block: &IpBlock) -> Met {
        let covered = self.cluster.space.covered(block);
        let mut met = Met::default();
        for outside in covered.iter().filter_map(|class| self.cluster.outside(class)) {
            met.members.insert(self.cluster.classes.of(outside));
        }
        if !self.blocks_match_pods {
            return met;
        }
        let everything = block.except.is_empty() && block.cidr.prefix_len() == 0;
        for class in &self.inside {
            let at = self.cluster.classes.representatives().get(*class);
            let Some(endpoint) = at.and_then(|at| self.cluster.endpoints.get(*at)) else { continue };
            if endpoint.addresses.iter().any(|address| external::block_contains(block, *address)) {
                met.members.insert(*class);
            } else if endpoint.addresses.is_empty() {
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

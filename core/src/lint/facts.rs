//! What the lints look at: an analysis, and what several of them ask of it, worked out once.

use std::collections::BTreeMap;

use super::words::{counted, few};
use crate::Analysis;
use crate::bits::BitSet;
use crate::cluster::dns::PORT;
use crate::cluster::{Endpoint, EndpointKind};
use crate::manifest::{Direction, NetworkPolicy, PolicyPort, PolicyRule, PortMatch, WorkloadKind};
use crate::policy::{Action, Peers, Policy, Rule, RulePortMatch};
use crate::ports::{PortRange, PortSet, Protocol};
use crate::source::{Place, Source};

/// An analysis as the lints see it.
pub(super) struct Facts<'a> {
    pub(super) analysis: &'a Analysis,
    /// Whether somebody described the pods: only then does it mean anything that none matches.
    pub(super) pods_known: bool,
    /// By class, the pods that selectors can match; assumed ones only where no pod is described.
    pods: Vec<Vec<usize>>,
    /// How many policies, of any kind, isolate a class: egress, then ingress, by class; their numbers.
    isolating: [Vec<Vec<usize>>; 2],
}

/// A rule of a NetworkPolicy, as written and as compiled.
#[derive(Clone, Copy)]
pub(super) struct WrittenRule<'a> {
    pub(super) policy: &'a NetworkPolicy,
    /// The policy, as compiled.
    pub(super) compiled: &'a Policy,
    pub(super) direction: Direction,
    pub(super) rule: &'a PolicyRule,
    /// The rule, as compiled.
    pub(super) meant: &'a Rule,
}

impl<'a> Facts<'a> {
    pub(super) fn new(analysis: &'a Analysis) -> Self {
        let pods_known = analysis.manifests.describes_pods;
        let mut pods = vec![Vec::new(); analysis.cluster.classes.len()];
        for (at, endpoint) in analysis.cluster.endpoints.iter().enumerate() {
            let counts = endpoint.is_selectable() && !(pods_known && endpoint.assumed);
            if let Some(of_class) = pods.get_mut(analysis.cluster.classes.of(at)).filter(|_| counts) {
                of_class.push(at);
            }
        }
        let isolating = [Direction::Egress, Direction::Ingress].map(|direction| {
            let mut by_class = vec![Vec::new(); analysis.cluster.classes.len()];
            for (at, policy) in analysis.policies.iter().enumerate().filter(|(_, policy)| policy.isolates(direction)) {
                for class in policy.subjects.iter() {
                    if let Some(policies) = by_class.get_mut(class) {
                        policies.push(at);
                    }
                }
            }
            by_class
        });
        Self { analysis, pods_known, pods, isolating }
    }

    /// The pods of `classes`.
    pub(super) fn pods(&self, classes: &BitSet) -> Vec<usize> {
        let mut pods: Vec<usize> = classes.iter().flat_map(|class| self.pods_of(class)).copied().collect();
        pods.sort_unstable();
        pods
    }

    /// The pods of one class.
    pub(super) fn pods_of(&self, class: usize) -> &[usize] {
        self.pods.get(class).map_or(&[], Vec::as_slice)
    }

    /// How many pods are of `classes`.
    pub(super) fn count(&self, classes: &BitSet) -> usize {
        classes.iter().map(|class| self.pods_of(class).len()).sum()
    }

    /// The classes that have pods, as those of [`Facts::pods`].
    pub(super) fn classes(&self) -> BitSet {
        let filled = self.pods.iter().enumerate().filter(|(_, pods)| !pods.is_empty());
        filled.map(|(class, _)| class).collect()
    }

    /// The policies that isolate `class`, by number, in the order of the analysis.
    pub(super) fn isolating(&self, class: usize, direction: Direction) -> &[usize] {
        let [egress, ingress] = &self.isolating;
        let side = if direction == Direction::Egress { egress } else { ingress };
        side.get(class).map_or(&[], Vec::as_slice)
    }

    /// The NetworkPolicies, as written and as compiled.
    pub(super) fn written(&self) -> impl Iterator<Item = (&'a NetworkPolicy, &'a Policy)> {
        self.analysis.manifests.policies.iter().zip(&self.analysis.policies)
    }

    /// The rules of the NetworkPolicies, as written and as compiled, each with its policy and direction.
    pub(super) fn rules(&self) -> impl Iterator<Item = WrittenRule<'a>> {
        self.written().flat_map(|(policy, compiled)| {
            Direction::ALL.into_iter().flat_map(move |direction| {
                let meant = compiled.rules(direction).unwrap_or_default();
                let rules = policy.rules(direction).iter().zip(meant);
                rules.map(move |(rule, meant)| WrittenRule { policy, compiled, direction, rule, meant })
            })
        })
    }

    /// The ports of `rule` that do not hang on what the destination calls its own.
    pub(super) fn fixed_ports(&self, rule: &Rule) -> PortSet {
        if rule.ports.is_empty() {
            return PortSet::all();
        }
        let ports = rule.ports.iter().flat_map(|port| {
            let range = match &port.matches {
                RulePortMatch::Any => Some(PortRange::ALL),
                RulePortMatch::Range(range) => Some(*range),
                RulePortMatch::Named(_) | RulePortMatch::Unresolved(_) | RulePortMatch::Foreign(_) => None,
            };
            let protocols =
                Protocol::ALL.into_iter().filter(|own| port.protocol.is_none_or(|protocol| protocol == *own));
            protocols.filter_map(move |protocol| Some((protocol, range?)))
        });
        PortSet::from_ranges(ports)
    }

    pub(super) fn policy(&self, at: usize) -> Option<&'a Policy> {
        self.analysis.policies.get(at)
    }

    pub(super) fn endpoint(&self, at: usize) -> Option<&'a Endpoint> {
        self.analysis.cluster.endpoints.get(at)
    }

    /// The endpoint that stands for `class`.
    pub(super) fn representative(&self, class: usize) -> Option<&'a Endpoint> {
        self.endpoint(*self.analysis.cluster.classes.representatives().get(class)?)
    }

    /// The name of the namespace of `endpoint`.
    pub(super) fn namespace_of(&self, endpoint: &Endpoint) -> &'a str {
        let namespaces = &self.analysis.cluster.namespaces;
        endpoint.namespace.and_then(|at| namespaces.get(at)).map_or("", |namespace| namespace.name.as_str())
    }

    /// The text that `place` is in.
    pub(super) fn source(&self, place: Place) -> Option<&'a Source> {
        self.analysis.sources.get(place.file)
    }

    /// `3 pods`, or `3 workloads` where some stand for pods of their own.
    pub(super) fn number(&self, pods: &[usize]) -> String {
        let is_pod =
            |at: &usize| self.endpoint(*at).is_some_and(|own| own.kind == EndpointKind::Workload(WorkloadKind::Pod));
        counted(pods.len(), if pods.iter().all(is_pod) { "pod" } else { "workload" })
    }

    /// The names of a few of `pods`: with their namespaces unless all are in `home`.
    pub(super) fn names(&self, pods: &[usize], home: Option<&str>) -> String {
        let own: Vec<&Endpoint> = pods.iter().filter_map(|at| self.endpoint(*at)).collect();
        let at_home = home.is_some_and(|home| own.iter().all(|pod| self.namespace_of(pod) == home));
        few(own.iter().map(|pod| self.name(pod, at_home)))
    }

    fn name(&self, pod: &Endpoint, at_home: bool) -> String {
        if at_home { format!("`{}`", pod.name) } else { format!("`{}/{}`", self.namespace_of(pod), pod.name) }
    }

    /// The namespace that all of `pods` are in, if they are in one.
    pub(super) fn one_namespace(&self, pods: &[usize]) -> Option<&'a str> {
        let mut names = pods.iter().filter_map(|at| self.endpoint(*at)).map(|pod| self.namespace_of(pod));
        let first = names.next()?;
        names.all(|name| name == first).then_some(first)
    }

    /// Policies by their namespaces and names, of all kinds.
    pub(super) fn is_taken(&self, namespace: &str, name: &str) -> bool {
        let mut policies = self.analysis.manifests.policies.iter().map(|policy| &policy.meta);
        policies.any(|meta| meta.namespace == namespace && meta.name.value == name)
    }

    /// Whether nothing but NetworkPolicies decides.
    pub(super) fn is_plain(&self) -> bool {
        self.analysis.policies.iter().all(Policy::is_network_policy)
    }

    /// The namespaces of pods, with the classes in each.
    pub(super) fn by_namespace(&self) -> BTreeMap<usize, BitSet> {
        let mut out: BTreeMap<usize, BitSet> = BTreeMap::new();
        for class in self.classes().iter() {
            if let Some(namespace) = self.representative(class).and_then(|own| own.namespace) {
                out.entry(namespace).or_default().insert(class);
            }
        }
        out
    }
}

/// Whether `ports` are those of DNS and no others.
pub(super) fn is_dns_only(ports: &[PolicyPort]) -> bool {
    let dns = |port: &PolicyPort| match &port.port {
        PortMatch::Any => false,
        PortMatch::Range(range) => range.first == range.last && [PORT, MDNS].contains(&range.first),
        PortMatch::Named(name) => name.starts_with("dns"),
    };
    !ports.is_empty() && ports.iter().all(dns)
}

/// The port behind which some distributions keep their DNS servers.
const MDNS: u16 = 5353;

/// Whether `rule` lets anything through, to whomever.
pub(super) fn opens(rule: &Rule) -> bool {
    let somebody = match &rule.peers {
        Peers::Everyone => true,
        Peers::OneOf(peers) => peers.iter().any(|peer| !peer.members.is_empty() || !peer.unknown.is_empty()),
    };
    somebody && matches!(rule.action, Action::Allow | Action::Pass)
}

/// Everybody that `rule` is about, by class; `None` where it lists no peers.
pub(super) fn members(rule: &Rule) -> Option<BitSet> {
    let Peers::OneOf(peers) = &rule.peers else { return None };
    let mut all = BitSet::default();
    peers.iter().for_each(|peer| all.unite(&peer.members));
    Some(all)
}

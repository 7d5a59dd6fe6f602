//! What stands in the figure: which endpoints get a box, what the box says, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use netpol_core::Analysis;
use netpol_core::cluster::{Endpoint, EndpointKind};
use netpol_core::domain::DomainKind;
use netpol_core::labels::{Labels, NAMESPACE_NAME};
use netpol_core::manifest::{Direction, WorkloadKind};
use netpol_core::policy::{About, NamespaceScope, PeerCondition, Peers, Selector, Term};

use super::icons::Icon;
use super::layout::{Plan, PlanNamespace, PlanOutside, PlanPod};
use crate::measure::{Font, Measure};

/// More pods than this share boxes: one for all pods of a namespace that have the same labels and verdicts.
const SINGLE_PODS: usize = 24;
/// Labels that differ from pod to pod of one workload.
const PER_POD: [&str; 7] = [
    "pod-template-hash",
    "controller-revision-hash",
    "pod-template-generation",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/job-name",
    "batch.kubernetes.io/controller-uid",
];

/// The figure's boxes and frames.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Figure {
    /// The frames, in the order of the Cluster tab.
    pub(crate) frames: Vec<FrameText>,
    /// The boxes: pods by namespace, then endpoints outside.
    pub(crate) nodes: Vec<Node>,
}

/// A namespace's frame.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FrameText {
    /// Index of the namespace in the cluster.
    pub(crate) namespace: usize,
    /// Its name.
    pub(crate) name: String,
    /// The label that a policy looks at.
    pub(crate) label: Option<String>,
    /// How many boxes stand in it.
    pub(crate) boxes: usize,
    /// Whether nobody names it, and a policy's selector suggests it.
    pub(crate) assumed: bool,
}

/// A box, or a pill outside.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// The endpoints it stands for; the first speaks for all.
    pub(crate) endpoints: Vec<usize>,
    /// The first endpoint's id.
    pub(crate) id: String,
    /// The first line.
    pub(crate) name: String,
    /// The second line: the label that policies look at, or the addresses.
    pub(crate) label: String,
    /// Its picture.
    pub(crate) icon: Icon,
    /// How many pods it stands for, when more than one.
    pub(crate) count: Option<u32>,
    /// Whether a policy isolates it.
    pub(crate) isolated: bool,
    /// Whether it stands outside the cluster.
    pub(crate) external: bool,
    /// Whether nobody described it, and a policy's selector suggests it.
    pub(crate) assumed: bool,
}

impl Node {
    /// The endpoint that speaks for the box.
    pub(crate) fn endpoint(&self) -> usize {
        self.endpoints.first().copied().unwrap_or_default()
    }
}

impl Figure {
    /// The figure for `analysis`. Endpoints outside get pills only if a policy speaks of them.
    pub(crate) fn of(analysis: &Analysis) -> Self {
        let pods = analysis.manifests.label_keys();
        let namespaces = namespace_keys(analysis);
        let mut figure = Figure::default();
        let groups = groups(analysis);
        let crowded = analysis.cluster.namespaces.len() > 8;
        for (at, namespace) in analysis.cluster.namespaces.iter().enumerate() {
            let members: Vec<_> = groups.iter().filter(|group| namespace_of(analysis, group) == Some(at)).collect();
            if members.is_empty() && (crowded || namespace.declared.is_none()) {
                continue;
            }
            figure.frames.push(FrameText {
                namespace: at,
                name: namespace.name.clone(),
                label: shown_label(&namespace.labels, &namespaces),
                boxes: members.len(),
                assumed: namespace.assumed,
            });
            figure.nodes.extend(members.into_iter().filter_map(|group| node(analysis, group, &pods)));
        }
        if analysis.manifests.speak_of_outside() {
            let outside = groups.iter().filter(|group| namespace_of(analysis, group).is_none());
            figure.nodes.extend(outside.filter_map(|group| node(analysis, group, &pods)));
        }
        figure
    }

    /// The box that stands for the endpoint called `id`.
    pub(crate) fn find(&self, id: &str, analysis: &Analysis) -> Option<usize> {
        let endpoint = analysis.cluster.find(id)?;
        self.nodes.iter().position(|node| node.endpoints.contains(&endpoint))
    }

    /// What the layout needs to know.
    pub(crate) fn plan(&self, anchor: Option<usize>, measure: &Measure) -> Plan {
        let mut inside = self.nodes.iter().filter(|node| !node.external);
        let namespaces = self.frames.iter().map(|frame| {
            let label = frame.label.as_ref().map_or(0.0, |label| measure.width(label, Font::Mono12) + 10.0);
            let title_width =
                measure.width("namespace ", Font::Plain13) + measure.width(&frame.name, Font::Bold13) + label + 28.0;
            let pods = inside.by_ref().take(frame.boxes).map(|node| PlanPod { text_width: text_width(node, measure) });
            PlanNamespace { title_width, pods: pods.collect() }
        });
        let namespaces = namespaces.collect();
        let outside = self.nodes.iter().filter(|node| node.external);
        let outside = outside.map(|node| PlanOutside { text_width: text_width(node, measure) }).collect();
        Plan { namespaces, outside, focus: anchor }
    }
}

fn text_width(node: &Node, measure: &Measure) -> f64 {
    let font = if node.external { Font::Mono12 } else { Font::Bold14 };
    let name = measure.width(&node.name, font) + node.count.map_or(0.0, |_| 26.0);
    name.max(measure.width(&node.label, Font::Mono11))
}

fn namespace_of(analysis: &Analysis, group: &[usize]) -> Option<usize> {
    analysis.cluster.endpoints.get(*group.first()?)?.namespace
}

/// Namespace and labels, without those that differ from pod to pod.
type GroupKey<'a> = (Option<usize>, Vec<(&'a str, &'a str)>);

/// The endpoints that share a box, each group in the place of its first member.
fn groups(analysis: &Analysis) -> Vec<Vec<usize>> {
    let endpoints = &analysis.cluster.endpoints;
    let pods = endpoints.iter().filter(|endpoint| !endpoint.is_external()).count();
    if pods <= SINGLE_PODS {
        return (0..endpoints.len()).map(|at| vec![at]).collect();
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut by_labels: BTreeMap<GroupKey<'_>, Vec<usize>> = BTreeMap::new();
    for (at, endpoint) in endpoints.iter().enumerate() {
        let labels = endpoint.labels.iter().filter(|(key, _)| !PER_POD.contains(&key.as_str()));
        let key = (endpoint.namespace, labels.map(|(key, value)| (key.as_str(), value.as_str())).collect());
        let candidates = by_labels.entry(key).or_default();
        let group = candidates.iter().copied().find(|group| {
            let first = groups.get(*group).and_then(|members| members.first());
            !endpoint.is_external() && first.is_some_and(|first| analysis.connectivity.are_alike(*first, at))
        });
        match group.and_then(|group| groups.get_mut(group)) {
            Some(members) => members.push(at),
            None => {
                candidates.push(groups.len());
                groups.push(vec![at]);
            }
        }
    }
    groups
}

fn node(analysis: &Analysis, group: &[usize], mentioned: &BTreeSet<&str>) -> Option<Node> {
    let first = *group.first()?;
    let endpoint = analysis.cluster.endpoints.get(first)?;
    let isolated = Direction::ALL.into_iter().any(|direction| analysis.connectivity.is_isolated(first, direction));
    let each = group.iter().map(|at| analysis.cluster.endpoints.get(*at).and_then(|endpoint| endpoint.replicas));
    let replicas = each.into_iter().try_fold(0u32, |sum, count| Some(sum.saturating_add(count?)));
    let (name, label, icon) = match &endpoint.kind {
        EndpointKind::External(class) => (endpoint.id.clone(), class.name(), Icon::Globe),
        EndpointKind::Domain(host) => {
            let what = if host.kind == DomainKind::Name { "host name" } else { "host names" };
            (endpoint.id.clone(), what.to_owned(), Icon::Globe)
        }
        EndpointKind::Workload(_) => {
            let label = shown_label(&endpoint.labels, mentioned).unwrap_or_default();
            // No wider than it will be once it is written down: then nothing moves.
            let label = if endpoint.assumed && label.is_empty() { "assumed".to_owned() } else { label };
            (display_name(endpoint, group.len()), label, Icon::for_pod(&endpoint.name, &endpoint.labels))
        }
    };
    let count = replicas.filter(|count| *count != 1 && !endpoint.is_external());
    Some(Node {
        endpoints: group.to_vec(),
        id: endpoint.id.clone(),
        name,
        label,
        icon,
        count,
        isolated,
        external: endpoint.is_external(),
        assumed: endpoint.assumed,
    })
}

/// The pod's name; for several pods of one workload the workload's.
fn display_name(endpoint: &Endpoint, members: usize) -> String {
    let is_pod = endpoint.kind == EndpointKind::Workload(WorkloadKind::Pod);
    let hash = endpoint.labels.get("pod-template-hash").filter(|_| is_pod && members > 1);
    if let Some(base) =
        hash.and_then(|hash| endpoint.name.find(&format!("-{hash}"))).and_then(|at| endpoint.name.get(..at))
    {
        return base.to_owned();
    }
    if members > 1
        && let Some((base, tail)) = endpoint.name.rsplit_once('-')
        && tail.bytes().all(|b| b.is_ascii_digit())
    {
        return base.to_owned();
    }
    endpoint.name.clone()
}

/// The label to show: one that a policy looks at, else the usual one.
fn shown_label(labels: &Labels, mentioned: &BTreeSet<&str>) -> Option<String> {
    let text = |(key, value): (&String, &String)| format!("{key}={value}");
    let looked_at = labels.iter().find(|(key, _)| mentioned.contains(key.as_str()) && *key != NAMESPACE_NAME);
    looked_at.map(text).or_else(|| {
        let usual = ["app", "app.kubernetes.io/name", "k8s-app", "tier", "component", "name", "env", "team"];
        usual.iter().find_map(|key| labels.get_key_value(*key)).map(text)
    })
}

/// Every key of a namespace's labels that a policy looks at.
fn namespace_keys(analysis: &Analysis) -> BTreeSet<&str> {
    let rules = analysis.policies.iter().flat_map(|policy| policy.ingress.iter().chain(&policy.egress).flatten());
    let peers = rules.flat_map(|rule| {
        let others = if let Peers::OneOf(peers) = &rule.peers { peers.as_slice() } else { &[] };
        rule.own.iter().chain(others)
    });
    let mut keys = BTreeSet::new();
    let mut terms: Vec<&Term> = Vec::new();
    for peer in peers {
        match &peer.condition {
            PeerCondition::Selects { namespaces: NamespaceScope::Matching(selector), .. } => {
                keys.extend(selector.requirements.iter().map(|requirement| requirement.key.as_str()));
            }
            PeerCondition::Terms { terms: own, .. } => terms.extend(own),
            PeerCondition::Selects { .. } | PeerCondition::Block(_) => {}
        }
    }
    for policy in &analysis.policies {
        if let Selector::Terms { terms: own, .. } = &policy.selector {
            terms.extend(own);
        }
    }
    for term in terms {
        if let About::NamespaceLabels(own) = &term.about {
            keys.extend(own.iter().map(String::as_str));
        }
    }
    keys
}

//! The commands that show on a real cluster what the page shows here, in the order of the chapter's workflow: the plugin,
//! the policies, the selector, the connection, the node.

mod connect;
mod node;
mod resource;

use std::net::IpAddr;

use super::selector::argument;
use super::written;
use crate::Analysis;
use crate::cluster::{Endpoint, EndpointKind};
use crate::cni::Cni;
use crate::explain::Flow;
use crate::labels::Requirement;
use crate::manifest::{Direction, WorkloadKind};
use crate::policy::{NamespaceScope, Peer, PeerCondition, Peers, Policy};
use crate::shell::word;
use connect::End;

/// A step of the workflow (the chapter's section 5.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Does anybody enforce policies?
    Plugin,
    /// Which policies are there?
    Policies,
    /// Do their selectors select the right pods?
    Selector,
    /// Does a connection open?
    Connection,
    /// Has the policy arrived where it is enforced?
    Node,
}

impl Step {
    /// Its number, from 1.
    pub fn number(self) -> usize {
        match self {
            Step::Plugin => 1,
            Step::Policies => 2,
            Step::Selector => 3,
            Step::Connection => 4,
            Step::Node => 5,
        }
    }

    /// What it finds out.
    pub fn title(self) -> &'static str {
        match self {
            Step::Plugin => "Does anybody enforce policies?",
            Step::Policies => "Which policies are there?",
            Step::Selector => "Do the selectors pick the right pods?",
            Step::Connection => "Does a connection open?",
            Step::Node => "Has it arrived on the node?",
        }
    }
}

/// A line for a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The step that it belongs to.
    pub step: Step,
    /// What it shows, as a sentence without its full stop.
    pub purpose: String,
    /// The line, ready to be pasted: every name in it is quoted where it has to be.
    pub line: String,
}

/// What lists the pods of any plugin of the chapter.
const PLUGINS: &str = "kubectl get pods -n kube-system | grep -E 'calico|cilium|weave|antrea|romana|flannel|aws-node'";
/// The same where a plugin has a namespace of its own.
const EVERYWHERE: &str = "kubectl get pods -A | grep -E 'calico|cilium|weave|antrea|romana|flannel|aws-node'";
/// More selectors of peers than this are not asked for.
const MOST_PEERS: usize = 4;

/// The commands about one pod. None for an index out of range, and outside the cluster.
pub fn for_pod(analysis: &Analysis, endpoint: usize) -> Vec<Command> {
    let Some(end) = End::of(analysis, endpoint).filter(|end| !end.own.is_external()) else { return Vec::new() };
    let mut list = List::default();
    list.plugin(analysis);
    let selecting: Vec<&Policy> = analysis.policies.iter().filter(|own| analysis.selects(own, endpoint)).collect();
    list.policies(analysis, Some(end.namespace), &selecting);
    list.labels(&end);
    for policy in selecting.iter().take(MOST_PEERS) {
        list.selected(analysis, policy);
    }
    list.connection(&end);
    list.dns(&end);
    list.add(Step::Node, "The node that it runs on", end.node());
    list.commands.extend(node::about_pod(analysis.cni, &end));
    list.finish()
}

/// The commands about the policy `at` of [`Analysis::policies`].
pub fn for_policy(analysis: &Analysis, at: usize) -> Vec<Command> {
    let Some(policy) = analysis.policies.get(at) else { return Vec::new() };
    let mut list = List::default();
    list.plugin(analysis);
    list.policies(analysis, policy.namespace.as_deref(), &[policy]);
    list.selected(analysis, policy);
    list.peers(analysis, policy);
    list.commands.extend(node::about_policy(analysis.cni));
    list.finish()
}

/// The commands about connections between two endpoints, to one port if `flow` is given.
pub fn for_pair(analysis: &Analysis, from: usize, to: usize, flow: Option<Flow>) -> Vec<Command> {
    let (Some(source), Some(target)) = (End::of(analysis, from), End::of(analysis, to)) else { return Vec::new() };
    let mut list = List::default();
    list.plugin(analysis);
    for (end, at, direction) in [(&source, from, Direction::Egress), (&target, to, Direction::Ingress)] {
        let counts = |policy: &&Policy| analysis.selects(policy, at) && policy.rules(direction).is_some();
        let selecting: Vec<&Policy> = analysis.policies.iter().filter(counts).collect();
        if !end.own.is_external() {
            list.policies(analysis, Some(end.namespace), &selecting);
            list.labels(end);
        }
    }
    let flow = flow.or_else(|| connect::likely_flow(analysis, from, to));
    list.commands.extend(connect::between(&source, &target, flow));
    if analysis.connectivity.is_isolated(from, Direction::Egress) {
        list.dns(&source);
    }
    list.commands.extend(node::about_pair(analysis.cni, &source, &target));
    list.finish()
}

/// The commands so far.
#[derive(Default)]
struct List {
    commands: Vec<Command>,
}

impl List {
    fn add(&mut self, step: Step, purpose: impl Into<String>, line: impl Into<String>) {
        self.commands.push(Command { step, purpose: purpose.into(), line: line.into() });
    }

    /// By steps, each line once.
    fn finish(mut self) -> Vec<Command> {
        self.commands.sort_by_key(|command| command.step);
        let mut seen: Vec<String> = Vec::new();
        self.commands.retain(|command| {
            let new = !seen.contains(&command.line);
            seen.push(command.line.clone());
            new
        });
        self.commands
    }

    fn plugin(&mut self, analysis: &Analysis) {
        let card = analysis.cni.card();
        let purpose = match card.runs {
            Some(runs) => format!("{} runs as {runs}", card.name),
            None => "The network plugin's own pods: without one that enforces, policies have no effect".to_owned(),
        };
        // Flannel's pods have a namespace of their own.
        let line = if card.cni == Cni::Flannel { EVERYWHERE } else { PLUGINS };
        self.add(Step::Plugin, purpose, line);
    }

    /// All policies of `namespace`, those of the cluster that are in the text, and `described` in full.
    fn policies(&mut self, analysis: &Analysis, namespace: Option<&str>, described: &[&Policy]) {
        if let Some(namespace) = namespace {
            let line = format!("kubectl get networkpolicy -n {}", word(namespace));
            self.add(Step::Policies, "Every NetworkPolicy of the namespace", line);
        }
        for (purpose, line) in resource::lists(analysis) {
            self.add(Step::Policies, purpose, line);
        }
        for (purpose, line) in resource::described(described) {
            self.add(Step::Policies, purpose, line);
        }
    }

    /// The labels that the cluster knows the pod by.
    fn labels(&mut self, end: &End<'_>) {
        self.add(Step::Selector, format!("The labels that {} really has", end.name), end.labels());
    }

    /// The pods that `policy` selects.
    fn selected(&mut self, analysis: &Analysis, policy: &Policy) {
        let asked = written(analysis, policy);
        let scope = scope(policy.namespace.as_deref());
        let namespaces = if asked.namespaces.is_empty() { "" } else { ", in the namespaces below" };
        let also = if asked.whole { "" } else { ", as far as labels say it" };
        let purpose = format!("The pods that {} selects{namespaces}{also}", policy.name);
        self.add(Step::Selector, purpose, pods(&scope, &asked.pods));
        if !asked.namespaces.is_empty() {
            let purpose = format!("The namespaces that {} is about", policy.name);
            self.add(Step::Selector, purpose, namespaces_with(&asked.namespaces));
        }
    }

    /// The pods and namespaces that the rules of a policy name.
    fn peers(&mut self, analysis: &Analysis, policy: &Policy) {
        let all = [Direction::Ingress, Direction::Egress].into_iter().filter_map(|direction| policy.rules(direction));
        let peers = all.flatten().filter_map(|rule| match &rule.peers {
            Peers::Everyone => None,
            Peers::OneOf(peers) => Some(peers),
        });
        let mut known: Vec<&PeerCondition> = Vec::new();
        for Peer { condition, .. } in peers.flatten() {
            if known.len() < MOST_PEERS && !known.iter().any(|one| same(one, condition)) {
                known.push(condition);
                self.peer(analysis, condition);
            }
        }
    }

    fn peer(&mut self, analysis: &Analysis, condition: &PeerCondition) {
        let PeerCondition::Selects { namespaces, pods: selector } = condition else { return };
        let asked = selector.as_ref().map_or(&[][..], |selector| &selector.requirements);
        match namespaces {
            NamespaceScope::Own(own) => {
                let own = analysis.cluster.namespaces.get(*own).map(|own| own.name.as_str());
                self.add(Step::Selector, "The pods that a peer of its rules means", pods(&scope(own), asked));
            }
            NamespaceScope::Matching(selector) if selector.is_empty() => {
                self.add(Step::Selector, "The pods that a peer of its rules means", pods("-A", asked));
            }
            NamespaceScope::Matching(selector) => {
                let purpose = "The namespaces that a peer of its rules means; no line means no such label";
                self.add(Step::Selector, purpose, namespaces_with(&selector.requirements));
                if !asked.is_empty() {
                    self.add(Step::Selector, "The pods that the peer means, in those namespaces", pods("-A", asked));
                }
            }
        }
    }

    fn connection(&mut self, end: &End<'_>) {
        let Some(port) = connect::first_port(end.own) else { return };
        let line = connect::from_a_new_pod(end.namespace, &[], &connect::ask(&end.host(), port));
        let purpose = format!(
            "From a new pod of the namespace to {}: an answer or a refusal at once means open, a time-out means blocked",
            end.name
        );
        self.add(Step::Connection, purpose, line);
    }

    /// Whether names resolve, from where the end is.
    fn dns(&mut self, end: &End<'_>) {
        if let Some(line) = end.run("nslookup kubernetes.default") {
            self.add(Step::Connection, format!("Whether {} can still resolve names (DNS, port 53)", end.name), line);
        }
    }
}

fn same(one: &PeerCondition, other: &PeerCondition) -> bool {
    let spoken = |condition: &PeerCondition| match condition {
        PeerCondition::Selects { namespaces, pods } => {
            let scope = match namespaces {
                NamespaceScope::Own(own) => format!("own {own}"),
                NamespaceScope::Matching(selector) => format!("with {selector}"),
            };
            Some((scope, pods.as_ref().map(ToString::to_string).unwrap_or_default()))
        }
        PeerCondition::Block(_) | PeerCondition::Terms { .. } => None,
    };
    spoken(one) == spoken(other)
}

/// Where kubectl looks: `-n shop`, or everywhere.
fn scope(namespace: Option<&str>) -> String {
    namespace.map_or_else(|| "-A".to_owned(), |own| format!("-n {}", word(own)))
}

/// Lists pods by their labels.
fn pods(scope: &str, asked: &[Requirement]) -> String {
    let labels = argument(asked).map_or_else(String::new, |labels| format!(" -l {}", word(&labels)));
    format!("kubectl get pods {scope}{labels} --show-labels")
}

fn namespaces_with(asked: &[Requirement]) -> String {
    let labels = argument(asked).map_or_else(String::new, |labels| format!(" -l {}", word(&labels)));
    format!("kubectl get namespaces{labels} --show-labels")
}

/// The labels of a pod as `kubectl` wants them, where it has any: those of a workload's template select its pods.
fn labels_of(own: &Endpoint) -> Option<String> {
    let labels: Vec<String> = own.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    (!labels.is_empty()).then(|| labels.join(","))
}

/// What kubectl calls a workload whose pods it can run commands in.
fn resource_of(own: &Endpoint) -> Option<&'static str> {
    match &own.kind {
        EndpointKind::Workload(kind) => match kind {
            WorkloadKind::Pod => Some("pod"),
            WorkloadKind::Deployment => Some("deployment"),
            WorkloadKind::StatefulSet => Some("statefulset"),
            WorkloadKind::DaemonSet => Some("daemonset"),
            WorkloadKind::ReplicaSet => Some("replicaset"),
            WorkloadKind::ReplicationController => Some("replicationcontroller"),
            WorkloadKind::Job => Some("job"),
            WorkloadKind::CronJob => None,
        },
        EndpointKind::External(_) | EndpointKind::Domain(_) => None,
    }
}

/// An address in a URL.
fn bracketed(address: IpAddr) -> String {
    if address.is_ipv6() { format!("[{address}]") } else { address.to_string() }
}

#[cfg(test)]
mod tests;

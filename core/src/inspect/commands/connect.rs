//! Trying a connection: from a pod itself, or from a new one with the same labels.

use super::{Command, Step, bracketed, labels_of, resource_of, word};
use crate::Analysis;
use crate::cluster::{Endpoint, EndpointKind};
use crate::explain::Flow;
use crate::manifest::{Direction, WorkloadKind};
use crate::policy::RulePortMatch;
use crate::ports::{PortRange, Protocol};

/// One end of a connection, as commands name it.
pub(super) struct End<'a> {
    pub(super) own: &'a Endpoint,
    /// What people call it.
    pub(super) name: String,
    /// Its namespace; empty outside the cluster.
    pub(super) namespace: &'a str,
}

/// Whom a command connects to.
pub(super) enum Host {
    /// By an address or a name that is known: once as a word, once as part of a URL.
    Known(String, String),
    /// By a command of the shell that finds the address.
    Found(String),
}

impl<'a> End<'a> {
    pub(super) fn of(analysis: &'a Analysis, at: usize) -> Option<Self> {
        let own = analysis.cluster.endpoints.get(at)?;
        let namespace = analysis.cluster.namespace_of(own).map_or("", |namespace| namespace.name.as_str());
        Some(Self { own, name: analysis.cluster.name_of(at), namespace })
    }

    /// Whether it is one pod, of this name.
    pub(super) fn is_pod(&self) -> bool {
        self.own.kind == EndpointKind::Workload(WorkloadKind::Pod)
    }

    /// The pod by name, or a workload's pods by their labels.
    fn pods(&self) -> String {
        let namespace = word(self.namespace);
        if self.is_pod() {
            return format!("pod {} -n {namespace}", word(&self.own.name));
        }
        let labels = labels_of(self.own).map_or_else(String::new, |labels| format!(" -l {}", word(&labels)));
        format!("pods -n {namespace}{labels}")
    }

    /// One field of the pod, or of the first of a workload's.
    fn field(&self, field: &str) -> String {
        let first = if self.is_pod() { "" } else { ".items[0]" };
        format!("kubectl get {} -o jsonpath='{{{first}{field}}}'", self.pods())
    }

    /// Where its labels are shown.
    pub(super) fn labels(&self) -> String {
        format!("kubectl get {} --show-labels", self.pods())
    }

    /// Which node it is on.
    pub(super) fn node(&self) -> String {
        self.field(".spec.nodeName")
    }

    pub(super) fn host(&self) -> Host {
        let known = |address| Host::Known(word(&format!("{address}")), bracketed(address));
        match &self.own.kind {
            EndpointKind::External(class) => known(class.sample),
            EndpointKind::Domain(domain) => {
                let sample = domain.sample();
                Host::Known(word(&sample), sample)
            }
            EndpointKind::Workload(_) => match self.own.addresses.first() {
                Some(address) => known(*address),
                None => Host::Found(self.field(".status.podIP")),
            },
        }
    }

    /// Runs `command` in the pod; outside the cluster, and where nothing can be run, there is nothing to paste.
    pub(super) fn run(&self, command: &str) -> Option<String> {
        let target = match resource_of(self.own)? {
            "pod" => word(&self.own.name),
            kind => format!("{kind}/{}", word(&self.own.name)),
        };
        Some(format!("kubectl exec -n {} {target} -- {command}", word(self.namespace)))
    }
}

/// Asks for a web page, and gives up after two seconds.
pub(super) fn ask(host: &Host, port: u16) -> String {
    let url = match host {
        Host::Known(_, host) => word(&format!("http://{host}:{port}")),
        Host::Found(command) => format!("\"http://$({command}):{port}\""),
    };
    format!("wget -qO- --timeout=2 {url}")
}

/// Opens a connection, and says nothing on it.
fn knock(host: &Host, flow: Flow) -> Option<String> {
    let options = match flow.protocol {
        Protocol::Tcp => "-zvw2",
        Protocol::Udp => "-zuvw2",
        Protocol::Sctp => return None,
    };
    let host = match host {
        Host::Known(host, _) => host.clone(),
        Host::Found(command) => format!("\"$({command})\""),
    };
    Some(format!("nc {options} {host} {}", flow.port))
}

/// Runs `command` in a pod that is made for it, and removed after it.
pub(super) fn from_a_new_pod(namespace: &str, labels: &[String], command: &str) -> String {
    let labels = if labels.is_empty() { String::new() } else { format!(" --labels={}", word(&labels.join(","))) };
    format!("kubectl run test --rm -it --restart=Never -n {}{labels} --image=busybox -- {command}", word(namespace))
}

/// The port that a pod is most likely to be asked on.
pub(super) fn first_port(own: &Endpoint) -> Option<u16> {
    let mut ports = own.ports.iter().filter(|port| port.protocol == Protocol::Tcp && !port.ends);
    Some(ports.next().map_or(80, |port| port.number))
}

/// The connection that there is most to say about: on a port that is allowed and not all are, else one that a rule of the
/// destination names, else one that the destination declares, else TCP/80.
pub(super) fn likely_flow(analysis: &Analysis, from: usize, to: usize) -> Option<Flow> {
    let connection = analysis.connectivity.connection(from, to)?;
    let first = |protocol: Protocol| {
        let range = connection.allowed.ranges(protocol).first().filter(|range| **range != PortRange::ALL)?;
        Some(Flow { protocol, port: range.first.max(1) })
    };
    let allowed = [Protocol::Tcp, Protocol::Udp].into_iter().find_map(first);
    let own = analysis.cluster.endpoints.get(to)?;
    let policies = analysis.policies.iter().filter(|policy| analysis.selects(policy, to));
    let rules = policies.flat_map(|policy| policy.rules(Direction::Ingress).unwrap_or_default());
    let named = rules.flat_map(|rule| &rule.ports).find_map(|port| match &port.matches {
        RulePortMatch::Range(range) if *range != PortRange::ALL => {
            Some(Flow { protocol: port.protocol.unwrap_or(Protocol::Tcp), port: range.first.max(1) })
        }
        RulePortMatch::Named(name) => {
            let found = own.ports.iter().find(|port| port.name.as_ref() == Some(name))?;
            Some(Flow { protocol: found.protocol, port: found.number })
        }
        _ => None,
    });
    allowed.or(named).or_else(|| first_port(own).map(|port| Flow { protocol: Protocol::Tcp, port }))
}

/// The ways to try `flow` from one end to the other.
pub(super) fn between(source: &End<'_>, target: &End<'_>, flow: Option<Flow>) -> Vec<Command> {
    let Some(flow) = flow else { return Vec::new() };
    let host = target.host();
    let mut ways: Vec<(&str, String)> = Vec::new();
    if flow.protocol == Protocol::Tcp {
        ways.push(("an answer or a refusal at once means open, a time-out means blocked", ask(&host, flow.port)));
    }
    let silent = flow.protocol == Protocol::Udp;
    let means =
        if silent { "over UDP silence means little" } else { "whatever speaks there, the connection opens or not" };
    ways.extend(knock(&host, flow).map(|line| (means, line)));
    let mut out = Vec::new();
    let mut add = |purpose: String, line: String| out.push(Command { step: Step::Connection, purpose, line });
    let (from, to) = (&source.name, &target.name);
    if source.own.is_external() {
        for (means, command) in ways {
            add(format!("From a machine outside, where {to} can be reached from there: {means}"), command);
        }
        return out;
    }
    for (means, command) in &ways {
        if let Some(line) = source.run(command) {
            add(format!("From {from} itself, where its image has the tool: {means}"), line);
        }
    }
    let labels: Vec<String> = source.own.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    if let Some((_, command)) = ways.first() {
        let purpose =
            format!("From a new pod with the labels of {from}, which Services may count as theirs while it runs");
        add(purpose, from_a_new_pod(source.namespace, &labels, command));
    }
    out
}

//! Asking for one connection: from a pod, a workload or an address, to one of them or to a Service, which leads to
//! its pods on their own ports.

mod words;

use std::net::IpAddr;

use crate::Analysis;
use crate::cluster::ClusterService;
use crate::connectivity::Verdict;
use crate::explain::{Explanation, Flow, explain};
use crate::manifest::suggest;
use crate::ports::{PortRange, PortSet, Protocol};

pub use words::{headline, sentence};

/// What one end of a question names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Endpoints, by their indices: one, or the pods of a workload.
    Endpoints(Vec<usize>),
    /// A Service, by its index in the cluster.
    Service(usize),
}

/// A port as people name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortName {
    /// By number, 1 to 65535.
    Number(u16),
    /// By the name that the Service or the destination's containers give it.
    Name(String),
}

impl PortName {
    /// Reads `5432` or `metrics`.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.parse::<u32>() {
            Ok(number) => match u16::try_from(number).ok().filter(|port| *port > 0) {
                Some(port) => Ok(Self::Number(port)),
                None => Err(format!("a port is between 1 and 65535, and {number} is not")),
            },
            Err(_) if text.is_empty() => Err("a port is a number or a name".to_owned()),
            Err(_) => Ok(Self::Name(text.to_owned())),
        }
    }
}

impl std::fmt::Display for PortName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// A question: may `from` connect to `to`?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The source: `namespace/pod`, `namespace/Deployment/name`, an address, or a name that only one endpoint has.
    pub from: String,
    /// The destination: the same, or a Service.
    pub to: String,
    /// The port; every port if `None`.
    pub port: Option<PortName>,
    /// The protocol; with a port TCP if `None`, without one every protocol.
    pub protocol: Option<Protocol>,
}

/// The answer to a [`Question`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Which Service was asked for, if it was one: its index in the cluster.
    pub service: Option<usize>,
    /// What is good to know besides, such as a Service without pods.
    pub notes: Vec<String>,
    /// Every single connection that the question comes down to.
    pub hops: Vec<Hop>,
}

/// One connection between two endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The source, an index into the cluster's endpoints.
    pub from: usize,
    /// The destination.
    pub to: usize,
    /// The port that the Service was asked for, where that is another one.
    pub asked: Option<Flow>,
    /// What of the ports that were asked for may connect.
    pub allowed: PortSet,
    /// Whether an unknown address could change the answer.
    pub unknown: bool,
    /// The answer for this connection.
    pub verdict: Verdict,
    /// Why.
    pub why: Explanation,
}

impl Probe {
    /// The answer on all hops together: open where all are, blocked where all are or there is none.
    pub fn verdict(&self) -> Verdict {
        let all = |verdict| self.hops.iter().all(|hop| hop.verdict == verdict);
        if all(Verdict::Blocked) {
            Verdict::Blocked
        } else if all(Verdict::Open) {
            Verdict::Open
        } else {
            Verdict::Partial
        }
    }
}

/// Answers `question`. An error is a sentence that says what cannot be understood, and what was probably meant.
///
/// ```
/// use netpol_core::{analyze, connectivity::Verdict, probe, source::Source};
///
/// let text = "
/// {apiVersion: v1, kind: Pod, metadata: {name: web}}
/// ---
/// apiVersion: v1
/// kind: Pod
/// metadata: {name: db, labels: {app: db}}
/// spec: {containers: [{name: main, image: x, ports: [{name: sql, containerPort: 5432}]}]}
/// ---
/// apiVersion: v1
/// kind: Service
/// metadata: {name: data}
/// spec: {selector: {app: db}, ports: [{port: 80, targetPort: sql}]}
/// ";
/// let analysis = analyze(vec![Source::new("all.yaml", text)]);
/// let question = probe::Question {
///     from: "web".into(),
///     to: "default/data".into(),
///     port: Some(probe::PortName::Number(80)),
///     protocol: None,
/// };
/// let answer = probe::probe(&analysis, &question).unwrap();
/// assert_eq!(answer.verdict(), Verdict::Open);
/// assert_eq!(answer.hops[0].why.flow.unwrap().to_string(), "TCP/5432");
/// ```
pub fn probe(analysis: &Analysis, question: &Question) -> Result<Probe, String> {
    let sources = match resolve(analysis, &question.from)? {
        End::Endpoints(sources) => sources,
        End::Service(_) => {
            return Err(format!("`{}` is a Service, and a Service opens no connections; name a pod", question.from));
        }
    };
    let mut probe = Probe { service: None, notes: Vec::new(), hops: Vec::new() };
    match resolve(analysis, &question.to)? {
        End::Endpoints(destinations) => {
            for from in sources {
                for to in &destinations {
                    probe.hops.extend(direct(analysis, from, *to, question)?);
                }
            }
        }
        End::Service(at) => {
            probe.service = Some(at);
            if let Some(service) = analysis.cluster.services.get(at) {
                through(analysis, &sources, service, question, &mut probe)?;
            }
        }
    }
    Ok(probe)
}

/// The connections to an endpoint itself.
fn direct(analysis: &Analysis, from: usize, to: usize, question: &Question) -> Result<Vec<Hop>, String> {
    let protocol = question.protocol.unwrap_or(Protocol::Tcp);
    let flow = match &question.port {
        None => None,
        Some(PortName::Number(port)) => Some(Flow { protocol, port: *port }),
        Some(PortName::Name(name)) => {
            let endpoint = analysis.cluster.endpoints.get(to);
            let ports = endpoint.map_or(&[][..], |endpoint| &endpoint.ports);
            let mut called = ports.iter().filter(|port| port.name.as_deref() == Some(name));
            let found = called.find(|port| question.protocol.is_none_or(|p| p == port.protocol));
            let found = found.ok_or_else(|| format!("{} has no port called `{name}`", analysis.cluster.name_of(to)))?;
            Some(Flow { protocol: found.protocol, port: found.number })
        }
    };
    Ok(hop(analysis, from, to, flow, question.protocol, None).into_iter().collect())
}

/// The connections to what is behind a Service.
fn through(
    analysis: &Analysis,
    sources: &[usize],
    service: &ClusterService,
    question: &Question,
    probe: &mut Probe,
) -> Result<(), String> {
    let name = service.short_id();
    if let Some(other) = &service.written.external_name {
        let words = format!(
            "the Service {name} is another name for `{other}`, which is looked up outside: ask for that address"
        );
        return Err(words);
    }
    if service.backends.is_empty() {
        probe.notes.push(match &service.written.selector {
            Some(_) => format!("no pod here has the labels that the Service {name} selects"),
            None => format!("the Service {name} has no selector, and no EndpointSlice here says what is behind it"),
        });
    }
    if service.written.headless {
        probe
            .notes
            .push(format!("the Service {name} is headless: its name stands for its pods, and ports are their own"));
        for from in sources {
            for backend in &service.backends {
                probe.hops.extend(direct(analysis, *from, backend.endpoint, &headless(service, question))?);
            }
        }
        return Ok(());
    }
    let asked = asked_ports(service, question)?;
    for from in sources {
        for backend in &service.backends {
            for at in &asked {
                let (Some(port), Some(target)) = (service.written.ports.get(*at), backend.targets.get(*at)) else {
                    continue;
                };
                let asked = Flow { protocol: port.protocol, port: port.port };
                let Some(target) = target else {
                    let pod = analysis.cluster.name_of(backend.endpoint);
                    probe.notes.push(format!("{pod} has no port of the name that {name} leads {asked} to"));
                    continue;
                };
                let flow = Flow { protocol: port.protocol, port: *target };
                probe.hops.extend(hop(analysis, *from, backend.endpoint, Some(flow), None, Some(asked)));
            }
        }
    }
    Ok(())
}

/// The question as a headless Service passes it on: a name of its own ports is the number behind it.
fn headless(service: &ClusterService, question: &Question) -> Question {
    let named = match &question.port {
        Some(PortName::Name(name)) => service.written.ports.iter().find(|port| port.name.as_ref() == Some(name)),
        _ => None,
    };
    let port = named.map(|port| PortName::Number(port.port)).or_else(|| question.port.clone());
    Question { port, ..question.clone() }
}

/// Which of the Service's ports are asked for.
fn asked_ports(service: &ClusterService, question: &Question) -> Result<Vec<usize>, String> {
    let protocol = |wanted: Protocol| question.protocol.is_none_or(|protocol| protocol == wanted);
    let fits = |port: &crate::manifest::ServicePort| match &question.port {
        None => protocol(port.protocol),
        Some(PortName::Number(number)) => {
            port.port == *number && port.protocol == question.protocol.unwrap_or(Protocol::Tcp)
        }
        Some(PortName::Name(name)) => port.name.as_ref() == Some(name) && protocol(port.protocol),
    };
    let ports = &service.written.ports;
    let asked: Vec<usize> = ports.iter().enumerate().filter(|(_, port)| fits(port)).map(|(at, _)| at).collect();
    if asked.is_empty() {
        let has: Vec<String> = ports
            .iter()
            .map(|port| {
                let name = port.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
                format!("{}/{}{name}", port.protocol, port.port)
            })
            .collect();
        let wanted = question.port.as_ref().map_or_else(|| "such a port".to_owned(), |port| format!("port {port}"));
        let has = if has.is_empty() { "none".to_owned() } else { has.join(", ") };
        return Err(format!("the Service {} has no {wanted}; its ports: {has}", service.short_id()));
    }
    Ok(asked)
}

fn hop(
    analysis: &Analysis,
    from: usize,
    to: usize,
    flow: Option<Flow>,
    protocol: Option<Protocol>,
    asked: Option<Flow>,
) -> Option<Hop> {
    let why = explain(analysis, from, to, flow)?;
    let wanted = wanted(flow, protocol);
    let allowed = why.allowed.intersection(&wanted);
    let verdict = if allowed == wanted {
        Verdict::Open
    } else if allowed.is_empty() {
        Verdict::Blocked
    } else {
        Verdict::Partial
    };
    let unknown = verdict != Verdict::Open && analysis.connectivity.connection(from, to).is_some_and(|c| c.unknown);
    let asked = asked.filter(|asked| Some(*asked) != flow);
    Some(Hop { from, to, asked, allowed, unknown, verdict, why })
}

/// The ports that are asked for.
fn wanted(flow: Option<Flow>, protocol: Option<Protocol>) -> PortSet {
    match (flow, protocol) {
        (Some(flow), _) => PortSet::of(flow.protocol, PortRange { first: flow.port, last: flow.port }),
        (None, Some(protocol)) => PortSet::of(protocol, PortRange::ALL),
        (None, None) => PortSet::all(),
    }
}

/// What `text` names: an id, a Service, an address, or a bare name that only one thing has.
pub fn resolve(analysis: &Analysis, text: &str) -> Result<End, String> {
    let cluster = &analysis.cluster;
    let text = text.trim();
    if let Some(at) = cluster.endpoints.iter().position(|endpoint| endpoint.id == text) {
        return Ok(End::Endpoints(vec![at]));
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return at_address(analysis, address);
    }
    let service = |id: &str| cluster.services.iter().position(|s| s.short_id() == id || s.id() == id);
    let written = text.replace("/svc/", "/Service/").replace("/service/", "/Service/");
    if let Some(at) = service(&written) {
        return Ok(End::Service(at));
    }
    let pods = cluster.pods_of(text);
    if !pods.is_empty() {
        return Ok(End::Endpoints(pods.to_vec()));
    }
    let named = candidates(analysis, text);
    match named.as_slice() {
        [(_, end)] => Ok(end.clone()),
        [] => Err(unknown(analysis, text)),
        several => {
            let ids: Vec<&str> = several.iter().map(|(id, _)| id.as_str()).take(6).collect();
            Err(format!("`{text}` could be {}", ids.join(" or ")))
        }
    }
}

fn at_address(analysis: &Analysis, address: IpAddr) -> Result<End, String> {
    let cluster = &analysis.cluster;
    if let Some(at) = cluster.services.iter().position(|service| service.written.addresses.contains(&address)) {
        return Ok(End::Service(at));
    }
    let at = cluster.at_address(address).ok_or_else(|| format!("nothing has the address {address}"))?;
    Ok(End::Endpoints(vec![at]))
}

/// Everything that is called `text` when its namespace or kind is left out.
fn candidates(analysis: &Analysis, text: &str) -> Vec<(String, End)> {
    let cluster = &analysis.cluster;
    let (space, name) = text.split_once('/').map_or((None, text), |(space, name)| (Some(space), name));
    let fits = |id: &str| {
        let (own_space, own_name) = (id.split('/').next(), id.rsplit('/').next());
        own_name == Some(name) && space.is_none_or(|space| own_space == Some(space))
    };
    let inside = cluster.endpoints.iter().enumerate().filter(|(_, endpoint)| !endpoint.is_external());
    let mut found: Vec<(String, End)> = inside
        .filter(|(_, endpoint)| fits(&endpoint.id))
        .map(|(at, endpoint)| (endpoint.id.clone(), End::Endpoints(vec![at])))
        .collect();
    if found.is_empty() {
        let services = cluster.services.iter().enumerate().filter(|(_, service)| fits(&service.id()));
        found.extend(services.map(|(at, service)| (service.id(), End::Service(at))));
    }
    if found.is_empty() {
        let owners = cluster.owner_ids().filter(|id| fits(id));
        found.extend(owners.map(|id| (id.to_owned(), End::Endpoints(cluster.pods_of(id).to_vec()))));
        // A Deployment's ReplicaSet has another name; of a Job and its CronJob either will do.
        found.truncate(1);
    }
    found
}

fn unknown(analysis: &Analysis, text: &str) -> String {
    let cluster = &analysis.cluster;
    let mut ids: Vec<String> = cluster
        .endpoints
        .iter()
        .filter(|endpoint| !endpoint.is_external())
        .map(|endpoint| endpoint.id.clone())
        .collect();
    ids.extend(cluster.services.iter().map(ClusterService::short_id));
    let known: Vec<&str> = ids.iter().map(String::as_str).collect();
    match suggest::nearest(text, &known) {
        Some(near) => format!("nothing is called `{text}`; did you mean `{near}`?"),
        None if ids.is_empty() => format!("nothing is called `{text}`: there is no pod, workload or Service here"),
        None => format!(
            "nothing is called `{text}`; write namespace/pod, namespace/Deployment/name, a Service or an IP address"
        ),
    }
}

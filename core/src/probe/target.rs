//! Which connections a question comes down to: the destinations, and the port of each.

use super::{PortName, Question, request};
use crate::Analysis;
use crate::cluster::{Backend, ClusterService, Endpoint};
use crate::explain::{Flow, Scope};
use crate::manifest::{Exposure, ServicePort};
use crate::ports::Protocol;

/// One destination, and what is asked for there.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// An index into the cluster's endpoints.
    pub(super) endpoint: usize,
    /// What is asked for.
    pub(super) scope: Scope,
    /// What the Service was asked for that leads here.
    pub(super) asked: Option<Flow>,
}

/// The endpoints themselves. Those without a port of the name that is asked for are left out, and a note says so; where
/// none has it, that is an error.
pub(super) fn direct(
    analysis: &Analysis,
    destinations: &[usize],
    question: &Question,
    notes: &mut Vec<String>,
) -> Result<Vec<Target>, String> {
    let mut lacking = Vec::new();
    let mut targets = Vec::new();
    for at in destinations {
        let endpoint = analysis.cluster.endpoints.get(*at);
        match scope(endpoint, question) {
            Some(scope) => targets.push(Target { endpoint: *at, scope, asked: None }),
            None => lacking.push(*at),
        }
    }
    let Some(name) = question.port.as_ref().filter(|_| !lacking.is_empty()) else { return Ok(targets) };
    let outside = |at: &usize| analysis.cluster.endpoints.get(*at).is_some_and(Endpoint::is_external);
    if lacking.iter().all(outside) {
        return Err(format!("addresses outside the cluster have no port names, such as `{name}`: write a number"));
    }
    let protocol = question.protocol.map(|protocol| format!("{protocol} ")).unwrap_or_default();
    let words = format!("no {protocol}port called `{name}`");
    let lacking = some_names(analysis, &lacking);
    if targets.is_empty() {
        return Err(format!("there is {words} on {lacking}"));
    }
    notes.push(format!("there is {words} on {lacking}, which is left out"));
    Ok(targets)
}

fn scope(endpoint: Option<&Endpoint>, question: &Question) -> Option<Scope> {
    match &question.port {
        None => Some(question.protocol.map_or(Scope::Everything, Scope::Protocol)),
        Some(PortName::Number(port)) => {
            Some(Scope::Flow(Flow { protocol: question.protocol.unwrap_or(Protocol::Tcp), port: *port }))
        }
        Some(PortName::Name(name)) => {
            let mut called = endpoint?.ports.iter().filter(|port| port.name.as_deref() == Some(name));
            let port = called.find(|port| question.protocol.is_none_or(|protocol| protocol == port.protocol))?;
            Some(Scope::Flow(Flow { protocol: port.protocol, port: port.number }))
        }
    }
}

/// `db-0, db-1, db-2 and 4 more`.
fn some_names(analysis: &Analysis, endpoints: &[usize]) -> String {
    const MOST: usize = 3;
    let names: Vec<String> = endpoints.iter().take(MOST).map(|at| analysis.cluster.name_of(*at)).collect();
    match endpoints.len().saturating_sub(MOST) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// What is behind a Service.
pub(super) fn behind(
    analysis: &Analysis,
    service: &ClusterService,
    sources: &[usize],
    question: &Question,
    notes: &mut Vec<String>,
) -> Result<Vec<Target>, String> {
    let name = service.short_id();
    if let Some(other) = &service.written.external_name {
        let words = format!("the Service {name} is another name for `{other}`, which is looked up outside");
        return Err(format!("{words}: ask for its address"));
    }
    if service.backends.is_empty() {
        notes.push(match &service.written.selector {
            Some(_) => format!("no pod here has the labels that the Service {name} selects"),
            None => format!("the Service {name} has no selector, and no EndpointSlice here says what is behind it"),
        });
    }
    let outside = |at: &usize| analysis.cluster.endpoints.get(*at).is_some_and(Endpoint::is_external);
    if sources.iter().any(outside) {
        notes.extend(from_outside(service));
    }
    if service.written.headless {
        notes.push(format!("the Service {name} is headless: its name stands for its pods, and ports are their own"));
        let ends = (sources, endpoints(service));
        let question = request::with_port(analysis, question.clone(), (ends.0, &ends.1), notes);
        return headless(analysis, service, &question, notes);
    }
    let asked = asked_ports(service, question)?;
    let mut targets = Vec::new();
    for at in asked {
        targets.extend(translated(analysis, service, at, notes));
    }
    // Pod by pod, as the cluster has them.
    targets.sort_by_key(|target| target.endpoint);
    Ok(targets)
}

/// What a client outside should know.
fn from_outside(service: &ClusterService) -> Option<String> {
    let name = service.short_id();
    match service.written.exposure {
        _ if service.written.headless => None,
        Exposure::Cluster => {
            Some(format!("the Service {name} is not exposed: from outside nothing leads to its address"))
        }
        Exposure::Nodes => Some(format!(
            "the Service {name} has no `externalTrafficPolicy: Local`: pods may see a node's address instead of the client's"
        )),
        Exposure::NodesLocal => None,
    }
}

/// Where the Service's port number `at` leads, pod by pod.
fn translated(analysis: &Analysis, service: &ClusterService, at: usize, notes: &mut Vec<String>) -> Vec<Target> {
    let Some(port) = service.written.ports.get(at) else { return Vec::new() };
    let asked = Flow { protocol: port.protocol, port: port.port };
    let leads = |backend: &Backend| Some((backend.endpoint, backend.targets.get(at).copied().flatten()?));
    let missing: Vec<usize> =
        service.backends.iter().filter(|backend| leads(backend).is_none()).map(|backend| backend.endpoint).collect();
    if !missing.is_empty() {
        let (name, lacking) = (service.short_id(), some_names(analysis, &missing));
        notes.push(match &port.target {
            crate::manifest::TargetPort::Name(target) if service.written.selector.is_some() => format!(
                "there is no {} port called `{target}` on {lacking}: {asked} of the Service {name} does not lead there",
                port.protocol
            ),
            _ => format!("no EndpointSlice says where {asked} of the Service {name} leads on {lacking}"),
        });
    }
    let target = |(endpoint, number)| {
        let scope = Scope::Flow(Flow { protocol: port.protocol, port: number });
        Target { endpoint, scope, asked: Some(asked) }
    };
    service.backends.iter().filter_map(leads).map(target).collect()
}

/// The pods that a headless Service's name stands for. A name of its own ports is looked up with the name service, which
/// answers with the port behind it.
fn headless(
    analysis: &Analysis,
    service: &ClusterService,
    question: &Question,
    notes: &mut Vec<String>,
) -> Result<Vec<Target>, String> {
    let PortName::Name(name) = question.port.as_ref().unwrap_or(&PortName::Number(0)) else {
        return direct(analysis, &endpoints(service), question, notes);
    };
    let own = |port: &ServicePort| port.name.as_ref() == Some(name) && fits(port, question.protocol);
    match service.written.ports.iter().position(own) {
        // The client itself asks for the port that it was told.
        Some(at) => {
            let targets = translated(analysis, service, at, notes);
            Ok(targets.into_iter().map(|target| Target { asked: None, ..target }).collect())
        }
        None => direct(analysis, &endpoints(service), question, notes),
    }
}

fn endpoints(service: &ClusterService) -> Vec<usize> {
    let mut endpoints: Vec<usize> = service.backends.iter().map(|backend| backend.endpoint).collect();
    endpoints.dedup();
    endpoints
}

fn fits(port: &ServicePort, protocol: Option<Protocol>) -> bool {
    protocol.is_none_or(|protocol| protocol == port.protocol)
}

/// Which of the Service's ports are asked for.
fn asked_ports(service: &ClusterService, question: &Question) -> Result<Vec<usize>, String> {
    let is_asked = |port: &ServicePort| match &question.port {
        None => fits(port, question.protocol),
        Some(PortName::Number(number)) => {
            port.port == *number && port.protocol == question.protocol.unwrap_or(Protocol::Tcp)
        }
        Some(PortName::Name(name)) => port.name.as_ref() == Some(name) && fits(port, question.protocol),
    };
    let ports = &service.written.ports;
    let asked: Vec<usize> = ports.iter().enumerate().filter(|(_, port)| is_asked(port)).map(|(at, _)| at).collect();
    if !asked.is_empty() {
        return Ok(asked);
    }
    let words = |port: &ServicePort| {
        let name = port.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        format!("{}/{}{name}", port.protocol, port.port)
    };
    let has: Vec<String> = ports.iter().map(words).collect();
    let wanted = match (&question.port, question.protocol) {
        (None, None) => "port".to_owned(),
        (None, Some(protocol)) => format!("{protocol} port"),
        (Some(PortName::Number(number)), protocol) => format!("port {}/{number}", protocol.unwrap_or(Protocol::Tcp)),
        (Some(PortName::Name(name)), None) => format!("port `{name}`"),
        (Some(PortName::Name(name)), Some(protocol)) => format!("{protocol} port `{name}`"),
    };
    let has = if has.is_empty() { "it has none at all".to_owned() } else { format!("it has {}", has.join(", ")) };
    Err(format!("the Service {} has no {wanted}; {has}", service.short_id()))
}

//! Asking for one connection: from a pod, a workload or an address, to one of them or to a Service, which leads to
//! its pods on their own ports.

mod request;
mod resolve;
mod target;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::Analysis;
use crate::cluster::{Endpoint, EndpointKind};
use crate::connectivity::Verdict;
use crate::explain::{Explanation, Flow, Pair, RequestTrace, Scope, explain_pair};
use crate::http::Request;
use crate::manifest::WorkloadKind;
use crate::ports::{PortSet, Protocol};
use crate::reach::{Admission, Reach};

pub use resolve::{End, resolve};
use target::Target;
pub use words::{headline, sentence};

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
        if text.is_empty() {
            return Err("a port is a number or a name".to_owned());
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::Name(text.to_owned()));
        }
        match text.parse().ok().filter(|port| *port > 0) {
            Some(port) => Ok(Self::Number(port)),
            None => Err(format!("a port is between 1 and 65535, and {text} is not")),
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
    /// The HTTP request that is sent over the connection, if one is asked about. It goes over TCP. Where no port is named,
    /// to every TCP port of a Service, and else to the port that HTTP rules are about, or that the destination declares,
    /// where that is one, or to 80.
    pub request: Option<Request>,
}

/// The answer to a [`Question`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Which Service was asked for, if it was one: its index in the cluster.
    pub service: Option<usize>,
    /// The address that the source was named by, and the destination.
    pub addresses: [Option<IpAddr>; 2],
    /// What is good to know besides, such as a Service without pods. Each is a sentence without its full stop, as errors
    /// are, and begins in lower case.
    pub notes: Vec<String>,
    /// Every single connection that the question comes down to.
    pub hops: Vec<Hop>,
}

/// One connection between two endpoints, or several that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The source, an index into the cluster's endpoints.
    pub from: usize,
    /// The destination.
    pub to: usize,
    /// All sources that it stands for, `from` among them.
    pub sources: Vec<usize>,
    /// All destinations that it stands for: every one of the sources has the same answer with every one of these. Where
    /// the same endpoint is on both sides, its connection to itself is not among them, unless it is the only one.
    pub destinations: Vec<usize>,
    /// The port that the Service was asked for, where that is another one.
    pub asked: Option<Flow>,
    /// What of the ports that were asked for may connect.
    pub allowed: PortSet,
    /// Whether an unknown address could change the answer.
    pub unknown: bool,
    /// The answer for this connection.
    pub verdict: Verdict,
    /// What becomes of the request that is asked about.
    pub request: Option<RequestTrace>,
    /// Why.
    pub why: Explanation,
}

impl Hop {
    /// How many connections it stands for.
    pub fn count(&self) -> usize {
        let destinations: BTreeSet<usize> = self.destinations.iter().copied().collect();
        let itself = self.sources.iter().filter(|from| destinations.contains(from)).count();
        (self.sources.len() * self.destinations.len() - itself).max(1)
    }
}

impl Hop {
    /// What of the ports that were asked for may connect, and with which requests.
    pub fn reach(&self) -> Reach {
        let others = self.why.allowed.without(&self.allowed);
        Reach { ports: self.why.allowed.clone(), http: self.why.http.clone() }.without(&others)
    }

    /// What becomes of the request, if one is asked about.
    pub fn admission(&self) -> Option<Admission> {
        self.request.as_ref().map(|request| request.admission)
    }
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

    /// Whether the request passes on all hops, if one is asked about.
    pub fn passes(&self) -> Option<bool> {
        let admissions: Vec<Admission> = self.hops.iter().filter_map(Hop::admission).collect();
        (!admissions.is_empty()).then(|| admissions.iter().all(|admission| *admission == Admission::Allowed))
    }

    /// How many connections there are.
    pub fn count(&self) -> usize {
        self.hops.iter().map(Hop::count).sum()
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
///     request: None,
/// };
/// let answer = probe::probe(&analysis, &question).unwrap();
/// assert_eq!(answer.verdict(), Verdict::Open);
/// assert_eq!(answer.hops[0].why.flow.unwrap().to_string(), "TCP/5432");
/// ```
pub fn probe(analysis: &Analysis, question: &Question) -> Result<Probe, String> {
    answer(analysis, question, false)
}

/// The same with one hop for all connections between pods that no policy can tell apart.
pub fn probe_alike(analysis: &Analysis, question: &Question) -> Result<Probe, String> {
    answer(analysis, question, true)
}

fn answer(analysis: &Analysis, question: &Question, alike: bool) -> Result<Probe, String> {
    let sources = match resolve(analysis, &question.from)? {
        End::Endpoints(sources) => sources,
        End::Service(_) => {
            return Err(format!("`{}` is a Service, and a Service opens no connections; name a pod", question.from));
        }
    };
    let question = &request::over_tcp(question)?;
    let addresses = [&question.from, &question.to].map(|text| text.trim().parse().ok());
    let mut probe = Probe { service: None, addresses, notes: Vec::new(), hops: Vec::new() };
    let destination = resolve(analysis, &question.to)?;
    probe.notes.extend(resolve::notes(analysis, &question.from, true));
    probe.notes.extend(resolve::notes(analysis, &question.to, false));
    let targets = match destination {
        End::Endpoints(destinations) => {
            let ends = (sources.as_slice(), destinations.as_slice());
            let question = request::with_port(analysis, question.clone(), ends, &mut probe.notes);
            target::direct(analysis, &destinations, &question, &mut probe.notes)?
        }
        End::Service(at) => {
            probe.service = Some(at);
            match analysis.cluster.services.get(at) {
                Some(service) => target::behind(analysis, service, &sources, question, &mut probe.notes)?,
                None => Vec::new(),
            }
        }
    };
    let class = |at: usize| if alike { analysis.cluster.classes.of(at) } else { at };
    let sources = grouped(sources, |at| class(*at));
    let targets = grouped(targets, |target| (class(target.endpoint), target.scope, target.asked));
    for sources in &sources {
        for targets in &targets {
            probe.hops.extend(hop(analysis, question.request.as_ref(), sources, targets));
        }
    }
    Ok(probe)
}

/// `items` by their key, groups and items in the order in which they come.
fn grouped<T, K: Ord>(items: Vec<T>, key: impl Fn(&T) -> K) -> Vec<Vec<T>> {
    let mut places = BTreeMap::new();
    let mut groups: Vec<Vec<T>> = Vec::new();
    for item in items {
        let at = *places.entry(key(&item)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups
}

/// The connections from any of `sources` to any of `targets`, which are all alike.
fn hop(analysis: &Analysis, asked: Option<&Request>, sources: &[usize], targets: &[Target]) -> Option<Hop> {
    let (first, target) = (*sources.first()?, targets.first()?);
    let destinations: Vec<usize> = targets.iter().map(|target| target.endpoint).collect();
    let mut pairs = sources.iter().take(2).flat_map(|from| destinations.iter().take(2).map(move |to| (*from, *to)));
    let (from, to) = pairs.find(|(from, to)| from != to).unwrap_or((first, target.endpoint));
    let twins = from == to && has_several_pods(analysis, from);
    let why = explain_pair(analysis, Pair { from, to, scope: target.scope, twins })?;
    let (allowed, verdict) = (why.answer(), why.verdict());
    let uncertain = analysis.connectivity.connection(from, to).is_some_and(|connection| connection.unknown);
    let request = asked.and_then(|request| why.request(request));
    let passes = request.as_ref().is_some_and(|request| request.admission == Admission::Allowed);
    let unknown = match verdict {
        Verdict::Open => why.sides().iter().any(|side| side.unknown),
        Verdict::Partial if passes => why.sides().iter().any(|side| side.unknown),
        Verdict::Blocked if target.scope != Scope::Everything || from == to => is_blocked_as_far_as_known(&why),
        Verdict::Blocked | Verdict::Partial => uncertain,
    };
    let asked = target.asked.filter(|asked| Some(*asked) != why.flow);
    let sources = sources.to_vec();
    Some(Hop { from, to, sources, destinations, asked, allowed, unknown, verdict, request, why })
}

fn is_blocked_as_far_as_known(why: &Explanation) -> bool {
    let sides = why.sides();
    sides.iter().any(|side| side.unknown) && sides.iter().all(|side| side.allows || side.unknown)
}

/// Whether an endpoint is a workload that stands for more than one pod.
fn has_several_pods(analysis: &Analysis, at: usize) -> bool {
    let several = |endpoint: &Endpoint| match endpoint.kind {
        EndpointKind::Workload(WorkloadKind::Pod) | EndpointKind::External(_) | EndpointKind::Domain(_) => false,
        EndpointKind::Workload(_) => endpoint.replicas.is_none_or(|count| count > 1),
    };
    analysis.cluster.endpoints.get(at).is_some_and(several)
}

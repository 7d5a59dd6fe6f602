//! What the engine says of a text, in a form that does not hang on how it numbers or splits what can talk.

use std::collections::BTreeMap;
use std::net::IpAddr;

use netpol_core::Analysis;
use netpol_core::cluster::EndpointKind;
use netpol_core::cni::Cni;
use netpol_core::connectivity::Connection;
use netpol_core::diagnostic::Severity;
use netpol_core::ports::PortSet;
use netpol_core::reach::Admission;
use netpol_core::source::Source;
use proptest::test_runner::TestCaseError;

use crate::requests::REQUESTS;

/// Everything the engine says of one ordered pair.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Observed {
    pub(crate) allowed: PortSet,
    pub(crate) refused_by: (bool, bool),
    pub(crate) unknown: bool,
    /// Which requests pass, on a few ports on which some may not.
    pub(crate) requests: Vec<bool>,
}

/// Analyses `texts`, which are valid: whatever the engine finds wrong with them is a failure.
pub(crate) fn analyze(texts: &[String]) -> Result<Analysis, TestCaseError> {
    analyze_under(texts, Cni::Plain)
}

/// The same under a network plugin.
pub(crate) fn analyze_under(texts: &[String], cni: Cni) -> Result<Analysis, TestCaseError> {
    let sources = texts.iter().enumerate().map(|(at, text)| Source::new(format!("text {at}"), text.as_str()));
    let analysis = netpol_core::analyze_under(sources.collect(), cni);
    let errors = analysis.manifests.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let errors: Vec<&str> = errors.map(|found| found.message.as_str()).collect();
    if errors.is_empty() {
        return Ok(analysis);
    }
    let text = texts.join("---\n");
    Err(TestCaseError::fail(format!("The engine refuses valid input: {}\n\n{text}", errors.join(" "))))
}

/// The external endpoints that hold `address`: there should be one.
pub(crate) fn holders(analysis: &Analysis, address: IpAddr) -> Vec<usize> {
    let endpoints = analysis.cluster.endpoints.iter().enumerate();
    let holds = |kind: &EndpointKind| matches!(kind, EndpointKind::External(class) if class.contains(address));
    endpoints.filter(|(_, endpoint)| holds(&endpoint.kind)).map(|(at, _)| at).collect()
}

/// What the engine says of every ordered pair with a pod in it, among pods and `addresses`, by what they are called.
pub(crate) fn answers(analysis: &Analysis, addresses: &[IpAddr]) -> BTreeMap<(String, String), Observed> {
    let endpoints = analysis.cluster.endpoints.iter().enumerate();
    let pods = endpoints.filter(|(_, endpoint)| !endpoint.is_external()).map(|(at, pod)| (pod.id.clone(), at));
    let outside = addresses
        .iter()
        .flat_map(|address| holders(analysis, *address).into_iter().map(move |at| (format!("outside/{address}"), at)));
    let parties: Vec<(String, usize)> = pods.chain(outside).collect();
    let is_outside = |name: &str| name.starts_with("outside/");
    let mut answers = BTreeMap::new();
    for (from, at) in &parties {
        for (to, other) in parties.iter().filter(|(to, _)| !is_outside(from) || !is_outside(to)) {
            let connection = analysis.connectivity.connection(*at, *other).expect("a pair of the cluster");
            let observed = Observed {
                allowed: connection.allowed.clone(),
                refused_by: connection.refused_by(),
                unknown: connection.unknown,
                requests: requests(&connection),
            };
            answers.insert((from.clone(), to.clone()), observed);
        }
    }
    answers
}

fn requests(connection: &Connection<'_>) -> Vec<bool> {
    if connection.http.is_empty() {
        return Vec::new();
    }
    let asked: Vec<_> = REQUESTS.iter().map(crate::requests::Request::told).collect();
    let on =
        |port: u16| asked.iter().map(move |request| Admission::of(request, port, connection.allowed, connection.http));
    [80, 81, 443, 8080, 65535].into_iter().flat_map(on).map(|admission| admission == Admission::Allowed).collect()
}

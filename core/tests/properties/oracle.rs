//! The engine and the naive evaluator side by side, on every ordered pair.

use netpol_core::Analysis;
use netpol_core::cluster::EndpointKind;
use netpol_core::connectivity::Verdict;
use netpol_core::manifest::Direction;
use netpol_core::ports::{PortSet, Protocol};
use proptest::prop_assert;
use proptest::test_runner::{TestCaseError, TestCaseResult};

use crate::judge::{self, Answer, Party};
use crate::model::{Pod, World};
use crate::requests::Requests;
use crate::{naive, observe, requests};

const PROTOCOLS: [Protocol; 3] = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];

/// What the specification says of one ordered pair, span of ports by span of ports.
struct Expected {
    egress: Vec<Answer>,
    ingress: Vec<Answer>,
    both: Vec<Answer>,
    /// By side, egress first: whether a policy decides on some port, whether one selects the pod, and whether one
    /// isolates it.
    standing: [(bool, bool, bool); 2],
}

pub(crate) fn agree(world: &World) -> TestCaseResult {
    let analysis = observe::analyze_under(&[world.yaml()], world.cni)?;
    let parties = parties(world, &analysis)?;
    let spans = spans(world);
    let mut asked: Vec<(usize, Party<'_>)> = parties.into_iter().enumerate().collect();
    asked.extend(more_addresses(world, &analysis));
    let is_inside = |party: &Party<'_>| matches!(party, Party::Pod(_));
    for (at, from) in &asked {
        for (other, to) in asked.iter().filter(|(_, to)| is_inside(from) || is_inside(to)) {
            let expected = expect(world, &spans, at == other, *from, *to);
            let requests = requests::compare(world, &analysis, (*at, *other), (*from, *to), &spans);
            let difference =
                requests.and_then(|requests| compare(&analysis, (*at, *other), &spans, &expected, &requests)).err();
            prop_assert!(difference.is_none(), "{} -> {}: {}", name(*from), name(*to), difference.unwrap_or_default());
        }
    }
    Ok(())
}

/// One more address for each class of addresses outside, if possible of the other family than its sample.
fn more_addresses<'w>(world: &World, analysis: &Analysis) -> Vec<(usize, Party<'w>)> {
    let telling = world.telling_addresses();
    let more = analysis.cluster.endpoints.iter().enumerate().filter_map(|(at, endpoint)| {
        let EndpointKind::External(class) = &endpoint.kind else { return None };
        let others = telling.iter().filter(|address| **address != class.sample && class.contains(**address));
        let other = others.max_by_key(|address| address.is_ipv4() != class.sample.is_ipv4())?;
        Some((at, Party::Outside(*other)))
    });
    more.collect()
}

fn name(party: Party<'_>) -> String {
    match party {
        Party::Pod(pod) => pod.id(),
        Party::Outside(address) => address.to_string(),
        Party::Host(host) => host.text.to_owned(),
    }
}

/// Who each endpoint of the engine is; exactly the pods that take part must be among them.
fn parties<'w>(world: &'w World, analysis: &Analysis) -> Result<Vec<Party<'w>>, TestCaseError> {
    let mut parties = Vec::new();
    for endpoint in &analysis.cluster.endpoints {
        let pod = world.pods.iter().find(|pod| pod.id() == endpoint.id);
        match &endpoint.kind {
            EndpointKind::External(class) => parties.push(Party::Outside(class.sample)),
            EndpointKind::Workload(_) => parties.extend(pod.map(Party::Pod)),
            EndpointKind::Domain(domain) => {
                let host = world.hosts().find(|host| (host.text, host.kind) == (domain.text.as_str(), domain.kind));
                prop_assert!(host.is_some(), "nobody names the host {}", domain.text);
                parties.extend(host.map(Party::Host));
            }
        }
    }
    let internal = |party: &&Party<'_>| matches!(party, Party::Pod(_));
    let mut listed: Vec<String> = parties.iter().filter(internal).map(|party| name(*party)).collect();
    let mut there: Vec<String> = world.pods.iter().filter(|pod| naive::takes_part(pod)).map(Pod::id).collect();
    listed.sort();
    there.sort();
    prop_assert!(parties.len() == analysis.cluster.endpoints.len(), "the engine knows of more than {listed:?}");
    prop_assert!(listed == there, "{listed:?} take part, but {there:?} is right");
    Ok(parties)
}

/// Spans of ports, first and last, between which nothing in `world` tells one from another.
fn spans(world: &World) -> Vec<(u16, u16)> {
    let mut starts: Vec<u32> = world
        .port_bounds()
        .into_iter()
        .flat_map(|port| [u32::from(port), u32::from(port) + 1])
        .chain([1, 65536])
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let port = |number: u32| u16::try_from(number).expect("a port");
    starts.windows(2).map(|pair| (port(pair[0]), port(pair[1] - 1))).collect()
}

fn expect(world: &World, spans: &[(u16, u16)], itself: bool, from: Party<'_>, to: Party<'_>) -> Expected {
    let points = || PROTOCOLS.into_iter().flat_map(|protocol| spans.iter().map(move |span| (protocol, span.0)));
    let egress = judge::side(world, from, to, Direction::Egress);
    let ingress = judge::side(world, to, from, Direction::Ingress);
    let standing = [&egress, &ingress].map(|side| {
        let decided = !itself && points().any(|(protocol, port)| side.is_decided(protocol, port));
        (decided, side.is_selected(), side.is_isolated())
    });
    let [egress, ingress] = [egress, ingress]
        .map(|side| points().map(|(protocol, port)| side.allows(protocol, port)).collect::<Vec<Answer>>());
    // A pod always reaches itself; else both sides have to allow it.
    let both = |(out, into): (&Answer, &Answer)| if itself { Answer::YES } else { out.and(*into) };
    let both = egress.iter().zip(&ingress).map(both).collect();
    Expected { egress, ingress, both, standing }
}

fn compare(
    analysis: &Analysis,
    (from, to): (usize, usize),
    spans: &[(u16, u16)],
    expected: &Expected,
    requests: &Requests,
) -> Result<(), String> {
    let connection = analysis.connectivity.connection(from, to).ok_or("the engine has no answer")?;
    let isolation = &analysis.connectivity;
    let standing = [(connection.egress, from, Direction::Egress), (connection.ingress, to, Direction::Ingress)].map(
        |(side, endpoint, direction)| {
            (side.decided, isolation.is_selected(endpoint, direction), isolation.is_isolated(endpoint, direction))
        },
    );
    if standing != expected.standing {
        return Err(format!("(decided, selected, isolated): {standing:?}, but {:?} is right", expected.standing));
    }
    let ranges = PROTOCOLS.map(|protocol| (protocol, joined(protocol, spans, &expected.both)));
    let same = ranges.iter().all(|(protocol, ranges)| *ranges == ranges_of(connection.allowed, *protocol));
    let points = PROTOCOLS.into_iter().flat_map(|protocol| spans.iter().map(move |span| (protocol, span)));
    let contained = points.zip(&expected.both).all(|((protocol, (first, last)), answer)| {
        [first, last].into_iter().all(|port| connection.allowed.contains(protocol, *port) == answer.base)
    });
    if !same || !contained {
        return Err(format!("the engine allows {}, but {ranges:?} is right", connection.allowed));
    }
    let nothing = |answers: &[Answer]| answers.iter().all(|answer| !answer.base);
    let everything = expected.both.iter().all(|answer| answer.base) && !requests.narrowed;
    let verdict = match (nothing(&expected.both), everything) {
        (true, _) => Verdict::Blocked,
        (_, true) => Verdict::Open,
        _ => Verdict::Partial,
    };
    if connection.verdict() != verdict {
        return Err(format!("the engine's verdict is {:?}, but {verdict:?} is right", connection.verdict()));
    }
    let refused_by = match (nothing(&expected.both), nothing(&expected.egress), nothing(&expected.ingress)) {
        (false, _, _) => (false, false),
        (true, false, false) => (true, true),
        (true, egress, ingress) => (egress, ingress),
    };
    if connection.refused_by() != refused_by {
        let engine = connection.refused_by();
        return Err(format!("(egress, ingress) refuse it: {engine:?}, but {refused_by:?} is right"));
    }
    let unknown = expected.both.iter().any(|answer| answer.least != answer.most) || requests.unknown;
    // Rules that may count besides others need not let any request more through.
    if connection.unknown != unknown && (unknown || !requests.narrowed) {
        return Err(format!("unknown: {}, but {unknown} is right", connection.unknown));
    }
    Ok(())
}

/// The spans of `protocol` that are allowed, neighbours joined.
fn joined(protocol: Protocol, spans: &[(u16, u16)], answers: &[Answer]) -> Vec<(u16, u16)> {
    let at = PROTOCOLS.iter().position(|known| *known == protocol).expect("one of them");
    let own = spans.iter().zip(answers.iter().skip(at * spans.len()));
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for ((first, last), _) in own.filter(|(_, answer)| answer.base) {
        match ranges.last_mut() {
            Some(before) if before.1.checked_add(1) == Some(*first) => before.1 = *last,
            _ => ranges.push((*first, *last)),
        }
    }
    ranges
}

fn ranges_of(set: &PortSet, protocol: Protocol) -> Vec<(u16, u16)> {
    set.ranges(protocol).iter().map(|range| (range.first, range.last)).collect()
}

//! Joins of reaches beside a model that asks about every port and every request anew.

use super::*;
use crate::http::{Pattern, TextMatch};
use crate::source::Span;

/// Ports at which ranges begin, end and meet.
const PORTS: [u16; 8] = [1, 79, 80, 81, 82, 443, 65534, 65535];
const METHODS: [&str; 3] = ["GET", "POST", "PUT"];

/// `None` where nothing connects, else which requests pass.
type Point = Option<[bool; METHODS.len()]>;

/// By TCP port, and last for UDP/80.
#[derive(Debug, Clone, PartialEq)]
struct Model(Vec<Point>);

impl Model {
    fn of(reach: &Reach) -> Self {
        let requests = METHODS.map(|method| Request::parse(&format!("{method} /")).unwrap());
        let tcp = |port: u16| {
            let narrowing = reach.narrowing(port);
            let passes = |request: &Request| narrowing.is_none_or(|narrowed| narrowed.admits(request));
            reach.ports.contains(Protocol::Tcp, port).then(|| requests.each_ref().map(passes))
        };
        let udp = reach.ports.contains(Protocol::Udp, 80).then_some([true; METHODS.len()]);
        Self(PORTS.map(tcp).into_iter().chain([udp]).collect())
    }

    fn joined(&self, other: &Model, join: impl Fn(Point, Point) -> Point) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(one, other)| join(*one, *other)).collect())
    }

    fn union(&self, other: &Model) -> Self {
        self.joined(other, |one, other| match (one, other) {
            (Some(one), Some(other)) => Some(std::array::from_fn(|at| one[at] || other[at])),
            (only, None) | (None, only) => only,
        })
    }

    fn intersection(&self, other: &Model) -> Self {
        self.joined(other, |one, other| match (one, other) {
            (Some(one), Some(other)) => Some(std::array::from_fn(|at| one[at] && other[at])),
            _ => None,
        })
    }

    fn without(&self, other: &Model) -> Self {
        self.joined(other, |one, other| one.filter(|_| other.is_none()))
    }
}

/// xorshift64*: the same reaches on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
    }

    fn ports(&mut self) -> PortSet {
        let range = |a: u16, b: u16| PortRange { first: a.min(b), last: a.max(b) };
        let ranges: Vec<_> = (0..=self.below(3))
            .map(|_| (Protocol::Tcp, range(PORTS[self.below(PORTS.len())], PORTS[self.below(PORTS.len())])))
            .collect();
        match self.below(8) {
            0 => PortSet::all(),
            1 => PortSet::default(),
            2 => PortSet::from_ranges(ranges.into_iter().chain([(Protocol::Udp, PortRange::ALL)])),
            _ => PortSet::from_ranges(ranges),
        }
    }

    fn rules(&mut self) -> Vec<Arc<HttpRule>> {
        let some = ["GET", "POST", "PUT", "GET|PUT", "P.*"];
        let rule = |method: &str| {
            let methods = vec![TextMatch::Regex(Pattern::new(method).unwrap())];
            Arc::new(HttpRule { methods, ..HttpRule::any(Span::default()) })
        };
        (0..=self.below(2)).map(|_| rule(some[self.below(some.len())])).collect()
    }

    fn leaf(&mut self) -> Reach {
        let ports = self.ports();
        let direction = if self.below(2) == 0 { Direction::Ingress } else { Direction::Egress };
        if self.below(3) == 0 { ports.into() } else { Reach::narrowed(&ports, direction, &self.rules()) }
    }

    /// A few leaves, joined in one way and another.
    fn reach(&mut self) -> Reach {
        let mut reach = self.leaf();
        for _ in 0..self.below(4) {
            let other = self.leaf();
            reach = match self.below(4) {
                0 => reach.intersection(&other),
                1 => reach.without(&other.ports),
                _ => reach.union(&other),
            };
        }
        reach
    }
}

/// The ranges lie among the ports, in order and apart, each with clauses, and as few as can be.
#[track_caller]
fn check_shape(reach: &Reach) {
    for narrowed in &reach.http {
        assert!(narrowed.range.first <= narrowed.range.last, "{reach:?}");
        assert!(narrowed.ports().without(&reach.ports).is_empty(), "{reach:?}");
        assert!(!narrowed.clauses.is_empty() && narrowed.clauses.iter().all(|clause| !clause.rules.is_empty()));
    }
    for pair in reach.http.windows(2) {
        assert!(pair[0].range.last < pair[1].range.first, "{reach:?}");
        let meet = pair[0].range.last + 1 == pair[1].range.first;
        assert!(!meet || pair[0].clauses != pair[1].clauses, "{reach:?}");
    }
    assert_eq!(reach.is_all(), reach.ports.is_all() && reach.http.is_empty());
}

#[test]
fn joins_do_to_each_port_and_request_what_they_say() {
    let mut random = Random(7);
    for _ in 0..4_000 {
        let (a, b) = (random.reach(), random.reach());
        let (one, other) = (Model::of(&a), Model::of(&b));
        for (joined, expected, word) in [
            (a.union(&b), one.union(&other), "or"),
            (b.union(&a), one.union(&other), "or again,"),
            (a.intersection(&b), one.intersection(&other), "and"),
            (b.intersection(&a), one.intersection(&other), "and again,"),
            (a.without(&b.ports), one.without(&other), "without"),
        ] {
            check_shape(&joined);
            assert_eq!(Model::of(&joined), expected, "{a:?}\n{word}\n{b:?}");
        }
        assert!(a.union(&b).agrees(&b.union(&a)) && a.intersection(&b).agrees(&b.intersection(&a)), "{a:?}\n{b:?}");
        assert!(one == other || !a.agrees(&b), "{a:?}\nagrees with\n{b:?}");
    }
}

#[test]
fn joining_with_itself_nothing_or_everything_changes_nothing() {
    let mut random = Random(11);
    let (nothing, everything) = (Reach::default(), Reach::all());
    for _ in 0..500 {
        let a = random.reach();
        assert_eq!(a.union(&nothing), a);
        assert_eq!(a.intersection(&everything), a);
        assert_eq!(a.without(&nothing.ports), a);
        assert_eq!(a.intersection(&a), a);
        assert_eq!(Model::of(&a.union(&a)), Model::of(&a));
        assert_eq!(a.union(&everything), everything);
        for empty in [a.intersection(&nothing), a.without(&a.ports)] {
            assert_eq!(empty, nothing);
        }
    }
}

#[test]
fn a_free_port_and_its_words() {
    let mut random = Random(13);
    for _ in 0..500 {
        let a = random.reach();
        let free = a.free();
        for port in PORTS {
            let open = a.ports.contains(Protocol::Tcp, port);
            assert_eq!(free.contains(Protocol::Tcp, port), open && a.narrowing(port).is_none(), "{a:?}");
        }
        let narrowed = a.words().iter().filter(|word| word.ends_with(" (HTTP)")).count();
        assert_eq!(narrowed, a.http.len(), "{a}");
    }
    let [first, second] = [80, 443].map(|port| PortSet::of(Protocol::Tcp, PortRange { first: port, last: port }));
    let some = Reach::narrowed(&first, Direction::Ingress, &random.rules());
    assert_eq!(some.to_string(), "TCP/80 (HTTP)");
    assert_eq!(some.union(&second.into()).to_string(), "TCP/80 (HTTP), TCP/443");
    assert_eq!(Reach::narrowed(&PortSet::all(), Direction::Ingress, &random.rules()).to_string(), "TCP (HTTP)");
}

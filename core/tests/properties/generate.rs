//! Small clusters and policies from small alphabets, so that selectors, ports and addresses meet. Simple choices stand
//! first: proptest shrinks towards them, and towards fewer.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::net::IpAddr;

use netpol_core::manifest::Direction;
use netpol_core::ports::Protocol;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{select, subsequence};

use crate::cidr::Cidr;
use crate::model::{
    Block, Container, ContainerPort, Expression, Labels, List, Namespace, Operator, Peer, Pod, Policy, PolicyPort,
    Port, Rule, Selector, World,
};

pub(crate) const NAMESPACES: &[&str] = &["default", "shop", "lab"];
pub(crate) const PORT_NAMES: &[&str] = &["http", "dns", "metrics"];
pub(crate) const PORTS: &[u16] = &[80, 81, 1, 53, 443, 8080, 65534, 65535];
pub(crate) const ADDRESSES: &[&str] =
    &["10.0.0.5", "10.0.1.5", "10.0.0.255", "192.168.0.9", "255.255.255.255", "fd00::5", "2001:db8::9", "::"];

/// Keys and values of labels. The keys of pods and of namespaces overlap, so that one is not taken for the other.
pub(crate) const ON_PODS: (&[&str], &[&str]) = (&["app", "env"], &["web", "db", "80", ""]);
pub(crate) const ON_NAMESPACES: (&[&str], &[&str]) = (&["env", "team", "app"], &["web", "db", "yes", ""]);
pub(crate) const OF_NAMESPACES: (&[&str], &[&str]) =
    (&["env", "kubernetes.io/metadata.name", "team", "app"], &["web", "shop", "db", "default", "lab", "yes", ""]);

/// CIDRs as written and as meant: the sloppy spellings are those that clusters accepted before Kubernetes 1.36.
const CIDRS: &[(&str, &str)] = &[
    ("0.0.0.0/0", "0.0.0.0/0"),
    ("10.0.0.0/8", "10.0.0.0/8"),
    ("10.0.0.0/24", "10.0.0.0/24"),
    ("10.0.1.0/24", "10.0.1.0/24"),
    ("10.0.0.4/30", "10.0.0.4/30"),
    ("10.0.0.5/32", "10.0.0.5/32"),
    ("192.168.0.0/16", "192.168.0.0/16"),
    ("0.0.0.0/1", "0.0.0.0/1"),
    ("128.0.0.0/1", "128.0.0.0/1"),
    ("255.255.255.255/32", "255.255.255.255/32"),
    ("::/0", "::/0"),
    ("fd00::/8", "fd00::/8"),
    ("fd00::/64", "fd00::/64"),
    ("fd00::5/128", "fd00::5/128"),
    ("2001:db8::/32", "2001:db8::/32"),
    ("::/1", "::/1"),
    ("10.0.0.5/24", "10.0.0.5/24"),
    ("fd00::5/8", "fd00::5/8"),
    ("010.0.00.0/8", "10.0.0.0/8"),
    ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
];

pub(crate) fn world() -> impl Strategy<Value = World> {
    let namespaces = subsequence(NAMESPACES, 0..=NAMESPACES.len()).prop_flat_map(|names| {
        let labels = vec(labels(ON_NAMESPACES), names.len());
        labels.prop_map(move |labels| {
            names.iter().zip(labels).map(|(name, labels)| Namespace { name, labels }).collect::<Vec<_>>()
        })
    });
    let world = (vec(pod(), 1..=4), vec(policy(), 0..=3), namespaces);
    world.prop_map(|(mut pods, mut policies, namespaces)| {
        for (at, pod) in pods.iter_mut().enumerate() {
            pod.name = format!("pod{at}");
        }
        for (at, policy) in policies.iter_mut().enumerate() {
            policy.name = format!("policy{at}");
        }
        World { namespaces, pods, policies, ..World::default() }
    })
}

pub(crate) fn labels(
    (keys, values): (&'static [&'static str], &'static [&'static str]),
) -> impl Strategy<Value = Labels> {
    btree_map(select(keys), select(values), 0..=2)
}

pub(crate) fn namespace() -> impl Strategy<Value = Option<&'static str>> {
    option::of(select(NAMESPACES))
}

fn pod() -> impl Strategy<Value = Pod> {
    let kind = prop_oneof![
        6 => Just("Pod"),
        2 => Just("Deployment"),
        1 => select(&["StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"][..]),
    ];
    let phase = prop_oneof![
        6 => Just(None),
        1 => select(&[Some("Running"), Some("Pending"), Some("Unknown"), Some("Succeeded"), Some("Failed")][..]),
    ];
    let addresses = subsequence(ADDRESSES, 0..=2);
    let replicas = option::of(select(&[1, 3, 0][..]));
    let ports = vec(container_port(), 0..=3).prop_map(unambiguous);
    let host_network = proptest::bool::weighted(0.1);
    let rest = (phase, addresses, replicas);
    (kind, namespace(), labels(ON_PODS), ports, host_network, rest).prop_map(
        |(kind, namespace, labels, ports, host_network, (phase, addresses, replicas))| {
            let addresses = addresses.iter().map(|text| text.parse().expect("an address"));
            let (phase, addresses) = if kind == "Pod" { (phase, addresses.collect()) } else { (None, Vec::new()) };
            Pod {
                name: String::new(),
                kind,
                namespace,
                labels,
                account: None,
                ports,
                host_network,
                phase,
                addresses,
                replicas,
            }
        },
    )
}

fn container_port() -> impl Strategy<Value = ContainerPort> {
    let container = prop_oneof![6 => Just(Container::Main), 2 => Just(Container::Sidecar), 1 => Just(Container::Init)];
    (container, option::weighted(0.9, select(PORT_NAMES)), select(PORTS), protocol())
        .prop_map(|(container, name, number, protocol)| ContainerPort { container, name, number, protocol })
}

/// Within one container the API forbids two ports of one name; of two running containers it does not say which one's
/// port the name means.
fn unambiguous(mut ports: Vec<ContainerPort>) -> Vec<ContainerPort> {
    let (mut in_container, mut in_pod) = (BTreeSet::new(), BTreeSet::new());
    ports.retain(|port| {
        let Some(name) = port.name else { return true };
        in_container.insert((port.container as u8, name))
            && (port.container == Container::Init || in_pod.insert((name, port.protocol.unwrap_or(Protocol::Tcp))))
    });
    ports
}

pub(crate) fn protocol() -> impl Strategy<Value = Option<Protocol>> {
    option::of(select(&[Protocol::Tcp, Protocol::Udp, Protocol::Sctp][..]))
}

pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    let types = {
        use Direction::{Egress, Ingress};
        let lists: [&[Direction]; 6] =
            [&[Ingress], &[Egress], &[Ingress, Egress], &[Egress, Ingress], &[Ingress, Ingress], &[]];
        prop_oneof![
            6 => Just(List::Absent),
            12 => select(lists.map(|list| List::Is(list.to_vec())).to_vec()),
            1 => Just(List::Null),
        ]
    };
    let pod_selector = prop_oneof![
        3 => Just(Some(Selector::default())),
        6 => selector(ON_PODS).prop_map(Some),
        1 => Just(None),
    ];
    (namespace(), pod_selector, types, list(rule(), 2, 3), list(rule(), 2, 3)).prop_map(
        |(namespace, pod_selector, types, ingress, egress)| Policy {
            name: String::new(),
            namespace,
            pod_selector,
            types,
            ingress,
            egress,
        },
    )
}

/// A list of up to `most` items, `share` times as often as each of the other ways to write none.
pub(crate) fn list<T: Clone + Debug + 'static>(
    item: impl Strategy<Value = T> + 'static,
    most: usize,
    share: u32,
) -> impl Strategy<Value = List<T>> {
    prop_oneof![2 => Just(List::Absent), 2 * share => vec(item, 0..=most).prop_map(List::Is), 1 => Just(List::Null)]
}

pub(crate) fn rule() -> impl Strategy<Value = Rule> {
    (list(peer(), 2, 3), list(policy_port(), 2, 1)).prop_map(|(peers, ports)| Rule { peers, ports })
}

fn peer() -> impl Strategy<Value = Peer> {
    prop_oneof![
        3 => selector(ON_PODS).prop_map(Peer::Pods),
        2 => selector(OF_NAMESPACES).prop_map(Peer::Namespaces),
        2 => (selector(ON_PODS), selector(OF_NAMESPACES))
            .prop_map(|(pods, namespaces)| Peer::PodsInNamespaces(pods, namespaces)),
        3 => known_block().prop_map(Peer::Block),
    ]
}

/// A block of well-known CIDRs, which hold the addresses of pods or just miss them.
fn known_block() -> impl Strategy<Value = Block> {
    let known = |(written, meant): &(&str, &str)| Cidr::new(written, meant);
    (select(CIDRS), subsequence(CIDRS, 0..=8)).prop_map(move |(cidr, except)| {
        let cidr = known(&cidr);
        // What counts as inside an IPv4-mapped range is asked of the spelling; that is not the point here.
        let plain = !cidr.written.contains("ffff");
        let holes = except.iter().map(known).filter(|hole| plain && hole.lies_strictly_inside(&cidr));
        let except = holes.filter(|hole| !hole.written.contains("ffff")).collect();
        Block { cidr, except }
    })
}

/// Some different CIDRs as every API takes them.
pub(crate) fn clean_cidrs(count: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Vec<Cidr>> {
    let known =
        CIDRS.iter().filter(|(written, meant)| written == meant).map(|(written, meant)| Cidr::new(written, meant));
    let clean: Vec<Cidr> = known.filter(Cidr::is_masked).collect();
    subsequence(clean, count)
}

/// A block of any CIDR, with holes anywhere in it.
fn any_block() -> impl Strategy<Value = Block> {
    let cidr = prop_oneof![
        (any::<[u8; 4]>(), 0..=32_u32).prop_map(|(address, prefix)| Cidr::of(IpAddr::from(address), prefix)),
        (any::<[u8; 16]>(), 0..=128_u32).prop_map(|(address, prefix)| Cidr::of(IpAddr::from(address), prefix)),
    ];
    (cidr, vec((any::<u128>(), 1..=8_u32), 0..=3)).prop_map(|(cidr, holes)| {
        let except = holes.iter().filter_map(|(bits, longer)| cidr.part(*bits, *longer)).collect();
        Block { cidr, except }
    })
}

/// Policies that speak of addresses only, and nobody to speak with.
pub(crate) fn address_world() -> impl Strategy<Value = World> {
    vec(prop_oneof![known_block(), any_block()], 0..=6).prop_map(|blocks| {
        let peers = List::Is(blocks.into_iter().map(Peer::Block).collect());
        let ingress = List::Is(vec![Rule { peers, ports: List::Absent }]);
        let policy = Policy {
            name: "blocks".to_owned(),
            namespace: None,
            pod_selector: Some(Selector::default()),
            types: List::Absent,
            ingress,
            egress: List::Absent,
        };
        World { policies: vec![policy], ..World::default() }
    })
}

pub(crate) fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![any::<[u8; 4]>().prop_map(IpAddr::from), any::<[u8; 16]>().prop_map(IpAddr::from)]
}

fn policy_port() -> impl Strategy<Value = PolicyPort> {
    let range = (select(PORTS), select(PORTS)).prop_map(|(a, b)| Port::Range(a.min(b), a.max(b)));
    let port = prop_oneof![
        2 => Just(Port::Absent),
        4 => select(PORTS).prop_map(Port::Number),
        4 => select(PORT_NAMES).prop_map(Port::Name),
        3 => range,
    ];
    (protocol(), port).prop_map(|(protocol, port)| PolicyPort { protocol, port })
}

pub(crate) fn selector(
    alphabet: (&'static [&'static str], &'static [&'static str]),
) -> impl Strategy<Value = Selector> {
    let (keys, values) = alphabet;
    let operators = &[Operator::In, Operator::NotIn, Operator::Exists, Operator::DoesNotExist][..];
    let expression = (select(keys), select(operators), vec(select(values), 1..=2))
        .prop_map(|(key, operator, values)| Expression { key, operator, values });
    let labels = btree_map(select(keys), select(values), 0..=1);
    (labels, vec(expression, 0..=1)).prop_map(|(labels, expressions)| Selector { labels, expressions })
}

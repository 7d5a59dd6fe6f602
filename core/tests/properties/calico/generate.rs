//! Worlds with Calico's objects, small enough that orders, labels and addresses meet.

use netpol_core::manifest::Direction;
use netpol_core::ports::Protocol;
use proptest::collection::vec;
use proptest::option::{self, weighted};
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select, subsequence};

use super::model::{Accounts, Entity, IpProtocol, Objects, Policy, Port, Rule, Set, Tier};
use super::selector::Expr;
use crate::cidr::Cidr;
use crate::generate::{self, NAMESPACES, ON_PODS, PORT_NAMES, PORTS, clean_cidrs, labels};
use crate::model::{Account, Container, ContainerPort, Pod, Service, ServicePort, Target, World};

const TIERS: &[&str] = &["alpha", "omega"];
const NAMES: &[&str] = &["mmm", "aaa", "zzz"];
const ACCOUNTS: &[&str] = &["robot", "default", "human"];
const SERVICES: &[&str] = &["front", "back"];
/// Keys with values, of pods, of namespaces and of service accounts. Parts of values stand among them.
type Alphabet = &'static [(&'static str, &'static [&'static str])];
const OF_PODS: Alphabet = &[
    ("app", &["web", "db", "", "e"]),
    ("env", &["web", "db", "80", "b"]),
    ("projectcalico.org/namespace", &["default", "shop", "a"]),
    ("projectcalico.org/orchestrator", &["k8s"]),
    ("projectcalico.org/serviceaccount", &["robot", "default"]),
];
const OF_SPACES: Alphabet = &[
    ("env", &["web", "db", "", "e"]),
    ("team", &["web", "yes"]),
    ("projectcalico.org/name", &["default", "shop", "s"]),
    ("kubernetes.io/metadata.name", &["default", "lab"]),
];
const OF_ACCOUNTS: Alphabet = &[("role", &["web", "db", "e"]), ("projectcalico.org/name", &["robot", "default"])];

pub(crate) fn world() -> BoxedStrategy<World> {
    let more = (vec(account(), 0..=2), vec(service(), 1..=3), vec(weighted(0.6, select(ACCOUNTS)), 4));
    let admin = weighted(0.2, crate::admin::generate::policies(1..=2));
    let twin = weighted(0.5, 0..3_u8);
    (generate::world(), objects(), admin, more, twin)
        .prop_map(|(mut world, calico, admin, (mut accounts, services, of_pods), twin)| {
            world.admin = admin.unwrap_or_default();
            world.pods.iter_mut().zip(of_pods).for_each(|(pod, account)| pod.account = account);
            if let Some(differing) = twin {
                make_twins(&mut world.pods, differing);
            }
            accounts.dedup_by_key(|account| (account.name, account.namespace.unwrap_or("default")));
            (world.calico, world.accounts, world.services) = (calico, accounts, services);
            lead_to_pods(&mut world);
            limit_addresses(&mut world);
            world
        })
        .boxed()
}

/// Makes the second pod like the first in all but one thing, which only some rules can see.
fn make_twins(pods: &mut Vec<Pod>, differing: u8) {
    let Some(first) = pods.first_mut() else { return };
    let mut twin = Pod { name: "twin".to_owned(), ..first.clone() };
    match differing {
        0 => twin.account = if first.account == Some("robot") { None } else { Some("robot") },
        // A label that only a Service looks at.
        1 => drop(first.labels.insert("run", "first")),
        _ => {
            // One may be connected to where the other's container has ended.
            let named = |pod: &mut Pod, container: Container| {
                pod.labels.insert("run", "first");
                pod.ports = vec![ContainerPort { container, name: Some("http"), number: 80, protocol: None }];
            };
            named(first, Container::Init);
            named(&mut twin, Container::Main);
        }
    }
    pods.truncate(3);
    pods.insert(1, twin);
}

/// Services made up at random lead nowhere: most are for the pods that are like some pod, and rules mean them.
fn lead_to_pods(world: &mut World) {
    for (at, service) in world.services.iter_mut().enumerate() {
        if let Some(pod) = world.pods.get(at).filter(|pod| !pod.labels.is_empty()) {
            (service.namespace, service.selector) = (pod.namespace, pod.labels.clone());
            let named = pod.ports.first().and_then(|port| Some((port.protocol, Target::Name(port.name?))));
            if let (Some((protocol, target)), Some(first)) = (named, service.ports.first_mut()) {
                (first.protocol, first.target) = (protocol, target);
            }
        }
    }
    let mut seen = Vec::new();
    world.services.retain(|service| {
        let id = (service.name, service.namespace.unwrap_or("default"));
        let new = !seen.contains(&id);
        seen.push(id);
        new
    });
    for policy in &mut world.calico.policies {
        let own = policy.namespace;
        let rules = [&mut policy.ingress, &mut policy.egress].into_iter().flatten().flatten();
        for entity in rules.flat_map(|rule| [&mut rule.source, &mut rule.destination]) {
            let Some((name, namespace)) = &mut entity.service else { continue };
            let there = world.services.iter().find(|service| service.name == *name);
            if let Some(service) = there.filter(|_| *namespace != Some("lab")) {
                let meant = service.namespace.unwrap_or("default");
                *namespace = Some(meant).filter(|meant| own != Some(*meant));
            }
        }
    }
}

/// A pod has at most one address of a family, and Calico's rules are for one. The engine puts a pod's addresses in networks
/// one condition after another: a set and a rule of different families would then meet on a pod of both.
pub(crate) fn limit_addresses(world: &mut World) {
    for pod in &mut world.pods {
        let mut seen = [false; 2];
        pod.addresses.retain(|address| !std::mem::replace(&mut seen[usize::from(address.is_ipv4())], true));
        if !world.calico.sets.is_empty() {
            pod.addresses.truncate(1);
        }
    }
}

fn account() -> impl Strategy<Value = Account> {
    (select(ACCOUNTS), generate::namespace(), labels((&["role"], &["web", "db"])))
        .prop_map(|(name, namespace, labels)| Account { name, namespace, labels })
}

fn service() -> impl Strategy<Value = Service> {
    let target = prop_oneof![
        Just(Target::Same),
        select(PORTS).prop_map(Target::Number),
        select(PORT_NAMES).prop_map(Target::Name)
    ];
    let port = (generate::protocol(), select(PORTS), target).prop_map(|(protocol, port, target)| ServicePort {
        protocol,
        port,
        target,
    });
    (select(SERVICES), generate::namespace(), labels(ON_PODS), vec(port, 1..=2)).prop_map(
        |(name, namespace, selector, mut ports)| {
            ports.dedup_by_key(|port| (port.port, port.protocol.unwrap_or(Protocol::Tcp)));
            Service { name, namespace, labels: crate::model::Labels::new(), selector, ports }
        },
    )
}

fn objects() -> impl Strategy<Value = Objects> {
    let order = option::of(select(&[500, 1_000, 1_000_000, 5_000_000, 20_000_000][..]));
    let tier = (order, option::of(select(&["Deny", "Pass"][..])));
    let tiers = vec(tier, TIERS.len()).prop_map(|tiers| {
        let named = TIERS.iter().zip(tiers);
        named.map(|(name, (order, default_action))| Tier { name, order, default_action }).collect::<Vec<_>>()
    });
    let set = (generate::namespace(), any::<bool>(), labels(ON_PODS), clean_cidrs(0..=2));
    let sets = vec(set, 0..=2).prop_map(|sets| {
        let numbered = sets.into_iter().enumerate();
        let set = |(at, (namespace, global, labels, nets))| {
            let namespace = if global { None } else { Option::or(namespace, Some("default")) };
            Set { name: format!("set{at}"), namespace, labels, nets }
        };
        numbered.map(set).collect::<Vec<_>>()
    });
    (tiers, sets, vec(policy(), 1..=4)).prop_map(|(tiers, sets, mut policies)| {
        let mut seen = Vec::new();
        policies.retain(|policy: &Policy| {
            let id = (policy.name, policy.namespace);
            let new = !seen.contains(&id);
            seen.push(id);
            new
        });
        Objects { tiers, sets, policies }
    })
}

pub(crate) fn policy() -> BoxedStrategy<Policy> {
    let namespace = option::weighted(0.4, select(NAMESPACES));
    let tier = prop_oneof![
        4 => Just(None),
        1 => Just(Some("default")),
        4 => select(TIERS).prop_map(Some),
        1 => select(&["kube-admin", "kube-baseline"][..]).prop_map(Some),
    ];
    let order = option::of(select(&[1_000, 7, 999, 2_000][..]));
    let types = {
        use Direction::{Egress, Ingress};
        option::of(select(vec![vec![Ingress], vec![Egress], vec![Ingress, Egress], vec![Egress, Ingress]]))
    };
    let host_only = weighted(0.08, select(&["doNotTrack", "preDNAT"][..]));
    let head = (select(NAMES), namespace, tier, order, types, host_only);
    head.prop_flat_map(move |(name, namespace, tier, order, types, host_only)| {
        let rules = |egress: bool| weighted(0.7, vec(rule(namespace.is_none(), egress), 0..=3)).boxed();
        let host_only = host_only.filter(|_| namespace.is_none());
        let outbound = if host_only == Some("preDNAT") { Just(None).boxed() } else { rules(true) };
        let types = if host_only == Some("preDNAT") { None } else { types };
        let selectors =
            (weighted(0.5, expr(OF_PODS)), weighted(0.1, expr(OF_ACCOUNTS)), weighted(0.2, expr(OF_SPACES)));
        (selectors, rules(false), outbound).prop_map(
            move |((selector, account_selector, namespace_selector), ingress, egress)| Policy {
                name,
                namespace,
                tier,
                order,
                selector,
                account_selector,
                namespace_selector: namespace_selector.filter(|_| namespace.is_none()),
                types: types.clone(),
                ingress,
                egress,
                host_only,
            },
        )
    })
    .boxed()
}

pub(crate) fn rule(global: bool, egress: bool) -> BoxedStrategy<Rule> {
    let action = select(&["Allow", "Deny", "Pass", "Log", "Allow", "Deny"][..]);
    let protocol = || select(&[Protocol::Tcp, Protocol::Udp, Protocol::Sctp][..]);
    let ip_protocol = move || {
        prop_oneof![
            6 => protocol().prop_map(IpProtocol::Named),
            1 => protocol().prop_map(IpProtocol::Numbered),
            1 => Just(IpProtocol::Icmp),
        ]
    };
    let heads =
        (action, weighted(0.6, ip_protocol()), weighted(0.15, ip_protocol()), weighted(0.08, select(&[4, 6][..])));
    let ends = (entity(global, !egress), entity(global, egress));
    (heads, ends)
        .prop_map(|((action, protocol, not_protocol, ip_version), (source, destination))| {
            let mut rule = Rule { action, ip_version, protocol, not_protocol, source, destination };
            make_valid(&mut rule);
            rule
        })
        .boxed()
}

/// Takes out what the API refuses.
fn make_valid(rule: &mut Rule) {
    let ported = rule.protocol.map(|protocol| protocol.with_ports().is_some());
    let keeps = |port: &Port| ported.unwrap_or(matches!(port, Port::Named(_)));
    let mut version = rule.ip_version;
    for entity in [&mut rule.source, &mut rule.destination] {
        entity.ports.retain(keeps);
        entity.not_ports.retain(keeps);
        let mut of_family = |cidr: &Cidr| {
            let own = if cidr.written.contains(':') { 6 } else { 4 };
            *version.get_or_insert(own) == own
        };
        entity.nets.retain(&mut of_family);
        entity.not_nets.retain(|cidr| !cidr.is_everything() && of_family(cidr));
    }
    if rule.protocol == Some(IpProtocol::Icmp) {
        rule.ip_version = rule.ip_version.filter(|version| *version == 4);
    }
    if rule.not_protocol == Some(IpProtocol::Icmp) && rule.ip_version == Some(6) {
        rule.not_protocol = None;
    }
    // Names of a source's ports are nobody's.
    rule.source.ports.retain(|port| !matches!(port, Port::Named(_)));
    rule.source.not_ports.clear();
}

/// Of entities that may name a Service, some do, and nothing else then.
fn entity(global: bool, other: bool) -> BoxedStrategy<Entity> {
    let service = (select(SERVICES), generate::namespace());
    let selectors = (
        weighted(0.3, expr(OF_PODS)),
        weighted(0.15, expr(OF_PODS)),
        weighted(0.2, prop_oneof![1 => Just(Expr::Global), 1 => Just(Expr::All), 4 => expr(OF_SPACES)]),
        weighted(0.12, accounts()),
    );
    let nets = (some_nets(0.3), some_nets(0.15));
    let ports = (few(port(), 0.3), few(port(), 0.15));
    let whole = (weighted(0.12, service), selectors, nets, ports, weighted(0.3, Just(())));
    whole
        .prop_map(move |(service, selectors, (nets, not_nets), (ports, not_ports), nothing)| {
            if nothing.is_some() {
                return Entity::default();
            }
            if let Some((name, namespace)) = service.filter(|_| other) {
                let namespace = if global { Option::or(namespace, Some("default")) } else { namespace };
                return Entity { service: Some((name, namespace)), ..Entity::default() };
            }
            let (selector, not_selector, namespace_selector, accounts) = selectors;
            Entity {
                selector,
                not_selector,
                namespace_selector,
                nets,
                not_nets,
                ports,
                not_ports,
                accounts,
                service: None,
            }
        })
        .boxed()
}

fn some_nets(share: f64) -> impl Strategy<Value = Vec<Cidr>> {
    weighted(share, clean_cidrs(1..=2)).prop_map(Option::unwrap_or_default)
}

fn few<T: Clone + std::fmt::Debug + 'static>(
    item: impl Strategy<Value = T> + 'static,
    share: f64,
) -> impl Strategy<Value = Vec<T>> {
    weighted(share, vec(item, 1..=2)).prop_map(Option::unwrap_or_default)
}

fn accounts() -> impl Strategy<Value = Accounts> {
    (subsequence(ACCOUNTS, 0..=2), weighted(0.4, expr(OF_ACCOUNTS)))
        .prop_map(|(names, selector)| Accounts { names, selector })
}

fn port() -> impl Strategy<Value = Port> {
    let range = prop_oneof![
        4 => (select(PORTS), select(PORTS)).prop_map(|(a, b)| Port::Range(a.min(b), a.max(b))),
        1 => Just(Port::Range(1_024, 65_535)),
    ];
    prop_oneof![3 => select(PORTS).prop_map(Port::Number), 2 => range, 3 => select(PORT_NAMES).prop_map(Port::Named)]
}

/// A condition, or a few joined.
fn expr(alphabet: Alphabet) -> BoxedStrategy<Expr> {
    let leaf = leaf(alphabet).boxed();
    leaf.prop_recursive(2, 5, 3, |inner| {
        prop_oneof![
            2 => inner.clone().prop_map(|inner| Expr::Not(Box::new(inner))),
            2 => vec(inner.clone(), 2..=3).prop_map(Expr::And),
            2 => vec(inner.clone(), 2..=3).prop_map(Expr::Or),
            1 => inner.prop_map(|inner| Expr::Parens(Box::new(inner))),
        ]
    })
    .boxed()
}

fn leaf(alphabet: Alphabet) -> impl Strategy<Value = Expr> {
    (select(alphabet), 0..10_usize, any::<Index>(), any::<Index>()).prop_map(|((key, values), operator, one, other)| {
        let (value, second) = (*one.get(values), *other.get(values));
        match operator {
            0 | 1 => Expr::Equals(key, value),
            2 => Expr::Has(key),
            3 => Expr::Differs(key, value),
            4 => Expr::In(key, vec![value, second]),
            5 => Expr::NotIn(key, vec![value, second]),
            6 => Expr::Contains(key, value),
            7 => Expr::StartsWith(key, value),
            8 => Expr::EndsWith(key, value),
            _ => Expr::All,
        }
    })
}

//! Small Cilium policies from small alphabets, beside the clusters of the common generator. Simple choices stand first.

use std::fmt::Debug;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{select, subsequence};

use super::model::{
    ACCOUNT, Base, CidrSet, Entry, Group, HttpRule, Key, NAMESPACE, Objects, Pattern, Peers, Policy, Port, PortName,
    PortRule, Selector, ServiceRef, Spec,
};
use crate::cidr::Cidr;
use crate::generate::{self, NAMESPACES, PORT_NAMES, PORTS, list};
use crate::model::{Labels, List, Operator, Service, ServicePort, Target, World};

const HOSTS: &[&str] = &["example.com", "api.example.com", "*.example.com", "*", "api.*.com"];
const GROUPS: &[&str] = &["office", "partners"];
const SERVICES: &[&str] = &["front", "back"];
const ACCOUNTS: &[&str] = &["default", "robot"];
/// Spelled so that nobody warns: other spellings are for NetworkPolicies.
const CIDRS: &[&str] = &[
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/24",
    "10.0.0.4/30",
    "10.0.0.5/32",
    "192.168.0.0/16",
    "255.255.255.255/32",
    "::/0",
    "fd00::/8",
    "fd00::5/128",
];

/// What most policies of a world are about, so that their rules meet.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Theme {
    Everything,
    /// Requests to few ports.
    Requests,
    /// Addresses and names outside.
    Outside,
    /// Services, and pods on nodes.
    Services,
    /// Labels of namespaces.
    Namespaces,
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    let themes = prop_oneof![
        4 => Just(Theme::Everything),
        2 => Just(Theme::Requests),
        2 => Just(Theme::Outside),
        1 => Just(Theme::Services),
        1 => Just(Theme::Namespaces),
    ];
    themes.prop_flat_map(world_about)
}

fn world_about(theme: Theme) -> impl Strategy<Value = World> {
    let services = subsequence(SERVICES, 0..=2).prop_flat_map(|names| {
        let service = (option::of(select(NAMESPACES)), some_labels(), some_labels());
        vec(service, names.len()).prop_map(move |parts| {
            let service = |(name, (namespace, labels, selector)): (&&'static str, _)| Service {
                name,
                namespace,
                labels,
                selector,
                ports: vec![ServicePort { protocol: None, port: 80, target: Target::Same }],
            };
            names.iter().zip(parts).map(service).collect::<Vec<_>>()
        })
    });
    let groups = subsequence(GROUPS, 0..=2).prop_flat_map(|names| {
        vec((some_labels(), vec(cidr(), 0..=2)), names.len()).prop_map(move |parts| {
            let group = |(name, (labels, cidrs)): (&&'static str, _)| Group { name, labels, cidrs };
            names.iter().zip(parts).map(group).collect::<Vec<_>>()
        })
    });
    // Which pods are on their node's network, which have another account, and which a label that nobody sees.
    let marks = vec((any::<u8>(), any::<u8>(), any::<u8>()), 4);
    let parts = (generate::world(), vec(policy_about(theme), 1..=3), services, groups, marks);
    parts.prop_map(move |(mut world, mut policies, mut services, groups, marks)| {
        for (at, policy) in policies.iter_mut().enumerate() {
            policy.name = format!("rules{at}");
        }
        for (pod, (node, account, label)) in world.pods.iter_mut().zip(marks) {
            pod.host_network |= node > if theme == Theme::Services { 150 } else { 220 };
            pod.account = (account > 180).then_some("robot");
            if label > 200 {
                pod.labels.insert("pod-template-hash", "web");
            }
        }
        if theme == Theme::Services {
            // Each leads to a pod at least.
            for (service, pod) in services.iter_mut().zip(&world.pods) {
                service.namespace = pod.namespace;
                let label = pod.labels.iter().find(|(key, _)| **key != "pod-template-hash");
                service.selector = label.map(|(key, value)| (*key, *value)).into_iter().collect();
            }
        }
        world.policies.truncate(2);
        world.services = services;
        world.cilium = Objects { policies, groups };
        world
    })
}

pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    policy_about(Theme::Everything)
}

fn policy_about(theme: Theme) -> impl Strategy<Value = Policy> {
    let namespace = prop_oneof![3 => option::of(select(NAMESPACES)).prop_map(Some), 1 => Just(None)];
    (namespace, vec(spec(theme), 1..=2)).prop_map(|(namespace, specs)| Policy { name: String::new(), namespace, specs })
}

fn spec(theme: Theme) -> impl Strategy<Value = Spec> {
    let said = || prop_oneof![4 => Just(None), 2 => Just(Some(false)), 1 => Just(Some(true))];
    let plainly = match theme {
        Theme::Everything | Theme::Outside => 0,
        _ => 16,
    };
    let subject = prop_oneof![3 + plainly => Just(Selector::default()), 4 => plain_selector(), 1 => selector(theme)];
    let sections = (
        list(entry_about("from", false, theme), 2, 4),
        list(entry_about("from", true, theme), 1, 1),
        list(entry_about("to", false, theme), 2, 3),
        list(entry_about("to", true, theme), 1, 1),
    );
    (subject, sections, said(), said()).prop_map(
        |(subject, (mut ingress, ingress_deny, egress, egress_deny), into, out)| {
            if [&ingress, &ingress_deny, &egress, &egress_deny].iter().all(|section| section.items().is_empty()) {
                // A spec without any entry is refused.
                ingress = List::Is(vec![Entry { peers: Peers::Absent, ports: List::Absent, icmps: List::Absent }]);
            }
            Spec { subject, sections: [ingress, ingress_deny, egress, egress_deny], default_deny: [into, out] }
        },
    )
}

pub(crate) fn entry(from_or_to: &'static str, deny: bool) -> impl Strategy<Value = Entry> {
    entry_about(from_or_to, deny, Theme::Everything)
}

fn entry_about(from_or_to: &'static str, deny: bool, theme: Theme) -> impl Strategy<Value = Entry> {
    let ports = if theme == Theme::Requests { 8 } else { 2 };
    let icmps = prop_oneof![12 => Just(List::Absent), 1 => vec(0..=20_u8, 0..=1).prop_map(List::Is)];
    (peers(from_or_to, deny, theme), list(port_rule(deny, theme), 2, ports), icmps).prop_map(|(peers, ports, icmps)| {
        let icmps = if ports.items().is_empty() { icmps } else { List::Absent };
        Entry { peers, ports, icmps }
    })
}

fn peers(from_or_to: &'static str, deny: bool, theme: Theme) -> impl Strategy<Value = Peers> {
    let entities = &["all", "world", "cluster", "host", "remote-node", "init", "health", "none"][..];
    let share = |usual: u32, theme_of: Theme| usual + if theme == theme_of { 24 } else { 0 };
    let services = if from_or_to == "to" { share(if deny { 1 } else { 2 }, Theme::Services) } else { 0 };
    let names = if from_or_to == "to" && !deny { share(3, Theme::Outside) } else { 0 };
    let (some, hosts) = (vec(service_ref(), 0..=2), vec(select(HOSTS), 0..=2));
    prop_oneof![
        share(3, Theme::Requests) => Just(Peers::Absent),
        share(8, Theme::Namespaces) => vec(selector(theme), 0..=2).prop_map(Peers::Endpoints),
        share(4, Theme::Requests) => vec(select(entities), 0..=2).prop_map(Peers::Entities),
        2 => vec((cidr(), any::<bool>()), 0..=2).prop_map(Peers::Cidrs),
        share(3, Theme::Outside) => vec(cidr_set(), 0..=2).prop_map(Peers::CidrSets),
        services => some.prop_map(Peers::Services),
        names => hosts.prop_map(Peers::Names),
        1 => Just(Peers::Null),
    ]
}

fn cidr() -> impl Strategy<Value = Cidr> {
    select(CIDRS).prop_map(|text| Cidr::new(text, text))
}

fn cidr_set() -> impl Strategy<Value = CidrSet> {
    let base = prop_oneof![
        4 => cidr().prop_map(Base::Cidr),
        2 => select(GROUPS).prop_map(Base::Group),
        1 => some_labels().prop_map(Base::Groups),
    ];
    (base, subsequence(CIDRS, 0..=4)).prop_map(|(base, holes)| {
        let holes = holes.into_iter().map(|text| Cidr::new(text, text));
        let except = match &base {
            // A hole may be all of it.
            Base::Cidr(cidr) => {
                holes.filter(|hole| hole.written == cidr.written || hole.lies_strictly_inside(cidr)).collect()
            }
            Base::Group(_) | Base::Groups(_) => holes.take(2).collect(),
        };
        CidrSet { base, except }
    })
}

fn service_ref() -> impl Strategy<Value = ServiceRef> {
    let namespace = || option::of(select(NAMESPACES));
    prop_oneof![
        2 => (select(SERVICES), namespace()).prop_map(|(name, namespace)| ServiceRef::Named(name, namespace)),
        1 => (some_labels(), namespace()).prop_map(|(labels, namespace)| ServiceRef::Labelled(labels, namespace)),
    ]
}

fn some_labels() -> impl Strategy<Value = Labels> {
    btree_map(select(&["app", "env"][..]), select(&["web", "db"][..]), 0..=1)
}

fn key(name: &'static str) -> impl Strategy<Value = Key> {
    let sources = prop_oneof![6 => Just(""), 2 => Just("k8s"), 1 => Just("any"), 1 => Just("container")];
    sources.prop_map(move |source| Key { source, name })
}

/// About the labels of pods only.
fn plain_selector() -> impl Strategy<Value = Selector> {
    (0..2_usize, select(&["web", "db", "80", ""][..])).prop_map(|(which, value)| {
        let name = ["app", "env"][which];
        Selector { labels: vec![(Key { source: "", name }, value)], expressions: Vec::new() }
    })
}

/// A key and the values that are to be found with it.
fn known_key(theme: Theme) -> impl Strategy<Value = (Key, &'static [&'static str])> {
    let of = |names: &'static [&'static str], values: &'static [&'static str]| {
        select(names).prop_flat_map(key).prop_map(move |key| (key, values))
    };
    let reserved = select(&["world", "host", "remote-node", "health"][..])
        .prop_map(|name| (Key { source: "reserved", name }, &[""][..]));
    prop_oneof![
        10 => of(&["app", "env"], &["web", "db", "80", ""]),
        4 => of(&[NAMESPACE], NAMESPACES),
        if theme == Theme::Namespaces { 20 } else { 3 } => of(
            &[
                "io.cilium.k8s.namespace.labels.env",
                "io.cilium.k8s.namespace.labels.team",
                "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name",
            ],
            &["web", "shop", "db", "default", "lab", "yes", ""],
        ),
        1 => of(&[ACCOUNT], ACCOUNTS),
        1 => of(&["pod-template-hash"], &["web"]),
        1 => reserved,
    ]
}

fn selector(theme: Theme) -> impl Strategy<Value = Selector> {
    let value = |(key, values): (Key, &'static [&'static str])| (Just(key), select(values));
    let labels = vec(known_key(theme).prop_flat_map(value), 0..=2).prop_map(|mut labels| {
        // Each key once; `app` and `any:app` are one.
        let mut seen = Vec::new();
        labels.retain(|(key, _)| {
            let bare = Key { source: if key.source == "any" { "" } else { key.source }, ..*key };
            !seen.contains(&bare) && {
                seen.push(bare);
                true
            }
        });
        labels
    });
    let operators = &[Operator::In, Operator::NotIn, Operator::Exists, Operator::DoesNotExist][..];
    let expression =
        known_key(theme).prop_flat_map(move |(key, values)| (Just(key), select(operators), vec(select(values), 1..=2)));
    prop_oneof![
        1 => Just(Selector::default()),
        4 => (labels, vec(expression, 0..=1)).prop_map(|(labels, expressions)| Selector { labels, expressions }),
    ]
}

fn port_rule(deny: bool, theme: Theme) -> impl Strategy<Value = PortRule> {
    let http = prop_oneof![
        3 => Just(List::Absent),
        3 => vec(http_rule(), 0..=2).prop_map(List::Is),
    ];
    (list(port(theme), 2, 6), http).prop_map(move |(mut ports, http)| {
        let http = if deny || ports.items().is_empty() { List::Absent } else { http };
        if let (List::Is(ports), List::Is(_)) = (&mut ports, &http) {
            for port in ports {
                port.protocol = Some("TCP");
                if let PortName::All = port.port {
                    port.port = PortName::Number(80);
                }
            }
        }
        PortRule { ports, http }
    })
}

fn port(theme: Theme) -> impl Strategy<Value = Port> {
    let range = (select(PORTS), select(PORTS)).prop_map(|(a, b)| PortName::Range(a.min(b), a.max(b)));
    let meeting = if theme == Theme::Requests { 20 } else { 1 };
    let port = prop_oneof![
        meeting => Just(PortName::Number(80)),
        4 => select(PORTS).prop_map(PortName::Number),
        3 => select(PORT_NAMES).prop_map(PortName::Name),
        2 => range,
        1 => Just(PortName::All),
    ];
    let protocol = option::of(select(&["TCP", "UDP", "SCTP", "ANY"][..]));
    (protocol, port).prop_map(|(protocol, port)| Port { protocol, port })
}

fn http_rule() -> impl Strategy<Value = HttpRule> {
    use Pattern::{Anything, Or, Text, Then};
    let methods = vec![
        Text("GET"),
        Text("POST"),
        Or(vec![Text("GET"), Text("POST")]),
        Then(vec![Text("P"), Anything]),
        Anything,
        Text("get"),
    ];
    let paths = vec![
        Text("/"),
        Text("/api"),
        Then(vec![Text("/api/v1/"), Anything]),
        Then(vec![Text("/api"), Or(vec![Text(""), Text("/v1/items")])]),
        Then(vec![Anything, Text("?"), Anything]),
        Or(vec![Text("/admin"), Then(vec![Text("/api/"), Anything, Text("s")])]),
    ];
    let hosts = vec![
        Text("web.shop"),
        Then(vec![Text("web.shop"), Or(vec![Text(""), Text(":8080")])]),
        Then(vec![Anything, Text(".shop")]),
        Anything,
    ];
    let headers = &[("X-Token", None), ("x-token", Some("abc")), ("X-Debug", None), ("X-Debug", Some("1"))][..];
    let matches = &[
        ("X-Token", "abc", None),
        ("X-TOKEN", "other", None),
        ("X-Token", "abc", Some("LOG")),
        ("X-Debug", "1", Some("REPLACE")),
    ][..];
    let maybe = |patterns: Vec<Pattern>, share: f64| option::weighted(share, select(patterns));
    (maybe(methods, 0.6), maybe(paths, 0.5), maybe(hosts, 0.2), some(headers), some(matches))
        .prop_map(|(method, path, host, headers, matches)| HttpRule { method, path, host, headers, matches })
}

/// None of them, or seldom one.
fn some<T: Clone + Debug + 'static>(items: &'static [T]) -> impl Strategy<Value = Vec<T>> {
    prop_oneof![6 => Just(Vec::new()), 1 => select(items).prop_map(|item| vec![item])]
}

//! Whether one rule of Calico's matches, in terms of addresses as felix does it: a selector is the set of addresses that
//! the endpoints and network sets have that it matches (Calico felix `calc/rule_scanner.go`, `rules/policy.go`;
//! libcalico-go `lib/backend/syncersv1/updateprocessors/rules.go`).

use std::net::IpAddr;

use netpol_core::cni::Cni;
use netpol_core::manifest::Direction;
use netpol_core::ports::Protocol;

use super::model::{Entity, IpProtocol, Policy, Port, Rule, Set};
use super::selector::Expr;
use crate::cidr::Cidr;
use crate::judge::{Ask, Party, Truth};
use crate::model::{Block, Labels, Pod, Service, Target, World};
use crate::naive::{block_matches, has_named_port, namespace_labels, numbers, selects};

/// A pod's labels, with those that Calico adds.
pub(crate) fn pod_labels(pod: &Pod) -> Labels {
    let mut labels = pod.labels.clone();
    labels.insert("projectcalico.org/namespace", pod.namespace.unwrap_or("default"));
    labels.insert("projectcalico.org/orchestrator", "k8s");
    labels.insert("projectcalico.org/serviceaccount", pod.account.unwrap_or("default"));
    labels
}

/// A namespace's labels, with the one that Calico adds.
pub(crate) fn space_labels(world: &World, namespace: &'static str) -> Labels {
    let mut labels = namespace_labels(world, namespace);
    labels.insert("projectcalico.org/name", namespace);
    labels
}

/// The labels of a pod's service account.
pub(crate) fn account_labels(world: &World, pod: &Pod) -> Labels {
    let (name, namespace) = (pod.account.unwrap_or("default"), pod.namespace.unwrap_or("default"));
    let is =
        |account: &&crate::model::Account| account.name == name && account.namespace.unwrap_or("default") == namespace;
    let mut labels = world.accounts.iter().find(is).map(|account| account.labels.clone()).unwrap_or_default();
    labels.insert("projectcalico.org/name", name);
    labels
}

/// What has labels, and whose addresses a selector therefore can mean: labels of its own, of its namespace, and of its
/// service account.
struct Labelled {
    own: Labels,
    space: Labels,
    account: Labels,
}

fn labelled_pod(world: &World, pod: &Pod) -> Labelled {
    let space = space_labels(world, pod.namespace.unwrap_or("default"));
    Labelled { own: pod_labels(pod), space, account: account_labels(world, pod) }
}

/// A network set has the labels of its namespace too, if it is in one.
fn labelled_set(world: &World, set: &Set) -> Labelled {
    let mut own = set.labels.clone();
    own.extend(set.namespace.map(|namespace| ("projectcalico.org/namespace", namespace)));
    let space = set.namespace.map(|namespace| space_labels(world, namespace)).unwrap_or_default();
    Labelled { own, space, account: Labels::new() }
}

fn meets(expr: &Expr, labels: &Labels, scope: (bool, bool)) -> bool {
    expr.holds(&|key| labels.get(key).copied(), scope)
}

/// The positive selector of an entity: what must hold of a labelled thing whose address is to match. `None` if the
/// entity asks for nothing of the kind.
fn is_selected(policy: &Policy, entity: &Entity, thing: &Labelled) -> Option<bool> {
    let anywhere = (true, true);
    let mut conditions = Vec::new();
    if let Some(accounts) = &entity.accounts {
        let names = &accounts.names;
        if !names.is_empty() {
            let own = thing.own.get("projectcalico.org/serviceaccount");
            conditions.push(own.is_some_and(|own| names.contains(own)));
        }
        conditions.extend(accounts.selector.as_ref().map(|selector| meets(selector, &thing.account, anywhere)));
    }
    conditions.extend(entity.selector.as_ref().map(|selector| meets(selector, &thing.own, anywhere)));
    let mut selected = (!conditions.is_empty()).then(|| conditions.into_iter().all(|holds| holds));
    let within = thing.own.get("projectcalico.org/namespace");
    let scope = match (&entity.namespace_selector, policy.namespace) {
        // `all()` is what is in a namespace, and `global()` what is in none.
        (Some(spaces), _) => Some(meets(spaces, &thing.space, (within.is_some(), within.is_none()))),
        (None, Some(own)) => Some(within == Some(&own)),
        (None, None) => None,
    };
    let asked = selected.is_some() || entity.not_selector.is_some() || entity.namespace_selector.is_some();
    if let Some(scope) = scope.filter(|_| asked) {
        selected = Some(scope && selected.unwrap_or(true));
    }
    // What a negated selector takes away, it takes away from the things that the positive one selects.
    let unwanted = entity.not_selector.as_ref().is_some_and(|selector| meets(selector, &thing.own, anywhere));
    selected.map(|selected| selected && !unwanted)
}

/// Whether everything but the ports of the destination holds.
pub(crate) fn holds(ask: Ask<'_>, policy: &Policy, rule: &Rule) -> Truth {
    let own = Party::Pod(ask.pod);
    let (source, destination) = match ask.direction {
        Direction::Ingress => (ask.other, own),
        Direction::Egress => (own, ask.other),
    };
    let family = family(rule);
    let ends = [(&rule.source, source), (&rule.destination, destination)];
    let holds = ends.map(|(entity, party)| entity_holds(ask.world, policy, entity, party, family));
    let [source, destination] = holds;
    source.min(destination).min(takes_clients(&rule.source).into())
}

/// A rule with networks is there for connections of their IP version only (`FilterRuleToIPVersion`). Both of its ends
/// are of it.
fn family(rule: &Rule) -> Option<u8> {
    let cidrs = rule.entities().into_iter().flat_map(|entity| entity.nets.iter().chain(&entity.not_nets)).next();
    rule.ip_version.or(cidrs.map(|cidr| if cidr.written.contains(':') { 6 } else { 4 }))
}

fn entity_holds(world: &World, policy: &Policy, entity: &Entity, party: Party<'_>, family: Option<u8>) -> Truth {
    let of_family = |address: &IpAddr| family.is_none_or(|family| (family == 4) == address.is_ipv4());
    let at = |address: Option<IpAddr>| at_address(world, policy, entity, party, address);
    let known: &[IpAddr] = match &party {
        Party::Outside(address) => std::slice::from_ref(address),
        Party::Pod(pod) => &pod.addresses,
        Party::Host(_) => &[],
    };
    if known.is_empty() {
        return at(None);
    }
    known.iter().filter(|address| of_family(address)).map(|address| at(Some(*address))).max().unwrap_or(Truth::No)
}

/// The same for one address of it, or an unknown one.
fn at_address(world: &World, policy: &Policy, entity: &Entity, party: Party<'_>, address: Option<IpAddr>) -> Truth {
    let inside = |cidrs: &[Cidr]| cidrs.iter().map(|cidr| is_inside(world, cidr, party, address)).max();
    let mut holds = inside(&entity.nets).unwrap_or(Truth::Yes);
    holds = holds.min(!inside(&entity.not_nets).unwrap_or(Truth::No));
    let selectable = match party {
        Party::Pod(pod) if !pod.host_network => Some(pod),
        _ => None,
    };
    let meant = |wanted: &dyn Fn(&Labelled) -> bool| {
        let itself = selectable.is_some_and(|pod| wanted(&labelled_pod(world, pod)));
        let sets = world.calico.sets.iter().filter(|set| wanted(&labelled_set(world, set)));
        let in_set = sets.filter_map(|set| inside(&set.nets)).max().unwrap_or(Truth::No);
        in_set.max(itself.into())
    };
    let positive = |thing: &Labelled| is_selected(policy, entity, thing);
    let nothing = Labelled { own: Labels::new(), space: Labels::new(), account: Labels::new() };
    if positive(&nothing).is_some() {
        holds = holds.min(meant(&|thing| positive(thing) == Some(true)));
    } else if let Some(unwanted) = &entity.not_selector {
        holds = holds.min(!meant(&|thing| meets(unwanted, &thing.own, (true, true))));
    }
    if let Some(service) = service(world, policy, entity) {
        holds = holds.min(matches!(party, Party::Pod(pod) if is_behind(service, pod)).into());
    } else if entity.service.is_some() {
        holds = Truth::No;
    }
    holds
}

fn is_inside(world: &World, cidr: &Cidr, party: Party<'_>, address: Option<IpAddr>) -> Truth {
    match address {
        Some(address) => cidr.contains(address).into(),
        None => block_matches(world.cni, &Block { cidr: cidr.clone(), except: Vec::new() }, party),
    }
}

/// The Service that an entity means, if it is there.
fn service<'w>(world: &'w World, policy: &Policy, entity: &Entity) -> Option<&'w Service> {
    let (name, namespace) = entity.service?;
    let namespace = namespace.or(policy.namespace)?;
    world.services.iter().find(|own| own.name == name && own.namespace.unwrap_or("default") == namespace)
}

/// "A Service without a selector" has no pods; another one has those of its namespace that carry its labels.
fn is_behind(service: &Service, pod: &Pod) -> bool {
    let selector = crate::model::Selector { labels: service.selector.clone(), expressions: Vec::new() };
    !service.selector.is_empty()
        && service.namespace.unwrap_or("default") == pod.namespace.unwrap_or("default")
        && selects(&selector, &pod.labels)
}

/// Clients are given ports at random, so that a condition on them holds for all or is not to be relied on.
fn takes_clients(source: &Entity) -> bool {
    let (first, last) = (32_768, 60_999);
    let range = |port: &Port| match *port {
        Port::Number(number) => Some((number, number)),
        Port::Range(first, last) => Some((first, last)),
        Port::Named(_) => None,
    };
    let taken = |port: u16| source.ports.iter().filter_map(range).any(|(a, b)| a <= port && port <= b);
    let bounds = source.ports.iter().filter_map(range).flat_map(|(a, b)| [a, b, a - 1, b.saturating_add(1)]);
    let telling = bounds.filter(|port| (first..=last).contains(port)).chain([first, last]);
    source.ports.is_empty() || telling.into_iter().all(taken)
}

/// Whether a rule is about that port of the destination.
pub(crate) fn ports_match(ask: Ask<'_>, policy: &Policy, rule: &Rule, protocol: Protocol, port: u16) -> bool {
    let of = |wanted: IpProtocol| wanted.with_ports() == Some(protocol);
    let destination = &rule.destination;
    let any = |ports: &[Port]| ports.iter().any(|item| port_matches(ask, rule, *item, protocol, port));
    let behind = match (destination.service, ask.destination()) {
        (None, _) => true,
        (Some(_), Party::Pod(pod)) => service(ask.world, policy, destination)
            .is_some_and(|service| service.ports.iter().any(|of| leads_to(of, pod, protocol, port))),
        (Some(_), _) => false,
    };
    rule.protocol.is_none_or(of)
        && !rule.not_protocol.is_some_and(of)
        && (destination.ports.is_empty() || any(&destination.ports))
        && !any(&destination.not_ports)
        && behind
}

/// A named port is looked up with the protocol of the rule, and with TCP where that has none (`ruleToParsedRule`).
fn port_matches(ask: Ask<'_>, rule: &Rule, item: Port, protocol: Protocol, port: u16) -> bool {
    let own = rule.protocol.map_or(Some(Protocol::Tcp), IpProtocol::with_ports);
    match item {
        Port::Number(number) => number == port,
        Port::Range(first, last) => first <= port && port <= last,
        Port::Named(name) => {
            own == Some(protocol) && has_named_port(ask.world.cni, ask.destination(), name, protocol, port)
        }
    }
}

/// Where a port of a Service leads on one of its pods.
fn leads_to(of: &crate::model::ServicePort, pod: &Pod, protocol: Protocol, port: u16) -> bool {
    of.protocol.unwrap_or(Protocol::Tcp) == protocol
        && match of.target {
            Target::Same => of.port == port,
            Target::Number(number) => number == port,
            // Init containers that end have no say, whatever Calico makes of their ports elsewhere.
            Target::Name(name) => numbers(Cni::Plain, pod, name, protocol).next() == Some(port),
        }
}

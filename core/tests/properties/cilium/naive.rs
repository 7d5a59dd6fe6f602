//! Who may connect to whom under Cilium, straight from its documentation ("Layer 3/4/7") and its packages `pkg/policy`
//! and `pkg/policy/api`.

use netpol_core::manifest::Direction;
use netpol_core::ports::Protocol;

use super::http;
use super::identity;
use super::model::{Base, CidrSet, Entry, Group, HttpRule, Peers, Policy, Port, PortName, PortRule, ServiceRef, Spec};
use crate::cidr::Cidr;
use crate::judge::{About, Action, Ask, Party, Ruling, Stage, Truth};
use crate::model::{Container, ContainerPort, Host, Pod, Service};
use crate::naive;

/// Cilium's policies and NetworkPolicies that select the pod, together: whatever one of them refuses is refused, and else
/// what one of them allows is allowed.
pub(crate) fn stage(ask: Ask<'_>) -> Option<Stage<'_>> {
    let network = naive::stage(ask);
    let mut refuses = network.is_some();
    let mut rulings = network.map(|stage| stage.rulings).unwrap_or_default();
    let mut speaks = refuses;
    let policies = ask.world.cilium.policies.iter();
    for (policy, spec) in policies.flat_map(|policy| policy.specs.iter().map(move |spec| (policy, spec))) {
        if !selects(ask, policy, spec) {
            continue;
        }
        refuses |= default_denies(spec, ask.direction);
        for (entry, action) in entries(spec, ask.direction) {
            speaks = true;
            let everybody = is_absent(ask, &entry.peers, action);
            if everybody && entry.ports.items().is_empty() {
                // It says nothing at all, and covers nothing.
                continue;
            }
            let holds = if everybody { Truth::Yes } else { peers_match(ask, policy, &entry.peers) };
            rulings.extend(of_entry(ask, entry, action, holds));
        }
    }
    // "Deny policies take precedence over allow policies, regardless of whether they are" of one kind or another.
    rulings.sort_by_key(|ruling| ruling.action != Action::Deny);
    speaks.then_some(Stage { rulings, refuses })
}

/// "endpointSelector" of a namespaced policy is about its namespace; pods on the host's network are no endpoints.
fn selects(ask: Ask<'_>, policy: &Policy, spec: &Spec) -> bool {
    let selector = identity::subject(&spec.subject, namespace_of(policy));
    identity::matches(&selector, &identity::of_pod(ask.world, ask.pod)) == Truth::Yes
}

fn namespace_of(policy: &Policy) -> Option<&'static str> {
    policy.namespace.map(|namespace| namespace.unwrap_or("default"))
}

/// "If a rule selects an endpoint and the rule has a section for a direction, the endpoint goes into default deny in it"
/// — unless the rule says otherwise (`computePolicyEnforcementAndRules`).
fn default_denies(spec: &Spec, direction: Direction) -> bool {
    let said = spec.default_deny[usize::from(direction == Direction::Egress)];
    said != Some(false) && entries(spec, direction).next().is_some()
}

fn entries(spec: &Spec, direction: Direction) -> impl Iterator<Item = (&Entry, Action)> {
    let first = if direction == Direction::Egress { 2 } else { 0 };
    let [allow, deny] = [&spec.sections[first], &spec.sections[first + 1]];
    let allow = allow.items().iter().map(|entry| (entry, Action::Allow));
    allow.chain(deny.items().iter().map(|entry| (entry, Action::Deny)))
}

/// "If toPorts is empty, the rule covers all ports"; its items are ORed. ICMP has none of them.
fn of_entry<'w>(ask: Ask<'w>, entry: &'w Entry, action: Action, holds: Truth) -> Vec<Ruling<'w>> {
    if !entry.icmps.items().is_empty() {
        return Vec::new();
    }
    if entry.ports.items().is_empty() {
        return vec![Ruling { action, holds, ports: Box::new(|_, _| true) }];
    }
    let items = entry.ports.items().iter().filter(|item| admits(item.http.items(), ask.about));
    let ruling = |item: &'w PortRule| Ruling {
        action,
        holds,
        ports: Box::new(move |protocol, port| {
            item.ports.items().iter().any(|item| port_matches(ask, item, protocol, port))
        }),
    };
    items.map(ruling).collect()
}

/// Requests are let through by any of the rules; without one, all are.
fn admits(rules: &[HttpRule], about: About<'_>) -> bool {
    rules.is_empty()
        || match about {
            About::Connection => true,
            About::Unseen => false,
            About::Request(request) => rules.iter().any(|rule| http::admits(rule, request)),
        }
}

fn port_matches(ask: Ask<'_>, item: &Port, protocol: Protocol, port: u16) -> bool {
    let own = matches!(item.protocol, None | Some("ANY")) || item.protocol == Some(protocol.name());
    own && match item.port {
        PortName::All => true,
        PortName::Number(number) => number == port,
        PortName::Range(first, last) => first <= port && port <= last,
        // On entering, the subject's own port; on leaving, the one number that the whole cluster has for the name.
        PortName::Name(name) if ask.direction == Direction::Ingress => numbers(ask.pod, name, protocol).contains(&port),
        PortName::Name(name) => {
            let pods = ask.world.pods.iter().filter(|pod| naive::takes_part(pod) && !pod.host_network);
            let mut found: Vec<u16> = pods.flat_map(|pod| numbers(pod, name, protocol)).collect();
            found.sort_unstable();
            found.dedup();
            found == [port]
        }
    }
}

fn numbers(pod: &Pod, name: &str, protocol: Protocol) -> Vec<u16> {
    let called = |port: &&ContainerPort| {
        port.container != Container::Init
            && port.name == Some(name)
            && port.protocol.unwrap_or(Protocol::Tcp) == protocol
    };
    pod.ports.iter().filter(called).map(|port| port.number).collect()
}

/// Whether no field says who is meant. An empty list of Services or names is as good as none; so is one of Services of
/// which none is found, and `egressDeny` looks for none (`resolveToServices` puts what it finds into other lists).
fn is_absent(ask: Ask<'_>, peers: &Peers, action: Action) -> bool {
    match peers {
        Peers::Absent | Peers::Null => true,
        Peers::Services(wanted) => action == Action::Deny || services(ask, wanted).next().is_none(),
        Peers::Names(names) => names.is_empty(),
        Peers::Endpoints(_) | Peers::Entities(_) | Peers::Cidrs(_) | Peers::CidrSets(_) => false,
    }
}

/// "A nil list of peers allows all, an empty one allows none"; items are ORed.
fn peers_match(ask: Ask<'_>, policy: &Policy, peers: &Peers) -> Truth {
    fn any<T>(items: &[T], matches: impl Fn(&T) -> Truth) -> Truth {
        items.iter().map(matches).max().unwrap_or(Truth::No)
    }
    match peers {
        Peers::Absent | Peers::Null => Truth::Yes,
        Peers::Endpoints(selectors) => any(selectors, |selector| {
            let selector = identity::peer(selector, namespace_of(policy));
            match ask.other {
                Party::Pod(pod) => identity::matches(&selector, &identity::of_pod(ask.world, pod)),
                Party::Outside(_) | Party::Host(_) => identity::matches(&selector, &identity::outside()),
            }
        }),
        Peers::Entities(entities) => any(entities, |entity| entity_matches(entity, ask.other)),
        Peers::Cidrs(cidrs) => any(cidrs, |(cidr, _)| block_matches(cidr, &[], ask.other)),
        Peers::CidrSets(sets) => any(sets, |set| set_matches(ask, set)),
        Peers::Services(wanted) => match ask.other {
            Party::Pod(pod) => Truth::from(services(ask, wanted).any(|service| is_behind(service, pod))),
            Party::Outside(_) | Party::Host(_) => Truth::No,
        },
        Peers::Names(names) => match ask.other {
            Party::Host(host) => any(names, |name| Truth::from(*name == host.text || covers(name, &sample(host)))),
            Party::Pod(_) | Party::Outside(_) => Truth::No,
        },
    }
}

/// "host: the local host", "remote-node: any node but the local host"; a pod on a node's network is its node.
fn entity_matches(entity: &str, other: Party<'_>) -> Truth {
    let inside = matches!(other, Party::Pod(_));
    let on_node = matches!(other, Party::Pod(pod) if pod.host_network);
    match entity {
        "all" => Truth::Yes,
        "world" => Truth::from(!inside),
        "cluster" => Truth::from(inside),
        "remote-node" => Truth::from(on_node),
        "host" if on_node => Truth::Unknown,
        _ => Truth::No,
    }
}

/// "CIDR rules do not apply to traffic where both sides of the connection are either managed by Cilium or use an IP
/// belonging to a node in the cluster."
fn block_matches(cidr: &Cidr, except: &[&Cidr], other: Party<'_>) -> Truth {
    match other {
        Party::Pod(_) => Truth::No,
        Party::Outside(address) => {
            Truth::from(cidr.contains(address) && !except.iter().any(|hole| hole.contains(address)))
        }
        // It is somewhere outside.
        Party::Host(_) if except.iter().any(|hole| hole.holds(cidr)) => Truth::No,
        Party::Host(_) if cidr.is_everything() && !except.iter().any(|hole| cidr.holds(hole)) => Truth::Yes,
        Party::Host(_) => Truth::Unknown,
    }
}

fn set_matches(ask: Ask<'_>, set: &CidrSet) -> Truth {
    let except: Vec<&Cidr> = set.except.iter().collect();
    let in_groups = |wanted: &dyn Fn(&Group) -> bool| {
        let cidrs = ask.world.cilium.groups.iter().filter(|group| wanted(group)).flat_map(|group| &group.cidrs);
        cidrs.map(|cidr| block_matches(cidr, &except, ask.other)).max().unwrap_or(Truth::No)
    };
    match &set.base {
        Base::Cidr(cidr) => block_matches(cidr, &except, ask.other),
        Base::Group(name) => in_groups(&|group| group.name == *name),
        Base::Groups(labels) => in_groups(&|group| identity::includes(&group.labels, labels)),
    }
}

/// The Services that are meant and lead to pods (`serviceSelectorMatches`, `serviceRefMatches`).
fn services<'a>(ask: Ask<'a>, wanted: &'a [ServiceRef]) -> impl Iterator<Item = &'a Service> {
    let meant = move |service: &&Service| {
        wanted.iter().any(|wanted| {
            let (meant, own) = match wanted {
                ServiceRef::Named(name, own) => (service.name == *name, own),
                ServiceRef::Labelled(labels, own) => (identity::includes(&service.labels, labels), own),
            };
            meant && own.is_none_or(|own| own == service.namespace.unwrap_or("default"))
        })
    };
    ask.world.services.iter().filter(meant).filter(|service| !service.selector.is_empty())
}

/// `processRule` in `pkg/policy/k8s/service.go`: a Service with a selector means the pods that it selects.
fn is_behind(service: &Service, pod: &Pod) -> bool {
    !pod.host_network
        && service.namespace.unwrap_or("default") == pod.namespace.unwrap_or("default")
        && identity::includes(&pod.labels, &service.selector)
}

/// `pkg/fqdn/matchpattern`: "*" alone is any name; else a star stands for characters other than dots.
fn covers(pattern: &str, name: &str) -> bool {
    fn rest(pattern: &str, name: &str) -> bool {
        let Some(first) = pattern.chars().next() else { return name.is_empty() };
        if first != '*' {
            return name.starts_with(first) && rest(&pattern[1..], &name[1..]);
        }
        let run = name.find('.').unwrap_or(name.len());
        (0..=run).any(|taken| rest(&pattern[1..], &name[taken..]))
    }
    pattern == "*" || rest(pattern, name)
}

/// One name that stands for all that fit.
fn sample(host: Host) -> String {
    if host.text == "*" { "any.example".to_owned() } else { host.text.replace('*', "any") }
}

//! Ports of rules that no container of the destination declares: a Service's port in place of the pods', or a name that
//! nobody has.

use std::collections::BTreeSet;

use super::facts::{Facts, WrittenRule, members};
use super::findings::Findings;
use super::mend;
use super::words::few;
use crate::bits::BitSet;
use crate::cluster::Endpoint;
use crate::manifest::suggest::nearest;
use crate::manifest::{Direction, NetworkPolicy, PolicyPort, PortMatch};
use crate::policy::{Policy, Rule};
use crate::ports::PortRange;
use crate::source::{Edit, Place, Source};

/// How many kinds of destinations of one rule are looked at.
const MAX_LOOKED_AT: usize = 500;

/// Ports that no pod declares at which the rule's connections arrive, where all of these declare ports.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    if !facts.pods_known {
        return;
    }
    for WrittenRule { policy, compiled, direction, rule, meant } in
        facts.rules().filter(|own| !own.rule.ports.is_empty())
    {
        let Some(pods) = destinations(facts, compiled, direction, meant) else { continue };
        for port in rule.ports.iter().filter(|port| !pods.iter().any(|pod| declares(pod, port))) {
            tell(facts, policy, direction, port, &pods, findings);
        }
    }
}

/// The kinds of pods at which the rule's connections arrive; `None` where some declare no ports, or are outside.
fn destinations<'a>(
    facts: &Facts<'a>,
    policy: &Policy,
    direction: Direction,
    rule: &Rule,
) -> Option<Vec<&'a Endpoint>> {
    let classes: BitSet = match direction {
        Direction::Ingress => policy.subjects.clone(),
        Direction::Egress => members(rule)?,
    };
    // Pods of a class may differ in ports without names.
    let pods = facts.pods(&classes);
    let inside = classes.iter().all(|class| facts.representative(class).is_some_and(|own| !own.is_external()));
    let pods: Vec<&Endpoint> = pods.iter().filter_map(|at| facts.endpoint(*at)).collect();
    let telling = !pods.is_empty() && pods.len() <= MAX_LOOKED_AT && pods.iter().all(|pod| !pod.ports.is_empty());
    (inside && telling).then_some(pods)
}

fn declares(pod: &Endpoint, port: &PolicyPort) -> bool {
    let own = || pod.ports.iter().filter(|own| own.protocol == port.protocol);
    match &port.port {
        PortMatch::Any => own().next().is_some(),
        PortMatch::Range(range) => own().any(|own| range.first <= own.number && own.number <= range.last),
        PortMatch::Named(name) => own().any(|own| own.name.as_deref() == Some(name)),
    }
}

fn tell(
    facts: &Facts<'_>,
    written: &NetworkPolicy,
    direction: Direction,
    port: &PolicyPort,
    pods: &[&Endpoint],
    findings: &mut Findings,
) {
    let name = &written.meta.name.value;
    let declared: BTreeSet<String> = pods
        .iter()
        .flat_map(|pod| &pod.ports)
        .map(|own| {
            let named = own.name.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
            format!("{}/{}{named}", own.protocol, own.number)
        })
        .collect();
    let whose = few(pods.iter().map(|pod| format!("`{}/{}`", facts.namespace_of(pod), pod.name)));
    let said = words(port);
    let service = service_port(facts, port, pods);
    let hint = match &service {
        Some((id, target)) => {
            format!(" {} is the port of the Service `{id}`, which leads to port {target} of its pods.", number(port))
        }
        None => String::new(),
    };
    let message = format!(
        "`{name}` opens {said} of {whose}, and no container there declares it: {} declared.{hint}",
        are(&declared),
    );
    let _ = direction;
    let place = Place { span: port.span, ..written.meta.place };
    findings.warn(place, message, |finding| {
        let fix = facts.source(place).and_then(|source| match (&port.port, &service) {
            (PortMatch::Range(_), Some((_, target))) => {
                let known = pods
                    .iter()
                    .flat_map(|pod| &pod.ports)
                    .any(|own| own.protocol == port.protocol && own.number == *target);
                let edit = port_number(source, port, *target).filter(|_| known)?;
                mend::tried(source, vec![edit])
            }
            (PortMatch::Named(name), _) => {
                let own = pods.iter().flat_map(|pod| &pod.ports).filter(|own| own.protocol == port.protocol);
                let names: Vec<&str> = own.filter_map(|own| own.name.as_deref()).collect();
                mend::tried(source, vec![value(source, port, name, nearest(name, &names)?)?])
            }
            _ => None,
        });
        let help = "A rule's port is the pod's own, where the connection arrives, not the Service's.";
        finding.with_help(help).with_fix(fix.unwrap_or_default())
    });
}

fn are(declared: &BTreeSet<String>) -> String {
    let verb = if declared.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", few(declared))
}

fn words(port: &PolicyPort) -> String {
    match &port.port {
        PortMatch::Any => port.protocol.to_string(),
        PortMatch::Range(range) => format!("{}/{range}", port.protocol),
        PortMatch::Named(name) => format!("the {} port `{name}`", port.protocol),
    }
}

fn number(port: &PolicyPort) -> String {
    match &port.port {
        PortMatch::Range(range) => range.to_string(),
        PortMatch::Any | PortMatch::Named(_) => words(port),
    }
}

/// The Service of all of `pods` that has this port, and where it leads.
fn service_port(facts: &Facts<'_>, port: &PolicyPort, pods: &[&Endpoint]) -> Option<(String, u16)> {
    let PortMatch::Range(PortRange { first, last }) = port.port else { return None };
    if first != last {
        return None;
    }
    facts.analysis.cluster.services.iter().find_map(|service| {
        let same = |own: &crate::manifest::ServicePort| own.port == first && own.protocol == port.protocol;
        let at = service.written.ports.iter().position(same)?;
        let mut targets = service.backends.iter().filter_map(|backend| {
            let own = facts.endpoint(backend.endpoint)?;
            let target = (*backend.targets.get(at)?)?;
            pods.iter().any(|pod| std::ptr::eq(*pod, own)).then_some(target)
        });
        let target = targets.next()?;
        (target != first && targets.all(|other| other == target)).then(|| (service.short_id(), target))
    })
}

/// The edit that makes `port`, a number, another one.
pub(super) fn port_number(source: &Source, port: &PolicyPort, target: u16) -> Option<Edit> {
    let PortMatch::Range(PortRange { first, last }) = port.port else { return None };
    if first != last {
        return None;
    }
    value(source, port, &first.to_string(), &target.to_string())
}

/// The edit of the value of `port:` in an item of `ports`.
fn value(source: &Source, port: &PolicyPort, now: &str, then: &str) -> Option<Edit> {
    let text = source.slice(port.span);
    let key = text.find("port:").filter(|at| {
        let before = text.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with([' ', '{', ',', '\n'])
    })?;
    let after = key + "port:".len();
    let rest = text.get(after..)?;
    let at = after + (rest.len() - rest.trim_start_matches([' ', '"', '\'']).len());
    let end = at + now.len();
    let alone =
        text.get(at..end)? == now && !text.get(end..)?.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
    alone.then(|| Edit::replace(port.span.start + at, port.span.start + end, then))
}

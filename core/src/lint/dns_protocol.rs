//! DNS over one protocol where it takes two: lookups are made over UDP, and repeated over TCP where answers are long.

use super::facts::Facts;
use super::findings::Findings;
use super::mend;
use crate::cluster::dns::PORT;
use crate::manifest::{Direction, NetworkPolicy, PolicyPort, PolicyRule, PortMatch};
use crate::policy::{Policy, Rule};
use crate::ports::Protocol;
use crate::rewrite::block::dash_before;
use crate::source::{Edit, Place, Source};

/// Egress rules that open port 53 over one protocol, where no rule opens it over the other for the same pods.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    let both: Vec<(&Policy, Vec<Protocol>)> = facts
        .written()
        .map(|(_, compiled)| {
            let rules = compiled.rules(Direction::Egress).unwrap_or_default();
            let open = |protocol: &Protocol| rules.iter().any(|rule| facts.fixed_ports(rule).contains(*protocol, PORT));
            (compiled, [Protocol::Udp, Protocol::Tcp].into_iter().filter(open).collect())
        })
        .collect();
    for (written, compiled) in facts.written() {
        let rules = compiled.rules(Direction::Egress).unwrap_or_default();
        for (rule, meant) in written.egress.iter().zip(rules) {
            let Some((item, missing)) = one_sided(facts, rule, meant) else { continue };
            let elsewhere = both.iter().any(|(other, open)| {
                open.contains(&missing)
                    && compiled.namespace == other.namespace
                    && compiled.subjects.is_within(&other.subjects)
            });
            if !elsewhere {
                tell(facts, written, item, missing, findings);
            }
        }
    }
}

/// The item that names port 53, and the protocol over which the rule does not open it.
fn one_sided<'r>(facts: &Facts<'_>, rule: &'r PolicyRule, meant: &Rule) -> Option<(&'r PolicyPort, Protocol)> {
    let names = |port: &&PolicyPort| {
        let exactly = matches!(port.port, PortMatch::Range(range) if range.first == PORT && range.last == PORT);
        exactly && port.protocol != Protocol::Sctp
    };
    let item = rule.ports.iter().find(names)?;
    let missing = if item.protocol == Protocol::Tcp { Protocol::Udp } else { Protocol::Tcp };
    (!facts.fixed_ports(meant).contains(missing, PORT)).then_some((item, missing))
}

fn tell(facts: &Facts<'_>, written: &NetworkPolicy, item: &PolicyPort, missing: Protocol, findings: &mut Findings) {
    let name = &written.meta.name.value;
    let place = Place { span: item.span, ..written.meta.place };
    let complete = |finding: crate::diagnostic::Diagnostic| {
        let fix = facts.source(place).and_then(|source| mend::tried(source, vec![beside(source, item, missing)?]));
        finding.with_help(format!("Open port 53 over {missing} too.")).with_fix(fix.unwrap_or_default())
    };
    if missing == Protocol::Udp {
        let said = facts.source(place).is_some_and(|source| source.slice(item.span).contains("TCP"));
        let default = if said { "" } else { ", the protocol where none is written" };
        let message = format!(
            "`{name}` opens port 53 over TCP only{default}, and lookups are made over UDP: names will not resolve."
        );
        findings.warn(place, message, complete);
    } else {
        let message = format!(
            "`{name}` opens port 53 over UDP only: answers too long for UDP are asked for over TCP, and are lost."
        );
        findings.note(place, message, complete);
    }
}

/// The edit that adds port 53 of `protocol` behind `item`.
fn beside(source: &Source, item: &PolicyPort, protocol: Protocol) -> Option<Edit> {
    let Some(dash) = dash_before(source, item.span.start) else {
        let end = item.span.end;
        return Some(Edit::replace(end, end, format!(", {{protocol: {protocol}, port: {PORT}}}")));
    };
    let line = source.line(item.span.end.saturating_sub(1).max(item.span.start));
    let pad = " ".repeat(dash - source.line_start(source.line(dash)));
    let text = format!("{pad}- protocol: {protocol}\n{pad}  port: {PORT}\n");
    let end = source.line_start(line + 1);
    let ended = source.text().get(..end)?.ends_with(['\n', '\r']);
    Some(Edit::replace(end, end, if ended { text } else { format!("\n{}", text.trim_end()) }))
}

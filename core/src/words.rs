//! A policy as sentences.

mod compiled;

pub use compiled::{compiled, rule};

use crate::manifest::{Direction, NetworkPolicy, Peer, PolicyPort, PolicyRule, PortMatch};
use crate::phrase::{Phrase, Sentence};
use crate::ports::PortRange;

/// What `policy` means, in words: whom it selects, what those may accept and whom they may reach.
pub fn policy(policy: &NetworkPolicy) -> Vec<Phrase> {
    let mut out = Sentence::default();
    let subject = &policy.pod_selector;
    if subject.is_empty() {
        out.plain("Every pod in ");
    } else {
        out.plain("Pods ");
        out.code(subject);
        out.plain(" in ");
    }
    out.strong(&policy.meta.namespace);
    let every = subject.is_empty();
    match (policy.isolates_ingress, policy.isolates_egress) {
        (true, true) if policy.ingress.is_empty() && policy.egress.is_empty() => {
            out.plain(if every {
                " accepts no connection and may open none."
            } else {
                " accept no connection and may open none."
            });
        }
        (ingress, egress) => {
            if ingress {
                accepts(policy, every, &mut out);
            }
            if egress {
                out.plain(if ingress { " They" } else { "" });
                reaches(policy, &mut out);
            }
            if !ingress && !egress {
                out.plain(" are not isolated by this policy.");
            }
        }
    }
    out.phrases
}

/// What one peer matches, in words; `own` is the policy's namespace.
pub fn peer(peer: &Peer, own: &str) -> Vec<Phrase> {
    let mut out = Sentence::default();
    describe_peer(peer, own, &mut out);
    out.phrases
}

fn accepts(policy: &NetworkPolicy, every: bool, out: &mut Sentence) {
    out.plain(if every { " accepts " } else { " accept " });
    list(policy, Direction::Ingress, out);
}

fn reaches(policy: &NetworkPolicy, out: &mut Sentence) {
    out.plain(" may open ");
    list(policy, Direction::Egress, out);
}

fn list(policy: &NetworkPolicy, direction: Direction, out: &mut Sentence) {
    let rules = policy.rules(direction);
    let (preposition, nobody) = match direction {
        Direction::Ingress => ("from ", " From nobody else."),
        Direction::Egress => ("to ", " To nobody else."),
    };
    if rules.is_empty() {
        out.plain("no connection.");
        return;
    }
    if rules.iter().any(|rule| rule.peers.is_none() && rule.ports.is_empty()) {
        out.plain("every connection.");
        return;
    }
    out.plain("connections ");
    for (at, rule) in rules.iter().enumerate() {
        if at > 0 {
            out.plain("; also ");
        }
        describe_rule(rule, preposition, &policy.meta.namespace, out);
    }
    out.plain(".");
    if rules.iter().all(|rule| rule.peers.is_some()) {
        out.plain(nobody);
    } else {
        out.plain(" Nothing else.");
    }
}

fn describe_rule(rule: &PolicyRule, preposition: &str, own: &str, out: &mut Sentence) {
    match &rule.peers {
        None => drop(out.plain(if preposition == "from " { "from anyone" } else { "to anyone" })),
        Some(peers) => {
            if peers.items.len() > 1 && !rule.ports.is_empty() {
                ports(rule, "on ", out);
                out.plain(" ");
            }
            for (at, peer) in peers.items.iter().enumerate() {
                if at > 0 {
                    out.plain(", ");
                    out.strong("or");
                    out.plain(" ");
                }
                out.plain(preposition);
                describe_peer(peer, own, out);
            }
        }
    }
    if rule.peers.as_ref().is_none_or(|peers| peers.items.len() == 1) {
        ports(rule, " on ", out);
    }
}

fn ports(rule: &PolicyRule, lead: &str, out: &mut Sentence) {
    if !rule.ports.is_empty() {
        out.plain(lead);
        listed(rule.ports.iter().map(|port| Phrase::Code(port_words(port))), out);
    }
}

/// Adds `items` as `a`, `a and b`, `a, b and c`.
fn listed(items: impl ExactSizeIterator<Item = Phrase>, out: &mut Sentence) {
    let last = items.len().saturating_sub(1);
    for (at, item) in items.enumerate() {
        match at {
            0 => {}
            _ if at == last => drop(out.plain(" and ")),
            _ => drop(out.plain(", ")),
        }
        out.phrases.push(item);
    }
}

fn describe_peer(peer: &Peer, own: &str, out: &mut Sentence) {
    if let Some(block) = &peer.ip_block {
        out.plain("addresses in ");
        out.code(block.cidr);
        for (at, hole) in block.except.iter().enumerate() {
            out.plain(if at == 0 { " except " } else { ", " });
            out.code(hole);
        }
        return;
    }
    let pods = peer.pod_selector.as_ref().map(|selector| &selector.selector);
    let Some(namespaces) = peer.namespace_selector.as_ref().map(|selector| &selector.selector) else {
        match pods.filter(|pods| !pods.is_empty()) {
            Some(pods) => out.plain("pods ").code(pods).plain(" in "),
            None => out.plain("any pod in "),
        };
        out.strong(own);
        return;
    };
    match (pods, namespaces.is_empty()) {
        (Some(pods), false) if !pods.is_empty() => {
            out.plain("pods ").code(pods).plain(" ").strong("and");
            out.plain(", at the same time, in a namespace with ").code(namespaces)
        }
        (Some(pods), true) if !pods.is_empty() => out.plain("pods ").code(pods).plain(" of any namespace"),
        (_, false) => out.plain("any pod in a namespace with ").code(namespaces),
        (_, true) => out.plain("any pod of any namespace"),
    };
}

fn port_words(port: &PolicyPort) -> String {
    match &port.port {
        PortMatch::Any => port.protocol.to_string(),
        PortMatch::Range(PortRange { first, last }) if first == last => format!("{}/{first}", port.protocol),
        PortMatch::Range(range) => format!("{}/{range}", port.protocol),
        PortMatch::Named(name) => format!("{}/{name}", port.protocol),
    }
}

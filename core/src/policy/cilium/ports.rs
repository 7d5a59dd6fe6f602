//! The ports of an entry, and the requests that pass on them.

use std::sync::Arc;

use super::Compiler;
use crate::http::HttpRule;
use crate::manifest::cilium::{CiliumPort, Entry};
use crate::manifest::{Direction, PortMatch};
use crate::policy::{RulePort, RulePortMatch};
use crate::ports::Protocol;
use crate::source::Span;

/// Ports, and the requests that pass there; no ports are all, and no requests too.
type Ports = (Vec<RulePort>, Vec<Arc<HttpRule>>);

impl Compiler<'_, '_> {
    /// What an entry is about: a rule for each.
    pub(super) fn ports(&self, entry: &Entry, direction: Direction) -> Vec<Ports> {
        if !entry.ports.is_empty() {
            let rule = |rule: &crate::manifest::cilium::PortRule| {
                let mut ports: Vec<RulePort> = rule.ports.iter().flat_map(|port| self.port(port, direction)).collect();
                if ports.is_empty() {
                    ports.push(self.nothing("no port", rule.span));
                }
                // Beside a rule that admits every request the others change nothing.
                let any = rule.http.iter().any(HttpRule::is_any);
                let http = rule.http.iter().filter(|_| !any).cloned().map(Arc::new).collect();
                (ports, http)
            };
            return entry.ports.iter().map(rule).collect();
        }
        let mut messages: Vec<RulePort> = Vec::new();
        for icmp in &entry.icmps {
            messages.extend(icmp.fields.iter().map(|field| self.nothing(&field.words(), field.span)));
            if icmp.fields.is_empty() {
                messages.push(self.nothing("no message", icmp.span));
            }
        }
        vec![(messages, Vec::new())]
    }

    fn nothing(&self, words: &str, span: Span) -> RulePort {
        RulePort { protocol: None, matches: RulePortMatch::Foreign(words.to_owned()), place: self.place(span) }
    }

    fn port(&self, port: &CiliumPort, direction: Direction) -> Vec<RulePort> {
        let place = self.place(port.span);
        if port.protocols.is_empty() {
            return vec![self.nothing("a protocol without ports", port.span)];
        }
        let protocols: Vec<Option<Protocol>> = if port.protocols == Protocol::ALL {
            vec![None]
        } else {
            port.protocols.iter().copied().map(Some).collect()
        };
        let each = |matches: RulePortMatch| {
            protocols.iter().map(move |protocol| RulePort { protocol: *protocol, matches: matches.clone(), place })
        };
        match &port.port {
            PortMatch::Any => each(RulePortMatch::Any).collect(),
            PortMatch::Range(range) => each(RulePortMatch::Range(*range)).collect(),
            PortMatch::Named(name) if direction == Direction::Ingress => {
                each(RulePortMatch::Named(name.clone())).collect()
            }
            PortMatch::Named(name) => self.agreed(name, &port.protocols, port.span),
        }
    }

    /// A port's name in an egress rule: one number for the whole cluster, protocol by protocol (`pkg/policy/l4.go`).
    fn agreed(&self, name: &str, protocols: &[Protocol], span: Span) -> Vec<RulePort> {
        let place = self.place(span);
        let found = protocols.iter().map(|protocol| RulePort {
            protocol: Some(*protocol),
            matches: self.index.agreed_port(name, *protocol),
            place,
        });
        let known = |port: &RulePort| matches!(port.matches, RulePortMatch::Range(_));
        let known: Vec<RulePort> = found.filter(known).collect();
        if !known.is_empty() {
            return known;
        }
        let protocol = if let [only] = protocols { Some(*only) } else { None };
        vec![RulePort { protocol, matches: RulePortMatch::Unresolved(name.to_owned()), place }]
    }
}

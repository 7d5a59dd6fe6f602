//! The protocol and the destination's ports of a rule, and the requests that it admits.

use std::sync::Arc;

use super::Compiler;
use crate::http::{HttpRule, TextMatch};
use crate::manifest::calico::{HttpMatch, HttpPath, Port, PortKind, Rule};
use crate::policy::{RulePort, RulePortMatch};
use crate::ports::Protocol;

impl Compiler<'_, '_> {
    /// The ports that `rule` is about; none means all of every protocol.
    pub(super) fn ports(&self, rule: &Rule) -> Vec<RulePort> {
        let ports = &rule.destination.ports;
        let any = |protocol: Protocol, span| {
            let all = RulePort { protocol: Some(protocol), matches: RulePortMatch::Any, place: self.place(span) };
            if ports.is_empty() { vec![all] } else { ports.iter().map(|port| self.port(port, protocol)).collect() }
        };
        match &rule.protocol {
            Some(protocol) => match protocol.value.ported() {
                Some(ported) => any(ported, protocol.span),
                None => {
                    let matches = RulePortMatch::Foreign(protocol.value.to_string());
                    vec![RulePort { protocol: None, matches, place: self.place(protocol.span) }]
                }
            },
            // Names without a protocol are TCP ports' (felix `calc/rule_scanner.go`), and requests come over TCP.
            None if !ports.is_empty() => any(Protocol::Tcp, rule.span),
            None => rule.http.as_ref().map(|http| any(Protocol::Tcp, http.span)).unwrap_or_default(),
        }
    }

    /// The ports that `rule` is not about.
    pub(super) fn not_ports(&self, rule: &Rule) -> Vec<RulePort> {
        let protocol = rule.protocol.as_ref().and_then(|protocol| protocol.value.ported()).unwrap_or(Protocol::Tcp);
        let mut out: Vec<RulePort> = rule.destination.not_ports.iter().map(|port| self.port(port, protocol)).collect();
        let unwanted = rule.not_protocol.as_ref().and_then(|own| Some((own.value.ported()?, own.span)));
        out.extend(unwanted.map(|(protocol, span)| RulePort {
            protocol: Some(protocol),
            matches: RulePortMatch::Any,
            place: self.place(span),
        }));
        out
    }

    fn port(&self, port: &Port, protocol: Protocol) -> RulePort {
        let matches = match &port.kind {
            PortKind::Range(range) => RulePortMatch::Range(*range),
            PortKind::Named(name) => RulePortMatch::Named(name.clone()),
        };
        RulePort { protocol: Some(protocol), matches, place: self.place(port.span) }
    }
}

/// The requests that `http` admits; none means every one.
pub(super) fn requests(http: &HttpMatch) -> Vec<Arc<HttpRule>> {
    let any = http.methods.iter().any(|method| method.value == "*");
    let methods = http.methods.iter().filter(|_| !any).map(|method| TextMatch::Exact(method.value.clone()));
    let paths = http.paths.iter().map(|path| match &path.value {
        HttpPath::Exact(text) => TextMatch::Exact(text.clone()),
        HttpPath::Prefix(text) => TextMatch::Prefix(text.clone()),
    });
    let rule = HttpRule { methods: methods.collect(), paths: paths.collect(), ..HttpRule::any(http.span) };
    if rule.is_any() { Vec::new() } else { vec![Arc::new(rule)] }
}

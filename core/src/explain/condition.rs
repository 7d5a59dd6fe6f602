//! What became of one condition: a peer, a port, or what a rule asks of the selected endpoint itself.

use super::rule::Tracer;
use super::{ConditionTrace, Outcome};
use crate::Analysis;
use crate::cluster::{ClusterNamespace, Endpoint, EndpointKind};
use crate::labels::{LabelSelector, Labels, Requirement};
use crate::manifest::IpBlock;
use crate::phrase::Sentence;
use crate::policy::{About, NamespaceScope, Peer, PeerCondition, RulePort, RulePortMatch, Term};
use crate::source::Place;

/// `wants app=api, attacker has app=attacker`.
pub(crate) fn wants(failed: &Requirement, name: &str, labels: &Labels) -> Sentence {
    let mut out = Sentence::of("wants ");
    out.code(failed).plain(format!(", {name} "));
    match labels.get(&failed.key) {
        Some(value) => out.plain("has ").code(format!("{}={value}", failed.key)),
        None => out.plain("lacks label ").code(&failed.key),
    };
    out
}

/// `wants app == "api", attacker has app=attacker`.
fn lacks(term: &Term, name: &str, endpoint: &Endpoint, namespace: Option<&ClusterNamespace>) -> Sentence {
    let mut out = Sentence::of("wants ");
    out.phrases.extend(term.wants.phrases.iter().cloned());
    out.plain(", ");
    match (&term.about, namespace) {
        (About::Other(words), _) => drop(out.plain(format!("{name} {words}"))),
        (About::Node, _) => drop(out.plain(format!("{name} is no node"))),
        (About::Outside, Some(_)) => drop(out.plain(format!("{name} is in the cluster"))),
        (About::Address | About::Outside, None) => drop(out.plain(format!("{name} is another"))),
        (_, None) => drop(out.plain(format!("{name} is outside the cluster"))),
        (About::Address, Some(_)) => match endpoint.addresses.as_slice() {
            [] => drop(out.plain(format!("{name} is a pod"))),
            [first, ..] => drop(out.plain(format!("{name} has ")).code(first)),
        },
        _ if endpoint.host_network => drop(out.plain(format!("{name} uses its node's network"))),
        (About::Labels(keys), _) => has(&mut out, name, keys, &endpoint.labels),
        (About::NamespaceLabels(keys), Some(own)) => {
            has(&mut out, &format!("namespace {}", own.name), keys, &own.labels);
        }
        (About::Namespace, Some(own)) => drop(out.plain(format!("{name} is in ")).strong(&own.name)),
        (About::Account, _) => drop(out.plain(format!("{name} runs as ")).code(&endpoint.service_account)),
    }
    out
}

/// The first of `terms` that `endpoint` does not meet, and where it is written.
pub(super) fn unmet(analysis: &Analysis, terms: &[Term], endpoint: &Endpoint, name: &str) -> Option<(Sentence, Place)> {
    let cluster = &analysis.cluster;
    let class = cluster.classes.of(cluster.endpoints.iter().position(|other| other.id == endpoint.id)?);
    let failed = terms.iter().find(|term| !term.members.contains(class) && !term.unknown.contains(class))?;
    Some((lacks(failed, name, endpoint, cluster.namespace_of(endpoint)), failed.place))
}

/// What `name` has of the labels `keys`: `web has app=web and lacks label tier`.
fn has(out: &mut Sentence, name: &str, keys: &[String], labels: &Labels) {
    out.plain(name);
    for (at, key) in keys.iter().enumerate() {
        out.plain(if at == 0 { " " } else { " and " });
        match labels.get(key) {
            Some(value) => out.plain("has ").code(format!("{key}={value}")),
            None => out.plain("lacks label ").code(key),
        };
    }
    if keys.is_empty() {
        out.plain(" does not meet it");
    }
}

impl Tracer<'_> {
    pub(super) fn port(&self, port: &RulePort, destination: &Endpoint, at: usize) -> ConditionTrace {
        let on = port.on(destination);
        let name = || self.analysis.cluster.name_of(at);
        let matches = !on.intersection(self.wanted).is_empty();
        let reason = match (&port.matches, self.scope) {
            (RulePortMatch::Unresolved(word), _) => {
                let mut reason = Sentence::of("the cluster's pods do not agree on a port ");
                reason.code(word);
                reason
            }
            (RulePortMatch::Named(word), _) if on.is_empty() => {
                let protocol = port.protocol.map(|protocol| format!("{protocol} ")).unwrap_or_default();
                let mut reason = Sentence::of(format!("{} has no {protocol}port called ", name()));
                reason.code(word);
                reason
            }
            (_, scope) if !matches => {
                let mut reason = Sentence::of("wants ");
                reason.code(port.words()).plain(", not ").code(scope);
                reason
            }
            _ => Sentence::of(port.words()),
        };
        let outcome = if matches { Outcome::Matches } else { Outcome::Fails };
        ConditionTrace { outcome, reason, place: port.place, cites: port.place }
    }

    /// What became of `peer` for the endpoint `at`; `verb` is what a match does with it.
    pub(super) fn peer(&self, peer: &Peer, at: usize, verb: &str) -> ConditionTrace {
        let class = self.analysis.cluster.classes.of(at);
        let name = self.analysis.cluster.name_of(at);
        let (outcome, (reason, cites)) = if peer.members.contains(class) {
            (Outcome::Matches, (self.matched(peer, verb), peer.place))
        } else if peer.unknown.contains(class) {
            (Outcome::Unknown, (self.unknown(peer, at, &name), peer.place))
        } else {
            let failure = self.analysis.cluster.endpoints.get(at).and_then(|e| self.mismatch(peer, e, &name));
            (Outcome::Fails, failure.unwrap_or_else(|| (Sentence::of(format!("does not match {name}")), peer.place)))
        };
        ConditionTrace { outcome, reason, place: peer.place, cites }
    }

    /// What is missing of the endpoint `at` to decide.
    fn unknown(&self, peer: &Peer, at: usize, name: &str) -> Sentence {
        let endpoint = self.analysis.cluster.endpoints.get(at);
        let by_node = matches!(&peer.condition, PeerCondition::Terms { terms, .. } if terms.iter().any(is_about_nodes));
        match endpoint {
            Some(endpoint) if endpoint.host_network && (by_node || !endpoint.addresses.is_empty()) => {
                Sentence::of(format!("it is not known which node {name} is on"))
            }
            _ => Sentence::of(format!("the address of {name} is unknown")),
        }
    }

    fn matched(&self, peer: &Peer, verb: &str) -> Sentence {
        let mut out = Sentence::of(verb);
        out.plain(" ");
        let everybody = |selector: &LabelSelector| selector.is_empty();
        match &peer.condition {
            PeerCondition::Block(block) => drop(out.code(block.cidr)),
            PeerCondition::Terms { says, .. } => out.phrases.extend(says.phrases.iter().cloned()),
            PeerCondition::Selects { namespaces, pods } => {
                match pods.as_ref().filter(|pods| !everybody(pods)) {
                    Some(pods) => out.code(pods),
                    None => out.plain("every pod"),
                };
                match namespaces {
                    NamespaceScope::Own(own) => {
                        let name = self.analysis.cluster.namespaces.get(*own).map_or("", |own| &own.name);
                        out.plain(" of ").strong(name);
                    }
                    NamespaceScope::Matching(selector) if everybody(selector) => {
                        out.plain(" of any namespace");
                    }
                    NamespaceScope::Matching(selector) => {
                        out.plain(" of namespaces with ").code(selector);
                    }
                }
            }
        }
        out
    }

    /// The first condition of `peer` that `endpoint` does not meet, and where it is written.
    fn mismatch(&self, peer: &Peer, endpoint: &Endpoint, name: &str) -> Option<(Sentence, Place)> {
        let at = |span| Place { span, ..peer.place };
        let (namespaces, pods) = match &peer.condition {
            PeerCondition::Block(block) => return Some((self.outside_block(block, endpoint, name), at(block.span))),
            PeerCondition::Terms { terms, .. } => return unmet(self.analysis, terms, endpoint, name),
            PeerCondition::Selects { namespaces, pods } => (namespaces, pods),
        };
        let Some(namespace) = self.analysis.cluster.namespace_of(endpoint) else {
            let words = format!("{name} is outside the cluster, and selectors match pods only");
            return Some((Sentence::of(words), peer.place));
        };
        if endpoint.host_network {
            let words = format!("{name} uses its node's network, and selectors do not match it");
            return Some((Sentence::of(words), peer.place));
        }
        match namespaces {
            NamespaceScope::Own(own) if endpoint.namespace != Some(*own) => {
                let own = self.analysis.cluster.namespaces.get(*own).map_or("its own", |own| own.name.as_str());
                let mut reason = Sentence::of("wants pods of namespace ");
                reason.strong(own).plain(format!(", {name} is in ")).strong(&namespace.name);
                return Some((reason, peer.place));
            }
            NamespaceScope::Matching(selector) => {
                if let Some(failed) = selector.first_failure(&namespace.labels) {
                    let about = format!("namespace {}", namespace.name);
                    return Some((wants(failed, &about, &namespace.labels), at(failed.span)));
                }
            }
            NamespaceScope::Own(_) => {}
        }
        let failed = pods.as_ref()?.first_failure(&endpoint.labels)?;
        Some((wants(failed, name, &endpoint.labels), at(failed.span)))
    }

    fn outside_block(&self, block: &IpBlock, endpoint: &Endpoint, name: &str) -> Sentence {
        if !endpoint.is_external() && !self.analysis.cni.blocks_match_pods() {
            return Sentence::of(format!(
                "{} matches address blocks outside the cluster only",
                self.analysis.cni.title()
            ));
        }
        let sample = match &endpoint.kind {
            EndpointKind::External(class) => vec![class.sample],
            EndpointKind::Workload(_) | EndpointKind::Domain(_) => endpoint.addresses.clone(),
        };
        let excepted = sample.iter().find(|address| block.cidr.contains(*address));
        let hole = excepted.and_then(|address| block.except.iter().find(|hole| hole.contains(address)));
        let mut out = Sentence::of(format!("{name} "));
        match hole {
            Some(hole) => out.plain("is in ").code(hole).plain(", which is excepted"),
            None => out.plain("is not in ").code(block.cidr),
        };
        out
    }
}

fn is_about_nodes(term: &Term) -> bool {
    term.about == About::Node
}

/// The best that became of any: a match before an unknown before a failure.
pub(super) fn best(conditions: &[ConditionTrace]) -> Outcome {
    let any = |outcome| conditions.iter().any(|condition| condition.outcome == outcome);
    if any(Outcome::Matches) {
        Outcome::Matches
    } else if any(Outcome::Unknown) {
        Outcome::Unknown
    } else {
        Outcome::Fails
    }
}

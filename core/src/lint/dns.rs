//! Pods that may not ask the cluster's DNS: connections are allowed, but names will not resolve.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ipnet::IpNet;

use super::facts::{Facts, opens};
use super::findings::Findings;
use super::mend;
use super::words::by_count;
use crate::Analysis;
use crate::bits::BitSet;
use crate::cluster::dns::{self, LABEL, PORT};
use crate::cluster::{Cluster, Endpoint};
use crate::explain;
use crate::manifest::{Direction, IpBlock};
use crate::policy::{Peer, PeerCondition, Peers, Policy, Rule, RulePortMatch};
use crate::ports::Protocol;
use crate::source::Place;

/// What is said of a connection that is allowed and that nobody will find by name.
pub const REMARK: &str = "names will not resolve";

/// The endpoints that a policy isolates for egress and that may not ask the cluster's DNS over UDP. Where the text
/// describes no DNS server, the usual one is imagined.
pub fn unresolved(analysis: &Analysis) -> BitSet {
    Lookups::of(analysis).all(analysis)
}

/// What to say of the connection besides what its verdict says: that it is allowed, but `from` cannot look up the name of
/// `to`. Who asks for many connections asks for [`unresolved`] once, and then for [`remark_among`].
pub fn remark(analysis: &Analysis, from: usize, to: usize) -> Option<&'static str> {
    // The usual case is known without a look at the DNS servers.
    let mute = analysis.connectivity.is_isolated(from, Direction::Egress) && is_remarkable(analysis, from, to);
    (mute && Lookups::of(analysis).fail(from)).then_some(REMARK)
}

/// The same where `unresolved` is known.
pub fn remark_among(analysis: &Analysis, unresolved: &BitSet, from: usize, to: usize) -> Option<&'static str> {
    (unresolved.contains(from) && is_remarkable(analysis, from, to)).then_some(REMARK)
}

/// Whether the connection allows something, and `to` is not the DNS itself.
fn is_remarkable(analysis: &Analysis, from: usize, to: usize) -> bool {
    let dns = analysis.cluster.endpoints.get(to).is_some_and(|endpoint| analysis.cluster.is_dns(endpoint));
    let allowed = analysis.connectivity.connection(from, to).is_some_and(|connection| !connection.allowed.is_empty());
    from != to && allowed && !dns
}

/// Who answers for names, and who may ask. Indices of pods are the same in the analysis that it is made of.
struct Lookups<'a> {
    analysis: Cow<'a, Analysis>,
    servers: Vec<usize>,
    /// The classes, of that analysis, that may send lookups to some address.
    by_address: BitSet,
}

impl<'a> Lookups<'a> {
    fn of(analysis: &'a Analysis) -> Self {
        let isolates = |policy: &Policy| policy.isolates(Direction::Egress) && !policy.subjects.is_empty();
        let mut analysis = Cow::Borrowed(analysis);
        let mut servers = servers(&analysis.cluster);
        if servers.is_empty() && analysis.policies.iter().any(isolates) {
            analysis = Cow::Owned(crate::evaluate_with_dns(&analysis));
            servers = self::servers(&analysis.cluster);
        }
        let mut by_address = BitSet::default();
        for policy in &analysis.policies {
            let mut rules = policy.rules(Direction::Egress).unwrap_or_default().iter();
            if rules.any(|rule| asks_by_address(rule, &analysis)) {
                by_address.unite(&policy.subjects);
            }
        }
        Self { analysis, servers, by_address }
    }

    fn all(&self, analysis: &Analysis) -> BitSet {
        let classes = &self.analysis.cluster.classes;
        let failing = classes.representatives().iter().map(|representative| self.fail(*representative));
        let failing: Vec<bool> = failing.collect();
        let pods = analysis.cluster.endpoints.iter().enumerate().filter(|(_, endpoint)| !endpoint.is_external());
        let pods = pods.map(|(at, _)| at);
        pods.filter(|at| failing.get(classes.of(*at)).copied().unwrap_or(false)).collect()
    }

    /// Whether `from`, a pod, is isolated and no lookup of it may leave.
    fn fail(&self, from: usize) -> bool {
        let analysis = &*self.analysis;
        let asks = analysis.cluster.endpoints.get(from).is_some_and(|own| !analysis.cluster.is_dns(own));
        asks && analysis.connectivity.is_isolated(from, Direction::Egress)
            && !self.by_address.contains(analysis.cluster.classes.of(from))
            && !self.servers.iter().any(|server| self.may_ask(from, *server))
    }

    fn may_ask(&self, from: usize, server: usize) -> bool {
        let analysis = &*self.analysis;
        let Some(endpoint) = analysis.cluster.endpoints.get(server) else { return false };
        let port = port(endpoint, Protocol::Udp);
        let Some(connection) = analysis.connectivity.connection(from, server) else { return false };
        if connection.allowed.contains(Protocol::Udp, port) || connection.unknown {
            return true;
        }
        // What the server's own policies refuse is not this pod's mistake.
        analysis.connectivity.is_selected(server, Direction::Ingress)
            && explain::explain(analysis, from, server, None)
                .is_some_and(|why| why.egress.allowed.contains(Protocol::Udp, port))
    }
}

/// The pods of the cluster's DNS that selectors can match.
pub(super) fn servers(cluster: &Cluster) -> Vec<usize> {
    let numbered = cluster.endpoints.iter().enumerate();
    numbered.filter(|(_, own)| own.is_selectable() && cluster.is_dns(own)).map(|(at, _)| at).collect()
}

/// The port on which `server` answers: the one that it calls so, else the usual one.
fn port(server: &Endpoint, protocol: Protocol) -> u16 {
    let name = if protocol == Protocol::Udp { "dns" } else { "dns-tcp" };
    let named =
        |port: &&crate::manifest::ContainerPort| port.protocol == protocol && port.name.as_deref() == Some(name);
    server.ports.iter().find(named).map_or(PORT, |port| port.number)
}

/// Whether `rule` lets lookups go to an address: a DNS server on the node, or one outside. Whoever names the port has
/// thought of DNS; a Service's own address is not what the connection arrives at.
fn asks_by_address(rule: &Rule, analysis: &Analysis) -> bool {
    let Peers::OneOf(peers) = &rule.peers else { return false };
    let names_it = rule.ports.iter().any(names_dns);
    let all = rule.ports.is_empty();
    opens(rule)
        && peers.iter().any(|peer| {
            block(peer).is_some_and(|block| (names_it || all && is_link_local(block)) && !is_service(block, analysis))
        })
}

fn names_dns(port: &crate::policy::RulePort) -> bool {
    let udp = port.protocol.is_none_or(|protocol| protocol == Protocol::Udp);
    udp && matches!(port.matches, RulePortMatch::Range(range) if range.first <= PORT && PORT <= range.last)
}

fn block(peer: &Peer) -> Option<&IpBlock> {
    match &peer.condition {
        PeerCondition::Block(block) => Some(block),
        PeerCondition::Selects { .. } | PeerCondition::Terms { .. } => None,
    }
}

/// Whether it is where DNS servers on the node itself listen.
fn is_link_local(block: &IpBlock) -> bool {
    match block.cidr {
        IpNet::V4(net) => net.addr().is_link_local() && net.prefix_len() >= 16,
        IpNet::V6(net) => net.addr().is_unicast_link_local() && net.prefix_len() >= 10,
    }
}

fn is_service(block: &IpBlock, analysis: &Analysis) -> bool {
    let one = block.cidr.prefix_len() == block.cidr.max_prefix_len();
    one && analysis.cluster.services.iter().any(|service| service.written.addresses.contains(&block.cidr.addr()))
}

/// Policies that isolate pods for egress without a way to DNS: one finding for each, with the pods that no other finding
/// has named yet.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    let analysis = facts.analysis;
    let unresolved = unresolved(analysis);
    let mut left: BitSet = unresolved.iter().map(|at| analysis.cluster.classes.of(at)).collect();
    left.intersect(&facts.classes());
    if left.is_empty() {
        return;
    }
    let mut isolating: BTreeMap<usize, BitSet> = BTreeMap::new();
    for class in left.iter() {
        for policy in facts.isolating(class, Direction::Egress) {
            isolating.entry(*policy).or_default().insert(class);
        }
    }
    let mut widest: Vec<(usize, BitSet)> = isolating.into_iter().collect();
    widest.sort_by_key(|(at, classes)| (std::cmp::Reverse(facts.count(classes)), *at));
    let mut reported: Vec<(usize, BitSet)> = Vec::new();
    for (at, mut classes) in widest {
        classes.intersect(&left);
        left.subtract(&classes);
        if !classes.is_empty() {
            reported.push((at, classes));
        }
    }
    reported.sort_by_key(|(at, _)| facts.policy(*at).map(|policy| policy.place));
    let opening = opening(analysis);
    let mut names = mend::Names::default();
    for (at, classes) in reported {
        let Some(policy) = facts.policy(at) else { continue };
        let silent = !classes.iter().any(|class| opening.contains(class));
        let message = message(facts, policy, &facts.pods(&classes), silent);
        let place = place(facts, at, policy);
        let fix = |finding: crate::diagnostic::Diagnostic| {
            let help = "Allow UDP and TCP port 53 to the pods of the cluster's DNS, in kube-system.";
            let fix = allowing(facts, policy, place, &mut names);
            finding.with_help(help).with_fix(fix)
        };
        if silent {
            findings.note(place, message, fix);
        } else {
            findings.warn(place, message, fix);
        }
    }
}

/// The classes that may open some connection.
fn opening(analysis: &Analysis) -> BitSet {
    let mut out = BitSet::default();
    let egress = |policy: &Policy| policy.rules(Direction::Egress).unwrap_or_default().iter().any(opens);
    analysis.policies.iter().filter(|policy| egress(policy)).for_each(|policy| out.unite(&policy.subjects));
    out
}

fn message(facts: &Facts<'_>, policy: &Policy, pods: &[usize], silent: bool) -> String {
    let home = facts.one_namespace(pods);
    let (number, names) = (facts.number(pods), facts.names(pods, home));
    let space = home.map_or(String::new(), |home| format!(" of `{home}`"));
    let they = by_count(pods.len(), "it", "they");
    let them = by_count(pods.len(), "its", "their");
    let name = &policy.name;
    if silent {
        format!(
            "`{name}` isolates {number}{space} for egress, and {they} may open no connection at all, not even a lookup to DNS: {names}."
        )
    } else {
        format!(
            "`{name}` isolates {number}{space} for egress, and no rule lets {them} lookups reach DNS (UDP/53), so names will not resolve in {names}."
        )
    }
}

/// Where a policy says that it isolates for egress.
fn place(facts: &Facts<'_>, at: usize, policy: &Policy) -> Place {
    let written = facts.analysis.manifests.policies.get(at).filter(|_| policy.is_network_policy());
    let rule = written.and_then(|written| written.egress.first()).map(|rule| Place { span: rule.span, ..policy.place });
    policy.types_place.or(rule).unwrap_or(policy.selector_place)
}

/// The edit that adds a policy to the text which lets the subjects of `policy` ask the DNS.
fn allowing(facts: &Facts<'_>, policy: &Policy, place: Place, names: &mut mend::Names) -> Vec<crate::source::Edit> {
    let cluster = &facts.analysis.cluster;
    let server = servers(cluster).first().and_then(|at| cluster.endpoints.get(*at)).and_then(dns::label);
    let (key, value) = server.unwrap_or(LABEL);
    let ports: Vec<String> = [Protocol::Udp, Protocol::Tcp]
        .iter()
        .map(|protocol| {
            let server = servers(cluster).first().and_then(|at| cluster.endpoints.get(*at));
            let port = server.map_or(PORT, |server| port(server, *protocol));
            format!("    - protocol: {protocol}\n      port: {port}\n")
        })
        .collect();
    let crate::policy::Selector::Own(selector) = &policy.selector else { return Vec::new() };
    let (Some(namespace), Some(source), true) = (&policy.namespace, facts.source(place), facts.is_plain()) else {
        return Vec::new();
    };
    let name = names.free(facts, namespace, "allow-dns");
    let pods = mend::selector(selector, 2);
    let text = format!(
        "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  namespace: {namespace}
spec:
  podSelector:{pods}
  policyTypes:
  - Egress
  egress:
  - to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {}
      podSelector:
        matchLabels:
          {key}: {value}
    ports:
{}",
        dns::NAMESPACE,
        ports.concat(),
    );
    vec![mend::appended(source, &text)]
}

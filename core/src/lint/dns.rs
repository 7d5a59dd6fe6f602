//! Pods that may not ask the cluster's DNS: connections are allowed, but names will not resolve.

use std::borrow::Cow;

use ipnet::IpNet;

use super::facts::opens;
use crate::Analysis;
use crate::bits::BitSet;
use crate::cluster::dns::PORT;
use crate::cluster::{Cluster, Endpoint};
use crate::explain;
use crate::manifest::{Direction, IpBlock};
use crate::policy::{Peer, PeerCondition, Peers, Policy, Rule, RulePortMatch};
use crate::ports::Protocol;

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
pub(super) struct Lookups<'a> {
    analysis: Cow<'a, Analysis>,
    servers: Vec<usize>,
    protocol: Protocol,
    /// The classes, of that analysis, that may send lookups to some address.
    by_address: BitSet,
}

impl<'a> Lookups<'a> {
    /// Lookups over UDP, as all begin.
    pub(super) fn of(analysis: &'a Analysis) -> Self {
        let isolates = |policy: &Policy| policy.isolates(Direction::Egress) && !policy.subjects.is_empty();
        let mut analysis = Cow::Borrowed(analysis);
        let mut servers = servers(&analysis.cluster);
        if servers.is_empty() && analysis.policies.iter().any(isolates) {
            analysis = Cow::Owned(crate::evaluate_with_dns(&analysis));
            servers = self::servers(&analysis.cluster);
        }
        Self { analysis, servers, protocol: Protocol::Tcp, by_address: BitSet::default() }.over(Protocol::Udp)
    }

    /// The same over another protocol.
    pub(super) fn over(mut self, protocol: Protocol) -> Self {
        let mut by_address = BitSet::default();
        for policy in &self.analysis.policies {
            let mut rules = policy.rules(Direction::Egress).unwrap_or_default().iter();
            if rules.any(|rule| asks_by_address(rule, &self.analysis, protocol)) {
                by_address.unite(&policy.subjects);
            }
        }
        (self.protocol, self.by_address) = (protocol, by_address);
        self
    }

    /// The endpoints of `analysis`, of which it is made, whose lookups cannot leave.
    pub(super) fn all(&self, analysis: &Analysis) -> BitSet {
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
        let port = port(endpoint, self.protocol);
        let Some(connection) = analysis.connectivity.connection(from, server) else { return false };
        if connection.allowed.contains(self.protocol, port) || connection.unknown && self.perhaps(from, server, port) {
            return true;
        }
        // What the server's own policies refuse is not this pod's mistake.
        analysis.connectivity.is_selected(server, Direction::Ingress)
            && explain::explain(analysis, from, server, None)
                .is_some_and(|why| why.egress.allowed.contains(self.protocol, port))
    }
}

impl Lookups<'_> {
    /// Whether a rule may allow it, if only the server's address were known.
    fn perhaps(&self, from: usize, server: usize, port: u16) -> bool {
        let analysis = &*self.analysis;
        let Some(endpoint) = analysis.cluster.endpoints.get(server) else { return false };
        let class = analysis.cluster.classes.of(server);
        let policies = analysis.policies.iter().filter(|policy| analysis.selects(policy, from));
        let mut rules = policies.flat_map(|policy| policy.rules(Direction::Egress).unwrap_or_default());
        rules.any(|rule| {
            let peers = match &rule.peers {
                Peers::Everyone => &[][..],
                Peers::OneOf(peers) => peers.as_slice(),
            };
            let may_be = |peer: &Peer| {
                let elsewhere = |block: &IpBlock| is_service(block, analysis) || block.except.iter().any(is_private);
                peer.unknown.contains(class) && !block(peer).is_some_and(elsewhere)
            };
            peers.iter().any(may_be) && rule.ports_on(endpoint).contains(self.protocol, port)
        })
    }
}

/// Whether `net` is of those that clusters give to their pods: who excepts it means the cluster.
fn is_private(net: &IpNet) -> bool {
    match net {
        IpNet::V4(net) => net.addr().is_private(),
        IpNet::V6(net) => net.addr().is_unique_local(),
    }
}

/// The pods of the cluster's DNS that selectors can match.
pub(super) fn servers(cluster: &Cluster) -> Vec<usize> {
    let numbered = cluster.endpoints.iter().enumerate();
    numbered.filter(|(_, own)| own.is_selectable() && cluster.is_dns(own)).map(|(at, _)| at).collect()
}

/// The port on which `server` answers: the one that it calls so, else the usual one.
pub(super) fn port(server: &Endpoint, protocol: Protocol) -> u16 {
    let name = if protocol == Protocol::Udp { "dns" } else { "dns-tcp" };
    let named =
        |port: &&crate::manifest::ContainerPort| port.protocol == protocol && port.name.as_deref() == Some(name);
    server.ports.iter().find(named).map_or(PORT, |port| port.number)
}

/// Whether `rule` lets lookups go to an address: a DNS server on the node, or one outside. Whoever names the port has
/// thought of DNS; a Service's own address is not what the connection arrives at.
fn asks_by_address(rule: &Rule, analysis: &Analysis, protocol: Protocol) -> bool {
    let Peers::OneOf(peers) = &rule.peers else { return false };
    let names_it = rule.ports.iter().any(|port| names_dns(port, protocol));
    let all = rule.ports.is_empty();
    opens(rule)
        && peers.iter().any(|peer| {
            block(peer).is_some_and(|block| (names_it || all && is_link_local(block)) && !is_service(block, analysis))
        })
}

fn names_dns(port: &crate::policy::RulePort, protocol: Protocol) -> bool {
    let same = port.protocol.is_none_or(|own| own == protocol);
    same && matches!(port.matches, RulePortMatch::Range(range) if range.first <= PORT && PORT <= range.last)
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

//! One rule of a Calico policy, and the two ends that it looks at (`policy_common.go`).

use std::fmt;

use super::selector::Selector;
use crate::manifest::decode::Spanned;
use crate::manifest::network_policy::IpBlock;
use crate::ports::{PortRange, Protocol};
use crate::source::Span;

/// The ports that Linux gives to clients (`net.ipv4.ip_local_port_range`).
pub const CLIENT_PORTS: PortRange = PortRange { first: 32_768, last: 60_999 };

/// What a rule does with what it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Allows it, finally.
    Allow,
    /// Refuses it, finally.
    Deny,
    /// Writes a line of log; the next rule is asked.
    Log,
    /// Leaves it to the next tier.
    Pass,
}

impl Action {
    /// All of them, as the API spells them.
    pub const ALL: [(&'static str, Action); 4] =
        [("Allow", Action::Allow), ("Deny", Action::Deny), ("Log", Action::Log), ("Pass", Action::Pass)];
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Action::Allow => "Allow",
            Action::Deny => "Deny",
            Action::Log => "Log",
            Action::Pass => "Pass",
        })
    }
}

/// A protocol above IP, by name or number; a number that has a name is that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IpProtocol {
    /// TCP, UDP or SCTP, the ones that have ports.
    Ported(Protocol),
    /// ICMP, protocol 1.
    Icmp,
    /// ICMPv6, protocol 58.
    IcmpV6,
    /// UDPLite, protocol 136.
    UdpLite,
    /// Any other.
    Number(u8),
}

impl IpProtocol {
    /// Those that have names, as the API spells them, with their numbers.
    pub const NAMED: [(&'static str, u8, IpProtocol); 6] = [
        ("TCP", 6, IpProtocol::Ported(Protocol::Tcp)),
        ("UDP", 17, IpProtocol::Ported(Protocol::Udp)),
        ("SCTP", 132, IpProtocol::Ported(Protocol::Sctp)),
        ("ICMP", 1, IpProtocol::Icmp),
        ("ICMPv6", 58, IpProtocol::IcmpV6),
        ("UDPLite", 136, IpProtocol::UdpLite),
    ];

    /// The protocol of that number.
    pub fn from_number(number: u8) -> Self {
        let named = Self::NAMED.iter().find(|(_, known, _)| *known == number);
        named.map_or(IpProtocol::Number(number), |(.., protocol)| *protocol)
    }

    /// The protocol with ports that it is, if it is one.
    pub fn ported(self) -> Option<Protocol> {
        match self {
            IpProtocol::Ported(protocol) => Some(protocol),
            _ => None,
        }
    }
}

impl fmt::Display for IpProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IpProtocol::Number(number) => write!(f, "protocol {number}"),
            named => f.write_str(Self::NAMED.iter().find(|(.., known)| known == named).map_or("", |(name, ..)| name)),
        }
    }
}

/// A rule as written. Everything in it must hold; both ends are looked at in both directions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `action`.
    pub action: Spanned<Action>,
    /// `ipVersion`, 4 or 6.
    pub ip_version: Option<Spanned<u8>>,
    /// `protocol`.
    pub protocol: Option<Spanned<IpProtocol>>,
    /// `notProtocol`.
    pub not_protocol: Option<Spanned<IpProtocol>>,
    /// `icmp`.
    pub icmp: Option<IcmpMatch>,
    /// `notICMP`.
    pub not_icmp: Option<IcmpMatch>,
    /// `source`: who opens the connection.
    pub source: Entity,
    /// `destination`: who takes it.
    pub destination: Entity,
    /// `http`.
    pub http: Option<HttpMatch>,
    /// Where it stands.
    pub span: Span,
}

impl Rule {
    /// The one IP version that it is about, if it says so or names networks of one: both ends have addresses of that
    /// (felix `rules/policy.go`, `FilterRuleToIPVersion`).
    pub fn family(&self) -> Option<u8> {
        let blocks = [&self.source, &self.destination].into_iter().flat_map(Entity::blocks);
        let named = blocks.map(|block| if block.cidr.addr().is_ipv4() { 4 } else { 6 }).next();
        self.ip_version.as_ref().map(|version| version.value).or(named)
    }
}

/// `icmp` or `notICMP`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcmpMatch {
    /// `type`.
    pub kind: Option<u8>,
    /// `code`.
    pub code: Option<u8>,
    /// Where it stands.
    pub span: Span,
}

/// `source` or `destination`. Its fields are ANDed; absent ones ask for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entity {
    /// `selector`; `None` when absent or empty.
    pub selector: Option<Selector>,
    /// `notSelector`; `None` when absent or empty.
    pub not_selector: Option<Selector>,
    /// `namespaceSelector`; `None` when absent or empty.
    pub namespace_selector: Option<Selector>,
    /// `nets`, ORed; none of them has exceptions.
    pub nets: Vec<IpBlock>,
    /// `notNets`: in none of these.
    pub not_nets: Vec<IpBlock>,
    /// `ports`, ORed.
    pub ports: Vec<Port>,
    /// `notPorts`: none of these.
    pub not_ports: Vec<Port>,
    /// `serviceAccounts`.
    pub accounts: Option<AccountMatch>,
    /// `services`.
    pub services: Option<ServiceMatch>,
    /// Where it stands, if it does.
    pub span: Option<Span>,
}

impl Entity {
    /// Whether it asks for endpoints that Calico knows. Without any of these fields a rule means every address
    /// (libcalico-go `updateprocessors/rules.go`, `getEndpointSelector`).
    pub fn selects(&self) -> bool {
        self.selector.is_some()
            || self.not_selector.is_some()
            || self.namespace_selector.is_some()
            || self.accounts.as_ref().is_some_and(AccountMatch::asks)
    }

    /// The networks of `nets` and `notNets`.
    pub fn blocks(&self) -> impl Iterator<Item = &IpBlock> {
        self.nets.iter().chain(&self.not_nets)
    }

    /// As a source: whether its `ports` and `notPorts` take every port that a client may be given.
    pub fn takes_clients(&self) -> bool {
        let mut taken = crate::ports::PortSet::default();
        for port in &self.ports {
            if let PortKind::Range(range) = port.kind {
                taken.add(Protocol::Tcp, range);
            }
        }
        let clients = crate::ports::PortSet::of(Protocol::Tcp, CLIENT_PORTS);
        let refused = self.not_ports.iter().any(|port| match port.kind {
            PortKind::Range(range) => range.first <= CLIENT_PORTS.last && CLIENT_PORTS.first <= range.last,
            PortKind::Named(_) => false,
        });
        !refused && (self.ports.is_empty() || clients.without(&taken).is_empty())
    }
}

/// One item of `ports` or `notPorts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// What it says.
    pub kind: PortKind,
    /// Where it stands.
    pub span: Span,
}

/// A port or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortKind {
    /// A number, or a range `first:last`.
    Range(PortRange),
    /// The name of a container port.
    Named(String),
}

impl fmt::Display for PortKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PortKind::Range(range) => range.fmt(f),
            PortKind::Named(name) => f.write_str(name),
        }
    }
}

/// `serviceAccounts`: both fields must hold, and empty ones do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountMatch {
    /// `names`, ORed.
    pub names: Vec<Spanned<String>>,
    /// `selector`, over the labels of the service account; `None` when absent or empty.
    pub selector: Option<Selector>,
    /// Where it stands.
    pub span: Span,
}

impl AccountMatch {
    /// Whether it asks for anything: `serviceAccounts: {}` does not, and is as good as absent.
    pub fn asks(&self) -> bool {
        !self.names.is_empty() || self.selector.is_some()
    }
}

/// `services`: the endpoints behind a Service, and as a destination their ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceMatch {
    /// `name`.
    pub name: String,
    /// `namespace`; `None` means the policy's own.
    pub namespace: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// `http`: methods and paths are ANDed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpMatch {
    /// `methods`, ORed, exact or `*`; empty means all.
    pub methods: Vec<Spanned<String>>,
    /// `paths`, ORed; empty means all.
    pub paths: Vec<Spanned<HttpPath>>,
    /// Where it stands.
    pub span: Span,
}

/// One item of `paths`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpPath {
    /// `exact`.
    Exact(String),
    /// `prefix`.
    Prefix(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_given_some_high_port() {
        let port = |first, last| Port { kind: PortKind::Range(PortRange { first, last }), span: Span::default() };
        let takes = |ports: Vec<Port>, not_ports| Entity { ports, not_ports, ..Entity::default() }.takes_clients();
        assert!(takes(vec![], vec![]));
        assert!(takes(vec![port(1024, 40_000), port(40_001, 65_535)], vec![port(22, 22)]));
        assert!(!takes(vec![port(53, 53)], vec![]));
        assert!(!takes(vec![], vec![port(50_000, 50_000)]));
        assert!(!takes(vec![Port { kind: PortKind::Named("web".into()), span: Span::default() }], vec![]));
    }

    #[test]
    fn numbers_that_have_names_are_the_names() {
        assert_eq!(IpProtocol::from_number(6), IpProtocol::Ported(Protocol::Tcp));
        assert_eq!(IpProtocol::from_number(58).to_string(), "ICMPv6");
        assert_eq!(IpProtocol::from_number(47).to_string(), "protocol 47");
    }
}

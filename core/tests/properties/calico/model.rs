//! Calico's objects as plain data.

use netpol_core::manifest::Direction;
use netpol_core::ports::Protocol;

use super::selector::Expr;
use crate::cidr::Cidr;
use crate::model::Labels;

#[derive(Debug, Clone, Default)]
pub(crate) struct Objects {
    pub(crate) tiers: Vec<Tier>,
    pub(crate) sets: Vec<Set>,
    pub(crate) policies: Vec<Policy>,
}

#[derive(Debug, Clone)]
pub(crate) struct Tier {
    pub(crate) name: &'static str,
    pub(crate) order: Option<u32>,
    /// `Deny` or `Pass`.
    pub(crate) default_action: Option<&'static str>,
}

/// A NetworkSet, or without a namespace a GlobalNetworkSet.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) namespace: Option<&'static str>,
    pub(crate) labels: Labels,
    pub(crate) nets: Vec<Cidr>,
}

#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) name: &'static str,
    /// `None` makes it a GlobalNetworkPolicy.
    pub(crate) namespace: Option<&'static str>,
    pub(crate) tier: Option<&'static str>,
    pub(crate) order: Option<u32>,
    pub(crate) selector: Option<Expr>,
    pub(crate) account_selector: Option<Expr>,
    /// Of global ones only.
    pub(crate) namespace_selector: Option<Expr>,
    pub(crate) types: Option<Vec<Direction>>,
    pub(crate) ingress: Option<Vec<Rule>>,
    pub(crate) egress: Option<Vec<Rule>>,
    /// `doNotTrack` or `preDNAT`.
    pub(crate) host_only: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// `Allow`, `Deny`, `Pass` or `Log`.
    pub(crate) action: &'static str,
    pub(crate) ip_version: Option<u8>,
    pub(crate) protocol: Option<IpProtocol>,
    pub(crate) not_protocol: Option<IpProtocol>,
    pub(crate) source: Entity,
    pub(crate) destination: Entity,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum IpProtocol {
    Named(Protocol),
    /// The same by its number.
    Numbered(Protocol),
    Icmp,
}

/// `source` or `destination`; empty lists are absent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entity {
    pub(crate) selector: Option<Expr>,
    pub(crate) not_selector: Option<Expr>,
    pub(crate) namespace_selector: Option<Expr>,
    pub(crate) nets: Vec<Cidr>,
    pub(crate) not_nets: Vec<Cidr>,
    pub(crate) ports: Vec<Port>,
    pub(crate) not_ports: Vec<Port>,
    pub(crate) accounts: Option<Accounts>,
    /// Name and namespace of a Service.
    pub(crate) service: Option<(&'static str, Option<&'static str>)>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Port {
    Number(u16),
    Range(u16, u16),
    Named(&'static str),
}

#[derive(Debug, Clone)]
pub(crate) struct Accounts {
    pub(crate) names: Vec<&'static str>,
    pub(crate) selector: Option<Expr>,
}

impl IpProtocol {
    pub(crate) fn with_ports(self) -> Option<Protocol> {
        match self {
            IpProtocol::Named(protocol) | IpProtocol::Numbered(protocol) => Some(protocol),
            IpProtocol::Icmp => None,
        }
    }
}

impl Policy {
    pub(crate) fn kind(&self) -> &'static str {
        if self.namespace.is_none() { "GlobalNetworkPolicy" } else { "NetworkPolicy" }
    }

    pub(crate) fn rules(&self, direction: Direction) -> &[Rule] {
        match direction {
            Direction::Ingress => self.ingress.as_deref().unwrap_or_default(),
            Direction::Egress => self.egress.as_deref().unwrap_or_default(),
        }
    }
}

impl Rule {
    pub(crate) fn entities(&self) -> [&Entity; 2] {
        [&self.source, &self.destination]
    }
}

impl Objects {
    pub(crate) fn is_empty(&self) -> bool {
        self.tiers.is_empty() && self.sets.is_empty() && self.policies.is_empty()
    }

    fn entities(&self) -> impl Iterator<Item = &Entity> {
        let rules = self.policies.iter().flat_map(|policy| [&policy.ingress, &policy.egress]);
        rules.flatten().flatten().flat_map(Rule::entities)
    }

    pub(crate) fn cidrs(&self) -> impl Iterator<Item = &Cidr> {
        let in_rules = self.entities().flat_map(|entity| entity.nets.iter().chain(&entity.not_nets));
        in_rules.chain(self.sets.iter().flat_map(|set| &set.nets))
    }

    pub(crate) fn port_bounds(&self) -> impl Iterator<Item = u16> + '_ {
        let ports = self.entities().flat_map(|entity| entity.ports.iter().chain(&entity.not_ports));
        ports.flat_map(|port| match port {
            Port::Number(number) => vec![*number],
            Port::Range(first, last) => vec![*first, *last],
            Port::Named(_) => vec![],
        })
    }
}

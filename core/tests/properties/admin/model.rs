//! Admin policies as plain data.

use netpol_core::domain::DomainKind;
use netpol_core::manifest::Direction;
use netpol_core::ports::Protocol;

use crate::cidr::Cidr;
use crate::judge::Action;
use crate::model::{Host, Selector};

#[derive(Clone)]
pub(crate) struct Policy {
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    /// The one BaselineAdminNetworkPolicy has none.
    pub(crate) priority: u16,
    pub(crate) subject: Pods,
    pub(crate) ingress: Vec<Rule>,
    pub(crate) egress: Vec<Rule>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// AdminNetworkPolicy, v1alpha1.
    Admin,
    /// BaselineAdminNetworkPolicy, v1alpha1.
    Baseline,
    /// ClusterNetworkPolicy, v1alpha2, of that tier.
    Cluster(Tier),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    Admin,
    Baseline,
}

#[derive(Debug, Clone)]
pub(crate) enum Pods {
    /// `namespaces`
    InNamespaces(Selector),
    /// `pods`, by the labels of namespaces and their own.
    Selected(Option<Selector>, Selector),
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) name: Option<&'static str>,
    pub(crate) action: Action,
    /// At least one.
    pub(crate) peers: Vec<Peer>,
    /// Empty when absent.
    pub(crate) ports: Vec<Port>,
}

#[derive(Debug, Clone)]
pub(crate) enum Peer {
    Pods(Pods),
    /// Of egress rules, as are the next.
    Networks(Vec<Cidr>),
    Domains(Vec<&'static str>),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Port {
    Number(Protocol, u16),
    Range(Protocol, u16, u16),
    Named(&'static str),
}

impl Kind {
    pub(crate) fn tier(self) -> Tier {
        match self {
            Kind::Admin | Kind::Cluster(Tier::Admin) => Tier::Admin,
            Kind::Baseline | Kind::Cluster(Tier::Baseline) => Tier::Baseline,
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Admin => "AdminNetworkPolicy",
            Kind::Baseline => "BaselineAdminNetworkPolicy",
            Kind::Cluster(_) => "ClusterNetworkPolicy",
        }
    }

    /// Whether it is of v1alpha2.
    pub(crate) fn is_second(self) -> bool {
        matches!(self, Kind::Cluster(_))
    }
}

impl Policy {
    pub(crate) fn rules(&self, direction: Direction) -> &[Rule] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }

    fn all_rules(&self) -> impl Iterator<Item = &Rule> {
        self.ingress.iter().chain(&self.egress)
    }

    pub(crate) fn cidrs(&self) -> impl Iterator<Item = &Cidr> {
        self.all_rules().flat_map(|rule| &rule.peers).flat_map(|peer| match peer {
            Peer::Networks(cidrs) => cidrs.as_slice(),
            _ => &[],
        })
    }

    pub(crate) fn hosts(&self) -> impl Iterator<Item = Host> + '_ {
        let texts = self.all_rules().flat_map(|rule| &rule.peers).flat_map(|peer| match peer {
            Peer::Domains(texts) => texts.as_slice(),
            _ => &[],
        });
        texts.map(|text| host(text))
    }

    pub(crate) fn port_bounds(&self) -> impl Iterator<Item = u16> + '_ {
        self.all_rules().flat_map(|rule| &rule.ports).flat_map(|port| match port {
            Port::Number(_, number) => vec![*number],
            Port::Range(_, first, last) => vec![*first, *last],
            Port::Named(_) => vec![],
        })
    }
}

pub(crate) fn host(text: &'static str) -> Host {
    Host { text, kind: if text.starts_with('*') { DomainKind::Suffix } else { DomainKind::Name } }
}

//! Cilium's policies as plain data.

use netpol_core::domain::DomainKind;

use crate::cidr::Cidr;
use crate::model::{Host, Labels, List, Operator};

/// Where a label of a pod's namespace is found, its name included.
pub(crate) const NAMESPACE: &str = "io.kubernetes.pod.namespace";
pub(crate) const ACCOUNT: &str = "io.cilium.k8s.policy.serviceaccount";
pub(crate) const NAMESPACE_LABELS: &str = "io.cilium.k8s.namespace.labels.";

/// What a text says in Cilium's kinds.
#[derive(Clone, Default)]
pub(crate) struct Objects {
    pub(crate) policies: Vec<Policy>,
    pub(crate) groups: Vec<Group>,
}

#[derive(Clone)]
pub(crate) struct Policy {
    pub(crate) name: String,
    /// `None` for a clusterwide one; inside, what `metadata.namespace` says.
    pub(crate) namespace: Option<Option<&'static str>>,
    /// The first is `spec`, the others `specs`.
    pub(crate) specs: Vec<Spec>,
}

#[derive(Debug, Clone)]
pub(crate) struct Spec {
    pub(crate) subject: Selector,
    pub(crate) sections: [List<Entry>; 4],
    /// `enableDefaultDeny`: ingress, egress.
    pub(crate) default_deny: [Option<bool>; 2],
}

/// The four lists, in the order of [`Spec::sections`], with the word in front of a field of peers, and whether they
/// deny.
pub(crate) const SECTIONS: [(&str, &str, bool); 4] =
    [("ingress", "from", false), ("ingressDeny", "from", true), ("egress", "to", false), ("egressDeny", "to", true)];

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) peers: Peers,
    pub(crate) ports: List<PortRule>,
    /// Kinds of messages, by number. Empty where there are ports.
    pub(crate) icmps: List<u8>,
}

#[derive(Debug, Clone)]
pub(crate) enum Peers {
    Absent,
    /// `fromEndpoints:` without a value.
    Null,
    Endpoints(Vec<Selector>),
    Entities(Vec<&'static str>),
    /// Single addresses with or without a prefix length.
    Cidrs(Vec<(Cidr, bool)>),
    CidrSets(Vec<CidrSet>),
    /// Egress only.
    Services(Vec<ServiceRef>),
    /// Egress that allows only. Names have a star, or none.
    Names(Vec<&'static str>),
}

#[derive(Debug, Clone)]
pub(crate) struct CidrSet {
    pub(crate) base: Base,
    pub(crate) except: Vec<Cidr>,
}

#[derive(Debug, Clone)]
pub(crate) enum Base {
    Cidr(Cidr),
    Group(&'static str),
    /// Groups with these labels.
    Groups(Labels),
}

#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) labels: Labels,
    pub(crate) cidrs: Vec<Cidr>,
}

#[derive(Debug, Clone)]
pub(crate) enum ServiceRef {
    Named(&'static str, Option<&'static str>),
    Labelled(Labels, Option<&'static str>),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Selector {
    pub(crate) labels: Vec<(Key, &'static str)>,
    /// Values are written for `In` and `NotIn` only.
    pub(crate) expressions: Vec<(Key, Operator, Vec<&'static str>)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Key {
    /// What stands in front of the colon; empty without one.
    pub(crate) source: &'static str,
    pub(crate) name: &'static str,
}

#[derive(Debug, Clone)]
pub(crate) struct PortRule {
    pub(crate) ports: List<Port>,
    /// Only beside ports of TCP with a number or name.
    pub(crate) http: List<HttpRule>,
}

#[derive(Debug, Clone)]
pub(crate) struct Port {
    pub(crate) protocol: Option<&'static str>,
    pub(crate) port: PortName,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum PortName {
    /// "0".
    All,
    Number(u16),
    Range(u16, u16),
    Name(&'static str),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct HttpRule {
    pub(crate) method: Option<Pattern>,
    pub(crate) path: Option<Pattern>,
    pub(crate) host: Option<Pattern>,
    /// `headers`: a name, and what its value must be.
    pub(crate) headers: Vec<(&'static str, Option<&'static str>)>,
    /// `headerMatches`: a name, its value, and what happens where it has another.
    pub(crate) matches: Vec<(&'static str, &'static str, Option<&'static str>)>,
}

/// A regular expression of the simplest kind.
#[derive(Debug, Clone)]
pub(crate) enum Pattern {
    Text(&'static str),
    /// `.*`.
    Anything,
    Then(Vec<Pattern>),
    Or(Vec<Pattern>),
}

impl Objects {
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        let specs = self.policies.iter().flat_map(|policy| &policy.specs);
        specs.flat_map(|spec| &spec.sections).flat_map(List::items)
    }

    pub(crate) fn hosts(&self) -> impl Iterator<Item = Host> {
        let names = self.entries().flat_map(|entry| match &entry.peers {
            Peers::Names(names) => names.as_slice(),
            _ => &[],
        });
        names.map(|text| {
            let kind = if text.contains('*') { DomainKind::Pattern } else { DomainKind::Name };
            Host { text, kind }
        })
    }

    pub(crate) fn cidrs(&self) -> Vec<&Cidr> {
        let mut cidrs: Vec<&Cidr> = self.groups.iter().flat_map(|group| &group.cidrs).collect();
        for entry in self.entries() {
            match &entry.peers {
                Peers::Cidrs(own) => cidrs.extend(own.iter().map(|(cidr, _)| cidr)),
                Peers::CidrSets(sets) => cidrs.extend(sets.iter().flat_map(|set| {
                    let own = if let Base::Cidr(cidr) = &set.base { Some(cidr) } else { None };
                    own.into_iter().chain(&set.except)
                })),
                _ => {}
            }
        }
        cidrs
    }

    pub(crate) fn port_bounds(&self) -> Vec<u16> {
        let rules = self.entries().flat_map(|entry| entry.ports.items());
        let bounds = rules.flat_map(|rule| rule.ports.items()).flat_map(|port| match port.port {
            PortName::Number(number) => vec![number],
            PortName::Range(first, last) => vec![first, last],
            PortName::All | PortName::Name(_) => Vec::new(),
        });
        bounds.collect()
    }

    pub(crate) fn has_http(&self) -> bool {
        self.entries().flat_map(|entry| entry.ports.items()).any(|rule| !rule.http.items().is_empty())
    }
}

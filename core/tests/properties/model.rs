//! A cluster and its policies as plain data: what is generated, printed as YAML, and judged by the naive evaluator.
//! Of the engine only the names of protocols and directions are used.

use std::collections::BTreeMap;
use std::net::IpAddr;

use netpol_core::cni::Cni;
use netpol_core::domain::DomainKind;
use netpol_core::manifest::Direction;
use netpol_core::ports::Protocol;

use crate::admin::model as admin;
use crate::calico::model as calico;
use crate::cidr::Cidr;
use crate::cilium;

pub(crate) type Labels = BTreeMap<&'static str, &'static str>;

/// A field that holds a list, and how its emptiness is written: the three ways mean the same.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum List<T> {
    Absent,
    Null,
    Is(Vec<T>),
}

impl<T> List<T> {
    pub(crate) fn items(&self) -> &[T] {
        match self {
            List::Absent | List::Null => &[],
            List::Is(items) => items,
        }
    }
}

#[derive(Clone, Default)]
pub(crate) struct World {
    pub(crate) namespaces: Vec<Namespace>,
    pub(crate) pods: Vec<Pod>,
    /// Service accounts that are declared, for their labels.
    pub(crate) accounts: Vec<Account>,
    pub(crate) services: Vec<Service>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) admin: Vec<admin::Policy>,
    pub(crate) calico: calico::Objects,
    pub(crate) cilium: cilium::model::Objects,
    /// The plugin that enforces the policies; not part of the text.
    pub(crate) cni: Cni,
}

/// A namespace that is declared. Others exist because something names them.
#[derive(Debug, Clone)]
pub(crate) struct Namespace {
    pub(crate) name: &'static str,
    pub(crate) labels: Labels,
}

/// A ServiceAccount.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) name: &'static str,
    pub(crate) namespace: Option<&'static str>,
    pub(crate) labels: Labels,
}

/// A Service that selects pods of its namespace.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) namespace: Option<&'static str>,
    pub(crate) labels: Labels,
    /// Written even if empty, and then nothing is behind it.
    pub(crate) selector: Labels,
    pub(crate) ports: Vec<ServicePort>,
}

/// A port of a Service: `target` is where it leads on its pods.
#[derive(Debug, Clone)]
pub(crate) struct ServicePort {
    pub(crate) protocol: Option<Protocol>,
    pub(crate) port: u16,
    pub(crate) target: Target,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// Absent: the same number.
    Same,
    Number(u16),
    Name(&'static str),
}

/// A host outside that a policy names, or a pattern of such names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Host {
    pub(crate) text: &'static str,
    pub(crate) kind: DomainKind,
}

/// A pod, or a workload that makes pods.
#[derive(Debug, Clone)]
pub(crate) struct Pod {
    pub(crate) name: String,
    /// `Pod`, `Deployment`, …
    pub(crate) kind: &'static str,
    pub(crate) namespace: Option<&'static str>,
    pub(crate) labels: Labels,
    pub(crate) account: Option<&'static str>,
    pub(crate) ports: Vec<ContainerPort>,
    pub(crate) host_network: bool,
    /// Written for pods only, as are the addresses.
    pub(crate) phase: Option<&'static str>,
    pub(crate) addresses: Vec<IpAddr>,
    /// Written for Deployments and their like only.
    pub(crate) replicas: Option<u32>,
}

#[derive(Debug, Clone)]
pub(crate) struct ContainerPort {
    pub(crate) container: Container,
    pub(crate) name: Option<&'static str>,
    pub(crate) number: u16,
    pub(crate) protocol: Option<Protocol>,
}

/// Which of the pod's containers a port belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Container {
    Main,
    /// An init container that always restarts.
    Sidecar,
    /// An init container that ends before the pod starts.
    Init,
}

#[derive(Clone)]
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) namespace: Option<&'static str>,
    pub(crate) pod_selector: Option<Selector>,
    pub(crate) types: List<Direction>,
    pub(crate) ingress: List<Rule>,
    pub(crate) egress: List<Rule>,
}

#[derive(Clone)]
pub(crate) struct Rule {
    pub(crate) peers: List<Peer>,
    pub(crate) ports: List<PolicyPort>,
}

#[derive(Debug, Clone)]
pub(crate) enum Peer {
    Pods(Selector),
    Namespaces(Selector),
    PodsInNamespaces(Selector, Selector),
    Block(Block),
}

#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) cidr: Cidr,
    pub(crate) except: Vec<Cidr>,
}

#[derive(Debug, Clone)]
pub(crate) struct PolicyPort {
    pub(crate) protocol: Option<Protocol>,
    pub(crate) port: Port,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Port {
    Absent,
    Number(u16),
    Range(u16, u16),
    Name(&'static str),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Selector {
    pub(crate) labels: Labels,
    pub(crate) expressions: Vec<Expression>,
}

#[derive(Debug, Clone)]
pub(crate) struct Expression {
    pub(crate) key: &'static str,
    pub(crate) operator: Operator,
    /// Written for `In` and `NotIn` only.
    pub(crate) values: Vec<&'static str>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

impl Pod {
    /// What the engine calls it.
    pub(crate) fn id(&self) -> String {
        let namespace = self.namespace.unwrap_or("default");
        match self.kind {
            "Pod" => format!("{namespace}/{}", self.name),
            kind => format!("{namespace}/{kind}/{}", self.name),
        }
    }
}

impl Policy {
    pub(crate) fn rules(&self, direction: Direction) -> &List<Rule> {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }

    pub(crate) fn rules_mut(&mut self, direction: Direction) -> &mut List<Rule> {
        match direction {
            Direction::Ingress => &mut self.ingress,
            Direction::Egress => &mut self.egress,
        }
    }
}

impl World {
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &Block> {
        let rules = self.policies.iter().flat_map(|policy| policy.ingress.items().iter().chain(policy.egress.items()));
        rules.flat_map(|rule| rule.peers.items()).filter_map(|peer| match peer {
            Peer::Block(block) => Some(block),
            _ => None,
        })
    }

    /// Every CIDR that a policy writes.
    pub(crate) fn cidrs(&self) -> impl Iterator<Item = &Cidr> {
        let blocks = self.blocks().flat_map(|block| std::iter::once(&block.cidr).chain(&block.except));
        blocks
            .chain(self.admin.iter().flat_map(admin::Policy::cidrs))
            .chain(self.calico.cidrs())
            .chain(self.cilium.cidrs())
    }

    /// The hosts that policies name; they may repeat.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = Host> + '_ {
        self.admin.iter().flat_map(admin::Policy::hosts).chain(self.cilium.hosts())
    }

    /// Port numbers at which something may change, and last ones before something may.
    pub(crate) fn port_bounds(&self) -> Vec<u16> {
        let mut bounds: Vec<u16> = self.pods.iter().flat_map(|pod| &pod.ports).map(|port| port.number).collect();
        for service in &self.services {
            bounds.extend(service.ports.iter().map(|port| match port.target {
                Target::Number(number) => number,
                Target::Same | Target::Name(_) => port.port,
            }));
        }
        let rules = self.policies.iter().flat_map(|policy| policy.ingress.items().iter().chain(policy.egress.items()));
        for item in rules.flat_map(|rule| rule.ports.items()) {
            match item.port {
                Port::Number(number) => bounds.push(number),
                Port::Range(first, last) => bounds.extend([first, last]),
                Port::Absent | Port::Name(_) => {}
            }
        }
        bounds.extend(self.cilium.port_bounds());
        bounds.extend(self.admin.iter().flat_map(admin::Policy::port_bounds));
        bounds.extend(self.calico.port_bounds());
        bounds
    }

    /// Whether the plugin enforces admin policies of that kind. Antrea has those of v1alpha1 off by default.
    pub(crate) fn knows_admin(&self, kind: admin::Kind) -> bool {
        match self.cni {
            Cni::Plain | Cni::Calico => true,
            Cni::Antrea => kind.is_second(),
            _ => false,
        }
    }

    /// Whether some rule looks at requests.
    pub(crate) fn has_http(&self) -> bool {
        self.cilium.has_http()
    }

    /// Whether a pod has that address: then nobody outside has it.
    pub(crate) fn is_pods(&self, address: IpAddr) -> bool {
        self.pods.iter().any(|pod| pod.addresses.contains(&address))
    }

    /// Addresses outside that some block may tell from their neighbours, and some that none may.
    pub(crate) fn telling_addresses(&self) -> Vec<IpAddr> {
        let mut addresses: Vec<IpAddr> = self.cidrs().flat_map(Cidr::edges).collect();
        addresses.extend(["8.8.8.8", "2606:4700::1111"].map(|text| text.parse::<IpAddr>().expect("an address")));
        addresses.sort();
        addresses.dedup();
        addresses.retain(|address| !self.is_pods(*address));
        addresses
    }
}

//! `services`: the endpoints behind a Service, and as a destination their ports (felix `serviceindex`).

use super::Compiler;
use crate::bits::BitSet;
use crate::cluster::{Backend, ClusterService};
use crate::manifest::calico::ServiceMatch;
use crate::phrase::Sentence;
use crate::policy::{About, Peers, Rule, RulePort, RulePortMatch, Term};
use crate::ports::{PortRange, Protocol};

impl Compiler<'_, '_> {
    /// The Service that is meant, if it is there.
    fn service(&self, services: &ServiceMatch) -> Option<&ClusterService> {
        let (namespace, name) = (self.namespace_of(services), services.name.as_str());
        let own = |service: &&ClusterService| {
            let meta = &service.written.meta;
            meta.namespace == namespace && meta.name.value == name
        };
        self.index.cluster.services.iter().find(own)
    }

    fn namespace_of<'s>(&'s self, services: &'s ServiceMatch) -> &'s str {
        services.namespace.as_deref().or(self.policy.namespace()).unwrap_or_default()
    }

    /// `namespace/name`.
    pub(super) fn service_id(&self, services: &ServiceMatch) -> String {
        format!("{}/{}", self.namespace_of(services), services.name)
    }

    fn class(&self, backend: &Backend) -> usize {
        self.index.cluster.classes.of(backend.endpoint)
    }

    /// The condition that an endpoint is behind the Service.
    pub(super) fn backends(&self, services: &ServiceMatch) -> Term {
        let backends = self.service(services).into_iter().flat_map(|service| &service.backends);
        let mut wants = Sentence::of("a backend of Service ");
        wants.strong(self.service_id(services));
        let about = About::Other("is none".to_owned());
        let members = backends.map(|backend| self.class(backend)).collect();
        Term { wants, about, members, unknown: BitSet::default(), place: self.place(services.span) }
    }

    /// `rule`, whose destination is the Service, once for all backends that are asked on the same ports.
    pub(super) fn by_backend(&self, services: &ServiceMatch, rule: Rule) -> Vec<Rule> {
        let mut groups: Vec<(Vec<(Protocol, u16)>, BitSet)> = Vec::new();
        for (service, backend) in self
            .service(services)
            .into_iter()
            .flat_map(|service| service.backends.iter().map(move |own| (service, own)))
        {
            let protocols = service.written.ports.iter().map(|port| port.protocol);
            let ports = protocols.zip(&backend.targets).filter_map(|(protocol, port)| Some((protocol, (*port)?)));
            let ports: Vec<(Protocol, u16)> = ports.collect();
            match groups.iter_mut().find(|(known, _)| *known == ports) {
                Some((_, classes)) => classes.insert(self.class(backend)),
                None => groups.push((ports, [self.class(backend)].into_iter().collect())),
            }
        }
        let place = self.place(services.span);
        let nothing = RulePortMatch::Foreign("the ports of the Service".to_owned());
        let on = |ports: &[(Protocol, u16)]| -> Vec<RulePort> {
            let wanted = |protocol: Protocol| {
                rule.ports.is_empty()
                    || rule
                        .ports
                        .iter()
                        .any(|port| port.matches == RulePortMatch::Any && port.protocol == Some(protocol))
            };
            let ports = ports.iter().filter(|(protocol, _)| wanted(*protocol)).map(|(protocol, port)| RulePort {
                protocol: Some(*protocol),
                matches: RulePortMatch::Range(PortRange { first: *port, last: *port }),
                place,
            });
            let ports: Vec<RulePort> = ports.collect();
            if ports.is_empty() { vec![RulePort { protocol: None, matches: nothing.clone(), place }] } else { ports }
        };
        if groups.is_empty() {
            return vec![Rule { ports: on(&[]), ..rule }];
        }
        let only = |classes: &BitSet| match &rule.peers {
            Peers::Everyone => Peers::Everyone,
            Peers::OneOf(peers) => Peers::OneOf(
                peers
                    .iter()
                    .cloned()
                    .map(|mut peer| {
                        peer.members.intersect(classes);
                        peer.unknown.intersect(classes);
                        peer
                    })
                    .collect(),
            ),
        };
        groups.iter().map(|(ports, classes)| Rule { peers: only(classes), ports: on(ports), ..rule.clone() }).collect()
    }
}

//! One rule of a Calico policy as common rules.

use super::Compiler;
use super::entity::End;
use super::ports::requests;
use crate::bits::BitSet;
use crate::manifest::Direction;
use crate::manifest::calico::{self, Rule as Written};
use crate::policy::{Action, Label, Peers, Rule};

impl Compiler<'_, '_> {
    /// `rule`, the `number`th of its list, for `subjects`. It becomes several where its ports depend on the peer: the
    /// backends of a Service may be asked on different ones.
    pub(super) fn rule(&self, rule: &Written, number: usize, direction: Direction, subjects: &BitSet) -> Vec<Rule> {
        let (own, other) = match direction {
            Direction::Ingress => (End::Destination, End::Source),
            Direction::Egress => (End::Source, End::Destination),
        };
        let action = match rule.action.value {
            calico::Action::Allow => Action::Allow,
            calico::Action::Deny => Action::Deny,
            calico::Action::Log => Action::Log,
            calico::Action::Pass => Action::Pass,
        };
        let peers = self.end(rule, other, &self.index.everybody());
        let compiled = Rule {
            action,
            label: Label { list: direction.field(), number, name: None, action: action.word() },
            own: self.end(rule, own, subjects),
            peers: peers.map_or(Peers::Everyone, |peer| Peers::OneOf(vec![peer])),
            ports: self.ports(rule),
            not_ports: self.not_ports(rule),
            http: rule.http.as_ref().map(requests).unwrap_or_default(),
            place: self.place(rule.span),
        };
        match &rule.destination.services {
            Some(services) => self.by_backend(services, compiled),
            None => vec![compiled],
        }
    }
}

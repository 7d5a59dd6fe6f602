//! The pods that Calico's selectors suggest.

use std::borrow::Cow;

use super::selector::{Expr, ExprKind, Selector, Test};
use super::{
    ACCOUNT_LABEL, Entity, NAME_LABEL, NAMESPACE_LABEL, NetworkSet, ORCHESTRATOR_LABEL, Policy, PortKind, Rule,
};
use crate::labels::{LabelSelector, NAMESPACE_NAME, Operator, Requirement};
use crate::manifest::names;
use crate::manifest::network_policy::Direction;
use crate::manifest::suggestion::{Suggestion, Where};
use crate::ports::Protocol;
use crate::source::Span;

impl Policy {
    /// Adds the pods that this policy selects, then its peers; none for a selector that finds one of `sets`.
    pub(crate) fn suggest<'m>(&'m self, sets: &[NetworkSet], out: &mut Vec<Suggestion<'m>>) {
        if self.host_only.is_some() {
            return;
        }
        let own = match (&self.namespace_selector, self.namespace()) {
            (Some(selector), _) => namespaces(selector),
            (None, Some(own)) => Where::Named(own),
            (None, None) => Where::Anywhere,
        };
        let ports = self.ingress.iter().flat_map(Rule::named_ports).collect();
        out.push(suggestion(own, self.selector.as_ref(), ports));
        for direction in Direction::ALL {
            for rule in self.rules(direction) {
                let ports = if direction == Direction::Egress { rule.named_ports() } else { Vec::new() };
                for (entity, ports) in [(&rule.source, Vec::new()), (&rule.destination, ports)] {
                    out.extend(self.peer(entity, sets, ports));
                }
            }
        }
    }

    fn peer<'m>(
        &'m self,
        entity: &'m Entity,
        sets: &[NetworkSet],
        ports: Vec<(&'m str, Protocol)>,
    ) -> Option<Suggestion<'m>> {
        let scope = match (&entity.namespace_selector, self.namespace()) {
            (Some(selector), _) if selector.is_global() => return None,
            (Some(selector), _) => namespaces(selector),
            (None, Some(own)) => Where::Named(own),
            (None, None) => Where::Anywhere,
        };
        let positive = entity.selector.is_some() || entity.namespace_selector.is_some();
        let set = |set: &NetworkSet| {
            let found =
                entity.selector.as_ref().is_some_and(|s| s.matches(|key| set.meta.labels.get(key).map(String::as_str)));
            found && entity.namespace_selector.is_none()
        };
        (positive && !sets.iter().any(set)).then(|| suggestion(scope, entity.selector.as_ref(), ports))
    }
}

impl Rule {
    /// The names that it gives to the destination's ports.
    fn named_ports(&self) -> Vec<(&str, Protocol)> {
        let protocol = self.protocol.as_ref().and_then(|protocol| protocol.value.ported()).unwrap_or(Protocol::Tcp);
        let ports = self.destination.ports.iter().filter_map(|port| match &port.kind {
            PortKind::Named(name) => Some((name.as_str(), protocol)),
            PortKind::Range(_) => None,
        });
        ports.collect()
    }
}

fn suggestion<'m>(scope: Where<'m>, selector: Option<&'m Selector>, ports: Vec<(&'m str, Protocol)>) -> Suggestion<'m> {
    let mut requirements = Vec::new();
    let mut scope = scope;
    for requirement in selector.into_iter().flat_map(example) {
        match requirement.key.as_str() {
            NAMESPACE_LABEL => {
                if let (Where::Anywhere, Operator::In) = (&scope, requirement.operator) {
                    scope =
                        Where::Matching(Cow::Owned(alone(Requirement { key: NAMESPACE_NAME.into(), ..requirement })));
                }
            }
            ORCHESTRATOR_LABEL | ACCOUNT_LABEL => {}
            _ => requirements.push(requirement),
        }
    }
    Suggestion { scope, pods: Cow::Owned(LabelSelector { requirements, span: Span::default() }), ports }
}

fn alone(requirement: Requirement) -> LabelSelector {
    LabelSelector { span: requirement.span, requirements: vec![requirement] }
}

/// The namespaces that a `namespaceSelector` means.
fn namespaces<'m>(selector: &Selector) -> Where<'m> {
    let mut requirements = example(selector);
    if requirements.is_empty() {
        return Where::Anywhere;
    }
    for requirement in &mut requirements {
        if requirement.key == NAME_LABEL {
            NAMESPACE_NAME.clone_into(&mut requirement.key);
        }
    }
    Where::Matching(Cow::Owned(LabelSelector { requirements, span: selector.span }))
}

/// Conditions under which `selector` matches: the first alternative where it has several.
fn example(selector: &Selector) -> Vec<Requirement> {
    let mut out = Vec::new();
    collect(&selector.root, &mut out);
    out
}

fn collect(part: &Expr, out: &mut Vec<Requirement>) {
    let mut push = |key: &str, operator, values: Vec<String>| {
        if values.iter().all(|value| names::label_value_problem(value).is_none()) {
            out.push(Requirement { key: key.to_owned(), operator, values, span: part.span });
        }
    };
    match &part.kind {
        ExprKind::All | ExprKind::Global => {}
        ExprKind::And(parts) => parts.iter().for_each(|part| collect(part, out)),
        ExprKind::Or(parts) => parts.iter().take(1).for_each(|part| collect(part, out)),
        ExprKind::Label { key, test } => match test {
            Test::Present => push(key, Operator::Exists, Vec::new()),
            Test::In(values) => push(key, Operator::In, values.clone()),
            Test::NotIn(values) => push(key, Operator::NotIn, values.clone()),
            Test::Differs(value) => push(key, Operator::NotIn, vec![value.clone()]),
            // The value itself contains, begins and ends with itself.
            Test::Equals(value) | Test::Contains(value) | Test::StartsWith(value) | Test::EndsWith(value) => {
                push(key, Operator::In, vec![value.clone()]);
            }
        },
        ExprKind::Not(inner) => match &inner.kind {
            ExprKind::Label { key, test: Test::Present } => push(key, Operator::DoesNotExist, Vec::new()),
            ExprKind::Label { key, test: Test::Equals(value) } => push(key, Operator::NotIn, vec![value.clone()]),
            ExprKind::Label { key, test: Test::In(values) } => push(key, Operator::NotIn, values.clone()),
            _ => {}
        },
    }
}

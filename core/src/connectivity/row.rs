//! What one class of endpoints allows in one direction, for each other class.

use std::collections::HashMap;

use super::sets::{ALL, NONE, Sets};
use crate::cluster::{Cluster, Endpoint};
use crate::manifest::Direction;
use crate::policy::{Peers, Policy, Rule};

/// The rules of every class in one direction.
pub(super) struct Rows<'p> {
    cluster: &'p Cluster,
    direction: Direction,
    policies: Vec<&'p [Rule]>,
    /// By class, the numbers of the policies that isolate it.
    isolating: Vec<Vec<u32>>,
    /// Whether a policy's rules name ports, so that what they allow depends on the destination.
    named: Vec<bool>,
    /// By class, a number for what its ports are called.
    ports: Vec<u32>,
    uncertain: bool,
}

/// Numbers of port sets, by class: what surely is allowed, and what may be where addresses are unknown.
pub(super) struct Row {
    pub(super) certain: Vec<u32>,
    possible: Option<Vec<u32>>,
}

impl Row {
    pub(super) fn certain(&self) -> &[u32] {
        &self.certain
    }

    pub(super) fn possible(&self) -> &[u32] {
        self.possible.as_deref().unwrap_or(&self.certain)
    }
}

impl<'p> Rows<'p> {
    pub(super) fn new(cluster: &'p Cluster, policies: &'p [Policy], direction: Direction) -> Self {
        let mut isolating = vec![Vec::new(); cluster.classes.len()];
        let mut rules: Vec<&[Rule]> = Vec::new();
        for policy in policies {
            let Some(own) = policy.rules(direction) else { continue };
            let number = u32::try_from(rules.len()).unwrap_or(u32::MAX);
            rules.push(own);
            for class in policy.subjects.iter() {
                if let Some(numbers) = isolating.get_mut(class) {
                    numbers.push(number);
                }
            }
        }
        let mut named_ports: HashMap<Vec<(&str, u16, u8)>, u32> = HashMap::new();
        let ports = cluster.classes.representatives().iter().map(|at| {
            let ports = cluster.endpoints.get(*at).map_or(&[][..], |endpoint| &endpoint.ports);
            let named = ports.iter().filter_map(|p| Some((p.name.as_deref()?, p.number, p.protocol as u8))).collect();
            let next = u32::try_from(named_ports.len()).unwrap_or(u32::MAX);
            *named_ports.entry(named).or_insert(next)
        });
        Self {
            cluster,
            direction,
            ports: ports.collect(),
            named: rules.iter().map(|rules| rules.iter().any(Rule::has_named_ports)).collect(),
            uncertain: rules.iter().copied().flatten().any(is_uncertain),
            policies: rules,
            isolating,
        }
    }

    /// How many classes there are.
    pub(super) fn classes(&self) -> usize {
        self.isolating.len()
    }

    /// Whether some rule hangs on an unknown address.
    pub(super) fn is_uncertain(&self) -> bool {
        self.uncertain
    }

    /// Whether a policy isolates `class`.
    pub(super) fn isolates(&self, class: usize) -> bool {
        self.isolating.get(class).is_some_and(|policies| !policies.is_empty())
    }

    /// Whether a policy isolates it, class by class.
    pub(super) fn isolated(&self) -> Vec<bool> {
        self.isolating.iter().map(|policies| !policies.is_empty()).collect()
    }

    /// The same for two classes only if their rows are the same.
    pub(super) fn key(&self, class: usize) -> Vec<u32> {
        let mut key = self.isolating.get(class).cloned().unwrap_or_default();
        let named = |number: &u32| self.named.get(*number as usize).copied().unwrap_or(false);
        if self.direction == Direction::Ingress && key.iter().any(named) {
            key.extend([u32::MAX, self.ports.get(class).copied().unwrap_or(u32::MAX)]);
        }
        key
    }

    /// What `class` allows.
    pub(super) fn row(&self, class: usize, sets: &mut Sets) -> Row {
        let count = self.classes();
        let numbers = self.isolating.get(class).map_or(&[][..], Vec::as_slice);
        if numbers.is_empty() {
            return Row { certain: vec![ALL; count], possible: None };
        }
        let rules = || numbers.iter().filter_map(|number| self.policies.get(*number as usize)).copied().flatten();
        let mut certain = vec![NONE; count];
        for rule in rules() {
            self.allow(rule, class, false, &mut certain, sets);
        }
        let mut possible = None;
        if rules().any(is_uncertain) {
            let mut more = certain.clone();
            for rule in rules().filter(|rule| is_uncertain(rule)) {
                self.allow(rule, class, true, &mut more, sets);
            }
            possible = Some(more);
        }
        Row { certain, possible }
    }

    /// Adds what `rule` allows `class`: to the peers that surely match, or to those whose address is unknown.
    fn allow(&self, rule: &Rule, class: usize, unknown: bool, row: &mut [u32], sets: &mut Sets) {
        let per_peer = self.direction == Direction::Egress && rule.has_named_ports();
        let shared = self.endpoint(class).map_or(NONE, |own| sets.id(rule.ports_on(own)));
        let mut by_ports: HashMap<u32, u32> = HashMap::new();
        let mut allow = |other: usize| {
            let ports = if per_peer {
                let kind = self.ports.get(other).copied().unwrap_or(u32::MAX);
                *by_ports
                    .entry(kind)
                    .or_insert_with(|| self.endpoint(other).map_or(NONE, |peer| sets.id(rule.ports_on(peer))))
            } else {
                shared
            };
            if let Some(entry) = row.get_mut(other) {
                *entry = sets.union(*entry, ports);
            }
        };
        match &rule.peers {
            Peers::Everyone => (0..self.classes()).for_each(allow),
            Peers::OneOf(peers) => {
                for peer in peers {
                    let matching = if unknown { &peer.unknown } else { &peer.members };
                    matching.iter().for_each(&mut allow);
                }
            }
        }
    }

    fn endpoint(&self, class: usize) -> Option<&Endpoint> {
        let at = self.cluster.classes.representatives().get(class)?;
        self.cluster.endpoints.get(*at)
    }
}

fn is_uncertain(rule: &Rule) -> bool {
    match &rule.peers {
        Peers::Everyone => false,
        Peers::OneOf(peers) => peers.iter().any(|peer| !peer.unknown.is_empty()),
    }
}

//! What one class of endpoints allows in one direction, for each other class.

use std::collections::HashMap;

use super::sets::{ALL, NONE, Sets};
use super::sweep::{self, Bound};
use crate::bits::BitSet;
use crate::cluster::{Cluster, Endpoint};
use crate::manifest::Direction;
use crate::policy::{Action, Peer, Peers, Policy, Rule, Tier};

/// The rules of every class in one direction.
pub(super) struct Rows<'p> {
    pub(super) cluster: &'p Cluster,
    pub(super) direction: Direction,
    pub(super) tiers: &'p [Tier],
    /// The policies that say something in this direction, by number.
    pub(super) policies: Vec<Spoken<'p>>,
    /// By class, the numbers of the policies that select it.
    selecting: Vec<Vec<u32>>,
    /// By class, whether its policies are of one tier, isolate it, and do nothing but allow: they decide on everything.
    plain: Vec<bool>,
    /// By class, a number for what its ports are called.
    ports: Vec<u32>,
    /// Whether some rule hangs on something unknown.
    uncertain: bool,
    /// Whether one of those refuses, or hands on.
    doubtful: bool,
}

/// A policy that says something in this direction.
pub(super) struct Spoken<'p> {
    pub(super) rules: &'p [Rule],
    pub(super) isolates: bool,
    /// The tiers that it is in, and its place in each.
    pub(super) seats: Vec<(usize, usize)>,
    /// Whether its rules name ports, so that what they allow depends on the destination.
    named: bool,
    /// Whether a rule asks for something of the endpoint that the policy selects.
    particular: bool,
    /// The one tier that it is in, where it isolates and does nothing but allow.
    plain: Option<usize>,
}

/// Numbers of port sets, by class: what is allowed where a condition on something unknown does not hold, and the least
/// and the most that may be allowed, whatever the unknown is. Those of the first have a flag where a policy decides,
/// unless policies decide on everything.
pub(super) struct Row {
    pub(super) base: Vec<u32>,
    /// As `base`, if `None`.
    pub(super) least: Option<Vec<u32>>,
    /// As `base`, if `None`.
    pub(super) most: Option<Vec<u32>>,
}

impl Row {
    pub(super) fn base(&self) -> &[u32] {
        &self.base
    }

    pub(super) fn least(&self) -> &[u32] {
        self.least.as_deref().unwrap_or(&self.base)
    }

    pub(super) fn most(&self) -> &[u32] {
        self.most.as_deref().unwrap_or(&self.base)
    }
}

impl<'p> Rows<'p> {
    pub(super) fn new(cluster: &'p Cluster, policies: &'p [Policy], tiers: &'p [Tier], direction: Direction) -> Self {
        let mut seats: Vec<Vec<(usize, usize)>> = vec![Vec::new(); policies.len()];
        for (at, tier) in tiers.iter().enumerate() {
            for (place, policy) in tier.policies.iter().enumerate() {
                if let Some(seats) = seats.get_mut(*policy) {
                    seats.push((at, place));
                }
            }
        }
        let mut selecting = vec![Vec::new(); cluster.classes.len()];
        let mut spoken: Vec<Spoken<'p>> = Vec::new();
        for (policy, seats) in policies.iter().zip(seats) {
            let Some(rules) = policy.rules(direction) else { continue };
            let number = u32::try_from(spoken.len()).unwrap_or(u32::MAX);
            spoken.push(Spoken::new(rules, policy.isolates(direction), seats));
            for class in policy.subjects.iter() {
                if let Some(numbers) = selecting.get_mut(class) {
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
        let plain = selecting.iter().map(|numbers: &Vec<u32>| {
            let mut tiers = numbers.iter().map(|number| spoken.get(*number as usize).and_then(|policy| policy.plain));
            let first = tiers.next().flatten();
            first.is_some() && tiers.all(|tier| tier == first)
        });
        Self {
            cluster,
            direction,
            tiers,
            plain: plain.collect(),
            ports: ports.collect(),
            uncertain: spoken.iter().flat_map(|policy| policy.rules).any(is_uncertain),
            doubtful: spoken.iter().flat_map(|policy| policy.rules).any(is_doubtful),
            policies: spoken,
            selecting,
        }
    }

    /// How many classes there are.
    pub(super) fn classes(&self) -> usize {
        self.selecting.len()
    }

    /// Whether some rule hangs on something unknown.
    pub(super) fn is_uncertain(&self) -> bool {
        self.uncertain
    }

    /// Whether some rule that refuses, or hands on, hangs on something unknown.
    pub(super) fn is_doubtful(&self) -> bool {
        self.doubtful
    }

    /// Whether a policy selects `class`.
    pub(super) fn selects(&self, class: usize) -> bool {
        !self.numbers(class).is_empty()
    }

    /// Whether policies decide on everything, class by class.
    pub(super) fn into_plain(self) -> Vec<bool> {
        self.plain
    }

    /// Whether policies decide on everything, because none does more than allow.
    fn is_plain(&self, class: usize) -> bool {
        self.plain.get(class).copied().unwrap_or(false)
    }

    /// Whether they do for every class that one selects.
    pub(super) fn are_plain(&self) -> bool {
        self.selecting.iter().zip(&self.plain).all(|(numbers, plain)| numbers.is_empty() || *plain)
    }

    /// Whether a policy selects it, class by class.
    pub(super) fn selected(&self) -> Vec<bool> {
        self.selecting.iter().map(|policies| !policies.is_empty()).collect()
    }

    /// Whether a policy isolates it, class by class.
    pub(super) fn isolated(&self) -> Vec<bool> {
        let isolates = |number: &u32| self.policy(*number).is_some_and(|policy| policy.isolates);
        self.selecting.iter().map(|numbers| numbers.iter().any(isolates)).collect()
    }

    pub(super) fn numbers(&self, class: usize) -> &[u32] {
        self.selecting.get(class).map_or(&[], Vec::as_slice)
    }

    pub(super) fn policy(&self, number: u32) -> Option<&Spoken<'p>> {
        self.policies.get(number as usize)
    }

    /// The same for two classes only if their rows are the same.
    pub(super) fn key(&self, class: usize) -> Vec<u32> {
        let mut key = self.numbers(class).to_vec();
        let any = |is: fn(&Spoken<'p>) -> bool| self.numbers(class).iter().filter_map(|n| self.policy(*n)).any(is);
        if self.direction == Direction::Ingress && any(|policy| policy.named) {
            key.extend([u32::MAX, self.ports.get(class).copied().unwrap_or(u32::MAX)]);
        }
        if any(|policy| policy.particular) {
            key.extend([u32::MAX, u32::MAX, u32::try_from(class).unwrap_or(u32::MAX)]);
        }
        key
    }

    /// What `class` allows.
    pub(super) fn row(&self, class: usize, sets: &mut Sets) -> Row {
        let numbers = self.numbers(class);
        if numbers.is_empty() {
            return Row { base: vec![ALL; self.classes()], least: None, most: None };
        }
        if self.is_plain(class) { self.union(class, sets) } else { sweep::row(self, class, sets) }
    }

    /// What `class` allows where its policies isolate it and do nothing but allow: all that any of them does.
    fn union(&self, class: usize, sets: &mut Sets) -> Row {
        let rules = || self.numbers(class).iter().filter_map(|number| self.policy(*number)).flat_map(|p| p.rules);
        let mut base = vec![NONE; self.classes()];
        self.add(rules(), class, Bound::Surely, &mut base, sets);
        let most = rules().any(is_uncertain).then(|| {
            let mut more = base.clone();
            self.add(rules().filter(|rule| is_uncertain(rule)), class, Bound::Perhaps, &mut more, sets);
            more
        });
        Row { base, least: None, most }
    }

    /// Adds what `rules` allow to `entries`.
    fn add<'r>(
        &self,
        rules: impl Iterator<Item = &'r Rule>,
        class: usize,
        bound: Bound,
        entries: &mut [u32],
        sets: &mut Sets,
    ) {
        for rule in rules {
            let mut allow = |other: usize, ports: u32, sets: &mut Sets| {
                if let Some(entry) = entries.get_mut(other) {
                    *entry = sets.union(*entry, ports);
                }
            };
            self.each(rule, class, bound, sets, &mut allow);
        }
    }

    /// Hands every class that `rule` matches as seen from `class` to `act`, with the number of the ports on which it does:
    /// those for which it surely holds, or those for which it may.
    pub(super) fn each(
        &self,
        rule: &Rule,
        class: usize,
        bound: Bound,
        sets: &mut Sets,
        act: &mut impl FnMut(usize, u32, &mut Sets),
    ) {
        let Some(peers) = self.peers(rule, class, bound) else { return };
        let per_peer = self.direction == Direction::Egress && rule.has_named_ports();
        let shared = self.endpoint(class).map_or(NONE, |own| sets.id(rule.ports_on(own).into()));
        let mut by_ports: HashMap<u32, u32> = HashMap::new();
        let mut meet = |other: usize| {
            let ports = if per_peer {
                let kind = self.ports.get(other).copied().unwrap_or(u32::MAX);
                let ports =
                    |sets: &mut Sets| self.endpoint(other).map_or(NONE, |peer| sets.id(rule.ports_on(peer).into()));
                *by_ports.entry(kind).or_insert_with(|| ports(sets))
            } else {
                shared
            };
            act(other, ports, sets);
        };
        match peers {
            Whom::Everyone => (0..self.classes()).for_each(meet),
            Whom::Each(peers) => peers.iter().for_each(|peer| peer.members.iter().for_each(&mut meet)),
            Whom::Members(members) => members.iter().for_each(meet),
        }
    }

    /// With whom `rule` is about connections, as seen from `class`.
    fn peers<'r>(&self, rule: &'r Rule, class: usize, bound: Bound) -> Option<Whom<'r>> {
        let (own, own_unknown) = match &rule.own {
            None => (true, false),
            Some(own) => (own.members.contains(class), own.unknown.contains(class)),
        };
        match (bound, &rule.peers) {
            (Bound::Surely, _) if !own => None,
            (Bound::Surely, Peers::Everyone) => Some(Whom::Everyone),
            (Bound::Surely, Peers::OneOf(peers)) => Some(Whom::Each(peers)),
            (Bound::Perhaps, _) if !own && !own_unknown => None,
            (Bound::Perhaps, Peers::Everyone) => own_unknown.then_some(Whom::Everyone),
            (Bound::Perhaps, Peers::OneOf(peers)) => {
                let mut members = BitSet::default();
                for peer in peers {
                    members.unite(&peer.unknown);
                }
                // Who is a peer for sure hangs on the endpoint itself, or on nothing.
                for peer in peers {
                    if own_unknown {
                        members.unite(&peer.members);
                    } else {
                        members.subtract(&peer.members);
                    }
                }
                Some(Whom::Members(members))
            }
        }
    }

    fn endpoint(&self, class: usize) -> Option<&Endpoint> {
        let at = self.cluster.classes.representatives().get(class)?;
        self.cluster.endpoints.get(*at)
    }
}

/// The classes that a rule matches.
enum Whom<'r> {
    Everyone,
    /// The members of each; they may overlap.
    Each(&'r [Peer]),
    Members(BitSet),
}

impl<'p> Spoken<'p> {
    fn new(rules: &'p [Rule], isolates: bool, seats: Vec<(usize, usize)>) -> Self {
        let plain = match seats.as_slice() {
            [(tier, _)] if isolates && rules.iter().all(Rule::is_plain) => Some(*tier),
            _ => None,
        };
        Self {
            isolates,
            named: rules.iter().any(Rule::has_named_ports),
            particular: rules.iter().any(|rule| rule.own.is_some()),
            plain,
            seats,
            rules,
        }
    }
}

pub(super) fn is_doubtful(rule: &Rule) -> bool {
    matches!(rule.action, Action::Deny | Action::Pass) && is_uncertain(rule)
}

pub(super) fn is_uncertain(rule: &Rule) -> bool {
    let peers = match &rule.peers {
        Peers::Everyone => &[],
        Peers::OneOf(peers) => peers.as_slice(),
    };
    peers.iter().chain(&rule.own).any(|peer| !peer.unknown.is_empty())
}

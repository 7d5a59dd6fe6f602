//! Two states side by side: which connections appear, vanish or change.

use std::collections::{BTreeMap, BTreeSet};

use crate::Analysis;
use crate::cluster::EndpointKind;
use crate::connectivity::Connection;
use crate::domain::Domain;
use crate::external::{AddressClass, AddressSpace};
use crate::manifest::mentions::Mentions;

/// Two states, and who takes part in either.
#[derive(Debug)]
pub struct Comparison<'a> {
    before: &'a Analysis,
    after: &'a Analysis,
    /// The endpoints in the order of the later state, then those that are gone, then addresses outside.
    pub parties: Vec<Party>,
}

/// An endpoint of one state or of both. Addresses outside are in both: those that neither state's policies tell apart
/// are one party. So are hosts that a policy of either state names; where the other state names none such, they are
/// what the rest of the internet is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The endpoint's id; for addresses outside one of them.
    pub id: String,
    /// The addresses, outside the cluster.
    pub class: Option<AddressClass>,
    /// The name, of hosts outside that a policy names.
    pub host: Option<Domain>,
    /// Its index in the earlier state.
    pub before: Option<usize>,
    /// Its index in the later state.
    pub after: Option<usize>,
}

/// What became of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something may connect where nothing could.
    Appears,
    /// Nothing may connect where something could.
    Vanishes,
    /// Other ports may connect, or other requests pass.
    Changes,
}

impl Kind {
    /// `appears`, `vanishes` or `changes`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Appears => "appears",
            Kind::Vanishes => "vanishes",
            Kind::Changes => "changes",
        }
    }
}

/// One connection that is not as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<'c> {
    /// What became of it.
    pub kind: Kind,
    /// The source, an index into [`Comparison::parties`].
    pub from: usize,
    /// The destination, likewise.
    pub to: usize,
    /// The answer before; `None` where an end did not exist yet.
    pub before: Option<Connection<'c>>,
    /// The answer after; `None` where an end exists no more.
    pub after: Option<Connection<'c>>,
}

impl<'a> Comparison<'a> {
    /// Puts two states side by side.
    pub fn new(before: &'a Analysis, after: &'a Analysis) -> Self {
        let inside = |analysis: &'a Analysis| {
            let endpoints = analysis.cluster.endpoints.iter().enumerate();
            endpoints.filter(|(_, endpoint)| !endpoint.is_external()).map(|(at, endpoint)| (endpoint.id.as_str(), at))
        };
        let party = |id: &str, before, after| Party { id: id.into(), class: None, host: None, before, after };
        let old: BTreeMap<&str, usize> = inside(before).collect();
        let new: BTreeSet<&str> = inside(after).map(|(id, _)| id).collect();
        let mut parties: Vec<Party> = inside(after).map(|(id, at)| party(id, old.get(id).copied(), Some(at))).collect();
        let gone = inside(before).filter(|(id, _)| !new.contains(id));
        parties.extend(gone.map(|(id, at)| party(id, Some(at), None)));
        parties.extend(outside(before, after));
        parties.extend(hosts(before, after));
        Self { before, after, parties }
    }

    /// Every connection that is not as it was, one by one.
    pub fn changes(&self) -> impl Iterator<Item = Change<'a>> {
        let count = self.parties.len();
        let pairs = (0..count).flat_map(move |from| (0..count).map(move |to| (from, to)));
        pairs.filter(|(from, to)| from != to).filter_map(|(from, to)| self.change(from, to))
    }

    fn change(&self, from: usize, to: usize) -> Option<Change<'a>> {
        let (source, destination) = (self.parties.get(from)?, self.parties.get(to)?);
        if source.is_outside() && destination.is_outside() {
            return None;
        }
        let connection =
            |state: &'a Analysis, from: Option<usize>, to: Option<usize>| state.connectivity.connection(from?, to?);
        let before = connection(self.before, source.before, destination.before);
        let after = connection(self.after, source.after, destination.after);
        let kind = kind(before, after)?;
        Some(Change { kind, from, to, before, after })
    }

    /// Whether anything is not as it was.
    pub fn differs(&self) -> bool {
        self.parties.iter().any(Party::comes_or_goes) || self.changes().next().is_some()
    }
}

impl Party {
    /// Whether it stands outside the cluster.
    pub fn is_outside(&self) -> bool {
        self.class.is_some() || self.host.is_some()
    }

    /// Whether it is in one state only.
    pub fn comes_or_goes(&self) -> bool {
        self.before.is_some() != self.after.is_some()
    }
}

impl Change<'_> {
    /// Whether both ends are in both states.
    pub fn is_between_stayers(&self) -> bool {
        self.before.is_some() && self.after.is_some()
    }
}

fn kind(before: Option<Connection<'_>>, after: Option<Connection<'_>>) -> Option<Kind> {
    let opens = |connection: &Connection<'_>| !connection.allowed.is_empty();
    match (before.filter(opens), after.filter(opens)) {
        (None, Some(_)) => Some(Kind::Appears),
        (Some(_), None) => Some(Kind::Vanishes),
        (Some(before), Some(after)) if !before.agrees(&after) => Some(Kind::Changes),
        _ => None,
    }
}

/// The addresses outside, split as finely as both states' policies together tell them apart, so that each piece is part
/// of one class before and of one after.
fn outside(before: &Analysis, after: &Analysis) -> Vec<Party> {
    let mentions = [before, after].map(|state| Mentions::of(&state.manifests));
    let space = AddressSpace::divide(mentions.iter().flat_map(|mentions| mentions.blocks.iter().copied()));
    let holder = |state: &Analysis, class: &AddressClass| {
        state.cluster.space.class_of(class.sample).and_then(|class| state.cluster.outside(class))
    };
    let party = |class: AddressClass| Party {
        id: class.sample.to_string(),
        before: holder(before, &class),
        after: holder(after, &class),
        class: Some(class),
        host: None,
    };
    space.classes.into_iter().map(party).collect()
}

/// The hosts outside that policies of either state name, those of the later one first.
fn hosts(before: &Analysis, after: &Analysis) -> Vec<Party> {
    let mut named: Vec<&Domain> = Vec::new();
    for endpoint in after.cluster.endpoints.iter().chain(&before.cluster.endpoints) {
        match &endpoint.kind {
            EndpointKind::Domain(host) if !named.contains(&host) => named.push(host),
            _ => {}
        }
    }
    let party = |host: &Domain| Party {
        id: host.text.clone(),
        class: None,
        host: Some(host.clone()),
        before: holder_of(before, host),
        after: holder_of(after, host),
    };
    named.into_iter().map(party).collect()
}

/// What stands for `host` in a state: itself, what covers it, or the addresses that no policy speaks of.
fn holder_of(state: &Analysis, host: &Domain) -> Option<usize> {
    let endpoints = || state.cluster.endpoints.iter();
    let itself = endpoints().position(|other| other.kind == EndpointKind::Domain(host.clone()));
    let addresses = |wanted: fn(&AddressClass) -> bool| {
        endpoints().position(|other| matches!(&other.kind, EndpointKind::External(class) if wanted(class)))
    };
    let covering = || state.cluster.at_host(&host.sample());
    itself.or_else(covering).or_else(|| addresses(AddressClass::is_internet)).or_else(|| addresses(|_| true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cni::Cni;
    use crate::source::Source;

    fn state(text: &str) -> Analysis {
        crate::analyze_under(vec![Source::new("all", text)], Cni::Plain)
    }

    /// A host that only the later state names was one of the internet's addresses.
    #[test]
    fn hosts_are_in_both_states() {
        let pods = "{apiVersion: v1, kind: Pod, metadata: {name: web}}";
        let before = state(pods);
        let mut after = state(pods);
        let host = Domain::new("api.example.com", crate::domain::DomainKind::Name, crate::source::Span::default());
        let mut outside = after.cluster.endpoints[1].clone();
        (outside.id, outside.kind) = (host.text.clone(), EndpointKind::Domain(host));
        after.cluster.endpoints.push(outside);
        let comparison = Comparison::new(&before, &after);
        let party = comparison.parties.last().unwrap();
        assert_eq!((party.id.as_str(), party.before, party.after), ("api.example.com", Some(1), Some(2)));
        assert!(party.is_outside() && !party.comes_or_goes());
        let earlier = Comparison::new(&after, &before);
        assert_eq!(earlier.parties.last().map(|party| (party.before, party.after)), Some((Some(2), Some(1))));
    }
}

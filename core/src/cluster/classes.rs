//! Which endpoints no policy can tell apart, so that each kind is evaluated once.
//!
//! Two pods are of one class when they are in the same namespace, have the same values for the label keys that some
//! pod selector mentions, the same numbers for the port names that some rule mentions, the same use of the node's
//! network, and addresses that every address block treats alike; where rules mean service accounts or what is behind
//! a Service, also the same account and the same Services.

use std::collections::{BTreeSet, HashMap};

use super::{Cluster, Endpoint};
use crate::external::AddressSpace;
use crate::manifest::ContainerPort;
use crate::manifest::mentions::Mentions;

/// How many classes are told apart: the answers take four bytes for every two of them.
pub const MAX_CLASSES: usize = 10_000;

/// The class of every endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Classes {
    of: Vec<u32>,
    first: Vec<usize>,
}

impl Classes {
    /// The class of `endpoint`; a class of its own past the end for an index out of range.
    pub fn of(&self, endpoint: usize) -> usize {
        self.of.get(endpoint).map_or(self.first.len(), |class| *class as usize)
    }

    /// One endpoint of each class, in the order of the classes.
    pub fn representatives(&self) -> &[usize] {
        &self.first
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.first.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Tells the endpoints of `cluster` apart by what policies can see. Those that would need a class past `MAX_CLASSES`
    /// come back as the second value, to be left out.
    pub(super) fn tell_apart(cluster: &Cluster, mentions: &Mentions<'_>) -> (Self, BTreeSet<usize>) {
        let endpoints = cluster.endpoints.as_slice();
        let seen = Seen::gather(cluster, mentions);
        let mut classes = Self::default();
        let mut by_key: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut values = Interner::default();
        let mut excess = BTreeSet::new();
        // Outside comes first, so that an excess of pods cannot push it out.
        let outside_first =
            |external: bool| move |(_, endpoint): &(usize, &Endpoint)| endpoint.is_external() == external;
        let numbered = || endpoints.iter().enumerate();
        classes.of = vec![0; endpoints.len()];
        for (at, endpoint) in numbered().filter(outside_first(true)).chain(numbered().filter(outside_first(false))) {
            let key = seen.key(at, endpoint, &cluster.space, &mut values);
            let next = classes.first.len();
            let class = match by_key.get(&key) {
                Some(class) => *class,
                None if next >= MAX_CLASSES => {
                    excess.insert(at);
                    continue;
                }
                None => {
                    let class = u32::try_from(next).unwrap_or(u32::MAX);
                    by_key.insert(key, class);
                    classes.first.push(at);
                    class
                }
            };
            if let Some(of) = classes.of.get_mut(at) {
                *of = class;
            }
        }
        (classes, excess)
    }
}

/// What selectors and rules look at in a pod.
struct Seen<'p> {
    keys: HashMap<&'p str, u32>,
    names: HashMap<&'p str, u32>,
    accounts: bool,
    /// The endpoints that are the API server.
    servers: BTreeSet<usize>,
    /// For each endpoint the Services that lead to it, where that can be seen.
    behind: HashMap<usize, Vec<u32>>,
}

impl<'p> Seen<'p> {
    fn gather(cluster: &Cluster, mentions: &Mentions<'p>) -> Self {
        let mut behind: HashMap<usize, Vec<u32>> = HashMap::new();
        for (service, at) in cluster.services.iter().zip(0..).filter(|_| mentions.services) {
            for backend in &service.backends {
                behind.entry(backend.endpoint).or_default().push(at);
            }
        }
        let numbered_endpoints = cluster.endpoints.iter().enumerate();
        let servers = numbered_endpoints.filter(|(_, own)| mentions.api_server && cluster.is_api_server(own));
        let servers = servers.map(|(at, _)| at).collect();
        let (keys, names) = (numbered(&mentions.keys), numbered(&mentions.port_names));
        Self { keys, names, accounts: mentions.accounts, servers, behind }
    }

    /// All that can be seen of `endpoint`, as numbers: the same for two endpoints exactly when they look the same.
    fn key<'e>(&self, at: usize, endpoint: &'e Endpoint, space: &AddressSpace, values: &mut Interner<'e>) -> Vec<u32> {
        const END: u32 = u32::MAX;
        if endpoint.is_external() {
            return vec![END, number(at)];
        }
        let mut key = vec![endpoint.namespace.map_or(END, number), u32::from(endpoint.host_network)];
        if endpoint.is_selectable() {
            for (label, value) in &endpoint.labels {
                if let Some(label) = self.keys.get(label.as_str()) {
                    key.extend([*label, values.id(value)]);
                }
            }
        }
        key.push(END);
        let mut named: Vec<(u32, u8, u16)> = endpoint.ports.iter().filter_map(|port| self.named(port)).collect();
        named.sort_unstable();
        named.dedup();
        key.extend(named.into_iter().flat_map(|(name, protocol, port)| [name, u32::from(protocol), u32::from(port)]));
        key.push(END);
        if space.is_divided() {
            let mut classes: Vec<u32> =
                endpoint.addresses.iter().filter_map(|ip| space.class_of(*ip)).map(number).collect();
            classes.sort_unstable();
            classes.dedup();
            key.extend(classes);
        }
        if self.accounts {
            key.extend([END, values.id(&endpoint.service_account)]);
        }
        if self.servers.contains(&at) {
            key.extend([END, END]);
        }
        if let Some(services) = self.behind.get(&at) {
            key.push(END);
            key.extend(services);
        }
        key
    }

    fn named(&self, port: &ContainerPort) -> Option<(u32, u8, u16)> {
        let id = self.names.get(port.name.as_deref()?)?;
        // Services lead to no container that ends.
        Some((*id, (port.protocol as u8) << 1 | u8::from(port.ends), port.number))
    }
}

/// Words by their numbers.
fn numbered<'p>(words: &[&'p str]) -> HashMap<&'p str, u32> {
    let mut out = HashMap::new();
    for word in words {
        let next = number(out.len());
        out.entry(*word).or_insert(next);
    }
    out
}

/// Label values as numbers.
#[derive(Default)]
struct Interner<'v> {
    ids: HashMap<&'v str, u32>,
}

impl<'v> Interner<'v> {
    fn id(&mut self, value: &'v str) -> u32 {
        let next = number(self.ids.len());
        *self.ids.entry(value).or_insert(next)
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

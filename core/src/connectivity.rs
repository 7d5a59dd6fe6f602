//! Who may connect to whom, on exactly which ports: the whole matrix.
//!
//! A connection needs the source's egress **and** the destination's ingress to allow it. A pod that no policy
//! isolates in a direction allows everything in it; an isolated one allows the union of what the policies that
//! isolate it allow (Kubernetes documentation, "Network Policies", "The two sorts of pod isolation").

use std::collections::HashMap;

use crate::cluster::Cluster;
use crate::manifest::Direction;
use crate::policy::{Peers, Policy, Rule};
use crate::ports::PortSet;

/// What may connect between every two endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connectivity {
    endpoints: usize,
    sets: Vec<PortSet>,
    cells: Vec<Cell>,
    isolated: [Vec<bool>; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    egress: u32,
    ingress: u32,
    allowed: u32,
    unknown: bool,
}

/// The answer for one ordered pair of endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection<'c> {
    /// What both sides allow.
    pub allowed: &'c PortSet,
    /// The source's side.
    pub egress: Side<'c>,
    /// The destination's side.
    pub ingress: Side<'c>,
    /// Whether an unknown address could change the answer.
    pub unknown: bool,
}

/// What one side of a connection has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side<'c> {
    /// Whether a policy isolates the endpoint in this direction.
    pub isolated: bool,
    /// What it allows.
    pub allowed: &'c PortSet,
}

/// The verdict on one ordered pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// All ports of all protocols may connect.
    Open,
    /// Some may.
    Partial,
    /// None may.
    Blocked,
}

impl Connection<'_> {
    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        if self.allowed.is_all() {
            Verdict::Open
        } else if self.allowed.is_empty() {
            Verdict::Blocked
        } else {
            Verdict::Partial
        }
    }

    /// Whether a policy had a say in it.
    pub fn is_decided(&self) -> bool {
        self.egress.isolated || self.ingress.isolated
    }

    /// Which sides refuse a blocked connection: (egress, ingress). Where each side allows something but nothing in
    /// common, both refuse; an open or partly open connection is refused by neither.
    pub fn refused_by(&self) -> (bool, bool) {
        if !self.allowed.is_empty() {
            return (false, false);
        }
        match (self.egress.allowed.is_empty(), self.ingress.allowed.is_empty()) {
            (false, false) => (true, true),
            refused => refused,
        }
    }
}

impl Connectivity {
    /// Works out every ordered pair of endpoints of `cluster` under `policies`.
    pub fn evaluate(cluster: &Cluster, policies: &[Policy]) -> Self {
        let count = cluster.endpoints.len();
        let mut sets = Sets::new();
        let ingress: Vec<Row> =
            (0..count).map(|at| row(at, Direction::Ingress, cluster, policies, &mut sets)).collect();
        let mut cells = Vec::with_capacity(count * count);
        let mut leaving_isolated = Vec::with_capacity(count);
        for from in 0..count {
            let egress = row(from, Direction::Egress, cluster, policies, &mut sets);
            for (to, entering) in ingress.iter().enumerate() {
                let (out, enter) = (egress.get(to), entering.get(from));
                // A pod always reaches itself.
                let allowed = if from == to { ALL } else { sets.intersection(out.certain, enter.certain) };
                let possible = if from == to { ALL } else { sets.intersection(out.possible, enter.possible) };
                cells.push(Cell { egress: out.certain, ingress: enter.certain, allowed, unknown: allowed != possible });
            }
            leaving_isolated.push(egress.isolated);
        }
        let isolated = [leaving_isolated, ingress.iter().map(|row| row.isolated).collect()];
        Self { endpoints: count, sets: sets.sets, cells, isolated }
    }

    /// How many endpoints there are.
    pub fn endpoints(&self) -> usize {
        self.endpoints
    }

    /// The answer for `from` to `to`, by their indices in the cluster; `None` for an index out of range.
    pub fn connection(&self, from: usize, to: usize) -> Option<Connection<'_>> {
        if from >= self.endpoints || to >= self.endpoints {
            return None;
        }
        let cell = self.cells.get(from * self.endpoints + to)?;
        let set = |id: u32| self.sets.get(id as usize);
        let side =
            |direction, endpoint, id| Some(Side { isolated: self.is_isolated(endpoint, direction), allowed: set(id)? });
        Some(Connection {
            allowed: set(cell.allowed)?,
            egress: side(Direction::Egress, from, cell.egress)?,
            ingress: side(Direction::Ingress, to, cell.ingress)?,
            unknown: cell.unknown,
        })
    }

    /// Whether a policy isolates `endpoint` in `direction`.
    pub fn is_isolated(&self, endpoint: usize, direction: Direction) -> bool {
        let [egress, ingress] = &self.isolated;
        let side = if direction == Direction::Egress { egress } else { ingress };
        side.get(endpoint).copied().unwrap_or(false)
    }
}

/// What one endpoint allows in one direction, for each other endpoint.
struct Row {
    isolated: bool,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    certain: u32,
    possible: u32,
}

impl Row {
    fn get(&self, other: usize) -> Entry {
        self.entries.get(other).copied().unwrap_or(Entry { certain: NONE, possible: NONE })
    }
}

fn row(at: usize, direction: Direction, cluster: &Cluster, policies: &[Policy], sets: &mut Sets) -> Row {
    let isolating: Vec<&[Rule]> = policies
        .iter()
        .filter(|policy| policy.subjects.contains(at))
        .filter_map(|policy| policy.rules(direction))
        .collect();
    let count = cluster.endpoints.len();
    if isolating.is_empty() {
        return Row { isolated: false, entries: vec![Entry { certain: ALL, possible: ALL }; count] };
    }
    let mut entries = vec![Entry { certain: NONE, possible: NONE }; count];
    for rule in isolating.into_iter().flatten() {
        let per_peer = direction == Direction::Egress && rule.has_named_ports();
        let own = cluster.endpoints.get(at).map(|endpoint| rule.ports_on(endpoint)).unwrap_or_default();
        let shared = sets.id(own);
        let mut allow = |other: usize, certain: bool| {
            let ports = match cluster.endpoints.get(other).filter(|_| per_peer) {
                Some(destination) => sets.id(rule.ports_on(destination)),
                None => shared,
            };
            if let Some(entry) = entries.get_mut(other) {
                entry.possible = sets.union(entry.possible, ports);
                if certain {
                    entry.certain = sets.union(entry.certain, ports);
                }
            }
        };
        match &rule.peers {
            Peers::Everyone => (0..count).for_each(|other| allow(other, true)),
            Peers::OneOf(peers) => {
                for peer in peers {
                    peer.members.iter().for_each(|other| allow(other, true));
                    peer.unknown.iter().for_each(|other| allow(other, false));
                }
            }
        }
    }
    Row { isolated: true, entries }
}

const NONE: u32 = 0;
const ALL: u32 = 1;

/// Port sets, each kept once, and what became of joining two of them.
struct Sets {
    sets: Vec<PortSet>,
    ids: HashMap<PortSet, u32>,
    unions: HashMap<(u32, u32), u32>,
    intersections: HashMap<(u32, u32), u32>,
}

impl Sets {
    fn new() -> Self {
        let mut sets =
            Self { sets: Vec::new(), ids: HashMap::new(), unions: HashMap::new(), intersections: HashMap::new() };
        sets.id(PortSet::default());
        sets.id(PortSet::all());
        sets
    }

    fn id(&mut self, set: PortSet) -> u32 {
        if let Some(id) = self.ids.get(&set) {
            return *id;
        }
        let id = u32::try_from(self.sets.len()).unwrap_or(NONE);
        self.sets.push(set.clone());
        self.ids.insert(set, id);
        id
    }

    fn union(&mut self, a: u32, b: u32) -> u32 {
        if a == b || b == NONE || a == ALL {
            return a;
        }
        if a == NONE || b == ALL {
            return b;
        }
        let key = (a.min(b), a.max(b));
        if let Some(id) = self.unions.get(&key) {
            return *id;
        }
        let (Some(mut joined), Some(other)) = (self.sets.get(a as usize).cloned(), self.sets.get(b as usize)) else {
            return a;
        };
        joined.unite(other);
        let id = self.id(joined);
        self.unions.insert(key, id);
        id
    }

    fn intersection(&mut self, a: u32, b: u32) -> u32 {
        if a == b || b == ALL || a == NONE {
            return a;
        }
        if a == ALL || b == NONE {
            return b;
        }
        let key = (a.min(b), a.max(b));
        if let Some(id) = self.intersections.get(&key) {
            return *id;
        }
        let (Some(one), Some(other)) = (self.sets.get(a as usize), self.sets.get(b as usize)) else { return NONE };
        let common = one.intersection(other);
        let id = self.id(common);
        self.intersections.insert(key, id);
        id
    }
}

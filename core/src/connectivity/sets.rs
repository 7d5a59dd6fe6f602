//! What may connect by number, each kept once, and what became of joining two of them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::http::HttpRule;
use crate::manifest::Direction;
use crate::reach::Reach;

/// The number of the empty set.
pub(super) const NONE: u32 = 0;
/// The number of the set of all ports.
pub(super) const ALL: u32 = 1;

/// Everything that came up.
pub(super) struct Sets {
    sets: Vec<Reach>,
    ids: HashMap<Reach, u32>,
    unions: Memo,
    intersections: Memo,
    /// Subtraction has an order: these are found under both numbers as they come.
    differences: HashMap<(u32, u32), u32>,
    narrowed: HashMap<(u32, *const Arc<HttpRule>), u32>,
}

impl Sets {
    pub(super) fn new() -> Self {
        let mut sets = Self {
            sets: Vec::new(),
            ids: HashMap::new(),
            unions: Memo::new(),
            intersections: Memo::new(),
            differences: HashMap::new(),
            narrowed: HashMap::new(),
        };
        sets.id(Reach::default());
        sets.id(Reach::all());
        sets
    }

    pub(super) fn into_sets(self) -> Vec<Reach> {
        self.sets
    }

    pub(super) fn id(&mut self, set: Reach) -> u32 {
        if let Some(id) = self.ids.get(&set) {
            return *id;
        }
        let id = u32::try_from(self.sets.len()).unwrap_or(NONE);
        self.sets.push(set.clone());
        self.ids.insert(set, id);
        id
    }

    #[inline]
    pub(super) fn union(&mut self, a: u32, b: u32) -> u32 {
        if a == b || b == NONE || a == ALL {
            return a;
        }
        if a == NONE || b == ALL {
            return b;
        }
        if let Some(id) = self.unions.recent(a, b) { id } else { self.unite(a, b) }
    }

    #[inline(never)]
    fn unite(&mut self, a: u32, b: u32) -> u32 {
        if let Some(id) = self.unions.get(a, b) {
            return id;
        }
        let (Some(one), Some(other)) = (self.sets.get(a as usize), self.sets.get(b as usize)) else { return a };
        let joined = one.union(other);
        let id = self.id(joined);
        self.unions.put(a, b, id);
        id
    }

    #[inline]
    pub(super) fn intersection(&mut self, a: u32, b: u32) -> u32 {
        if a == b || b == ALL || a == NONE {
            return a;
        }
        if a == ALL || b == NONE {
            return b;
        }
        if let Some(id) = self.intersections.recent(a, b) { id } else { self.intersect(a, b) }
    }

    #[inline(never)]
    fn intersect(&mut self, a: u32, b: u32) -> u32 {
        if let Some(id) = self.intersections.get(a, b) {
            return id;
        }
        let (Some(one), Some(other)) = (self.sets.get(a as usize), self.sets.get(b as usize)) else { return NONE };
        let common = one.intersection(other);
        let id = self.id(common);
        self.intersections.put(a, b, id);
        id
    }

    /// What is in `a` and on no port of `b`.
    pub(super) fn without(&mut self, a: u32, b: u32) -> u32 {
        if a == NONE || b == NONE {
            return a;
        }
        if a == b || b == ALL {
            return NONE;
        }
        if let Some(id) = self.differences.get(&(a, b)) {
            return *id;
        }
        let (Some(one), Some(other)) = (self.sets.get(a as usize), self.sets.get(b as usize)) else { return NONE };
        let rest = one.without(&other.ports);
        let id = self.id(rest);
        self.differences.insert((a, b), id);
        id
    }

    /// The TCP ports of `ports`, for what `rules` admit alone.
    pub(super) fn narrowed(&mut self, ports: u32, direction: Direction, rules: &[Arc<HttpRule>]) -> u32 {
        let Some(set) = self.sets.get(ports as usize) else { return NONE };
        // Rules stay where they are while the sets live.
        let key = (ports, rules.as_ptr());
        if let Some(id) = self.narrowed.get(&key) {
            return *id;
        }
        let some = Reach::narrowed(&set.ports, direction, rules);
        let id = self.id(some);
        self.narrowed.insert(key, id);
        id
    }
}

/// What came of joining two sets, in either order. The answers that were asked for last are found without hashing.
struct Memo {
    recent: Vec<(u32, u32, u32)>,
    all: HashMap<(u32, u32), u32>,
}

const RECENT: usize = 1 << 12;

impl Memo {
    fn new() -> Self {
        // No two sets have this key: joining a set with itself needs no memo.
        Self { recent: vec![(NONE, NONE, NONE); RECENT], all: HashMap::new() }
    }

    fn slot(a: u32, b: u32) -> usize {
        // Two odd constants spread neighbouring numbers over the table.
        let mixed = a.wrapping_mul(0x9e37_79b1) ^ b.wrapping_mul(0x85eb_ca77);
        (mixed >> 20) as usize % RECENT
    }

    #[inline]
    fn recent(&self, a: u32, b: u32) -> Option<u32> {
        let (a, b) = (a.min(b), a.max(b));
        let slot = self.recent.get(Self::slot(a, b))?;
        ((slot.0, slot.1) == (a, b)).then_some(slot.2)
    }

    /// What is not among the recent ones becomes one of them.
    fn get(&mut self, a: u32, b: u32) -> Option<u32> {
        let (a, b) = (a.min(b), a.max(b));
        let id = *self.all.get(&(a, b))?;
        *self.recent.get_mut(Self::slot(a, b))? = (a, b, id);
        Some(id)
    }

    fn put(&mut self, a: u32, b: u32, id: u32) {
        let (a, b) = (a.min(b), a.max(b));
        self.all.insert((a, b), id);
        if let Some(slot) = self.recent.get_mut(Self::slot(a, b)) {
            *slot = (a, b, id);
        }
    }
}

//! Who may connect to whom, on exactly which ports: the whole matrix.
//!
//! A connection needs the source's egress **and** the destination's ingress to allow it. A pod that no policy
//! selects in a direction allows everything in it; for another one the tiers of [`crate::policy`] decide. With
//! NetworkPolicies alone that is the union of what the policies that isolate it allow (Kubernetes documentation, "Network
//! Policies", "The two sorts of pod isolation").
//!
//! Endpoints that no policy can tell apart are evaluated once: the matrix has a row and a column for each class of
//! [`crate::cluster::Classes`].

mod row;
mod sets;
mod sweep;

use std::collections::HashMap;

use crate::cluster::Cluster;
use crate::http::Request;
use crate::manifest::Direction;
use crate::policy::{Policy, Tier};
use crate::ports::PortSet;
use crate::reach::{self, Admission, Narrowed, Reach};
use row::{Row, Rows};
use sets::{NONE, Sets};

/// What may connect between every two endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connectivity {
    /// The class of every endpoint.
    class_of: Vec<u32>,
    classes: usize,
    /// What may connect, by number.
    ports: Vec<PortSet>,
    /// The ports among them on which only some requests pass, by number; empty where there are none at all.
    http: Vec<Vec<Narrowed>>,
    /// Source by source, destination by destination.
    cells: Vec<Cell>,
    /// Whether a policy isolates it: egress, then ingress, by class.
    isolated: [Vec<bool>; 2],
    /// Whether a policy selects it: egress, then ingress, by class.
    selected: [Vec<bool>; 2],
    /// Whether its policies decide on everything, so that no cell says so: egress, then ingress, by class.
    plain: [Vec<bool>; 2],
}

/// The number of what may connect, and five flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell(u32);

impl Cell {
    const EGRESS_REFUSES: u32 = 1 << 31;
    const INGRESS_REFUSES: u32 = 1 << 30;
    const UNKNOWN: u32 = 1 << 29;
    const EGRESS_DECIDED: u32 = 1 << 28;
    /// In a row: a policy decides on this side, where it is not plain. In the matrix: on the destination's.
    const DECIDED: u32 = 1 << 27;
    const SET: u32 = Self::DECIDED - 1;

    fn set(self) -> u32 {
        self.0 & Self::SET
    }

    fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }
}

/// The answer for one ordered pair of endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection<'c> {
    /// The ports that both sides allow.
    pub allowed: &'c PortSet,
    /// The ports among them on which only some HTTP requests pass.
    pub http: &'c [Narrowed],
    /// The source's side.
    pub egress: Side,
    /// The destination's side.
    pub ingress: Side,
    /// Whether something unknown could change the answer, such as an address; the answer is the one where conditions on
    /// it do not hold.
    pub unknown: bool,
}

/// What one side of a connection has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// Whether a policy has a say in it: a rule matches, or a policy isolates the endpoint in this direction.
    pub decided: bool,
    /// Whether the connection is blocked and this side is to blame: it allows nothing, or nothing that the other
    /// side allows too.
    pub refuses: bool,
}

/// The verdict on one ordered pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// All ports of all protocols may connect.
    Open,
    /// Some may, or on some of them only some requests.
    Partial,
    /// None may.
    Blocked,
}

impl Verdict {
    /// The word for it: `open`, `partial` or `blocked`.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Open => "open",
            Verdict::Partial => "partial",
            Verdict::Blocked => "blocked",
        }
    }

    /// The verdict where `allowed` may connect.
    pub fn of(allowed: &PortSet) -> Self {
        if allowed.is_all() {
            Verdict::Open
        } else if allowed.is_empty() {
            Verdict::Blocked
        } else {
            Verdict::Partial
        }
    }
}

impl Connection<'_> {
    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        if self.http.is_empty() { Verdict::of(self.allowed) } else { Verdict::Partial }
    }

    /// What both sides allow, ports and requests.
    pub fn reach(&self) -> Reach {
        Reach { ports: self.allowed.clone(), http: self.http.to_vec() }
    }

    /// Whether the same ports may connect, and the same requests pass.
    pub fn agrees(&self, other: &Connection<'_>) -> bool {
        self.allowed == other.allowed && reach::agree(self.http, other.http)
    }

    /// What becomes of `request` on TCP `port`.
    pub fn admission(&self, request: &Request, port: u16) -> Admission {
        Admission::of(request, port, self.allowed, self.http)
    }

    /// Whether a policy had a say in it.
    pub fn is_decided(&self) -> bool {
        self.egress.decided || self.ingress.decided
    }

    /// Which sides refuse a blocked connection: (egress, ingress). Where each side allows something but nothing in
    /// common, both refuse; an open or partly open connection is refused by neither.
    pub fn refused_by(&self) -> (bool, bool) {
        (self.egress.refuses, self.ingress.refuses)
    }
}

impl Connectivity {
    /// Works out every ordered pair of endpoints of `cluster` under `policies`, which are tried in `tiers`.
    pub fn evaluate(cluster: &Cluster, policies: &[Policy], tiers: &[Tier]) -> Self {
        let mut sets = Sets::new();
        let classes = cluster.classes.len();
        let ingress = Rows::new(cluster, policies, tiers, Direction::Ingress);
        let egress = Rows::new(cluster, policies, tiers, Direction::Egress);
        let room = |wanted: bool| Vec::with_capacity(if wanted { classes * classes } else { 0 });
        let uncertain = ingress.is_uncertain() || egress.is_uncertain();
        let doubtful = ingress.is_doubtful() || egress.is_doubtful();
        let (mut cells, mut least, mut most) = (room(true), room(doubtful), room(uncertain));
        let mut known: HashMap<Vec<u32>, Row> = HashMap::new();
        for class in 0..classes {
            if known.len() * classes > KEPT {
                known.clear();
            }
            let row = known.entry(egress.key(class)).or_insert_with(|| egress.row(class, &mut sets));
            cells.extend_from_slice(row.base());
            if doubtful {
                least.extend_from_slice(row.least());
            }
            if uncertain {
                most.extend_from_slice(row.most());
            }
        }
        let combine = if egress.are_plain() && ingress.are_plain() { combine::<false> } else { combine::<true> };
        combine(&mut cells, &ingress, Row::base, &mut sets);
        combine(&mut least, &ingress, Row::least, &mut sets);
        combine(&mut most, &ingress, Row::most, &mut sets);
        let mut cells: Vec<Cell> = cells.into_iter().map(Cell).collect();
        for (at, (cell, most)) in cells.iter_mut().zip(most).enumerate() {
            // Without a refusal in doubt the least is what the cell says.
            let least = least.get(at).map_or(*cell, |least| Cell(*least));
            if least.set() != Cell(most).set() {
                cell.0 |= Cell::UNKNOWN;
            }
        }
        let sets = sets.into_sets();
        let narrowed = sets.iter().any(|reach| !reach.http.is_empty());
        let (ports, http): (Vec<PortSet>, Vec<Vec<Narrowed>>) =
            sets.into_iter().map(|Reach { ports, http }| (ports, http)).unzip();
        Self {
            class_of: (0..cluster.endpoints.len()).map(|at| index(cluster.classes.of(at))).collect(),
            classes,
            ports,
            http: if narrowed { http } else { Vec::new() },
            cells,
            isolated: [egress.isolated(), ingress.isolated()],
            selected: [egress.selected(), ingress.selected()],
            plain: [egress.into_plain(), ingress.into_plain()],
        }
    }

    /// How many endpoints there are.
    pub fn endpoints(&self) -> usize {
        self.class_of.len()
    }

    /// The answer for `from` to `to`, by their indices in the cluster; `None` for an index out of range. An endpoint
    /// always reaches itself.
    pub fn connection(&self, from: usize, to: usize) -> Option<Connection<'_>> {
        let (source, destination) = (*self.class_of.get(from)? as usize, *self.class_of.get(to)? as usize);
        if from == to {
            return self.answer(Cell(sets::ALL), false, false);
        }
        let [egress, ingress] = &self.plain;
        let cell = *self.cells.get(source * self.classes + destination)?;
        self.answer(cell, *egress.get(source)?, *ingress.get(destination)?)
    }

    /// The answers for `from` to every endpoint, in the order of the cluster; none for an index out of range.
    pub fn connections_from(&self, from: usize) -> impl Iterator<Item = Connection<'_>> {
        let source = self.class_of.get(from).map(|class| *class as usize);
        let cells = source.and_then(|source| self.cells.get(source * self.classes..(source + 1) * self.classes));
        let cells = cells.unwrap_or_default();
        let [egress, ingress] = &self.plain;
        let leaving = source.and_then(|source| egress.get(source)).copied().unwrap_or(false);
        let reached = if cells.is_empty() { &[][..] } else { &self.class_of };
        reached.iter().enumerate().filter_map(move |(to, class)| {
            if from == to {
                return self.answer(Cell(sets::ALL), false, false);
            }
            self.answer(*cells.get(*class as usize)?, leaving, *ingress.get(*class as usize)?)
        })
    }

    #[inline]
    fn answer(&self, cell: Cell, leaving: bool, entering: bool) -> Option<Connection<'_>> {
        let set = cell.set() as usize;
        Some(Connection {
            allowed: self.ports.get(set)?,
            http: self.http.get(set).map_or(&[], Vec::as_slice),
            egress: Side {
                decided: leaving || cell.has(Cell::EGRESS_DECIDED),
                refuses: cell.has(Cell::EGRESS_REFUSES),
            },
            ingress: Side { decided: entering || cell.has(Cell::DECIDED), refuses: cell.has(Cell::INGRESS_REFUSES) },
            unknown: cell.has(Cell::UNKNOWN),
        })
    }

    /// Whether two endpoints may connect to all others, and be connected to, alike.
    pub fn are_alike(&self, a: usize, b: usize) -> bool {
        let (Some(a), Some(b)) = (self.class_of.get(a).copied(), self.class_of.get(b).copied()) else { return false };
        // What no cell says of a class is the same for both.
        let same = |sides: &[Vec<bool>; 2]| sides.iter().all(|side| side.get(a as usize) == side.get(b as usize));
        let cell = |from: u32, to: u32| self.cells.get(from as usize * self.classes + to as usize);
        let others = (0..index(self.classes)).filter(|other| {
            // Between the two themselves there is nothing to compare, unless others are of their classes too.
            *other != a && *other != b || self.class_of.iter().filter(|class| *class == other).nth(1).is_some()
        });
        a == b
            || same(&self.isolated)
                && same(&self.plain)
                && others.into_iter().all(|o| cell(a, o) == cell(b, o) && cell(o, a) == cell(o, b))
    }

    /// Whether a policy isolates `endpoint` in `direction`.
    pub fn is_isolated(&self, endpoint: usize, direction: Direction) -> bool {
        self.holds(&self.isolated, endpoint, direction)
    }

    /// Whether a policy selects `endpoint` and says something in `direction`; only then is anything decided there.
    pub fn is_selected(&self, endpoint: usize, direction: Direction) -> bool {
        self.holds(&self.selected, endpoint, direction)
    }

    fn holds(&self, [egress, ingress]: &[Vec<bool>; 2], endpoint: usize, direction: Direction) -> bool {
        let side = if direction == Direction::Egress { egress } else { ingress };
        let class = self.class_of.get(endpoint);
        class.and_then(|class| side.get(*class as usize)).copied().unwrap_or(false)
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// How many entries of rows are kept in case that another class has the same row.
const KEPT: usize = 1 << 24;
/// How many destinations are worked on together: their rows stay in the cache while the sources pass by.
const TILE: usize = 64;

/// Turns `cells`, which hold what each source lets out, into what both sides allow, and says who refuses. Cells have
/// flags of their own only where some class is not plain, which `FLAGS` says.
fn combine<const FLAGS: bool>(cells: &mut [u32], ingress: &Rows<'_>, side: fn(&Row) -> &[u32], sets: &mut Sets) {
    if cells.is_empty() {
        return;
    }
    let classes = ingress.classes();
    let mut known: HashMap<Vec<u32>, usize> = HashMap::new();
    let mut rows: Vec<Row> = Vec::new();
    for first in (0..classes).step_by(TILE) {
        known.clear();
        rows.clear();
        let tile = first..classes.min(first + TILE);
        let row_of: Vec<Option<usize>> = tile
            .clone()
            .map(|class| {
                ingress.selects(class).then(|| {
                    *known.entry(ingress.key(class)).or_insert_with(|| {
                        rows.push(ingress.row(class, sets));
                        rows.len() - 1
                    })
                })
            })
            .collect();
        let admitted: Vec<Option<&[u32]>> =
            row_of.iter().map(|row| row.and_then(|row| rows.get(row)).map(side)).collect();
        for (source, line) in cells.chunks_mut(classes).enumerate() {
            let Some(line) = line.get_mut(tile.clone()) else { continue };
            for (cell, row) in line.iter_mut().zip(&admitted) {
                *cell = join::<FLAGS>(*cell, row.and_then(|row| row.get(source).copied()), sets);
            }
        }
    }
}

/// The cell for a source that lets `leaving` out and a destination that admits `entering`, all of it if `None`.
#[inline]
fn join<const FLAGS: bool>(leaving: u32, entering: Option<u32>, sets: &mut Sets) -> u32 {
    if !FLAGS {
        return meet(leaving, entering, sets);
    }
    let decided = (leaving & Cell::DECIDED) << 1 | entering.unwrap_or(0) & Cell::DECIDED;
    decided | meet(leaving & Cell::SET, entering.map(|entering| entering & Cell::SET), sets)
}

/// The same for numbers of sets without flags.
#[inline]
fn meet(leaving: u32, entering: Option<u32>, sets: &mut Sets) -> u32 {
    let Some(entering) = entering else {
        return if leaving == NONE { NONE | Cell::EGRESS_REFUSES } else { leaving };
    };
    match sets.intersection(leaving, entering) {
        NONE => match (leaving == NONE, entering == NONE) {
            (true, false) => NONE | Cell::EGRESS_REFUSES,
            (false, true) => NONE | Cell::INGRESS_REFUSES,
            _ => NONE | Cell::EGRESS_REFUSES | Cell::INGRESS_REFUSES,
        },
        both => both,
    }
}

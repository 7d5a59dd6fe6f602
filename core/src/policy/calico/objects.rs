//! All that selectors can find: pods and network sets, and which of them a part of a selector matches.
//!
//! A selector matches objects, and means their addresses: a network set whose labels match brings in every address of
//! its networks, a pod's among them.

use std::collections::HashMap;

use crate::bits::BitSet;
use crate::labels::{Labels, NAMESPACE_NAME};
use crate::manifest::calico::NetworkSet;
use crate::manifest::calico::selector::{Expr, ExprKind, Test};
use crate::manifest::calico::{ACCOUNT_LABEL, NAME_LABEL, NAMESPACE_LABEL, ORCHESTRATOR_LABEL};
use crate::phrase::Sentence;
use crate::policy::About;
use crate::policy::index::{Index, Met};
use crate::source::Place;

/// Whose labels a selector looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// The object's own: `selector`, `notSelector`.
    Own,
    /// Its namespace's: `namespaceSelector`.
    Namespace,
    /// Its service account's: `serviceAccountSelector`, `serviceAccounts.selector`.
    Account,
}

/// Pods by their classes, and behind them the network sets.
pub(super) struct Objects<'i, 'c> {
    index: &'i Index<'c>,
    sets: Vec<Set<'i>>,
    /// The number of the first set.
    first: usize,
    all: BitSet,
    /// The pods of each service account, by namespace and name.
    accounts: HashMap<(usize, &'c str), BitSet>,
}

struct Set<'i> {
    labels: &'i Labels,
    /// Its namespace, and that namespace's labels where it is one of the cluster.
    namespace: Option<(&'i str, Option<&'i Labels>)>,
    /// Who has an address in it.
    met: Met,
}

/// One of the conditions that `&&` joins.
pub(super) struct Operand {
    pub(super) wants: Sentence,
    pub(super) about: About,
    pub(super) objects: BitSet,
    pub(super) place: Place,
}

impl<'i, 'c> Objects<'i, 'c> {
    pub(super) fn new(sets: &'i [NetworkSet], index: &'i Index<'c>) -> Self {
        let namespace = |own: &'i str| {
            let at = index.namespace(own);
            (own, at.and_then(|at| index.cluster.namespaces.get(at)).map(|namespace| &namespace.labels))
        };
        let sets: Vec<Set<'i>> = sets
            .iter()
            .map(|set| Set {
                labels: &set.meta.labels,
                namespace: set.namespace().map(namespace),
                met: index.any_block(&set.nets),
            })
            .collect();
        let first = index.cluster.classes.len();
        let mut all = index.all_pods();
        let mut accounts: HashMap<(usize, &'c str), BitSet> = HashMap::new();
        for class in all.iter() {
            let Some(pod) = index.representative(class) else { continue };
            let Some(namespace) = pod.namespace else { continue };
            accounts.entry((namespace, &pod.service_account)).or_default().insert(class);
        }
        (first..first + sets.len()).for_each(|set| all.insert(set));
        Self { index, sets, first, all, accounts }
    }

    /// Every object.
    pub(super) fn all(&self) -> &BitSet {
        &self.all
    }

    /// The pods among `objects`.
    pub(super) fn pods_of(&self, objects: &BitSet) -> BitSet {
        let mut pods = self.index.all_pods();
        pods.intersect(objects);
        pods
    }

    /// Who has an address in one of the network sets among `objects`.
    pub(super) fn addresses_of(&self, objects: &BitSet) -> Met {
        let mut met = Met::default();
        for (_, set) in self.numbered().filter(|(at, _)| objects.contains(*at)) {
            met.members.unite(&set.met.members);
            met.unknown.unite(&set.met.unknown);
        }
        met.unknown.subtract(&met.members);
        met
    }

    /// The objects of the namespace `own`.
    pub(super) fn of_namespace(&self, own: &str) -> BitSet {
        let namespaces = self.index.namespace(own).into_iter().collect();
        self.found(self.index.in_namespaces(&namespaces), |set| set.namespace.is_some_and(|(name, _)| name == own))
    }

    /// The pods that run as a service account of one of these names; a set does if its labels say so.
    pub(super) fn running_as(&self, holds: impl Fn(&str) -> bool) -> BitSet {
        let named = self.accounts.iter().filter(|((_, name), _)| holds(name));
        self.found(union(named.map(|(_, pods)| pods)), |set| {
            set.labels.get(ACCOUNT_LABEL).is_some_and(|name| holds(name))
        })
    }

    /// One of the conditions of a selector.
    pub(super) fn operand(&self, part: &Expr, view: View, place: Place) -> Operand {
        let mut wants = Sentence::default();
        match view {
            View::Own => wants.code(part),
            View::Namespace => wants.plain("a namespace with ").code(part),
            View::Account => wants.plain("a service account with ").code(part),
        };
        Operand { wants, about: about(part, view), objects: self.matching(part, view), place }
    }

    /// The objects that a part of a selector matches.
    pub(super) fn matching(&self, part: &Expr, view: View) -> BitSet {
        match &part.kind {
            ExprKind::All if view == View::Namespace => {
                self.found(self.index.all_pods(), |set| set.namespace.is_some())
            }
            ExprKind::Global if view == View::Namespace => self.found(BitSet::default(), |set| set.namespace.is_none()),
            ExprKind::All | ExprKind::Global => self.all.clone(),
            ExprKind::Label { key, test } => self.labelled(key, test, view),
            ExprKind::Not(inner) => {
                let mut rest = self.all.clone();
                rest.subtract(&self.matching(inner, view));
                rest
            }
            ExprKind::And(parts) => {
                let mut both = self.all.clone();
                parts.iter().for_each(|part| both.intersect(&self.matching(part, view)));
                both
            }
            ExprKind::Or(parts) => {
                let mut either = BitSet::default();
                parts.iter().for_each(|part| either.unite(&self.matching(part, view)));
                either
            }
        }
    }

    fn labelled(&self, key: &str, test: &Test, view: View) -> BitSet {
        let value = |labels: &Labels, name: &str| match key {
            NAME_LABEL => test.holds(Some(name)),
            _ => test.holds(labels.get(key).map(String::as_str)),
        };
        match view {
            View::Own => {
                let pods = match key {
                    NAMESPACE_LABEL => self.index.where_namespace(|own| test.holds(Some(&own.name))),
                    ORCHESTRATOR_LABEL if test.holds(Some("k8s")) => self.index.all_pods(),
                    ORCHESTRATOR_LABEL => BitSet::default(),
                    ACCOUNT_LABEL => union(
                        self.accounts.iter().filter(|((_, name), _)| test.holds(Some(name))).map(|(_, pods)| pods),
                    ),
                    key => self.index.labelled(key, |value| test.holds(value)),
                };
                self.found(pods, |set| match (key, set.namespace) {
                    (NAMESPACE_LABEL, Some((own, _))) => test.holds(Some(own)),
                    _ => test.holds(set.labels.get(key).map(String::as_str)),
                })
            }
            View::Namespace => {
                let pods = self.index.where_namespace(|own| value(&own.labels, &own.name));
                self.found(pods, |set| match set.namespace {
                    Some((own, Some(labels))) => value(labels, own),
                    // A namespace that nothing else names has its own name for a label.
                    Some((own, None)) => test.holds(matches!(key, NAME_LABEL | NAMESPACE_NAME).then_some(own)),
                    None => test.holds(None),
                })
            }
            View::Account => {
                let none = Labels::new();
                let holds = |(namespace, name): &(usize, &str)| {
                    let space = self.index.cluster.namespaces.get(*namespace).map_or("", |own| own.name.as_str());
                    let known = self.index.cluster.accounts.get(&(space.to_owned(), (*name).to_owned()));
                    value(known.unwrap_or(&none), name)
                };
                let pods = union(self.accounts.iter().filter(|(account, _)| holds(account)).map(|(_, pods)| pods));
                self.found(pods, |_| test.holds(None))
            }
        }
    }

    /// `pods`, and the sets that meet `condition`.
    fn found(&self, mut pods: BitSet, condition: impl Fn(&Set<'_>) -> bool) -> BitSet {
        self.numbered().filter(|(_, set)| condition(set)).for_each(|(at, _)| pods.insert(at));
        pods
    }

    fn numbered(&self) -> impl Iterator<Item = (usize, &Set<'i>)> {
        (self.first..).zip(&self.sets)
    }
}

fn union<'b>(sets: impl Iterator<Item = &'b BitSet>) -> BitSet {
    let mut out = BitSet::default();
    sets.for_each(|set| out.unite(set));
    out
}

/// What a part of a selector looks at. Labels that Calico itself sets are told by what they stand for.
fn about(part: &Expr, view: View) -> About {
    let keys: Vec<&str> = part.keys().collect();
    let all = |wanted: &str| !keys.is_empty() && keys.iter().all(|key| *key == wanted);
    match view {
        View::Own if all(NAMESPACE_LABEL) => About::Namespace,
        View::Own if all(ACCOUNT_LABEL) => About::Account,
        View::Own if all(ORCHESTRATOR_LABEL) => About::Other("is a pod of Kubernetes".to_owned()),
        View::Namespace if all(NAME_LABEL) => About::Namespace,
        View::Account => About::Account,
        View::Own => About::Labels(distinct(&keys)),
        View::Namespace => About::NamespaceLabels(distinct(&keys)),
    }
}

fn distinct(keys: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for key in keys {
        if !out.iter().any(|known| known == key) {
            out.push((*key).to_owned());
        }
    }
    out
}

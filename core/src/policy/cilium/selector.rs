//! Selectors over labels of every source, each requirement a condition of its own (`pkg/labels`, `pkg/policy/api`,
//! `EndpointSelector`; scoped as in `pkg/k8s/apis/cilium.io/utils`).

use super::Compiler;
use crate::bits::BitSet;
use crate::cluster::ClusterNamespace;
use crate::labels::Operator;
use crate::manifest::cilium::{
    ACCOUNT_KEY, CLUSTER_KEY, CiliumSelector, Entity, LabelRequirement, LabelSource, NAMESPACE_KEY,
    NAMESPACE_LABELS_PREFIX, in_identity,
};
use crate::phrase::Sentence;
use crate::policy::{About, Peer, Term};
use crate::source::Span;

/// The name of a cluster that is given none.
const CLUSTER: &str = "default";

/// Who has a label.
#[derive(Default)]
struct Holders {
    /// With any value.
    any: BitSet,
    /// With a value that is asked for.
    listed: BitSet,
    /// Those who may have it.
    unknown: BitSet,
}

impl Compiler<'_, '_> {
    /// Whom a policy may select at all: pods of its own namespace.
    pub(super) fn subject_scope(&self) -> BitSet {
        match self.own() {
            Some(own) => self.index.in_namespaces(&self.index.namespace(own).into_iter().collect()),
            None => self.pods.clone(),
        }
    }

    /// What else a subject must meet. A namespace that `matchLabels` names with its source is overwritten by the policy's
    /// own.
    pub(super) fn subject_terms(&self, selector: &CiliumSelector) -> Vec<Term> {
        let overwritten = |one: &LabelRequirement| !self.policy.clusterwide && one.is_own_namespace();
        selector.requirements.iter().filter(|one| !overwritten(one)).map(|one| self.term(one)).collect()
    }

    pub(super) fn subject_says(&self, selector: &CiliumSelector) -> Sentence {
        let mut says = Sentence::default();
        match selector.is_empty() {
            true => says.plain("every pod"),
            false => says.plain("pods ").code(selector),
        };
        match self.own() {
            Some(own) => says.plain(" of ").strong(own),
            None => says.plain(" of any namespace"),
        };
        says
    }

    /// Whom an item of `fromEndpoints` or `toEndpoints` means.
    pub(super) fn endpoints(&self, selector: &CiliumSelector, span: Span) -> Peer {
        let mut says = Sentence::default();
        if selector.is_empty() {
            says.plain("every pod");
        } else {
            says.code(selector);
        }
        let mut terms: Vec<Term> = self.scope(selector, span, &mut says).into_iter().collect();
        terms.extend(selector.requirements.iter().map(|one| self.term(one)));
        Peer::meeting(says, terms, self.everybody.clone(), self.place(span))
    }

    /// The namespaces that a peer's selector ranges over where it does not say so itself (`getEndpointSelector`).
    fn scope(&self, selector: &CiliumSelector, span: Span, says: &mut Sentence) -> Option<Term> {
        if selector.is_reserved() || selector.names_namespace() {
            return None;
        }
        let (mut wants, members) = match self.own() {
            None => {
                says.plain(" of any namespace");
                (Sentence::of("a pod"), self.pods.clone())
            }
            Some(_) if selector.names_namespace_labels() => return None,
            Some(own) => {
                says.plain(" of ").strong(own);
                (Sentence::of("pods of namespace "), self.subject_scope())
            }
        };
        if let Some(own) = self.own() {
            wants.strong(own);
        }
        Some(Term { wants, about: About::Namespace, members, unknown: BitSet::default(), place: self.place(span) })
    }

    /// One requirement as a condition on every class.
    fn term(&self, one: &LabelRequirement) -> Term {
        let (holders, about) = self.holders(one);
        let mut members = self.everybody.clone();
        let mut unknown = holders.unknown;
        match one.requirement.operator {
            Operator::In => members = holders.listed,
            Operator::NotIn => members.subtract(&holders.listed),
            Operator::Exists => members = holders.any,
            Operator::DoesNotExist => members.subtract(&holders.any),
        }
        match one.requirement.operator {
            Operator::In | Operator::Exists => unknown.subtract(&members),
            Operator::NotIn | Operator::DoesNotExist => members.subtract(&unknown),
        }
        let mut wants = Sentence::default();
        match (&one.source, one.requirement.operator) {
            (LabelSource::Reserved, Operator::In | Operator::Exists) => {
                wants.code(format!("reserved:{}", one.requirement.key));
            }
            (LabelSource::Reserved, _) => drop(wants.code(format!("!reserved:{}", one.requirement.key))),
            _ => drop(wants.code(&one.requirement)),
        }
        Term { wants, about, members, unknown, place: self.place(one.requirement.span) }
    }

    /// Who has the label that `one` is about.
    fn holders(&self, one: &LabelRequirement) -> (Holders, About) {
        let key = one.requirement.key.as_str();
        let listed = |value: &str| one.requirement.values.iter().any(|wanted| wanted == value);
        let by_namespace = |value: &dyn Fn(&ClusterNamespace) -> Option<String>| {
            let mut holders = Holders::default();
            let (mut any, mut some) = (BitSet::default(), BitSet::default());
            for (at, namespace) in self.index.cluster.namespaces.iter().enumerate() {
                let Some(value) = value(namespace) else { continue };
                any.insert(at);
                if listed(&value) {
                    some.insert(at);
                }
            }
            holders.any = self.index.in_namespaces(&any);
            holders.listed = self.index.in_namespaces(&some);
            holders
        };
        let constant = |any: BitSet, unknown: BitSet, value: &str| {
            let wanted = one.requirement.values.is_empty() || listed(value);
            let listed = if listed(value) { any.clone() } else { BitSet::default() };
            Holders { any, listed, unknown: if wanted { unknown } else { BitSet::default() } }
        };
        match &one.source {
            LabelSource::Other(_) => (Holders::default(), About::Other("has no label of that source".to_owned())),
            LabelSource::Reserved => {
                let (members, unknown) = match Entity::ALL.iter().find(|(name, _)| *name == key) {
                    // These two are no labels of their own.
                    Some((_, Entity::All | Entity::Cluster)) | None => (BitSet::default(), BitSet::default()),
                    Some((_, entity)) => self.entity_members(*entity),
                };
                (constant(members, unknown, ""), About::Other(format!("is not {key}")))
            }
            _ if key == NAMESPACE_KEY => (by_namespace(&|namespace| Some(namespace.name.clone())), About::Namespace),
            _ if key == CLUSTER_KEY => {
                let about = About::Other(format!("is in cluster {CLUSTER}"));
                (constant(self.pods.clone(), BitSet::default(), CLUSTER), about)
            }
            _ if key == ACCOUNT_KEY => {
                let listed = self.index.filter(self.pods, |endpoint| listed(&endpoint.service_account));
                (Holders { any: self.pods.clone(), listed, unknown: BitSet::default() }, About::Account)
            }
            _ => match key.strip_prefix(NAMESPACE_LABELS_PREFIX) {
                Some(label) => {
                    let holders = by_namespace(&|namespace| namespace.labels.get(label).cloned());
                    (holders, About::NamespaceLabels(vec![label.to_owned()]))
                }
                None if !in_identity(key) => {
                    (Holders::default(), About::Other("has no such label in its identity".to_owned()))
                }
                None => {
                    let mut holders = Holders { any: self.index.having(key), ..Holders::default() };
                    let wanted = self.index.values(key).filter(|(value, _)| listed(value));
                    wanted.for_each(|(_, pods)| holders.listed.unite(pods));
                    (holders, About::Labels(vec![key.to_owned()]))
                }
            },
        }
    }
}

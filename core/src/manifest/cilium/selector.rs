//! Selectors whose keys say where a label comes from: `k8s:app`, `reserved:host` (`pkg/labels`, `pkg/labelsfilter`).

use std::fmt;

use super::Entity;
use crate::labels::{LabelSelector, NAMESPACE_NAME, Requirement};
use crate::manifest::decode::Decoder;
use crate::manifest::mentions::Mentions;
use crate::manifest::tree::Node;
use crate::manifest::{names, selector};
use crate::source::Span;

/// The label that holds the name of a pod's namespace.
pub const NAMESPACE_KEY: &str = "io.kubernetes.pod.namespace";
/// The label that holds the name of a pod's service account.
pub const ACCOUNT_KEY: &str = "io.cilium.k8s.policy.serviceaccount";
/// The label that holds the name of a pod's cluster.
pub const CLUSTER_KEY: &str = "io.cilium.k8s.policy.cluster";
/// What stands in front of a namespace's own label on its pods.
pub const NAMESPACE_LABELS_PREFIX: &str = "io.cilium.k8s.namespace.labels.";

/// Where a label comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LabelSource {
    /// Anywhere: a key without a source, or `any:`.
    Any,
    /// Kubernetes: `k8s:`.
    K8s,
    /// Cilium itself: `reserved:`, or a `$` in front.
    Reserved,
    /// Another, which nothing here has labels of.
    Other(String),
}

impl LabelSource {
    /// Takes a key apart (`GetExtendedKeyFrom` in `pkg/labels`).
    pub fn split(key: &str) -> (LabelSource, &str) {
        if let Some(rest) = key.strip_prefix('$').or_else(|| key.strip_prefix("reserved.")) {
            return (LabelSource::Reserved, rest);
        }
        let (source, rest) = key.split_once(':').unwrap_or(("", key));
        let source = match source {
            "" | "any" => LabelSource::Any,
            "k8s" => LabelSource::K8s,
            "reserved" => LabelSource::Reserved,
            other => LabelSource::Other(other.to_owned()),
        };
        (source, rest)
    }

    fn name(&self) -> &str {
        match self {
            LabelSource::Any => "any",
            LabelSource::K8s => "k8s",
            LabelSource::Reserved => "reserved",
            LabelSource::Other(name) => name,
        }
    }
}

/// One condition of a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRequirement {
    /// Where the label must come from.
    pub source: LabelSource,
    /// The condition; its key is without the source.
    pub requirement: Requirement,
    /// Whether it stands in `matchLabels`.
    pub exact: bool,
}

impl LabelRequirement {
    /// Whether a namespaced policy's own namespace takes its place in an `endpointSelector`.
    pub(crate) fn is_own_namespace(&self) -> bool {
        self.source == LabelSource::K8s && self.requirement.key == NAMESPACE_KEY && self.exact
    }
}

/// An `EndpointSelector`: all requirements must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CiliumSelector {
    /// `matchLabels` and `matchExpressions` together.
    pub requirements: Vec<LabelRequirement>,
    /// The selector's value, after its key.
    pub span: Span,
}

impl CiliumSelector {
    /// Whether it has no requirements.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether some requirement is about Cilium's own labels, which no namespace scopes.
    pub fn is_reserved(&self) -> bool {
        self.requirements.iter().any(|one| one.source == LabelSource::Reserved)
    }

    /// Whether some requirement is about the name of the namespace.
    pub fn names_namespace(&self) -> bool {
        self.of_kubernetes().any(|requirement| requirement.key == NAMESPACE_KEY)
    }

    /// Whether some requirement is about labels of the namespace.
    pub fn names_namespace_labels(&self) -> bool {
        self.of_kubernetes().any(|requirement| requirement.key.starts_with(NAMESPACE_LABELS_PREFIX))
    }

    /// Adds the pod labels that it looks at.
    pub(crate) fn mentions<'m>(&'m self, out: &mut Mentions<'m>) {
        let reserved = |entity: Entity| {
            let is = |one: &LabelRequirement| one.requirement.key == entity.name();
            self.requirements.iter().any(|one| one.source == LabelSource::Reserved && is(one))
        };
        out.api_server |= reserved(Entity::KubeApiserver);
        out.outside |= reserved(Entity::World);
        for requirement in self.of_kubernetes() {
            let key = requirement.key.as_str();
            if key == ACCOUNT_KEY {
                out.accounts = true;
            } else if in_identity(key) && key != NAMESPACE_KEY && !key.starts_with(NAMESPACE_LABELS_PREFIX) {
                out.keys.push(key);
            }
        }
    }

    fn of_kubernetes(&self) -> impl Iterator<Item = &Requirement> {
        let known = |one: &&LabelRequirement| matches!(one.source, LabelSource::Any | LabelSource::K8s);
        self.requirements.iter().filter(known).map(|one| &one.requirement)
    }
}

impl fmt::Display for CiliumSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, one) in self.requirements.iter().enumerate() {
            f.write_str(if i > 0 { "," } else { "" })?;
            if !matches!(one.source, LabelSource::Any | LabelSource::K8s) {
                write!(f, "{}:", one.source.name())?;
            }
            write!(f, "{}", one.requirement)?;
        }
        Ok(())
    }
}

/// Reads a selector; `what` names it in errors.
pub(super) fn read(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> CiliumSelector {
    let selector = plain(node, what, decoder);
    for LabelRequirement { source, requirement, .. } in &selector.requirements {
        let key = &requirement.key;
        if let LabelSource::Other(name) = source {
            let message =
                format!("No pod has labels of the source `{name}` here: `{name}:{key}` is missing everywhere.");
            decoder.warn("unknown-label-source", requirement.span, message).help =
                Some("Labels of pods have the source `k8s`, or write none.".into());
        } else if *source != LabelSource::Reserved && !in_identity(key) {
            let message = format!("Cilium leaves the label `{key}` out of a pod's identity: it is missing everywhere.");
            let help = if key == NAMESPACE_NAME {
                format!("To name a namespace write `{NAMESPACE_KEY}`.")
            } else {
                "Select the pods by another label.".to_owned()
            };
            decoder.warn("label-not-in-identity", requirement.span, message).help = Some(help);
        }
    }
    selector
}

/// Reads a selector of objects that are not pods.
pub(super) fn plain(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> CiliumSelector {
    let LabelSelector { requirements, span } = selector::label_selector_with(node, what, check_key, decoder);
    let labels = node.get("matchLabels").map(|labels| labels.span);
    let requirements = requirements.into_iter().map(|mut requirement| {
        let (source, key) = LabelSource::split(&requirement.key);
        requirement.key = key.to_owned();
        let Span { start, end } = requirement.span;
        let exact = labels.is_some_and(|labels| labels.start <= start && end <= labels.end);
        LabelRequirement { source, requirement, exact }
    });
    CiliumSelector { requirements: requirements.collect(), span }
}

/// A key is checked as Cilium keeps it: with a dot between source and key.
fn check_key(key: &str, span: Span, decoder: &mut Decoder) {
    let (source, rest) = LabelSource::split(key);
    let problem = names::label_key_problem(rest).or_else(|| {
        names::label_key_problem(&format!("{}.{rest}", source.name()))
            .map(|problem| format!("with its source in front, as `{}.{rest}`, {problem}", source.name()))
    });
    if let Some(problem) = problem {
        decoder.error("bad-label", span, format!("`{key}` is not a label key: {problem}."));
    }
}

/// Whether Cilium tells pods apart by this label (`defaultLabelPrefixCfg` in `pkg/labelsfilter/filter.go`): the
/// longest prefix that is let in against the shortest that is kept out.
pub(crate) fn in_identity(key: &str) -> bool {
    const IN: [&str; 4] = [NAMESPACE_KEY, "io.cilium.k8s.namespace.labels", "app.kubernetes.io", CLUSTER_KEY];
    const OUT: [&str; 12] = [
        "io.kubernetes",
        "kubernetes.io",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/job-completion-index",
        "batch.kubernetes.io/controller-uid",
        "k8s.io",
        "pod-template-generation",
        "pod-template-hash",
        "controller-revision-hash",
        "annotation",
        "etcd_node",
    ];
    let length = |prefix: &&str| key.starts_with(prefix).then_some(prefix.len());
    let beta = key.rfind("beta.kubernetes.io").map(|at| at + "beta.kubernetes.io".len());
    let out = OUT.iter().filter_map(length).chain(beta).min();
    let inside = IN.iter().filter_map(length).max();
    out.is_none_or(|out| inside.is_some_and(|inside| inside > out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_labels() {
        assert_eq!(LabelSource::split("app"), (LabelSource::Any, "app"));
        assert_eq!(LabelSource::split("any:app"), (LabelSource::Any, "app"));
        assert_eq!(LabelSource::split("k8s:a.b/c"), (LabelSource::K8s, "a.b/c"));
        for reserved in ["reserved:host", "$host", "reserved.host"] {
            assert_eq!(LabelSource::split(reserved), (LabelSource::Reserved, "host"), "{reserved}");
        }
        assert_eq!(LabelSource::split("container:id"), (LabelSource::Other("container".into()), "id"));
    }

    #[test]
    fn labels_that_tell_pods_apart() {
        for key in ["app", NAMESPACE_KEY, "app.kubernetes.io/name", "io.cilium.k8s.namespace.labels.kubernetes.io/x"] {
            assert!(in_identity(key), "{key}");
        }
        assert!(in_identity("topology.kubernetes.io/zone") && in_identity("io.cilium.k8s.policy.serviceaccount"));
        for key in
            ["kubernetes.io/os", "io.kubernetes.x", "beta.kubernetes.io/os", "failure-domain.beta.kubernetes.io/a"]
        {
            assert!(!in_identity(key), "{key}");
        }
        assert!(!in_identity("statefulset.kubernetes.io/pod-name") && !in_identity("pod-template-hash"));
    }
}

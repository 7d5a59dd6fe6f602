//! The selector of a policy of any dialect as label conditions that `kubectl get -l` can ask for.

use crate::Analysis;
use crate::labels::{LabelSelector, Operator, Requirement};
use crate::manifest::AdminSubject;
use crate::manifest::calico::selector::{Expr, ExprKind, Selector as CalicoSelector, Test};
use crate::manifest::cilium::{LabelRequirement, LabelSource, NAMESPACE_LABELS_PREFIX};
use crate::policy::{Policy, Selector};

/// Whom a policy selects, as far as labels say it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// What the pod's labels must meet.
    pub pods: Vec<Requirement>,
    /// What the labels of its namespace must meet, where the policy has no namespace of its own.
    pub namespaces: Vec<Requirement>,
    /// Whether that is all it asks for: Calico's `||`, a service account or a label of another source is more.
    pub whole: bool,
}

/// What `policy` asks for.
pub fn written(analysis: &Analysis, policy: &Policy) -> Written {
    if let Selector::Own(selector) = &policy.selector {
        return Written { pods: selector.requirements.clone(), namespaces: Vec::new(), whole: true };
    }
    let manifests = &analysis.manifests;
    if let Some(found) = manifests.calico_policies.iter().find(|found| found.meta.place == policy.place) {
        let mut out = Written { whole: found.service_account_selector.is_none(), ..Written::default() };
        out.whole &= found.host_only.is_none();
        for (selector, pods) in [(&found.selector, true), (&found.namespace_selector, false)] {
            let side = if pods { &mut out.pods } else { &mut out.namespaces };
            out.whole &= selector.as_ref().is_none_or(|selector| calico(selector, side));
        }
        return out;
    }
    if let Some(found) = manifests.admin_policies.iter().find(|found| found.meta.place == policy.place) {
        let of = |selector: &LabelSelector| selector.requirements.clone();
        let (pods, namespaces) = match &found.subject {
            AdminSubject::Namespaces(namespaces) => (Vec::new(), of(&namespaces.selector)),
            AdminSubject::Pods(both) => {
                let namespaces = both.namespaces.as_ref().map(|namespaces| of(&namespaces.selector));
                (of(&both.pods.selector), namespaces.unwrap_or_default())
            }
        };
        return Written { pods, namespaces, whole: true };
    }
    let rules = manifests.cilium.iter().filter(|found| found.meta.place.file == policy.place.file);
    let mut rules = rules.flat_map(|found| &found.rules);
    let Some(rule) = rules.find(|rule| rule.subject.span == policy.selector_place.span) else {
        return Written::default();
    };
    let mut out = Written { whole: !rule.nodes, ..Written::default() };
    for one in &rule.subject.requirements {
        out.whole &=
            cilium(one, &mut out.pods, &mut out.namespaces) || policy.namespace.is_some() && one.is_own_namespace();
    }
    out
}

/// Adds the conditions that `selector` joins with `&&`; whether those are all there are.
fn calico(selector: &CalicoSelector, out: &mut Vec<Requirement>) -> bool {
    let mut whole = true;
    for term in selector.terms() {
        match requirement(term) {
            Some(requirement) => out.push(requirement),
            None => whole &= matches!(term.kind, ExprKind::All),
        }
    }
    whole
}

fn requirement(term: &Expr) -> Option<Requirement> {
    let (key, operator, values) = match &term.kind {
        ExprKind::Label { key, test } => match test {
            Test::Present => (key, Operator::Exists, Vec::new()),
            Test::Equals(value) => (key, Operator::In, vec![value.clone()]),
            Test::Differs(value) => (key, Operator::NotIn, vec![value.clone()]),
            Test::In(values) => (key, Operator::In, values.clone()),
            Test::NotIn(values) => (key, Operator::NotIn, values.clone()),
            Test::Contains(_) | Test::StartsWith(_) | Test::EndsWith(_) => return None,
        },
        ExprKind::Not(inner) => match &inner.kind {
            ExprKind::Label { key, test: Test::Present } => (key, Operator::DoesNotExist, Vec::new()),
            _ => return None,
        },
        ExprKind::All | ExprKind::Global | ExprKind::And(_) | ExprKind::Or(_) => return None,
    };
    // Calico's own labels, such as the namespace's name, are none that kubectl knows.
    let foreign = key.starts_with("projectcalico.org/");
    (!foreign).then(|| Requirement { key: key.clone(), operator, values, span: term.span })
}

/// Adds one condition where Kubernetes has the label that it is about; whether it does.
fn cilium(one: &LabelRequirement, pods: &mut Vec<Requirement>, namespaces: &mut Vec<Requirement>) -> bool {
    if !matches!(one.source, LabelSource::Any | LabelSource::K8s) {
        return false;
    }
    match one.requirement.key.strip_prefix(NAMESPACE_LABELS_PREFIX) {
        Some(key) => namespaces.push(Requirement { key: key.to_owned(), ..one.requirement.clone() }),
        None if one.requirement.key.starts_with("io.kubernetes.") || one.requirement.key.starts_with("io.cilium.") => {
            return false;
        }
        None => pods.push(one.requirement.clone()),
    }
    true
}

/// Conditions as `kubectl get -l` has them; nothing where there are none.
pub(super) fn argument(requirements: &[Requirement]) -> Option<String> {
    let selector = LabelSelector { requirements: requirements.to_vec(), ..LabelSelector::default() };
    (!selector.is_empty()).then(|| selector.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze;
    use crate::source::Source;

    #[test]
    fn every_dialect_becomes_conditions_of_kubectl() {
        let calico = |spec: &str| {
            format!(
                "{{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {{name: p}}, spec: {spec}}}"
            )
        };
        let admin = |subject: &str| {
            format!(
                "{{apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: {{name: p}}, \
                 spec: {{priority: 5, subject: {subject}}}}}"
            )
        };
        let cilium = |selector: &str| {
            format!(
                "{{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {{name: p}}, \
                 spec: {{endpointSelector: {selector}, ingress: [{{}}]}}}}"
            )
        };
        let own = |selector: &str| {
            format!(
                "{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: p}}, \
                 spec: {{podSelector: {selector}}}}}"
            )
        };
        let cases = [
            (own("{}"), None, None, true),
            (
                own("{matchLabels: {app: database}, matchExpressions: [{key: x, operator: DoesNotExist}, \
                     {key: env, operator: In, values: [a, b]}, {key: env, operator: NotIn, values: [c, d]}]}"),
                Some("app=database,!x,env in (a,b),env notin (c,d)"),
                None,
                true,
            ),
            (calico("{selector: all()}"), None, None, true),
            (
                calico(
                    "{selector: \"app == 'db' && has(tier) && !has(old) && env not in {'a', 'b'} && x != 'y'\", \
                     namespaceSelector: \"env in {'prod', 'test'}\"}",
                ),
                Some("app=db,tier,!old,env notin (a,b),x!=y"),
                Some("env in (prod,test)"),
                true,
            ),
            (calico("{selector: \"app == 'db' && (a == 'b' || c == 'd')\"}"), Some("app=db"), None, false),
            (calico("{selector: \"app starts with 'd'\"}"), None, None, false),
            (calico("{selector: \"projectcalico.org/namespace == 'default'\"}"), None, None, false),
            (calico("{selector: \"app == 'db'\", serviceAccountSelector: \"a == 'b'\"}"), Some("app=db"), None, false),
            (admin("{namespaces: {matchLabels: {env: prod}}}"), None, Some("env=prod"), true),
            (
                admin("{pods: {namespaceSelector: {matchLabels: {env: prod}}, podSelector: {matchLabels: {app: db}}}}"),
                Some("app=db"),
                Some("env=prod"),
                true,
            ),
            (cilium("{matchLabels: {app: db, \"k8s:tier\": back}}"), Some("app=db,tier=back"), None, true),
            (cilium("{matchLabels: {\"container:app\": db}}"), None, None, false),
            (cilium("{matchLabels: {io.cilium.k8s.namespace.labels.env: prod}}"), None, Some("env=prod"), true),
        ];
        for (text, pods, namespaces, whole) in cases {
            let analysis = analyze(vec![Source::new("p", text.clone())]);
            let policy = analysis.policies.first().unwrap_or_else(|| panic!("{text}: {:?}", analysis.manifests));
            let found = written(&analysis, policy);
            let words = (argument(&found.pods), argument(&found.namespaces), found.whole);
            assert_eq!(words, (pods.map(str::to_owned), namespaces.map(str::to_owned), whole), "{text}");
        }
    }
}

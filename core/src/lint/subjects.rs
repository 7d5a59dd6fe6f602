//! Policies that select no pod.

use super::facts::Facts;
use super::findings::Findings;
use super::near;
use crate::cluster::Endpoint;
use crate::manifest::NetworkPolicy;
use crate::source::Place;

/// Policies whose own selector matches none of the pods that the text describes.
pub(super) fn find(facts: &Facts<'_>, findings: &mut Findings) {
    if !facts.pods_known {
        return;
    }
    let spaces = facts.by_namespace();
    for (written, compiled) in facts.written().filter(|(_, compiled)| facts.count(&compiled.subjects) == 0) {
        let here = compiled.own.and_then(|own| spaces.get(&own));
        let pods = here.map(|classes| facts.pods(classes)).unwrap_or_default();
        let first = written.pod_selector.requirements.first().map_or(written.pod_selector.span, |own| own.span);
        let place = Place { span: first, ..written.meta.place };
        let (name, space) = (&written.meta.name.value, &written.meta.namespace);
        if pods.is_empty() {
            // Perhaps nobody has described them yet.
            let elsewhere = elsewhere(facts, written);
            let there = elsewhere.map_or_else(String::new, |pod| {
                format!(" Pods such as `{}/{}` match, in another namespace.", facts.namespace_of(pod), pod.name)
            });
            let place = Place { span: written.meta.name.span, ..place };
            let message = format!("`{name}` selects no pod: there is none in its namespace `{space}`.{there}");
            findings.note(place, message, |finding| {
                finding.with_help("A policy selects pods of its own namespace only, which `metadata.namespace` names.")
            });
            continue;
        }
        let selector = &written.pod_selector;
        let labels = pods.iter().filter_map(|at| Some((*at, &facts.endpoint(*at)?.labels)));
        let near = near::nearest(selector, labels);
        let hint = match &near {
            Some((near, _)) => {
                format!(" Did you mean `{}`, as {} has?", near.label(), facts.names(&[near.at], Some(space)))
            }
            None => elsewhere(facts, written).map_or_else(String::new, |pod| {
                format!(" Pods such as `{}/{}` match, in another namespace.", facts.namespace_of(pod), pod.name)
            }),
        };
        let message =
            format!("`{name}` selects no pod: none of {} of `{space}` has `{selector}`.{hint}", facts.number(&pods));
        findings.warn(place, message, |finding| {
            let clear = near.filter(|(_, only)| *only);
            let fix = clear.and_then(|(near, _)| near.mended(selector, facts.source(place)?)).unwrap_or_default();
            finding.with_help("The pods' own labels count; for a Deployment those of its template.").with_fix(fix)
        });
    }
}

/// A pod of another namespace that the policy would select there.
fn elsewhere<'a>(facts: &Facts<'a>, written: &NetworkPolicy) -> Option<&'a Endpoint> {
    if written.pod_selector.is_empty() {
        return None;
    }
    let mut representatives =
        facts.classes().iter().filter_map(|class| facts.representative(class)).collect::<Vec<_>>().into_iter();
    representatives.find(|pod| written.pod_selector.matches(&pod.labels))
}

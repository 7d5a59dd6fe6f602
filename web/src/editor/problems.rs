//! The list of what is wrong, and of what was passed over.

use netpol_core::Analysis;
use netpol_core::diagnostic::{Diagnostic, Severity};
use netpol_core::source::Place;
use yew::prelude::*;

use crate::icons;
use crate::panels::assumed;

/// What the list is given.
#[derive(Properties, PartialEq)]
pub(crate) struct ProblemsProps {
    pub(crate) analysis: std::rc::Rc<Analysis>,
    /// A finding was pressed: show its place.
    pub(crate) on_go: Callback<Place>,
    /// A finding's edits shall be applied.
    pub(crate) on_fix: Callback<Diagnostic>,
}

/// The problems of both texts, in text order.
#[component]
pub(crate) fn Problems(props: &ProblemsProps) -> Html {
    let analysis = &props.analysis;
    let found = &analysis.manifests.diagnostics;
    let item = |diagnostic: &Diagnostic| {
        let place = diagnostic.place;
        let source = analysis.sources.get(place.file);
        let (name, line) = source.map_or(("", 0), |source| (source.name(), source.line(place.span.start)));
        let go = props.on_go.reform(move |_: MouseEvent| place);
        let fix = (!diagnostic.fix.is_empty()).then(|| {
            let diagnostic = diagnostic.clone();
            props.on_fix.reform(move |_: MouseEvent| diagnostic.clone())
        });
        let (class, icon) = match diagnostic.severity {
            Severity::Error => ("error", icons::cross()),
            Severity::Warning => ("warning", icons::warning()),
            Severity::Note => ("note", icons::dash()),
        };
        html! {
            <li class={class}>
                { icon }
                <span class="what">
                    { &diagnostic.message }
                    if let Some(help) = &diagnostic.help { <small>{ help }</small> }
                </span>
                if let Some(fix) = fix { <button class="fix" onclick={fix}>{ "Fix" }</button> }
                <button class="line" onclick={go} title={format!("{name}, line {line}")}>{ format!("{} {line}", if place.file == 0 { "line" } else { "Cluster, line" }) }</button>
            </li>
        }
    };
    html! { <ul class="problems" aria-label="Problems" hidden={found.is_empty()}>{ for found.iter().map(item) }</ul> }
}

/// The status line's words: how many objects there are and what is wrong with them.
pub(crate) fn summary(analysis: &Analysis, file: usize) -> (bool, String) {
    let count = |severity| analysis.manifests.diagnostics.iter().filter(|d| d.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let many = |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
    let assumed = assumed::count(analysis);
    let assumed = if assumed > 0 { format!(", {assumed} assumed") } else { String::new() };
    let what = if file == 0 {
        match analysis.policies_written() {
            0 => format!("{}, no policies", many(pods(analysis), "pod", "pods")),
            policies => many(policies, "policy", "policies"),
        }
    } else {
        many(pods(analysis), "pod", "pods") + &assumed
    };
    let mut words = vec![what];
    match (errors, warnings) {
        (0, 0) if analysis.policies_written() == 0 => {}
        (0, 0) if !analysis.cni.enforces() => words.push("not enforced".to_owned()),
        (0, 0) => words.push("no problems".to_owned()),
        (errors, warnings) => {
            words.extend((errors > 0).then(|| many(errors, "error", "errors")));
            words.extend((warnings > 0).then(|| many(warnings, "warning", "warnings")));
        }
    }
    (errors == 0, words.join(", "))
}

/// The kinds that were passed over: a short line, and the whole list.
pub(crate) fn skipped(analysis: &Analysis) -> Option<(String, String)> {
    let skipped = &analysis.manifests.skipped;
    if skipped.is_empty() {
        return None;
    }
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for object in skipped {
        match kinds.iter_mut().find(|(kind, _)| *kind == object.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((&object.kind, 1)),
        }
    }
    let brief: Vec<String> = kinds
        .iter()
        .map(|(kind, count)| if *count == 1 { (*kind).to_owned() } else { format!("{kind} ×{count}") })
        .collect();
    let whole: Vec<String> =
        skipped.iter().map(|object| format!("{} {} ({})", object.kind, object.name, object.api_version)).collect();
    Some((format!("{} skipped: {}", skipped.len(), brief.join(", ")), whole.join("\n")))
}

fn pods(analysis: &Analysis) -> usize {
    analysis.cluster.endpoints.iter().filter(|endpoint| !endpoint.is_external() && !endpoint.assumed).count()
}

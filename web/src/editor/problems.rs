//! The list of what is wrong, and of what was passed over.

use std::rc::Rc;

use netpol_core::Analysis;
use netpol_core::diagnostic::{Diagnostic, Severity};
use netpol_core::lint;
use netpol_core::source::Place;
use yew::prelude::*;

use super::finding::Finding;
use crate::lessons::Entry;
use crate::panels::assumed;
use crate::panels::fold::Fold;

/// What the list is given.
#[derive(Properties, PartialEq)]
pub(crate) struct ProblemsProps {
    pub(crate) analysis: Rc<Analysis>,
    /// Everything there is to say about its texts.
    pub(crate) found: Rc<Vec<Diagnostic>>,
    /// The lessons that can be opened.
    pub(crate) lessons: Rc<Vec<Entry>>,
    /// Index of the one that is open.
    pub(crate) lesson: usize,
    /// A finding was pressed: show its place.
    pub(crate) on_go: Callback<Place>,
    /// A finding's edits shall be applied.
    pub(crate) on_fix: Callback<Diagnostic>,
    /// The lesson with this index shall be opened.
    pub(crate) on_lesson: Callback<usize>,
}

/// The problems of both texts, in text order; notes folded behind them, for most are not about mistakes.
#[component]
pub(crate) fn Problems(props: &ProblemsProps) -> Html {
    let (notes, problems): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        props.found.iter().partition(|finding| finding.severity == Severity::Note);
    let line = if notes.len() == 1 { "1 note".to_owned() } else { format!("{} notes", notes.len()) };
    let items: Vec<Html> = notes.iter().enumerate().map(|(at, note)| item(props, at, note)).collect();
    let inner = Callback::from(move |()| html! { <ul aria-label="Notes">{ for items.clone() }</ul> });
    html! {
        <div class="problems" hidden={props.found.is_empty()}>
            <ul aria-label="Problems">{ for problems.into_iter().enumerate().map(|(at, problem)| item(props, at, problem)) }</ul>
            if !notes.is_empty() { <div class="notes"><Fold {line} {inner} /></div> }
        </div>
    }
}

fn item(props: &ProblemsProps, at: usize, diagnostic: &Diagnostic) -> Html {
    let place = diagnostic.place;
    let source = props.analysis.sources.get(place.file);
    let (name, line) = source.map_or(("", 0), |source| (source.name(), source.line(place.span.start)));
    let on_fix = (!diagnostic.fix.is_empty()).then(|| {
        let diagnostic = diagnostic.clone();
        props.on_fix.reform(move |_: MouseEvent| diagnostic.clone())
    });
    let lesson = lint::lesson_of(diagnostic.code);
    let lesson = lesson.and_then(|id| props.lessons.iter().position(|entry| entry.id == id));
    let lesson = lesson.filter(|about| *about != props.lesson).map(|about| {
        let title = props.lessons.get(about).map_or("", |entry| entry.lesson.front.title.as_ref());
        (props.on_lesson.reform(move |_: MouseEvent| about), AttrValue::from(format!("Lesson: {title}")))
    });
    let on_go = props.on_go.reform(move |_: MouseEvent| place);
    let place = format!("{} {line}", if place.file == 0 { "line" } else { "Cluster, line" });
    let title = format!("{name}, line {line}");
    html! { <Finding key={format!("{at} {}", diagnostic.code)} found={diagnostic.clone()} {place} {title} {on_go} {on_fix} {lesson} /> }
}

/// The lint about plugins that enforce nothing.
const NOT_ENFORCED: &str = "not-enforced";

/// The status line's words: how many objects there are and what is wrong with them.
pub(crate) fn summary(analysis: &Analysis, found: &[Diagnostic], file: usize) -> (bool, String) {
    let unenforced = !analysis.cni.enforces() && analysis.policies_written() > 0;
    // That nobody enforces them is said in words.
    let said = |d: &&Diagnostic| !(unenforced && d.code == NOT_ENFORCED);
    let count = |severity| found.iter().filter(said).filter(|d| d.severity == severity).count();
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
    words.extend(unenforced.then(|| "not enforced".to_owned()));
    match (errors, warnings) {
        (0, 0) if analysis.policies_written() == 0 || unenforced => {}
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

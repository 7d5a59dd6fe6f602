//! Whether a lesson holds what it says.

use std::collections::BTreeSet;

use super::read::{Places, Written};
use super::{Arrow, State, Step, Task};
use crate::diagnostic::Severity;
use crate::lesson::expect::{self, Failure};
use crate::lesson::findings;
use crate::lesson::lines::Lines;
use crate::manifest::suggest::nearest;
use crate::source::Place;
use crate::{Analysis, Setting, analyze_in, lint};

/// The most endpoints of a step: more are no figure, and every pair of them may be asked about in every line.
const MAX_ENDPOINTS: usize = 200;

/// Everything in a lesson that does not hold, by line.
pub fn run(written: &Written) -> Vec<Failure> {
    let steps = written.lesson.steps.iter().zip(&written.places);
    steps.flat_map(|(step, places)| check(step, places)).collect()
}

/// The line of the file at which a place in the texts of `analysis` is written.
fn line(analysis: &Analysis, lines: [&Lines; 2], place: Place) -> Option<usize> {
    let source = analysis.sources.get(place.file)?;
    lines.get(place.file)?.at(source.line(place.span.start))
}

fn check(step: &Step, places: &Places) -> Vec<Failure> {
    let analysis = step.state().analysis();
    let count = analysis.cluster.endpoints.len();
    if count > MAX_ENDPOINTS {
        let message = format!("the cluster of a step has at most {MAX_ENDPOINTS} endpoints, and this has {count}");
        return vec![Failure::new(places.heading, message)];
    }
    let lines = [&places.policies, &places.cluster];
    let line_of = |place| line(&analysis, lines, place);
    // What an earlier step brought along is this step's to name.
    let own_line = |place| line_of(place).filter(|line| *line > places.heading);
    let mut failures: Vec<Failure> = unknown(step, places, &analysis);
    let found = &analysis.manifests.diagnostics;
    failures.extend(findings::compare(
        &places.diagnostics,
        found,
        &analysis,
        findings::BY_SEVERITY,
        own_line,
        places.heading,
    ));
    if let Some(expected) = &places.lints {
        let found = lint::lint(&analysis);
        let heading = places.heading;
        failures.extend(findings::compare(expected, &found, &analysis, findings::BY_CODE, own_line, heading));
    }
    let missed = || expect::check(&places.expectations, &analysis, line_of);
    match &step.task {
        Some(Task::Solve(exercise)) => {
            if missed().is_empty() {
                let message = "the exercise is solved from the start: every line of its `verdicts` holds already";
                failures.push(Failure::new(places.task.line, message));
            }
            failures.extend(answered(&exercise.answer, places));
        }
        Some(Task::Predict(prediction)) => {
            failures.extend(predicted(&prediction.arrows, &analysis, places));
            failures.extend(missed());
        }
        Some(Task::Choose(_)) | None => failures.extend(missed()),
    }
    for (cni, expectations) in &places.under {
        let analysis = analyze_in(analysis.sources.clone(), Setting { cni: Some(*cni), dns: true });
        let under =
            |failure: Failure| Failure { message: format!("under {}, {}", cni.title(), failure.message), ..failure };
        let missed = expect::check(expectations, &analysis, |place| line(&analysis, lines, place));
        failures.extend(missed.into_iter().map(under));
    }
    failures
}

/// Endpoints that the stage directions name and the cluster does not have, each once.
fn unknown(step: &Step, places: &Places, analysis: &Analysis) -> Vec<Failure> {
    let named: BTreeSet<&str> = step.stage.ids().filter(|id| analysis.cluster.find(id).is_none()).collect();
    let failure = |id: &str| {
        let near = near(id, analysis);
        places.stage.at(id, format!("the stage names `{id}`, and no endpoint is called so{near}"))
    };
    named.into_iter().map(failure).collect()
}

/// A guess at which endpoint is meant by `id`.
fn near(id: &str, analysis: &Analysis) -> String {
    let ids: Vec<&str> = analysis.cluster.endpoints.iter().map(|endpoint| endpoint.id.as_str()).collect();
    nearest(id, &ids).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

/// What the model answer misses.
fn answered(answer: &State, places: &Places) -> Vec<Failure> {
    let analysis = answer.analysis();
    let line_of = |place| line(&analysis, [&places.answer.policies, &places.answer.cluster], place);
    let said = |failure: Failure| Failure { message: format!("with the answer, {}", failure.message), ..failure };
    let found = analysis.manifests.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let errors = found.map(|found| {
        let at = line_of(found.place).unwrap_or(places.task.line);
        Failure::new(at, format!("the answer cannot be read: {}", found.message))
    });
    if analysis.cluster.endpoints.len() > MAX_ENDPOINTS {
        return errors.collect();
    }
    errors.chain(expect::check(&places.expectations, &analysis, line_of).into_iter().map(said)).collect()
}

/// Arrows that nobody can mark, and a prediction that has nothing to tell apart.
fn predicted(arrows: &[Arrow], analysis: &Analysis, places: &Places) -> Vec<Failure> {
    let ids: BTreeSet<&str> = arrows.iter().flat_map(|arrow| [arrow.from.as_ref(), arrow.to.as_ref()]).collect();
    let unknown = ids.into_iter().filter(|id| analysis.cluster.find(id).is_none());
    let mut failures: Vec<Failure> = unknown
        .map(|id| places.task.at(id, format!("predict: no endpoint is called `{id}`{}", near(id, analysis))))
        .collect();
    let survives = |arrow: &Arrow| {
        let (from, to) = (analysis.cluster.find(&arrow.from)?, analysis.cluster.find(&arrow.to)?);
        analysis.connectivity.connection(from, to).map(|connection| !connection.allowed.is_empty())
    };
    let survivors = arrows.iter().filter(|arrow| survives(arrow) == Some(true)).count();
    if failures.is_empty() && (survivors == 0 || survivors == arrows.len()) {
        let which = if survivors == 0 { "none" } else { "every one" };
        let message = format!("predict: {which} of these arrows survives, so there is nothing to tell apart");
        failures.push(places.task.at("arrows", message));
    }
    failures
}

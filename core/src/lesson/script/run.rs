//! Whether a lesson holds what it says.

use super::read::{Places, Written};
use super::{Arrow, State, Step, Task};
use crate::diagnostic::Severity;
use crate::lesson::expect::{self, Failure};
use crate::lesson::findings;
use crate::{Analysis, Setting, analyze_in, lint};

/// Everything in a lesson that does not hold, by line.
pub fn run(written: &Written) -> Vec<Failure> {
    let steps = written.lesson.steps.iter().zip(&written.places);
    steps.flat_map(|(step, places)| check(step, places)).collect()
}

fn check(step: &Step, places: &Places) -> Vec<Failure> {
    let analysis = step.state().analysis();
    let mut failures = Vec::new();
    for id in step.stage.ids().filter(|id| analysis.cluster.find(id).is_none()) {
        failures.push(Failure::new(places.stage, format!("the stage names `{id}`, and no endpoint is called so")));
    }
    let found = &analysis.manifests.diagnostics;
    let heading = |_| places.heading;
    failures.extend(findings::compare(&places.diagnostics, found, &analysis, findings::BY_SEVERITY, heading));
    if let Some(expected) = &places.lints {
        let found = lint::lint(&analysis);
        failures.extend(findings::compare(expected, &found, &analysis, findings::BY_CODE, heading));
    }
    match &step.task {
        Some(Task::Solve(exercise)) => {
            let before = expect::check(&places.expectations, &analysis);
            if before.is_empty() {
                failures.push(Failure::new(places.task, "the exercise is solved from the start"));
            }
            failures.extend(answered(&exercise.answer, places));
        }
        Some(Task::Predict(prediction)) => {
            failures.extend(predicted(&prediction.arrows, &analysis, places));
            failures.extend(expect::check(&places.expectations, &analysis));
        }
        Some(Task::Choose(_)) | None => failures.extend(expect::check(&places.expectations, &analysis)),
    }
    for (cni, expectations) in &places.under {
        let analysis = analyze_in(analysis.sources.clone(), Setting { cni: Some(*cni), dns: true });
        failures.extend(expect::check(expectations, &analysis));
    }
    failures
}

/// What the model answer misses.
fn answered(answer: &State, places: &Places) -> Vec<Failure> {
    let analysis = answer.analysis();
    let said = |failure: Failure| Failure { message: format!("with the answer, {}", failure.message), ..failure };
    let found = analysis.manifests.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let errors = found.map(|found| Failure::new(places.task, format!("the answer cannot be read: {}", found.message)));
    errors.chain(expect::check(&places.expectations, &analysis).into_iter().map(said)).collect()
}

/// Arrows that nobody can mark, and a prediction that has nothing to tell apart.
fn predicted(arrows: &[Arrow], analysis: &Analysis, places: &Places) -> Vec<Failure> {
    let ids = arrows.iter().flat_map(|arrow| [&arrow.from, &arrow.to]);
    let unknown = ids.filter(|id| analysis.cluster.find(id).is_none());
    let mut failures: Vec<Failure> =
        unknown.map(|id| Failure::new(places.task, format!("predict: no endpoint is called `{id}`"))).collect();
    let survives = |arrow: &Arrow| {
        let (from, to) = (analysis.cluster.find(&arrow.from)?, analysis.cluster.find(&arrow.to)?);
        analysis.connectivity.connection(from, to).map(|connection| !connection.allowed.is_empty())
    };
    let survivors = arrows.iter().filter(|arrow| survives(arrow) == Some(true)).count();
    if failures.is_empty() && (survivors == 0 || survivors == arrows.len()) {
        let which = if survivors == 0 { "none" } else { "every one" };
        failures.push(Failure::new(
            places.task,
            format!("predict: {which} of these arrows survives, so there is nothing to tell apart"),
        ));
    }
    failures
}

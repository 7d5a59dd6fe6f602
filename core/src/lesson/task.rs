//! What becomes of a learner's answers: predictions held against the engine, questions against what their lesson says.

use std::collections::BTreeSet;

use super::script::{Lesson, Prediction, Question, Task};
use crate::Analysis;
use crate::explain;

/// One arrow of a prediction, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Whether it was marked as one that survives.
    pub marked: bool,
    /// Whether it does: some port may connect.
    pub survives: bool,
    /// Why, in a few words; empty for an arrow that the cluster does not have.
    pub why: String,
}

impl Judged {
    /// Whether the learner had it right.
    pub fn is_right(&self) -> bool {
        self.marked == self.survives
    }
}

/// Holds the arrows that were marked, by their indices, against `analysis`. One judgement for each arrow that was asked
/// about, in their order.
pub fn judge(prediction: &Prediction, marks: &BTreeSet<usize>, analysis: &Analysis) -> Vec<Judged> {
    let judged = |(at, arrow): (usize, &super::script::Arrow)| {
        let marked = marks.contains(&at);
        let pair = analysis.cluster.find(&arrow.from).zip(analysis.cluster.find(&arrow.to));
        let Some((from, to)) = pair else { return Judged { marked, survives: false, why: String::new() } };
        let connection = analysis.connectivity.connection(from, to);
        let survives = connection.is_some_and(|connection| !connection.allowed.is_empty());
        Judged { marked, survives, why: explain::sentence(analysis, from, to) }
    };
    prediction.arrows.iter().enumerate().map(judged).collect()
}

/// One answer of a question, once somebody has chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<'q> {
    /// Whether it is the one that was chosen.
    pub chosen: bool,
    /// Whether it is right.
    pub right: bool,
    /// What to say of it: of the chosen one and of the right one. Empty for the others.
    pub because: &'q str,
}

/// What becomes of the answers of `question` when the one with index `chosen` is chosen.
pub fn answered(question: &Question, chosen: usize) -> Vec<Answered<'_>> {
    let answers = question.answers.iter().enumerate();
    let speaks = answers.map(|(at, choice)| {
        let (chosen, right) = (at == chosen, choice.right);
        Answered { chosen, right, because: if chosen || right { choice.because.as_ref() } else { "" } }
    });
    speaks.collect()
}

/// The order in which to offer the answers of `question`, as indices: turned by a number that its words give, for
/// writers tend to begin with the right one. The same question has the same order every time.
pub fn order(question: &Question) -> Vec<usize> {
    let count = question.answers.len();
    let sum = question.ask.bytes().fold(0usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
    let first = sum.checked_rem(count).unwrap_or_default();
    (first..count).chain(0..first).collect()
}

/// Whether the answer with index `chosen` is the right one.
pub fn is_right(question: &Question, chosen: usize) -> bool {
    question.answers.get(chosen).is_some_and(|choice| choice.right)
}

/// How somebody does in a lesson that is made of questions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// How many questions there are.
    pub all: usize,
    /// How many are answered.
    pub answered: usize,
    /// How many of those are right.
    pub right: usize,
    /// The steps whose answer is wrong, as indices.
    pub wrong: Vec<usize>,
}

impl Score {
    /// Whether every question is answered.
    pub fn is_complete(&self) -> bool {
        self.answered == self.all
    }
}

/// Fewer questions than this are no test, and are not counted.
const A_TEST: usize = 3;

/// The score in `lesson`, of whose steps `chosen` says which answer was given, if it is made of questions.
pub fn score(lesson: &Lesson, chosen: impl Fn(usize) -> Option<usize>) -> Option<Score> {
    let mut score = Score::default();
    for (at, step) in lesson.steps.iter().enumerate() {
        let Some(Task::Choose(question)) = &step.task else { continue };
        score.all += 1;
        let Some(answer) = chosen(at) else { continue };
        score.answered += 1;
        if is_right(question, answer) {
            score.right += 1;
        } else {
            score.wrong.push(at);
        }
    }
    (score.all >= A_TEST && score.all * 2 > lesson.steps.len()).then_some(score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::script::read;

    const LESSON: &str = r#"---
section: "0"
title: A test
summary: of the judge
---

## Predict

```yaml cluster
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: guest, labels: {app: guest}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}}
```

```yaml policies
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
```

```predict
ask: Which arrows survive?
arrows: [default/web -> default/db, default/guest -> default/db, default/db -> default/web, default/nobody -> default/db]
```

## One

```question
ask: Which?
answers: [{says: this, right: true, because: it is}, {says: that, because: it is not}, {says: neither, because: it is}]
```

## Two

```question
ask: Which?
answers: [{says: this, because: it is not}, {says: that, right: true, because: it is}]
```
"#;

    fn lesson(text: &str) -> Lesson {
        read(text).unwrap().lesson
    }

    #[test]
    fn an_arrow_survives_where_some_port_may_connect() {
        let lesson = lesson(LESSON);
        let step = lesson.steps.first().unwrap();
        let Some(Task::Predict(prediction)) = &step.task else { panic!("a prediction") };
        let judged = judge(prediction, &BTreeSet::from([0, 1]), &step.state().analysis());
        let brief: Vec<_> =
            judged.iter().map(|one| (one.marked, one.survives, one.is_right(), one.why.as_str())).collect();
        assert_eq!(
            brief,
            [
                (true, true, true, "only TCP/5432"),
                (true, false, false, "blocked: db admits only web"),
                (false, true, false, "open, no policy decides"),
                (false, false, true, ""),
            ]
        );
    }

    #[test]
    fn only_the_chosen_answer_and_the_right_one_speak() {
        let lesson = lesson(LESSON);
        let Some(Task::Choose(question)) = &lesson.steps.get(1).unwrap().task else { panic!("a question") };
        let said: Vec<_> = answered(question, 1).iter().map(|a| (a.chosen, a.right, a.because)).collect();
        assert_eq!(said, [(false, true, "it is"), (true, false, "it is not"), (false, false, "")]);
        assert_eq!([0, 1, 2, 9].map(|at| is_right(question, at)), [true, false, false, false]);
    }

    #[test]
    fn every_answer_is_offered_once_and_not_always_the_first_first() {
        let question = |ask: String| {
            let says = |says: &'static str| crate::lesson::script::Choice {
                says: says.into(),
                right: false,
                because: "".into(),
            };
            Question { ask: ask.into(), answers: vec![says("a"), says("b"), says("c")].into() }
        };
        let orders: BTreeSet<Vec<usize>> = (0..20).map(|at| order(&question(format!("Question {at}?")))).collect();
        assert_eq!(orders.into_iter().collect::<Vec<_>>(), [[0, 1, 2], [1, 2, 0], [2, 0, 1]]);
        assert_eq!(order(&question("Which?".to_owned())), order(&question("Which?".to_owned())));
    }

    #[test]
    fn a_lesson_of_questions_has_a_score() {
        let two = lesson(LESSON);
        assert_eq!(score(&two, |_| Some(0)), None);
        let last = LESSON.rsplit_once("## Two").unwrap().1;
        let four = lesson(&format!("{LESSON}\n## Three\n{last}\n## Four\n{last}"));
        let answers = [None, Some(0), Some(0), Some(1), None];
        let found = score(&four, |at| answers.get(at).copied().flatten()).unwrap();
        assert_eq!(found, Score { all: 4, answered: 3, right: 2, wrong: vec![2] });
        assert!(!found.is_complete());
        assert!(score(&four, |_| Some(1)).unwrap().is_complete());
    }
}

//! The places in the text behind a verdict.

use super::{Explanation, Outcome, SideExplanation, explain};
use crate::Analysis;
use crate::source::Place;

/// The places in the text behind the verdict on `from` to `to`, each with whether it allows.
pub fn cited(analysis: &Analysis, from: usize, to: usize) -> Vec<(Place, bool)> {
    explain(analysis, from, to, None).map(|explanation| cited_by(&explanation)).unwrap_or_default()
}

/// The places in the text behind an explanation, each with whether it allows.
pub fn cited_by(explanation: &Explanation) -> Vec<(Place, bool)> {
    let open = explanation.allows();
    let (egress, ingress) = (&explanation.egress, &explanation.ingress);
    let crossed = egress.allows && ingress.allows && !open;
    explanation.sides().into_iter().flat_map(|side| places(side, crossed)).collect()
}

/// Where a side allows, what allows; where it refuses, all that might have allowed. `crossed` when each side allows
/// something and nothing of it is in common.
fn places(side: &SideExplanation, crossed: bool) -> Vec<(Place, bool)> {
    let mut places = Vec::new();
    let rules = || side.policies.iter().flat_map(|policy| &policy.rules);
    if side.allows {
        places.extend(rules().filter(|rule| rule.outcome == Outcome::Matches).map(|rule| (rule.cites, !crossed)));
        return places;
    }
    for policy in &side.policies {
        if policy.rules.is_empty() {
            places.push((policy.place, false));
        }
        places.extend(policy.rules.iter().map(|rule| (rule.cites, false)));
    }
    places
}

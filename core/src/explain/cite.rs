//! The places in the text behind a verdict.

use super::{Ending, Explanation, RuleTrace, SideExplanation, explain};
use crate::Analysis;
use crate::policy::Action;
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
    let rules = || side.policies.iter().flat_map(|policy| &policy.rules);
    if side.allows {
        return rules().filter(|rule| rule.allows()).map(|rule| (rule.cites, !crossed)).collect();
    }
    let mut places: Vec<_> = rules().filter(|rule| rule.denies()).map(|rule| (rule.cites, false)).collect();
    for tier in side.tiers.iter().filter(|tier| tier.reached && tier.ending == Ending::Refused) {
        for policy in side.policies.iter().skip(tier.first).take(tier.policies) {
            if policy.rules.is_empty() {
                places.push((policy.place, false));
            }
            let might = |rule: &&RuleTrace| rule.action == Action::Allow && rule.decides.is_empty();
            places.extend(policy.rules.iter().filter(might).map(|rule| (rule.cites, false)));
        }
    }
    places
}

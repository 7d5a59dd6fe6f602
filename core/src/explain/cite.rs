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

/// Where a side allows, what allows or hands on; where it refuses, all that might have allowed. `crossed` when each side
/// allows something and nothing of it is in common.
fn places(side: &SideExplanation, crossed: bool) -> Vec<(Place, bool)> {
    let rules = || side.policies.iter().flat_map(|policy| &policy.rules);
    if side.allows {
        let helps = |rule: &&RuleTrace| rule.allows() || rule.hands_on();
        return rules().filter(helps).map(|rule| (rule.cites, !crossed)).collect();
    }
    let mut places: Vec<_> = rules().filter(|rule| rule.denies()).map(|rule| (rule.cites, false)).collect();
    for tier in side.tiers.iter().filter(|tier| tier.reached && tier.ending == Ending::Refused) {
        let policies = side.policies_of(tier);
        let might = |rule: &&RuleTrace| rule.action == Action::Allow && rule.decides.is_empty();
        let before = places.len();
        for policy in policies {
            if policy.rules.is_empty() {
                places.push((policy.place, false));
            }
            places.extend(policy.rules.iter().filter(might).map(|rule| (rule.cites, false)));
        }
        // Rules that allow nothing at all leave it to the policies themselves.
        if places.len() == before {
            places.extend(policies.iter().map(|policy| (policy.place, false)));
        }
    }
    places
}

//! What became of a tier, in words.

use super::{Ending, RuleTrace, SideExplanation, TierTrace};
use crate::policy::Action;

impl SideExplanation {
    /// What became of `tier`, one of [`SideExplanation::tiers`]: `the decision falls here`, `passes it on`.
    pub fn tier_says(&self, tier: &TierTrace) -> &'static str {
        let rules = || self.policies.iter().skip(tier.first).take(tier.policies).flat_map(|policy| &policy.rules);
        let decides = |action: Action| rules().any(|rule| rule.action == action && !rule.decides.is_empty());
        let decided = rules().any(|rule| RuleTrace::allows(rule) || rule.denies());
        match tier.ending {
            _ if !tier.reached => "not asked: it is decided before",
            Ending::Refused if decided => "what no rule matches is refused here",
            Ending::Refused => "no rule matches, so it is refused here",
            Ending::Decided if decided => "the decision falls here",
            _ if decides(Action::Pass) => "passes it on",
            Ending::HandedOn if decided => "the rest is handed on",
            Ending::Decided | Ending::HandedOn => "no rule matches, so it is handed on",
        }
    }

    /// Whether it falls to `tier` to allow or refuse something that is asked about.
    pub fn decides(&self, tier: &TierTrace) -> bool {
        let mut rules = self.policies.iter().skip(tier.first).take(tier.policies).flat_map(|policy| &policy.rules);
        tier.reached && (tier.ending == Ending::Refused || rules.any(|rule| rule.allows() || rule.denies()))
    }
}

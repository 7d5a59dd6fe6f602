//! How the tiers of one side follow one another: which rules come too late, and what becomes of what none decides.

use super::{Ending, PolicyTrace, Role, RuleTrace, SideExplanation, TierTrace};
use crate::Analysis;
use crate::policy::{Action, Policy};
use crate::source::Place;

/// What becomes of what no rule of a tier decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierEnd {
    /// What that does to the answer.
    pub role: Role,
    /// Whether the next tier decides.
    pub hands_on: bool,
    /// It in words: `what no rule matches goes on to NetworkPolicies`.
    pub words: String,
    /// The text behind it, if there is some.
    pub place: Option<Place>,
}

impl SideExplanation {
    /// Whether NetworkPolicies alone select the endpoint: all of their rules allow, and no order is to be shown.
    pub fn is_plain(&self, analysis: &Analysis) -> bool {
        let policies = self.policies.iter().filter_map(|trace| analysis.policies.get(trace.policy));
        self.tiers.len() <= 1 && policies.into_iter().all(Policy::is_network_policy)
    }

    /// What `tier` is called; where another enforcer is at work before it, with a word on what that means.
    pub fn title_of(&self, analysis: &Analysis, tier: &TierTrace) -> String {
        let Some(own) = analysis.tiers.get(tier.tier) else { return String::new() };
        let earlier = |other: &TierTrace| analysis.tiers.get(other.tier).is_some_and(|o| o.enforcer < own.enforcer);
        let also = if self.tiers.iter().any(earlier) { ", which must allow it too" } else { "" };
        format!("{}{also}", own.name)
    }

    /// The policies of one of its tiers.
    pub fn policies_of(&self, tier: &TierTrace) -> &[PolicyTrace] {
        self.policies.get(tier.first..tier.first + tier.policies).unwrap_or_default()
    }

    /// Whether `rule` comes too late: rules before it decide all that is asked. Where all of them allow, that is no
    /// matter of order.
    pub fn is_too_late(&self, policy: &PolicyTrace, rule: &RuleTrace) -> bool {
        let Some(tier) = self.tiers.iter().find(|tier| tier.tier == policy.tier) else { return false };
        let others = self.policies_of(tier).iter().flat_map(|policy| &policy.rules);
        let ordered = others.into_iter().any(|other| other.action != Action::Allow && !other.decides.is_empty());
        !rule.reached && (!tier.reached || rule.action != Action::Allow || ordered)
    }

    /// What becomes of what no rule of `tier` decides, where there is something of the kind.
    pub fn end_of(&self, analysis: &Analysis, tier: &TierTrace) -> Option<TierEnd> {
        if !tier.reached {
            return None;
        }
        if tier.ending == Ending::Refused {
            return Some(self.refused(analysis, tier));
        }
        let next = self.tiers.iter().find(|next| next.tier > tier.tier && next.enforcer == tier.enforcer);
        let next = next.and_then(|next| analysis.tiers.get(next.tier));
        let what = match (tier.undecided.is_empty(), tier.handed_on.is_empty(), next) {
            (true, true, _) | (true, false, Some(_)) => return None,
            (false, true, _) | (false, false, Some(_)) => "what no rule matches",
            (true, false, None) => "what is passed on",
            (false, false, None) => "what no rule matches, or one passes on,",
        };
        Some(match next {
            Some(next) => TierEnd {
                role: Role::Aside,
                hands_on: true,
                words: format!("{what} goes on to {}", next.name),
                place: None,
            },
            None => TierEnd {
                role: if self.allows { Role::Allows } else { Role::Aside },
                hands_on: false,
                words: format!("{what} is allowed: nobody else is asked"),
                place: None,
            },
        })
    }

    fn refused(&self, analysis: &Analysis, tier: &TierTrace) -> TierEnd {
        let policies = self.policies_of(tier).iter().filter_map(|t| Some((t, analysis.policies.get(t.policy)?)));
        let isolating: Vec<_> = policies.filter(|(_, policy)| policy.isolates(self.direction)).collect();
        let (name, field) = (analysis.cluster.name_of(self.endpoint), self.direction.field());
        let by = match isolating.as_slice() {
            [(_, one)] => format!("{} isolates {name} for {field}", self.name_of(analysis, one)),
            several => format!("{} policies isolate {name} for {field}", super::spelled(several.len())),
        };
        TierEnd {
            role: if self.allows { Role::Aside } else { self.role() },
            hands_on: false,
            words: format!("what no rule matches is refused: {by}"),
            place: isolating.first().map(|(trace, _)| trace.place),
        }
    }

    /// The policy whose rule denies all that is asked, or the first of them: an index into [`Analysis::policies`].
    pub fn denied_by(&self) -> Option<usize> {
        // One enforcer that refuses is enough: what another one leaves to its defaults does not matter then.
        let defaults = |tier: &TierTrace| tier.reached && tier.ending == Ending::Refused;
        let by_default = |enforcer| self.tiers.iter().any(|tier| tier.enforcer == enforcer && defaults(tier));
        let denies = |policy: &&PolicyTrace| policy.rules.iter().any(RuleTrace::denies);
        let tiers = self.tiers.iter().filter(|tier| !by_default(tier.enforcer));
        let first = tiers.flat_map(|tier| self.policies_of(tier)).find(denies).map(|policy| policy.policy);
        first.filter(|_| !self.allows && !self.unknown)
    }

    /// In a few words what this side says, policies counted: `two policies select it, one rule allows it`.
    pub(super) fn verdict_words(&self) -> String {
        let rules = || self.policies.iter().flat_map(|policy| &policy.rules);
        let (allowing, denies) = (rules().filter(|rule| rule.allows()).count(), rules().any(RuleTrace::denies));
        let ends = |ending| self.tiers.iter().any(|tier| tier.reached && tier.ending == ending);
        let simple = self.tiers.len() <= 1
            && rules().all(|rule| rule.action == Action::Allow && rule.http.is_empty())
            && !ends(Ending::HandedOn);
        let some = if denies || ends(Ending::Refused) { " some of it" } else { " it" };
        let requests = if self.http.is_empty() { "" } else { ", for some HTTP requests" };
        let words = match (self.allows, allowing) {
            (_, 0) if self.unknown => "an address is unknown".to_owned(),
            (false, _) if self.denied_by().is_some() => "a rule denies it".to_owned(),
            (false, _) if denies => "a rule denies some of it, none allows the rest".to_owned(),
            (false, _) if simple => "no rule matches".to_owned(),
            (false, _) => "no rule allows it".to_owned(),
            (true, 0) if denies => "a rule denies some of it".to_owned(),
            (true, 0) => "none of them decides".to_owned(),
            (true, 1) if simple => "one rule matches".to_owned(),
            (true, more) if simple => format!("{} rules match", super::spelled(more)),
            (true, 1) => format!("one rule allows{some}{requests}"),
            (true, more) => format!("{} rules allow{some}{requests}", super::spelled(more)),
        };
        format!("{}, {words}", self.count_words())
    }

    /// `one policy selects it`, `two policies select it`.
    pub(super) fn count_words(&self) -> String {
        match self.policies.len() {
            1 => "one policy selects it".to_owned(),
            count => format!("{} policies select it", super::spelled(count)),
        }
    }

    /// What became of `tier`, one of [`SideExplanation::tiers`]: `the decision falls here`, `passes it on`.
    pub fn tier_says(&self, tier: &TierTrace) -> &'static str {
        let mut rules = self.policies_of(tier).iter().flat_map(|policy| &policy.rules);
        if !tier.reached {
            "not asked: it is decided before"
        } else if self.decides(tier) {
            "the decision falls here"
        } else if rules.any(|rule| rule.action == Action::Pass && !rule.decides.is_empty()) {
            "passes it on"
        } else {
            "no rule matches"
        }
    }

    /// Whether it falls to `tier` to allow or refuse something that is asked about.
    pub fn decides(&self, tier: &TierTrace) -> bool {
        let mut rules = self.policies_of(tier).iter().flat_map(|policy| &policy.rules);
        tier.reached && (tier.ending == Ending::Refused || rules.any(|rule| rule.allows() || rule.denies()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{Flow, explain};
    use crate::ports::Protocol;
    use crate::source::Source;

    const TEXT: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: db}, spec: {podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 80}]}]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: all}, spec: {podSelector: {}, ingress: [{ports: [{port: 81}]}]}}
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: admin}
spec:
  priority: 1
  subject: {namespaces: {}}
  ingress:
  - {action: Allow, from: [{namespaces: {}}], ports: [{portNumber: {protocol: TCP, port: 22}}]}
  - {action: Deny, from: [{namespaces: {}}], ports: [{portNumber: {protocol: TCP, port: 23}}]}
";

    /// The headline and the ends of the tiers of the side that `db` admits on.
    #[track_caller]
    fn check(port: Option<u16>, headline: &str, ends: &[&str]) -> SideExplanation {
        let analysis = crate::analyze(vec![Source::new("all", TEXT)]);
        assert_eq!(analysis.manifests.diagnostics, []);
        let side = explain(&analysis, 0, 1, port.map(|port| Flow { protocol: Protocol::Tcp, port })).unwrap().ingress;
        assert_eq!(side.headline(), format!("three policies select it, {headline}"));
        let found: Vec<String> =
            side.tiers.iter().filter_map(|tier| side.end_of(&analysis, tier)).map(|end| end.words).collect();
        assert_eq!(found, ends);
        assert!(!side.is_plain(&analysis));
        side
    }

    #[test]
    fn what_becomes_of_what_no_rule_decides() {
        let goes_on = "what no rule matches goes on to NetworkPolicies";
        let refused = "what no rule matches is refused: two policies isolate db for ingress";
        check(Some(22), "one rule allows it", &[]);
        check(Some(23), "a rule denies it", &[]);
        check(Some(80), "one rule allows it", &[goes_on]);
        let side = check(Some(82), "no rule allows it", &[goes_on, refused]);
        assert_eq!(side.denied_by(), None);
        check(None, "three rules allow some of it", &[goes_on, refused]);
    }

    #[test]
    fn rules_behind_the_one_that_decides_come_too_late() {
        let late = |side: &SideExplanation| -> Vec<bool> {
            let rules = side.policies.iter().flat_map(|policy| policy.rules.iter().map(move |rule| (policy, rule)));
            rules.map(|(policy, rule)| side.is_too_late(policy, rule)).collect()
        };
        assert_eq!(late(&check(Some(22), "one rule allows it", &[])), [false, true, true, true]);
        let side = check(Some(23), "a rule denies it", &[]);
        assert_eq!(late(&side), [false, false, true, true]);
        assert!(side.denied_by().is_some());
    }
}

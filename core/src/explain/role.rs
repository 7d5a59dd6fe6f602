//! What a policy, a rule, a peer or a port does to the answer of its side, to be shown as a tick, a cross or a dash.

use super::{ConditionTrace, Ending, IdlePolicy, Outcome, PolicyTrace, RuleTrace, SideExplanation, Standing};
use crate::Analysis;
use crate::policy::{Action, Policy};

/// What a part of an explanation does to the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It allows.
    Allows,
    /// It might have allowed and does not.
    Refuses,
    /// It changes nothing: another part allows.
    Aside,
    /// An address that is not known keeps it open.
    Unknown,
}

impl SideExplanation {
    /// What the whole side does.
    pub fn role(&self) -> Role {
        match (self.allows, self.unknown) {
            (true, _) => Role::Allows,
            (false, true) => Role::Unknown,
            (false, false) => Role::Refuses,
        }
    }

    /// What a rule does.
    pub fn role_of(&self, rule: &RuleTrace) -> Role {
        match (rule.outcome, rule.action) {
            _ if !rule.reached => Role::Aside,
            (_, Action::Log) => Role::Aside,
            (Outcome::Unknown, Action::Deny) if !self.allows => Role::Aside,
            (Outcome::Unknown, _) => Role::Unknown,
            (Outcome::Matches, Action::Allow) if rule.allows() => Role::Allows,
            (Outcome::Matches, Action::Deny) if rule.denies() => Role::Refuses,
            (Outcome::Matches, _) => Role::Aside,
            (Outcome::Fails, Action::Allow) if !self.allows && self.denied_by().is_none() => Role::Refuses,
            (Outcome::Fails, _) => Role::Aside,
        }
    }

    /// What a policy does that has no rule in this direction.
    pub fn role_of_policy(&self, policy: &PolicyTrace) -> Role {
        let tier = self.tiers.iter().find(|tier| tier.tier == policy.tier);
        let refuses = !self.allows && tier.is_some_and(|tier| tier.reached && tier.ending == Ending::Refused);
        if refuses { Role::Refuses } else { Role::Aside }
    }

    /// What `condition` does, one of the peers or one of the ports of `rule`, of which one has to match.
    pub fn role_among(&self, rule: &RuleTrace, all: &[ConditionTrace], condition: &ConditionTrace) -> Role {
        let settled = all.iter().any(|other| other.outcome == Outcome::Matches);
        match condition.outcome {
            Outcome::Fails if settled => Role::Aside,
            Outcome::Fails if self.allows || rule.action != Action::Allow => Role::Aside,
            Outcome::Fails if self.role_of(rule) == Role::Aside => Role::Aside,
            Outcome::Fails => Role::Refuses,
            Outcome::Unknown => Role::Unknown,
            Outcome::Matches if rule.denies() => Role::Refuses,
            Outcome::Matches if rule.action == Action::Allow => Role::Allows,
            Outcome::Matches => Role::Aside,
        }
    }

    /// What `policy` is called here: with its namespace where that is not the endpoint's own.
    pub fn name_of(&self, analysis: &Analysis, policy: &Policy) -> String {
        let Some(namespace) = &policy.namespace else { return policy.name.clone() };
        let endpoint = analysis.cluster.endpoints.get(self.endpoint);
        let own = endpoint.and_then(|endpoint| analysis.cluster.namespace_of(endpoint));
        let shared = analysis.policies.iter().filter(|other| other.name == policy.name).nth(1).is_some();
        // Outside there is no namespace to be taken for granted.
        let plain = own.map_or(!shared, |own| own.name == *namespace);
        if plain { policy.name.clone() } else { format!("{namespace}/{}", policy.name) }
    }

    /// The same with its kind in front: `AdminNetworkPolicy cluster-wide`.
    pub fn full_name_of(&self, analysis: &Analysis, policy: &Policy) -> String {
        format!("{} {}", policy.kind_words(), self.name_of(analysis, policy))
    }

    /// The policies that do not count, in one line: `api-from-frontend, cache-from-api do not select database`. Past
    /// `most` of them the rest is a number. Where no policy counts at all, all of them are.
    pub fn idle_line(&self, analysis: &Analysis, idle: &[IdlePolicy], most: usize) -> String {
        let name = analysis.cluster.name_of(self.endpoint);
        if self.standing != Standing::Isolated {
            return match idle.len() {
                1 => "Why the one policy does not".to_owned(),
                count => format!("Why none of the {count} policies does"),
            };
        }
        let listed = |selects: bool| {
            let names: Vec<String> = idle
                .iter()
                .filter(|policy| policy.selects == selects)
                .filter_map(|idle| analysis.policies.get(idle.policy))
                .map(|policy| self.name_of(analysis, policy))
                .collect();
            let shown = names.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
            let more = names.len().saturating_sub(most);
            (names.len(), if more > 0 { format!("{shown} and {more} more") } else { shown })
        };
        let verb = |count: usize, one: &'static str, several: &'static str| if count == 1 { one } else { several };
        let mut parts = Vec::new();
        let (count, names) = listed(false);
        if count > 0 {
            parts.push(format!("{names} {} not select {name}", verb(count, "does", "do")));
        }
        let (count, names) = listed(true);
        if count > 0 {
            let field = self.direction.field();
            parts.push(format!("{names} {} {name}, but not for {field}", verb(count, "selects", "select")));
        }
        parts.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::explain;
    use crate::source::Source;

    const PODS: &str = "{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: far, namespace: other}}
---
";

    fn policy(name: &str, spec: &str) -> String {
        format!(
            "{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: {name}}}, spec: {spec}}}\n---\n"
        )
    }

    fn analysis(policies: &[(&str, &str)]) -> Analysis {
        let text: String = policies.iter().map(|(name, spec)| policy(name, spec)).collect();
        crate::analyze(vec![Source::new("all", format!("{PODS}{text}"))])
    }

    #[test]
    fn what_fails_beside_something_that_matches_stands_aside() {
        let rules = "{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: x}}}, {podSelector: {}}]}, {from: [{podSelector: {matchLabels: {app: z}}}]}]}";
        let analysis = analysis(&[("p", rules), ("deny", "{podSelector: {}}")]);
        let side = explain(&analysis, 0, 1, None).unwrap().ingress;
        assert_eq!(analysis.manifests.diagnostics, []);
        assert_eq!(side.role(), Role::Allows);
        let rules = &side.policies[0].rules;
        assert_eq!(rules.iter().map(|rule| side.role_of(rule)).collect::<Vec<_>>(), [Role::Allows, Role::Aside]);
        let peers: Vec<_> =
            rules[0].peers.iter().map(|peer| side.role_among(&rules[0], &rules[0].peers, peer)).collect();
        assert_eq!(peers, [Role::Aside, Role::Allows]);
        // Another namespace's pod meets neither peer.
        let side = explain(&analysis, 2, 1, None).unwrap().ingress;
        assert_eq!(side.role(), Role::Refuses);
        assert_eq!(side.role_of(&side.policies[0].rules[1]), Role::Refuses);
    }

    #[test]
    fn idle_policies_come_in_one_line() {
        let select = |app: &str| format!("{{podSelector: {{matchLabels: {{app: {app}}}}}}}");
        let (a, b, db) = (select("a"), select("b"), select("db"));
        let out = "{podSelector: {}, policyTypes: [Egress], egress: [{}]}";
        let analysis = analysis(&[("db", &db), ("a", &a), ("b", &b), ("c", &b), ("out", out)]);
        let side = explain(&analysis, 0, 1, None).unwrap().ingress;
        let idle = side.idle(&analysis);
        assert_eq!(
            side.idle_line(&analysis, &idle, 4),
            "a, b, c do not select db; out selects db, but not for ingress"
        );
        let few = side.idle_line(&analysis, &idle, 1);
        assert_eq!(few, "a and 2 more do not select db; out selects db, but not for ingress");
        let far = explain(&analysis, 0, 2, None).unwrap().ingress;
        assert_eq!(far.idle_line(&analysis, &far.idle(&analysis), 4), "Why none of the 5 policies does");
        assert_eq!(far.name_of(&analysis, &analysis.policies[0]), "default/db");
    }
}

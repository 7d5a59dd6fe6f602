//! What troubleshooting says of pods and policies, by texts.

use netpol_core::cni::Cni;
use netpol_core::inspect::{self, Miss};
use netpol_core::source::Source;
use netpol_core::{Analysis, analyze_under};

const TEXT: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: database, labels: {app: database, tier: back}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: replica, labels: {app: databse, tier: back}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: frontend, labels: {app: frontend, tier: front}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: bare}}
---
{apiVersion: v1, kind: Pod, metadata: {name: far, namespace: shop, labels: {app: database}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec:
  podSelector: {}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: database}
spec:
  podSelector: {matchLabels: {app: database}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: frontend}}
    ports: [{port: 5432}]
  - from:
    - podSelector: {matchLabels: {app: nobody}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: both}
spec:
  podSelector: {matchLabels: {app: frontend, tier: back}, matchExpressions: [{key: legacy, operator: DoesNotExist}]}
  policyTypes: [Egress]
  egress:
  - {}
";

fn under(cni: Cni) -> Analysis {
    analyze_under(vec![Source::new("all", TEXT)], cni)
}

fn facts(analysis: &Analysis, id: &str) -> inspect::PodFacts {
    let at = analysis.cluster.find(id).unwrap_or_else(|| panic!("no {id}"));
    inspect::pod(analysis, at).unwrap_or_else(|| panic!("nothing of {id}"))
}

fn name(analysis: &Analysis, policy: usize) -> &str {
    analysis.policies.get(policy).map_or("", |policy| &policy.name)
}

#[test]
fn a_pod_knows_its_policies_and_by_what_they_select_it() {
    let analysis = under(Cni::Plain);
    let found = facts(&analysis, "default/database");
    assert_eq!(found.headline(&analysis), "selected by 2 policies of 3");
    let effects: Vec<(&str, String, usize)> = found
        .effects
        .iter()
        .map(|effect| (name(&analysis, effect.policy), effect.selects.to_string(), effect.directions.len()))
        .collect();
    assert_eq!(
        effects,
        [
            ("deny", "podSelector {} selects every pod of default".to_owned(), 1),
            ("database", "podSelector app=database matches app=database".to_owned(), 1),
        ]
    );
    let [ingress, egress] = &found.sides;
    assert!(ingress.isolated && !egress.isolated);
    assert_eq!(ingress.says.to_string(), "deny and database isolate it: only what a rule allows may enter");
    assert_eq!(
        egress.says.to_string(),
        "Nothing selects default/database for Egress, so every connection may leave".replace("default/", "")
    );
}

#[test]
fn what_does_not_select_a_pod_says_why_and_how_nearly() {
    let analysis = under(Cni::Plain);
    let others = |id: &str| -> Vec<(String, String, Option<Miss>)> {
        let found = facts(&analysis, id);
        let other = |other: &inspect::Unselected| {
            (name(&analysis, other.policy).to_owned(), other.reason.to_string(), other.miss)
        };
        found.others.iter().map(other).collect()
    };
    assert_eq!(
        others("default/replica"),
        [
            ("database".to_owned(), "wants app=database, replica has app=databse".to_owned(), Some(Miss::Slip)),
            ("both".to_owned(), "wants app=frontend, replica has app=databse".to_owned(), Some(Miss::OneOfSeveral)),
        ]
    );
    assert_eq!(
        others("default/bare"),
        [
            ("database".to_owned(), "wants app=database, bare lacks label app".to_owned(), Some(Miss::Only)),
            ("both".to_owned(), "wants app=frontend, bare lacks label app".to_owned(), Some(Miss::Several)),
        ]
    );
    // Another namespace's policies are none of its business.
    assert!(others("shop/far").is_empty());
    assert_eq!(facts(&analysis, "shop/far").headline(&analysis), "no policy selects it");
}

#[test]
fn a_policy_knows_its_pods_and_those_it_just_misses() {
    let analysis = under(Cni::Plain);
    let Some(found) = inspect::policy(&analysis, 1) else { panic!("no policy") };
    assert_eq!(found.selects.to_string(), "podSelector app=database selects one pod of default: database");
    let near: Vec<(String, Miss)> = found.near.iter().map(|near| (near.reason.to_string(), near.miss)).collect();
    assert_eq!(
        near,
        [
            ("wants app=database, replica has app=databse".to_owned(), Miss::Slip),
            ("wants app=database, frontend has app=frontend".to_owned(), Miss::Only),
            ("wants app=database, bare lacks label app".to_owned(), Miss::Only),
        ]
    );
    let [ingress] = found.directions.as_slice() else { panic!("one direction: {found:?}") };
    assert_eq!(ingress.says.to_string(), "isolates them: what no rule allows may not enter");
    let rules: Vec<(&str, String, String)> = ingress
        .rules
        .iter()
        .map(|rule| (rule.label.as_str(), rule.says.to_string(), rule.admits.to_string()))
        .collect();
    assert_eq!(
        rules,
        [
            ("rule 1", "from pods app=frontend in default on TCP/5432".to_owned(), "one peer: frontend".to_owned()),
            ("rule 2", "from pods app=nobody in default".to_owned(), "nobody here".to_owned()),
        ]
    );
    let Some(all) = inspect::policy(&analysis, 0) else { panic!("no policy") };
    assert!(all.near.is_empty() && all.pods.len() == 4);
    assert_eq!(
        all.selects.to_string(),
        "podSelector {} selects 4 pods of default: database, replica, frontend and bare"
    );
    assert_eq!(all.directions[0].says.to_string(), "isolates them, and has no rule: by it nothing may enter");
    let Some(both) = inspect::policy(&analysis, 2) else { panic!("no policy") };
    assert_eq!(both.headline(), "selects no pods");
    assert_eq!(both.directions[0].rules[0].says.to_string(), "every connection");
    assert_eq!(both.directions[0].rules[0].peers, None);
}

#[test]
fn under_flannel_policies_select_and_isolate_nobody() {
    let analysis = under(Cni::Flannel);
    let found = facts(&analysis, "default/database");
    assert_eq!(
        found.effects[1].selects.to_string(),
        "podSelector app=database matches app=database, but Flannel does not enforce it"
    );
    assert!(found.effects[1].directions.is_empty());
    assert!(found.sides.iter().all(|side| !side.isolated));
    assert_eq!(found.sides[0].says.to_string(), "The network plugin accepts policies and ignores them");
    let Some(policy) = inspect::policy(&analysis, 1) else { panic!("no policy") };
    assert!(policy.directions.is_empty() && policy.pods.len() == 1);
}

#[test]
fn other_dialects_say_whom_they_select_in_their_own_words() {
    let calico = "
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: guard}
spec: {selector: \"app == 'database' && tier == 'back'\", ingress: [{action: Deny, source: {selector: \"app == 'frontend'\"}}]}
";
    let analysis = analyze_under(vec![Source::new("all", format!("{calico}---{TEXT}"))], Cni::Calico);
    let guard = analysis.policies.iter().position(|policy| policy.name == "guard").unwrap_or(usize::MAX);
    let found = facts(&analysis, "default/database");
    let own = found.effects.iter().find(|effect| effect.policy == guard);
    let words = own.map(|own| own.selects.to_string()).unwrap_or_default();
    assert!(words.ends_with("matches app=database,tier=back"), "{words}");
    let Some(found) = inspect::policy(&analysis, guard) else { panic!("no guard") };
    let near: Vec<String> = found.near.iter().map(|near| near.reason.to_string()).collect();
    assert_eq!(near, ["wants app=database, replica has app=databse", "wants tier=back, far lacks label tier"]);
    assert_eq!(found.directions[0].rules[0].action, "Deny");
}

#[test]
fn the_outside_and_what_is_out_of_range_have_no_facts() {
    let analysis = under(Cni::Plain);
    let outside = analysis.cluster.endpoints.iter().position(netpol_core::cluster::Endpoint::is_external);
    assert_eq!(outside.and_then(|at| inspect::pod(&analysis, at)), None);
    assert_eq!(inspect::pod(&analysis, usize::MAX), None);
    assert_eq!(inspect::policy(&analysis, usize::MAX), None);
    assert!(inspect::for_pod(&analysis, usize::MAX).is_empty());
    assert!(inspect::for_policy(&analysis, usize::MAX).is_empty());
    assert!(inspect::for_pair(&analysis, 0, usize::MAX, None).is_empty());
}

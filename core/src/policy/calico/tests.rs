//! What explanations say of Calico's rules, and what other plugins make of them.

use crate::cni::Cni;
use crate::explain::{Flow, Outcome, RuleTrace, explain};
use crate::ports::Protocol;
use crate::source::Source;
use crate::{Analysis, analyze, analyze_under};

const PODS: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: sales}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web, tier: front}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}, status: {podIP: 10.1.1.1}}
---
{apiVersion: v1, kind: Pod, metadata: {name: far, namespace: blog, labels: {app: web}}}
---
";

fn text(rule: &str) -> String {
    format!(
        "{PODS}{{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {{name: p, namespace: shop}}, spec: \
         {{selector: \"app == 'db' && !has(old)\", types: [Ingress], ingress: [{rule}]}}}}\n"
    )
}

/// Why the one rule does not match connections from `from`, and what of the text it cites.
#[track_caller]
fn why(rule: &str, from: &str) -> (String, String) {
    let analysis = analyze(vec![Source::new("all", text(rule))]);
    assert_eq!(analysis.manifests.diagnostics, []);
    let at = |id: &str| analysis.cluster.find(id).unwrap();
    let side = explain(&analysis, at(from), at("shop/db"), None).unwrap().ingress;
    let rule = &side.policies[0].rules[0];
    assert_ne!(rule.outcome, Outcome::Matches);
    (rule.reason.to_string(), analysis.sources[0].slice(rule.cites.span).to_owned())
}

#[test]
fn the_operand_that_fails_is_cited() {
    let rule = "{action: Allow, source: {selector: \"app == 'web' && tier in {'back', 'mid'}\"}}";
    let (reason, cited) = why(rule, "shop/web");
    assert_eq!(reason, "wants tier in {'back', 'mid'}, web has tier=front");
    assert_eq!(cited, "tier in {'back', 'mid'}");
    let (reason, _) = why(rule, "blog/far");
    assert_eq!(reason, "wants pods of namespace shop, far is in blog");
    let rule = "{action: Allow, source: {namespaceSelector: \"has(team)\", notSelector: \"tier == 'front'\"}}";
    assert_eq!(
        why(rule, "blog/far"),
        ("wants a namespace with has(team), namespace blog lacks label team".into(), "has(team)".into())
    );
    assert_eq!(why(rule, "shop/web").0, "wants not tier == 'front', web has tier=front");
    assert_eq!(why(rule, "203.0.113.7").0, "wants a namespace with has(team), internet is outside the cluster");
}

#[test]
fn addresses_accounts_and_ports_are_cited() {
    let (reason, cited) = why("{action: Allow, source: {nets: [10.1.0.0/16, 10.2.0.0/16]}}", "10.3.0.1");
    assert_eq!(reason, "wants an address in 10.1.0.0/16 or 10.2.0.0/16, internet is another");
    assert_eq!(cited, "10.1.0.0/16, 10.2.0.0/16");
    let (reason, cited) = why("{action: Allow, source: {serviceAccounts: {names: [robot]}}}", "shop/web");
    assert_eq!(
        (reason.as_str(), cited.as_str()),
        ("wants service account robot, web runs as default", "{names: [robot]}")
    );
    // The rule's own side.
    let (reason, cited) = why("{action: Allow, destination: {selector: has(cold)}}", "shop/web");
    assert_eq!((reason.as_str(), cited.as_str()), ("wants has(cold), db lacks label cold", "has(cold)"));
    let (reason, _) = why("{action: Allow, protocol: TCP, destination: {ports: [http]}}", "shop/web");
    assert_eq!(reason, "db has no TCP port called http");
}

#[test]
fn ports_that_are_not_meant_are_named() {
    let rules = "{action: Deny, notProtocol: UDP}, {action: Deny, protocol: UDP, destination: {notPorts: [53, 123]}}, \
                 {action: Allow}";
    let analysis = analyze(vec![Source::new("all", text(rules))]);
    let at = |id: &str| analysis.cluster.find(id).unwrap();
    let said = |flow: Option<Flow>| {
        let side = explain(&analysis, at("shop/web"), at("shop/db"), flow).unwrap().ingress;
        let said = |rule: &RuleTrace| (rule.reason.to_string(), analysis.sources[0].slice(rule.cites.span).to_owned());
        side.policies[0].rules.iter().map(said).collect::<Vec<_>>()
    };
    let reasons = |flow| said(flow).into_iter().map(|(reason, _)| reason).collect::<Vec<_>>();
    let everybody = ["denies everybody, every port except UDP", "denies everybody, UDP except UDP/53, UDP/123"];
    assert_eq!(reasons(None)[..2], everybody);
    let dns = said(Some(Flow { protocol: Protocol::Udp, port: 53 }));
    assert_eq!(dns[0], ("is not about UDP/53".into(), "UDP".into()));
    assert_eq!(dns[1], ("is not about UDP/53".into(), "53, 123".into()));
    assert_eq!(dns[2].0, "admits everybody");
}

#[test]
fn requests_that_nobody_turns_back() {
    let said = |other: &str| {
        let tier = "---\n{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: t}, spec: {order: 1, \
                    defaultAction: Pass}}\n";
        let only_get = format!("{{action: Allow, http: {{methods: [GET]}}}}{other}");
        let text = text(&only_get).replace("{selector: \"app == 'db'", "{tier: t, selector: \"app == 'db'");
        let text = text.replace("name: p,", "name: t.p,");
        let analysis = analyze(vec![Source::new("all", format!("{text}{tier}"))]);
        assert_eq!(analysis.manifests.diagnostics, []);
        let at = |id: &str| analysis.cluster.find(id).unwrap();
        let side = explain(&analysis, at("shop/web"), at("shop/db"), None).unwrap().ingress;
        let policy = &side.policies[0];
        let lines = side.http_of(policy.policy, &policy.rules[0], None);
        lines.into_iter().map(|line| line.words).collect::<Vec<_>>()
    };
    assert_eq!(said(""), ["the other requests pass too: what no rule matches is allowed"]);
    assert_eq!(said(", {action: Allow, protocol: TCP}"), ["another rule lets every request through"]);
    assert_eq!(said(", {action: Deny}"), ["GET", "any other request is answered 403"]);
}

#[test]
fn a_policy_that_does_not_select_cites_its_operand() {
    let analysis = analyze(vec![Source::new("all", text("{action: Allow}"))]);
    let at = |id: &str| analysis.cluster.find(id).unwrap();
    let side = explain(&analysis, at("blog/far"), at("shop/web"), None).unwrap().ingress;
    let idle = &side.idle(&analysis)[0];
    assert_eq!(idle.reason.to_string(), "wants app == 'db', web has app=web");
    assert_eq!(analysis.sources[0].slice(idle.place.span), "app == 'db'");
}

fn found(analysis: &Analysis) -> Vec<(&str, &str)> {
    let slice = |place: crate::source::Place| analysis.sources[place.file].slice(place.span);
    analysis.manifests.diagnostics.iter().map(|found| (found.code, slice(found.place))).collect()
}

#[test]
fn every_kind_is_unknown_to_other_plugins() {
    let others = "---
{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: early}}
---
{apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: {name: set}}
";
    let text = format!("{}{others}", text("{action: Deny}"));
    for cni in Cni::ALL {
        let analysis = analyze_under(vec![Source::new("all", text.as_str())], cni);
        let known = matches!(cni, Cni::Plain | Cni::Calico);
        let strange = [("unknown-to-cni", "p"), ("unknown-to-cni", "early"), ("unknown-to-cni", "set")];
        assert_eq!(found(&analysis), if known { Vec::new() } else { strange.to_vec() }, "{}", cni.name());
        assert_eq!(analysis.policies.len(), usize::from(known));
    }
}

#[test]
fn tiers_have_names_and_are_there_where_they_have_policies() {
    let source = Source::new("all", text("{action: Deny}"));
    let tiers: Vec<String> = analyze(vec![source]).tiers.into_iter().map(|tier| tier.name).collect();
    assert_eq!(tiers, ["tier default"]);
}

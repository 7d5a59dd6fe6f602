//! Which of Calico's tiers, policies and rules are tried for a pod, and in which order (Calico felix
//! `calc/policy_sorter.go`, `rules/endpoints.go`; `api/pkg/defaults`).

use netpol_core::cni::Cni;
use netpol_core::manifest::Direction;

use super::model::{Policy, Rule};
use super::rule::{self, account_labels, pod_labels, space_labels};
use crate::admin::model::Tier as AdminTier;
use crate::admin::naive as admin;
use crate::judge::{Action, Ask, Ruling, Stage};
use crate::model::World;
use crate::naive as kubernetes;

/// Whether Calico's tiers are what is tried: its kinds are written, and count.
pub(crate) fn is_at_work(world: &World) -> bool {
    matches!(world.cni, Cni::Plain | Cni::Calico) && !world.calico.is_empty()
}

/// The place of a policy in its tier: "lower order first", absent last; then name, namespace and kind as one text
/// (`PolKVLess`).
type Place = (f64, String);

fn place(order: f64, name: &str, namespace: &str, kind: &str) -> Place {
    (order, format!("{name}/{namespace}/{kind}"))
}

/// The tiers that have a policy for the pod, "applied in the order" of theirs, absent last, ties by name.
pub(crate) fn stages(ask: Ask<'_>) -> Vec<Stage<'_>> {
    let mut tiers: Vec<(f64, &str, bool)> =
        vec![(1e3, "kube-admin", false), (1e6, "default", true), (1e7, "kube-baseline", false)];
    for tier in ask.world.calico.tiers.iter().filter(|tier| !is_built_in(tier.name)) {
        let order = tier.order.map_or(f64::INFINITY, f64::from);
        tiers.push((order, tier.name, tier.default_action != Some("Pass")));
    }
    tiers.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    tiers.into_iter().filter_map(|(_, name, refuses)| stage(ask, name, refuses)).collect()
}

fn is_built_in(name: &str) -> bool {
    matches!(name, "kube-admin" | "default" | "kube-baseline")
}

fn stage<'w>(ask: Ask<'w>, tier: &str, refuses: bool) -> Option<Stage<'w>> {
    let mut policies: Vec<(Place, Vec<Ruling<'w>>)> = Vec::new();
    for policy in &ask.world.calico.policies {
        if policy.tier.unwrap_or("default") == tier && applies(ask, policy) {
            let order = policy.order.map_or(f64::INFINITY, f64::from);
            let place = place(order, policy.name, policy.namespace.unwrap_or_default(), policy.kind());
            policies.push((place, rulings(ask, policy)));
        }
    }
    if tier == "default" {
        // Kubernetes' own are converted to policies of order 1000, in this tier.
        for policy in ask.world.policies.iter().filter(|policy| kubernetes::counts_for(ask, policy)) {
            let namespace = policy.namespace.unwrap_or("default");
            let place = place(1e3, &policy.name, namespace, "KubernetesNetworkPolicy");
            policies.push((place, kubernetes::rulings(ask, policy)));
        }
    }
    let converted = match tier {
        "kube-admin" => admin::policies(ask, AdminTier::Admin),
        "kube-baseline" => admin::policies(ask, AdminTier::Baseline),
        _ => Vec::new(),
    };
    for policy in converted {
        let place = place(f64::from(policy.priority), policy.name, "", &format!("Kubernetes{}", policy.kind.word()));
        policies.push((place, admin::rulings(ask, policy)));
    }
    policies.sort_by(|(a, _), (b, _)| a.partial_cmp(b).expect("numbers"));
    let selected = !policies.is_empty();
    let rulings = policies.into_iter().flat_map(|(_, rulings)| rulings).collect();
    selected.then_some(Stage { rulings, refuses })
}

/// Whether the policy selects the pod, in this direction. What is `doNotTrack` or `preDNAT` is for hosts' interfaces.
fn applies(ask: Ask<'_>, policy: &Policy) -> bool {
    let namespace = ask.pod.namespace.unwrap_or("default");
    let all = |expr: &Option<super::selector::Expr>, labels: &crate::model::Labels| {
        expr.as_ref().is_none_or(|expr| expr.holds(&|key| labels.get(key).copied(), (true, false)))
    };
    policy.host_only.is_none()
        && governs(policy, ask.direction)
        && policy.namespace.is_none_or(|own| own == namespace)
        && all(&policy.selector, &pod_labels(ask.pod))
        && all(&policy.account_selector, &account_labels(ask.world, ask.pod))
        && all(&policy.namespace_selector, &space_labels(ask.world, namespace))
}

/// "When Types is not specified it defaults as follows: [Ingress] if there are no egress rules, [Egress] if there are
/// only egress rules, [Ingress, Egress] if there are both" (`projectcalico.org/v3` `NetworkPolicySpec.types`).
pub(crate) fn governs(policy: &Policy, direction: Direction) -> bool {
    let [some_in, some_out] = [Direction::Ingress, Direction::Egress].map(|of| !policy.rules(of).is_empty());
    match (&policy.types, direction) {
        (Some(types), direction) => types.contains(&direction),
        (None, Direction::Ingress) => some_in || !some_out,
        (None, Direction::Egress) => some_out,
    }
}

/// Its rules, without those that only log: the next one is tried whatever they match.
fn rulings<'w>(ask: Ask<'w>, policy: &'w Policy) -> Vec<Ruling<'w>> {
    let action = |rule: &Rule| match rule.action {
        "Allow" => Some(Action::Allow),
        "Deny" => Some(Action::Deny),
        "Pass" => Some(Action::Pass),
        _ => None,
    };
    let ruling = |rule: &'w Rule| {
        Some(Ruling {
            action: action(rule)?,
            holds: rule::holds(ask, policy, rule),
            ports: Box::new(move |protocol, port| rule::ports_match(ask, policy, rule, protocol, port)),
        })
    };
    policy.rules(ask.direction).iter().filter_map(ruling).collect()
}

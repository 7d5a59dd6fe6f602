//! Changes of worlds whose effect is known: policies that select nobody, policies in two parts, rules more.

use netpol_core::manifest::Direction;

use crate::admin::model as admin;
use crate::calico::model as calico;
use crate::calico::naive::governs;
use crate::calico::selector::Expr;
use crate::cilium;
use crate::judge::Action;
use crate::model::{List, Policy, Selector, World};

/// A policy of each dialect that a test adds or changes.
#[derive(Debug, Clone)]
pub(crate) struct Newcomers {
    pub(crate) network: Policy,
    pub(crate) admin: admin::Policy,
    pub(crate) calico: calico::Policy,
}

/// `world` with one policy more, which selects nobody: of Kubernetes if `which` is 0, of Calico if it is 2.
pub(crate) fn with_idle(world: &World, mut new: Newcomers, which: u8, elsewhere: bool) -> World {
    let mut larger = world.clone();
    match which {
        0 => {
            let idle = &mut new.network;
            "idle".clone_into(&mut idle.name);
            if elsewhere {
                idle.namespace = Some("empty");
            } else {
                let selector = idle.pod_selector.get_or_insert_with(Selector::default);
                selector.labels.insert("app", "nobody");
            }
            larger.policies.push(new.network);
        }
        1 => {
            let idle = &mut new.admin;
            idle.name = "idle";
            if idle.kind == admin::Kind::Baseline {
                idle.kind = admin::Kind::Admin;
            }
            let mut selector = Selector::default();
            selector.labels.insert("app", "nobody");
            idle.subject = if elsewhere {
                admin::Pods::InNamespaces(selector)
            } else {
                admin::Pods::Selected(Some(Selector::default()), selector)
            };
            larger.admin.push(new.admin);
        }
        _ => {
            let idle = &mut new.calico;
            idle.name = "idle";
            if elsewhere {
                (idle.namespace, idle.namespace_selector, idle.host_only) = (Some("empty"), None, None);
            } else {
                let nobody = Expr::Equals("app", "nobody");
                idle.selector = Some(match idle.selector.take() {
                    Some(expr) => Expr::And(vec![expr, nobody]),
                    None => nobody,
                });
            }
            // A tier that nobody else is in is another thing.
            idle.tier = idle.tier.filter(|tier| world.calico.tiers.iter().any(|known| known.name == *tier));
            larger.calico.policies.push(new.calico);
        }
    }
    larger
}

/// `world` with every policy in two, each with some of its rules, where nothing comes between the two.
pub(crate) fn split(world: &World) -> World {
    let mut split = world.clone();
    split.policies = world.policies.iter().flat_map(halves).collect();
    split.admin = Vec::new();
    for policy in &world.admin {
        let (mut first, mut second) = (policy.clone(), policy.clone());
        if let Some(name) = behind(policy.name).filter(|_| policy.kind != admin::Kind::Baseline) {
            second.name = name;
            first.ingress.truncate(policy.ingress.len() / 2);
            first.egress.truncate(policy.egress.len() / 2);
            second.ingress.drain(..first.ingress.len());
            second.egress.drain(..first.egress.len());
            split.admin.push(second);
        }
        split.admin.push(first);
    }
    split.cilium = cilium::changes::split(&world.cilium);
    split.calico.policies = Vec::new();
    for policy in &world.calico.policies {
        let (mut first, mut second) = (policy.clone(), policy.clone());
        let alone = world.calico.policies.iter().filter(|other| other.name == policy.name).count() == 1
            && world.admin.iter().all(|other| other.name != policy.name);
        if let Some(name) = behind(policy.name).filter(|_| alone && policy.host_only.is_none()) {
            second.name = name;
            let types: Vec<Direction> = Direction::ALL.into_iter().filter(|of| governs(policy, *of)).collect();
            (first.types, second.types) = (Some(types.clone()), Some(types));
            for (some, others) in [(&mut first.ingress, &mut second.ingress), (&mut first.egress, &mut second.egress)] {
                if let (Some(some), Some(others)) = (some, others) {
                    some.truncate(some.len() / 2);
                    others.drain(..some.len());
                }
            }
            split.calico.policies.push(second);
        }
        split.calico.policies.push(first);
    }
    split
}

/// The name that comes next after another one.
fn behind(name: &str) -> Option<&'static str> {
    let names = [("aaa", "aaa0"), ("mmm", "mmm0"), ("zzz", "zzz0"), ("second", "second0"), ("fourth", "fourth0")];
    names.into_iter().find(|(own, _)| *own == name).map(|(_, next)| next)
}

/// `policy` as two, each with some of its rules. The second has one of each direction that has any: egress rules make
/// a policy type where none is written.
fn halves(policy: &Policy) -> [Policy; 2] {
    let (mut first, mut second) = (policy.clone(), policy.clone());
    second.name.push_str("-more");
    for direction in Direction::ALL {
        if let List::Is(rules) = policy.rules(direction) {
            let (some, others) = rules.split_at(rules.len() / 2);
            *first.rules_mut(direction) = List::Is(some.to_vec());
            *second.rules_mut(direction) = List::Is(others.to_vec());
        }
    }
    [first, second]
}

/// Rules to put into policies in which order counts, for both versions and kinds.
#[derive(Debug, Clone)]
pub(crate) struct MoreRules {
    pub(crate) first_admin: admin::Rule,
    pub(crate) second_admin: admin::Rule,
    pub(crate) global: calico::Rule,
    pub(crate) namespaced: calico::Rule,
}

/// `world` with one rule more, which lets through or refuses, somewhere in a policy that says something in that direction
/// anyway; `None` if there is no such policy.
pub(crate) fn with_rule(world: &World, rules: MoreRules, egress: bool, allow: bool, which: usize) -> Option<World> {
    let mut larger = world.clone();
    let direction = if egress { Direction::Egress } else { Direction::Ingress };
    let admin: Vec<usize> = (0..world.admin.len()).filter(|at| !world.admin[*at].rules(direction).is_empty()).collect();
    let own = &world.calico.policies;
    let calico: Vec<usize> =
        (0..own.len()).filter(|at| governs(&own[*at], direction) && !own[*at].rules(direction).is_empty()).collect();
    let count = admin.len() + calico.len();
    let chosen = which.checked_rem(count)?;
    if let Some(at) = admin.get(chosen) {
        let policy = &mut larger.admin[*at];
        let mut rule = if policy.kind.is_second() { rules.second_admin } else { rules.first_admin };
        rule.action = if allow { Action::Allow } else { Action::Deny };
        rule.peers.retain(|peer| !matches!(peer, admin::Peer::Domains(_)));
        if rule.peers.is_empty() {
            return None;
        }
        let list = if egress { &mut policy.egress } else { &mut policy.ingress };
        list.insert(which / count % (list.len() + 1), rule);
    } else {
        let policy = &mut larger.calico.policies[calico[chosen - admin.len()]];
        let mut rule = if policy.namespace.is_none() { rules.global } else { rules.namespaced };
        rule.action = if allow { "Allow" } else { "Deny" };
        let list = if egress { policy.egress.as_mut()? } else { policy.ingress.as_mut()? };
        list.insert(which / count % (list.len() + 1), rule);
    }
    Some(larger)
}

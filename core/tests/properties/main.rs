//! What holds of every cluster and every policy: the engine agrees with a naive reading of the specification, and its
//! verdicts change only as policies say they do. Clusters and policies are made up at random; a failure is shrunk, and
//! its message ends in YAML to paste into `tests/cases`.
//!
//! Every run makes up the same ones, so that a failure comes back; `PROPTEST_CASES` asks for more of them, and
//! `PROPTEST_RNG_SEED` for others. Nothing is written into the source tree.
#![cfg(not(target_arch = "wasm32"))]

mod admin;
mod calico;
mod changes;
mod cidr;
mod cilium;
mod explained;
mod generate;
mod judge;
mod lints;
mod model;
mod naive;
mod observe;
mod oracle;
mod requests;
mod yaml;

use std::fmt::Debug;
use std::net::IpAddr;

use netpol_core::Analysis;
use netpol_core::cluster::EndpointKind;
use netpol_core::cni::Cni;
use netpol_core::lint;
use netpol_core::manifest::Direction;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestError, TestRunner};
use proptest::{prop_assert, prop_oneof};

use changes::Newcomers;
use model::{List, Policy, World};
use observe::{analyze, answers};

/// How many clusters are compared with the naive evaluator, pair by pair.
const COMPARED: u32 = 1_500;
/// How many are compared that have policies of another dialect.
const DIALECTS: u32 = 700;
/// How many clusters with Cilium's policies are.
const COMPARED_CILIUM: u32 = 800;
/// How many are explained, pair by pair.
const EXPLAINED: u32 = 400;
/// How many have their findings mended, one by one.
const LINTED: u32 = 600;
/// How many clusters each other property is tried on; most analyse two.
const CHANGED: u32 = 250;

fn check<S: Strategy>(cases: u32, made_up: S, property: impl Fn(S::Value) -> TestCaseResult)
where
    S::Value: Debug,
{
    let mut config = Config { failure_persistence: None, max_shrink_iters: 10_000, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = RngSeed::Fixed(5);
    }
    match TestRunner::new(config).run(&made_up, property) {
        Ok(()) => {}
        Err(TestError::Abort(reason)) => panic!("{reason}"),
        Err(TestError::Fail(reason, made_up)) => panic!("{reason}\n\nMade up for it:\n{made_up:#?}"),
    }
}

/// Fails with the first pair on which two analyses differ.
fn unchanged(before: &Analysis, after: &Analysis, addresses: &[IpAddr], texts: &[String]) -> TestCaseResult {
    let (before, after) = (answers(before, addresses), answers(after, addresses));
    let texts = texts.join("---\n");
    prop_assert!(before.keys().eq(after.keys()), "others can talk afterwards\n\n{texts}");
    for ((from, to), answer) in &before {
        let now = after.get(&(from.clone(), to.clone()));
        prop_assert!(now == Some(answer), "{from} -> {to}: was {answer:?}, is {now:?}\n\n{texts}");
    }
    Ok(())
}

#[test]
fn the_engine_agrees_with_the_naive_evaluator() {
    check(COMPARED, generate::world(), |world| oracle::agree(&world));
}

#[test]
fn they_agree_under_every_network_plugin() {
    let plugins = proptest::sample::select(vec![Cni::Calico, Cni::Cilium, Cni::Flannel]);
    check(CHANGED, (generate::world(), plugins), |(mut world, cni)| {
        world.cni = cni;
        oracle::agree(&world)
    });
}

#[test]
fn they_agree_on_admin_policies() {
    let plugins = proptest::sample::select(vec![Cni::Plain, Cni::Plain, Cni::Calico, Cni::Antrea, Cni::Cilium]);
    check(DIALECTS, (admin::generate::world(), plugins), |(mut world, cni)| {
        world.cni = cni;
        oracle::agree(&world)
    });
}

#[test]
fn they_agree_on_calico() {
    let plugins = proptest::sample::select(vec![Cni::Plain, Cni::Calico, Cni::Calico, Cni::Antrea]);
    check(DIALECTS, (calico::generate::world(), plugins), |(mut world, cni)| {
        world.cni = cni;
        oracle::agree(&world)
    });
}

#[test]
fn they_agree_on_what_cilium_makes_of_its_policies() {
    check(COMPARED_CILIUM, (cilium::generate::world(), proptest::bool::weighted(0.1)), |(mut world, plain)| {
        world.cni = if plain { Cni::Plain } else { Cni::Cilium };
        oracle::agree(&world)
    });
}

#[test]
fn they_agree_on_every_dialect_at_once() {
    let made_up = (cilium::generate::world(), calico::generate::world(), admin::generate::world(), 0..3_u8);
    check(CHANGED, made_up, |(mut world, tiers, admin, which)| {
        if which < 2 {
            world.calico = tiers.calico;
            world.accounts = tiers.accounts;
            calico::generate::limit_addresses(&mut world);
        }
        if which > 0 {
            world.admin = admin.admin;
        }
        oracle::agree(&world)
    });
}

#[test]
fn every_fix_of_a_lint_mends_what_it_is_for() {
    check(LINTED, prop_oneof![2 => generate::world(), 1 => any_dialect()], |world| {
        let text = world.yaml();
        let trouble = lints::trouble(&analyze(std::slice::from_ref(&text))?);
        prop_assert!(trouble.is_none(), "{}\n\n{text}", trouble.unwrap_or_default());
        Ok(())
    });
}

#[test]
fn without_a_covered_policy_nothing_changes() {
    check(LINTED, generate::world(), |world| {
        let (addresses, text) = (world.telling_addresses(), world.yaml());
        let before = analyze(std::slice::from_ref(&text))?;
        for finding in lint::lint(&before).iter().filter(|finding| finding.code == "policy-covered") {
            let name = &text[finding.place.span.range()];
            let mut smaller = world.clone();
            smaller.policies.retain(|policy| policy.name != name);
            let after = [smaller.yaml()];
            unchanged(&before, &analyze(&after)?, &addresses, &[text.clone(), after[0].clone()])?;
        }
        Ok(())
    });
}

#[test]
fn an_explanation_says_what_the_verdict_says() {
    check(EXPLAINED, any_dialect(), |world| {
        let text = world.yaml();
        let difference = explained::differs(&analyze(std::slice::from_ref(&text))?);
        prop_assert!(difference.is_none(), "{}\n\n{text}", difference.unwrap_or_default());
        Ok(())
    });
}

fn any_dialect() -> impl Strategy<Value = World> {
    prop_oneof![
        1 => generate::world(),
        1 => admin::generate::world(),
        2 => calico::generate::world(),
        2 => cilium::generate::world(),
    ]
}

#[test]
fn a_policy_that_selects_nobody_changes_nothing() {
    let new = (generate::policy(), admin::generate::policy(true), calico::generate::policy())
        .prop_map(|(network, admin, calico)| Newcomers { network, admin, calico });
    check(CHANGED, (any_dialect(), new, any::<bool>(), 0..3_u8), |(world, new, elsewhere, which)| {
        // Calico beside Cilium is one more enforcer, which has NetworkPolicies of its own.
        let which = if world.cilium.policies.is_empty() { which } else { which % 2 };
        let larger = changes::with_idle(&world, new, which, elsewhere);
        let addresses = larger.telling_addresses();
        let texts = [larger.yaml()];
        unchanged(&analyze(&[world.yaml()])?, &analyze(&texts)?, &addresses, &texts)
    });
}

#[test]
fn order_changes_no_verdict() {
    check(CHANGED, (any_dialect(), vec(any::<u8>(), 16)), |(world, places)| {
        let mut documents: Vec<(u8, String)> =
            world.documents().into_iter().enumerate().map(|(at, text)| (places[at % places.len()], text)).collect();
        documents.sort_by_key(|(place, _)| *place);
        // The lower half in a text of its own.
        let (first, second): (Vec<_>, Vec<_>) = documents.into_iter().partition(|(place, _)| *place < 128);
        let joined = |part: Vec<(u8, String)>| part.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("---\n");
        let texts = [joined(first), joined(second)];
        unchanged(&analyze(&[world.yaml()])?, &analyze(&texts)?, &world.telling_addresses(), &texts)
    });
}

#[test]
fn two_rules_may_stand_in_two_policies() {
    check(CHANGED, any_dialect(), |world| {
        let texts = [changes::split(&world).yaml()];
        unchanged(&analyze(&[world.yaml()])?, &analyze(&texts)?, &world.telling_addresses(), &texts)
    });
}

#[test]
fn where_order_counts_a_rule_more_does_what_it_says() {
    let world = prop_oneof![admin::generate::world(), calico::generate::world()];
    let made_up = (world, any::<bool>(), any::<bool>(), 0..100_usize).prop_flat_map(|(world, egress, allow, which)| {
        let admin = [admin::model::Kind::Admin, admin::model::Kind::Cluster(admin::model::Tier::Admin)];
        let [first, second] = admin.map(|kind| admin::generate::rule(kind, egress));
        let calico = [true, false].map(|global| calico::generate::rule(global, egress));
        let rules = (first, second, calico).prop_map(|(first_admin, second_admin, [global, namespaced])| {
            changes::MoreRules { first_admin, second_admin, global, namespaced }
        });
        (Just((world, egress, allow, which)), rules)
    });
    check(CHANGED, made_up, |((world, egress, allow, which), rules)| {
        let Some(larger) = changes::with_rule(&world, rules, egress, allow, which) else { return Ok(()) };
        let (addresses, text) = (larger.telling_addresses(), larger.yaml());
        let before = answers(&analyze(&[world.yaml()])?, &addresses);
        let after = answers(&analyze(std::slice::from_ref(&text))?, &addresses);
        for ((from, to), answer) in &before {
            let now = after.get(&(from.clone(), to.clone()));
            let right = now.is_some_and(|now| {
                let (less, more) = if allow { (answer, now) } else { (now, answer) };
                less.allowed.intersection(&more.allowed) == less.allowed
            });
            prop_assert!(
                right,
                "{from} -> {to}: was {answer:?}, is {now:?} with a rule more, allow: {allow}\n\n{text}"
            );
        }
        Ok(())
    });
}

#[test]
fn a_policy_of_ciliums_that_selects_nobody_changes_nothing() {
    let made_up = (cilium::generate::world(), cilium::generate::policy(), any::<bool>());
    check(CHANGED, made_up, |(world, policy, elsewhere)| {
        let larger = cilium::changes::with_idle(&world, policy, elsewhere);
        let addresses = larger.telling_addresses();
        let texts = [larger.yaml()];
        unchanged(&analyze(&[world.yaml()])?, &analyze(&texts)?, &addresses, &texts)
    });
}

#[test]
fn an_entry_of_ciliums_more_does_what_its_list_says() {
    let made_up = (0..4_usize).prop_flat_map(|section| {
        let (_, from_or_to, deny) = cilium::model::SECTIONS[section];
        (cilium::generate::world(), cilium::generate::entry(from_or_to, deny), Just(section), any::<u8>())
    });
    check(CHANGED, made_up, |(world, entry, section, which)| {
        let Some(larger) = cilium::changes::with_entry(&world, entry, section, usize::from(which)) else {
            return Ok(());
        };
        let (_, _, deny) = cilium::model::SECTIONS[section];
        let (addresses, text) = (larger.telling_addresses(), larger.yaml());
        let before = answers(&analyze(&[world.yaml()])?, &addresses);
        let after = answers(&analyze(std::slice::from_ref(&text))?, &addresses);
        for ((from, to), answer) in &before {
            let now = after.get(&(from.clone(), to.clone()));
            let right = now.is_some_and(|now| {
                let (less, more) = if deny { (now, answer) } else { (answer, now) };
                less.allowed.intersection(&more.allowed) == less.allowed
            });
            prop_assert!(right, "{from} -> {to}: was {answer:?}, is {now:?} with an entry more\n\n{text}");
        }
        Ok(())
    });
}

#[test]
fn a_rule_more_never_takes_anything_away() {
    let made_up = (generate::world(), generate::rule(), any::<u8>(), any::<bool>());
    check(CHANGED, made_up, |(world, rule, which, egress)| {
        let direction = if egress { Direction::Egress } else { Direction::Ingress };
        let mut larger = world.clone();
        let mut isolating: Vec<&mut Policy> =
            larger.policies.iter_mut().filter(|policy| naive::affects(policy, direction)).collect();
        if isolating.is_empty() {
            return Ok(());
        }
        let which = usize::from(which) % isolating.len();
        let rules = isolating[which].rules_mut(direction);
        *rules = List::Is(rules.items().iter().cloned().chain([rule]).collect());
        let (addresses, text) = (larger.telling_addresses(), larger.yaml());
        let before = answers(&analyze(&[world.yaml()])?, &addresses);
        let after = answers(&analyze(std::slice::from_ref(&text))?, &addresses);
        for ((from, to), answer) in &before {
            let now = after.get(&(from.clone(), to.clone()));
            let kept = now.is_some_and(|now| now.allowed.intersection(&answer.allowed) == answer.allowed);
            prop_assert!(kept, "{from} -> {to}: was {answer:?}, is {now:?} with one rule more\n\n{text}");
        }
        Ok(())
    });
}

#[test]
fn every_address_outside_is_of_one_class_that_no_block_splits() {
    check(CHANGED, (generate::address_world(), vec(generate::address(), 8)), |(world, mut addresses)| {
        let text = world.yaml();
        let analysis = analyze(std::slice::from_ref(&text))?;
        let treated =
            |address: IpAddr| -> Vec<bool> { world.blocks().map(|block| naive::is_in_block(block, address)).collect() };
        let mut samples = Vec::new();
        for endpoint in &analysis.cluster.endpoints {
            let EndpointKind::External(class) = &endpoint.kind else { continue };
            prop_assert!(endpoint.id == class.sample.to_string(), "{} is not its sample\n\n{text}", endpoint.id);
            samples.push(class.sample);
        }
        addresses.extend(world.telling_addresses());
        addresses.extend(&samples);
        for address in addresses.into_iter().filter(|address| !world.is_pods(*address)) {
            let holders = observe::holders(&analysis, address);
            prop_assert!(holders.len() == 1, "{address} is in {} classes\n\n{text}", holders.len());
            let EndpointKind::External(class) = &analysis.cluster.endpoints[holders[0]].kind else { continue };
            let sample = class.sample;
            prop_assert!(treated(address) == treated(sample), "{address} stands with {sample}\n\n{text}");
        }
        // The classes are the coarsest there are.
        let mut treatments: Vec<Vec<bool>> = samples.iter().map(|sample| treated(*sample)).collect();
        treatments.sort();
        treatments.dedup();
        prop_assert!(treatments.len() == samples.len(), "some of {samples:?} are of one class\n\n{text}");
        Ok(())
    });
}

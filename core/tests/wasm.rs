//! The engine gives the same answers as wasm: one lesson's worth of policies, and a flip, in a browser.
#![cfg(target_arch = "wasm32")]

use netpol_core::lesson::{case, script};
use netpol_core::manifest;
use netpol_core::rewrite::{FlipMemory, flip, sites};
use netpol_core::source::{Edit, Source};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn lessons_hold() {
    for text in [
        include_str!("../../lessons/5.1-why.md"),
        include_str!("../../lessons/5.3-selectors.md"),
        include_str!("../../lessons/5.4-example-5.md"),
    ] {
        let failures = script::run(&script::read(text).expect("a readable lesson"));
        assert!(failures.is_empty(), "{failures:?}");
    }
}

#[wasm_bindgen_test]
fn cases_hold() {
    for text in [
        include_str!("../../tests/cases/isolation.md"),
        include_str!("../../tests/cases/peers.md"),
        include_str!("../../tests/cases/ip-blocks.md"),
        include_str!("../../tests/cases/validation.md"),
        include_str!("../../tests/cases/input.md"),
        include_str!("../../tests/cases/chapter.md"),
        include_str!("../../tests/cases/admin.md"),
        include_str!("../../tests/cases/calico-selectors.md"),
        include_str!("../../tests/cases/calico-tiers.md"),
        include_str!("../../tests/cases/cilium-endpoints.md"),
        include_str!("../../tests/cases/cilium-http.md"),
    ] {
        let report = case::run(text);
        assert!(report.cases > 5 && report.failures.is_empty(), "{:?}", report.failures);
    }
}

#[wasm_bindgen_test]
fn a_dash_moves_and_comes_back() {
    let lesson = include_str!("../../lessons/5.3-selectors.md");
    let lesson = script::read(lesson).expect("a readable lesson").lesson;
    let text = lesson.steps.get(2).expect("the step with two items").policies.clone().into_owned();
    let mut memory = FlipMemory::default();
    let mut turn = |text: &str| {
        let source = Source::new("policy", text);
        let manifests = manifest::read(std::slice::from_ref(&source));
        let site = sites(&manifests, std::slice::from_ref(&source), &memory).remove(0);
        Edit::apply(&flip(&source, &manifests, &site, &mut memory).expect("another layout"), text)
    };
    let flipped = turn(&text);
    assert_ne!(flipped, text);
    assert_eq!(turn(&flipped), text);
}

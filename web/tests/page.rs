//! The page, mounted in a real browser: what it draws of the first lesson, and that it follows the workspace.
#![cfg(target_arch = "wasm32")]

use gloo::timers::future::sleep;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

fn document() -> web_sys::Document {
    gloo::utils::document()
}

fn all(root: &Element, selector: &str) -> Vec<Element> {
    let list = root.query_selector_all(selector).expect("a valid selector");
    (0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok()).collect()
}

async fn settle() {
    sleep(Duration::from_millis(100)).await;
}

async fn mount() -> Element {
    // The test before may have left the name of another step.
    gloo::utils::window().location().set_hash("").expect("an address");
    let root = document().create_element("div").expect("an element");
    // Without the page's style sheets the figure would have no height.
    root.set_attribute("style", "width:1200px;height:800px").expect("an attribute");
    document().body().expect("a body").append_child(&root).expect("a place for it");
    yew::Renderer::<netpol_web::App>::with_root(root.clone()).render();
    settle().await;
    for figure in all(&root, ".figure") {
        figure.set_attribute("style", "width:900px;height:600px").expect("an attribute");
    }
    settle().await;
    root
}

fn press(root: &Element, selector: &str, text: &str) {
    let button = all(root, selector).into_iter().find(|e| e.text_content().unwrap_or_default().contains(text));
    button.unwrap_or_else(|| panic!("no {selector} says {text}")).unchecked_into::<HtmlElement>().click();
}

#[wasm_bindgen_test]
async fn without_policies_everyone_talks_to_everyone() {
    let root = mount().await;
    assert_eq!(all(&root, ".pod").len(), 7);
    assert_eq!(all(&root, ".arrows .arrow.idle").len(), 42);
    assert_eq!(all(&root, ".gates .gate").len(), 0);
    root.remove();
}

#[wasm_bindgen_test]
async fn with_policies_three_paths_stay_open() {
    let root = mount().await;
    press(&root, "button.next", "Apply the policies");
    sleep(Duration::from_millis(2600)).await;
    assert_eq!(all(&root, ".arrows .arrow.open").len(), 3);
    assert_eq!(all(&root, "[data-stub]").len(), 1);
    let spoken: Vec<String> =
        all(&root, ".arrows .arrow.stop").iter().filter_map(|a| a.get_attribute("aria-label")).collect();
    assert_eq!(spoken, ["attacker to database: blocked by ingress of database, line 34"]);
    root.remove();
}

#[wasm_bindgen_test]
async fn the_text_area_works_while_the_editor_has_not_loaded() {
    let root = mount().await;
    let area = all(&root, "textarea").remove(0).unchecked_into::<web_sys::HtmlTextAreaElement>();
    area.set_value("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {}, policyTypes: [Ingres]}\n");
    let init = web_sys::InputEventInit::new();
    init.set_bubbles(true);
    let event = web_sys::InputEvent::new_with_event_init_dict("input", &init).expect("an event");
    area.dispatch_event(&event).expect("a listener");
    settle().await;
    let problems = all(&root, ".problems li");
    assert_eq!(problems.len(), 1);
    assert!(problems[0].text_content().unwrap_or_default().contains("Ingress"));
    assert_eq!(all(&root, ".figure.stale").len(), 1);
    root.remove();
}

#[wasm_bindgen_test]
async fn a_cell_of_the_matrix_is_explained() {
    let root = mount().await;
    press(&root, "button.next", "Apply the policies");
    press(&root, "[role=tab]", "Matrix");
    settle().await;
    let cell = all(&root, ".mx button").into_iter().find(|cell| {
        cell.get_attribute("aria-label").is_some_and(|spoken| spoken.starts_with("attacker to database: blocked"))
    });
    cell.expect("a cell for the pair").unchecked_into::<HtmlElement>().click();
    press(&root, "[role=tab]", "Why");
    settle().await;
    let words = |selector: &str| -> Vec<String> {
        all(&root, selector).iter().map(|element| element.text_content().unwrap_or_default()).collect()
    };
    assert_eq!(words(".side h3 b"), ["Leaving attacker", "Entering database"]);
    assert_eq!(words(".rules > .refuses b"), ["default-deny-ingress", "default", "database-from-api"]);
    assert_eq!(words(".rules > .refuses .line"), ["lines 7–8", "line 34"]);
    press(&root, "[role=tab]", "Why");
    settle().await;
    assert!(all(&root, ".side").is_empty());
    root.remove();
}

//! What is said of pods that nobody described.

use netpol_core::Analysis;
use yew::prelude::*;

/// What the note is given.
#[derive(Properties, PartialEq)]
pub(crate) struct AssumedProps {
    pub(crate) analysis: std::rc::Rc<Analysis>,
    /// The pods shall be written down; `None` while the text cannot be read.
    pub(crate) on_write: Option<Callback<MouseEvent>>,
}

/// How many pods are assumed.
pub(crate) fn count(analysis: &Analysis) -> usize {
    analysis.cluster.endpoints.iter().filter(|endpoint| endpoint.assumed).count()
}

/// The sentence, and the button that makes pods of them; nothing where none is assumed.
#[component]
pub(crate) fn Assumed(props: &AssumedProps) -> Html {
    let count = count(&props.analysis);
    let these = match count {
        0 => return Html::default(),
        1 => "this one is".to_owned(),
        several => format!("these {several} are"),
    };
    html! {
        <p class="assumed">
            <svg class="dashed" width="20" height="12" aria-hidden="true"><rect x=".75" y=".75" width="18.500" height="10.500" rx="3" /></svg>
            <span class="long">{ format!("No pods here: {these} assumed from the policies’ selectors.") }</span>
            <span class="short">{ format!("No pods here: {count} assumed.") }</span>
            if let Some(write) = &props.on_write { <button onclick={write.clone()}>{ "Write them into Cluster" }</button> }
        </p>
    }
}

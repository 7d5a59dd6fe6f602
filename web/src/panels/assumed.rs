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
    if count == 0 {
        return Html::default();
    }
    let (long, short) = words(&props.analysis, count);
    html! {
        <p class="assumed">
            <svg class="dashed" width="20" height="12" aria-hidden="true"><rect x=".75" y=".75" width="18.500" height="10.500" rx="3" /></svg>
            <span class="long">{ long }</span>
            <span class="short">{ short }</span>
            if let Some(write) = &props.on_write {
                <button onclick={write.clone()}>{ if count == 1 { "Write it into Cluster" } else { "Write them into Cluster" } }</button>
            }
        </p>
    }
}

/// Why pods are assumed, for a wide and for a narrow screen. Beside pods that are described only the cluster's DNS is.
fn words(analysis: &Analysis, count: usize) -> (String, String) {
    if analysis.manifests.describes_pods {
        let long = "Every cluster has a DNS server: kube-dns is assumed, to show who can ask it.";
        return (long.to_owned(), "kube-dns is assumed.".to_owned());
    }
    let these = if count == 1 { "this one is".to_owned() } else { format!("these {count} are") };
    let long = format!("No pods here: {these} assumed from the policies’ selectors.");
    (long, format!("No pods here: {count} assumed."))
}

//! What an empty policies editor offers.

use yew::prelude::*;

use crate::lessons::LESSONS;

const DENY: &str = "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny-ingress
spec:
  podSelector: {}
  policyTypes:
  - Ingress
";

const API_TO_DATABASE: &str = "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: database-policy
spec:
  podSelector:
    matchLabels:
      app: database
  policyTypes:
  - Ingress
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: api
    ports:
    - protocol: TCP
      port: 5432
";

/// What the starters are given.
#[derive(Properties, PartialEq)]
pub(crate) struct StartersProps {
    /// The namespace of the first pod: where the starters' policies go.
    pub(crate) namespace: String,
    /// A starter's text was chosen.
    pub(crate) on_choose: Callback<String>,
}

/// A sentence and three starters.
#[component]
pub(crate) fn Starters(props: &StartersProps) -> Html {
    let five = LESSONS.first().and_then(|entry| entry.lesson.steps.last()).map_or("", |step| &step.policies);
    let choices = [
        ("Deny all ingress", "chapter 5.2", DENY),
        ("Let only api reach database", "chapter 5.4", API_TO_DATABASE),
        ("All five of lesson 5.1", "chapter 5.1", five),
    ];
    let item = |(title, chapter, text): (&'static str, &'static str, &'static str)| {
        let text = placed(text, &props.namespace);
        let choose = props.on_choose.reform(move |_: MouseEvent| text.clone());
        html! { <li><button onclick={choose}><span>{ title }</span><em>{ chapter }</em></button></li> }
    };
    html! {
        <div class="start">
            <p>{ "Paste policies as YAML here, drop files, or begin with one of these." }</p>
            <ul>{ for choices.into_iter().map(item) }</ul>
        </div>
    }
}

/// `text` with its policies in `namespace`.
fn placed(text: &str, namespace: &str) -> String {
    if namespace == netpol_core::manifest::DEFAULT_NAMESPACE {
        return text.to_owned();
    }
    text.lines()
        .map(|line| {
            if line.starts_with("  name: ") {
                format!("{line}\n  namespace: {namespace}\n")
            } else {
                format!("{line}\n")
            }
        })
        .collect()
}

/// Whether a text holds nothing but blanks and comments.
pub(crate) fn is_empty(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

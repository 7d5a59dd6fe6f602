//! "In words": the policy at the cursor as sentences.

use netpol_core::phrase::Phrase;
use yew::prelude::*;

/// Phrases as markup.
pub(crate) fn phrases(phrases: &[Phrase]) -> Html {
    let phrase = |phrase: &Phrase| match phrase {
        Phrase::Plain(words) => html! { { words } },
        Phrase::Strong(words) => html! { <b>{ words }</b> },
        Phrase::Code(words) => html! { <code>{ words }</code> },
    };
    html! { <>{ for phrases.iter().map(phrase) }</> }
}

/// Words in which what stands in the text is between backticks.
pub(crate) fn quoted(words: &str) -> Html {
    let piece = |(at, words): (usize, &str)| {
        if at % 2 == 1 {
            html! { <code>{ words }</code> }
        } else {
            html! { { words } }
        }
    };
    html! { <>{ for words.split('`').enumerate().map(piece) }</> }
}

/// The panel.
pub(crate) fn panel(policy: &str, words: &[Phrase]) -> Html {
    html! {
        <>
            <h2>{ "In words" }<span class="which">{ policy }</span></h2>
            <p>{ phrases(words) }</p>
        </>
    }
}

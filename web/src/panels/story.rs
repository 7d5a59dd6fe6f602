//! The story of the open step, above the texts.

use gloo::storage::{LocalStorage, Storage};
use netpol_core::lesson::prose::{self, Block, Phrase, Set, Target};
use netpol_core::lesson::script::Text;
use yew::prelude::*;

use crate::icons;

const KEY: &str = "story";

/// What the story is given.
#[derive(Properties, PartialEq)]
pub(crate) struct StoryProps {
    /// The step's heading.
    pub(crate) title: Text,
    /// The stories of all steps of the lesson: the place for the longest is kept, so that nothing below moves.
    pub(crate) stories: Vec<Text>,
    /// Which of them is told.
    pub(crate) step: usize,
    /// Whether the reader has changed the step's texts.
    pub(crate) edited: bool,
    /// The step's texts shall come back.
    pub(crate) on_back: Callback<MouseEvent>,
}

/// The story: told or folded away on wide screens, two lines or all of it on narrow ones.
#[component]
pub(crate) fn Story(props: &StoryProps) -> Html {
    let open = use_state_eq(|| LocalStorage::get::<bool>(KEY).unwrap_or(true));
    let whole = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| {
            // Without storage the choice holds until the page is left.
            let _ = LocalStorage::set(KEY, !*open);
            open.set(!*open);
        })
    };
    let more = {
        let whole = whole.clone();
        Callback::from(move |_: MouseEvent| whole.set(!*whole))
    };
    let story = props.stories.get(props.step).map(|story| prose::blocks(story)).unwrap_or_default();
    let told = !story.is_empty();
    let any = props.stories.iter().any(|story| !story.trim().is_empty());
    let kept = props.stories.iter().map(|story| html! { <div>{ for prose::blocks(story).iter().map(plain) }</div> });
    html! {
        <section class={classes!("story", (!*open).then_some("folded"), whole.then_some("whole"))} aria-label="Story">
            <div class="story-head">
                <h2>{ &*props.title }</h2>
                if props.edited {
                    <span class="edited">{ "edited" }</span>
                    <button class="back" onclick={props.on_back.clone()}>{ "Back to this step’s text" }</button>
                }
                if told {
                    <button class="hide" aria-expanded={open.to_string()} onclick={toggle}>{ if *open { "Hide story" } else { "Show story" } }{ icons::down() }</button>
                }
            </div>
            <div class="story-body" hidden={!any}>
                <div class="kept" aria-hidden="true">{ for kept }</div>
                // Reachable by keyboard, for it may scroll; a new step begins at its top.
                <div class="told" tabindex={told.then_some("0")} role="group" aria-label={props.title.to_string()} key={props.step}>
                    <b class="run-in">{ &*props.title }</b>
                    { for story.iter().map(block) }
                </div>
            </div>
            if told { <button class="more-story" aria-expanded={whole.to_string()} onclick={more}>{ if *whole { "less" } else { "more" } }</button> }
        </section>
    }
}

fn block(block: &Block) -> Html {
    match block {
        Block::Paragraph(phrases) => html! { <p>{ for phrases.iter().map(phrase) }</p> },
        Block::List(items) => {
            let item = |phrases: &Vec<Phrase>| html! { <li>{ for phrases.iter().map(phrase) }</li> };
            html! { <ul>{ for items.iter().map(item) }</ul> }
        }
    }
}

/// As wide and as high as the block, with nothing to press.
fn plain(of: &Block) -> Html {
    let bare = |phrases: &Vec<Phrase>| phrases.iter().map(|phrase| Phrase { to: None, ..phrase.clone() }).collect();
    block(&match of {
        Block::Paragraph(phrases) => Block::Paragraph(bare(phrases)),
        Block::List(items) => Block::List(items.iter().map(bare).collect()),
    })
}

fn phrase(phrase: &Phrase) -> Html {
    let Set { code, emphasis, strong } = phrase.set;
    let mut words = html! { { &phrase.words } };
    if code {
        words = html! { <code>{ words }</code> };
    }
    if emphasis {
        words = html! { <em>{ words }</em> };
    }
    if strong {
        words = html! { <strong>{ words }</strong> };
    }
    match &phrase.to {
        None => words,
        Some(Target::Lesson(link)) => html! { <a href={link.to_string()}>{ words }</a> },
        Some(Target::Web(address)) => {
            html! { <a href={address.clone()} target="_blank" rel="noopener noreferrer">{ words }</a> }
        }
    }
}

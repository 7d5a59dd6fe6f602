//! The story of the open step, above the texts.

use netpol_core::lesson::prose::{self, Block};
use yew::prelude::*;

use super::prose::{first_line, set};
use crate::icons;
use crate::narrow::use_narrow;
use crate::stage_size::use_size;
use crate::state::Workspace;
use crate::storage;

const KEY: &str = "story";

/// What the story is given.
#[derive(Properties, PartialEq)]
pub(crate) struct StoryProps {
    pub(crate) workspace: UseReducerHandle<Workspace>,
}

/// The story: beside the figure all of it, which can be hidden; where there is one column two lines that unfold.
#[component]
pub(crate) fn Story(props: &StoryProps) -> Html {
    let workspace = &props.workspace;
    let lesson = workspace.lesson();
    let narrow = use_narrow();
    let hidden = use_state_eq(|| storage::get::<String>(KEY).is_some_and(|kept| kept == "hidden"));
    let unfolded = use_state_eq(|| false);
    let stories = use_memo((lesson.steps.clone(), lesson.front.title.clone()), |(steps, _)| {
        steps.iter().map(|step| prose::read(&step.prose)).collect::<Vec<_>>()
    });
    {
        // A question stands where an unfolded story would cover it.
        let (unfolded, asks) = (unfolded.clone(), workspace.step().task.is_some());
        use_effect_with((workspace.lesson, workspace.step), move |_| {
            if asks {
                unfolded.set(false);
            }
        });
    }
    if stories.iter().all(Vec::is_empty) {
        return Html::default();
    }
    let story = stories.get(workspace.step).map_or(&[] as &[Block], Vec::as_slice);
    let step = format!("{} {}", workspace.lesson, workspace.step);
    if narrow {
        let toggle = {
            let unfolded = unfolded.clone();
            Callback::from(move |_: MouseEvent| unfolded.set(!*unfolded))
        };
        return html! {
            <section class={classes!("story", "brief", unfolded.then_some("unfolded"))} aria-label="Story">
                if *unfolded {
                    <Told key={step} story={story.to_vec()} class={classes!("whole")} />
                } else {
                    <p class="prose clamped">{ first_line(story) }</p>
                }
                if !workspace.is_pristine() { <small>{ "edited" }</small> }
                <button class="more" aria-expanded={unfolded.to_string()} onclick={toggle}>{ if *unfolded { "Less" } else { "More" } }{ icons::down() }</button>
            </section>
        };
    }
    let toggle = {
        let hidden = hidden.clone();
        Callback::from(move |_: MouseEvent| {
            // Without storage the choice holds until the page is left.
            storage::set(KEY, if *hidden { "shown" } else { "hidden" });
            hidden.set(!*hidden);
        })
    };
    let label = if *hidden { "Show the story" } else { "Hide the story" };
    html! {
        <section class={classes!("story", hidden.then_some("folded"))} aria-label="Story">
            <div class="about">
                <h2>{ &*workspace.step().title }</h2>
                if !workspace.is_pristine() { <small>{ "edited" }</small> }
                <button class="tool square" aria-expanded={(!*hidden).to_string()} aria-label={label} title={label} onclick={toggle}>{ icons::down() }</button>
            </div>
            if !*hidden {
                <div class="telling">
                    // The longest story of the lesson makes the room for all of them, so that nothing moves from step to step.
                    <div class="room" aria-hidden="true">{ for stories.iter().map(|story| html! { <div class="prose">{ set(story, false) }</div> }) }</div>
                    <Told key={step} story={story.to_vec()} class={classes!("told")} />
                </div>
            }
        </section>
    }
}

/// What a told story is given.
#[derive(Properties, PartialEq)]
struct ToldProps {
    story: Vec<Block>,
    /// What its element is called besides.
    class: Classes,
}

/// A story that scrolls where it is too long; then the Tab key reaches it, so that the arrow keys scroll it.
#[component]
fn Told(props: &ToldProps) -> Html {
    let node = use_node_ref();
    let size = use_size(&node);
    let overflows = use_state_eq(|| false);
    {
        let (overflows, node) = (overflows.clone(), node.clone());
        use_effect_with(size, move |_| {
            if let Some(element) = node.cast::<web_sys::Element>() {
                overflows.set(element.scroll_height() > element.client_height() + 1);
            }
        });
    }
    html! {
        <div class={classes!("prose", props.class.clone())} ref={node} role="group" aria-label="The story of this step" tabindex={overflows.then_some("0")}>
            { set(&props.story, true) }
        </div>
    }
}

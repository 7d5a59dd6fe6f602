//! Commands for a real cluster, each to be copied.

use gloo::timers::callback::Timeout;
use netpol_core::inspect::Command;
use yew::prelude::*;

use super::fold::Fold;
use crate::clipboard;
use crate::icons;

/// How long a button says that it has copied, in ms.
const SAID: u32 = 1800;

/// What a list is given.
#[derive(Properties, PartialEq)]
pub(crate) struct CommandsProps {
    pub(crate) commands: Vec<Command>,
}

/// Commands under the steps of the workflow that they belong to.
#[component]
pub(crate) fn Commands(props: &CommandsProps) -> Html {
    let steps = props.commands.chunk_by(|one, other| one.step == other.step);
    let step = |commands: &[Command]| {
        let Some(first) = commands.first() else { return Html::default() };
        html! {
            <li>
                <h4><i>{ first.step.number() }</i>{ first.step.title() }</h4>
                { for commands.iter().map(|own| html! { <CommandLine key={own.line.clone()} purpose={own.purpose.clone()} line={own.line.clone()} /> }) }
            </li>
        }
    };
    html! { <ol class="commands">{ for steps.map(step) }</ol> }
}

/// The same under a line that unfolds.
pub(crate) fn folded(commands: impl Fn() -> Vec<Command> + 'static) -> Html {
    let inner = Callback::from(move |()| html! { <Commands commands={commands()} /> });
    html! { <div class="real"><Fold line="On a real cluster" {inner} /></div> }
}

/// What one line is given.
#[derive(Properties, PartialEq)]
pub(crate) struct CommandLineProps {
    /// What it shows.
    pub(crate) purpose: AttrValue,
    /// The line itself.
    pub(crate) line: AttrValue,
}

/// A command, what it is for, and a button that copies it.
#[component]
pub(crate) fn CommandLine(props: &CommandLineProps) -> Html {
    let said = use_state_eq(|| None::<bool>);
    let timer = use_mut_ref(|| None::<Timeout>);
    let copy = {
        let (line, said) = (props.line.clone(), said.clone());
        Callback::from(move |_: MouseEvent| {
            let (said, timer) = (said.clone(), timer.clone());
            clipboard::copy(
                &line,
                Callback::from(move |well| {
                    said.set(Some(well));
                    let said = said.clone();
                    *timer.borrow_mut() = Some(Timeout::new(SAID, move || said.set(None)));
                }),
            );
        })
    };
    let (word, spoken) = match *said {
        None => ("Copy", ""),
        Some(true) => ("Copied", "Copied"),
        Some(false) => ("Select it", "The browser does not let it be copied: select the line"),
    };
    html! {
        <div class="remote">
            <p>{ &props.purpose }</p>
            <div class="shell">
                <code>{ &props.line }</code>
                <button class={classes!("copy", said.is_some().then_some("said"))} onclick={copy} aria-label={format!("Copy {}", props.line)}>
                    if *said == Some(true) { { icons::done() } } else { { icons::copy() } }<span>{ word }</span>
                </button>
            </div>
            <span class="spoken" role="status">{ spoken }</span>
        </div>
    }
}

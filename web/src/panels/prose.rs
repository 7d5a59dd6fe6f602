//! Stories as the page sets them.

use netpol_core::lesson::link::Target;
use netpol_core::lesson::prose::{Block, Piece};
use yew::prelude::*;

/// Paragraphs and lists. Without `linked`, links are words, for stories that only hold a place.
pub(crate) fn set(blocks: &[Block], linked: bool) -> Html {
    let line = |pieces: &Vec<Piece>| words(pieces, linked);
    let block = |block: &Block| match block {
        Block::Paragraph(pieces) => html! { <p>{ line(pieces) }</p> },
        Block::List(entries) => {
            html! { <ul>{ for entries.iter().map(|entry| html! { <li>{ line(entry) }</li> }) }</ul> }
        }
    };
    html! { <>{ for blocks.iter().map(block) }</> }
}

/// The words of the first block alone.
pub(crate) fn first_line(blocks: &[Block]) -> Html {
    let pieces = match blocks.first() {
        Some(Block::Paragraph(pieces)) => pieces.as_slice(),
        Some(Block::List(entries)) => entries.first().map_or(&[] as &[Piece], Vec::as_slice),
        None => &[],
    };
    words(pieces, true)
}

/// Pieces that lead to the same place are one link.
fn words(pieces: &[Piece], linked: bool) -> Html {
    let run = |run: &[Piece]| {
        let set = html! { <>{ for run.iter().map(piece_of) }</> };
        match run.first().and_then(|piece| piece.link.as_ref()).filter(|_| linked) {
            Some(Target::Lesson(address)) => html! { <a href={address.to_string()}>{ set }</a> },
            // The other page learns nothing of this one and cannot reach back into it.
            Some(Target::Page(page)) => {
                html! { <a href={page.clone()} target="_blank" rel="noopener noreferrer">{ set }</a> }
            }
            None => set,
        }
    };
    html! { <>{ for pieces.chunk_by(|one, other| one.link == other.link).map(run) }</> }
}

fn piece_of(piece: &Piece) -> Html {
    let words = piece.words.clone();
    let mut set = if piece.code {
        html! { <code>{ words }</code> }
    } else {
        html! { { words } }
    };
    if piece.emphasis {
        set = html! { <em>{ set }</em> };
    }
    if piece.strong {
        set = html! { <strong>{ set }</strong> };
    }
    set
}

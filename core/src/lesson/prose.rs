//! The story of a step: paragraphs and lists, whose words remember how they are set and where they lead.

mod inline;

use super::link::Target;
use inline::Style;

/// How many bytes of a paragraph are looked at for marks; the words of a longer one stand as they are written.
const MOST: usize = 20_000;

/// What a story is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Piece>),
    /// A list, an entry each.
    List(Vec<Vec<Piece>>),
}

/// Some words that are set alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Piece {
    /// The words.
    pub words: String,
    /// Whether they are emphasised: `*words*`.
    pub emphasis: bool,
    /// Whether they matter: `**words**`.
    pub strong: bool,
    /// Whether they stand in a text or on a command line: `` `words` ``.
    pub code: bool,
    /// Where they lead: `[words](#5.3-selectors)`.
    pub link: Option<Target>,
}

/// Reads a story. What is no mark, or is not closed, stays as it is written.
pub fn read(story: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for lines in story.split("\n\n") {
        let mut items: Vec<String> = Vec::new();
        let mut words = String::new();
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let item = line.strip_prefix("- ").map(str::trim_start);
            match (item, items.last_mut()) {
                (Some(item), _) => items.push(item.to_owned()),
                (None, Some(last)) => join(last, line),
                (None, None) => join(&mut words, line),
            }
        }
        if !words.is_empty() {
            blocks.push(Block::Paragraph(pieces(&words)));
        }
        let entries: Vec<_> = items.iter().map(|item| pieces(item)).collect();
        match blocks.last_mut() {
            _ if entries.is_empty() => {}
            // Blank lines between its entries do not end a list.
            Some(Block::List(before)) if words.is_empty() => before.extend(entries),
            _ => blocks.push(Block::List(entries)),
        }
    }
    blocks
}

fn join(words: &mut String, line: &str) {
    if !words.is_empty() {
        words.push(' ');
    }
    words.push_str(line);
}

fn pieces(words: &str) -> Vec<Piece> {
    if words.len() > MOST {
        return vec![Piece { words: words.to_owned(), ..Piece::default() }];
    }
    let mut out = Vec::new();
    inline::read(words, &Style::default(), &mut out);
    out
}

/// For how long a reader stays with a story, in ms at full speed: 200 words a minute and a look at the figure, 4 s at
/// least.
pub fn reading_time(story: &str) -> u32 {
    let words = u32::try_from(story.split_whitespace().count()).unwrap_or(u32::MAX);
    words.saturating_mul(300).saturating_add(2500).clamp(4000, 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A story, written back with other marks, so that each test shows what was understood.
    fn understood(story: &str) -> String {
        let piece = |piece: &Piece| {
            let mut words = piece.words.clone();
            for (set, mark) in [(piece.code, "c"), (piece.emphasis, "e"), (piece.strong, "s")] {
                if set {
                    words = format!("<{mark}:{words}>");
                }
            }
            piece.link.as_ref().map_or(words.clone(), |link| format!("<{link}:{words}>"))
        };
        let line = |pieces: &Vec<Piece>| pieces.iter().map(piece).collect::<String>();
        let block = |block: &Block| match block {
            Block::Paragraph(pieces) => line(pieces),
            Block::List(entries) => {
                entries.iter().map(|entry| format!("* {}", line(entry))).collect::<Vec<_>>().join("\n")
            }
        };
        read(story).iter().map(block).collect::<Vec<_>>().join("\n\n")
    }

    #[test]
    fn paragraphs_and_lists() {
        assert_eq!(understood("one\ntwo\n\nthree"), "one two\n\nthree");
        assert_eq!(
            understood("two things:\n- this\n  and more\n- that\n\nthen"),
            "two things:\n\n* this and more\n* that\n\nthen"
        );
        assert_eq!(understood("- a\n\n- b"), "* a\n* b");
        assert_eq!(understood("a - b"), "a - b");
        assert_eq!(understood(" \n\n \n"), "");
    }

    #[test]
    fn words_are_set() {
        assert_eq!(understood("a *b* c **d** `e`"), "a <e:b> c <s:d> <c:e>");
        assert_eq!(understood("**every `pod: {}` of *one***"), "<s:every ><s:<c:pod: {}>><s: of ><s:<e:one>>");
        assert_eq!(understood("`a * b` and ``a ` b``"), "<c:a * b> and <c:a ` b>");
    }

    #[test]
    fn links_lead_to_lessons_and_to_pages() {
        assert_eq!(
            understood("see [the *four* selectors](#5.3-selectors/2)."),
            "see <#5.3-selectors/2:the ><#5.3-selectors/2:<e:four>><#5.3-selectors/2: selectors>."
        );
        assert_eq!(understood("[`kubectl`](https://kubernetes.io/docs/)"), "<https://kubernetes.io/docs/:<c:kubectl>>");
        for other in [
            "[a](javascript:alert(1))",
            "[a](http://b)",
            "[a](#)",
            "[a](#b/0)",
            "[a](b.md)",
            "[a](https://)",
            "[a][b]",
            "[a",
        ] {
            assert_eq!(understood(other), other);
        }
        assert_eq!(understood("app in [api, web]"), "app in [api, web]");
    }

    #[test]
    fn what_is_not_closed_stays() {
        for text in ["2 * 3 * 4", "a *b", "**", "****", "a ** b", "`a", "* a", "a_b", "*/* -> */*", "5 ** 2 **"] {
            assert_eq!(understood(text), text);
        }
        assert_eq!(understood("ns/* and *so*"), "ns/* and <e:so>");
    }

    #[test]
    fn any_text_is_read() {
        for mark in ["*", "**", "`", "[", "](#a)", "[a](", "*a ", "[*", "é*", "- ", "\n\n"] {
            let _ = read(&mark.repeat(4000));
        }
        let mut state = 7_u32;
        let marks = ["*", "**", "`", "[", "]", "(", ")", "#a", "é", " ", "\n", "- ", "x", "https://", "/1"];
        for _ in 0..2000 {
            let mut text = String::new();
            for _ in 0..24 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                text.push_str(marks[(state >> 16) as usize % marks.len()]);
            }
            let _ = read(&text);
        }
    }

    #[test]
    fn longer_stories_take_longer() {
        assert_eq!(reading_time(""), 4000);
        assert_eq!(reading_time(&"word ".repeat(50)), 17_500);
        assert_eq!(reading_time(&"word ".repeat(100_000)), 60_000);
    }
}

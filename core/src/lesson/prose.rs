//! The story of a step as data: paragraphs and lists, whose phrases remember how they are set and where they lead.
//!
//! `code`, *emphasis*, **strong**, lists with `- `, and links to lessons or to `https` addresses. Everything else is
//! words, so that no text fails; a mark without its partner is a character like any other.

use super::link::Link;

/// A paragraph or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Phrase>),
    /// The items of a list.
    List(Vec<Vec<Phrase>>),
}

/// Some words that are all set alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phrase {
    /// The words.
    pub words: String,
    /// How they are set.
    pub set: Set,
    /// Where they lead.
    pub to: Option<Target>,
}

/// How words are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Set {
    /// As something that stands in a text.
    pub code: bool,
    /// In italics.
    pub emphasis: bool,
    /// In bold.
    pub strong: bool,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a step of a lesson.
    Lesson(Link),
    /// To a page elsewhere; the address begins with `https://`.
    Web(String),
}

/// The paragraphs and lists of `text`, in which every paragraph and every item is one line.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match (line.strip_prefix("- "), out.last_mut()) {
            (Some(item), Some(Block::List(items))) => items.push(phrases(item.trim())),
            (Some(item), _) => out.push(Block::List(vec![phrases(item.trim())])),
            (None, _) => out.push(Block::Paragraph(phrases(line))),
        }
    }
    out
}

/// How long somebody takes to read `text` and to look at the figure, in milliseconds: at least four seconds, at most
/// half a minute.
pub fn reading_time(text: &str) -> u32 {
    // Some 200 words a minute, and a moment for the figure.
    let words = u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX);
    words.saturating_mul(300).saturating_add(2_000).clamp(4_000, 30_000)
}

/// The phrases of one line.
pub fn phrases(line: &str) -> Vec<Phrase> {
    let mut out = Vec::new();
    read(line, Set::default(), None, &mut out);
    out
}

/// Each kind of mark is looked for only outside itself, so that this goes four deep at most.
fn read(text: &str, set: Set, to: Option<&Target>, out: &mut Vec<Phrase>) {
    let mut rest = text;
    // Once a closing mark was missing it is missing for all that follows: no text is searched again and again.
    let (mut code, mut strong, mut emphasis, mut link) = (true, !set.strong, !set.emphasis, to.is_none());
    while let Some(at) = rest.find(['`', '*', '[']) {
        let (before, from) = rest.split_at(at);
        add(before, set, to, out);
        let found = if let Some(inner) = from.strip_prefix('`') {
            pair(inner, "`", &mut code).map(|(words, after)| {
                add(words, Set { code: true, ..set }, to, out);
                after
            })
        } else if let Some(inner) = from.strip_prefix("**") {
            pair(inner, "**", &mut strong).map(|(words, after)| {
                read(words, Set { strong: true, ..set }, to, out);
                after
            })
        } else if let Some(inner) = from.strip_prefix('*') {
            pair(inner, "*", &mut emphasis).map(|(words, after)| {
                read(words, Set { emphasis: true, ..set }, to, out);
                after
            })
        } else {
            linked(from, &mut link).map(|(words, target, after)| {
                read(words, set, Some(&target), out);
                after
            })
        };
        rest = found.unwrap_or_else(|| {
            // The whole of `**` is passed over, or its second half would be taken for an emphasis.
            let mark = if from.starts_with("**") { 2 } else { 1 };
            let (mark, after) = from.split_at(mark);
            add(mark, set, to, out);
            after
        });
    }
    add(rest, set, to, out);
}

/// The words up to the closing `mark`, and what follows it. Words stand right behind the opening mark.
fn pair<'t>(text: &'t str, mark: &str, there: &mut bool) -> Option<(&'t str, &'t str)> {
    if !*there || text.starts_with([' ', '*']) {
        return None;
    }
    let found = text.find(mark).filter(|end| *end > 0);
    *there = found.is_some();
    // Of `***` the first closes what is inside.
    let end = found
        .map(|end| end + usize::from(mark == "**" && text.get(end..).is_some_and(|rest| rest.starts_with("***"))))?;
    text.get(end..)?.strip_prefix(mark).and_then(|after| Some((text.get(..end)?, after)))
}

/// The words of a link, where it leads, and what follows it.
fn linked<'t>(text: &'t str, there: &mut bool) -> Option<(&'t str, Target, &'t str)> {
    let inner = text.strip_prefix('[').filter(|_| *there)?;
    let end = inner.find(['[', ']'])?;
    let (words, after) = inner.split_at(end);
    let after = after.strip_prefix("](")?;
    let Some((address, after)) = after.split_once(')') else {
        *there = false;
        return None;
    };
    Some((words, target(address)?, after)).filter(|_| !words.is_empty())
}

/// Only lessons and `https` addresses are led to: no other scheme may run anything.
fn target(address: &str) -> Option<Target> {
    if address.starts_with('#') {
        return Link::parse(address).map(Target::Lesson);
    }
    let host = address.strip_prefix("https://").filter(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace));
    host.map(|_| Target::Web(address.to_owned()))
}

fn add(words: &str, set: Set, to: Option<&Target>, out: &mut Vec<Phrase>) {
    if words.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(last) if last.set == set && last.to.as_ref() == to => last.words.push_str(words),
        _ => out.push(Phrase { words: words.to_owned(), set, to: to.cloned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The phrases in one line: `c`, `e`, `s` for how they are set, behind `>` where they lead.
    fn shown(line: &str) -> String {
        let one = |phrase: Phrase| {
            let Set { code, emphasis, strong } = phrase.set;
            let set: String =
                [(code, 'c'), (emphasis, 'e'), (strong, 's')].iter().filter(|(on, _)| *on).map(|(_, c)| *c).collect();
            let to = match phrase.to {
                None => String::new(),
                Some(Target::Lesson(link)) => format!(">{link}"),
                Some(Target::Web(address)) => format!(">{address}"),
            };
            format!("{set}({}){to}", phrase.words)
        };
        phrases(line).into_iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn phrases_remember_how_they_are_set() {
        assert_eq!(shown("a `b` *c* **d** e"), "(a ) c(b) ( ) e(c) ( ) s(d) ( e)");
        assert_eq!(shown("**a `b*c` *d***"), "s(a ) cs(b*c) s( ) es(d)");
        assert_eq!(shown("`**x**`"), "c(**x**)");
    }

    #[test]
    fn links_lead_to_lessons_and_to_safe_addresses_only() {
        assert_eq!(shown("see [there](#5.3-selectors/2)."), "(see ) (there)>#5.3-selectors/2 (.)");
        assert_eq!(shown("[`a` b](https://example.org/x)"), "c(a)>https://example.org/x ( b)>https://example.org/x");
        for none in [
            "[a](javascript:alert(1))",
            "[a](http://example.org)",
            "[a](https://)",
            "[a](#)",
            "[](#b)",
            "[a] (#b)",
            "[a](https://x y)",
        ] {
            assert_eq!(shown(none), format!("({none})"));
        }
    }

    #[test]
    fn a_mark_without_its_partner_is_a_character() {
        for plain in ["2 * 3 * 4", "a ` b", "**a", "*a", "[a](#b", "[a", "a ** b", "****"] {
            assert_eq!(shown(plain), format!("({plain})"));
        }
    }

    #[test]
    fn lists_stand_between_paragraphs() {
        let words = |text: &str| vec![Phrase { words: text.to_owned(), ..Phrase::default() }];
        let list = Block::List(vec![words("b"), words("c")]);
        assert_eq!(blocks("a\n- b\n- c\n\nd"), [Block::Paragraph(words("a")), list, Block::Paragraph(words("d"))]);
        assert_eq!(blocks(" \n\n"), []);
    }

    #[test]
    fn a_step_stays_as_long_as_it_takes_to_read() {
        assert_eq!(reading_time(""), 4_000);
        assert_eq!(reading_time(&"word ".repeat(40)), 14_000);
        assert_eq!(reading_time(&"word ".repeat(4_000)), 30_000);
    }
}

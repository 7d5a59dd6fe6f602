//! From RE2's syntax to the few constructs that `regex-lite` reads in the same way.
//!
//! What is accepted is what both Go's `regexp` and RE2 accept (RE2's page "Syntax"), without Unicode's general
//! categories and scripts. Flags, quoted texts, classes and escapes are spelled out; whether a repetition is greedy
//! does not matter when a whole value must match.

use super::classes::{DIGIT, POSIX, Ranges, SPACE, WORD, complement, with_other_case};
use super::pattern::PatternError;

/// How deep groups may nest; Go and RE2 allow more.
pub(super) const MAX_DEPTH: usize = 40;
/// How large an expression may be, in characters and classes after its repetitions are written out.
pub(super) const MAX_SIZE: usize = 10_000;
/// How often something may be repeated, nested repetitions multiplied (Go and RE2 alike).
const MAX_REPEAT: u32 = 1000;

type Result<T> = std::result::Result<T, PatternError>;

/// The expression for `regex-lite` that matches exactly the values which `pattern` matches as a whole.
pub(super) fn translate(pattern: &str) -> Result<String> {
    let outer = Group { opened: 0, flags: Flags::default(), size: 0, repeats: 1 };
    let mut reader =
        Reader { pattern, at: 0, out: String::from(r"\A(?:"), groups: vec![outer], last: Last::Nothing, names: vec![] };
    while reader.at < pattern.len() {
        reader.step()?;
    }
    match reader.groups.as_slice() {
        [_] => {}
        [.., open] => return Err(error("this group is never closed: a `)` is missing", open.opened)),
        [] => return Err(error("a `)` closes nothing", 0)),
    }
    reader.out.push_str(r")\z");
    Ok(reader.out)
}

fn error(message: impl Into<String>, at: usize) -> PatternError {
    PatternError { message: message.into(), offset: Some(at) }
}

#[derive(Clone, Copy, Default)]
struct Flags {
    fold: bool,
    lines: bool,
    dot_all: bool,
}

/// A group that is open; the first is the whole expression.
struct Group {
    opened: usize,
    flags: Flags,
    size: usize,
    repeats: u32,
}

/// What stands right in front, which a repetition would repeat.
#[derive(Clone, Copy)]
enum Last {
    Nothing,
    Atom { size: usize, repeats: u32 },
    Repetition { size: usize, repeats: u32 },
}

/// What an escape stands for.
enum Escape {
    Char(char),
    Class(&'static [(u32, u32)], bool),
    /// A position, as `regex-lite` spells it.
    Position(&'static str),
}

struct Reader<'p> {
    pattern: &'p str,
    at: usize,
    out: String,
    groups: Vec<Group>,
    last: Last,
    names: Vec<&'p str>,
}

impl<'p> Reader<'p> {
    fn rest(&self) -> &'p str {
        self.pattern.get(self.at..).unwrap_or_default()
    }

    fn flags(&self) -> Flags {
        self.groups.last().map_or(Flags::default(), |group| group.flags)
    }

    /// Goes past `prefix` if it stands here.
    fn take(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        if found {
            self.at += prefix.len();
        }
        found
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn step(&mut self) -> Result<()> {
        let start = self.at;
        match self.next().unwrap_or_default() {
            '(' => self.open(start),
            ')' => self.close(start),
            '|' => {
                self.out.push('|');
                self.last = Last::Nothing;
                Ok(())
            }
            '[' => self.class(start),
            '.' => self.atom(if self.flags().dot_all { "(?s:.)" } else { "." }, 1, start),
            '^' => self.atom(if self.flags().lines { "(?m:^)" } else { r"\A" }, 1, start),
            '$' => self.atom(if self.flags().lines { "(?m:$)" } else { r"\z" }, 1, start),
            '*' => self.repeat(start, "*", 1, 1),
            '+' => self.repeat(start, "+", 1, 1),
            '?' => self.repeat(start, "?", 1, 1),
            '{' => match self.counts() {
                Some((text, counts)) => {
                    self.at += text.len();
                    self.repeat_counted(start, counts)
                }
                None => self.literal('{', start),
            },
            '\\' if self.rest().starts_with('Q') => {
                let quoted = self.rest().get(1..).unwrap_or_default();
                let end = quoted.find(r"\E").unwrap_or(quoted.len());
                quoted.get(..end).unwrap_or_default().chars().try_for_each(|one| self.literal(one, start))?;
                self.at = (self.at + 1 + end + 2).min(self.pattern.len());
                Ok(())
            }
            '\\' => match self.escape(start)? {
                Escape::Char(one) => self.literal(one, start),
                Escape::Position(text) => self.atom(text, 1, start),
                Escape::Class(ranges, negated) => self.ranges(ranges.to_vec(), negated, start),
            },
            one => self.literal(one, start),
        }
    }

    /// Adds what one repetition would repeat.
    fn atom(&mut self, text: &str, size: usize, start: usize) -> Result<()> {
        self.out.push_str(text);
        self.last = Last::Atom { size, repeats: 1 };
        self.grow(size, 1, start)
    }

    fn grow(&mut self, size: usize, repeats: u32, start: usize) -> Result<()> {
        let total: usize = self.groups.iter().map(|group| group.size).sum();
        if total.saturating_add(size) > MAX_SIZE {
            return Err(error("with its repetitions written out it is too large, which is not supported here", start));
        }
        if let Some(group) = self.groups.last_mut() {
            group.size += size;
            group.repeats = group.repeats.max(repeats);
        }
        Ok(())
    }

    fn literal(&mut self, one: char, start: usize) -> Result<()> {
        let code = u32::from(one);
        if self.flags().fold && (one.to_lowercase().ne([one]) || one.to_uppercase().ne([one])) {
            let folded = one.to_lowercase().chain(one.to_uppercase()).map(u32::from);
            return self.ranges(folded.chain([code]).map(|code| (code, code)).collect(), false, start);
        }
        let text = if one.is_ascii_alphanumeric() { one.to_string() } else { format!(r"\x{{{code:x}}}") };
        self.atom(&text, 1, start)
    }

    /// Adds a class, whose ranges are already folded where that is wanted.
    fn ranges(&mut self, ranges: Ranges, negated: bool, start: usize) -> Result<()> {
        let mut text = String::from(if negated { "[^" } else { "[" });
        for (first, last) in &ranges {
            text.push_str(&format!(r"\x{{{first:x}}}-\x{{{last:x}}}"));
        }
        text.push(']');
        self.atom(&text, 1 + ranges.len() / 4, start)
    }

    fn repeat(&mut self, start: usize, text: &str, copies: usize, times: u32) -> Result<()> {
        self.take("?");
        let written = self.pattern.get(start..self.at).unwrap_or_default();
        let (size, repeats) = match self.last {
            Last::Nothing => return Err(error(format!("`{written}` has nothing in front of it to repeat"), start)),
            Last::Repetition { .. } => {
                let hint = if written == "+" { " (possessive ones do not exist)" } else { "" };
                return Err(error(format!("`{written}` makes two repetitions in a row{hint}"), start));
            }
            Last::Atom { size, repeats } => (size, repeats.saturating_mul(times)),
        };
        if repeats > MAX_REPEAT {
            return Err(error(format!("`{written}` repeats more than {MAX_REPEAT} times"), start));
        }
        let more = size.saturating_mul(copies.saturating_sub(1)) + 1;
        self.out.push_str(text);
        self.last = Last::Repetition { size: size + more, repeats };
        self.grow(more, repeats, start)
    }

    /// What stands behind a `{` as far as its `}`, if these are counts.
    fn counts(&self) -> Option<(&'p str, (&'p str, Option<&'p str>))> {
        let inner = self.rest().split('}').next()?;
        let number =
            |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && (text.len() < 2 || !text.starts_with('0'));
        let (least, most) = inner.split_once(',').map_or((inner, None), |(least, most)| (least, Some(most)));
        let closed = self.rest().get(..=inner.len())?;
        (!least.is_empty() && number(least) && most.is_none_or(number)).then_some((closed, (least, most)))
    }

    fn repeat_counted(&mut self, start: usize, (least, most): (&str, Option<&str>)) -> Result<()> {
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number <= MAX_REPEAT);
        let too_often = || {
            let written = self.pattern.get(start..self.at).unwrap_or_default();
            error(format!("`{written}` repeats more than {MAX_REPEAT} times"), start)
        };
        let least = number(least).ok_or_else(too_often)?;
        let most = match most {
            None => Some(least),
            Some("") => None,
            Some(most) => Some(number(most).ok_or_else(too_often)?),
        };
        if most.is_some_and(|most| least > most) {
            return Err(error("the first count is larger than the second", start));
        }
        let text = match most {
            Some(most) => format!("{{{least},{most}}}"),
            None => format!("{{{least},}}"),
        };
        let times = most.unwrap_or(least).max(1);
        self.repeat(start, &text, times as usize, times)
    }

    fn open(&mut self, start: usize) -> Result<()> {
        let mut flags = self.flags();
        if self.rest().starts_with('?') {
            match self.directive(start)? {
                Directive::Group(new) => flags = new,
                Directive::Flags(new) => {
                    if let Some(group) = self.groups.last_mut() {
                        group.flags = new;
                    }
                    if let Last::Repetition { size, repeats } = self.last {
                        self.last = Last::Atom { size, repeats };
                    }
                    return Ok(());
                }
            }
        }
        if self.groups.len() > MAX_DEPTH {
            return Err(error(format!("groups nest more than {MAX_DEPTH} deep, which is not supported here"), start));
        }
        self.groups.push(Group { opened: start, flags, size: 0, repeats: 1 });
        self.out.push_str("(?:");
        self.last = Last::Nothing;
        Ok(())
    }

    fn close(&mut self, start: usize) -> Result<()> {
        if self.groups.len() < 2 {
            return Err(error("this `)` closes a group that nothing opens", start));
        }
        let Some(group) = self.groups.pop() else { return Ok(()) };
        self.out.push(')');
        self.last = Last::Atom { size: group.size + 1, repeats: group.repeats };
        self.grow(group.size + 1, group.repeats, start)
    }

    /// What stands behind `(?`: a name, flags, or something that RE2 does not have.
    fn directive(&mut self, start: usize) -> Result<Directive> {
        for (prefix, what) in [
            ("?=", "look-ahead"),
            ("?!", "look-ahead"),
            ("?<=", "look-behind"),
            ("?<!", "look-behind"),
            ("?P=", "a back-reference"),
        ] {
            if self.rest().starts_with(prefix) {
                return Err(error(format!("`({prefix}` is {what}, which RE2 does not have"), start));
            }
        }
        if self.take("?P<") || self.take("?<") {
            let Some(name) = self.rest().split('>').next().filter(|name| name.len() < self.rest().len()) else {
                return Err(error("the name of this group is never closed: a `>` is missing", start));
            };
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                return Err(error("a group's name may hold letters, digits and `_`", start));
            }
            if self.names.contains(&name) {
                return Err(error(format!("two groups are called `{name}`: a name cannot stand twice"), start));
            }
            self.names.push(name);
            self.at += name.len() + 1;
            return Ok(Directive::Group(self.flags()));
        }
        self.at += 1;
        let (mut flags, mut on, mut pending) = (self.flags(), true, false);
        loop {
            let at = self.at;
            match self.next() {
                Some('i') => flags.fold = on,
                Some('m') => flags.lines = on,
                Some('s') => flags.dot_all = on,
                Some('U') => {}
                Some('-') if on => {
                    (on, pending) = (false, true);
                    continue;
                }
                Some(')') if !pending => return Ok(Directive::Flags(flags)),
                Some(':') if !pending => return Ok(Directive::Group(flags)),
                None => return Err(error("this group is never closed: a `)` is missing", start)),
                Some(one) if at == start + 2 && !one.is_alphabetic() => {
                    return Err(error(format!("RE2 does not have `(?{one}`"), start));
                }
                Some(one) => return Err(error(format!("`{one}` is not a flag: there are i, m, s and U"), at)),
            }
            pending = false;
        }
    }

    fn class(&mut self, start: usize) -> Result<()> {
        let negated = self.take("^");
        let fold = self.flags().fold;
        let mut ranges = Ranges::new();
        let mut add = |new: &[(u32, u32)], negated: bool| {
            let folded = if fold { with_other_case(new) } else { new.to_vec() };
            ranges.extend(if negated { complement(folded) } else { folded });
        };
        let unclosed = || error("this `[` is never closed: a `]` is missing", start);
        let mut first = true;
        loop {
            let at = self.at;
            match self.next().ok_or_else(unclosed)? {
                ']' if !first => break,
                '[' if self.rest().starts_with(':') && self.rest().contains(":]") => {
                    let name = self.rest().get(1..).and_then(|rest| rest.split(":]").next()).unwrap_or_default();
                    let plain = name.strip_prefix('^').unwrap_or(name);
                    let Some((_, class)) = POSIX.iter().find(|(known, _)| *known == plain) else {
                        return Err(error(format!("there is no class `[:{name}:]`"), at));
                    };
                    add(class, plain != name);
                    self.at += name.len() + 3;
                }
                one => match self.class_item(one, at)? {
                    Escape::Class(class, negated) => add(class, negated),
                    Escape::Char(low) => {
                        let ends = self.rest().strip_prefix('-').is_some_and(|rest| !rest.starts_with(']'));
                        let high = if ends {
                            self.at += 1;
                            let at = self.at;
                            let one = self.next().ok_or_else(unclosed)?;
                            match self.class_item(one, at)? {
                                Escape::Char(high) => high,
                                _ => return Err(error("a range in `[…]` must end with one character", at)),
                            }
                        } else {
                            low
                        };
                        if high < low {
                            return Err(error(format!("the range `{low}-{high}` runs backwards"), at));
                        }
                        add(&[(u32::from(low), u32::from(high))], false);
                    }
                    Escape::Position(_) => {
                        let written = self.pattern.get(at..self.at).unwrap_or_default();
                        return Err(error(format!("`{written}` cannot stand in `[…]`"), at));
                    }
                },
            }
            first = false;
        }
        self.ranges(ranges, negated, start)
    }

    fn class_item(&mut self, one: char, at: usize) -> Result<Escape> {
        if one == '\\' { self.escape(at) } else { Ok(Escape::Char(one)) }
    }

    /// What stands behind the `\` at `start`.
    fn escape(&mut self, start: usize) -> Result<Escape> {
        let Some(one) = self.next() else { return Err(error("the text ends with a single `\\`", start)) };
        Ok(match one {
            'd' | 'D' => Escape::Class(DIGIT, one == 'D'),
            'w' | 'W' => Escape::Class(WORD, one == 'W'),
            's' | 'S' => Escape::Class(SPACE, one == 'S'),
            'A' => Escape::Position(r"\A"),
            'z' => Escape::Position(r"\z"),
            'b' => Escape::Position(r"(?:\b)"),
            'B' => Escape::Position(r"\B"),
            'a' => Escape::Char('\x07'),
            'f' => Escape::Char('\x0c'),
            't' => Escape::Char('\t'),
            'n' => Escape::Char('\n'),
            'r' => Escape::Char('\r'),
            'v' => Escape::Char('\x0b'),
            'x' => Escape::Char(self.hexadecimal(start)?),
            '0'..='7' if one == '0' || self.rest().starts_with(|next| ('0'..='7').contains(&next)) => {
                let more = self.rest().chars().take(2).take_while(|next| ('0'..='7').contains(next)).count();
                let digits = self.pattern.get(start + 1..self.at + more).unwrap_or_default();
                self.at += more;
                Escape::Char(u32::from_str_radix(digits, 8).ok().and_then(char::from_u32).unwrap_or_default())
            }
            '1'..='9' => {
                return Err(error(format!("`\\{one}` is a back-reference, which RE2 does not have"), start));
            }
            'p' | 'P' => {
                let message = format!("`\\{one}` (a class of Unicode characters) is not supported here");
                return Err(error(message, start));
            }
            'C' => return Err(error("`\\C` is refused by Cilium, whose check knows no single bytes", start)),
            _ if one.is_ascii_punctuation() || one == ' ' || one.is_ascii_control() => Escape::Char(one),
            _ => return Err(error(format!("RE2 has no escape `\\{one}`"), start)),
        })
    }

    fn hexadecimal(&mut self, start: usize) -> Result<char> {
        let rest = self.rest();
        let digits = match rest.strip_prefix('{') {
            Some(inner) => inner.split('}').next().filter(|digits| digits.len() < inner.len()),
            None => rest.get(..2),
        };
        let hex = |digits: &&str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let bad = || error("`\\x` needs two hexadecimal digits, or those of a character in braces", start);
        let digits = digits.filter(hex).ok_or_else(bad)?;
        self.at += digits.len() + if rest.starts_with('{') { 2 } else { 0 };
        u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).ok_or_else(bad)
    }
}

enum Directive {
    /// A group with these flags.
    Group(Flags),
    /// No group: the flags of the one it stands in.
    Flags(Flags),
}

//! The little Markdown that the literate format needs: headings, prose, fenced blocks.

/// A heading and what stands below it, up to the next heading of its level or above.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// 1 for `#`, 2 for `##`; 0 for the text before the first heading.
    pub level: usize,
    /// The heading's words.
    pub title: String,
    /// The heading's line, from 1.
    pub line: usize,
    /// The paragraphs, with blank lines between them; each entry of a list begins a line.
    pub prose: String,
    /// The fenced blocks, in order.
    pub blocks: Vec<Block>,
    /// What is read as prose and was hardly meant so, by line and column.
    pub strays: Vec<(usize, usize, Stray)>,
}

/// A line of prose that looks like something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stray {
    /// A fence that is indented, or made of tildes.
    Fence,
    /// `##` without a space behind it.
    Heading,
}

/// A fenced block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// What stands behind the opening fence, such as `yaml` or `yaml policies`.
    pub info: String,
    /// The text between the fences.
    pub text: String,
    /// The line of the text's first line in the file, from 1.
    pub line: usize,
    /// Whether the text ended before a closing fence came.
    pub unclosed: bool,
}

impl Block {
    /// The first word of [`Block::info`].
    pub fn language(&self) -> &str {
        self.info.split_whitespace().next().unwrap_or_default()
    }
}

/// Cuts `text` into sections; `first_line` is the line of its first line in the file.
pub fn sections(text: &str, first_line: usize) -> Vec<Section> {
    let mut out = vec![Section { line: first_line, ..Section::default() }];
    let mut open: Option<(usize, Block)> = None;
    for (at, line) in text.lines().enumerate() {
        let number = first_line + at;
        let ticks = line.bytes().take_while(|b| *b == b'`').count();
        match &mut open {
            Some((fence, _)) if ticks >= *fence && line.trim_end().len() == ticks => {
                let block = open.take().map(|(_, block)| block);
                if let Some(section) = out.last_mut() {
                    section.blocks.extend(block);
                }
            }
            Some((_, block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            None if ticks >= 3 => {
                let info = line.get(ticks..).unwrap_or_default().trim().to_owned();
                open = Some((ticks, Block { info, line: number + 1, ..Block::default() }));
            }
            None => match heading(line) {
                Some((level, title)) => {
                    out.push(Section { level, title: title.to_owned(), line: number, ..Section::default() });
                }
                None => prose(line, number, out.last_mut()),
            },
        }
    }
    if let (Some((_, block)), Some(section)) = (open, out.last_mut()) {
        section.blocks.push(Block { unclosed: true, ..block });
    }
    out
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    let title = line.get(level..)?.strip_prefix(' ')?;
    (1..=6).contains(&level).then(|| (level, title.trim()))
}

fn stray(line: &str) -> Option<Stray> {
    let line = line.trim_start();
    let fence = line.starts_with("```") || line.starts_with("~~~");
    let heading = line.starts_with("##");
    if fence { Some(Stray::Fence) } else { heading.then_some(Stray::Heading) }
}

fn prose(line: &str, number: usize, section: Option<&mut Section>) {
    let Some(section) = section else { return };
    let margin = line.chars().take_while(|c| c.is_whitespace()).count();
    section.strays.extend(stray(line).map(|stray| (number, margin + 1, stray)));
    let line = line.trim();
    if line.is_empty() {
        if !section.prose.is_empty() && !section.prose.ends_with("\n\n") {
            section.prose.push_str("\n\n");
        }
    } else {
        if !section.prose.is_empty() && !section.prose.ends_with('\n') {
            section.prose.push(if line.starts_with("- ") { '\n' } else { ' ' });
        }
        section.prose.push_str(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_prose_and_fences() {
        let text = "- x\n  y\n- z\n# A\none\ntwo\n\nthree\n```yaml x\n# not a heading\n```\n## B\n````\n```\n````\n";
        let sections = sections(text, 1);
        assert_eq!(sections.len(), 3);
        assert_eq!(sections[0].prose, "- x y\n- z");
        assert_eq!(sections[1].prose, "one two\n\nthree");
        assert_eq!(
            sections[1].blocks[0],
            Block { info: "yaml x".into(), text: "# not a heading\n".into(), line: 10, unclosed: false }
        );
        assert_eq!((sections[2].level, sections[2].line, sections[2].blocks[0].text.as_str()), (2, 12, "```\n"));
        assert!(super::sections("```yaml\na: 1\n", 1)[0].blocks[0].unclosed);
    }

    #[test]
    fn what_was_hardly_meant_as_prose() {
        let strays = |text| sections(text, 1).remove(0).strays;
        assert_eq!(
            strays("a\n  ```yaml\n~~~\n##B\n"),
            [(2, 3, Stray::Fence), (3, 1, Stray::Fence), (4, 1, Stray::Heading)]
        );
        assert_eq!(strays("`a` ```\n#1 is ~~~\n"), []);
    }
}

//! Brackets over several lines, as kubectl takes them.
//!
//! YAML wants the lines of a `[…]` or `{…}` indented deeper than what it stands in, and the event parser insists;
//! kubectl's parser does not, and people close brackets wherever they like. Inside brackets a line end means no more
//! than a space, so a document that cannot be read is tried again with its bracketed lines joined. Every byte keeps
//! its place.

/// `text` with line ends, tabs and comments inside flow collections turned to spaces, byte for byte.
pub(super) fn flatten(text: &str) -> String {
    let (out, _) = walk(text);
    // Only ASCII bytes were replaced, by ASCII spaces.
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// The first bracket or brace of `text` that is never closed: its byte.
pub(super) fn unclosed(text: &str) -> Option<usize> {
    walk(text).1.first().copied()
}

/// How many values stand inside brackets, more or less: one for each comma and each bracket there.
pub(super) fn values(text: &str) -> usize {
    let (mut depth, mut count) = (0usize, 0);
    let mut quote = None;
    let mut before = b'\n';
    for byte in text.bytes() {
        match byte {
            _ if depth > 0 && quote == Some(byte) && before != b'\\' => quote = None,
            _ if quote.is_some() => {}
            b'"' | b'\'' if depth > 0 && matches!(before, b' ' | b',' | b'[' | b'{' | b':' | b'\n') => {
                quote = Some(byte);
            }
            b'[' | b'{' if depth > 0 || matches!(before, b' ' | b'\n' | b'-') => {
                depth += 1;
                count += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth > 0 => count += 1,
            _ => {}
        }
        before = if before == b'\\' && byte == b'\\' { 0 } else { byte };
    }
    count
}

/// The flattened bytes, and where the brackets stand that are still open at the end.
fn walk(text: &str) -> (Vec<u8>, Vec<usize>) {
    let mut out = Vec::with_capacity(text.len());
    let mut open = Vec::new();
    let mut block_scalar: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let indent = line.bytes().take_while(|byte| *byte == b' ').count();
        let blank = line.trim().is_empty();
        if open.is_empty() && block_scalar.is_some_and(|parent| blank || indent > parent) {
            out.extend_from_slice(line.as_bytes());
            continue;
        }
        block_scalar = None;
        flatten_line(line, &mut open, &mut out);
        if open.is_empty() && opens_block_scalar(line) {
            block_scalar = Some(indent);
        }
    }
    (out, open)
}

fn flatten_line(line: &str, open: &mut Vec<usize>, out: &mut Vec<u8>) {
    let mut quote: Option<u8> = None;
    let mut before = b'\n';
    let mut value_may_start = true;
    let mut bytes = line.bytes();
    while let Some(byte) = bytes.next() {
        let inside = !open.is_empty();
        let mut kept = byte;
        match byte {
            _ if quote == Some(byte) && before != b'\\' => quote = None,
            _ if quote.is_some() => {}
            b'#' if matches!(before, b' ' | b'\t' | b'\n' | b',' | b'[' | b'{') => {
                let rest = std::iter::once(byte).chain(bytes.by_ref());
                out.extend(rest.map(|byte| if inside { b' ' } else { byte }));
                return;
            }
            b'"' | b'\'' if value_may_start || inside && matches!(before, b' ' | b',' | b'[' | b'{' | b':' | b'\n') => {
                quote = Some(byte);
            }
            // kubectl takes a tab between a colon and its value.
            b'\t' if before == b':' => kept = b' ',
            b'{' | b'[' if inside || value_may_start => open.push(out.len()),
            b'}' | b']' => drop(open.pop()),
            b'\n' | b'\r' | b'\t' if inside => kept = b' ',
            _ => {}
        }
        value_may_start = match byte {
            b' ' => value_may_start || matches!(before, b':' | b'-'),
            b'-' => value_may_start,
            _ => false,
        };
        before = if before == b'\\' && byte == b'\\' { 0 } else { byte };
        out.push(kept);
    }
}

/// Whether `line` ends in `|` or `>`, with or without indicators behind it.
fn opens_block_scalar(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let head = line.trim_end_matches(|c: char| c.is_ascii_digit() || c == '+' || c == '-');
    let before = head.strip_suffix(['|', '>']).filter(|before| before.ends_with(' '));
    before.is_some_and(|before| before.contains(": ") || before.trim_start().starts_with("- "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_brackets_are_counted() {
        assert_eq!(values("a: [1, 2, {b: \"x, y\"}]\nc: 1, 2\n"), 4);
        assert_eq!(values("{\"a\": 1, \"b\": [1, 2]}"), 4);
    }

    #[test]
    fn the_bracket_left_open_is_found() {
        assert_eq!(unclosed("a: {}\nb: {\n  c: [1]\n"), Some(9));
        assert_eq!(unclosed("a: {note: it's fine}\nb: &x |\n  {\n"), None);
        assert_eq!(unclosed("a: |\n  {\nb: it's {\n# [\nc: ']'\n"), None);
    }

    #[test]
    fn only_bracketed_lines_are_joined() {
        let text = "a: [ # one\n1, \"x\\\"]\ty\"\n]\nb: |\n  {\n  x\nc: it's [\n- {d: 1,\n\te: 2}\n";
        let flat = flatten(text);
        assert_eq!(flat, "a: [       1, \"x\\\"]\ty\" ]\nb: |\n  {\n  x\nc: it's [\n- {d: 1,  e: 2}\n");
        assert_eq!(flat.len(), text.len());
    }
}

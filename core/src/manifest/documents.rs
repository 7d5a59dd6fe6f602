//! Cutting a stream into its documents, so that a broken one does not take the others down.

use crate::source::Span;

/// The documents of `text`: what stands between `---` lines, and each of several JSON objects written one after another.
///
/// A line that begins with `---` always starts a document, even inside a quoted scalar (YAML 1.2.2, section 9.1.2).
pub(crate) fn split(text: &str) -> Vec<Span> {
    let mut documents = Vec::new();
    let mut start = usize::from(text.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
    let mut at = 0;
    for line in lines(text) {
        let begin = if at == 0 { start } else { at };
        let body = text.get(begin..at + line.len()).unwrap_or_default();
        if let Some(marker) = ["---", "..."].into_iter().find(|marker| is_marker(body, marker)) {
            push(text, Span::new(start, begin), &mut documents);
            start = begin + marker.len();
        }
        at += line.len();
    }
    push(text, Span::new(start, text.len()), &mut documents);
    documents
}

/// The lines of `text` with their ends: line feed, carriage return, or both.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.find(['\n', '\r'])?;
        let len = if rest.get(end..).is_some_and(|tail| tail.starts_with("\r\n")) { end + 2 } else { end + 1 };
        let (line, tail) = rest.split_at_checked(len)?;
        rest = tail;
        Some(line)
    })
    .chain(std::iter::once_with(move || text.rsplit(['\n', '\r']).next().unwrap_or_default()))
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

fn push(text: &str, span: Span, documents: &mut Vec<Span>) {
    let mut rest = span;
    loop {
        let body = text.get(rest.range()).unwrap_or_default();
        let Some(lead) = first_content(body) else { return };
        match body.get(lead..).and_then(json_object_len) {
            Some(len) if first_content(body.get(lead + len..).unwrap_or_default()).is_some() => {
                documents.push(Span::new(rest.start, rest.start + lead + len));
                rest = Span::new(rest.start + lead + len, rest.end);
            }
            _ => return documents.push(rest),
        }
    }
}

/// Where the first byte stands that is neither white space, nor a comment, nor a `%` directive.
fn first_content(body: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = body.get(at..)?;
        at += rest.len() - rest.trim_start().len();
        let first = *body.as_bytes().get(at)?;
        let begins_line = body.get(..at).is_none_or(|before| before.is_empty() || before.ends_with(['\n', '\r']));
        if first != b'#' && !(first == b'%' && begins_line) {
            return Some(at);
        }
        at += body.get(at..)?.find(['\n', '\r'])?;
    }
}

/// The length of the braces that `text` opens with, strings respected, if another `{` follows them.
fn json_object_len(text: &str) -> Option<usize> {
    if !text.starts_with('{') {
        return None;
    }
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    let rest = text.get(at + 1..).unwrap_or_default();
                    let next = first_content(rest).and_then(|lead| rest.get(lead..));
                    return next.is_some_and(|next| next.starts_with('{')).then_some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|span| text.get(span.range()).unwrap().trim()).collect()
    }

    #[test]
    fn streams_are_cut_at_markers() {
        assert_eq!(bodies("a: 1\n---\n# nothing\n---\nb: 2\n...\n--- {c: 3}\n"), ["a: 1", "b: 2", "{c: 3}"]);
        assert_eq!(bodies("\u{feff}---\na: 1"), ["a: 1"]);
        assert_eq!(bodies("a: -----\n----\n"), ["a: -----\n----"]);
        assert_eq!(bodies("%YAML 1.1\n---\na: 1\r\n---\r\nb: 1"), ["a: 1", "b: 1"]);
        assert!(bodies("# only\n\n").is_empty());
    }

    #[test]
    fn json_objects_one_after_another_are_documents() {
        assert_eq!(bodies("{\"a\": \"}{\"}\n{\"b\": {}} {}"), ["{\"a\": \"}{\"}", "{\"b\": {}}", "{}"]);
        assert_eq!(bodies("{a: 1}: x"), ["{a: 1}: x"]);
        assert_eq!(bodies("{\"a\": 1} # one\n# two\n{\"b\": 2}"), ["{\"a\": 1}", "# one\n# two\n{\"b\": 2}"]);
    }

    #[test]
    fn a_carriage_return_alone_ends_a_line() {
        assert_eq!(bodies("a: 1\r---\rb: 2\r"), ["a: 1", "b: 2"]);
        assert_eq!(lines("a\r\nb\rc\n\nd").collect::<Vec<_>>(), ["a\r\n", "b\r", "c\n", "\n", "d"]);
    }
}

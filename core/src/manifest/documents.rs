//! Cutting a stream into its documents, so that a broken one does not take the others down.

use crate::source::Span;

/// The documents of `text`: what stands between `---` lines, and each of several JSON objects written one after another.
///
/// A line that begins with `---` always starts a document, even inside a quoted scalar (YAML 1.2.2, section 9.1.2).
pub(crate) fn split(text: &str) -> Vec<Span> {
    let mut documents = Vec::new();
    let mut start = usize::from(text.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
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
    for line in body.split_inclusive('\n') {
        let trimmed = line.trim_start();
        if !trimmed.is_empty() && !trimmed.starts_with('#') && !line.starts_with('%') {
            return Some(at + line.len() - trimmed.len());
        }
        at += line.len();
    }
    None
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
                    return rest.trim_start().starts_with('{').then_some(at + 1);
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
    }
}

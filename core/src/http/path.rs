//! Paths as Calico compares them: decoded once, without query, parameters and dot segments (`app-policy/checker`).

/// Whether `path`, of a request, is `wanted`.
pub(super) fn is(path: &str, wanted: &str) -> bool {
    normal(path).is_some_and(|path| normal(wanted) == Some(path))
}

/// Whether `path`, of a request, is `prefix` or lies below it.
pub(super) fn is_below(path: &str, prefix: &str) -> bool {
    let (Some(path), Some(prefix)) = (normal(path), normal(prefix)) else { return false };
    path.get(..prefix.len()).is_some_and(|head| head == prefix.as_slice())
}

/// The segments of a path that starts at the root; `None` for one that servers may take in different ways, which
/// nothing matches.
fn normal(path: &str) -> Option<Vec<String>> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let decoded = decode(path)?;
    let lower = decoded.to_ascii_lowercase();
    if lower.contains('\0') || ["%2e", "%2f", "%5c"].iter().any(|escape| lower.contains(escape)) {
        return None;
    }
    let decoded = decoded.replace('\\', "/");
    let mut segments = Vec::new();
    for segment in decoded.strip_prefix('/')?.split('/') {
        match segment.split(';').next().unwrap_or_default() {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name.to_owned()),
        }
    }
    Some(segments)
}

/// Takes percent signs as Go's `url.PathUnescape` does; bytes that are not UTF-8 become one sign for all of them.
fn decode(path: &str) -> Option<String> {
    let mut out = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match byte {
            b'%' => out.push(u8::try_from(digit(bytes.next())? * 16 + digit(bytes.next())?).ok()?),
            byte => out.push(byte),
        }
    }
    Some(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_path() {
        for path in ["/a/b", "/a/b/", "//a/./b", "/a/x/../b?q", "/%61/b;v=1", "/a\\b", "/../a/b"] {
            assert!(is(path, "/a/b"), "{path}");
        }
        for path in ["/a/c", "a/b", "/a/b%", "/a%252fb", "/a/b%00", "/a/%zz"] {
            assert!(!is(path, "/a/b"), "{path}");
        }
        assert!(is_below("/", "/") && is_below("/x", "/") && is_below("/a/b", "/a"));
        assert!(!is_below("/ab", "/a") && !is_below("/a", "/a/b"));
    }
}

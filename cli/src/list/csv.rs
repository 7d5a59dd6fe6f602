//! The list as comma-separated values (RFC 4180, with bare line feeds).

use std::borrow::Cow;
use std::io::{self, Write};

use netpol_core::Analysis;

/// Writes a header and a row for every pair.
pub(crate) fn write(out: &mut dyn Write, analysis: &Analysis) -> io::Result<()> {
    let id = |at: usize| analysis.cluster.endpoints.get(at).map_or("", |endpoint| endpoint.id.as_str());
    writeln!(out, "from,to,verdict,ports,blocked_by,unknown")?;
    for (from, to, answer) in super::pairs(analysis) {
        let (from, to) = (field(id(from)), field(id(to)));
        let (ports, blocked_by) = (answer.ports().join(", "), answer.blocked_by.join(", "));
        let (ports, blocked_by) = (field(&ports), field(&blocked_by));
        writeln!(out, "{from},{to},{},{ports},{blocked_by},{}", answer.verdict, answer.unknown)?;
    }
    Ok(())
}

fn field(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(field("a b"), "a b");
        assert_eq!(field("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(field("a\nb"), "\"a\nb\"");
    }
}

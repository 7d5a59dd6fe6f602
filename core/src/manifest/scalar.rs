//! What an unquoted scalar means to kubectl, which reads YAML 1.1 (go-yaml v2, `resolve.go`).

use std::borrow::Cow;

/// The type that kubectl gives a scalar before it becomes JSON.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Resolved {
    /// Nothing: `null`, `~`, or no text at all.
    Null,
    /// `true`, `no`, `On`, `y`, …
    Bool(bool),
    /// A whole number, also hexadecimal, octal or with underscores.
    Int(i64),
    /// A number with a fraction or an exponent, or one too large.
    Float(f64),
    /// Anything else. Dates count here: go-yaml v2 hands them on as strings.
    Text,
}

impl Resolved {
    /// What a person would call the type, with its article.
    pub(crate) fn called(self) -> &'static str {
        match self {
            Resolved::Null => "nothing",
            Resolved::Bool(_) => "a boolean",
            Resolved::Int(_) | Resolved::Float(_) => "a number",
            Resolved::Text => "a string",
        }
    }
}

/// `text` as YAML: in quotes where kubectl would take it for something else than a string.
pub(crate) fn quoted(text: &str) -> Cow<'_, str> {
    let plain = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    if plain && resolve(text) == Resolved::Text { text.into() } else { format!("{text:?}").into() }
}

/// The type of the plain (unquoted, untagged) scalar `text`.
pub(crate) fn resolve(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Resolved::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Resolved::Bool(false);
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Resolved::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Resolved::Float(f64::NAN),
        _ => {}
    }
    let starts_like_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    if !starts_like_number {
        return Resolved::Text;
    }
    let plain = text.replace('_', "");
    if let Some(number) = integer(&plain) {
        return Resolved::Int(number);
    }
    if is_float(&plain) {
        return plain.parse().map_or(Resolved::Text, Resolved::Float);
    }
    Resolved::Text
}

fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let based = |prefixes: [&str; 2], radix| {
        let rest = prefixes.iter().find_map(|prefix| digits.strip_prefix(prefix))?;
        // The standard library would take a second sign here.
        let signed = rest.starts_with(['+', '-']);
        Some(if signed { None } else { i64::from_str_radix(rest, radix).ok() })
    };
    let magnitude = if let Some(hex) = based(["0x", "0X"], 16) {
        hex?
    } else if let Some(binary) = based(["0b", "0B"], 2) {
        binary?
    } else if let Some(octal) = based(["0o", "0O"], 8) {
        octal?
    } else if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| (b'0'..=b'7').contains(&b)) {
        i64::from_str_radix(digits, 8).ok()?
    } else if digits.starts_with(|c: char| c.is_ascii_digit()) && !(digits.len() > 1 && digits.starts_with('0')) {
        digits.parse().ok()?
    } else {
        return None;
    };
    if negative { magnitude.checked_neg() } else { Some(magnitude) }
}

/// go-yaml's `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`.
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_fits = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    mantissa_fits
        && exponent.is_none_or(|e| {
            let e = e.strip_prefix(['-', '+']).unwrap_or(e);
            !e.is_empty() && digits(e)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_1_1_as_kubectl_reads_it() {
        for text in ["yes", "Off", "y", "N", "TRUE"] {
            assert!(matches!(resolve(text), Resolved::Bool(_)), "{text}");
        }
        for (text, number) in [("80", 80), ("0x1F", 31), ("010", 8), ("1_000", 1000), ("-3", -3), ("0", 0), ("0b11", 3)]
        {
            assert_eq!(resolve(text), Resolved::Int(number), "{text}");
        }
        for text in ["1.5", "1e3", ".5", "1.", "-.inf", "09", "99999999999999999999"] {
            assert!(matches!(resolve(text), Resolved::Float(_)), "{text}");
        }
        for text in [
            "v1",
            "1.2.3",
            "10.0.0.0/8",
            "2024-01-01",
            "tRue",
            "-",
            ".",
            "1e",
            "0xg",
            "+",
            "0x-5",
            "-0x-8000000000000000",
        ] {
            assert_eq!(resolve(text), Resolved::Text, "{text}");
        }
        assert_eq!(resolve("~"), Resolved::Null);
    }
}

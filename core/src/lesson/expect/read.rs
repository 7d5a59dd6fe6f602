//! Reading the lines of a `verdicts` block.

use super::{Exactly, Expectation, Failure, Pattern, Want};
use crate::explain::Flow;
use crate::http::Request;
use crate::ports::{PortRange, PortSet, Protocol};
use crate::reach::Admission;

/// Reads a `verdicts` block whose first line is `first_line` of its file.
pub fn parse(text: &str, first_line: usize) -> (Vec<Expectation>, Vec<Failure>) {
    let (mut out, mut failures) = (Vec::new(), Vec::new());
    for (at, line) in text.lines().enumerate() {
        let body = line.split_once('#').map_or(line, |(body, _)| body).trim();
        if body.is_empty() {
            continue;
        }
        let margin = line.chars().take_while(|c| c.is_whitespace()).count();
        match expectation(body, first_line + at, margin + 1) {
            Ok(expectation) => out.push(expectation),
            Err((skipped, message)) => {
                let before = body.get(..skipped).unwrap_or_default().chars().count();
                failures.push(Failure { column: margin + before + 1, ..Failure::new(first_line + at, message) });
            }
        }
    }
    (out, failures)
}

/// Reads one line, which begins at `column`; with an error comes the byte of `body` from which on it cannot be read.
fn expectation(body: &str, line: usize, column: usize) -> Result<Expectation, (usize, String)> {
    let shape = || (0, format!("`{body}` should read `from -> to  expectation`"));
    let (from, rest) = body.split_once("->").ok_or_else(shape)?;
    let (to, want) = rest.trim().split_once(char::is_whitespace).ok_or_else(shape)?;
    let want = want.trim();
    let read = if is_request(want) { request(want) } else { ports(want) };
    let want = read.map_err(|message| (body.len() - want.len(), message))?;
    Ok(Expectation { from: pattern(from.trim()), to: pattern(to.trim()), want, line, column })
}

fn pattern(text: &str) -> Pattern {
    match text {
        "*" => Pattern::Anyone,
        "*/*" => Pattern::AnyPod,
        _ => match text.strip_suffix("/*") {
            Some(namespace) => Pattern::Namespace(namespace.to_owned()),
            None => Pattern::One(text.to_owned()),
        },
    }
}

/// Whether the line asks for one request: then its second word is a path or a URL, or it says `on` which port.
fn is_request(want: &str) -> bool {
    let target = want.split_whitespace().nth(1).unwrap_or_default();
    target.starts_with('/') || target.contains("://") || want.contains(" on ")
}

/// `GET /path Host: a.b X-Key: value on TCP/80: allowed`.
fn request(want: &str) -> Result<Want, String> {
    let shape = || format!("`{want}` should read `GET /path on TCP/80: allowed`, or `403`, or `blocked`");
    let (asked, answer) = want.rsplit_once(':').ok_or_else(shape)?;
    let (said, port) = asked.rsplit_once(" on ").ok_or_else(shape)?;
    let answers = [Admission::Allowed, Admission::Forbidden, Admission::Blocked];
    let answer = answers.into_iter().find(|known| known.word() == answer.trim()).ok_or_else(|| {
        format!("a request is `allowed`, answered `403`, or `blocked`, and never `{}`", answer.trim())
    })?;
    let port = port.trim();
    let flow = match port.split_once('/').map(|(protocol, number)| (Protocol::parse(protocol), number.parse())) {
        Some((Some(protocol), Ok(port))) if port > 0 => Flow { protocol, port },
        _ => return Err(format!("a request goes to one port, such as TCP/80, and `{port}` is none")),
    };
    if flow.protocol != Protocol::Tcp {
        return Err(format!("HTTP goes over TCP: write `on TCP/{}`", flow.port));
    }
    Ok(Want::Request { request: with_headers(said)?, port: flow.port, answer })
}

/// `GET /path`, and behind it headers, each of which begins with a word that ends in a colon.
fn with_headers(said: &str) -> Result<Request, String> {
    let words: Vec<&str> = said.split_whitespace().collect();
    let is_name = |word: &&str| word.len() > 1 && word.ends_with(':');
    let behind = words.iter().position(is_name).unwrap_or(words.len());
    let (line, headers) = words.split_at_checked(behind).unwrap_or((&words, &[]));
    let mut request = Request::parse(&line.join(" "))?;
    let mut header = String::new();
    for word in headers {
        if is_name(word) && !header.is_empty() {
            request.add_header(&header)?;
            header.clear();
        }
        header.push_str(word);
        header.push(' ');
    }
    if !header.is_empty() {
        request.add_header(&header)?;
    }
    Ok(request)
}

/// `open`, `blocked by egress`, or ports such as `TCP/80 (HTTP), UDP/53`.
fn ports(text: &str) -> Result<Want, String> {
    match text {
        "open" => return Ok(Want::Open),
        "blocked" => return Ok(Want::Blocked(None)),
        "blocked by egress" => return Ok(Want::Blocked(Some((true, false)))),
        "blocked by ingress" => return Ok(Want::Blocked(Some((false, true)))),
        "blocked by both" => return Ok(Want::Blocked(Some((true, true)))),
        _ => {}
    }
    let mut want = Exactly::default();
    for part in text.split(',').map(str::trim) {
        let (ports, is_http) = match part.split_once(" (") {
            Some((ports, mark)) if mark.trim_end() == "HTTP)" => (ports.trim_end(), true),
            _ => (part, false),
        };
        let (protocol, range) = range(ports).ok_or_else(|| {
            format!(
                "`{part}` is neither `open`, `blocked …` nor ports such as TCP/80, UDP/5000-5010 or `TCP/80 (HTTP)`"
            )
        })?;
        let set = PortSet::of(protocol, range);
        if is_http && protocol != Protocol::Tcp {
            return Err(format!("HTTP goes over TCP: no {protocol} port has requests"));
        }
        if !want.ports.intersection(&set).is_empty() {
            return Err(format!("`{part}` has ports that are there already"));
        }
        want.ports.unite(&set);
        if is_http {
            want.http.unite(&set);
        }
    }
    Ok(Want::Exactly(want))
}

fn range(text: &str) -> Option<(Protocol, PortRange)> {
    let Some((protocol, ports)) = text.split_once('/') else { return Some((Protocol::parse(text)?, PortRange::ALL)) };
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    let range = PortRange { first: number(first)?, last: number(last)? };
    (range.first <= range.last).then_some((Protocol::parse(protocol)?, range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(want: &str, expected: Result<&str, &str>) {
        let found = expectation(&format!("a -> b  {want}"), 1, 1).map(|expectation| expectation.want.to_string());
        match expected {
            Ok(words) => assert_eq!(found.as_deref().ok(), Some(words), "{want}"),
            Err(words) => {
                assert!(found.as_ref().is_err_and(|(at, e)| e.contains(words) && *at == 8), "{want}: {found:?}");
            }
        }
    }

    #[test]
    fn what_may_be_expected() {
        for same in ["open", "blocked by both", "TCP/80 (HTTP)", "TCP/80 (HTTP), TCP/81-90, UDP/53", "TCP (HTTP), SCTP"]
        {
            check(same, Ok(same));
        }
        check("UDP/53,TCP/80", Ok("TCP/80, UDP/53"));
        check("GET /api/v1/x?y=1 on TCP/80: 403", Ok("GET /api/v1/x?y=1 on TCP/80: 403"));
        check("GET http://shop:80/ on TCP/80: allowed", Ok("GET / to shop:80 on TCP/80: allowed"));
        check(
            "GET /x Host: a.b X-Key: one two X-Empty: on TCP/80: blocked",
            Ok("GET /x to a.b with X-Key: one two and X-Empty: on TCP/80: blocked"),
        );
    }

    #[test]
    fn what_cannot_be_read() {
        for (want, error) in [
            ("opened", "neither `open`"),
            ("TCP/90-80", "neither `open`"),
            ("TCP/80 (HTPP)", "neither `open`"),
            ("UDP/53 (HTTP)", "HTTP goes over TCP"),
            ("TCP/80, TCP/80 (HTTP)", "there already"),
            ("GET /x", "should read"),
            ("GET /x: allowed", "should read"),
            ("GET on TCP/80: allowed", "a method and a path"),
            ("get /x on TCP/80: allowed", "`GET` instead of `get`"),
            ("GET /x on TCP/80: 404", "never `404`"),
            ("GET /x on 80: allowed", "such as TCP/80"),
            ("GET /x on TCP/0: allowed", "such as TCP/80"),
            ("GET /x on UDP/53: allowed", "write `on TCP/53`"),
            ("GET /x X(: 1 on TCP/80: allowed", "no header's name"),
        ] {
            check(want, Err(error));
        }
    }
}

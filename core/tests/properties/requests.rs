//! HTTP requests beside the ports on which they are sent: those that the specification lets through, and those that the
//! engine does.

use netpol_core::Analysis;
use netpol_core::http;
use netpol_core::manifest::Direction;
use netpol_core::ports::Protocol;

use crate::judge::{self, About, Answer, Party};
use crate::model::World;

/// What a client asks for.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) host: Option<&'static str>,
    pub(crate) headers: &'static [(&'static str, &'static str)],
}

/// Requests to ask about: each is told from the others by some rule that is made up, and the last by few.
pub(crate) const REQUESTS: &[Request] = &[
    request("GET", "/", Some("web.shop"), &[]),
    request("GET", "/api/v1/items", None, &[("X-Token", "abc")]),
    request("GET", "/api/v1/items?sort=name", Some("web.shop:8080"), &[("x-token", "abc"), ("x-debug", "1")]),
    request("POST", "/api/v1/items", Some("web.shop"), &[("X-Token", "other")]),
    request("POST", "/api", Some("webXshop"), &[("X-Token", "abc"), ("X-Token", "abc")]),
    request("DELETE", "/admin", Some("web.shop"), &[("X-Debug", "")]),
    request("BREW", "/pot", Some("tea.example"), &[]),
];

const fn request(
    method: &'static str,
    path: &'static str,
    host: Option<&'static str>,
    headers: &'static [(&'static str, &'static str)],
) -> Request {
    Request { method, path, host, headers }
}

impl Request {
    /// As the engine has it.
    pub(crate) fn told(&self) -> http::Request {
        let headers = self.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        http::Request {
            method: self.method.to_owned(),
            path: self.path.to_owned(),
            host: self.host.map(str::to_owned),
            headers: headers.collect(),
        }
    }
}

/// What is known of an ordered pair besides its ports.
pub(crate) struct Requests {
    /// Whether something looks at requests on a port that may connect.
    pub(crate) narrowed: bool,
    /// Whether something that is not known could let more of them through.
    pub(crate) unknown: bool,
}

/// Compares what the engine says of requests from one party to another, at the first port of each span.
pub(crate) fn compare(
    world: &World,
    analysis: &Analysis,
    (from, to): (usize, usize),
    parties: (Party<'_>, Party<'_>),
    spans: &[(u16, u16)],
) -> Result<Requests, String> {
    let connection = analysis.connectivity.connection(from, to).ok_or("the engine has no answer")?;
    let reach = connection.reach();
    let mut out = Requests { narrowed: false, unknown: false };
    if from == to || !world.has_http() {
        return if reach.http.is_empty() { Ok(out) } else { Err("the engine looks at requests".to_owned()) };
    }
    let sides = |about| {
        let egress = judge::side_about(world, parties.0, parties.1, Direction::Egress, about);
        (egress, judge::side_about(world, parties.1, parties.0, Direction::Ingress, about))
    };
    let unseen = sides(About::Unseen);
    let asked: Vec<_> =
        REQUESTS.iter().map(|request| (request, request.told(), sides(About::Request(request)))).collect();
    let both = |(egress, ingress): &(judge::Side<'_>, judge::Side<'_>), port: u16| {
        egress.allows(Protocol::Tcp, port).and(ingress.allows(Protocol::Tcp, port))
    };
    for (first, last) in spans {
        let open = connection.allowed.contains(Protocol::Tcp, *first);
        let narrowing = reach.narrowing(*first);
        if reach.narrowing(*last) != narrowing {
            return Err(format!("the engine tells TCP/{first} from TCP/{last} by requests, and nothing does"));
        }
        let free = both(&unseen, *first).base;
        if open && free != narrowing.is_none() && (free || !narrowing_is_idle(&asked, *first, both)) {
            return Err(format!(
                "requests on TCP/{first} are looked at: {}, but {} is right",
                !free,
                narrowing.is_some()
            ));
        }
        out.narrowed |= narrowing.is_some();
        for (request, told, sides) in &asked {
            let answer = both(sides, *first);
            let passes = open && narrowing.is_none_or(|narrowed| narrowed.admits(told));
            if passes != answer.base {
                return Err(format!("{request:?} on TCP/{first} passes: {passes}, but {} is right", answer.base));
            }
            out.unknown |= answer.least != answer.most;
        }
    }
    Ok(out)
}

/// Whether every request is let through, though by rules that look at it: then an engine may know that it need not.
fn narrowing_is_idle<S>(asked: &[(&Request, http::Request, S)], port: u16, both: impl Fn(&S, u16) -> Answer) -> bool {
    asked.iter().all(|(_, _, sides)| both(sides, port).base)
}

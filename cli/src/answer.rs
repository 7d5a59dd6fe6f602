//! The answer for one connection, in words and as JSON.

use std::borrow::Cow;

use netpol_core::connectivity::{Connection, Verdict};
use netpol_core::ports::{PortSet, Protocol};
use serde::{Serialize, Serializer};

/// What is said of one connection; its fields are those of the documented JSON.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer<'c> {
    /// `open`, `partial` or `blocked`.
    pub(crate) verdict: &'static str,
    /// The ports that may connect.
    #[serde(serialize_with = "ranges")]
    pub(crate) allowed: &'c PortSet,
    /// Which sides refuse a blocked connection.
    pub(crate) blocked_by: &'static [&'static str],
    /// Whether an unknown address could change the answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unknown: bool,
}

impl<'c> From<Connection<'c>> for Answer<'c> {
    fn from(connection: Connection<'c>) -> Self {
        let blocked_by: &[&str] = match connection.refused_by() {
            (true, true) => &["egress", "ingress"],
            (true, false) => &["egress"],
            (false, true) => &["ingress"],
            (false, false) => &[],
        };
        let verdict = verdict(connection.verdict());
        Self { verdict, allowed: connection.allowed, blocked_by, unknown: connection.unknown }
    }
}

impl Answer<'_> {
    /// What stands beside the verdict: the ports, or `by ingress`.
    pub(crate) fn detail(self) -> Cow<'static, str> {
        let detail = match self.blocked_by {
            [] => self.ports(),
            ["egress"] => "by egress".into(),
            ["ingress"] => "by ingress".into(),
            _ => "by egress and ingress".into(),
        };
        if self.unknown { format!("{detail} (as far as addresses are known)").into() } else { detail }
    }

    /// The answer in one: `all ports`, `TCP/80`, or `blocked by ingress`.
    pub(crate) fn phrase(self) -> Cow<'static, str> {
        if self.blocked_by.is_empty() { self.detail() } else { format!("blocked {}", self.detail()).into() }
    }

    fn ports(self) -> Cow<'static, str> {
        if self.allowed.is_all() { "all ports".into() } else { self.allowed.to_string().into() }
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Open => "open",
        Verdict::Partial => "partial",
        Verdict::Blocked => "blocked",
    }
}

#[derive(Serialize)]
struct Range {
    protocol: &'static str,
    first: u16,
    last: u16,
}

fn ranges<S: Serializer>(ports: &PortSet, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(Protocol::ALL.into_iter().flat_map(|protocol| {
        let range = move |range: &netpol_core::ports::PortRange| Range {
            protocol: protocol.name(),
            first: range.first,
            last: range.last,
        };
        ports.ranges(protocol).iter().map(range)
    }))
}

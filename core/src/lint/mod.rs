//! Mistakes that a cluster accepts: what is written is valid, and probably not what was meant.
//!
//! Each mistake is a file with one function from `Facts` to findings. Findings name the policy, the pods and how many
//! there are; they are gathered, one for a policy or a rule and never one for a pair of pods, and of one kind there are
//! only so many ([`MAX_OF_A_KIND`]).

mod facts;
mod findings;
mod isolated;
mod mend;
mod namespaces;
pub(crate) mod near;
mod or_not_and;
mod other_side;
mod ports;
mod services;
mod shut;
mod subjects;
pub(crate) mod words;

mod covered;
pub mod dns;
mod dns_blocked;
mod dns_protocol;
mod enforced;
mod everyone;

pub use findings::MAX_OF_A_KIND;

use crate::Analysis;
use crate::diagnostic::Diagnostic;
use facts::Facts;
use findings::Findings;

/// A kind of mistake.
struct Lint {
    /// Its stable name.
    code: &'static str,
    /// The lesson about it, by its file's stem.
    lesson: &'static str,
    /// What finds it.
    find: fn(&Facts<'_>, &mut Findings),
}

/// All of them; those of the chapter come first, in its order.
const LINTS: &[Lint] = &[
    Lint { code: "dns-blocked", lesson: "5.6-mistake-1-dns", find: dns_blocked::find },
    Lint { code: "or-not-and", lesson: "5.6-mistake-2-or-and", find: or_not_and::find },
    Lint { code: "selects-everyone", lesson: "5.6-mistake-3-empty", find: everyone::find },
    Lint { code: "namespace-unmatched", lesson: "5.6-mistake-4-labels", find: namespaces::find },
    Lint { code: "not-enforced", lesson: "5.6-mistake-5-cni", find: enforced::find },
    Lint { code: "service-as-peer", lesson: "5.6-mistake-6-services", find: services::find },
    Lint { code: "selects-no-pod", lesson: "5.6-mistake-4-labels", find: subjects::find },
    Lint { code: "port-unused", lesson: "5.6-debugging", find: ports::find },
    Lint { code: "dns-protocol", lesson: "5.6-mistake-1-dns", find: dns_protocol::find },
    Lint { code: "pod-not-isolated", lesson: "5.2-default-deny", find: isolated::find },
    Lint { code: "policy-covered", lesson: "5.2-additive", find: covered::find },
    Lint { code: "deny-without-allow", lesson: "5.2-default-deny", find: shut::find },
    Lint { code: "other-side-refuses", lesson: "5.4-example-5", find: other_side::find },
];

/// Everything that is probably not meant, in text order.
pub fn lint(analysis: &Analysis) -> Vec<Diagnostic> {
    let facts = Facts::new(analysis);
    let mut found: Vec<Diagnostic> = Vec::new();
    for lint in LINTS {
        let mut findings = Findings::new(lint.code);
        (lint.find)(&facts, &mut findings);
        found.extend(findings.into_found());
    }
    found.sort_by_key(|finding| finding.place);
    found
}

/// The codes of all findings there can be.
pub fn codes() -> impl Iterator<Item = &'static str> {
    LINTS.iter().map(|lint| lint.code)
}

/// The lesson about findings with `code`, by its file's stem in `lessons/`.
pub fn lesson_of(code: &str) -> Option<&'static str> {
    LINTS.iter().find(|lint| lint.code == code).map(|lint| lint.lesson)
}

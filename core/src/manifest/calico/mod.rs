//! Calico's policies, tiers and network sets: `projectcalico.org/v3`, and `crd.projectcalico.org/v1`, the same specs as
//! the cluster stores them (projectcalico/calico `api/pkg/apis/projectcalico/v3`).

mod mentions;
mod order;
mod policy;
mod read_entity;
mod read_http;
mod read_net;
mod read_policy;
mod read_port;
mod read_rule;
mod read_selector;
mod read_set;
mod read_tier;
mod rule;
pub mod selector;
mod set;
mod suggested;
mod tier;

pub use order::Order;
pub use policy::{HostOnly, Policy};
pub use rule::{
    AccountMatch, Action, CLIENT_PORTS, Entity, HttpMatch, HttpPath, IcmpMatch, IpProtocol, Port, PortKind, Rule,
    ServiceMatch,
};
pub use set::NetworkSet;
pub use tier::{BUILT_IN_TIERS, DEFAULT_TIER, Tier};

use super::decode::{Decoder, Fields};
use super::tree::Tree;
use super::{Manifests, suggest};
use crate::diagnostic::Diagnostic;
use crate::source::{Edit, Place, Span};

/// The API groups and versions that mean the same.
const APIS: [&str; 2] = ["projectcalico.org/v3", "crd.projectcalico.org/v1"];
/// The kinds that are read.
const KINDS: [&str; 5] = ["NetworkPolicy", "GlobalNetworkPolicy", "Tier", "NetworkSet", "GlobalNetworkSet"];

/// The label with which Calico tells every pod's namespace.
pub const NAMESPACE_LABEL: &str = "projectcalico.org/namespace";
/// The label with which it tells what runs a workload: `k8s`.
pub const ORCHESTRATOR_LABEL: &str = "projectcalico.org/orchestrator";
/// The label with which it tells every pod's service account.
pub const ACCOUNT_LABEL: &str = "projectcalico.org/serviceaccount";
/// The label with which it tells the name of a namespace, and of a service account.
pub const NAME_LABEL: &str = "projectcalico.org/name";

/// Every kind that is read, with its API.
pub(crate) fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    APIS.iter().flat_map(|api| KINDS.iter().map(move |kind| (*api, *kind)))
}

/// An object of one of Calico's kinds.
pub(crate) enum Object {
    /// A policy of either kind.
    Policy(Box<Policy>),
    /// A tier.
    Tier(Tier),
    /// A network set of either kind.
    Set(NetworkSet),
}

/// Whether `kind` of `api_version` is read here.
pub(crate) fn knows(api_version: &str, kind: &str) -> bool {
    kinds().any(|known| known == (api_version, kind))
}

/// Reads an object of a kind that [`knows`] knows.
pub(crate) fn read(kind: &str, fields: &Fields<'_, '_>, tree: &Tree<'_>, decoder: &mut Decoder) -> Option<Object> {
    let global = kind.starts_with("Global");
    if kind == "Tier" {
        read_tier::read(fields, decoder).map(Object::Tier)
    } else if kind.ends_with("NetworkSet") {
        read_set::read(global, fields, decoder).map(Object::Set)
    } else {
        read_policy::read(global, fields, tree, decoder).map(|policy| Object::Policy(Box::new(policy)))
    }
}

/// What there is to say of a kind that Calico has and that decides on nothing: staged policies.
pub(crate) fn staged_note(api_version: &str, kind: &str, place: Place) -> Option<Diagnostic> {
    let staged = kind.starts_with("Staged") && kind.ends_with("NetworkPolicy") && APIS.contains(&api_version);
    let message = format!("A {kind} is not enforced: Calico only reports what it would do.");
    staged.then(|| Diagnostic::note("staged", place, message))
}

/// What is wrong with policies only because of other objects: a tier that nobody declares, a Service that is not there.
pub(crate) fn check(manifests: &Manifests) -> Vec<Diagnostic> {
    let declared: Vec<&str> = manifests.tiers.iter().map(|tier| tier.meta.name.value.as_str()).collect();
    let mut found: Vec<Diagnostic> =
        manifests.calico_policies.iter().flat_map(|policy| missing_services(policy, manifests)).collect();
    for policy in &manifests.calico_policies {
        let tier = policy.tier.as_str();
        let (Some(span), false) = (policy.tier_span, declared.contains(&tier) || tier::is_built_in(tier)) else {
            continue;
        };
        let near = suggest::nearest(tier, &declared);
        let hint = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean `{near}`?"));
        let message = format!("No Tier `{tier}` is written here: this policy is taken to come in the last tier{hint}");
        let place = Place { file: policy.meta.place.file, span };
        found.push(
            Diagnostic::warning("unknown-tier", place, message)
                .with_help("Calico refuses a policy whose tier does not exist; write the Tier too, for its order."),
        );
    }
    found
}

fn missing_services(policy: &Policy, manifests: &Manifests) -> Vec<Diagnostic> {
    let rules = policy.ingress.iter().chain(&policy.egress);
    let named = rules.flat_map(|rule| [&rule.source, &rule.destination]).filter_map(|entity| entity.services.as_ref());
    let mut found = Vec::new();
    for services in named {
        let namespace = services.namespace.as_deref().or(policy.namespace()).unwrap_or_default();
        let there = manifests.services.iter().any(|service| {
            (service.meta.namespace.as_str(), service.meta.name.value.as_str()) == (namespace, services.name.as_str())
        });
        if !there {
            let message = format!("No Service `{namespace}/{}` is written here: this matches nothing.", services.name);
            let place = Place { file: policy.meta.place.file, span: services.span };
            found.push(Diagnostic::warning("unknown-service", place, message));
        }
    }
    found
}

/// Reports the fields of `fields` that are not in `known`: those in `slips` with what is to be written instead.
fn refuse_unknown(fields: &Fields<'_, '_>, known: &[&str], slips: &[(&str, &str)], what: &str, decoder: &mut Decoder) {
    let mut passed = known.to_vec();
    for (key, _) in fields.entries() {
        let Some((name, advice)) = slips.iter().find(|(name, _)| key.text() == Some(name)) else { continue };
        decoder.error("unknown-field", key.span, format!("{what} has no field `{name}`.")).help =
            Some((*advice).to_owned());
        passed.push(name);
    }
    fields.refuse_unknown(&passed, what, decoder);
}

/// Says that a word is none of `known`, with the nearest of them and the edit that writes it.
fn refuse_word(code: &'static str, word: &str, span: Span, known: &[&str], what: &str, decoder: &mut Decoder) {
    let near = suggest::nearest(word, known);
    let hint = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean `{near}`?"));
    let names = known.join(", ");
    let error = decoder.error(code, span, format!("`{word}` is not {what} ({names}){hint}"));
    error.fix = near.map(|near| Edit::replace(span.start, span.end, near)).into_iter().collect();
}

/// Warns of a list that newer releases refuse because of its length.
fn warn_long(span: Span, len: usize, most: usize, what: &str, decoder: &mut Decoder) {
    if len > most {
        let message = format!("Newer releases of Calico refuse more than {most} {what}, and here are {len}.");
        decoder.warn("too-long", span, message);
    }
}

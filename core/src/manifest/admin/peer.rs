//! Reading subjects and peers: who a policy is about, and whom its rules mean.

use super::api::{self, Api};
use super::one_of::{listed, one_of};
use super::policy::{AdminPeer, AdminPeers, AdminSubject, NamespacedPods};
use crate::domain::{Domain, DomainKind};
use crate::manifest::decode::{Decoder, Fields};
use crate::manifest::network_policy::{Direction, IpBlock, PeerSelector};
use crate::manifest::tree::Node;
use crate::manifest::{cidr, selector, suggest};
use crate::source::Span;

/// How many networks or names one peer may list (`maxItems`).
const MAX_ADDRESSES: usize = 25;

/// Reads `subject`.
pub(super) fn subject(api: Api<'_>, spec: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<AdminSubject> {
    let Some(node) = spec.get("subject") else {
        let error = decoder.error("missing-field", spec.head(), "This policy needs a `subject`: the pods it is about.");
        error.help = Some("Every pod of the cluster is `subject: {namespaces: {}}`.".into());
        return None;
    };
    let fields = decoder.mapping(node, "subject")?;
    let known = ["namespaces", "pods"];
    let elsewhere = [("namespaceSelector", NAMESPACES), ("podSelector", PODS)];
    let strange = api::refuse_unknown(&fields, &known, &elsewhere, "subject", decoder);
    let (name, key, value) = one_of(&fields, &known, strange, ("subject", PODS), decoder)?;
    match name {
        "namespaces" => Some(AdminSubject::Namespaces(namespaces(key, value, decoder))),
        _ => namespaced_pods(api, key.span, value, decoder).map(AdminSubject::Pods),
    }
}

const NAMESPACES: &str = "Every pod of some namespaces is `namespaces: {matchLabels: …}`.";
const PODS: &str = "Some pods are `pods: {namespaceSelector: {…}, podSelector: {…}}`.";

/// Reads one item of `from` or `to`.
pub(super) fn peer(api: Api<'_>, node: &Node<'_>, direction: Direction, decoder: &mut Decoder) -> Option<AdminPeer> {
    let known = api.peer_fields(direction);
    if node.is_null() {
        let message = format!("A peer must have one of {}; this one is empty.", listed(known));
        decoder.error("empty-peer", node.span, message);
        return None;
    }
    let fields = decoder.mapping(node, "A peer")?;
    if let Some(name) = unknown(&fields, known) {
        return Some(AdminPeer { peers: AdminPeers::Unknown(name), span: node.span });
    }
    let of_egress = "Only the peers of egress rules have it.";
    let elsewhere = [
        ("namespaceSelector", NAMESPACES),
        ("podSelector", PODS),
        ("ipBlock", "Addresses are `networks: [10.0.0.0/8]`, in egress rules; holes are Pass rules before them."),
        ("nodes", of_egress),
        ("networks", of_egress),
        ("domainNames", if direction == Direction::Ingress { of_egress } else { "A baseline policy has none." }),
    ];
    let strange = api::refuse_unknown(&fields, known, &elsewhere, "A peer", decoder);
    let (name, key, value) = one_of(&fields, known, strange, ("A peer", "Make each an item of its own."), decoder)?;
    let peers = match name {
        "namespaces" => AdminPeers::Namespaces(namespaces(key, value, decoder)),
        "pods" => AdminPeers::Pods(namespaced_pods(api, key.span, value, decoder)?),
        "nodes" => {
            let message = "`nodes` is not evaluated here, but for pods on their node's network: there are no nodes \
                           among the endpoints.";
            decoder.warn("not-modelled", key.span, message);
            AdminPeers::Nodes(selector::label_selector(value, "nodes", decoder))
        }
        "networks" => AdminPeers::Networks(networks(api, value, decoder)?),
        _ => AdminPeers::DomainNames(domain_names(value, decoder)?),
    };
    Some(AdminPeer { peers, span: node.span })
}

/// The only field of a peer, if it is neither known, nor a slip of the pen, nor one that means something elsewhere: a
/// newer API may have it, and then the rule is still there for those who do not know it.
fn unknown(fields: &Fields<'_, '_>, known: &[&str]) -> Option<String> {
    let [(key, value)] = fields.entries() else { return None };
    let name = key.text().filter(|name| !name.is_empty())?;
    let slips =
        ["namespaceSelector", "podSelector", "ipBlock", "namespaces", "pods", "nodes", "networks", "domainNames"];
    let strange = !known.contains(&name) && suggest::nearest(name, &slips).is_none() && !value.is_null();
    strange.then(|| name.to_owned())
}

/// A selector of namespaces, and what `namespaces` held in early versions.
fn namespaces(key: &Node<'_>, value: &Node<'_>, decoder: &mut Decoder) -> PeerSelector {
    let before = decoder.found.len();
    let read = PeerSelector { key: key.span, selector: selector::label_selector(value, "namespaces", decoder) };
    for field in ["sameLabels", "notSameLabels", "namespaceSelector"] {
        let Some(span) = key_span(value, field) else { continue };
        let found = decoder.found.iter_mut().skip(before).find(|found| found.place.span == span);
        let Some(error) = found else { continue };
        error.fix.clear();
        if field == "namespaceSelector" {
            error.message = "`namespaces` is the selector of namespaces itself.".to_owned();
            error.help = Some("Take `namespaceSelector` out: `namespaces: {matchLabels: …}`.".into());
        } else {
            error.code = "removed-field";
            error.message = format!("`{field}` was removed from the API in v0.1.2.");
            error.help = Some(
                "An API server that drops the field is left with `namespaces: {}`, which is every namespace. Select \
                 the namespaces by their labels, one policy for each tenant."
                    .into(),
            );
        }
    }
    read
}

fn key_span(node: &Node<'_>, field: &str) -> Option<Span> {
    let crate::manifest::tree::Value::Mapping { entries, .. } = &node.value else { return None };
    entries.iter().map(|(key, _)| key).find(|key| key.text() == Some(field)).map(|key| key.span)
}

/// Reads `pods`. Of the two selectors v1alpha1 wants both, v1alpha2 `podSelector`.
fn namespaced_pods(api: Api<'_>, key: Span, node: &Node<'_>, decoder: &mut Decoder) -> Option<NamespacedPods> {
    let fields = decoder.mapping(node, "pods")?;
    let elsewhere = [
        ("namespaces", "The namespaces' selector is called `namespaceSelector` here."),
        ("matchLabels", PODS),
        ("matchExpressions", PODS),
    ];
    let strange = api::refuse_unknown(&fields, &["namespaceSelector", "podSelector"], &elsewhere, "pods", decoder);
    let mut read = |name: &str, required: bool| {
        let entry = fields.entry(name);
        if entry.is_none() && required && !strange {
            let message = format!("`pods` needs a `{name}`; `{name}: {{}}` is all of them.");
            decoder.error("missing-field", fields.head(), message);
        }
        entry.map(|(key, value)| PeerSelector {
            key: key.span,
            selector: selector::label_selector(value, name, decoder),
        })
    };
    let namespaces = read("namespaceSelector", !api.is_cluster());
    let pods = read("podSelector", true)?;
    Some(NamespacedPods { namespaces, pods, key })
}

fn networks(api: Api<'_>, node: &Node<'_>, decoder: &mut Decoder) -> Option<Vec<IpBlock>> {
    let items = decoder.list(node, "networks")?;
    api::check_length(items.len(), MAX_ADDRESSES, false, node.span, "networks", decoder);
    refuse_repeats(items, "networks", decoder);
    let mut block = |item: &Node<'_>| {
        let cidr = cidr::read_strictly(item, "An item of networks", api.masked(), decoder)?;
        Some(IpBlock { cidr, except: Vec::new(), span: item.span })
    };
    Some(items.iter().filter_map(&mut block).collect())
}

fn domain_names(node: &Node<'_>, decoder: &mut Decoder) -> Option<Vec<Domain>> {
    let items = decoder.list(node, "domainNames")?;
    api::check_length(items.len(), MAX_ADDRESSES, false, node.span, "domainNames", decoder);
    refuse_repeats(items, "domainNames", decoder);
    Some(items.iter().filter_map(|item| domain_name(item, decoder)).collect())
}

/// One item of `domainNames` (`DomainName`, its pattern).
fn domain_name(node: &Node<'_>, decoder: &mut Decoder) -> Option<Domain> {
    let name = decoder.string(node, "An item of domainNames")?;
    let rest = name.value.strip_prefix("*.").unwrap_or(&name.value);
    let rest = rest.strip_suffix('.').unwrap_or(rest);
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        edge(bytes.first()) && edge(bytes.last()) && bytes.iter().all(inside)
    };
    let problem = if rest.contains('*') {
        Some("a `*` may only stand for whole labels in front: `*.example.com`")
    } else if !rest.contains('.') {
        Some("it needs at least two labels, such as `example.com`")
    } else if !rest.split('.').all(is_label) {
        Some("its labels may hold letters, digits, `-` and `_`, and must begin and end with a letter or digit")
    } else {
        None
    };
    if let Some(problem) = problem {
        let message = format!("`{}` is not a domain name: {problem}.", name.value);
        decoder.error("bad-domain", name.span, message);
        return None;
    }
    Some(Domain::new(&name.value, DomainKind::Suffix, name.span))
}

/// Both lists are sets (`listType`): the API server refuses the same text twice.
fn refuse_repeats(items: &[Node<'_>], what: &str, decoder: &mut Decoder) {
    for (at, item) in items.iter().enumerate() {
        let Some(text) = item.text() else { continue };
        let before = items.iter().take(at).take(MAX_ADDRESSES);
        if before.into_iter().any(|earlier| earlier.text() == Some(text)) {
            let message = format!("`{text}` stands twice in `{what}`.");
            decoder.error("repeated-item", item.span, message).help = Some("Keep one of them.".into());
        }
    }
}

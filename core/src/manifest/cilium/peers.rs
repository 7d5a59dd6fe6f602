//! Reading who an entry is about: `from…` and `to…`.

use super::selector;
use super::{CiliumPeer, GroupRef, PeerKind, Peers, ServiceLabels, ServiceName, cidr, entity, names, whole};
use crate::manifest::decode::{Decoder, Fields};
use crate::manifest::names as object_names;
use crate::manifest::network_policy::{Direction, IpBlock};
use crate::manifest::tree::Node;
use crate::source::Span;

/// The fields that list peers for each direction; only one may have items.
pub(super) fn fields(direction: Direction, deny: bool) -> &'static [&'static str] {
    match (direction, deny) {
        (Direction::Ingress, _) => {
            &["fromEndpoints", "fromCIDR", "fromCIDRSet", "fromEntities", "fromNodes", "fromGroups"]
        }
        (Direction::Egress, true) => {
            &["toEndpoints", "toCIDR", "toCIDRSet", "toEntities", "toNodes", "toGroups", "toServices"]
        }
        (Direction::Egress, false) => {
            &["toEndpoints", "toCIDR", "toCIDRSet", "toEntities", "toNodes", "toGroups", "toServices", "toFQDNs"]
        }
    }
}

/// Reads the peers of one entry (`IngressCommonRule`, `EgressCommonRule`).
pub(super) fn read(fields_of: &Fields<'_, '_>, known: &'static [&'static str], decoder: &mut Decoder) -> Peers {
    let mut peers = Peers::Any;
    for field in known {
        let Some((key, node)) = fields_of.entry(field) else { continue };
        let Some(items) = decoder.list(node, field) else { continue };
        let span = key.span.to(node.span);
        match (&peers, items) {
            // Empty lists of these four are as good as absent (`mergeEndpointSelectors` in
            // `pkg/policy/utils`).
            (_, []) if matches!(*field, "toServices" | "toFQDNs" | "fromGroups" | "toGroups") => {}
            (Peers::Nobody { .. }, []) => {}
            (_, []) => {
                let message = format!("An empty `{field}` names nobody: this entry covers nothing.");
                decoder.warn("empty-peers", key.span, message).help =
                    Some(format!("To mean everybody, leave `{field}` out."));
                peers = Peers::Nobody { field, span };
            }
            (Peers::Listed { field: other, .. }, _) => {
                let message = format!("`{other}` and `{field}` cannot stand in one entry: Cilium refuses it.");
                decoder.error("bad-peer", key.span, message).help =
                    Some("Make it two entries: entries of a list are ORed, and each has its own toPorts.".to_owned());
            }
            (Peers::Any, _) => peers = Peers::Listed { field, items: list(field, items, decoder), span: node.span },
            (Peers::Nobody { .. }, _) => {
                list(field, items, decoder);
            }
        }
    }
    not_modelled(&peers, decoder);
    peers
}

fn list(field: &'static str, items: &[Node<'_>], decoder: &mut Decoder) -> Vec<CiliumPeer> {
    let peer = |item: &Node<'_>| kind(field, item, decoder).map(|kind| CiliumPeer { kind, span: item.span });
    items.iter().filter_map(peer).collect()
}

fn kind(field: &'static str, node: &Node<'_>, decoder: &mut Decoder) -> Option<PeerKind> {
    let what = format!("An item of {field}");
    Some(match field {
        "fromEndpoints" | "toEndpoints" => PeerKind::Endpoints(selector::read(node, &what, decoder)),
        "fromNodes" | "toNodes" => PeerKind::Nodes(selector::plain(node, &what, decoder)),
        "fromEntities" | "toEntities" => PeerKind::Entity(entity::read(node, field, decoder)?),
        "fromCIDR" | "toCIDR" => PeerKind::Block(whole(cidr::read(node, &what, true, decoder)?, node.span)),
        "fromCIDRSet" | "toCIDRSet" => cidr_rule(node, &what, decoder)?,
        "toServices" => service(node, &what, decoder)?,
        "toFQDNs" => PeerKind::Name(names::read(node, &what, decoder)?),
        _ => {
            let fields = decoder.mapping(node, &what)?;
            fields.refuse_unknown(&["aws"], &what, decoder);
            PeerKind::Cloud
        }
    })
}

/// Fields whose peers nobody knows here: the entry covers less than it would in a cluster.
fn not_modelled(peers: &Peers, decoder: &mut Decoder) {
    let Peers::Listed { field, items, span } = peers else { return };
    let reason = match items.first().map(|peer| &peer.kind) {
        Some(PeerKind::Nodes(_)) => "the labels of nodes are not known, so that it names nobody",
        Some(PeerKind::Cloud) => "the addresses of a cloud's groups are not known, so that it names nobody",
        _ => return,
    };
    decoder.warn("not-modelled", *span, format!("`{field}` is not evaluated here: {reason}."));
}

/// An item of `fromCIDRSet` or `toCIDRSet` (`CIDRRule`).
fn cidr_rule(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> Option<PeerKind> {
    let fields = decoder.mapping(node, what)?;
    let kinds = ["cidr", "cidrGroupRef", "cidrGroupSelector"];
    let strange = fields.refuse_unknown(&["cidr", "cidrGroupRef", "cidrGroupSelector", "except"], what, decoder);
    let mut given = kinds.iter().filter_map(|kind| fields.entry(kind).map(|entry| (*kind, entry)));
    let Some((kind, (_, value))) = given.next() else {
        if !strange {
            let message = format!("{what} needs a cidr, a cidrGroupRef or a cidrGroupSelector.");
            decoder.error("missing-field", fields.head(), message);
        }
        return None;
    };
    if let Some((other, (key, _))) = given.next() {
        decoder.error("bad-peer", key.span, format!("{what} takes one of {kind} and {other}, not both."));
    }
    let holes = fields.get("except");
    if kind == "cidr" {
        let cidr = cidr::read(value, "cidr", false, decoder);
        let except = holes.map(|node| cidr::except(node, cidr, decoder)).unwrap_or_default();
        let except = except.into_iter().map(|(hole, _)| hole).collect();
        return Some(PeerKind::Block(IpBlock { cidr: cidr?, except, span: node.span }));
    }
    let except = holes.map(|node| cidr::except(node, None, decoder)).unwrap_or_default();
    let except = except.into_iter().map(|(hole, span)| whole(hole, span)).collect();
    let groups = if kind == "cidrGroupRef" {
        let name = decoder.string(value, "cidrGroupRef")?;
        if let Some(problem) = object_names::subdomain_problem(&name.value) {
            let message = format!("`{}` is not the name of a CiliumCIDRGroup: it {problem}.", name.value);
            decoder.error("bad-name", name.span, message);
        }
        GroupRef::Named(name.value)
    } else {
        GroupRef::Labels(selector::plain(value, "cidrGroupSelector", decoder))
    };
    Some(PeerKind::Group { groups, except })
}

/// An item of `toServices` (`Service`).
fn service(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> Option<PeerKind> {
    let fields = decoder.mapping(node, what)?;
    let strange = fields.refuse_unknown(&["k8sService", "k8sServiceSelector"], what, decoder);
    let named = fields.get("k8sService").and_then(|node| {
        let fields = decoder.mapping(node, "k8sService")?;
        fields.refuse_unknown(&["serviceName", "namespace"], "k8sService", decoder);
        let name = filled(&fields, "serviceName", decoder);
        if name.is_none() {
            warn_nothing(fields.head(), "Without a serviceName this names no Service.", decoder);
        }
        Some(ServiceName { name: name.unwrap_or_default(), namespace: filled(&fields, "namespace", decoder) })
    });
    let selected = fields.get("k8sServiceSelector").and_then(|node| {
        let fields = decoder.mapping(node, "k8sServiceSelector")?;
        fields.refuse_unknown(&["selector", "namespace"], "k8sServiceSelector", decoder);
        let Some(selector) = fields.get("selector") else {
            decoder.error("missing-field", fields.head(), "k8sServiceSelector needs a `selector`.");
            return None;
        };
        let selector = selector::plain(selector, "selector", decoder);
        Some(ServiceLabels { selector, namespace: filled(&fields, "namespace", decoder) })
    });
    if named.is_none() && selected.is_none() && !strange && fields.entries().is_empty() {
        warn_nothing(fields.head(), "Without k8sService or k8sServiceSelector this names no Service.", decoder);
    }
    Some(PeerKind::Service { named, selected })
}

fn warn_nothing(span: Span, message: &str, decoder: &mut Decoder) {
    decoder.warn("empty-peers", span, message);
}

/// A string that is there and not empty.
fn filled(fields: &Fields<'_, '_>, field: &str, decoder: &mut Decoder) -> Option<String> {
    let text = fields.get(field).and_then(|node| decoder.string(node, field))?;
    Some(text.value).filter(|text| !text.is_empty())
}

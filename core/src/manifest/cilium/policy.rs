//! Reading CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy and CiliumCIDRGroup, with the API's validation
//! (`pkg/policy/api/rule_validation.go`, `pkg/k8s/apis/cilium.io/v2/cnp_types.go`).

use super::ports::{self, Context, not_modelled};
use super::{
    CiliumCidrGroup, CiliumPolicy, CiliumRule, CiliumSelector, Entry, LabelRequirement, LabelSource, NAMESPACE_KEY,
    PeerKind, Peers, Section, cidr, icmp, peers, selector, whole,
};
use crate::labels::{Labels, Operator};
use crate::manifest::decode::{Decoder, Fields, Spanned};
use crate::manifest::meta::{self, MetaRules};
use crate::manifest::network_policy::Direction;
use crate::manifest::tree::Node;

/// Reads a policy of either kind.
pub(crate) fn policy(fields: &Fields<'_, '_>, clusterwide: bool, decoder: &mut Decoder) -> Option<CiliumPolicy> {
    let what = if clusterwide { "A CiliumClusterwideNetworkPolicy" } else { "A CiliumNetworkPolicy" };
    let strange = fields.refuse_unknown(&["apiVersion", "kind", "metadata", "spec", "specs", "status"], what, decoder);
    let meta = meta::read(fields, MetaRules { namespaced: !clusterwide, strict: true, label_name: false }, decoder);
    if clusterwide {
        meta::warn_namespace(fields, what, decoder);
    }
    let mut rules: Vec<CiliumRule> =
        fields.get("spec").and_then(|node| rule(node, None, clusterwide, decoder)).into_iter().collect();
    if let Some(node) = fields.get("specs") {
        let items = decoder.list(node, "specs").unwrap_or_default();
        if items.is_empty() && rules.is_empty() && !decoder.failed() {
            decoder.warn("no-rules", node.span, "An empty `specs` selects no pods: this policy does nothing.");
        }
        let numbered = items.iter().enumerate();
        rules.extend(numbered.filter_map(|(at, item)| rule(item, Some(at), clusterwide, decoder)));
    }
    if fields.get("spec").is_none() && fields.get("specs").is_none() && !strange {
        decoder.error("missing-field", fields.head(), format!("{what} needs a `spec` or `specs`."));
    }
    let policy = CiliumPolicy { meta: meta?, clusterwide, rules };
    if !clusterwide {
        let requirements = policy.rules.iter().filter(|rule| !rule.nodes).flat_map(|rule| &rule.subject.requirements);
        requirements.for_each(|one| foreign_namespace(one, &policy.meta.namespace, decoder));
    }
    for peer in policy.peers() {
        if let PeerKind::Endpoints(selector) = &peer.kind {
            beyond_pods(selector, clusterwide, decoder);
        }
    }
    Some(policy)
}

/// An `endpointSelector` that names another namespace than the policy's own (`ParseToCiliumRule`, which overwrites what is
/// named with its source, and leaves the rest to contradict its own addition).
fn foreign_namespace(one: &LabelRequirement, own: &str, decoder: &mut Decoder) {
    let of_kubernetes = matches!(one.source, LabelSource::Any | LabelSource::K8s);
    let labels = Labels::from([(NAMESPACE_KEY.to_owned(), own.to_owned())]);
    if !of_kubernetes || one.requirement.key != NAMESPACE_KEY || one.requirement.matches(&labels) {
        return;
    }
    let effect = if one.is_own_namespace() { "this has no effect" } else { "with this it selects none" };
    let message = format!("An endpointSelector selects pods of its policy's own namespace, `{own}`: {effect}.");
    decoder.warn("foreign-namespace", one.requirement.span, message).help =
        Some("Put the policy into the namespace of the pods, or use a CiliumClusterwideNetworkPolicy.".into());
}

/// A peer's selector that also means what has no labels at all (`getEndpointSelector`; since 1.19 each asks for the local
/// cluster too, unless `policy-default-local-cluster` is off).
fn beyond_pods(selector: &CiliumSelector, clusterwide: bool, decoder: &mut Decoder) {
    let unscoped = selector.names_namespace() || selector.names_namespace_labels() && !clusterwide;
    let asks = |one: &LabelRequirement| matches!(one.requirement.operator, Operator::In | Operator::Exists);
    if unscoped && !selector.is_reserved() && !selector.requirements.iter().any(asks) {
        let message = "Hosts and addresses outside have no namespace: they are meant too, up to Cilium 1.18.";
        decoder.warn("beyond-pods", selector.span, message).help = Some(format!(
            "To mean pods only, add `{{key: {NAMESPACE_KEY}, operator: Exists}}`; since 1.19 `policy-default-local-cluster` does."
        ));
    }
}

const SECTIONS: [(&str, Direction, bool); 4] = [
    ("ingress", Direction::Ingress, false),
    ("ingressDeny", Direction::Ingress, true),
    ("egress", Direction::Egress, false),
    ("egressDeny", Direction::Egress, true),
];

/// Reads one `spec` (`Rule`).
fn rule(node: &Node<'_>, position: Option<usize>, clusterwide: bool, decoder: &mut Decoder) -> Option<CiliumRule> {
    let fields = decoder.mapping(node, "spec")?;
    let known = [
        "endpointSelector",
        "nodeSelector",
        "ingress",
        "ingressDeny",
        "egress",
        "egressDeny",
        "enableDefaultDeny",
        "labels",
        "description",
        "log",
    ];
    let strange = fields.refuse_others(&known, &[("podSelector", "endpointSelector")], "spec", decoder);
    let (endpoints, nodes) = (fields.entry("endpointSelector"), fields.entry("nodeSelector"));
    let subject = match (endpoints, nodes) {
        (Some(_), Some((key, _))) => {
            decoder.error("bad-subject", key.span, "A spec takes endpointSelector or nodeSelector, not both.");
            None
        }
        (Some((_, node)), None) => Some(selector::read(node, "endpointSelector", decoder)),
        (None, Some((key, node))) => {
            if clusterwide {
                let message =
                    "A policy with a nodeSelector is about nodes: it selects no pods, and changes nothing here.";
                decoder.warn("node-policy", key.span, message);
            } else {
                let message = "A CiliumNetworkPolicy cannot have a nodeSelector.";
                decoder.error("bad-subject", key.span, message).help =
                    Some("Nodes are selected by a CiliumClusterwideNetworkPolicy.".into());
            }
            Some(selector::plain(node, "nodeSelector", decoder))
        }
        (None, None) => {
            if !strange {
                decoder.error("missing-field", fields.head(), "A spec needs an endpointSelector.").help =
                    Some("To select every pod, write `endpointSelector: {}`.".into());
            }
            None
        }
    };
    let nodes = nodes.is_some();
    let sections: Vec<Section> = SECTIONS
        .into_iter()
        .filter_map(|(field, direction, deny)| {
            let (key, node) = fields.entry(field)?;
            let items = decoder.list(node, field)?;
            let context = Context { direction, deny, nodes };
            // An entry with errors counts: the spec is not without rules.
            let entries: Vec<Entry> = items.iter().map(|item| entry(item, context, decoder)).collect();
            (!entries.is_empty()).then_some(Section { direction, deny, entries, key: key.span })
        })
        .collect();
    let unreadable = decoder.failed();
    if sections.is_empty() && !unreadable {
        let message = "A spec needs at least one entry in ingress, ingressDeny, egress or egressDeny.";
        decoder.error("no-rules", fields.head(), message).help =
            Some("To allow nothing, write one empty entry, as in `ingress: [{}]`.".into());
    }
    let default_deny = default_deny(&fields, decoder);
    remarks(&fields, decoder);
    Some(CiliumRule { subject: subject?, nodes, sections, default_deny, position, span: node.span })
}

/// Reads `enableDefaultDeny` (`DefaultDenyConfig`).
fn default_deny(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> [Option<Spanned<bool>>; 2] {
    let Some(mapping) = fields.get("enableDefaultDeny").and_then(|node| decoder.mapping(node, "enableDefaultDeny"))
    else {
        return [None, None];
    };
    mapping.refuse_unknown(&["ingress", "egress"], "enableDefaultDeny", decoder);
    Direction::ALL.map(|direction| {
        let node = mapping.get(direction.field())?;
        decoder.boolean(node, direction.field()).map(|value| Spanned { value, span: node.span })
    })
}

/// Fields that never change an answer: `description`, `labels` and `log`.
fn remarks(fields: &Fields<'_, '_>, decoder: &mut Decoder) {
    if let Some(node) = fields.get("description") {
        decoder.string(node, "description");
    }
    for item in fields.get("labels").and_then(|node| decoder.list(node, "labels")).unwrap_or_default() {
        let Some(label) = decoder.mapping(item, "An item of labels") else { continue };
        label.refuse_unknown(&["key", "value", "source"], "An item of labels", decoder);
        if label.get("key").is_none() {
            decoder.error("missing-field", label.head(), "An item of labels needs a `key`.");
        }
    }
    if let Some(log) = fields.get("log").and_then(|node| decoder.mapping(node, "log")) {
        log.refuse_unknown(&["value"], "log", decoder);
    }
}

/// Reads one entry of a section.
fn entry(node: &Node<'_>, context: Context, decoder: &mut Decoder) -> Entry {
    let mut entry = Entry { peers: Peers::Any, ports: Vec::new(), icmps: Vec::new(), span: node.span };
    let (what, requires) = match (context.direction, context.deny) {
        (Direction::Ingress, false) => ("An ingress entry", "fromRequires"),
        (Direction::Ingress, true) => ("An ingressDeny entry", "fromRequires"),
        (Direction::Egress, false) => ("An egress entry", "toRequires"),
        (Direction::Egress, true) => ("An egressDeny entry", "toRequires"),
    };
    let Some(fields) = decoder.mapping(node, what) else { return entry };
    let listed = peers::fields(context.direction, context.deny);
    let mut known = listed.to_vec();
    known.extend(["toPorts", "icmps", requires]);
    if !context.deny {
        known.push("authentication");
    }
    // As NetworkPolicies call them.
    let others = [("from", "fromEndpoints"), ("to", "toEndpoints"), ("ports", "toPorts")];
    fields.refuse_others(&known, &others, what, decoder);
    entry.peers = peers::read(&fields, listed, decoder);
    if let Some((key, list)) = fields.entry(requires)
        && decoder.list(list, requires).is_some_and(|items| !items.is_empty())
    {
        let message = format!("`{requires}` has been removed: Cilium refuses it when it has items.");
        decoder.error("removed-field", key.span, message).help =
            Some("Put the labels into each selector of the allowed peers.".into());
    }
    let items = fields.get("toPorts").and_then(|node| decoder.list(node, "toPorts")).unwrap_or_default();
    entry.ports = items.iter().filter_map(|item| ports::rule(item, context, decoder)).collect();
    if let Some((key, list)) = fields.entry("icmps") {
        let messages = decoder.list(list, "icmps").unwrap_or_default();
        if !messages.is_empty() && !items.is_empty() {
            let message = "`icmps` cannot stand beside `toPorts`: make it an entry of its own.";
            decoder.error("bad-icmp", key.span, message);
        }
        entry.icmps = messages.iter().filter_map(|item| icmp::rule(item, decoder)).collect();
    }
    if let Some((key, node)) = fields.entry("authentication").filter(|_| !context.deny) {
        authentication(key.span, node, decoder);
    }
    entry
}

fn authentication(key: crate::source::Span, node: &Node<'_>, decoder: &mut Decoder) {
    let Some(fields) = decoder.mapping(node, "authentication") else { return };
    fields.refuse_unknown(&["mode"], "authentication", decoder);
    let Some(mode) = fields.get("mode") else {
        decoder.error("missing-field", fields.head(), "authentication needs a `mode`.");
        return;
    };
    match decoder.string(mode, "mode").map(|mode| mode.value).as_deref() {
        Some("disabled") | None => {}
        Some("required") => {
            not_modelled(key, "authentication", "every peer is taken to have proved who it is", decoder);
        }
        Some("test-always-fail") => not_modelled(key, "authentication", "no peer is taken to fail it", decoder),
        Some(other) => {
            let message = format!("`{other}` is not one of disabled, required and test-always-fail.");
            decoder.error("bad-mode", mode.span, message);
        }
    }
}

/// Reads a CiliumCIDRGroup (`pkg/k8s/apis/cilium.io/v2/cidrgroups_types.go`).
pub(crate) fn group(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<CiliumCidrGroup> {
    let what = "A CiliumCIDRGroup";
    fields.refuse_unknown(&["apiVersion", "kind", "metadata", "spec", "status"], what, decoder);
    let meta = meta::read(fields, MetaRules { namespaced: false, strict: true, label_name: false }, decoder);
    meta::warn_namespace(fields, what, decoder);
    let Some(spec) = fields.get("spec") else {
        decoder.error("missing-field", fields.head(), format!("{what} needs a `spec`."));
        return None;
    };
    let spec = decoder.mapping(spec, "spec")?;
    let strange = spec.refuse_unknown(&["externalCIDRs"], "spec", decoder);
    let Some(list) = spec.get("externalCIDRs") else {
        if !strange {
            decoder.error("missing-field", spec.head(), "spec needs `externalCIDRs`.");
        }
        return None;
    };
    let items = decoder.list(list, "externalCIDRs")?;
    let blocks = items.iter().filter_map(|item| {
        cidr::read(item, "An item of externalCIDRs", false, decoder).map(|cidr| whole(cidr, item.span))
    });
    let blocks = blocks.collect();
    Some(CiliumCidrGroup { meta: meta?, blocks })
}

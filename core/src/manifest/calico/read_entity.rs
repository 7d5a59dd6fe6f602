//! Reading `source` and `destination` (`EntityRule` in `policy_common.go`, `validateEntityRule`).

use super::read_net::{self, Strictness};
use super::read_port;
use super::read_selector::{self, Global};
use super::rule::{AccountMatch, Entity, ServiceMatch};
use crate::manifest::decode::{Decoder, Fields};
use crate::manifest::names;
use crate::manifest::tree::{Node, Tree};

const FIELDS: &[&str] = &[
    "selector",
    "notSelector",
    "namespaceSelector",
    "nets",
    "notNets",
    "ports",
    "notPorts",
    "serviceAccounts",
    "services",
];
const SLIPS: &[(&str, &str)] = &[
    ("domains", "Domain names need Calico Enterprise; here only `nets` and network sets name what is outside."),
    ("podSelector", "Write `selector`, an expression such as `app == 'web'`."),
    ("ipBlock", "Write `nets`, a list of CIDRs, and `notNets` for exceptions."),
    ("cidr", "Write `nets`, a list of CIDRs."),
    ("namespace", "Write `namespaceSelector: projectcalico.org/name == '…'`."),
    ("port", "Write `ports`, a list."),
    ("protocol", "`protocol` belongs to the rule, beside `source` and `destination`."),
];
/// How many networks newer releases take.
const MAX_NETS: usize = 256;

/// Reads the entity in the field `name` of a rule; absent ones ask for nothing.
pub(super) fn read(rule: &Fields<'_, '_>, name: &str, tree: &Tree<'_>, decoder: &mut Decoder) -> Entity {
    let Some(node) = rule.get(name) else { return Entity::default() };
    let Some(fields) = decoder.mapping(node, name) else { return Entity::default() };
    super::refuse_unknown(&fields, FIELDS, SLIPS, name, decoder);
    let nets = |field: &str, decoder: &mut Decoder| {
        let Some(node) = fields.get(field) else { return Vec::new() };
        let nets = read_net::read(node, field, Strictness::Rule, decoder);
        super::warn_long(node.span, nets.len(), MAX_NETS, &format!("items in {field}"), decoder);
        nets
    };
    let ports = |field: &str, decoder: &mut Decoder| {
        fields.get(field).map(|node| read_port::read(node, field, decoder)).unwrap_or_default()
    };
    let entity = Entity {
        selector: read_selector::read(&fields, "selector", Global::Refused, tree, decoder),
        not_selector: read_selector::read(&fields, "notSelector", Global::Everything, tree, decoder),
        namespace_selector: read_selector::read(&fields, "namespaceSelector", Global::Whole, tree, decoder),
        nets: nets("nets", decoder),
        not_nets: nets("notNets", decoder),
        ports: ports("ports", decoder),
        not_ports: ports("notPorts", decoder),
        accounts: fields.get("serviceAccounts").and_then(|node| accounts(node, tree, decoder)),
        services: fields.get("services").and_then(|node| services(node, decoder)),
        span: Some(node.span),
    };
    for block in entity.not_nets.iter().filter(|block| block.cidr.prefix_len() == 0) {
        let message = format!("`notNets` with {} leaves nothing that the rule could match.", block.cidr);
        decoder.error("bad-cidr", block.span, message);
    }
    if let Some((key, _)) = fields.entry("services") {
        refuse_beside_services(&fields, &entity, key, decoder);
    }
    entity
}

/// `services` says by itself which addresses are meant.
fn refuse_beside_services(fields: &Fields<'_, '_>, entity: &Entity, key: &Node<'_>, decoder: &mut Decoder) {
    let others = [
        ("selector", entity.selector.is_some()),
        ("notSelector", entity.not_selector.is_some()),
        ("namespaceSelector", entity.namespace_selector.is_some()),
        ("nets", !entity.nets.is_empty()),
        ("notNets", !entity.not_nets.is_empty()),
        ("serviceAccounts", entity.accounts.is_some()),
    ];
    for (name, _) in others.iter().filter(|(_, there)| *there) {
        let span = fields.entry(name).map_or(key.span, |(key, _)| key.span);
        decoder.error("bad-entity", span, format!("`{name}` cannot stand beside `services`.")).help =
            Some("A Service stands for the addresses behind it; make two rules of it.".into());
    }
}

fn accounts(node: &Node<'_>, tree: &Tree<'_>, decoder: &mut Decoder) -> Option<AccountMatch> {
    let fields = decoder.mapping(node, "serviceAccounts")?;
    fields.refuse_unknown(&["names", "selector"], "serviceAccounts", decoder);
    let list = fields.get("names").and_then(|node| decoder.list(node, "names")).unwrap_or_default();
    let names = list.iter().filter_map(|item| decoder.string(item, "An item of names")).collect();
    let selector = read_selector::read(&fields, "selector", Global::Everything, tree, decoder);
    Some(AccountMatch { names, selector, span: node.span })
}

fn services(node: &Node<'_>, decoder: &mut Decoder) -> Option<ServiceMatch> {
    let fields = decoder.mapping(node, "services")?;
    fields.refuse_unknown(&["name", "namespace"], "services", decoder);
    let word = |field: &str, decoder: &mut Decoder| {
        let text = fields.get(field).and_then(|node| decoder.string(node, field)).filter(|text| !text.value.is_empty());
        if let Some(text) = &text
            && let Some(problem) = names::subdomain_problem(&text.value)
        {
            let message = format!("`{}` is not a name: it {problem}.", text.value);
            decoder.error("bad-name", text.span, message);
        }
        text.map(|text| text.value)
    };
    let (name, namespace) = (word("name", decoder), word("namespace", decoder));
    if name.is_none() {
        decoder.error("missing-field", fields.head(), "`services` needs the `name` of a Service.");
    }
    Some(ServiceMatch { name: name?, namespace, span: node.span })
}

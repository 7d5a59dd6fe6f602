//! Reading the rules: names, actions, and what a rule may not combine.

use super::api::{self, Api};
use super::one_of::listed;
use super::policy::{AdminAction, AdminPeer, AdminPeers, AdminPortMatch, AdminRule};
use super::{peer, port};
use crate::manifest::decode::{Decoder, Fields, Spanned};
use crate::manifest::network_policy::Direction;
use crate::manifest::suggest;
use crate::manifest::tree::Node;
use crate::source::Edit;

/// The longest name of a rule, in characters (`maxLength`).
const NAME: usize = 100;

/// Reads `ingress` or `egress`.
pub(super) fn rules(
    api: Api<'_>,
    spec: &Fields<'_, '_>,
    direction: Direction,
    decoder: &mut Decoder,
) -> Vec<AdminRule> {
    let Some(node) = spec.get(direction.field()) else { return Vec::new() };
    let Some(items) = decoder.list(node, direction.field()) else { return Vec::new() };
    api::check_length(items.len(), api.limit(), true, node.span, direction.field(), decoder);
    items.iter().filter_map(|item| rule(api, item, direction, decoder)).collect()
}

fn rule(api: Api<'_>, node: &Node<'_>, direction: Direction, decoder: &mut Decoder) -> Option<AdminRule> {
    let what = match direction {
        Direction::Ingress => "An ingress rule",
        Direction::Egress => "An egress rule",
    };
    let fields = decoder.mapping(node, what)?;
    let (peers_field, ports_field) = (direction.peers_field(), api.ports_field());
    let elsewhere = [
        ("ports", "ClusterNetworkPolicy writes `protocols: [{tcp: {destinationPort: {number: 80}}}]`."),
        ("protocols", "v1alpha1 writes `ports: [{portNumber: {protocol: TCP, port: 80}}]`."),
        ("from", "An egress rule lists its peers under `to`."),
        ("to", "An ingress rule lists its peers under `from`."),
    ];
    api::refuse_unknown(&fields, &["name", "action", peers_field, ports_field], &elsewhere, what, decoder);
    let name = fields.get("name").and_then(|node| decoder.string(node, "name"));
    if let Some(name) = &name
        && name.value.chars().count() > NAME
    {
        let message = format!("A rule's name has at most {NAME} characters.");
        decoder.error("bad-name", name.span, message);
    }
    let action = action(api, &fields, what, decoder);
    let peers = peers(api, &fields, direction, what, decoder);
    let ports = fields.get(ports_field).map(|node| port::ports(api, node, decoder)).unwrap_or_default();
    let rule = AdminRule { name, action: action?, peers: peers?, ports, span: node.span };
    check(api, &rule, decoder);
    explain_unknown(&rule, decoder);
    Some(rule)
}

fn action(api: Api<'_>, fields: &Fields<'_, '_>, what: &str, decoder: &mut Decoder) -> Option<Spanned<AdminAction>> {
    let known: Vec<&str> = api.kind.actions().iter().map(|action| api.kind.word(*action)).collect();
    let Some(node) = fields.get("action") else {
        let message = format!("{what} needs an `action`: {}.", listed(&known));
        decoder.error("missing-field", fields.head(), message);
        return None;
    };
    let word = decoder.string(node, "action")?;
    let found = api.kind.actions().iter().find(|action| api.kind.word(**action) == word.value);
    if let Some(action) = found {
        return Some(Spanned { value: *action, span: word.span });
    }
    let allow = api.kind.word(AdminAction::Allow);
    let near = match word.value.to_lowercase().as_str() {
        "accept" | "allow" => Some(allow),
        "drop" | "reject" | "block" => Some("Deny"),
        _ => suggest::nearest(&word.value, &known),
    };
    let hint = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean `{near}`?"));
    let message = format!("`{}` is not one of the actions {}{hint}", word.value, known.join(", "));
    let error = decoder.error("bad-action", word.span, message);
    error.fix = near.map(|near| Edit::replace(word.span.start, word.span.end, near)).into_iter().collect();
    if word.value == "Pass" {
        error.help = Some("Nothing comes after a BaselineAdminNetworkPolicy that it could pass to.".into());
    }
    None
}

fn peers(
    api: Api<'_>,
    fields: &Fields<'_, '_>,
    direction: Direction,
    what: &str,
    decoder: &mut Decoder,
) -> Option<Vec<AdminPeer>> {
    let field = direction.peers_field();
    let help = "Everybody is not implied: every pod is `- namespaces: {}`, and in egress every address is \
                `- networks: [0.0.0.0/0, \"::/0\"]`.";
    let Some(node) = fields.get(field) else {
        let error = decoder.error("missing-field", fields.head(), format!("{what} needs `{field}`."));
        error.help = Some(help.into());
        return None;
    };
    let items = decoder.list(node, field)?;
    api::check_length(items.len(), api.limit(), false, node.span, field, decoder);
    if items.is_empty() {
        if let Some(error) = decoder.found.last_mut() {
            error.help = Some(help.into());
        }
        return None;
    }
    Some(items.iter().filter_map(|item| peer::peer(api, item, direction, decoder)).collect())
}

/// What the schema says of a rule as a whole.
fn check(api: Api<'_>, rule: &AdminRule, decoder: &mut Decoder) {
    let nameless = rule.peers.iter().find_map(|peer| match peer.peers {
        AdminPeers::Nodes(_) => Some("nodes"),
        AdminPeers::Networks(_) => Some("networks"),
        AdminPeers::DomainNames(_) => Some("domainNames"),
        _ => None,
    });
    let named = rule.ports.iter().find(|port| matches!(port.port, AdminPortMatch::Named(_)));
    if let (Some(field), Some(port)) = (nameless, named) {
        let message = format!("A port's name means nothing for `{field}`, and this rule has both.");
        let help = "Write the port's number, or give the peers a rule of their own.";
        decoder.error("named-port", port.span, message).help = Some(help.into());
    }
    let domains = rule.peers.iter().find(|peer| matches!(peer.peers, AdminPeers::DomainNames(_)));
    if let Some(peer) = domains
        && rule.action.value != AdminAction::Allow
    {
        let allow = api.kind.word(AdminAction::Allow);
        let message = format!(
            "`domainNames` may only stand in a rule with the action {allow}, and this one's is {}.",
            api.kind.word(rule.action.value)
        );
        let help = format!("List the names that are allowed with {allow}, and deny `networks` in a later rule.");
        decoder.error("bad-peer", peer.span, message).help = Some(help);
    }
}

/// Says what becomes of a rule one of whose peers is not known.
fn explain_unknown(rule: &AdminRule, decoder: &mut Decoder) {
    let Some(AdminPeer { peers: AdminPeers::Unknown(field), span }) = rule.unknown_peer() else { return };
    let outcome = match rule.action.value {
        AdminAction::Allow => "matches nothing",
        AdminAction::Deny | AdminAction::Pass => "denies everything",
    };
    let message = format!(
        "`{field}` is not evaluated here: this API has no such peer. A plugin that does not know a peer fails closed, so \
         this rule {outcome}."
    );
    decoder.warn("not-modelled", *span, message).help =
        Some("A cluster that does not know the field either refuses the policy.".into());
}

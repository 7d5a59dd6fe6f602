//! `policy.networking.k8s.io`: AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy as common rules
//! (network-policy-api `apis/v1alpha1`, `apis/v1alpha2`).
//!
//! None of them isolates: what no rule matches is left to whoever is asked next.

use super::index::{Index, Met};
use super::profile::{Compiled, Order, Seat};
use super::{
    About, Action, Label, NamespaceScope, Peer, PeerCondition, Peers, Policy, Rule, RulePort, RulePortMatch, Selector,
    Term,
};
use crate::bits::BitSet;
use crate::domain::Domain;
use crate::labels::LabelSelector;
use crate::manifest::{
    AdminAction, AdminKind, AdminPeer, AdminPeers, AdminPolicy, AdminPort, AdminPortMatch, AdminRule, AdminSubject,
    AdminTier, Direction, IpBlock,
};
use crate::phrase::Sentence;
use crate::source::{Place, Span};

/// Compiles `policy` for the cluster of `index`.
pub(super) fn compile(policy: &AdminPolicy, index: &Index<'_>) -> Compiled {
    let compiler = Compiler { file: policy.meta.place.file, kind: policy.kind, index };
    let rules = |direction: Direction| {
        let written = policy.rules(direction);
        // Without rules in a direction it does not affect it.
        let numbered = || written.iter().zip(1..).map(|(rule, number)| compiler.rule(rule, number, direction));
        (!written.is_empty()).then(|| numbered().collect())
    };
    let (selector, subjects, span) = compiler.subject(&policy.subject);
    let name = policy.meta.name.value.clone();
    let kind = policy.kind.name();
    let seat = match policy.tier {
        AdminTier::Admin => Seat::Admin,
        AdminTier::Baseline => Seat::Baseline,
    };
    // The one BaselineAdminNetworkPolicy has no priority: it comes after the policies that have.
    let number = policy.priority.as_ref().map_or(f64::INFINITY, |priority| f64::from(priority.value));
    // The kinds that Calico makes of them, which decide on a tie with its own (libcalico-go `backend/model`).
    let converted = match policy.kind {
        AdminKind::Admin => "KubernetesAdminNetworkPolicy",
        AdminKind::BaselineAdmin => "KubernetesBaselineAdminNetworkPolicy",
        AdminKind::Cluster => "KubernetesClusterNetworkPolicy",
    };
    let order = Order { number, tie: (name.clone(), String::new(), converted) };
    let policy = Policy {
        kind,
        name,
        namespace: None,
        subjects,
        selector,
        ingress: rules(Direction::Ingress),
        egress: rules(Direction::Egress),
        isolates_ingress: false,
        isolates_egress: false,
        own: None,
        selector_place: compiler.place(span),
        types_place: None,
        place: policy.meta.place,
    };
    Compiled { policy, seat, order }
}

struct Compiler<'i, 'c> {
    file: usize,
    kind: AdminKind,
    index: &'i Index<'c>,
}

impl Compiler<'_, '_> {
    fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    fn subject(&self, subject: &AdminSubject) -> (Selector, BitSet, Span) {
        let everything = LabelSelector::default();
        let (namespaces, pods, span) = match subject {
            AdminSubject::Namespaces(namespaces) => {
                (&namespaces.selector, &everything, namespaces.key.to(namespaces.selector.span))
            }
            AdminSubject::Pods(both) => {
                let namespaces = both.namespaces.as_ref().map_or(&everything, |own| &own.selector);
                let last = both.namespaces.iter().chain([&both.pods]).map(|own| own.selector.span);
                (namespaces, &both.pods.selector, last.fold(both.key, Span::to))
            }
        };
        let scope = NamespaceScope::Matching(namespaces.clone());
        let subjects = self.index.pods(&scope, Some(pods));
        let says = self.says(namespaces, pods);
        (Selector::Terms { says, terms: self.terms(namespaces, pods) }, subjects, span)
    }

    /// Who `pods` of `namespaces` are, in words.
    fn says(&self, namespaces: &LabelSelector, pods: &LabelSelector) -> Sentence {
        let mut says = Sentence::default();
        match pods.is_empty() {
            true => says.plain("every pod"),
            false => says.plain("pods ").code(pods),
        };
        match namespaces.is_empty() {
            true => says.plain(" of any namespace"),
            false => says.plain(" of namespaces with ").code(namespaces),
        };
        says
    }

    /// A condition for each requirement of the two selectors, so that the one that fails can be shown.
    fn terms(&self, namespaces: &LabelSelector, pods: &LabelSelector) -> Vec<Term> {
        let alone = |requirement| LabelSelector { requirements: vec![requirement], span: Span::default() };
        let term = |selector: LabelSelector, of_namespace: bool| {
            let requirement = selector.requirements.first()?.clone();
            let mut wants = Sentence::default();
            wants.code(&requirement);
            let (place, keys) = (self.place(requirement.span), vec![requirement.key]);
            let everywhere = || NamespaceScope::Matching(LabelSelector::default());
            let (about, members) = match of_namespace {
                true => (About::NamespaceLabels(keys), self.index.pods(&NamespaceScope::Matching(selector), None)),
                false => (About::Labels(keys), self.index.pods(&everywhere(), Some(&selector))),
            };
            Some(Term { wants, about, members, unknown: BitSet::default(), place })
        };
        let of_namespaces = namespaces.requirements.iter().filter_map(|own| term(alone(own.clone()), true));
        let of_pods = pods.requirements.iter().filter_map(|own| term(alone(own.clone()), false));
        of_namespaces.chain(of_pods).collect()
    }

    fn rule(&self, rule: &AdminRule, number: usize, direction: Direction) -> Rule {
        let action = match rule.action.value {
            AdminAction::Allow => Action::Allow,
            AdminAction::Deny => Action::Deny,
            AdminAction::Pass => Action::Pass,
        };
        let name = rule.name.as_ref().map(|name| name.value.clone()).filter(|name| !name.is_empty());
        let compiled = Rule {
            action,
            label: Label { list: direction.field(), number, name, action: self.kind.word(rule.action.value) },
            own: None,
            peers: Peers::OneOf(rule.peers.iter().flat_map(|peer| self.peers(peer)).collect()),
            ports: rule.ports.iter().map(|port| self.port(port)).collect(),
            not_ports: Vec::new(),
            http: Vec::new(),
            place: self.place(rule.span),
        };
        match rule.unknown_peer() {
            Some(AdminPeer { peers: AdminPeers::Unknown(field), span }) => self.closed(compiled, field, *span),
            _ => compiled,
        }
    }

    /// The rule when one of its peers is not known: one that allows matches nothing, any other denies everything
    /// (`ClusterNetworkPolicyIngressPeer`).
    fn closed(&self, rule: Rule, field: &str, span: Span) -> Rule {
        let place = self.place(span);
        let says = |whom: &str| {
            let mut says = Sentence::of(format!("{whom}, for nobody knows the peer "));
            says.code(field);
            says
        };
        let (action, peer) = match rule.action {
            Action::Allow => {
                let mut wants = Sentence::of("a peer of the kind ");
                wants.code(field);
                let about = About::Other("is not known to be one".to_owned());
                let (members, unknown) = (BitSet::default(), BitSet::default());
                let term = Term { wants, about, members, unknown, place };
                (Action::Allow, Peer::meeting(says("nobody"), vec![term], self.index.everybody(), place))
            }
            _ => (Action::Deny, Peer::meeting(says("everybody"), Vec::new(), self.index.everybody(), place)),
        };
        let ports = if action == Action::Allow { rule.ports } else { Vec::new() };
        Rule { action, peers: Peers::OneOf(vec![peer]), ports, ..rule }
    }

    /// The peers that one item lists.
    fn peers(&self, peer: &AdminPeer) -> Vec<Peer> {
        let place = self.place(peer.span);
        let selected = |namespaces: LabelSelector, pods: Option<LabelSelector>| {
            let namespaces = NamespaceScope::Matching(namespaces);
            let members = self.index.pods(&namespaces, pods.as_ref());
            let condition = PeerCondition::Selects { namespaces, pods };
            Peer { condition, members, unknown: BitSet::default(), place }
        };
        match &peer.peers {
            AdminPeers::Namespaces(namespaces) => vec![selected(namespaces.selector.clone(), None)],
            AdminPeers::Pods(both) => {
                let namespaces = both.namespaces.as_ref().map(|own| own.selector.clone()).unwrap_or_default();
                vec![selected(namespaces, Some(both.pods.selector.clone()))]
            }
            AdminPeers::Nodes(nodes) => vec![self.nodes(nodes, place)],
            AdminPeers::Networks(blocks) => blocks.iter().map(|block| self.network(block)).collect(),
            AdminPeers::DomainNames(domains) => domains.iter().map(|domain| self.domain(domain)).collect(),
            AdminPeers::Unknown(_) => Vec::new(),
        }
    }

    /// The addresses of nodes. Of all that has them only pods on their node's network are there, and nobody says which
    /// node that is.
    fn nodes(&self, nodes: &LabelSelector, place: Place) -> Peer {
        let mut says = Sentence::of(if nodes.is_empty() { "every node" } else { "nodes with " });
        if !nodes.is_empty() {
            says.code(nodes);
        }
        let on_nodes = self.index.on_nodes();
        let (members, unknown) =
            if nodes.is_empty() { (on_nodes, BitSet::default()) } else { (BitSet::default(), on_nodes) };
        let about = About::Node;
        let term = Term { wants: says.clone(), about, members, unknown, place };
        Peer::meeting(says, vec![term], self.index.everybody(), place)
    }

    fn network(&self, block: &IpBlock) -> Peer {
        let Met { members, unknown } = self.index.block(block);
        let place = self.place(block.span);
        Peer { condition: PeerCondition::Block(block.clone()), members, unknown, place }
    }

    fn domain(&self, domain: &Domain) -> Peer {
        let place = self.place(domain.span);
        let mut says = Sentence::of("hosts called ");
        says.code(&domain.text);
        let about = About::Other("is not called so".to_owned());
        let members = self.index.covered(domain);
        let term = Term { wants: says.clone(), about, members, unknown: BitSet::default(), place };
        Peer::meeting(says, vec![term], self.index.everybody(), place)
    }

    fn port(&self, port: &AdminPort) -> RulePort {
        let (protocol, matches) = match &port.port {
            AdminPortMatch::Numbers(protocol, range) => (Some(*protocol), RulePortMatch::Range(*range)),
            // The container port brings its protocol.
            AdminPortMatch::Named(name) => (None, RulePortMatch::Named(name.clone())),
            AdminPortMatch::Nothing => (None, RulePortMatch::Foreign("a range without ports".to_owned())),
        };
        RulePort { protocol, matches, place: self.place(port.span) }
    }
}

#[cfg(test)]
mod tests {
    use crate::explain::explain;
    use crate::source::Source;
    use crate::{Analysis, analyze};

    const TEXT: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: prod, labels: {env: prod}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: prod, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: prod, labels: {app: db}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: job, namespace: dev}, status: {podIP: 10.0.0.1}}
---
{apiVersion: v1, kind: Pod, metadata: {name: agent, namespace: dev}, spec: {hostNetwork: true}}
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: databases}
spec:
  tier: Admin
  priority: 1
  subject:
    pods:
      namespaceSelector:
        matchLabels: {env: prod}
      podSelector:
        matchLabels: {app: db}
  ingress:
  - name: from-web
    action: Accept
    from:
    - pods:
        namespaceSelector:
          matchLabels:
            env: prod
        podSelector:
          matchExpressions:
          - {key: app, operator: In, values: [web, api]}
  - action: Deny
    from: [{namespaces: {}}]
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: jobs}
spec:
  tier: Admin
  priority: 2
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: dev}}}
  egress:
  - action: Accept
    to: [{domainNames: [api.x.io]}]
  - action: Deny
    to: [{nodes: {matchLabels: {role: master}}}]
  - action: Pass
    to: [{networks: [192.168.0.0/16]}]
  - action: Accept
    to: [{zones: {}}]
  - action: Deny
    to: [{zones: {}}]
";

    fn analysis() -> Analysis {
        analyze(vec![Source::new("all", TEXT)])
    }

    /// The rules that are tried on one side, each with its reason and the text that it cites.
    fn rules(analysis: &Analysis, from: &str, to: &str, ingress: bool) -> Vec<(String, String, String)> {
        let (from, to) = (analysis.cluster.find(from).unwrap(), analysis.cluster.find(to).unwrap());
        let explanation = explain(analysis, from, to, None).unwrap();
        let side = if ingress { explanation.ingress } else { explanation.egress };
        let rules = side.policies.iter().flat_map(|policy| &policy.rules);
        let text = |place: crate::source::Place| analysis.sources[place.file].slice(place.span).to_owned();
        rules.map(|rule| (rule.label.to_string(), rule.reason.to_string(), text(rule.cites))).collect()
    }

    #[test]
    fn a_peer_is_compared_label_by_label() {
        let analysis = analysis();
        let peer = TEXT[TEXT.find("pods:\n        namespaceSelector:\n          matchL").unwrap()..].to_owned();
        let peer = peer[..peer.find("\n  - action").unwrap()].to_owned();
        let found = rules(&analysis, "prod/web", "prod/db", true);
        assert_eq!(found[0].1, "admits app in (web,api) of namespaces with env=prod");
        let because = |from: &str, reason: &str, text: &str| {
            let found = rules(&analysis, from, "prod/db", true);
            let expected = ["rule 1 “from-web”", reason, text];
            assert_eq!([found[0].0.as_str(), &found[0].1, &found[0].2], expected);
            found[1].1.clone()
        };
        let denied = because("dev/job", "wants env=prod, namespace dev lacks label env", "env: prod");
        assert_eq!(denied, "denies every pod of any namespace");
        let outside = "internet is outside the cluster, and selectors match pods only";
        assert_eq!(because("8.8.8.8", outside, &peer), outside);
        let on_node = "agent uses its node's network, and selectors do not match it";
        assert_eq!(because("dev/agent", on_node, &peer), on_node);
    }

    #[test]
    fn actions_are_called_as_the_kind_calls_them() {
        let older = TEXT.replace("v1alpha2", "v1alpha1").replace("ClusterN", "AdminN").replace("  tier: Admin\n", "");
        let words = |text: &str| {
            let analysis = analyze(vec![Source::new("all", text)]);
            let rules = analysis.policies.iter().flat_map(|policy| policy.ingress.iter().chain(&policy.egress));
            rules.flatten().map(|rule| rule.label.action).collect::<Vec<_>>()
        };
        assert_eq!(words(TEXT), ["Accept", "Deny", "Accept", "Deny", "Pass", "Accept", "Deny"]);
        let older = words(&older.replace("Accept", "Allow"));
        assert_eq!(older, ["Allow", "Deny", "Allow", "Deny", "Pass", "Allow", "Deny"]);
    }

    #[test]
    fn other_peers_say_what_they_want() {
        let analysis = analysis();
        let closed = [
            ("rule 4", "wants a peer of the kind zones, {} is not known to be one", "{zones: {}}"),
            ("rule 5", "denies everybody, for nobody knows the peer zones", "{zones: {}}"),
        ];
        let check = |to: &str, first: &[(&str, &str, &str)]| {
            let name = to.rsplit('/').next().unwrap_or(to);
            let found = rules(&analysis, "dev/job", to, false);
            let found: Vec<_> = found.iter().map(|(a, b, c)| (a.as_str(), b.replace(name, "{}"), c.as_str())).collect();
            let expected: Vec<_> = first.iter().chain(&closed).map(|(a, b, c)| (*a, (*b).to_owned(), *c)).collect();
            assert_eq!(found, expected);
        };
        let (host, node, net) = ("api.x.io", "{nodes: {matchLabels: {role: master}}}", "192.168.0.0/16");
        check(
            "prod/web",
            &[
                ("rule 1", "wants hosts called api.x.io, {} is not called so", host),
                ("rule 2", "wants nodes with role=master, {} is no node", node),
                ("rule 3", "the address of {} is unknown", net),
            ],
        );
        check(
            "dev/agent",
            &[
                ("rule 1", "wants hosts called api.x.io, {} is not called so", host),
                ("rule 2", "it is not known which node {} is on", node),
                ("rule 3", "the address of {} is unknown", net),
            ],
        );
        let found = rules(&analysis, "dev/job", "api.x.io", false);
        assert_eq!(found[0].1, "allows hosts called api.x.io");
    }

    #[test]
    fn a_subject_is_compared_label_by_label() {
        let analysis = analysis();
        let why = |to: &str| {
            let to = analysis.cluster.find(to).unwrap();
            let from = analysis.cluster.find("8.8.8.8").unwrap();
            let side = explain(&analysis, from, to, None).unwrap().ingress;
            let idle = side.idle(&analysis);
            let text = |place: crate::source::Place| analysis.sources[place.file].slice(place.span).to_owned();
            idle.iter().map(|idle| (idle.reason.to_string(), text(idle.place))).collect::<Vec<_>>()
        };
        let subject = "namespaces: {matchLabels: {kubernetes.io/metadata.name: dev}}";
        let said = |reason: &str, text: &str| (reason.to_owned(), text.to_owned());
        let elsewhere = "wants kubernetes.io/metadata.name=dev, namespace prod has kubernetes.io/metadata.name=prod";
        let dev = said(elsewhere, "kubernetes.io/metadata.name: dev");
        assert_eq!(why("prod/web"), [said("wants app=db, web has app=web", "app: db"), dev]);
        let wrong = said("wants env=prod, namespace dev lacks label env", "env: prod");
        assert_eq!(why("dev/job"), [wrong, said("selects job, but has no rule for ingress", subject)]);
        assert_eq!(why("dev/agent")[1].0, "does not select agent, which uses its node's network");
    }
}

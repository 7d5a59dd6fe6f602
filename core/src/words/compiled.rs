//! A policy of any dialect as sentences, from its common rules alone.

use super::listed;
use crate::Analysis;
use crate::manifest::Direction;
use crate::phrase::{Phrase, Sentence};
use crate::policy::{
    Action, NamespaceScope, Peer, PeerCondition, Peers, Policy, Rule, RulePort, RulePortMatch, Selector, Tier,
};

/// What the policy `at` of [`Analysis::policies`] means, in words: whom it selects, what its rules do in the order in which
/// they are tried, and what becomes of the rest. Nothing for an index out of range.
///
/// A NetworkPolicy, whose rules only allow, has shorter ones: [`super::policy`].
pub fn compiled(analysis: &Analysis, at: usize) -> Vec<Phrase> {
    let Some(policy) = analysis.policies.get(at) else { return Vec::new() };
    let mut out = Sentence::of("It selects ");
    match &policy.selector {
        Selector::Terms { says, .. } => {
            // A selector alone is no noun.
            out.plain(if matches!(says.phrases.first(), Some(Phrase::Code(_))) { "pods " } else { "" });
            out.phrases.extend(says.phrases.iter().cloned());
        }
        Selector::Own(selector) => {
            if selector.is_empty() {
                out.plain("every pod in ");
            } else {
                out.plain("pods ").code(selector).plain(" in ");
            }
            out.strong(policy.namespace.as_deref().unwrap_or_default());
        }
    }
    let silent = Direction::ALL.iter().all(|direction| policy.rules(*direction).is_none());
    out.plain(if silent { " and has no rules: it changes nothing." } else { "." });
    let standing = Standing::of(analysis, at);
    for direction in Direction::ALL {
        if let Some(rules) = policy.rules(direction) {
            Speaker { analysis, direction, standing: &standing }.direction(policy, rules, &mut out);
        }
    }
    out.phrases
}

/// The connections that `rule` is about, such as `from pods app=web in shop on TCP/80`.
pub fn rule(analysis: &Analysis, rule: &Rule, direction: Direction) -> Sentence {
    let mut out = Sentence::default();
    if is_everything(rule) {
        return Sentence::of("every connection");
    }
    Speaker { analysis, direction, standing: &Standing::default() }.those(rule, &mut out);
    out
}

/// Where a policy stands among the others.
#[derive(Default)]
struct Standing<'a> {
    tier: Option<&'a Tier>,
    /// Whether the same enforcer tries another tier first.
    has_earlier: bool,
    /// The tier that it tries next.
    next: Option<&'a Tier>,
    /// Whether policies come after it, in its tier or in a later one.
    has_later: bool,
}

impl<'a> Standing<'a> {
    fn of(analysis: &'a Analysis, policy: usize) -> Self {
        let home = analysis.tiers.iter().enumerate().find(|(_, tier)| tier.policies.contains(&policy));
        let Some((at, tier)) = home else { return Self::default() };
        let mut others = analysis.tiers.iter().enumerate().filter(|(_, other)| other.enforcer == tier.enforcer);
        let has_earlier = others.by_ref().take_while(|(other, _)| *other < at).count() > 0;
        let next = analysis.tiers.iter().skip(at + 1).find(|other| other.enforcer == tier.enforcer);
        let has_later = next.is_some() || tier.policies.last() != Some(&policy);
        Self { tier: Some(tier), has_earlier, next, has_later }
    }

    /// Whether the order in its tier means nothing.
    fn denies_first(&self) -> bool {
        self.tier.is_some_and(|tier| tier.denies_first)
    }

    fn is_alone(&self) -> bool {
        self.tier.is_none_or(|tier| tier.policies.len() < 2)
    }
}

/// Says what a policy does in one direction.
struct Speaker<'s, 'a> {
    analysis: &'a Analysis,
    direction: Direction,
    standing: &'s Standing<'a>,
}

impl Speaker<'_, '_> {
    fn direction(&self, policy: &Policy, rules: &[Rule], out: &mut Sentence) {
        let verb = match self.direction {
            Direction::Ingress => "enter",
            Direction::Egress => "leave",
        };
        let isolates = policy.isolates(self.direction);
        if rules.is_empty() {
            if isolates {
                out.plain(format!(" It refuses every connection that {verb}s them"));
                self.unless(out);
            } else {
                out.plain(format!(" It has no rule for connections that {verb} them."));
            }
            return;
        }
        out.plain(format!(" Of the connections that {verb} them"));
        if self.standing.has_earlier {
            out.plain(" and that no tier before it decides");
        }
        out.plain(", it ");
        let ordered: Vec<&Rule> = match self.standing.tier {
            Some(tier) => tier.in_order(&[rules]).into_iter().map(|(_, _, rule)| rule).collect(),
            None => rules.iter().collect(),
        };
        for (at, group) in ordered.chunk_by(|one, other| one.action == other.action).enumerate() {
            let [first, ..] = group else { continue };
            out.plain(if at == 0 { "" } else { "; then it " });
            self.verb(first.action, out);
            for (at, rule) in group.iter().enumerate() {
                out.plain(if at == 0 { " " } else { ", and " });
                self.rule(rule, out);
            }
        }
        out.plain(".");
        if !ordered.last().is_some_and(|last| is_everything(last)) {
            self.rest(isolates, out);
        }
    }

    fn verb(&self, action: Action, out: &mut Sentence) {
        match (action, self.standing.next) {
            (Action::Allow, _) => out.plain("allows"),
            (Action::Deny, _) => out.plain("denies"),
            (Action::Log, _) => out.plain("logs"),
            (Action::Pass, Some(next)) => out.plain("leaves to the next tier (").strong(&next.name).plain(")"),
            (Action::Pass, None) => out.plain("lets through, as no tier comes next,"),
        };
    }

    /// What becomes of what no rule matches.
    fn rest(&self, isolates: bool, out: &mut Sentence) {
        if isolates {
            out.plain(" All others are refused");
            self.unless(out);
        } else if self.standing.denies_first() {
            out.plain(" By itself it refuses no others.");
        } else if self.standing.has_later {
            out.plain(" All others are left to the policies after it.");
        } else {
            out.plain(" All others are allowed: no policy comes after it.");
        }
    }

    /// Ends a sentence about what is refused.
    fn unless(&self, out: &mut Sentence) {
        out.plain(if self.standing.is_alone() { "." } else { ", unless another policy allows them." });
    }

    /// The connections that a rule is about, such as `those from pods app=web in shop on TCP/80`.
    fn rule(&self, rule: &Rule, out: &mut Sentence) {
        if is_everything(rule) {
            out.plain("all of them");
            return;
        }
        out.plain("those ");
        self.those(rule, out);
    }

    /// The same without the noun.
    fn those(&self, rule: &Rule, out: &mut Sentence) {
        let (preposition, own) = match self.direction {
            Direction::Ingress => ("from ", " to "),
            Direction::Egress => ("to ", " from "),
        };
        let several = matches!(&rule.peers, Peers::OneOf(peers) if peers.len() > 1);
        if several && ports(rule, "", out) {
            out.plain(" ");
        }
        match &rule.peers {
            Peers::Everyone => drop(out.plain(preposition).plain("anyone")),
            Peers::OneOf(peers) if peers.is_empty() => drop(out.plain(preposition).plain("nobody")),
            Peers::OneOf(peers) => {
                for (at, peer) in peers.iter().enumerate() {
                    if at > 0 {
                        out.plain(", ").strong("or").plain(" ");
                    }
                    out.plain(preposition);
                    self.peer(peer, out);
                }
            }
        }
        if let Some(peer) = &rule.own {
            out.plain(own);
            self.peer(peer, out);
        }
        if !several {
            ports(rule, " ", out);
        }
        if !rule.http.is_empty() {
            out.plain(", where of HTTP requests only ");
            listed(rule.http.iter().map(|http| Phrase::Code(http.to_string())), out);
            out.plain(" pass");
        }
    }

    fn peer(&self, peer: &Peer, out: &mut Sentence) {
        match &peer.condition {
            PeerCondition::Terms { says, .. } => out.phrases.extend(says.phrases.iter().cloned()),
            PeerCondition::Block(block) => {
                out.plain("addresses in ").code(block.cidr);
                for (at, hole) in block.except.iter().enumerate() {
                    out.plain(if at == 0 { " except " } else { ", " }).code(hole);
                }
            }
            PeerCondition::Selects { namespaces, pods } => {
                match pods.as_ref().filter(|pods| !pods.is_empty()) {
                    Some(pods) => out.plain("pods ").code(pods),
                    None => out.plain("any pod"),
                };
                match namespaces {
                    NamespaceScope::Own(own) => {
                        let name = self.analysis.cluster.namespaces.get(*own).map_or("", |own| own.name.as_str());
                        out.plain(" in ").strong(name);
                    }
                    NamespaceScope::Matching(selector) if selector.is_empty() => drop(out.plain(" of any namespace")),
                    NamespaceScope::Matching(selector) => drop(out.plain(" in a namespace with ").code(selector)),
                }
            }
        }
    }
}

/// Whether `rule` is about every connection.
fn is_everything(rule: &Rule) -> bool {
    let every_port = rule.ports.is_empty() && rule.not_ports.is_empty() && rule.http.is_empty();
    every_port && rule.own.is_none() && rule.peers == Peers::Everyone
}

/// Adds `lead` and the ports of `rule`, such as `on TCP/80 and port http`; whether there are any.
fn ports(rule: &Rule, lead: &str, out: &mut Sentence) -> bool {
    if rule.ports.is_empty() && rule.not_ports.is_empty() {
        return false;
    }
    out.plain(lead).plain("on ");
    if rule.ports.is_empty() {
        out.plain("every port");
    }
    listed(rule.ports.iter().map(port), out);
    if !rule.not_ports.is_empty() {
        out.plain(" except ");
        listed(rule.not_ports.iter().map(port), out);
    }
    true
}

fn port(port: &RulePort) -> Phrase {
    match (&port.matches, port.protocol) {
        (RulePortMatch::Named(name) | RulePortMatch::Unresolved(name), None) => Phrase::Code(format!("port {name}")),
        _ => Phrase::Code(port.words()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analyze;
    use crate::http::{HttpRule, Pattern, TextMatch};
    use crate::phrase::plain;
    use crate::ports::{PortRange, Protocol};
    use crate::source::{Source, Span};

    const POLICIES: &str = "apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: tenants}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {matchLabels: {env: prod}}}
  ingress:
  - action: Accept
    from: [{namespaces: {matchLabels: {env: ops}}}]
    protocols: [{tcp: {destinationPort: {number: 22}}}, {destinationNamedPort: metrics}, {udp: {destinationPort: {range: {start: 1, end: 9}}}}]
  - action: Deny
    from: [{namespaces: {matchLabels: {env: dev}}}, {pods: {podSelector: {matchLabels: {app: guest}}}}]
    protocols: [{tcp: {destinationPort: {number: 22}}}]
  - action: Deny
    from: [{pods: {namespaceSelector: {matchLabels: {env: dev}}, podSelector: {matchLabels: {app: guest}}}}]
  - action: Pass
    from: [{namespaces: {}}]
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec:
  subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}}
  egress:
  - action: Deny
    to: [{networks: [10.0.0.0/8, \"fd00::/8\"]}]
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: silent}
spec: {priority: 20, subject: {namespaces: {}}}
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: strange}
spec:
  tier: Baseline
  priority: 10
  subject: {pods: {namespaceSelector: {matchLabels: {env: prod}}, podSelector: {matchLabels: {app: web}}}}
  ingress:
  - action: Accept
    from: [{zones: {}}]
  - action: Deny
    from: [{zones: {}}]
  egress:
  - action: Accept
    to: [{domainNames: [\"*.x.io\"]}]
  - action: Pass
    to: [{namespaces: {}}]
";

    fn analysis() -> Analysis {
        analyze(vec![Source::new("all", POLICIES)])
    }

    fn said(analysis: &Analysis, name: &str) -> String {
        let at = analysis.policies.iter().position(|policy| policy.name == name).unwrap();
        plain(&compiled(analysis, at))
    }

    #[test]
    fn rules_come_in_their_order() {
        assert_eq!(
            said(&analysis(), "tenants"),
            "It selects every pod of namespaces with env=prod. Of the connections that enter them, it allows \
             those from any pod in a namespace with env=ops on TCP/22, port metrics and UDP/1-9; then it denies \
             those on TCP/22 from any pod in a namespace with env=dev, or from pods app=guest of any namespace, \
             and those from pods app=guest in a namespace with env=dev; then it leaves to the next tier (baseline \
             policies) those from any pod of any namespace. All others are left to the policies after it."
        );
    }

    #[test]
    fn the_baseline_comes_after_all_others() {
        assert_eq!(
            said(&analysis(), "default"),
            "It selects pods app=db of any namespace. Of the connections that leave them and that no tier before \
             it decides, it denies those to addresses in 10.0.0.0/8, or to addresses in fd00::/8. All others are \
             allowed: no policy comes after it."
        );
    }

    #[test]
    fn without_rules_nothing_changes() {
        assert_eq!(
            said(&analysis(), "silent"),
            "It selects every pod of any namespace and has no rules: it changes nothing."
        );
    }

    #[test]
    fn both_directions_have_their_sentences() {
        assert_eq!(
            said(&analysis(), "strange"),
            "It selects pods app=web of namespaces with env=prod. Of the connections that enter them and that no \
             tier before it decides, it allows those from nobody, for nobody knows the peer zones; then it denies \
             those from everybody, for nobody knows the peer zones. All others are left to the policies after it. \
             Of the connections that leave them and that no tier before it decides, it allows those to hosts \
             called *.x.io; then it lets through, as no tier comes next, those to any pod of any namespace. All \
             others are left to the policies after it."
        );
    }

    /// The rules of `tenants`, changed to what another dialect may say.
    fn changed(change: impl Fn(&mut Policy, &mut Tier)) -> String {
        let mut analysis = analysis();
        let at = analysis.policies.iter().position(|policy| policy.name == "tenants").unwrap();
        let tier = analysis.tiers.iter_mut().find(|tier| tier.policies.contains(&at)).unwrap();
        change(&mut analysis.policies[at], tier);
        plain(&compiled(&analysis, at))
    }

    fn port(protocol: Protocol, number: u16) -> RulePort {
        let range = PortRange { first: number, last: number };
        RulePort {
            protocol: Some(protocol),
            matches: RulePortMatch::Range(range),
            place: crate::source::Place { file: 0, span: Span::default() },
        }
    }

    #[test]
    fn a_policy_with_a_tier_of_its_own() {
        let words = changed(|policy, tier| {
            (tier.name, policy.isolates_ingress) = ("tier security".to_owned(), true);
            let rules = policy.ingress.as_mut().unwrap();
            rules.truncate(3);
            let Peers::OneOf(peers) = rules[1].peers.clone() else { panic!() };
            rules[0].action = Action::Log;
            rules[1].own = Some(peers[1].clone());
            rules[1].peers = Peers::Everyone;
            rules[1].not_ports = vec![port(Protocol::Tcp, 443)];
            rules[2].ports = Vec::new();
            rules[2].not_ports = vec![port(Protocol::Udp, 53), port(Protocol::Udp, 123)];
        });
        assert_eq!(
            words,
            "It selects every pod of namespaces with env=prod. Of the connections that enter them, it logs those \
             from any pod in a namespace with env=ops on TCP/22, port metrics and UDP/1-9; then it denies those \
             from anyone to pods app=guest of any namespace on TCP/22 except TCP/443, and those from pods \
             app=guest in a namespace with env=dev on every port except UDP/53 and UDP/123. All others are \
             refused, unless another policy allows them."
        );
    }

    #[test]
    fn requests_that_pass() {
        let words = changed(|policy, tier| {
            tier.denies_first = true;
            tier.policies.truncate(1);
            policy.isolates_ingress = true;
            policy.egress = Some(Vec::new());
            policy.isolates_egress = true;
            let rules = policy.ingress.as_mut().unwrap();
            rules.truncate(2);
            let of = |method: &str| TextMatch::Regex(Pattern::new(method).unwrap());
            let rule = |method: &str| {
                Arc::new(HttpRule {
                    methods: vec![of(method)],
                    paths: Vec::new(),
                    hosts: Vec::new(),
                    headers: Vec::new(),
                    span: Span::default(),
                })
            };
            rules[0].http = vec![rule("GET"), rule("HEAD")];
            rules[0].ports.truncate(1);
        });
        assert_eq!(
            words,
            "It selects every pod of namespaces with env=prod. Of the connections that enter them, it denies \
             those on TCP/22 from any pod in a namespace with env=dev, or from pods app=guest of any namespace; \
             then it allows those from any pod in a namespace with env=ops on TCP/22, where of HTTP requests only GET \
             and HEAD pass. All others are refused. It refuses every connection that leaves them."
        );
    }

    #[test]
    fn a_rule_about_everything_leaves_no_rest() {
        let words = changed(|policy, _| {
            let rules = policy.ingress.as_mut().unwrap();
            rules.drain(..3);
            rules[0].peers = Peers::Everyone;
        });
        assert_eq!(
            words,
            "It selects every pod of namespaces with env=prod. Of the connections that enter them, it leaves to \
             the next tier (baseline policies) all of them."
        );
    }
}

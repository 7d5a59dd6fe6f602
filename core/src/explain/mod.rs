//! Why a connection may or may not be made: the policies that isolate each side, the rules that were tried, for the
//! rule that allowed it which peer and port matched, and for each one that did not the first condition that failed.
//!
//! Everything here is data with places in the text; a page and a terminal each show it their way.

mod cite;
mod condition;
mod request;
mod role;
mod rule;
mod sentence;
mod tier;
mod trace;

pub use cite::{cited, cited_by};
pub(crate) use condition::wants;
pub use request::{HttpLine, HttpTrace, Refusal, RequestTrace};
pub use role::Role;
pub use sentence::{sentence, spoken};
pub use tier::TierEnd;

use std::sync::Arc;

use crate::Analysis;
use crate::connectivity::Verdict;
use crate::http::HttpRule;
use crate::manifest::Direction;
use crate::phrase::Sentence;
pub use crate::policy::Outcome;
use crate::policy::{Action, Label};
use crate::ports::{PortRange, PortSet, Protocol};
use crate::reach::{Narrowed, Reach};
use crate::source::Place;

/// One kind of connection: to one port of one protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// The protocol.
    pub protocol: Protocol,
    /// The destination's port.
    pub port: u16,
}

impl std::fmt::Display for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.protocol, self.port)
    }
}

/// Which connections of a pair are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Scope {
    /// All of them.
    #[default]
    Everything,
    /// Those of one protocol.
    Protocol(Protocol),
    /// Those to one port.
    Flow(Flow),
}

impl Scope {
    /// The ports that are asked about.
    pub fn ports(self) -> PortSet {
        match self {
            Scope::Everything => PortSet::all(),
            Scope::Protocol(protocol) => PortSet::of(protocol, PortRange::ALL),
            Scope::Flow(Flow { protocol, port }) => PortSet::of(protocol, PortRange { first: port, last: port }),
        }
    }

    /// The one connection that is asked about.
    pub fn flow(self) -> Option<Flow> {
        match self {
            Scope::Flow(flow) => Some(flow),
            Scope::Everything | Scope::Protocol(_) => None,
        }
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scope::Everything => f.write_str("all ports"),
            Scope::Protocol(protocol) => protocol.fmt(f),
            Scope::Flow(flow) => flow.fmt(f),
        }
    }
}

/// A pair of endpoints, by their indices, and what is asked about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Who connects.
    pub from: usize,
    /// To whom.
    pub to: usize,
    /// The connections that count.
    pub scope: Scope,
    /// Where both ends are one workload: whether two of its pods are meant, and not one pod that reaches itself.
    pub twins: bool,
}

/// Why one ordered pair has the verdict it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The one connection that is asked about; all of them if `None`.
    pub flow: Option<Flow>,
    /// The ports that are asked about.
    pub wanted: PortSet,
    /// The ports that both sides allow, asked about or not.
    pub allowed: PortSet,
    /// The ports among them on which only some HTTP requests pass.
    pub http: Vec<Narrowed>,
    /// What decides on leaving the source.
    pub egress: SideExplanation,
    /// What decides on entering the destination.
    pub ingress: SideExplanation,
}

/// What decides on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideExplanation {
    /// Which side.
    pub direction: Direction,
    /// Whose side it is: an index into the cluster's endpoints.
    pub endpoint: usize,
    /// The other end.
    pub other: usize,
    /// Whether policies count here at all.
    pub standing: Standing,
    /// The tiers in which policies select the endpoint, in the order in which they are tried.
    pub tiers: Vec<TierTrace>,
    /// The policies that select the endpoint in this direction, tier by tier, in the order in which they are tried.
    pub policies: Vec<PolicyTrace>,
    /// The ports that this side allows.
    pub allowed: PortSet,
    /// The ports among them on which it lets only some HTTP requests pass.
    pub http: Vec<Narrowed>,
    /// Whether it allows anything that is asked about.
    pub allows: bool,
    /// Whether an unknown address could change the answer.
    pub unknown: bool,
}

/// Whether policies count on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Source and destination are the same pod, which always reaches itself.
    Itself,
    /// The endpoint is outside the cluster: no policy selects it.
    Outside,
    /// The endpoint uses its node's network: no policy selects it.
    HostNetwork,
    /// The network plugin ignores policies.
    NotEnforced,
    /// No policy selects the endpoint in this direction.
    Free,
    /// Policies decide.
    Isolated,
}

/// What became of one tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierTrace {
    /// Index into [`Analysis::tiers`].
    pub tier: usize,
    /// Who enforces it: [`crate::policy::Tier::enforcer`].
    pub enforcer: usize,
    /// Its first policy: an index into [`SideExplanation::policies`].
    pub first: usize,
    /// How many of its policies select the endpoint.
    pub policies: usize,
    /// Whether anything that is asked about was left to decide for it.
    pub reached: bool,
    /// What becomes of what none of its rules decides.
    pub ending: Ending,
    /// The ports asked about that none of its rules decides.
    pub undecided: PortSet,
    /// The ports asked about that one of its rules hands on to the next tier.
    pub handed_on: PortSet,
}

/// What becomes of what no rule of a tier decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// There is nothing of the kind.
    Decided,
    /// It is refused: one of the tier's policies isolates the endpoint.
    Refused,
    /// The next tier decides, and behind the last one it is allowed.
    HandedOn,
}

/// What one policy that selects the endpoint has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyTrace {
    /// Index into [`Analysis::policies`].
    pub policy: usize,
    /// Its tier: an index into [`Analysis::tiers`].
    pub tier: usize,
    /// How it came to select the endpoint, such as `selects every pod of production`.
    pub selects: Sentence,
    /// The text that says so: its selector, and `policyTypes` where they stand next to each other.
    pub place: Place,
    /// Its rules of this direction, in text order.
    pub rules: Vec<RuleTrace>,
}

impl PolicyTrace {
    /// Whether one of its rules allows what is asked.
    pub fn allows(&self) -> bool {
        self.rules.iter().any(RuleTrace::allows)
    }
}

impl RuleTrace {
    /// Whether it lets something through that is asked about.
    pub fn allows(&self) -> bool {
        self.action == Action::Allow && !self.decides.is_empty()
    }

    /// Whether it hands something that is asked about on to the next tier.
    pub fn hands_on(&self) -> bool {
        self.action == Action::Pass && !self.decides.is_empty()
    }

    /// Whether it refuses something that is asked about.
    pub fn denies(&self) -> bool {
        self.action == Action::Deny && !self.decides.is_empty()
    }
}

/// What one rule has to say. It matches what one of its peers **and** one of its ports match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTrace {
    /// Its index in the policy, among those of this direction.
    pub rule: usize,
    /// What it does with what it matches.
    pub action: Action,
    /// What it is called.
    pub label: Label,
    /// The whole rule.
    pub place: Place,
    /// Whether it matches something that is asked about.
    pub outcome: Outcome,
    /// Whether anything that is asked about was left to decide for it.
    pub reached: bool,
    /// The ports asked about that it decides.
    pub decides: PortSet,
    /// The requests that it lets through, where it looks at each; empty where it does not.
    pub http: Vec<Arc<HttpRule>>,
    /// What became of what it asks of the selected endpoint itself.
    pub own: Option<ConditionTrace>,
    /// Whether it lists no peers, which means everybody.
    pub everyone: bool,
    /// Its peers.
    pub peers: Vec<ConditionTrace>,
    /// Its ports; empty where it lists none, which means all.
    pub ports: Vec<ConditionTrace>,
    /// The ports on the destination that it is about, whoever the peer is.
    pub allowed: PortSet,
    /// In a few words why it matches, or the first thing that failed.
    pub reason: Sentence,
    /// The text behind the reason.
    pub cites: Place,
}

/// What became of one peer or one port of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionTrace {
    /// Whether it holds.
    pub outcome: Outcome,
    /// Why, or the first condition that failed: `wants app=api, attacker has app=attacker`.
    pub reason: Sentence,
    /// The text of the item.
    pub place: Place,
    /// The text of the condition that failed; that of the item where it holds.
    pub cites: Place,
}

/// A policy that does not isolate the endpoint in this direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdlePolicy {
    /// Index into [`Analysis::policies`].
    pub policy: usize,
    /// Whether it selects the endpoint, for the other direction only.
    pub selects: bool,
    /// Why it does not count: `wants app=api, database has app=database`.
    pub reason: Sentence,
    /// The text behind the reason.
    pub place: Place,
}

/// Why `from` may or may not connect to `to` (indices of endpoints); with a `flow`, to that port alone. `None` for an
/// index out of range.
///
/// ```
/// use netpol_core::{analyze, explain, source::Source};
///
/// let text = "
/// {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}
/// ---
/// {apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}}
/// ---
/// apiVersion: networking.k8s.io/v1
/// kind: NetworkPolicy
/// metadata: {name: db}
/// spec:
///   podSelector: {matchLabels: {app: db}}
///   ingress:
///   - from:
///     - podSelector: {matchLabels: {app: api}}
/// ";
/// let analysis = analyze(vec![Source::new("all.yaml", text)]);
/// let (web, db) = (analysis.cluster.find("default/web").unwrap(), analysis.cluster.find("default/db").unwrap());
/// let why = explain::explain(&analysis, web, db, None).unwrap();
/// assert!(why.egress.allows && !why.ingress.allows);
/// let rule = &why.ingress.policies[0].rules[0];
/// assert_eq!(rule.reason.to_string(), "wants app=api, web has app=web");
/// ```
pub fn explain(analysis: &Analysis, from: usize, to: usize, flow: Option<Flow>) -> Option<Explanation> {
    let scope = flow.map_or(Scope::Everything, Scope::Flow);
    explain_pair(analysis, Pair { from, to, scope, twins: false })
}

/// Why what is asked about `pair` may or may not connect. `None` for an index out of range.
pub fn explain_pair(analysis: &Analysis, pair: Pair) -> Option<Explanation> {
    let count = analysis.cluster.endpoints.len();
    if pair.from >= count || pair.to >= count {
        return None;
    }
    let egress = trace::side(analysis, pair, Direction::Egress);
    let ingress = trace::side(analysis, pair, Direction::Ingress);
    let reach = egress.reach().intersection(&ingress.reach());
    let (flow, wanted) = (pair.scope.flow(), pair.scope.ports());
    Some(Explanation { flow, wanted, allowed: reach.ports, http: reach.http, egress, ingress })
}

impl Explanation {
    /// What may connect of the ports that are asked about.
    pub fn answer(&self) -> PortSet {
        self.allowed.intersection(&self.wanted)
    }

    /// Whether anything that is asked about may connect.
    pub fn allows(&self) -> bool {
        !self.answer().is_empty()
    }

    /// What narrows what is asked about to some HTTP requests.
    pub fn narrowing(&self) -> impl Iterator<Item = &Narrowed> {
        self.http.iter().filter(|narrowed| !narrowed.ports().intersection(&self.wanted).is_empty())
    }

    /// The verdict on what is asked about.
    pub fn verdict(&self) -> Verdict {
        let answer = self.answer();
        if self.narrowing().next().is_some() {
            Verdict::Partial
        } else if answer == self.wanted {
            Verdict::Open
        } else if answer.is_empty() {
            Verdict::Blocked
        } else {
            Verdict::Partial
        }
    }

    /// Which sides refuse what is blocked: (egress, ingress), as [`crate::connectivity::Connection::refused_by`].
    pub fn refused_by(&self) -> (bool, bool) {
        match (self.allows(), self.egress.allows, self.ingress.allows) {
            (true, _, _) => (false, false),
            (false, true, true) => (true, true),
            (false, egress, ingress) => (!egress, !ingress),
        }
    }

    /// Both sides, the source's first.
    pub fn sides(&self) -> [&SideExplanation; 2] {
        [&self.egress, &self.ingress]
    }
}

impl SideExplanation {
    /// In a few words what this side says: `no policy isolates it`, `two policies select it, no rule matches`.
    pub fn headline(&self) -> String {
        match self.standing {
            Standing::Itself => "a pod always reaches itself".to_owned(),
            Standing::Outside => "outside the cluster, where no policy applies".to_owned(),
            Standing::HostNetwork => "on its node's network, where no policy applies".to_owned(),
            Standing::NotEnforced => "policies are not enforced".to_owned(),
            Standing::Free => "no policy isolates it".to_owned(),
            Standing::Isolated => self.verdict_words(),
        }
    }

    /// What this side allows, ports and requests.
    pub fn reach(&self) -> Reach {
        Reach { ports: self.allowed.clone(), http: self.http.clone() }
    }

    /// The policies that do not select the endpoint in this direction, and why.
    pub fn idle(&self, analysis: &Analysis) -> Vec<IdlePolicy> {
        let numbered = analysis.policies.iter().enumerate();
        let idle = numbered.filter(|(at, _)| self.policies.iter().all(|trace| trace.policy != *at));
        idle.map(|(at, policy)| trace::idle(analysis, at, policy, self.endpoint, self.direction)).collect()
    }

    /// Why policies do not count here, as a sentence about `name`; `None` where they do.
    pub fn freedom(&self, name: &str) -> Option<String> {
        let (verb, noun) = match self.direction {
            Direction::Egress => ("leave", "Egress"),
            Direction::Ingress => ("enter", "Ingress"),
        };
        Some(match self.standing {
            Standing::Itself => "A pod always reaches itself, whatever policies say.".to_owned(),
            Standing::Outside => format!("{name} is outside the cluster: policies isolate pods only."),
            Standing::HostNetwork => format!("{name} uses its node's network: no policy selects it."),
            Standing::NotEnforced => "The network plugin accepts policies and ignores them.".to_owned(),
            Standing::Free => format!("Nothing selects {name} for {noun}, so every connection may {verb}."),
            Standing::Isolated => return None,
        })
    }
}

/// Small numbers in words, as sentences have them.
fn spelled(count: usize) -> String {
    let words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    words.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

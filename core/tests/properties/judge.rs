//! What one side of a connection says: every dialect makes stages of its policies, and here they are tried one after
//! another, rule by rule, for one port at a time. How dialects stand together is said here too.

use std::net::IpAddr;

use netpol_core::cni::Cni;
use netpol_core::manifest::Direction;
use netpol_core::ports::Protocol;

use crate::admin::model::Tier;
use crate::admin::naive as admin;
use crate::calico::naive as calico;
use crate::model::{Host, Pod, World};
use crate::requests::Request;
use crate::{cilium, naive};

/// One end of a connection.
#[derive(Clone, Copy)]
pub(crate) enum Party<'w> {
    Pod(&'w Pod),
    Outside(IpAddr),
    /// A host outside that a policy names, whatever its address is.
    Host(Host),
}

/// Whether something holds, where an address may be unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    No,
    Unknown,
    Yes,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Truth::Yes } else { Truth::No }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
            Truth::Yes => Truth::No,
        }
    }
}

/// What is asked of the policies that select `pod`: may it connect with `other`?
#[derive(Clone, Copy)]
pub(crate) struct Ask<'w> {
    pub(crate) world: &'w World,
    pub(crate) pod: &'w Pod,
    pub(crate) other: Party<'w>,
    pub(crate) direction: Direction,
    pub(crate) about: About<'w>,
}

/// What is to be let through.
#[derive(Clone, Copy)]
pub(crate) enum About<'w> {
    /// A connection, on which some requests at least pass.
    Connection,
    /// A request on it.
    Request(&'w Request),
    /// Whatever is sent, because nobody looks at it.
    Unseen,
}

impl<'w> Ask<'w> {
    /// Whose ports are meant.
    pub(crate) fn destination(self) -> Party<'w> {
        match self.direction {
            Direction::Egress => self.other,
            Direction::Ingress => Party::Pod(self.pod),
        }
    }
}

/// What a rule does with a connection that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Allow,
    Deny,
    Pass,
}

/// One rule of a policy that selects the pod, as far as it is about the other end.
pub(crate) struct Ruling<'w> {
    pub(crate) action: Action,
    /// Whether everything but the port holds.
    pub(crate) holds: Truth,
    /// Whether it is about that port.
    pub(crate) ports: Box<dyn Fn(Protocol, u16) -> bool + 'w>,
}

/// The policies of one tier that select the pod. A tier without any is skipped: a dialect makes no stage of it.
pub(crate) struct Stage<'w> {
    /// Their rules, in the order in which they are tried.
    pub(crate) rulings: Vec<Ruling<'w>>,
    /// Whether what no rule matches is refused; else the next stage decides.
    pub(crate) refuses: bool,
}

/// What decides on one side of a connection: every enforcer must allow it, each by its own stages.
#[derive(Default)]
pub(crate) struct Side<'w> {
    enforcers: Vec<Vec<Stage<'w>>>,
}

/// The side of `party` in a connection with `other`. Policies select pods only, and none on the host's network.
pub(crate) fn side<'w>(world: &'w World, party: Party<'w>, other: Party<'w>, direction: Direction) -> Side<'w> {
    side_about(world, party, other, direction, About::Connection)
}

/// The same for requests.
pub(crate) fn side_about<'w>(
    world: &'w World,
    party: Party<'w>,
    other: Party<'w>,
    direction: Direction,
    about: About<'w>,
) -> Side<'w> {
    match party {
        Party::Pod(pod) if !pod.host_network && world.cni != Cni::Flannel => {
            Side { enforcers: enforcers(Ask { world, pod, other, direction, about }) }
        }
        _ => Side::default(),
    }
}

/// How the dialects that the plugin knows stand together.
fn enforcers(ask: Ask<'_>) -> Vec<Vec<Stage<'_>>> {
    let cilium = matches!(ask.world.cni, Cni::Plain | Cni::Cilium);
    if calico::is_at_work(ask.world) {
        let mut enforcers = vec![calico::stages(ask)];
        if cilium && !ask.world.cilium.policies.is_empty() {
            enforcers.push(cilium::stage(ask).into_iter().collect());
        }
        return enforcers;
    }
    let between = if cilium { cilium::stage(ask) } else { naive::stage(ask) };
    let stages = [admin::stage(ask, Tier::Admin), between, admin::stage(ask, Tier::Baseline)];
    vec![stages.into_iter().flatten().collect()]
}

/// Whether a connection may be made, where a condition may hang on something unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Where such a condition does not hold.
    pub(crate) base: bool,
    /// Whatever the unknown turns out to be.
    pub(crate) least: bool,
    /// If it turns out well.
    pub(crate) most: bool,
}

impl Answer {
    pub(crate) const YES: Self = Self { base: true, least: true, most: true };

    pub(crate) fn and(self, other: Self) -> Self {
        Self { base: self.base && other.base, least: self.least && other.least, most: self.most && other.most }
    }
}

impl Side<'_> {
    /// Whether it allows connections to that port.
    pub(crate) fn allows(&self, protocol: Protocol, port: u16) -> Answer {
        self.enforcers.iter().fold(Answer::YES, |answer, stages| {
            let [base, least, most] = [Unknown::FailsToHold, Unknown::TurnsOutBadly, Unknown::TurnsOutWell]
                .map(|unknown| allow(stages, protocol, port, unknown));
            answer.and(Answer { base, least, most })
        })
    }

    /// Whether some policy selects the pod and says something in this direction.
    pub(crate) fn is_selected(&self) -> bool {
        self.enforcers.iter().any(|stages| !stages.is_empty())
    }

    /// Whether some stage refuses what none of its rules matches.
    pub(crate) fn is_isolated(&self) -> bool {
        self.enforcers.iter().flatten().any(|stage| stage.refuses)
    }

    /// Whether a policy has a say in connections to that port: a rule that lets through or refuses may match, or a
    /// stage refuses.
    pub(crate) fn is_decided(&self, protocol: Protocol, port: u16) -> bool {
        self.enforcers.iter().any(|stages| decides(stages, protocol, port))
    }
}

/// What one stage says.
enum Said {
    Allowed,
    Refused,
    /// The next stage decides.
    Nothing,
}

fn matching<'s>(stage: &'s Stage<'_>, protocol: Protocol, port: u16) -> impl Iterator<Item = (Action, Truth)> + 's {
    let about = move |ruling: &&Ruling<'_>| ruling.holds != Truth::No && (ruling.ports)(protocol, port);
    stage.rulings.iter().filter(about).map(|ruling| (ruling.action, ruling.holds))
}

/// What is made of a condition on something unknown.
#[derive(Clone, Copy)]
enum Unknown {
    FailsToHold,
    TurnsOutBadly,
    TurnsOutWell,
}

fn allow(stages: &[Stage<'_>], protocol: Protocol, port: u16, unknown: Unknown) -> bool {
    for stage in stages {
        let mut said = if stage.refuses { Said::Refused } else { Said::Nothing };
        for (action, holds) in matching(stage, protocol, port) {
            said = match (holds, unknown, action) {
                (Truth::Yes, _, Action::Allow) => Said::Allowed,
                (Truth::Yes, _, Action::Deny) => Said::Refused,
                (Truth::Yes, _, Action::Pass) => Said::Nothing,
                // A Pass may lead anywhere.
                (_, Unknown::TurnsOutBadly, Action::Deny | Action::Pass) => Said::Refused,
                (_, Unknown::TurnsOutWell, Action::Allow | Action::Pass) => Said::Allowed,
                _ => continue,
            };
            break;
        }
        match said {
            Said::Allowed => return true,
            Said::Refused => return false,
            Said::Nothing => {}
        }
    }
    true
}

fn decides(stages: &[Stage<'_>], protocol: Protocol, port: u16) -> bool {
    for stage in stages {
        let mut passed = false;
        for (action, holds) in matching(stage, protocol, port) {
            match (action, holds) {
                (Action::Allow | Action::Deny, _) => return true,
                (Action::Pass, Truth::Yes) => {
                    passed = true;
                    break;
                }
                (Action::Pass, _) => {}
            }
        }
        if stage.refuses && !passed {
            return true;
        }
    }
    false
}

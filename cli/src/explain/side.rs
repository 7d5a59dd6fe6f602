//! One side of an explanation: its tiers, policies and rules.

use std::io;

use netpol_core::explain::TierTrace;
use netpol_core::explain::{ConditionTrace, IdlePolicy, PolicyTrace, RequestTrace, Role, RuleTrace, SideExplanation};
use netpol_core::manifest::Direction;
use netpol_core::policy::Policy;

use super::Printer;
use crate::{name, text};

/// One side, and what it is printed with.
struct Side<'s> {
    why: &'s SideExplanation,
    /// The request that is asked about.
    request: Option<&'s RequestTrace>,
    /// Whether neither tiers nor kinds nor actions need to be said.
    plain: bool,
}

impl Printer<'_> {
    pub(super) fn side(&mut self, why: &SideExplanation, request: Option<&RequestTrace>) -> io::Result<()> {
        let side = &Side { why, request, plain: why.is_plain(self.analysis) };
        let verb = match why.direction {
            Direction::Egress => "Leaving",
            Direction::Ingress => "Entering",
        };
        let (name, strong) = (name::at(self.analysis, why.endpoint), self.palette.strong);
        let (mark, field) = (self.mark(why.role_for(self.analysis, request)), why.direction.field());
        let headline = why.headline_for(self.analysis, request);
        writeln!(self.out, "{mark} {strong}{verb} {name}{strong:#} ({field}): {headline}")?;
        if let Some(words) = why.freedom(&name) {
            return writeln!(self.out, "    {words}");
        }
        why.tiers.iter().try_for_each(|tier| self.tier(side, tier))?;
        self.idle(side)
    }

    fn tier(&mut self, side: &Side<'_>, tier: &TierTrace) -> io::Result<()> {
        let policies = side.why.policies_of(tier);
        if side.plain {
            return policies.iter().try_for_each(|policy| self.policy(side, 2, policy));
        }
        let title = text::capital(&side.why.title_of(self.analysis, tier));
        let (gutter, strong) = (self.palette.gutter, self.palette.strong);
        if !tier.reached {
            return writeln!(self.out, "  {gutter}{title}: not reached{gutter:#}");
        }
        writeln!(self.out, "  {strong}{title}{strong:#}")?;
        policies.iter().try_for_each(|policy| self.policy(side, 4, policy))?;
        let Some(end) = side.why.end_of(self.analysis, tier) else { return Ok(()) };
        let mark = if end.hands_on { self.arrow() } else { self.mark(end.role) };
        self.row(4, &mark, &end.words, end.place)
    }

    fn policy(&mut self, side: &Side<'_>, indent: usize, policy: &PolicyTrace) -> io::Result<()> {
        let name = self.name(side, policy.policy);
        if policy.rules.is_empty() {
            let mark = self.mark(side.why.role_of_policy(policy));
            return self.row(indent, &mark, &format!("{name}  {}", policy.selects), Some(policy.place));
        }
        let late = |rule: &&RuleTrace| !side.plain && side.why.is_too_late(policy, rule);
        let (late, tried): (Vec<&RuleTrace>, Vec<&RuleTrace>) = policy.rules.iter().partition(late);
        tried.iter().try_for_each(|rule| self.rule(side, indent, (policy.policy, &name), rule))?;
        let rest = match late.as_slice() {
            [] => return Ok(()),
            [one] => format!("{name}, {} ({})  not reached", one.label, one.label.action),
            several => format!("{name}, {} more rules  not reached", several.len()),
        };
        let mark = self.mark(Role::Aside);
        self.row(indent, &mark, &rest, late.first().map(|rule| rule.place))
    }

    fn rule(
        &mut self,
        side: &Side<'_>,
        indent: usize,
        (policy, name): (usize, &str),
        rule: &RuleTrace,
    ) -> io::Result<()> {
        let action = if side.plain { String::new() } else { format!(" ({})", rule.label.action) };
        let words = format!("{name}, {}{action}  {}", rule.label, rule.reason);
        let hands_on = rule.hands_on();
        let mark = if hands_on { self.arrow() } else { self.mark(side.why.role_of_for(policy, rule, side.request)) };
        self.row(indent, &mark, &words, Some(rule.cites))?;
        for items in [&rule.peers, &rule.ports] {
            self.items(side, indent + 4, rule, items)?;
        }
        for line in side.why.http_of(policy, rule, side.request) {
            let mark = self.mark(line.role);
            self.row(indent + 4, &mark, &line.words, line.place)?;
        }
        Ok(())
    }

    /// Peers or ports, where there is more than the one that the rule's own line is about.
    fn items(&mut self, side: &Side<'_>, indent: usize, rule: &RuleTrace, items: &[ConditionTrace]) -> io::Result<()> {
        if items.len() < 2 {
            return Ok(());
        }
        items.iter().try_for_each(|item| {
            let mark = self.mark(side.why.role_among(rule, items, item));
            self.row(indent, &mark, &item.reason.to_string(), Some(item.cites))
        })
    }

    /// The policies that do not count, those of other namespaces as a number.
    fn idle(&mut self, side: &Side<'_>) -> io::Result<()> {
        let idle = side.why.idle(self.analysis);
        let own = self.analysis.cluster.endpoints.get(side.why.endpoint).and_then(|endpoint| endpoint.namespace);
        let is_near = |policy: &Policy| policy.namespace.is_none() || policy.own == own;
        let near = |idle: &&IdlePolicy| self.analysis.policies.get(idle.policy).is_some_and(is_near);
        let (near, far): (Vec<&IdlePolicy>, Vec<&IdlePolicy>) = idle.iter().partition(near);
        let mark = self.mark(Role::Aside);
        for idle in near {
            let name = self.name(side, idle.policy);
            self.row(2, &mark, &format!("{name}  {}", idle.reason), Some(idle.place))?;
        }
        match far.len() {
            0 => Ok(()),
            1 => writeln!(self.out, "  – one policy of another namespace"),
            count => writeln!(self.out, "  – {count} policies of other namespaces"),
        }
    }

    /// A policy's name, with its kind where there is more than one.
    fn name(&self, side: &Side<'_>, policy: usize) -> String {
        let Some(policy) = self.analysis.policies.get(policy) else { return String::new() };
        let plain = side.plain && policy.is_network_policy();
        if plain { side.why.name_of(self.analysis, policy) } else { side.why.full_name_of(self.analysis, policy) }
    }
}

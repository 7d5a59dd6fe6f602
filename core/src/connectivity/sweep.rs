//! The row of a class whose policies do more than allow: tiers and rules from the last to the first, each changing what
//! those behind it would say.

use super::Cell;
use super::row::{Row, Rows, is_doubtful, is_uncertain};
use super::sets::{ALL, NONE, Sets};
use crate::policy::{Action, Rule};

/// Which matches of a rule count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// Those that hold for sure.
    Surely,
    /// Those that hang on something unknown.
    Perhaps,
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    /// What is allowed where a condition on something unknown does not hold.
    Base,
    /// What is allowed whatever the unknown turns out to be.
    Least,
    /// What is allowed if it turns out well.
    Most,
    /// What a rule, or the isolation by a policy, decides.
    Decided,
}

/// What `class` allows.
pub(super) fn row(rows: &Rows<'_>, class: usize, sets: &mut Sets) -> Row {
    let mut base = answer(rows, class, Question::Base, sets);
    let rules = || rows.numbers(class).iter().filter_map(|number| rows.policy(*number)).flat_map(|policy| policy.rules);
    let least = rules().any(is_doubtful).then(|| answer(rows, class, Question::Least, sets));
    let most = rules().any(is_uncertain).then(|| answer(rows, class, Question::Most, sets));
    for (entry, decided) in base.iter_mut().zip(answer(rows, class, Question::Decided, sets)) {
        if decided != NONE {
            *entry |= Cell::DECIDED;
        }
    }
    Row { base, least, most }
}

fn answer(rows: &Rows<'_>, class: usize, question: Question, sets: &mut Sets) -> Vec<u32> {
    let numbers = rows.numbers(class);
    let enforcers = rows.tiers.iter().map(|tier| tier.enforcer).max().unwrap_or(0);
    // Without an enforcer that refuses, all is allowed; without one that speaks, nothing is decided.
    let mut all = vec![if question == Question::Decided { NONE } else { ALL }; rows.classes()];
    for enforcer in 0..=enforcers {
        let mut entries = vec![if question == Question::Decided { NONE } else { ALL }; rows.classes()];
        let own = rows.tiers.iter().enumerate().filter(|(_, tier)| tier.enforcer == enforcer);
        for (at, tier) in own.rev() {
            let seat = |number: &u32| {
                let policy = rows.policy(*number)?;
                let (_, place) = policy.seats.iter().find(|(tier, _)| *tier == at)?;
                Some((*place, policy))
            };
            let mut policies: Vec<_> = numbers.iter().filter_map(seat).collect();
            if policies.is_empty() {
                continue;
            }
            policies.sort_by_key(|(place, _)| *place);
            let behind = entries.clone();
            if policies.iter().any(|(_, policy)| policy.isolates) {
                entries.fill(if question == Question::Decided { ALL } else { NONE });
            }
            let lists: Vec<&[Rule]> = policies.iter().map(|(_, policy)| policy.rules).collect();
            for (_, _, rule) in tier.in_order(&lists).into_iter().rev() {
                let mut sweep = Sweep { rows, class, question, behind: &behind, entries: &mut entries };
                sweep.step(rule, sets);
            }
        }
        for (entry, more) in all.iter_mut().zip(entries) {
            let join = if question == Question::Decided { Sets::union } else { Sets::intersection };
            *entry = join(sets, *entry, more);
        }
    }
    all
}

/// One rule at a time.
struct Sweep<'s, 'p> {
    rows: &'s Rows<'p>,
    class: usize,
    question: Question,
    /// What the next tier says.
    behind: &'s [u32],
    /// What the rules behind this one say.
    entries: &'s mut [u32],
}

impl Sweep<'_, '_> {
    fn step(&mut self, rule: &Rule, sets: &mut Sets) {
        self.apply(rule, rule.action, Bound::Surely, sets);
        // Where a rule may match, the worse of the two answers is the least that is allowed, and the better one the most;
        // a Pass may lead nowhere, and anywhere.
        let perhaps = match (self.question, rule.action) {
            (Question::Base, _) | (_, Action::Log) => None,
            (Question::Least, Action::Deny | Action::Pass) => Some(Action::Deny),
            (Question::Most | Question::Decided, Action::Allow) | (Question::Most, Action::Pass) => Some(Action::Allow),
            (Question::Decided, Action::Deny) => Some(Action::Deny),
            (Question::Least, Action::Allow) | (Question::Most, Action::Deny) | (Question::Decided, Action::Pass) => {
                None
            }
        };
        if let Some(action) = perhaps.filter(|_| is_uncertain(rule)) {
            self.apply(rule, action, Bound::Perhaps, sets);
        }
    }

    fn apply(&mut self, rule: &Rule, action: Action, bound: Bound, sets: &mut Sets) {
        let (rows, class, question, behind) = (self.rows, self.class, self.question, self.behind);
        let entries = &mut *self.entries;
        let mut act = |other: usize, ports: u32, sets: &mut Sets| {
            let (Some(entry), Some(next)) = (entries.get_mut(other), behind.get(other)) else { return };
            *entry = match (question, action) {
                (_, Action::Log) => *entry,
                (_, Action::Pass) => {
                    let (kept, handed) = (sets.without(*entry, ports), sets.intersection(*next, ports));
                    sets.union(kept, handed)
                }
                (Question::Decided, _) => sets.union(*entry, ports),
                (_, Action::Deny) => sets.without(*entry, ports),
                (_, Action::Allow) if rule.http.is_empty() => sets.union(*entry, ports),
                (_, Action::Allow) => {
                    let some = sets.narrowed(ports, rows.direction, &rule.http);
                    sets.union(*entry, some)
                }
            };
        };
        rows.each(rule, class, bound, sets, &mut act);
    }
}

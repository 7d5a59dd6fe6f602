//! Changes of Cilium's policies whose effect is known: one that selects nobody, one in several, one entry more.

use super::model::{Entry, Key, Objects, Policy, Spec};
use crate::model::{List, World};

/// `world` with one policy more, which selects nobody.
pub(crate) fn with_idle(world: &World, mut idle: Policy, elsewhere: bool) -> World {
    let mut larger = world.clone();
    "idle".clone_into(&mut idle.name);
    if elsewhere && idle.namespace.is_some() {
        idle.namespace = Some(Some("empty"));
    } else {
        for spec in &mut idle.specs {
            spec.subject.labels.retain(|(key, _)| key.name != "app");
            spec.subject.labels.push((Key { source: "", name: "app" }, "nobody"));
        }
    }
    larger.cilium.policies.push(idle);
    larger
}

/// Every `spec` a policy of its own, and lists in two where they can be.
pub(crate) fn split(objects: &Objects) -> Objects {
    let mut policies = Vec::new();
    for policy in &objects.policies {
        for (at, spec) in policy.specs.iter().flat_map(halves).enumerate() {
            let name = format!("{}-{at}", policy.name);
            policies.push(Policy { name, specs: vec![spec], ..policy.clone() });
        }
    }
    Objects { policies, ..objects.clone() }
}

/// `spec` with the first half of a list that has two entries, and another with the rest of it.
fn halves(spec: &Spec) -> Vec<Spec> {
    let Some(long) = spec.sections.iter().position(|section| section.items().len() > 1) else {
        return vec![spec.clone()];
    };
    let (some, others) = spec.sections[long].items().split_at(1);
    let (mut first, mut second) = (spec.clone(), spec.clone());
    first.sections[long] = List::Is(some.to_vec());
    second.sections = [const { List::Absent }; 4];
    second.sections[long] = List::Is(others.to_vec());
    vec![first, second]
}

/// `world` with `entry` in one of the lists `section` that have entries anyway; `None` if there is no such list.
pub(crate) fn with_entry(world: &World, entry: Entry, section: usize, which: usize) -> Option<World> {
    let mut larger = world.clone();
    let specs = larger.cilium.policies.iter_mut().flat_map(|policy| &mut policy.specs);
    let mut lists: Vec<&mut List<Entry>> =
        specs.map(|spec| &mut spec.sections[section]).filter(|list| !list.items().is_empty()).collect();
    let at = which.checked_rem(lists.len())?;
    *lists[at] = List::Is(lists[at].items().iter().cloned().chain([entry]).collect());
    Some(larger)
}

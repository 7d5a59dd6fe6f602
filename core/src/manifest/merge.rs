//! YAML 1.1 merge keys.

use std::collections::BTreeMap;

use super::tree::{Node, Value};

/// `<<: *base` brings in the base's keys at its place, as kubectl's parser does (go-yaml v2, `decode.go`): a merge
/// overrides what stands before it, and what stands after overrides the merge.
pub(super) fn merge<'t>(entries: &mut Vec<(Node<'t>, Node<'t>)>) {
    let is_merge = |key: &Node<'_>| matches!(&key.value, Value::Scalar { text, quoted: false } if text == "<<");
    if !entries.iter().any(|(key, _)| is_merge(key)) {
        return;
    }
    let mut merged: Vec<(Node<'t>, Node<'t>)> = Vec::with_capacity(entries.len());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut put = |key: Node<'t>, value: Node<'t>, merged: &mut Vec<(Node<'t>, Node<'t>)>| {
        let name = key.text().unwrap_or_default().to_owned();
        match places.get(&name).and_then(|at| merged.get_mut(*at)) {
            Some(entry) => *entry = (key, value),
            None => {
                places.insert(name, merged.len());
                merged.push((key, value));
            }
        }
    };
    for (key, value) in std::mem::take(entries) {
        if !is_merge(&key) {
            put(key, value, &mut merged);
            continue;
        }
        let bases = match value.value {
            Value::Sequence { items, .. } => items,
            _ => vec![value],
        };
        // Of several bases the first one wins.
        for base in bases.into_iter().rev() {
            let Value::Mapping { entries: inherited, .. } = base.value else { continue };
            for (key, value) in inherited {
                put(key, value, &mut merged);
            }
        }
    }
    *entries = merged;
}

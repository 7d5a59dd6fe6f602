//! What holds now, as expectations: a cluster frozen into lines that say so when it changes.

use std::collections::BTreeMap;

use super::{Want, answer_words};
use crate::Analysis;

/// What is written, and what there was no room for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// The lines. All of them hold.
    pub text: String,
    /// How many pairs no line is about, because that would have taken too many.
    pub left_out: usize,
}

/// One end of many pairs: the pods of a namespace, or one endpoint outside.
struct Group {
    /// How a line names all of it.
    name: String,
    members: Vec<usize>,
    outside: bool,
}

/// What holds of every pair of `analysis`, in at most `most` lines: for the pods of two namespaces what holds of most of
/// their pairs, and the others one by one. Endpoints outside count where a policy speaks of them.
pub fn write(analysis: &Analysis, most: usize) -> Held {
    let groups = groups(analysis);
    let mut held = Held::default();
    let mut lines = 0;
    for from in &groups {
        for to in &groups {
            let (block, pairs) = block(analysis, from, to);
            if lines + block.len() > most {
                held.left_out += pairs;
                continue;
            }
            lines += block.len();
            for line in block {
                held.text.push_str(&line);
                held.text.push('\n');
            }
        }
    }
    held
}

fn groups(analysis: &Analysis) -> Vec<Group> {
    let cluster = &analysis.cluster;
    let mut groups: Vec<Group> = cluster
        .namespaces
        .iter()
        .map(|namespace| Group { name: format!("{}/*", namespace.name), members: Vec::new(), outside: false })
        .collect();
    let speaks = analysis.manifests.speak_of_outside();
    for (at, endpoint) in cluster.endpoints.iter().enumerate() {
        match endpoint.namespace {
            Some(namespace) => {
                if let Some(group) = groups.get_mut(namespace) {
                    group.members.push(at);
                }
            }
            None if speaks => groups.push(Group { name: endpoint.id.clone(), members: vec![at], outside: true }),
            None => {}
        }
    }
    groups
}

/// The lines about all pairs from one group to another, and how many pairs there are.
fn block(analysis: &Analysis, from: &Group, to: &Group) -> (Vec<String>, usize) {
    if from.outside && to.outside {
        return (Vec::new(), 0);
    }
    let pairs = from.members.iter().flat_map(|a| to.members.iter().map(move |b| (*a, *b)));
    let answer = |(a, b): (usize, usize)| {
        let connection = analysis.connectivity.connection(a, b)?;
        Some(((a, b), answer_words(&Want::Open, &connection)))
    };
    let answers: Vec<_> = pairs.filter(|(a, b)| a != b).filter_map(answer).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, words) in &answers {
        *counts.entry(words).or_default() += 1;
    }
    let common = counts.iter().max_by_key(|(_, count)| **count).map(|(words, count)| ((*words).to_owned(), *count));
    let id = |at: usize| analysis.cluster.endpoints.get(at).map_or("", |endpoint| endpoint.id.as_str());
    // Of endpoints with one name a line can mean the first only.
    let named = |at: usize| analysis.cluster.find(id(at)) == Some(at);
    let line = |(a, b): (usize, usize), words: &str| format!("{} -> {}  {words}", id(a), id(b));
    let nameable = |((a, b), _): &&((usize, usize), String)| named(*a) && named(*b);
    let (mut lines, mut covered) = (Vec::new(), None);
    let groups_are_named = [from, to].iter().all(|group| !group.outside || group.members.iter().all(|at| named(*at)));
    if let Some((words, 3..)) = common.filter(|_| groups_are_named) {
        let others = answers.iter().filter(|(_, other)| *other != words);
        if others.clone().all(|answer| nameable(&answer)) {
            lines.push(format!("{} -> {}  {words}", from.name, to.name));
            covered = Some(words);
        }
    }
    let rest = answers.iter().filter(|(_, words)| covered.as_ref() != Some(words)).filter(nameable);
    lines.extend(rest.map(|(pair, words)| line(*pair, words)));
    let count = answers.len();
    (lines, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::expect::{check, parse};
    use crate::source::Source;

    fn pods(names: &[&str]) -> String {
        let pod =
            |name: &&str| format!("{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, labels: {{app: {name}}}}}}}");
        names.iter().map(pod).collect::<Vec<_>>().join("\n---\n")
    }

    fn with(policy: &str) -> Analysis {
        let pods = pods(&["web", "api", "db", "guest"]);
        crate::analyze(vec![Source::new("all", format!("{pods}\n---\n{policy}"))])
    }

    const DB: &str = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
    ports: [{port: 5432}]
";

    #[test]
    fn what_is_common_is_one_line_and_the_rest_is_named() {
        let held = write(&with(DB), 60);
        let expected = "default/* -> default/*  open
default/web -> default/db  blocked by ingress
default/api -> default/db  TCP/5432
default/guest -> default/db  blocked by ingress
";
        assert_eq!(held, Held { text: expected.to_owned(), left_out: 0 });
    }

    #[test]
    fn what_is_written_holds_until_something_changes() {
        let before = with(DB);
        let (lines, unreadable) = parse(&write(&before, 60).text, 1);
        assert_eq!(unreadable, []);
        assert_eq!(check(&lines, &before, |_| None), []);
        let failures = check(&lines, &with(&DB.replace("app: api", "app: web")), |_| None);
        assert_eq!(failures.iter().map(|failure| failure.line).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn what_has_no_room_is_counted() {
        assert_eq!(write(&with(DB), 3), Held { text: String::new(), left_out: 12 });
    }

    #[test]
    fn the_outside_counts_where_a_policy_speaks_of_it() {
        let analysis = with(&DB.replace("podSelector: {matchLabels: {app: api}}", "ipBlock: {cidr: 192.0.2.0/24}"));
        let held = write(&analysis, 60);
        let (lines, unreadable) = parse(&held.text, 1);
        assert_eq!((unreadable, check(&lines, &analysis, |_| None)), (vec![], vec![]));
        assert!(held.text.contains("-> default/db  TCP/5432"), "{}", held.text);
    }
}

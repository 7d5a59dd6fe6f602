//! The commands that show on a real cluster what is shown here: the chapter's five steps, for one pod, policy or pair.
//!
//! Every name comes from the text and is quoted for a shell; what the text does not say, such as a pod's address, the
//! command asks the cluster for.

use super::{kubectl, pod};
use crate::Analysis;
use crate::cluster::{Cluster, Endpoint, EndpointKind};
use crate::cni::Cni;
use crate::lint::words::shell;
use crate::manifest::{Direction, WorkloadKind};
use crate::policy::{NamespaceScope, Peer, PeerCondition, Peers, Policy, Selector};
use crate::ports::Protocol;

/// A command, and what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What it shows, in a few words.
    pub shows: String,
    /// The command line.
    pub line: String,
}

/// How many policies or selectors of one kind get a command each.
const SOME: usize = 3;

fn command(shows: impl Into<String>, line: impl Into<String>) -> Command {
    Command { shows: shows.into(), line: line.into() }
}

/// For one pod: its labels, the policies of its namespace, those that affect it, and what the plugin knows of it.
pub fn of_pod(analysis: &Analysis, endpoint: usize) -> Vec<Command> {
    let Some(own) = analysis.cluster.endpoints.get(endpoint).filter(|own| !own.is_external()) else {
        return Vec::new();
    };
    let namespace = kubectl::namespace(&analysis.cluster, own);
    let mut out = vec![
        plugin(),
        command("The policies of its namespace", format!("kubectl get networkpolicy {namespace}")),
        command("Its labels, which selectors read", shown(own, &namespace)),
    ];
    let report = pod(analysis, endpoint);
    let affects = report.as_ref().map(|report| report.affects.as_slice()).unwrap_or_default();
    let policies = affects.iter().filter_map(|affects| analysis.policies.get(affects.policy));
    out.extend(policies.take(SOME).map(describe));
    if affects.iter().any(|affects| affects.egress) {
        let line = format!("kubectl exec {namespace} {} -- nslookup kubernetes.default", kubectl::target(own));
        out.push(command("Whether it can look up names", line));
    }
    out.extend(of_plugin(analysis, own, &namespace));
    out
}

/// For one policy: what the cluster has of it, and whom its selectors match there.
pub fn of_policy(analysis: &Analysis, at: usize) -> Vec<Command> {
    let Some(policy) = analysis.policies.get(at) else { return Vec::new() };
    let mut out = vec![plugin(), describe(policy)];
    let namespace = policy.namespace.as_deref().map(|name| format!("-n {}", shell(name)));
    if let (Selector::Own(selector), Some(namespace)) = (&policy.selector, &namespace) {
        let only = if selector.is_empty() { String::new() } else { format!(" -l {}", kubectl::selector(selector)) };
        out.push(command("The pods that it selects", format!("kubectl get pods {namespace}{only} --show-labels")));
    }
    let rules = [Direction::Ingress, Direction::Egress].map(|way| policy.rules(way).unwrap_or_default());
    let peers = rules.into_iter().flatten().filter_map(|rule| match &rule.peers {
        Peers::OneOf(peers) => Some(peers),
        Peers::Everyone => None,
    });
    let mut of_peers: Vec<Command> = Vec::new();
    for found in peers.flatten().flat_map(|peer| of_peer(peer, namespace.as_deref())) {
        if !of_peers.contains(&found) && of_peers.len() < 2 * SOME {
            of_peers.push(found);
        }
    }
    out.extend(of_peers);
    out
}

/// For one pair: the connection itself, from the pod and from one like it, and what the plugin says of it. `port` is the
/// one that is asked about.
pub fn of_pair(analysis: &Analysis, from: usize, to: usize, port: Option<(Protocol, u16)>) -> Vec<Command> {
    let cluster = &analysis.cluster;
    let (Some(source), Some(destination)) = (cluster.endpoints.get(from), cluster.endpoints.get(to)) else {
        return Vec::new();
    };
    let declared = destination.ports.iter().map(|port| (port.protocol, port.number));
    let tcp = declared.clone().find(|(protocol, _)| *protocol == Protocol::Tcp);
    let (protocol, port) = port.or(tcp).or_else(|| declared.clone().next()).unwrap_or((Protocol::Tcp, 80));
    let address = kubectl::address(cluster, destination);
    let connect = match protocol {
        Protocol::Udp => format!("nc -zuvw2 {} {port}", address.trim_matches(['[', ']'])),
        _ => format!("wget -qO- --timeout=2 http://{address}:{port}"),
    };
    if source.is_external() {
        let line = format!("curl --max-time 2 http://{address}:{port}");
        return vec![command("The connection itself, from a machine outside", line)];
    }
    let namespace = kubectl::namespace(cluster, source);
    let labels =
        if source.labels.is_empty() { String::new() } else { format!(" --labels={}", kubectl::labels(&source.labels)) };
    let mut out = vec![
        command("The connection itself", format!("kubectl exec {namespace} {} -- {connect}", kubectl::target(source))),
        command(
            "The same from a pod with the same labels, where the image has no such tool",
            format!("kubectl run test --rm -it {namespace}{labels} --image=busybox --restart=Never -- {connect}"),
        ),
    ];
    if analysis.cni == Cni::Cilium {
        let to = if destination.is_external() {
            format!("--to-ip {}", shell(&destination.id))
        } else {
            format!("--to-pod {}", full_name(cluster, destination))
        };
        let line = format!("hubble observe --from-pod {} {to} --last 20", full_name(cluster, source));
        out.push(command("What Cilium has forwarded and dropped between them", line));
    }
    out
}

/// `shop/web`.
fn full_name(cluster: &Cluster, endpoint: &Endpoint) -> String {
    let namespace = cluster.namespace_of(endpoint).map_or("", |namespace| &namespace.name);
    shell(&format!("{namespace}/{}", endpoint.name))
}

/// The chapter's first step.
fn plugin() -> Command {
    command(
        "Whether the plugin enforces policies",
        "kubectl get pods -A | grep -E 'calico|cilium|weave|antrea|romana|flannel|aws-node'",
    )
}

fn describe(policy: &Policy) -> Command {
    let kind = kubectl::kind(policy.kind, policy.is_network_policy());
    let namespace = policy.namespace.as_deref().map_or_else(String::new, |name| format!(" -n {}", shell(name)));
    command(
        format!("What {} says there", policy.name),
        format!("kubectl describe {kind} {}{namespace}", shell(&policy.name)),
    )
}

fn shown(own: &Endpoint, namespace: &str) -> String {
    if matches!(own.replicas, Some(1)) && matches!(own.kind, EndpointKind::Workload(WorkloadKind::Pod)) {
        return format!("kubectl get pod {namespace} {} --show-labels", shell(&own.name));
    }
    let only = if own.labels.is_empty() { String::new() } else { format!(" -l {}", kubectl::labels(&own.labels)) };
    format!("kubectl get pods {namespace}{only} --show-labels")
}

/// The pods or namespaces that a peer means.
fn of_peer(peer: &Peer, own: Option<&str>) -> Vec<Command> {
    let PeerCondition::Selects { namespaces, pods } = &peer.condition else { return Vec::new() };
    let pods = pods.as_ref().filter(|pods| !pods.is_empty()).map(|pods| format!(" -l {}", kubectl::selector(pods)));
    let by_pods = |wide: &str| {
        let labels = pods.as_deref().unwrap_or_default();
        command("The pods of a peer", format!("kubectl get pods {wide}{labels}"))
    };
    match namespaces {
        NamespaceScope::Own(_) => vec![by_pods(own.unwrap_or("-A"))],
        NamespaceScope::Matching(selector) => {
            let only = if selector.is_empty() { String::new() } else { format!(" -l {}", kubectl::selector(selector)) };
            let mut out =
                vec![command("The namespaces of a peer", format!("kubectl get namespaces{only} --show-labels"))];
            if pods.is_some() {
                out.push(by_pods("-A"));
            }
            out
        }
    }
}

/// What the plugin itself knows of a pod: the chapter's fifth step.
fn of_plugin(Analysis { cni, cluster, .. }: &Analysis, own: &Endpoint, namespace: &str) -> Vec<Command> {
    match cni {
        Cni::Calico => vec![
            command("The pods that Calico looks after", format!("calicoctl get workloadendpoint {namespace}")),
            command("Calico's policies for the whole cluster", "calicoctl get globalnetworkpolicy"),
            command("On the pod's node: the chains that Calico made", "iptables -L -n -v | grep cali"),
        ],
        Cni::Cilium => vec![
            command("Cilium's own policies", "kubectl get cnp,ccnp -A"),
            command(
                "Which pods of a node Cilium enforces policies for",
                "kubectl -n kube-system exec ds/cilium -- cilium-dbg endpoint list",
            ),
            command(
                "What Cilium drops of its traffic",
                format!("hubble observe --pod {} --verdict DROPPED --last 20", full_name(cluster, own)),
            ),
        ],
        Cni::Aws => vec![command(
            "Whether the part that enforces policies runs",
            "kubectl get daemonset aws-node -n kube-system -o jsonpath='{.spec.template.spec.containers[*].name}'",
        )],
        _ => vec![command("On the pod's node: what filters its packets", "iptables -L -n -v")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze_under;
    use crate::source::Source;

    const TEXT: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}, spec: {containers: [{name: db, ports: [{containerPort: 5432}]}]}, status: {podIP: 'fd00::7'}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: api, namespace: shop}, spec: {replicas: 2, selector: {matchLabels: {app: api}}, template: {metadata: {labels: {app: api}}, spec: {containers: []}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchExpressions: [{key: app, operator: In, values: [db, cache]}, {key: old, operator: DoesNotExist}]}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}, {namespaceSelector: {matchLabels: {team: ops}}, podSelector: {matchLabels: {app: probe}}}]
";

    fn lines(commands: Vec<Command>) -> Vec<String> {
        commands.into_iter().map(|command| command.line).collect()
    }

    fn at(cni: Cni, id: &str) -> (Analysis, usize) {
        let analysis = analyze_under(vec![Source::new("all", TEXT)], cni);
        let at = analysis.cluster.find(id).unwrap();
        (analysis, at)
    }

    #[test]
    fn for_a_pod() {
        let (analysis, db) = at(Cni::Calico, "shop/db");
        assert_eq!(
            lines(of_pod(&analysis, db))[1..],
            [
                "kubectl get networkpolicy -n shop",
                "kubectl get pod -n shop db --show-labels",
                "kubectl describe networkpolicy db -n shop",
                "kubectl exec -n shop db -- nslookup kubernetes.default",
                "calicoctl get workloadendpoint -n shop",
                "calicoctl get globalnetworkpolicy",
                "iptables -L -n -v | grep cali",
            ]
        );
        let (analysis, api) = at(Cni::Cilium, "shop/Deployment/api");
        let found = lines(of_pod(&analysis, api));
        assert_eq!(found[2], "kubectl get pods -n shop -l app=api --show-labels");
        assert_eq!(found[5], "hubble observe --pod shop/api --verdict DROPPED --last 20");
    }

    #[test]
    fn for_a_policy() {
        let (analysis, _) = at(Cni::Plain, "shop/db");
        assert_eq!(
            lines(of_policy(&analysis, 0))[1..],
            [
                "kubectl describe networkpolicy db -n shop",
                "kubectl get pods -n shop -l 'app in (db,cache),!old' --show-labels",
                "kubectl get pods -n shop -l app=web",
                "kubectl get namespaces -l team=ops --show-labels",
                "kubectl get pods -A -l app=probe",
            ]
        );
    }

    #[test]
    fn for_a_pair() {
        let (analysis, web) = at(Cni::Cilium, "shop/web");
        let [db, api] = ["shop/db", "shop/Deployment/api"].map(|id| analysis.cluster.find(id).unwrap());
        assert_eq!(
            lines(of_pair(&analysis, web, db, None)),
            [
                "kubectl exec -n shop web -- wget -qO- --timeout=2 http://[fd00::7]:5432",
                "kubectl run test --rm -it -n shop --labels=app=web --image=busybox --restart=Never -- wget -qO- --timeout=2 http://[fd00::7]:5432",
                "hubble observe --from-pod shop/web --to-pod shop/db --last 20",
            ]
        );
        assert_eq!(
            lines(of_pair(&analysis, api, web, Some((Protocol::Udp, 53))))[0],
            "kubectl exec -n shop deployment/api -- nc -zuvw2 $(kubectl get pod -n shop web -o jsonpath='{.status.podIP}') 53"
        );
        assert_eq!(
            lines(of_pair(&analysis, web, api, None))[0],
            "kubectl exec -n shop web -- wget -qO- --timeout=2 http://$(kubectl get pods -n shop -l app=api -o jsonpath='{.items[0].status.podIP}'):80"
        );
        let outside = analysis.cluster.endpoints.iter().position(Endpoint::is_external).unwrap();
        assert_eq!(lines(of_pair(&analysis, outside, db, None)), ["curl --max-time 2 http://[fd00::7]:5432"]);
        assert!(lines(of_pair(&analysis, web, outside, None))[0].ends_with(":80"));
    }

    /// Names that a cluster would refuse still reach no shell as more than one word.
    #[test]
    fn names_are_quoted() {
        let text = "{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: '$(rm -rf /)'}}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: 'x;reboot'}}";
        let analysis = analyze_under(vec![Source::new("all", text)], Cni::Plain);
        for at in 0..analysis.cluster.endpoints.len() {
            for line in lines(of_pod(&analysis, at)).into_iter().chain(lines(of_pair(&analysis, at, 0, None))) {
                let bare: String = line.split('\'').step_by(2).collect();
                assert!(!bare.contains("rm -rf") && !bare.contains(';'), "{line}");
            }
        }
    }
}

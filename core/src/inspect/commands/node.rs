//! Where a policy arrives: what each network plugin shows of what it enforces.

use super::connect::End;
use super::{Command, Step, word};
use crate::cluster::EndpointKind;
use crate::cni::Cni;

fn command(purpose: impl Into<String>, line: impl Into<String>) -> Command {
    Command { step: Step::Node, purpose: purpose.into(), line: line.into() }
}

/// What the plugin knows of a pod.
pub(super) fn about_pod(cni: Cni, end: &End<'_>) -> Vec<Command> {
    let namespace = word(end.namespace);
    let mut out = match cni {
        Cni::Calico => vec![command(
            format!("Whether Calico knows {}: one workload endpoint a pod", end.name),
            format!("calicoctl get workloadendpoint -n {namespace}"),
        )],
        Cni::Cilium => vec![
            command(
                "Each pod of the node, with whether policies are enforced for it",
                "kubectl -n kube-system exec ds/cilium -- cilium-dbg endpoint list",
            ),
            command(
                format!("What was refused to and from {}", end.name),
                format!("hubble observe --pod {} --verdict DROPPED", pod(end)),
            ),
        ],
        // It wants the name of one pod, and of a workload's pods no name is known.
        Cni::Antrea if end.is_pod() => vec![command(
            format!("The policies that Antrea applies to {}", end.name),
            format!(
                "kubectl -n kube-system exec deploy/antrea-controller -- antctl query endpoint -n {namespace} -p {}",
                word(&end.own.name)
            ),
        )],
        _ => Vec::new(),
    };
    out.extend(about_policy(cni));
    out
}

/// What the plugin made of the policies.
pub(super) fn about_policy(cni: Cni) -> Vec<Command> {
    match cni {
        Cni::Calico => vec![command(
            "On that node, as root: Calico's chains, each with what it counted",
            "iptables -L -n -v | grep cali",
        )],
        Cni::Cilium => vec![command(
            "The rules that an agent has taken in",
            "kubectl -n kube-system exec ds/cilium -- cilium-dbg policy get",
        )],
        Cni::Antrea => vec![command(
            "The policies that an agent has taken in",
            "kubectl -n kube-system exec ds/antrea-agent -c antrea-agent -- antctl get networkpolicy",
        )],
        Cni::Weave => vec![command(
            "What Weave's policy controller refused",
            "kubectl -n kube-system logs -l name=weave-net -c weave-npc --tail=50",
        )],
        Cni::Aws => vec![
            command(
                "Whether network policy is switched on in the plugin",
                "kubectl -n kube-system get ds aws-node -o yaml | grep enable-network-policy",
            ),
            command("What the controller made of the policies", "kubectl get policyendpoints -A"),
        ],
        Cni::Romana => vec![command("On that node, as root: Romana's chains", "iptables -L -n -v | grep ROMANA")],
        Cni::Flannel | Cni::Plain => Vec::new(),
    }
}

/// What the plugin saw between two ends.
pub(super) fn about_pair(cni: Cni, source: &End<'_>, target: &End<'_>) -> Vec<Command> {
    let inside = [source, target].into_iter().filter(|end| !end.own.is_external());
    match cni {
        Cni::Cilium => {
            let line = format!("hubble observe {} {} --verdict DROPPED", flag("from", source), flag("to", target));
            vec![command("What was refused between the two", line)]
        }
        Cni::Plain | Cni::Flannel => Vec::new(),
        _ => inside.flat_map(|end| about_pod(cni, end)).collect(),
    }
}

fn pod(end: &End<'_>) -> String {
    word(&format!("{}/{}", end.namespace, end.own.name))
}

fn flag(way: &str, end: &End<'_>) -> String {
    match &end.own.kind {
        EndpointKind::Workload(_) => format!("--{way}-pod {}", pod(end)),
        EndpointKind::External(class) => format!("--{way}-ip {}", class.sample),
        EndpointKind::Domain(domain) => format!("--{way}-fqdn {}", word(&domain.text)),
    }
}

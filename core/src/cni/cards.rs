//! What there is to know of each network plugin before one trusts it with policies.

use super::Cni;

/// How much of NetworkPolicy a plugin enforces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// All of it.
    Full,
    /// Some of it, or only under conditions.
    Limited,
    /// Nothing.
    None,
}

impl Support {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Support::Full => "Full support",
            Support::Limited => "Limited",
            Support::None => "No support",
        }
    }
}

/// What there is to know of one plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// The plugin.
    pub cni: Cni,
    /// How much it enforces.
    pub support: Support,
    /// The chapter's verdict in a few words.
    pub verdict: &'static str,
    /// What its own documentation adds, as a sentence.
    pub adds: &'static str,
    /// The name of its pods, by which one tells that it runs.
    pub pods: &'static str,
    /// The namespace in which they usually run.
    pub namespace: &'static str,
}

/// The plugins of the chapter, in its order.
pub const CARDS: [Card; 7] = [
    Card {
        cni: Cni::Calico,
        support: Support::Full,
        verdict: "Full support, and policies of its own",
        adds: "Also GlobalNetworkPolicy, tiers and network sets, and the cluster administrators' ClusterNetworkPolicy.",
        pods: "calico-node",
        namespace: "calico-system or kube-system",
    },
    Card {
        cni: Cni::Cilium,
        support: Support::Full,
        verdict: "Full support, and policies that read requests",
        adds: "Also its own kinds, down to HTTP. An ipBlock never matches pods or nodes, and rules of a direction that policyTypes leaves out apply all the same.",
        pods: "cilium",
        namespace: "kube-system",
    },
    Card {
        cni: Cni::Weave,
        support: Support::Full,
        verdict: "Full support",
        adds: "The project is archived: nobody mends it any more.",
        pods: "weave-net",
        namespace: "kube-system",
    },
    Card {
        cni: Cni::Antrea,
        support: Support::Full,
        verdict: "Full support",
        adds: "Also ClusterNetworkPolicy. The kinds of its own group, crd.antrea.io, are not evaluated here.",
        pods: "antrea-agent",
        namespace: "kube-system",
    },
    Card {
        cni: Cni::Romana,
        support: Support::Full,
        verdict: "Full support",
        adds: "The project is dormant: take the chapter's word for it.",
        pods: "romana-agent",
        namespace: "kube-system",
    },
    Card {
        cni: Cni::Flannel,
        support: Support::None,
        verdict: "No support: add Calico for policies",
        adds: "Policies are accepted and ignored, unless an enforcer is installed beside it.",
        pods: "kube-flannel-ds",
        namespace: "kube-flannel or kube-system",
    },
    Card {
        cni: Cni::Aws,
        support: Support::Limited,
        verdict: "Limited: use security groups instead",
        adds: "From version 1.14 on it enforces NetworkPolicy, once that is switched on. Before that, nothing.",
        pods: "aws-node",
        namespace: "kube-system",
    },
];

/// The commands that tell which plugin a cluster runs, each with what it shows.
pub const HOW_TO_CHECK: [(&str, &str); 3] = [
    (
        "The plugin's pods, by their names",
        "kubectl get pods -A | grep -E 'calico|cilium|weave|antrea|romana|flannel|aws-node'",
    ),
    ("The plugin that the nodes are set up with, run on a node", "ls /etc/cni/net.d"),
    (
        "For AWS: whether the part that enforces policies runs, from version 1.14 on",
        "kubectl get daemonset aws-node -n kube-system -o jsonpath='{.spec.template.spec.containers[*].name}'",
    ),
];

/// What happens on a cluster whose plugin does not enforce, sentence by sentence.
pub const WITHOUT_SUPPORT: [&str; 3] = [
    "The API server accepts every policy: it checks their form, and does not know who enforces them.",
    "Nobody enforces them. Every connection stays open.",
    "kubectl lists them as if they counted, so the cluster looks protected and is not.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_says_what_the_engine_does() {
        for card in CARDS {
            assert_eq!(card.cni.enforces(), card.support != Support::None, "{}", card.cni.title());
            let (_, command) = HOW_TO_CHECK[0];
            let named = card.pods.split('-').any(|word| command.contains(word));
            assert!(named, "nothing in `{command}` finds {}", card.pods);
        }
        let carded = |cni: &Cni| CARDS.iter().any(|card| card.cni == *cni);
        assert!(Cni::ALL.iter().all(|cni| *cni == Cni::Plain || carded(cni)));
    }
}

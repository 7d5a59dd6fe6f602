//! What there is to know about each network plugin before one is chosen, and how to find out which one a cluster runs
//! (the chapter's section 5.5).

use super::Cni;

/// How far a plugin enforces policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Support {
    /// Every NetworkPolicy counts.
    Full,
    /// Some versions, some settings.
    Limited,
    /// None counts.
    None,
}

/// A plugin on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// Which one.
    pub cni: Cni,
    /// What people call it.
    pub name: &'static str,
    /// How far it enforces policies.
    pub support: Support,
    /// The chapter's word on it.
    pub verdict: &'static str,
    /// What else is to be known, in a sentence or two.
    pub adds: &'static str,
    /// The kinds that it enforces besides NetworkPolicy.
    pub kinds: &'static [&'static str],
    /// Where it reads a policy its own way; empty where it does not.
    pub quirk: &'static str,
    /// What its pods are called in a cluster, and where they run; `None` where no plugin is meant.
    pub runs: Option<&'static str>,
    /// What to look for in a list of pods.
    pub look_for: &'static str,
}

const CALICO_KINDS: &[&str] = &["GlobalNetworkPolicy", "NetworkPolicy (Calico)", "Tier", "ClusterNetworkPolicy"];
const CILIUM_KINDS: &[&str] = &["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"];

/// The cards, in the chapter's order; what is no plugin comes first.
pub const CARDS: [Card; 8] = [
    Card {
        cni: Cni::Plain,
        name: "Any conforming CNI",
        support: Support::Full,
        verdict: "By the documentation",
        adds: "NetworkPolicy as the Kubernetes documentation has it, and every other kind by its own rules.",
        kinds: &[],
        quirk: "",
        runs: None,
        look_for: "",
    },
    Card {
        cni: Cni::Calico,
        name: "Calico",
        support: Support::Full,
        verdict: "Full support + extensions",
        adds: "Order, tiers, Deny and Pass; policies for the whole cluster.",
        kinds: CALICO_KINDS,
        quirk: "",
        runs: Some("calico-node, in kube-system or calico-system"),
        look_for: "calico-node",
    },
    Card {
        cni: Cni::Cilium,
        name: "Cilium",
        support: Support::Full,
        verdict: "Full support + L7 policies",
        adds: "HTTP rules, host names, entities; denials come first.",
        kinds: CILIUM_KINDS,
        quirk: "An ipBlock matches addresses outside the cluster only, never pods or nodes.",
        runs: Some("cilium, in kube-system"),
        look_for: "cilium",
    },
    Card {
        cni: Cni::Weave,
        name: "Weave Net",
        support: Support::Full,
        verdict: "Full support",
        adds: "NetworkPolicy and nothing else. The project is archived.",
        kinds: &[],
        quirk: "",
        runs: Some("weave-net, in kube-system"),
        look_for: "weave-net",
    },
    Card {
        cni: Cni::Antrea,
        name: "Antrea",
        support: Support::Full,
        verdict: "Full support",
        adds: "The administrators' policies too. Its own crd.antrea.io kinds are not evaluated here.",
        kinds: &["ClusterNetworkPolicy"],
        quirk: "",
        runs: Some("antrea-agent, in kube-system"),
        look_for: "antrea-agent",
    },
    Card {
        cni: Cni::Romana,
        name: "Romana",
        support: Support::Full,
        verdict: "Full support",
        adds: "NetworkPolicy and nothing else. The project is dormant.",
        kinds: &[],
        quirk: "",
        runs: Some("romana-agent, in kube-system"),
        look_for: "romana-agent",
    },
    Card {
        cni: Cni::Flannel,
        name: "Flannel",
        support: Support::None,
        verdict: "NO network policy support",
        adds: "Use Flannel + Calico for policies. Newer installs can add an enforcer.",
        kinds: &[],
        quirk: "",
        runs: Some("kube-flannel, in namespace kube-flannel, and enforces nothing"),
        look_for: "kube-flannel",
    },
    Card {
        cni: Cni::Aws,
        name: "AWS VPC CNI",
        support: Support::Limited,
        verdict: "Limited",
        adds: "Use Security Groups instead, or NetworkPolicy from version 1.14 on, once it is switched on.",
        kinds: &[],
        quirk: "",
        runs: Some("aws-node, in kube-system"),
        look_for: "aws-node",
    },
];

/// A way to find out which plugin a cluster runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// What it shows.
    pub purpose: &'static str,
    /// The line for a shell.
    pub line: &'static str,
}

/// The ways to find out, the chapter's first.
pub const CHECKS: [Check; 4] = [
    Check { purpose: "The pods of the control plane and of most plugins", line: "kubectl get pods -n kube-system" },
    Check {
        purpose: "The same in every namespace: some plugins have one of their own",
        line: "kubectl get pods -A | grep -E 'calico|cilium|weave|antrea|romana|flannel|aws-node'",
    },
    Check { purpose: "One agent runs on every node, so it is a DaemonSet", line: "kubectl get daemonsets -A" },
    Check {
        purpose: "On a node: the configuration that the kubelet hands pods over with; the first file counts",
        line: "ls /etc/cni/net.d/",
    },
];

/// What happens where nobody enforces policies.
pub const WITHOUT_SUPPORT: [&str; 3] = [
    "NetworkPolicy objects are accepted: the API server does not reject them.",
    "They are not enforced: every connection stays open.",
    "You think that you are protected, and you are not.",
];

impl Cni {
    /// Its card.
    pub fn card(self) -> &'static Card {
        CARDS.iter().find(|card| card.cni == self).unwrap_or(&CARDS[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Dialect;

    #[test]
    fn every_plugin_has_a_card_that_agrees_with_what_is_evaluated() {
        for cni in Cni::ALL {
            let card = cni.card();
            assert_eq!(card.cni, cni);
            assert_eq!(card.name.to_lowercase(), cni.title().to_lowercase());
            assert_eq!(card.support == Support::None, !cni.enforces(), "{}", card.name);
            assert_eq!(!card.quirk.is_empty(), !cni.blocks_match_pods(), "{}", card.name);
            if cni == Cni::Plain {
                continue;
            }
            let has = |kind: &str| card.kinds.contains(&kind);
            let kinds = [
                (Dialect::Calico, "GlobalNetworkPolicy"),
                (Dialect::Cilium, "CiliumNetworkPolicy"),
                (Dialect::AdminV2, "ClusterNetworkPolicy"),
            ];
            for (dialect, kind) in kinds {
                assert_eq!(has(kind), cni.refuses(dialect).is_none(), "{} and {kind}", card.name);
            }
            assert!(!card.look_for.is_empty() && card.runs.is_some_and(|runs| runs.contains(card.look_for)));
            let pattern = CHECKS[1].line.split_once("-E '").map_or("", |(_, rest)| rest.trim_end_matches('\''));
            assert!(pattern.split('|').any(|part| card.look_for.contains(part)), "{} is found", card.name);
        }
        assert_eq!(CARDS.len(), Cni::ALL.len());
    }
}

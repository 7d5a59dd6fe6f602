//! What each network plugin enforces of what the API server accepts.

mod cards;

pub use cards::{CARDS, Card, HOW_TO_CHECK, Support, WITHOUT_SUPPORT};

use serde::Deserialize;

use crate::policy::Dialect;

/// A network plugin, by what it makes of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cni {
    /// None chosen: every kind by its own rules, NetworkPolicy as the Kubernetes documentation says.
    #[default]
    Plain,
    /// Project Calico.
    Calico,
    /// Cilium.
    Cilium,
    /// Antrea.
    Antrea,
    /// Weave Net, whose project is archived.
    Weave,
    /// Romana, whose project is dormant.
    Romana,
    /// Flannel without an added enforcer.
    Flannel,
    /// The AWS VPC CNI from 1.14 on, network policy enabled.
    Aws,
}

impl Cni {
    /// All of them.
    pub const ALL: [Cni; 8] =
        [Cni::Plain, Cni::Calico, Cni::Cilium, Cni::Antrea, Cni::Weave, Cni::Romana, Cni::Flannel, Cni::Aws];

    /// The word for it on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Cni::Plain => "plain",
            Cni::Calico => "calico",
            Cni::Cilium => "cilium",
            Cni::Antrea => "antrea",
            Cni::Weave => "weave",
            Cni::Romana => "romana",
            Cni::Flannel => "flannel",
            Cni::Aws => "aws",
        }
    }

    /// What its makers call it.
    pub fn title(self) -> &'static str {
        match self {
            Cni::Plain => "any conforming CNI",
            Cni::Calico => "Calico",
            Cni::Cilium => "Cilium",
            Cni::Antrea => "Antrea",
            Cni::Weave => "Weave Net",
            Cni::Romana => "Romana",
            Cni::Flannel => "Flannel",
            Cni::Aws => "AWS VPC CNI",
        }
    }

    /// The plugin of that [`Cni::name`], in any case.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cni| cni.name().eq_ignore_ascii_case(name))
    }

    /// Whether NetworkPolicies have any effect. Flannel gives pods addresses and routes, and enforces nothing.
    pub fn enforces(self) -> bool {
        self != Cni::Flannel
    }

    /// What becomes of policies where they have no effect, as a sentence and in a few words.
    pub fn excuse(self) -> Option<(&'static str, &'static str)> {
        const FLANNEL: (&str, &str) = (
            "Flannel connects pods and looks at no policy: the cluster accepts them, and nobody enforces them.",
            "Flannel looks at no policy.",
        );
        (!self.enforces()).then_some(FLANNEL)
    }

    /// Why policies of `dialect` have no effect, as a part of a sentence; `None` where they count (each plugin's own
    /// documentation on policy kinds).
    pub fn refuses(self, dialect: Dialect) -> Option<&'static str> {
        const UNKNOWN: Option<&str> = Some("the cluster has no matches for the kind, or ignores it");
        match (self, dialect) {
            (Cni::Flannel, Dialect::Kubernetes) => Some("it is accepted and ignored"),
            (_, Dialect::Kubernetes) | (Cni::Plain, _) => None,
            (Cni::Calico, Dialect::Calico | Dialect::AdminV1 | Dialect::AdminV2) => None,
            (Cni::Cilium, Dialect::Cilium) | (Cni::Antrea, Dialect::AdminV2) => None,
            (Cni::Antrea, Dialect::AdminV1) => {
                Some("this version of the kind is off by default, in favour of v1alpha2")
            }
            _ => UNKNOWN,
        }
    }

    /// Whether an `ipBlock` also matches pods, by their addresses. Cilium matches CIDRs against addresses outside the
    /// cluster only (documentation, "Layer 3 Policies", "IP/CIDR based").
    pub fn blocks_match_pods(self) -> bool {
        self != Cni::Cilium
    }

    /// Whether the ports of init containers that end before the pod starts can be named. Calico gathers the ports of
    /// every init container.
    pub fn counts_init_containers(self) -> bool {
        self == Cni::Calico
    }

    /// Whether a port's name in an egress rule means one number for the whole cluster, or nothing where pods give
    /// the name different numbers (Cilium, `pkg/policy/l4.go`).
    pub fn resolves_egress_names_at_once(self) -> bool {
        self == Cni::Cilium
    }

    /// Whether rules of a direction that `policyTypes` does not list apply, and isolate, all the same (Cilium,
    /// `pkg/k8s/network_policy.go`).
    pub fn ignores_policy_types(self) -> bool {
        self == Cni::Cilium
    }
}

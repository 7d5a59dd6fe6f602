//! Which dialects a network plugin enforces, and in which order it tries their policies.

use super::index::Index;
use super::{Policy, Tier, admin, calico, cilium, kubernetes};
use crate::cni::Cni;
use crate::diagnostic::Diagnostic;
use crate::manifest::calico::DEFAULT_TIER;
use crate::manifest::{AdminKind, AdminPolicy, Manifests, Meta};
use crate::source::Place;

/// A family of policy kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// `networking.k8s.io/v1`.
    Kubernetes,
    /// `policy.networking.k8s.io/v1alpha1`: AdminNetworkPolicy and BaselineAdminNetworkPolicy.
    AdminV1,
    /// `policy.networking.k8s.io/v1alpha2`: ClusterNetworkPolicy.
    AdminV2,
    /// `projectcalico.org/v3`.
    Calico,
    /// `cilium.io/v2`.
    Cilium,
}

/// The plugin that `manifests`, one or several together, are written for: the one whose own kinds they use. Where they
/// use none, or kinds that no one plugin knows together, every kind counts by its own rules.
pub fn choose<'m>(manifests: impl IntoIterator<Item = &'m Manifests>) -> Cni {
    let all: Vec<&Manifests> = manifests.into_iter().collect();
    let objects = || all.iter().flat_map(|manifests| objects(manifests));
    let used = |wanted: &[Dialect]| objects().any(|(dialect, ..)| wanted.contains(&dialect));
    let admin = [Dialect::AdminV1, Dialect::AdminV2];
    match (used(&[Dialect::Calico]), used(&[Dialect::Cilium])) {
        (true, false) => Cni::Calico,
        (false, true) if !used(&admin) => Cni::Cilium,
        _ => Cni::Plain,
    }
}

/// What `cni` does not know, each named where it stands; the evaluation is without it.
pub fn strangers(manifests: &Manifests, cni: Cni) -> Vec<Diagnostic> {
    let stranger = |(dialect, kind, meta): (Dialect, &'static str, &Meta)| {
        let why = cni.refuses(dialect)?;
        let place = Place { span: meta.name.span, ..meta.place };
        // Calico's kind has the name of one that every plugin knows.
        let whose = if dialect == Dialect::Calico && kind == "NetworkPolicy" { "Calico " } else { "" };
        let message =
            format!("{} does not enforce this {whose}{kind}: {why}. The answers are without it.", cni.title());
        Some(Diagnostic::warning("unknown-to-cni", place, message))
    };
    objects(manifests).filter(|(dialect, ..)| *dialect != Dialect::Kubernetes).filter_map(stranger).collect()
}

/// What the policies that `cni` enforces name and nothing here is called.
pub fn dangling(manifests: &Manifests, cni: Cni) -> Vec<Diagnostic> {
    if cni.refuses(Dialect::Cilium).is_none() { cilium::remarks(manifests) } else { Vec::new() }
}

/// How many policies there are, of every kind, whoever knows them.
pub fn written(manifests: &Manifests) -> usize {
    objects(manifests).filter(|(_, kind, _)| kind.ends_with("Policy")).count()
}

/// Every object that decides on connections, with its dialect and kind.
fn objects(manifests: &Manifests) -> impl Iterator<Item = (Dialect, &'static str, &Meta)> {
    let network = manifests.policies.iter().map(|policy| (Dialect::Kubernetes, "NetworkPolicy", &policy.meta));
    let admin = manifests.admin_policies.iter().map(|policy| (of_admin(policy), policy.kind.name(), &policy.meta));
    let cilium = manifests.cilium.iter().map(|policy| (Dialect::Cilium, policy.kind(), &policy.meta));
    let calico = manifests.calico_policies.iter().map(|policy| (policy.kind(), &policy.meta));
    let calico = calico.chain(manifests.tiers.iter().map(|tier| ("Tier", &tier.meta)));
    let calico = calico.chain(manifests.network_sets.iter().map(|set| (set.kind(), &set.meta)));
    network.chain(admin).chain(cilium).chain(calico.map(|(kind, meta)| (Dialect::Calico, kind, meta)))
}

fn of_admin(policy: &AdminPolicy) -> Dialect {
    match policy.kind {
        AdminKind::Admin | AdminKind::BaselineAdmin => Dialect::AdminV1,
        AdminKind::Cluster => Dialect::AdminV2,
    }
}

/// A compiled policy, and where its dialect wants it.
pub(super) struct Compiled {
    pub(super) policy: Policy,
    pub(super) seat: Seat,
    pub(super) order: Order,
}

/// The tier that a policy belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seat {
    /// Before all others' (`policy.networking.k8s.io`).
    Admin,
    /// NetworkPolicy.
    Network,
    /// After all others' (`policy.networking.k8s.io`).
    Baseline,
    /// Calico's tier of that name.
    Tier(String),
    /// Cilium.
    Cilium,
}

/// The place of a policy in its tier: by number, then by name, namespace and kind (Calico `felix/calc/policy_sorter.go`).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Order {
    /// Lower comes first; infinite where none is written.
    pub(super) number: f64,
    /// What decides among equals.
    pub(super) tie: (String, String, &'static str),
}

impl Order {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // As one text: in a tie `web-1` comes before `web`, for `-` comes before `/`.
        let tie = |order: &Self| format!("{}/{}/{}", order.tie.0, order.tie.1, order.tie.2);
        self.number.total_cmp(&other.number).then_with(|| tie(self).cmp(&tie(other)))
    }
}

/// The order of a NetworkPolicy among Calico's own policies of tier `default` (Calico
/// `libcalico-go/lib/backend/k8s/conversion`).
const NETWORK_POLICY_ORDER: f64 = 1_000.0;

/// A tier to be filled.
struct Plan {
    name: String,
    seats: Vec<Seat>,
    /// Whether the order of its policies matters; else they stand as in the text.
    ordered: bool,
    denies_first: bool,
    enforcer: usize,
}

/// Compiles all policies, and says in which order they are tried.
pub(super) fn arrange(manifests: &Manifests, index: &Index<'_>, cni: Cni) -> (Vec<Policy>, Vec<Tier>) {
    let mut compiled: Vec<Compiled> = Vec::with_capacity(manifests.policies.len());
    for policy in &manifests.policies {
        let (name, namespace) = (policy.meta.name.value.clone(), policy.meta.namespace.clone());
        let tie = (name, namespace, "KubernetesNetworkPolicy");
        let order = Order { number: NETWORK_POLICY_ORDER, tie };
        compiled.push(Compiled { policy: kubernetes::compile(policy, index, cni), seat: Seat::Network, order });
    }
    let own = compiled.len();
    if cni.refuses(Dialect::Cilium).is_none() {
        compiled.extend(cilium::compile(manifests, index));
    }
    let enforced = manifests.admin_policies.iter().filter(|policy| cni.refuses(of_admin(policy)).is_none());
    compiled.extend(enforced.map(|policy| admin::compile(policy, index)));
    if cni.refuses(Dialect::Calico).is_none() {
        compiled.extend(calico::compile(manifests, index));
    }
    if let Some(others) = compiled.get_mut(own..) {
        others.sort_by_key(|compiled| compiled.policy.place);
    }
    let tier = |plan: Plan| {
        let mut members: Vec<usize> = (0..compiled.len())
            .filter(|at| compiled.get(*at).is_some_and(|compiled| plan.seats.contains(&compiled.seat)))
            .collect();
        let order = |at: usize| compiled.get(at).map(|compiled| &compiled.order);
        if plan.ordered {
            members.sort_by(|a, b| match (order(*a), order(*b)) {
                (Some(a), Some(b)) => a.cmp(b),
                _ => a.cmp(b),
            });
        }
        Tier { name: plan.name, denies_first: plan.denies_first, enforcer: plan.enforcer, policies: members }
    };
    let tiers = plans(manifests, cni).into_iter().map(tier).filter(|tier| !tier.policies.is_empty()).collect();
    (compiled.into_iter().map(|compiled| compiled.policy).collect(), tiers)
}

/// The tiers in the order in which they are tried.
fn plans(manifests: &Manifests, cni: Cni) -> Vec<Plan> {
    let uses = |dialect| cni.refuses(dialect).is_none() && objects(manifests).any(|(own, ..)| own == dialect);
    let (calico, cilium) = (uses(Dialect::Calico), uses(Dialect::Cilium));
    let ordered = |name: &str, seat| Plan {
        name: name.to_owned(),
        seats: vec![seat],
        ordered: true,
        denies_first: false,
        enforcer: 0,
    };
    let network = |enforcer| Plan { ordered: false, enforcer, ..ordered("NetworkPolicies", Seat::Network) };
    let with_cilium = |enforcer| Plan {
        name: "Cilium".to_owned(),
        seats: vec![Seat::Network, Seat::Cilium],
        denies_first: true,
        ..network(enforcer)
    };
    let mut plans = if calico {
        let seats = |tier: &str| {
            let own = Seat::Tier(tier.to_owned());
            match tier {
                "kube-admin" => vec![Seat::Admin, own],
                DEFAULT_TIER => vec![Seat::Network, own],
                "kube-baseline" => vec![Seat::Baseline, own],
                _ => vec![own],
            }
        };
        let plan = |tier: &str| Plan { seats: seats(tier), ..ordered(&format!("tier {tier}"), Seat::Network) };
        calico::tiers(manifests).into_iter().map(plan).collect()
    } else {
        let between = if cilium { with_cilium(0) } else { network(0) };
        vec![ordered("admin policies", Seat::Admin), between, ordered("baseline policies", Seat::Baseline)]
    };
    if calico && cilium {
        plans.push(with_cilium(1));
    }
    plans
}

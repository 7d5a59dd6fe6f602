//! The engine of the NetworkPolicy playground: from manifests to who may talk to whom, and why.
//!
//! Data flows one way: text ([`source`]) → objects ([`manifest`]) → who can talk ([`cluster`]) → common rules
//! ([`policy`]) → verdicts ([`connectivity`]) → views ([`explain`], [`diff`], [`words`]). Text changes only through
//! small edits ([`rewrite`]).
//!
//! ```
//! use netpol_core::{analyze, source::Source};
//!
//! let pods = Source::new("pods", "{apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b}}");
//! let deny = Source::new("policy", "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny}, spec: {podSelector: {}}}");
//! let analysis = analyze(vec![deny, pods]);
//! let (a, b) = (analysis.cluster.find("default/a").unwrap(), analysis.cluster.find("default/b").unwrap());
//! assert!(analysis.connectivity.connection(a, b).unwrap().allowed.is_empty());
//! ```
#![forbid(unsafe_code)]

pub mod bits;
pub mod cluster;
pub mod cni;
pub mod connectivity;
pub mod diagnostic;
pub mod diff;
pub mod domain;
pub mod explain;
pub mod external;
pub mod http;
pub mod inspect;
pub mod labels;
pub mod lesson;
pub mod lint;
pub mod manifest;
pub mod phrase;
pub mod policy;
pub mod ports;
pub mod probe;
pub mod reach;
pub mod rewrite;
pub mod shell;
pub mod source;
pub mod words;

use cluster::Cluster;
use cni::Cni;
use connectivity::Connectivity;
use diagnostic::Diagnostic;
use manifest::{Direction, Manifests};
use policy::{Policy, Tier};
use source::Source;

/// Everything the engine knows about a set of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analysis {
    /// The texts.
    pub sources: Vec<Source>,
    /// The network plugin that enforces the policies.
    pub cni: Cni,
    /// The objects in them, and what is wrong with the others.
    pub manifests: Manifests,
    /// Who can talk.
    pub cluster: Cluster,
    /// The policies as common rules: first one for each of [`Manifests::policies`], then those of other dialects.
    pub policies: Vec<Policy>,
    /// The tiers in which they are tried, in order.
    pub tiers: Vec<Tier>,
    /// Who may talk.
    pub connectivity: Connectivity,
}

/// What an analysis takes for granted besides the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Setting {
    /// The network plugin that enforces the policies; the one that the texts are written for ([`policy::choose`]) if
    /// `None`.
    pub cni: Option<Cni>,
    /// Whether a cluster DNS server is assumed where the texts describe pods but not `kube-system`, and a policy isolates
    /// some pod for egress: every cluster has one, and without it nobody sees that pods cannot reach it.
    pub dns: bool,
}

/// Reads `sources` together and works out everything. Never fails: objects with errors are left out and named in
/// [`Manifests::diagnostics`]. The network plugin is the one that the texts are written for ([`policy::choose`]).
pub fn analyze(sources: Vec<Source>) -> Analysis {
    analyze_under(sources, None)
}

/// The same where `cni` enforces the policies, if one is chosen.
pub fn analyze_under(sources: Vec<Source>, cni: impl Into<Option<Cni>>) -> Analysis {
    let manifests = manifest::read(&sources);
    let cni = cni.into().unwrap_or_else(|| policy::choose([&manifests]));
    evaluate(sources, manifests, cni)
}

/// The same with all that `setting` takes for granted.
pub fn analyze_in(sources: Vec<Source>, setting: Setting) -> Analysis {
    let manifests = manifest::read(&sources);
    let cni = setting.cni.unwrap_or_else(|| policy::choose([&manifests]));
    let gathered = gather(&manifests, cni);
    if !setting.dns || !cluster::lacks_dns(&manifests) || !gathered.isolates_egress() {
        return finish(sources, manifests, cni, gathered);
    }
    let gathered = gather_with_dns(&manifests, cni);
    finish(sources, manifests, cni, gathered)
}

/// Works out everything from `manifests`, which were read from `sources`.
pub fn evaluate(sources: Vec<Source>, manifests: Manifests, cni: Cni) -> Analysis {
    let gathered = gather(&manifests, cni);
    finish(sources, manifests, cni, gathered)
}

/// Works out everything once more, with a cluster DNS server that nobody described.
pub(crate) fn evaluate_with_dns(analysis: &Analysis) -> Analysis {
    let Analysis { sources, manifests, cni, .. } = analysis;
    let gathered = gather_with_dns(manifests, *cni);
    finish(sources.clone(), manifests.clone(), *cni, gathered)
}

/// A cluster and its policies, before anything is compared.
struct Gathered {
    cluster: Cluster,
    excess: Option<Diagnostic>,
    policies: Vec<Policy>,
    tiers: Vec<Tier>,
}

impl Gathered {
    fn isolates_egress(&self) -> bool {
        self.policies.iter().any(|policy| policy.isolates(Direction::Egress) && !policy.subjects.is_empty())
    }
}

fn gather(manifests: &Manifests, cni: Cni) -> Gathered {
    compiled(Cluster::gather(manifests, cni), manifests, cni)
}

fn gather_with_dns(manifests: &Manifests, cni: Cni) -> Gathered {
    compiled(Cluster::gather_with_dns(manifests, cni), manifests, cni)
}

fn compiled((cluster, excess): (Cluster, Option<Diagnostic>), manifests: &Manifests, cni: Cni) -> Gathered {
    let (policies, tiers) = policy::compile(manifests, &cluster, cni);
    Gathered { cluster, excess, policies, tiers }
}

fn finish(sources: Vec<Source>, mut manifests: Manifests, cni: Cni, gathered: Gathered) -> Analysis {
    let Gathered { cluster, excess, policies, tiers } = gathered;
    manifests.diagnostics.extend(excess);
    manifests.diagnostics.extend(policy::strangers(&manifests, cni));
    manifests.diagnostics.extend(policy::dangling(&manifests, cni));
    manifests.diagnostics.sort_by_key(|diagnostic| diagnostic.place);
    let connectivity = Connectivity::evaluate(&cluster, &policies, &tiers);
    Analysis { sources, cni, manifests, cluster, policies, tiers, connectivity }
}

impl Analysis {
    /// How many policies the texts hold, those that the network plugin does not know among them.
    pub fn policies_written(&self) -> usize {
        policy::written(&self.manifests)
    }

    /// Whether `policy` selects `endpoint`.
    pub fn selects(&self, policy: &Policy, endpoint: usize) -> bool {
        policy.subjects.contains(self.cluster.classes.of(endpoint))
    }
}

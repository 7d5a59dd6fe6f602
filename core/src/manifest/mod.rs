//! From text to objects: YAML streams, JSON, and `kind: List`, each object with the place it is written at.
//!
//! Reading never fails: it returns the objects it could read and a list of what is wrong with the others.

mod admin;
pub mod calico;
mod cidr;
pub mod cilium;
mod decode;
mod documents;
mod excess;
mod flatten;
mod inside;
pub(crate) mod mentions;
mod merge;
mod meta;
mod names;
mod network_policy;
mod port;
mod read_policy;
pub(crate) mod scalar;
mod selector;
mod service;
mod slips;
pub(crate) mod suggest;
pub(crate) mod suggestion;
mod syntax;
pub(crate) mod tree;
mod workload;

pub use admin::{
    AdminAction, AdminKind, AdminPeer, AdminPeers, AdminPolicy, AdminPort, AdminPortMatch, AdminRule, AdminSubject,
    AdminTier, NamespacedPods,
};
pub use cilium::{CiliumCidrGroup, CiliumPolicy};
pub use decode::Spanned;
pub use meta::{DEFAULT_NAMESPACE, Meta, Owner};
pub use network_policy::{
    Direction, IpBlock, NetworkPolicy, Peer, PeerList, PeerSelector, PolicyPort, PolicyRule, PortMatch,
};
pub use service::{EndpointSlice, Exposure, Service, ServicePort, TargetPort};
pub use workload::{ContainerPort, DEFAULT_ACCOUNT, MAX_PORTS, Namespace, ServiceAccount, Workload, WorkloadKind};

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, Place, Source, Span};
use decode::{Decoder, Fields};
use tree::{Node, Spent, Tree};

/// All that could be read from a list of sources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifests {
    /// Namespaces, in text order.
    pub namespaces: Vec<Namespace>,
    /// Pods and workloads, in text order.
    pub workloads: Vec<Workload>,
    /// Service accounts, in text order.
    pub accounts: Vec<ServiceAccount>,
    /// Services, in text order.
    pub services: Vec<Service>,
    /// Addresses behind Services, in text order.
    pub slices: Vec<EndpointSlice>,
    /// Network policies, in text order.
    pub policies: Vec<NetworkPolicy>,
    /// Cilium's policies of both kinds, in text order.
    pub cilium: Vec<CiliumPolicy>,
    /// Cilium's named lists of addresses, in text order.
    pub cilium_groups: Vec<CiliumCidrGroup>,
    /// Calico's policies of both kinds, in text order.
    pub calico_policies: Vec<calico::Policy>,
    /// Calico's tiers, in text order.
    pub tiers: Vec<calico::Tier>,
    /// Calico's network sets of both kinds, in text order.
    pub network_sets: Vec<calico::NetworkSet>,
    /// Admin and baseline policies, in text order.
    pub admin_policies: Vec<AdminPolicy>,
    /// Objects of kinds that play no part.
    pub skipped: Vec<Skipped>,
    /// What is wrong, in text order.
    pub diagnostics: Vec<Diagnostic>,
    /// How many objects were left out because of errors.
    pub refused: usize,
    /// How many findings are past the limit and not kept.
    pub unnamed: usize,
    /// Whether any pod or workload is written, with errors or without.
    pub describes_pods: bool,
}

/// An object that was passed over because of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its `apiVersion`.
    pub api_version: String,
    /// Its `kind`.
    pub kind: String,
    /// Its `metadata.name`, if it has one.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

/// How many pods and workloads are read; fewer in a browser, whose page compares every pair after every edit.
pub const MAX_WORKLOADS: usize = if cfg!(target_arch = "wasm32") { 3_000 } else { 20_000 };
/// How many bytes of text are read in all, 64 MiB: its tree takes some twenty times as much.
pub const MAX_TEXT: usize = 64 << 20;
/// How many findings are kept; a last one says how many more there are.
pub const MAX_FINDINGS: usize = 10_000;
/// How many values of one document may stand in brackets: the parser keeps all of a bracket in memory.
pub const MAX_VALUES: usize = 2_000_000;
/// How many different networks policies may name: each may split the addresses outside further.
pub const MAX_NETWORKS: usize = 2_000;
/// How many different names of hosts outside policies may have: each is one that can be connected to.
pub const MAX_HOSTS: usize = 1_000;

const POLICY_API: (&str, &str) = ("networking.k8s.io/v1", "NetworkPolicy");
const CILIUM_POLICY: (&str, &str) = ("cilium.io/v2", "CiliumNetworkPolicy");
const CILIUM_CLUSTERWIDE: (&str, &str) = ("cilium.io/v2", "CiliumClusterwideNetworkPolicy");
const CILIUM_GROUPS: [(&str, &str); 2] =
    [("cilium.io/v2", "CiliumCIDRGroup"), ("cilium.io/v2alpha1", "CiliumCIDRGroup")];

/// Reads every object of every source. The index of a source in the slice is its [`FileId`].
pub fn read(sources: &[Source]) -> Manifests {
    let mut out = Manifests::default();
    let (mut room, mut spent) = (MAX_TEXT, Spent::default());
    for (file, source) in sources.iter().enumerate() {
        let Some(rest) = room.checked_sub(source.text().len()) else {
            let start = Place { file, span: Span::default() };
            let message = format!("More than {} MiB of text: this is left out.", MAX_TEXT >> 20);
            out.diagnostics.push(Diagnostic::error("too-many", start, message));
            out.refused += 1;
            continue;
        };
        room = rest;
        for span in documents::split(source.text()) {
            document(source, file, span, &mut spent, &mut out);
        }
    }
    drop_repeats(&mut out);
    excess::drop_excess(&mut out);
    let mut found = calico::check(&out);
    found.extend(cilium::check(&out));
    found.into_iter().for_each(|found| out.find(found));
    out.diagnostics.sort_by_key(|diagnostic| diagnostic.place);
    if let Some(last) = out.diagnostics.last().filter(|_| out.unnamed > 0) {
        let message = format!("There are {} findings more, which are not listed.", out.unnamed);
        out.diagnostics.push(Diagnostic::error("too-many", last.place, message));
    }
    out
}

fn document(source: &Source, file: FileId, span: Span, spent: &mut Spent, out: &mut Manifests) {
    let text = source.slice(span);
    if text.len() > MAX_VALUES && flatten::values(text) > MAX_VALUES {
        let place = Place { file, span: Span::new(span.start, span.start) };
        let message = format!("More than {MAX_VALUES} values stand in brackets in this document; it is left out.");
        let help = "Split it into several documents, or print it without brackets: `kubectl get -o yaml`.";
        out.diagnostics.push(Diagnostic::error("too-many", place, message).with_help(help));
        out.refused += 1;
        return;
    }
    let before = out.diagnostics.len();
    let error = match tree::read(text, span.start, spent) {
        Ok(tree) => {
            root(&tree, file, out);
            return decode::indent(out.diagnostics.get_mut(before..).unwrap_or_default(), source);
        }
        Err(error) => error,
    };
    let flat = flatten::flatten(text);
    if flat != text
        && let Ok(tree) = tree::read(&flat, span.start, spent)
    {
        return root(&tree, file, out);
    }
    out.refused += 1;
    out.find(syntax::explain(&error, source, file, span));
}

fn root(tree: &Tree<'_>, file: FileId, out: &mut Manifests) {
    if !tree.root.is_null() {
        object(&tree.root, tree, file, 0, out);
    }
}

/// Lists inside lists are legal JSON but no real command prints them; a few levels are read.
const MAX_LISTS: usize = 4;

fn object(node: &Node<'_>, tree: &Tree<'_>, file: FileId, depth: usize, out: &mut Manifests) {
    let mut decoder = Decoder::new(file);
    let Some(fields) = decoder.mapping(node, "A Kubernetes object") else {
        let text = node.text().unwrap_or_default();
        if let Some(error) = decoder.found.first_mut() {
            error.code = "not-an-object";
            error.help = Some(if text.starts_with("kubectl") {
                "This looks like a shell command: put a `#` in front of it to keep it as a comment.".into()
            } else {
                "An object begins with `apiVersion:` and `kind:`.".into()
            });
        }
        return close(decoder, None::<()>, out, |_, ()| {});
    };
    let word = |key: &str| fields.get(key).and_then(|node| node.text()).unwrap_or_default();
    let (api_version, kind) = (word("apiVersion"), word("kind"));
    if kind.is_empty() || api_version.is_empty() {
        let missing = if kind.is_empty() { "kind" } else { "apiVersion" };
        let message = format!("This object has no `{missing}`.");
        decoder.error("missing-field", fields.head(), message).help =
            Some("An object begins with `apiVersion:` and `kind:`.".into());
        return close(decoder, None::<()>, out, |_, ()| {});
    }
    if (kind == "List" || kind.ends_with("List") && fields.get("items").is_some()) && depth < MAX_LISTS {
        let items = fields.get("items").and_then(|node| decoder.list(node, "items")).unwrap_or_default();
        close(decoder, None::<()>, out, |_, ()| {});
        return items.iter().for_each(|item| object(item, tree, file, depth + 1, out));
    }
    // They are in text order, so that those of this object stand together.
    let first = tree.duplicates.partition_point(|(span, _)| span.start < node.span.start);
    let rest = tree.duplicates.get(first..).unwrap_or_default();
    for (span, key) in rest.iter().take_while(|(span, _)| within(*span, node.span)) {
        let message = format!("The key `{key}` stands twice in this mapping.");
        decoder.error("duplicate-key", *span, message).help = Some("Keep one of them.".into());
    }
    if (api_version, kind) == POLICY_API {
        let policy = read_policy::read(&fields, &mut decoder);
        close(decoder, policy, out, |out, policy| out.policies.push(policy));
    } else if [CILIUM_POLICY, CILIUM_CLUSTERWIDE].contains(&(api_version, kind)) {
        let policy = cilium::policy(&fields, (api_version, kind) == CILIUM_CLUSTERWIDE, &mut decoder);
        close(decoder, policy, out, |out, policy| out.cilium.push(policy));
    } else if CILIUM_GROUPS.contains(&(api_version, kind)) {
        let group = cilium::group(&fields, &mut decoder);
        close(decoder, group, out, |out, group| out.cilium_groups.push(group));
    } else if let Some(admin) = admin::find(api_version, kind) {
        let policy = admin::read(admin, api_version, &fields, &mut decoder);
        close(decoder, policy, out, |out, policy| out.admin_policies.push(policy));
    } else if (api_version, kind) == ("v1", "Namespace") {
        let namespace = workload::namespace(&fields, &mut decoder);
        close(decoder, namespace, out, |out, namespace| out.namespaces.push(namespace));
    } else if (api_version, kind) == ("v1", "ServiceAccount") {
        let account = workload::service_account(&fields, &mut decoder);
        close(decoder, account, out, |out, account| out.accounts.push(account));
    } else if (api_version, kind) == ("v1", "Service") {
        let service = service::service(&fields, &mut decoder);
        close(decoder, service, out, |out, service| out.services.push(service));
    } else if (api_version, kind) == ("discovery.k8s.io/v1", "EndpointSlice") {
        let slice = service::slice(&fields, &mut decoder);
        close(decoder, slice, out, |out, slice| out.slices.push(slice));
    } else if (api_version, kind) == ("v1", "Endpoints") {
        let slices = service::endpoints(&fields, &mut decoder);
        close(decoder, slices, out, |out, slices| out.slices.extend(slices));
    } else if let Some(known) = WorkloadKind::find(api_version, kind) {
        out.describes_pods = true;
        let workload = workload::workload(known, &fields, &mut decoder);
        close(decoder, workload, out, |out, workload| out.workloads.push(workload));
    } else if calico::knows(api_version, kind) {
        let object = calico::read(kind, &fields, tree, &mut decoder);
        close(decoder, object, out, |out, object| match object {
            calico::Object::Policy(policy) => out.calico_policies.push(*policy),
            calico::Object::Tier(tier) => out.tiers.push(tier),
            calico::Object::Set(set) => out.network_sets.push(set),
        });
    } else {
        let span = fields.get("kind").map_or(node.span, |node| node.span);
        if let Some(note) = calico::staged_note(api_version, kind, decoder.place(span)) {
            out.find(note);
        }
        if let Some(meant) = admin::meant(api_version, kind).or_else(|| meant(api_version, kind)) {
            let message = format!("{api_version} has no kind `{kind}` that counts here; did you mean {meant}?");
            out.find(Diagnostic::warning("unknown-kind", decoder.place(span), message));
        } else if is_foreign_policy(api_version, kind) {
            let message = format!("This {kind} of {api_version} is not evaluated: the answers are without it.");
            out.find(Diagnostic::warning("not-evaluated", decoder.place(span), message));
        }
        out.skipped.push(skipped(api_version, kind, &fields, decoder.place(node.span)));
    }
}

/// The kind that a near miss was probably meant to be. Other API groups have kinds of the same names.
fn meant(api_version: &str, kind: &str) -> Option<String> {
    let group = |api: &str| api.split_once('/').map_or(String::new(), |(group, _)| group.to_owned());
    let known = WorkloadKind::ALL.iter().map(|(api, kind)| (*api, kind.name()));
    let known = known.chain([POLICY_API, CILIUM_POLICY, CILIUM_CLUSTERWIDE, ("v1", "Namespace"), ("v1", "Service")]);
    let known = known.chain(calico::kinds());
    let plain = |text: &str| text.to_lowercase().trim_end_matches('s').to_owned();
    for (api, name) in known {
        let own_group =
            group(api) == group(api_version) || group(api_version).is_empty() || group(api_version) == "extensions";
        let same_name = plain(name) == plain(kind) || plain(name).replace("icy", "icie") == plain(kind);
        if own_group && same_name && (api, name) != (api_version, kind) {
            return Some(format!("kind {name} of {api}"));
        }
    }
    None
}

/// Whether an object decides on connections in a way that is not known here.
fn is_foreign_policy(api_version: &str, kind: &str) -> bool {
    let group = api_version.split('/').next().unwrap_or_default();
    let groups = ["projectcalico.org", "crd.projectcalico.org", "cilium.io", "crd.antrea.io", "networking.k8s.aws"];
    let kinds = ["Policy", "Tier", "NetworkSet"];
    groups.contains(&group) && kinds.iter().any(|end| kind.ends_with(end)) && !kind.starts_with("Staged")
}

fn within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn skipped(api_version: &str, kind: &str, fields: &Fields<'_, '_>, place: Place) -> Skipped {
    let name = fields.get("metadata").and_then(|node| node.get("name")).and_then(Node::text).unwrap_or_default();
    Skipped { api_version: api_version.to_owned(), kind: kind.to_owned(), name: name.to_owned(), place }
}

/// Hands `value` on unless something a cluster would refuse was found in it.
fn close<T>(decoder: Decoder, value: Option<T>, out: &mut Manifests, keep: impl FnOnce(&mut Manifests, T)) {
    let failed = decoder.failed();
    decoder.found.into_iter().for_each(|found| out.find(found));
    if failed {
        out.refused += 1;
    } else if let Some(value) = value {
        keep(out, value);
    }
}

/// Of two objects with one kind, namespace and name the later one counts, as it would with `kubectl apply`.
fn drop_repeats(out: &mut Manifests) {
    let mut repeats = Vec::new();
    keep_last(&mut out.namespaces, |namespace| &namespace.meta, |_| "Namespace", &mut repeats);
    keep_last(&mut out.workloads, |workload| &workload.meta, |workload| workload.kind.name(), &mut repeats);
    keep_last(&mut out.accounts, |account| &account.meta, |_| "ServiceAccount", &mut repeats);
    keep_last(&mut out.services, |service| &service.meta, |_| "Service", &mut repeats);
    keep_last(&mut out.policies, |policy| &policy.meta, |_| "NetworkPolicy", &mut repeats);
    keep_last(&mut out.cilium, |policy| &policy.meta, CiliumPolicy::kind, &mut repeats);
    keep_last(&mut out.cilium_groups, |group| &group.meta, |_| "CiliumCIDRGroup", &mut repeats);
    keep_last(&mut out.calico_policies, |policy| &policy.meta, calico::Policy::kind, &mut repeats);
    keep_last(&mut out.tiers, |tier| &tier.meta, |_| "Tier", &mut repeats);
    keep_last(&mut out.network_sets, |set| &set.meta, calico::NetworkSet::kind, &mut repeats);
    keep_last(&mut out.admin_policies, |policy| &policy.meta, |policy| policy.kind.name(), &mut repeats);
    repeats.extend(admin::ties(&out.admin_policies));
    repeats.into_iter().for_each(|found| out.find(found));
}

fn keep_last<T>(
    objects: &mut Vec<T>,
    meta: impl Fn(&T) -> &Meta,
    kind: impl Fn(&T) -> &'static str,
    repeats: &mut Vec<Diagnostic>,
) {
    let mut seen = std::collections::BTreeMap::new();
    let mut stale = crate::bits::BitSet::default();
    for (at, object) in objects.iter().enumerate() {
        let meta = meta(object);
        if meta.generated {
            continue;
        }
        let key = (kind(object), meta.namespace.clone(), meta.name.value.clone());
        let message = format!("{} `{}` is written twice; this one counts.", key.0, key.2);
        if let Some(before) = seen.insert(key, at) {
            stale.insert(before);
            let place = Place { file: meta.place.file, span: meta.name.span };
            repeats.push(Diagnostic::warning("repeated-object", place, message));
        }
    }
    let mut at = 0;
    objects.retain(|_| {
        at += 1;
        !stale.contains(at - 1)
    });
}

impl Manifests {
    /// Keeps a finding, unless there are too many.
    fn find(&mut self, found: Diagnostic) {
        if self.diagnostics.len() < MAX_FINDINGS {
            self.diagnostics.push(found);
        } else {
            self.unnamed += 1;
        }
    }

    /// How many objects are kept.
    pub fn objects(&self) -> usize {
        [
            self.namespaces.len(),
            self.workloads.len(),
            self.accounts.len(),
            self.services.len(),
            self.slices.len(),
            self.policies.len(),
            self.cilium.len(),
            self.cilium_groups.len(),
            self.calico_policies.len(),
            self.tiers.len(),
            self.network_sets.len(),
            self.admin_policies.len(),
        ]
        .iter()
        .sum()
    }

    /// Whether something was found that a real cluster would refuse.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

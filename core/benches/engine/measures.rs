//! What is measured.

use divan::{Bencher, counter::BytesCount};
use netpol_core::Analysis;
use netpol_core::cni::Cni;
use netpol_core::manifest::{self, Manifests};
use netpol_core::source::Source;

use crate::dialects::Shares;
use crate::generator::{self, Size};

fn parsed(size: Size) -> (Vec<Source>, Manifests) {
    let sources = vec![Source::new("cluster", generator::text(size, 42))];
    let manifests = manifest::read(&sources);
    assert!(!manifests.has_errors(), "{:?}", manifests.diagnostics.first());
    (sources, manifests)
}

/// Reads every ordered pair: the number of those that may connect on some port.
fn read_all(analysis: &Analysis) -> usize {
    let count = analysis.cluster.endpoints.len();
    let mut connected = 0;
    for from in 0..count {
        let to = analysis.connectivity.connections_from(from);
        connected += to.filter(|connection| !connection.allowed.is_empty()).count();
    }
    connected
}

fn evaluate(bencher: Bencher<'_, '_>, pods: usize, namespaces: usize, policies: usize) {
    let size = Size { pods, namespaces, policies, noise: false, shares: Shares::default() };
    evaluate_under(bencher, size, Cni::Plain);
}

fn evaluate_under(bencher: Bencher<'_, '_>, size: Size, cni: Cni) {
    let (_, manifests) = parsed(size);
    bencher
        .with_inputs(|| manifests.clone())
        .bench_values(|manifests| read_all(&netpol_core::evaluate(Vec::new(), manifests, cni)));
}

/// The sizes that are promised.
#[divan::bench(args = [(1_000, 50, 500), (10_000, 200, 2_000)], sample_size = 1, sample_count = 10)]
fn promised(bencher: Bencher<'_, '_>, (pods, namespaces, policies): (usize, usize, usize)) {
    evaluate(bencher, pods, namespaces, policies);
}

/// More policies over the same pods.
#[divan::bench(args = [125, 250, 500, 1_000, 2_000, 4_000], sample_size = 1, sample_count = 10)]
fn by_policies(bencher: Bencher<'_, '_>, policies: usize) {
    evaluate(bencher, 2_000, 100, policies);
}

/// More namespaces, and with them more classes of pods.
#[divan::bench(args = [25, 50, 100, 200, 400], sample_size = 1, sample_count = 10)]
fn by_namespaces(bencher: Bencher<'_, '_>, namespaces: usize) {
    evaluate(bencher, 4_000, namespaces, 1_000);
}

/// More pods of the same classes.
#[divan::bench(args = [1_000, 2_000, 4_000, 8_000], sample_size = 1, sample_count = 10)]
fn by_pods(bencher: Bencher<'_, '_>, pods: usize) {
    evaluate(bencher, pods, 50, 500);
}

/// Reading what `kubectl get -A -o yaml` prints.
#[divan::bench(args = [1_000, 6_000], sample_size = 1, sample_count = 5)]
fn read(bencher: Bencher<'_, '_>, pods: usize) {
    let size = Size { pods, namespaces: pods / 50, policies: pods / 10, noise: true, shares: Shares::default() };
    let sources = vec![Source::new("cluster", generator::text(size, 42))];
    let bytes: usize = sources.iter().map(|source| source.text().len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| manifest::read(&sources));
}

/// Who writes the policies of a mix, and what enforces them.
const MIXES: [(&str, Shares, Cni); 4] = [
    ("admin", Shares { admin: 20, calico: 0, cilium: 0 }, Cni::Plain),
    ("calico", Shares { admin: 0, calico: 70, cilium: 0 }, Cni::Calico),
    ("cilium", Shares { admin: 0, calico: 0, cilium: 70 }, Cni::Cilium),
    ("all", Shares { admin: 5, calico: 30, cilium: 30 }, Cni::Plain),
];

fn mix(name: &str) -> (Shares, Cni) {
    let found = MIXES.iter().find(|(own, ..)| *own == name);
    found.map(|(_, shares, cni)| (*shares, *cni)).expect("a mix of that name")
}

/// The smaller of the promised sizes with other dialects' policies among the rest.
#[divan::bench(args = ["admin", "calico", "cilium", "all"], sample_size = 1, sample_count = 10)]
fn mixed(bencher: Bencher<'_, '_>, name: &str) {
    let (shares, cni) = mix(name);
    evaluate_under(bencher, Size { pods: 1_000, namespaces: 50, policies: 500, noise: false, shares }, cni);
}

/// More policies of every dialect over the same pods.
#[divan::bench(args = [125, 250, 500, 1_000], sample_size = 1, sample_count = 5)]
fn mixed_by_policies(bencher: Bencher<'_, '_>, policies: usize) {
    let (shares, cni) = mix("all");
    evaluate_under(bencher, Size { pods: 1_000, namespaces: 50, policies, noise: false, shares }, cni);
}

/// Reading them.
#[divan::bench(args = ["calico", "cilium", "all"], sample_size = 1, sample_count = 5)]
fn read_mixed(bencher: Bencher<'_, '_>, name: &str) {
    let (shares, _) = mix(name);
    let size = Size { pods: 500, namespaces: 50, policies: 2_000, noise: false, shares };
    let sources = vec![Source::new("cluster", generator::text(size, 42))];
    let bytes: usize = sources.iter().map(|source| source.text().len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| manifest::read(&sources));
}

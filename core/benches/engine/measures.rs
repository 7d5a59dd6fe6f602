//! What is measured.

use divan::{Bencher, counter::BytesCount};
use netpol_core::Analysis;
use netpol_core::cni::Cni;
use netpol_core::manifest::{self, Manifests};
use netpol_core::source::Source;

use crate::generator::{self, Size};

fn parsed(pods: usize, namespaces: usize, policies: usize) -> (Vec<Source>, Manifests) {
    let size = Size { pods, namespaces, policies, noise: false };
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
    let (_, manifests) = parsed(pods, namespaces, policies);
    bencher
        .with_inputs(|| manifests.clone())
        .bench_values(|manifests| read_all(&netpol_core::evaluate(Vec::new(), manifests, Cni::Plain)));
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
    let size = Size { pods, namespaces: pods / 50, policies: pods / 10, noise: true };
    let sources = vec![Source::new("cluster", generator::text(size, 42))];
    let bytes: usize = sources.iter().map(|source| source.text().len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| manifest::read(&sources));
}

//! Seeded, realistic clusters as `kubectl get pods,ns,netpol -A -o yaml` prints them.

use std::fmt::Write;

use crate::dialects::{self, Shares};

/// How large a cluster is to be.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    /// Pods in all.
    pub(crate) pods: usize,
    /// Namespaces in all.
    pub(crate) namespaces: usize,
    /// Policies in all.
    pub(crate) policies: usize,
    /// Whether each object carries what a server adds: managed fields, status, annotations.
    pub(crate) noise: bool,
    /// Whose policies they are.
    pub(crate) shares: Shares,
}

/// xorshift64*: the same numbers on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize) % bound
    }

    pub(crate) fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

pub(crate) const APPS: [&str; 12] =
    ["frontend", "api", "database", "cache", "worker", "queue", "search", "auth", "billing", "mail", "gateway", "jobs"];
const TIERS: [&str; 4] = ["web", "service", "data", "batch"];
pub(crate) const TEAMS: [&str; 8] = ["red", "green", "blue", "amber", "violet", "teal", "rose", "slate"];
pub(crate) const ENVS: [&str; 3] = ["production", "staging", "development"];

/// The text of a cluster of that size.
pub(crate) fn text(size: Size, seed: u64) -> String {
    let mut random = Random(seed | 1);
    let mut out = String::from("apiVersion: v1\nkind: List\nitems:\n");
    for at in 0..size.namespaces {
        let (team, env) = (random.of(&TEAMS), random.of(&ENVS));
        let _ = write!(
            out,
            "- apiVersion: v1\n  kind: Namespace\n  metadata:\n    name: team-{at}\n    labels:\n      env: {env}\n      team: {team}\n      kubernetes.io/metadata.name: team-{at}\n"
        );
    }
    for at in 0..size.pods {
        pod(&mut out, at, size, &mut random);
    }
    for at in 0..size.policies {
        policy(&mut out, at, size, &mut random);
    }
    out
}

fn pod(out: &mut String, at: usize, size: Size, random: &mut Random) {
    let space = at % size.namespaces;
    // A namespace has a handful of applications, each with a few replicas.
    let app = (at / size.namespaces) % 6;
    let name = APPS[(app + space) % APPS.len()];
    let tier = TIERS[app % TIERS.len()];
    let version = if random.below(10) == 0 { "v2" } else { "v1" };
    let _ = write!(out, "- apiVersion: v1\n  kind: Pod\n  metadata:\n");
    if size.noise {
        let _ = write!(
            out,
            "    annotations:\n      example.com/config-hash: {:016x}\n      example.com/restarted-at: \"2026-01-{:02}T08:00:00Z\"\n    creationTimestamp: \"2026-01-01T08:00:00Z\"\n    generateName: {name}-7d9f8b6c5-\n",
            random.below(usize::MAX >> 1),
            1 + random.below(28)
        );
    }
    let _ = write!(
        out,
        "    name: {name}-{at}\n    namespace: team-{space}\n    labels:\n      app: {name}\n      tier: {tier}\n      version: {version}\n      example.com/pod-id: pod-{at}\n"
    );
    if size.noise {
        let _ = write!(out, "    resourceVersion: \"{}\"\n    uid: 00000000-0000-4000-8000-{at:012}\n", 100_000 + at);
    }
    let number = 8000 + (app % 3) * 10;
    let _ = write!(
        out,
        "  spec:\n    containers:\n    - image: registry.example/{name}:1.2.3\n      name: main\n      ports:\n      - containerPort: {number}\n        name: http\n        protocol: TCP\n      - containerPort: 9090\n        name: metrics\n        protocol: TCP\n"
    );
    if size.noise {
        let _ = write!(
            out,
            "      resources:\n        limits:\n          cpu: 500m\n          memory: 512Mi\n        requests:\n          cpu: 100m\n          memory: 128Mi\n      volumeMounts:\n      - mountPath: /var/run/secrets/kubernetes.io/serviceaccount\n        name: kube-api-access-x7k2p\n        readOnly: true\n    dnsPolicy: ClusterFirst\n    nodeName: node-{}\n    serviceAccountName: default\n",
            at % 50
        );
    }
    let (high, low) = (at / 250, at % 250 + 1);
    let _ = write!(
        out,
        "  status:\n    phase: Running\n    podIP: 10.{}.{}.{low}\n    podIPs:\n    - ip: 10.{}.{}.{low}\n",
        1 + high / 250,
        high % 250,
        1 + high / 250,
        high % 250
    );
    if size.noise {
        let _ = write!(
            out,
            "    conditions:\n    - lastProbeTime: null\n      lastTransitionTime: \"2026-01-01T08:00:00Z\"\n      status: \"True\"\n      type: Ready\n    qosClass: Burstable\n"
        );
    }
}

fn policy(out: &mut String, at: usize, size: Size, random: &mut Random) {
    let space = at % size.namespaces;
    if dialects::policy(out, at, space, size.shares, random) {
        return;
    }
    let own = |app: usize| APPS[(app + space) % APPS.len()];
    let (subject, peer) = (own(random.below(6)), own(random.below(6)));
    let _ = write!(
        out,
        "- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata:\n    name: policy-{at}\n    namespace: team-{space}\n  spec:\n"
    );
    let selects = format!("    podSelector:\n      matchLabels:\n        app: {subject}\n");
    let _ = match (at / size.namespaces) % 9 {
        0 => write!(out, "    podSelector: {{}}\n    policyTypes:\n    - Ingress\n"),
        1 => write!(
            out,
            "{selects}    policyTypes:\n    - Ingress\n    ingress:\n    - from:\n      - podSelector:\n          matchLabels:\n            app: {peer}\n      ports:\n      - port: http\n        protocol: TCP\n"
        ),
        2 => write!(
            out,
            "    podSelector: {{}}\n    policyTypes:\n    - Egress\n    egress:\n    - to:\n      - namespaceSelector:\n          matchLabels:\n            kubernetes.io/metadata.name: team-0\n      ports:\n      - port: 53\n        protocol: UDP\n      - port: 53\n        protocol: TCP\n"
        ),
        3 => write!(
            out,
            "{selects}    policyTypes:\n    - Egress\n    egress:\n    - to:\n      - podSelector:\n          matchLabels:\n            app: {peer}\n      ports:\n      - port: {}\n        protocol: TCP\n",
            8000 + random.below(3) * 10
        ),
        4 => write!(
            out,
            "{selects}    ingress:\n    - from:\n      - namespaceSelector:\n          matchLabels:\n            team: {}\n        podSelector:\n          matchExpressions:\n          - key: tier\n            operator: In\n            values:\n            - web\n            - service\n      ports:\n      - port: {}\n        endPort: {}\n",
            random.of(&TEAMS),
            8000,
            8000 + random.below(50)
        ),
        5 => write!(
            out,
            "{selects}    egress:\n    - to:\n      - ipBlock:\n          cidr: 0.0.0.0/0\n          except:\n          - 10.0.0.0/8\n          - 192.168.0.0/16\n      ports:\n      - port: 443\n"
        ),
        6 => write!(
            out,
            "    podSelector: {{}}\n    ingress:\n    - from:\n      - namespaceSelector:\n          matchExpressions:\n          - key: env\n            operator: NotIn\n            values:\n            - development\n      ports:\n      - port: metrics\n"
        ),
        7 => write!(
            out,
            "{selects}    egress:\n    - to:\n      - namespaceSelector:\n          matchLabels:\n            env: {}\n        podSelector:\n          matchLabels:\n            tier: data\n      ports:\n      - port: http\n",
            random.of(&ENVS)
        ),
        _ => write!(
            out,
            "    podSelector:\n      matchExpressions:\n      - key: version\n        operator: Exists\n    ingress:\n    - from:\n      - podSelector: {{}}\n"
        ),
    };
}

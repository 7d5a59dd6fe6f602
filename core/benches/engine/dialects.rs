//! Policies of other dialects than Kubernetes', in the shapes that people write.

use std::fmt::Write;

use crate::generator::{APPS, ENVS, Random, TEAMS};

/// How many of a hundred policies are of which dialect; the others are NetworkPolicies.
#[derive(Clone, Copy, Default)]
pub(crate) struct Shares {
    /// `policy.networking.k8s.io`.
    pub(crate) admin: usize,
    /// `projectcalico.org/v3`.
    pub(crate) calico: usize,
    /// `cilium.io/v2`.
    pub(crate) cilium: usize,
}

/// Writes policy `at` of namespace `team-{space}`, if it is of one of these dialects.
pub(crate) fn policy(out: &mut String, at: usize, space: usize, shares: Shares, random: &mut Random) -> bool {
    let Shares { admin, calico, cilium } = shares;
    if admin + calico + cilium == 0 {
        return false;
    }
    let own = |app: usize| APPS[(app + space) % APPS.len()];
    let (subject, peer) = (own(random.below(6)), own(random.below(6)));
    let drawn = random.below(100);
    if drawn < admin {
        admin_policy(out, at, random);
    } else if drawn < admin + calico {
        calico_policy(out, at, space, [subject, peer], random);
    } else if drawn < admin + calico + cilium {
        cilium_policy(out, at, space, [subject, peer], random);
    } else {
        return false;
    }
    true
}

fn admin_policy(out: &mut String, at: usize, random: &mut Random) {
    let (env, team) = (random.of(&ENVS), random.of(&TEAMS));
    let head = "- apiVersion: policy.networking.k8s.io/v1alpha1\n  kind: AdminNetworkPolicy\n  metadata:\n";
    let _ = write!(
        out,
        "{head}    name: admin-{at}\n  spec:\n    priority: {}\n    subject:\n      namespaces:\n        matchLabels:\n          env: {env}\n    ingress:\n",
        at % 1_000
    );
    let _ = match at % 3 {
        0 => write!(
            out,
            "    - name: monitoring\n      action: Allow\n      from:\n      - namespaces:\n          matchLabels:\n            kubernetes.io/metadata.name: team-0\n      ports:\n      - portNumber:\n          protocol: TCP\n          port: 9090\n"
        ),
        1 => write!(
            out,
            "    - name: own\n      action: Pass\n      from:\n      - namespaces:\n          matchLabels:\n            team: {team}\n    - name: others\n      action: Deny\n      from:\n      - namespaces:\n          matchExpressions:\n          - key: env\n            operator: NotIn\n            values:\n            - {env}\n"
        ),
        _ => write!(
            out,
            "    - name: no-search\n      action: Deny\n      from:\n      - pods:\n          namespaceSelector: {{}}\n          podSelector:\n            matchLabels:\n              app: search\n"
        ),
    };
}

fn calico_policy(out: &mut String, at: usize, space: usize, [subject, peer]: [&str; 2], random: &mut Random) {
    let order = 100 * (1 + random.below(20));
    let global = at.is_multiple_of(4);
    let (kind, namespace) = if global {
        ("GlobalNetworkPolicy", String::new())
    } else {
        ("NetworkPolicy", format!("    namespace: team-{space}\n"))
    };
    let _ = write!(
        out,
        "- apiVersion: projectcalico.org/v3\n  kind: {kind}\n  metadata:\n    name: calico-{at}\n{namespace}  spec:\n    order: {order}\n"
    );
    let _ = match at % 4 {
        0 => write!(
            out,
            "    namespaceSelector: env == '{}'\n    types:\n    - Ingress\n    ingress:\n    - action: Deny\n      source:\n        selector: app == '{peer}' && version != 'v2'\n    - action: Pass\n",
            random.of(&ENVS)
        ),
        1 => write!(
            out,
            "    selector: app == '{subject}'\n    ingress:\n    - action: Allow\n      protocol: TCP\n      source:\n        selector: app == '{peer}'\n      destination:\n        ports:\n        - {}\n        - 9000:9100\n",
            8000 + random.below(3) * 10
        ),
        2 => write!(
            out,
            "    selector: app in {{'{subject}', '{peer}'}}\n    types:\n    - Egress\n    egress:\n    - action: Allow\n      destination:\n        namespaceSelector: team == '{}'\n    - action: Deny\n      destination:\n        nets:\n        - 192.168.0.0/16\n",
            random.of(&TEAMS)
        ),
        _ => write!(
            out,
            "    selector: has(tier) && tier != 'batch'\n    ingress:\n    - action: Allow\n      source:\n        notSelector: app == '{peer}'\n        namespaceSelector: all()\n"
        ),
    };
}

fn cilium_policy(out: &mut String, at: usize, space: usize, [subject, peer]: [&str; 2], random: &mut Random) {
    let clusterwide = at.is_multiple_of(6);
    let (kind, namespace) = if clusterwide {
        ("CiliumClusterwideNetworkPolicy", String::new())
    } else {
        ("CiliumNetworkPolicy", format!("    namespace: team-{space}\n"))
    };
    let _ = write!(
        out,
        "- apiVersion: cilium.io/v2\n  kind: {kind}\n  metadata:\n    name: cilium-{at}\n{namespace}  spec:\n    endpointSelector:\n      matchLabels:\n        app: {subject}\n"
    );
    let _ = match at % 6 {
        0 => write!(
            out,
            "    enableDefaultDeny:\n      ingress: false\n    ingressDeny:\n    - fromEndpoints:\n      - matchLabels:\n          io.cilium.k8s.namespace.labels.env: {}\n",
            random.of(&ENVS)
        ),
        1 => write!(
            out,
            "    ingress:\n    - fromEndpoints:\n      - matchLabels:\n          app: {peer}\n      toPorts:\n      - ports:\n        - port: \"{}\"\n          protocol: TCP\n        rules:\n          http:\n          - method: GET\n            path: /api/v1/.*\n          - method: POST\n            path: /{peer}/.*\n",
            8000 + random.below(3) * 10
        ),
        2 => write!(
            out,
            "    egress:\n    - toEndpoints:\n      - matchLabels:\n          k8s:io.kubernetes.pod.namespace: team-0\n      toPorts:\n      - ports:\n        - port: \"53\"\n          protocol: ANY\n    - toFQDNs:\n      - matchName: {peer}.example.com\n      toPorts:\n      - ports:\n        - port: \"443\"\n          protocol: TCP\n"
        ),
        3 => write!(
            out,
            "    ingress:\n    - fromEntities:\n      - cluster\n    egress:\n    - toEntities:\n      - cluster\n      - world\n"
        ),
        4 => write!(
            out,
            "    egress:\n    - toCIDRSet:\n      - cidr: 10.0.0.0/8\n        except:\n        - 10.96.0.0/12\n    - toEndpoints:\n      - matchLabels:\n          app: {peer}\n      toPorts:\n      - ports:\n        - port: http\n          protocol: TCP\n        rules:\n          http:\n          - method: GET|HEAD\n"
        ),
        _ => write!(
            out,
            "    ingress:\n    - fromEndpoints:\n      - {{}}\n    ingressDeny:\n    - fromEndpoints:\n      - matchExpressions:\n        - key: version\n          operator: In\n          values:\n          - v2\n"
        ),
    };
}

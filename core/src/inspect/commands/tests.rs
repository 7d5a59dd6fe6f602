use super::*;
use crate::analyze_under;
use crate::source::Source;

const PODS: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: database, labels: {app: database}}, spec: {containers: [{name: c, ports: [{containerPort: 5432}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, labels: {app: api, tier: back}}, status: {podIP: 10.0.0.7}}
---
{apiVersion: v1, kind: Pod, metadata: {name: six, labels: {app: six}}, status: {podIP: \"fd00::7\"}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}}}}
";

const POLICIES: &str = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: database-policy}
spec:
  podSelector: {matchLabels: {app: database}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector: {matchExpressions: [{key: app, operator: In, values: [api, web]}, {key: legacy, operator: DoesNotExist}]}
    - namespaceSelector: {matchLabels: {env: prod}}
      podSelector: {matchLabels: {app: web}}
    ports: [{port: 5432}]
";

fn under(cni: Cni, more: &str) -> Analysis {
    let text = format!("{PODS}---{POLICIES}{more}");
    let analysis = analyze_under(vec![Source::new("all", text)], cni);
    assert!(!analysis.manifests.has_errors(), "{:?}", analysis.manifests.diagnostics);
    analysis
}

fn lines(commands: &[Command]) -> Vec<String> {
    commands.iter().map(|command| format!("{} {}", command.step.number(), command.line)).collect()
}

fn at(analysis: &Analysis, id: &str) -> usize {
    analysis.cluster.find(id).unwrap_or_else(|| panic!("no {id}"))
}

fn pair(analysis: &Analysis, from: &str, to: &str) -> Vec<String> {
    lines(&for_pair(analysis, at(analysis, from), at(analysis, to), None))
}

const PLUGIN: &str = "1 kubectl get pods -n kube-system | grep -E 'calico|cilium|weave|antrea|romana|flannel|aws-node'";
const DATABASE: &str = "$(kubectl get pod database -n default -o jsonpath='{.status.podIP}')";

#[test]
fn the_chapters_workflow_for_a_pod() {
    let analysis = under(Cni::Plain, "");
    let found = lines(&for_pod(&analysis, at(&analysis, "default/database")));
    let run = format!(
        "4 kubectl run test --rm -it --restart=Never -n default --image=busybox -- wget -qO- --timeout=2 \"http://{DATABASE}:5432\""
    );
    let wanted = [
        PLUGIN,
        "2 kubectl get networkpolicy -n default",
        "2 kubectl describe networkpolicy database-policy -n default",
        "3 kubectl get pod database -n default --show-labels",
        "3 kubectl get pods -n default -l app=database --show-labels",
        run.as_str(),
        "4 kubectl exec -n default database -- nslookup kubernetes.default",
        "5 kubectl get pod database -n default -o jsonpath='{.spec.nodeName}'",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_policys_selectors_become_questions() {
    let analysis = under(Cni::Calico, "");
    let wanted = [
        PLUGIN,
        "2 kubectl get networkpolicy -n default",
        "2 kubectl describe networkpolicy database-policy -n default",
        "3 kubectl get pods -n default -l app=database --show-labels",
        "3 kubectl get pods -n default -l 'app in (api,web),!legacy' --show-labels",
        "3 kubectl get namespaces -l env=prod --show-labels",
        "3 kubectl get pods -A -l app=web --show-labels",
        "5 iptables -L -n -v | grep cali",
    ];
    assert_eq!(lines(&for_policy(&analysis, 0)), wanted);
}

#[test]
fn a_connection_is_tried_from_the_pod_and_from_a_new_one() {
    let analysis = under(Cni::Plain, "");
    let tries = |from: &str, to: &str| -> Vec<String> {
        pair(&analysis, from, to).into_iter().filter(|line| line.starts_with('4')).collect()
    };
    assert_eq!(
        tries("default/api", "default/database"),
        [
            format!("4 kubectl exec -n default api -- wget -qO- --timeout=2 \"http://{DATABASE}:5432\""),
            format!("4 kubectl exec -n default api -- nc -zvw2 \"{DATABASE}\" 5432"),
            format!(
                "4 kubectl run test --rm -it --restart=Never -n default --labels=app=api,tier=back --image=busybox -- \
                 wget -qO- --timeout=2 \"http://{DATABASE}:5432\""
            ),
        ]
    );
    // Known addresses stand as they are; a source that is isolated for egress may have lost its DNS.
    assert_eq!(
        tries("default/database", "default/six"),
        [
            "4 kubectl exec -n default database -- wget -qO- --timeout=2 'http://[fd00::7]:80'",
            "4 kubectl exec -n default database -- nc -zvw2 fd00::7 80",
            "4 kubectl run test --rm -it --restart=Never -n default --labels=app=database --image=busybox -- \
             wget -qO- --timeout=2 'http://[fd00::7]:80'",
            "4 kubectl exec -n default database -- nslookup kubernetes.default",
        ]
    );
    // A workload's pods have no names yet: their labels find the first.
    let found = tries("default/api", "shop/Deployment/web");
    let host = "$(kubectl get pods -n shop -l app=web -o jsonpath='{.items[0].status.podIP}')";
    assert_eq!(found[0], format!("4 kubectl exec -n default api -- wget -qO- --timeout=2 \"http://{host}:80\""));
    let found = tries("shop/Deployment/web", "default/api");
    assert_eq!(found[1], "4 kubectl exec -n shop deployment/web -- nc -zvw2 10.0.0.7 80");
}

#[test]
fn the_port_is_the_one_that_there_is_most_to_say_about() {
    let analysis = under(Cni::Plain, "");
    let to = at(&analysis, "default/database");
    let flow = |id: &str| connect::likely_flow(&analysis, at(&analysis, id), to).map(|flow| flow.to_string());
    assert_eq!(flow("default/api").as_deref(), Some("TCP/5432"), "allowed");
    assert_eq!(flow("default/six").as_deref(), Some("TCP/5432"), "named by a rule");
    let asked = Flow { protocol: crate::ports::Protocol::Udp, port: 53 };
    let found = lines(&for_pair(&analysis, at(&analysis, "default/api"), to, Some(asked)));
    assert!(found.contains(&format!("4 kubectl exec -n default api -- nc -zuvw2 \"{DATABASE}\" 53")), "{found:?}");
    assert!(!found.iter().any(|line| line.contains("wget")), "wget speaks TCP: {found:?}");
}

#[test]
fn each_plugin_shows_what_it_made_of_it() {
    let cases: [(Cni, &[&str]); 8] = [
        (Cni::Plain, &[]),
        (Cni::Flannel, &[]),
        (Cni::Calico, &["5 calicoctl get workloadendpoint -n default", "5 iptables -L -n -v | grep cali"]),
        (Cni::Cilium, &["5 hubble observe --from-pod default/api --to-pod default/database --verdict DROPPED"]),
        (
            Cni::Antrea,
            &[
                "5 kubectl -n kube-system exec deploy/antrea-controller -- antctl query endpoint -n default -p api",
                "5 kubectl -n kube-system exec ds/antrea-agent -c antrea-agent -- antctl get networkpolicy",
                "5 kubectl -n kube-system exec deploy/antrea-controller -- antctl query endpoint -n default -p database",
            ],
        ),
        (Cni::Weave, &["5 kubectl -n kube-system logs -l name=weave-net -c weave-npc --tail=50"]),
        (Cni::Romana, &["5 iptables -L -n -v | grep ROMANA"]),
        (
            Cni::Aws,
            &[
                "5 kubectl -n kube-system get ds aws-node -o yaml | grep enable-network-policy",
                "5 kubectl get policyendpoints -A",
            ],
        ),
    ];
    for (cni, wanted) in cases {
        let analysis = under(cni, "");
        let found = pair(&analysis, "default/api", "default/database");
        let found: Vec<&String> = found.iter().filter(|line| line.starts_with('5')).collect();
        assert_eq!(found, wanted, "{cni:?}");
    }
    let flannel = under(Cni::Flannel, "");
    let first = for_policy(&flannel, 0).into_iter().next();
    let first = first.map(|command| (command.purpose, command.line));
    let purpose = "Flannel runs as kube-flannel, in namespace kube-flannel, and enforces nothing".to_owned();
    assert_eq!(first, Some((purpose, EVERYWHERE.to_owned())));
}

#[test]
fn kinds_of_other_dialects_are_listed_where_they_are_in_force() {
    let calico = "
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: guard}
spec: {selector: \"app == 'database' && !has(old)\", namespaceSelector: \"env == 'prod'\", ingress: [{action: Deny}]}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: own}
spec: {selector: \"app == 'api' || app == 'web'\", ingress: [{action: Allow}]}
";
    let cilium = "
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: layer-7}
spec: {endpointSelector: {matchLabels: {app: database}}, ingress: [{}]}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: wide}
spec: {endpointSelector: {}, ingress: [{}]}
";
    let admin = "
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: admins}
spec: {priority: 5, subject: {namespaces: {matchLabels: {env: prod}}}}
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: newer}
spec: {tier: Admin, priority: 7, subject: {namespaces: {}}}
";
    let cases: [(&str, &str, &[&str]); 6] = [
        (
            calico,
            "guard",
            &[
                "2 calicoctl get globalnetworkpolicy",
                "2 kubectl get networkpolicies.crd.projectcalico.org -A",
                "2 calicoctl get globalnetworkpolicy guard -o yaml",
                "3 kubectl get pods -A -l 'app=database,!old' --show-labels",
                "3 kubectl get namespaces -l env=prod --show-labels",
            ],
        ),
        (calico, "own", &["2 calicoctl get networkpolicy own -n default -o yaml"]),
        (
            cilium,
            "layer-7",
            &[
                "2 kubectl get cnp,ccnp -A",
                "2 kubectl describe cnp layer-7 -n default",
                "3 kubectl get pods -n default -l app=database --show-labels",
            ],
        ),
        (cilium, "wide", &["2 kubectl describe ccnp wide", "3 kubectl get pods -A --show-labels"]),
        (
            admin,
            "admins",
            &[
                "2 kubectl get adminnetworkpolicies,baselineadminnetworkpolicies",
                "2 kubectl describe adminnetworkpolicy admins",
                "3 kubectl get namespaces -l env=prod --show-labels",
            ],
        ),
        (admin, "newer", &["2 kubectl get clusternetworkpolicies", "2 kubectl describe clusternetworkpolicy newer"]),
    ];
    for (text, name, wanted) in cases {
        let analysis = under(Cni::Plain, text);
        let at = analysis.policies.iter().position(|policy| policy.name == name);
        let found = lines(&for_policy(&analysis, at.unwrap_or_else(|| panic!("no {name}"))));
        for line in wanted {
            assert!(found.iter().any(|own| own == line), "{name}: {line} is not in {found:#?}");
        }
    }
}

#[test]
fn hostile_names_stay_words() {
    let mut analysis = under(Cni::Cilium, "");
    let hostile = "$(touch /tmp/x); `id` 'q' \"d\" & |";
    let quoted = word(hostile);
    for endpoint in &mut analysis.cluster.endpoints {
        endpoint.name = hostile.to_owned();
        endpoint.labels = [(hostile.to_owned(), hostile.to_owned())].into();
    }
    for namespace in &mut analysis.cluster.namespaces {
        namespace.name = hostile.to_owned();
    }
    for policy in &mut analysis.policies {
        (policy.name, policy.namespace) = (hostile.to_owned(), Some(hostile.to_owned()));
    }
    let (from, to) = (at(&analysis, "default/api"), at(&analysis, "default/database"));
    let all = [for_pod(&analysis, to), for_policy(&analysis, 0), for_pair(&analysis, from, to, None)].concat();
    let mut hidden = 0;
    for Command { line, .. } in &all {
        // Pairs and lists of labels are one word, in which the same text is quoted with its neighbours.
        let body = quoted.trim_matches('\'');
        let rest = line.replace(body, "");
        hidden += usize::from(rest != *line);
        assert!(!rest.contains("touch") && !rest.contains("`id`"), "{line}");
        let outside: String = rest.split('\'').step_by(2).collect();
        assert!(!outside.contains([';', '&']), "{line}");
    }
    assert!(hidden > 10, "only {hidden} lines hold the name");
}

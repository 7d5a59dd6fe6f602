// Policies of other dialects, and pods that they are about.

/** Pods of one namespace, with their `app` labels. */
export const pods = (...names) =>
  names.map((name) => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\n`).join('---\n');

/** The same with addresses. */
export const podsAt = (addresses) =>
  Object.entries(addresses)
    .map(([name, ip]) => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nstatus: {podIP: ${ip}}\n`)
    .join('---\n');

/** Section 5.7's first example. */
export const DENY_ALL_EXTERNAL = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: deny-all-external
spec:
  # Applies to ALL pods in ALL namespaces
  selector: all()
  types:
  - Egress
  egress:
  # Only allow egress to cluster-internal IPs
  - action: Allow
    destination:
      nets:
      - 10.0.0.0/8
      - 172.16.0.0/12
      - 192.168.0.0/16
  # Deny everything else (implicit)
`;

/** Section 5.7's second example. */
export const API_L7 = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: api-l7-policy
spec:
  endpointSelector:
    matchLabels:
      app: api
  ingress:
  - fromEndpoints:
    - matchLabels:
        app: frontend
    toPorts:
    - ports:
      - port: "80"
        protocol: TCP
      rules:
        http:
        # Only allow GET and POST, not DELETE
        - method: GET
        - method: POST
          path: "/api/v1/.*"
`;

/** An admin policy that denies the intruder, hands the frontend on, and leaves the rest to the others. */
export const ADMIN = `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata:
  name: guard
spec:
  priority: 5
  subject:
    namespaces: {}
  ingress:
  - name: no-intruder
    action: Deny
    from:
    - pods:
        namespaceSelector: {}
        podSelector: {matchLabels: {app: intruder}}
  - name: ask-the-owner
    action: Pass
    from:
    - pods:
        namespaceSelector: {}
        podSelector: {matchLabels: {app: frontend}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: frontend}}
`;

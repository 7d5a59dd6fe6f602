// Pods as they come out of a cluster: what `kubectl get -o yaml` prints, pasted as it is.
import { eventually, expect, test } from './page.js';

const KUBECTL = `apiVersion: v1
items:
- apiVersion: v1
  kind: Namespace
  metadata:
    creationTimestamp: "2024-05-02T09:14:11Z"
    labels:
      kubernetes.io/metadata.name: shop
      team: web
    name: shop
    resourceVersion: "1043"
    uid: 5f0c6c1e-2f0e-4b2e-9d5c-2f4b2c0d9a11
  spec:
    finalizers:
    - kubernetes
  status:
    phase: Active
- apiVersion: v1
  kind: Pod
  metadata:
    annotations:
      cni.projectcalico.org/podIP: 10.244.1.7/32
    creationTimestamp: "2024-05-02T09:15:00Z"
    generateName: web-7d4b9c6f5b-
    labels:
      app: web
      pod-template-hash: 7d4b9c6f5b
    name: web-7d4b9c6f5b-x2x9k
    namespace: shop
    ownerReferences:
    - apiVersion: apps/v1
      blockOwnerDeletion: true
      controller: true
      kind: ReplicaSet
      name: web-7d4b9c6f5b
      uid: 0e8d1c0a-0000-4000-8000-000000000001
  spec:
    containers:
    - image: nginx:1.25
      imagePullPolicy: IfNotPresent
      name: web
      ports:
      - containerPort: 80
        name: http
        protocol: TCP
      resources: {}
      terminationMessagePath: /dev/termination-log
    nodeName: node-1
    tolerations:
    - effect: NoExecute
      key: node.kubernetes.io/not-ready
      operator: Exists
      tolerationSeconds: 300
  status:
    conditions:
    - lastProbeTime: null
      status: "True"
      type: Ready
    hostIP: 192.168.1.10
    phase: Running
    podIP: 10.244.1.7
    podIPs:
    - ip: 10.244.1.7
- apiVersion: v1
  kind: Pod
  metadata:
    labels:
      app: db
    name: db-0
    namespace: shop
  spec:
    containers:
    - image: postgres:16
      name: db
      ports:
      - containerPort: 5432
        name: pg
        protocol: TCP
  status:
    phase: Running
    podIP: 10.244.2.3
    podIPs:
    - ip: 10.244.2.3
- apiVersion: v1
  kind: Pod
  metadata:
    labels:
      run: shell
    name: shell
    namespace: default
  spec:
    containers:
    - image: busybox
      name: shell
  status:
    phase: Running
    podIP: 10.244.1.9
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    annotations:
      kubectl.kubernetes.io/last-applied-configuration: |
        {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"annotations":{},"name":"db","namespace":"shop"},"spec":{}}
    creationTimestamp: "2024-05-02T09:20:00Z"
    generation: 1
    name: db
    namespace: shop
  spec:
    ingress:
    - from:
      - podSelector:
          matchLabels:
            app: web
      ports:
      - port: pg
        protocol: TCP
    podSelector:
      matchLabels:
        app: db
    policyTypes:
    - Ingress
- apiVersion: v1
  kind: Service
  metadata:
    name: db
    namespace: shop
  spec:
    clusterIP: 10.96.14.2
    ports:
    - port: 5432
      protocol: TCP
      targetPort: 5432
    selector:
      app: db
    type: ClusterIP
  status:
    loadBalancer: {}
- apiVersion: v1
  data:
    key: value
  kind: ConfigMap
  metadata:
    name: settings
    namespace: shop
kind: List
metadata:
  resourceVersion: ""
`;

test('a List with pods, a namespace, a policy and other kinds is read as it is', async ({ playground }) => {
  await playground.open();
  await playground.pasteCluster(KUBECTL);
  await playground.expectMatrix(`
                             shop/web-7d4b9c6f5b-x2x9k  shop/db-0  default/shell
  shop/web-7d4b9c6f5b-x2x9k  -                          TCP/5432   idle
  shop/db-0                  idle                       -          idle
  default/shell              idle                       in         -`);
  await expect(playground.problems).toHaveCount(0);
  await expect(playground.figure).not.toHaveClass(/\bstale\b/);
  const skipped = playground.status.locator('.skipped');
  await expect(skipped).toHaveText('1 skipped: ConfigMap');
  await expect(skipped).toHaveAttribute('title', /ConfigMap settings \(v1\)/);
  await playground.tab('Cluster');
  await expect(playground.status).toContainText('3 pods, no problems');
});

test('the same List as JSON is read alike', async ({ playground }) => {
  const pod = (name, app) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app } }, spec: { containers: [] } });
  const items = [pod('a', 'a'), pod('b', 'b'), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 's' }, data: {} }];
  await playground.open();
  await playground.pasteCluster(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 4));
  await eventually(() => playground.verdicts()).toEqual({ 'default/a -> default/b': 'idle', 'default/b -> default/a': 'idle' });
  await expect(playground.status.locator('.skipped')).toHaveText('1 skipped: ConfigMap');
});

test('a workload stands for its pods, and no pods at all is said in the figure', async ({ playground }) => {
  await playground.open();
  await playground.pasteCluster(`apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client, labels: {app: client}}
`);
  await eventually(async () => Object.keys(await playground.verdicts()).length).toBeGreaterThanOrEqual(2);
  await expect(playground.problems.filter({ has: playground.page.locator('.error') })).toHaveCount(0);
  await expect(playground.page.locator('.scene')).toContainText('web');
  await playground.pasteCluster('# no pods\n');
  await expect(playground.figure).toContainText('Paste pods into the Cluster tab');
  await expect(playground.headline).toHaveText('Nobody to talk to yet');
});

// Example 5 of the chapter, word for word, on pods that play its parts; every pair worked out by hand.
import { eventually, expect, table, test } from './page.js';

const pod = (namespace, name, labels) => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: ${namespace}
  labels: {${labels}}
---
`;
const namespace = (name, labels) => `apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
  labels: {${labels}}
---
`;

const CLUSTER =
  namespace('myapp', '') +
  pod('myapp', 'frontend', 'tier: frontend') +
  pod('myapp', 'api', 'tier: api') +
  pod('myapp', 'database', 'tier: database') +
  pod('myapp', 'jobs', 'app: jobs') +
  namespace('ingress-nginx', 'app.kubernetes.io/name: ingress-nginx') +
  pod('ingress-nginx', 'controller', 'app: ingress-nginx') +
  namespace('kube-system', '') +
  pod('kube-system', 'coredns', 'k8s-app: kube-dns');

const POLICIES = `# 1. Default deny for namespace
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
  namespace: myapp
spec:
  podSelector: {}
  policyTypes:
  - Ingress
  - Egress

---
# 2. Allow DNS
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-dns
  namespace: myapp
spec:
  podSelector: {}
  policyTypes:
  - Egress
  egress:
  - ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP

---
# 3. Frontend: Allow ingress from Ingress controller, egress to API
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: frontend-policy
  namespace: myapp
spec:
  podSelector:
    matchLabels:
      tier: frontend
  policyTypes:
  - Ingress
  - Egress
  ingress:
  - from:
    - namespaceSelector:
        matchLabels:
          app.kubernetes.io/name: ingress-nginx
    ports:
    - port: 80
  egress:
  - to:
    - podSelector:
        matchLabels:
          tier: api
    ports:
    - port: 8080

---
# 4. API: Allow ingress from frontend, egress to database
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api-policy
  namespace: myapp
spec:
  podSelector:
    matchLabels:
      tier: api
  policyTypes:
  - Ingress
  - Egress
  ingress:
  - from:
    - podSelector:
        matchLabels:
          tier: frontend
    ports:
    - port: 8080
  egress:
  - to:
    - podSelector:
        matchLabels:
          tier: database
    ports:
    - port: 5432

---
# 5. Database: Allow ingress from API only
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: database-policy
  namespace: myapp
spec:
  podSelector:
    matchLabels:
      tier: database
  policyTypes:
  - Ingress
  ingress:
  - from:
    - podSelector:
        matchLabels:
          tier: api
    ports:
    - port: 5432
`;

// Names may be asked for from every pod of myapp, so its own side refuses nobody altogether: whoever is refused is
// refused by the destination. The two pods outside are not isolated.
const DNS = 'TCP/53, UDP/53';
const EXPECTED = `
                            myapp/frontend  myapp/api  myapp/database  myapp/jobs  ingress-nginx/controller  kube-system/coredns
  myapp/frontend            -               TCP/8080   in              in          ${DNS}                    ${DNS}
  myapp/api                 in              -          TCP/5432        in          ${DNS}                    ${DNS}
  myapp/database            in              in         -               in          ${DNS}                    ${DNS}
  myapp/jobs                in              in         in              -           ${DNS}                    ${DNS}
  ingress-nginx/controller  TCP/80          in         in              in          -                         idle
  kube-system/coredns       in              in         in              in          idle                      -`;

// The first policy alone: inside, both sides refuse; outside, only the pod of myapp does.
const DENIED = `
                            myapp/frontend  myapp/api  myapp/database  myapp/jobs  ingress-nginx/controller  kube-system/coredns
  myapp/frontend            -               both       both            both        out                       out
  myapp/api                 both            -          both            both        out                       out
  myapp/database            both            both       -               both        out                       out
  myapp/jobs                both            both       both            -           out                       out
  ingress-nginx/controller  in              in         in              in          -                         idle
  kube-system/coredns       in              in         in              in          idle                      -`;

test.beforeEach(async ({ playground }) => {
  await playground.open();
  await playground.pasteCluster(CLUSTER);
});

test('the five policies give exactly the expected verdict for every pair', async ({ playground }) => {
  await playground.pastePolicies(POLICIES);
  await playground.expectMatrix(EXPECTED);
  await expect(playground.status).toContainText('5 policies, no problems');
  await expect(playground.problems).toHaveCount(0);
});

test('the figure with all arrows shows the same as the table', async ({ playground }) => {
  await playground.pastePolicies(POLICIES);
  await playground.page.getByRole('button', { name: 'All arrows' }).click();
  await eventually(() => playground.verdicts()).toEqual(table(EXPECTED));
  expect(await playground.arrow('myapp/frontend', 'kube-system/coredns')).toMatchObject({
    chip: 'TCP+UDP/53',
    label: 'frontend to coredns: only TCP/53, UDP/53, line 25',
  });
  expect((await playground.arrow('ingress-nginx/controller', 'myapp/frontend')).chip).toBe('TCP/80');
});

test('the first policy alone: crosses at both doors inside, at one outside', async ({ playground }) => {
  await playground.pastePolicies(POLICIES.slice(0, POLICIES.indexOf('---\n# 2')));
  await playground.expectMatrix(DENIED);
  await playground.page.getByRole('button', { name: 'All arrows' }).click();
  await eventually(() => playground.verdicts()).toEqual(table(DENIED));
  expect((await playground.arrow('myapp/api', 'myapp/database')).gates).toEqual(['egress', 'ingress']);
  expect((await playground.arrow('myapp/api', 'kube-system/coredns')).gates).toEqual(['egress']);
  expect((await playground.arrow('kube-system/coredns', 'myapp/api')).gates).toEqual(['ingress']);
});

test('without the DNS policy the tiers still connect, and every other way out is refused at its source', async ({ playground }) => {
  const at = [POLICIES.indexOf('# 2. Allow'), POLICIES.indexOf('# 3. Frontend')];
  await playground.pastePolicies(POLICIES.slice(0, at[0]) + POLICIES.slice(at[1]));
  await playground.expectMatrix(`
                            myapp/frontend  myapp/api  myapp/database  myapp/jobs  ingress-nginx/controller  kube-system/coredns
  myapp/frontend            -               TCP/8080   both            both        out                       out
  myapp/api                 both            -          TCP/5432        both        out                       out
  myapp/database            both            both       -               both        out                       out
  myapp/jobs                both            both       both            -           out                       out
  ingress-nginx/controller  TCP/80          in         in              in          -                         idle
  kube-system/coredns       in              in         in              in          idle                      -`);
});

test('the lesson of the same name agrees with what was pasted', async ({ playground }) => {
  await playground.lesson('A complete application', 6);
  await eventually(() => playground.matrix()).toEqual(
    Object.fromEntries(Object.entries(table(EXPECTED)).filter(([arrow]) => !arrow.includes('myapp/jobs'))),
  );
});

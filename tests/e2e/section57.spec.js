// The chapter's two examples of section 5.7, pasted beside fitting pods.
import { eventually, expect, test } from './page.js';
import { API_L7, DENY_ALL_EXTERNAL, pods, podsAt } from './dialects.js';

test.beforeEach(({ playground }) => playground.open());

test('Calico: nobody reaches the internet, everybody the private ranges', async ({ playground }) => {
  await playground.pasteCluster(podsAt({ frontend: '10.0.0.5', api: '10.0.0.6' }));
  await playground.pastePolicies(DENY_ALL_EXTERNAL);
  await expect(playground.problems).toHaveCount(0);
  await expect(playground.page.locator('.enforced .chosen b')).toHaveText('Calico');
  const pills = await playground.page.locator('.pod.pill').evaluateAll((all) =>
    all.map((pill) => ({ id: pill.dataset.pod, says: pill.querySelector('title').textContent })),
  );
  const inside = ({ says }) => /\(10\.0\.0\.0\/8|172\.16\.0\.0\/12|192\.168\.0\.0\/16/.test(says);
  expect(pills.filter(inside).length).toBeGreaterThanOrEqual(1);
  expect(pills.filter(({ says }) => says.includes('internet')).length).toBeGreaterThanOrEqual(1);
  // What is kept inside is drawn, though nobody decides on what comes in.
  const drawn = await playground.verdicts();
  for (const { id } of pills.filter(({ says }) => says.includes('internet'))) expect(drawn[`default/frontend -> ${id}`]).toBe('out');
  for (const pill of pills) {
    for (const pod of ['frontend', 'api']) {
      const wanted = inside(pill) ? 'open' : 'out';
      await playground.pod(pod).hover();
      await eventually(async () => (await playground.scene()).arrows.find(({ arrow }) => arrow === `default/${pod} -> ${pill.id}`)?.label.includes('blocked by egress') ? 'out' : 'open').toBe(wanted);
    }
  }
  await playground.page.mouse.move(5, 5);
  expect((await playground.verdicts())['default/frontend -> default/api']).toBe('open');
  await expect(playground.inWords).toContainText('deny-all-external');
});

test.describe('Cilium: a door for requests', () => {
  test.beforeEach(async ({ playground }) => {
    await playground.pasteCluster(pods('frontend', 'api', 'worker'));
    await playground.pastePolicies(API_L7);
    await expect(playground.problems).toHaveCount(0);
  });

  test('the arrow says so, and nobody else comes in', async ({ playground }) => {
    const arrow = async () => playground.arrow('frontend', 'api');
    await eventually(async () => (await arrow())?.verdict).toBe('TCP/80 (HTTP)');
    expect((await arrow()).classes).toEqual(expect.arrayContaining(['part', 'http']));
    await expect(playground.page.locator('.scene .chip')).toContainText(['TCP/80 HTTP']);
    await expect(playground.page.locator('[data-door$=":ingress"]')).toHaveCount(1);
    await playground.pod('worker').hover();
    await eventually(async () => (await playground.arrow('worker', 'api'))?.verdict).toBe('in');
    await expect(playground.legend).toContainText('1by request');
    expect((await playground.matrix())['default/frontend -> default/api']).toBe('TCP/80 (HTTP)');
    await expect(playground.panel.locator('.sign.http')).toHaveCount(1);
  });

  test('the panel lists which requests pass, and which get 403', async ({ playground }) => {
    await playground.select('frontend', 'api');
    const looks = playground.panel.locator('.looks');
    await expect(looks.getByRole('list', { name: 'Requests that pass, entering api' }).getByRole('listitem')).toHaveText(['GET', 'POST /api/v1/.*']);
    await expect(looks).toContainText('Every other request gets 403');
    await expect(looks.locator('.such').first()).toHaveText('such asGET /POST /api/v1/items');
    await expect(looks.locator('.such').last()).toHaveText('such asPOST /DELETE /');
    await expect(playground.inWords).toContainText('api-l7-policy');
    await expect(playground.inWords).toContainText('POST /api/v1/.*');
  });

  test('the probe takes a request', async ({ playground }) => {
    await playground.openPanel('Probe');
    const verdict = playground.panel.locator('.verdict');
    const sign = () => verdict.locator(':scope > span').first().getAttribute('class');
    const ask = async (method, path, says, how) => {
      await playground.page.getByRole('combobox', { name: 'Request' }).selectOption(method);
      await playground.page.getByLabel('Path', { exact: true }).fill(path);
      await expect(verdict).toContainText(says);
      expect(await sign()).toBe(how);
    };
    await playground.ask({ From: 'frontend', To: 'api' });
    await ask('GET', '/anything', 'GET /anything passes', 'yes');
    await ask('POST', '/api/v1/items', 'POST /api/v1/items passes', 'yes');
    await ask('POST', '/login', 'POST /login is answered 403', 'no');
    await ask('DELETE', '/api/v1/items', 'DELETE /api/v1/items is answered 403: no HTTP rule of api-l7-policy admits it', 'no');
    await expect(playground.panel.locator('.requests-of li')).toHaveText([/^GET/, /^POST \/api\/v1\/\.\*/]);
    await playground.panel.getByRole('button', { name: /^lines 21–22: POST/ }).click();
    await eventually(() => playground.cursor()).toEqual(['Policies', 21]);
    await playground.ask({ From: 'worker' });
    await expect(verdict).toContainText('may not open TCP/80');
    await ask('GET', 'no-slash', 'must begin with /', 'warn');
    await playground.page.getByRole('combobox', { name: 'Request' }).selectOption('none');
    await expect(playground.page.getByLabel('Path', { exact: true })).toHaveCount(0);
  });
});

test.describe('requests in motion', () => {
  const settle = (playground) => expect(playground.page.locator('.requests')).toHaveCount(0);

  test('one is let in and one turned back: at the change, on Replay, and for who points at the arrow', async ({ playground }) => {
    await playground.pasteCluster(pods('frontend', 'api', 'worker'));
    const requests = playground.page.locator('.requests');
    // Slow motion, so that a person sees it, and so does this test.
    const speed = playground.page.getByRole('button', { name: /^Speed/ });
    await speed.click();
    await speed.click();
    await playground.pastePolicies(API_L7);
    await expect(requests).toHaveCount(1);
    await expect(requests.locator('.let-in')).toHaveText('GET');
    await expect(requests.locator('.turned-back .asks')).toHaveText('DELETE');
    await expect(requests.locator('.turned-back .answer')).toHaveText('403');
    const running = await requests.locator('.request').evaluateAll((all) => all.map((one) => one.getAnimations().length));
    expect(running).toEqual([1, 1]);
    const line = () => playground.page.locator('.arrows .arrow.http .hit').getAttribute('d');
    const before = await line();
    await speed.click();
    await settle(playground);
    expect(await line(), 'no line moves').toBe(before);
    await playground.page.getByRole('button', { name: 'Replay the last change' }).click();
    await expect(requests).toHaveCount(1);
    await settle(playground);
    const { x, y } = await playground.onArrow('frontend', 'api');
    await playground.page.mouse.move(x, y);
    await expect(requests).toHaveCount(1);
    await playground.page.mouse.move(5, 5);
    await settle(playground);
  });

  test.describe('where motion is not wanted', () => {
    test.use({ contextOptions: { reducedMotion: 'reduce' } });

    test('no request is shown', async ({ playground }) => {
      await playground.pasteCluster(pods('frontend', 'api', 'worker'));
      await playground.pastePolicies(API_L7);
      await expect(playground.page.locator('[data-door]')).toHaveCount(1);
      await expect(playground.page.locator('.request').first()).toBeHidden();
    });
  });
});

test('hosts outside are pills with their names', async ({ playground }) => {
  await playground.pasteCluster(pods('frontend', 'api'));
  await playground.pastePolicies(`apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: out}
spec:
  endpointSelector: {matchLabels: {app: api}}
  egress:
  - toFQDNs:
    - matchName: api.stripe.com
    - matchPattern: "*.example.com"
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
  - toEntities: [cluster]
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
`);
  await expect(playground.problems).toHaveCount(0);
  const pill = playground.page.locator('.scene .pod.pill');
  await expect(pill.filter({ hasText: 'api.stripe.com' })).toHaveCount(1);
  await expect(pill.filter({ hasText: '*.example.com' })).toHaveCount(1);
  await playground.pod('api').hover();
  const label = async (from, to) => (await playground.scene()).arrows.find(({ arrow }) => arrow === `default/${from} -> ${to}`)?.label;
  await eventually(() => label('api', 'api.stripe.com')).toContain('only TCP/443');
  await eventually(() => label('frontend', 'api.stripe.com')).toContain('open, no policy decides');
  await expect(playground.pod('api').locator('.name')).toHaveText('api');
  await playground.openPanel('Matrix');
  await expect(playground.panel.locator('thead')).toContainText('api.stripe.com');
});

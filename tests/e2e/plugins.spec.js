// Who enforces: the choice in the header, what it changes, and what a plugin does not know.
import { eventually, expect, test } from './page.js';
import { ADMIN, API_L7, DENY_ALL_EXTERNAL, pods } from './dialects.js';

const choice = (playground) => playground.page.getByLabel('Enforced by');
const chosen = (playground) => choice(playground).locator('option:checked');
const shown = (playground) => playground.page.locator('.enforced .chosen b');

test.beforeEach(({ playground }) => playground.open());

test('the choice offers every plugin, and names what the text chooses', async ({ playground }) => {
  await expect(choice(playground).locator('option')).toHaveText([
    'Automatic: any conforming CNI', 'Any conforming CNI', 'Calico', 'Cilium', 'Antrea', 'Weave Net', 'Romana', 'Flannel', 'AWS VPC CNI',
  ]);
  await expect(shown(playground)).toHaveText('any conforming CNI');
  await playground.pastePolicies(DENY_ALL_EXTERNAL);
  await expect(chosen(playground)).toHaveText('Automatic: Calico');
  await expect(shown(playground)).toHaveText('Calico');
  await playground.pastePolicies(API_L7);
  await expect(chosen(playground)).toHaveText('Automatic: Cilium');
});

test('under Flannel every arrow opens again, and the page says why', async ({ playground }) => {
  await playground.nextStep();
  await eventually(async () => (await playground.arrow('attacker', 'database'))?.verdict).toBe('in');
  const place = () => playground.pod('database').locator('.box').evaluate((box) => ['x', 'y', 'width', 'height'].map((name) => box.getAttribute(name)));
  const before = await place();
  await choice(playground).selectOption('Flannel');
  await expect(playground.headline).toHaveText('Accepted, not enforced');
  await expect(playground.legend).toContainText('Flannel connects pods and looks at no policy');
  await expect(playground.status).toContainText('5 policies, not enforced');
  await expect(playground.page.locator('.arrow.turned-open')).toHaveCount(33);
  await expect(playground.changes).toHaveText(/^33 arrows opened/);
  await eventually(async () => new Set(Object.values(await playground.verdicts()))).toEqual(new Set(['idle']));
  expect(await place(), 'nothing moves but the arrows').toEqual(before);
  await playground.select('attacker', 'database');
  expect((await playground.side('Entering database')).rows[0].says).toBe('The network plugin accepts policies and ignores them.');
  await choice(playground).selectOption('Automatic: any conforming CNI');
  await expect(playground.headline).toHaveText('Three paths stay open, the attacker is stopped');
  await eventually(async () => (await playground.arrow('attacker', 'database'))?.verdict).toBe('in');
});

test("a lesson's own sentence stays where another plugin changes nothing, and another lesson keeps the choice", async ({ playground }) => {
  await playground.nextStep();
  await choice(playground).selectOption('Weave Net');
  await expect(playground.headline).toHaveText('Three paths stay open, the attacker is stopped');
  await playground.lesson('A complete application', 6);
  await expect(chosen(playground)).toHaveText('Weave Net');
  await expect(playground.problems).toHaveCount(0);
});

test('a kind that the plugin does not know is marked where it stands', async ({ playground }) => {
  await playground.pasteCluster(pods('frontend', 'api', 'intruder'));
  await playground.pastePolicies(API_L7);
  await eventually(async () => (await playground.arrow('intruder', 'api'))?.verdict).toBe('in');
  await choice(playground).selectOption('Calico');
  await expect(playground.problems).toHaveCount(1);
  await expect(playground.problems).toContainText('Calico does not enforce this CiliumNetworkPolicy');
  await expect(playground.problems.getByRole('button', { name: 'line 4' })).toBeVisible();
  await eventually(() => playground.markedLines('.cm-lintRange')).toEqual([4]);
  await expect(playground.page.getByRole('tab', { name: /^Policies/ })).toHaveText('Policies1');
  await expect(playground.status).toContainText('1 policy, 1 warning');
  await expect(playground.headline).toHaveText('Calico knows none of these policies');
  await eventually(async () => new Set(Object.values(await playground.verdicts()))).toEqual(new Set(['idle']));
  await choice(playground).selectOption('Cilium');
  await expect(playground.problems).toHaveCount(0);
  await eventually(async () => (await playground.arrow('intruder', 'api'))?.verdict).toBe('in');
});

test('while the text has errors the last good state is enforced by another plugin', async ({ playground }) => {
  await playground.nextStep();
  await playground.cursorAfter('policyTypes: ');
  await playground.page.keyboard.type('[');
  await expect(playground.staleNote).toBeVisible();
  await choice(playground).selectOption('Flannel');
  await expect(playground.staleNote).toBeVisible();
  await eventually(async () => new Set(Object.values(await playground.verdicts()))).toEqual(new Set(['idle']));
});

test('tiers stand in their order, and the one where the decision falls is named', async ({ playground }) => {
  await playground.pasteCluster(pods('frontend', 'api', 'intruder', 'other'));
  await playground.pastePolicies(ADMIN);
  await expect(playground.problems).toHaveCount(0);
  await expect(playground.status).toContainText('2 policies, no problems');
  await playground.page.getByRole('button', { name: 'All arrows' }).click();
  await playground.select('intruder', 'api');
  const tiers = playground.panel.locator('.tier');
  await expect(tiers).toHaveText([/^Admin policies.*the decision falls here/, /^NetworkPolicies.*not asked: it is decided before/]);
  await expect(playground.panel.locator('.rules > .refuses')).toContainText(/guard, rule 1 “no-intruder”\s*Deny/);
  await playground.select('frontend', 'api');
  await expect(tiers).toHaveText([/^Admin policies.*passes it on/, /^NetworkPolicies.*the decision falls here/]);
  await expect(playground.panel.locator('.rules > .passes')).toContainText('Pass');
  await expect(playground.panel.locator('.rules > .allows')).toContainText('api, rule 1');
  await playground.select('other', 'api');
  await expect(tiers).toHaveText([/^Admin policies.*no rule matches/, /^NetworkPolicies.*the decision falls here/]);
  await expect(playground.panel.locator('.rules > .end')).toHaveText([
    /^What no rule matches goes on to NetworkPolicies/,
    /^What no rule matches is refused: api isolates api for ingress/,
  ]);
});

test.describe('narrow', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('the choice fits beside the name', async ({ playground }) => {
    for (const name of ['AWS VPC CNI', 'Automatic: any conforming CNI']) {
      await choice(playground).selectOption(name);
      const [top, brand, label] = await Promise.all(['.top', '.brand', '.enforced'].map((what) => playground.page.locator(what).boundingBox()));
      expect(brand.x + brand.width).toBeLessThanOrEqual(label.x);
      expect(label.x + label.width).toBeLessThanOrEqual(top.width);
      expect(label.height).toBeGreaterThanOrEqual(40);
    }
    expect(await playground.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});

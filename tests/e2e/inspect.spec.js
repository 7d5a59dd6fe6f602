// Troubleshooting: what policies make of a pod or a policy of the pods, the commands beside it, and the plugins' cards.
import { eventually, expect, test } from './page.js';
import { pods } from './dialects.js';

test.beforeEach(async ({ playground }) => {
  await playground.open();
  await playground.nextStep();
});

const clipboard = (playground) => playground.page.evaluate(() => navigator.clipboard.readText());
const cards = (playground) => playground.page.getByRole('dialog', { name: 'Who enforces policies' });
const subject = (playground) => playground.page.getByRole('combobox', { name: 'Inspect' });
const row = (playground, name) =>
  playground.panel.locator('.rules > li').filter({ has: playground.page.locator('.says > b', { hasText: new RegExp(`^${name}$`) }) });
/** The commands in the panel, one a line. */
const commands = (playground) => playground.panel.locator('.shell code').allTextContents();

test.describe('a pod', () => {
  test('pressed in the figure names its policies, by which selector, and what isolates it', async ({ playground }) => {
    await playground.pod('database').click();
    await expect(playground.page.getByRole('tab', { name: 'Inspect' })).toHaveAttribute('aria-selected', 'true');
    await expect(subject(playground).locator('option:checked')).toHaveText('database');
    await expect(playground.panel.locator('.verdict')).toHaveText('selected by 2 policies of 5');
    await expect(row(playground, 'database-from-api')).toContainText('podSelector app=database matches app=database');
    await expect(row(playground, 'default-deny-ingress')).toContainText('podSelector {} selects every pod of default');
    await expect(row(playground, 'Ingress: isolated')).toContainText('default-deny-ingress and database-from-api isolate it');
    await expect(row(playground, 'Egress: not isolated')).toBeVisible();
    await expect(playground.page.locator('.pod .marker')).toHaveCount(1);
    await expect(playground.pod('database').locator('.marker')).toHaveCount(1);
    await playground.panel.getByRole('button', { name: /^3 more policies do not select it/ }).click();
    await expect(playground.panel.locator('.rules.inner')).toContainText('wants app=api, database has app=database');
    await row(playground, 'database-from-api').getByRole('button', { name: /^line 30/ }).click();
    await eventually(() => playground.cursor()).toEqual(['Policies', 30]);
  });

  test('is inspected by keyboard too, and an arrow that was selected stays so', async ({ playground }) => {
    await playground.select('attacker', 'database');
    await playground.pod('cache').focus();
    await playground.page.keyboard.press('Enter');
    await expect(subject(playground).locator('option:checked')).toHaveText('cache');
    await expect(playground.page.locator('.arrow .under')).toHaveCount(1);
  });

  test('has the five steps of the workflow as commands, each of which can be copied', async ({ playground }) => {
    await playground.pod('database').click();
    await expect(playground.panel.locator('.commands h4 i')).toHaveText(['1', '2', '3', '4', '5']);
    const line = 'kubectl get pods -n default -l app=database --show-labels';
    const command = playground.panel.locator('.remote', { hasText: line });
    await command.getByRole('button').click();
    await expect(command.getByRole('button')).toHaveText('Copied');
    await expect(command.getByRole('status')).toHaveText('Copied');
    expect(await clipboard(playground)).toBe(line);
    await expect(command.getByRole('button')).toHaveText('Copy');
    expect(await commands(playground)).toContain('kubectl describe networkpolicy default-deny-ingress database-from-api -n default');
    await playground.enforce('Calico');
    await eventually(() => commands(playground)).toContain('calicoctl get workloadendpoint -n default');
    await playground.enforce('Cilium');
    await eventually(() => commands(playground)).toContain('hubble observe --pod default/database --verdict DROPPED');
  });
});

test.describe('a policy', () => {
  test('is offered where the cursor is, and says whom it selects and admits', async ({ playground }) => {
    await playground.cursorAfter('name: cache-from-api');
    await playground.openPanel('Inspect');
    await expect(subject(playground).locator('option:checked')).toHaveText('cache-from-api');
    await expect(playground.panel.locator('.verdict')).toHaveText('selects one pod');
    await expect(row(playground, 'cache-from-api')).toContainText('podSelector app=cache selects one pod of default: cache');
    await expect(row(playground, 'Rule 1')).toContainText('from pods app=api in default: one peer: api');
    await expect(playground.pod('cache').locator('.marker')).toHaveCount(1);
    await subject(playground).selectOption('default-deny-ingress');
    await expect(playground.page.locator('.pod .marker')).toHaveCount(7);
  });

  test('names the pod that it misses by a slip', async ({ playground }) => {
    await playground.pasteCluster(pods('databse', 'api', 'frontend'));
    await playground.openPanel('Inspect');
    await subject(playground).selectOption('database-from-api');
    await expect(playground.panel.locator('.verdict')).toHaveText('selects no pods');
    const slip = row(playground, 'databse');
    await expect(slip).toContainText('a slip?');
    await expect(slip).toContainText('wants app=database, databse has app=databse');
    await expect(playground.panel.getByRole('button', { name: '2 more pods miss by their label' })).toBeVisible();
    await subject(playground).selectOption('databse');
    await expect(row(playground, 'database-from-api')).toContainText('a slip?');
  });
});

test('a pair has its commands under Why and under Probe', async ({ playground }) => {
  await playground.select('attacker', 'database');
  await playground.panel.getByRole('button', { name: 'On a real cluster' }).click();
  const tries = (await commands(playground)).filter((line) => line.includes('wget'));
  expect(tries[0]).toBe(`kubectl exec -n default attacker -- wget -qO- --timeout=2 "http://$(kubectl get pod database -n default -o jsonpath='{.status.podIP}'):${port(tries[0])}"`);
  await playground.openPanel('Probe');
  await playground.ask({ From: 'api', To: 'database', Port: '5432' });
  await playground.panel.getByRole('button', { name: 'On a real cluster' }).click();
  await eventually(async () => (await commands(playground)).some((line) => line.startsWith('kubectl exec -n default api -- wget') && port(line) === '5432')).toBe(true);
});

const port = (line) => line.match(/:(\d+)"?$/)[1];

test.describe("the plugins' cards", () => {
  test('Flannel accepts policies, and every arrow is idle beside the cards', async ({ playground }) => {
    await (await playground.card('Flannel')).click();
    await expect(playground.headline).toHaveText('Accepted, not enforced');
    await eventually(async () => new Set(Object.values(await playground.verdicts()))).toEqual(new Set(['idle']));
    await expect(cards(playground)).toBeVisible();
    const [card, figure] = [await cards(playground).boundingBox(), await playground.figure.boundingBox()];
    expect(card.x + card.width, 'the cards stand beside the figure').toBeLessThanOrEqual(figure.x + 1);
    const flannel = playground.page.locator('.card[data-cni=flannel]');
    await expect(flannel).toHaveClass(/\bon\b/);
    await expect(flannel).toContainText('NO network policy support');
    await playground.page.keyboard.press('Escape');
    await expect(cards(playground)).toHaveCount(0);
    await expect(playground.page.locator('button.enforced')).toBeFocused();
  });

  test('arrow keys choose one after another', async ({ playground }) => {
    await (await playground.card('Calico')).focus();
    await playground.page.keyboard.press('ArrowDown');
    await expect(playground.page.locator('.enforced .chosen b')).toHaveText('Cilium');
    await expect(cards(playground)).toBeVisible();
  });

  test('say how to find out which one a cluster runs, and what happens without', async ({ playground }) => {
    await playground.card('Automatic');
    await playground.page.getByRole('button', { name: 'Which one does my cluster run?' }).click();
    await expect(cards(playground).locator('dt')).toHaveText([
      'calico-node', 'cilium', 'weave-net', 'antrea-agent', 'romana-agent', 'kube-flannel', 'aws-node',
    ]);
    await cards(playground).getByRole('button', { name: 'Copy kubectl get pods -n kube-system', exact: true }).click();
    await eventually(() => clipboard(playground)).toBe('kubectl get pods -n kube-system');
    await playground.page.getByRole('button', { name: 'What happens without support?' }).click();
    await expect(cards(playground)).toContainText('They are not enforced: every connection stays open.');
  });
});

test.describe('narrow', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('a press on a card closes the sheet, the keyboard stays inside it', async ({ playground }) => {
    await playground.card('Automatic');
    await expect(cards(playground)).toHaveAttribute('aria-modal', 'true');
    await playground.page.getByRole('button', { name: 'What happens without support?' }).focus();
    await playground.page.keyboard.press('Tab');
    await expect(cards(playground).getByRole('button', { name: 'Close' })).toBeFocused();
    await (await playground.card('Flannel')).click();
    await expect(cards(playground)).toHaveCount(0);
    await expect(playground.page.locator('.finding .short')).toHaveText('Accepted, not enforced');
  });

  test('a pressed pod opens the sheet, and nothing is wider than the page', async ({ playground }) => {
    await playground.pod('database').click();
    await expect(playground.panel.locator('.verdict')).toHaveText('selected by 2 policies of 5');
    for (const button of await playground.panel.locator('.copy').all()) expect((await button.boundingBox()).height).toBeGreaterThanOrEqual(40);
    expect(await playground.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});

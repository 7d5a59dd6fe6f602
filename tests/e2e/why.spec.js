// Why: the two sides of the selected arrow, each step with a link to its text.
import { eventually, expect, test } from './page.js';

const PODS = ['web', 'db', 'job'].map((name) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
`).join('---\n');

/** A policy for the database with this list of rules. */
const policy = (name, rules) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
${rules}`;

const SEVERAL = policy('several', `  - from:
    - podSelector: {matchLabels: {app: api}}
    - podSelector: {matchLabels: {app: web}}
    - ipBlock: {cidr: 10.0.0.0/8}
    ports: [{port: 5432}, {port: 9187}]
`);

const row = (sign, name, says, link, shade = '') => ({ sign, class: shade, name, says, link });

test.describe('wide', () => {
  test.beforeEach(({ playground }) => playground.open());

  test('a refused arrow is explained side by side, and its steps lead to their lines', async ({ playground }) => {
    await playground.nextStep();
    await expect(playground.panel).toBeHidden();
    await playground.select('attacker', 'database');
    await expect(playground.page.getByRole('tab', { name: 'Why' })).toHaveAttribute('aria-selected', 'true');
    expect(await playground.side('Leaving attacker')).toEqual({
      sign: 'tick',
      heading: 'egress',
      rows: [
        row('tick', 'No policy isolates it', 'Nothing selects attacker for Egress, so every connection may leave.', ''),
        row('dash', 'Why none of the 5 policies does', '', '', 'idle'),
      ],
    });
    expect(await playground.side('Entering database')).toEqual({
      sign: 'cross',
      heading: 'ingress: two policies select it, no rule matches',
      rows: [
        row('cross', 'default-deny-ingress', 'selects every pod of default and has no ingress rule', 'lines 7–8', 'refuses'),
        row('cross', 'database-from-api', 'wants app=api, attacker has app=attacker', 'line 34', 'refuses'),
        row('dash', 'api-from-frontend, cache-from-api, logging-metrics do not select database', '', '', 'idle'),
      ],
    });
    expect(await playground.markedLines('.np-cited-stop')).toEqual([7, 8, 34]);

    await playground.tab('Cluster');
    await playground.panel.getByRole('button', { name: 'line 34: database-from-api, rule 1' }).click();
    await expect(playground.editor('Policies')).toBeFocused();
    await eventually(() => playground.cursor()).toEqual(['Policies', 34]);
    await playground.panel.getByRole('button', { name: 'lines 7–8: default-deny-ingress' }).press('Enter');
    await eventually(() => playground.cursor()).toEqual(['Policies', 7]);
  });

  test('an allowed arrow names what allows it, and what stands aside', async ({ playground }) => {
    await playground.nextStep();
    await playground.select('frontend', 'api');
    const { sign, heading, rows } = await playground.side('Entering api');
    expect([sign, heading]).toEqual(['tick', 'ingress: two policies select it, one rule matches']);
    expect(rows.slice(0, 2)).toEqual([
      row('dash', 'default-deny-ingress', 'selects every pod of default and has no ingress rule', 'lines 7–8'),
      row('tick', 'api-from-frontend', 'admits app=frontend of default', 'lines 20–21', 'allows'),
    ]);
  });

  test('the idle line unfolds into one reason for each policy', async ({ playground }) => {
    await playground.nextStep();
    await playground.select('attacker', 'database');
    const more = playground.panel.getByRole('button', { name: 'do not select database' });
    await expect(more).toHaveAttribute('aria-expanded', 'false');
    await more.click();
    const lines = playground.panel.locator('.idle .parts > li');
    await expect(lines).toHaveCount(3);
    await expect(lines.first()).toContainText('api-from-frontend wants app=api, database has app=database');
    await lines.first().getByRole('button').click();
    await eventually(() => playground.cursor()).toEqual(['Policies', 17]);
  });

  test('a rule of several peers and ports unfolds into one line each', async ({ playground }) => {
    await playground.pasteCluster(PODS);
    await playground.pastePolicies(SEVERAL);
    await eventually(async () => (await playground.arrow('web', 'db'))?.verdict).toBe('TCP/5432, TCP/9187');
    await playground.select('web', 'db');
    const { rows } = await playground.side('Entering db');
    expect(rows[0]).toEqual(row('tick', 'several', 'admits app=web of default, TCP/5432, TCP/9187', 'line 9', 'allows'));
    await playground.panel.getByRole('button', { name: '3 peers, 2 ports' }).click();
    const parts = await playground.panel.locator('.parts > li').evaluateAll((items) =>
      items.map((item) => [item.firstElementChild.className, item.querySelector('.says').textContent, item.querySelector('.line').textContent]),
    );
    expect(parts).toEqual([
      ['skip', 'wants app=api, web has app=web', 'line 8'],
      ['yes', 'admits app=web of default', 'line 9'],
      ['warn', 'the address of web is unknown', 'line 10'],
      ['yes', 'TCP/5432', 'line 11'],
      ['yes', 'TCP/9187', 'line 11'],
    ]);
    await playground.panel.getByRole('button', { name: 'line 10: several, peer 3' }).click();
    await eventually(() => playground.cursor()).toEqual(['Policies', 10]);
  });

  test('many idle policies become a number, and two sides that decide are summed up', async ({ playground }) => {
    const others = Array.from({ length: 9 }, (_, at) => policy(`other-${at}`, '  - {}\n').replace('app: db', 'app: nobody'));
    const out = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress: [{ports: [{port: 80}]}]
`;
    await playground.pasteCluster(PODS);
    await playground.pastePolicies([SEVERAL, out, ...others].join('---\n'));
    await playground.openPanel('Matrix');
    await playground.panel.getByRole('button', { name: /^web to db: blocked by egress of web and ingress of db/ }).click();
    await playground.openPanel('Why');
    const { rows } = await playground.side('Entering db');
    expect(rows.at(-1).name).toBe('out, other-0, other-1, other-2 and 6 more do not select db');
    await expect(playground.panel.locator('.both')).toHaveText(
      'Both sides together: blocked: web may send TCP/80, db admits TCP/5432, TCP/9187',
    );
  });

  test('why follows a cell of the matrix, which stays in front', async ({ playground }) => {
    await playground.nextStep();
    await playground.openPanel('Why');
    await expect(playground.panel).toHaveText('Select an arrow, or a cell of the matrix, to see why.');
    await playground.openPanel('Matrix');
    await playground.panel.getByRole('button', { name: /^debug to cache: blocked/ }).click();
    await expect(playground.panel.locator('.mx')).toBeVisible();
    await playground.panel.locator('.mxn').getByRole('button', { name: 'lines 7–8' }).click();
    await eventually(() => playground.cursor()).toEqual(['Policies', 7]);
    await playground.openPanel('Why');
    expect((await playground.side('Entering cache')).sign).toBe('cross');
  });

  test('why follows the text, and says so while the text has errors', async ({ playground }) => {
    await playground.nextStep();
    await playground.select('attacker', 'database');
    await playground.pastePolicies((await playground.policiesText()).replace('matchLabels: {app: database}', 'matchLabels: {app: cache}'));
    await eventually(async () => (await playground.side('Entering database')).heading).toBe('ingress: one policy selects it, no rule matches');
    await playground.cursorAfter('podSelector: ');
    await playground.page.keyboard.type('[');
    await expect(playground.panel).toContainText('this is the last good state');
  });

  test('the tabs are one stop of the keyboard, and arrow keys go round', async ({ playground }) => {
    const { keyboard } = playground.page;
    const tab = (name) => playground.page.getByRole('tab', { name });
    await tab('Why').focus();
    await keyboard.press('Enter');
    await expect(playground.page.getByRole('tabpanel', { name: 'Why' })).toBeVisible();
    for (const [key, name] of [['ArrowRight', 'Matrix'], ['ArrowRight', 'Probe'], ['ArrowRight', 'Checks'], ['ArrowRight', 'Inspect'], ['ArrowRight', 'Why'], ['ArrowLeft', 'Inspect'], ['Home', 'Why'], ['End', 'Inspect']]) {
      await keyboard.press(key);
      await expect(tab(name)).toBeFocused();
      await expect(tab(name)).toHaveAttribute('aria-selected', 'true');
      await expect(playground.page.getByRole('tabpanel', { name })).toBeVisible();
    }
    await expect(playground.drawer.locator('[role=tab][tabindex="0"]')).toHaveText('Inspect');
    await keyboard.press('Space');
    await expect(playground.panel).toBeHidden();
    await tab(/^Policies/).focus();
    await keyboard.press('ArrowRight');
    await expect(tab(/^Cluster/)).toBeFocused();
    await expect(playground.page.getByRole('tabpanel', { name: 'Cluster' })).toBeVisible();
    await expect(playground.editor('Policies')).toBeHidden();
    await playground.page.getByRole('tab', { name: 'Matrix' }).click();
    await playground.page.getByRole('button', { name: 'Close the panel' }).click();
    await expect(playground.panel).toBeHidden();
  });
});

test.describe('narrow', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('why, with the probe inside, stands in the place of the text and leads back to it', async ({ playground }) => {
    await playground.open();
    await playground.nextStep();
    await expect(playground.page.locator('.turned')).toHaveCount(0);
    await expect(playground.page.getByRole('tab')).toHaveText([/^Policies/, /^Cluster/, 'Why', 'Matrix', /^Checks/, 'Inspect']);
    await playground.select('attacker', 'database');
    await expect(playground.page.getByRole('tab', { name: 'Why' })).toHaveAttribute('aria-selected', 'true');
    await expect(playground.editor('Policies')).toBeHidden();
    expect((await playground.side('Entering database')).sign).toBe('cross');
    await expect(playground.page.getByLabel('From', { exact: true })).toHaveValue('default/attacker');
    const targets = await playground.panel.locator('button, input, select').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    expect(Math.min(...targets)).toBeGreaterThanOrEqual(40);
    expect(await playground.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await playground.panel.evaluate((panel) => panel.scrollWidth - panel.clientWidth)).toBe(0);

    await playground.panel.getByRole('button', { name: 'line 34: database-from-api, rule 1' }).click();
    await expect(playground.editor('Policies')).toBeFocused();
    await eventually(() => playground.cursor()).toEqual(['Policies', 34]);
    await expect(playground.editor('Policies').locator('.cm-activeLine')).toBeInViewport();
    await playground.tab('Matrix');
    await expect(playground.panel.locator('.mx')).toBeVisible();
  });
});

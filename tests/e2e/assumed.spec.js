// Policies without pods: those that their selectors suggest are drawn, marked, and can be written down.
import { eventually, expect, test } from './page.js';

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
    - namespaceSelector: {matchLabels: {env: staging}}
    ports: [{port: metrics}]
`;

for (const [size, viewport] of Object.entries({ wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } })) {
  test.describe(size, () => {
    test.use({ viewport });

    test('pods that nobody described are marked, and one button writes them down', async ({ playground }) => {
      await playground.open();
      await playground.pasteCluster('# nothing here\n');
      await playground.pastePolicies(POLICY);
      await expect(playground.page.locator('.pod.assumed')).toHaveCount(4);
      await expect(playground.pod('api')).toHaveAccessibleName(/, assumed pod default\/api/);
      if (size === 'wide') await expect(playground.pod('other')).toContainText('assumed');
      await expect(playground.page.locator('.frame.assumed')).toHaveCount(1);
      const dashes = await playground.pod('web').locator('.box').evaluate((box) => getComputedStyle(box).strokeDasharray);
      expect(dashes).not.toBe('none');
      const note = playground.page.locator('p.assumed');
      await expect(note).toContainText(size === 'wide' ? 'No pods here: these 4 are assumed' : 'No pods here: 4 assumed.');
      await expect(playground.page.getByRole('tab', { name: /^Cluster/ })).toHaveText('Cluster0');

      const before = await playground.verdicts();
      const widths = () => playground.page.locator('.pod .box').evaluateAll((boxes) => boxes.map((box) => box.getAttribute('width')));
      const wide = await widths();
      await note.getByRole('button', { name: 'Write them into Cluster' }).click();
      await eventually(() => playground.cursor()).toEqual(['Cluster', 2]);
      await expect(playground.page.locator('.pod')).toHaveCount(4);
      await expect(playground.page.locator('.pod.assumed, .frame.assumed, p.assumed')).toHaveCount(0);
      await expect(playground.problems).toHaveCount(0);
      await eventually(() => playground.verdicts()).toEqual(before);
      expect((await widths()).sort()).toEqual(wide.sort());
      expect(await playground.text('Cluster')).toMatch(/^# nothing here\n---\napiVersion: v1\nkind: Namespace\n/);

      await playground.editor('Cluster').press('Control+Z');
      expect(await playground.text('Cluster')).toBe('# nothing here\n');
      await expect(playground.page.locator('.pod.assumed')).toHaveCount(4);
    });
  });
}

test('while the text cannot be read there is nothing to write down', async ({ playground }) => {
  await playground.open();
  await playground.pasteCluster('');
  await playground.pastePolicies(POLICY);
  await expect(playground.page.locator('p.assumed button')).toBeVisible();
  await playground.cursorAfter('podSelector: ');
  await playground.page.keyboard.type('[');
  await expect(playground.staleNote).toBeVisible();
  await expect(playground.page.locator('p.assumed')).toBeVisible();
  await expect(playground.page.locator('p.assumed button')).toHaveCount(0);
});

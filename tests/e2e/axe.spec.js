// What axe finds wrong with the screens that everybody sees, in both themes.
import AxeBuilder from '@axe-core/playwright';
import { ADMIN, API_L7, pods } from './dialects.js';
import { expect, test } from './page.js';

const SCREENS = {
  'the first screen': async () => {},
  'lesson 5.3 in OR': (playground) => playground.lesson('Selector types', 3),
  'the matrix': async (playground) => {
    await playground.nextStep();
    await playground.matrix();
  },
  'why, everything unfolded': async (playground) => {
    await playground.nextStep();
    await playground.select('attacker', 'database');
    for (const more of await playground.panel.locator('.more').all()) await more.click();
  },
  'the probe': async (playground) => {
    await playground.nextStep();
    await playground.openPanel('Probe');
    await playground.ask({ From: 'attacker', To: 'database', Port: '5432' });
    await expect(playground.panel.locator('.verdict')).toContainText('may not open');
  },
  'assumed pods': async (playground) => {
    await playground.nextStep();
    await playground.pasteCluster('# none\n');
    await expect(playground.page.locator('p.assumed')).toBeVisible();
  },
  'an arrow with a door': async (playground) => {
    await playground.pasteCluster(pods('frontend', 'api', 'worker'));
    await playground.pastePolicies(API_L7);
    await playground.select('frontend', 'api');
    await expect(playground.panel.locator('.looks')).toBeVisible();
    await playground.page.mouse.move(5, 5);
    await expect(playground.page.locator('.requests')).toHaveCount(0);
  },
  'tiers': async (playground) => {
    await playground.pasteCluster(pods('frontend', 'api', 'intruder'));
    await playground.pastePolicies(ADMIN);
    await playground.select('frontend', 'api');
    await expect(playground.panel.locator('.tier').first()).toBeVisible();
    await playground.page.mouse.move(5, 5);
  },
  'the probe of a request': async (playground) => {
    await playground.pasteCluster(pods('frontend', 'api', 'worker'));
    await playground.pastePolicies(API_L7);
    await playground.openPanel('Probe');
    await playground.ask({ From: 'frontend', To: 'api' });
    await playground.page.getByRole('combobox', { name: 'Request' }).selectOption('DELETE');
    await expect(playground.panel.locator('.verdict')).toContainText('403');
  },
  'not enforced': async (playground) => {
    await playground.nextStep();
    await playground.enforce('Flannel');
    await expect(playground.headline).toHaveText('Accepted, not enforced');
  },
  'a prediction, judged': async (playground) => {
    await playground.lesson('Policy by policy', 3);
    await playground.panel.getByRole('checkbox').first().check();
    await playground.page.getByRole('button', { name: 'Show it' }).click();
    await expect(playground.panel.locator('.result')).toHaveText('4 of 4 right');
  },
  'an exercise with a hint': async (playground) => {
    await playground.lesson('Only the API may open the database', 3);
    await playground.page.getByRole('button', { name: 'Hint 1 of 3' }).click();
    await expect(playground.panel.getByRole('list', { name: 'Hints' })).toBeVisible();
  },
  'a question': async (playground) => {
    await playground.lesson('Empty selectors', 6);
    await expect(playground.panel.getByRole('radio')).toHaveCount(3);
  },
  'checks': async (playground) => {
    await playground.openPanel('Checks');
    await playground.panel.getByLabel('Checks', { exact: true }).fill('default/api -> default/database  open\nx\n*/* -> default/cache  blocked');
    await playground.panel.getByRole('button', { name: 'How to write checks' }).click();
  },
  'lints': async (playground) => {
    await playground.lesson('OR where AND was meant');
    await expect(playground.problems).not.toHaveCount(0);
  },
  'the plugins, everything unfolded': async (playground) => {
    await playground.card('Calico');
    for (const more of await playground.page.locator('.cards .more').all()) await more.click();
    await expect(playground.page.locator('.cards dl')).toBeVisible();
  },
  'a pod inspected': async (playground) => {
    await playground.nextStep();
    await playground.pod('database').click();
    for (const more of await playground.panel.locator('.more').all()) await more.click();
    await expect(playground.panel.locator('.commands')).toBeVisible();
    await playground.page.mouse.move(5, 5);
  },
  'a policy inspected': async (playground) => {
    await playground.nextStep();
    await playground.openPanel('Inspect');
    await playground.page.getByRole('combobox', { name: 'Inspect' }).selectOption('database-from-api');
    await expect(playground.panel.locator('.verdict')).toHaveText('selects one pod');
  },
  'an error': async (playground) => {
    await playground.nextStep();
    await playground.cursorAfter('policyTypes: ');
    await playground.page.keyboard.type('[');
    await expect(playground.staleNote).toBeVisible();
  },
  'a lesson of one’s own, with mistakes': async (playground) => {
    await playground.page.locator('.pick').click();
    await playground.page.getByRole('button', { name: 'Open a lesson of your own…' }).click();
    await playground.page.getByRole('dialog').getByRole('textbox').fill('---\ntitle: Mine\n---\n');
    await playground.page.getByRole('button', { name: 'Load', exact: true }).click();
    await expect(playground.page.getByRole('list', { name: 'What is wrong' })).toBeVisible();
  },
  'a notice': async (playground) => {
    await playground.page.evaluate(() => { location.hash = '#nothing'; });
    await expect(playground.page.locator('.notice')).toBeVisible();
  },
  'the list of lessons': (playground) => playground.page.locator('.pick').click(),
};

for (const colorScheme of ['light', 'dark']) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    for (const [name, go] of Object.entries(SCREENS)) {
      test(name, async ({ playground }) => {
        await playground.open();
        await expect(playground.page.locator('html')).toHaveAttribute('data-theme', colorScheme);
        await go(playground);
        await expect(playground.page.locator('.turned')).toHaveCount(0);
        const { violations } = await new AxeBuilder({ page: playground.page }).analyze();
        const found = violations.flatMap(({ id, help, nodes }) =>
          nodes.map((node) => `${id}: ${help}\n  ${node.html.slice(0, 160)}\n  ${node.any.concat(node.all).map((check) => check.message).join('; ').slice(0, 200)}`),
        );
        expect(found).toEqual([]);
      });
    }
  });
}

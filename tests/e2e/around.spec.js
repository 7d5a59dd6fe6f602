// Everything around the figure: theme, lessons, splitter, tabs, starters.
import { readFileSync, readdirSync } from 'node:fs';
import { eventually, expect, test } from './page.js';

const folder = new URL('../../lessons/', import.meta.url);
const LESSONS = readdirSync(folder).filter((name) => name.endsWith('.md')).map((name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  return { title: text.match(/^title: *"?(.*?)"?$/m)[1], steps: text.match(/^## /gm).length };
});
const PODS = {
  'Why network policies?': 7,
  'Selector types': 6,
  'Only the API may open the database': 4,
  'A complete application': 5,
  'Empty selectors': 6,
};

// Lessons warn on purpose: `lints` blocks say where, and the lessons' own test compares them.
const errors = (playground) => playground.page.getByRole('list', { name: 'Problems' }).locator('li.error');

test.beforeEach(({ playground }) => playground.open());

test('the theme follows the button and is remembered', async ({ playground }) => {
  const root = playground.page.locator('html');
  const paper = () => playground.page.locator('.stage').evaluate((stage) => getComputedStyle(stage).backgroundColor);
  await expect(root).toHaveAttribute('data-theme', 'light');
  const light = await paper();
  await playground.page.getByRole('button', { name: 'Switch to the dark theme' }).click();
  await expect(root).toHaveAttribute('data-theme', 'dark');
  expect(await paper()).not.toBe(light);
  await playground.page.reload();
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await playground.page.getByRole('button', { name: 'Switch to the light theme' }).click();
  await playground.page.reload();
  await expect(root).toHaveAttribute('data-theme', 'light');
  await expect(playground.page.getByRole('button', { name: 'Switch to the dark theme' })).toBeVisible();
});

test('the contents list all lessons, and each can be opened', async ({ playground }) => {
  await playground.page.locator('.pick').click();
  const entries = playground.page.getByRole('dialog', { name: 'Contents' }).getByRole('listitem');
  await expect(entries).toHaveCount(LESSONS.length);
  for (const { title } of LESSONS) await expect(playground.entry(title)).toHaveCount(1);
  await playground.page.keyboard.press('Escape');
  await expect(entries).toHaveCount(0);
  await playground.page.locator('.pick').click();
  await expect(entries).not.toHaveCount(0);
  await playground.legend.click();
  await expect(entries).toHaveCount(0);
  for (const { title } of LESSONS) {
    await playground.lesson(title);
    await expect(playground.page.locator('.pick')).toHaveText(title);
    if (title in PODS) await expect(playground.page.locator('.scene [data-pod]')).toHaveCount(PODS[title]);
    await expect(errors(playground)).toHaveCount(0);
    await expect(playground.headline).not.toBeEmpty();
  }
});

test('the dark button leads through every step of every lesson to the last', async ({ playground }) => {
  test.slow();
  const next = playground.page.locator('.next');
  const seen = [];
  const here = () => playground.page.evaluate(() => location.hash);
  for (;;) {
    seen.push(await here());
    await expect(errors(playground)).toHaveCount(0);
    if ((await next.count()) === 0) break;
    const before = seen.at(-1);
    await next.click();
    await eventually(here).not.toBe(before);
    expect(seen.length).toBeLessThan(500);
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBe(LESSONS.reduce((sum, { steps }) => sum + steps, 0));
  await expect(playground.page.getByRole('button', { name: 'Next lesson' })).toBeDisabled();
});

test('the splitter moves by keyboard and by pointer, within its bounds', async ({ playground }) => {
  const { page } = playground;
  const splitter = page.getByRole('separator', { name: 'Width of the editor' });
  const width = async () => Math.round((await page.locator('section.editor').boundingBox()).width);
  const before = await width();
  await splitter.focus();
  await page.keyboard.press('ArrowRight');
  await eventually(width).toBe(before + 24);
  await expect(splitter).toHaveAttribute('aria-valuenow', String(before + 24));
  for (let at = 0; at < 10; at++) await page.keyboard.press('ArrowLeft');
  await eventually(width).toBe(400);
  const box = await splitter.boundingBox();
  await page.mouse.move(box.x + 4, box.y + 300);
  await page.mouse.down();
  await page.mouse.move(600, box.y + 310, { steps: 4 });
  await page.mouse.up();
  await eventually(width).toBe(600);
  await expect(playground.page.locator('.scene [data-pod]')).toHaveCount(7);
});

test('an empty policies editor offers starters, and a starter fills it', async ({ playground }) => {
  const start = playground.page.locator('.start');
  await expect(start.getByRole('button')).toHaveCount(3);
  await start.getByRole('button', { name: 'Deny all ingress' }).click();
  await expect(start).toHaveCount(0);
  expect(await playground.policiesText()).toContain('name: default-deny-ingress');
  await expect(playground.legend).toHaveText(/42blocked/);
  await playground.undo();
  await expect(start.getByRole('button')).toHaveCount(3);
  await expect(playground.legend).toHaveText(/42open/);
});

test('a text that is cleared offers the starters again', async ({ playground }) => {
  await playground.nextStep();
  await playground.editor('Policies').focus();
  await playground.page.keyboard.press('Control+A');
  await playground.page.keyboard.press('Delete');
  await expect(playground.page.locator('.start').getByRole('button')).toHaveCount(3);
  await expect(playground.headline).toHaveText('Without policies, everyone can talk to everyone');
  await eventually(async () => Object.keys(await playground.verdicts()).length).toBe(42);
  await playground.page.locator('.start').getByRole('button', { name: 'All five of lesson 5.1' }).click();
  await eventually(async () => (await playground.arrow('api', 'cache'))?.verdict).toBe('open');
  await expect(playground.status).toContainText('5 policies, no problems');
});

test('starters go to the namespace of the pods at hand', async ({ playground }) => {
  await playground.lesson('Only the API may open the database');
  await playground.page.locator('.start').getByRole('button', { name: 'Let only api reach database' }).click();
  expect(await playground.policiesText()).toContain('namespace: production');
  await eventually(async () => (await playground.arrow('production/api', 'production/database'))?.verdict).toBe('TCP/5432');
});

test('what the editor says it holds is what can be copied out of it', async ({ playground }) => {
  await playground.lesson('A complete application', 6);
  await playground.editor('Policies').focus();
  await playground.page.keyboard.press('Control+A');
  await playground.page.keyboard.press('Control+C');
  const copied = await playground.page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await playground.policiesText());
  expect(copied.split('\n').length).toBeGreaterThan(100);
});

test('the page works under a path of its own', async ({ playground }) => {
  await playground.open('some/path/');
  await playground.nextStep();
  await eventually(async () => (await playground.arrow('attacker', 'database'))?.verdict).toBe('in');
});

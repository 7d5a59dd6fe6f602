// A text that cannot be read: where it says so, what stays, and how it is mended.
import { eventually, expect, test } from './page.js';

const OPEN_NOW = {
  'default/frontend -> default/api': 'open',
  'default/api -> default/database': 'open',
  'default/api -> default/cache': 'open',
  'default/attacker -> default/database': 'in',
};

test.beforeEach(async ({ playground }) => {
  await playground.open();
  await playground.nextStep();
  await eventually(() => playground.verdicts()).toEqual(OPEN_NOW);
});

/** Types `keys` behind `needle`, where the cursor then stands, and tells the line that was changed. */
async function typeAfter(playground, needle, keys) {
  const text = await playground.policiesText();
  await playground.cursorAfter(needle);
  await playground.page.keyboard.type(keys);
  return text.slice(0, text.indexOf(needle) + needle.length).split('\n').length;
}

async function expectBroken(playground, line) {
  await eventually(() => playground.markedLines('.cm-lintRange-error, .cm-lintPoint-error')).toEqual([line]);
  await expect(playground.problems.first()).toContainText(`line ${line}`);
  await expect(playground.problems.first().locator('.what')).not.toBeEmpty();
  await expect(playground.figure).toHaveClass(/\bstale\b/);
  await expect(playground.staleNote).toContainText(`Line ${line} unread`);
  await expect(playground.status).toContainText('1 error');
  expect(await playground.verdicts()).toEqual(OPEN_NOW);
}

async function expectWhole(playground, text) {
  await eventually(() => playground.policiesText()).toBe(text);
  await expect(playground.problems).toHaveCount(0);
  await expect(playground.figure).not.toHaveClass(/\bstale\b/);
  await expect(playground.staleNote).toHaveCount(0);
  await expect(playground.status).toContainText('no problems');
  await eventually(() => playground.markedLines('.cm-lintRange-error, .cm-lintPoint-error')).toEqual([]);
  await eventually(() => playground.verdicts()).toEqual(OPEN_NOW);
}

test('an unclosed bracket is marked on its line, the figure stays, undo mends all', async ({ playground }) => {
  const text = await playground.policiesText();
  const line = await typeAfter(playground, 'policyTypes: ', '[');
  await expectBroken(playground, line);
  await playground.undo();
  await expectWhole(playground, text);
});

test('a wrong indentation is marked on its line, the figure stays, undo mends all', async ({ playground }) => {
  const text = await playground.policiesText();
  await playground.cursorAfter('  name: default-deny-ingress');
  await playground.page.keyboard.press('Home');
  await playground.page.keyboard.press('Home');
  await playground.page.keyboard.type(' ');
  await playground.page.keyboard.press('End');
  await playground.page.keyboard.press('Enter');
  await playground.page.keyboard.press('Home');
  // Deeper than the name above by nothing, then less deep than it: no mapping starts in that column.
  await playground.page.keyboard.press('Shift+End');
  await playground.page.keyboard.type('  labels: {}');
  await expect(playground.problems.filter({ has: playground.page.locator('.line') })).not.toHaveCount(0);
  await expect(playground.figure).toHaveClass(/\bstale\b/);
  await eventually(() => playground.markedLines('.cm-lintRange-error, .cm-lintPoint-error')).not.toEqual([]);
  expect(await playground.verdicts()).toEqual(OPEN_NOW);
  for (let at = 0; at < 6 && (await playground.policiesText()) !== text; at++) await playground.undo();
  await expectWhole(playground, text);
});

test('a port out of range is marked on its line, the figure stays, undo mends all', async ({ playground }) => {
  const text = await playground.policiesText();
  await playground.cursorAfter('port: 9100');
  for (let at = 0; at < 4; at++) await playground.page.keyboard.press('Backspace');
  await playground.page.keyboard.type('70000');
  const line = text.slice(0, text.indexOf('port: 9100')).split('\n').length;
  await expectBroken(playground, line);
  await expect(playground.problems.first()).toContainText('70000');
  for (let at = 0; at < 6 && (await playground.policiesText()) !== text; at++) await playground.undo();
  await expectWhole(playground, text);
});

test('a press on the finding puts the cursor on its line, even far out of view', async ({ playground }) => {
  const line = await typeAfter(playground, 'port: 9100', '0');
  await expectBroken(playground, line);
  await playground.page.keyboard.press('Control+Home');
  await expect(playground.status).toContainText('Ln 1,');
  await playground.problems.first().getByRole('button', { name: `line ${line}` }).click();
  await expect(playground.status).toContainText(`Ln ${line},`);
  await expect(playground.editor('Policies')).toBeFocused();
  await expect(playground.editor('Policies').locator('.cm-line', { hasText: 'port: 91000' })).toBeInViewport();
});

test('Fix mends a misspelt field, as one step that can be undone', async ({ playground }) => {
  const text = await playground.policiesText();
  const typo = text.replace('podSelector:\n    matchLabels: {app: cache}', 'podSelecter:\n    matchLabels: {app: cache}');
  expect(typo).not.toBe(text);
  await playground.cursorAfter('name: cache-from-api\nspec:\n  podSelect');
  await playground.page.keyboard.press('Delete');
  await playground.page.keyboard.type('e');
  await eventually(() => playground.policiesText()).toBe(typo);
  const line = typo.slice(0, typo.indexOf('podSelecter')).split('\n').length;
  await expect(playground.problems).not.toHaveCount(0);
  const finding = playground.problems.filter({ has: playground.page.getByRole('button', { name: 'Fix' }) });
  await expect(finding).toContainText(`line ${line}`);
  await expect(finding).toContainText('podSelector');
  await finding.getByRole('button', { name: 'Fix' }).click();
  await expectWhole(playground, text);
  await playground.undo();
  await eventually(() => playground.policiesText()).toBe(typo);
});

test('one broken document among several: the others are evaluated and shown', async ({ playground }) => {
  const documents = (await playground.policiesText()).split('---\n');
  expect(documents).toHaveLength(5);
  // The policy of the cache loses its bracket; the other four stand. Nobody may enter the cache any more.
  documents[3] = documents[3].replace('{app: cache}', '{app: cache');
  const broken = documents.join('---\n');
  const line = broken.slice(0, broken.indexOf('{app: cache')).split('\n').length;
  // Pasted into an empty editor, so that nothing of a state before could be what is shown.
  await playground.pastePolicies('# nothing\n');
  await eventually(async () => Object.keys(await playground.verdicts()).length).toBe(42);
  await playground.pastePolicies(broken);
  await expect(playground.figure).not.toHaveClass(/\bstale\b/);
  await expect(playground.status).toContainText('4 policies, 1 error');
  const lines = await playground.problems.locator('.line').allTextContents();
  expect(lines).toHaveLength(1);
  const told = Number(lines[0].match(/\d+/)[0]);
  expect(told, 'the finding is inside the broken document').toBeGreaterThanOrEqual(line);
  expect(told).toBeLessThanOrEqual(line + documents[3].split('\n').length);
  await playground.expectMatrix(`
              frontend  api   database  cache  debug  attacker  logging
  frontend    -         open  in        in     in     in        TCP/9100
  api         in        -     open      in     in     in        TCP/9100
  database    in        in    -         in     in     in        TCP/9100
  cache       in        in    in        -      in     in        TCP/9100
  debug       in        in    in        in     -      in        TCP/9100
  attacker    in        in    in        in     in     -         TCP/9100
  logging     in        in    in        in     in     in        -`);
});

test('while one document is broken, the rest can be shown at a press', async ({ playground }) => {
  await typeAfter(playground, 'matchLabels: {app: cache', '[');
  await expect(playground.figure).toHaveClass(/\bstale\b/);
  await playground.staleNote.getByRole('button').click();
  await expect(playground.figure).not.toHaveClass(/\bstale\b/);
  await eventually(async () => (await playground.arrow('api', 'cache'))?.verdict).not.toBe('open');
  await eventually(async () => (await playground.arrow('api', 'database'))?.verdict).toBe('open');
});

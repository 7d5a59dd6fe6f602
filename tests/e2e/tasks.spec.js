// What a learner does: predict and see, answer, solve, write checks; and mend what the lints find.
import { eventually, expect, test } from './page.js';

test.beforeEach(({ playground }) => playground.open());

const panel = (playground) => playground.panel;
const button = (playground, name) => playground.page.getByRole('button', { name, exact: typeof name === 'string' });
const rows = (playground) => panel(playground).getByRole('list', { name: 'Results' }).getByRole('listitem');
const result = (playground) => panel(playground).locator('.result');

/** Types `keys` over the `over` characters before the end of the first `needle`. */
async function typeOver(playground, needle, over, keys) {
  await playground.cursorAfter(needle);
  for (let at = 0; at < over; at += 1) await playground.page.keyboard.press('Backspace');
  await playground.page.keyboard.insertText(keys);
}

/** Every check as [holds, its line]. */
async function checks(playground) {
  return rows(playground).evaluateAll((items) =>
    items.map((item) => [item.classList.contains('right'), item.querySelector('code').textContent.replace(/\s+/g, ' ')]),
  );
}

test.describe('an exercise', () => {
  const TITLE = 'Only the API may open the database';
  const API = 'production/api → production/database TCP/5432';
  const BATCH = 'production/batch → production/database TCP/5432';

  test.beforeEach(({ playground }) => playground.lesson(TITLE, 3));

  test('asks, and says of each check whether it holds and why not', async ({ playground }) => {
    await expect(playground.headline).toHaveText('Let the batch job open the database as well, on TCP 5432. The frontend stays out');
    await expect(playground.page.getByRole('tab', { name: 'Checks' })).toHaveAttribute('aria-selected', 'true');
    await expect(playground.page.getByRole('tab', { name: 'Checks' })).toHaveText('Checks4/5');
    await expect(result(playground)).toHaveText('4 of 5 checks hold');
    const batch = rows(playground).filter({ hasText: BATCH });
    await expect(batch).toContainText('it is blocked by ingress: database admits only api');
    // A wrong edit: the other client is shut out instead.
    await typeOver(playground, 'app: api', 3, 'batch');
    await eventually(() => checks(playground)).toContainEqual([false, API]);
    expect(await checks(playground)).toContainEqual([true, BATCH]);
    await expect(rows(playground).filter({ hasText: API })).toContainText('it is blocked by ingress: database admits only batch');
    await expect(result(playground)).toHaveText('4 of 5 checks hold');
    await rows(playground).filter({ hasText: API }).getByRole('button', { name: /^lines? / }).click();
    const line = (await playground.policiesText()).split('\n').findIndex((words) => words.includes('app: batch')) + 1;
    expect((await playground.cursor())[1]).toBeGreaterThanOrEqual(line - 2);
    expect((await playground.cursor())[1]).toBeLessThanOrEqual(line);
  });

  test('gives one hint at a time, and is solved by typing', async ({ playground }) => {
    const hints = panel(playground).getByRole('list', { name: 'Hints' }).getByRole('listitem');
    await expect(hints).toHaveCount(0);
    await button(playground, 'Hint 1 of 3').click();
    await expect(hints).toHaveCount(1);
    await button(playground, 'Hint 2 of 3').click();
    await expect(hints).toHaveCount(2);
    await typeOver(playground, 'app: api', 0, '\n    - podSelector:\n        matchLabels:\n          app: batch');
    await expect(result(playground)).toHaveText('Solved: all 5 checks hold');
    await expect(playground.headline).toHaveText('Two clients open the database, on one port');
    await expect(playground.page.getByRole('tab', { name: 'Checks' })).toHaveText('Checks5/5');
    expect((await checks(playground)).every(([holds]) => holds)).toBe(true);
    await typeOver(playground, 'app: batch', 5, 'nobody');
    await expect(result(playground)).toHaveText('4 of 5 checks hold');
  });

  test('shows an answer and gives back what was typed', async ({ playground }) => {
    const start = await playground.policiesText();
    await typeOver(playground, 'app: api', 3, 'guess');
    const mine = await playground.policiesText();
    await button(playground, 'Show an answer').click();
    await expect(result(playground)).toHaveText('With this answer all 5 checks hold');
    expect(await playground.policiesText()).toContain('app: batch');
    await button(playground, 'Back to my text').click();
    await eventually(() => playground.policiesText()).toBe(mine);
    await expect(result(playground)).not.toHaveText(/all/);
    await button(playground, 'Start over').click();
    await eventually(() => playground.policiesText()).toBe(start);
    await playground.undo();
    await eventually(() => playground.policiesText()).toBe(mine);
  });
});

test.describe('a prediction', () => {
  const COVERED = 'default/attacker -> default/api';
  const marks = (playground) => panel(playground).getByRole('checkbox');

  test.beforeEach(({ playground }) => playground.lesson('Policy by policy', 3));

  test('is one set of marks in figure and list, and is judged arrow by arrow', async ({ playground }) => {
    const { page } = playground;
    await expect(playground.headline).toHaveText('This policy joins the first. Which of these connections may be opened then?');
    // The figure shows what stands before the step.
    expect((await playground.verdicts())['default/frontend -> default/api']).toBe('in');
    await expect(marks(playground)).toHaveCount(4);
    await marks(playground).nth(0).check();
    const arrow = await playground.arrowElement('attacker', 'api');
    await expect(arrow).toHaveAccessibleName('attacker to api: does it survive?');
    await expect(arrow).toHaveAttribute('aria-pressed', 'false');
    await page.locator('.asked-mark').nth(3).click();
    await expect(marks(playground).nth(3)).toBeChecked();
    await expect(arrow).toHaveAttribute('aria-pressed', 'true');
    // By the keyboard, on the arrow itself.
    const second = await playground.arrowElement('api', 'frontend');
    await second.focus();
    await page.keyboard.press('Enter');
    await expect(marks(playground).nth(1)).toBeChecked();
    await page.keyboard.press('Enter');
    await expect(marks(playground).nth(1)).not.toBeChecked();
    await button(playground, 'Show it').click();
    await expect(result(playground)).toHaveText('3 of 4 right');
    await expect(playground.headline).toHaveText('The frontend may call the API, and nobody else may');
    await eventually(async () => (await playground.verdicts())['default/frontend -> default/api']).toBe('open');
    expect((await playground.verdicts())[COVERED]).toBe('in');
    const said = panel(playground).getByRole('list', { name: 'Arrows' }).getByRole('listitem');
    await expect(said.nth(0)).toContainText('survives, as you said');
    await expect(said.nth(3)).toContainText('is stopped, and you marked it');
    await expect(said.nth(3)).toContainText('blocked: api admits only frontend');
    await expect(page.locator('.asked-mark.wrong')).toHaveCount(1);
  });

  test('keeps its answer while one moves about, and hides it to be tried again', async ({ playground }) => {
    await marks(playground).nth(0).check();
    await button(playground, 'Show it').click();
    await expect(result(playground)).toHaveText('4 of 4 right');
    await playground.nextStep();
    await playground.page.locator('.steps li').nth(2).getByRole('button').click();
    await expect(result(playground)).toHaveText('4 of 4 right');
    await button(playground, 'Try again').click();
    await expect(marks(playground).nth(0)).not.toBeChecked();
    await eventually(async () => (await playground.verdicts())['default/frontend -> default/api']).toBe('in');
    await expect(playground.headline).toHaveText(/Which of these/);
  });

  test('gives way to a text that is changed, and comes back', async ({ playground }) => {
    await typeOver(playground, 'app: frontend', 8, 'attacker');
    await eventually(async () => (await playground.verdicts())[COVERED]).toBe('open');
    await expect(button(playground, 'Show it')).toBeDisabled();
    await button(playground, 'Back to the question').click();
    await eventually(async () => (await playground.verdicts())[COVERED]).toBe('in');
    await expect(button(playground, 'Show it')).toBeEnabled();
    await button(playground, 'Back to your text').click();
    await eventually(() => playground.policiesText()).toContain('app: attacker');
  });
});

test('a question answered wrong says why, and can be answered again', async ({ playground }) => {
  await playground.lesson('Empty selectors', 6);
  const answer = (says) => panel(playground).getByRole('radio', { name: says });
  await expect(panel(playground).getByRole('radio')).toHaveCount(3);
  await expect(button(playground, 'Check')).toBeDisabled();
  await answer(/^Everybody/).check();
  await button(playground, 'Check').click();
  await expect(result(playground)).toHaveText('Not quite');
  const told = panel(playground).getByRole('list', { name: 'Answers' }).getByRole('listitem');
  const of = (says) => told.filter({ hasText: says });
  await expect(of('Everybody. Empty')).toHaveClass('wrong');
  await expect(of('Everybody. Empty')).toContainText('Here it is the list of rules that is empty');
  await expect(of('The pods of production.')).toHaveClass('aside');
  await expect(of('Nobody.')).toHaveClass('right');
  await expect(of('Nobody.')).toContainText('has no rule');
  await expect(playground.headline).toHaveText('A list without rules lets nobody in');
  await button(playground, 'Try again').click();
  await answer('Nobody.').check();
  await button(playground, 'Check').click();
  await expect(result(playground)).toHaveText('Right');
  await expect(of('Everybody. Empty')).toHaveClass('aside');
});

test.describe('checks', () => {
  const text = (playground) => panel(playground).getByLabel('Checks', { exact: true });

  test('written by hand are held against every edit, and what cannot be read is named', async ({ playground }) => {
    await playground.openPanel('Checks');
    await text(playground).fill('default/api -> default/database  open\ndefault/attacker => default/database  blocked\n*/* -> default/cache  blocked');
    await expect(playground.page.getByRole('tab', { name: 'Checks' })).toHaveText('Checks1/3');
    await expect(rows(playground).nth(0)).toHaveClass('right');
    await expect(rows(playground).nth(1)).toContainText(/Line 2, column \d+: .*from -> to/);
    await expect(rows(playground).nth(2)).toContainText('default/frontend -> default/cache is open: no policy decides; 5 more pairs');
    await rows(playground).nth(0).getByRole('button', { name: /api → default\/database/ }).click();
    await expect(await playground.arrowElement('api', 'database')).toHaveAttribute('aria-pressed', 'true');
    await text(playground).fill('default/api -> default/database  open\ndefault/attacker -> default/database  blocked');
    await button(playground, 'Deny all ingress chapter 5.2').click();
    await expect(rows(playground).nth(0)).toHaveClass(/\bwrong\b/);
    await expect(rows(playground).nth(1)).toHaveClass('right');
    // Each step has its own; the reader's stay with the step they were written for.
    await playground.nextStep();
    await expect(text(playground)).not.toHaveValue(/attacker => /);
    await playground.page.locator('.steps li').nth(0).getByRole('button').click();
    await expect(text(playground)).toHaveValue(/^default\/api -> default\/database {2}open\n/);
  });

  test('can be made of what holds now, and all of them hold', async ({ playground }) => {
    await playground.nextStep();
    await playground.openPanel('Checks');
    await text(playground).fill('');
    await expect(rows(playground)).toHaveCount(0);
    await button(playground, 'Add what holds now').click();
    await expect(rows(playground)).not.toHaveCount(0);
    expect((await checks(playground)).every(([holds]) => holds)).toBe(true);
    expect(await text(playground).inputValue()).toContain('default/api -> default/database  open\n');
    await typeOver(playground, 'app: api', 3, 'debug');
    await eventually(async () => (await checks(playground)).filter(([holds]) => !holds).length).toBeGreaterThan(0);
  });
});

test('texts that were left for a lesson come back', async ({ playground }) => {
  await playground.nextStep();
  await typeOver(playground, 'app: api', 3, 'debug');
  const mine = await playground.policiesText();
  await expect(button(playground, 'Back to your text')).toHaveCount(0);
  await playground.lesson('Empty selectors');
  await expect(button(playground, 'Back to your text')).toBeVisible();
  await button(playground, 'Back to your text').click();
  await eventually(() => playground.policiesText()).toBe(mine);
  await expect(playground.page.locator('.pick')).toHaveText('Why network policies?');
  await expect(button(playground, 'Back to your text')).toHaveCount(0);
});

test('ten questions are counted, and those that went wrong are linked', async ({ playground }) => {
  await playground.lesson('Summary: ten questions');
  const score = panel(playground).locator('.score');
  const step = (at) => playground.page.locator('.steps li').nth(at).getByRole('button');
  const right = [];
  for (let at = 0; at < 10; at += 1) {
    await step(at).click();
    await expect(playground.page.locator('.steps li').nth(at)).toHaveClass(/\bon\b/);
    // The first answer each time: some are right, others are not.
    await panel(playground).getByRole('radio').first().check();
    await button(playground, 'Check').click();
    await expect(result(playground)).not.toBeEmpty();
    if ((await result(playground).textContent()) === 'Right') right.push(at + 1);
    if (at < 9) await expect(score).toHaveText(`${right.length} of ${at + 1} right so far, ${9 - at} to go`);
  }
  expect(right.length).toBeGreaterThan(0);
  expect(right.length).toBeLessThan(10);
  await expect(score.locator('b')).toHaveText(`${right.length} of 10`);
  const wrong = Array.from({ length: 10 }, (_, at) => at + 1).filter((at) => !right.includes(at));
  await expect(score.getByRole('button')).toHaveText(wrong.map(String));
  await score.getByRole('button').first().click();
  await expect(playground.page.locator('.steps li').nth(wrong[0] - 1)).toHaveClass(/\bon\b/);
  await expect(result(playground)).toHaveText('Not quite');
});

test('a mistake is named, leads to its lesson and back, and is mended by its button', async ({ playground }) => {
  const TITLE = 'OR where AND was meant';
  await playground.lesson(TITLE);
  const [policies, cluster] = [await playground.policiesText(), await playground.text('Cluster')];
  await playground.lesson('Why network policies?', 2);
  await playground.pasteCluster(cluster);
  await playground.pastePolicies(policies);
  const mistake = playground.problems.filter({ has: playground.page.getByRole('button', { name: `Lesson: ${TITLE}` }) });
  await expect(mistake).toHaveCount(1);
  await expect(playground.status).toContainText(/\d+ warning/);
  await mistake.getByRole('button', { name: /^Lesson/ }).click();
  await expect(playground.page.locator('.pick')).toContainText(TITLE);
  await button(playground, 'Back to your text').click();
  await eventually(() => playground.policiesText()).toBe(policies);
  await mistake.getByRole('button', { name: 'Fix' }).click();
  await expect(mistake).toHaveCount(0);
  expect(await playground.policiesText()).not.toBe(policies);
  await playground.undo();
  await eventually(() => playground.policiesText()).toBe(policies);
  await expect(mistake).toHaveCount(1);
});

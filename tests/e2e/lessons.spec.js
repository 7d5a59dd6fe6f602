// Lessons as a learner takes them: step by step, by themselves, by address, again tomorrow; and lessons of one's own.
import { eventually, expect, test } from './page.js';

const NARROW = { width: 390, height: 844 };
const story = (playground) => playground.page.getByRole('region', { name: 'Story' });
const step = (playground) => playground.page.locator('.steps li.on i');
const hash = (playground) => playground.page.evaluate(() => location.hash);
const contents = (playground) => playground.page.getByRole('dialog', { name: 'Contents' });
const title = (playground) => playground.page.locator('.pick');

/** The rectangle of an element, rounded. */
const box = async (locator) => Object.values(await locator.boundingBox()).map(Math.round);

test('a lesson is walked forwards and back, and its story goes with it', async ({ playground }) => {
  await playground.open();
  const told = story(playground);
  await expect(told.getByRole('heading')).toHaveText('Default: allow all');
  await expect(told.locator('.told')).toContainText('all 42 connections between the seven are open');
  await expect(playground.page.getByRole('button', { name: 'Previous step' })).toBeDisabled();
  await playground.nextStep();
  await expect(told.locator('.told')).toContainText('The first policy isolates all seven pods');
  await eventually(async () => (await playground.arrow('attacker', 'database'))?.verdict).toBe('in');
  await playground.page.getByRole('button', { name: 'Previous step' }).click();
  await expect(told.getByRole('heading')).toHaveText('Default: allow all');
  await eventually(async () => (await playground.arrow('attacker', 'database'))?.verdict).toBe('idle');
});

test('a story is set as it is written, and its links lead to lessons', async ({ playground }) => {
  await playground.open();
  await load(playground, lesson('See [the *spec*](#5.2-anatomy/2), `kubectl get` and [the **manual**](https://kubernetes.io/docs/).\n\n- one\n- two'));
  const told = story(playground).locator('.told');
  await expect(told.locator('code')).toHaveText('kubectl get');
  await expect(told.getByRole('listitem')).toHaveText(['one', 'two']);
  const manual = told.getByRole('link', { name: 'the manual' });
  await expect(manual).toHaveAttribute('href', 'https://kubernetes.io/docs/');
  await expect(manual).toHaveAttribute('rel', 'noopener noreferrer');
  await expect(manual.locator('strong')).toHaveText('manual');
  await told.getByRole('link', { name: 'the spec' }).click();
  await expect(title(playground)).toHaveText('The spec, part by part');
  await expect(step(playground)).toHaveText('2');
});

test('the story can be hidden, and stays hidden', async ({ playground }) => {
  await playground.open();
  const high = async () => (await story(playground).boundingBox()).height;
  const before = await high();
  await playground.page.getByRole('button', { name: 'Hide the story' }).click();
  await expect(story(playground).locator('.told')).toHaveCount(0);
  expect(await high()).toBeLessThan(before - 40);
  await playground.page.reload();
  await expect(playground.page.getByRole('button', { name: 'Show the story' })).toHaveAttribute('aria-expanded', 'false');
  await playground.page.getByRole('button', { name: 'Show the story' }).click();
  await expect(story(playground).locator('.told')).toContainText('all 42 connections');
});

test('neither the figure nor the texts move from step to step', async ({ playground }) => {
  for (const size of [{ width: 1440, height: 900 }, NARROW]) {
    await playground.page.setViewportSize(size);
    await playground.page.goto('about:blank');
    await playground.open('./#5.5-cni');
    const steps = playground.page.locator('.steps li');
    const places = [];
    for (let at = 0; at < (await steps.count()); at++) {
      if (await steps.nth(at).evaluate((item) => item.classList.contains('asks'))) continue;
      await steps.nth(at).getByRole('button').click();
      await expect(step(playground)).toHaveText(String(at + 1));
      places.push([await box(playground.figure), await box(playground.page.getByRole('tab', { name: /^Policies/ })), await box(steps.first()), await box(steps.last())]);
    }
    expect(places.length).toBeGreaterThan(3);
    for (const place of places) expect(place).toEqual(places[0]);
  }
});

test('an edited text says so, and the step’s own comes back without losing it', async ({ playground }) => {
  await playground.open('./#5.3-selectors/3');
  const own = await playground.policiesText();
  await expect(story(playground).getByText('edited')).toHaveCount(0);
  await playground.pastePolicies(own.replace('app: frontend', 'app: worker'));
  await expect(story(playground).getByText('edited')).toBeVisible();
  await playground.page.getByRole('button', { name: 'Back to this step’s text' }).click();
  await eventually(() => playground.policiesText()).toBe(own);
  await expect(story(playground).getByText('edited')).toHaveCount(0);
  await playground.page.getByRole('button', { name: 'Back to your text' }).click();
  await eventually(() => playground.policiesText()).toContain('app: worker');
});

test.describe('play', () => {
  test.beforeEach(async ({ playground }) => {
    await playground.page.clock.install();
  });

  test('goes through the lesson by itself and stops at its end', async ({ playground }) => {
    await playground.open('./#5.1-why');
    const play = playground.page.locator('.play');
    await expect(play).toHaveAccessibleName('Play the lesson');
    await play.click();
    await expect(play).toHaveAccessibleName('Pause');
    await playground.page.clock.fastForward(3900);
    await expect(step(playground)).toHaveText('1');
    await playground.page.clock.fastForward(60_000);
    await expect(step(playground)).toHaveText('2');
    await expect(play).toHaveAccessibleName('Play the lesson');
    await eventually(() => hash(playground)).toBe('#5.1-why/2');
    // At the end it begins again.
    await play.click();
    await expect(step(playground)).toHaveText('1');
    await expect(play).toHaveAccessibleName('Pause');
    await play.click();
    await expect(play).toHaveAccessibleName('Play the lesson');
    await playground.page.clock.fastForward(60_000);
    await expect(step(playground)).toHaveText('1');
  });

  test('stops at a step that asks, and whenever the reader does something', async ({ playground }) => {
    await playground.open('./#5.3-selectors/2');
    const play = playground.page.locator('.play');
    await play.click();
    await playground.page.clock.fastForward(60_000);
    await expect(step(playground)).toHaveText('3');
    await expect(play).toHaveAccessibleName('Pause');
    await playground.cursorAfter('app: ');
    await playground.page.keyboard.type('x');
    await expect(play).toHaveAccessibleName('Play the lesson');
    await playground.page.clock.fastForward(60_000);
    await expect(step(playground)).toHaveText('3');
    await play.focus();
    await playground.page.keyboard.press('Space');
    await expect(play).toHaveAccessibleName('Pause');
    await playground.page.clock.fastForward(60_000);
    await expect(step(playground)).toHaveText('4');
    await expect(play).toHaveAccessibleName('Play the lesson');
  });
});

for (const [size, viewport] of Object.entries({ wide: { width: 1440, height: 900 }, narrow: NARROW })) {
  test(`the line of steps follows the pointer and the keys, ${size}`, async ({ playground }) => {
    const { page } = playground;
    await page.setViewportSize(viewport);
    await playground.open('./#5.5-cni');
    const dot = async (at) => {
      const { x, y, width, height } = await page.locator('.steps li').nth(at - 1).locator('i').boundingBox();
      return [x + width / 2, y + height / 2];
    };
    await page.mouse.move(...(await dot(1)));
    await page.mouse.down();
    await page.mouse.move(...(await dot(3)), { steps: 5 });
    await expect(step(playground)).toHaveText('3');
    await page.mouse.move(...(await dot(6)), { steps: 5 });
    await expect(step(playground)).toHaveText('6');
    // The line is followed even beside it.
    const [x, y] = await dot(4);
    await page.mouse.move(x, y + 200, { steps: 5 });
    await expect(step(playground)).toHaveText('4');
    await page.mouse.up();
    await page.mouse.move(...(await dot(8)), { steps: 5 });
    await expect(step(playground)).toHaveText('4');
    await page.locator('.steps li.on button').focus();
    await page.keyboard.press('ArrowRight');
    await expect(step(playground)).toHaveText('5');
    await expect(page.locator('.steps li.on button')).toBeFocused();
    await page.keyboard.press('End');
    await expect(step(playground)).toHaveText('8');
    await page.keyboard.press('Home');
    await expect(step(playground)).toHaveText('1');
  });
}

test('Page Down and Page Up step through the lesson, but not in the editor', async ({ playground }) => {
  await playground.open('./#5.5-cni');
  await playground.page.keyboard.press('PageDown');
  await expect(step(playground)).toHaveText('2');
  await playground.page.keyboard.press('PageUp');
  await expect(step(playground)).toHaveText('1');
  await playground.editor('Policies').focus();
  await playground.page.keyboard.press('PageDown');
  await playground.page.keyboard.type('x');
  await eventually(() => playground.policiesText()).toContain('x');
  await expect(step(playground)).toHaveText('1');
});

test('ten steps fit on the line', async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  const more = Array.from({ length: 9 }, (_, at) => `\n## A step with a rather long heading, number ${at + 2}\n\nStory ${at + 2}.\n`);
  await load(playground, lesson('Story 1.') + more.join(''));
  for (const size of [{ width: 1440, height: 900 }, { width: 1101, height: 800 }, { width: 760, height: 800 }, NARROW]) {
    await page.setViewportSize(size);
    for (const at of [9, 0]) {
      await page.locator('.steps li').nth(at).getByRole('button').click();
      await expect(step(playground)).toHaveText(String(at + 1));
      const edges = await page.locator('.steps').evaluate((strip) => {
        const rect = (element) => element.getBoundingClientRect();
        const dots = [...strip.querySelectorAll('li i')].map(rect);
        const apart = dots.slice(1).map((dot, index) => dot.left - dots[index].right);
        const next = strip.querySelector('.next');
        const line = rect(strip.querySelector('ol'));
        return { apart: Math.min(...apart), inside: dots.every((dot) => dot.left >= line.left && dot.right <= line.right), next: next ? rect(next).left - line.right : 0, right: rect(strip.lastElementChild).right };
      });
      expect(edges.apart, `between the dots at ${size.width}`).toBeGreaterThan(1);
      expect(edges.inside).toBe(true);
      expect(edges.next).toBeGreaterThanOrEqual(0);
      expect(edges.right).toBeLessThanOrEqual(size.width);
    }
  }
});

test.describe('progress', () => {
  test('is remembered, and can be forgotten', async ({ playground }) => {
    const { page } = playground;
    await playground.open();
    await playground.lesson('Why network policies?', 2);
    await playground.lesson('Who enforces the policies?');
    await page.reload();
    await title(playground).click();
    await expect(playground.entry('Why network policies?')).toHaveAccessibleName(/done$/);
    await expect(playground.entry('Who enforces the policies?')).toHaveAccessibleName(/1 of 8 steps seen$/);
    await expect(playground.entry('Names must resolve')).toHaveAccessibleName(/name server$/);
    await expect(contents(playground)).toContainText(/1 of \d+ done/);
    await page.getByRole('button', { name: 'Start over' }).click();
    await expect(contents(playground)).toContainText(/0 of \d+ done/);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(contents(playground)).toContainText(/1 of \d+ done/);
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.reload();
    await title(playground).click();
    await expect(contents(playground)).toContainText(/0 of \d+ done/);
    await expect(playground.entry('Why network policies?')).not.toHaveAccessibleName(/done$/);
  });

  test('of something else in the storage does no harm', async ({ playground }) => {
    await playground.page.addInitScript(() => localStorage.setItem('progress', '{"5.1-why": "all of it"'));
    await playground.open();
    await playground.nextStep();
    await title(playground).click();
    await expect(playground.entry('Why network policies?')).toHaveAccessibleName(/done$/);
  });

  test('without a storage lasts as long as the page', async ({ playground }) => {
    await playground.page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('refused', 'SecurityError'); } });
    });
    await playground.open();
    await playground.nextStep();
    await title(playground).click();
    await expect(playground.entry('Why network policies?')).toHaveAccessibleName(/done$/);
  });

  test('of a lesson with questions asks for their answers', async ({ playground }) => {
    await playground.open();
    await load(playground, `${lesson('Which?')}
\`\`\`question
ask: Which one?
answers:
- {says: this one, right: true, because: it is}
- {says: that one, because: it is not}
\`\`\`
`);
    await title(playground).click();
    await expect(playground.entry('Mine')).toHaveAccessibleName(/1 of 1 steps seen$/);
    await playground.page.keyboard.press('Escape');
    await playground.page.getByRole('radio', { name: 'this one' }).check();
    await playground.page.locator('.task .do').first().click();
    await title(playground).click();
    await expect(playground.entry('Mine')).toHaveAccessibleName(/done$/);
  });
});

test.describe('addresses', () => {
  test('open their step, follow the reader, and are followed', async ({ playground }) => {
    const { page } = playground;
    await playground.open('./#5.4-example-1/3');
    await expect(title(playground)).toHaveText('Only the API may open the database');
    await expect(step(playground)).toHaveText('3');
    expect(await playground.policiesText()).toContain('kind: NetworkPolicy');
    await page.getByRole('button', { name: 'Previous step' }).click();
    await eventually(() => hash(playground)).toBe('#5.4-example-1/2');
    await page.getByRole('button', { name: 'Next lesson' }).click();
    await eventually(() => hash(playground)).toBe('#5.4-example-2');
    await playground.nextStep();
    await eventually(() => hash(playground)).toBe('#5.4-example-2/2');
    // One way back for a lesson, however many steps were taken in it.
    await page.goBack();
    await expect(title(playground)).toHaveText('Only the API may open the database');
    await expect(step(playground)).toHaveText('2');
    await page.goForward();
    await expect(title(playground)).toHaveText('From one namespace to another');
    await expect(step(playground)).toHaveText('2');
    await page.evaluate(() => { location.hash = '#5.2-anatomy/2'; });
    await expect(title(playground)).toHaveText('The spec, part by part');
    await expect(step(playground)).toHaveText('2');
    await page.reload();
    await expect(title(playground)).toHaveText('The spec, part by part');
    await expect(step(playground)).toHaveText('2');
  });

  test('without a name are the first lesson, and stay without until the reader moves', async ({ playground }) => {
    await playground.open();
    expect(await hash(playground)).toBe('');
    await playground.nextStep();
    await eventually(() => hash(playground)).toBe('#5.1-why/2');
  });

  test('of no lesson say so', async ({ playground }) => {
    await playground.open('./#9.9-nothing/2');
    const notice = playground.page.locator('.notice');
    await expect(notice).toContainText('No lesson here is called “9.9-nothing/2”');
    await expect(title(playground)).toHaveText('Why network policies?');
    expect(await hash(playground)).toBe('#5.1-why');
    await notice.getByRole('button', { name: 'Close' }).click();
    await expect(notice).toHaveCount(0);
  });
});

test('the contents are walked by keyboard', async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  await title(playground).focus();
  await page.keyboard.press('Enter');
  await expect(playground.entry('Why network policies?')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await expect(playground.entry('Policy by policy')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(contents(playground)).toHaveCount(0);
  await expect(title(playground)).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(contents(playground)).toHaveCount(0);
  await expect(title(playground)).toHaveText('Policy by policy');
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Tab');
  await expect(contents(playground)).toHaveCount(0);
});

/** A lesson with one step and this story. */
const lesson = (prose) => `---
section: "9.9"
title: Mine
summary: a lesson of my own
---

## Only step

${prose}

\`\`\`yaml cluster
{apiVersion: v1, kind: Pod, metadata: {name: a}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b}}
\`\`\`

\`\`\`yaml policies
# None
\`\`\`
`;

/** Opens the dialog, writes `text` into it and presses Load. */
async function load(playground, text) {
  await playground.page.locator('.pick').click();
  await playground.page.getByRole('button', { name: 'Open a lesson of your own…' }).click();
  const dialog = playground.page.getByRole('dialog', { name: 'Open a lesson of your own' });
  await dialog.getByRole('textbox').fill(text);
  await dialog.getByRole('button', { name: 'Load' }).click();
  return dialog;
}

test.describe('a lesson of one’s own', () => {
  test('with a mistake is put right and opened, and again', async ({ playground }) => {
    const { page } = playground;
    await playground.open();
    const dialog = await load(playground, lesson('Story.').replace('yaml policies', 'yaml policy'));
    const wrong = dialog.getByRole('list', { name: 'What is wrong' }).getByRole('listitem');
    await expect(wrong).toHaveCount(1);
    await expect(wrong).toContainText('yaml policy');
    await expect(title(playground)).toHaveText('Why network policies?');
    await wrong.getByRole('button').click();
    const area = dialog.getByRole('textbox');
    await expect(area).toBeFocused();
    const line = await area.evaluate((element) => element.value.slice(0, element.selectionStart).split('\n').length);
    expect(await area.evaluate((element, at) => element.value.split('\n')[at - 1], line)).toBe('```yaml policy');
    // Nothing that was typed is lost by closing it.
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await page.locator('.pick').click();
    await page.getByRole('button', { name: 'Open a lesson of your own…' }).click();
    await area.fill((await area.inputValue()).replace('yaml policy', 'yaml policies'));
    await expect(wrong).toHaveCount(0);
    await dialog.getByRole('button', { name: 'Load' }).click();
    await expect(dialog).toBeHidden();
    await expect(title(playground)).toHaveText('Mine');
    await expect(story(playground).locator('.told')).toHaveText('Story.');
    await expect(playground.page.locator('.scene [data-pod]')).toHaveCount(2);
    expect(await hash(playground)).toBe('#my-mine');
    await load(playground, lesson('Another story.'));
    await expect(story(playground).locator('.told')).toHaveText('Another story.');
    await page.locator('.pick').click();
    await expect(contents(playground).getByRole('heading', { name: 'Your lessons' })).toBeVisible();
    await expect(playground.entry('Mine')).toHaveCount(1);
  });

  test('that does not hold what it says opens and says so', async ({ playground }) => {
    await playground.open();
    const dialog = await load(playground, `${lesson('Story.')}
\`\`\`verdicts
default/a -> default/b   blocked
default/b -> default/a   open
\`\`\`
`);
    await expect(dialog).toContainText('One of its expectations does not hold');
    await expect(dialog.getByRole('list', { name: 'What is wrong' }).getByRole('listitem')).toHaveCount(1);
    await expect(title(playground)).toHaveText('Mine');
  });

  test('comes from a file', async ({ playground }) => {
    await playground.open();
    await playground.page.locator('.pick').click();
    await playground.page.getByRole('button', { name: 'Open a lesson of your own…' }).click();
    const dialog = playground.page.getByRole('dialog', { name: 'Open a lesson of your own' });
    await dialog.locator('input[type=file]').setInputFiles({ name: 'my file.md', mimeType: 'text/markdown', buffer: Buffer.from(lesson('From a file.')) });
    await expect(dialog).toContainText('my file.md');
    await dialog.getByRole('button', { name: 'Load' }).click();
    await expect(story(playground).locator('.told')).toHaveText('From a file.');
    expect(await hash(playground)).toBe('#my-my-file');
  });

  test('is fetched from beside the page, at its step', async ({ playground }) => {
    await playground.open('./?lesson=lessons/5.4-example-5.md#my-5.4-example-5/2');
    await expect(title(playground)).toHaveText('A complete application');
    await expect(step(playground)).toHaveText('2');
    await expect(playground.page.locator('.notice')).toHaveCount(0);
    expect(await hash(playground)).toBe('#my-5.4-example-5/2');
    await playground.page.locator('.pick').click();
    await expect(playground.entry('A complete application')).toHaveCount(2);
  });

  test('is not fetched from elsewhere', async ({ playground }) => {
    await playground.open('./?lesson=https://example.org/lesson.md');
    await expect(playground.page.locator('.notice')).toContainText('The lesson at https://example.org was not opened');
    await expect(title(playground)).toHaveText('Why network policies?');
  });

  // Without the fixture, for the browser itself complains of the missing file.
  test('that is missing is said to be', async ({ page }) => {
    await page.goto('./?lesson=nothing.md');
    await expect(page.locator('.notice')).toContainText('“nothing.md” could not be fetched: the server answers 404');
    await expect(page.locator('.pick')).toHaveText('Why network policies?');
  });
});

test.describe('where there is one column', () => {
  test.use({ viewport: NARROW });

  test('two lines of the story unfold, and stay unfolded in the next step', async ({ playground }) => {
    await playground.open();
    const more = story(playground).getByRole('button');
    await expect(more).toHaveText('More');
    await expect(playground.editor('Policies')).toBeVisible();
    await more.click();
    await expect(more).toHaveText('Less');
    await expect(story(playground)).toContainText('needs no trick');
    await expect(playground.editor('Policies')).toBeVisible();
    await playground.nextStep();
    await expect(story(playground)).toContainText('the order in which they are written does not matter');
    await expect(more).toHaveText('Less');
    await more.click();
    await expect(more).toHaveText('More');
  });

  test('the contents take the whole page', async ({ playground }) => {
    await playground.open();
    await title(playground).click();
    const [x, , width] = await box(contents(playground));
    expect([x, width]).toEqual([0, 390]);
    await playground.entry('Out to the internet').click();
    await expect(contents(playground)).toHaveCount(0);
    await expect(playground.page.locator('.no-of')).toHaveText('5.4');
  });
});

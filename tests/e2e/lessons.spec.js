// Lessons as a learner goes through them: the story, the timeline, the contents, addresses, and lessons of one's own.
import { Playground, eventually, expect, test } from './page.js';

const FIRST = 'Why network policies?';
const SIX = 'Policy by policy';
const steps = (playground) => playground.page.locator('.steps li');
const play = (playground) => playground.page.locator('.play');
const hash = (playground) => playground.page.evaluate(() => location.hash);
const at = (playground, step) => expect(steps(playground).nth(step - 1), `step ${step}`).toHaveClass(/\bon\b/);

/** An entry of the contents, by its title. */
const entry = (playground, title) =>
  playground.contents.getByRole('button').filter({ has: playground.page.getByText(title, { exact: true }) });

/** What the entry says of the reader's progress. */
async function progress(playground, title) {
  await playground.openContents();
  const told = await entry(playground, title).locator('.told').textContent();
  await playground.page.keyboard.press('Escape');
  await expect(playground.contents).toHaveCount(0);
  return told.replace(/^.*: /, '');
}

test.describe('the story and the timeline', () => {
  test('each step tells its own story, and all of them take the same room', async ({ playground }) => {
    await playground.open();
    await expect(playground.story).toContainText('nothing is isolated and all 42 connections');
    const tabs = () => playground.page.getByRole('tab', { name: 'Policies' }).boundingBox();
    const before = await tabs();
    await playground.nextStep();
    await at(playground, 2);
    await expect(playground.story).toContainText('The first policy isolates all seven pods');
    await expect(playground.story).not.toContainText('all 42 connections', { useInnerText: true });
    expect((await tabs()).y).toBe(before.y);
    await playground.page.getByRole('button', { name: 'Previous step' }).click();
    await at(playground, 1);
    await expect(playground.page.getByRole('button', { name: 'Previous step' })).toBeDisabled();
  });

  test('a hidden story stays hidden', async ({ playground }) => {
    await playground.open();
    const words = playground.story.getByRole('group');
    await expect(words).toBeVisible();
    await playground.page.getByRole('button', { name: 'Hide the story' }).click();
    await expect(words).toHaveCount(0);
    await playground.page.reload();
    await expect(playground.page.getByRole('button', { name: 'Show the story' })).toBeVisible();
    await expect(words).toHaveCount(0);
  });

  test('a changed text is called so, and the step’s own comes back', async ({ playground }) => {
    await playground.open();
    const own = await playground.policiesText();
    await expect(playground.story.getByText('edited')).toHaveCount(0);
    await playground.pastePolicies('# mine\n');
    await expect(playground.story.getByText('edited')).toBeVisible();
    await playground.page.getByRole('button', { name: 'Back to this step’s text' }).click();
    await eventually(() => playground.policiesText()).toBe(own);
    await expect(playground.story.getByText('edited')).toHaveCount(0);
  });

  test('dots are dragged along, and walked with the arrow keys', async ({ playground }) => {
    await playground.open();
    await playground.lesson(SIX);
    const middle = async (step) => {
      const { x, y, width, height } = await steps(playground).nth(step - 1).locator('i').boundingBox();
      return [x + width / 2, y + height / 2];
    };
    const { mouse, keyboard } = playground.page;
    await mouse.move(...(await middle(1)));
    await mouse.down();
    await mouse.move(...(await middle(2)));
    await at(playground, 2);
    await mouse.move(...(await middle(5)));
    await at(playground, 5);
    await mouse.up();
    await at(playground, 5);
    await mouse.move(...(await middle(2)));
    await at(playground, 5);

    await steps(playground).nth(4).getByRole('button').focus();
    for (const [key, step] of [['ArrowRight', 6], ['ArrowRight', 6], ['Home', 1], ['ArrowLeft', 1], ['End', 6], ['ArrowLeft', 5]]) {
      await keyboard.press(key);
      await at(playground, step);
      await expect(steps(playground).nth(step - 1).getByRole('button')).toBeFocused();
    }
  });
});

for (const reducedMotion of ['no-preference', 'reduce']) {
  test.describe(`playing, motion: ${reducedMotion}`, () => {
    test.use({ contextOptions: { reducedMotion } });

    test.beforeEach(async ({ playground }) => {
      await playground.page.clock.install();
      await playground.open();
    });

    test('Play goes to the end and begins again from there', async ({ playground }) => {
      await play(playground).click();
      await expect(play(playground)).toHaveAccessibleName('Pause');
      await playground.page.clock.fastForward(3_900);
      await at(playground, 1);
      await playground.page.clock.fastForward(60_000);
      await at(playground, 2);
      await expect(play(playground)).toHaveAccessibleName('Play the lesson');
      await play(playground).click();
      await at(playground, 1);
      await expect(play(playground)).toHaveAccessibleName('Pause');
    });
  });
}

test.describe('playing', () => {
  test.beforeEach(async ({ playground }) => {
    await playground.page.clock.install();
    await playground.open();
  });

  const STOPS = {
    'a press in the figure': (playground) => playground.headline.click(),
    'typing': async (playground) => {
      await playground.editor('Policies').focus();
      await playground.page.keyboard.type('#');
    },
    'Pause': (playground) => play(playground).click(),
  };
  for (const [name, act] of Object.entries(STOPS)) {
    test(`${name} stops it`, async ({ playground }) => {
      await play(playground).click();
      await expect(play(playground)).toHaveAccessibleName('Pause');
      await act(playground);
      await expect(play(playground)).toHaveAccessibleName('Play the lesson');
      await playground.page.clock.fastForward(120_000);
      await at(playground, 1);
    });
  }

  test('it stops at a step that asks', async ({ playground }) => {
    await playground.lesson(SIX);
    const asks = await steps(playground).evaluateAll((all) => all.findIndex((step) => step.classList.contains('asks')) + 1);
    expect(asks).toBeGreaterThan(1);
    await play(playground).click();
    for (let step = 2; step <= asks; step += 1) {
      await playground.page.clock.fastForward(60_000);
      await at(playground, step);
    }
    await expect(play(playground)).toHaveAccessibleName('Play the lesson');
    await playground.page.clock.fastForward(120_000);
    await at(playground, asks);
  });
});

test.describe('progress', () => {
  test('is shown, survives a reload, and can be forgotten', async ({ playground }) => {
    await playground.open();
    expect(await progress(playground, FIRST)).toBe('1 of 2 steps seen');
    await playground.nextStep();
    expect(await progress(playground, FIRST)).toBe('done');
    await playground.page.reload();
    expect(await progress(playground, FIRST)).toBe('done');
    await playground.openContents();
    await playground.contents.getByRole('button', { name: 'Start over' }).click();
    await expect(entry(playground, FIRST).locator('.told')).toHaveText('');
    await playground.page.keyboard.press('Escape');
    await playground.page.reload();
    expect(await progress(playground, FIRST)).toBe('1 of 2 steps seen');
  });

  test('a lesson with tasks is done only once they are solved', async ({ playground }) => {
    await playground.open();
    await playground.lesson(SIX);
    const count = await steps(playground).count();
    for (let step = 2; step <= count; step += 1) await playground.page.keyboard.press('PageDown');
    await at(playground, count);
    expect(await progress(playground, SIX)).toBe(`${count} of ${count} steps seen`);
  });

  test('what the storage holds does no harm', async ({ playground }) => {
    await playground.page.addInitScript(() => {
      localStorage.setItem('progress', '{"5.1-why":');
      localStorage.setItem('story', '[1]');
    });
    await playground.open();
    expect(await progress(playground, FIRST)).toBe('1 of 2 steps seen');
  });

  test('without a storage the page works, and knows the progress until it is left', async ({ playground }) => {
    await playground.page.addInitScript(() => {
      const refuse = () => {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      };
      Object.defineProperty(window, 'localStorage', { get: refuse });
    });
    await playground.open();
    await playground.nextStep();
    expect(await progress(playground, FIRST)).toBe('done');
  });
});

test.describe('addresses', () => {
  test('a page opens at the step that its address names, and keeps it up to date', async ({ playground }) => {
    await playground.open('./#5.3-selectors/3');
    await expect(playground.page.locator('.pick')).toHaveText('Selector types');
    await at(playground, 3);
    await expect(playground.page.locator('.turned')).toHaveCount(0);
    await steps(playground).nth(3).getByRole('button').click();
    await eventually(() => hash(playground)).toBe('#5.3-selectors/4');
    await playground.lesson(FIRST);
    await eventually(() => hash(playground)).toBe('#5.1-why');
    await playground.nextStep();
    await eventually(() => hash(playground)).toBe('#5.1-why/2');
    // The steps of a lesson are one entry of the history, another lesson is another.
    await playground.page.goBack();
    await expect(playground.page.locator('.pick')).toHaveText('Selector types');
    await at(playground, 4);
    await playground.page.goForward();
    await expect(playground.page.locator('.pick')).toHaveText(FIRST);
    await at(playground, 2);
  });

  test('an address that is changed by hand is followed; a step too far is the last', async ({ playground }) => {
    await playground.open();
    await playground.page.evaluate(() => (location.hash = '#5.3-selectors/2'));
    await expect(playground.page.locator('.pick')).toHaveText('Selector types');
    await at(playground, 2);
    await playground.page.evaluate(() => (location.hash = '#5.1-why/99'));
    await expect(playground.page.locator('.pick')).toHaveText(FIRST);
    await at(playground, 2);
  });

  test('a name that no lesson has is said, and the first lesson opens', async ({ playground }) => {
    await playground.open('./#5.9-nothing/2');
    const notice = playground.page.locator('.notice');
    await expect(notice).toContainText('No lesson here is called “5.9-nothing/2”');
    await expect(playground.page.locator('.pick')).toHaveText(FIRST);
    await notice.getByRole('button', { name: 'Close' }).click();
    await expect(notice).toHaveCount(0);
  });
});

test('the contents are walked and closed by keyboard', async ({ playground }) => {
  await playground.open();
  const { keyboard } = playground.page;
  await playground.page.locator('.pick').focus();
  await keyboard.press('Enter');
  await expect(entry(playground, FIRST)).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(entry(playground, FIRST)).not.toBeFocused();
  await keyboard.press('ArrowUp');
  await expect(entry(playground, FIRST)).toBeFocused();
  await keyboard.press('Escape');
  await expect(playground.contents).toHaveCount(0);
  await expect(playground.page.locator('.pick')).toBeFocused();
  await keyboard.press('Enter');
  await keyboard.press('ArrowDown');
  const title = await playground.page.evaluate(() => document.activeElement.querySelector('.ti').textContent);
  await keyboard.press('Enter');
  await expect(playground.contents).toHaveCount(0);
  await expect(playground.page.locator('.pick')).toHaveText(title);
});

const OWN = `---
section: "Mine"
title: Two pods of mine
summary: One calls the other
---

## Nobody decides

Read *this*, then see [the selectors](#5.3-selectors/2).

\`\`\`yaml cluster
apiVersion: v1
kind: Pod
metadata:
  name: client
---
apiVersion: v1
kind: Pod
metadata:
  name: server
\`\`\`

\`\`\`verdicts
default/client -> default/server   open
\`\`\`
`;

test.describe('a lesson of one’s own', () => {
  const dialog = (playground) => playground.page.getByRole('dialog', { name: 'Open a lesson of your own' });
  const area = (playground) => dialog(playground).getByRole('textbox', { name: 'The lesson, Markdown' });
  const load = (playground) => dialog(playground).getByRole('button', { name: 'Load' }).click();
  const wrong = (playground) => dialog(playground).getByRole('list', { name: 'What is wrong' }).getByRole('listitem');

  async function openDialog(playground) {
    await playground.openContents();
    await playground.contents.getByRole('button', { name: 'Open a lesson of your own' }).click();
    await expect(dialog(playground)).toBeVisible();
  }

  test('what cannot be read is said with its place; mended, it opens and is listed', async ({ playground }) => {
    await playground.open();
    await openDialog(playground);
    const broken = OWN.replace('```verdicts', '```verdict');
    await area(playground).fill(broken);
    await load(playground);
    await expect(wrong(playground)).toHaveCount(1);
    await expect(wrong(playground)).toContainText('a lesson has no blocks called');
    await wrong(playground).getByRole('button').click();
    const line = await area(playground).evaluate((field) => field.value.slice(0, field.selectionStart).split('\n').length);
    expect(line).toBe(broken.split('\n').indexOf('```verdict') + 1);
    // Nothing that was written is lost with the dialog.
    await playground.page.keyboard.press('Escape');
    await expect(dialog(playground)).toBeHidden();
    await openDialog(playground);
    await expect(area(playground)).toHaveValue(broken);

    await area(playground).fill(OWN);
    await load(playground);
    await expect(dialog(playground)).toBeHidden();
    await expect(playground.page.locator('.pick')).toHaveText('Two pods of mine');
    await expect(playground.page.locator('.scene [data-pod]')).toHaveCount(2);
    await eventually(() => hash(playground)).toBe('#my-two-pods-of-mine');
    await playground.openContents();
    await expect(playground.contents.getByRole('heading', { name: 'Your lessons' })).toBeVisible();
    await expect(entry(playground, 'Two pods of mine')).toHaveCount(1);
    await playground.page.keyboard.press('Escape');
    await playground.story.getByRole('link', { name: 'the selectors' }).click();
    await expect(playground.page.locator('.pick')).toHaveText('Selector types');
    await at(playground, 2);
  });

  test('what does not hold is listed, and the lesson opens all the same', async ({ playground }) => {
    await playground.open();
    await openDialog(playground);
    await area(playground).fill(OWN.replace('server   open', 'server   blocked by ingress'));
    await load(playground);
    await expect(dialog(playground)).toContainText('One of its expectations does not hold.');
    await expect(wrong(playground)).toHaveCount(1);
    await playground.page.keyboard.press('Escape');
    await expect(playground.page.locator('.pick')).toHaveText('Two pods of mine');
    // Loaded again, it takes its own place.
    await openDialog(playground);
    await area(playground).fill(OWN);
    await load(playground);
    await playground.openContents();
    await expect(entry(playground, 'Two pods of mine')).toHaveCount(1);
  });

  test('a file is chosen', async ({ playground }) => {
    await playground.open();
    await openDialog(playground);
    const buffer = Buffer.from(OWN);
    await dialog(playground).locator('input[type=file]').setInputFiles({ name: 'shop.md', mimeType: 'text/markdown', buffer });
    await expect(area(playground)).toHaveValue(OWN);
    await load(playground);
    await eventually(() => hash(playground)).toBe('#my-shop');
  });

  test('a link may name a lesson beside the page', async ({ playground }) => {
    await playground.open('./?lesson=lessons/5.1-why.md');
    await expect(playground.page.locator('.pick')).toHaveText(FIRST);
    await eventually(() => hash(playground)).toBe('#my-5.1-why');
    await expect(playground.page.locator('.notice')).toHaveCount(0);
  });

  test('it may not name one elsewhere', async ({ playground }) => {
    await playground.open('./?lesson=https://example.org/lesson.md');
    await expect(playground.page.locator('.notice')).toContainText('a link may only name lessons beside this page');
    await expect(playground.page.locator('.pick')).toHaveText(FIRST);
  });

  // The browser itself reports a missing file as an error, so that this page may complain.
  test('a file that is missing is said so', async ({ page }) => {
    const playground = new Playground(page);
    await playground.open('./?lesson=lessons/none.md');
    await expect(page.locator('.notice')).toContainText('the server answers 404');
    await expect(page.locator('.pick')).toHaveText(FIRST);
  });
});

// What changed moves, and is said; where motion is not wanted, it is only said.
import { eventually, expect, test } from './page.js';

const turned = (playground, how) => playground.page.locator(`.arrow.turned-${how}`);

test.describe('with motion', () => {
  test.beforeEach(({ playground }) => playground.open());

  test('arrows that turn blocked are marked as such, and the live region counts them', async ({ playground }) => {
    // Slow motion, so that a person sees it, and so does this test.
    const speed = playground.page.getByRole('button', { name: /^Speed/ });
    await speed.click();
    await speed.click();
    await expect(speed).toHaveText(/¼×/);
    await playground.nextStep();
    await expect(turned(playground, 'blocked')).toHaveCount(33);
    await expect(playground.changes).toHaveText(/^33 arrows blocked/);
    await expect(playground.changes).toHaveAttribute('aria-live', 'polite');
    await expect(turned(playground, 'open')).toHaveCount(0);
    expect(await playground.page.evaluate(() => document.getAnimations().some((animation) => animation.playState === 'running'))).toBe(true);
    await expect((await playground.arrowElement('attacker', 'database'))).toHaveClass(/turned-blocked/);
  });

  test('going back, the same arrows turn open', async ({ playground }) => {
    await playground.nextStep();
    await eventually(async () => (await playground.arrow('attacker', 'database'))?.verdict).toBe('in');
    await playground.page.getByRole('button', { name: /^Speed/ }).click();
    await playground.page.locator('.steps li').first().getByRole('button').click();
    await expect(turned(playground, 'open')).toHaveCount(33);
    await expect(playground.changes).toHaveText(/^33 arrows opened/);
    await eventually(async () => Object.keys(await playground.verdicts()).length).toBe(42);
  });

  test('after a while nothing is marked any more; Replay shows the change again', async ({ playground }) => {
    await playground.nextStep();
    await expect(turned(playground, 'blocked').first()).toBeAttached();
    await expect(playground.page.locator('.turned')).toHaveCount(0);
    await expect(playground.changes).toBeEmpty();
    const settled = await playground.verdicts();
    await playground.page.getByRole('button', { name: 'Replay the last change' }).click();
    await expect(turned(playground, 'blocked')).toHaveCount(33);
    await expect(playground.changes).toHaveText(/^33 arrows blocked/);
    await expect(playground.page.locator('.turned')).toHaveCount(0);
    expect(await playground.verdicts()).toEqual(settled);
  });

  test('a change during a motion jumps to the end and starts from there', async ({ playground }) => {
    const steps = playground.page.locator('.steps li');
    for (const at of [1, 0, 1, 0, 1]) await steps.nth(at).getByRole('button').click();
    await expect(playground.changes).toHaveText(/^33 arrows blocked/);
    await expect(playground.page.locator('.turned')).toHaveCount(0);
    await eventually(() => playground.verdicts()).toEqual({
      'default/frontend -> default/api': 'open',
      'default/api -> default/database': 'open',
      'default/api -> default/cache': 'open',
      'default/attacker -> default/database': 'in',
    });
  });

  test('a pod never moves and never restarts with the arrows', async ({ playground }) => {
    await playground.page.locator('[data-pod]').evaluateAll((pods) => pods.forEach((pod) => (pod.sameAsBefore = true)));
    await playground.nextStep();
    await expect(turned(playground, 'blocked').first()).toBeAttached();
    const same = await playground.page.locator('[data-pod]').evaluateAll((pods) =>
      pods.every((pod) => pod.sameAsBefore && pod.getAnimations({ subtree: true }).length === 0),
    );
    expect(same).toBe(true);
  });
});

test.describe('with reduced motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('states swap at once, nothing runs, and a line says what changed', async ({ playground }) => {
    await playground.open();
    await expect(playground.changes).toBeEmpty();
    await playground.nextStep();
    await expect(turned(playground, 'blocked')).toHaveCount(33);
    const running = await playground.page.evaluate(() =>
      document.getAnimations().filter((animation) => animation.playState === 'running').map((animation) => animation.animationName ?? String(animation)),
    );
    expect(running).toEqual([]);
    await expect(playground.changes).toHaveText(/^33 arrows blocked/);
    const box = await playground.changes.boundingBox();
    expect(box.width, 'the line can be read').toBeGreaterThan(60);
    expect(box.height).toBeGreaterThan(10);
    await eventually(async () => (await playground.arrow('attacker', 'database'))?.verdict).toBe('in');
  });

  test('the figure stays where it is while the line is shown', async ({ playground }) => {
    await playground.open();
    // The rectangle itself: an isolated pod's heavier line makes its bounding box wider.
    const place = () =>
      playground.pod('database').locator('.box').evaluate((box) => ['x', 'y', 'width', 'height'].map((name) => box.getAttribute(name)));
    const before = await place();
    await playground.nextStep();
    await expect(playground.changes).toHaveText(/^33 arrows blocked/);
    expect(await place()).toEqual(before);
  });
});

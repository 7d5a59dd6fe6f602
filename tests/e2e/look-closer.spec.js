// Pointing, clicking and walking: one arrow at a time.
import { eventually, expect, test } from './page.js';

test.beforeEach(async ({ playground }) => {
  await playground.open();
});

const opacities = (playground) =>
  playground.page.evaluate(() => {
    const pods = [...document.querySelectorAll('.scene [data-box]')].map((box) => box.querySelector('[data-pod]').dataset.pod);
    return [...document.querySelectorAll('.scene [data-arrow]')].map((arrow) => {
      const [from, to] = arrow.dataset.arrow.split('>').map((at) => pods[at].replace('default/', ''));
      return { from, to, opacity: Number(getComputedStyle(arrow).opacity) };
    });
  });

test('over a pod only its own arrows keep their ink', async ({ playground }) => {
  await playground.pod('cache').hover();
  await eventually(async () => {
    const arrows = await opacities(playground);
    return arrows.every(({ from, to, opacity }) => opacity === (from === 'cache' || to === 'cache' ? 1 : 0.3));
  }).toBe(true);
  expect((await opacities(playground)).filter(({ opacity }) => opacity === 1)).toHaveLength(12);
  await playground.page.mouse.move(5, 5);
  await eventually(async () => (await opacities(playground)).every(({ opacity }) => opacity === 1)).toBe(true);
});

test('over a pod its refused arrows are drawn too, reverses included', async ({ playground }) => {
  await playground.nextStep();
  await playground.pod('cache').hover();
  await eventually(async () => (await playground.arrow('cache', 'api'))?.verdict).toBe('in');
  const verdicts = await playground.verdicts();
  for (const other of ['frontend', 'database', 'debug', 'attacker']) {
    expect(verdicts[`default/${other} -> default/cache`], `${other} to cache`).toBe('in');
    expect(verdicts[`default/cache -> default/${other}`], `cache to ${other}`).toBe('in');
  }
  expect(verdicts['default/cache -> default/logging']).toBe('TCP/9100');
});

test('over an arrow its reason appears, and both its pods keep their ink', async ({ playground }) => {
  await playground.nextStep();
  await eventually(async () => (await playground.arrow('frontend', 'api'))?.verdict).toBe('open');
  const point = await playground.onArrow('frontend', 'api');
  await playground.page.mouse.move(point.x, point.y);
  await eventually(async () => (await playground.arrow('frontend', 'api')).chip).toBe('open: every port is allowed');
  await expect(playground.pod('frontend')).not.toHaveClass(/dimmed/);
  await expect(playground.pod('debug')).toHaveClass(/dimmed/);
  await playground.page.mouse.move(5, 5);
  await eventually(async () => (await playground.arrow('frontend', 'api')).chip).toBeUndefined();
});

test('a click selects: the lines behind the verdict are tinted, another click lets go', async ({ playground }) => {
  await playground.nextStep();
  await eventually(async () => (await playground.arrow('attacker', 'database'))?.verdict).toBe('in');
  const click = async (from, to) => {
    const point = await playground.onArrow(from, to);
    await playground.page.mouse.click(point.x, point.y);
  };
  await click('attacker', 'database');
  await expect(await playground.arrowElement('attacker', 'database')).toHaveAttribute('aria-pressed', 'true');
  await eventually(() => playground.markedLines('.np-cited-stop')).toContain(
    Number((await playground.arrow('attacker', 'database')).label.match(/line (\d+)/)[1]),
  );
  await expect(playground.editor('Policies').locator('.np-cited-open')).toHaveCount(0);

  await click('frontend', 'api');
  await expect(playground.editor('Policies').locator('.np-cited-stop')).toHaveCount(0);
  await eventually(() => playground.markedLines('.np-cited-open')).toContain(
    Number((await playground.arrow('frontend', 'api')).label.match(/line (\d+)/)[1]),
  );
  await click('frontend', 'api');
  await expect(playground.editor('Policies').locator('.np-cited')).toHaveCount(0);
});

test('the keyboard walks a pod\'s arrows, selects one, and finds back', async ({ playground }) => {
  await playground.nextStep();
  const { keyboard } = playground.page;
  await eventually(async () => (await playground.arrow('attacker', 'database'))?.verdict).toBe('in');
  await playground.pod('database').focus();
  await eventually(async () => Object.keys(await playground.verdicts()).filter((arrow) => arrow.includes('/database')).length).toBeGreaterThan(9);
  const focused = playground.page.locator(':focus');
  const seen = new Set();
  for (let at = 0; at < 12; at++) {
    await keyboard.press('ArrowRight');
    await expect(focused).toHaveAttribute('data-arrow', /\d+>\d+/);
    const label = await focused.getAttribute('aria-label');
    expect(label).toMatch(/^(database to .*|.* to database): .+/);
    seen.add(label.split(':')[0]);
  }
  expect(seen, 'every arrow of the database is met in one round').toEqual(
    new Set(['frontend', 'api', 'cache', 'debug', 'attacker', 'logging'].flatMap((pod) => [`database to ${pod}`, `${pod} to database`])),
  );
  await keyboard.press('Enter');
  await expect(focused).toHaveAttribute('aria-pressed', 'true');
  await keyboard.press('Escape');
  await expect(playground.pod('database')).toBeFocused();
});

test('arrow keys turn clockwise, and back the other way', async ({ playground }) => {
  const { keyboard } = playground.page;
  const focused = playground.page.locator(':focus');
  await playground.pod('frontend').focus();
  const forth = [];
  for (let at = 0; at < 4; at++) {
    await keyboard.press('ArrowRight');
    forth.push(await focused.getAttribute('aria-label'));
  }
  expect(new Set(forth).size).toBe(4);
  const back = [];
  for (let at = 0; at < 3; at++) {
    await keyboard.press('ArrowLeft');
    back.unshift(await focused.getAttribute('aria-label'));
  }
  expect(back).toEqual(forth.slice(0, 3));
});

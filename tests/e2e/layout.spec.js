// Every step of every lesson, wide and narrow: nothing covers anything, and nothing moves when only policies change.
import { readFileSync, readdirSync } from 'node:fs';
import { eventually, expect, test } from './page.js';

const folder = new URL('../../lessons/', import.meta.url);
const LESSONS = readdirSync(folder).filter((name) => name.endsWith('.md')).sort().map((name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const title = text.match(/^title: *"?(.*?)"?$/m)[1];
  return { title, steps: text.match(/^## .*/gm).map((heading) => heading.slice(3)) };
});
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

/** Whatever of this figure covers what it should not, in words; empty when all is well. */
function collisions() {
  const svg = document.querySelector('.scene');
  const out = [];
  const rect = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { left, top, right, bottom };
  };
  // A pixel of overlap is forgiven: edges fall between pixels.
  const meet = (a, b) => a.left + 1 < b.right && b.left + 1 < a.right && a.top + 1 < b.bottom && b.top + 1 < a.bottom;
  const pods = [...svg.querySelectorAll('[data-box]')].map((box) => ({
    name: box.querySelector('[data-pod]').dataset.pod,
    ...rect(box.querySelector('.box')),
  }));
  const chips = [...svg.querySelectorAll('.chip:not(.fleeting)')].map((chip) => ({
    name: `"${chip.textContent}"`,
    ...rect(chip.querySelector('rect')),
  }));
  const names = [...svg.querySelectorAll('.frame-name text')].map((name) => ({ name: `the name "${name.textContent}"`, ...rect(name) }));
  const every = [...pods, ...chips];
  every.forEach((a, at) => every.slice(at + 1).forEach((b) => meet(a, b) && out.push(`${a.name} covers ${b.name}`)));
  for (const chip of chips) for (const name of names) if (meet(chip, name)) out.push(`${chip.name} covers ${name.name}`);
  for (const pod of pods) for (const name of names) if (meet(pod, name)) out.push(`${pod.name} covers ${name.name}`);
  const stage = rect(svg.parentElement);
  for (const { name, left, top, right, bottom } of every) {
    if (left < stage.left - 1 || top < stage.top - 1 || right > stage.right + 1 || bottom > stage.bottom + 1) out.push(`${name} leaves the figure`);
  }
  for (const arrow of svg.querySelectorAll('.arrow.idle, .arrow.open, .arrow.part')) {
    const hit = arrow.querySelector('.hit');
    if (!hit) continue;
    const ends = arrow.dataset.arrow.split('>').map(Number);
    const length = hit.getTotalLength();
    const ctm = hit.getScreenCTM();
    const through = new Set();
    for (let at = 0; at <= 200; at++) {
      const { x, y } = hit.getPointAtLength((length * at) / 200).matrixTransform(ctm);
      pods.forEach((pod, index) => {
        if (!ends.includes(index) && pod.left < x && x < pod.right && pod.top < y && y < pod.bottom) through.add(pod.name);
      });
    }
    for (const name of through) out.push(`the arrow "${arrow.getAttribute('aria-label')}" runs through ${name}`);
  }
  for (const pod of svg.querySelectorAll('[data-pod]')) {
    const box = rect(pod.querySelector('.box'));
    for (const text of pod.querySelectorAll('.name, .label')) {
      if (rect(text).right > box.right + 1) out.push(`"${text.textContent}" leaves its box`);
    }
  }
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) out.push(`the page is ${scrollWidth} wide in a window of ${innerWidth}`);
  return out;
}

const places = (playground) =>
  playground.page.evaluate(() =>
    Object.fromEntries([...document.querySelectorAll('.scene [data-pod]')].map((pod) => {
      const { x, y, width, height } = pod.querySelector('.box').getBoundingClientRect();
      return [pod.dataset.pod, [x, y, width, height]];
    })),
  );

for (const [size, viewport] of Object.entries(SIZES)) {
  test.describe(size, () => {
    test.use({ viewport });

    for (const { title, steps } of LESSONS) {
      test(`${title}: nothing covers anything, in any step`, async ({ playground }) => {
        await playground.open();
        await playground.lesson(title);
        for (const [at, step] of steps.entries()) {
          await playground.page.locator('.steps li').nth(at).getByRole('button').click();
          await expect(playground.page.locator('.steps li').nth(at)).toHaveClass(/\bon\b/);
          await expect(playground.page.locator('.turned')).toHaveCount(0);
          // What was pointed at on the way here keeps its label for a moment.
          const settled = expect.configure({ soft: true }).poll(() => playground.page.evaluate(collisions), { message: `step ${at + 1}, ${step}`, timeout: 2_000 });
          await settled.toEqual([]);
        }
      });
    }

    test('pods stand still while policies are edited', async ({ playground }) => {
      await playground.open();
      await playground.nextStep();
      const before = await places(playground);
      expect(Object.keys(before)).toHaveLength(7);
      await playground.pastePolicies((await playground.policiesText()).replace('{app: frontend}', '{app: debug}'));
      await eventually(async () => (await playground.arrow('debug', 'api'))?.verdict).toBe('open');
      await expect(playground.page.locator('.turned')).toHaveCount(0);
      expect(await places(playground)).toEqual(before);
    });

    test('pods of several namespaces stand still while policies are edited', async ({ playground }) => {
      await playground.open();
      await playground.lesson('Selector types', 3);
      await expect(playground.page.locator('.turned')).toHaveCount(0);
      const before = await places(playground);
      await playground.press('AND');
      await eventually(async () => (await playground.arrow('staging/tester', 'production/api'))?.verdict).toBe('in');
      expect(await places(playground)).toEqual(before);
      // The text is broken for a moment; the note stands over the figure and does not push it.
      await playground.cursorAfter('policyTypes:');
      await playground.page.keyboard.type(' [');
      await expect(playground.staleNote).toBeVisible();
      expect(await places(playground)).toEqual(before);
    });
  });
}

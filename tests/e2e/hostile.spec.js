// Texts that nobody should paste. The page lives, says what is wrong, and reads the next good text.
import { eventually, expect, test } from './page.js';

/** The same junk every time: a small linear congruential generator. */
function junk(length) {
  let seed = 20240502;
  const letters = 'abcdefgh:-[]{}"\'#&*!|>%@`,? \n\t0123456789äß→🙂\\';
  const points = [...letters];
  let out = '';
  while (out.length < length) {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    out += points[(seed >>> 8) % points.length];
  }
  return out;
}

const GOOD = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: good
spec:
  podSelector:
    matchLabels: {app: cache}
  policyTypes: [Ingress]
`;

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  .concat([..."bcdefghi"].map((name, at) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghi'[at]}`).join(', ')}]`))
  .join('\n');

const TEXTS = {
  '200 KB of junk': junk(200_000),
  'ten thousand list items within one another': `${'- '.repeat(10_000)}x\n`,
  'ten thousand open brackets': '['.repeat(10_000),
  'ten thousand steps of indentation': Array.from({ length: 1_000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
  'an alias bomb': `${bomb}\nkind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nspec: {podSelector: {matchLabels: *i}}\n`,
  'NUL bytes': GOOD.replace('good', 'go\0od'),
  'tabs for indentation': GOOD.replace(/^ {2}/gm, '\t'),
  'a line of a hundred thousand letters': `${GOOD}# ${'x'.repeat(100_000)}\nspec: {`,
  'a thousand broken documents': '---\nkind: NetworkPolicy\nspec: [\n'.repeat(1_000),
};

for (const [what, text] of Object.entries(TEXTS)) {
  test(`${what}: an error is listed, and good text works afterwards`, async ({ playground }) => {
    await playground.open();
    await playground.paste('Policies', text);
    await expect(playground.page.locator('.problems li.error').first()).toBeVisible();
    await expect(playground.status).toContainText(/error/);
    await expect(playground.page.locator('.scene [data-pod]')).toHaveCount(7);
    await playground.pastePolicies(GOOD);
    await expect(playground.problems).toHaveCount(0);
    await expect(playground.figure).not.toHaveClass(/\bstale\b/);
    await eventually(() => playground.arrow('api', 'cache')).toBeUndefined();
    await eventually(async () => (await playground.arrow('cache', 'api'))?.verdict).toBe('idle');
    await expect(playground.legend).toHaveText(/6blocked/);
  });
}

for (const [what, text] of Object.entries({
  'Windows line ends': GOOD.replaceAll('\n', '\r\n'),
  'a byte order mark': `\uFEFF${GOOD}`,
  'blanks at line ends and no last line end': GOOD.replaceAll('\n', '  \n').trimEnd(),
})) {
  test(`${what}: read like any other text`, async ({ playground }) => {
    await playground.open();
    await playground.paste('Policies', text);
    await expect(playground.legend).toHaveText(/6blocked/);
    await expect(playground.problems).toHaveCount(0);
  });
}

test('names that look like markup stay words', async ({ playground }) => {
  await playground.open();
  await playground.paste('Policies', GOOD.replace('name: good', 'name: "<img src=x onerror=alert(1)>"'));
  await expect(playground.legend.or(playground.problems.first()).first()).toBeVisible();
  await expect(playground.page.locator('img')).toHaveCount(0);
});

test('text that nests too deep for the editor is there before the editor is', async ({ playground }) => {
  const { page } = playground;
  let load;
  const asked = new Promise((resolve) => page.route('**/editor.js', (route) => resolve((load = () => route.continue()))));
  await page.goto('./', { waitUntil: 'commit' });
  await asked;
  await page.locator('textarea').first().fill('['.repeat(10_000));
  await expect(playground.status).toContainText(/error/);
  await load();
  await expect(page.locator('.cm-content').first()).toContainText('[[[');
  await playground.pastePolicies(GOOD);
  await expect(playground.legend).toHaveText(/6blocked/);
});

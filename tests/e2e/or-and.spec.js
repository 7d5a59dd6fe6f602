// One dash between OR and AND: the switch, the text, the arrows, the words.
import { eventually, expect, test } from './page.js';

const API = 'production/api';
const OR = {
  'production/frontend': 'open', 'staging/frontend': 'open', 'staging/tester': 'open',
  'production/worker': 'in', 'default/intruder': 'in',
};
const AND = {
  'production/frontend': 'in', 'staging/frontend': 'open', 'staging/tester': 'in',
  'production/worker': 'in', 'default/intruder': 'in',
};
const into = (verdicts) => Object.fromEntries(Object.entries(verdicts).map(([from, says]) => [`${from} -> ${API}`, says]));

/** The numbered conditions that stand on pods and on the frames of namespaces, as the page draws them. */
const numbers = (playground) =>
  playground.page.evaluate(() => {
    const out = {};
    for (const number of document.querySelectorAll('.scene .number')) {
      const place = number.closest('[data-pod]')?.dataset.pod ?? number.closest('.frame-name').querySelector('.strong').textContent;
      (out[place] ??= []).push(number.textContent.trim());
    }
    return out;
  });

const chips = async (playground) =>
  Object.fromEntries((await playground.scene()).chips.map(({ arrow, text }) => [arrow.split(' -> ')[0], text]));

const expectArrows = (playground, verdicts) => eventually(() => playground.verdicts()).toEqual(into(verdicts));

/** What differs between two texts: where, and what stands there in each. */
function difference(before, after) {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  const room = Math.min(before.length, after.length) - head;
  while (tail < room && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
}

test.beforeEach(async ({ playground }) => {
  await playground.open();
  await playground.lesson('Selector types', 3);
});

test('OR lets three in, AND only one; the text differs in the dash alone, and comes back byte for byte', async ({ playground }) => {
  const original = await playground.policiesText();
  expect(await playground.switchSays()).toBe('OR');
  await expect(playground.page.locator('.np-note')).toHaveText('two list items');
  await expectArrows(playground, OR);
  await expect(playground.legend).toHaveText(/3open.*2blocked/);
  await expect(playground.inWords).toContainText(' or ');

  await playground.press('AND');
  await expectArrows(playground, AND);
  expect(await playground.switchSays()).toBe('AND');
  await expect(playground.page.locator('.np-note')).toHaveText('one list item');
  const and = await playground.policiesText();
  expect(and).toBe(original.replace('    - namespaceSelector:', '      namespaceSelector:'));
  expect(difference(original, and)).toEqual(['-', ' ']);
  await expect(playground.legend).toHaveText(/1open.*4blocked/);
  await expect(playground.headline).toHaveText('One item: frontend pods and in staging');
  await expect(playground.inWords).toContainText('app=frontend and, at the same time, in a namespace with env=staging');
  await eventually(() => chips(playground)).toEqual({
    'production/frontend': 'only 1', 'staging/frontend': 'both 1 and 2', 'staging/tester': 'only 2',
    'production/worker': 'neither', 'default/intruder': 'neither',
  });

  await playground.press('OR');
  await expectArrows(playground, OR);
  expect(await playground.policiesText()).toBe(original);
  expect(await playground.switchSays()).toBe('OR');
});

test('the flip is one step for undo and redo', async ({ playground }) => {
  const original = await playground.policiesText();
  await playground.press('AND');
  await expectArrows(playground, AND);
  const and = await playground.policiesText();
  await playground.undo();
  await expectArrows(playground, OR);
  expect(await playground.policiesText()).toBe(original);
  expect(await playground.switchSays()).toBe('OR');
  await playground.page.keyboard.press('Control+Shift+Z');
  await expectArrows(playground, AND);
  expect(await playground.policiesText()).toBe(and);
});

test('the switch is a radio group for the keyboard, and keeps the focus', async ({ playground }) => {
  const original = await playground.policiesText();
  const radio = (name) => playground.switches.getByRole('radio', { name });
  await expect(playground.switches).toHaveAccessibleName(/line \d+/);
  await radio('OR').focus();
  await playground.page.keyboard.press('ArrowRight');
  await expect(radio('AND')).toBeChecked();
  await expect(radio('AND')).toBeFocused();
  await expectArrows(playground, AND);
  await playground.page.keyboard.press('ArrowLeft');
  await expect(radio('OR')).toBeChecked();
  await expect(radio('OR')).toBeFocused();
  await expectArrows(playground, OR);
  expect(await playground.policiesText()).toBe(original);
});

test('the numbers stand on whoever meets the conditions', async ({ playground }) => {
  // In OR, condition 1 holds in the policy's own namespace only; in AND, for frontend pods of any namespace.
  await eventually(() => numbers(playground)).toEqual({
    'production/frontend': ['1'], staging: ['2'],
  });
  await eventually(() => chips(playground)).toEqual({
    'production/frontend': 'item 1', 'staging/frontend': 'item 2', 'staging/tester': 'item 2',
    'production/worker': 'neither', 'default/intruder': 'neither',
  });
  await playground.press('AND');
  await eventually(() => numbers(playground)).toEqual({
    'production/frontend': ['1'], 'staging/frontend': ['1'], staging: ['2'],
  });
  // Beside the text too, each number at the line of its condition: the first one is the upper one.
  const beside = () =>
    playground.page.locator('.np-number').evaluateAll((balls) =>
      balls.map((ball) => [ball.getBoundingClientRect().top, ball.textContent]).sort((a, b) => a[0] - b[0]).map(([, number]) => number),
    );
  await eventually(beside).toEqual(['1', '2']);
});

const head = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: mine, namespace: production}
spec:
  podSelector: {matchLabels: {app: api}}
`;
const TEXTS = {
  'comments, quotes and odd indentation': `# mine: "quoted" — 'and not'
apiVersion: "networking.k8s.io/v1"
kind:   NetworkPolicy
metadata:
     name: mine        # a name
     namespace: 'production'
spec:
     podSelector:
        matchLabels: { app: "api" }   # the API
     ingress:
     # who may come in
     -   from:
         # the first way
         -   podSelector:   # by label
                matchLabels:
                   app: 'frontend'   # frontend pods

         # the second way
         -   namespaceSelector:
                matchLabels:
                   "env": "staging"  # all of staging
         # nobody else
`,
  'a from list in flow style': `${head}  ingress:
  - from: [{podSelector: {matchLabels: {app: frontend}}}, {namespaceSelector: {matchLabels: {env: staging}}}] # two
`,
  'flow items in a block list': `${head}  ingress:
  - from:
    - {podSelector: {matchLabels: {app: frontend}}}   # one
    - {namespaceSelector: {matchLabels: {env: staging}}} # two
`,
  JSON: `${JSON.stringify(
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'mine', namespace: 'production' },
      spec: {
        podSelector: { matchLabels: { app: 'api' } },
        ingress: [
          {
            from: [
              { podSelector: { matchLabels: { app: 'frontend' } } },
              { namespaceSelector: { matchLabels: { env: 'staging' } } },
            ],
          },
        ],
      },
    },
    null,
    2,
  )}\n`,
};

for (const [what, text] of Object.entries(TEXTS)) {
  test(`one's own text with ${what}: there and back, and undone`, async ({ playground }) => {
    await playground.pastePolicies(text);
    await expectArrows(playground, OR);
    expect(await playground.switchSays()).toBe('OR');
    await playground.press('AND');
    await expectArrows(playground, AND);
    expect(await playground.switchSays()).toBe('AND');
    const and = await playground.policiesText();
    for (const comment of text.match(/#.*/g) ?? []) expect(and).toContain(comment);
    await playground.press('OR');
    await expectArrows(playground, OR);
    expect(await playground.policiesText()).toBe(text);
    await playground.undo();
    await eventually(() => playground.policiesText()).toBe(and);
    await playground.undo();
    await eventually(() => playground.policiesText()).toBe(text);
    await expectArrows(playground, OR);
  });
}

test('no switch stands where only one reading is valid', async ({ playground }) => {
  await playground.pastePolicies(`${head}  ingress:
  - from:
    - podSelector: {matchLabels: {app: frontend}}
    - podSelector: {matchLabels: {app: worker}}
`);
  await expectArrows(playground, { ...AND, 'production/frontend': 'open', 'production/worker': 'open', 'staging/frontend': 'in' });
  await expect(playground.switches).toHaveCount(0);
});

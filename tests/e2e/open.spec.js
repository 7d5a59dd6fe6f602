// The first screen, and the one step that the whole page is about.
import { eventually, expect, table, test } from './page.js';

const EVERYBODY_OPEN = `
              frontend  api   database  cache  debug  attacker  logging
  frontend    -         idle  idle      idle   idle   idle      idle
  api         idle      -     idle      idle   idle   idle      idle
  database    idle      idle  -         idle   idle   idle      idle
  cache       idle      idle  idle      -      idle   idle      idle
  debug       idle      idle  idle      idle   -      idle      idle
  attacker    idle      idle  idle      idle   idle   -         idle
  logging     idle      idle  idle      idle   idle   idle      -`;

const FIVE_POLICIES = `
              frontend  api   database  cache  debug  attacker  logging
  frontend    -         open  in        in     in     in        TCP/9100
  api         in        -     open      open   in     in        TCP/9100
  database    in        in    -         in     in     in        TCP/9100
  cache       in        in    in        -      in     in        TCP/9100
  debug       in        in    in        in     -      in        TCP/9100
  attacker    in        in    in        in     in     -         TCP/9100
  logging     in        in    in        in     in     in        -`;

test.beforeEach(({ playground }) => playground.open());

test('without policies everything is open, and the attacker\'s way to the database stands out', async ({ playground }) => {
  const { pods, arrows, gates, stubs } = await playground.scene();
  expect(pods.toSorted()).toEqual(
    ['api', 'attacker', 'cache', 'database', 'debug', 'frontend', 'logging'].map((name) => `default/${name}`),
  );
  expect(arrows).toHaveLength(42);
  expect(await playground.verdicts()).toEqual(table(EVERYBODY_OPEN));
  expect([gates, stubs]).toEqual([[], []]);
  await expect(playground.headline).toHaveText('Without policies, everyone can talk to everyone');
  await expect(playground.legend).toContainText('42open, no policy decides');

  const attack = await playground.arrow('attacker', 'database');
  expect(attack.classes).toContain('spot');
  expect(attack.chip).toBe('attacker reaches database');
  expect(arrows.filter((arrow) => arrow.classes.includes('spot'))).toHaveLength(1);
  await expect(playground.pod('attacker')).toHaveClass(/hostile/);
  await expect(playground.status).toContainText('7 pods, no policies');
  await playground.expectMatrix(EVERYBODY_OPEN);
});

test('the next step leaves three ways open and stops the attacker at the database\'s door', async ({ playground }) => {
  await playground.nextStep();
  await expect(playground.headline).toHaveText('Three paths stay open, the attacker is stopped');
  await eventually(() => playground.verdicts()).toEqual({
    'default/frontend -> default/api': 'open',
    'default/api -> default/database': 'open',
    'default/api -> default/cache': 'open',
    'default/attacker -> default/database': 'in',
  });
  const { stubs } = await playground.scene();
  expect(stubs).toEqual(['default/logging']);
  await expect(playground.page.locator('.stub-words')).toHaveText(['any pod', 'TCP/9100']);

  const attack = await playground.arrow('attacker', 'database');
  expect(attack).toMatchObject({ dashed: true, headed: false, gates: ['ingress'] });
  expect(attack.label).toMatch(/^attacker to database: blocked by ingress of database, line \d+$/);
  expect(attack.chip).toBe('blocked: database admits only api');
  expect(await playground.arrow('frontend', 'api')).toMatchObject({ headed: true, gates: [] });

  await expect(playground.legend).toHaveText(/3open.*6partly.*33blocked/);
  await expect(playground.status).toContainText('5 policies, no problems');
  await expect(playground.page.locator('.pod.isolated')).toHaveCount(7);
  await playground.expectMatrix(FIVE_POLICIES);
});

test('the line that an arrow names is the line of the policy that decides', async ({ playground }) => {
  await playground.nextStep();
  await eventually(async () => (await playground.arrow('attacker', 'database'))?.verdict).toBe('in');
  const { label } = await playground.arrow('attacker', 'database');
  const lines = (await playground.policiesText()).split('\n');
  // Line 34 of the text as it stands: the label that the attacker does not have, in the policy of the database.
  const line = Number(label.match(/line (\d+)$/)[1]);
  const policy = lines.slice(0, line).findLast((text) => text.startsWith('  name: '));
  expect(policy).toBe('  name: database-from-api');
  expect(lines[line - 1].trim()).toBe('matchLabels: {app: api}');
});

test('a cell of the matrix and its arrow are one: selecting either selects both', async ({ playground }) => {
  await playground.nextStep();
  await playground.matrix();
  await playground.page.getByRole('button', { name: /^debug to cache: blocked/ }).last().click();
  await expect(playground.page.locator('.mxn')).toContainText('debug to cache');
  await expect(playground.page.locator('.mxn')).toContainText('blocked: cache admits only api');
  expect((await playground.arrow('debug', 'cache')).gates).toEqual(['ingress']);
  await expect(await playground.arrowElement('debug', 'cache')).toHaveAttribute('aria-pressed', 'true');
  await playground.page.locator('.mx td.sel button').click();
  await expect(playground.page.locator('.mxn')).toHaveText('Select a cell to see what decides.');
  await eventually(() => playground.arrow('debug', 'cache')).toBeUndefined();
});

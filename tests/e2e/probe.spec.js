// Probe: one connection asked for by name.
import { eventually, expect, test } from './page.js';

const SERVICES = `
---
apiVersion: v1
kind: Service
metadata: {name: metrics}
spec:
  clusterIP: 10.96.0.7
  selector: {app: logging}
  ports: [{name: scrape, port: 80, targetPort: 9100}, {name: admin, port: 81, targetPort: 9101}]
---
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec: {selector: {app: gone}, ports: [{port: 80}]}
`;

test.beforeEach(async ({ playground }) => {
  await playground.open();
  await playground.nextStep();
});

const verdict = (playground) => playground.panel.locator('.verdict');
const sign = (playground) => verdict(playground).locator(':scope > span').first().getAttribute('class');

test('a pod to a pod on a port, with both sides explained', async ({ playground }) => {
  await playground.openPanel('Probe');
  await expect(playground.panel).toContainText('Name two ends');
  await playground.ask({ From: 'api', To: 'database', Port: '5432' });
  await expect(verdict(playground)).toHaveText('api may open TCP/5432 on database');
  expect(await sign(playground)).toBe('yes');
  expect((await playground.side('Entering database')).sign).toBe('tick');
  await playground.ask({ From: 'attacker' });
  await expect(verdict(playground)).toHaveText('attacker may not open TCP/5432 on database: blocked by ingress of database');
  expect(await sign(playground)).toBe('no');
  expect((await playground.side('Entering database')).rows[1].says).toBe('wants app=api, attacker has app=attacker');
  await playground.ask({ To: 'logging', Port: '' });
  await expect(verdict(playground)).toHaveText('attacker may open only TCP/9100 on logging');
  await playground.page.getByLabel('Protocol').selectOption('UDP');
  await expect(verdict(playground)).toHaveText('attacker may not open any UDP port on logging: blocked by ingress of logging');
});

test('a Service leads to its pods on their own ports, the first refused one explained', async ({ playground }) => {
  const cluster = await playground.text('Cluster').catch(() => '');
  await playground.pasteCluster(cluster + SERVICES);
  await playground.openPanel('Probe');
  await playground.ask({ From: 'api', To: 'default/Service/metrics' });
  await expect(verdict(playground)).toHaveText('1 of 2 connections are open');
  const hops = playground.panel.getByRole('list', { name: 'Connections' }).getByRole('button');
  await expect(hops).toHaveText(['api to loggingTCP/80 → TCP/9100', 'api to loggingTCP/81 → TCP/9101']);
  await expect(hops.nth(1)).toHaveAttribute('aria-pressed', 'true');
  expect((await playground.side('Entering logging')).sign).toBe('cross');
  await hops.first().click();
  await eventually(async () => (await playground.side('Entering logging')).sign).toBe('tick');
  await playground.ask({ To: '10.96.0.7', Port: 'scrape' });
  await expect(verdict(playground)).toHaveText('api may open TCP/9100 on logging');
  await playground.ask({ To: 'nobody', Port: '' });
  await expect(verdict(playground)).toHaveText('there is nothing to connect to');
  await expect(playground.panel.locator('.note')).toContainText('no pod here has the labels that the Service default/nobody selects');
  const offered = playground.page.locator('#probe-destinations option');
  expect(await offered.evaluateAll((all) => all.map((one) => one.value))).toContain('default/Service/metrics');
});

test('an address outside, as source and as destination', async ({ playground }) => {
  await playground.openPanel('Probe');
  await playground.ask({ From: '203.0.113.9', To: 'database', Port: '5432' });
  await expect(verdict(playground)).toHaveText('the internet may not open TCP/5432 on database: blocked by ingress of database');
  await playground.ask({ From: 'database', To: '203.0.113.9', Port: '443' });
  await expect(verdict(playground)).toHaveText('database may open TCP/443 on the internet');
  await expect(playground.panel).toContainText('internet is outside the cluster: policies isolate pods only.');
});

test('what cannot be understood is said in a sentence', async ({ playground }) => {
  await playground.openPanel('Probe');
  for (const [fields, words] of [
    [{ From: 'api', To: 'default/databse' }, 'nothing is called default/databse; did you mean default/database?'],
    [{ To: 'database', Port: '70000' }, 'a port is between 1 and 65535, and 70000 is not'],
    [{ Port: 'web' }, 'there is no port called web on database'],
  ]) {
    await playground.ask(fields);
    await expect(verdict(playground)).toHaveText(words);
  }
});

test('the selection fills in both ends, and typing goes on while the text is edited', async ({ playground }) => {
  await playground.openPanel('Probe');
  await playground.select('frontend', 'api');
  const field = (name) => playground.page.getByLabel(name, { exact: true });
  await expect(field('From')).toHaveValue('default/frontend');
  await expect(field('To')).toHaveValue('default/api');
  await expect(verdict(playground)).toHaveText('frontend may open every port on api');
  await playground.ask({ Port: '8080' });
  await playground.pastePolicies('# none\n');
  await expect(verdict(playground)).toHaveText('frontend may open TCP/8080 on api');
  await expect(field('Port')).toHaveValue('8080');
  await playground.openPanel('Why');
  await playground.openPanel('Probe');
  await expect(field('Port')).toHaveValue('8080');
});

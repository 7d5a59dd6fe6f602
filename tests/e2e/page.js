// The page as a person sees it: what is drawn between whom, what the editors say, and the hands to change it.
import { test as base, expect } from '@playwright/test';

export { expect };

/** `expect.poll`, looking again sooner than it would by itself. */
export const eventually = (look) => expect.poll(look, { intervals: [20, 50, 100] });

/** Every test fails when the page complains: nothing may be thrown, logged as an error, or missing. */
export const test = base.extend({
  playground: async ({ page, context }, use) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(`thrown: ${error.stack ?? error}`));
    page.on('console', (message) => message.type() === 'error' && complaints.push(`console: ${message.text()}`));
    page.on('requestfailed', (request) => complaints.push(`not loaded: ${request.url()}`));
    page.on('crash', () => complaints.push('the page crashed'));
    await use(new Playground(page));
    expect(complaints, 'what the page complained about').toEqual([]);
  },
});

const short = (id) => (id.includes('/') ? id : `default/${id}`);
const pair = (from, to) => `${short(from)} -> ${short(to)}`;

/** What an arrow's or a cell's spoken name says of its verdict: `open`, `idle`, `in`, `out`, `both`, or the ports. */
export function verdictOf(spoken) {
  const said = spoken.replace(/^.*? to .*?: /, '').replace(/, but names will not resolve$/, '').replace(/, line \d+$/, '');
  if (said === 'open, no policy decides') return 'idle';
  if (said.startsWith('only ')) return said.slice(5);
  if (!said.startsWith('blocked by ')) return said;
  const [egress, ingress] = ['egress of', 'ingress of'].map((side) => said.includes(side));
  return egress && ingress ? 'both' : egress ? 'out' : 'in';
}

/** A table written down by hand, columns apart by two spaces or more, as `{'a -> b': verdict}`. */
export function table(text) {
  const rows = text.trim().split('\n').map((line) => line.trim().split(/\s{2,}/));
  const columns = rows.shift();
  const out = {};
  for (const [from, ...cells] of rows) {
    expect(cells, `the row of ${from} in the expected table`).toHaveLength(columns.length);
    cells.forEach((cell, at) => cell !== '-' && (out[pair(from, columns[at])] = cell));
  }
  return out;
}

export class Playground {
  constructor(page) {
    this.page = page;
    this.figure = page.locator('.figure');
    this.problems = page.getByRole('list', { name: 'Problems' }).getByRole('listitem');
    this.headline = page.locator('.finding .long');
    this.status = page.locator('.status');
    this.staleNote = page.locator('.stale-note');
    this.inWords = page.getByRole('region', { name: 'In words' });
    this.legend = page.locator('.legend');
    this.changes = page.locator('.changes');
    this.switches = page.getByRole('radiogroup');
    this.drawer = page.locator('.drawer');
    this.panel = page.locator('#panel');
  }

  async open(path = './') {
    await this.page.goto(path);
    await expect(this.page.locator('.scene [data-pod]').first()).toBeVisible();
    await expect(this.editor('Policies')).toBeVisible();
  }

  /** The entry of the contents with this title. */
  entry(title) {
    const contents = this.page.getByRole('dialog', { name: 'Contents' });
    return contents.getByRole('button').filter({ has: this.page.getByText(title, { exact: true }) });
  }

  /** Opens a lesson by its title and goes to the step with this number. */
  async lesson(title, step = 1) {
    await this.page.locator('.pick').click();
    await this.entry(title).click();
    if (step > 1) await this.page.locator('.steps li').nth(step - 1).getByRole('button').click();
    await expect(this.page.locator('.steps li').nth(step - 1)).toHaveClass(/\bon\b/);
    // The list was where the figure is: a pointer left there would point at an arrow.
    await this.page.mouse.move(0, 0);
  }

  async nextStep() {
    await this.page.locator('.next').click();
  }

  // The figure

  pod(id) {
    return this.page.locator(`.scene [data-pod="${short(id)}"]`);
  }

  /** Everything drawn in the figure; what is on its way out belongs to the state before and is left out. */
  scene() {
    return this.page.evaluate(() => {
      const scene = document.querySelector('.scene');
      const pods = [...scene.querySelectorAll('[data-box]')].map((box) => box.querySelector('[data-pod]').dataset.pod);
      const name = (arrow) => arrow.split('>').map((at) => pods[at]).join(' -> ');
      const stays = (element) => !element.classList.contains('fleeting');
      const gates = [...scene.querySelectorAll('[data-gate]')].filter(stays).map((gate) => {
        const [arrow, side] = gate.dataset.gate.split(':');
        return { arrow: name(arrow), side };
      });
      const arrows = [...scene.querySelectorAll('[data-arrow]')].filter(stays).map((arrow) => ({
        arrow: name(arrow.dataset.arrow),
        classes: [...arrow.classList],
        label: arrow.getAttribute('aria-label'),
        dashed: getComputedStyle(arrow.querySelector(':scope > .line')).strokeDasharray !== 'none',
        headed: arrow.querySelector(':scope > .head') !== null,
      }));
      // A label stands on its own line; the arrow nearest to its middle is the one it belongs to.
      const curves = [...scene.querySelectorAll('[data-arrow]')].filter(stays).map((arrow) => {
        const hit = arrow.querySelector('.hit');
        const length = hit.getTotalLength();
        return Array.from({ length: 101 }, (_, at) => hit.getPointAtLength((length * at) / 100));
      });
      const chips = [...scene.querySelectorAll('.chip')].filter(stays).map((chip) => {
        const { e: x, f: y } = chip.transform.baseVal.consolidate().matrix;
        const away = curves.map((curve) => Math.min(...curve.map((point) => Math.hypot(point.x - x, point.y - y))));
        return { text: chip.textContent, arrow: arrows[away.indexOf(Math.min(...away))]?.arrow };
      });
      const stubs = [...scene.querySelectorAll('[data-stub]')].map((stub) => pods[stub.dataset.stub]);
      return { pods, arrows, gates, chips, stubs };
    });
  }

  /** One drawn arrow: its verdict, spoken label, gates, the words on it; or `undefined` when it is not drawn. */
  async arrow(from, to) {
    const scene = await this.scene();
    const found = scene.arrows.find((arrow) => arrow.arrow === pair(from, to));
    if (!found) return undefined;
    return {
      ...found,
      verdict: verdictOf(found.label),
      gates: scene.gates.filter((gate) => gate.arrow === found.arrow).map((gate) => gate.side).sort(),
      chip: scene.chips.find((chip) => chip.arrow === found.arrow)?.text,
    };
  }

  /** The arrow as an element, to point at and to click. */
  async arrowElement(from, to) {
    const { pods } = await this.scene();
    return this.page.locator(`[data-arrow="${pods.indexOf(short(from))}>${pods.indexOf(short(to))}"]`);
  }

  /** A point of the arrow's line where it lies on top, so that a hand could hit it. */
  async onArrow(from, to) {
    const element = await this.arrowElement(from, to);
    return element.evaluate((arrow) => {
      const hit = arrow.querySelector('.hit');
      const length = hit.getTotalLength();
      for (const t of [0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8]) {
        const at = hit.getPointAtLength(length * t).matrixTransform(hit.getScreenCTM());
        if (arrow.contains(document.elementFromPoint(at.x, at.y))) return { x: at.x, y: at.y };
      }
      return null;
    });
  }

  /** The drawn arrows by name, each with the verdict that its shape shows. */
  async verdicts() {
    const { arrows, gates } = await this.scene();
    const shown = ({ arrow, classes, label }) => {
      if (classes.includes('idle')) return 'idle';
      if (classes.includes('open')) return 'open';
      if (classes.includes('part')) return verdictOf(label);
      if (classes.includes('unknown')) return 'unknown';
      const sides = gates.filter((gate) => gate.arrow === arrow).map((gate) => gate.side);
      return sides.length === 2 ? 'both' : { ingress: 'in', egress: 'out' }[sides[0]];
    };
    return Object.fromEntries(arrows.map((arrow) => [arrow.arrow, shown(arrow)]));
  }

  // The drawer

  async openPanel(name) {
    const tab = this.page.getByRole('tab', { name });
    if ((await tab.getAttribute('aria-selected')) === 'false') await tab.click();
  }

  /** Selects an arrow as a pointer does. */
  async select(from, to) {
    await eventually(() => this.onArrow(from, to)).not.toBeNull();
    const { x, y } = await this.onArrow(from, to);
    await this.page.mouse.click(x, y);
  }

  /** One column of Why, by its heading: the heading's words, and its rows as [sign, words, link]. */
  async side(heading) {
    const side = this.panel.locator('.side').filter({ has: this.page.getByRole('heading', { name: heading }) });
    await expect(side).toHaveCount(1);
    return side.evaluate((section) => {
      const words = (element) => element?.textContent.replace(/\s+/g, ' ').trim() ?? '';
      const sign = (element) => ({ yes: 'tick', no: 'cross', skip: 'dash', warn: '?' })[element.firstElementChild.classList[0]];
      const rows = [...section.querySelectorAll('.rules > li')].map((row) => ({
        sign: sign(row),
        class: row.className,
        name: words(row.querySelector(':scope > .says b')) || words(row.querySelector('.more')),
        says: words(row.querySelector(':scope > .says small')),
        link: words(row.querySelector(':scope > .line')),
      }));
      return { sign: sign(section.querySelector('h3')), heading: words(section.querySelector('h3 em')), rows };
    });
  }

  /** Asks the probe; fields that are left out stay as they are. */
  async ask(fields) {
    for (const [name, value] of Object.entries(fields)) await this.page.getByLabel(name, { exact: true }).fill(value);
  }

  /** The whole table under the figure. A cell's words and its sign must say the same. */
  async matrix() {
    await this.openPanel('Matrix');
    const cells = await this.page.locator('.drawer table').evaluate((element) => {
      const columns = [...element.querySelectorAll('thead th[title]')].map((head) => head.title);
      return [...element.querySelectorAll('tbody tr')].flatMap((row) =>
        [...row.querySelectorAll('td')].map((cell, at) => ({
          from: row.querySelector('th').title,
          to: columns[at],
          spoken: cell.querySelector('button')?.getAttribute('aria-label') ?? null,
          sign: cell.querySelector('.sign')?.classList[1] ?? null,
        })),
      );
    });
    const out = {};
    for (const { from, to, spoken, sign } of cells.filter((cell) => cell.spoken !== null)) {
      const verdict = verdictOf(spoken);
      const name = (id) => id.split('/').pop();
      expect(spoken, 'a cell speaks of its own row and column').toMatch(`${name(from)} to ${name(to)}: `);
      const means = { idle: 'idle', open: 'open', in: 'stop', out: 'stop', both: 'stop' }[verdict] ?? 'part';
      expect(sign, `the sign in the cell "${spoken}"`).toBe(means);
      out[`${from} -> ${to}`] = verdict;
    }
    return out;
  }

  async expectMatrix(text) {
    await eventually(() => this.matrix()).toEqual(typeof text === 'string' ? table(text) : text);
  }

  // The editors

  /** The text area of the editor `Policies` or `Cluster`. */
  editor(name) {
    return this.page.locator(`.cm-content[aria-label="${name}, YAML"]`);
  }

  async tab(name) {
    await this.page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
  }

  /** Replaces an editor's text as a person does: everything selected, and the clipboard pasted over it. */
  async paste(name, text) {
    await this.tab(name);
    await this.editor(name).focus();
    await this.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Control+V');
  }

  async pastePolicies(text) {
    await this.paste('Policies', text);
    await eventually(() => this.policiesText()).toBe(text.replace(/\r\n?/g, '\n'));
  }

  async pasteCluster(text) {
    await this.paste('Cluster', text);
    await eventually(() => this.text('Cluster')).toBe(text.replace(/\r\n?/g, '\n'));
    await this.tab('Policies');
  }

  /** The whole document: CodeMirror draws only the lines in view, so its own state is asked. */
  text(name) {
    return this.editor(name).evaluate((content) => content.cmTile.view.state.doc.toString());
  }

  policiesText() {
    return this.text('Policies');
  }

  /** Where the cursor is: the editor in front, and the line. */
  async cursor() {
    const line = (await this.status.locator('.r').textContent()).match(/Ln (\d+)/)[1];
    const selected = this.page.getByRole('tab', { selected: true, name: /Policies|Cluster/ });
    return [(await selected.textContent()).replace(/\d+$/, ''), Number(line)];
  }

  /** Puts the cursor behind the first `needle` in the policies, as a click there would. */
  async cursorAfter(needle) {
    await this.editor('Policies').evaluate((content, wanted) => {
      const { view } = content.cmTile;
      const at = view.state.doc.toString().indexOf(wanted);
      if (at < 0) throw new Error(`there is no "${wanted}" in the text`);
      view.focus();
      view.dispatch({ selection: { anchor: at + wanted.length }, scrollIntoView: true });
    }, needle);
  }

  async undo() {
    await this.editor('Policies').focus();
    await this.page.keyboard.press('Control+Z');
  }

  /** The numbers of the lines in view that carry this mark, counted by the gutter beside them. */
  markedLines(selector, name = 'Policies') {
    return this.editor(name).evaluate((content, wanted) => {
      const numbers = [...content.closest('.cm-editor').querySelectorAll('.cm-lineNumbers .cm-gutterElement')];
      const top = (element) => Math.round(element.getBoundingClientRect().top);
      const visible = numbers.filter((number) => getComputedStyle(number).visibility !== 'hidden');
      return [...content.querySelectorAll('.cm-line')]
        .filter((line) => line.matches(wanted) || line.querySelector(wanted))
        .map((line) => Number(visible.find((number) => Math.abs(top(number) - top(line)) <= 2)?.textContent));
    }, selector);
  }

  // Who enforces

  /** The card of a plugin, or `Automatic`; they are opened if they are not. */
  async card(name) {
    const button = this.page.locator('button.enforced');
    if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
    return this.page.getByRole('radio', { name, exact: true });
  }

  /** Chooses who enforces as a hand does, and puts the cards away. */
  async enforce(name) {
    const card = await this.card(name);
    const cards = this.page.getByRole('dialog', { name: 'Who enforces policies' });
    await card.click();
    // In one column a choice closes them by itself.
    if ((this.page.viewportSize()?.width ?? 0) > 720) await this.page.keyboard.press('Escape');
    else if (await cards.isVisible()) await cards.getByRole('button', { name: 'Close' }).click();
    await expect(cards).toHaveCount(0);
  }

  // The OR/AND switch

  async switchSays() {
    return (await this.switches.getByRole('radio', { checked: true }).allTextContents()).join();
  }

  press(word) {
    return this.switches.getByRole('radio', { name: word }).click();
  }
}

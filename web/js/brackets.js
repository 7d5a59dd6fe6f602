/**
 * The layer that shows every site: brackets, condition numbers, the ring around the deciding dash, and the switch.
 *
 * It lies inside the scroller and scrolls along with the text, but it is no part of the text: lines keep their height
 * and width whatever is drawn. Reading and writing happen in CodeMirror's own measure phase, so that a drawing is never
 * a frame behind the text.
 */

import { EditorView, ViewPlugin } from "@codemirror/view";
import { layOutAll } from "./layout.js";
import { Page, TextRuler } from "./measure.js";
import { sitesField } from "./sites.js";
import { Switch } from "./switch.js";

/** The width at which the page becomes one column and switches grow to the size of a thumb. */
export const NARROW = "(max-width: 720px)";

const SVG = "http://www.w3.org/2000/svg";

/** What one site has in the layer. It outlives changes of the site, so that the keyboard stays where it is. */
class SiteView {
  constructor(layer, id, onFlip) {
    this.control = new Switch(id, onFlip);
    this.figure = document.createElementNS(SVG, "svg");
    this.figure.setAttribute("class", "np-figure");
    this.figure.setAttribute("aria-hidden", "true");
    this.figure.setAttribute("width", "1");
    this.figure.setAttribute("height", "1");
    layer.append(this.figure, this.control.group, this.control.note);
    this.show(null);
  }

  size() {
    const { group, note } = this.control;
    return { w: group.offsetWidth, h: group.offsetHeight, noteW: note.offsetWidth, noteH: note.offsetHeight };
  }

  /** @param {{plan: import("./layout.js").Plan, ring: object|null, mode: string}|null} drawing */
  show(drawing) {
    const { group, note } = this.control;
    // Hidden, but still laid out: the next measurement needs the size.
    group.style.visibility = drawing ? "" : "hidden";
    note.style.visibility = drawing?.plan.note ? "" : "hidden";
    this.figure.replaceChildren();
    if (!drawing) {
      for (const part of [group, note]) part.style.transform = "";
      return;
    }
    const { plan, ring, mode } = drawing;
    add(this.figure, "path", { class: "np-bracket", d: plan.path });
    for (const { x, y, number } of plan.numbers) {
      const ball = add(this.figure, "g", { class: "np-number", transform: `translate(${x} ${y})` });
      add(ball, "circle", { r: 8 });
      add(ball, "text", { y: 4 }).textContent = String(number);
    }
    if (ring) add(this.figure, "rect", { class: `np-ring np-ring-${mode}`, rx: 4, ...ring });
    group.style.transform = `translate(${plan.at.x}px, ${plan.at.y}px)`;
    note.style.transform = plan.note ? `translate(${plan.note.x}px, ${plan.note.y}px)` : "";
  }

  /** Moves everything in front of `next`, which is what follows this site in the layer. */
  placeBefore(next) {
    const { group, note } = this.control;
    if (note.nextSibling === next) return;
    const focused = group.contains(document.activeElement) ? document.activeElement : null;
    for (const part of [this.figure, group, note]) this.figure.parentNode.insertBefore(part, next);
    focused?.focus({ preventScroll: true });
  }

  remove() {
    this.figure.remove();
    return this.control.remove();
  }
}

function add(parent, name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return parent.appendChild(element);
}

function inOrder(sites) {
  const start = (site) => site.items[0]?.from ?? Infinity;
  return [...sites].sort((a, b) => start(a) - start(b));
}

/** The item as rows of the page, or `null` if it is empty or its first line is folded away. */
function itemShape(page, { from, to }) {
  if (to <= from) return null;
  const first = page.rowAt(from);
  const last = page.rowAt(to);
  if (!first.visible) return null;
  const centre = ({ top, bottom }) => (top + bottom) / 2;
  return { top: first.top, bottom: last.bottom, first: centre(first), last: centre(last) };
}

/** The rounded frame around the deciding character, or around the empty column where it stood. */
function ringAround(page, ruler, dash) {
  if (dash === null) return null;
  const row = page.rowAt(dash);
  if (!row.visible) return null;
  return { x: page.x(dash) - 3, y: row.top + 1, width: ruler.column + 6, height: Math.max(0, row.bottom - row.top - 2) };
}

class Brackets {
  constructor(view, onFlip) {
    this.view = view;
    this.onFlip = onFlip;
    this.ruler = new TextRuler();
    this.narrow = matchMedia(NARROW);
    this.views = new Map();
    this.layer = view.scrollDOM.appendChild(document.createElement("div"));
    this.layer.className = "np-layer";
    this.request = { key: this, read: () => this.read(), write: (drawings) => this.write(drawings) };
    this.measure = () => {
      this.ruler.forget();
      view.requestMeasure(this.request);
    };
    this.narrow.addEventListener("change", this.measure);
    this.sync(view.state.field(sitesField));
  }

  update(update) {
    const sites = update.state.field(sitesField);
    const changed = sites !== update.startState.field(sitesField);
    if (changed) this.sync(sites);
    if (update.geometryChanged) this.ruler.forget();
    if (sites.length === 0 && !changed) return;
    if (changed || update.docChanged || update.geometryChanged || update.heightChanged || update.viewportChanged) {
      this.view.requestMeasure(this.request);
    }
  }

  /** One switch for each site, in the order of the text, which is the order the Tab key follows. */
  sync(sites) {
    const ids = new Set(sites.map((site) => site.id));
    for (const [id, siteView] of this.views) {
      if (ids.has(id)) continue;
      this.views.delete(id);
      if (siteView.remove()) this.view.focus();
    }
    for (const site of sites) {
      if (!this.views.has(site.id)) this.views.set(site.id, new SiteView(this.layer, site.id, this.onFlip));
      this.views.get(site.id).control.update(site);
    }
    let next = null;
    for (const site of inOrder(sites).reverse()) {
      const siteView = this.views.get(site.id);
      siteView.placeBefore(next);
      next = siteView.figure;
    }
    if (sites.length) this.view.requestMeasure(this.request);
  }

  read() {
    const sites = this.view.state.field(sitesField);
    const drawings = new Map();
    if (sites.length === 0) return drawings;
    this.ruler.refresh(this.view);
    const page = new Page(this.view, this.ruler);
    const shown = inOrder(sites)
      .filter((site) => site.items.length > 0)
      .map((site) => ({ site, shape: this.shape(page, site) }))
      .filter(({ shape }) => shape !== null);
    const plans = layOutAll(
      shown.map(({ shape }) => shape),
      { left: page.left, width: page.width, narrow: this.narrow.matches, rows: (from, to) => page.rows(from, to) },
    );
    shown.forEach(({ site }, index) => {
      drawings.set(site.id, { plan: plans[index], ring: ringAround(page, this.ruler, site.dash), mode: site.mode });
    });
    return drawings;
  }

  /** The site in the terms of the layout, or `null` where there is nothing to see of it. */
  shape(page, site) {
    const items = site.items.slice(0, site.mode === "or" ? 2 : 1).map((item) => itemShape(page, item));
    if (items.includes(null)) return null;
    const numbers = site.conditions
      .map(({ from, number }) => ({ row: page.rowAt(from), number }))
      .filter(({ row }) => row.visible);
    return { items, numbers, size: this.views.get(site.id).size() };
  }

  write(drawings) {
    let right = 0;
    for (const [id, siteView] of this.views) {
      const drawing = drawings.get(id) ?? null;
      siteView.show(drawing);
      if (drawing) right = Math.max(right, drawing.plan.box.x1 + 12);
    }
    // Lines are as wide as the widest thing in the scroller, so that a tinted line does not end in front of a switch.
    this.view.scrollDOM.style.setProperty("--np-reach", `${right}px`);
  }

  destroy() {
    this.narrow.removeEventListener("change", this.measure);
    this.layer.remove();
  }
}

/**
 * @param {(siteId: number, to: "or"|"and") => void} onFlip
 * @returns {import("@codemirror/state").Extension}
 */
export function siteBrackets(onFlip) {
  return [sitesField, ViewPlugin.define((view) => new Brackets(view, onFlip)), look];
}

const look = EditorView.baseTheme({
  ".cm-content": { minWidth: "calc(var(--np-reach, 0px) - var(--np-gutter))" },
  ".np-layer": { position: "absolute", left: "0", top: "0", width: "0", height: "0", pointerEvents: "none", zIndex: "5" },
  ".np-figure": { position: "absolute", left: "0", top: "0", overflow: "visible", display: "block" },
  ".np-bracket": { fill: "none", stroke: "var(--ink)", strokeWidth: "1.75" },
  ".np-number circle": { fill: "var(--mark)", stroke: "var(--mark-line)", strokeWidth: "1.25" },
  ".np-number text": { font: "700 11px var(--sans)", fill: "var(--ink)", textAnchor: "middle" },
  ".np-ring": { fill: "none", stroke: "var(--mark-line)", strokeWidth: "1.75" },
  ".np-ring-and": { strokeDasharray: "3 2.5" },
  ".np-switch": {
    position: "absolute",
    left: "0",
    top: "0",
    boxSizing: "border-box",
    width: "94px",
    height: "30px",
    display: "flex",
    border: "1.5px solid var(--ink)",
    borderRadius: "8px",
    overflow: "hidden",
    background: "var(--paper)",
    pointerEvents: "auto",
  },
  ".np-switch button": {
    flex: "1 1 0",
    margin: "0",
    padding: "0",
    border: "0",
    borderRadius: "0",
    background: "none",
    color: "var(--ink)",
    font: "700 12px/1 var(--sans)",
    letterSpacing: ".02em",
    textAlign: "center",
    cursor: "pointer",
    outline: "none",
    touchAction: "manipulation",
  },
  ".np-switch button[aria-checked=true]": { background: "var(--ink)", color: "var(--paper)", cursor: "default" },
  ".np-switch:has(:focus-visible)": { outline: "2px solid var(--focus, var(--open))", outlineOffset: "2px" },
  ".np-note": {
    position: "absolute",
    left: "0",
    top: "0",
    font: "500 12px/16px var(--sans)",
    color: "var(--ink2)",
    whiteSpace: "nowrap",
  },
  [`@media ${NARROW}`]: { ".np-switch": { height: "43px" } },
  "@media (forced-colors: active)": {
    ".np-bracket, .np-ring, .np-number circle": { stroke: "CanvasText" },
    ".np-number circle": { fill: "Canvas" },
    ".np-number text": { fill: "CanvasText" },
    ".np-switch button[aria-checked=true]": {
      background: "Highlight",
      color: "HighlightText",
      forcedColorAdjust: "none",
    },
  },
  "@media (prefers-contrast: more)": { ".np-bracket, .np-ring": { strokeWidth: "2.25" } },
});

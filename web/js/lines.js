/** Whole lines that stand out: those a verdict cites, and those that just changed. */

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, ViewPlugin, gutterLineClass } from "@codemirror/view";
import { lineStarts, list } from "./text.js";

class LineClass extends GutterMarker {
  constructor(name) {
    super();
    this.elementClass = name;
  }
  eq(other) {
    return other.elementClass === this.elementClass;
  }
}

/** The same class for a line and for its place in the gutter, so that a tint runs through from edge to edge. */
function style(name) {
  return { line: Decoration.line({ class: name }), gutter: new LineClass(name) };
}

const NONE = { line: Decoration.none, gutter: RangeSet.empty };

/**
 * @param {import("@codemirror/state").Text} doc
 * @param {readonly {from: number, to: number}[]} ranges
 * @param {(range: any) => ReturnType<typeof style>} styleOf
 */
function tint(doc, ranges, styleOf) {
  const byLine = new Map();
  for (const range of list(ranges)) {
    for (const start of lineStarts(doc, range)) byLine.set(start, styleOf(range));
  }
  const entries = [...byLine];
  return {
    line: Decoration.set(entries.map(([start, { line }]) => line.range(start)), true),
    gutter: RangeSet.of(entries.map(([start, { gutter }]) => gutter.range(start)), true),
  };
}

/** A field of tinted lines that one effect replaces as a whole and that follows the text in between. */
function tintField(effectType, styleOf) {
  return StateField.define({
    create: () => NONE,
    update(value, transaction) {
      if (transaction.docChanged && value !== NONE) {
        value = { line: value.line.map(transaction.changes), gutter: value.gutter.map(transaction.changes) };
      }
      for (const effect of transaction.effects) {
        if (effect.is(effectType)) {
          value = effect.value.length ? tint(transaction.state.doc, effect.value, styleOf) : NONE;
        }
      }
      return value;
    },
    provide: (field) => [
      EditorView.decorations.from(field, (value) => value.line),
      gutterLineClass.from(field, (value) => value.gutter),
    ],
  });
}

const CITED = { open: style("np-cited np-cited-open"), stop: style("np-cited np-cited-stop") };
const setCitedEffect = StateEffect.define();
const cited = tintField(setCitedEffect, (range) => (range.kind === "stop" ? CITED.stop : CITED.open));

// Two names for one look: a line that changes twice within a second changes its class and so starts its fade again.
const FLASH = [style("np-flash np-flash-a"), style("np-flash np-flash-b")];
const setFlashEffect = StateEffect.define();
let turn = 0;
const flashed = tintField(setFlashEffect, () => FLASH[turn]);

const FADE_MS = 1000;
const STILL_MS = 2000;

/** Takes the highlighter off again. A plugin, because it must forget its timer together with the editor. */
const flashTimer = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.view = view;
      this.timer = 0;
    }
    start() {
      clearTimeout(this.timer);
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.timer = setTimeout(
        () => this.view.dispatch({ effects: setFlashEffect.of([]) }),
        still ? STILL_MS : FADE_MS,
      );
    }
    destroy() {
      clearTimeout(this.timer);
    }
  },
);

export const lineTints = [cited, flashed, flashTimer];

/**
 * Tints the lines a verdict rests on, in place of those before.
 *
 * @param {EditorView} view
 * @param {readonly {from: number, to: number, kind: "open"|"stop"}[]} ranges
 */
export function showCited(view, ranges) {
  view.dispatch({ effects: setCitedEffect.of(list(ranges)) });
}

/**
 * Draws the highlighter over the lines that changed. It fades within a second, or, where motion is not wanted, stands
 * still for two and is gone.
 *
 * @param {EditorView} view
 * @param {readonly {from: number, to: number}[]} ranges
 */
export function flashLines(view, ranges) {
  turn = 1 - turn;
  view.dispatch({ effects: setFlashEffect.of(list(ranges)) });
  view.plugin(flashTimer)?.start();
}

/**
 * Widths and places of lines that need not be in the page.
 *
 * CodeMirror keeps only the visible lines in the page, and a bracket must not jump when its longest line scrolls away.
 * So widths come from a canvas in the code's own font, which knows tabs, wide characters and fallback fonts as well.
 */

import { foldedRanges } from "@codemirror/language";

const FOLD_MARK = " … ";
const MAX_CACHE = 5000;
// Beyond this nobody sees the end of the line, and an estimate is as good as a measurement.
const MAX_MEASURED = 1000;

export class TextRuler {
  constructor() {
    this.context = document.createElement("canvas").getContext("2d");
    this.font = "";
    this.tab = 2;
    this.cache = new Map();
  }

  /** Call before a round of measuring: fonts change with the width of the window and with the reader's zoom. */
  refresh(view) {
    const { fontStyle, fontWeight, fontSize, fontFamily } = getComputedStyle(view.contentDOM);
    const font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
    this.tab = view.state.tabSize;
    if (font === this.font) return;
    this.font = font;
    this.context.font = font;
    this.cache.clear();
    this.column = this.context.measureText("0").width;
  }

  /** Forget everything measured, because the same font name may mean another font now. */
  forget() {
    this.font = "";
  }

  /**
   * @param {string} text one line
   * @returns {number} its width in CSS pixels
   */
  width(text) {
    const known = this.cache.get(text);
    if (known !== undefined) return known;
    let width = 0;
    const stop = this.column * this.tab;
    const measured = text.slice(0, MAX_MEASURED);
    measured.split("\t").forEach((part, index) => {
      if (index > 0) width = (Math.floor(width / stop + 1e-6) + 1) * stop;
      width += this.context.measureText(part).width;
    });
    width += (text.length - measured.length) * this.column;
    if (this.cache.size > MAX_CACHE) this.cache.clear();
    this.cache.set(text, width);
    return width;
  }
}

/** What a visual line shows: folded text counts as its placeholder. */
function visibleText(state, block) {
  const from = block.from;
  const to = Math.min(block.to, block.from + 20 * MAX_MEASURED);
  let text = "";
  let position = from;
  foldedRanges(state).between(from, to, (foldFrom, foldTo) => {
    if (foldFrom < position) return;
    text += state.sliceDoc(position, foldFrom) + FOLD_MARK;
    position = foldTo;
  });
  return text + state.sliceDoc(Math.min(position, to), to);
}

/**
 * One look at the editor, in the coordinates of the scroller's content (y grows with the document, x with the line).
 */
export class Page {
  /**
   * @param {import("@codemirror/view").EditorView} view
   * @param {TextRuler} ruler
   */
  constructor(view, ruler) {
    const outer = view.scrollDOM.getBoundingClientRect();
    const inner = view.contentDOM.getBoundingClientRect();
    this.view = view;
    this.ruler = ruler;
    this.left = (inner.left - outer.left) / view.scaleX + view.scrollDOM.scrollLeft;
    this.top = (view.documentTop - outer.top) / view.scaleY + view.scrollDOM.scrollTop;
    this.width = view.scrollDOM.clientWidth;
    this.known = new Map();
  }

  /** The visual line that starts at or contains this position, and whether the position itself can be seen. */
  rowAt(position) {
    const block = this.view.lineBlockAt(position);
    const line = this.view.state.doc.lineAt(position);
    return { ...this.row(block), visible: block.from === line.from };
  }

  row(block) {
    let end = this.known.get(block.from);
    if (end === undefined) {
      end = this.left + this.ruler.width(visibleText(this.view.state, block));
      this.known.set(block.from, end);
    }
    return { top: this.top + block.top, bottom: this.top + block.bottom, end };
  }

  /** All visual lines between two heights. Below the last line there is nothing in the way. */
  rows(from, to) {
    const rows = [];
    const { view, top } = this;
    const bottom = Math.min(to - top, view.lineBlockAt(view.state.doc.length).bottom);
    let y = Math.max(0, from - top);
    while (y < bottom) {
      const block = view.lineBlockAtHeight(y + 0.1);
      rows.push(this.row(block));
      if (block.bottom <= y) break;
      y = block.bottom;
    }
    return rows;
  }

  /** The x at which a position is drawn. */
  x(position) {
    const line = this.view.state.doc.lineAt(position);
    return this.left + this.ruler.width(line.text.slice(0, position - line.from));
  }
}

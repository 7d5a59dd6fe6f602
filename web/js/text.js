/**
 * Positions and text as the editor keeps them.
 *
 * Every offset of the bridge counts UTF-16 code units in CodeMirror's own document, in which a line ends with "\n" only.
 * The page computes its lists from a text that may be a keystroke old by the time they arrive, so nothing in here trusts
 * a position: whatever does not fit is moved to the nearest place that does.
 */

/**
 * The text as CodeMirror will hold it: "\r\n" and a lone "\r" become "\n".
 *
 * @param {unknown} text
 * @returns {string}
 */
export function normalise(text) {
  return String(text ?? "").replace(/\r\n?/g, "\n");
}

/**
 * A value that should be a list, as a list.
 *
 * @template T
 * @param {readonly T[] | null | undefined} value
 * @returns {readonly T[]}
 */
export function list(value) {
  return Array.isArray(value) ? value.filter((entry) => entry != null) : [];
}

/**
 * @param {import("@codemirror/state").Text} doc
 * @param {unknown} offset
 * @returns {number} the nearest offset inside the document
 */
export function clamp(doc, offset) {
  const number = Math.trunc(Number(offset)) || 0;
  return Math.max(0, Math.min(doc.length, number));
}

/**
 * @param {import("@codemirror/state").Text} doc
 * @param {{from: number, to: number}} range
 * @returns {{from: number, to: number}} the same range, inside the document and not backwards
 */
export function clampRange(doc, range) {
  const from = clamp(doc, range.from);
  return { from, to: Math.max(from, clamp(doc, range.to ?? from)) };
}

/**
 * The starts of all lines that a range touches. A range that ends right behind a line break does not touch the line
 * after it: a cited YAML block often ends there.
 *
 * @param {import("@codemirror/state").Text} doc
 * @param {{from: number, to: number}} range
 * @returns {number[]}
 */
export function lineStarts(doc, range) {
  const { from, to } = clampRange(doc, range);
  const first = doc.lineAt(from);
  let last = doc.lineAt(to);
  if (to > from && to === last.from && last.number > first.number) last = doc.line(last.number - 1);
  const starts = [];
  for (let number = first.number; number <= last.number; number++) starts.push(doc.line(number).from);
  return starts;
}

/**
 * Edits in the form a transaction takes: inside the document, in order, none overlapping another (a later one that does
 * is left out, since its position was meant for a text that no longer exists).
 *
 * @param {import("@codemirror/state").Text} doc
 * @param {readonly {from: number, to: number, insert: string}[]} edits
 * @returns {{from: number, to: number, insert: string}[]}
 */
export function usableEdits(doc, edits) {
  const sorted = list(edits)
    .map((edit) => ({ ...clampRange(doc, edit), insert: normalise(edit.insert) }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const usable = [];
  let end = 0;
  for (const edit of sorted) {
    if (edit.from < end || (edit.from === edit.to && edit.insert === "")) continue;
    usable.push(edit);
    end = edit.to;
  }
  return usable;
}

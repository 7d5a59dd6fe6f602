/**
 * The code editor of the playground: CodeMirror 6 behind a handful of calls.
 *
 * Loading this module sets `globalThis.netpolEditor` and then fires `netpol-editor-ready` at the window.
 *
 * Offsets, in both directions, are UTF-16 code units in CodeMirror's own document, in which every line ends with "\n".
 * A text that comes in with "\r\n" (or a lone "\r") is converted, so the text that `onChange` hands out never has any:
 * compute offsets on that text, or on your own after the same conversion. No call throws for a position that does not
 * exist any more; it is moved to the nearest one that does.
 */

import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, foldedRanges, unfoldEffect } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState } from "@codemirror/state";
import {
  EditorView,
  dropCursor,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { siteBrackets } from "./brackets.js";
import { diagnosticsSupport, showDiagnostics } from "./diagnostics.js";
import { fileDrop } from "./files.js";
import { yaml } from "./language.js";
import { flashLines, lineTints, showCited } from "./lines.js";
import { showSites } from "./sites.js";
import { clamp, normalise, usableEdits } from "./text.js";
import { theme } from "./theme.js";

/**
 * @typedef {object} Options
 * @property {string} doc     the text to begin with
 * @property {string} label   the editor's name for assistive technology
 * @property {(doc: string) => void} onChange
 *           after every change of the text that did not come from `setDoc`: typing, undo, redo, `applyEdits`, a drop
 * @property {(line: number, column: number, offset: number) => void} onCursor
 *           when the cursor moves; line and column count from 1, the column in UTF-16 units
 * @property {(siteId: number, to: "or"|"and") => void} onFlip
 *           when the other half of a switch is pressed; the text stays as it is
 */

/** Marks what came from `setDoc`. */
const fromPage = Annotation.define();

const phrases = {
  next: "Next",
  previous: "Previous",
  "match case": "Match case",
  regexp: "Regexp",
  "by word": "Whole word",
  replace: "Replace",
  "replace all": "Replace all",
  close: "Close search",
};

function chevron(open) {
  const marker = document.createElement("span");
  marker.className = open ? "np-chevron" : "np-chevron np-closed";
  marker.title = open ? "Fold" : "Unfold";
  const icon = marker.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  icon.setAttribute("viewBox", "0 0 10 20");
  const path = icon.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  path.setAttribute("d", open ? "m2 8.500 3 3 3-3" : "m3.500 7 3 3-3 3");
  return marker;
}

/** An error in a callback belongs to the page. It must not leave the editor half updated. */
function tell(callback, ...values) {
  try {
    callback?.(...values);
  } catch (error) {
    reportError(error);
  }
}

function reports(options) {
  let last = "";
  return EditorView.updateListener.of((update) => {
    const own = update.transactions.some((tr) => tr.docChanged && !tr.annotation(fromPage));
    if (own) tell(options.onChange, update.state.doc.toString());
    if (!update.selectionSet && !update.docChanged) return;
    // Not the state of this update: the callback above may have changed the text again.
    const { state } = update.view;
    const { head } = state.selection.main;
    const line = state.doc.lineAt(head);
    const place = [line.number, head - line.from + 1, head];
    if (place.join() === last) return;
    last = place.join();
    tell(options.onCursor, ...place);
  });
}

function extensions(options) {
  return [
    EditorState.tabSize.of(2),
    EditorState.phrases.of(phrases),
    EditorView.contentAttributes.of({
      "aria-label": String(options.label ?? ""),
      "aria-description": "Press Escape, then Tab, to leave the editor.",
      // A scroller must be reachable by keyboard.
      tabindex: "0",
      spellcheck: "false",
      autocorrect: "off",
      autocapitalize: "off",
      translate: "no",
    }),
    // Before the other gutters: its marks stand left of the line numbers.
    diagnosticsSupport,
    lineNumbers(),
    foldGutter({ markerDOM: chevron }),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    bracketMatching(),
    search({ top: true }),
    highlightSelectionMatches(),
    dropCursor(),
    fileDrop,
    yaml(normalise(options.doc)),
    lineTints,
    siteBrackets((id, to) => tell(options.onFlip, id, to)),
    theme,
    keymap.of([...searchKeymap, ...historyKeymap, ...foldKeymap, indentWithTab, ...defaultKeymap]),
    reports(options),
  ];
}

/** What is folded around a position must open before anybody can be led there. */
function unfoldAround(state, position) {
  const effects = [];
  foldedRanges(state).between(position, position, (from, to) => {
    if (from < position && position < to) effects.push(unfoldEffect.of({ from, to }));
  });
  return effects;
}

/** Room below the last line, so that any line can be scrolled to the top. */
function setRoomBelow(view, pixels) {
  view.scrollDOM.style.setProperty("--np-below", `${Math.max(0, Math.round(pixels))}px`);
}

class Handle {
  #view;

  constructor(view) {
    this.#view = view;
  }

  /**
   * Replaces the whole text without telling `onChange`, as one step that can be undone, and shows its beginning.
   * Does nothing if the text is the same.
   *
   * @param {string} doc
   */
  setDoc(doc) {
    const view = this.#view;
    const text = normalise(doc);
    if (!view || text === view.state.doc.toString()) return;
    setRoomBelow(view, 0);
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text },
      selection: { anchor: 0 },
      effects: EditorView.scrollIntoView(0, { y: "start", yMargin: 40 }),
      annotations: [fromPage.of(true), isolateHistory.of("full")],
    });
    view.scrollDOM.scrollTo(0, 0);
  }

  /**
   * Changes parts of the text as one step of its own in the history. Cursor and scroll position stay with their text.
   *
   * @param {{from: number, to: number, insert: string}[]} edits positions in the text as it is before any of them
   */
  applyEdits(edits) {
    const view = this.#view;
    if (!view) return;
    const changes = usableEdits(view.state.doc, edits);
    if (changes.length === 0) return;
    view.dispatch({ changes, annotations: isolateHistory.of("full"), userEvent: "edit" });
  }

  /** @param {import("./diagnostics.js").Diagnostic[]} diagnostics */
  setDiagnostics(diagnostics) {
    if (this.#view) showDiagnostics(this.#view, diagnostics);
  }

  /** @param {import("./sites.js").Site[]} sites */
  setSites(sites) {
    if (this.#view) showSites(this.#view, sites);
  }

  /** @param {{from: number, to: number, kind: "open"|"stop"}[]} ranges */
  setCited(ranges) {
    if (this.#view) showCited(this.#view, ranges);
  }

  /** @param {{from: number, to: number}[]} ranges */
  flash(ranges) {
    if (this.#view) flashLines(this.#view, ranges);
  }

  /**
   * Scrolls so that the line is the second visible one, below the line it belongs to. The cursor stays where it is.
   *
   * @param {number} offset
   */
  reveal(offset) {
    const view = this.#view;
    if (!view) return;
    const line = view.state.doc.lineAt(clamp(view.state.doc, offset));
    const unfold = unfoldAround(view.state, line.from);
    if (unfold.length) view.dispatch({ effects: unfold });
    const below = view.lineBlockAt(view.state.doc.length).bottom - view.lineBlockAt(line.from).top;
    setRoomBelow(view, view.scrollDOM.clientHeight - view.defaultLineHeight - below);
    view.dispatch({ effects: EditorView.scrollIntoView(line.from, { y: "start", yMargin: view.defaultLineHeight }) });
  }

  /**
   * Scrolls just as far as it takes to see the line. The cursor stays where it is.
   *
   * @param {number} offset
   */
  show(offset) {
    const view = this.#view;
    if (!view) return;
    const position = clamp(view.state.doc, offset);
    view.dispatch({
      effects: [...unfoldAround(view.state, position), EditorView.scrollIntoView(position, { y: "nearest", yMargin: 40 })],
    });
  }

  /**
   * Puts the cursor there, in the middle of the editor, and the keyboard into the editor.
   *
   * @param {number} offset
   */
  goTo(offset) {
    const view = this.#view;
    if (!view) return;
    const position = clamp(view.state.doc, offset);
    view.dispatch({
      selection: { anchor: position },
      effects: [...unfoldAround(view.state, position), EditorView.scrollIntoView(position, { y: "center" })],
    });
    view.focus();
  }

  focus() {
    this.#view?.focus();
  }

  /** Takes the editor off the page. Every later call does nothing. */
  destroy() {
    this.#view?.destroy();
    this.#view = null;
  }
}

/**
 * Makes an editor that fills `parent`.
 *
 * Callbacks run before the call that caused them returns (`applyEdits` calls `onChange`, `goTo` and `setDoc` call
 * `onCursor`).
 *
 * @param {HTMLElement} parent
 * @param {Options} options
 * @returns {Handle}
 */
export function create(parent, options) {
  const state = EditorState.create({ doc: normalise(options.doc), extensions: extensions(options) });
  return new Handle(new EditorView({ state, parent }));
}

globalThis.netpolEditor = { create };
window.dispatchEvent(new Event("netpol-editor-ready"));

/** Files dropped anywhere on the editor are appended, each as further YAML documents. */

import { isolateHistory } from "@codemirror/commands";
import { EditorView, ViewPlugin } from "@codemirror/view";
import { normalise } from "./text.js";

// Manifests are small. Anything larger was dropped by mistake, and reading it would freeze the page.
const MAX_BYTES = 2 * 1024 * 1024;

async function readText(file) {
  if (file.size > MAX_BYTES) return "";
  try {
    const text = normalise(await file.text());
    return text.includes("\0") ? "" : text;
  } catch {
    // A folder, or a file that was moved away meanwhile. There is nothing to append then.
    return "";
  }
}

/**
 * What to put behind `before` so that `text` begins a document of its own there.
 *
 * @param {string} before
 * @param {string} text
 * @returns {string}
 */
export function appended(before, text) {
  if (before.trim() === "") return text;
  const lineEnd = before.endsWith("\n") ? "" : "\n";
  const separated = /^(---|%)/.test(text) || /(^|\n)---[ \t]*\n?$/.test(before);
  return lineEnd + (separated ? "" : "---\n") + text;
}

async function appendFiles(view, files) {
  const texts = await Promise.all(files.map(readText));
  if (!view.dom.isConnected) return;
  const before = view.state.doc.toString();
  let after = before;
  for (const text of texts) {
    if (text.trim() !== "") after += appended(after, text);
  }
  if (after === before) return;
  view.dispatch({
    changes: { from: before.length, insert: after.slice(before.length) },
    selection: { anchor: before.length },
    effects: EditorView.scrollIntoView(before.length, { y: "start", yMargin: 40 }),
    annotations: isolateHistory.of("full"),
    userEvent: "input.drop",
  });
  view.focus();
}

/**
 * CodeMirror's own handler inserts a dropped file at the pointer, in the middle of some other manifest. These listeners
 * sit on the whole editor and see the event before it does.
 */
export const fileDrop = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.dom = view.dom;
      this.over = (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      };
      this.drop = (event) => {
        const files = [...(event.dataTransfer?.files ?? [])];
        if (files.length === 0) return;
        event.preventDefault();
        event.stopPropagation();
        appendFiles(view, files);
      };
      this.dom.addEventListener("dragover", this.over, true);
      this.dom.addEventListener("drop", this.drop, true);
    }
    destroy() {
      this.dom.removeEventListener("dragover", this.over, true);
      this.dom.removeEventListener("drop", this.drop, true);
    }
  },
);

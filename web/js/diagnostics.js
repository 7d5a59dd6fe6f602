/** Problems in the text: underlined, marked in the gutter, explained on hover, and the caret line tinted meanwhile. */

import { lintGutter, nextDiagnostic, previousDiagnostic, setDiagnostics, setDiagnosticsEffect } from "@codemirror/lint";
import { StateField } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { clampRange, list } from "./text.js";

/**
 * @typedef {object} Diagnostic
 * @property {number} from
 * @property {number} to
 * @property {"error"|"warning"|"info"} severity
 * @property {string} message
 * @property {string} [help] what to do about it, shown under the message
 */

const SEVERITIES = ["error", "warning", "info"];

/** Whether any error is shown. Kept as a field so that the tint of the caret line follows without anybody asking. */
const hasError = StateField.define({
  create: () => false,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setDiagnosticsEffect)) value = effect.value.some((d) => d.severity === "error");
    }
    return value;
  },
  provide: (field) => EditorView.editorAttributes.from(field, (error) => (error ? { class: "np-has-error" } : null)),
});

export const diagnosticsSupport = [
  hasError,
  lintGutter(),
  keymap.of([
    { key: "F8", run: nextDiagnostic },
    { key: "Shift-F8", run: previousDiagnostic },
  ]),
];

/**
 * A parser often points at the place behind the last character it liked. A range without width would be drawn as a tiny
 * wedge between two characters, so it is widened to one whole character where the line has one.
 *
 * @param {import("@codemirror/state").Text} doc
 * @param {{from: number, to: number}} range
 */
function visibleRange(doc, range) {
  const { from, to } = clampRange(doc, range);
  if (to > from) return { from, to };
  const line = doc.lineAt(from);
  if (from < line.to) return { from, to: from + 1 };
  return from > line.from ? { from: from - 1, to: from } : { from, to };
}

function renderMessage(diagnostic) {
  const box = document.createElement("span");
  box.className = "np-message";
  box.textContent = String(diagnostic.message ?? "");
  if (diagnostic.help) {
    const help = box.appendChild(document.createElement("span"));
    help.className = "np-help";
    help.textContent = String(diagnostic.help);
  }
  return box;
}

/**
 * Shows exactly these problems, in place of those before.
 *
 * @param {EditorView} view
 * @param {readonly Diagnostic[]} diagnostics
 */
export function showDiagnostics(view, diagnostics) {
  const { doc } = view.state;
  const shown = list(diagnostics).map((diagnostic) => ({
    ...visibleRange(doc, diagnostic),
    severity: SEVERITIES.includes(diagnostic.severity) ? diagnostic.severity : "info",
    message: String(diagnostic.message ?? ""),
    renderMessage: () => renderMessage(diagnostic),
  }));
  view.dispatch(setDiagnostics(view.state, shown));
}

/**
 * The look of the editor. Every colour is one of the page's custom properties, so light and dark, and whatever a reader's
 * own style sheet makes of them, arrive without a line of script.
 */

import { EditorView } from "@codemirror/view";

const control = {
  boxSizing: "border-box",
  height: "28px",
  margin: "0",
  padding: "0 10px",
  border: "1px solid var(--frame)",
  borderRadius: "6px",
  background: "none",
  color: "var(--ink)",
  font: "13px/18px var(--sans)",
};

const hollow = (percent) => `color-mix(in srgb, var(--ink) ${percent}%, transparent)`;

const code = {
  "&": { height: "100%", background: "var(--chrome)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    "--np-gutter": "44px",
    overflow: "auto",
    fontFamily: "var(--mono)",
    fontSize: "13px",
    lineHeight: "20px",
    fontVariantLigatures: "none",
    scrollbarWidth: "thin",
    scrollbarColor: "var(--frame) transparent",
  },
  ".cm-content": { padding: "12px 0 max(12px, var(--np-below, 0px))", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 16px 0 0" },
  ".cm-line::selection, .cm-line ::selection": { background: hollow(20) },
  ".cm-dropCursor": { borderLeft: "2px solid var(--ink)" },
  "&.cm-focused .cm-activeLine": { background: hollow(4) },
  ".cm-activeLine": { background: "none" },
  "&.cm-focused .cm-matchingBracket": { background: "none", outline: "1px solid var(--frame)", borderRadius: "2px" },
  "&.cm-focused .cm-nonmatchingBracket": { background: "none", outline: "1px solid var(--stop)", borderRadius: "2px" },
  ".cm-selectionMatch": { background: hollow(10), borderRadius: "2px" },
  ".cm-searchMatch": { background: "var(--mark)", borderRadius: "2px" },
  ".cm-searchMatch-selected": { background: "var(--mark)", outline: "1.5px solid var(--mark-line)" },
  ".cm-searchMatch .cm-selectionMatch": { background: "none" },
  ".cm-foldPlaceholder": {
    margin: "0 4px",
    padding: "0 6px",
    border: "1px solid var(--frame)",
    borderRadius: "4px",
    background: "none",
    color: "var(--ink2)",
  },
};

/* The three gutters (problem, number, fold) share the one column of the design: 12 + 18 + 14, narrow 9 + 15 + 10. */
const gutters = {
  ".cm-gutters": { border: "none", background: "var(--chrome)", color: "var(--ink3)" },
  ".cm-gutter-lint": { width: "12px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "18px", padding: "0" },
  ".cm-foldGutter": { width: "14px" },
  ".cm-foldGutter .cm-gutterElement": { padding: "0", cursor: "pointer", textAlign: "center" },
  // Transparent, not hidden: CodeMirror hides a spare marker that keeps the width, and a visible child would show in it.
  ".cm-foldGutter .np-chevron": { display: "block", height: "20px", color: "var(--ink3)", opacity: "0" },
  ".cm-gutters:hover .np-chevron, .np-chevron.np-closed": { opacity: "1" },
  "&.cm-focused .cm-activeLineGutter .np-chevron": { opacity: "1" },
  ".np-chevron svg": {
    display: "block",
    width: "10px",
    height: "20px",
    margin: "0 auto",
    fill: "none",
    stroke: "currentColor",
    strokeWidth: "1.5",
    strokeLinecap: "round",
    strokeLinejoin: "round",
  },
  ".cm-activeLineGutter": { background: "none" },
  "&.cm-focused .cm-activeLineGutter": { background: hollow(4), color: "var(--ink)" },
};

const lines = {
  "&.np-has-error .cm-line.cm-activeLine, &.np-has-error .cm-gutterElement.cm-activeLineGutter": {
    background: "var(--stop-tint)",
  },
  "&.cm-editor .np-cited-open.np-cited": { background: "var(--open-tint)" },
  "&.cm-editor .np-cited-stop.np-cited": { background: "var(--stop-tint)" },
  "&.cm-editor .cm-gutterElement.np-cited-stop": { color: "var(--stop)", fontWeight: "700" },
  "&.cm-editor .cm-gutterElement.np-cited-open": { color: "var(--open)", fontWeight: "700" },
  ".cm-gutter-lint .np-cited-open": { boxShadow: "inset 3px 0 0 var(--open)" },
  ".cm-gutter-lint .np-cited-stop": { boxShadow: "inset 3px 0 0 var(--stop)" },
  ".np-flash-a": { animation: "np-fade-a 1s linear both" },
  ".np-flash-b": { animation: "np-fade-b 1s linear both" },
  // The highlighter stays for a moment and then fades. It animates an inset shadow, so that a tint below it comes back.
  "@keyframes np-fade-a": {
    "0%, 45%": { boxShadow: "inset 0 0 0 20px var(--mark)" },
    "100%": { boxShadow: "inset 0 0 0 20px transparent" },
  },
  "@keyframes np-fade-b": {
    "0%, 45%": { boxShadow: "inset 0 0 0 20px var(--mark)" },
    "100%": { boxShadow: "inset 0 0 0 20px transparent" },
  },
  "@media (prefers-reduced-motion: reduce)": {
    ".np-flash-a, .np-flash-b": { animation: "none", boxShadow: "inset 0 0 0 20px var(--mark)" },
  },
};

/* Words and shapes instead of the bundled pictures, whose colours are fixed. */
const problems = {
  ".cm-lintRange": { backgroundImage: "none", paddingBottom: "0", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { textDecoration: "underline wavy 1.25px var(--stop)" },
  ".cm-lintRange-warning": { textDecoration: "underline wavy 1.25px var(--mark-line)" },
  ".cm-lintRange-info": { textDecoration: "underline dotted 1.5px var(--ink3)" },
  ".cm-lintRange-active": { background: "none" },
  ".cm-lintPoint:after": { borderBottomColor: "var(--stop)" },
  ".cm-lint-marker": {
    content: "normal",
    width: "12px",
    height: "20px",
    font: "700 13px/20px var(--sans)",
    textAlign: "center",
  },
  ".cm-lint-marker-error": { content: "normal", color: "var(--stop)", fontSize: "15px" },
  ".cm-lint-marker-error:before": { content: '"×"' },
  ".cm-lint-marker-warning": { content: "normal", color: "var(--mark-line)" },
  ".cm-lint-marker-warning:before": { content: '"!"' },
  ".cm-lint-marker-info": { content: "normal", color: "var(--ink2)" },
  ".cm-lint-marker-info:before": { content: '"i"' },
  ".cm-tooltip": {
    maxWidth: "min(360px, calc(100vw - 16px))",
    border: "1px solid var(--frame)",
    borderRadius: "8px",
    overflow: "hidden",
    background: "var(--paper)",
    color: "var(--ink)",
    font: "13px/18px var(--sans)",
  },
  ".cm-tooltip-lint": { margin: "0", padding: "0" },
  ".cm-diagnostic": { margin: "0", padding: "8px 12px", borderLeft: "3px solid var(--ink3)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--stop)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--mark-line)" },
  ".cm-diagnostic + .cm-diagnostic": { borderTop: "1px solid var(--rule)" },
  ".np-help": { display: "block", marginTop: "2px", color: "var(--ink2)", font: "12px/17px var(--sans)" },
};

const panels = {
  ".cm-panels": { background: "var(--paper)", color: "var(--ink)", zIndex: "300" },
  ".cm-panels-top": { borderBottom: "1px solid var(--rule)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--rule)" },
  ".cm-panel.cm-search, .cm-panel.cm-dialog": {
    alignItems: "center",
    gap: "8px",
    padding: "10px 48px 10px 14px",
    font: "13px/18px var(--sans)",
  },
  // Three rows of three: find, its options, replace. The bundled markup has a line break between them instead.
  ".cm-panel.cm-search": { display: "grid", gridTemplateColumns: "minmax(0, 1fr) auto auto", maxWidth: "560px" },
  ".cm-panel.cm-dialog": { display: "flex" },
  // There is one cursor, so selecting all matches would select the last one only.
  ".cm-search [name=select], .cm-search br": { display: "none" },
  ".cm-panel.cm-search input, .cm-panel.cm-search button, .cm-panel.cm-search label, .cm-panel.cm-dialog label": {
    margin: "0",
  },
  ".cm-textfield": { ...control, minWidth: "0", background: "var(--chrome)" },
  ".cm-button": { ...control, backgroundImage: "none", cursor: "pointer", "&:active": { backgroundImage: "none" } },
  ".cm-button:hover": { borderColor: "var(--ink)" },
  ".cm-panel.cm-search label, .cm-panel.cm-dialog label": {
    display: "inline-flex",
    alignItems: "center",
    gap: "6px",
    color: "var(--ink2)",
    fontSize: "12px",
  },
  ".cm-panel.cm-search input[type=checkbox]": { margin: "0", accentColor: "var(--ink)" },
  ".cm-panel.cm-search [name=close], .cm-dialog-close": {
    position: "absolute",
    top: "10px",
    right: "10px",
    width: "28px",
    height: "28px",
    padding: "0",
    border: "0",
    borderRadius: "6px",
    background: "none",
    color: "var(--ink2)",
    font: "18px/1 var(--sans)",
    cursor: "pointer",
  },
  ".cm-panels :focus-visible": { outline: "2px solid var(--focus, var(--open))", outlineOffset: "1px" },
};

const narrow = {
  ".cm-scroller": { "--np-gutter": "34px", fontSize: "12.5px" },
  ".cm-gutter-lint": { width: "9px" },
  ".cm-lint-marker": { width: "9px" },
  ".cm-lint-marker-error": { fontSize: "13px" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "15px" },
  ".cm-foldGutter": { width: "10px" },
  ".cm-textfield, .cm-button": { height: "40px" },
  ".cm-panel.cm-search label": { minHeight: "40px" },
  ".cm-panel.cm-search [name=close], .cm-dialog-close": { width: "40px", height: "40px", right: "2px" },
};

// The first one wins where both speak.
export const theme = [
  EditorView.theme({ "@media (max-width: 720px)": narrow }),
  EditorView.theme({ ...code, ...gutters, ...lines, ...problems, ...panels }),
];

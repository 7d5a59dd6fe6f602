/** YAML in the colours of the page: ink for structure, one colour for values, grey for comments, bold for list dashes. */

import { HighlightStyle, LanguageSupport, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState } from "@codemirror/state";
import { yamlLanguage } from "@codemirror/lang-yaml";
import { Tag, styleTags, tags } from "@lezer/highlight";

// The grammar gives the dash the same tag as the colon. It is the sign a reader must not miss, so it gets its own.
const dash = Tag.define("dash");

const nothing = yamlLanguage.parser.parse("");

/** The parser recurses too: where a text is nested too deep for it, the text is left without a tree. */
function shallow(parse) {
  return {
    advance() {
      try {
        return parse.advance();
      } catch (error) {
        if (error instanceof RangeError) return nothing;
        throw error;
      }
    },
    get parsedPos() {
      return parse.parsedPos;
    },
    get stoppedAt() {
      return parse.stoppedAt;
    },
    stopAt(at) {
      parse.stopAt(at);
    },
  };
}

const language = yamlLanguage.configure({
  wrap: shallow,
  props: [styleTags({ "BlockSequence/-": dash, "BlockSequence/Item/-": dash })],
});

const look = HighlightStyle.define([
  { tag: dash, color: "var(--ink)", fontWeight: "700" },
  { tag: [tags.definition(tags.propertyName), tags.separator, tags.punctuation, tags.bracket], color: "var(--ink)" },
  { tag: [tags.content, tags.string, tags.labelName, tags.typeName, tags.attributeValue], color: "var(--value)" },
  { tag: [tags.lineComment, tags.meta, tags.keyword], color: "var(--ink3)" },
]);

const coloured = new LanguageSupport(language);
const parser = new Compartment();

/** The editor's tree walks recurse: brackets nested deeper than any manifest's would overflow the stack. */
const DEEPEST = 400;

function tooDeep(chunks) {
  let depth = 0;
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += 1) {
      const code = chunk.charCodeAt(at);
      if (code === 0x5b || code === 0x7b) depth += 1;
      else if ((code === 0x5d || code === 0x7d) && depth > 0) depth -= 1;
      if (depth > DEEPEST) return true;
    }
  }
  return false;
}

/** Leaves text uncoloured that is nested too deep, and colours it again once it is not. */
const guard = EditorState.transactionExtender.of((transaction) => {
  if (!transaction.docChanged) return null;
  const wanted = tooDeep(transaction.newDoc.iter()) ? [] : coloured;
  return wanted === coloured && parser.get(transaction.startState) === coloured ? null : { effects: parser.reconfigure(wanted) };
});

/** The language of an editor that begins with the text `doc`. */
export const yaml = (doc) => [parser.of(tooDeep([doc]) ? [] : coloured), guard, syntaxHighlighting(look)];

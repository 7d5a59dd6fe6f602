/** YAML in the colours of the page: ink for structure, one colour for values, grey for comments, bold for list dashes. */

import { HighlightStyle, LanguageSupport, syntaxHighlighting } from "@codemirror/language";
import { yamlLanguage } from "@codemirror/lang-yaml";
import { Tag, styleTags, tags } from "@lezer/highlight";

// The grammar gives the dash the same tag as the colon. It is the sign a reader must not miss, so it gets its own.
const dash = Tag.define("dash");

const language = yamlLanguage.configure({
  props: [styleTags({ "BlockSequence/-": dash, "BlockSequence/Item/-": dash })],
});

const look = HighlightStyle.define([
  { tag: dash, color: "var(--ink)", fontWeight: "700" },
  { tag: [tags.definition(tags.propertyName), tags.separator, tags.punctuation, tags.bracket], color: "var(--ink)" },
  { tag: [tags.content, tags.string, tags.labelName, tags.typeName, tags.attributeValue], color: "var(--value)" },
  { tag: [tags.lineComment, tags.meta, tags.keyword], color: "var(--ink3)" },
]);

export const yaml = [new LanguageSupport(language), syntaxHighlighting(look)];

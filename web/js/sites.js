/** The places where the page offers OR and AND, kept in step with the text until the page sends the next list. */

import { StateEffect, StateField } from "@codemirror/state";
import { clamp, clampRange, list } from "./text.js";

/**
 * @typedef {object} Site
 * @property {number} id           stays the same while the page means the same place
 * @property {"or"|"and"} mode     what the text says now
 * @property {number|null} dash    where the deciding "-" is, or, in mode "and", where it would be
 * @property {{from: number, to: number}[]} items   two list items in mode "or", one in mode "and"
 * @property {{from: number, number: number, key: string}[]} conditions
 * @property {string} note         shown under the switch
 * @property {string} label        the name of the switch for assistive technology
 */

const setSitesEffect = StateEffect.define();

/** @param {import("@codemirror/state").Text} doc */
function checked(doc, site) {
  return {
    id: site.id,
    mode: site.mode === "and" ? "and" : "or",
    dash: site.dash == null ? null : clamp(doc, site.dash),
    items: list(site.items).map((item) => clampRange(doc, item)),
    conditions: list(site.conditions).map((condition) => ({
      from: clamp(doc, condition.from),
      number: Math.trunc(Number(condition.number)) || 0,
    })),
    note: String(site.note ?? ""),
    label: String(site.label ?? ""),
  };
}

/** Ranges shrink from both ends, so that a line typed right before or behind an item does not become part of it. */
function moved(site, changes) {
  return {
    ...site,
    dash: site.dash === null ? null : changes.mapPos(site.dash, 1),
    items: site.items.map(({ from, to }) => {
      const start = changes.mapPos(from, 1);
      return { from: start, to: Math.max(start, changes.mapPos(to, -1)) };
    }),
    conditions: site.conditions.map((condition) => ({ ...condition, from: changes.mapPos(condition.from, 1) })),
  };
}

export const sitesField = StateField.define({
  create: () => [],
  update(sites, transaction) {
    if (transaction.docChanged && sites.length) sites = sites.map((site) => moved(site, transaction.changes));
    for (const effect of transaction.effects) {
      if (effect.is(setSitesEffect)) {
        // Two sites with one id would share one switch; the first one keeps it.
        const byId = new Map();
        for (const site of effect.value) if (!byId.has(site.id)) byId.set(site.id, checked(transaction.state.doc, site));
        sites = [...byId.values()];
      }
    }
    return sites;
  },
});

/**
 * Replaces all sites.
 *
 * @param {import("@codemirror/view").EditorView} view
 * @param {readonly Site[]} sites
 */
export function showSites(view, sites) {
  view.dispatch({ effects: setSitesEffect.of(list(sites)) });
}

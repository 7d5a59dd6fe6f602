/** The two-part control OR|AND with its note: one radio group per site. */

let count = 0;

const WORDS = [
  ["or", "OR"],
  ["and", "AND"],
];

const KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", " ", "Enter"]);

/** A radio group that never changes by itself: it asks, and shows what the next list of sites says. */
export class Switch {
  /**
   * @param {number} id
   * @param {(id: number, to: "or"|"and") => void} onFlip
   */
  constructor(id, onFlip) {
    this.id = id;
    this.onFlip = onFlip;
    this.mode = "or";

    this.group = document.createElement("div");
    this.group.className = "np-switch";
    this.group.setAttribute("role", "radiogroup");
    this.group.addEventListener("keydown", (event) => this.keydown(event));
    // Firefox presses a button when the space bar comes up, whatever happened when it went down.
    this.group.addEventListener("keyup", (event) => event.key === " " && event.preventDefault());

    this.note = document.createElement("div");
    this.note.className = "np-note";
    this.note.id = `np-note-${++count}`;
    this.group.setAttribute("aria-describedby", this.note.id);

    this.buttons = WORDS.map(([mode, word]) => {
      const button = this.group.appendChild(document.createElement("button"));
      button.type = "button";
      button.textContent = word;
      button.setAttribute("role", "radio");
      button.addEventListener("click", () => mode !== this.mode && this.onFlip(this.id, mode));
      return { mode, button };
    });
  }

  /** Both halves lead to the same place from the keyboard: there is only one other half to go to. */
  keydown(event) {
    if (!KEYS.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!event.repeat) this.onFlip(this.id, this.mode === "or" ? "and" : "or");
  }

  /** @param {import("./sites.js").Site} site */
  update(site) {
    const focused = this.group.contains(document.activeElement);
    this.mode = site.mode;
    this.group.setAttribute("aria-label", site.label);
    this.note.textContent = site.note;
    for (const { mode, button } of this.buttons) {
      const on = mode === site.mode;
      button.setAttribute("aria-checked", String(on));
      button.tabIndex = on ? 0 : -1;
      // The focus goes with the choice, as in any radio group; without this it would stay on the half just left.
      if (on && focused) button.focus({ preventScroll: true });
    }
  }

  /** @returns {boolean} whether the keyboard was in this switch when it went away */
  remove() {
    const focused = this.group.contains(document.activeElement) && this.group.querySelector(":focus-visible") !== null;
    this.group.remove();
    this.note.remove();
    return focused;
  }
}

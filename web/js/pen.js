/** Straight lines beside code. */

/**
 * How far to the right the code reaches between two heights.
 *
 * @param {import("./layout.js").Room} room
 * @param {number} from
 * @param {number} to
 * @returns {number}
 */
export function reach(room, from, to) {
  return room.rows(from, to).reduce((end, row) => Math.max(end, row.end), 0);
}

/** A number short enough for a path. */
export function px(value) {
  return String(Math.round(value * 100) / 100);
}

/** Draws straight lines and leaves out what would run through code: there the line passes behind the text. */
export class Pen {
  constructor(room) {
    this.room = room;
    this.path = "";
    this.x = NaN;
    this.y = NaN;
  }

  line(x0, y0, x1, y1) {
    if (this.x !== x0 || this.y !== y0) this.path += `M${px(x0)} ${px(y0)}`;
    this.path += x0 === x1 ? `V${px(y1)}` : `H${px(x1)}`;
    this.x = x1;
    this.y = y1;
  }

  across(x0, x1, y) {
    if (x0 !== x1 && reach(this.room, y - 0.5, y + 0.5) + 3 <= x0) this.line(x0, y, x1, y);
  }

  down(x, from, to) {
    const low = Math.min(from, to);
    const high = Math.max(from, to);
    let start = low;
    for (const row of this.room.rows(low, high)) {
      if (row.end + 3 <= x) continue;
      if (row.top > start) this.line(x, start, x, row.top);
      start = Math.max(start, row.bottom);
    }
    if (high > start) this.line(x, start, x, high);
  }
}

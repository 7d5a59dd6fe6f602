/**
 * Where brackets, numbers and switch of one site go. Pure geometry: no DOM, no editor.
 *
 * There are three things in the way of a switch: the code, the edge of the window, and other switches. So several ways
 * of drawing are tried from the most spacious to the least; the first that fits is taken:
 *
 *  1. everything to the right of all code, in the column the eye expects (as in the picture of the design);
 *  2. the same with smaller gaps;
 *  3. tucked in: at the right edge, where only single lines are longer; the bracket runs behind those;
 *  4. right of all code, where one gets by scrolling.
 *
 * @typedef {{top: number, bottom: number, end: number}} Row   a visual line and where its code ends
 * @typedef {{x0: number, x1: number, y0: number, y1: number}} Box
 *
 * @typedef {object} Shape
 * @property {{top: number, bottom: number, first: number, last: number}[]} items
 *           first and last: the middle of the first and last row
 * @property {{row: Row, number: number}[]} numbers
 * @property {{w: number, h: number, noteW: number, noteH: number}} size  of switch and note
 *
 * @typedef {object} Room
 * @property {number} left      where code begins
 * @property {number} width     the visible width
 * @property {boolean} narrow
 * @property {(from: number, to: number) => Row[]} rows
 * @property {Box[]} taken      where earlier switches are
 *
 * @typedef {object} Plan
 * @property {string} path      an SVG path
 * @property {{x: number, y: number, number: number}[]} numbers
 * @property {{x: number, y: number}} at   the switch's upper left corner
 * @property {{x: number, y: number}|null} note   null where the words had to go
 * @property {Box} box          what switch and note cover
 * @property {number} away      how far the switch is from where it belongs
 */

import { Pen, px, reach } from "./pen.js";

const BALL = 16;
const BALL_GAP = 4;
const NOTE_GAP = 6;
const CLEAR = 8;
const STEP = 10;

const ROOMY = { pad: 12, gap: 8, arm: 8, stem: 30, edge: 12 };
const TIGHT = { pad: 6, gap: 3, arm: 6, stem: 12, edge: 4 };

/**
 * A switch that is in the way of its neighbour gives up the words under it before one of them has to move: a switch far
 * from its bracket is harder to read than one without a note.
 *
 * @param {Shape[]} shapes in the order of the text
 * @param {Omit<Room, "taken">} page
 * @returns {Plan[]}
 */
export function layOutAll(shapes, page) {
  const attempt = (bare) => {
    const room = { ...page, taken: [] };
    return shapes.map((shape, index) => {
      const plan = layOut(bare.has(index) ? withoutNote(shape) : shape, room);
      room.taken.push(plan.box);
      return plan;
    });
  };
  const away = (plans) => plans.reduce((sum, plan) => sum + plan.away, 0);
  let bare = new Set();
  let best = attempt(bare);
  for (let index = 0; index < shapes.length; index++) {
    if (best[index].away === 0) continue;
    const fewer = new Set([...bare, index - 1, index]);
    const plans = attempt(fewer);
    if (away(plans) >= away(best)) continue;
    bare = fewer;
    best = plans;
  }
  return best;
}

/** @param {Shape} shape @param {Room} room @returns {Plan} */
function layOut(shape, room) {
  const { items } = shape;
  const onOneLine = items.length === 1 ? items[0].first === items[0].last : items[1].first <= items[0].last;
  return onOneLine ? besideLine(shape, room) : besideBlock(shape, room);
}

function meets(a, b) {
  return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
}

function withoutNote(shape) {
  return { ...shape, size: { ...shape.size, noteW: 0, noteH: 0 } };
}

function seatBox(size, x, middle) {
  const below = size.noteH ? NOTE_GAP + size.noteH : 0;
  return {
    x0: x,
    x1: x + Math.max(size.w, size.noteW),
    y0: middle - size.h / 2,
    y1: middle + size.h / 2 + below,
  };
}

function isFree(room, box) {
  const wide = { x0: box.x0 - CLEAR, x1: box.x1 + CLEAR, y0: box.y0 - 4, y1: box.y1 + 4 };
  return reach(room, box.y0 + 1, box.y1 - 1) + CLEAR <= box.x0 && !room.taken.some((other) => meets(other, wide));
}

/** The free height nearest to the wanted one, first down, then up; `null` if there is none within `limit`. */
function findSeat(shape, room, x, wanted, limit) {
  for (let away = 0; away <= limit; away += STEP) {
    for (const middle of away ? [wanted + away, wanted - away] : [wanted]) {
      const box = seatBox(shape.size, x, middle);
      if (box.y0 >= 0 && isFree(room, box)) return middle;
    }
  }
  return null;
}

/** The widest group of numbers on one line. As a rule that is one number. */
function mostNumbers(numbers) {
  const perRow = new Map();
  for (const { row } of numbers) perRow.set(row.top, (perRow.get(row.top) ?? 0) + 1);
  return Math.max(0, ...perRow.values());
}

function numbersWidth(count) {
  return count ? count * BALL + (count - 1) * BALL_GAP : 0;
}

/** Numbers right-aligned against `right`, each on its own line. */
function placeNumbers(numbers, right) {
  const used = new Map();
  return [...numbers].reverse().map(({ row, number }) => {
    const before = used.get(row.top) ?? 0;
    used.set(row.top, before + 1);
    return { x: right - BALL / 2 - before * (BALL + BALL_GAP), y: (row.top + row.bottom) / 2, number };
  });
}

function finish(shape, path, numbers, x, middle, away = 0) {
  const { size } = shape;
  return {
    path,
    numbers,
    at: { x, y: middle - size.h / 2 },
    note: size.noteH ? { x, y: middle + size.h / 2 + NOTE_GAP } : null,
    box: seatBox(size, x, middle),
    away,
  };
}

/** One bracket for each item, a joint, a stem, the switch. */
function besideBlock(shape, room) {
  const { size, numbers, items } = shape;
  const top = items[0].top;
  const bottom = items[items.length - 1].bottom;
  const middle = (top + bottom) / 2;
  const width = Math.max(size.w, size.noteW);
  const roomy = room.narrow ? { ...ROOMY, stem: 22 } : ROOMY;
  const home = room.left + (room.narrow ? 228 : 256);
  const numberWidth = numbersWidth(mostNumbers(numbers));

  const lead = (style) => style.pad + (numberWidth ? numberWidth + style.gap : 0) + style.arm;
  const tail = (style) => style.stem + width + style.edge;
  const end = reach(room, top, bottom);
  // A short site is lower than its switch, which then stands beside lines that are not its own.
  const wanted = seatBox(size, 0, middle);
  const around = reach(room, wanted.y0 + 1, wanted.y1 - 1);

  const tries = [];
  for (const ownLinesOnly of [false, true]) {
    for (const style of [roomy, TIGHT]) {
      const least = Math.max(end + lead(style), ownLinesOnly ? 0 : around + CLEAR - style.stem);
      const x = Math.max(least, Math.min(home, room.width - tail(style)));
      if (x + tail(style) <= room.width) tries.push({ x, style, limit: 60 });
    }
  }
  for (const style of [roomy, TIGHT]) {
    const x = Math.min(home, room.width - tail(style));
    if (numbers.every(({ row }) => row.end + lead(style) <= x)) tries.push({ x, style, limit: 60 });
  }
  tries.push({ x: Math.max(end + lead(TIGHT), around + CLEAR - TIGHT.stem), style: TIGHT, limit: 4000 });

  for (const [index, { x, style, limit }] of tries.entries()) {
    let seat = findSeat(shape, room, x + style.stem, middle, limit);
    if (seat === null && index < tries.length - 1) continue;
    seat ??= middle;
    const path = brackets(items, x, style, seat, room);
    const balls = placeNumbers(numbers, x - style.arm - style.gap);
    return finish(shape, path, balls, x + style.stem, seat, Math.abs(seat - middle));
  }
}

function brackets(items, x, style, seat, room) {
  const pen = new Pen(room);
  const middles = [];
  for (const { first, last } of items) {
    const y0 = first - 6;
    const y1 = last + 6;
    middles.push((y0 + y1) / 2);
    pen.across(x - style.arm, x, y0);
    pen.down(x, y0, y1);
    pen.across(x - style.arm, x, y1);
  }
  const joint = x + style.stem / 2;
  const end = x + style.stem;
  const [low, high] = items.length === 1 ? [items[0].first, items[0].last] : middles;
  const leave = Math.max(low, Math.min(high, seat));
  if (items.length > 1) {
    for (const y of middles) pen.across(x, joint, y);
    pen.down(joint, low, high);
  }
  // A switch that had to move keeps its line in a column of its own, so that it is not taken for a neighbour's bracket.
  const turn = end - 5;
  const start = items.length > 1 ? joint : x;
  if (leave === seat) {
    pen.across(start, end, seat);
  } else {
    pen.across(start, turn, leave);
    pen.down(turn, leave, seat);
    pen.across(turn, end, seat);
  }
  return pen.path;
}

/** Flow style: there is nothing to span, so numbers and switch simply follow the line. */
function besideLine(shape, room) {
  const { size, numbers, items } = shape;
  const line = room.rows(items[items.length - 1].last - 1, items[items.length - 1].last + 1)[0];
  const row = line ?? { top: items[0].top, bottom: items[0].bottom, end: room.left };
  const middle = (row.top + row.bottom) / 2;
  const width = Math.max(size.w, size.noteW);
  const balls = numbersWidth(numbers.length);
  const place = (right, y) =>
    numbers.map(({ number }, index) => ({
      x: right - balls + BALL / 2 + index * (BALL + BALL_GAP),
      y,
      number,
    }));

  const box = seatBox(size, 0, middle);
  const around = reach(room, box.y0 + 1, box.y1 - 1);
  const stemOf = (style) => Math.min(style.stem, 14);
  const startOf = (style) =>
    Math.max(row.end + style.pad + (balls ? balls + style.gap : 0) + stemOf(style), around + CLEAR);
  const beside = (x, style) => {
    const from = x - stemOf(style);
    return finish(shape, `M${px(from)} ${px(middle)}H${px(x)}`, place(from - style.gap, middle), x, middle);
  };

  for (const style of [ROOMY, TIGHT]) {
    const x = startOf(style);
    if (x + width + style.edge <= room.width && isFree(room, seatBox(size, x, middle))) return beside(x, style);
  }

  // The line is longer than the window: right under it the switch is in view, and a stem says which line it means.
  for (const under of size.noteH ? [shape, withoutNote(shape)] : [shape]) {
    const wide = Math.max(size.w, under.size.noteW);
    const x = room.width - TIGHT.edge - wide;
    for (let away = 0; away <= 60; away += STEP) {
      const y = row.bottom + 6 + size.h / 2 + away;
      const seat = seatBox(under.size, x, y);
      const whole = { ...seat, x0: seat.x0 - (balls ? balls + TIGHT.gap : 0), y0: row.bottom + 1 };
      if (whole.x0 < room.left || !isFree(room, whole)) continue;
      const stem = x + size.w / 2;
      return finish(under, `M${px(stem)} ${px(row.bottom - 1)}V${px(seat.y0)}`, place(x - TIGHT.gap, y), x, y, away);
    }
  }

  let far = startOf(ROOMY);
  for (let tries = 0; tries <= room.taken.length; tries++) {
    const seat = seatBox(size, far, middle);
    const other = room.taken.find((taken) => meets(taken, { ...seat, x0: seat.x0 - balls - 40 }));
    if (!other) break;
    far = other.x1 + 24 + balls;
  }
  return beside(far, ROOMY);
}

// The room: typed arrays indexed by seat, and questions about them. Coordinates are those of the seating plan (about 25
// units between neighbours), y grows downwards.

import { cellAt } from "./grid.js";

export class Plan {
  /**
   * @param {object} data what `preparePlan` returns
   * @param {object[]} levels the price levels of the event
   */
  constructor(data, levels) {
    Object.assign(this, data);
    this.levels = levels;
    this.rows = this.rowNames.map((name, index) => ({
      index,
      name,
      label: { x: this.rowLabels[2 * index], y: this.rowLabels[2 * index + 1] },
      first: index ? this.rowEnds[index - 1] : 0,
      end: this.rowEnds[index],
    }));
    for (const section of this.sections) section.rows = this.rows.slice(section.firstRow, section.endRow);
    this.runs = Array.from(this.runEnds, (end, run) => [run ? this.runEnds[run - 1] : 0, end]);
    this.placeOf = new Map(this.companions);
    this.companionsOf = new Map();
    for (const [seat, place] of this.companions) {
      this.companionsOf.set(place, [...(this.companionsOf.get(place) ?? []), seat]);
    }
  }

  idOf(index) {
    const row = this.rows[this.row[index]];
    const ids = this.ids[row.index];
    return typeof ids === "string" ? ids + this.numberOf(index) : ids[index - row.first];
  }

  numberOf(index) {
    const row = this.rows[this.row[index]];
    const named = this.namedNumbers.get(row.index);
    if (named) return named[index - row.first];
    return String(this.numbers[2 * row.index] + this.numbers[2 * row.index + 1] * (index - row.first));
  }

  /** Return the index of a seat's id, or undefined. Few ids are asked for: a table of all would take longer. */
  indexOf(id) {
    for (const row of this.rows) {
      const ids = this.ids[row.index];
      if (typeof ids === "string" && !id.startsWith(ids)) continue;
      for (let i = row.first; i < row.end; i += 1) if (this.idOf(i) === id) return i;
    }
    return undefined;
  }

  /** Call `visit(seats)` with the seats (Uint32Array) of every grid cell that touches the rectangle. */
  visitCells(left, top, right, bottom, visit) {
    const pad = this.cell / 2;
    const first = cellAt(this, left - pad, top - pad);
    const last = cellAt(this, right + pad, bottom + pad);
    const [fromColumn, toColumn] = [first % this.columns, last % this.columns];
    for (let line = Math.floor(first / this.columns); line <= Math.floor(last / this.columns); line += 1) {
      for (let column = fromColumn; column <= toColumn; column += 1) {
        const cell = line * this.columns + column;
        const [start, end] = [this.cellStarts[cell], this.cellStarts[cell + 1]];
        if (end > start) visit(this.cells.subarray(start, end));
      }
    }
  }

  /** Return the seat nearest to a point, at most `reach` away and allowed by `allowed(index)`, or -1. */
  seatAt(x, y, reach, allowed = null) {
    let found = -1;
    let least = reach * reach;
    this.visitCells(x - reach, y - reach, x + reach, y + reach, (seats) => {
      for (const i of seats) {
        const distance = (this.x[i] - x) ** 2 + (this.y[i] - y) ** 2;
        if (distance < least && (!allowed || allowed(i))) [least, found] = [distance, i];
      }
    });
    return found;
  }

  /** Return the seat of a section that is nearest to a point; -1 without a section, or without seats in it. */
  nearestOf(section, { x, y }) {
    let [found, least] = [-1, Infinity];
    for (let i = section?.first ?? 0; i < (section?.end ?? 0); i += 1) {
      const distance = (this.x[i] - x) ** 2 + (this.y[i] - y) ** 2;
      if (distance < least && this.section[i] === section.index) [least, found] = [distance, i];
    }
    return found;
  }

  /** Return the next seat from a seat in a direction (unit vector along an axis), or -1: near, and not far aside. */
  seatBeside(index, directionX, directionY) {
    const reach = this.radius[index] * 30;
    let found = -1;
    let least = Infinity;
    const [x, y] = [this.x[index], this.y[index]];
    this.visitCells(x - reach, y - reach, x + reach, y + reach, (seats) => {
      for (const i of seats) {
        const along = (this.x[i] - x) * directionX + (this.y[i] - y) * directionY;
        const aside = Math.abs((this.x[i] - x) * directionY) + Math.abs((this.y[i] - y) * directionX);
        if (along <= this.radius[index] * 0.5 || aside > along * 1.2) continue;
        const cost = along + 2.5 * aside;
        if (cost < least) [least, found] = [cost, i];
      }
    });
    return found;
  }

  /** Return the section whose outline contains a point, or null (even-odd rule). */
  sectionAt(x, y) {
    return this.sections.find((section) => inside(section.outline, x, y)) ?? null;
  }

  isAccessible(index) {
    return (this.marks[index] & 1) === 1;
  }
  isReserved(index) {
    return this.reserved.has(index);
  }

  /** Return names and price of a seat, for people and for the basket. */
  describe(index) {
    const level = this.levels[this.level[index]] ?? null;
    return {
      index,
      id: this.idOf(index),
      number: this.numberOf(index),
      row: this.rows[this.row[index]].name,
      section: sectionWords(this.sections[this.section[index]].name),
      level,
      total: level?.total ?? null,
      accessible: this.isAccessible(index),
      companion: this.placeOf.has(index),
      restricted: (this.marks[index] & 4) !== 0,
    };
  }
}

/** A name that is only a number or a few letters gets its kind: "Section 12". */
export function sectionWords(name) {
  return name.length <= 3 ? `Section ${name}` : name;
}

function inside(corners, x, y) {
  let within = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i, i += 1) {
    const [ax, ay] = corners[i];
    const [bx, by] = corners[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}

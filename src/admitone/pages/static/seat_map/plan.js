// The room: the API's geometry as typed arrays indexed by seat, with a grid to find seats fast. Coordinates are those
// of the seating plan (about 25 units between neighbours), y grows downwards.

const CELL_SEATS = 4; // a grid cell is about this many seats wide

export class Plan {
  /**
   * @param {object} geometry body of GET /seat-maps/{id}
   * @param {object} details body of GET /events/details/{id}: price_levels, sections
   */
  constructor(geometry, details) {
    const count = geometry.seat_count ?? countSeats(geometry);
    this.count = count;
    this.levels = details.price_levels;
    this.x = new Float32Array(count);
    this.y = new Float32Array(count);
    this.radius = new Float32Array(count);
    this.section = new Uint16Array(count);
    this.row = new Uint32Array(count);
    this.level = new Int16Array(count).fill(-1);
    this.marks = new Uint8Array(count);
    this.ids = new Array(count);
    this.numbers = new Array(count);
    this.sections = [];
    this.rows = [];
    this.areas = geometry.areas ?? [];
    this.stage = geometry.stage ?? null;
    this.size = geometry.size;
    this.#take(geometry, levelFinder(details));
    this.#reserve(geometry.companions ?? [], details.seat_map?.open_seats ?? []);
    this.runs = geometry.runs ?? this.rows.map((row) => [row.first, row.end]);
    this.runOf = new Int32Array(count);
    this.runs.forEach(([first, end], run) => this.runOf.fill(run, first, end));
    this.focal = geometry.focal_point ?? this.stage ?? { x: this.size.width / 2, y: this.size.height / 2 };
    this.bounds = boundsOf(this);
    this.indexOfId = new Map(this.ids.map((id, index) => [id, index]));
    this.#sortIntoGrid();
  }

  #take(geometry, levelOf) {
    for (const given of geometry.sections) {
      const section = {
        index: this.sections.length,
        id: given.id,
        name: given.name,
        rows: [],
        outline: given.outline ?? [],
        label: given.label ?? null,
        first: Infinity,
        end: 0,
        levels: new Set(),
        bounds: null,
      };
      this.sections.push(section);
      for (const row of given.rows) this.#takeRow(section, row, given.id, levelOf);
      const radius = radiusOf(this, section);
      section.radius = radius;
      for (const row of section.rows) this.radius.fill(Math.min(radius, tightness(this, row)), row.first, row.end);
      section.bounds = boundsOf(this, section.first, section.end, section.outline);
      section.area = areaOf(section.outline);
      section.label ??= {
        x: (section.bounds.left + section.bounds.right) / 2,
        y: (section.bounds.top + section.bounds.bottom) / 2,
      };
    }
  }

  #takeRow(section, given, sectionId, levelOf) {
    const row = {
      index: this.rows.length,
      name: given.name,
      label: given.label ?? null,
      first: Infinity,
      end: 0,
      section: section.index,
    };
    for (const seat of given.seats) {
      const i = seat.index;
      this.x[i] = seat.x;
      this.y[i] = seat.y;
      this.section[i] = section.index;
      this.row[i] = row.index;
      this.ids[i] = seat.id;
      this.numbers[i] = seat.number;
      this.level[i] = levelOf(seat.category, sectionId, i);
      section.levels.add(this.level[i]);
      if (seat.attributes?.includes("accessible")) this.marks[i] |= 1;
      if (seat.attributes?.includes("restricted_view")) this.marks[i] |= 4;
      row.first = Math.min(row.first, i);
      row.end = Math.max(row.end, i + 1);
    }
    if (row.end === 0) return;
    section.first = Math.min(section.first, row.first);
    section.end = Math.max(section.end, row.end);
    section.rows.push(row);
    this.rows.push(row);
  }

  /** Set `reserved`: wheelchair places and companion seats that are not released for general sale. */
  #reserve(pairs, releasedRanges) {
    const released = new Set();
    for (const [first, last] of releasedRanges) for (let i = first; i <= last; i += 1) released.add(i);
    this.places = new Set();
    this.marks.forEach((mark, i) => {
      if (mark & 1) this.places.add(i);
    });
    this.placeOf = new Map(pairs);
    this.companionsOf = new Map();
    for (const [seat, place] of pairs) this.companionsOf.set(place, [...(this.companionsOf.get(place) ?? []), seat]);
    this.reserved = new Set([...this.places].filter((i) => this.level[i] >= 0 && !released.has(i)));
    for (const [seat, place] of pairs) if (this.reserved.has(place) && !released.has(seat)) this.reserved.add(seat);
  }

  #sortIntoGrid() {
    const { left, top, right, bottom } = this.bounds;
    const typical = this.sections[0]?.radius ?? 10;
    this.cell = Math.max(typical * 2.4 * CELL_SEATS, Math.max(right - left, bottom - top) / 256);
    this.columns = Math.max(1, Math.ceil((right - left) / this.cell));
    this.lines = Math.max(1, Math.ceil((bottom - top) / this.cell));
    const cells = Array.from({ length: this.columns * this.lines }, () => []);
    for (let i = 0; i < this.count; i += 1) cells[this.#cellAt(this.x[i], this.y[i])].push(i);
    this.cells = cells.map((seats) => Uint32Array.from(seats));
  }

  #cellAt(x, y) {
    const column = Math.min(this.columns - 1, Math.max(0, Math.floor((x - this.bounds.left) / this.cell)));
    const line = Math.min(this.lines - 1, Math.max(0, Math.floor((y - this.bounds.top) / this.cell)));
    return line * this.columns + column;
  }

  /** Call `visit(seats)` with the seats (Uint32Array) of every grid cell that touches the rectangle. */
  visitCells(left, top, right, bottom, visit) {
    const pad = this.cell / 2;
    const first = this.#cellAt(left - pad, top - pad);
    const last = this.#cellAt(right + pad, bottom + pad);
    const [fromColumn, toColumn] = [first % this.columns, last % this.columns];
    for (let line = Math.floor(first / this.columns); line <= Math.floor(last / this.columns); line += 1) {
      for (let column = fromColumn; column <= toColumn; column += 1) {
        const seats = this.cells[line * this.columns + column];
        if (seats.length) visit(seats);
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
      id: this.ids[index],
      number: this.numbers[index],
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

/** (category, section id, seat index) → index of the price level, or -1: not sold. */
function levelFinder(details) {
  const byCategory = new Map();
  const byId = new Map(details.price_levels.map((level, index) => [level.id, index]));
  details.price_levels.forEach((level, index) =>
    (level.categories ?? []).forEach((name) => byCategory.set(name, index))
  );
  const bySection = new Map(details.sections.map((section) => [section.id, byId.get(section.price_level_id) ?? -1]));
  const ofCategory = (category, sectionId) =>
    byCategory.get(category) ?? (byCategory.size ? -1 : bySection.get(sectionId) ?? -1);
  const repriced = new Map();
  details.price_levels.forEach((level, index) => {
    for (const [first, last] of level.seat_ranges ?? []) for (let i = first; i <= last; i += 1) repriced.set(i, index);
  });
  return (category, sectionId, i) => {
    const own = ofCategory(category, sectionId);
    return own === -1 ? own : repriced.get(i) ?? own;
  };
}

/** Return half the space of a section's seats, less a gap: the usual step in rows, or between rows if smaller. */
function radiusOf(plan, section) {
  const steps = [];
  for (const row of section.rows) {
    for (let i = row.first + 1; i < row.end && steps.length < 400; i += 1) {
      steps.push(Math.hypot(plan.x[i] - plan.x[i - 1], plan.y[i] - plan.y[i - 1]));
    }
  }
  const between = [];
  for (let r = 1; r < section.rows.length; r += 1) {
    const [row, next] = [section.rows[r - 1], section.rows[r]];
    const middle = (row.first + row.end) >> 1;
    let least = Infinity;
    for (let i = next.first; i < next.end; i += 1) {
      least = Math.min(least, Math.hypot(plan.x[i] - plan.x[middle], plan.y[i] - plan.y[middle]));
    }
    if (Number.isFinite(least)) between.push(least);
  }
  const step = Math.min(median(steps) ?? 25, median(between) ?? Infinity);
  return step * 0.43;
}

/** Rows that are closer than their section's average have smaller seats. */
function tightness(plan, row) {
  const steps = [];
  for (let i = row.first + 1; i < row.end; i += 1) {
    steps.push(Math.hypot(plan.x[i] - plan.x[i - 1], plan.y[i] - plan.y[i - 1]));
  }
  return (median(steps) ?? Infinity) * 0.45;
}

function median(values) {
  return values.length ? values.sort((a, b) => a - b)[values.length >> 1] : undefined;
}

function boundsOf(plan, first = 0, end = plan.count, outline = null) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (x, y) => {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  };
  for (let i = first; i < end; i += 1) take(plan.x[i], plan.y[i]);
  outline?.forEach(([x, y]) => take(x, y));
  if (!outline) {
    for (const section of plan.sections) section.outline.forEach(([x, y]) => take(x, y));
    for (const area of plan.areas) {
      take(area.x - area.width / 2, area.y - area.height / 2);
      take(area.x + area.width / 2, area.y + area.height / 2);
    }
  }
  return { left, top, right, bottom };
}

function areaOf(corners) {
  let doubled = 0;
  corners.forEach(([x, y], place) => {
    const [nextX, nextY] = corners[(place + 1) % corners.length];
    doubled += x * nextY - nextX * y;
  });
  return Math.abs(doubled) / 2;
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

function countSeats(geometry) {
  return geometry.sections.reduce(
    (sum, section) => sum + section.rows.reduce((seats, row) => seats + row.seats.length, 0),
    0,
  );
}

// The data of a `Plan`: typed arrays indexed by seat, rows, sections, and a grid to find seats fast; built from the
// columns of GET /seat-maps/{id}/columns/1 (catalogue/domain/geometry_columns.py describes them). Runs in a worker; what
// it returns is cheap to receive: a phone takes 50 ms to receive 1,453 rows as objects.

import { cellAt } from "./grid.js";

const CELL_SEATS = 4; // a grid cell is about this many seats wide
const TENTHS = 10;
const SMALLEST_PART = 8; // seats smaller than this part of the usual do not set the closest view

/** @param {object} details members of GET /events/details/{id}: price_levels, sections, seat_map */
export function buildPlanData(columns, details) {
  const count = columns.seat_count;
  const plan = {
    count,
    x: readPositions(columns.x, columns.rows.seats),
    y: readPositions(columns.y, columns.rows.seats),
    radius: new Float32Array(count),
    section: new Uint16Array(count),
    row: new Uint32Array(count),
    level: new Int16Array(count).fill(-1),
    marks: new Uint8Array(count),
    rowEnds: addUp(columns.rows.seats),
    rowNames: columns.rows.names,
    rowLabels: Float32Array.from(columns.rows.labels.flat(), (tenths) => tenths / TENTHS),
    numbers: Int32Array.from(columns.rows.numbers.flatMap(([start, step]) => isNumber(start) ? [start, step] : [0, 0])),
    namedNumbers: new Map([...columns.rows.numbers.entries()].filter(([, [start]]) => !isNumber(start))),
    ids: columns.rows.ids,
    sections: [],
    areas: columns.areas,
    stage: columns.stage,
    size: columns.size,
    focal: columns.focal_point,
    places: new Set(columns.accessible),
    companions: columns.companions,
  };
  for (const i of columns.accessible) plan.marks[i] |= 1;
  for (const i of columns.restricted_view) plan.marks[i] |= 4;
  takeSections(plan, columns);
  setLevels(plan, columns, levelFinder(details));
  for (const section of plan.sections) measureSection(plan, section);
  plan.reserved = findReserved(plan, details.seat_map?.open_seats ?? []);
  plan.runEnds = columns.runs ? addUp(columns.runs) : plan.rowEnds.slice();
  plan.runOf = new Int32Array(count);
  plan.runEnds.forEach((end, run) => plan.runOf.fill(run, plan.runEnds[run - 1] ?? 0, end));
  measureRadii(plan);
  plan.bounds = boundsOf(plan);
  sortIntoGrid(plan);
  return plan;
}

function readPositions(changes, seatCounts) {
  const places = new Float32Array(changes.length);
  let [i, start] = [0, 0];
  for (const seats of seatCounts) {
    start += changes[i];
    let [value, step] = [start, 0];
    places[i] = value / TENTHS;
    for (const end = i + seats; ++i < end;) {
      step += changes[i];
      value += step;
      places[i] = value / TENTHS;
    }
  }
  return places;
}

function isNumber(value) {
  return typeof value === "number";
}

/** Lengths → one past the last of each */
function addUp(lengths) {
  let end = 0;
  return Uint32Array.from(lengths, (length) => end += length);
}

function takeSections(plan, { sections }) {
  let row = 0;
  sections.ids.forEach((id, index) => {
    const [x, y] = sections.labels[index];
    const [firstRow, endRow] = [row, row += sections.rows[index]];
    const [first, end] = [plan.rowEnds[firstRow - 1] ?? 0, plan.rowEnds[endRow - 1] ?? 0];
    plan.section.fill(index, first, end);
    for (let at = firstRow; at < endRow; at += 1) plan.row.fill(at, plan.rowEnds[at - 1] ?? 0, plan.rowEnds[at]);
    plan.sections.push({
      index,
      id,
      name: sections.names[index],
      outline: sections.outlines[index],
      label: { x, y },
      firstRow,
      endRow,
      first,
      end,
      levels: new Set(),
    });
  });
}

function setLevels(plan, { categories, category }, levelOf) {
  let i = 0;
  for (let at = 0; at < category.length; at += 2) {
    const name = categories[category[at]];
    for (const end = i + category[at + 1]; i < end; i += 1) {
      const section = plan.sections[plan.section[i]];
      plan.level[i] = levelOf(name, section.id, i);
      section.levels.add(plan.level[i]);
    }
  }
}

function measureSection(plan, section) {
  const rows = [];
  for (let row = section.firstRow; row < section.endRow; row += 1) {
    rows.push({ first: plan.rowEnds[row - 1] ?? 0, end: plan.rowEnds[row] });
  }
  section.radius = radiusOf(plan, rows);
  for (const row of rows) plan.radius.fill(Math.min(section.radius, tightness(plan, row)), row.first, row.end);
  section.bounds = boundsOf(plan, section.first, section.end, section.outline);
  section.area = areaOf(section.outline);
}

/** Set the usual radius of a seat, and the least one that is not an exception: they limit how close a view comes. */
function measureRadii(plan) {
  plan.usualRadius = median(plan.sections.map(({ radius }) => radius)) ?? 10;
  plan.leastRadius = plan.usualRadius;
  for (let i = 0; i < plan.count; i += 1) {
    const radius = plan.radius[i];
    if (radius < plan.leastRadius && radius >= plan.usualRadius / SMALLEST_PART) plan.leastRadius = radius;
  }
}

/** Return the wheelchair places and companion seats that are not released for general sale. */
function findReserved(plan, releasedRanges) {
  const released = new Set();
  for (const [first, last] of releasedRanges) for (let i = first; i <= last; i += 1) released.add(i);
  const reserved = new Set();
  plan.marks.forEach((mark, i) => {
    if (mark & 1 && plan.level[i] >= 0 && !released.has(i)) reserved.add(i);
  });
  for (const [seat, place] of plan.companions) {
    if (reserved.has(place) && !released.has(seat)) reserved.add(seat);
  }
  return reserved;
}

/** Set `cells`: the seats of all cells, one after another; cell n has those from `cellStarts[n]` to `cellStarts[n + 1]`. */
function sortIntoGrid(plan) {
  const { left, top, right, bottom } = plan.bounds;
  const typical = plan.sections[0]?.radius ?? 10;
  plan.cell = Math.max(typical * 2.4 * CELL_SEATS, Math.max(right - left, bottom - top) / 256);
  plan.columns = Math.max(1, Math.ceil((right - left) / plan.cell));
  plan.lines = Math.max(1, Math.ceil((bottom - top) / plan.cell));
  const cellOf = new Uint32Array(plan.count);
  plan.cellStarts = new Uint32Array(plan.columns * plan.lines + 1);
  for (let i = 0; i < plan.count; i += 1) {
    cellOf[i] = cellAt(plan, plan.x[i], plan.y[i]);
    plan.cellStarts[cellOf[i] + 1] += 1;
  }
  for (let cell = 1; cell < plan.cellStarts.length; cell += 1) plan.cellStarts[cell] += plan.cellStarts[cell - 1];
  const next = plan.cellStarts.slice();
  plan.cells = new Uint32Array(plan.count);
  for (let i = 0; i < plan.count; i += 1) plan.cells[next[cellOf[i]]++] = i;
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
function radiusOf(plan, rows) {
  const steps = [];
  for (const row of rows) {
    for (let i = row.first + 1; i < row.end && steps.length < 400; i += 1) {
      steps.push(Math.hypot(plan.x[i] - plan.x[i - 1], plan.y[i] - plan.y[i - 1]));
    }
  }
  const between = [];
  for (let r = 1; r < rows.length; r += 1) {
    const [row, next] = [rows[r - 1], rows[r]];
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

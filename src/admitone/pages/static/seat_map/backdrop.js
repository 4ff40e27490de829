// Draw everything around the seats: stage, sections shaded by availability, their names and prices, rows and numbers.
// Every function is a generator and yields after each part, so that its caller can divide the drawing into tasks.

import { AVAILABLE } from "./occupancy.js";
import { moneyText } from "../js/money.js";
import { inkOn, mix } from "./theme.js";

const SEATS_FROM_PX = 3.4; // seat widths at which seats begin to show, and at which they are fully shown
const SEATS_FULL_PX = 5.4;
const ROW_NAMES_PX = 11;
const NUMBERS_PX = 21;
const LABEL_PX = 11; // the least that can be read
const TWO_LINES = 2.2; // the height of a name and a price, in sizes of the name

/** Return how far seats have faded in, 0 … 1, at a scale. */
export function seatPart(plan, scale) {
  const width = 2 * (plan.sections[0]?.radius ?? 10) * scale;
  return Math.min(1, Math.max(0, (width - SEATS_FROM_PX) / (SEATS_FULL_PX - SEATS_FROM_PX)));
}

export function* drawAreas(context, plan, view, theme) {
  for (const area of plan.areas) {
    const [x, y] = [area.x * view.scale + view.x, area.y * view.scale + view.y];
    const [width, height] = [area.width * view.scale, area.height * view.scale];
    context.beginPath();
    if (area.points?.length) trace(context, area.points, view);
    else if (area.shape === "circle" || area.shape === "ellipse") {
      context.ellipse(x, y, width / 2, height / 2, 0, 0, Math.PI * 2);
    } else if (area.shape !== "text") {
      context.save();
      context.translate(x, y);
      context.rotate(((area.rotation ?? 0) * Math.PI) / 180);
      context.roundRect(-width / 2, -height / 2, width, height, Math.min(width, height) * 0.06);
      context.restore();
    }
    context.fillStyle = theme.sunken;
    context.strokeStyle = theme.line;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
    if (area.text?.text) drawAreaName(context, area, x, y, width, theme);
    yield;
  }
}

function drawAreaName(context, area, x, y, width, theme) {
  const size = Math.min(28, Math.max(10, width / Math.max(6, area.text.text.length) / 0.9));
  if (width < 44) return;
  context.fillStyle = theme.quiet;
  context.font = `600 ${size}px ${theme.font}`;
  context.letterSpacing = `${size * 0.12}px`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(area.text.text, x, y);
  context.letterSpacing = "0px";
}

/** Draw outlines: strongly shaded in the overview, a faint background once seats show. */
export function* drawSections(context, plan, view, theme, scene, part) {
  for (const section of plan.sections) {
    if (section.outline.length < 3) continue;
    const fill = shade(theme, scene, section);
    context.beginPath();
    trace(context, section.outline, view);
    context.globalAlpha = 0.14 + 0.86 * (1 - part) ** 2.4; // the shade fades before all seats are shown
    context.fillStyle = fill;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = section === scene.hoveredSection && part < 1
      ? theme.ink
      : mix(fill, theme.ground, 0.35 + 0.4 * part);
    context.lineWidth = section === scene.hoveredSection && part < 1 ? 2.5 : 1.25;
    context.stroke();
    yield;
  }
}

/** Return the colour of the cheapest available level, paler the less is left; neutral if nothing is available. */
function shade(theme, scene, section) {
  const { available, cheapest, capacity } = scene.ofSection(section);
  if (!scene.isKnown) return mix(theme.sunken, theme.ground, 0.3);
  if (available === 0) return mix(theme.sunken, theme.edge, 0.14);
  const left = Math.sqrt(available / capacity);
  return mix(theme.levels[cheapest], theme.ground, 0.62 - 0.5 * left);
}

const UNIT_PX = 100;
const widths = new Map(); // weight, font and words → width at UNIT_PX: setting a font and measuring are slow

function widthOf(context, words, weight, size, theme) {
  const font = `${weight} ${UNIT_PX}px ${theme.font}`;
  const key = `${font} ${words}`;
  if (!widths.has(key)) {
    context.font = font;
    widths.set(key, context.measureText(words).width);
  }
  return (widths.get(key) * size) / UNIT_PX;
}

/** Draw names first, then prices if there is still room: no label covers another. */
export function* drawSectionLabels(context, plan, view, theme, scene, alpha) {
  context.globalAlpha = alpha;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const taken = [];
  const labels = [];
  for (const section of plan.sections) {
    const label = nameLabel(context, section, view, theme, taken);
    if (label) labels.push(label);
    yield;
  }
  for (const label of labels) {
    const { available, cheapest, isSoldOut } = scene.ofSection(label.section);
    const ink = inkOn(shade(theme, scene, label.section));
    const total = available ? plan.levels[cheapest].total : null;
    // A filter may leave nothing of a section that is not sold out.
    const texts = total
      ? [`from ${moneyText(total)}`, moneyText(total)] // never a shorter form: the prices of one view look alike
      : isSoldOut
      ? ["sold out"]
      : [];
    const lower = priceBox(context, label, texts, theme, taken);
    context.fillStyle = ink;
    context.font = `700 ${label.size}px ${theme.font}`;
    context.fillText(label.words, label.x, lower ? label.y - label.size * 0.45 : label.y);
    if (lower) {
      context.font = `500 ${lower.size}px ${theme.font}`;
      context.fillText(lower.words, label.x, label.y + label.size * 0.66);
    }
    yield;
  }
  context.globalAlpha = 1;
}

function nameLabel(context, section, view, theme, taken) {
  // A slanted section has less room than its bounding box: use its area.
  const across = Math.sqrt(section.area) * view.scale;
  const { bounds, name } = section;
  const room = Math.min((bounds.right - bounds.left) * view.scale, across * 1.25);
  const height = Math.min((bounds.bottom - bounds.top) * view.scale, across * 1.25);
  if (room < 16 || height < 10) return null;
  const [x, y] = [section.label.x * view.scale + view.x, section.label.y * view.scale + view.y];
  for (const words of new Set([name, name.split(" ").at(-1)])) { // "Section 12", or "12" where there is less room
    const size = Math.floor(
      Math.min(17, Math.max(LABEL_PX, Math.min(height / 2.6, room / (words.length * 0.62 + 0.8)))),
    );
    const width = widthOf(context, words, 700, size, theme);
    const box = { left: x - width / 2, right: x + width / 2, top: y - size * 0.6, bottom: y + size * 0.6 };
    if (width > room * 1.05 || taken.some((other) => overlaps(other, box))) continue;
    taken.push(box);
    return { section, words, x, y, size, room, height, box };
  }
  return null;
}

function priceBox(context, label, texts, theme, taken) {
  // In a flat section the name makes room for the price.
  if (label.height < label.size * TWO_LINES) label.size = Math.max(LABEL_PX, Math.floor(label.height / TWO_LINES));
  const { x, y, size, room, height, box } = label;
  const small = Math.max(LABEL_PX, Math.round(size * 0.76));
  for (const words of texts) {
    const width = widthOf(context, words, 500, small, theme);
    const lower = {
      left: x - width / 2 - 2,
      right: x + width / 2 + 2,
      top: y - size,
      bottom: y + size * 1.15,
      size: small,
      words,
    };
    if (width > room || height < size * TWO_LINES || taken.some((other) => other !== box && overlaps(other, lower))) {
      continue;
    }
    taken.push(lower);
    return lower;
  }
  return null;
}

function overlaps(box, other) {
  return box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
}

/** Names of rows. Where those of neighbouring blocks would overlap, both lose what stands in brackets: "A (6)" is "A". */
export function* drawRowNames(context, plan, view, theme, width, height) {
  context.fillStyle = theme.quiet;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const labels = [];
  for (const section of plan.sections) {
    labels.push(...rowLabels(context, section, view, theme, width, height));
    yield;
  }
  const taken = [];
  for (const label of labels) {
    const isCrowded = labels.some((other) => other !== label && overlaps(other, label));
    context.font = label.font;
    const words = isCrowded ? label.words.replace(/ \(.*\)$/, "") : label.words;
    const half = isCrowded ? context.measureText(words).width / 2 : (label.right - label.left) / 2;
    const box = { ...label, left: label.x - half, right: label.x + half };
    if (taken.some((other) => overlaps(other, box))) continue;
    taken.push(box);
    context.fillText(words, label.x, label.y);
    yield;
  }
}

function rowLabels(context, section, view, theme, width, height) {
  const seat = 2 * section.radius * view.scale;
  if (seat < ROW_NAMES_PX || !touches(section.bounds, view, width, height)) return [];
  const size = Math.min(13, seat * 0.62);
  const font = `600 ${size}px ${theme.font}`;
  context.font = font;
  return section.rows.filter(({ label }) => label).map(({ label, name: words }) => {
    const [x, y] = [label.x * view.scale + view.x, label.y * view.scale + view.y];
    const half = context.measureText(words).width / 2;
    return { words, font, x, y, left: x - half, right: x + half, top: y - size / 2, bottom: y + size / 2 };
  }).filter(({ x, y }) => x > -20 && x < width + 20 && y > -20 && y < height + 20);
}

export function* drawSeatNumbers(context, plan, view, theme, scene, width, height) {
  const [left, top] = [-view.x / view.scale, -view.y / view.scale];
  if (2 * (plan.sections[0]?.radius ?? 0) * view.scale < NUMBERS_PX) return;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const inks = theme.levels.map(inkOn);
  const cells = [];
  plan.visitCells(left, top, left + width / view.scale, top + height / view.scale, (seats) => cells.push(seats));
  for (const seats of cells) {
    for (const i of seats) {
      if (scene.occupancy.states[i] !== AVAILABLE || plan.isAccessible(i) || plan.isReserved(i)) continue;
      const size = plan.radius[i] * view.scale * (plan.numberOf(i).length > 2 ? 0.72 : 0.92);
      context.font = `600 ${size}px ${theme.font}`;
      context.fillStyle = scene.wanted && !scene.wanted(i) ? theme.quiet : inks[plan.level[i]];
      context.fillText(plan.numberOf(i), plan.x[i] * view.scale + view.x, plan.y[i] * view.scale + view.y + 0.5);
    }
    yield;
  }
}

function trace(context, corners, view) {
  corners.forEach(([x, y], place) =>
    context[place ? "lineTo" : "moveTo"](x * view.scale + view.x, y * view.scale + view.y)
  );
  context.closePath();
}

function touches({ left, top, right, bottom }, view, width, height) {
  return right * view.scale + view.x > 0 && left * view.scale + view.x < width && bottom * view.scale + view.y > 0 &&
    top * view.scale + view.y < height;
}

// Mark seats that are held back on the map as the legend does: a square in the colour and hatching of the reason, with its
// letter where seats are large enough to read one.

import { indexes } from "./seat_ranges.js";

const BLOCKED = 98; // "b", as in occupancy.js
const LETTER_PX = 11; // the least width of a seat with a letter
const LEAST_PX = 2;
const HATCHED_PX = 6; // the least width of a seat with lines
/* Lines within a square of side 1, by hatching: from x, y to x, y. */
const HATCHINGS = [
  [],
  [[0, 1, 1, 0], [0, 0.5, 0.5, 0], [0.5, 1, 1, 0.5]],
  [[0, 0, 1, 1], [0.5, 0, 1, 0.5], [0, 0.5, 0.5, 1]],
  [[0, 0.3, 1, 0.3], [0, 0.7, 1, 0.7]],
];

export function markHolds(map, entries) {
  const marks = [...entries].map((entry) => ({
    letter: entry.dataset.letter,
    lines: HATCHINGS[entry.dataset.hatching] ?? [],
    seats: indexes(entry.dataset.seats),
    swatch: entry.querySelector(".hold-mark"),
  }));
  map.scene.drawAlso = (context, view) => {
    for (const { letter, lines, seats, swatch } of marks) {
      const { backgroundColor, color } = getComputedStyle(swatch);
      drawMarks(context, view, map, seats, { letter, lines, ground: backgroundColor, ink: color });
    }
  };
  map.painter.invalidate();
  map.wake();
}

/** A seat that was released meanwhile is not marked: the map is newer than the legend. */
function drawMarks(context, view, { plan, occupancy }, seats, { letter, lines, ground, ink }) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const index of seats) {
    if (occupancy.states[index] !== BLOCKED) continue;
    const size = Math.max(LEAST_PX, plan.radius[index] * view.scale * 1.7);
    const [x, y] = [plan.x[index] * view.scale + view.x, plan.y[index] * view.scale + view.y];
    context.fillStyle = ground;
    context.fillRect(x - size / 2, y - size / 2, size, size);
    if (size >= HATCHED_PX && lines.length) drawLines(context, lines, ink, { x: x - size / 2, y: y - size / 2, size });
    if (size < LETTER_PX) continue;
    context.fillStyle = ink;
    context.font = `700 ${Math.round(size * 0.72)}px system-ui, sans-serif`;
    context.fillText(letter, x, y + size * 0.04);
  }
}

function drawLines(context, lines, ink, { x, y, size }) {
  context.save();
  context.globalAlpha = 0.45;
  context.strokeStyle = ink;
  context.lineWidth = Math.max(1, size / 12);
  context.beginPath();
  for (const [fromX, fromY, toX, toY] of lines) {
    context.moveTo(x + fromX * size, y + fromY * size);
    context.lineTo(x + toX * size, y + toY * size);
  }
  context.stroke();
  context.restore();
}

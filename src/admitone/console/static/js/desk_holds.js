// Mark seats that are held back on the map as the legend does: a square in the colour of the reason, with its letter where
// seats are large enough to read one.

import { indexes } from "./seat_ranges.js";

const BLOCKED = 98; // "b", as in occupancy.js
const LETTER_PX = 11; // the least width of a seat with a letter
const LEAST_PX = 2;

export function markHolds(map, entries) {
  const marks = [...entries].map((entry) => ({
    letter: entry.dataset.letter,
    seats: indexes(entry.dataset.seats),
    swatch: entry.querySelector(".hold-mark"),
  }));
  map.scene.drawAlso = (context, view) => {
    for (const { letter, seats, swatch } of marks) {
      const { backgroundColor, color } = getComputedStyle(swatch);
      drawMarks(context, view, map, seats, { letter, ground: backgroundColor, ink: color });
    }
  };
  map.painter.invalidate();
  map.wake();
}

/** A seat that was released meanwhile is not marked: the map is newer than the legend. */
function drawMarks(context, view, { plan, occupancy }, seats, { letter, ground, ink }) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const index of seats) {
    if (occupancy.states[index] !== BLOCKED) continue;
    const size = Math.max(LEAST_PX, plan.radius[index] * view.scale * 1.7);
    const [x, y] = [plan.x[index] * view.scale + view.x, plan.y[index] * view.scale + view.y];
    context.fillStyle = ground;
    context.fillRect(x - size / 2, y - size / 2, size, size);
    if (size < LETTER_PX) continue;
    context.fillStyle = ink;
    context.font = `700 ${Math.round(size * 0.72)}px system-ui, sans-serif`;
    context.fillText(letter, x, y + size * 0.04);
  }
}

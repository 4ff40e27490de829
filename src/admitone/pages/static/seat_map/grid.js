// The grid that finds seats by position: of the data (plan_data.js, in the worker) and of the questions (plan.js).

/** Return the number of the grid cell at a point; of the nearest cell outside of the grid. */
export function cellAt({ bounds, cell, columns, lines }, x, y) {
  const column = Math.min(columns - 1, Math.max(0, Math.floor((x - bounds.left) / cell)));
  const line = Math.min(lines - 1, Math.max(0, Math.floor((y - bounds.top) / cell)));
  return line * columns + column;
}

// Best available: neighbours in one run, nearest to the focal point, leaving no orphan seat. The same rule as the
// server's best available; the server decides.

import { AVAILABLE } from "./occupancy.js";

/**
 * Return the best `quantity` seats side by side, else in two rows near each other, or null. `allowed(index)` narrows
 * the choice; `around` {x, y} replaces the focal point (alternatives near a lost seat).
 */
export function chooseBest(
  plan,
  occupancy,
  quantity,
  { allowed = () => true, around = plan.focal, together = false } = {},
) {
  const score = (i) => (plan.x[i] - around.x) ** 2 + (plan.y[i] - around.y) ** 2;
  const free = (i) => occupancy.states[i] === AVAILABLE && allowed(i);
  for (const leaveSingles of [false, true]) {
    const found = bestWindow(plan, occupancy, quantity, free, score, leaveSingles);
    if (found) return found;
  }
  return together ? null : splitGroup(plan, occupancy, quantity, free, score);
}

/** Return the free seats that `chosen` would newly leave without a free neighbour; a reserved seat is no neighbour. */
export function findOrphans(plan, occupancy, chosen) {
  const taken = new Set(chosen);
  const orphans = new Set();
  for (const seat of chosen) {
    if (plan.isReserved(seat)) continue;
    const [first, end] = plan.runs[plan.runOf[seat]];
    const free = (i) =>
      i >= first && i < end && occupancy.states[i] === AVAILABLE && !taken.has(i) && !plan.isReserved(i);
    for (const neighbour of [seat - 1, seat + 1]) {
      if (free(neighbour) && !free(neighbour - 1) && !free(neighbour + 1)) orphans.add(neighbour);
    }
  }
  return [...orphans];
}

function bestWindow(plan, occupancy, quantity, free, score, leaveSingles) {
  let best = null;
  let least = Infinity;
  for (const [first, end] of plan.runs) {
    let length = 0;
    let sum = 0;
    for (let i = first; i < end; i += 1) {
      if (!free(i)) {
        [length, sum] = [0, 0];
        continue;
      }
      length += 1;
      sum += score(i);
      if (length > quantity) {
        sum -= score(i - quantity);
        length = quantity;
      }
      if (length < quantity || sum >= least) continue;
      const window = Array.from({ length: quantity }, (_, place) => i - quantity + 1 + place);
      if (!leaveSingles && findOrphans(plan, occupancy, window).length) continue;
      [best, least] = [window, sum];
    }
  }
  return best;
}

function splitGroup(plan, occupancy, quantity, free, score) {
  const chosen = [];
  const mine = new Set();
  for (let size = quantity - 1; size > 0 && chosen.length < quantity;) {
    const group = bestWindow(
      plan,
      occupancy,
      Math.min(size, quantity - chosen.length),
      (i) => free(i) && !mine.has(i),
      score,
      true,
    );
    if (!group) {
      size = Math.min(size, quantity - chosen.length) - 1;
      continue;
    }
    group.forEach((i) => mine.add(i));
    chosen.push(...group);
  }
  return chosen.length === quantity ? chosen.sort((a, b) => a - b) : null;
}

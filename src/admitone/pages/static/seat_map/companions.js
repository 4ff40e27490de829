// Wheelchair places and companion seats: the server's rules (booking/domain/companions.py), applied before it refuses.
// Best available picks a reserved seat only on request; a companion seat is sold with its wheelchair place.

import { AVAILABLE, SOLD } from "./occupancy.js";

/** Return the wheelchair place that must be chosen with this companion seat, or -1 once that place is sold. */
export function placeNeeded(plan, occupancy, index) {
  const place = plan.isReserved(index) ? plan.placeOf.get(index) ?? -1 : -1;
  return place >= 0 && occupancy.states[place] === SOLD ? -1 : place;
}

/** Return the companion seats among `chosen` (a Set) whose wheelchair place is not chosen. */
export function findUnaccompanied(plan, occupancy, chosen) {
  if (!plan.placeOf.size) return [];
  return [...chosen].filter((index) => {
    const place = placeNeeded(plan, occupancy, index);
    return place >= 0 && !chosen.has(place);
  });
}

/** Return the next free companion seat of the chosen wheelchair places, or -1. */
export function nextCompanion(plan, occupancy, chosen) {
  for (const place of [...chosen].sort((a, b) => a - b)) {
    const free = companionsOf(plan, place).find((seat) =>
      plan.isReserved(seat) && occupancy.states[seat] === AVAILABLE && !chosen.has(seat)
    );
    if (free !== undefined) return free;
  }
  return -1;
}

/** Return a seat's special kind in words; "" if it has none. */
export function markWords(plan, occupancy, index) {
  const { accessible, companion, restricted } = plan.describe(index);
  const words = [];
  if (accessible) words.push(plan.isReserved(index) ? "Wheelchair place" : "Wheelchair place, on general sale");
  else if (companion) words.push(companionWords(plan, occupancy, index));
  if (restricted) words.push("Restricted view");
  return words.join(", ");
}

function companionWords(plan, occupancy, index) {
  if (!plan.isReserved(index)) return "Companion seat, on general sale";
  const place = plan.placeOf.get(index);
  const { row, number } = plan.describe(place);
  const name = row === plan.describe(index).row ? number : `${number} in row ${row}`;
  return occupancy.states[place] === SOLD
    ? "Companion seat, now on general sale"
    : `Companion seat of wheelchair place ${name}`;
}

/**
 * Return the nearest wheelchair place with companion seats of its own and following seats, `quantity` in all; or null.
 */
export function chooseAccessible(plan, occupancy, quantity, { allowed = () => true, around = plan.focal } = {}) {
  const free = (i) => occupancy.states[i] === AVAILABLE && allowed(i);
  const score = (i) => (plan.x[i] - around.x) ** 2 + (plan.y[i] - around.y) ** 2;
  const places = [...plan.places].filter(free).sort((a, b) => score(a) - score(b));
  for (const place of places) {
    const group = growAround(plan, place, quantity, free);
    if (group) return group.sort((a, b) => a - b);
  }
  return null;
}

function growAround(plan, place, quantity, free) {
  const own = companionsOf(plan, place).filter(free).sort((a, b) => Math.abs(a - place) - Math.abs(b - place));
  const group = [place, ...own.slice(0, quantity - 1)];
  const [first, end] = plan.runs[plan.runOf[place]];
  const fits = (i) => i >= first && i < end && free(i) && !plan.isReserved(i) && !group.includes(i);
  while (group.length < quantity) {
    const next = [Math.max(...group) + 1, Math.min(...group) - 1].find(fits);
    if (next === undefined) return null;
    group.push(next);
  }
  return group;
}

function companionsOf(plan, place) {
  return plan.companionsOf.get(place) ?? [];
}

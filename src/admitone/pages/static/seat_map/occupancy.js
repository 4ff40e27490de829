// The current seat states: one character a seat (a available, h held, s sold, b not for sale), from snapshots and
// deltas.

export const AVAILABLE = 97; // "a"
export const HELD = 104; // "h"
export const SOLD = 115; // "s"
export const BLOCKED = 98; // "b"

export class Occupancy {
  /** Until the first snapshot no seat is available: `version` is -1. */
  constructor(plan) {
    this.plan = plan;
    this.version = -1;
    this.states = new Uint8Array(plan.count).fill(BLOCKED);
    this.areas = {};
    this.free = new Uint32Array(plan.sections.length * plan.levels.length); // [section][level]: available seats
  }

  /** Apply a snapshot; return the changed indices, or null if it is older than the current version. */
  takeSnapshot({ version, states, areas }) {
    if (version < this.version) return null;
    const changed = [];
    for (let i = 0; i < this.plan.count; i += 1) {
      const state = this.#effective(i, states.charCodeAt(i));
      if (state !== this.states[i]) {
        this.states[i] = state;
        changed.push(i);
      }
    }
    const first = this.version === -1;
    this.version = version;
    this.areas = areas ?? {};
    this.#count();
    return first ? [] : changed;
  }

  /** Apply a delta; return the changed indices, or null if it is not newer than the current version. */
  takeDelta({ version, changes, areas }) {
    if (version <= this.version) return null;
    const changed = [];
    for (const [letter, indices] of Object.entries(changes ?? {})) {
      for (const i of indices) {
        const state = this.#effective(i, letter.charCodeAt(0));
        if (i >= this.plan.count || state === this.states[i]) continue;
        this.#shift(i, this.states[i], -1);
        this.#shift(i, state, 1);
        this.states[i] = state;
        changed.push(i);
      }
    }
    this.version = version;
    Object.assign(this.areas, areas ?? {});
    return changed;
  }

  isFree(index) {
    return this.states[index] === AVAILABLE;
  }

  /** Return whether anything is available: a seat, or an unnumbered place. */
  hasFree() {
    return this.states.includes(AVAILABLE) || Object.values(this.areas).some(({ available }) => available > 0);
  }

  /**
   * Return the available seats in a section at some levels (null: all), the cheapest level among them (index, or -1),
   * and whether no level has any.
   */
  ofSection(section, levels = null) {
    let [available, cheapest, isSoldOut] = [0, -1, true];
    for (const level of section.levels) {
      const seats = level < 0 ? 0 : this.free[section.index * this.plan.levels.length + level];
      if (seats === 0) continue;
      isSoldOut = false;
      if (levels && !levels.has(level)) continue;
      available += seats;
      if (cheapest === -1 || this.plan.levels[level].total.amount < this.plan.levels[cheapest].total.amount) {
        cheapest = level;
      }
    }
    return { available, cheapest, isSoldOut, capacity: section.end - section.first };
  }

  /** Return the available seats at a level, in the whole room. */
  ofLevel(level) {
    let sum = 0;
    for (let at = level; at < this.free.length; at += this.plan.levels.length) sum += this.free[at];
    return sum;
  }

  // A seat without a price is not for sale, whatever its state.
  #effective(index, state) {
    return state === AVAILABLE && this.plan.level[index] < 0 ? BLOCKED : state;
  }

  #shift(index, state, by) {
    if (state !== AVAILABLE) return;
    this.free[this.plan.section[index] * this.plan.levels.length + this.plan.level[index]] += by;
  }

  #count() {
    this.free.fill(0);
    for (let i = 0; i < this.plan.count; i += 1) this.#shift(i, this.states[i], 1);
  }
}

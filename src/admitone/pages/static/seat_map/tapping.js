// Taps and clicks: choose the seat under the finger, or zoom in until the next tap can choose one.

import { FINGER_SEAT_PX } from "./viewport.js";

const FINGER_PX = 22; // half of 44: the maximum distance between finger and seat
const MOUSE_PX = 10;
const MOUSE_SEAT_PX = 6; // smaller seats are zoomed in on, not chosen
const ROOMY = 1.15; // a zoom ends with seats this much larger than the minimum
const CLOSE_UP_SEATS = 34; // a click on the overview of a wide map shows about this many seats across
const ZOOM_TWICE = 2.2;

export class Tapping {
  #last = -1;

  constructor(map) {
    this.map = map;
  }

  /** A tap at (x, y) of the canvas; `twice`: it immediately follows another one at the same position. */
  tap(x, y, kind, twice) {
    const { plan, view, pointing } = this.map;
    const place = view.toPlan(x, y);
    const touch = kind === "touch";
    const index = this.#seatAt(place, touch);
    if (index >= 0 && this.#canBeHit(index, touch)) return this.#hit(index, touch, twice);
    pointing.point(-1);
    const goal = index >= 0 ? index : plan.nearestOf(plan.sectionAt(place.x, place.y), place);
    if (goal >= 0 && !(this.#canBeHit(goal, touch) && view.shows(plan.x[goal], plan.y[goal]))) {
      return this.approach(goal, touch);
    }
    return twice ? this.map.zoomAt(ZOOM_TWICE, x, y) : undefined;
  }

  /** Centre a seat, at a size at which it and its neighbours can be chosen. */
  approach(index, touch = false) {
    const { plan, view } = this.map;
    const half = view.seatRadius * CLOSE_UP_SEATS * Math.min(1, view.width / 560 + 0.35);
    const closeUp = Math.min(view.width / (2 * half), view.height / (1.2 * half));
    const enough = (ROOMY * leastPx(touch)) / (2 * plan.radius[index]);
    this.map.sectionLine.tap(plan.sections[plan.section[index]]);
    this.map.flyTo(view.viewAt(Math.max(view.scale, closeUp, enough), { x: plan.x[index], y: plan.y[index] }));
  }

  /** Return the nearest seat within reach; between an available and an unavailable seat the former. */
  #seatAt({ x, y }, touch) {
    const { plan, view } = this.map;
    const reach = Math.max((touch ? FINGER_PX : MOUSE_PX) / view.scale, view.seatRadius * 1.2);
    const nearest = plan.seatAt(x, y, reach);
    if (
      nearest < 0 || this.#canBeChosen(nearest) ||
      Math.hypot(plan.x[nearest] - x, plan.y[nearest] - y) <= plan.radius[nearest]
    ) return nearest;
    const other = plan.seatAt(x, y, reach, (index) => this.#canBeChosen(index));
    return other < 0 ? nearest : other;
  }

  #canBeChosen(index) {
    const { occupancy, scene } = this.map;
    return occupancy.isFree(index) || scene.chosen.has(index);
  }

  /** Large enough, or at the map's largest scale: then there is nothing to zoom in on. */
  #canBeHit(index, touch) {
    const { plan, view } = this.map;
    return 2 * plan.radius[index] * view.scale >= leastPx(touch) - 0.01 || view.scale >= view.most * 0.999;
  }

  #hit(index, touch, twice) {
    const { map } = this;
    const again = twice && index === this.#last; // a double tap: it does not undo the first
    this.#last = index;
    if (again) return;
    if (this.#canBeChosen(index)) map.toggle(index);
    // A tooltip under a finger would cover the seats behind: the basket names a chosen seat.
    map.pointing.point(touch && map.scene.chosen.has(index) ? -1 : index);
  }
}

function leastPx(touch) {
  return touch ? FINGER_SEAT_PX : MOUSE_SEAT_PX;
}

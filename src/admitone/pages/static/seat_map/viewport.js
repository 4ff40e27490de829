// Map the seating plan to the screen: screen = plan * scale + (x, y), in CSS pixels.

const MOVE_MS = 320;
const SLACK = 0.3; // how much of the window may be empty beside the room
const EDGE = 0.06; // and beside a section that is shown
const CLOSEST_SEAT_PX = 40; // a seat grows to a finger's target and no further
export const FINGER_SEAT_PX = 24; // the least a thumb can choose (WCAG 2.2, 2.5.8)

export class Viewport {
  /** `seatRadius`: the usual one; `leastRadius`: that of the smallest seats. */
  constructor(bounds, seatRadius, leastRadius = seatRadius) {
    Object.assign(this, { bounds, seatRadius, leastRadius });
    [this.width, this.height, this.scale, this.x, this.y, this.least] = [1, 1, 1, 0, 0, 1];
    this.flight = null;
  }

  get most() {
    return Math.max(this.least * 1.5, CLOSEST_SEAT_PX / (this.seatRadius * 2), FINGER_SEAT_PX / (this.leastRadius * 2));
  }
  get isOverview() {
    return this.scale <= this.least * 1.02;
  }

  /** Set the size of the canvas; keep its centre. */
  resize(width, height) {
    const wasOverview = this.isOverview;
    const middle = this.toPlan(this.width / 2, this.height / 2);
    [this.width, this.height] = [width, height];
    const { left, top, right, bottom } = this.bounds;
    const margin = Math.min(width, height) * 0.045;
    this.least = Math.min((width - 2 * margin) / (right - left), (height - 2 * margin) / (bottom - top));
    if (wasOverview) this.showAll();
    else this.#place(this.scale, middle, width / 2, height / 2);
  }

  toPlan(x, y) {
    return { x: (x - this.x) / this.scale, y: (y - this.y) / this.scale };
  }
  toScreen(x, y) {
    return { x: x * this.scale + this.x, y: y * this.scale + this.y };
  }

  /** Return whether a point of the plan is visible. */
  shows(x, y) {
    const at = this.toScreen(x, y);
    return at.x >= 0 && at.y >= 0 && at.x <= this.width && at.y <= this.height;
  }

  showAll() {
    const { left, top, right, bottom } = this.bounds;
    this.#place(this.least, { x: (left + right) / 2, y: (top + bottom) / 2 }, this.width / 2, this.height / 2);
  }

  panBy(x, y) {
    this.x += x;
    this.y += y;
    this.#keepInside();
  }

  /** Zoom by a factor so that the point of the plan under (x, y) stays under it. */
  zoomAt(factor, x, y) {
    this.#place(this.scale * factor, this.toPlan(x, y), x, y);
  }

  /** Return the view of a rectangle of the plan, as a target for `flyTo`. */
  viewOf({ left, top, right, bottom }, fill = 0.86) {
    const scale = Math.min(
      this.most,
      Math.max(
        this.least,
        Math.min((this.width * fill) / (right - left || 1), (this.height * fill) / (bottom - top || 1)),
      ),
    );
    return {
      scale,
      x: this.width / 2 - ((left + right) / 2) * scale,
      y: this.height / 2 - ((top + bottom) / 2) * scale,
    };
  }

  /** Return the view at a scale, within the limits, with a point of the plan in the centre. */
  viewAt(wanted, { x, y }) {
    const scale = this.#within(wanted);
    return { scale, x: this.width / 2 - x * scale, y: this.height / 2 - y * scale };
  }

  /** The same view, moved so that it stays on a rectangle of the plan; a smaller rectangle is centred. */
  onto({ left, top, right, bottom }, { scale, x, y }) {
    return {
      scale,
      x: clamped(x, left * scale, right * scale, this.width, EDGE),
      y: clamped(y, top * scale, bottom * scale, this.height, EDGE),
    };
  }

  viewAround(factor) {
    const middle = this.toPlan(this.width / 2, this.height / 2);
    return this.viewAt(this.scale * factor, middle);
  }

  /** Move there smoothly, or at once if the user prefers reduced motion. `step(now)` advances it. */
  flyTo(target, now, still) {
    if (still) {
      Object.assign(this, target);
      this.#keepInside();
      return;
    }
    this.flight = { from: { scale: this.scale, x: this.x, y: this.y }, to: target, start: now };
  }

  /** Advance a flight; return true while it continues. */
  step(now) {
    if (!this.flight) return false;
    const { from, to, start } = this.flight;
    const part = Math.min(1, (now - start) / MOVE_MS);
    const eased = 1 - (1 - part) ** 3;
    // The scale changes by ratio, and the point that both views share stays on its line.
    const scale = from.scale * (to.scale / from.scale) ** eased;
    const along = Math.abs(to.scale - from.scale) < 1e-9 ? eased : (scale - from.scale) / (to.scale - from.scale);
    this.scale = scale;
    this.x = from.x + (to.x - from.x) * along;
    this.y = from.y + (to.y - from.y) * along;
    if (part === 1) {
      this.flight = null;
      this.#keepInside();
    }
    return true;
  }

  #within(scale) {
    return Math.min(this.most, Math.max(this.least, scale));
  }

  #place(scale, point, x, y) {
    this.scale = this.#within(scale);
    this.x = x - point.x * this.scale;
    this.y = y - point.y * this.scale;
    this.#keepInside();
  }

  // The room may be moved to the edge, never out of sight; a room that fits is centred.
  #keepInside() {
    const { left, top, right, bottom } = this.bounds;
    this.x = clamped(this.x, left * this.scale, right * this.scale, this.width);
    this.y = clamped(this.y, top * this.scale, bottom * this.scale, this.height);
  }
}

function clamped(offset, start, end, size, part = SLACK) {
  const slack = size * part;
  if (end - start <= size) return (size - start - end) / 2;
  return Math.min(slack - start, Math.max(size - slack - end, offset));
}

/** The least rectangle around all of these. */
export function union(boxes) {
  return {
    left: Math.min(...boxes.map(({ left }) => left)),
    right: Math.max(...boxes.map(({ right }) => right)),
    top: Math.min(...boxes.map(({ top }) => top)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  };
}

// Draw one seat by state and level: once per size into a sprite, then stamped. States differ in shape and size, not in
// colour alone: free = full disc; held = open ring; sold = small dot; not for sale = hairline dash; wheelchair place =
// square; companion seat = diamond; yours = large disc with a tick; lost = cross.

import { AVAILABLE, BLOCKED, HELD } from "./occupancy.js";
import { inkOn, mix } from "./theme.js";

const STYLE_HELD = 1;
const STYLE_SOLD = 2;
const STYLE_BLOCKED = 3;
const STYLE_FADED = 4;
const STYLE_LEVELS = 8; // level n: 8 + 3n; its wheelchair places: 9 + 3n; its companion seats: 10 + 3n
const WHEELCHAIR = 1;
const COMPANION = 2;
const DIAMOND = 1.14; // half its width, in radii: as wide as fits between neighbours

const PLAIN_BELOW_PX = 5; // smaller seats are squares: they look the same, and are ten times faster

/** Return the style number of a seat. `shown` is the filter: null, or (index) → whether it matches. */
export function styleOf(plan, state, index, shown) {
  if (state === HELD) return STYLE_HELD;
  if (state === BLOCKED) return STYLE_BLOCKED;
  if (state !== AVAILABLE) return STYLE_SOLD;
  if (shown && !shown(index)) return STYLE_FADED;
  return STYLE_LEVELS + 3 * plan.level[index] + kindOf(plan, index);
}

function kindOf(plan, index) {
  if (plan.isAccessible(index)) return WHEELCHAIR;
  return plan.placeOf.size && plan.placeOf.has(index) && plan.isReserved(index) ? COMPANION : 0;
}

function kindAt(style) {
  return style < STYLE_LEVELS ? 0 : (style - STYLE_LEVELS) % 3;
}

function levelOf(style) {
  return Math.floor((style - STYLE_LEVELS) / 3);
}

export class SeatMarks {
  #sprites = new Map();

  constructor(theme, ratio) {
    this.theme = theme;
    this.ratio = ratio;
  }

  /** Draw all seats of one style; the first `count` of `seats` are their indices. */
  stamp(context, plan, view, seats, count, style, radius) {
    const size = radius * view.scale * 2;
    if (size < PLAIN_BELOW_PX) {
      context.fillStyle = this.#plainColor(style);
      const side = Math.max(0.75, size * this.#share(style));
      const half = side / 2;
      for (let n = 0; n < count; n += 1) {
        const i = seats[n];
        context.fillRect(plan.x[i] * view.scale + view.x - half, plan.y[i] * view.scale + view.y - half, side, side);
      }
      return;
    }
    const sprite = this.#sprite(style, size);
    const half = sprite.side / 2;
    for (let n = 0; n < count; n += 1) {
      const i = seats[n];
      context.drawImage(
        sprite.canvas,
        plan.x[i] * view.scale + view.x - half,
        plan.y[i] * view.scale + view.y - half,
        sprite.side,
        sprite.side,
      );
    }
  }

  #share(style) {
    if (style === STYLE_SOLD) return 0.45;
    if (style === STYLE_BLOCKED) return 0.3;
    return style === STYLE_HELD ? 0.6 : 0.92;
  }

  #plainColor(style) {
    const { theme } = this;
    if (style === STYLE_FADED) return mix(theme.edge, theme.ground, 0.55);
    if (style >= STYLE_LEVELS) return theme.levels[levelOf(style)];
    return mix(theme.edge, theme.ground, style === STYLE_HELD ? 0.1 : 0.35);
  }

  #sprite(style, size) {
    const rounded = Math.round(size * 2) / 2;
    const key = style * 1000 + rounded;
    let sprite = this.#sprites.get(key);
    if (!sprite) {
      if (this.#sprites.size > 400) this.#sprites.clear();
      sprite = this.#draw(style, rounded);
      this.#sprites.set(key, sprite);
    }
    return sprite;
  }

  #draw(style, size) {
    const reach = kindAt(style) === COMPANION ? DIAMOND : 1;
    const side = Math.ceil(size * reach) + 4;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(side * this.ratio);
    const context = canvas.getContext("2d");
    context.scale(canvas.width / side, canvas.height / side);
    context.translate(side / 2, side / 2);
    drawSeat(context, this.theme, style, size / 2);
    return { canvas, side };
  }
}

function drawSeat(context, theme, style, radius) {
  context.beginPath();
  if (style >= STYLE_LEVELS) {
    const color = theme.levels[levelOf(style)];
    const kind = kindAt(style);
    if (kind === WHEELCHAIR) context.roundRect(-radius, -radius, 2 * radius, 2 * radius, radius * 0.35);
    else if (kind === COMPANION) diamond(context, radius * DIAMOND);
    else context.arc(0, 0, radius, 0, Math.PI * 2);
    context.fillStyle = color;
    context.fill();
    if (kind === WHEELCHAIR && radius > 4) drawWheelchair(context, radius, inkOn(color));
    if (kind === COMPANION && radius > 4) drawPerson(context, radius, inkOn(color));
    return;
  }
  context.strokeStyle = context.fillStyle = mix(theme.edge, theme.ground, style === STYLE_HELD ? 0 : 0.3);
  if (style === STYLE_HELD) {
    context.lineWidth = Math.max(1.1, radius * 0.24);
    context.arc(0, 0, radius * 0.72, 0, Math.PI * 2);
    context.stroke();
  } else if (style === STYLE_BLOCKED) {
    context.lineWidth = 1;
    context.moveTo(-radius * 0.35, 0);
    context.lineTo(radius * 0.35, 0);
    context.stroke();
  } else if (style === STYLE_FADED) {
    context.fillStyle = mix(theme.edge, theme.ground, 0.68);
    context.arc(0, 0, radius * 0.92, 0, Math.PI * 2);
    context.fill();
  } else {
    context.arc(0, 0, radius * 0.4, 0, Math.PI * 2);
    context.fill();
  }
}

function diamond(context, reach) {
  context.moveTo(0, -reach);
  context.lineTo(reach, 0);
  context.lineTo(0, reach);
  context.lineTo(-reach, 0);
  context.closePath();
}

function drawPerson(context, radius, ink) {
  const unit = radius / 10;
  context.fillStyle = ink;
  context.beginPath();
  context.arc(0, -unit * 3, unit * 2.2, 0, Math.PI * 2);
  context.fill();
  context.beginPath();
  context.arc(0, unit * 4.6, unit * 4.2, Math.PI, 0);
  context.closePath();
  context.fill();
}

function drawWheelchair(context, radius, ink) {
  const unit = radius / 10;
  context.strokeStyle = context.fillStyle = ink;
  context.lineWidth = Math.max(1, unit * 1.7);
  context.lineCap = "round";
  context.beginPath();
  context.arc(-unit, -unit * 5.6, unit * 1.3, 0, Math.PI * 2);
  context.fill();
  context.beginPath();
  context.moveTo(-unit, -unit * 3);
  context.lineTo(-unit, unit);
  context.lineTo(unit * 3, unit);
  context.lineTo(unit * 4.6, unit * 4.8);
  context.moveTo(-unit, -unit * 1.2);
  context.lineTo(unit * 2.6, -unit * 1.2);
  context.stroke();
  context.beginPath();
  context.arc(-unit * 0.6, unit * 2.4, unit * 3.6, Math.PI * 0.15, Math.PI * 1.35);
  context.stroke();
}

/** Draw a chosen seat: larger, ringed, ticked. */
export function drawChosen(context, theme, x, y, radius) {
  const size = Math.max(7, radius * 1.18);
  context.beginPath();
  context.arc(x, y, size + 2.5, 0, Math.PI * 2);
  context.fillStyle = theme.ground;
  context.fill();
  context.beginPath();
  context.arc(x, y, size, 0, Math.PI * 2);
  context.fillStyle = theme.ink;
  context.fill();
  context.beginPath();
  context.moveTo(x - size * 0.42, y + size * 0.04);
  context.lineTo(x - size * 0.1, y + size * 0.36);
  context.lineTo(x + size * 0.46, y - size * 0.32);
  context.lineWidth = Math.max(1.6, size * 0.2);
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = theme.ground;
  context.stroke();
}

/** Mark a seat that another buyer took, or that a rule refuses. */
export function drawConflict(context, theme, x, y, radius) {
  const size = Math.max(8, radius * 1.2);
  context.lineWidth = Math.max(2, size * 0.22);
  context.lineCap = "round";
  context.strokeStyle = theme.bad;
  context.beginPath();
  context.arc(x, y, size, 0, Math.PI * 2);
  context.moveTo(x - size * 0.4, y - size * 0.4);
  context.lineTo(x + size * 0.4, y + size * 0.4);
  context.moveTo(x + size * 0.4, y - size * 0.4);
  context.lineTo(x - size * 0.4, y + size * 0.4);
  context.fillStyle = theme.ground;
  context.fill();
  context.stroke();
}

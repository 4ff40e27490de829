// Draw the room. Static parts are drawn once into a layer larger than the canvas; while the view moves, the layer is
// moved and scaled; each frame draws only the few seats that are chosen, pointed at or changing.

import { drawAreas, drawRowNames, drawSeatNumbers, drawSectionLabels, drawSections, seatPart } from "./backdrop.js";
import { drawChosen, drawConflict, SeatMarks } from "./seat_marks.js";

const OVERSCAN = 0.25; // of the canvas, on every side
const STRETCH_MOST = 1.35; // a layer scaled further looks blurred, and is redrawn
const CHANGE_MS = 900;
const CHANGES_SHOWN = 300;

export class Painter {
  constructor(canvas, plan) {
    this.canvas = canvas;
    this.plan = plan;
    this.context = canvas.getContext("2d");
    this.layer = document.createElement("canvas");
    this.layerContext = this.layer.getContext("2d");
    this.layerView = null;
    this.buckets = [];
  }

  resize(width, height, ratio) {
    this.ratio = ratio;
    [this.width, this.height] = [width, height];
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.marks = null;
    this.layerView = null;
  }

  setTheme(theme) {
    this.theme = theme;
    this.marks = null;
    this.layerView = null;
  }

  /** Invalidate the layer: redraw it at the next frame. */
  invalidate() {
    this.layerView = null;
  }

  /**
   * Draw one frame. `scene` = {styles, occupancy, chosen:Set, hovered, conflicts:Set, changes:Map(index → time),
   * wanted}. Returns true while an animation continues.
   */
  draw(view, scene, { moving, now, still }) {
    this.marks ??= new SeatMarks(this.theme, this.ratio);
    if (!this.#layerServes(view, moving)) this.#drawLayer(view, scene);
    const { context } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const stretch = view.scale / this.layerView.scale;
    const x = (view.x - this.layerView.x * stretch) * this.ratio;
    const y = (view.y - this.layerView.y * stretch) * this.ratio;
    context.drawImage(this.layer, x, y, this.layer.width * stretch, this.layer.height * stretch);
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const changing = still ? false : this.#drawChanges(view, scene.changes, now);
    this.#drawMarked(view, scene);
    return changing || stretch !== 1;
  }

  #layerServes(view, moving) {
    const layer = this.layerView;
    if (!layer) return false;
    const stretch = view.scale / layer.scale;
    if (!moving && stretch !== 1) return false;
    if (stretch > STRETCH_MOST || stretch < 1 / STRETCH_MOST) return false;
    const left = view.x - layer.x * stretch;
    const top = view.y - layer.y * stretch;
    const right = left + (this.width + 2 * this.padX) * stretch;
    const bottom = top + (this.height + 2 * this.padY) * stretch;
    const covered = left <= 0.5 && top <= 0.5 && right >= this.width - 0.5 && bottom >= this.height - 0.5;
    return covered || this.#isInside(layer, this.padX, this.padY);
  }

  // In the overview the whole room is inside: there is nothing beyond the edges of the canvas or the layer.
  #isInside(view, padX, padY) {
    const { left, top, right, bottom } = this.plan.bounds;
    return (
      left * view.scale + view.x >= 0 && top * view.scale + view.y >= 0 &&
      right * view.scale + view.x <= this.width + 2 * padX &&
      bottom * view.scale + view.y <= this.height + 2 * padY
    );
  }

  #fitLayer(overscan) {
    [this.padX, this.padY] = [Math.round(this.width * overscan), Math.round(this.height * overscan)];
    const width = Math.round((this.width + 2 * this.padX) * this.ratio);
    const height = Math.round((this.height + 2 * this.padY) * this.ratio);
    if (this.layer.width !== width) this.layer.width = width; // even an equal size clears and allocates
    if (this.layer.height !== height) this.layer.height = height;
  }

  #drawLayer(view, scene) {
    const context = this.layerContext;
    this.#fitLayer(this.#isInside(view, 0, 0) ? 0 : OVERSCAN);
    // Return the view in the layer's coordinates: its corner is a padding outside the canvas.
    const inner = { scale: view.scale, x: view.x + this.padX, y: view.y + this.padY };
    this.layerView = inner;
    const [width, height] = [this.width + 2 * this.padX, this.height + 2 * this.padY];
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const part = seatPart(this.plan, inner.scale);
    drawAreas(context, this.plan, inner, this.theme);
    drawSections(context, this.plan, inner, this.theme, scene, part);
    if (part > 0) this.#drawSeats(context, inner, scene, part, width, height);
    if (part > 0) drawRowNames(context, this.plan, inner, this.theme, width, height);
    if (part > 0) drawSeatNumbers(context, this.plan, inner, this.theme, scene, width, height);
    if (part < 1 && scene.isKnown) drawSectionLabels(context, this.plan, inner, this.theme, scene, 1 - part);
  }

  #drawSeats(context, view, scene, part, width, height) {
    const { plan, buckets } = this;
    for (const bucket of buckets) if (bucket) bucket.count = 0;
    const [left, top] = [-view.x / view.scale, -view.y / view.scale];
    plan.visitCells(left, top, left + width / view.scale, top + height / view.scale, (seats) => {
      for (const i of seats) {
        const style = scene.styles[i];
        const bucket = (buckets[style] ??= { seats: new Uint32Array(plan.count), count: 0 });
        bucket.seats[bucket.count] = i;
        bucket.count += 1;
      }
    });
    context.globalAlpha = part;
    buckets.forEach((bucket, style) => {
      if (bucket?.count) this.#stampByRadius(context, view, bucket, style);
    });
    context.globalAlpha = 1;
  }

  // Seats of one section share their radius, and are adjacent in a cell: draw runs of equal radius.
  #stampByRadius(context, view, bucket, style) {
    let start = 0;
    for (let n = 1; n <= bucket.count; n += 1) {
      const radius = this.plan.radius[bucket.seats[start]];
      if (n < bucket.count && this.plan.radius[bucket.seats[n]] === radius) continue;
      this.marks.stamp(context, this.plan, view, bucket.seats.subarray(start, n), n - start, style, radius);
      start = n;
    }
  }

  /** Draw a soft ring that fades around a changed seat. */
  #drawChanges(view, changes, now) {
    const { context, plan } = this;
    let shown = 0;
    for (const [index, at] of changes) {
      const age = now - at;
      if (age > CHANGE_MS) {
        changes.delete(index);
        continue;
      }
      if ((shown += 1) > CHANGES_SHOWN) continue;
      const radius = Math.max(1.6, plan.radius[index] * view.scale) * (1 + (age / CHANGE_MS) * 0.9);
      context.globalAlpha = 0.5 * (1 - age / CHANGE_MS);
      context.fillStyle = this.theme.accent;
      context.beginPath();
      context.arc(plan.x[index] * view.scale + view.x, plan.y[index] * view.scale + view.y, radius, 0, Math.PI * 2);
      context.fill();
    }
    context.globalAlpha = 1;
    return changes.size > 0;
  }

  #drawMarked(view, scene) {
    const { context, plan, theme } = this;
    const at = (i) => [plan.x[i] * view.scale + view.x, plan.y[i] * view.scale + view.y, plan.radius[i] * view.scale];
    for (const i of scene.conflicts) drawConflict(context, theme, ...at(i));
    for (const i of scene.chosen) if (!scene.conflicts.has(i)) drawChosen(context, theme, ...at(i));
    if (scene.hovered >= 0) {
      const [x, y, radius] = at(scene.hovered);
      context.lineWidth = 2.5;
      context.strokeStyle = theme.ink;
      context.beginPath();
      context.arc(x, y, Math.max(6, radius) + 4, 0, Math.PI * 2);
      context.stroke();
    }
  }
}

// Draw the room. Static parts are drawn into a layer larger than the canvas; while the view moves, the layer is moved and
// scaled; each frame draws only the few seats that are chosen, pointed at or changing. A new layer is drawn in parts, each
// in a task of its own, while the old one is shown: on a slow phone a whole layer of a stadium takes 300 ms.

import { drawAreas, drawRowNames, drawSeatNumbers, drawSectionLabels, drawSections, seatPart } from "./backdrop.js";
import { nextTask } from "../js/next_task.js";
import { drawChosen, drawConflict, SeatMarks } from "./seat_marks.js";

const OVERSCAN = 0.25; // of the canvas, on every side
const STRETCH_MOST = 1.35; // a layer scaled further looks blurred, and is redrawn
const CHANGE_MS = 900;
const CHANGES_SHOWN = 300;
const RUN_MAX = 500; // seats that are drawn in one part
const PART_MS = 6; // of drawing before the page may answer a touch; ten times as long is noticed

export class Painter {
  #job = null;
  #isStale = true; // the states changed since the layer was begun

  /** `ready()` is called when a layer that was drawn in parts is complete: draw a frame then. */
  constructor(canvas, plan, ready) {
    this.canvas = canvas;
    this.plan = plan;
    this.ready = ready;
    this.context = canvas.getContext("2d");
    this.layer = makeLayer();
    this.spare = makeLayer();
    this.buckets = [];
  }

  /** Whether a layer is being drawn. */
  get isDrawing() {
    return this.#job !== null;
  }

  resize(width, height, ratio) {
    this.ratio = ratio;
    [this.width, this.height] = [width, height];
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.marks = null;
    this.#discard();
  }

  setTheme(theme) {
    this.theme = theme;
    this.marks = null;
    this.#discard();
  }

  /** The states changed: draw a new layer from the next frame on, and show the old one until then. */
  invalidate() {
    this.#isStale = true;
  }

  #discard() {
    this.layer.view = null;
    this.#job = null;
  }

  /**
   * Draw one frame. `scene` = {styles, occupancy, chosen:Set, hovered, conflicts:Set, changes:Map(index → time),
   * wanted, drawAlso(context, view, part)?: marks that a page adds to the layer}. Returns true while an animation continues.
   */
  draw(view, scene, { moving, now, still }) {
    this.marks ??= new SeatMarks(this.theme, this.ratio);
    if (moving && this.layer.view && !this.#covers(view)) this.#drawAtOnce(view, scene);
    else if (this.#isStale || !this.#serves(view, moving)) this.#drawInParts(view, scene);
    if (!this.layer.view) return false; // `ready` comes
    const { context, layer } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const stretch = view.scale / layer.view.scale;
    const x = (view.x - layer.view.x * stretch) * this.ratio;
    const y = (view.y - layer.view.y * stretch) * this.ratio;
    context.drawImage(layer.canvas, x, y, layer.canvas.width * stretch, layer.canvas.height * stretch);
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const changing = still ? false : this.#drawChanges(view, scene.changes, now);
    this.#drawMarked(view, scene);
    return changing || (stretch !== 1 && !this.#job);
  }

  #serves(view, moving) {
    return this.layer.view && (moving || view.scale === this.layer.view.scale) && this.#covers(view);
  }

  #covers(view) {
    const { view: layer, padX, padY } = this.layer;
    const stretch = view.scale / layer.scale;
    if (stretch > STRETCH_MOST || stretch < 1 / STRETCH_MOST) return false;
    const left = view.x - layer.x * stretch;
    const top = view.y - layer.y * stretch;
    const right = left + (this.width + 2 * padX) * stretch;
    const bottom = top + (this.height + 2 * padY) * stretch;
    const covered = left <= 0.5 && top <= 0.5 && right >= this.width - 0.5 && bottom >= this.height - 0.5;
    return covered || this.#isInside(layer, padX, padY);
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

  #drawAtOnce(view, scene) {
    this.#job = null;
    const parts = this.#layerParts(this.spare, view, scene);
    while (!parts.next().done);
    this.#show();
  }

  // A job under way is completed although its view or its states are no longer the newest: with changes every moment
  // none would ever be.
  async #drawInParts(view, scene) {
    if (this.#job) return;
    const job = (this.#job = this.#layerParts(this.spare, view, scene));
    for (let began = performance.now(); !job.next().done;) {
      if (performance.now() - began < PART_MS) continue;
      await nextTask();
      if (this.#job !== job) return;
      began = performance.now();
    }
    await nextTask();
    if (this.#job !== job) return;
    this.#job = null;
    this.#show();
    this.ready();
  }

  #show() {
    [this.layer, this.spare] = [this.spare, this.layer];
  }

  #fit(layer, overscan) {
    [layer.padX, layer.padY] = [Math.round(this.width * overscan), Math.round(this.height * overscan)];
    const width = Math.round((this.width + 2 * layer.padX) * this.ratio);
    const height = Math.round((this.height + 2 * layer.padY) * this.ratio);
    if (layer.canvas.width !== width) layer.canvas.width = width; // even an equal size clears and allocates
    if (layer.canvas.height !== height) layer.canvas.height = height;
  }

  *#layerParts(layer, view, scene) {
    const { plan, theme } = this;
    const { context } = layer;
    this.#isStale = false;
    this.#fit(layer, this.#isInside(view, 0, 0) ? 0 : OVERSCAN);
    // Return the view in the layer's coordinates: its corner is a padding outside the canvas.
    const inner = (layer.view = { scale: view.scale, x: view.x + layer.padX, y: view.y + layer.padY });
    const [width, height] = [this.width + 2 * layer.padX, this.height + 2 * layer.padY];
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.globalAlpha = 1; // an earlier drawing may have ended in the middle
    const part = seatPart(plan, inner.scale);
    yield* drawAreas(context, plan, inner, theme);
    yield* drawSections(context, plan, inner, theme, scene, part);
    if (part > 0) yield* this.#drawSeats(context, inner, scene, part, width, height);
    if (part > 0) yield* drawRowNames(context, plan, inner, theme, width, height);
    if (part > 0) yield* drawSeatNumbers(context, plan, inner, theme, scene, width, height);
    if (scene.drawAlso) yield scene.drawAlso(context, inner, part);
    if (part < 1 && scene.isKnown) yield* drawSectionLabels(context, plan, inner, theme, scene, 1 - part);
  }

  *#drawSeats(context, view, scene, part, width, height) {
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
    yield;
    for (const [style, bucket] of buckets.entries()) {
      if (bucket?.count) yield* this.#stampByRadius(context, view, bucket, style, part);
    }
  }

  // Seats of one section share their radius, and are adjacent in a cell: draw runs of equal radius.
  *#stampByRadius(context, view, bucket, style, part) {
    let start = 0;
    for (let n = 1; n <= bucket.count; n += 1) {
      const radius = this.plan.radius[bucket.seats[start]];
      if (n < bucket.count && n - start < RUN_MAX && this.plan.radius[bucket.seats[n]] === radius) continue;
      context.globalAlpha = part;
      this.marks.stamp(context, this.plan, view, bucket.seats.subarray(start, n), n - start, style, radius);
      context.globalAlpha = 1;
      start = n;
      yield;
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

function makeLayer() {
  const canvas = document.createElement("canvas");
  return { canvas, context: canvas.getContext("2d"), view: null, padX: 0, padY: 0 };
}

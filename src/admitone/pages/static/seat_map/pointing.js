// Highlight the seat under mouse, finger or keyboard focus: a ring around the seat, and a tooltip.

import { seatPart } from "./backdrop.js";
import { tipText } from "./stage.js";

export class Pointing {
  #index = -1;
  #at = null;

  constructor(map) {
    this.map = map;
  }

  /** Point at the seat or section at (x, y) of the canvas; (-1, -1) at nothing. */
  hover(x, y) {
    const { map } = this;
    const { plan, view, scene } = map;
    const inside = x >= 0 && !map.gestures.dragging;
    const place = view.toPlan(x, y);
    const seats = seatPart(plan, view.scale) > 0.4;
    const index = inside && seats ? plan.seatAt(place.x, place.y, view.seatRadius * 1.25) : -1;
    const section = inside && !seats ? plan.sectionAt(place.x, place.y) : null;
    if (section !== scene.hoveredSection) {
      scene.hoveredSection = section;
      map.painter.invalidate();
    }
    map.canvas.classList.toggle("over-seat", index >= 0 && map.occupancy.isFree(index));
    this.point(index, section, { x, y });
  }

  point(index, section = null, at = null) {
    const { map } = this;
    map.scene.hovered = index;
    const text = tipText(map, index, section);
    map.tip.hidden = !text;
    if (text) {
      map.tip.replaceChildren(...text);
      [this.#index, this.#at] = [index, at];
      this.place();
    }
    map.wake();
  }

  /** Move to the next seat by arrow key; return false if seats are not shown or there is none in that direction. */
  step(x, y) {
    const { plan, view, scene } = this.map;
    if (seatPart(plan, view.scale) < 0.4) return false;
    const middle = view.toPlan(view.width / 2, view.height / 2);
    const near = () => plan.seatAt(middle.x, middle.y, view.width / 2 / view.scale);
    const index = scene.hovered >= 0 ? plan.seatBeside(scene.hovered, x, y) : near();
    if (index < 0) return false;
    this.point(index);
    const at = view.toScreen(plan.x[index], plan.y[index]);
    view.panBy(inward(at.x, view.width), inward(at.y, view.height));
    return true;
  }

  /** Enter: choose the seat pointed at; without one, go to the best available seat. */
  enter() {
    const { map } = this;
    const { hovered } = map.scene;
    if (hovered >= 0) map.toggle(hovered);
    const index = hovered >= 0 ? hovered : map.best({ quantity: 1 })?.[0] ?? -1;
    if (index < 0) return;
    if (hovered < 0) map.tapping.approach(index);
    this.point(index);
  }

  /** Move the tooltip to the seat's current position. */
  place() {
    const { tip, view, plan } = this.map;
    if (tip.hidden) return;
    const index = this.#index;
    const place = index >= 0 ? view.toScreen(plan.x[index], plan.y[index]) : this.#at;
    const gap = index >= 0 ? plan.radius[index] * view.scale + 14 : 20;
    const [width, height] = [tip.offsetWidth, tip.offsetHeight];
    const above = place.y - gap - height > 4;
    tip.style.left = `${Math.max(6, Math.min(view.width - width - 6, place.x - width / 2))}px`;
    tip.style.top = `${above ? place.y - gap - height : place.y + gap}px`;
  }
}

const EDGE_PX = 90;

/** Return the distance to move so that a position is not too near to an edge. */
function inward(place, size) {
  if (place < EDGE_PX) return EDGE_PX - place;
  return place > size - EDGE_PX ? size - EDGE_PX - place : 0;
}

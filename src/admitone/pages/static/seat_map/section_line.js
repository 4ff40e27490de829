// Below the map: the section that was tapped, else the one in the middle of a close view, with what is left and from what
// price. A narrow section has no room for a label, and a finger has no tooltip.

import { tipText } from "./stage.js";

export class SectionLine {
  #shown = "";
  #tapped = null; // until the next touch: at the edge of the room a tapped section does not reach the middle

  constructor(map) {
    this.map = map;
    this.hint = [...map.hint.childNodes];
  }

  tap(section) {
    this.#tapped = section;
    this.map.wake();
  }

  /** The view has come to rest, or the states changed. */
  update() {
    const { map } = this;
    const { plan, view, scene } = map;
    const middle = view.toPlan(view.width / 2, view.height / 2);
    const near = this.#tapped ?? plan.sectionAt(middle.x, middle.y);
    const section = scene.isKnown && !view.isOverview ? near : null;
    const words = tipText(map, -1, section) ?? this.hint;
    const text = words.map((node) => node.textContent).join();
    if (text === this.#shown) return;
    this.#shown = text;
    map.hint.replaceChildren(...words);
  }
}

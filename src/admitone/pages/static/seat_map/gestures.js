// Translate fingers, mouse, wheel and keys to movements of the view. Independent of seats: a tap is reported with its
// position.

const TAP_SLOP_PX = 10;
const DOUBLE_TAP_MS = 320;
const PAN_STEP_PX = 70;
const ZOOM_STEP = 1.5;
const GLIDE_LEAST = 0.15; // px per ms

export class Gestures {
  #pointers = new Map();
  #start = null;
  #lastTap = { at: 0, x: 0, y: 0 };
  #speed = { x: 0, y: 0, at: 0 };

  /**
   * @param on {move(): void, tap(x, y, kind, twice): void, press(kind): void, hover(x, y): void, leave(): void, zoom(factor, x, y): void, fly(view): void,
   *   step(x, y): boolean (the arrow was taken as a step to the next seat), enter(): void}
   */
  constructor(canvas, view, on) {
    Object.assign(this, { canvas, view, on });
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.#up(event));
    // A finger always leaves the canvas when it is lifted: keep the result of its tap.
    canvas.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.on.leave();
    });
    // In the overview one finger scrolls the page; two fingers always move the map.
    canvas.addEventListener("touchmove", (event) => {
      if (event.touches.length > 1 && event.cancelable) event.preventDefault();
    }, { passive: false });
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  get dragging() {
    return this.#pointers.size > 0 && this.#start?.moved === true;
  }

  /** Return the speed of a released drag, px per ms, or null. */
  takeGlide() {
    const { x, y, at } = this.#speed;
    this.#speed = { x: 0, y: 0, at: 0 };
    return performance.now() - at < 60 && Math.hypot(x, y) > GLIDE_LEAST ? { x, y } : null;
  }

  #place(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #down(event) {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    this.view.flight = null;
    this.on.press(event.pointerType);
    const place = this.#place(event);
    this.#pointers.set(event.pointerId, place);
    this.#start = { ...place, moved: this.#pointers.size > 1, kind: event.pointerType };
    this.canvas.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const place = this.#place(event);
    const before = this.#pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType === "mouse") this.on.hover(place.x, place.y);
      return;
    }
    if (Math.hypot(place.x - this.#start.x, place.y - this.#start.y) > TAP_SLOP_PX) this.#start.moved = true;
    if (!this.#start.moved) return;
    const others = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, other]) => other);
    this.#pointers.set(event.pointerId, place);
    if (others.length) this.#pinch(before, place, others[0]);
    else {
      this.#recordSpeed(place.x - before.x, place.y - before.y);
      this.view.panBy(place.x - before.x, place.y - before.y);
    }
    this.on.move();
  }

  #recordSpeed(x, y) {
    const now = performance.now();
    const passed = Math.max(1, now - this.#speed.at);
    this.#speed = { x: 0.6 * (x / passed) + 0.4 * this.#speed.x, y: 0.6 * (y / passed) + 0.4 * this.#speed.y, at: now };
  }

  #pinch(before, now, other) {
    const wider = Math.hypot(now.x - other.x, now.y - other.y) /
      Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
    this.view.panBy((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.view.zoomAt(wider, (now.x + other.x) / 2, (now.y + other.y) / 2);
  }

  #up(event) {
    if (!this.#pointers.delete(event.pointerId)) return;
    const start = this.#start;
    if (event.type === "pointercancel" || !start || start.moved) {
      this.on.move();
      return;
    }
    const place = this.#place(event);
    const now = performance.now();
    const near = Math.hypot(place.x - this.#lastTap.x, place.y - this.#lastTap.y) < 30;
    const twice = now - this.#lastTap.at < DOUBLE_TAP_MS && near && start.kind === "touch";
    this.#lastTap = { at: twice ? 0 : now, ...place };
    this.on.tap(place.x, place.y, start.kind, twice);
  }

  #wheel(event) {
    // In the overview the wheel scrolls the page, so that a reader can scroll past the map.
    if (event.deltaY > 0 && this.view.isOverview && !event.ctrlKey) return;
    event.preventDefault();
    const { x, y } = this.#place(event);
    const lines = event.deltaMode === 1 ? 18 : 1;
    this.view.flight = null;
    this.view.zoomAt(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0018)), x, y);
    this.on.move();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { width, height } = this.view;
    const pans = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (pans[event.key]) {
      const [x, y] = pans[event.key];
      if (event.shiftKey || !this.on.step(-x, -y)) this.view.panBy(x * PAN_STEP_PX, y * PAN_STEP_PX);
    } else if (event.key === "+" || event.key === "=") this.on.zoom(ZOOM_STEP, width / 2, height / 2);
    else if (event.key === "-") this.on.zoom(1 / ZOOM_STEP, width / 2, height / 2);
    else if (event.key === "0" || event.key === "Home") this.on.fly(this.view.viewOf(this.view.bounds, 1));
    else if (event.key === "Enter" || event.key === " ") this.on.enter();
    else return;
    event.preventDefault();
    this.on.move();
  }
}

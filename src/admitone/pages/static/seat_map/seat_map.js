// <seat-map>: the room of an event, live, on which seats are chosen.
//
// Set `details` (body of GET /events/details/{id}); the element prepares the geometry and subscribes to the seat states.
//   properties  details · plan · occupancy · chosen (descriptions of the chosen seats) · limit (seats that may be chosen)
//               reserved (tickets chosen elsewhere, off the limit) · lookOnly · ours (a checkout of this tab is in progress)
//               own (indices of seats that this tab's booking holds)
//   methods     choose(indices) · add(index) · remove(index) · clear() · filter({levels:Set|null, accessible:boolean})
//               best({quantity, together, around, accessible}) → indices or null · markConflicts(ids) · show(indices) · refresh()
//               markWords(index) · nextCompanion()
//   events      ready · choice {seats} · seatlost {seats, alternatives} · limitreached {limit}
//               companionalone {seat, place} · companionsgone {seats} · availability · notice {kind, status, starts_at, revision} · feedstatus {status} · failed
// All events bubble. The list for keyboards and screen readers is seat_list.js, fed by the same events.

import { chooseBest } from "./choose.js";
import { chooseAccessible, findUnaccompanied, markWords, nextCompanion, placeNeeded } from "./companions.js";
import { Gestures } from "./gestures.js";
import { LiveFeed } from "./live_feed.js";
import { Occupancy } from "./occupancy.js";
import { Painter } from "./painter.js";
import { Plan } from "./plan.js";
import { Pointing } from "./pointing.js";
import { preparePlan } from "./prepare_plan.js";
import { nextTask } from "../js/next_task.js";
import { styleOf } from "./seat_marks.js";
import { SectionLine } from "./section_line.js";
import { buildStage } from "./stage.js";
import { Tapping } from "./tapping.js";
import { readTheme } from "./theme.js";
import { union, Viewport } from "./viewport.js";

const SHOWN_SEAT_PX = 28; // a seat that is shown: large enough for a finger, with its neighbourhood in view

class SeatMap extends HTMLElement {
  #details = null;
  #frame = 0;
  #movedAt = 0;
  #glide = null;
  #still = matchMedia("(prefers-reduced-motion: reduce)");
  #dark = matchMedia("(prefers-color-scheme: dark)");
  #filter = { levels: null, accessible: false };

  set details(details) {
    this.#details = details;
    if (this.isConnected) this.#load();
  }

  get details() {
    return this.#details;
  }
  get limit() {
    return this.reserved === undefined ? this.#details.ticket_limit : this.#details.ticket_limit - this.reserved;
  }
  /** Whether the view is moving: in a flight, or after a drag. */
  get isMoving() {
    return this.view.flight !== null || this.#glide !== null;
  }
  /** The first states come moments after the geometry, or after the stream: without them draw only if they are late. */
  get #isWorthDrawing() {
    return this.scene.isKnown || !["connecting", "live"].includes(this.feed?.status);
  }
  get chosen() {
    return [...this.scene.chosen].sort((a, b) => a - b).map((index) => this.plan.describe(index));
  }

  connectedCallback() {
    if (this.#details && !this.plan) this.#load();
  }

  disconnectedCallback() {
    this.feed?.stop();
    this.observer?.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  async #load() {
    try {
      this.#take(await preparePlan(this.#details));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return this.#emit("failed");
    }
    for (const part of [this.#build, this.#show, this.#begin]) {
      await nextTask();
      if (!this.isConnected) return undefined;
      part.call(this);
    }
    return undefined;
  }

  #take(data) {
    this.plan = new Plan(data, this.#details.price_levels);
    this.occupancy = new Occupancy(this.plan);
    this.scene = {
      styles: new Uint16Array(this.plan.count),
      occupancy: this.occupancy,
      chosen: new Set(),
      hovered: -1,
      hoveredSection: null,
      conflicts: new Set(),
      changes: new Map(),
      wanted: null,
      isKnown: false, // before the first snapshot no section is drawn as sold out
      ofSection: (section) => this.occupancy.ofSection(section, this.#filter.levels),
    };
  }

  #build() {
    this.view = new Viewport(this.plan.bounds, this.plan.usualRadius, this.plan.leastRadius);
    Object.assign(
      this,
      buildStage(this, {
        zoom: (factor) => this.#zoomBy(factor),
        all: () => this.flyTo(this.view.viewOf(this.view.bounds, 0.9)),
      }),
    );
    this.painter = new Painter(this.canvas, this.plan, () => this.wake());
    this.sectionLine = new SectionLine(this);
    this.pointing = new Pointing(this);
    this.tapping = new Tapping(this);
    this.gestures = new Gestures(this.canvas, this.view, {
      move: () => this.#moved(),
      press: (kind) => this.#pressed(kind),
      tap: (...tap) => this.tapping.tap(...tap),
      hover: (x, y) => this.pointing.hover(x, y),
      leave: () => this.pointing.hover(-1, -1),
      zoom: (factor, x, y) => this.zoomAt(factor, x, y),
      fly: (target) => this.flyTo(target),
      step: (x, y) => this.pointing.step(x, y),
      enter: () => this.pointing.enter(),
    });
  }

  #show() {
    this.#restyle();
    this.observer = new ResizeObserver(() => this.#resized());
    this.observer.observe(this.stage);
    const themed = () => {
      const theme = readTheme(this, this.plan.levels);
      this.painter.setTheme(theme);
      this.style.setProperty("--seat-map-free", theme.levels[0]);
      theme.levels.slice(0, 3).forEach((color, level) => this.style.setProperty(`--seat-map-level-${level}`, color));
      this.wake();
      this.#emit("themed");
    };
    themed();
    this.#dark.addEventListener("change", themed);
    this.feed = new LiveFeed({
      seatsUrl: this.#details.seats_url,
      liveUrl: this.#details.live_url,
      on: (kind, data) => this.#onFeed(kind, data),
    });
  }

  #begin() {
    this.#emit("ready");
    this.feed.start();
  }

  // ---- choosing

  choose(indices) {
    this.scene.chosen = new Set(indices);
    this.#choiceChanged();
  }

  /**
   * Add a seat; return false if it is unavailable, the limit is reached, or its wheelchair place must be chosen first.
   */
  add(index) {
    if (this.lookOnly || !this.occupancy.isFree(index)) return false;
    const place = placeNeeded(this.plan, this.occupancy, index);
    if (place >= 0 && !this.scene.chosen.has(place)) {
      this.#emit("companionalone", {
        seat: this.plan.describe(index),
        place: this.occupancy.isFree(place) ? this.plan.describe(place) : null,
      });
      return false;
    }
    if (this.scene.chosen.size >= this.limit) {
      this.#emit("limitreached", { limit: this.#details.ticket_limit });
      return false;
    }
    this.scene.chosen.add(index);
    this.#choiceChanged();
    return true;
  }

  /** Remove a seat, and with a wheelchair place its companion seats. */
  remove(index) {
    if (!this.scene.chosen.delete(index)) return;
    const gone = this.#dropLonely();
    this.#choiceChanged();
    if (gone.length) this.#emit("companionsgone", { seats: gone });
  }

  toggle(index) {
    if (this.scene.chosen.has(index)) this.remove(index);
    else this.add(index);
  }

  clear() {
    this.choose([]);
  }

  best({ quantity, together = false, around, accessible = false }) {
    const { levels } = this.#filter;
    const priced = (index) => !levels || levels.has(this.plan.level[index]);
    if (accessible) return chooseAccessible(this.plan, this.occupancy, quantity, { allowed: priced, around });
    // Reserved seats are chosen only on request.
    const allowed = (index) => priced(index) && !this.plan.isReserved(index);
    return chooseBest(this.plan, this.occupancy, quantity, { allowed, together, around });
  }

  /** Cross out seats (ids) that another buyer has or a rule refuses, until the next choice. */
  markConflicts(ids) {
    this.scene.conflicts = new Set(ids.map((id) => this.plan.indexOf(id)).filter((index) => index !== undefined));
    this.wake();
  }

  filter({ levels = null, accessible = false }) {
    this.#filter = { levels, accessible };
    this.scene.wanted = levels || accessible ? (index) => this.#wanted(index) : null;
    this.#restyle();
  }

  /** Bring seats into view. */
  show(indices) {
    const { x, y, radius, section, sections } = this.plan;
    const seats = union(indices.map((i) => ({ left: x[i], right: x[i], top: y[i], bottom: y[i] })));
    const scale = Math.min(SHOWN_SEAT_PX / (2 * radius[indices[0]]), this.view.viewOf(seats).scale);
    const middle = { x: (seats.left + seats.right) / 2, y: (seats.top + seats.bottom) / 2 };
    const around = union(indices.map((i) => sections[section[i]].bounds));
    this.flyTo(this.view.onto(around, this.view.viewAt(scale, middle)));
  }

  refresh() {
    return this.feed?.refresh();
  }

  /** Return the special kind of a seat in words; "" if it has none. */
  markWords(index) {
    return markWords(this.plan, this.occupancy, index);
  }

  /** Return the description of the next free companion seat of the chosen wheelchair places, or null. */
  nextCompanion() {
    const index = nextCompanion(this.plan, this.occupancy, this.scene.chosen);
    return index < 0 ? null : this.plan.describe(index);
  }

  #wanted(index) {
    const { levels, accessible } = this.#filter;
    return (!levels || levels.has(this.plan.level[index])) &&
      (!accessible || this.plan.isAccessible(index) || this.plan.placeOf.has(index));
  }

  #dropLonely() {
    const unaccompanied = findUnaccompanied(this.plan, this.occupancy, this.scene.chosen);
    unaccompanied.forEach((index) => this.scene.chosen.delete(index));
    return unaccompanied.map((index) => this.plan.describe(index));
  }

  #choiceChanged() {
    this.scene.conflicts.clear();
    this.wake();
    this.#emit("choice", { seats: this.chosen });
  }

  // ---- live

  #onFeed(kind, data) {
    if (kind === "status") this.wake();
    if (kind === "status") return this.#emit("feedstatus", { status: data });
    if (kind === "notice") return this.#emit("notice", data);
    const first = this.occupancy.version === -1;
    const changed = kind === "snapshot" ? this.occupancy.takeSnapshot(data) : this.occupancy.takeDelta(data);
    if (changed === null || (!first && changed.length === 0 && kind === "delta" && !data.areas)) return undefined;
    if (first) return this.#showFirst(changed);
    this.#seatsChanged(changed);
    return this.#emit("availability", { changed });
  }

  async #showFirst(changed) {
    this.scene.isKnown = true;
    await nextTask();
    this.#restyle();
    await nextTask();
    this.#emit("availability", { changed });
  }

  #seatsChanged(changed) {
    const now = performance.now();
    const lost = [];
    for (const index of changed) {
      this.scene.styles[index] = styleOf(this.plan, this.occupancy.states[index], index, this.scene.wanted);
      if (!this.#still.matches) this.scene.changes.set(index, now);
      if (this.scene.chosen.has(index) && !this.occupancy.isFree(index)) lost.push(index);
    }
    this.painter.invalidate();
    this.wake();
    const others = lost.filter((index) => !this.own?.has(index));
    if (others.length && !this.ours) this.#seatsLost(others);
  }

  /** While our own checkout is in progress, seats that become "held" are ours: set `ours` to say so. */
  #seatsLost(lost) {
    const seats = lost.map((index) => this.plan.describe(index));
    const quantity = this.scene.chosen.size;
    const around = { x: this.plan.x[lost[0]], y: this.plan.y[lost[0]] };
    const accessible = [...this.scene.chosen].some((index) =>
      this.plan.isAccessible(index) && this.plan.isReserved(index)
    );
    const alternatives = this.best({ quantity, around, accessible });
    lost.forEach((index) => this.scene.chosen.delete(index));
    this.#dropLonely();
    this.#choiceChanged();
    this.scene.conflicts = new Set(lost);
    this.#emit("seatlost", { seats, alternatives: alternatives?.map((index) => this.plan.describe(index)) ?? null });
  }

  #restyle() {
    const { styles, wanted } = this.scene;
    for (let i = 0; i < this.plan.count; i += 1) styles[i] = styleOf(this.plan, this.occupancy.states[i], i, wanted);
    this.painter?.invalidate();
    this.wake();
  }

  // ---- moving

  #zoomBy(factor) {
    this.flyTo(this.view.viewAround(factor));
  }

  /** Zoom smoothly around (x, y) of the canvas. */
  zoomAt(factor, x, y) {
    const { scale, x: left, y: top } = this.view;
    this.view.zoomAt(factor, x, y);
    const target = { scale: this.view.scale, x: this.view.x, y: this.view.y };
    Object.assign(this.view, { scale, x: left, y: top });
    this.flyTo(target);
  }

  #pressed(kind) {
    this.#glide = null;
    this.sectionLine.tap(null);
    if (kind === "touch") this.pointing.point(-1);
  }

  flyTo(target) {
    this.view.flyTo(target, performance.now(), this.#still.matches);
    this.#moved();
  }

  #moved() {
    this.#movedAt = performance.now();
    if (!this.gestures.dragging && !this.#still.matches) this.#glide = this.gestures.takeGlide() ?? this.#glide;
    this.pointing.place();
    this.wake();
  }

  #resized() {
    const { width, height } = this.stage.getBoundingClientRect();
    if (!width || !height) return;
    this.view.resize(width, height);
    this.painter.resize(width, height, Math.min(3, devicePixelRatio || 1));
    this.wake();
  }

  /** Something changed: draw at the next frame. */
  wake() {
    this.#frame ||= requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now) {
    this.#frame = 0;
    if (!this.painter?.width || !this.#isWorthDrawing) return;
    const flying = this.view.step(now);
    if (this.#glide && !this.gestures.dragging) {
      this.view.panBy(this.#glide.x * 16, this.#glide.y * 16);
      this.#glide = Math.hypot(this.#glide.x, this.#glide.y) < 0.02
        ? null
        : { x: this.#glide.x * 0.92, y: this.#glide.y * 0.92 };
    }
    const moving = flying || this.#glide !== null || this.gestures.dragging || now - this.#movedAt < 90;
    const more = this.painter.draw(this.view, this.scene, { moving, now, still: this.#still.matches });
    if (flying || this.#glide) this.pointing.place();
    // In the overview a finger scrolls the page; in a close view it moves the map.
    this.canvas.classList.toggle("is-inside", !this.view.isOverview);
    if (moving || more) this.wake();
    else this.sectionLine.update();
  }

  #emit(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

customElements.define("seat-map", SeatMap);

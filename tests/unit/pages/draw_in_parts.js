// Draws a stadium's overview on a canvas that only counts, by a clock that advances with each call, and reports as JSON
// how many calls each task makes.

import { Painter } from "../../../src/admitone/pages/static/seat_map/painter.js";

const SECTIONS = 60;
const tasks = [0];
globalThis.performance = { now: () => tasks.reduce((sum, calls) => sum + calls, 0) };
globalThis.scheduler = { yield: () => Promise.resolve(tasks.push(0)) };

const context = new Proxy({}, {
  get: (target, name) =>
    target[name] ?? ((words) => {
      tasks[tasks.length - 1] += 1;
      return { width: String(words).length * 60 };
    }),
  set: (target, name, value) => Reflect.set(target, name, value),
});
const makeCanvas = () => ({ getContext: () => context, width: 0, height: 0 });
globalThis.document = { createElement: makeCanvas, documentElement: { dataset: { locale: "en-GB" } } };

const sections = Array.from({ length: SECTIONS }, (_, index) => {
  const [left, top] = [(index % 10) * 100, Math.floor(index / 10) * 100];
  const [right, bottom] = [left + 90, top + 90];
  return {
    index,
    name: `Section ${index}`,
    bounds: { left, right, top, bottom },
    outline: [[left, top], [right, top], [right, bottom], [left, bottom]],
    radius: 1,
    area: 8_100,
    label: { x: left + 45, y: top + 45 },
    rows: [],
  };
});
const plan = {
  sections,
  areas: [],
  levels: [{ total: { amount: 6050, currency: "EUR" } }],
  bounds: { left: 0, right: 1_000, top: 0, bottom: 600 },
};
const scene = {
  isKnown: true,
  ofSection: () => ({ available: 5, cheapest: 0, capacity: 10 }),
  chosen: new Set(),
  conflicts: new Set(),
  changes: new Map(),
  hovered: -1,
};
const theme = {
  font: "sans-serif",
  ground: "#ffffff",
  sunken: "#eeeeee",
  edge: "#999999",
  ink: "#111111",
  levels: ["#4c78a8"],
};

let frames = 0;
const view = { scale: 1, x: 0, y: 0 };
const frame = () => painter.draw(view, scene, { moving: false, now: 0, still: true });
const painter = new Painter(makeCanvas(), plan, () => frames += 1);
painter.resize(1_000, 600, 1);
painter.setTheme(theme);
const beforeFirst = frame();
while (painter.isDrawing) await new Promise((done) => setTimeout(done));
const first = tasks.splice(0, tasks.length, 0);
frame();
const shown = tasks.splice(0, tasks.length, 0);
painter.invalidate();
frame();
while (painter.isDrawing) await new Promise((done) => setTimeout(done));
const answer = JSON.stringify({ first, shown, again: tasks, frames, beforeFirst });
await Deno.stdout.write(new TextEncoder().encode(answer));

// Answers questions about the seat map's views and labels, as JSON: no canvas is needed to know where words go.

import { drawRowNames, drawSectionLabels } from "../../../src/admitone/pages/static/seat_map/backdrop.js";
import { alignPrices } from "../../../src/admitone/pages/static/js/money.js";
import { Viewport } from "../../../src/admitone/pages/static/seat_map/viewport.js";

globalThis.document = { documentElement: { dataset: { locale: "en-GB" } } }; // where the page says how to write money
const written = [];
const context = {
  measureText: (words) => ({ width: words.length * Number.parseFloat(context.font.split(" ")[1]) * 0.6 }),
  fillText: (words, x, y) => written.push({ words, x, y, px: Number.parseFloat(context.font.split(" ")[1]) }),
};
const theme = {
  font: "sans-serif",
  quiet: "#555555",
  ground: "#ffffff",
  sunken: "#eeeeee",
  edge: "#999999",
  levels: ["#4c78a8"],
};

function drawAll(parts) {
  while (!parts.next().done);
}

function section(name, x, rows) {
  const bounds = { left: x, right: x + 100, top: 0, bottom: 60 };
  return {
    name,
    bounds,
    radius: 10,
    area: 6_000,
    label: { x: x + 50, y: 30 },
    rows: rows.map((row, at) => ({ name: row, label: { x: x + 3, y: at * 25 } })),
  };
}

const levels = [{ total: { amount: 6050, currency: "EUR" } }];
const plan = {
  sections: [section("Section 12", 0, ["A (6)", "B (6)"]), section("Section 13", 18, ["G (3)", "H (3)"])],
  levels,
};
const still = { scale: 1, x: 0, y: 0 };
drawAll(drawRowNames(context, plan, still, theme, 800, 600));
const rows = written.splice(0);

const phone = { sections: [section("Section 12", 0, [])], levels };
const scene = { isKnown: true, ofSection: () => ({ available: 5, cheapest: 0, capacity: 10 }) };
drawAll(drawSectionLabels(context, phone, { scale: 0.5, x: 0, y: 0 }, theme, scene, 1));
const labels = written.splice(0);

// A section with room for "€66", but not for the form of the other prices, "€66.00".
alignPrices([6600, 7260], "EUR");
const slim = { ...section("Section 12", 0, []), bounds: { left: 0, right: 60, top: 0, bottom: 200 }, area: 12_000 };
const aligned = { sections: [slim], levels: [{ total: { amount: 6600, currency: "EUR" } }] };
const [slimLabels, roomyLabels] = [0.6, 0.8].map((scale) => {
  drawAll(drawSectionLabels(context, aligned, { scale, x: 0, y: 0 }, theme, scene, 1));
  return written.splice(0).map((label) => label.words);
});

const filtered = { isKnown: true, ofSection: () => ({ available: 0, cheapest: -1, capacity: 10, isSoldOut: false }) };
drawAll(drawSectionLabels(context, phone, { scale: 2, x: 0, y: 0 }, theme, filtered, 1));
const filteredLabels = written.splice(0);

const view = new Viewport({ left: 0, top: 0, right: 1_000, bottom: 600 }, 5);
view.resize(800, 600);
const whole = view.viewOf(view.bounds, 0.9);
const block = { left: 600, right: 900, top: 100, bottom: 400 };
const shown = view.onto(block, view.viewAt(3, { x: 610, y: 395 }));
const answer = JSON.stringify({
  rows,
  labels,
  slimLabels,
  roomyLabels,
  filteredLabels,
  whole,
  least: view.least,
  shown,
});
await Deno.stdout.write(new TextEncoder().encode(answer));

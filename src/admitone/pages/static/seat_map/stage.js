// The element's own DOM: canvas, buttons, tooltip, key. Built once; styles are in seat_map.css.

import { element } from "../js/element.js";
import { moneyText } from "../js/money.js";
import { markWords } from "./companions.js";
import { AVAILABLE, HELD, SOLD } from "./occupancy.js";
import { sectionWords } from "./plan.js";

const ICONS = { in: "M12 5v14M5 12h14", out: "M5 12h14", all: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" };
const GLYPHS = {
  wheelchair: {
    d: "M-.6-4v.1M-.6-2v2.4h2.2L2.7 3M-2-.4A2.3 2.3 0 1 0 .9 3",
    fill: "none",
    stroke: "var(--surface)",
    "stroke-width": 1.3,
  },
  person: { d: "M0-3.4a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 1 1 0-2.8zM-2.6 3a2.6 2.6 0 0 1 5.2 0z", fill: "var(--surface)" },
};

export function buildStage(host, { zoom, all }) {
  const stage = element("div", "seat-map-stage");
  const sight = element("div", "seat-map-sight");
  const canvas = element("canvas", "seat-map-canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute(
    "aria-label",
    "Seat map. Plus and minus zoom; arrow keys go from seat to seat, with Shift they move the map; Enter chooses. Every seat is also in the list below the map.",
  );
  const tip = element("div", "seat-map-tip");
  tip.hidden = true;
  tip.setAttribute("role", "status");
  // Beside the map, not on it: a button over the map would cover seats that are for sale.
  const bar = element("div", "seat-map-bar");
  const hint = element("p", "seat-map-hint");
  hint.setAttribute("role", "status");
  hint.append(
    line("Tap to come closer, then tap a seat.", "by-finger"),
    line("Click to come closer, then click a seat.", "by-mouse"),
  );
  const buttons = element("div", "seat-map-buttons");
  buttons.append(
    button("Zoom in", ICONS.in, () => zoom(1.7)),
    button("Zoom out", ICONS.out, () => zoom(1 / 1.7)),
    button("Show the whole map", ICONS.all, all),
  );
  sight.append(canvas, tip);
  bar.append(hint, buttons);
  stage.append(sight, bar);
  host.replaceChildren(stage, buildKey(host.plan));
  return { stage: sight, canvas, tip, hint };
}

function button(label, path, act) {
  const node = element("button", "seat-map-button");
  node.type = "button";
  node.setAttribute("aria-label", label);
  node.title = label;
  const icon = svg("svg", { viewBox: "0 0 24 24", width: 22, height: 22, "aria-hidden": "true" });
  icon.append(
    svg("path", {
      d: path,
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 2.2,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
  node.append(icon);
  node.addEventListener("click", act);
  return node;
}

/** Explain the shapes in words, since colour alone is not accessible. */
function buildKey(plan) {
  const key = element("ul", "seat-map-key");
  const shapes = [
    ["Free, in the colour of its price", { tag: "circle", r: 6, fill: "var(--seat-map-free)" }],
    ["Yours", { tag: "circle", r: 7, fill: "var(--ink)", tick: true }],
    ["Held by someone else", { tag: "circle", r: 4.6, fill: "none", stroke: "var(--line-strong)", "stroke-width": 2 }],
    ["Sold", { tag: "circle", r: 2.8, fill: "var(--line-strong)" }],
    ["Not for sale", { tag: "path", d: "M-3 0h6", fill: "none", stroke: "var(--line-strong)", "stroke-width": 1.6 }],
  ];
  const free = plan.levels.length > 1 ? "var(--ink-2)" : "var(--seat-map-free)"; // the shape is meant, whatever the price
  if (plan.places.size) {
    shapes.push(["Wheelchair place", {
      tag: "rect",
      x: -6,
      y: -6,
      width: 12,
      height: 12,
      rx: 2,
      fill: free,
      glyph: GLYPHS.wheelchair,
    }]);
  }
  if (plan.placeOf.size) {
    shapes.push(["Companion seat, sold with the place beside it", {
      tag: "path",
      d: "M0-7.5L7.5 0 0 7.5-7.5 0z",
      fill: free,
      glyph: GLYPHS.person,
    }]);
  }
  for (const [words, { tag, tick, glyph, ...shape }] of shapes) {
    const item = element("li", "");
    const icon = svg("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true" });
    icon.append(
      ...(words.startsWith("Free") && plan.levels.length > 1 ? priceDiscs(plan.levels.length) : [svg(tag, shape)]),
    );
    if (tick) {
      icon.append(
        svg("path", {
          d: "M-3 .4l2 2.2L3.2-2.4",
          fill: "none",
          stroke: "var(--surface)",
          "stroke-width": 1.8,
          "stroke-linecap": "round",
        }),
      );
    }
    if (glyph) icon.append(svg("path", { ...glyph, "stroke-linecap": "round" }));
    item.append(icon, words);
    key.append(item);
  }
  return key;
}

/** Return a disc in the colours of the first prices, as the map draws them. */
function priceDiscs(levels) {
  const many = Math.min(3, levels);
  return Array.from(
    { length: many },
    (_, level) => svg("circle", { cx: (level - (many - 1) / 2) * 4.6, r: 3.4, fill: `var(--seat-map-level-${level})` }),
  );
}

/** Return nodes for the tooltip of a seat or a section, or null. */
export function tipText(map, index, section) {
  if (index >= 0) return seatTip(map, index);
  if (!section) return null;
  const { available, cheapest, capacity, isSoldOut } = map.scene.ofSection(section);
  const price = available ? `from ${moneyText(map.plan.levels[cheapest].total)}` : "";
  const none = isSoldOut ? "Sold out" : "None at the chosen prices";
  return [
    line(sectionWords(section.name), "strong"),
    line(available ? `${available} of ${capacity} left, ${price}` : none),
  ];
}

function seatTip(map, index) {
  const seat = map.plan.describe(index);
  const state = map.occupancy.states[index];
  const lines = [line(`${seat.section}`, "quiet"), line(`Row ${seat.row}, seat ${seat.number}`, "strong")];
  if (map.scene.chosen.has(index)) lines.push(line(`Yours · ${seat.level.name}`));
  else if (state === AVAILABLE) lines.push(line(`${moneyText(seat.total)} · ${seat.level.name}`));
  else if (map.own?.has(index)) lines.push(line("You hold this seat.", "strong"));
  else if (state === HELD) lines.push(line("Someone else holds this seat. It may come back."));
  else lines.push(line(state === SOLD ? "Sold" : "Not for sale"));
  const marks = markWords(map.plan, map.occupancy, index);
  if (marks) lines.push(line(marks));
  return lines;
}

function line(words, name = "") {
  const node = element("span", name);
  node.textContent = words;
  return node;
}

function svg(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

// The map of the show desk: any free or held-back seat can be chosen, and whole rows and sections; the form beside the
// map acts on them. The modules of the map are those of the public pages, whose address the page names.

import { markHolds } from "./desk_holds.js";
import { listRows } from "./desk_rows.js";
import { selectAreas } from "./desk_select.js";
import { refreshFigures } from "./desk_refresh.js";
import { indexes, ranges } from "./seat_ranges.js";

const AVAILABLE = 97; // "a", as in occupancy.js
const BLOCKED = 98; // "b"
const SEATS_MAX = 20_000;
const WORDS_SEATS = 6;
const FEED_WORDS = {
  live: "Live: seats change here as they are sold.",
  polling: "Seats are updated every few seconds.",
  reconnecting: "Reconnecting…",
  offline: "You are offline: what you see may be out of date.",
};

const desk = document.querySelector("[data-desk]");
if (desk) start();
refreshFigures();

async function start() {
  const map = document.getElementById("room");
  const [answer] = await Promise.all([fetch(desk.dataset.details), import(desk.dataset.module)]);
  if (!answer.ok) return;
  const form = document.getElementById("seats-form");
  map.lookOnly = !form;
  map.ours = true; // seats that change stay chosen: the API says what it could not change
  map.addEventListener("ready", () => {
    chooseHeldBackToo(map);
    const legend = desk.querySelector("[data-legend]"); // the box office has none
    if (legend) {
      const mark = () => markHolds(map, legend.querySelectorAll("[data-hold]"));
      mark();
      legend.addEventListener("refreshed", mark);
    }
    const modes = desk.querySelector("[data-modes]");
    if (modes) selectAreas(map, modes);
  });
  map.addEventListener("feedstatus", ({ detail }) => {
    desk.querySelector("[data-feed]").textContent = FEED_WORDS[detail.status] ?? "";
  });
  if (form) connect(map, form);
  map.details = { ...(await answer.json()), ticket_limit: SEATS_MAX };
}

/** A seat that is held back is not free to buyers, and is chosen here to release it. */
function chooseHeldBackToo(map) {
  map.occupancy.isFree = (index) => {
    const state = map.occupancy.states[index];
    return state === AVAILABLE || (state === BLOCKED && map.plan.level[index] >= 0);
  };
  map.add = (index) => {
    if (map.lookOnly || !map.occupancy.isFree(index)) return false;
    map.choose([...map.scene.chosen, index]);
    return true;
  };
  map.remove = (index) => map.choose([...map.scene.chosen].filter((other) => other !== index));
}

function connect(map, form) {
  const chosen = form.querySelector("[data-chosen]");
  const choice = form.querySelector("[data-choice]");
  // The box office comes back with seats that the server found; the desk begins with none.
  const found = "keep" in chosen.dataset ? indexes(chosen.value) : [];
  form.querySelector("[data-found]")?.remove();
  choice.hidden = false;
  const words = form.querySelector("[data-choice-words]");
  const tell = () => {
    const seats = map.plan ? map.chosen : [];
    chosen.value = ranges(seats.map(({ index }) => index));
    words.textContent = seats.length ? wordsOf(seats) : "Choose seats on the map.";
  };
  map.addEventListener("choice", tell);
  map.addEventListener("availability", () => found.length && map.choose(found), { once: true });
  if (!found.length) tell();
  for (const button of form.querySelectorAll("[data-extend]")) {
    button.addEventListener("click", () => map.choose(extend(map, button.dataset.extend, map.scene.chosen)));
  }
  form.querySelector("[data-clear]").addEventListener("click", () => map.clear());
  const rows = form.querySelector("[data-row-list]");
  if (rows) listRows(map, rows);
  map.addEventListener("ready", () => map.canvas.addEventListener("keydown", (event) => chooseByKey(map, event)));
}

/** R and S: choose the row, the section of the seat that the arrow keys reached. */
function chooseByKey(map, event) {
  const kind = { r: "row", s: "section" }[event.key.toLowerCase()];
  const seat = map.scene.hovered;
  if (!kind || seat < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  map.choose([...map.scene.chosen, ...extend(map, kind, [seat])]);
}

/** Return these seats with all others of their rows or sections that can be chosen. */
function extend(map, kind, seats) {
  const { plan, occupancy } = map;
  const wanted = new Set();
  for (const index of seats) {
    const { first, end } = kind === "row" ? plan.rows[plan.row[index]] : plan.sections[plan.section[index]];
    for (let i = first; i < end; i += 1) if (occupancy.isFree(i)) wanted.add(i);
  }
  return wanted;
}

function wordsOf(seats) {
  const shown = seats.slice(0, WORDS_SEATS).map(({ section, row, number }) => `${section} ${row}-${number}`);
  const rest = seats.length > WORDS_SEATS ? " …" : "";
  return `${seats.length} ${seats.length === 1 ? "seat" : "seats"}: ${shown.join(", ")}${rest}`;
}

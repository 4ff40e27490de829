// The event's page: joins the map, the prices, the list and the basket. Everything here also works without it, by form.

import "../seat_map/seat_map.js";
import "../seat_map/seat_list.js";
import { Basket } from "./basket.js";
import { checkout } from "./checkout.js";
import { followOpening } from "./opening.js";
import { Prices } from "./prices.js";
import { Finder } from "./finder.js";
import { Refusal } from "./refusal.js";
import { offerShare } from "./share.js";
import { makeSteppers } from "./steppers.js";
import { showPass } from "./queue_notice.js";

const event = JSON.parse(document.getElementById("event-data").textContent);
const form = document.getElementById("tickets");
offerShare(document.getElementById("share"));
followOpening(document.getElementById("opening"));
showPass(document.getElementById("queue-notice"), form?.dataset.locale);
if (form) start();

function start() {
  document.documentElement.dataset.locale = form.dataset.locale;
  makeSteppers(form);
  const map = document.getElementById("room");
  const basket = new Basket(form, event, map);
  const refusal = new Refusal(document.getElementById("refusal"), map);
  if (map) startMap(map, basket, refusal);
  form.addEventListener("submit", async (submit) => {
    submit.preventDefault();
    if (basket.isEmpty) return basket.nudge();
    return checkout({ event, basket, refusal, map });
  });
  form.addEventListener("input", () => { refusal.clear(); basket.update(); });
}

function startMap(map, basket, refusal) {
  const open = form.dataset.state !== "soon";
  map.lookOnly = !open;
  map.addEventListener("choice", () => { refusal.clear(); basket.update(); });
  map.addEventListener("limitreached", ({ detail }) => refusal.say({ code: "ticket-limit-exceeded", ticket_limit: detail.limit }));
  map.addEventListener("seatlost", ({ detail }) => refusal.say({ code: "seat-lost", ...detail }));
  map.addEventListener("ready", () => {
    const prices = new Prices(form, map);
    new Finder(form, map, refusal, prices);
    document.getElementById("list-part").hidden = false;
    basket.update();
  });
  map.addEventListener("availability", () => {
    // Not before the first snapshot: until then nothing is known to be free.
    document.getElementById("finder").hidden = !open;
    basket.updateAreas(map.occupancy.areas);
  });
  const words = document.getElementById("feed-words");
  map.addEventListener("feedstatus", ({ detail }) => { words.textContent = FEED_WORDS[detail.status] ?? ""; });
  map.addEventListener("notice", ({ detail }) => refusal.say({ code: "notice", ...detail }));
  map.addEventListener("failed", () => refusal.say({ code: "map-failed" }));
  map.details = event;
}

const FEED_WORDS = {
  live: "Live: seats change here as they are taken.",
  polling: "Seats are brought up to date every few seconds.",
  reconnecting: "Connecting again…",
  offline: "You are offline: what you see may be out of date.",
};

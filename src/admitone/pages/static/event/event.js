// The event's page: connect the map, the prices, the list and the basket. Everything here also works without it, by
// form.

import "../seat_map/seat_map.js";
import "../seat_map/seat_list.js";
import { Basket } from "./basket.js";
import { checkout, onReturn } from "./checkout.js";
import { watchOpening } from "./opening.js";
import { yieldToBasket } from "./bar.js";
import { Prices } from "./prices.js";
import { Finder } from "./finder.js";
import { EventNotices } from "./notices.js";
import { OwnHold } from "./own_hold.js";
import { Refusal } from "./refusal.js";
import { offerShare } from "./share.js";
import { zoneName } from "./zone.js";
import { makeSteppers } from "./steppers.js";
import { showPass } from "./queue_notice.js";
import { alignPrices } from "../seat_map/money.js";
import { storeChoice, takeChoice } from "../waiting_room/keep.js";

const event = JSON.parse(document.getElementById("event-data").textContent);
const form = document.getElementById("tickets");
offerShare(document.getElementById("share"));
watchOpening(document.getElementById("opening"));
yieldToBasket(document.getElementById("event-bar"), form);
showPass(document.getElementById("queue-notice"), {
  locale: form?.dataset.locale,
  timezone: event.timezone,
  timezoneName: zoneName(event.timezone),
  choose: event.seat_map ? "Choose seats" : "Choose tickets",
});
if (form) start();

function start() {
  document.documentElement.dataset.locale = form.dataset.locale;
  if (event.price_levels.length) {
    alignPrices(
      event.price_levels.flatMap(({ total }) => [total.amount, total.amount - (event.booking_fee?.amount ?? 0)]),
      event.price_levels[0].total.currency,
    );
  }
  makeSteppers(form);
  const map = document.getElementById("room");
  const basket = new Basket(form, event, map);
  const refusal = new Refusal(document.getElementById("refusal"), map, basket.bookingFee, event.timezone);
  const ownHold = new OwnHold(document.getElementById("own-hold"), event, map, form.dataset.locale);
  ownHold.look();
  onReturn(map, ownHold);
  if (map) startMap(map, basket, refusal);
  form.addEventListener("submit", (submit) => {
    submit.preventDefault();
    if (basket.button.disabled) return;
    if (basket.isEmpty) basket.nudge();
    else checkout({ event, basket, refusal, map });
  });
  form.addEventListener("input", () => {
    refusal.clear();
    basket.update();
  });
}

function startMap(map, basket, refusal) {
  const open = form.dataset.state !== "soon";
  map.lookOnly = !open;
  map.addEventListener("choice", () => {
    refusal.clear();
    basket.update();
  });
  map.addEventListener(
    "limitreached",
    ({ detail }) => refusal.say({ code: "ticket-limit-exceeded", ticket_limit: detail.limit }),
  );
  map.addEventListener(
    "companionalone",
    ({ detail: { seat, place } }) =>
      refusal.say({ code: "companion-seat", seats: [seat.id], wheelchair_places: place ? [place.id] : [] }),
  );
  map.addEventListener("companionsgone", ({ detail }) => refusal.say({ code: "companions-gone", ...detail }));
  map.addEventListener("seatlost", ({ detail }) => refusal.say({ code: "seat-lost", ...detail }));
  map.addEventListener("ready", () => {
    new Prices(form, map);
    new Finder(form, map, refusal);
    document.getElementById("list-part").hidden = false;
    basket.update();
  });
  const notices = new EventNotices(document.getElementById("notices"), {
    event,
    stop: (closed, status) => stop(closed, status, map, basket),
    openAgain: (revision) => {
      storeChoice(event.id, basket.body);
      location.replace(addressOf(revision));
    },
  });
  map.addEventListener("availability", () => {
    // Not before the first snapshot: until then no seat is known to be free.
    document.getElementById("finder").hidden = map.lookOnly;
    basket.updateAreas(map.occupancy.areas);
    basket.offerCompanion();
    if (map.occupancy.hasFree()) {
      notices.clearSoldOut();
      basket.foot.hidden = false;
    }
  });
  map.addEventListener("availability", () => chooseAgain(map, basket, refusal), { once: true });
  const words = document.getElementById("feed-words");
  map.addEventListener("feedstatus", ({ detail }) => {
    words.textContent = FEED_WORDS[detail.status] ?? "";
  });
  map.addEventListener("notice", ({ detail }) => {
    if (detail.kind !== "sold_out" || !map.occupancy.hasFree()) notices.receive(detail);
  });
  map.addEventListener("failed", () => refusal.say({ code: "map-failed" }));
  map.details = event;
}

function stop(closed, status, map, basket) {
  map.lookOnly = closed;
  basket.button.disabled = closed;
  document.getElementById("finder").hidden = closed;
  for (const way of document.querySelectorAll(".event-acts a[href='#tickets'], .event-bar")) way.hidden = closed;
  const word = document.getElementById("availability-word");
  if (word && STATUS_WORDS[status]) {
    word.textContent = STATUS_WORDS[status];
    word.className = "tag off_sale";
  }
}

// After a reload for new data, restore the selection, or report which seats are gone.
function chooseAgain(map, basket, refusal) {
  const choice = takeChoice(event.id);
  if (!choice || map.lookOnly) return;
  for (const { section_id: area, quantity } of choice.general_admission ?? []) {
    const input = [...document.querySelectorAll("[data-area]")].find((row) => row.dataset.area === area)?.querySelector(
      "input",
    );
    if (input) input.value = Math.min(quantity, input.max);
  }
  const seats = (choice.seats ?? []).map((id) => map.plan.indexOfId.get(id)).filter((index) => index !== undefined);
  const gone = seats.filter((index) => !map.occupancy.isFree(index));
  map.choose(seats.filter((index) => map.occupancy.isFree(index)));
  basket.update();
  if (gone.length) {
    refusal.say({
      code: "seat-lost",
      seats: gone.map((index) => map.plan.describe(index)),
      alternatives: null,
    });
  }
}

// Caches may have the old page for a while, but none under this address.
function addressOf(revision) {
  const address = new URL(location.href);
  address.searchParams.set("revision", revision);
  address.hash = "tickets";
  return address;
}

const STATUS_WORDS = { cancelled: "Cancelled", postponed: "Postponed" };

const FEED_WORDS = {
  live: "Live: seats change here as they are taken.",
  polling: "Seats are updated every few seconds.",
  reconnecting: "Reconnecting…",
  offline: "You are offline: what you see may be out of date.",
};

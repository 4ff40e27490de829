// The room of an event's page: connect the map, its prices and its list with the basket.

import "../seat_map/seat_map.js";
import "../seat_map/seat_list.js";
import { Prices } from "./prices.js";
import { Finder } from "./finder.js";
import { EventNotices } from "./notices.js";
import { storeChoice, takeChoice } from "../waiting_room/keep.js";

export function startRoom({ event, form, map, basket, refusal }) {
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
  map.addEventListener("availability", () => chooseAgain(event, map, basket, refusal), { once: true });
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
function chooseAgain(event, map, basket, refusal) {
  const choice = takeChoice(event.id);
  if (!choice || map.lookOnly) return;
  for (const { section_id: area, quantity } of choice.general_admission ?? []) {
    const input = [...document.querySelectorAll("[data-area]")].find((row) => row.dataset.area === area)?.querySelector(
      "input",
    );
    if (input) input.value = Math.min(quantity, input.max);
  }
  const seats = (choice.seats ?? []).map((id) => map.plan.indexOf(id)).filter((index) => index !== undefined);
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

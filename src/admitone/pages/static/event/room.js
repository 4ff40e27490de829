// The room of an event's page: connect the map, its prices and its list with the basket.

import "../seat_map/seat_map.js";
import "../seat_map/seat_list.js";
import { Prices } from "./prices.js";
import { Finder } from "./finder.js";
import { LiveChanges } from "./live_changes.js";
import { takeChoice } from "../waiting_room/keep.js";

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
  const changes = new LiveChanges({
    event,
    basket,
    close: (closed) => {
      map.lookOnly = closed;
      document.getElementById("finder").hidden = closed;
    },
  });
  map.addEventListener("availability", () => {
    // Not before the first snapshot: until then no seat is known to be free.
    document.getElementById("finder").hidden = map.lookOnly;
    basket.updateAreas(map.occupancy.areas);
    basket.offerCompanion();
    if (map.occupancy.hasFree()) changes.offerAgain();
  });
  map.addEventListener("availability", () => chooseAgain(event, map, basket, refusal), { once: true });
  map.addEventListener("feedstatus", ({ detail }) => changes.sayStatus(detail.status));
  map.addEventListener("notice", ({ detail }) => changes.receive(detail, map.occupancy.hasFree()));
  map.addEventListener("failed", () => refusal.say({ code: "map-failed" }));
  map.details = event;
}

// After a reload for new data, restore the selection, or report which seats are gone.
function chooseAgain(event, map, basket, refusal) {
  const choice = takeChoice(event.id);
  if (!choice || map.lookOnly) return;
  basket.choosePlaces(choice.general_admission ?? []);
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

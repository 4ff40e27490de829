// The event's page: prices, numbers and the basket; the room after the first view. Everything here also works without
// it, by form.

import { Basket } from "./basket.js";
import { checkout, onReturn } from "./checkout.js";
import { watchOpening } from "./opening.js";
import { yieldToBasket } from "./bar.js";
import { OwnHold } from "./own_hold.js";
import { Refusal } from "./refusal.js";
import { offerShare } from "./share.js";
import { zoneName } from "./zone.js";
import { makeSteppers } from "./steppers.js";
import { showPass } from "./queue_notice.js";
import { alignPrices } from "../js/money.js";
import { firstViewIsShown } from "./first_view.js";
import { preparePlan } from "../seat_map/prepare_plan.js";

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
  if (map) loadRoom(map, basket, refusal);
  else if (form.querySelector("[data-area]")) loadAreas(basket);
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

/** The code of the map and its geometry come together, after what the first view needs. */
async function loadRoom(map, basket, refusal) {
  await firstViewIsShown();
  try {
    const [{ startRoom }] = await Promise.all([import("./room.js"), preparePlan(event)]);
    startRoom({ event, form, map, basket, refusal });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // TypeError: the network is down, or the server
    refusal.say({ code: "map-failed" });
  }
}

/** Without the live numbers the page is as it was rendered. */
async function loadAreas(basket) {
  await firstViewIsShown();
  try {
    const { startAreas } = await import("./areas.js");
    startAreas({ event, form, basket });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // TypeError: the network is down, or the server
  }
}

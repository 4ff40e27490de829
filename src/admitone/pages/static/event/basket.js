// The selection: seats of the map and unnumbered places; chips, count, total.

import { addedPrice, moneyText, orderAmount } from "../js/money.js";
import { element } from "../js/element.js";
import { storedPass } from "../waiting_room/keep.js";

export class Basket {
  constructor(form, event, map) {
    Object.assign(this, { form, event, map });
    this.list = form.querySelector("#basket-seats");
    this.companion = form.querySelector("#basket-companion");
    this.total = form.querySelector("#basket-total");
    this.count = form.querySelector("#basket-count");
    this.empty = this.count.textContent;
    this.bar = form.querySelector("#basket");
    this.foot = form.querySelector(".basket-foot");
    this.button = form.querySelector("#continue");
    this.update();
  }

  get seats() {
    return this.map?.plan ? this.map.chosen : [];
  }

  /** Unnumbered places: [{section_id, quantity, level}]. */
  get places() {
    return [...this.form.querySelectorAll("[data-area]")].map((row) => {
      const section = this.event.sections.find(({ id }) => id === row.dataset.area);
      const level = this.event.price_levels.find(({ id }) => id === section.price_level_id);
      return {
        section_id: section.id,
        quantity: Number(row.querySelector("input").value) || 0,
        level,
        name: section.name,
      };
    }).filter((place) => place.quantity > 0);
  }

  /** Minor units; every price of a level includes it, an order pays it once. */
  get bookingFee() {
    return this.event.booking_fee?.amount ?? 0;
  }

  get quantity() {
    return this.seats.length + this.places.reduce((sum, place) => sum + place.quantity, 0);
  }
  get isEmpty() {
    return this.quantity === 0;
  }

  /** Body of POST /booking/checkout. */
  get body() {
    const body = { event_id: this.event.id };
    const pass = storedPass(this.event.id)?.pass ?? this.form.elements.pass?.value;
    if (pass) body.pass = pass;
    if (this.seats.length) body.seats = this.seats.map((seat) => seat.id);
    if (this.places.length) {
      body.general_admission = this.places.map(({ section_id, quantity }) => ({ section_id, quantity }));
    }
    return body;
  }

  update() {
    const { seats, places } = this;
    if (this.map) this.map.reserved = places.reduce((sum, place) => sum + place.quantity, 0);
    this.list.replaceChildren(...seats.map((seat) => this.#chip(seat)));
    this.offerCompanion();
    const currency = this.event.price_levels[0]?.total.currency;
    const totals = [
      ...seats.map((seat) => seat.total.amount),
      ...places.flatMap(({ level, quantity }) => Array(quantity).fill(level.total.amount)),
    ];
    const amount = orderAmount(totals, this.bookingFee);
    const number = this.quantity;
    this.total.textContent = number ? moneyText({ amount, currency }) : "";
    this.count.textContent = number ? `${number} ${number === 1 ? "ticket" : "tickets"}, fees included` : this.empty;
    this.bar.classList.toggle("is-empty", number === 0);
    this.button.classList.toggle("is-waiting", number === 0);
  }

  /** Live counts of sections without numbered seats. */
  updateAreas(areas) {
    for (const row of this.form.querySelectorAll("[data-area]")) {
      const now = areas[row.dataset.area];
      if (!now) continue;
      const input = row.querySelector("input");
      showNumber(
        row.querySelector("[data-left]"),
        now.available ? `${now.available.toLocaleString(this.form.dataset.locale)} left` : "Sold out",
      );
      row.querySelector("[data-stepper]").hidden = now.available === 0 && Number(input.value) === 0;
      input.max = Math.min(this.event.ticket_limit ?? Infinity, now.available);
      input.dispatchEvent(new Event("limits"));
    }
  }

  /** Choose unnumbered places, as far as they are there: [{section_id, quantity}]. */
  choosePlaces(places) {
    for (const { section_id: id, quantity } of places) {
      const row = [...this.form.querySelectorAll("[data-area]")].find((area) => area.dataset.area === id);
      const input = row?.querySelector("input");
      if (!input) continue;
      input.value = Math.min(quantity, input.max);
      input.dispatchEvent(new Event("limits"));
    }
    this.update();
  }

  nudge() {
    this.count.textContent = this.map ? "Choose at least one seat first" : "Choose at least one ticket first";
    this.bar.classList.remove("is-nudged");
    requestAnimationFrame(() => this.bar.classList.add("is-nudged"));
  }

  /** Offer the companion seat of a chosen wheelchair place while it is free. */
  offerCompanion() {
    if (!this.companion) return;
    const { map } = this;
    const seat = map?.plan && this.quantity < this.event.ticket_limit ? map.nextCompanion() : null;
    const key = String(seat?.index ?? -1);
    if (this.companion.dataset.seat === key) return;
    this.companion.dataset.seat = key;
    this.companion.replaceChildren();
    if (!seat) return;
    const words = element("p", "");
    words.textContent = `Row ${seat.row}, seat ${seat.number} is kept for a companion of yours.`;
    const add = element("button", "button plain");
    add.type = "button";
    add.textContent = `Add companion seat ${seat.number}: ${moneyText(addedPrice(seat.total, this.bookingFee))}`;
    add.addEventListener("click", () => map.add(seat.index));
    this.companion.append(words, add);
  }

  #chip(seat) {
    const item = element("li", "seat-chip");
    const words = element("span", "seat-chip-words");
    const place = element("strong", "");
    place.textContent = `Row ${seat.row}, seat ${seat.number}`;
    const rest = element("span", "quiet tiny");
    rest.dir = "auto"; // it begins with the section's name
    const marks = this.map.markWords(seat.index);
    rest.textContent = [seat.section, marks.toLowerCase()].filter(Boolean).join(", ");
    words.append(place, rest);
    const price = element("span", "number");
    price.textContent = moneyText(addedPrice(seat.total, this.bookingFee));
    const remove = element("button", "seat-chip-remove");
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `Remove ${seat.section}, row ${seat.row}, seat ${seat.number}`);
    remove.addEventListener("click", () => this.map.remove(seat.index));
    item.append(words, price, remove);
    return item;
  }
}

/** Write a live number; a change of it is seen. */
function showNumber(node, words) {
  if (node.textContent === words) return;
  node.textContent = words;
  node.classList.remove("has-changed");
  requestAnimationFrame(() => node.classList.add("has-changed"));
}

// Show refusals in context, on the map too, and the possible next steps.

import { moneyText, orderAmount } from "../js/money.js";
import { element } from "../js/element.js";
import { heldPath, storedHold } from "../waiting_room/keep.js";
import { zoneName } from "./zone.js";

export class Refusal {
  /** `bookingFee`: minor units, see `Basket.bookingFee`. */
  constructor(node, map, bookingFee, timezone) {
    Object.assign(this, { node, map, bookingFee, timezone });
  }

  clear() {
    if (this.node.childElementCount) this.node.replaceChildren();
  }

  /** `problem` = members of the problem document, or one of the page's own codes. */
  say(problem) {
    const { title, text, acts = [], mild = false } = (WORDS[problem.code] ?? unknown)(problem, this);
    const box = element("div", mild ? "notice" : "notice bad");
    box.append(line("h3", title), line("p", text));
    if (acts.length) {
      const row = element("p", "refusal-acts");
      row.append(...acts.map(([words, act]) => this.#button(words, act)));
      box.append(row);
    }
    this.node.replaceChildren(box);
    this.node.scrollIntoView({ block: "nearest" });
  }

  #button(words, act) {
    const node = element("button", "button plain");
    node.type = "button";
    node.textContent = words;
    node.addEventListener("click", () => {
      this.clear();
      act();
    });
    return node;
  }

  /** Return a button that chooses these seats (indices) instead, named by row and price. */
  offer(indices) {
    if (!indices?.length || !this.map?.plan) return [];
    const seats = indices.map((index) => this.map.plan.describe(index));
    const amount = orderAmount(seats.map((seat) => seat.total.amount), this.bookingFee);
    const rows = [...new Set(seats.map((seat) => `${seat.section}, row ${seat.row}`))].join(" and ");
    const words = `Take ${seats.length === 1 ? "seat" : "seats"} ${
      seats.map((seat) => seat.number).join(", ")
    } in ${rows}: ${moneyText({ amount, currency: seats[0].total.currency })}`;
    return [[words, () => {
      this.map.choose(indices);
      this.map.show(indices);
    }]];
  }

  names(ids) {
    if (!this.map?.plan) return "";
    return ids.map((id) => this.map.plan.indexOf(id)).filter((index) => index !== undefined)
      .map((index) => this.map.plan.describe(index)).map((seat) => `row ${seat.row} seat ${seat.number}`).join(", ");
  }
}

const WORDS = {
  "seats-taken": (problem, page) => {
    const { map } = page;
    const conflicts = problem.conflicts ?? [];
    const alternatives = (problem.alternatives ?? []).map((id) => map?.plan?.indexOf(id)).filter((index) =>
      index !== undefined
    );
    const kept = map ? map.chosen.filter((seat) => !conflicts.includes(seat.id)).map((seat) => seat.index) : [];
    const acts = page.offer(alternatives);
    if (map?.plan) {
      map.choose(kept);
      map.markConflicts(conflicts);
    }
    return {
      title: "Someone else was faster",
      text: `${
        capital(page.names(conflicts)) || "One of the seats"
      }: taken a moment ago. Nothing was held and nothing was charged.`,
      acts,
    };
  },
  "seat-lost": (problem, page) => ({
    title: problem.seats.length === 1 ? "One of your seats was just taken" : "Some of your seats were just taken",
    text: `${
      capital(problem.seats.map((seat) => `row ${seat.row} seat ${seat.number}`).join(", "))
    }: somebody holds it now. If they do not pay, it comes back.`,
    acts: page.offer(problem.alternatives?.map((seat) => seat.index)),
  }),
  "orphan-seat": (problem, page) => {
    const ids = [...new Set(problem.seats ?? [])];
    const { map } = page;
    map?.markConflicts(ids);
    const more = ids.map((id) => map?.plan?.indexOf(id)).filter((index) => index !== undefined);
    const together = map?.plan ? [...map.chosen.map((seat) => seat.index), ...more].sort((a, b) => a - b) : [];
    const acts = together.length && together.length <= map.limit
      ? [[`Take ${page.names(ids)} too`, () => map.choose(together)]]
      : [];
    const shifted = map?.plan
      ? map.best({ quantity: map.chosen.length, together: true, around: pointOf(map, map.chosen[0]) })
      : null;
    const isNews = shifted && !shifted.every((index) => more.includes(index)) &&
      shifted.join() !== map.chosen.map((seat) => seat.index).join();
    if (isNews) acts.push(...page.offer(shifted));
    return {
      title: "That would leave a single seat",
      text: `${
        capital(page.names(ids)) || "A single seat"
      } would be left as a single free seat. Move along the row by one, or take it too.`,
      acts,
    };
  },
  "companion-seat": (problem, page) => {
    const { map } = page;
    const indices = (ids) => (ids ?? []).map((id) => map?.plan?.indexOf(id)).filter((index) => index !== undefined);
    const places = indices(problem.wheelchair_places);
    const chosen = map?.plan ? map.chosen.map((seat) => seat.index) : [];
    const both = [...new Set([...chosen, ...indices(problem.seats), ...places])].sort((a, b) => a - b);
    const acts = places.length && both.length <= map.limit
      ? [[`Take wheelchair place ${page.names(problem.wheelchair_places)} with it`, () => map.choose(both)]]
      : [];
    const held = places.length
      ? ""
      : " Somebody is holding that place; if it is bought without the companion seat, anybody can have this seat.";
    return {
      title: "A companion seat goes with its wheelchair place",
      text: `${
        capital(page.names(problem.seats ?? [])) || "This seat"
      } is kept for the companion of the person in the wheelchair place beside it.${held}`,
      acts: [...acts, ...page.offer(indices(problem.alternatives))],
    };
  },
  "companions-gone": ({ seats }) => ({
    title: seats.length === 1 ? "The companion seat went with it" : "The companion seats went with it",
    text: `${
      capital(seats.map((seat) => `row ${seat.row} seat ${seat.number}`).join(", "))
    }: kept for the companion of the person in the wheelchair place.`,
    mild: true,
  }),
  "no-wheelchair-place": ({ quantity }) => ({
    title: quantity > 1
      ? `No wheelchair place with ${quantity - 1} ${quantity === 2 ? "seat" : "seats"} beside it`
      : "No wheelchair place is left",
    text:
      "Nothing like that is left at these prices. Ask for fewer seats beside it, or choose on the map or in the list.",
  }),
  "ticket-limit-exceeded": ({ ticket_limit: limit, event }) => ({
    title: limit ? `At most ${limit} tickets a person` : "That is more than one person may buy",
    text:
      "The organizer set this limit so that more people get in. Tickets you already hold count too. Remove a seat to choose another.",
    acts: toHeld(event),
  }),
  "pass-in-use": ({ event }) => ({
    title: "You already hold tickets",
    text: "Your turn covers one purchase. Pay for the tickets you hold, or give them back and choose again.",
    acts: toHeld(event),
  }),
  "too-many-holds": ({ retry_after: seconds }) => ({
    title: "Many tickets are held from your network",
    text: `Other people on your network hold many tickets at the moment. Your choice is kept on this page. Try again${
      soon(seconds)
    }.`,
    acts: retry(),
  }),
  "too-many-attempts": ({ retry_after: seconds }) => ({
    title: "Too many attempts",
    text: `Nothing was charged. Try again${soon(seconds)}.`,
    acts: retry(),
  }),
  "not-enough-tickets": ({ available }, page) => {
    page.map?.refresh();
    return {
      title: "Not enough tickets left",
      text: available
        ? `${available} left. Nothing was held.`
        : "The last ones were taken a moment ago. Nothing was held.",
    };
  },
  "sale-not-open": ({ opens_at: opens }, { timezone }) => ({
    title: opens ? "The sale has not opened yet" : "The sale has ended",
    text: opens
      ? `It opens on ${
        new Date(opens).toLocaleString([], { dateStyle: "medium", timeStyle: "short", timeZone: timezone })
      }, ${zoneName(timezone)}.`
      : "Tickets for this show are no longer sold.",
  }),
  "event-cancelled": () => ({ title: "This show was cancelled", text: "Nothing was held and nothing was charged." }),
  "waiting-room-pass-required": ({ join_url: url }) => ({
    title: "There is a queue for this show",
    text: "Everyone gets one place in it.",
    acts: url ? [["Join the queue", () => location.assign(`${url}#join`)]] : [],
  }),
  "unknown-seat": () => ({
    title: "The seat map has changed",
    text: "Open the page again and choose your seats again.",
    acts: [["Open again", () => location.reload()]],
  }),
  busy: ({ retry_after: seconds }) => ({
    title: "Very many people are buying at the moment",
    text: `Your choice is kept on this page. Try again${seconds ? ` in ${seconds} s` : " in a moment"}.`,
    acts: retry(),
  }),
  "request-in-progress": () => ({
    title: "Still working on it",
    text: "Your first attempt has no answer yet.",
    acts: retry(),
  }),
  "no-answer": () => ({
    title: "No answer",
    text: "The connection was lost. Nothing is charged, and you can safely try again.",
    acts: retry(),
  }),
  "none-together": ({ quantity }) => ({
    title: `No ${quantity} seats side by side`,
    text: "There is no such group left at these prices. Ask for fewer seats, or remove the price filter.",
  }),
  "map-failed": () => ({
    title: "The seat map could not be loaded",
    text: "Reload the page to try again.",
    acts: [["Open again", () => location.reload()]],
  }),
};

function unknown({ code, detail }) {
  return {
    title: "Your tickets could not be held",
    text: `${detail ?? ""} Nothing was charged. (${code})`.trim(),
    acts: retry(),
  };
}

function soon(seconds) {
  return seconds ? ` in ${seconds} s` : " in a moment";
}

function toHeld(event) {
  const held = event && storedHold(event.id);
  return held ? [["Go to the tickets you hold", () => location.assign(heldPath(held))]] : [];
}

function retry() {
  return [["Try again", () => document.getElementById("tickets").requestSubmit()]];
}

function pointOf(map, seat) {
  return { x: map.plan.x[seat.index], y: map.plan.y[seat.index] };
}

function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function line(tag, words) {
  const node = element(tag, "");
  node.textContent = words;
  return node;
}

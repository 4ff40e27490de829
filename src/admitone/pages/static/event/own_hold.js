// Recognize this tab's own hold after a return from checkout, and offer it instead of showing another buyer's. The tab
// stores the booking's id; the booking's cookie, which no script can read, opens its checkout.

import { forgetHold, heldPath, storedHold } from "../waiting_room/keep.js";
import { element } from "../js/element.js";
import { zoneName } from "./zone.js";

export class OwnHold {
  constructor(node, event, map, locale) {
    Object.assign(this, { node, event, map, locale });
  }

  /** Fetch the state of the hold and show it; forget the hold once it is over. */
  async look() {
    const kept = storedHold(this.event.id);
    if (!kept) return this.#show(null);
    try {
      const answer = await fetch(heldPath(kept, "/status"));
      if (answer.ok) return this.#show(await answer.json(), kept);
      if (answer.status === 404) forgetHold(this.event.id);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // TypeError: the network is down
    }
    return this.#show(null);
  }

  #show(booking, kept) {
    this.status = booking?.status;
    const holds = booking?.status === "in_progress" && Date.parse(booking.expires_at) > Date.now();
    const pays = booking?.status === "paying";
    if (booking && !holds && !pays) forgetHold(this.event.id);
    clearTimeout(this.over);
    this.#markSeats(holds || pays ? booking.tickets : []);
    this.node.hidden = !(holds || pays);
    if (this.node.hidden) return this.node.replaceChildren();
    if (holds) {
      this.over = setTimeout(
        () => this.look(),
        Math.min(Date.parse(booking.expires_at) - Date.now() + 1_000, 2 ** 31 - 1),
      );
    }
    const box = element("div", "notice good stack");
    const acts = element("p", "refusal-acts");
    const go = element("a", "button accent");
    go.href = heldPath(kept);
    go.textContent = pays ? "See its progress" : "Continue to payment";
    acts.append(go);
    if (holds) acts.append(this.#releaseButton(kept, booking.tickets));
    box.append(
      words(
        "h2",
        pays
          ? "Your payment is under way"
          : `You hold ${these(booking.tickets)} until ${this.#clock(booking.expires_at)}`,
      ),
      isolated(words("p", places(booking.tickets))),
      acts,
    );
    return this.node.replaceChildren(box);
  }

  #releaseButton(kept, tickets) {
    const button = element("button", "button plain");
    button.type = "button";
    button.textContent = "Release them";
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await fetch(heldPath(kept, "/release"), { method: "POST", redirect: "manual" });
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      await this.look();
      if (this.status === "released") this.#showReleased(kept, tickets);
      this.map?.refresh?.();
    });
    return button;
  }

  /** The page of a released hold offers the same tickets again. */
  #showReleased(kept, tickets) {
    const box = element("div", "notice stack");
    const acts = element("p", "refusal-acts");
    const again = element("a", "button plain");
    again.href = heldPath(kept);
    again.textContent = "Hold the same again";
    acts.append(again);
    box.append(words("h2", `You released ${these(tickets)}`), words("p", "They are on sale again."), acts);
    this.node.replaceChildren(box);
    this.node.hidden = false;
  }

  #markSeats(tickets) {
    if (!this.map) return;
    const mark = () => {
      this.map.own = new Set(
        tickets.map((ticket) => this.map.plan.indexOf(ticket.seat_id)).filter((index) => index !== undefined),
      );
      const left = this.map.chosen.map((seat) => seat.index).filter((index) => !this.map.own.has(index));
      if (left.length < this.map.chosen.length) this.map.choose(left);
    };
    if (this.map.plan && this.map.occupancy) mark();
    else this.map.addEventListener("ready", mark, { once: true });
  }

  #clock(moment) {
    const { timezone } = this.event;
    return `${
      new Date(moment).toLocaleTimeString(this.locale, { hour: "2-digit", minute: "2-digit", timeZone: timezone })
    }, ${zoneName(timezone)}`;
  }
}

function these(tickets) {
  return tickets.length === 1 ? "a ticket" : `${tickets.length} tickets`;
}

function places(tickets) {
  return tickets.map(({ section, row, seat }) =>
    [section, row && `row ${row}`, seat && `seat ${seat}`].filter(Boolean).join(", ")
  ).join("; ");
}

/** Names of sections have a direction of their own. */
function isolated(node) {
  node.dir = "auto";
  return node;
}

function words(tag, text) {
  const node = element(tag, "");
  node.textContent = text;
  return node;
}

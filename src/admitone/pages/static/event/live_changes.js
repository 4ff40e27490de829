// What the live stream says about an event: notices beside the basket, whether buying is open, whether the stream works.

import { EventNotices } from "./notices.js";
import { storeChoice } from "../waiting_room/keep.js";

export class LiveChanges {
  /** `close(closed)` closes or opens what only this page has, such as its map. */
  constructor({ event, basket, close }) {
    Object.assign(this, { event, basket, close });
    // A page that was rendered sold out says so above, with the form of its waiting list.
    this.isRenderedSoldOut = document.getElementById("tickets").dataset.state === "sold_out";
    this.words = document.getElementById("feed-words");
    this.notices = new EventNotices(document.getElementById("notices"), {
      event,
      stop: (closed, status) => this.#stop(closed, status),
      openAgain: (revision) => {
        storeChoice(event.id, basket.body);
        location.replace(addressOf(revision));
      },
    });
  }

  receive(notice, hasFree) {
    if (notice.kind === "sold_out" && (hasFree || this.isRenderedSoldOut)) return;
    this.notices.receive(notice);
    if (notice.kind === "sold_out") this.#showSoldOut(true);
  }

  /** Places are available, perhaps again. */
  offerAgain() {
    this.notices.clearSoldOut();
    this.basket.foot.hidden = false;
    if (this.isSoldOut) this.#showSoldOut(false);
  }

  sayStatus(status) {
    this.words.textContent = (this.event.seat_map ? SEATS_WORDS : NUMBERS_WORDS)[status] ?? COMMON_WORDS[status] ?? "";
  }

  /** As a page that is rendered sold out: there is nothing to choose. */
  #showSoldOut(isSoldOut) {
    this.isSoldOut = isSoldOut;
    this.basket.foot.hidden = isSoldOut;
    hideWays(isSoldOut || this.basket.button.disabled);
    const word = document.getElementById("availability-word");
    if (!word) return;
    this.wordBefore ??= { text: word.textContent, kind: word.className };
    word.textContent = isSoldOut ? "Sold out" : this.wordBefore.text;
    word.className = isSoldOut ? "tag sold_out" : this.wordBefore.kind;
  }

  #stop(closed, status) {
    this.close(closed);
    this.basket.button.disabled = closed;
    hideWays(closed || this.isSoldOut === true);
    const word = document.getElementById("availability-word");
    if (word && STATUS_WORDS[status]) {
      word.textContent = STATUS_WORDS[status];
      word.className = "tag off_sale";
    }
  }
}

/** The buttons that lead to the tickets. */
function hideWays(isHidden) {
  for (const way of document.querySelectorAll(".event-acts a[href='#tickets'], .event-bar")) way.hidden = isHidden;
}

// Caches may have the old page for a while, but none under this address.
function addressOf(revision) {
  const address = new URL(location.href);
  address.searchParams.set("revision", revision);
  address.hash = "tickets";
  return address;
}

const STATUS_WORDS = { cancelled: "Cancelled", postponed: "Postponed" };

const COMMON_WORDS = {
  reconnecting: "Reconnecting…",
  offline: "You are offline: what you see may be out of date.",
};
const SEATS_WORDS = {
  live: "Live: seats change here as they are taken.",
  polling: "Seats are updated every few seconds.",
};
const NUMBERS_WORDS = {
  live: "Live: the numbers change here as tickets are taken.",
  polling: "The numbers are updated every few seconds.",
};

// Show changes of the event beside the basket while its page is open, until they are over or dismissed.

import { element } from "../js/element.js";
import { zoneName } from "./zone.js";
import { showWaitingForm } from "./waiting_form.js";

export class EventNotices {
  #received = new Set(); // a reconnected stream may repeat a notice
  #boxes = new Map(); // subject → box: the newest notice replaces the previous one

  /**
   * `stop(closed)` closes or opens buying on this page; `openAgain(revision)` reloads the page and keeps the selection.
   */
  constructor(node, { event, stop, openAgain }) {
    Object.assign(this, { node, event, stop, openAgain });
  }

  /** Show a notice of the live stream: {kind, status, starts_at, revision}. */
  receive(notice) {
    const { kind, revision } = notice;
    const words = WORDS[kind === "status" ? notice.status : kind];
    if (!words || !this.#isNew(kind, revision)) return;
    const { about, tone = "warn", closed, title, text, act } = words(notice, this.event);
    if (closed !== undefined) this.stop(closed, notice.status);
    const box = element("div", `notice ${tone}`);
    box.append(line("h3", title), line("p", text));
    const acts = element("p", "refusal-acts");
    if (act) acts.append(button(act, () => this.openAgain(revision)));
    if (!closed) acts.append(button("Close", () => this.#over(about)));
    if (acts.childElementCount) box.append(acts);
    this.#boxes.set(about, box);
    this.#show();
    this.node.scrollIntoView({ block: "nearest" });
    if (about === "places") showWaitingForm(box, () => this.#boxes.get(about) === box);
  }

  /** Places are available: remove the sold-out notice, but not while its form is being filled in. */
  clearSoldOut() {
    if (!this.#boxes.get("places")?.contains(document.activeElement)) this.#over("places");
  }

  #isNew(kind, revision) {
    if (kind === "sold_out") return true; // repeatedly in one revision: places may be free again meanwhile
    if (revision <= this.event.revision || this.#received.has(`${revision} ${kind}`)) return false;
    this.#received.add(`${revision} ${kind}`);
    return true;
  }

  #over(about) {
    if (this.#boxes.delete(about)) this.#show();
  }

  #show() {
    this.node.replaceChildren(...this.#boxes.values());
  }
}

const WORDS = {
  price: () => ({
    about: "price",
    title: "Prices have changed",
    act: "Show the new prices",
    text: "This page shows the old prices. Your choice is kept, and you see what it costs before you pay.",
  }),
  time: ({ starts_at: startsAt }, event) => ({
    about: "time",
    title: "The time has changed",
    act: "Show the current page",
    text: `${
      startsAt
        ? `The show begins on ${moment(startsAt, event.timezone)}, ${zoneName(event.timezone)}`
        : "The new time will be announced"
    }. What you chose stays chosen.`,
  }),
  cancelled: () => ({
    about: "sale",
    tone: "bad",
    closed: true,
    title: "This show was cancelled",
    text:
      "Tickets are no longer sold, and you are not charged. If you bought tickets, your booking page says what happens with your money.",
  }),
  postponed: () => ({
    about: "sale",
    closed: true,
    title: "This show is postponed",
    text:
      "A new date will be announced. Tickets stay valid for it and go back on sale then. You are not charged for what you chose.",
  }),
  paused: () => ({
    about: "sale",
    closed: true,
    title: "The sale is closed at the moment",
    text:
      "Your choice stays on this page, but the seats are not held for you. This page tells you when the sale goes on.",
  }),
  resumed: () => ({
    about: "sale",
    tone: "good",
    closed: false,
    title: "The sale goes on",
    act: "Show the current page",
    text: "Tickets are on sale again. Your choice is kept.",
  }),
  sold_out: () => ({
    about: "places",
    title: "Sold out",
    text: "The last ticket was just sold. If one is returned, this page shows it at once.",
  }),
};

function moment(text, timeZone) {
  const locale = document.documentElement.dataset.locale;
  return new Date(text).toLocaleString(locale, { dateStyle: "full", timeStyle: "short", timeZone });
}

function button(words, act) {
  const node = element("button", "button plain");
  node.type = "button";
  node.textContent = words;
  node.addEventListener("click", act);
  return node;
}

function line(tag, words) {
  const node = element(tag, "");
  node.textContent = words;
  return node;
}

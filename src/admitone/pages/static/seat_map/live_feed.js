// Keep a page's seat states current: a snapshot at once, then pushed changes, else polling.

import { takeSlot } from "./stream_slots.js";

const SILENCE_MS = 45_000; // the server sends something at least every 20 s
const POLL_MS = 4_000;
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 30_000;
const HIDDEN_MS = 2_000; // a hidden tab closes its connection, but not for a short visit to another tab

export class LiveFeed {
  #source = null;
  #slot = null;
  #timers = new Map();
  #failures = 0;
  #etag = null;
  #lastHeard = 0;
  #stopped = true;

  /** @param {{seatsUrl: string, liveUrl: string|null, on: (kind: "snapshot"|"delta"|"notice"|"status", data: any) => void}} options */
  constructor({ seatsUrl, liveUrl, on }) {
    Object.assign(this, { seatsUrl, liveUrl, on });
    this.status = "connecting";
  }

  start() {
    this.#stopped = false;
    this.#poll();
    if (!document.hidden) this.#open();
    this.onVisible = () => (document.hidden ? this.#later("hide", HIDDEN_MS, () => this.#rest()) : this.#wake());
    document.addEventListener("visibilitychange", this.onVisible);
    addEventListener("online", this.onOnline = () => this.#wake());
  }

  stop() {
    this.#stopped = true;
    document.removeEventListener("visibilitychange", this.onVisible);
    removeEventListener("online", this.onOnline);
    this.#rest();
  }

  /** Request a fresh snapshot now (after a refusal that contradicts our states). */
  refresh() {
    return this.#poll();
  }

  async #open() {
    if (this.#stopped || !this.liveUrl || this.#slot) return;
    const slot = (this.#slot = takeSlot());
    await slot.taken;
    if (this.#slot !== slot) return; // released while it waited
    const source = new EventSource(this.liveUrl);
    this.#source = source;
    const hear = (kind) => (event) => {
      this.#recordReceipt();
      this.on(kind, JSON.parse(event.data));
    };
    source.addEventListener("snapshot", hear("snapshot"));
    source.addEventListener("delta", hear("delta"));
    source.addEventListener("notice", hear("notice"));
    source.onopen = () => this.#recordReceipt();
    source.onerror = () => this.#failed();
  }

  #recordReceipt() {
    this.#failures = 0;
    this.#lastHeard = Date.now();
    this.#clear("poll");
    this.#say("live");
    this.#later("silence", SILENCE_MS, () => this.#verify());
  }

  // Heartbeats are comments, which an EventSource does not report: after a silence, check for missed changes.
  async #verify() {
    await this.#poll({ again: false });
    if (this.#source) this.#later("silence", SILENCE_MS, () => this.#verify());
  }

  #failed() {
    this.#close();
    this.#failures += 1;
    this.#say(this.#failures > 2 ? "polling" : "reconnecting");
    // Random jitter on a doubling delay: a thousand pages that lost one server must not reconnect at once.
    const wait = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** this.#failures) * (0.5 + Math.random() / 2);
    this.#later("open", wait, () => this.#open());
    if (!this.#timers.has("poll")) this.#later("poll", POLL_MS * (0.5 + Math.random()), () => this.#poll());
  }

  async #poll({ again = true } = {}) {
    this.#clear("poll");
    try {
      const answer = await fetch(this.seatsUrl, { headers: this.#etag ? { "If-None-Match": this.#etag } : {} });
      if (answer.ok) {
        this.#etag = answer.headers.get("ETag");
        this.on("snapshot", await answer.json());
      }
      if (this.status !== "live") this.#say(answer.ok || answer.status === 304 ? "polling" : "reconnecting");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // TypeError: the network is down
      this.#say("offline");
    }
    const pushed = this.#source && Date.now() - this.#lastHeard < SILENCE_MS;
    if (again && !this.#stopped && !document.hidden && !pushed) {
      this.#later("poll", POLL_MS * (0.75 + Math.random() / 2), () => this.#poll());
    }
  }

  #wake() {
    this.#clear("hide");
    if (this.#stopped || this.#slot) return;
    this.#failures = 0;
    this.#poll();
    this.#open();
  }

  #rest() {
    this.#close();
    for (const name of [...this.#timers.keys()]) this.#clear(name);
  }

  #close() {
    this.#source?.close();
    this.#source = null;
    this.#slot?.releaseHold();
    this.#slot = null;
    this.#clear("silence");
  }

  #say(status) {
    if (status === this.status) return;
    this.status = status;
    this.on("status", status);
  }

  #later(name, wait, run) {
    this.#clear(name);
    this.#timers.set(
      name,
      setTimeout(() => {
        this.#timers.delete(name);
        run();
      }, wait),
    );
  }

  #clear(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}

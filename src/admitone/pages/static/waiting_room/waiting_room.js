// <waiting-room>: the visitor's place in the queue, on a page that may be old, suspended or open twice. All pages poll
// one shared document; each computes its own place.

import { canDraw, keyOf, rankOf, verify } from "./draw.js";
import { forgetPlace, newNonce, storedPass, storedPlace, storePass, storePlace } from "./keep.js";
import { solve } from "./proof.js";
import { makeWords } from "./words.js";

const POLL_MS_MAX = 30_000;
const PROOF_ROUNDS_MAX = 3; // others of the same network may join while a puzzle is solved: the next one is larger
const ANNOUNCE_MS = 60_000; // announce the place to a screen reader at most this often

class WaitingRoom extends HTMLElement {
  connectedCallback() {
    this.eventId = this.dataset.event;
    this.url = `/events/${encodeURIComponent(this.eventId)}/queue`;
    this.words = makeWords(this.dataset.locale, this.dataset.zone);
    this.place = this.#sentPlace() ?? storedPlace(this.eventId);
    this.find("join-form").addEventListener("submit", (submit) => {
      submit.preventDefault();
      this.join();
    });
    this.find("again-form").addEventListener("submit", (submit) => {
      submit.preventDefault();
      forgetPlace(this.eventId);
      this.place = null;
      this.join();
    });
    this.find("verify").addEventListener("click", () => this.verify());
    this.find("copy").addEventListener("click", () => this.copy());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.look();
    });
    addEventListener("storage", () => {
      this.place = storedPlace(this.eventId);
      this.look();
    });
    addEventListener("online", () => this.look());
    setInterval(() => this.tick(), 1000);
    this.#joinAtOnce();
  }

  find(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  say(name, words) {
    const node = this.find(name);
    if (node.textContent !== words) node.textContent = words;
  }

  /** Poll the queue now, and again when due. */
  async look() {
    clearTimeout(this.timer);
    const look = (this.looks = (this.looks ?? 0) + 1);
    let wait = POLL_MS_MAX;
    try {
      const answer = await fetch(this.url, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        this.status = await answer.json();
        if (look !== this.looks) return;
        wait = await this.show();
      }
      this.find("offline").hidden = answer.ok;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.find("offline").hidden = false;
      wait = 5_000;
    }
    if (look !== this.looks || wait === null) return;
    this.timer = setTimeout(() => this.look(), wait * (1 + Math.random() / 4));
  }

  /** Draw the state; return the delay until the next poll, or null if the page moves on. */
  async show() {
    const { status, words } = this;
    this.say("message", status.message ?? "");
    this.find("message").hidden = !status.message;
    const prices = this.querySelector("[data-part=prices]"); // an event may have none
    if (prices) prices.hidden = !status.shows_prices;
    if (!status.required && status.state === "open" && !this.place) {
      return this.#moveOn("There is no queue now: go straight to the tickets.");
    }
    if (storedPass(this.eventId) && this.dataset.moved !== "yes") return this.#moveOn("You are in.");
    if (!this.place) return this.#showDoor();
    if (status.seed === undefined) return this.#showDraw();
    const position = await this.#position();
    if (position === null) return 2_000;
    if (position <= 0) return this.#enter();
    const eta = status.rate_per_minute > 0 ? Math.round((position * 60) / status.rate_per_minute) : null;
    this.view = "waiting";
    this.say("ahead", words.number(position - 1));
    this.say(
      "ahead-words",
      position === 1 ? "You are next" : `${position === 2 ? "person is" : "people are"} before you`,
    );
    this.say(
      "eta",
      status.state === "sold_out"
        ? "Sold out at the moment. If a held or returned ticket becomes free, the queue moves on."
        : status.paused
        ? "The queue is paused. Your place stays yours."
        : words.wait(eta),
    );
    this.#title(`${words.number(position - 1)} before you`);
    this.#announce(`${words.people(position - 1)} before you. ${this.find("eta").textContent}`);
    // Often enough that no turn passes between two polls, whatever the pace was at the last one.
    return Math.max(
      status.poll_after_ms,
      Math.min(POLL_MS_MAX, (status.turn_seconds * 1000) / 4, ((eta ?? 300) * 1000) / 10),
    );
  }

  set view(view) {
    if (this.dataset.view === view) return;
    this.dataset.view = view;
    if (this.contains(document.activeElement) || document.activeElement === document.body) {
      this.querySelector(`[data-view-of="${view}"] h1`)?.focus({ preventScroll: true });
    }
  }

  /** `#join`: the visitor pressed "Join" on the event's page, so this page joins at once. */
  async #joinAtOnce() {
    const wanted = location.hash === "#join";
    if (wanted) history.replaceState(null, "", location.pathname + location.search);
    await this.look();
    if (wanted && this.dataset.view === "join" && this.status && !this.place) await this.join();
  }

  #showDoor() {
    const { status, words } = this;
    if (status.state === "closed") {
      this.view = "closed";
      const opens = status.pre_queue_opens_at;
      this.say(
        "closed-words",
        opens && Date.parse(opens) > Date.now()
          ? `The waiting room opens on ${words.moment(opens)}, ${this.dataset.zoneName}.`
          : "Tickets for this show are not on sale now.",
      );
      return POLL_MS_MAX;
    }
    this.view = "join";
    this.say(
      "join-words",
      status.state === "pre_queue"
        ? `The sale opens at ${
          words.clock(status.opens_at ?? Date.now())
        }, ${this.dataset.zoneName}. Everyone who is here by then gets a random place: it does not matter who came first.`
        : `${words.people(Math.max(0, status.size - status.serving))} ${
          status.size - status.serving === 1 ? "is" : "are"
        } in the queue. You join at its end.`,
    );
    return Math.max(5_000, status.poll_after_ms);
  }

  #showDraw() {
    const { status, words } = this;
    this.view = "draw";
    // The document is shared and some seconds old: it may not count this place yet.
    const entrants = Math.max(status.pre_queue_size, this.place.entry + 1);
    this.say("entrants", words.number(entrants));
    this.say("entrants-words", entrants === 1 ? "person in it so far: you" : "people in it so far, you among them");
    this.tick();
    this.#title("You are in the draw");
    this.#announce(`You are in the draw, with ${words.people(entrants)} in it so far.`);
    const left = Date.parse(status.opens_at) - Date.now();
    return left > 0 ? Math.min(status.poll_after_ms, left + 500) : status.poll_after_ms;
  }

  /** Once a second: only the countdown to the draw. */
  tick() {
    if (this.dataset.view !== "draw" || !this.status) return;
    const left = Date.parse(this.status.opens_at) - Date.now();
    this.say(
      "countdown",
      left > 0
        ? `The draw is in ${this.words.span(left)}, at ${
          this.words.clock(this.status.opens_at)
        }, ${this.dataset.zoneName}.`
        : this.status.beacon && !this.status.beacon.value
        ? `The draw waits for round ${this.status.beacon.round} of ${this.status.beacon.name}.`
        : "The draw is being made now.",
    );
  }

  /** Return how many are called before and with this place; 0 or less: it has been called. */
  async #position() {
    const { status, place } = this;
    if (!canDraw()) return this.#askPosition();
    const drawn = `${status.seed}${status.entrants_hash}${place.entry}`;
    if (this.drawn !== drawn) {
      [this.rank, this.drawn] = [await rankOf(await keyOf(status), status.pre_queue_size, place.entry), drawn];
    }
    return this.rank - status.serving + 1;
  }

  /** Without WebCrypto (a page that is not https) the server computes it. */
  async #askPosition() {
    const answer = await this.#post(`${this.url}/admission`, { queue_token: this.place.queue_token });
    if (answer.status === 425) return answer.body.position;
    return answer.ok || answer.status === 410 ? 0 : null;
  }

  async #enter() {
    const answer = await this.#post(`${this.url}/admission`, { queue_token: this.place.queue_token });
    if (answer.ok) {
      storePass(this.eventId, answer.body);
      return this.#moveOn("It is your turn.");
    }
    if (answer.status === 410 || answer.status === 403) {
      this.view = "missed";
      this.say("missed-words", answer.body.detail);
      this.#title("You missed your turn");
      this.#announce(answer.body.detail);
      return POLL_MS_MAX;
    }
    return 2_000;
  }

  #moveOn(words) {
    this.view = "turn";
    this.say("turn-words", words);
    this.#title("It is your turn");
    this.say("announce", `${words} The page with the seats opens now.`);
    this.dataset.moved = "yes";
    setTimeout(() => location.assign(`${this.dataset.sale}#queue-notice`), 1200);
    return null;
  }

  async join(proof = null, round = 1) {
    const button = this.find("join-form").querySelector("button");
    button.setAttribute("aria-busy", "true");
    this.find("join-trouble").hidden = true;
    this.ownNonce ??= newNonce();
    try {
      const answer = await this.#post(this.url, proof ? { nonce: this.ownNonce, proof } : { nonce: this.ownNonce });
      if (answer.ok) {
        this.place = { ...answer.body, nonce: this.ownNonce, commitment: this.status?.seed_commitment };
        this.ownNonce = null;
        storePlace(this.eventId, this.place);
        return await this.look();
      }
      if (answer.body.code === "proof-required" && round <= PROOF_ROUNDS_MAX && canDraw()) {
        this.say(
          "join-trouble",
          round === 1
            ? "Your browser is completing a quick bot check."
            : "Many people join from your network, so the bot check takes a little longer.",
        );
        this.find("join-trouble").hidden = false;
        const solved = (await solve(answer.body.challenge)) ?? "";
        return await this.join(solved, round + 1);
      }
      if (answer.body.code === "proof-required" && !canDraw()) {
        this.say("join-trouble", "This browser can complete the bot check only on an https page.");
        this.find("join-trouble").hidden = false;
        return null;
      }
      if (answer.body.code === "queue-not-needed") {
        return this.#moveOn("There is no queue now: go straight to the tickets.");
      }
      this.say("join-trouble", answer.body.detail ?? "The waiting room is not answering. Try again in a moment.");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.say("join-trouble", "No connection. Try again: you do not lose your place.");
    } finally {
      button.removeAttribute("aria-busy");
    }
    this.find("join-trouble").hidden = false;
    return null;
  }

  async verify() {
    const list = this.find("proof");
    list.replaceChildren();
    this.say("verdict", "Checking…");
    if (!canDraw()) return this.say("verdict", "This browser computes it only on an https page.");
    if (!this.status?.seed) {
      return this.say(
        "verdict",
        `The seed is revealed with the draw. Until then this commitment binds the organizer: ${
          this.status?.seed_commitment.slice(0, 16)
        }…`,
      );
    }
    let good = true;
    try {
      for await (
        const { ok, words } of verify(this.eventId, this.status, this.place ?? { entry: 0 }, this.words.number)
      ) {
        good &&= ok;
        const line = document.createElement("li");
        line.className = ok ? "is-good" : "is-bad";
        line.textContent = ok ? words : `Failed: ${words}`;
        list.append(line);
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return this.say("verdict", "The list of entrants could not be read. Try again in a moment.");
    }
    return this.say(
      "verdict",
      good
        ? "Verified in your browser: the draw is as promised."
        : "This draw is not as promised. Keep this page, and ask the organizer.",
    );
  }

  async copy() {
    const link = `${location.origin}${location.pathname}?t=${encodeURIComponent(this.place.queue_token)}`;
    try {
      await navigator.clipboard.writeText(link);
      this.say("copied", "Copied. Open it on your other device. Anyone who has this link has your place.");
    } catch {
      this.say("copied", link);
    }
  }

  /**
   * A link from another device: `?t=` contains the place. Remove it from the address bar and store it in this browser.
   */
  #sentPlace() {
    const token = new URLSearchParams(location.search).get("t");
    if (!token) return null;
    history.replaceState(null, "", location.pathname);
    const entry = Number(token.split(".").at(-3));
    if (!Number.isSafeInteger(entry)) return null;
    const kept = storedPlace(this.eventId);
    if (kept?.queue_token === token) return kept;
    const place = { queue_token: token, entry };
    storePlace(this.eventId, place);
    return place;
  }

  #title(words) {
    document.title = `${words} · ${this.dataset.name}`;
  }

  #announce(words) {
    const now = Date.now();
    if (words === this.announced || now - (this.announcedAt ?? 0) < ANNOUNCE_MS) return;
    [this.announced, this.announcedAt] = [words, now];
    this.say("announce", words);
  }

  async #post(url, body) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    return { ok: answer.ok, status: answer.status, body: isJson ? await answer.json() : {} };
  }
}

customElements.define("waiting-room", WaitingRoom);

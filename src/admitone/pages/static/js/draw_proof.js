// Verify the draw of a waiting list in the browser: docs/reference/waiting-list.md, with the functions of the waiting room.

import { bytesOf, canDraw, drawKey, emptyChain, extendChain, hexOf, rankOf, sha256 } from "../waiting_room/draw.js";

const PAGE_ENTRANTS = 1000;

class DrawProof extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").hidden = false;
    this.querySelector("button").addEventListener("click", () => this.verify());
  }

  async verify() {
    const list = this.querySelector("ul");
    list.replaceChildren();
    this.say("Checking…");
    if (!canDraw()) return this.say("This browser computes it only on an https page.");
    let good = true;
    try {
      for await (const { ok, words } of this.checks()) {
        good &&= ok;
        const line = document.createElement("li");
        line.className = ok ? "is-good" : "is-bad";
        line.textContent = ok ? words : `Failed: ${words}`;
        list.append(line);
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return this.say("The list of entrants could not be read. Try again in a moment.");
    }
    return this.say(good ? "Every check passes." : "A check failed: ask the organizer.");
  }

  async *checks() {
    const { event, commitment } = this.dataset;
    const first = await this.read(0);
    yield {
      ok: hexOf(await sha256(bytesOf(first.seed))) === commitment && first.seed_commitment === commitment,
      words: "The secret seed is the one that was fixed before the draw.",
    };
    let chain = await emptyChain(event);
    for (let page = 0; page * PAGE_ENTRANTS < first.draw_size; page += 1) {
      const { marks = [] } = page === 0 ? first : await this.read(page);
      chain = await extendChain(chain, bytesOf(marks.join("")));
    }
    yield {
      ok: hexOf(chain) === first.entrants_hash,
      words: `The draw was made of all ${first.draw_size} entrants: their marks add up to its hash.`,
    };
    const key = await drawKey(bytesOf(first.seed), bytesOf(first.entrants_hash), new Uint8Array());
    let ok = true;
    for (const row of document.querySelectorAll("[data-entry]")) {
      ok &&= await rankOf(key, first.draw_size, Number(row.dataset.entry)) === Number(row.dataset.rank);
    }
    yield { ok, words: "Computed here, each place on this page is the one that was drawn." };
  }

  async read(page) {
    const answer = await fetch(`${this.dataset.url}?page=${page}`);
    if (!answer.ok) throw new TypeError("the draw cannot be read");
    return answer.json();
  }

  say(words) {
    this.querySelector("[role=status]").textContent = words;
  }
}

customElements.define("draw-proof", DrawProof);

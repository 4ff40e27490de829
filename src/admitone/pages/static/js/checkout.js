// Checkout without reloads: the server renders every step, this module swaps it in and preserves the focus.
import { storeHold } from "../waiting_room/keep.js";
import { fetchPage, swap } from "./swap.js";

const POLL_MS = 2000;
const SOON_SECONDS = 120;

// <live-checkout>: submits forms in place; data-poll polls until the payment has a result.
class LiveCheckout extends HTMLElement {
  connectedCallback() {
    const { event, booking } = this.dataset;
    // the event's page recognizes it; from now on the cookie opens it
    if (event) storeHold(event, { booking_id: booking });
    this.addEventListener("submit", (event) => this.send(event));
    if (this.dataset.poll) this.timer = setTimeout(() => this.load(this.dataset.poll), POLL_MS);
    addEventListener("hold-over", this.onOver = () => this.load(this.dataset.over), { once: true });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    removeEventListener("hold-over", this.onOver);
  }

  async send(event) {
    event.preventDefault();
    const form = event.target;
    const button = event.submitter ?? form.querySelector("button");
    if (button.getAttribute("aria-busy") === "true") return; // ignore double clicks
    button.setAttribute("aria-busy", "true");
    const body = new URLSearchParams(new FormData(form));
    const sent = await this.load(form.action, { method: "POST", body });
    if (!sent) {
      button.removeAttribute("aria-busy");
      this.say("No connection. Try again when you are back online: nothing is sent twice.");
    }
  }

  // True if something was shown.
  async load(url, options) {
    try {
      const { page, url: reached, redirected } = await fetchPage(url, options);
      if (redirected && !reached.includes("/checkout/")) {
        location.assign(reached);
        return true;
      }
      if (redirected) history.replaceState(null, "", reached);
      const typed = ["email", "name"].map((id) => [id, document.getElementById(id)?.value]);
      if (!swap(page, "main")) location.assign(reached);
      for (const [id, value] of typed) { // input in one form survives the submission of another
        const field = document.getElementById(id);
        if (field && value && !field.value) field.value = value;
      }
      document.querySelector(".error-summary, [data-focus]")?.focus();
      return true;
    } catch {
      if (this.dataset.poll) this.timer = setTimeout(() => this.load(this.dataset.poll), POLL_MS);
      return false;
    }
  }

  say(text) {
    const note = this.querySelector(".offline") ?? document.createElement("p");
    note.className = "notice warn offline";
    note.setAttribute("role", "alert");
    note.textContent = text;
    this.querySelector(".pay")?.append(note);
  }
}

// <hold-clock>: the remaining time of the hold. The server sends the seconds left; the device only counts them down, so
// a wrong clock on the device has no effect.
class HoldClock extends HTMLElement {
  connectedCallback() {
    this.end = performance.now() + Number(this.dataset.seconds) * 1000;
    this.until = new Date(Date.now() + Number(this.dataset.seconds) * 1000);
    this.show();
    this.ticking = setInterval(() => this.show(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.ticking);
  }

  show() {
    const left = Math.max(0, Math.round((this.end - performance.now()) / 1000));
    const clock = this.until.toLocaleTimeString([], {
      hour: "numeric",
      minute: "2-digit",
      timeZone: this.dataset.zone,
    });
    const minutes = Math.floor(left / 60);
    const seconds = String(left % 60).padStart(2, "0");
    // A live region that speaks every second is noise: a screen reader reads the time on focus.
    this.textContent = `Held for you until ${clock}, ${this.dataset.zoneName} (${minutes}:${seconds} left)`;
    this.parentElement.classList.toggle("soon", left <= SOON_SECONDS);
    if (left === 0) {
      clearInterval(this.ticking);
      setTimeout(() => dispatchEvent(new Event("hold-over")), 1000);
    }
  }
}

customElements.define("live-checkout", LiveCheckout);
customElements.define("hold-clock", HoldClock);

// My booking: print, copy the link, and store the page for a gate without a network.

const MOVING_MS = 10_000; // the code changes every 15 s and stays valid for 30 s more

class MyPrint extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}

class MyLink extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const input = this.querySelector("input");
    const { pathname, search } = new URL(input.value, location.href);
    input.value = location.origin + pathname + search; // the origin as this device reaches it, behind any proxy
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(input.value);
      this.querySelector("[role=status]").textContent = "Copied";
    });
  }
}

// <ticket-code>: on a screen with a network the code rotates, so that a copy of it expires. The page contains the
// printed code, for paper and for a gate without a network.
class TicketCode extends HTMLElement {
  connectedCallback() {
    this.still = this.querySelector(".still");
    this.refresh();
    this.timer = setInterval(() => document.hidden || this.refresh(), MOVING_MS);
    document.addEventListener("visibilitychange", this.onShow = () => document.hidden || this.refresh());
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.onShow);
  }

  async refresh() {
    const next = new Image(this.still.width, this.still.height);
    next.className = "moving";
    next.alt = this.still.alt;
    next.src = `${this.dataset.src}${this.dataset.src.includes("?") ? "&" : "?"}at=${Date.now()}`;
    try {
      await next.decode();
      this.querySelector(".moving")?.remove();
      this.append(next);
      this.classList.add("is-live");
    } catch {
      this.querySelector(".moving")?.remove();
      this.classList.remove("is-live");
    }
  }
}

customElements.define("ticket-code", TicketCode);
customElements.define("my-print", MyPrint);
customElements.define("my-link", MyLink);

// The worker caches what this page shows: the page, its style, its codes.
if ("serviceWorker" in navigator) {
  try {
    await navigator.serviceWorker.register("/tickets-worker.js", { scope: "/my/" });
    const { active } = await navigator.serviceWorker.ready;
    const shown = [...document.querySelectorAll("link[rel=stylesheet], script[src], .ticket .still")];
    active.postMessage({ keep: [location.href, ...shown.map((asset) => asset.href ?? asset.src)] });
  } catch {
    // Without a worker (a private window, plain http) the page works online.
  }
}

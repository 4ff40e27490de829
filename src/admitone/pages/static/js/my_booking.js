// My booking: print, copy the link, and keep the page for a door without a network.

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
    input.value = location.href; // as this device reached it, whatever stands between it and the server
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(input.value);
      this.querySelector("[role=status]").textContent = "Copied";
    });
  }
}

customElements.define("my-print", MyPrint);
customElements.define("my-link", MyLink);

// The worker keeps what this page shows: itself, its style, its codes.
if ("serviceWorker" in navigator) {
  try {
    await navigator.serviceWorker.register("/tickets-worker.js", { scope: "/my/" });
    const { active } = await navigator.serviceWorker.ready;
    const shown = [...document.querySelectorAll("link[rel=stylesheet], script[src], .ticket img")];
    active.postMessage({ keep: [location.href, ...shown.map((one) => one.href ?? one.src)] });
  } catch {
    // Without a worker (a private window, plain http) the page works online as before.
  }
}

// <live-results>: links and forms of the list update it in place; the address remains the state.
import { fetchPage, swap } from "./swap.js";

class LiveResults extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='/search']");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      go(link.href, true);
    });
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      go(formAddress(event.target), true);
    });
    this.querySelector("#sort")?.addEventListener("change", (event) => go(formAddress(event.target.form), true));
  }
}

let asking;

async function go(url, push) {
  const shown = document.querySelector("live-results");
  shown.setAttribute("aria-busy", "true");
  asking?.abort();
  const mine = (asking = new AbortController());
  const sheet = document.getElementById("filters");
  const open = sheet?.matches(":popover-open");
  const scrolled = sheet?.scrollTop ?? 0;
  const focused = keyOf(document.activeElement);
  try {
    const { page } = await fetchPage(url, { signal: mine.signal });
    if (!swap(page, "live-results")) return location.assign(url);
    if (push) history.pushState(null, "", url);
    const fresh = document.getElementById("filters");
    if (open) fresh?.showPopover();
    if (fresh) fresh.scrollTop = scrolled;
    restoreFocus(focused);
    if (!open && new URL(url).searchParams.has("page")) scrollTo({ top: 0 });
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
  }
}

// After a swap focus the control with the same label, else the number of results.
function keyOf(element) {
  return element?.closest?.("live-results") ? element.id || words(element) : null;
}

function restoreFocus(key) {
  if (!key) return;
  const found = document.getElementById(key) ??
    [...document.querySelectorAll("live-results a, live-results button")].find((control) => words(control) === key);
  found?.focus({ preventScroll: true });
}

// Without its count, which changes.
function words(element) {
  const copy = element.cloneNode(true);
  copy.querySelector?.(".count")?.remove();
  return copy.textContent.trim();
}

function formAddress(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => value !== "");
  return `${location.origin}/search?${new URLSearchParams(pairs)}`;
}

// <near-me>: requests the location only when its button is pressed; rounded to about a kilometre.
class NearMe extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!navigator.geolocation || !isSecureContext) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const url = new URL(location.href);
          url.searchParams.set("near", `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`);
          url.searchParams.set("radius_km", "50");
          url.searchParams.set("sort", "distance");
          url.searchParams.delete("page");
          go(url.href, true);
        },
        () => {
          button.removeAttribute("aria-busy");
          button.textContent = "Your location is not available";
        },
        { maximumAge: 600_000, timeout: 10_000 },
      );
    });
  }
}

addEventListener("popstate", () => location.pathname === "/search" && go(location.href, false));
customElements.define("live-results", LiveResults);
customElements.define("near-me", NearMe);

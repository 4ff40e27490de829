// Bring the form of the waiting list into the notice "Sold out": the server renders it, the open page fetches it.

import { fetchPage } from "../js/swap.js";

const SHARED_MS = 2_000; // pages that ask within it share one response of the edge cache
const TRIES_MAX = 8;

/** Add the form to `box` once the page of the event has it, while `isShown()`. Without it, `box` stays as it is. */
export async function showWaitingForm(box, isShown) {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    // The sale is counted each second, and everyone who looks at the show learns of its end at once.
    await new Promise((resolve) => setTimeout(resolve, SHARED_MS * (0.25 + Math.random())));
    if (!isShown()) return;
    const page = await fetchCurrent();
    if (page?.getElementById("tickets")?.dataset.state !== "sold_out") continue;
    const form = page.querySelector(".waitlist-form");
    if (form && isShown()) add(box, form, page);
    return; // without a form, this event has no waiting list
  }
}

function add(box, form, page) {
  for (const style of page.querySelectorAll("link[rel=stylesheet]")) {
    if (!document.head.querySelector(`link[href="${style.getAttribute("href")}"]`)) document.head.append(style);
  }
  // The notice is an alert: a screen reader would read the whole form aloud.
  form.setAttribute("aria-live", "off");
  box.classList.add("stack");
  box.querySelector("p").replaceWith(form.parentElement.querySelector("p"));
  box.querySelector(".refusal-acts")?.replaceWith(form);
}

// Caches may have the old page for a while, but none under this address.
async function fetchCurrent() {
  const address = new URL(location.pathname, location.origin);
  address.searchParams.set("sold_out", Math.floor(Date.now() / SHARED_MS));
  try {
    return (await fetchPage(address)).page;
  } catch {
    return undefined; // offline: the next round asks again
  }
}

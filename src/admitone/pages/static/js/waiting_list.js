// <waiting-list>: reload one's place every few seconds, so that an offer appears by itself.
import { fetchPage, swap } from "./swap.js";

const WAITING_MS = 15_000;
const LIVE = ["waiting", "offered"];

async function refresh() {
  const shown = document.querySelector("waiting-list");
  if (document.hidden || !LIVE.includes(shown.dataset.state) || shown.contains(document.activeElement)) return;
  try {
    const { page, status } = await fetchPage(location.href);
    if (status === 200 && page.querySelector("waiting-list").innerHTML !== shown.innerHTML) swap(page, "waiting-list");
  } catch {
    // Offline: the next round asks again.
  }
}

setInterval(refresh, WAITING_MS);
document.addEventListener("visibilitychange", refresh);

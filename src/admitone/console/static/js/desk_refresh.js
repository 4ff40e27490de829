// Keep figures and charts of the show desk current: every few seconds fetch the page, and replace the parts that only
// show. An hour without a touch or a key ends it, so that a forgotten screen does not keep its session alive.

const EVERY_MS = 10_000;
const IDLE_MS = 3_600_000;

export function refreshFigures() {
  if (!document.querySelector("[data-refresh]")) return;
  let touchedAt = performance.now();
  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, () => (touchedAt = performance.now()), { passive: true });
  }
  setInterval(async () => {
    if (document.hidden || performance.now() - touchedAt > IDLE_MS) return;
    const fresh = await fetchPage();
    if (!fresh) return;
    for (const part of document.querySelectorAll("[data-refresh]")) {
      const other = fresh.getElementById(part.id);
      if (!other || part.contains(document.activeElement)) continue;
      const opened = [...part.querySelectorAll("details")].map(({ open }) => open);
      other.querySelectorAll("details").forEach((details, place) => (details.open = opened[place] ?? false));
      part.replaceChildren(...document.adoptNode(other).childNodes);
      part.dispatchEvent(new Event("refreshed"));
    }
  }, EVERY_MS);
}

/** Return the page as it is now; null while offline or signed out. */
export async function fetchPage() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}

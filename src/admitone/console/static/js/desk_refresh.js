// Keep figures and charts of the show desk current: every few seconds fetch the page, and replace the parts that only
// show. An hour without a touch or a key ends it, so that a forgotten screen does not keep its session alive. Figures
// that are not current say so, and why.

const EVERY_MS = 10_000;
const IDLE_MS = 3_600_000;
const WORDS = {
  idle: "This page was not touched for an hour. Touch it to see the current figures.",
  offline: "The server cannot be reached. This page asks again every 10 seconds.",
  signedOut: "You are signed out.",
  refused: "The server refuses this page or is overloaded. This page asks again every 10 seconds.",
};

export function refreshFigures() {
  const first = document.querySelector("[data-refresh]");
  if (!first) return;
  const staleness = new Staleness(first);
  let touchedAt = performance.now();
  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, () => (touchedAt = performance.now()), { passive: true });
  }
  setInterval(async () => {
    if (document.hidden) return;
    if (performance.now() - touchedAt > IDLE_MS) return staleness.say("idle");
    const { page, problem } = await fetchCurrent();
    if (page) replaceParts(page);
    staleness.say(problem);
  }, EVERY_MS);
}

function replaceParts(fresh) {
  for (const part of document.querySelectorAll("[data-refresh]")) {
    const other = fresh.getElementById(part.id);
    if (!other || part.contains(document.activeElement)) continue;
    const opened = [...part.querySelectorAll("details")].map(({ open }) => open);
    other.querySelectorAll("details").forEach((details, place) => (details.open = opened[place] ?? false));
    part.replaceChildren(...document.adoptNode(other).childNodes);
    part.dispatchEvent(new Event("refreshed"));
  }
}

/** What stands above figures that are not current. */
class Staleness {
  #problem;
  #currentAt = new Date();

  constructor(first) {
    // There before its words: only then screen readers announce them.
    this.node = document.createElement("div");
    this.node.role = "status";
    first.before(this.node);
  }

  say(problem) {
    if (!problem) this.#currentAt = new Date();
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.node.className = problem ? "notice warn" : "";
    this.node.textContent = problem ? `${WORDS[problem]} The figures are of ${clock(this.#currentAt)}. ` : "";
    if (problem === "signedOut") this.node.append(signInLink());
  }
}

function clock(at) {
  return at.toLocaleTimeString(undefined, { timeStyle: "long" }); // names the time zone
}

/** The way back: the console leads through the sign-in to this page. */
function signInLink() {
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = "Sign in";
  return link;
}

/** Return a page as it is now; null while offline or signed out. */
export async function fetchPage(address = location.href) {
  return (await fetchCurrent(address)).page ?? null;
}

/** Return `{ page }`, or why there is none: `{ problem }`. */
async function fetchCurrent(address = location.href) {
  try {
    const answer = await fetch(address, {
      headers: { Accept: "text/html" },
      redirect: "manual",
      signal: AbortSignal.timeout(EVERY_MS), // a server that froze takes the connection and never answers
    });
    if (answer.type === "opaqueredirect") return { problem: "signedOut" };
    if (!answer.ok) return { problem: "refused" };
    return { page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  } catch (error) {
    if (!(error instanceof TypeError) && error.name !== "TimeoutError") throw error;
    return { problem: "offline" };
  }
}

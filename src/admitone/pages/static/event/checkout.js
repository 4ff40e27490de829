// Holding the tickets: POST /booking/checkout, then on to the page that takes the money. One key a try that was meant.

import { clientIsKnown, heldPath, storeClient, storeHold, storePass } from "../waiting_room/keep.js";

const ANSWER_MS = 20_000;

/** Coming back by the back button: the page is not busy, and `ownHold` looks whether the seats are still ours. */
export function onReturn(map, ownHold) {
  addEventListener("pageshow", async (shown) => {
    if (!shown.persisted) return;
    forgetKey();
    await ownHold.look();
    if (map) map.ours = false;
    map?.refresh?.();
  });
}

export async function checkout({ event, basket, refusal, map }) {
  const body = JSON.stringify(basket.body);
  const { button } = basket;
  if (button.getAttribute("aria-busy") === "true") return;
  refusal.clear();
  button.setAttribute("aria-busy", "true");
  if (map) map.ours = true; // seats that turn "held" now are held by us
  try {
    const answer = await holdAsClient(event.id, body);
    if (answer.ok) {
      const { booking_id, booking_token } = answer.body;
      storeHold(event.id, { booking_id, booking_token });
      // The server exchanges the token for the booking's cookie and redirects: this address never reaches the history.
      location.assign(heldPath({ booking_id, booking_token }));
      return;
    }
    forgetKey();
    if (answer.body.code === "waiting-room-pass-required") storePass(event.id, null); // used up, or over
    if (map) map.ours = false;
    if (map) await map.refresh();
    refusal.say({ ...answer.body, retry_after: answer.retryAfter, event });
  } catch (error) {
    if (!(error instanceof TypeError || error.name === "TimeoutError")) throw error;
    if (map) map.ours = false;
    // The answer was lost, perhaps not the hold: the same key asks again without holding twice.
    refusal.say({ code: "no-answer" });
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** Hold; a browser without a client token gets one first. The token stands for the buyer until the checkout page names them. */
async function holdAsClient(eventId, body) {
  if (!clientIsKnown()) await becomeClient(eventId);
  const answer = await hold(body, keyFor(body));
  if (!needsClient(answer) || !await becomeClient(eventId)) return answer;
  forgetKey();
  return hold(body, keyFor(body));
}

/** The cookie is out of a script's sight: when this browser got it is kept beside it. */
async function becomeClient(eventId) {
  const given = await fetch(`/e/${encodeURIComponent(eventId)}/client`, {
    method: "POST",
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (given.ok) storeClient();
  return given.ok;
}

function needsClient({ body }) {
  return body.code === "invalid-body" && body.errors?.some(({ pointer }) => pointer === "/buyer");
}

async function hold(body, key) {
  const answer = await fetch("/booking/checkout", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body,
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  return {
    ok: answer.ok,
    retryAfter: Number(answer.headers.get("Retry-After")) || null,
    body: isJson ? await answer.json() : { code: answer.status >= 500 ? "busy" : "refused" },
  };
}

let last = { body: null, key: null };

function keyFor(body) {
  if (last.body !== body) last = { body, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
  return last.key;
}

function forgetKey() {
  last = { body: null, key: null };
}

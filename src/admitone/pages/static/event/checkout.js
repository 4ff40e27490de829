// Hold tickets: POST /booking/checkout, then open the checkout page. One idempotency key per intended attempt.

import { clientIsKnown, heldPath, storeClient, storeHold, storePass } from "../waiting_room/keep.js";

const ANSWER_MS = 20_000;

/** After the back button the page is not busy, and `ownHold` checks whether the hold still exists. */
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
  if (map) map.ours = true; // seats that become "held" now are ours
  try {
    const answer = await holdAsClient(event.id, body);
    if (answer.ok) {
      const { booking_id, booking_token } = answer.body;
      storeHold(event.id, { booking_id, booking_token });
      // The server exchanges the token for the booking's cookie and redirects: this address never enters the history.
      location.assign(heldPath({ booking_id, booking_token }));
      return;
    }
    forgetKey();
    if (answer.body.code === "waiting-room-pass-required") storePass(event.id, null); // used or expired
    if (map) map.ours = false;
    await map?.refresh?.(); // the map may still be loading
    refusal.say({ ...answer.body, retry_after: answer.retryAfter, event });
  } catch (error) {
    if (!(error instanceof TypeError || error.name === "TimeoutError")) throw error;
    if (map) map.ours = false;
    // The response was lost, perhaps not the hold: a retry with the same key does not hold twice.
    refusal.say({ code: "no-answer" });
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/**
 * Hold; a browser without a client token gets one first. The token identifies the buyer until the checkout page has
 * their name.
 */
async function holdAsClient(eventId, body) {
  if (!clientIsKnown()) await becomeClient(eventId);
  const answer = await hold(eventId, body, keyFor(body));
  if (!needsClient(answer) || !await becomeClient(eventId)) return answer;
  forgetKey();
  return hold(eventId, body, keyFor(body));
}

/** A script cannot read the cookie: store when this browser got it. */
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

async function hold(eventId, body, key) {
  const answer = await fetch("/booking/checkout", {
    method: "POST",
    // The gateway does not read bodies: the event's id may choose the process that answers.
    headers: { "Content-Type": "application/json", "Event-Id": eventId, "Idempotency-Key": key },
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

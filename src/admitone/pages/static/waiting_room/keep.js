// What this browser keeps: a place in the queue (all tabs share it); and of this tab a pass, a hold, and what was chosen
// on a page that is opened again.

const placeKey = (eventId) => `place:${eventId}`;
const passKey = (eventId) => `pass:${eventId}`;
const CLIENT_MS = 6 * 24 * 3600_000;
const holdKey = (eventId) => `hold:${eventId}`;
const choiceKey = (eventId) => `choice:${eventId}`;

export function storedPlace(eventId) {
  return read(() => localStorage, placeKey(eventId));
}

export function storePlace(eventId, place) {
  write(() => localStorage, placeKey(eventId), place);
}

export function forgetPlace(eventId) {
  write(() => localStorage, placeKey(eventId), null);
}

/** {pass, expires_at} while it lasts, else null. */
export function storedPass(eventId) {
  const kept = read(() => sessionStorage, passKey(eventId));
  return kept && Date.parse(kept.expires_at) > Date.now() ? kept : null;
}

export function storePass(eventId, pass) {
  write(() => sessionStorage, passKey(eventId), pass);
}

/** {booking_id, booking_token?} of the last hold, else null. The token is kept until the checkout page was reached once. */
export function storedHold(eventId) {
  return read(() => sessionStorage, holdKey(eventId));
}

export function storeHold(eventId, hold) {
  write(() => sessionStorage, holdKey(eventId), hold);
}

/** The address of a hold's checkout, or of a part of it. The booking's cookie opens it, before that the token. */
export function heldPath(hold, part = "") {
  const token = hold.booking_token ? `?t=${encodeURIComponent(hold.booking_token)}` : "";
  return `/checkout/${encodeURIComponent(hold.booking_id)}${part}${token}`;
}

export function forgetHold(eventId) {
  write(() => sessionStorage, holdKey(eventId), null);
}

export function storeChoice(eventId, choice) {
  write(() => sessionStorage, choiceKey(eventId), choice);
}

/** This browser has a client token now. */
export function storeClient() {
  write(() => localStorage, "client", Date.now());
}

/** Whether it has one that lasts for another day; a lost cookie shows when the hold is refused. */
export function clientIsKnown() {
  return Date.now() - (read(() => localStorage, "client") ?? 0) < CLIENT_MS;
}

/** What `storeChoice` kept, once. */
export function takeChoice(eventId) {
  const choice = read(() => sessionStorage, choiceKey(eventId));
  write(() => sessionStorage, choiceKey(eventId), null);
  return choice;
}

export function newNonce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Storage may be forbidden or full: then things last as long as the page.
const fallback = new Map();

function read(store, key) {
  try {
    return JSON.parse(store().getItem(key)) ?? fallback.get(key) ?? null;
  } catch {
    return fallback.get(key) ?? null;
  }
}

function write(store, key, value) {
  fallback.set(key, value);
  try {
    if (value === null) store().removeItem(key);
    else store().setItem(key, JSON.stringify(value));
  } catch { /* the page itself remembers */ }
}

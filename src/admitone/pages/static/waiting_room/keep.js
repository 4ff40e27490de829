// Client-side storage: a place in the queue (shared by all tabs); per tab a pass, a hold, and the selection of a page
// that reloads.

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

/** Return {pass, expires_at} while it is valid, else null. */
export function storedPass(eventId) {
  const kept = read(() => sessionStorage, passKey(eventId));
  return kept && Date.parse(kept.expires_at) > Date.now() ? kept : null;
}

export function storePass(eventId, pass) {
  write(() => sessionStorage, passKey(eventId), pass);
}

/**
 * Return {booking_id, booking_token?} of the last hold, else null. The token is stored until the checkout page has
 * loaded once.
 */
export function storedHold(eventId) {
  return read(() => sessionStorage, holdKey(eventId));
}

export function storeHold(eventId, hold) {
  write(() => sessionStorage, holdKey(eventId), hold);
}

/**
 * Return the address of a hold's checkout, or of a part of it. The booking's cookie opens it, before that the token.
 */
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

/** Record that this browser has a client token. */
export function storeClient() {
  write(() => localStorage, "client", Date.now());
}

/** Return whether it has one that is valid for another day; a refused hold reveals a lost cookie. */
export function clientIsKnown() {
  return Date.now() - (read(() => localStorage, "client") ?? 0) < CLIENT_MS;
}

/** Return once what `storeChoice` stored. */
export function takeChoice(eventId) {
  const choice = read(() => sessionStorage, choiceKey(eventId));
  write(() => sessionStorage, choiceKey(eventId), null);
  return choice;
}

export function newNonce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Storage may be forbidden or full: then the data lasts as long as the page.
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
  } catch { /* the page's memory has it */ }
}

// Verify the draw in the browser with WebCrypto: docs/reference/waiting-room.md byte for byte.

const ROUNDS = 8;
const MARK_BYTES = 16;
const PAGE_ENTRIES = 65_536;
const text = new TextEncoder();

/** Whether this browser can compute it (WebCrypto requires https, or localhost). */
export const canDraw = () => globalThis.crypto?.subtle !== undefined;

export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));
}

/** Return the 16 bytes that represent an entrant in public. */
export async function markOf(eventId, nonce) {
  return (await sha256(text.encode(`admitone mark v1\n${eventId}\n${nonce}`))).slice(0, MARK_BYTES);
}

export const emptyChain = (eventId) => sha256(text.encode(`admitone entrants v1\n${eventId}`));

export async function extendChain(chain, marks) {
  for (let at = 0; at < marks.length; at += MARK_BYTES) {
    chain = await sha256(chain, marks.subarray(at, at + MARK_BYTES));
  }
  return chain;
}

export const drawKey = (seed, entrantsHash, beaconValue) =>
  sha256(text.encode("admitone draw v1\n"), seed, entrantsHash, beaconValue);

/** Return the place in the queue, from 0: drawn for the pre-queue's entries, in order of arrival for later ones. */
export async function rankOf(key, size, entry) {
  if (entry >= size) return entry;
  const half = halfBits(size);
  const mac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  let value = entry;
  do value = await permute(mac, half, value); while (value >= size);
  return value;
}

export function halfBits(size) {
  let half = 1;
  while (4 ** half < size) half += 1;
  return half;
}

async function permute(mac, half, value) {
  const mask = 2 ** half - 1; // half ≤ 16: a 32-bit integer would suffice if it were unsigned
  let [left, right] = [Math.floor(value / 2 ** half), value & mask];
  for (let round = 0; round < ROUNDS; round += 1) {
    const message = new Uint8Array(5);
    const view = new DataView(message.buffer);
    view.setUint8(0, round);
    view.setUint32(1, right);
    const digest = new DataView(await crypto.subtle.sign("HMAC", mac, message));
    [left, right] = [right, (left ^ (digest.getUint32(0) & mask)) >>> 0];
  }
  return left * 2 ** half + right;
}

/** Return the draw's key (a promise) once the status document has the seed, else null. */
export function keyOf(status) {
  if (!status.seed) return null;
  return drawKey(bytesOf(status.seed), bytesOf(status.entrants_hash), bytesOf(status.beacon?.value ?? ""));
}

/** Run every check that is possible here: yields {ok, words}. `place` = {entry, nonce?, commitment?}. */
export async function* verify(eventId, status, place, number) {
  const commitment = hexOf(await sha256(bytesOf(status.seed)));
  const promised = place.commitment ?? status.seed_commitment;
  yield {
    ok: commitment === promised && commitment === status.seed_commitment,
    words: place.commitment
      ? "The secret seed is the one that the organizer committed to before you joined."
      : "The secret seed is the one that the organizer committed to.",
  };
  const size = status.pre_queue_size;
  if (place.entry < size && place.nonce) {
    const mark = await fetchMarks(eventId, place.entry, 1);
    yield {
      ok: hexOf(mark) === hexOf(await markOf(eventId, place.nonce)),
      words: `Your entry, number ${number(place.entry + 1)}, is in the list with your own random mark.`,
    };
  }
  let chain = await emptyChain(eventId);
  for (let first = 0; first < size; first += PAGE_ENTRIES) {
    chain = await extendChain(chain, await fetchMarks(eventId, first, Math.min(PAGE_ENTRIES, size - first)));
  }
  yield {
    ok: hexOf(chain) === status.entrants_hash,
    words: `The draw was made of all ${number(size)} entrants: their marks add up to its hash.`,
  };
  const rank = await rankOf(await keyOf(status), size, place.entry);
  yield {
    ok: rank < Math.max(size, place.entry + 1),
    rank,
    words: place.entry < size
      ? `Computed here from seed and entrants, your place is number ${number(rank + 1)}.`
      : `You came after the draw: your place, number ${number(rank + 1)}, is the order of arrival.`,
  };
}

async function fetchMarks(eventId, first, count) {
  const answer = await fetch(`/events/${encodeURIComponent(eventId)}/queue/entrants?from=${first}&count=${count}`);
  if (!answer.ok) throw new TypeError("the list of entrants cannot be read");
  return new Uint8Array(await answer.arrayBuffer());
}

export function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

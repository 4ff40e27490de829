// Proof of work for joining during a rush: ALTCHA's puzzle, solved without blocking the page.

const AT_ONCE = 64;
const encoder = new TextEncoder();

/** Solve a challenge; return the solution as `proof`, or null if there is none. */
export async function solve({ algorithm, challenge, salt, signature, maxnumber }) {
  for (let first = 0; first <= maxnumber; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, maxnumber - first + 1) }, (_, at) => first + at);
    const hashes = await Promise.all(
      numbers.map((number) => crypto.subtle.digest(algorithm, encoder.encode(salt + number))),
    );
    const at = hashes.findIndex((hash) => hex(hash) === challenge);
    if (at >= 0) return btoa(JSON.stringify({ algorithm, challenge, number: numbers[at], salt, signature }));
  }
  return null;
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Browsers open six connections to a host over HTTP/1.1, for all tabs and windows together. A stream occupies one while
// it lasts, so the seventh page would never load: pages share a few slots for streams, and poll while they wait.

const SLOTS = 3;

/** @returns {{taken: Promise<void>, releaseHold: () => void}} `taken` resolves when this page may open a stream. */
export function takeSlot() {
  if (!navigator.locks || !isCounted()) return { taken: Promise.resolve(), releaseHold() {} };
  const waiting = new AbortController();
  let releaseHold;
  const given = new Promise((resolve) => {
    releaseHold = resolve;
  });
  const taken = new Promise((resolve) => {
    request([...Array(SLOTS).keys()].map((number) => `admitone-stream-${number}`), resolve, given, waiting.signal);
  });
  return {
    taken,
    releaseHold() {
      waiting.abort();
      releaseHold();
    },
  };
}

// HTTP/2 and HTTP/3 multiplex all streams of a host over one connection.
function isCounted() {
  return performance.getEntriesByType("navigation")[0]?.nextHopProtocol === "http/1.1";
}

// Take the first free slot, else wait for any of them.
async function request(names, resolve, given, signal) {
  for (const name of names) {
    if (await tryOnce(name, resolve, given)) return;
    if (signal.aborted) return;
  }
  const name = names[Math.floor(Math.random() * names.length)];
  try {
    await navigator.locks.request(name, { signal }, () => {
      resolve();
      return given;
    });
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

// Resolves to whether the lock was acquired: at once, not at its release.
function tryOnce(name, resolve, given) {
  return new Promise((had) => {
    navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      had(lock !== null);
      if (!lock) return undefined;
      resolve();
      return given;
    });
  });
}

// Fetch a room's geometry and prepare it in a worker: a stadium takes half a second of a phone's processor.

import { pageLocale } from "../js/money.js";

const COLUMNS_VERSION = 1; // the form that plan_data.js reads; part of the address, which is cached for ever
const prepared = new Map(); // address → promise: the page begins before the map's element exists

/** Return the data of a `Plan`. `details` is the body of GET /events/details/{id}. Rejects with a TypeError. */
export function preparePlan(details) {
  const address = `${details.seat_map.url}/columns/${COLUMNS_VERSION}`;
  if (!prepared.has(address)) prepared.set(address, prepare(address, details));
  return prepared.get(address);
}

async function prepare(address, { price_levels, sections, seat_map }) {
  const worker = new Worker(new URL("./plan_worker.js", import.meta.url), { type: "module" });
  if (price_levels.length) worker.postMessage({ locale: pageLocale(), currency: price_levels[0].total.currency });
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new TypeError(`${address} answers ${answer.status}`);
    const bytes = await answer.arrayBuffer();
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new TypeError(`the room cannot be prepared: ${message}`));
      worker.postMessage({ bytes, details: { price_levels, sections, seat_map } }, [bytes]);
    });
  } finally {
    worker.terminate();
  }
}

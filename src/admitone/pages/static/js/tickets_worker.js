// Cache the pages of /my/ that were opened on this device, with their styles and codes. The network takes precedence: a
// cached page appears only if the network does not answer, so an old copy never hides a refund.

const CACHE = "tickets-1";
const NETWORK_TIMEOUT_MS = 4000;
// The address of these pages has a code that works once.
const NOT_KEPT = /^\/my\/(sign-in|sign-out|reminders|messages)(\/|$)/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const addresses = event.data?.keep;
  if (Array.isArray(addresses)) event.waitUntil(Promise.allSettled(addresses.map(keep)));
});

self.addEventListener("fetch", (event) => {
  const isKept = !NOT_KEPT.test(new URL(event.request.url).pathname);
  if (event.request.method === "GET" && isKept) event.respondWith(answer(event.request));
});

async function keep(address) {
  const response = await fetch(address, { credentials: "same-origin" });
  if (response.ok && !response.redirected) await (await caches.open(CACHE)).put(address, response);
}

// Pages are cached under the address that a booking's link redirects to, so a link opens its page offline too.
async function find(request) {
  const cache = await caches.open(CACHE);
  return await cache.match(request.url) ??
    (request.mode === "navigate" ? cache.match(request.url, { ignoreSearch: true }) : undefined);
}

async function answer(request) {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(NETWORK_TIMEOUT_MS) });
    if (response.ok && request.mode === "navigate" && !response.redirected) {
      await (await caches.open(CACHE)).put(request.url, response.clone());
    }
    return response;
  } catch (error) {
    const kept = await find(request);
    if (kept) return kept;
    throw error;
  }
}

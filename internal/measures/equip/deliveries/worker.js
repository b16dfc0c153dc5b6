// Shows the page of a reception again when there is no network: the page itself puts what it needs into the cache.
// Nothing else is kept, and what the network answers always goes first.
const kept = "preau-reception";
const patience = 8000; // ms: a network that does not answer is none

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && /^\/deliveries\/[^/]+\/receive$/.test(pathname)) {
    event.respondWith(page(event.request, pathname));
  } else if (pathname.startsWith("/static/")) {
    event.respondWith(part(event.request));
  }
});

async function page(request, pathname) {
  const copy = await find(pathname);
  if (!copy) return fetch(request);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    return await fetch(request, { signal: stop.signal });
  } catch {
    return copy;
  } finally {
    clearTimeout(timer);
  }
}

// The name of a style or a script says what is in it, so that a copy is as good as the original.
async function part(request) {
  return (await find(request.url)) ?? fetch(request);
}

async function find(address) {
  const cache = await caches.open(kept);
  return cache.match(address, { ignoreVary: true, ignoreSearch: true });
}

// Puts the page and all that it is made of into a cache, from which the worker shows it when there is no network.
const kept = "preau-reception";

export async function keepPage(worker) {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(worker, { scope: new URL(".", new URL(worker, location.href)).pathname });
  const cache = await caches.open(kept);
  const page = await fetch(location.pathname);
  if (page.ok && !page.redirected) await cache.put(location.pathname, page);
  const parts = performance.getEntriesByType("resource").map((entry) => new URL(entry.name)).filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/static/"));
  for (const { pathname } of parts) {
    if (!(await cache.match(pathname, { ignoreVary: true }))) await cache.add(pathname);
  }
}

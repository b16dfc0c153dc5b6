// Fills the element with the server's newer version of it, until that version no longer asks to be live:
// data-live is the address of a page or fragment that holds an element of the same id, data-live-every the
// seconds between. The element itself stays, so that screen readers go on listening to it.
export function startLive(element) {
  next(element, Number(element.dataset.liveEvery) || 2);
}

function next(element, seconds) {
  setTimeout(() => refresh(element, seconds), seconds * 1000);
}

async function refresh(element, seconds) {
  if (document.hidden) {
    document.addEventListener("visibilitychange", () => refresh(element, seconds), { once: true });
    return;
  }
  try {
    const answer = await fetch(element.dataset.live);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newer = page.getElementById(element.id);
    if (!newer) return;
    // A focused control inside would be lost; it waits for the next round.
    if (!element.contains(document.activeElement)) {
      element.replaceChildren(...[...newer.childNodes].map((node) => document.importNode(node, true)));
      if (!newer.dataset.live) return;
      element.dataset.live = newer.dataset.live;
    }
    startLive(element);
  } catch {
    next(element, Math.min(seconds * 2, 30)); // the server may be restarting
  }
}

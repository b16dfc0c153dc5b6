// Replaces the element by the server's newer version of it until that version no longer asks to be
// live: data-live is its address (a whole page or the fragment alone, found again by its id), data-live-every the seconds between.
export function startLive(element) {
  const seconds = Number(element.dataset.liveEvery) || 2;
  setTimeout(() => refresh(element, seconds), seconds * 1000);
}

async function refresh(element, seconds) {
  if (document.hidden) {
    document.addEventListener("visibilitychange", () => refresh(element, seconds), { once: true });
    return;
  }
  try {
    const answer = await fetch(element.dataset.live, { headers: { "X-Fragment": element.id } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newer = page.getElementById(element.id);
    if (!newer) return;
    // A focused control inside would be lost; it waits for the next round.
    if (!element.contains(document.activeElement)) {
      const fresh = document.importNode(newer, true);
      element.replaceWith(fresh);
      element = fresh;
    }
    if (element.dataset.live) startLive(element);
  } catch {
    setTimeout(() => refresh(element, Math.min(seconds * 2, 30)), seconds * 2000);
  }
}

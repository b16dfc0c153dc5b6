// Drag and pinch. One finger scrolls the page until the map is zoomed; two fingers always zoom.
const click = 6; // pixels a hand may tremble without dragging

export function startDrag(svg, view) {
  const fingers = new Map();
  let travelled = 0;

  svg.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, event);
    travelled = 0;
  });
  svg.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    fingers.set(event.pointerId, event);
    if (fingers.size === 1 && view.zoomed) {
      const [x, y] = view.place(event);
      const [oldX, oldY] = view.place(before);
      travelled += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
      view.move(oldX - x, oldY - y);
    } else if (fingers.size === 2) {
      const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
      travelled += click + 1;
      view.zoom(span(event, other) / span(before, other), ...view.place(event));
    }
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    svg.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  // The end of a drag over a point is not a click on it.
  svg.addEventListener(
    "click",
    (event) => {
      if (travelled > click) event.preventDefault();
      travelled = 0;
    },
    true,
  );
}

function span(a, b) {
  return Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY));
}

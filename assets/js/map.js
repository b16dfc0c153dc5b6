// Pan and zoom of a map drawn by the server. The map is whole without it; buttons, keys (+ − 0 and the arrows
// on the focused map), wheel with Ctrl, drag and pinch only change the part that is seen.
const step = 1.5;
const farthest = 24;

export function startMap(figure) {
  const svg = figure.querySelector("svg");
  const [x, y, width, height] = svg.getAttribute("viewBox").split(/[\s,]+/).map(Number);
  const home = { x, y, width, height };
  const view = { ...home };

  function show() {
    view.width = Math.min(home.width, Math.max(home.width / farthest, view.width));
    view.height = (view.width * home.height) / home.width;
    view.x = Math.min(home.x + home.width - view.width, Math.max(home.x, view.x));
    view.y = Math.min(home.y + home.height - view.height, Math.max(home.y, view.y));
    svg.setAttribute("viewBox", [view.x, view.y, view.width, view.height].map((n) => n.toFixed(1)).join(" "));
    svg.dataset.zoom = zoomClass(home.width / view.width);
  }

  function zoom(factor, atX = 0.5, atY = 0.5) {
    const width = Math.min(home.width, Math.max(home.width / farthest, view.width / factor));
    const ratio = width / view.width;
    view.x += view.width * (1 - ratio) * atX;
    view.y += view.height * (1 - ratio) * atY;
    view.width = width;
    show();
  }

  function move(right, down) {
    view.x += view.width * right;
    view.y += view.height * down;
    show();
  }

  const commands = {
    in: () => zoom(step),
    out: () => zoom(1 / step),
    home: () => {
      Object.assign(view, home);
      show();
    },
  };
  const keys = {
    "+": commands.in,
    "=": commands.in,
    "-": commands.out,
    0: commands.home,
    ArrowLeft: () => move(-0.15, 0),
    ArrowRight: () => move(0.15, 0),
    ArrowUp: () => move(0, -0.15),
    ArrowDown: () => move(0, 0.15),
  };

  for (const button of figure.querySelectorAll("[data-map-command]")) {
    button.addEventListener("click", commands[button.dataset.mapCommand]);
  }
  const controls = figure.querySelector("[data-map-controls]");
  if (controls) controls.hidden = false;

  figure.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button")) return;
    event.preventDefault();
    act();
  });
  // A point reached by the Tab key must be in sight.
  svg.addEventListener("focusin", (event) => {
    const box = event.target.getBBox?.();
    if (!box || event.target === svg) return;
    const cx = box.x + box.width / 2;
    const cy = box.y + box.height / 2;
    if (cx < view.x || cx > view.x + view.width || cy < view.y || cy > view.y + view.height) {
      view.x = cx - view.width / 2;
      view.y = cy - view.height / 2;
      show();
    }
  });
  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the bare wheel goes on scrolling the page
      event.preventDefault();
      const [atX, atY] = place(event);
      zoom(event.deltaY < 0 ? step : 1 / step, atX, atY);
    },
    { passive: false },
  );

  function place(event) {
    const box = svg.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  startDrag(svg, view, home, { show, zoom, place });
}

// One finger scrolls the page until the map is zoomed; two fingers always zoom.
function startDrag(svg, view, home, { show, zoom, place }) {
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
    if (fingers.size === 1 && view.width < home.width) {
      const box = svg.getBoundingClientRect();
      travelled += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
      view.x -= ((event.clientX - before.clientX) / box.width) * view.width;
      view.y -= ((event.clientY - before.clientY) / box.height) * view.height;
      show();
    } else if (fingers.size === 2) {
      const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
      travelled += 10;
      zoom(span(event, other) / span(before, other), ...place(event));
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
      if (travelled > 6) event.preventDefault();
      travelled = 0;
    },
    true,
  );
}

function span(a, b) {
  return Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY));
}

// The style sheet keeps points and lines thin as the map grows: by class, since style attributes are forbidden.
function zoomClass(times) {
  if (times >= 10) return "4";
  if (times >= 5) return "3";
  if (times >= 2.4) return "2";
  return "1";
}

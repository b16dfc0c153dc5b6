// Pan and zoom of a map drawn by the server. The map is whole without it; buttons, keys, the wheel with Ctrl,
// drag and pinch only change the part that is seen. Where scripts run the points are one stop of the Tab key,
// and the arrows go from one to the nearest in that direction.
import { startDrag } from "./drag.js";

const step = 1.5;
const farthest = 24;

export function startMap(frame) {
  const svg = frame.querySelector("svg");
  const view = new View(svg);
  const label = frame.querySelector("[data-map-label]");
  const controls = frame.querySelector("[data-map-controls]");
  const commands = {
    in: () => view.zoom(step),
    out: () => view.zoom(1 / step),
    home: () => view.reset(),
  };

  controls.hidden = false;
  for (const button of controls.querySelectorAll("button")) {
    button.addEventListener("click", commands[button.dataset.mapCommand]);
  }
  const points = startPoints(svg, view, label);

  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { "+": commands.in, "=": commands.in, "-": commands.out, 0: commands.home }[event.key] ?? arrow(event);
    if (!act) return;
    event.preventDefault();
    act();
  });

  function arrow(event) {
    const [right, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
    if (right === undefined) return null;
    const point = event.target.closest("a");
    return point ? () => points.step(point, right, down) : () => view.move(right * 0.15, down * 0.15);
  }

  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the bare wheel goes on scrolling the page
      event.preventDefault();
      view.zoom(event.deltaY < 0 ? step : 1 / step, ...view.place(event));
    },
    { passive: false },
  );
  startDrag(svg, view);
}

class View {
  constructor(svg) {
    this.svg = svg;
    const [x, y, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    this.home = { x, y, width, height };
    Object.assign(this, this.home);
  }

  get zoomed() {
    return this.width < this.home.width;
  }

  // A place of the screen as a share of the drawing's box.
  place(event) {
    const box = this.svg.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  zoom(factor, atX = 0.5, atY = 0.5) {
    const width = Math.min(this.home.width, Math.max(this.home.width / farthest, this.width / factor));
    const lost = 1 - width / this.width;
    this.x += this.width * lost * atX;
    this.y += this.height * lost * atY;
    this.width = width;
    this.show();
  }

  move(right, down) {
    this.x += this.width * right;
    this.y += this.height * down;
    this.show();
  }

  reset() {
    Object.assign(this, this.home);
    this.show();
  }

  // Brings a point into sight.
  reach({ x, y }) {
    if (x > this.x && x < this.x + this.width && y > this.y && y < this.y + this.height) return;
    this.x = x - this.width / 2;
    this.y = y - this.height / 2;
    this.show();
  }

  show() {
    const { home } = this;
    this.height = (this.width * home.height) / home.width;
    this.x = Math.min(home.x + home.width - this.width, Math.max(home.x, this.x));
    this.y = Math.min(home.y + home.height - this.height, Math.max(home.y, this.y));
    this.svg.setAttribute("viewBox", [this.x, this.y, this.width, this.height].map((n) => n.toFixed(1)).join(" "));
    this.svg.toggleAttribute("data-zoomed", this.zoomed);
    this.svg.style.setProperty("--zoom", ((1.6 * this.width) / home.width / (0.6 + this.width / home.width)).toFixed(3));
  }
}

function startPoints(svg, view, label) {
  const points = [...svg.querySelectorAll("a")].map((link) => ({ link, ...middle(link) }));
  const byLink = new Map(points.map((point) => [point.link, point]));
  let current = null;

  function makeStop(link) {
    current?.setAttribute("tabindex", "-1");
    link.setAttribute("tabindex", "0");
    current = link;
  }

  svg.setAttribute("tabindex", "0");
  for (const { link } of points) link.setAttribute("tabindex", "-1");
  if (points.length) makeStop(points[0].link);

  // The name of the point under the pointer, else of the one that has the focus.
  function name(link) {
    label.textContent = (link ?? document.activeElement.closest("a"))?.querySelector("title")?.textContent ?? "";
  }
  svg.addEventListener("pointerover", (event) => name(event.target.closest("a")));
  svg.addEventListener("pointerleave", () => name(null));
  svg.addEventListener("focusout", () => (label.textContent = ""));
  svg.addEventListener("focusin", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    name(link);
    makeStop(link);
    view.reach(byLink.get(link));
  });

  return {
    // The nearest point within the quarter that the arrow shows.
    step(link, right, down) {
      const from = byLink.get(link);
      let best = null;
      let least = Infinity;
      for (const to of points) {
        const along = (to.x - from.x) * right + (to.y - from.y) * down;
        const aside = Math.abs((to.x - from.x) * down) + Math.abs((to.y - from.y) * right);
        if (along <= 0 || aside > along || along + aside >= least) continue;
        best = to;
        least = along + aside;
      }
      best?.link.focus();
    },
  };
}

function middle(link) {
  const box = link.querySelector("path").getBBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

// What a scene speaks of: all else is dimmed, and what is meant is outlined.
import { prefersStill } from "../view/dom.js";
import { focusRun } from "../view/hover.js";
import { axesOf, drawnTraces } from "../view/plotly_internals.js";

/**
 * @import { PlayedScene } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { Plot } from "../view/plot.js"
 */

const SVG = "http://www.w3.org/2000/svg";
const LARGE = 1.7; // times the width of another view
const RING = 17; // pixels from the middle of a point to the ring around it

/**
 * The trace that draws each named part.
 * @type {Record<string, string>}
 */
const TRACES = { star: "optimum", optimum: "optimum", wall: "wall", stuck: "stuck", data: "data" };

export class Spotlight {
  /** @type {PlayedScene | null} */
  scene = null;

  /** Whether what is spoken of is scrolled to. */
  scrolls = true;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.ring = document.createElementNS(SVG, "svg");
    this.ring.setAttribute("class", "lesson-ring");
    this.ring.setAttribute("aria-hidden", "true");
  }

  /**
   * Give each view its room, before it is drawn into it.
   * @param {string[]} views
   * @param {string | null} large
   */
  share(views, large) {
    const columns = views.map((name) => `minmax(0, ${name === large ? LARGE : 1}fr)`);
    this.stage.grid.style.setProperty("--lesson-columns", columns.join(" "));
  }

  /**
   * Dim all but what a scene speaks of and where there is something to do.
   * @param {PlayedScene} scene
   */
  point(scene) {
    this.scene = scene;
    const { stage } = this;
    const { spotlight, task } = scene;
    for (const [name, plot] of stage.plots) {
      const lit = spotlight?.view === name;
      const acted = task?.view === name;
      plot.box.classList.toggle("lesson-lit", lit);
      plot.box.classList.toggle("lesson-here", acted && !lit);
      plot.box.classList.toggle("lesson-dim", spotlight !== null && !lit && !acted);
    }
    const sentences = spotlight?.view === "sentences";
    stage.sentences.classList.toggle("lesson-lit", sentences && !spotlight.run);
    stage.sentences.classList.toggle("lesson-dim", spotlight !== null && !sentences);
    for (const item of stage.sentences.children) {
      item.classList.toggle("lesson-lit", sentences && item.getAttribute("data-run") === spotlight.run);
    }
    // A run that is spoken of is marked in every view.
    stage.spotlit = spotlight?.run && !spotlight.part ? spotlight.run : null;
    stage.focus = undefined;
    focusRun(stage, null);
    this.draw();
    const node = spotlight && (sentences ? stage.sentences : stage.plots.get(spotlight.view)?.box);
    if (this.scrolls) node?.scrollIntoView({ block: "nearest", behavior: prefersStill() ? "auto" : "smooth" });
  }

  /** Draw the outline of the part that is meant, at the size that its plot has now. */
  draw() {
    const { scene, ring, stage } = this;
    const spot = scene?.spotlight;
    const plot = spot?.part ? stage.plots.get(spot.view) : null;
    // What was dragged may be elsewhere than in the picture that was sent.
    if (!spot?.part || !plot || plot.inSpace || stage.drag.lasting) {
      ring.remove();
      return;
    }
    const { width, height } = plot.area.getBoundingClientRect();
    ring.setAttribute("viewBox", `0 0 ${width} ${height}`);
    ring.replaceChildren(...outline(plot, spot.part, spot.run ?? "run0"));
    if (ring.parentNode !== plot.area || plot.area.lastChild !== ring) plot.area.append(ring);
  }
}

/**
 * @param {Plot} plot
 * @param {string} part
 * @param {string} run
 * @returns {SVGElement[]}
 */
function outline(plot, part, run) {
  const axes = axesOf(plot.area);
  const uid = TRACES[part] ?? `${run}-line`;
  const trace = drawnTraces(plot.area).find((candidate) => candidate.uid === uid);
  if (!axes || !trace) return [];
  const places = Array.from(trace.x, (x, k) => [axes.x.toPixel(x), axes.y.toPixel(trace.y[k])]);
  const line = part === "wall" || part === "stuck" || part === "optimum";
  const wanted = part === "start" ? places.slice(0, 1) : part === "end" ? places.slice(-1) : places;
  if (!line) return wanted.map(([x, y]) => shape("circle", { cx: x, cy: y, r: RING }));
  const [right, bottom] = [axes.x.start + axes.x.length, axes.y.start + axes.y.length];
  const points = wanted.filter((place) => place.every(Number.isFinite)).map(([x, y]) => [
    Math.min(right, Math.max(axes.x.start, x)), Math.min(bottom, Math.max(axes.y.start, y))].join(",")).join(" ");
  return [shape("polyline", { points })];
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function shape(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

// What a term speaks of, marked in the pictures: on a canvas of its own, which neither playing nor dragging clears.
import { CASING, INK, OPTIMUM } from "./colors.js";
import { shape } from "./markers.js";
import { Overlay } from "./overlay.js";
import { axesOf, drawnTraces } from "./plotly_internals.js";

/**
 * @import { Part } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { Frame } from "./overlay.js"
 * @import { Plot } from "./plot.js"
 */

const MOST_RINGS = 500;

/** @type {WeakMap<Plot, Overlay>} */
const overlays = new WeakMap();

/** @type {WeakMap<Overlay, Frame>} */
const frames = new WeakMap();

/** @param {Stage} stage */
export function clearMarks(stage) {
  for (const plot of stage.plots.values()) {
    const overlay = overlays.get(plot);
    if (!overlay) continue;
    overlay.clear();
    frames.delete(overlay);
    delete plot.box.dataset.marked;
  }
}

/**
 * Mark a part in every picture that shows it.
 * @param {Stage} stage
 * @param {Part} part
 */
export function markPart(stage, part) {
  for (const plot of stage.plots.values()) {
    if (plot.inSpace || !axesOf(plot.area)) continue;
    const mark = MARKS[part.kind]?.[plot.name];
    if (!mark) continue;
    const frame = frameOf(plot);
    if (frame && mark(frame, plot, part, stage)) plot.box.dataset.marked = part.id; // for tests, which see no canvas
  }
}

/** @param {Plot} plot */
function frameOf(plot) {
  let overlay = overlays.get(plot);
  if (!overlay) overlays.set(plot, overlay = new Overlay(plot.area));
  const frame = frames.get(overlay) ?? overlay.frame();
  if (frame) frames.set(overlay, frame);
  return frame;
}

/** @typedef {(frame: Frame, plot: Plot, part: Part, stage: Stage) => boolean} Mark whether there was something to mark */

/** @type {Mark} */
function ringPoints(frame, plot, { points }) {
  const data = drawnTraces(plot.area).find((trace) => trace.uid === "data");
  if (!data) return false;
  const x = Array.from(data.x);
  const y = Array.from(data.y);
  for (const j of points.slice(0, MOST_RINGS)) {
    frame.marker(x[j], y[j], shape("circle"), 30, "rgba(240,228,66,.35)", CASING, 5);
    frame.marker(x[j], y[j], shape("circle"), 30, "rgba(0,0,0,0)", INK, 2.5);
  }
  return true;
}

/**
 * A thick line along an edge of the picture, from end to end: an axis.
 * @param {Frame} frame
 * @param {Plot} plot
 * @param {"x" | "y"} along
 */
function markAxis(frame, plot, along) {
  const axes = axesOf(plot.area);
  if (!axes) return false;
  const [left, right] = axes.x.range;
  const [bottom, top] = axes.y.range;
  const ends = along === "x" ? [[left, right], [bottom, bottom]] : [[left, left], [bottom, top]];
  frame.line(ends[0], ends[1], 2, OPTIMUM, 7, { casing: INK });
  return true;
}

/** A half of the outputs' picture: the side of 0 on which a pattern is active. @type {Mark} */
function markSide(frame, plot, { id }) {
  const axes = axesOf(plot.area);
  if (!axes) return false;
  const [left, right] = axes.x.range;
  const [bottom, top] = axes.y.range;
  const [from, to] = id === "pattern1" ? [Math.max(0, left), right] : [left, Math.min(0, right)];
  if (from >= to) return false;
  const { pen } = frame;
  pen.fillStyle = "rgba(72,134,187,.22)";
  pen.fillRect(frame.x(from), frame.y(top), frame.x(to) - frame.x(from), frame.y(bottom) - frame.y(top));
  return true;
}

/** @type {Mark} */
function markSector(frame, plot, { points }) {
  const wanted = points.join(",");
  const found = plot.view?.figure.data.filter((trace) => trace.meta?.points?.join(",") === wanted) ?? [];
  for (const trace of found) {
    const { x, y } = drawnTraces(plot.area).find((drawn) => drawn.uid === trace.uid) ?? trace;
    frame.clipped(() => frame.line(/** @type {number[]} */ (x), /** @type {number[]} */ (y), 4, OPTIMUM, 5, { casing: INK }));
  }
  return found.length > 0;
}

/** @type {Mark} */
function markRow(frame, plot, { points }) {
  const [matrix] = drawnTraces(plot.area);
  const rows = /** @type {ArrayLike<number>[]} */ (/** @type {unknown} */ (matrix?.z ?? []));
  const wanted = points.join(",");
  const place = Array.from(rows).findIndex((row) => Array.from(row).flatMap((v, j) => (v > 0 ? [j] : [])).join(",") === wanted);
  if (place < 0) return false;
  const last = rows[place].length - 0.5;
  frame.line([-0.5, last, last, -0.5, -0.5], [place - 0.5, place - 0.5, place + 0.5, place + 0.5, place - 0.5], 5, INK, 3, { casing: OPTIMUM });
  return true;
}

/** @type {Mark} */
function markWeight(frame, plot, { points }, { drag }) {
  const plane = drag.model?.kind === "local" ? drag.model.plane : null;
  const axis = plane?.neurons.indexOf(points[0]) ?? -1;
  return axis >= 0 && markAxis(frame, plot, axis === 0 ? "x" : "y");
}

/** @type {Mark} */
function markWall(frame, plot) {
  const wall = drawnTraces(plot.area).find((trace) => trace.uid === "wall");
  if (!wall) return false;
  frame.clipped(() => frame.line(wall.x, wall.y, wall.x.length, OPTIMUM, 5, { casing: INK }));
  return true;
}

/** How each kind of part is marked in each view. @type {Record<string, Record<string, Mark>>} */
const MARKS = {
  point: { outputs: ringPoints },
  pattern: {
    outputs: (frame, plot, part, stage) => {
      const sides = stage.drag.model?.kind === "local" && markSide(frame, plot, part, stage);
      return ringPoints(frame, plot, part, stage) || sides;
    },
    twin: (frame, plot, { id }) => markAxis(frame, plot, id === "pattern1" ? "x" : "y"),
    cones: markSector,
    patterns: markRow,
  },
  neuron: { map: markWeight, curve: markWeight },
  wall: { twin: markWall },
};

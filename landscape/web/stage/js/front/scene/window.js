// The part of a plane that a picture shows, and its cells: round ranges, borders cut to them, names in the corners, as
// landscape/scene/window.py has it.
import { roundingOf } from "../../engine/excess.js";
import { subscript } from "../../engine/formatting.js";
import { shownRuns } from "../results/solved.js";
import { WINDOW } from "../scenario/limits.js";
import { LossTooLarge, lossSurface } from "./surface.js";

/**
 * @import { Numbers, Problem } from "../../engine/problem.js"
 * @import { Solved } from "../results/solved.js"
 * @import { ScenePath } from "./paths.js"
 * @import { Line, Plane } from "./surface.js"
 *
 * @typedef {[number, number]} Ends the range of a coordinate
 * @typedef {[xs: number[], ys: number[]]} Polyline
 * @typedef {{x: number, y: number, name: string}} CellLabel
 *   What the neurons do in an activation-pattern cell, and the corner of the picture it is written in.
 */

const NICE = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]; // half-widths of a window, up to a power of ten
const NARROWEST = 1e-9; // least half-width as a share of the distance of its middle from 0
const MOST_DECADES = 160; // how often a window is narrowed before its losses are given up
const FAR = 10; // a run that has died is followed up to this many times the largest coordinate of starts and optima

/**
 * The first round number at or above a reach: 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten.
 * @param {number} reach
 */
export function niceReach(reach) {
  if (!(reach > 0)) return 1;
  const power = Number(`1e${Math.floor(Math.log10(reach))}`);
  // With the tolerance 3.0000000001 counts as 3, not 4.
  const least = reach / power * (1 - 1e-9);
  return /** @type {number} */ (NICE.find((nice) => nice >= least)) * power;
}

/**
 * The ranges of both coordinates: the chosen half-width, or one that shows optima and runs.
 *
 * A run that diverged counts with its start alone, and one that its step threw off the data with what lies near: the
 * end would shrink everything else to a dot.
 * @param {number | null} chosen
 * @param {ScenePath[]} paths
 * @param {Solved} solved
 * @param {[Numbers, Numbers]} marks
 * @param {boolean} centred
 * @returns {[Ends, Ends]}
 */
export function windowOf(chosen, paths, solved, marks, centred) {
  let xs = Array.from(marks[0]), ys = Array.from(marks[1]);
  const near = FAR * reachOf([...xs, ...ys, ...paths.flatMap(({ x, y }) => [x[0], y[0]])]);
  const rounding = roundingOf(solved.problem);
  shownRuns(solved).forEach(({ verdict, path: { outcome } }, k) => {
    const { x, y, objective } = paths[k], highest = 1.5 * objective[0] + rounding;
    if (outcome === "diverged") {
      xs.push(x[0]);
      ys.push(y[0]);
      return;
    }
    for (let t = 0; t < x.length; t++) {
      if (!(objective[t] <= highest)) continue;
      if (verdict.kind === "DEAD" && !(Math.abs(x[t]) <= near && Math.abs(y[t]) <= near)) continue;
      xs.push(x[t]);
      ys.push(y[t]);
    }
  });
  // Slopes are products of weights: two that a network holds may give one that lies beyond every picture.
  [xs, ys] = [xs, ys].map((values) => values.map((value) => Math.min(Math.max(value, -WINDOW.high), WINDOW.high)));
  if (centred) {
    const reach = chosen ?? niceReach(1.2 * reachOf([...xs, ...ys]));
    return [[-reach, reach], [-reach, reach]];
  }
  const [lowX, highX] = endsOf(xs), [lowY, highY] = endsOf(ys);
  const x = (lowX + highX) / 2, y = (lowY + highY) / 2;
  const wished = chosen ?? niceReach(0.65 * Math.max(highX - lowX, highY - lowY));
  const reach = Math.max(wished, NARROWEST * Math.max(Math.abs(x), Math.abs(y)));
  return [[x - reach, x + reach], [y - reach, y + reach]];
}

/**
 * The largest magnitude of some numbers, 1 of none.
 * @param {number[]} values
 */
function reachOf(values) {
  return values.length === 0 ? 1 : values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/**
 * @param {number[]} values
 * @returns {Ends}
 */
function endsOf(values) {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

/**
 * A window narrowed around its middle, tenth by tenth, until its corners have losses; as it is if none do.
 *
 * A neuron that a run threw off the data may have an outer weight of 1e90: beyond its kink no number holds its loss.
 * @param {Problem} problem
 * @param {Plane} plane
 * @param {Ends} xs
 * @param {Ends} ys
 * @returns {[Ends, Ends]}
 */
export function whereLossesAreNumbers(problem, plane, xs, ys) {
  const x = (xs[0] + xs[1]) / 2, y = (ys[0] + ys[1]) / 2, reachX = (xs[1] - xs[0]) / 2, reachY = (ys[1] - ys[0]) / 2;
  /** @type {[Ends, Ends]} */
  let corners = [xs, ys];
  for (let decade = 1; decade < MOST_DECADES; decade++) {
    if (haveLosses(problem, plane, corners)) return corners;
    const share = Number(`1e-${decade}`);
    corners = [[x - share * reachX, x + share * reachX], [y - share * reachY, y + share * reachY]];
  }
  return [xs, ys];
}

/**
 * @param {Problem} problem
 * @param {Plane} plane
 * @param {[Ends, Ends]} corners
 */
function haveLosses(problem, plane, [xs, ys]) {
  try {
    lossSurface(problem, Float64Array.from(xs), Float64Array.from(ys), plane);
    return true;
  } catch (error) {
    if (error instanceof LossTooLarge) return false;
    throw error;
  }
}

/**
 * Lines cut to the window.
 * @param {Line[]} lines
 * @param {Ends} xs
 * @param {Ends} ys
 * @returns {Polyline[]}
 */
export function clipped(lines, xs, ys) {
  const slack = 1e-9 * (xs[1] - xs[0]);
  /** @type {Polyline[]} */
  const pieces = [];
  for (const [c, p, q] of lines) {
    /** @type {[number, number][]} */
    const ends = [];
    if (q !== 0) ends.push(...xs.map((x) => /** @type {[number, number]} */ ([x, -(c + p * x) / q])));
    if (p !== 0) ends.push(...ys.map((y) => /** @type {[number, number]} */ ([-(c + q * y) / p, y])));
    const inside = distinct(ends.filter(([x, y]) =>
      xs[0] - slack <= x && x <= xs[1] + slack && ys[0] - slack <= y && y <= ys[1] + slack));
    if (inside.length < 2) continue;
    const [x0, y0] = inside[0], [x1, y1] = inside[inside.length - 1];
    pieces.push([[x0, x1], [y0, y1]]);
  }
  return pieces;
}

/**
 * Points sorted by their coordinates, equal ones once.
 * @param {[number, number][]} points
 */
export function distinct(points) {
  const sorted = [...points].sort(([x, y], [otherX, otherY]) => x - otherX || y - otherY);
  return sorted.filter(([x, y], k) => k === 0 || x !== sorted[k - 1][0] || y !== sorted[k - 1][1]);
}

/**
 * The four quadrants, named by the sides of 0 on which the two neurons act, whatever the data.
 * @param {Ends} xs
 * @param {Ends} ys
 * @returns {CellLabel[]}
 */
export function namedCells(xs, ys) {
  return [0, 1].flatMap((i) => [0, 1].map((j) => {
    const name = i === j ? `both act ${i ? "right" : "left"}` : "one on each side";
    return { x: xs[i], y: ys[j], name };
  }));
}

/**
 * The names of the points that a neuron with w < 0, and one with w > 0, is active on.
 * @param {Problem} problem
 * @returns {[string, string]}
 */
export function pointsOnSides({ x }) {
  const every = [...x.keys()];
  return [pointsNamed(every.filter((i) => x[i] < 0)), pointsNamed(every.filter((i) => x[i] > 0))];
}

/**
 * Points by name, "x₁, x₃", or how many they are where a list would be too long, or "none".
 * @param {number[]} indices
 */
export function pointsNamed(indices) {
  if (indices.length === 0) return "none";
  if (indices.length > 3) return `${indices.length} points`;
  return indices.map((i) => `x${subscript(i + 1)}`).join(", ");
}

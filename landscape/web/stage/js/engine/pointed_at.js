// What lies at a place of a landscape: its loss among those of the picture, and whether runs get stuck or end there.
import { criticalSet } from "./critical_points.js";
import { optimum, problemOf } from "./optimum.js";
import { networkOn } from "./preimages.js";
import { objective } from "./problem.js";

/**
 * @import { LocalDrag } from "../protocol.js"
 * @import { Pair, Plane } from "./preimages.js"
 *
 * @typedef {LocalDrag & {plane: Plane}} Model
 * @typedef {"map" | "curve" | "twin"} Landscape
 * @typedef {{loss: number, low: number, high: number, kind: "OPTIMUM" | "BEST_OF_WIDTH" | "STUCK" | null}} Found
 */

const BESIDE = 0.02; // of the picture: a place so near to a segment lies on it for who moves by steps of that size
const LOWEST = 0.005; // of the picture's losses: so little above the optimum is as good for the ear

/**
 * The loss at a place: of the weights there, or of the slopes there in the convex landscape.
 * @param {Model} model
 * @param {Landscape} view
 * @param {Pair} place
 */
export function lossAt(model, view, [x, y]) {
  const problem = problemOf(model);
  if (view !== "twin") {
    const { W, alpha } = networkOn(model.plane, x, view === "map" ? y : 0);
    return objective(problem, W, alpha);
  }
  const squares = model.x.reduce((sum, at, i) => sum + (at * (at > 0 ? x : y) - model.y[i]) ** 2, 0);
  return squares + 2 * problem.lam * (Math.abs(x) + Math.abs(y));
}

/**
 * What lies at a place, in a window of the picture.
 * @param {Model} model
 * @param {Landscape} view
 * @param {Pair} place
 * @param {[Pair, Pair]} window the ranges of both coordinates
 * @returns {Found}
 */
export function foundAt(model, view, place, window) {
  const loss = lossAt(model, view, place), low = optimum(problemOf(model)).value, high = highest(model, view, window);
  if (loss - low <= LOWEST * (high - low)) return { loss, low, high, kind: "OPTIMUM" };
  const beside = view === "twin" ? [] : restingPlaces(model).filter(({ vertices }) => distance(place, vertices, window, view) <= BESIDE);
  const best = beside.some(({ kind }) => kind === "GLOBAL"), stuck = beside.some(({ kind }) => kind === "SPURIOUS");
  return { loss, low, high, kind: best ? "BEST_OF_WIDTH" : stuck ? "STUCK" : null };
}

/**
 * The largest loss of a window. Between the walls the loss is convex: it is largest at a corner of what a wall cuts off.
 * @param {Model} model
 * @param {Landscape} view
 * @param {[Pair, Pair]} window
 */
export function highest(model, view, [across, upwards]) {
  const cuts = (/** @type {Pair} */ [from, to]) => [from, to, ...(from < 0 && to > 0 ? [0] : [])];
  return Math.max(...cuts(across).flatMap((x) => cuts(upwards).map((y) => lossAt(model, view, [x, y]))));
}

/**
 * Where runs of this width come to rest, where that has a closed form: the best of the width, and the local minima above it.
 * @param {Model} model
 */
function restingPlaces(model) {
  return model.layer === "ones" && model.m <= 2 ? criticalSet(problemOf(model), model.m) : [];
}

/**
 * How far a place is from a point or a segment, in parts of the window.
 * @param {Pair} place
 * @param {number[][]} ends
 * @param {[Pair, Pair]} window
 * @param {Landscape} view
 */
function distance(place, ends, window, view) {
  const used = view === "curve" ? [0] : [0, 1];
  const inParts = (/** @type {number[]} */ at) => used.map((k) => (at[k] - window[k][0]) / (window[k][1] - window[k][0]));
  const at = inParts(place), from = inParts(ends[0]), to = inParts(ends[ends.length - 1]);
  const along = used.map((k) => to[k] - from[k]), length = along.reduce((sum, step) => sum + step * step, 0);
  const reached = length && used.reduce((sum, k) => sum + (at[k] - from[k]) * along[k], 0) / length;
  const share = Math.min(1, Math.max(0, reached));
  return Math.hypot(...used.map((k) => at[k] - from[k] - share * along[k]));
}
